"""Remote, hybrid or on site: what the board's fields say, else the place, the title, the text. Null if nothing does."""

import re

from models import Basis, Evidence, RawPosting
from pipeline.windows import windows

_FIELD = "workplace.field@1"
_SHORT = re.compile(
    r"(?P<hybrid>\bhybrid(?:e|o|a)?\b(?! (?:cloud|search|system|vehicle|model|electric|it\b|infra|retriev|mobile"
    r"|app|intell"
    r"|ai\b|comput|architect|power|rag\b|work\w* not))|\bhíbrid[oa]\b|\bibrido\b)"
    r"|(?P<onsite>\b(?:on[- ]?site|in[- ]office|in[- ]person|vor ort|sur site|presencial)\b"
    r"|\b(?:not|non|no)[- ]+remote\b)"
    r"|(?P<remote>\bremote\b(?! (?:sens|control|operat|patient|monitor|access|support|desktop|pilot|site|health|work "
    r"support|employ|teleop|procedure|imaging|locations? in))|\bremotely\b|\bwork from home\b|\bwfh\b|\banywhere\b"
    r"|\btélétravail\b|\bteletrabalho\b|\bteletrabajo\b|\bremoto\b|\bzdaln|\bhome[- ]?office\b)",
    re.I,
)
# In the text only a statement about this job counts, not every mention of the word.
_TEXT = re.compile(
    r"(?P<hybrid>\bhybrid (?:role|position|work|schedule|policy|setup|set-up|environment|office|model|arrangement"
    r"|opportunity"
    r"|job|in |from |\()|\b(?:role|position|job|this|we|team|location|office|workplace|model|policy|type)\W{1,3}"
    r"(?:is |are |works? |will be )?(?:a |currently )?hybrid\b|\b[1-4](?:[-–][1-4])? days? (?:a |per |each "
    r"|/ ?)?(?:week )?"
    r"(?:in|at|from) (?:the |our |an? )?\w{0,12} ?office|\bhybride[sn]? (?:arbeit|work|modell)|\btélétravail partiel"
    r"|\bmodelo h[íi]brido|\btrabajo h[íi]brido|\btrabalho h[íi]brido|\bhybrides arbeiten|\blavoro ibrido)"
    r"|(?P<onsite>\b(?:role|position|job|work|this|type|location)\W{1,3}(?:is |will be |must be )?(?:100% |fully "
    r"|an? )?"
    r"(?:on-?site|in[- ]office|in[- ]person)\b|\b(?:not|no|isn't|cannot be|can't be) (?:a |an |currently |offer "
    r"|offering )?"
    r"(?:fully )?remote\b|\bfive days (?:a|per) week in|\b5 days (?:a|per|/) ?week (?:in|from|at|on)"
    r"|\b(?:fully|100%) (?:on-?site|in[- ]office|in[- ]person)\b|\bon-?site (?:role|position|job|only|5|five|in)\b"
    r"|\bin-person (?:role|position|job|team|company|culture)\b|\btrabajo presencial|\bmodalidad presencial)"
    r"|(?P<remote>\b(?:fully|100 ?%|completely|permanently|entirely) remote\b|\bremote (?:role|position|job|opportunity"
    r"|work (?:environment|opportunit)|contract|within|in the|from|only|\(|eligible|-?first)"
    r"|\b(?:role|position|job|this|opportunity|location|workplace|type)\W{1,3}(?:is |can be |will be )?(?:a |an )?"
    r"(?:fully |100% |open to |also )?remote\b(?! (?:sens|control|operat|patient|monitor|access|support|desktop))"
    r"|\bwork (?:fully )?(?:remotely )?from (?:anywhere|home)\b|\bwork remotely\b|\bvollständig remote\b"
    r"|\b100 ?% télétravail"
    r"|\btélétravail (?:complet|total|à 100)|\bfull remote\b|\b100 ?% remot[oe]\b|\btrabajo remoto\b"
    r"|\btrabalho remoto\b"
    r"|\b100 ?% (?:home ?office|homeoffice)\b|\bpraca zdalna\b)",
    re.I,
)
_HINTS = ("emote", "ybrid", "íbrid", "brido", "nsite", "n-site", "n site", "ffice", "erson", "élétravail", "resencial",
          "EMOTE", "YBRID", "NSITE", "from home", "nywhere", "zdalna", "remoto")  # fmt: skip
_VALUES = {"remote": "remote", "hybrid": "hybrid", "onsite": "onsite", "inoffice": "onsite", "inperson": "onsite",
           "fully": "remote", "fullyremote": "remote", "telecommute": "remote", "physical": "onsite",
           "office": "onsite",
           "onpremise": "onsite", "remoteonly": "remote", "flexible": "hybrid",
           "partiallyremote": "hybrid"}  # fmt: skip
_NOT_WORD = re.compile(r"[^a-z]")


_HYBRID, _ONSITE, _REMOTE = "hybrid", "onsite", "remote"
_Found = dict[str, tuple[int, int]]


def tag_workplace(raw: RawPosting, title: str, text: str) -> tuple[str | None, Evidence]:
    """`remote`, `hybrid`, `onsite` or None. A board's workplace field wins over words, these over its remote flag."""
    value = _VALUES.get(_NOT_WORD.sub("", raw.workplace.lower()[:60]))
    if value is not None:
        return value, Evidence(Basis.STATED, _FIELD, "workplace", 0, len(raw.workplace), raw.workplace)
    places = " ; ".join(place.text for place in raw.places if place.text)[:2_000]
    for rule, field, words in (("workplace.place@1", "location", places), ("workplace.title@1", "title", title)):
        if name := _strongest(found := _short(words)):
            return name, _evidence(rule, field, words, found[name])
    found = _statements(text)
    name = _strongest(found)
    if name and not (raw.is_remote and name == _ONSITE):
        return name, _evidence("workplace.text@1", "description", text, found[name])
    if raw.is_remote:
        return _REMOTE, Evidence(Basis.STATED, "workplace.flag@1", "is_remote", quote="true")
    return None, Evidence(Basis.UNKNOWN, "workplace.text@1")


def _short(words: str) -> _Found:
    found: _Found = {}
    for match in _SHORT.finditer(words):
        found.setdefault(str(match.lastgroup), match.span())
    return {} if _ONSITE in found and _REMOTE in found and _HYBRID not in found else found


def _statements(text: str) -> _Found:
    found: _Found = {}
    for start, end in windows(text, _HINTS, 80, 80):
        for match in _TEXT.finditer(text, start, end):
            found.setdefault(str(match.lastgroup), match.span())
    return found


def _strongest(found: _Found) -> str | None:
    """Hybrid before on site before remote: "remote, two days in the office" is hybrid."""
    return next((name for name in (_HYBRID, _ONSITE, _REMOTE) if name in found), None)


def _evidence(rule: str, field: str, text: str, span: tuple[int, int]) -> Evidence:
    return Evidence(Basis.STATED, rule, field, *span, text[span[0] : span[1]])
