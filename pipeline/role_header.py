"""Titles that are more than one job's name: "Company | Role, Role | Place | remote", "Acme is hiring a ...".

Hacker News comments begin so. The parts that name a job are kept, so that the employer's name ("Adalat AI") or a
slogan ("AI in healthcare") is not read as the subject of the work.
"""

import re
from collections.abc import Callable

Span = tuple[int, int]
_BAR = re.compile(r"\||•| - (?=[a-z]{3,}.* \| )")
_LISTED = re.compile(r"[,;+]| & | and | / |\d\) ")
_HIRING = re.compile(r"\b(?:is|are|we're|i'm|now) (?:hiring|looking for|seeking)\b(?: an?\b)?|\bhiring:?(?= )")
_SENTENCE = re.compile(r"[.!?:] |[\n*•]")
_LONG = 140  # a title is shorter; what is longer is a sentence or a header


def is_header(folded: str) -> bool:
    """True for a title that is a header line or a sentence rather than a job's name."""
    return folded.count("|") >= 2 or len(folded) > _LONG or _HIRING.search(folded) is not None


def bar_spans(folded: str) -> list[Span]:
    """The parts between bars; what stands before "is hiring" is dropped."""
    hiring = _HIRING.search(folded)
    start = hiring.end() if hiring else 0
    found = []
    for bar in _BAR.finditer(folded, start):
        found.append((start, bar.start()))
        start = bar.end()
    found.append((start, len(folded)))
    return [(a, b) for a, b in found if folded[a:b].strip()]


def listed_spans(folded: str, span: Span, names_job: Callable[[Span], bool]) -> list[Span]:
    """The jobs that a part lists, or the part itself if it names one job."""
    start, end = span
    pieces = []
    for mark in _LISTED.finditer(folded, start, end):
        pieces.append((start, mark.start()))
        start = mark.end()
    pieces.append((start, end))
    jobs = [piece for piece in pieces if names_job(piece)]
    return jobs if len(jobs) > 1 else [span]


def sentences(folded: str) -> list[Span]:
    """The sentences and list items of a text, those too long for a job's name cut."""
    found, start = [], 0
    for mark in _SENTENCE.finditer(folded):
        if mark.start() - start > 5:
            found.append((start, min(mark.start(), start + _LONG)))
        start = mark.end()
    found.append((start, min(len(folded), start + _LONG)))
    return found


def job_spans(folded: str, names_job: Callable[[Span], bool]) -> list[Span]:
    """The spans of a title that name jobs, in order; of a header that names none, nothing; else the whole title."""
    spans = bar_spans(folded) if "|" in folded or is_header(folded) else [(0, len(folded))]
    jobs = [span for span in spans if names_job(span)]
    if not is_header(folded):
        return [(jobs[0][0] if jobs else 0, len(folded))]
    return [piece for span in jobs for piece in listed_spans(folded, span, names_job)]
