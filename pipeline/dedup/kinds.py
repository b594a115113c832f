"""What a title says of the kind of its opening beside the work: traineeship, contract, hours, rank (kinds.tsv)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from pipeline.job.title import Hit, Lexicon, read_lexicon
from pipeline.level.marks import LEVELS, Mark

Span = tuple[int, int]
_TRAINED = ("intern", "entry")
_KEPT = ("sense", "rank", "post")  # their words count as words, or are taken out with the level
_GRADE = re.compile(r"(?:l|level|lvl|grade|stufe|nivel|niveau)? ?([4-9]|iv|v)")
_ROMAN = {"iv": "4", "v": "5"}
_PENSUM = re.compile(
    r"\b(\d{1,3})(?: ?(?:-|/|bis|to|a|und) ?(\d{1,3}))? ?%(?! ?(?:travel|remote|commission|equity|home|on-?site|bonus))"
)
_WEEK = re.compile(
    r"\b(\d\d)(?: ?- ?(\d\d))? ?(?:h|hrs?|hours?|std|stunden|uur|heures?|horas|ore)\b"
    r"(?:[ /.]*(?:per|a|pro|par|p\.?)?[ /.]*(?:week|woche|semaine|semana|wk|w)\b)?"
)
_COUNT = re.compile(
    r"\b\d{1,3} ?(?:x\b|positions?|openings?|roles?|vacanc\w+|stellen|postes?|plazas|vagas|posti)\b|\bx ?\d{1,2}\b"
    r"|\b\d{1,2}\+? ?(?:years?|yrs?|jahre|ans|anos)\b|\b\d{1,3} ?%"
)
_DIGIT = re.compile(r"\d")
_WHOLE_WEEK = 35  # hours
# "us" is a word of its own but in capitals, and not behind these
_LAND = re.compile(r"(?<!JOIN )(?<!WITH )(?<!ABOUT )(?<![\w&])(?:(US|USA|U\.S\.(?:A\.)?)|(UK|U\.K\.))(?![\w&])")
_SUM = re.compile(r"(\d[\d.,']*)(k?)")


@cache
def _lexicon() -> Lexicon:
    return read_lexicon(Path(__file__).with_name("kinds.tsv"))


def kinds_in(folded: str, marks: Sequence[Mark]) -> tuple[set[str], list[Span]]:
    """The kinds that a folded title names, as "form:contract", and where words stand that say nothing else."""
    found: set[str] = set()
    spans: list[Span] = []
    for hit in _longest(_lexicon().find(folded.replace("-", " ")), marks):
        sort = hit.concept.partition(":")[0]
        if sort != "none":
            found.add(hit.concept)
            if sort not in _KEPT:
                spans.append((hit.start, hit.end))
    return found | set(_grades(folded, marks)) | _unlisted(folded, marks, found), spans


def _longest(hits: Iterable[Hit], marks: Sequence[Mark]) -> Iterator[Hit]:
    """Of phrases that overlap the first and longest that counts."""
    end = 0
    for hit in hits:
        if hit.start >= end and _counts(hit, marks):
            end = hit.end
            yield hit


def _counts(hit: Hit, marks: Sequence[Mark]) -> bool:
    sort = hit.concept.partition(":")[0]
    if sort not in ("trainee", "rank"):
        return True
    beside = [mark.level for mark in marks if mark.start < hit.end and hit.start < mark.end]
    return any((level in _TRAINED) if sort == "trainee" else LEVELS[level] >= LEVELS["staff"] for level in beside)


def _unlisted(folded: str, marks: Sequence[Mark], found: set[str]) -> set[str]:
    """A kind of traineeship that no row names is one by itself."""
    if any(kind.startswith("trainee:") for kind in found):
        return set()
    return {f"trainee:{folded[mark.start : mark.end]}" for mark in marks if mark.level == "intern"}


def _grades(folded: str, marks: Sequence[Mark]) -> Iterator[str]:
    """The grades of one level: IV and V, L6 and L7."""
    for mark in marks:
        if mark.level == "staff" and (found := _GRADE.fullmatch(folded[mark.start : mark.end].strip())):
            yield f"rank:{_ROMAN.get(found[1], found[1])}"


def counted(text: str) -> tuple[set[str], str]:
    """The hours that a folded title gives in figures; and the title without them and without what it counts beside
    the work: positions, years of experience."""
    found: set[str] = set()
    if not _DIGIT.search(text):
        return found, text
    for pattern, whole in ((_PENSUM, 100), (_WEEK, _WHOLE_WEEK)):
        for low, high in pattern.findall(text):
            most = int(high or low)
            found |= {"hours:full"} if most >= whole else {"hours:part", f"pensum:{most}"}
        text = pattern.sub(" ", text)
    return found, _COUNT.sub(" ", text)


def lands_in(title: str) -> set[str]:
    """The two countries whose names are no words of a title: "US Payroll", "UK Payroll"."""
    return {"land:us" if us else "land:uk" for us, _ in _LAND.findall(title)} if "U" in title else set()


def sums_in(money: Iterable[str]) -> set[str]:
    """Amounts of money, each as a whole number."""
    told = (found for text in money for found in _SUM.findall(text))
    return {f"pay:{_whole(number, thousands)}" for number, thousands in told}


def _whole(number: str, thousands: str) -> int:
    """ "120k", "120.000" and "120,000.00" are one amount."""
    bare = re.sub(r"[.,]\d{1,2}$", "", number.rstrip(".,'"))
    value = int(re.sub(r"[.,']", "", bare))
    return value * 1_000 if thousands and value < 10_000 else value
