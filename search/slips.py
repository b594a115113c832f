"""Words beside a field's value that were meant to belong to it, and would be looked for alone: what to write instead.

`city:Berlin OR Munich`, `company:Scale AI`, `remote:germany only`. In quotes such words are words.
"""

from collections.abc import Sequence
from itertools import takewhile
from typing import NamedTuple

from search.employers import is_employer, is_known
from search.fields import field_meant, field_name, holds, holds_surely, levels_meant, place_meant, region_meant
from search.habits import operator
from search.lexing import Token
from search.marked import Marked
from search.values import CHECKS, FIELDS, PLACE, TEXT_FIELDS, is_split, known_skills, quoted

_NAMED = """
engineer engineers scientist scientists developer developers researcher researchers manager managers lead
architect architects analyst analysts intern interns director head specialist consultant ingenieur entwickler ingénieur
ingeniero
"""
_JOBS = frozenset(_NAMED.split())  # what people in a title are
_LISTS = (["in"], ["any"])
_NOTHING = ("null", "empty", "none", "nil")
_IS = ("is", "was", "contains", "like", "equals", "are", "includes")
_PLACES = ("city", "region", "country", "remote", "workplace")
_FILLERS = {
    "only": FIELDS, "nur": FIELDS, "level": ("seniority",), "based": ("remote", "country", "city"),
    "timezone": ("remote", "country"), "timezones": ("remote", "country"), "area": ("city",), "metro": ("city",),
}  # fmt: skip
_LABELS = {  # as forms name what they ask for
    "job type": "type", "employment type": "type", "work type": "workplace", "workplace type": "workplace",
    "job title": "title", "company name": "company", "job function": "role", "experience level": "seniority",
    "seniority level": "seniority", "date posted": "posted", "salary range": "salary", "pay range": "salary",
    "visa sponsorship": "visa",
}  # fmt: skip
_MOST = 3  # words that go on a value
_COUNTED = {1: "two", 2: "three", 3: "four"}


class _Clause(NamedTuple):
    """A field with its values; `end`: the token behind them."""

    name: str
    sign: str
    field: Token
    values: Sequence[Token]
    end: int

    def listed(self, *more: str) -> str:
        """The clause with further values."""
        is_wide = self.name == "remote" and bool(more)  # what is remote at all is more than what is named
        values = [token.text for token in self.values if not is_wide or token.text.lower() != "yes"]
        return f"{self.sign}{self.name}:" + ",".join([*values, *map(quoted, more)])


def slip(tokens: Sequence[Token]) -> Marked | None:
    """The first such words of a query."""
    for at, token in enumerate(tokens):
        if token.kind == "MINUS":
            found = _doubled(tokens[at : at + 5])
        elif token.kind == "WORD":
            found = _in_words(tokens, at)
        else:
            found = _labelled(tokens, at) or _of_clause(tokens, at) if token.kind == "FIELD" else None
        if found:
            return found
    return None


def _doubled(tokens: Sequence[Token]) -> Marked | None:
    if len(tokens) < 2 or tokens[1].kind != "MINUS" or tokens[0].end != tokens[1].start:
        return None
    excluded = next((token.text for token in tokens[2:] if token.kind != "MINUS"), "intern")
    return Marked(tokens[0], tokens[1], f'one "-" excludes: -{excluded}; two would cancel each other out')


def _in_words(tokens: Sequence[Token], at: int) -> Marked | None:
    """`title contains agent`."""
    if found := _empty(tokens[at : at + 4]) or _without(tokens[at : at + 2]):
        return found
    first, *rest = tokens[at : at + 3]
    is_said = len(rest) == 2 and rest[0].text.lower() in _IS and rest[1].kind in ("WORD", "PHRASE")
    if not is_said or first.text.lower() not in FIELDS:
        return _in_parentheses(tokens, at)
    meant = field_meant(first.text.lower(), rest[1].text)
    return Marked(first, rest[1], f"a field and its value are joined by a colon: {meant}", [first, *rest])


def _empty(tokens: Sequence[Token]) -> Marked | None:
    """`visa IS NULL`, `salary IS NOT NULL`."""
    words = [token.text.lower() for token in tokens]
    is_there = words[2:3] == ["not"]
    at = 2 + is_there
    if len(tokens) <= at or words[0] not in FIELDS or words[1] != "is" or words[at] not in _NOTHING:
        return None
    name, wanted = words[0], "" if is_there else "-"
    how = f"{wanted}{name}>=0" if name == "salary" else f"{'-' if is_there else ''}{name}:unknown"
    return Marked(tokens[0], tokens[at], f"what postings do not say is asked for by {how}", tokens[: at + 1])


def _without(tokens: Sequence[Token]) -> Marked | None:
    """`python ohne java`."""
    if len(tokens) < 2 or tokens[1].kind not in ("WORD", "PHRASE") or operator(tokens[0].text) != "NOT":
        return None
    how = f"write NOT for the operator, or put a - before what is not wanted: -{tokens[1].text}"
    return Marked(tokens[0], tokens[0], how, tokens[:1])


def _in_parentheses(tokens: Sequence[Token], at: int) -> Marked | None:
    """`country IN (DE, FR)`."""
    name, words = tokens[at].text.lower(), [token.text.lower() for token in tokens[at + 1 : at + 3]]
    is_out = words[:1] == ["not"]
    opening = at + 2 + is_out
    is_list = tokens[opening : opening + 1] and tokens[opening].kind == "LPAR" and words[is_out : is_out + 1] in _LISTS
    if name not in FIELDS or not is_list:
        return None
    inside = list(takewhile(lambda token: token.kind in ("WORD", "PHRASE", "COMMA"), tokens[opening + 1 :]))
    values = [token.text.strip("\"'‘’") for token in inside if token.kind != "COMMA"]
    listed = ",".join(map(quoted, values[:8])) or "one,two"
    return Marked(tokens[at], tokens[opening], f"a list takes commas: {'-' if is_out else ''}{name}:{listed}")


def _labelled(tokens: Sequence[Token], at: int) -> Marked | None:
    """`job type: full-time`."""
    before = tokens[at - 1] if at and tokens[at - 1].kind == "WORD" else None
    name = _LABELS.get(f"{before.text} {tokens[at].text.rstrip(':').strip()}".lower()) if before else None
    if before is None or name is None:
        return None
    value = tokens[at + 1].text if at + 1 < len(tokens) else "value"
    return Marked(before, tokens[at], f"the field is called so: {field_meant(name, value)}")


def _of_clause(tokens: Sequence[Token], at: int) -> Marked | None:
    clause = _clause(tokens, at)
    if clause is None or clause.end >= len(tokens):
        return None
    following = tokens[clause.end]
    joiner = following.kind if following.kind != "WORD" else operator(following.text)
    if joiner in ("OR", "AND") and (run := _bare(tokens, clause.end + 1)):
        return _above(clause, run) or _after_operator(clause, joiner, run)
    if joiner == "OR" and (found := _phrase_after(clause, tokens[clause.end + 1 : clause.end + 2])):
        return found
    run = _bare(tokens, clause.end)
    return _next_to(clause, run) if run else None


def _clause(tokens: Sequence[Token], at: int) -> _Clause | None:
    name, values, end = field_name(tokens[at].text), tokens[at + 1 : at + 2], at + 2
    if name == PLACE and values:
        name = (place_meant(values[0].text) or "city:").partition(":")[0]
    while end + 1 < len(tokens) and tokens[end].kind == "COMMA":
        values, end = [*values, tokens[end + 1]], end + 2
    is_list = all(token.kind in ("WORD", "PHRASE") for token in values)
    if name not in (*TEXT_FIELDS, *CHECKS) or not values or not is_list:
        return None
    sign = "-" if at and tokens[at - 1].kind in ("MINUS", "NOT") else ""
    return _Clause(name, sign, tokens[at], values, end)


def _bare(tokens: Sequence[Token], at: int) -> list[Token]:
    """The words side by side that begin here, but a field's name before a comparison."""
    run: list[Token] = []
    for number in range(at, min(at + _MOST, len(tokens))):
        after = tokens[number + 1].kind if number + 1 < len(tokens) else ""
        if tokens[number].kind != "WORD" or after == "RELATION":
            break
        run.append(tokens[number])
    return run


def _after_operator(clause: _Clause, joiner: str, run: Sequence[Token]) -> Marked | None:
    """`city:Berlin OR Munich`, `country:germany AND france`, `city:Berlin OR remote`."""
    name = clause.name
    for size in range(len(run), 0, -1):
        words = " ".join(token.text for token in run[:size])
        elsewhere = place_meant(words) if name in _PLACES else ""
        if holds(name, words) or (joiner == "OR" and _is_text_too(clause, words)):
            how = clause.listed(words)
            if joiner == "AND" and name == "skill":
                how = f"{name}:all({how.partition(':')[2]})"
        elif elsewhere and joiner == "OR":
            how = f"{clause.listed()} OR {elsewhere}"
        else:
            continue
        return Marked(clause.field, run[size - 1], f"{words} would be looked for as a word: write {how}", run[:size])
    return None


def _above(clause: _Clause, run: Sequence[Token]) -> Marked | None:
    """`seniority:senior or above`."""
    how = {"above": ">", "higher": ">", "up": ">", "more": ">", "below": "<", "lower": "<"}.get(run[0].text.lower(), "")
    levels = levels_meant(how, clause.values[-1].text) if how and clause.name == "seniority" else ""
    return Marked(clause.field, run[0], f"name the levels: {clause.sign}{levels}") if levels else None


def _phrase_after(clause: _Clause, after: Sequence[Token]) -> Marked | None:
    """`city:Berlin OR "New York"`: several words in quotes that are a value of the field."""
    words = after[0].text.strip('"') if after and after[0].kind == "PHRASE" else ""
    is_one = holds(clause.name, words) or (clause.name == "company" and is_employer(words)) if " " in words else False
    how = clause.listed(words)
    message = f'"{words}" would be looked for as words: write {how}; as words: ("{words}")'
    return Marked(clause.field, after[0], message, after) if is_one else None


def _is_text_too(clause: _Clause, words: str) -> bool:
    """Whether one word, or an employer's name, stands on the other side of a word or phrase in one field."""
    is_plain = clause.name in TEXT_FIELDS and not words.endswith("*")
    is_likely = clause.name == "company" or len(clause.values) == 1
    return is_plain and is_likely and (" " not in words or (clause.name == "company" and is_employer(words)))


def _next_to(clause: _Clause, run: Sequence[Token]) -> Marked | None:
    """`company:Scale AI`, `title:senior engineer`, `remote:germany only`, `seniority:mid senior`."""
    name, last, word = clause.name, clause.values[-1], run[0]
    if last.kind == "WORD" and operator(last.text) == "NOT":
        return Marked(clause.field, word, f"to exclude, put a - before the field: -{name}:{word.text}", run[:1])
    if name in _FILLERS.get(word.text.lower(), ()) and (name in TEXT_FIELDS or holds(name, last.text.strip('"'))):
        return Marked(clause.field, word, f'leave "{word.text}" away: {clause.listed()}', run[:1])
    for size in range(len(run), 0, -1):
        words = " ".join(token.text for token in run[:size])
        if last.kind == "WORD" and _is_one(clause, last.text, words):
            first = clause.field if name in TEXT_FIELDS else last
            how = f'{clause.sign}{name}:"{last.text} {words}"'
            return Marked(first, run[size - 1], f"put the {_COUNTED[size]} words in quotes: {how}", run[:size])
        if how := _more_of(clause, words):
            message = f"{words} would be looked for as a word: write {how}"
            return Marked(clause.field, run[size - 1], message, run[:size])
    return None


def _is_one(clause: _Clause, value: str, words: str) -> bool:
    """Whether the value goes on in these words."""
    whole = f"{value} {words}"
    if clause.name in CHECKS:
        return is_split(clause.name, value, words)
    if len(clause.values) > 1 or value.endswith("*"):
        return False
    if clause.name == "company":
        return is_employer(whole)
    return whole.lower() in known_skills() or (clause.name == "title" and words.lower() in _JOBS)


def _more_of(clause: _Clause, words: str) -> str:
    """What to write where the words are another value of the field, or a place beside a place."""
    value = clause.values[-1].text.strip('"')
    if clause.name == "company":
        return clause.listed(words) if is_known(value) and is_known(words) else ""
    if not holds(clause.name, value):
        return ""  # what is wrong with it is said elsewhere
    if clause.name == "skill" and words.lower() in known_skills():
        listed = clause.listed(words)
        return f"{listed} for either, {clause.sign}skill:all({listed.partition(':')[2]}) for both"
    if holds_surely(clause.name, words):
        return clause.listed(words)
    if clause.name == "city" and (place := region_meant(words) or place_meant(words, is_sure=True)):
        return f"{clause.listed()} {place}"
    return ""
