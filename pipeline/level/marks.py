"""The marks of seniority in a title, each with its level and place."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pipeline.job.title import fold
from pipeline.level.others import spans_of_others

LEVELS = {
    "unspecified": 0, "intern": 0, "entry": 1, "mid": 2, "senior": 3, "staff": 4, "manager": 5, "director": 6,
    "executive": 7,
}  # fmt: skip

_IC = (
    r"engineers?|scientists?|architects?|consultants?|analysts?|developers?|programmers?|designers?|researchers?|"
    r"specialists?|engineering|linguists?"
)
_LEVELLED = (
    rf"(?:{_IC}|swe|sde|sdet|mts|manager|software|technician|teacher|administrator|data|desenvolvedor\w*|ingeniero|"
    r"analista|developpeur|technical staff|coordinator|assistant|associate|collector|clerk|operator|"
    r"representative|officer|"
    r"nurse|accountant|planner|buyer|inspector|mechanic|recruiter|generalist|writer|investigator|advisor|spec|anl|"
    r"tchn|tech|"
    r"ast|engr?|rep)"
)
_NOT_PEOPLE = (
    r"(?<!big )data|product|products|project|projects|program|programs|programme|account|accounts|partner|partners|"
    r"partnerships?|partnership|community|risk|knowledge|campaign|success|relationship|relations|delivery|"
    r"engagement|vip|case|release|change|portfolio|social media|influencer|curriculum|territory|state|fund|"
    r"brand|category|alliances?|customer|client|user acquisition|acquisition|key account|onboarding|"
    r"implementation|paid media|paid social|paid search|\(?ppc\)?|education|social|content(?! marketing)|"
    r"compliance|seo|sem|crm|documentation|training|(?<!machine )(?<!deep )learning|contract|contracts|event|"
    r"vendor|scrum|asset|property"
)


_ABOUT_ROMANCE = (
    r" (?:(?:de|des|du|da|do|di|en|em)(?: la| l'| los| las| el| le)? ?)?(?:produi?t|proye[ck]to|projet|progett|prodott|"
    r"program|compte|cuenta|conta\b|contas\b|client|conformi|cumplimiento|compliance|parten|parcer|portefeuille|"
    r"cartera|"
    r"dossier|communaute|comunidad|comunidade|risque|riesgo|risco|connaissance|conocimiento|campagne|campan|"
    r"marque|marca)"
)


def _read_marks(file: str) -> list[tuple[str, str, str]]:
    rows: list[tuple[str, str, str]] = []
    path = Path(__file__).with_name(file)
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, level, pattern = line.split("\t")
            rows.append((name, level, pattern.replace("{IC}", _IC).replace("{ABOUT}", _ABOUT_ROMANCE)))
    return rows


_MARKS = _read_marks("marks.tsv")
_SCRIPT_ROWS = _read_marks("scripts.tsv")
_SCRIPTED = re.compile("|".join(rf"(?P<s{i}>{pattern})" for i, (_, _, pattern) in enumerate(_SCRIPT_ROWS)))
_ALTERNATIVES = "|".join(rf"(?:{pattern})(?!\w)(?P<m{i}>)" for i, (_, _, pattern) in enumerate(_MARKS))
_PATTERN = re.compile(rf"\b(?=\w)(?:{_ALTERNATIVES})")
_NUMBER = re.compile(
    r"\b(?:level|lvl|stufe|nivel|(?<!mbo )(?<!hbo )niveau|grade) ?([1-6]|i{{1,3}}|iv|v)\b"
    rf"|\b{_LEVELLED} ?\b([1-6])(?=$|[ ,;:)(/|-])(?! ?(?:months?|years?|days?|x\b|-month))"
    rf"|\bl([3-8])\b|\b(?:{_IC}),? \(?l([12])\b"
)
_ROMAN_ONE = re.compile(r"\bI(?= *(?:$|[,;:)(/|–—-]))")
_ASSOCIATE_AFTER = re.compile(
    rf"\b(?:{_IC})\b[^|]{{0,60}}(\bassociate)\b(?! director| professor)|full[- ]time (associate)\b"
)
_ABOUT = re.compile(
    rf"(?:\b(?:{_NOT_PEOPLE})(?: (?:development|marketing))?,? ?(?:&|and)? ?)$"
    r"|\bmanag(?:er|ers),? (?:of )?(?:product|program|project)"
)
_BY_NUMBER = {"1": "entry", "2": "mid", "3": "senior", "4": "staff", "5": "staff", "6": "staff"}
_BY_ROMAN = {"i": "entry", "ii": "mid", "iii": "senior", "iv": "staff", "v": "staff"}
_BY_L = {"3": "entry", "4": "mid", "5": "senior"}


_CONTRIBUTOR = re.compile(rf"\b(?:{_IC}|writer|programmer)\b")


def names_contributor(folded: str) -> bool:
    """True if a part of a folded title names an individual contributor ("engineer")."""
    return _CONTRIBUTOR.search(folded) is not None


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark at its place in the title."""

    name: str
    level: str
    start: int
    end: int


def _manages_people(folded: str, start: int) -> bool:
    return not _ABOUT.search(folded[max(0, start - 40) : start])


def _worded(folded: str) -> list[Mark]:
    marks = []
    for found in _PATTERN.finditer(folded):
        name, level, _ = _MARKS[int((found.lastgroup or "m0")[1:])]
        if name == "none":
            continue
        if not found.group().startswith(("manag", "mgr")) or _manages_people(folded, found.start()):
            marks.append(Mark(name, level, found.start(), found.end()))
    return marks


def _numbered(title: str, folded: str) -> list[Mark]:
    marks = []
    for found in _NUMBER.finditer(folded):
        word, digit, grade, low = found.groups()
        digit = digit or low
        level = _BY_L.get(grade, "staff") if grade else _BY_NUMBER.get(digit or word) or _BY_ROMAN[word]
        group = 0 if grade else found.lastindex or 0
        marks.append(Mark("level", level, found.start(group), found.end(group)))
    marks.extend(Mark("level", "entry", *found.span()) for found in _ROMAN_ONE.finditer(title))
    return marks


def _scripted(folded: str) -> list[Mark]:
    """The marks of scripts that are not Latin; in some of them nothing parts a mark from the next word."""
    found = []
    for mark in _SCRIPTED.finditer(folded):
        name, level, _ = _SCRIPT_ROWS[int((mark.lastgroup or "s0")[1:])]
        found.append(Mark(name, level, *mark.span()))
    return found


def _associates(folded: str, marks: list[Mark]) -> list[Mark]:
    if any(mark.level != "entry" for mark in marks):
        return []
    found = _ASSOCIATE_AFTER.search(folded)
    if not found:
        return []
    group = 1 if found.group(1) else 2
    return [Mark("associate", "entry", found.start(group), found.end(group))]


@lru_cache(maxsize=64)  # the level of a posting and its title's residue are read one after the other
def title_marks(title: str) -> tuple[list[Mark], str]:
    """The marks of a title in order, and the folded title that their places count in (the same as in the title).

    The list is everybody's who asks: not to be changed.
    """
    folded = fold(title)
    marks = _worded(folded) + _numbered(title, folded)
    marks += [] if folded.isascii() else _scripted(folded)
    marks += _associates(folded, marks)
    others = spans_of_others(folded) if marks else []
    kept = [mark for mark in marks if not any(start <= mark.start < end for start, end in others)]
    return sorted(kept, key=lambda mark: mark.start), folded
