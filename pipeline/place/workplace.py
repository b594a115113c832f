"""Remote, hybrid or on site: what the board's fields say, else the place, the title, the text. Null if nothing does."""

import re
from functools import cache
from pathlib import Path

from models import Basis, Evidence, RawPosting
from pipeline.place import parse_location
from pipeline.place.workplace_said import said_of_workplace
from pipeline.text.branches import by_first_letter, name_of
from pipeline.text.language import is_plainly_english
from pipeline.text.plain import lower_case
from pipeline.text.windows import WRITTEN, Hints, windows

_FIELD, _TEXT = "workplace.field@1", "workplace.text@7"
_SHORT = re.compile(
    r"(?P<hybrid>\bhybrid(?:e|o|a)?\b(?! (?:cloud|search|system|vehicle|model|electric|it\b|infra|retriev|mobile"
    r"|app|intell"
    r"|ai\b|comput|architect|power|rag\b|work\w* not))|\bhíbrid[oa]\b|\bibrido\b"
    r"|\b(?:on[- ]?site|in[- ]office|office)\W{1,3}[1-4](?:[-–][1-4])? ?(?:x|days?)\b)"
    r"|(?P<onsite>\b(?:on[- ]?site|in[- ]office|office[- ]based|in[- ]person|vor ort|sur site|presencial)\b"
    r"|\b(?:not|non|no)[- ]+remote\b)"
    r"|(?P<remote>\bremote\b(?! (?:sens|control|operat|patient|monitor|access|support|desktop|pilot|site|health|work "
    r"support|employ|teleop|procedure|imaging|locations? in))|\bremotely\b|\bwork from home\b|\bwfh\b|\banywhere\b"
    r"|\bhome[- ]based\b(?! care)|\btélétravail\b"
    r"|\bteletrabalho\b|\bteletrabajo\b|\bremoto\b|\bzdaln|\bhome[- ]?office\b)",
    re.I,
)
_HINTS = Hints(
    "emote|EMOTE|ybrid|YBRID|íbrid|brido|nsite|NSITE|n-site|n site|n-person|n person|n-office|n office| days "
    "| days/|élétravail|resencial|räsenz|m home|nywhere|zdaln|remoto|hybryd|#LI|m-home|oles are |#li|days,|-days "
    "|x per|eadquarters|nce a week|istributed|he office full|he office every|x/week|imes per week|WFO|from office"
    "|rom Office|rom home"
    "|ommute to|ommuting to|WFH|rom Home| office on |ffice attend|ffice presence|wice a week|wice per week|% of y"
    "|% of the time|% in|% on",
    among=WRITTEN,
)
_ABROAD_HINTS = Hints(
    "ome o|ome O|ome-o|ome-O|omeo|omeO|obile|u Hause|uhause|or Ort|m Büro|räsenz|rtsunabh|eletrabajo|eletrabalho"
    "|eletravail|élétravail|resenci|résenti|ybrid|íbrid|mart working|mart-working|martworking|n presenza|n sede"
    "|remot|thuis|fstand|kantoor|ibrid|daln|tacjonarn|biur|ybryd|ибрид|ібрид|далён|дален|офис|офіс|iddalen|ibrit"
    "|zaktan|fisten|リモート|出社|在宅|テレワーク|ハイブリッド|远程|遠端|居家|坐班|办公|辦公|재택|원격|리모트|하이브리드|출근|상주|distanci|ixto|ixta|distans"
    "|emipresencial|à distance|dálku|distanță|βριδικ|ברידי|هجين|hjemme|scritório",
    among=WRITTEN,
)
_TABLES = (("workplace.tsv", _HINTS), ("workplace_abroad.tsv", _ABROAD_HINTS))
_VALUES = {"remote": "remote", "hybrid": "hybrid", "onsite": "onsite", "inoffice": "onsite", "inperson": "onsite",
           "fully": "remote", "fullyremote": "remote", "telecommute": "remote", "physical": "onsite",
           "office": "onsite",
           "onpremise": "onsite", "remoteonly": "remote", "flexible": "hybrid",
           "partiallyremote": "hybrid"}  # fmt: skip
_NOT_WORD = re.compile(r"[^a-z]")


_START = (
    r"(?=\b\w|[#,|·–:)•📍\n]|[\u3040-\u9fff\uac00-\ud7a3])"  # most characters begin nothing, and this is told at once
)
_OFFICE = re.compile(r"\b(?:office|hq|headquarters?)\b", re.I)  # boards set the flag for flexible office jobs too
_MOST_PLACES = 60
_HYBRID, _ONSITE, _REMOTE = "hybrid", "onsite", "remote"
_Found = dict[str, tuple[int, int]]


def tag_workplace(raw: RawPosting, title: str, text: str, language: str | None = None) -> tuple[str | None, Evidence]:
    """`remote`, `hybrid`, `onsite` or None. A board's workplace field wins over words, these over its remote flag."""
    value = _VALUES.get(_NOT_WORD.sub("", raw.workplace.lower()[:60]))
    if value is not None:
        return value, Evidence(Basis.STATED, _FIELD, "workplace", 0, len(raw.workplace), raw.workplace)
    places = " ; ".join(place.text for place in raw.places if place.text)[:2_000]
    for rule, field, words in (("workplace.place@3", "location", places), ("workplace.title@2", "title", title)):
        if name := _strongest(found := _short(words)):
            return name, _evidence(rule, field, words, found[name])
        if field == "location" and (remote := _remote_place(raw)):
            return _REMOTE, Evidence(Basis.STATED, rule, field, quote=remote[:200])
    found = _statements(text, language)
    name = _strongest(found)
    if name and not (raw.is_remote and name == _ONSITE):
        return name, _evidence(_TEXT, "description", text, found[name])
    if raw.is_remote and not _OFFICE.search(places):
        return _REMOTE, Evidence(Basis.INFERRED, "workplace.flag@1", "is_remote", quote="true")
    return None, Evidence(Basis.UNKNOWN, _TEXT)


def _remote_place(raw: RawPosting) -> str | None:
    """A location that says remote in any language's words: "Distributed", "Zdalnie, Polska"."""
    texts = [place.text for place in raw.places[:_MOST_PLACES]]
    if len(raw.places) == 1:
        texts.append(raw.places[0].city)
    return next((text for text in texts if parse_location(text).is_remote), None)


def _short(words: str) -> _Found:
    found: _Found = {}
    for match in _SHORT.finditer(words):
        found.setdefault(str(match.lastgroup), match.span())
    return {} if _ONSITE in found and _REMOTE in found and _HYBRID not in found else found


@cache
def _statement(table: str) -> re.Pattern[str]:
    """All phrases of a data file as one pattern."""
    phrases: dict[str, list[str]] = {}
    for line in Path(__file__).with_name(table).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            said, phrase = line.split("\t")
            phrases.setdefault(said, []).append(phrase)
    said = by_first_letter((said, phrase) for said, found in phrases.items() for phrase in found)
    return re.compile(rf"{_START}(?:{said})")


def _statements(text: str, language: str | None) -> _Found:
    found: _Found = {}
    lower = lower_case(text)
    for table, hints in _TABLES:
        for start, end in windows(text, hints, 80, 80):
            for match in _statement(table).finditer(lower, start, end):
                found.setdefault(name_of(match.lastgroup), match.span())
    found = _tagged(found)
    return found if is_plainly_english(text, language) else _with_abroad(found, said_of_workplace(text, lower))


def _with_abroad(found: _Found, abroad: _Found) -> _Found:
    """What is built from words counts where no phrase says it, or makes what is said to be remote hybrid."""
    if not found or (_strongest(found) == _REMOTE and _strongest(abroad) == _HYBRID):
        return abroad
    return found


def _strongest(found: _Found) -> str | None:
    """Hybrid before on site before remote: "remote, two days in the office" is hybrid."""
    return next((name for name in (_HYBRID, _ONSITE, _REMOTE) if name in found), None)


def _tagged(found: _Found) -> _Found:
    """What a job site's tag ("#LI-Remote") says counts before the sentences."""
    tagged = {name.removeprefix("tag_"): span for name, span in found.items() if name.startswith("tag_")}
    return tagged or {name: span for name, span in found.items() if name != "unsaid"}


def _evidence(rule: str, field: str, text: str, span: tuple[int, int]) -> Evidence:
    return Evidence(Basis.STATED, rule, field, *span, text[span[0] : span[1]])
