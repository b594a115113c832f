"""What to say where the grammar does not go on: from the token that does not fit and the one before it."""

import re
from typing import Protocol

from search.errors import QueryError

_SIGNS = {"OR": "OR", "AND": "AND", "NOT": "NOT", "MINUS": "-", "COMMA": "a comma", "RELATION": "the comparison"}


class Token(Protocol):
    """As `search.lexing` makes them."""

    @property
    def kind(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def start(self) -> int: ...


def unexpected_character(text: str, position: int) -> QueryError:
    """For a character that begins nothing."""
    messages = {
        '"': "this quote is never closed",
        "-": 'a "-" stands directly before what it excludes: -intern',
        ":": "a colon follows a field's name: title:agent; else put the words in quotes",
    }
    if text[position] == ":" and (sign := re.search(r"([!+])[\w-]*$", text[max(0, position - 30) : position])):
        meant = "to exclude, write a - before the field" if sign[1] == "!" else 'leave the "+" away'
        messages[":"] = f"{meant}: {'-' if sign[1] == '!' else ''}country:DE"
    length = len(text) - position if text[position] == '"' else 1
    return QueryError(messages.get(text[position], "this character means nothing here"), text, position, length)


def unexpected(text: str, before: Token | None, token: Token | None, opened: int | None) -> QueryError:
    """For a token where another was needed, None for the end; `opened`: where the last open parenthesis stands."""
    if token is None:
        return _at_end(text, before, opened)
    message = _message(token.kind, before)
    if token.kind == "LPAR" and before is not None and before.kind == "FIELD":
        message = _in_parentheses(before.text.rstrip(":").strip(), text[token.start :]) or message
    if token.kind == "MINUS" and (value := re.match(r"-([\w.+#]+)", text[token.start : token.start + 80])):
        message = message.replace(":value", f":{value[1]}")
    return QueryError(message, text, token.start, len(token.text))


def _in_parentheses(name: str, text: str) -> str:
    """For `title:(manager OR director)`: the list that says the same."""
    found = re.match(r"\(([^()]{1,300})\)", text)
    parts = [part.strip() for part in re.split(r"\s(?:OR|AND|or|and)\s|[,|&+]", found[1])] if found else []
    if not found or not all(re.fullmatch(r'[\w.#-]+(?: [\w.#-]+)*|"[^"]+"', part) for part in parts):
        return ""
    listed = ",".join(f'"{part}"' if " " in part and part[0] != '"' else part for part in parts)
    is_all = re.search(r"\s(?:AND|and)\s|[&+]", found[1]) is not None
    meant = f"{name}:all({listed})" if is_all else f"{name}:{listed}"
    return f"a field takes a list with commas, not parentheses: {meant}"


def _message(kind: str, before: Token | None) -> str:
    previous = before.kind if before is not None else "START"
    if previous in ("FIELD", "COMMA"):
        return _after_field(kind, before)
    if kind == "RPAR":
        if previous == "LPAR":
            return "there is nothing between these parentheses"
        return _needs_more(previous) if previous in _SIGNS else 'this ")" closes nothing'
    if kind in ("OR", "AND"):
        return _needs_more(previous) if previous in _SIGNS else f"{kind} needs something before it"
    if kind == "COMMA":
        return "a comma makes a list only after a field (country:DE,AT); else write OR, or nothing for AND"
    if kind == "RELATION":
        return "only salary and posted compare: salary>=180k, posted:<7d"
    if previous in _SIGNS:
        return _needs_more(previous)
    return "this does not fit here"


def _after_field(kind: str, before: Token | None) -> str:
    name = before.text.rstrip(":").strip() if before is not None and before.kind == "FIELD" else "field"
    if kind == "MINUS":
        return f"to exclude, put the - before the field: -{name}:value"
    if kind == "LPAR":
        return f"a field takes a list with commas, not parentheses: {name}:one,two — or {name}:all(one,two) for both"
    if kind == "RELATION":
        return "only salary and posted compare: salary>=180k, posted:<7d"
    return f"{name}: needs a value" if name != "field" else "after the comma a value is missing"


def _needs_more(kind: str) -> str:
    return f"{_SIGNS[kind]} needs something after it"


def _at_end(text: str, last: Token | None, opened: int | None) -> QueryError:
    if last is not None and last.kind == "FIELD":
        return QueryError(f"{last.text.rstrip(':').strip()}: needs a value", text, last.start, len(last.text))
    if last is not None and last.kind in _SIGNS:
        return QueryError(_needs_more(last.kind), text, last.start, len(last.text))
    return QueryError('this "(" is never closed', text, len(text) if opened is None else opened)
