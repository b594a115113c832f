"""Titles that are more than one job's name: "Company | Role, Role | Place | remote", "Acme is hiring a ...".

Hacker News comments begin so. The parts that name a job are kept, so that the employer's name ("Adalat AI") or a
slogan ("AI in healthcare") is not read as the subject of the work.
"""

import re
from collections.abc import Callable

from pipeline.job.title import fold

Span = tuple[int, int]
Names = Callable[[Span], bool]
_BAR = re.compile(r"[|•]")
_ENUMERATED = re.compile(r"[,;+]")
_LISTED = re.compile(r"[,;+]| & | and | / |\d\) |(?<=engineer)/|(?<=engineers)/|(?<=developer)/|(?<=scientist)/")
_PROSE = re.compile(
    r"\b(?:is|are|was|we|we're|we've|our|builds?|building|built|helps?|helping|makes?|provides?|powers?|users? of|"
    r"mission)\b"
)
_CALL = re.compile(r"\b(?:hiring|looking for|seeking|searching for|we need|roles?|positions?|openings?|join us as)\b")
_HIRING = re.compile(r"\b(?:is|are|we're|i'm|now) (?:hiring|looking for|seeking)\b(?: an?\b)?|\bhiring:?(?= )")
_HIRING_WORDS = ("hiring", "looking", "seeking")
_SENTENCE = re.compile(r"(?<![SsJj]r)[.!?:] |[\n*•]")
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s|)]+|\b[\w.+-]{1,60}@\S+|\b(?!(?:sr|jr|dr|gen|ii|iii)\.ai\b)[a-z0-9-]{2,40}\.(?:ai|io|com|co|dev|org|net|so|de|fr)\b"
)
_OPEN_CALL = re.compile(
    r"\b(?:multiple|various|several|many|open|all) (?:\w+ )?(?:roles|positions|openings|jobs)\b|^ *roles *$"
)
_ELLIPSIS = re.compile(
    r"(?:^|[|,;+/&:] ?)(?:staff|senior|sr\.?|junior|lead|principal|founding|mid) "
    r"(ml|ai|ai/ml|ml/ai|llm|nlp|data|infra|devops|backend|back-end|frontend|front-end|full-?stack|mobile|ios|android)"
    r"(?= ?(?:$|[|,;+&(]|/(?!\w+ (?:engineer|developer))))"  # "Lead iOS/AI Engineer" is one job
)
_HEAD = 40  # characters by which a text is seen to begin with its title
_LONG = 140  # a title is shorter; what is longer is a sentence or a header


def without_addresses(folded: str) -> str:
    """The text with web and mail addresses blanked, each character still at its place: "acme.ai" is no AI."""
    if "." not in folded and "@" not in folded and "://" not in folded:
        return folded  # most titles
    return _ADDRESS.sub(lambda found: " " * len(found.group()), folded)


def _hires(folded: str) -> re.Match[str] | None:
    """ "Is hiring", looked for where one of its words stands."""
    return _HIRING.search(folded) if any(word in folded for word in _HIRING_WORDS) else None


def is_open_call(folded: str) -> bool:
    """True for a title that says that there are jobs, not which: "Multiple roles"."""
    return _OPEN_CALL.search(folded) is not None


def is_prose(folded: str, start: int, end: int) -> bool:
    """True for a span in a sentence that tells of the firm, not of whom it looks for, and of "AI for developers"."""
    if " for " in folded[start:end] or _PROSE.search(folded, start, end):
        return True
    begin = max(folded.rfind(mark, max(0, start - _LONG), start) for mark in (". ", "! ", "|", ": ", "*")) + 1
    before = folded[max(begin, start - _LONG) : start]
    told = _PROSE.search(before)
    return told is not None and _CALL.search(before) is None


def is_header(folded: str) -> bool:
    """True for a title that is a header line or a sentence rather than a job's name."""
    return folded.count("|") >= 2 or len(folded) > _LONG or _hires(folded) is not None


def is_comment(folded: str, text: str) -> bool:
    """True if a title (folded, without addresses) is but the first line of the text, as on Hacker News."""
    head = folded[:_HEAD].strip()
    return len(head) > 5 and without_addresses(fold(text[: len(folded)]))[:_HEAD].strip() == head


def _hiring(folded: str) -> int:
    """The end of "is hiring" where that begins a header, else 0; after two bars it only says so of the place."""
    found = _hires(folded)
    return found.end() if found and folded.count("|", 0, found.start()) < 2 else 0


def after_company(folded: str) -> int:
    """Where a header goes on after the employer's name: after "is hiring", else after its first bar."""
    return _hiring(folded) or folded.find("|") + 1


def elliptic_jobs(folded: str) -> list[Span]:
    """The fields that stand for a whole job in a list: the "ML" of "Staff ML, Staff Infra"."""
    return [found.span(1) for found in _ELLIPSIS.finditer(folded)]


def bar_spans(folded: str) -> list[Span]:
    """The parts between bars; what stands before "is hiring" is dropped."""
    start = _hiring(folded)
    found = []
    for bar in _BAR.finditer(folded, start):
        found.append((start, bar.start()))
        start = bar.end()
    found.append((start, len(folded)))
    return [(a, b) for a, b in found if folded[a:b].strip()]


def listed_spans(folded: str, span: Span, marks: re.Pattern[str], names_job: Names) -> list[Span]:
    """The jobs that a part lists between marks, each with what follows it, or the part itself if it names one job."""
    starts = [span[0], *(mark.end() for mark in marks.finditer(folded, *span))]
    ends = [*starts[1:], span[1]]
    jobs = [piece[0] for piece in zip(starts, ends, strict=True) if names_job(piece)]
    if len(jobs) < 2:
        return [span]
    return list(zip([span[0], *jobs[1:]], [*jobs[1:], span[1]], strict=True))


def pieces(folded: str, span: Span, names_job: Names) -> list[Span]:
    """The jobs that a part of a header, or a sentence, lists."""
    return listed_spans(folded, span, _LISTED, names_job)


def sentences(text: str) -> list[Span]:
    """The sentences and list items of a text (not folded: its lines count), those too long for a job's name cut."""
    found, start = [], 0
    for mark in _SENTENCE.finditer(text):
        if mark.start() - start > 5:
            found.append((start, min(mark.start(), start + _LONG)))
        start = mark.end()
    found.append((start, min(len(text), start + _LONG)))
    return found


def job_spans(folded: str, names_job: Names, names_person: Names, names_any: Names) -> list[Span]:
    """The spans of a title that name jobs, in order; of a header that names none, nothing; else the whole title.

    `names_job` is true of a span with a job's name, `names_person` of one with a noun such as "engineer",
    `names_any` of one with whatever job.
    """
    spans = bar_spans(folded) if "|" in folded or is_header(folded) else [(0, len(folded))]
    jobs = [span for span in spans if names_job(span)]
    if is_header(folded):
        return [piece for span in jobs for piece in pieces(folded, span, names_any)]
    whole = (jobs[0][0] if jobs else 0, len(folded))
    return listed_spans(folded, whole, _ENUMERATED, names_person)
