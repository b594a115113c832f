"""Remote, hybrid or on site: what the board's fields say, else the place, the title, the text. Null if nothing does."""

import re
from functools import cache
from pathlib import Path

from models import Basis, Evidence, RawPosting
from pipeline.text.plain import lower_case
from pipeline.text.windows import windows

_FIELD, _TEXT = "workplace.field@1", "workplace.text@5"
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
_DATA = Path(__file__).with_name("workplace.tsv")
_HINTS = (
    *("emote", "EMOTE", "ybrid", "YBRID", "íbrid", "brido", "nsite", "NSITE", "n-site", "n site", "n-person"),
    *("n person", "n-office", "n office", " days ", " days/", "élétravail", "resencial", "räsenz", "m home"),
    *("nywhere", "zdaln", "remoto", "hybryd", "#LI", "m-home", "oles are ", "#li", "days,", "-days ", "x per"),
    *("eadquarters", "nce a week", "istributed"),
)
_VALUES = {"remote": "remote", "hybrid": "hybrid", "onsite": "onsite", "inoffice": "onsite", "inperson": "onsite",
           "fully": "remote", "fullyremote": "remote", "telecommute": "remote", "physical": "onsite",
           "office": "onsite",
           "onpremise": "onsite", "remoteonly": "remote", "flexible": "hybrid",
           "partiallyremote": "hybrid"}  # fmt: skip
_NOT_WORD = re.compile(r"[^a-z]")


_START = r"(?=\b\w|[#,|·–:)•📍\n])"  # most characters begin nothing, and this is told at once
_OFFICE = re.compile(r"\b(?:office|hq|headquarters?)\b", re.I)  # boards set the flag for flexible office jobs too
_HYBRID, _ONSITE, _REMOTE = "hybrid", "onsite", "remote"
_Found = dict[str, tuple[int, int]]


def tag_workplace(raw: RawPosting, title: str, text: str) -> tuple[str | None, Evidence]:
    """`remote`, `hybrid`, `onsite` or None. A board's workplace field wins over words, these over its remote flag."""
    value = _VALUES.get(_NOT_WORD.sub("", raw.workplace.lower()[:60]))
    if value is not None:
        return value, Evidence(Basis.STATED, _FIELD, "workplace", 0, len(raw.workplace), raw.workplace)
    places = " ; ".join(place.text for place in raw.places if place.text)[:2_000]
    for rule, field, words in (("workplace.place@2", "location", places), ("workplace.title@2", "title", title)):
        if name := _strongest(found := _short(words)):
            return name, _evidence(rule, field, words, found[name])
    found = _statements(text)
    name = _strongest(found)
    if name and not (raw.is_remote and name == _ONSITE):
        return name, _evidence(_TEXT, "description", text, found[name])
    if raw.is_remote and not _OFFICE.search(places):
        return _REMOTE, Evidence(Basis.INFERRED, "workplace.flag@1", "is_remote", quote="true")
    return None, Evidence(Basis.UNKNOWN, _TEXT)


def _short(words: str) -> _Found:
    found: _Found = {}
    for match in _SHORT.finditer(words):
        found.setdefault(str(match.lastgroup), match.span())
    return {} if _ONSITE in found and _REMOTE in found and _HYBRID not in found else found


@cache
def _statement() -> re.Pattern[str]:
    """All phrases of the data file as one pattern, a group for each thing said."""
    phrases: dict[str, list[str]] = {}
    for line in _DATA.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            said, phrase = line.split("\t")
            phrases.setdefault(said, []).append(phrase)
    said = "|".join(f"(?P<{said}>{'|'.join(found)})" for said, found in phrases.items())
    return re.compile(rf"{_START}(?:{said})")


def _statements(text: str) -> _Found:
    found: _Found = {}
    lower = lower_case(text)
    for start, end in windows(text, _HINTS, 80, 80):
        for match in _statement().finditer(lower, start, end):
            found.setdefault(str(match.lastgroup), match.span())
    return _tagged(found)


def _strongest(found: _Found) -> str | None:
    """Hybrid before on site before remote: "remote, two days in the office" is hybrid."""
    return next((name for name in (_HYBRID, _ONSITE, _REMOTE) if name in found), None)


def _tagged(found: _Found) -> _Found:
    """What a job site's tag ("#LI-Remote") says counts before the sentences."""
    tagged = {name.removeprefix("tag_"): span for name, span in found.items() if name.startswith("tag_")}
    return tagged or {name: span for name, span in found.items() if name != "unsaid"}


def _evidence(rule: str, field: str, text: str, span: tuple[int, int]) -> Evidence:
    return Evidence(Basis.STATED, rule, field, *span, text[span[0] : span[1]])
