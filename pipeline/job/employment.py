"""The employment type: what the board's field says, else the title, else a plain statement in the text."""

import re
from functools import lru_cache

from models import Basis, Evidence
from pipeline.job.employed import employment_said
from pipeline.text.windows import WRITTEN, Hints

_RULE_FIELD, _RULE_TITLE, _RULE_TEXT = "employment.field@1", "employment.title@1", "employment.text@4"
# Order matters: the first that fits wins ("internship, full-time" is an internship).
_FIELD_WORDS = (
    ("internship", ("intern", "apprentice", "trainee", "praktik", "werkstudent", "working student", "stage", "stagiair",
                    "alternan", "student", "thesis", "estági", "práctica", "co-op", "becari", "tirocinio")),
    ("freelance", ("freelance", "freiberuf", "self-employed")),
    ("temporary", ("temp", "seasonal", "fixed-term", "fixed term", "fixed_term", "befrist", "cdd",
    "tempo determinado")),
    ("contract", ("contract", "c2c", "1099", "b2b", "per_diem", "per diem", "consultant")),
    ("part-time", ("part-time", "part time", "parttime", "part_time", "teilzeit", "temps partiel", "medio tiempo",
                   "deeltijd", "tempo parcial")),
    ("full-time", ("full-time", "full time", "fulltime", "full_time", "vollzeit", "permanent", "regular",
    "festanstellung",
                   "temps plein", "cdi", "tiempo completo", "jornada completa", "voltijd", "heltid", "tempo integral",
                   "unbefristet", "employee", "exempt")),
)  # fmt: skip
_TITLE = re.compile(
    r"(?P<internship>\b(?:intern(?:ship)?|co-?op|praktik(?:um|ant(?:in)?)|werkstudent(?:in)?|working student|stagiaire|"
    r"alternan(?:ce|t|te)|estágio|estagiári[oa]|becari[oa])\b)"
    r"|(?P<freelance>\bfreelance(?:r)?\b|\bfreiberuflich)"
    r"|(?P<temporary>\bfixed[- ]term\b|\btemporary\b|\bbefristet\b|\bseasonal\b)"
    r"|(?P<contract>\bcontract(?:or)?\b(?! (?:manage|administ|negoti|special|analy|lawyer|counsel|market|research"
    r"|manufact))"
    r"(?=\s*(?:[)\],/|:–-]|$|to\b|role|position))|\b\d{1,2}[- ]months? contract\b)"
    r"|(?P<part_time>\bpart[- ]?time\b|\bteilzeit\b)"
    r"|(?P<full_time>\bfull[- ]?time\b|\bvollzeit\b)",
    re.I,
)
_TEXT = re.compile(
    r"(?:(?:employment|job|contract|position|work|schedule)[ -]?type|type of (?:employment|contract|job)"
    r"|working pattern|work schedule)(?:\s?[:–-]\s?|\s{0,2}\n\s{0,3}|\s?(?=(?:full|part)[- ]?time))"
    r"\W{0,3}(?P<value>[A-Za-z][A-Za-z -]{3,24})"
    r"|(?:^|\n)type ?: ?(?P<alone>(?:full|part)[- ]?time|contract|permanent|temporary|freelance)\b"
    r"|\bthis is an? (?P<said>(?:full|part)[- ]time|contract|temporary|freelance|internship|fixed[- ]term)\b"
    r"|\b(?:position|role|job|post|offered|hired|employed|work)\b[^.\n]{0,40}\bon an? "
    r"(?P<based>(?:full|part)[- ]time|contract|temporary|fixed[- ]term)\b[^.\n]{0,20}\bbasis\b",
    re.I,
)
_HINTS = Hints(
    "type|Type|TYPE|his is a|orking pattern|orking Pattern|ork schedule|ork Schedule| on a full| on a part"
    "| on a contract| on a temporary| on a fixed",
    among=WRITTEN,
)


def tag_employment(field: str, title: str, text: str) -> tuple[str | None, Evidence]:
    """One of `models.EMPLOYMENT_TYPES`, or None where nothing says it. An internship in the title beats the field."""
    match = _TITLE.search(title)
    in_title = match.lastgroup.replace("_", "-") if match and match.lastgroup else None
    value = employment_word(field)
    if value is not None and (in_title != "internship" or value == "internship"):
        return value, Evidence(Basis.STATED, _RULE_FIELD, "employment_type", 0, len(field), field)
    if match and in_title:
        return in_title, Evidence(Basis.STATED, _RULE_TITLE, "title", match.start(), match.end(), match.group())
    return _from_text(text)


@lru_cache(maxsize=500)  # boards have few words for it
def employment_word(field: str) -> str | None:
    """The employment type that a board's word stands for ("FullTime", "CDI", "Regular"), or None."""
    lower = field.lower()[:100]
    if not lower or lower in ("other", "unavailable", "none", "n/a"):
        return None
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", field[:100]).lower()
    for value, words in _FIELD_WORDS:
        if any(word in lower or word in spaced for word in words):
            return value
    return None


def _from_text(text: str) -> tuple[str | None, Evidence]:
    if _HINTS.starts(text):
        for match in _TEXT.finditer(text):
            value = employment_word(match["value"] or match["alone"] or match["said"] or match["based"])
            if value is not None:
                return value, Evidence(Basis.STATED, _RULE_TEXT, "description", *match.span(), match.group())
    if said := employment_said(text):
        value, start, end = said
        return value, Evidence(Basis.STATED, _RULE_TEXT, "description", start, end, text[start:end])
    return None, Evidence(Basis.UNKNOWN, _RULE_TEXT)
