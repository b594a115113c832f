"""What is written of a job, as a clause of the query language: roles and levels by their names, words of the ads."""

import re

from begin.where import LARGE, named
from models import ROLES, SENIORITIES
from search.cities import places_named
from search.grammar import MAX_LENGTH
from search.tokens import fold

_LISTED = re.compile(r"\s*(?:[,;]|\s/\s|\bor\b)\s*")  # "CI/CD" and "research and development" are words
_ROLES_LISTED = re.compile(r"\s*(?:[,;/]|\bor\b|\band\b)\s*")
_IS_QUERY = re.compile(r'[:"()*<>]|\b(?:OR|AND|NOT)\b|(?:^|\s)-\w')
_LEVELS = {"sr": "senior", "sr.": "senior", "junior": "entry", "jr": "entry", "jr.": "entry", "entry-level": "entry",
           "entry level": "entry", "graduate": "entry", "mid-level": "mid", "mid level": "mid", "lead": "staff",
           "principal": "staff"}  # fmt: skip
_PLAIN_LEVELS = ("intern", "entry", "mid", "senior", "staff")  # "manager" alone is a word, for it may be a job
_SHORT = {"machine-learning": "ml", "artificial-intelligence": "ai", "natural-language-processing": "nlp"}
_MEANT = {"llm-engineer": "ai-engineer", "genai-engineer": "ai-engineer", "gen-ai-engineer": "ai-engineer",
          "generative-ai-engineer": "ai-engineer", "mle": "ml-engineer", "mlops": "mlops-engineer",
          "applied-scientist": "research-scientist", "ai-researcher": "research-scientist",
          "ml-researcher": "research-scientist"}  # fmt: skip


class PlaceError(ValueError):
    """A place among what is looked for; the message says where it belongs."""


def clause(text: str) -> str:
    """The clause: "ML engineer or rag, senior" is either of the two, of that level; a query stays as it is.

    Raises PlaceError.
    """
    written = " ".join(text.split())
    if len(written) > MAX_LENGTH:  # it is refused by whoever reads it
        return written
    is_query = bool(_IS_QUERY.search(written))
    whole = [_leveled(part) for part in _ROLES_LISTED.split(written.lower()) if part]
    if whole and all(role or (level and not is_query) for level, role in whole):
        return _of_level([], *whole)
    if is_query:
        return text.strip()
    parts = [part for part in _LISTED.split(written) if part]
    found = [(*_leveled(part.lower()), part) for part in parts]
    words = [part for level, role, part in found if not (level or role)]
    if len(parts) > 1:
        _refuse_place(list(dict.fromkeys(words)))
    return _of_level(words, *((level, role) for level, role, _ in found)) or text.strip()


def _of_level(words: list[str], *found: tuple[str, str]) -> str:
    """Any of the roles and the words, each of one of the levels; a level beside words is that of its role alone."""
    alone = [level for level, role in found if level and not role]
    levels = alone if words else [level for level, _ in found if level]
    roles = [(level, role) for level, role in found if role]
    either = (
        [_role_clause(level, role) for level, role in roles] if words else _list("role", [role for _, role in roles])
    )
    either = list(dict.fromkeys([*either, *words]))
    joined = f"({' OR '.join(either)})" if len(either) > 1 and levels else " OR ".join(either)
    return " ".join(filter(None, [joined, *_list("seniority", levels)]))


def _role_clause(level: str, role: str) -> str:
    return f"role:{role} seniority:{level}" if level else f"role:{role}"


def _list(field: str, values: list[str]) -> list[str]:
    return [f"{field}:{','.join(dict.fromkeys(values))}"] if values else []


def _leveled(words: str) -> tuple[str, str]:
    """(the level, the role) that all the words name; empty where they name none."""
    level = _LEVELS.get(words, words)
    if level in _PLAIN_LEVELS:
        return level, ""
    first, _, rest = words.partition(" ")
    level = _LEVELS.get(first, first)
    return (level, _role(rest)) if level in SENIORITIES and _role(rest) else ("", _role(words))


def _role(words: str) -> str:
    name = re.sub(r"[\s_-]+", "-", words.strip())
    for long, short in _SHORT.items():
        name = name.replace(long, short)
    names = [_MEANT.get(one, one) for one in (name, name.removesuffix("s"))]
    return next((one for one in names if one in ROLES and one != "other"), "")


def _refuse_place(words: list[str]) -> None:
    """A place beside roles would be one more alternative, a word that any ad may have."""
    for part in words:
        size = max((one.size for one in places_named(fold(part))), default=0)
        if part.lower().startswith("remote") or size >= LARGE or named("country", part):
            raise PlaceError(f"{part[:60]!r} is where: write it under Where?, not among what you look for")
