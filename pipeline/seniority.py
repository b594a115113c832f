"""The seniority of a posting: marks of the title, else the years of experience that the text asks for.

Source: the guide (docs/taxonomy). Marks and years are read in English, German, French, Spanish, Portuguese, Italian,
Dutch and Polish.
"""

from itertools import pairwise

from models import Basis, Evidence
from pipeline.role import job_of_header, job_of_listing
from pipeline.seniority_marks import LEVELS, Mark, names_contributor, title_marks
from pipeline.seniority_text import leads_people, offers_internship, years_asked
from pipeline.tag_reliability import read_reliability
from pipeline.title_text import TITLE_LIMIT

VERSION = 2
_RELIABILITY = read_reliability("seniority")
_JOINTS = frozenset({"/", "-", "or", "to", "bis", "|", "ou", "o", "oder", "&", "and"})


def _without_ranges(marks: list[Mark], folded: str) -> list[Mark]:
    """The marks without those that only end a range: of "Senior/Staff" the first counts."""
    kept = marks[:1]
    for before, mark in pairwise(marks):
        between = folded[before.end : mark.start].strip(" ().")
        is_range = between.strip(" ,") in _JOINTS or between == ","
        if not is_range or (before.level == mark.level and before in kept):
            kept.append(mark)
    return kept


def _of_the_job(marks: list[Mark], folded: str) -> tuple[list[Mark], bool]:
    """The marks of the job that the role was read from, and whether the title names other jobs.

    The name of an employer ("Coop") and the levels of other jobs say nothing of this one; nor do the years that a text
    about several jobs asks for.
    """
    job = job_of_header(folded)
    if job is None:
        return marks, False
    (start, end), is_one_of_several = job
    return [mark for mark in marks if start <= mark.start < end], is_one_of_several


def _highest(marks: list[Mark], folded: str) -> Mark:
    interns = [mark for mark in marks if mark.level == "intern"]
    if interns:
        return interns[0]
    first_jobs = [mark for mark in marks if mark.name == "junior"]
    if first_jobs and all(mark.name in ("junior", "manager") for mark in marks):
        return first_jobs[0]
    return max(_without_ranges(marks, folded), key=lambda mark: (LEVELS[mark.level], -mark.start))


def _years_level(years: int) -> str:
    for least, level in ((10, "staff"), (5, "senior"), (3, "mid")):
        if years >= least:
            return level
    return "entry"


def _evidence(basis: Basis, rule: str, field: str, start: int, end: int, source: str) -> Evidence:
    name = f"seniority.{rule}@{VERSION}"
    return Evidence(basis, name, field, start, end, source[start:end], _RELIABILITY(name))


def _from_text(text: str, part: tuple[int, int] | None = None) -> tuple[str, Evidence]:
    """The level of the years that a text, or a part of it, asks for."""
    offered = None if part else offers_internship(text)
    if offered:
        return "intern", _evidence(Basis.STATED, "text.intern", "description", *offered, text)
    first, last = part or (0, len(text))
    found = years_asked(text[first:last])
    if found is None:
        rule = f"seniority.none@{VERSION}"
        return "unspecified", Evidence(Basis.UNKNOWN, rule, probability=_RELIABILITY(rule))
    years, start, end = found
    place = (first + start, first + end)
    return _years_level(years), _evidence(Basis.INFERRED, "text.years", "description", *place, text)


def _line(text: str, start: int) -> tuple[int, int]:
    """From a place to the end of its line."""
    end = text.find("\n", start)
    return start, end if end >= 0 else len(text)


def _of_the_listed_job(title: str, text: str) -> tuple[str, Evidence]:
    """The level of the job that a text names first, under a header that names none; else what the text asks for."""
    job = job_of_listing(title, text)
    if job is None:
        return _from_text(text)
    (start, end), is_one_of_several = job
    marks, folded = title_marks(text[start:end])
    if not marks:
        return _from_text(text, _line(text, start) if is_one_of_several else (0, len(text)))
    mark = _highest(marks, folded)
    place = (start + mark.start, start + mark.end)
    return mark.level, _evidence(Basis.STATED, f"listing.{mark.name}", "description", *place, text)


def tag_seniority(title: str, text: str, role: str = "") -> tuple[str, Evidence]:
    """The level's slug and why.

    `title` and `text` (plain text, may be empty or cut) are as posted; spans of the evidence count their characters.
    `role` is the posting's role slug: an `ai-product-manager` manages a product. Never fails; `unspecified` if unsaid.
    """
    marks, folded = title_marks(title[:TITLE_LIMIT])
    marks, is_one_of_several = _of_the_job(marks, folded)
    if role == "ai-product-manager":
        marks = [mark for mark in marks if mark.name != "manager"]
    if not marks:
        return _of_the_listed_job(title, text) if not is_one_of_several else _from_text("")
    mark = _highest(marks, folded)
    level = mark.level
    if mark.name == "lead":
        led = leads_people(text, of_function=not names_contributor(folded[mark.end :]))
        if led:
            return "manager", _evidence(Basis.INFERRED, "text.leads-people", "description", *led, text)
    return level, _evidence(Basis.STATED, f"title.{mark.name}", "title", mark.start, mark.end, title)
