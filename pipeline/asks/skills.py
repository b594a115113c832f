"""The skills that a text names (skills.tsv): one pass, longest match, context for the ambiguous words."""

import re
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import ahocorasick_rs

from models import Basis
from pipeline.asks.needs import MARKERS, MUST, NICE, Needs
from pipeline.text.plain import lower_case

_RULE = "skills.lexicon@2"
_DATA = Path(__file__).with_name("skills.tsv")
_NEAR, _TOUCH, _WITH = 60, 24, 90
_MOST_MENTIONS, _MOST_LETTERS = 1_000, 300  # a text; real postings have 80 at most, and 10
_MOST_MARKERS = 500
_LIST_GROUPS = frozenset(("languages", "frameworks", "data", "mlops", "cloud"))
_NO_COMPANY = frozenset(("languages", "methods", "maths"))
_JOINT = re.compile(
    r"[\s,/|;&()+•:]*(?:and|or|und|oder|et|ou|y|o|e\.g\.|eg|such as|like|including|and/or|in|with)?[\s,/|(:]*", re.I
)
_CUE = re.compile(
    r"(?:experience (?:with|in|using|of|building)|experienced (?:in|with)|proficien\w+ (?:in|with|using)|knowledge of|"
    r"familiar\w* with|skills? (?:in|with)|expertise (?:in|with)|languages? (?:such as|like|including)|fluen\w+ in|"
    r"languages?:|written in|programming in|coding in|develop\w* in|built (?:in|with|on)|background in|stack:|"
    r"tools (?:such as|like)|frameworks (?:such as|like)|hands-on (?:with|experience with)|kenntnisse in|erfahrung mit)"
    r"\s+(?:the |modern |strong |advanced )?$",
    re.I,
)
_AFTER_LETTER = {
    "go": re.compile(
        r" (?:programming|language|developer|engineer|services|microservices|backend|lang\b|code\b)", re.I
    ),
    "r": re.compile(r" (?:programming|language|shiny|packages?|markdown|scripts?|statistical)", re.I),
    "c": re.compile(r" (?:programming|language|code\b|developer)", re.I),
}
_LETTERS = {
    slug: re.compile(rf"{letter}(?<![\w&'’.+-]{letter})(?![\w&'’+#-])")
    for letter, slug in {"R": "r", "C": "c", "Go": "go"}.items()
}


@dataclass(slots=True)
class Skill:
    """A row of the lexicon with its rules, see the head of the data file."""

    slug: str
    group: str
    names: list[str]
    is_case: bool = False
    is_upper: bool = False
    is_near: bool = False
    is_letter: bool = False
    excluded: list[str] = field(default_factory=list)
    wanted: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Lexicon:
    skills: dict[str, Skill]
    names: dict[str, Skill]
    patterns: list[str]
    automaton: Any


@dataclass(slots=True)
class Mention:
    """A skill named at `start` to `end`; `is_sure` where the words need no context."""

    skill: Skill
    start: int
    end: int
    is_sure: bool


def tag_skills(
    title: str, text: str, found: tuple[list[Mention], Needs] | None = None
) -> tuple[list[str], dict[str, dict[str, Any]]]:
    """The skills in order of mention, and for each its evidence with `need`: must, nice or None.

    `found`: what `find_mentions` gave for the text, if that was asked already.
    """
    evidence: dict[str, dict[str, Any]] = {}
    mentions, needs = found or find_mentions(text)
    for mention in mentions:
        need = needs.at(mention.start)
        known = evidence.get(mention.skill.slug)
        if known is None or _is_stronger(need, known["need"]):
            evidence[mention.skill.slug] = _evidence("description", text, mention, need)
    for mention in find_mentions(title)[0]:
        evidence.setdefault(mention.skill.slug, _evidence("title", title, mention, None))
    return list(evidence), evidence


def _is_stronger(need: str | None, known: str | None) -> bool:
    return (need == MUST and known != MUST) or (need == NICE and known is None)


def _evidence(source: str, text: str, mention: Mention, need: str | None) -> dict[str, Any]:
    return {
        "basis": Basis.STATED, "rule": _RULE, "field": source, "start": mention.start, "end": mention.end,
        "quote": text[mention.start : mention.end], "need": need,
    }  # fmt: skip


@cache
def lexicon() -> dict[str, Skill]:
    """Slug to skill, all of the data file."""
    return _load().skills


@cache
def _load() -> _Lexicon:
    skills = {}
    for line in _DATA.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("# ") and not line.startswith("#  "):
            skill = _parse(line)
            skills[skill.slug] = skill
    names = {name: skill for skill in skills.values() for name in skill.names}
    patterns = list(dict.fromkeys([*names, *MARKERS]))
    automaton = ahocorasick_rs.AhoCorasick(
        patterns,
        matchkind=ahocorasick_rs.MatchKind.LeftmostLongest,
        implementation=ahocorasick_rs.Implementation.ContiguousNFA,  # as fast as a DFA here, and built in a tenth
    )
    return _Lexicon(skills, names, patterns, automaton)


def _parse(line: str) -> Skill:
    slug, group, names, rules = (*line.split("\t"), "", "")[:4]
    words = rules.split()
    values = {word.split("=")[0]: word.split("=")[1].replace("_", " ").split(",") for word in words if "=" in word}
    written = list(filter(None, names.split("|")))
    if "alone" not in words and "letter" not in words:
        written += [slug, slug.replace("-", " ")]
    return Skill(
        slug,
        group,
        list(dict.fromkeys(written)),
        is_case="case" in words,
        is_upper="upper" in words,
        is_near="near" in words,
        is_letter="letter" in words,
        excluded=values.get("not", []),
        wanted=values.get("with", []),
    )


def find_mentions(text: str) -> tuple[list[Mention], Needs]:
    """Every accepted mention of a skill in order, and what the text says is needed where."""
    lower = lower_case(text)
    known, needs, found, markers = _load(), Needs(text), list[Mention](), 0
    for number, start, end in known.automaton.find_matches_as_indexes(lower):
        if start and lower[start - 1].isalnum() and lower[start].isalnum():
            continue
        name = known.patterns[number]
        if name in MARKERS and markers < _MOST_MARKERS and not lower[end : end + 1].isalpha():
            markers += 1
            needs.add(name, start, end)
        if len(found) < _MOST_MENTIONS and (mention := _mention(known, text, lower, start, end)):
            found.append(mention)
    found += _letters(known, text)
    found.sort(key=lambda mention: mention.start)
    kept = [mention for mention in found if mention.skill.group in _NO_COMPANY or not needs.is_company(mention.start)]
    return _confirm(kept, text), needs


def _mention(known: _Lexicon, text: str, lower: str, start: int, end: int) -> Mention | None:
    """The longest name of a skill that starts here, ends at a word's end, and passes the rules of its words."""
    while end > start:
        name = lower[start:end]
        skill = known.names.get(name)
        stop = _end_of_word(lower, name, end)
        if skill and stop and _passes(skill, name, text, lower, start, stop):
            return Mention(skill, start, stop, not skill.is_near)
        if stop or name.isalnum():
            return None
        end = max(lower.rfind(mark, start, end - 1) for mark in " -/.")
    return None


def _end_of_word(lower: str, name: str, end: int) -> int:
    """Where the word ends, a plural's "s" included; 0 if the name is only part of a longer word."""
    following = lower[end : end + 2]
    if following[:1] == "s" and not following[1:].isalnum() and len(name) > 2 and name[-1] != "s":
        return end + 1
    if (
        following[:1].isalnum()
        or following[:1] == "_"
        or (following[:1] in "+#" and following and name[-1] not in "+#")
    ):
        return 0
    if following[:1] == "." and following[1:].isalpha():
        return 0  # a domain, a file or another name
    return end


def _passes(skill: Skill, name: str, text: str, lower: str, start: int, end: int) -> bool:
    first = text[start]
    if skill.is_case and " " not in name and "." not in name and first.isalpha() and not first.isupper():
        return False
    if skill.is_upper and len(name) <= 4 and not text[start : start + len(name)].isupper():
        return False
    if start and text[start - 1] in "@#" and name[0] not in "@#":
        return False
    if skill.excluded:
        around = lower[max(0, start - _TOUCH) : end + _TOUCH]
        if any(words in around for words in skill.excluded):
            return False
    if skill.wanted and name in (skill.slug, skill.slug.replace("-", " "), *skill.names):
        around = lower[max(0, start - _WITH) : start] + lower[end : end + _WITH]
        return any(words in around for words in skill.wanted)
    return True


def _letters(known: _Lexicon, text: str) -> list[Mention]:
    """ "R", "C" and "Go" where they stand as words; whether they are languages, their neighbours say."""
    found: list[Mention] = []
    for slug, pattern in _LETTERS.items():
        matches = islice(pattern.finditer(text), _MOST_LETTERS)
        found.extend(Mention(known.skills[slug], *match.span(), is_sure=False) for match in matches)
    return found


def _confirm(found: list[Mention], text: str) -> list[Mention]:
    """Without the mentions that need company and have none; twice, since one may be another's company."""
    for _ in range(2):
        for index, mention in enumerate(found):
            if not mention.is_sure:
                neighbours = found[max(0, index - 3) : index] + found[index + 1 : index + 4]
                mention.is_sure = _has_company(mention, neighbours, text)
    return [mention for mention in found if mention.is_sure]


def _has_company(mention: Mention, neighbours: list[Mention], text: str) -> bool:
    if _CUE.search(text[max(0, mention.start - 60) : mention.start]):
        return not mention.skill.is_letter or not text[mention.end : mention.end + 4].startswith((" to ", " on "))
    if mention.skill.is_letter and _AFTER_LETTER[mention.skill.slug].match(text, mention.end):
        return True
    return any(_supports(mention, other, text) for other in neighbours)


def _supports(mention: Mention, other: Mention, text: str) -> bool:
    gap = text[other.end : mention.start] if other.start < mention.start else text[mention.end : other.start]
    if "\n" in gap or len(gap) > _NEAR or other.skill is mention.skill:
        return False
    is_joined = len(gap) <= 16 and _JOINT.fullmatch(gap) is not None
    if mention.skill.is_letter:
        return is_joined and other.skill.group in _LIST_GROUPS and (other.is_sure or other.skill.is_letter)
    return other.is_sure or is_joined
