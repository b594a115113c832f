"""The role of a posting, by rules a person can read: title first, description where the title is silent.

Source: the guide (docs/taxonomy). `jobs` finds the job, `reading` reads its name, `silent` its text.
"""

from pathlib import Path

from models import Basis, Evidence
from pipeline.job.header import without_addresses
from pipeline.job.reliability import read_reliability
from pipeline.job.title import TITLE_LIMIT, Hit, fold, without_company
from pipeline.role.jobs import Job, find_job, own_part
from pipeline.role.reading import Reading, span_of
from pipeline.role.rules import Rule
from pipeline.role.silent import role_of_text

VERSION = 4
_RELIABILITY = read_reliability(Path(__file__).parent)


def tag_role(title: str, text: str, company: str = "") -> tuple[str, Evidence]:
    """The role's slug and why.

    `title` and `text` (plain text, may be empty or cut) are as posted; spans of the evidence count their characters.
    `company` is left out of account where the title repeats it. Never fails; what is not known for an AI role is
    `other`.
    """
    job = find_job(without_addresses(without_company(fold(title[:TITLE_LIMIT]), company)), text)
    if job.is_in_text or job.reading is None:
        return _listed(job, text)
    if job.reading.rule is not None:
        return job.reading.rule.role, _stated("title", title, job.reading.rule, job.reading.hits)
    return _silent(job.reading, text, own_part(title[:TITLE_LIMIT], text))


def _listed(job: Job, text: str) -> tuple[str, Evidence]:
    """The role of a job that only the text names; of several, the text says too little of one."""
    reading = job.reading
    if reading is not None and reading.rule is None and (not job.others or "fde" in reading.main):
        return _silent(reading, text)
    if reading is None or reading.rule is None:
        return "other", _evidence(Basis.UNKNOWN, "listing.none")
    return reading.rule.role, _stated("listing", text, reading.rule, reading.hits)


def _evidence(
    basis: Basis, rule: str, field: str = "", start: int | None = None, end: int | None = None, source: str = ""
) -> Evidence:
    """The evidence of a rule, on a span of the field's text if it rests on one."""
    quote = source[start:end] if field else ""
    name = f"role.{rule}@{VERSION}"
    return Evidence(basis, name, field, start, end, quote, _RELIABILITY(name))


def _stated(kind: str, source: str, rule: Rule, hits: list[Hit]) -> Evidence:
    field = "title" if kind == "title" else "description"
    return _evidence(Basis.STATED, f"{kind}.{rule.name}", field, *span_of(rule, hits), source)


def _silent(reading: Reading, text: str, own: tuple[int, int] | None = None) -> tuple[str, Evidence]:
    """The role where the title names no AI subject: what the description says."""
    role, name, place = role_of_text(reading.everywhere, reading.main, text, own)
    if place:
        return role, _evidence(Basis.INFERRED, f"text.{name}", "description", *place, text)
    basis = Basis.UNKNOWN if role == "other" else Basis.INFERRED
    return role, _evidence(basis, f"title.{name}")
