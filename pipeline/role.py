"""The role of a posting, by rules a person can read: title first, description where the title is silent.

Sources: the guide (docs/taxonomy), `data/role_rules.tsv` (the rules), `data/role_lexicon.tsv` (the words).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from models import Basis, Evidence
from pipeline.role_header import (
    after_company,
    elliptic_jobs,
    is_header,
    is_open_call,
    is_prose,
    job_spans,
    pieces,
    sentences,
    without_addresses,
)
from pipeline.role_rules import RULES, Rule, concepts
from pipeline.role_silent import role_of_text
from pipeline.tag_reliability import read_reliability
from pipeline.title_text import TITLE_LIMIT, Hit, fold, parts, read_lexicon, without_company

VERSION = 2
_RELIABILITY = read_reliability("role")
_NAME_LIMIT = 60  # characters from the first word of a job's name to the last, in running text
_LISTED_LIMIT = 45  # the same, in a text that lists jobs
_MOST_LISTED = 60  # jobs
_LISTING_LIMIT = 4000  # of a comment that lists jobs
_LEXICON = read_lexicon(Path(__file__).with_name("data") / "role_lexicon.tsv")
_NOUNS = concepts(
    "engineer scientist rscientist rengineer datascience dsnoun dataengineer architect dataarch analyst pm people "
    "notpeople solutions consultant trainer fde mts phd rse softnoun intern"
)
_HEADS = _NOUNS | {"sales", "desk", "swadj", "notpm", "leadnoun", "leadword"}
_JOBS = _NOUNS | {"sales"}
_OTHER_JOBS = concepts("desk leadword notpm")  # in a header that names no other: "Founding GTM Lead"
_PERSONS = concepts("engineer rengineer dataengineer")
_FIRM_NOUNS = concepts("engineer scientist rscientist rengineer dsnoun dataengineer architect dataarch analyst")
_FIRST_NOUNS = _FIRM_NOUNS | {"pm"}
_SECOND_NOUNS = _FIRST_NOUNS | {"notpm", "desk"}
_TRUNK = concepts(
    "people engineer scientist rscientist architect solutions analyst sales desk swadj intern trainer consultant "
    "notpeople sme softnoun rengineer leadword"
)
_WEAK = concepts(
    "hardware hwonly topic safetyweak othersci infra desk data datacollect tutor study"
)  # told by a longer phrase they mean nothing
_TELLING = concepts("rengineer rscientist fde mts")  # nouns that the description may make an AI role
_WORKS = concepts("evalwork modelwork applied")
_JOINT = re.compile(r" ?/ ?| & | \+ | or | and | und | oder | et | ou | y | e ")


def _shadowed(hit: Hit, hits: list[Hit]) -> bool:
    """True for a job noun, or a weak word, that is only a piece of a longer phrase ("manager" in "product manager")."""
    if hit.concept not in _TRUNK and hit.concept not in _WEAK:
        return False
    return any(
        other.start <= hit.start
        and hit.end <= other.end
        and other.end - other.start > hit.end - hit.start
        and other.concept != hit.concept
        and ((hit.concept in _WEAK and other.concept not in _WORKS) or other.concept in _HEADS)
        for other in hits
    )


def _evident(hits: list[Hit]) -> list[Hit]:
    """The hits that mean something: not within a phrase that is void of meaning ("AI startup"), not shadowed."""
    voids = [hit for hit in hits if hit.concept == "void"]
    meant = [hit for hit in hits if not any(void.start <= hit.start and hit.end <= void.end for void in voids)]
    return [hit for hit in meant if not _shadowed(hit, meant)]


def _main_part(hits: list[Hit], spans: list[tuple[int, int]]) -> tuple[int, int]:
    """The part with the job noun; a noun proper is preferred to a word such as "marketing"."""
    for wanted in (_NOUNS - {"intern", "mts", "phd", "softnoun"}, _HEADS - {"leadword"}, _HEADS):
        for start, end in spans:
            if any(start <= hit.start < end and hit.concept in wanted for hit in hits):
                return start, end
    return spans[0] if spans else (0, 0)


def _first_of_joined(folded: str, hits: list[Hit], span: tuple[int, int]) -> list[Hit]:
    """Of two whole roles joined by "/", "&" or "or", the hits of the first."""
    for joint in _JOINT.finditer(folded, *span):
        left = [hit for hit in hits if hit.end <= joint.start()]
        right = [hit for hit in hits if joint.end() <= hit.start < joint.end() + 25]
        if any(h.concept in _FIRST_NOUNS for h in left) and any(h.concept in _SECOND_NOUNS for h in right):
            return left
    return hits


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the rules see of a title, or of one job of several: its concepts, and the rule that fits."""

    rule: Rule | None
    hits: list[Hit]
    everywhere: set[str]
    main: set[str]
    span: tuple[int, int]


def _read(folded: str, hits: list[Hit], span: tuple[int, int]) -> _Reading:
    """One job's name; `span` is its place in the title."""
    within = [hit for hit in hits if span[0] <= hit.start < span[1]]
    spans = [(max(a, span[0]), min(b, span[1])) for a, b in parts(folded) if a < span[1] and b > span[0]]
    start, end = _main_part(within, spans)
    joined = _first_of_joined(folded, [hit for hit in within if start <= hit.start < end], (start, end))
    rest = [hit for hit in within if not start <= hit.start < end]
    before_joint = _first_of_joined(folded, within, (end, span[1]))
    rest = [hit for hit in rest if hit in before_joint]
    main = {hit.concept for hit in joined}
    everywhere = main | {hit.concept for hit in rest}
    rule = next((rule for rule in RULES if rule.fits(everywhere, main)), None)
    return _Reading(rule, joined + rest, everywhere, main, span)


def _naming(hits: list[Hit], concepts_: frozenset[str]) -> Callable[[tuple[int, int]], bool]:
    """Whether a span of the text holds one of the concepts."""
    starts = [hit.start for hit in hits if hit.concept in concepts_]
    return lambda span: any(span[0] <= start < span[1] for start in starts)


def _is_ai(reading: _Reading, longest: int = TITLE_LIMIT) -> bool:
    """True if an AI role's rule fits, on words that stand within `longest` characters."""
    if reading.rule is None or reading.rule.role == "other":
        return False
    start, end = _span(reading.rule, reading.hits)
    return end - start <= longest


def _without_employer(hits: list[Hit], after: int) -> list[Hit]:
    """The hits without an "intern" in the employer's part of a header ("Co-op Housing | Engineer")."""
    if not any(hit.start >= after and hit.concept in _PERSONS for hit in hits):
        return hits
    return [hit for hit in hits if hit.concept != "intern" or hit.start >= after]


def _readings(folded: str) -> list[_Reading]:
    """The readings of the jobs that a title names, in order; of a header that names none, nothing."""
    hits = _LEXICON.find(folded)
    if is_header(folded):
        hits += [Hit("engineer", start, end, folded[start:end]) for start, end in elliptic_jobs(folded)]
    hits = _without_employer(_evident(hits), after_company(folded))
    names_any = _naming(hits, _JOBS | _OTHER_JOBS)
    spans = job_spans(folded, _naming(hits, _JOBS), _naming(hits, _PERSONS), names_any)
    if not spans and any(hit.concept in _OTHER_JOBS and hit.start > after_company(folded) for hit in hits):
        spans = [(after_company(folded), len(folded))]
    return [_read(folded, hits, span) for span in spans]


def _chosen(readings: list[_Reading], folded: str) -> _Reading | None:
    """The reading of the first AI job, else of the first job; None if there is none."""
    if len(readings) == 1 and not is_header(folded):
        return readings[0]
    return next((r for r in readings if _is_ai(r, _NAME_LIMIT) and not _is_told(r, folded)), _unnamed(readings))


def _is_told(reading: _Reading, folded: str) -> bool:
    """True if what was read is a sentence about the firm, at the end of a header line."""
    return reading.rule is not None and is_prose(folded, *_span(reading.rule, reading.hits))


def _by_title(folded: str) -> _Reading | None:
    """The reading of the first AI job that the title names, else of its first job; None if it names none."""
    return _chosen(_readings(folded), folded)


def job_of_header(folded: str) -> tuple[tuple[int, int], bool] | None:
    """Where a header names the job that its role was read from, and whether it names others; None of a plain title."""
    if not is_header(folded):
        return None
    readings = _readings(without_addresses(folded))
    chosen = _chosen(readings, folded)
    if chosen is None or len(readings) < 2:
        start = min(after_company(folded), chosen.span[0]) if chosen else after_company(folded)
        return (start, len(folded)), False
    return chosen.span, True


def _unnamed(readings: list[_Reading]) -> _Reading | None:
    """The first job of a header that names no AI job, so that the description may decide; None if it names none."""
    if not readings:
        return None
    telling = (reading for reading in readings if reading.main & _TELLING)
    first = next(telling, readings[0])
    return _Reading(None, first.hits, first.everywhere, first.main, first.span)


def _listed(text: str) -> tuple[_Reading | None, bool]:
    """The first AI job that a text names, else its first job without a rule; and whether it names several."""
    folded = without_addresses(fold(text[:_LISTING_LIMIT]))
    hits = _evident(_LEXICON.find(folded))
    names_job = _naming(hits, _FIRM_NOUNS)
    named = [sentence for sentence in sentences(text[:_LISTING_LIMIT]) if names_job(sentence)]
    spans = [piece for sentence in named for piece in pieces(folded, sentence, names_job)]
    readings = [_read(folded, hits, span) for span in spans[:_MOST_LISTED]]
    for reading in readings:
        if _is_ai(reading, _LISTED_LIMIT) and not _is_told(reading, folded):
            return reading, len(readings) > 1
    return (replace(readings[0], rule=None) if readings else None), len(readings) > 1


def _by_listing(text: str) -> tuple[str, Evidence]:
    """The first AI job that a text names, for a title that is a header without a job's name."""
    job, _ = _listed(text)
    if job is None or job.rule is None:
        return "other", _evidence(Basis.UNKNOWN, "listing.none")
    start, end = _span(job.rule, job.hits)
    return job.rule.role, _evidence(Basis.STATED, f"listing.{job.rule.name}", "description", start, end, text)


def job_of_listing(title: str, text: str) -> tuple[tuple[int, int], bool] | None:
    """Where the text names the job that the role was read from, and whether it names others.

    None if the title names a job, or the text none.
    """
    folded = without_addresses(fold(title[:TITLE_LIMIT]))
    if not is_header(folded) and not is_open_call(folded):
        return None
    reading = _by_title(folded)
    if reading is not None and (reading.rule is not None or not is_open_call(folded)):
        return None
    job, is_one_of_several = _listed(text)
    return (job.span, is_one_of_several) if job else None


def _evidence(
    basis: Basis, rule: str, field: str = "", start: int | None = None, end: int | None = None, source: str = ""
) -> Evidence:
    """The evidence of a rule, on a span of the field's text if it rests on one."""
    quote = source[start:end] if field else ""
    name = f"role.{rule}@{VERSION}"
    return Evidence(basis, name, field, start, end, quote, _RELIABILITY(name))


def _span(rule: Rule, hits: list[Hit]) -> tuple[int, int]:
    """The run of the title that holds the first hit of each group of the rule."""
    chosen = [next((h for h in hits if h.concept in group), None) for group in (*rule.main, *rule.anywhere)]
    starts = [hit.start for hit in chosen if hit]
    ends = [hit.end for hit in chosen if hit]
    return (min(starts), max(ends)) if starts else (0, 0)


def _stated(title: str, rule: Rule, hits: list[Hit]) -> Evidence:
    start, end = _span(rule, hits)
    return _evidence(Basis.STATED, f"title.{rule.name}", "title", start, end, title)


def _silent(reading: _Reading, text: str) -> tuple[str, Evidence]:
    """The role where the title names no AI subject: what the description says."""
    role, name, place = role_of_text(reading.everywhere, reading.main, text)
    if place:
        return role, _evidence(Basis.INFERRED, f"text.{name}", "description", *place, text)
    basis = Basis.UNKNOWN if role == "other" else Basis.INFERRED
    return role, _evidence(basis, f"title.{name}")


def tag_role(title: str, text: str, company: str = "") -> tuple[str, Evidence]:
    """The role's slug and why.

    `title` and `text` (plain text, may be empty or cut) are as posted; spans of the evidence count their characters.
    `company` is left out of account where the title repeats it. Never fails; what is not known for an AI role is
    `other`.
    """
    folded = without_addresses(without_company(fold(title[:TITLE_LIMIT]), company))
    reading = _by_title(folded)
    if reading is None or (reading.rule is None and is_open_call(folded)):
        return _by_listing(text)
    if reading.rule is not None:
        return reading.rule.role, _stated(title, reading.rule, reading.hits)
    return _silent(reading, text)
