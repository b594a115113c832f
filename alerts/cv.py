"""What a CV says that a profile holds: roles, skills, level and where its person lives. Words only; nothing is guessed
beyond them, and whoever it is of sees and agrees before it is kept."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from models import ROLES
from search import tokenize
from search.facts import facts_of
from search.places import country_code
from search.profile import Profile
from search.tokens import fold
from search.values import BadValueError, canonical, known_skills

MOST_TEXT = 100_000  # characters
MOST_SKILLS, MOST_ROLES = 40, 3
_SHORT = 3  # letters: such names mean other things as well, but in a list of skills
_LONGEST = 5  # words of a skill's name
_LEVELS = (("executive", "cto|chief|vp|vice president"), ("director", "director|head of"), ("manager", "manager"),
           ("staff", "staff|principal|distinguished|lead"), ("senior", "senior|sr"), ("entry", "junior|jr|graduate"),
           ("intern", "intern|internship|working student"))  # fmt: skip
_YEARS = ((8, "senior"), (5, "senior"), (2, "mid"), (0, "entry"))
_TITLE_WORDS = {
    "machine learning": "ml-engineer", "deep learning": "deep-learning-engineer", "ml engineer": "ml-engineer",
    "ai engineer": "ai-engineer", "llm engineer": "ai-engineer", "generative ai": "ai-engineer", "nlp": "nlp-engineer",
    "computer vision": "computer-vision-engineer", "mlops": "mlops-engineer", "robotics": "robotics-engineer",
    "research scientist": "research-scientist", "applied scientist": "research-scientist",
    "research engineer": "research-engineer", "data scientist": "data-scientist", "data engineer": "data-engineer",
    "ai safety": "ai-safety", "ai product manager": "ai-product-manager", "ai architect": "ai-architect",
    "solutions engineer": "ai-solutions-engineer",
}  # fmt: skip
_SKILL_LINE = re.compile(
    r"(?im)^\W*(?:technical |core |key |programming )?(?:skills?|languages|technologies|tools|stack)\b[^\n]*"
)


def from_resume(resume: Mapping[str, Any], held: Profile, today: date) -> Profile:
    """The profile with what a JSON Resume says (https://jsonresume.org/schema); what is of another shape is skipped."""
    basics, work = _object(resume.get("basics")), [_object(one) for one in _list(resume.get("work"))]
    listed = [one for skill in map(_object, _list(resume.get("skills")))
              for one in (skill.get("name"), *_list(skill.get("keywords")))]  # fmt: skip
    titles = [_text(basics.get("label")), *(_text(one.get("position")) for one in work)]
    told = [_text(basics.get("summary")), *(_text(one.get("summary")) for one in work)]
    told += [_text(line) for one in work for line in _list(one.get("highlights"))]
    skills = dict.fromkeys([*_named(map(_text, listed)), *_spoken(" \n ".join(told)[:MOST_TEXT])])
    found = _with(held, titles, list(skills), _level(titles, _years(work, today)))
    return _at_home(found, _object(basics.get("location")))


def from_text(text: str, held: Profile) -> Profile:
    """The profile with what a CV in words says."""
    text = text[:MOST_TEXT]
    lines = [line for line in text.splitlines() if line.strip()]
    titles = [line for line in lines[:200] if len(line) < 90 and _role(line)]
    listed = re.split(r"[,;|•·:/()\n]", " , ".join(_SKILL_LINE.findall(text)))
    skills = dict.fromkeys([*_named(listed), *_spoken(text)])
    return _with(held, titles, list(skills), _level(titles[:2], None))


def _with(held: Profile, titles: Iterable[str], skills: list[str], level: str) -> Profile:
    counted = Counter(role for title in titles if (role := _role(title)))
    roles = tuple(role for role, _ in counted.most_common(MOST_ROLES)) or held.roles
    return replace(held, roles=roles, skills=tuple(skills[:MOST_SKILLS]) or held.skills,
                   levels=(level,) if level else held.levels)  # fmt: skip


def _at_home(profile: Profile, location: Mapping[str, Any]) -> Profile:
    code = country_code(_text(location.get("countryCode")) or _text(location.get("country")))
    city = fold(_text(location.get("city")))
    if not code:
        return profile
    return replace(profile, facts=str(replace(facts_of(profile.facts), lives=code, city=city)))


# --- roles and levels ----------------------------------------------------------------------------------------------


def _role(title: str) -> str:
    words = f" {' '.join(tokenize(title[:200]))} "
    found = next((role for named, role in _TITLE_WORDS.items() if f" {named} " in words), "")
    return found or next((role for role in ROLES if role != "other" and f" {role.replace('-', ' ')} " in words), "")


def _level(titles: Iterable[str], years: float | None) -> str:
    """By the first title that says one; else by the years of work."""
    for title in titles:
        words = f" {' '.join(tokenize(title[:200]))} "
        for level, names in _LEVELS:
            if any(f" {name} " in words for name in names.split("|")):
                return level
    return "" if years is None else next(level for least, level in _YEARS if years >= least)


def _years(work: Iterable[Mapping[str, Any]], today: date) -> float | None:
    """From the first beginning to the last end."""
    begins = [moment for one in work if (moment := _date(one.get("startDate")))]
    ends = [_date(one.get("endDate")) or today for one in work if _date(one.get("startDate"))]
    return max(0.0, (min(max(ends), today) - min(begins)).days / 365) if begins else None


def _date(value: Any) -> date | None:
    found = re.match(r"((?:19|20)\d\d)(?:-(0[1-9]|1[0-2]))?", _text(value))
    return date(int(found[1]), int(found[2] or 1), 1) if found else None


# --- skills --------------------------------------------------------------------------------------------------------


def _named(names: Iterable[str]) -> Iterator[str]:
    """The skills that are named in a list."""
    for name in names:
        for one in (name, *re.split(r"[,;/]", name)) if len(name) < 120 else ():
            try:
                skill = canonical("skill", one.strip(" .-"))
            except BadValueError:
                continue
            if skill in known_skills():
                yield skill


def _spoken(text: str) -> Iterator[str]:
    """The skills that running words speak of, in the order in which they come; short names are not looked for there."""
    known = _by_words()
    words = tokenize(text)
    for start in range(len(words)):
        for length in range(_LONGEST, 0, -1):
            if skill := known.get(tuple(words[start : start + length])):
                yield skill
                break


@lru_cache(maxsize=1)
def _by_words() -> dict[tuple[str, ...], str]:
    found = {tuple(tokenize(name)): skill for name, skill in known_skills().items() if len(name) > _SHORT}
    return {words: skill for words, skill in found.items() if 0 < len(words) <= _LONGEST}


# --- of whatever shape ---------------------------------------------------------------------------------------------


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value[:200] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value[:MOST_TEXT] if isinstance(value, str) else ""
