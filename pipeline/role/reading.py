"""One job's name as the rules see it: the concepts of its words, and the rule of `rules.tsv` that fits.

Sources: the guide (docs/taxonomy), `rules.tsv` (the rules), `lexicon.tsv` (the words).
"""

import re
from dataclasses import dataclass
from pathlib import Path

from pipeline.job.title import TITLE_LIMIT, Hit, parts, read_lexicon
from pipeline.role.rules import Rule, concepts, fitting

LEXICON = read_lexicon(Path(__file__).with_name("lexicon.tsv"))
NOUNS = concepts(
    "engineer scientist rscientist rengineer datascience dsnoun dataengineer architect dataarch analyst pm people "
    "notpeople solutions consultant trainer fde mts phd rse softnoun intern"
)
_HEADS = NOUNS | {"sales", "desk", "swadj", "notpm", "leadnoun", "leadword"}
FIRM_NOUNS = concepts("engineer scientist rscientist rengineer dsnoun dataengineer architect dataarch analyst")
_FIRST_NOUNS = FIRM_NOUNS | {"pm"}
_SECOND_NOUNS = _FIRST_NOUNS | {"notpm", "desk"}
_TRUNK = concepts(
    "people engineer scientist rscientist architect solutions analyst sales desk swadj intern trainer consultant "
    "notpeople sme softnoun rengineer leadword"
)
_WEAK = concepts(
    "hardware hwonly topic safetyweak othersci infra desk data datacollect tutor study"
)  # told by a longer phrase they mean nothing
_SPECIALITIES = concepts("cv nlp edge robotics dl mlops")
_AND = frozenset({"/", "&", "and", "+", "und", "et", "y", "e"})
_WHOLE_JOBS = frozenset({"gtm", "sales", "marketing"})  # stand for a job at the end of a list
_WORKS = concepts("evalwork modelwork applied")
_JOINT = re.compile(
    r" ?/(?!(?:as?|os?|es?|in|ne|se|euse|trice)\b) ?| & | \+ | or | and | und | oder | et | ou | y | e "
)


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


def evident(hits: list[Hit]) -> list[Hit]:
    """The hits that mean something: not within a phrase that is void of meaning ("AI startup"), not shadowed."""
    voids = [hit for hit in hits if hit.concept == "void"]
    meant = [hit for hit in hits if not any(void.start <= hit.start and hit.end <= void.end for void in voids)]
    return [hit for hit in meant if not _shadowed(hit, meant)]


def _main_part(hits: list[Hit], spans: list[tuple[int, int]]) -> tuple[int, int]:
    """The part with the job noun; a noun proper is preferred to a word such as "marketing"."""
    for wanted in (NOUNS - {"intern", "mts", "phd", "softnoun"}, _HEADS - {"leadword"}, _HEADS):
        for start, end in spans:
            if any(start <= hit.start < end and hit.concept in wanted for hit in hits):
                return start, end
    return spans[0] if spans else (0, 0)


def _first_of_joined(folded: str, hits: list[Hit], span: tuple[int, int]) -> list[Hit]:
    """Of two whole roles joined by "/", "&" or "or", the hits of the first."""
    for joint in _JOINT.finditer(folded, *span):
        left = [hit for hit in hits if hit.end <= joint.start()]
        right = [hit for hit in hits if joint.end() <= hit.start < joint.end() + 25]
        first, second = (
            [hit for hit in side if hit.concept in nouns]
            for side, nouns in ((left, _FIRST_NOUNS), (right, _SECOND_NOUNS))
        )
        if first and any(hit.phrase in _WHOLE_JOBS and hit.end >= span[1] for hit in right[-1:]):
            return left  # "Founding Engineers & GTM"
        if (
            first and second and not second[0].phrase.startswith(first[-1].phrase[:-1])
        ):  # "Inżynier/Inżynierka" is one job
            return left
    return hits


def _first_speciality(folded: str, hits: list[Hit]) -> list[Hit]:
    """The hits without a speciality that only follows another by a joint: "Computer Vision & Edge AI" is vision."""
    named = [hit for hit in hits if hit.concept in _SPECIALITIES]
    second = [
        hit
        for hit in named
        if any(one.end < hit.start and folded[one.end : hit.start].strip() in _AND for one in named)
    ]
    return [hit for hit in hits if hit not in second] if second else hits


@dataclass(frozen=True, slots=True)
class Reading:
    """What the rules see of a title, or of one job of several: its concepts, and the rule that fits."""

    rule: Rule | None
    hits: list[Hit]
    everywhere: set[str]
    main: set[str]
    span: tuple[int, int]


def read(folded: str, hits: list[Hit], span: tuple[int, int]) -> Reading:
    """One job's name; `span` is its place in the title."""
    within = _first_speciality(folded, [hit for hit in hits if span[0] <= hit.start < span[1]])
    spans = [(max(a, span[0]), min(b, span[1])) for a, b in parts(folded) if a < span[1] and b > span[0]]
    start, end = _main_part(within, spans)
    joined = _first_of_joined(folded, [hit for hit in within if start <= hit.start < end], (start, end))
    rest = [hit for hit in within if not start <= hit.start < end]
    before_joint = _first_of_joined(folded, within, (end, span[1]))
    rest = [hit for hit in rest if hit in before_joint]
    main = {hit.concept for hit in joined}
    everywhere = main | {hit.concept for hit in rest}
    rule = fitting(frozenset(everywhere), frozenset(main))
    return Reading(rule, joined + rest, everywhere, main, span)


def is_ai(reading: Reading, longest: int = TITLE_LIMIT) -> bool:
    """True if an AI role's rule fits, on words that stand within `longest` characters."""
    if reading.rule is None or reading.rule.role == "other":
        return False
    start, end = span_of(reading.rule, reading.hits)
    return end - start <= longest


def span_of(rule: Rule, hits: list[Hit]) -> tuple[int, int]:
    """The run of the title that holds the first hit of each group of the rule."""
    chosen = [next((h for h in hits if h.concept in group), None) for group in (*rule.main, *rule.anywhere)]
    starts = [hit.start for hit in chosen if hit]
    ends = [hit.end for hit in chosen if hit]
    return (min(starts), max(ends)) if starts else (0, 0)
