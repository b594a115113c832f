"""The seniority of a posting: marks of the title, else the years of experience that the text asks for.

Source: the guide (docs/taxonomy). Marks and years are read in English, German, French, Spanish, Portuguese, Italian,
Dutch and Polish.
"""

from itertools import pairwise
from pathlib import Path

from models import Basis, Evidence
from pipeline.job.header import is_comment, is_header, without_addresses
from pipeline.job.reliability import read_reliability
from pipeline.job.title import TITLE_LIMIT, fold, without_company
from pipeline.level.marks import LEVELS, Mark, names_contributor, title_marks
from pipeline.level.named import named_level
from pipeline.level.said import all_years_asked, leads_people, offers_internship, years_asked
from pipeline.role.jobs import Job, find_job, first_listed

VERSION = 4
_RELIABILITY = read_reliability(Path(__file__).parent)
_BRAGGED = 10  # years; a text about several jobs that names more praises its founders
_JOINTS = frozenset({"/", "-", "or", "|", "ou", "o", "oder", "&", "and", "или", "、", "〜", "~"})
_UP_TO = frozenset({"to", "up to", "bis", "bis zu", "a", "al", "jusqu'a", "do", "до", "から", "到", "至"})


def _without_ranges(marks: list[Mark], folded: str) -> list[Mark]:
    """The marks without those that only end a range: of "Senior/Staff" the first counts."""
    kept = marks[:1]
    for before, mark in pairwise(marks):
        if not _is_range(folded[before.end : mark.start]) or (before.level == mark.level and before in kept):
            kept.append(mark)
    return kept


def _is_range(between: str) -> bool:
    between = between.strip(" ().")
    return between.strip(" ,") in _JOINTS | _UP_TO or between == ","


def _without_starts(marks: list[Mark], folded: str) -> list[Mark]:
    """The marks without those from which a title leads up to another: "Junior to Mid-level" asks for as much as mid."""
    starts = [one for one, mark in pairwise(marks) if folded[one.end : mark.start].strip(" ().,") in _UP_TO]
    return [mark for mark in marks if mark not in starts]


def _of_the_job(marks: list[Mark], job: Job) -> list[Mark]:
    """The marks of the job that the role was read from.

    The name of an employer ("Coop") and the levels of other jobs say nothing of this one.
    """
    if job.reading is None or job.is_in_text:
        return []
    start, end = job.reading.span
    return [mark for mark in marks if start <= mark.start < end]


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
        return _named(text, first, last)
    years, start, end = found
    place = (first + start, first + end)
    return _years_level(years), _evidence(Basis.INFERRED, "text.years", "description", *place, text)


def _named(text: str, first: int = 0, last: int | None = None) -> tuple[str, Evidence]:
    """The level that a text, or a part of it, names in words."""
    found = named_level(text[first:last])
    if found is None:
        rule = f"seniority.none@{VERSION}"
        return "unspecified", Evidence(Basis.UNKNOWN, rule, probability=_RELIABILITY(rule))
    level, start, end = found
    return level, _evidence(Basis.INFERRED, "text.named", "description", first + start, first + end, text)


def _of_the_listed_job(job: Job, text: str) -> tuple[str, Evidence]:
    """The level of a job that the text names: its marks there, else the years asked for; of it alone among others."""
    if job.reading is None:
        return _from_text(text)
    start, end = job.reading.span
    marks, folded = title_marks(text[start:end])
    if not marks:
        own = _from_text(text, (start, job.end)) if job.others else _from_text(text)
        return own if own[0] != "unspecified" or not job.others else _of_all_jobs(text)
    mark = _highest(marks, folded)
    place = (start + mark.start, start + mark.end)
    return mark.level, _evidence(Basis.STATED, f"listing.{mark.name}", "description", *place, text)


def _of_all_jobs(text: str) -> tuple[str, Evidence]:
    """What a text about several jobs says of the level, where it asks the same of all."""
    asked = [
        (_years_level(years), start, end)
        for years, start, end in all_years_asked(text)
        if years < _BRAGGED and not names_contributor(fold(text[text.rfind("\n", 0, start) + 1 : end + 60]))
    ]
    if len({level for level, *_ in asked}) != 1:
        return _named("" if asked else text)
    level, start, end = asked[0]
    return level, _evidence(Basis.INFERRED, "text.years", "description", start, end, text)


def _unmarked(job: Job, text: str) -> tuple[str, Evidence]:
    """The level where the title has no mark for the job."""
    if job.is_in_text or job.reading is None:
        return _of_the_listed_job(job, text)
    if job.reading.rule is None and (listed := first_listed(text)):
        return _of_the_listed_job(listed, text)
    return _from_text(text) if not job.others else _of_all_jobs(text)


def tag_seniority(title: str, text: str, role: str = "", company: str = "") -> tuple[str, Evidence]:
    """The level's slug and why.

    `title` and `text` (plain text, may be empty or cut) are as posted; spans of the evidence count their characters.
    `role` is the posting's role slug: an `ai-product-manager` manages a product. `company` is left out of account where
    the title repeats it. Never fails; `unspecified` if unsaid.
    """
    marks, folded = title_marks(title[:TITLE_LIMIT])
    bare = without_addresses(without_company(folded, company))
    job = find_job(bare, text) if is_header(folded) or is_comment(bare, text) else None
    shared = marks if job and job.is_in_text and len({mark.level for mark in marks}) == 1 else []
    marks = _of_the_job(marks, job) if job else _without_starts(marks, folded)
    if role == "ai-product-manager" and "product management" not in folded:
        marks = [mark for mark in marks if mark.name != "manager"]
    if not marks:
        level, evidence = _unmarked(job, text) if job else _from_text(text)
        if level != "unspecified" or not shared:
            return level, evidence
        marks = shared  # "Senior engineers | Berlin", and the text lists them
    mark = _highest(marks, folded)
    level = mark.level
    if mark.name == "lead":
        led = leads_people(text, of_function=not names_contributor(folded[mark.end :]))
        if led:
            return "manager", _evidence(Basis.INFERRED, "text.leads-people", "description", *led, text)
    return level, _evidence(Basis.STATED, f"title.{mark.name}", "title", mark.start, mark.end, title)
