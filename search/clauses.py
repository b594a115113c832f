"""Tokens to clauses: words, lists, pay and ages, with fields, values and limits checked."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TypeGuard

from search.compared import no_comparison, no_relation
from search.compounds import parted
from search.currencies import currency_code
from search.eligibility import rule
from search.errors import QueryError
from search.fields import age_meant, amount_meant, field_name, holds, levels_meant, place_meant, unknown_field
from search.habits import habit, sign
from search.lexing import Token
from search.nodes import Age, And, Eligible, Node, Not, Or, Pay, Phrase, Tagged, Words
from search.rates import in_force
from search.tokens import tokenize
from search.values import CHECKS, PLACE, RELATIONS, TEXT_FIELDS, BadValueError, canonical, is_split, quoted

MAX_TERMS = 100  # words, phrases and values
MAX_CONVERTED = 5  # amounts of pay in a currency; each is compared in every currency there is
MIN_PREFIX = 2  # letters

_AMOUNT = re.compile(
    r"(\d{1,3}(?:,\d{3})+|\d{1,3}(?:\.\d{3})+(?![\dkm])|\d{1,15})(?:\.(\d{1,3}))?([km]?)([a-z]{3}|[€£₹])?", re.ASCII
)
_AGE = re.compile(r"(\d{1,6})(h|hours?|d|days?|w|weeks?|m|mo|months?|y|years?)", re.ASCII)
_HOURS = {"h": 1, "d": 24, "w": 7 * 24, "m": 30 * 24, "y": 365 * 24}
MAX_AGE = 299_970  # days, which are 9,999 months
_LEAST = 1_000  # of a year's pay; less is thousands without their k
_BETWEEN = re.compile(r"[|;]")
_JOINED, _LISTED = re.compile(r"[+&/]"), re.compile(r"[,/]")
_BRACKETS = re.compile(r"[\[{].*|.*[\]}]")
NO_PROFILE = (
    "eligible: goes by your profile, and there is none that says where you may work: give it by /profile in the bot or"
    " on the page, or by `rolewire profile set --lives DE --may-work EU`, or leave eligible: out"
)
_QUANTITIES = ("any", "all", "none")
_SAME = {"≤": "<=", "≥": ">=", "=>": ">=", "=<": "<=", "==": "="}


class Clauses:
    """Makes the clauses of one query, and counts what they cost."""

    def __init__(self, text: str, facts: str = "") -> None:
        self.text, self.facts = text, facts
        self.terms = 0
        self.converted = 0

    def words(self, token: Token) -> Node:
        """A word or a phrase, anywhere in the posting."""
        if token.kind == "WORD" and (message := habit(token.text)):
            raise self.error(message, token)
        return Words("", (self.phrase(token),))

    def tags(self, field: Token, values: Sequence[Token], is_all: bool = False, more: str = "") -> Node:
        """A field with its values, of which one is wanted, or each of them; `more`: the words behind them."""
        name = field_name(field.text)
        if name in RELATIONS:
            raise self.error(no_relation(name, values, more), field, *values)
        if name == PLACE:
            return self.places(values, is_all)
        if name not in TEXT_FIELDS and name not in CHECKS:
            raise self.error(unknown_field(name, ",".join(token.text for token in values)), field)
        for token in values:
            self.check_value(name, token)
        if name in TEXT_FIELDS:
            phrases = tuple(dict.fromkeys(self.phrase(token) for token in values))
            nodes: list[Node] = [Words(name, (one,)) for one in phrases] if is_all else [Words(name, phrases)]
        else:
            found = tuple(dict.fromkeys(self.value(name, token) for token in values))
            parts = [(one,) for one in found] if is_all else [found]
            nodes = [self.eligible(field, one) if name == "eligible" else Tagged(name, one) for one in parts]
        return nodes[0] if len(nodes) == 1 else And(tuple(nodes))

    def places(self, values: Sequence[Token], is_all: bool) -> Node:
        """Places, each in the field in which it is at home; what is not known is taken for a city's name."""
        found: dict[str, list[str]] = {}
        for token in values:
            self.check_value(PLACE, token)
            name, _, value = (place_meant(token.text) or f"city:{token.text}").partition(":")
            found.setdefault(name, []).append(self.value(name, token._replace(text=value)))
        nodes = [
            Tagged(name, part)
            for name, listed in found.items()
            for part in ([(one,) for one in listed] if is_all else [tuple(dict.fromkeys(listed))])
        ]
        return nodes[0] if len(nodes) == 1 else (And if is_all else Or)(tuple(nodes))

    def eligible(self, field: Token, values: tuple[str, ...]) -> Node:
        """Whether the person who asks can take the job."""
        if not self.facts:
            raise self.error(NO_PROFILE, field)
        return Eligible(values, self.facts, rule(values, self.facts))

    def check_value(self, name: str, token: Token) -> None:
        """Refuse a value that is meant as a sign."""
        if token.kind in ("OR", "AND", "NOT") and name != "region":  # region:OR is Oregon
            raise self.error(f'{name}: needs a value; the word itself goes in quotes: {name}:"{token.text}"', token)
        self.check_list(name, token)
        if token.kind == "PHRASE":
            return
        if token.text.startswith("!"):
            raise self.error(
                f"to exclude, put a - before the field: -{name}:{token.text.lstrip('!') or 'value'}", token
            )
        if _BETWEEN.search(token.text):
            raise self.error(f"a list takes commas: {name}:{','.join(filter(None, _BETWEEN.split(token.text)))}", token)
        if name not in (*TEXT_FIELDS, "skill") and token.text.endswith("+"):
            levels = levels_meant(">", token.text.rstrip("+")) if name == "seniority" else ""
            raise self.error(f"name each of them: {levels or name + ':' + token.text.rstrip('+') + ',…'}", token)
        if name not in TEXT_FIELDS and _BRACKETS.fullmatch(token.text):
            raise self.error(f"a list takes commas and nothing around it: {name}:one,two", token)
        if name not in TEXT_FIELDS and token.text.lower() in _QUANTITIES:
            raise self.error(f"write {name}:all(one,two), {name}:any(one,two), or -{name}:one for none of it", token)
        is_searched = name in TEXT_FIELDS or (name == "skill" and not holds(name, token.text))
        if is_searched and (message := sign(token.text)):
            raise self.error(message, token)

    def check_list(self, name: str, token: Token) -> None:
        """Refuse values that are joined otherwise than by commas, or stand in one pair of quotes."""
        text = token.text.strip('"*')
        parts = [part.strip() for part in (_LISTED if token.kind == "PHRASE" else _JOINED).split(text)]
        if len(parts) < 2 or holds(name, text) or not all(holds(name, part) for part in parts):
            return
        listed = ",".join(map(quoted, parts))
        both = f", skill:all({listed}) for both" if name == "skill" else ""
        raise self.error(f"values are listed by commas: {name}:{listed}{both}", token)

    def check_split(self, field: Token, value: Token, following: Token) -> None:
        """Refuse a value of two words that are not held together."""
        name = field_name(field.text)
        if name in CHECKS and value.kind == "WORD" and is_split(name, value.text, following.text):
            whole = f"{value.text} {following.text}"
            raise self.error(f'put the two words in quotes: {name}:"{whole}"', value, following)

    def value(self, field: str, token: Token) -> str:
        """The canonical value of a tag."""
        self.count(token)
        try:
            return canonical(field, token.text.strip('"') if token.kind == "PHRASE" else token.text)
        except BadValueError as error:
            raise self.error(str(error), token) from None

    def phrase(self, token: Token) -> Phrase:
        """What a word or a phrase asks for."""
        self.count(token)
        found = _phrase(token.text)
        if isinstance(found, str):
            raise self.error(found, token)
        return found

    def relation(
        self, field: Token, comparison: Token, values: Sequence[Token], currency: Token | None = None, unit: str = ""
    ) -> Node:
        """A comparison of pay or age; a currency may stand behind the amount. `unit`: a word behind a bare number."""
        name, value = field_name(field.text), ",".join(token.text for token in values)
        if currency is not None:
            value, values = value + currency_code(currency.text), (*values, currency)
        self.count(field)
        relation = _SAME.get(comparison.text, comparison.text)
        if name not in RELATIONS:
            raise self.error(no_comparison(name, relation, value), field)
        tokens = (field, comparison, *values)
        return self.pay(tokens, relation, value) if name == "salary" else self.age(tokens, relation, value, unit)

    def pay(self, tokens: Sequence[Token], relation: str, value: str) -> Node:
        """`salary>=180k`, `salary<=150kEUR`."""
        match = _AMOUNT.fullmatch(value.lower())
        if relation not in (">=", "<="):
            either = f"write salary{relation}={value}" if relation in ("<", ">") else RELATIONS["salary"]
            either = f"write salary>={value}, or salary<={value}" if relation == "=" else either
            raise self.error(f"salary compares by >= and <= — {either}", tokens[1])
        if not match:
            raise self.error(f"{value!r} is no yearly amount — {amount_meant(value)}", *tokens[2:])
        whole, decimals, unit, currency = match.groups()
        scale = {"": 1, "k": 1_000, "m": 1_000_000}[unit]
        thousandths = (int(re.sub("[,.]", "", whole)) * 1_000 + int((decimals or "").ljust(3, "0"))) * scale
        if thousandths % 1_000 or thousandths > 10**15:
            raise self.error(f"{value!r} is no whole amount up to 1,000,000m", *tokens[2:])
        if 0 < thousandths < _LEAST * 1_000:
            raise self.error(
                f"{value!r} is nobody's pay for a year — did you mean salary{relation}{whole}k?", *tokens[2:]
            )
        return Pay(relation, thousandths // 1_000, self.rated(currency, tokens) if currency else "")

    def rated(self, currency: str, tokens: Sequence[Token]) -> str:
        """The code of a currency to convert to. The table of rates must know it."""
        token = tokens[-1]
        try:
            code = canonical("currency", currency)
        except BadValueError as error:
            raise self.error(str(error), token) from None
        if code not in in_force().per_dollar:
            raise self.error(f"there is no exchange rate for {code}: add one to your table of [search] rates", token)
        self.convert(*tokens)
        return code

    def convert(self, *tokens: Token) -> None:
        """Count one more amount that is converted."""
        self.converted += 1
        if self.converted > MAX_CONVERTED:
            raise self.error(f"the query converts pay more than {MAX_CONVERTED} times", *tokens)

    def in_currency(self, nodes: list[Node]) -> list[Node]:
        """Pay beside one `currency:`, and below what stands beside it, is meant in that currency and converted."""
        named = _currencies(nodes)
        if len(named) != 1 or len(named[0].values) != 1 or not any(map(_asks_pay, nodes)):
            return nodes
        (code,) = named[0].values
        if code not in in_force().per_dollar:  # then it keeps to postings that pay in it
            return nodes
        return [self.paid_in(code, node) for node in nodes if node is not named[0]]

    def paid_in(self, code: str, node: Node) -> Node:
        """The node with its pay that names no currency in this one, but where others stand beside it."""
        if isinstance(node, And | Or):
            if _currencies(node.nodes):
                return node
            return type(node)(tuple(self.paid_in(code, part) for part in node.nodes))
        if isinstance(node, Not):
            return Not(self.paid_in(code, node.node))
        if not _is_bare(node):
            return node
        self.convert()
        return replace(node, currency=code)

    def age(self, tokens: Sequence[Token], relation: str, value: str, unit: str) -> Node:
        """`posted:<7d`."""
        match = _AGE.fullmatch(value.lower())
        if relation not in ("<", ">") or not match or int(match[1]) == 0:
            meant = age_meant(f"{value} {unit}".strip(), ">" in relation)
            how = f"did you mean {meant}?" if meant else RELATIONS["posted"]
            raise self.error(f"posted{relation}{value} is no age — {how}", *tokens[1:])
        hours = int(match[1]) * _HOURS[match[2][0]]
        if hours > MAX_AGE * 24:
            raise self.error(f"no posting is that old: {MAX_AGE:,} days are the most", *tokens[1:])
        return Age(relation, hours, "h") if hours % 24 else Age(relation, hours // 24, "d")

    def count(self, token: Token) -> None:
        """Count one more word or value."""
        self.terms += 1
        if self.terms > MAX_TERMS:
            raise self.error(f"the query has more than {MAX_TERMS} words and values", token)

    def error(self, message: str, *tokens: Token) -> QueryError:
        """What is wrong from the first of these tokens to the last; of the whole query without any."""
        start, end = (tokens[0].start, tokens[-1].end) if tokens else (0, len(self.text))
        return QueryError(message, self.text, start, end - start)


@lru_cache(maxsize=16_384)
def _phrase(written: str) -> Phrase | str:
    """The phrase, or what is wrong with it."""
    text = written.replace('"', "")
    is_prefix, text = text.endswith("*"), text.removesuffix("*")
    if "*" in text or (is_prefix and text != text.rstrip()):
        return "a * stands only at the end of a word, and makes it a prefix: engineer*"
    tokens = tuple(parted(tokenize(text)))
    if not tokens:
        return f"{written} has no letters or digits to search for"
    if is_prefix and len("".join(tokens)) < MIN_PREFIX:
        return f"a prefix needs at least {MIN_PREFIX} letters"
    return Phrase(tokens, is_prefix)


def _currencies(nodes: Sequence[Node]) -> list[Tagged]:
    return [node for node in nodes if isinstance(node, Tagged) and node.field == "currency"]


def _asks_pay(node: Node) -> bool:
    """Whether pay that names no currency is wanted, whichever side of an OR holds."""
    if isinstance(node, And | Or):
        return not _currencies(node.nodes) and (any if isinstance(node, And) else all)(map(_asks_pay, node.nodes))
    return _is_bare(node)


def _is_bare(node: Node) -> TypeGuard[Pay]:
    return isinstance(node, Pay) and not node.currency
