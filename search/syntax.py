"""What to say where the grammar does not go on: from the token that does not fit and the one before it."""

from lark import Token

from search.errors import QueryError

_SIGNS = {"OR": "OR", "AND": "AND", "NOT": "NOT", "MINUS": "-", "COMMA": "a comma", "RELATION": "the comparison"}


def unexpected_character(text: str, position: int) -> QueryError:
    """For a character that begins nothing."""
    messages = {
        '"': "this quote is never closed",
        "-": 'a "-" stands directly before what it excludes: -intern',
        ":": "a colon follows a field's name: title:agent; else put the words in quotes",
    }
    length = len(text) - position if text[position] == '"' else 1
    return QueryError(messages.get(text[position], "this character means nothing here"), text, position, length)


def unexpected_token(text: str, token: Token, tokens: list[Token]) -> QueryError:
    """For a token where another was needed; `tokens` are all of the query's."""
    if token.type == "$END":
        return _at_end(text, tokens)
    position = token.start_pos or 0
    before = next((one for one in reversed(tokens) if (one.end_pos or 0) <= position), None)
    return QueryError(_message(token, before), text, position, len(token))


def _message(token: Token, before: Token | None) -> str:
    kind, previous = token.type, before.type if before is not None else "START"
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
    name = str(before).rstrip(":").strip() if before is not None and before.type == "FIELD" else "field"
    if kind == "MINUS":
        return f"to exclude, put the - before the field: -{name}:value"
    if kind == "LPAR":
        return f"a field takes a list with commas, not parentheses: {name}:one,two"
    if kind == "RELATION":
        return "only salary and posted compare: salary>=180k, posted:<7d"
    return f"{name}: needs a value" if name != "field" else "after the comma a value is missing"


def _needs_more(kind: str) -> str:
    return f"{_SIGNS[kind]} needs something after it"


def _at_end(text: str, tokens: list[Token]) -> QueryError:
    last = tokens[-1]
    if last.type == "FIELD":
        return QueryError(f"{str(last).rstrip(':').strip()}: needs a value", text, last.start_pos or 0, len(last))
    if last.type in _SIGNS:
        return QueryError(_needs_more(last.type), text, last.start_pos or 0, len(last))
    opened: list[int] = []
    for token in tokens:
        if token.type == "LPAR":
            opened.append(token.start_pos or 0)
        elif token.type == "RPAR" and opened:
            opened.pop()
    return QueryError('this "(" is never closed', text, opened[-1] if opened else len(text))
