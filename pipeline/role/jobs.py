"""Which job a posting is about, where its title or its text names several, or the title none.

The guide: of several jobs the first AI role counts. The title's jobs and those that the text lists form one list.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from pipeline.job.header import (
    after_company,
    elliptic_jobs,
    is_comment,
    is_header,
    is_open_call,
    is_prose,
    job_spans,
    pieces,
    sentences,
    without_addresses,
)
from pipeline.job.items import item_spans
from pipeline.job.title import Hit, fold
from pipeline.role.reading import FIRM_NOUNS, LEXICON, NOUNS, Reading, evident, is_ai, read, span_of
from pipeline.role.rules import concepts
from pipeline.role.silent import deploys_ai
from pipeline.text.remembered import remembered

_NAME_LIMIT = 60  # characters from the first word of a job's name to the last, in running text
_LISTED_LIMIT = 45  # the same, in a text that lists jobs
_MOST_LISTED = 60  # jobs
_LISTING_LIMIT = 4000  # characters of a text that lists jobs
_OWN_LIMIT = 600  # the same, of what it says of one
_HEADER_LIMIT = 600  # characters of a header
_NUMBERED = re.compile(r"^\W*\d{0,2}[\].):] ?")
_JOBS = NOUNS | {"sales"}
_OTHER_JOBS = concepts("desk leadword notpm")  # in a header that names no other: "Founding GTM Lead"
_PERSONS = concepts("engineer rengineer dataengineer")
_ITEM_NOUNS = (_JOBS | _OTHER_JOBS) - {"intern", "softnoun"}
_TELLING = concepts("rengineer rscientist fde mts")  # nouns that the description may make an AI role
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Job:
    """The job that a posting is about: what its name says, and where that stands.

    `reading` is None where no job is named. `end` is where the text goes on to another listed job. `others`: several
    jobs are named, so that what the text says in general need not be said of this one.
    """

    reading: Reading | None
    is_in_text: bool = False
    others: bool = False
    end: int = 0


def find_job(folded: str, text: str) -> Job:
    """The job of a posting. `folded`: its title, without addresses and the employer's name."""
    readings = _readings(folded)
    chosen = _chosen(readings, folded)
    is_open = is_open_call(folded) or (chosen is not None and _names_none(chosen) and is_comment(folded, text))
    if chosen is None or (chosen.rule is None and is_open):
        return _listed(text)
    if chosen.rule is None and is_header(folded):
        items = _items(text)
        listed = next((job for job in items if _is_ai_job(job, text)), None)
        if listed and len(items) > 1:
            return listed
    return Job(chosen, others=len(readings) > 1)


def _names_none(reading: Reading) -> bool:
    return not reading.everywhere & (_JOBS | _OTHER_JOBS)


def _is_ai_job(job: Job, text: str) -> bool:
    """True if its name says so, or if it is forward deployed at a firm that the text says makes AI."""
    if job.reading is None:
        return False
    return is_ai(job.reading, _LISTED_LIMIT) or ("fde" in job.reading.main and deploys_ai(text))


def first_listed(text: str) -> Job | None:
    """The first job that a text lists one a line, None if it lists fewer than two."""
    items = _items(text)
    return items[0] if len(items) > 1 else None


def own_part(title: str, text: str) -> Span | None:
    """What a text that lists several jobs says of the one that the title names; None if it is about one job.

    So is a comment whose first line is a header, of which the posting's title is one job.
    """
    first = fold(text[: max(0, text.find("\n"))][:_HEADER_LIMIT])
    if first.count("|") < 2 or is_comment(without_addresses(fold(title)), text):
        return None
    items = _items(text)
    after = after_company(first)
    named = [one for one in _readings(without_addresses(first)) if one.span[0] >= after and one.main & FIRM_NOUNS]
    if len(items) < 2 and len(named) < 2:
        return None
    name = fold(_NUMBERED.sub("", title))
    start = fold(text[:_LISTING_LIMIT]).rfind(name)
    if start < 0:
        return len(text), len(text)
    ends = [job.reading.span[0] for job in items if job.reading and job.reading.span[0] > start + len(name)]
    return start, min([*ends, start + _OWN_LIMIT, len(text)])


def _naming(hits: list[Hit], wanted: frozenset[str] | set[str]) -> Callable[[Span], bool]:
    """Whether a span of the text holds one of the concepts."""
    starts = [hit.start for hit in hits if hit.concept in wanted]
    return lambda span: any(span[0] <= start < span[1] for start in starts)


def _without_employer(hits: list[Hit], after: int) -> list[Hit]:
    """The hits without an "intern" in the employer's part of a header ("Co-op Housing | Engineer")."""
    if not any(hit.start >= after and hit.concept in _PERSONS for hit in hits):
        return hits
    return [hit for hit in hits if hit.concept != "intern" or hit.start >= after]


def _readings(folded: str) -> list[Reading]:
    """The readings of the jobs that a title names, in order; of a header that names none, nothing."""
    hits = LEXICON.find(folded)
    if is_header(folded):
        hits += [Hit("engineer", start, end, folded[start:end]) for start, end in elliptic_jobs(folded)]
    after = after_company(folded)
    hits = _without_employer(evident(hits), after)
    names_any, names_firmly = _naming(hits, _JOBS | _OTHER_JOBS), _naming(hits, FIRM_NOUNS)
    spans = job_spans(folded, _naming(hits, _JOBS), _naming(hits, _PERSONS), names_any)
    if is_header(folded) and any(span[0] >= after and names_firmly(span) for span in spans):
        spans = [span for span in spans if span[0] >= after or names_firmly(span)]  # "Acme Consulting | Engineer"
    if not spans and any(hit.concept in _OTHER_JOBS and hit.start > after for hit in hits):
        spans = [(after, len(folded))]
    return [read(folded, hits, span) for span in spans]


def _chosen(readings: list[Reading], folded: str) -> Reading | None:
    """The reading of the first AI job, else of the first job; None if there is none."""
    if len(readings) == 1 and not is_header(folded):
        return readings[0]
    return next((r for r in readings if is_ai(r, _NAME_LIMIT) and not _is_told(r, folded)), _unnamed(readings))


def _is_told(reading: Reading, folded: str) -> bool:
    """True if what was read is a sentence about the firm, at the end of a header line."""
    return reading.rule is not None and is_prose(folded, *span_of(reading.rule, reading.hits))


def _unnamed(readings: list[Reading]) -> Reading | None:
    """The first job of a header that names no AI job, so that the description may decide; None if it names none."""
    if not readings:
        return None
    telling = (reading for reading in readings if reading.main & _TELLING)
    first = next(telling, readings[0])
    return replace(first, rule=None)


@remembered  # the role asks for it, and then the seniority
def _items(text: str) -> list[Job]:
    """The jobs that a text lists one a line; its first line may be the header again."""
    text = text[:_LISTING_LIMIT]
    folded = without_addresses(fold(text))
    hits = evident(LEXICON.find(folded))
    names_job = _naming(hits, _ITEM_NOUNS)
    header = text.find("\n") if is_header(folded[: text.find("\n") + 1]) else -1
    items = [item.whole for item in item_spans(text) if item.name[0] > header and names_job(item.name)]
    spans = [piece for item in items for piece in pieces(folded, item, names_job)]
    ends = [span[0] for span in spans[1:]] + [len(text)]
    found = [read(folded, hits, span) for span in spans[:_MOST_LISTED]]
    return [Job(one, True, len(found) > 1, end) for one, end in zip(found, ends, strict=False)]


def _listed(text: str) -> Job:
    """The first AI job that a text names, else its first job without a rule."""
    items = _items(text)
    for job in items:
        if _is_ai_job(job, text):
            return job
    named, folded = _sentences_jobs(text)
    for reading in named:
        if is_ai(reading, _LISTED_LIMIT) and not _is_told(reading, folded):
            return _in_sentence(reading, named, text)
    first = items[0] if items else _in_sentence(named[0], named, text) if named else Job(None)
    if first.reading is None:
        return first
    return replace(first, reading=replace(first.reading, rule=None))


def _in_sentence(reading: Reading, named: list[Reading], text: str) -> Job:
    end = text.find("\n", reading.span[0])
    return Job(reading, True, len(named) > 1, end if end >= 0 else len(text))


def _sentences_jobs(text: str) -> tuple[list[Reading], str]:
    """The jobs that the sentences of a text name, and the folded text."""
    folded = without_addresses(fold(text[:_LISTING_LIMIT]))
    hits = evident(LEXICON.find(folded))
    names_job = _naming(hits, FIRM_NOUNS)
    named = [sentence for sentence in sentences(text[:_LISTING_LIMIT]) if names_job(sentence)]
    spans = [piece for sentence in named for piece in pieces(folded, sentence, names_job)]
    return [read(folded, hits, span) for span in spans[:_MOST_LISTED]], folded
