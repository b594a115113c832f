"""The words of pay in the world's languages: what CLDR knows (cldr.tsv) and what it does not (lexicon.tsv)."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import ahocorasick_rs

_HERE = Path(__file__).parent
_WIDE = {0xFF10 + digit: str(digit) for digit in range(10)}
PLAIN = str.maketrans(
    _WIDE
    | {0xFF0C: ",", 0xFF0E: ".", 0xFF0D: "-", 0xFF0F: "/", 0xFF1A: ":", 0xFF0B: "+", 0xFF04: "$", 0xFFE5: "¥"}
    | {0xFF4B: "k", 0xFF2B: "K", 0xFF5E: "〜", 0x301C: "〜", 0xA0: " ", 0x202F: " ", 0x2009: " ", 0x3000: " "}
    | {0x66C: ",", 0x66B: ".", 0x130: "I"}
)  # character for character, so that places stay


class Hit(NamedTuple):
    """A word of a table in a text: its value and place."""

    value: str
    start: int
    end: int


class Finder:
    """Finds the words of a table in a lower-case text, whole words only; the longest wins."""

    def __init__(self, table: dict[str, str]) -> None:
        self._values = list(table.values())
        self._automaton: Any = ahocorasick_rs.AhoCorasick(
            list(table), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest
        )

    def hits(self, text: str) -> Iterator[Hit]:
        """The words, in order."""
        for index, start, end in self._automaton.find_matches_as_indexes(text):
            if is_whole(text, start, end):
                yield Hit(self._values[index], start, end)


def joins(one: str, other: str) -> bool:
    """Whether two neighbouring characters are of one word; in scripts that part no words none are."""
    return one.isalpha() and other.isalpha() and max(one, other) < "\u0e00"


def is_whole(text: str, start: int, end: int) -> bool:
    """Whether what stands at the place is no part of a longer word."""
    return not (start and joins(text[start - 1], text[start])) and not (
        end < len(text) and joins(text[end - 1], text[end])
    )


def _rows() -> Iterator[tuple[str, str, list[str]]]:
    for name in ("cldr.tsv", "lexicon.tsv"):
        for line in (_HERE / name).read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                kind, value, forms = line.split("\t")
                yield kind, value, forms.split("|")


_ROWS = list(_rows())
COUNTRIES = {value: forms[0] for kind, value, forms in _ROWS if kind == "country"}
CODES = frozenset(line.split("\t")[0] for line in (_HERE / "bands.tsv").read_text().splitlines() if line[0] != "#")


def table(*kinds: str) -> dict[str, str]:
    """Each word of these kinds with its value; of a word that stands twice the later."""
    return {form: value for kind, value, forms in _ROWS if kind in kinds for form in forms}


def word_set(kind: str, value: str = "-") -> frozenset[str]:
    """The words of one kind."""
    return frozenset(form for name, of, forms in _ROWS if name == kind and of == value for form in forms)


def _currencies(*kinds: str) -> dict[str, str]:
    named = table("currency", *kinds)
    codes = {code: code for code in CODES} | {code + "$": code for code in CODES if named["$"].find(code) >= 0}
    small = {
        code.lower(): code for code in ("USD", "EUR", "PLN", "GBP", "INR", "CHF", "SEK", "NOK", "DKK", "CZK", "BRL")
    }
    return small | {form.capitalize(): codes for form, codes in named.items() if form.islower()} | named | codes


BEFORE = _currencies("currency-before")
AFTER = _currencies()
SCALES = {
    form.split("+")[0]: (float(value), form.split("+")[1] if "+" in form else "")
    for kind, value, forms in _ROWS
    if kind == "scale"
    for form in forms
}
TO, AND, BETWEEN = word_set("joint", "to"), word_set("joint", "and"), word_set("between")
OPENS, CAPS = word_set("opens"), word_set("caps")
OPENS_AFTER, CAPS_AFTER = tuple(word_set("opens-after")), tuple(word_set("caps-after"))
PERIODS = table("label", "period")
FILLERS = word_set("filler") | {"(min)", "(mid)", "(max)", "(minimum)", "(midpoint)", "(maximum)"}
MONTHS = word_set("months")
PAY = word_set("pay")
period_finder = Finder(PERIODS)
label_finder = Finder(table("label"))
pay_finder = Finder(table("pay"))
other_finder = Finder(table("other"))
near_finder = Finder(table("near"))


def _is_telling(form: str) -> bool:
    """Whether a form is hardly anything but money, so that it need not touch a figure to be looked at."""
    return not form.isascii() or len(form) > 3 or form in CODES or not form.rstrip(".").isalpha()


def _touching(forms: Iterable[str]) -> Iterator[str]:
    """The forms with a figure or a mark of one before or behind them."""
    for form in forms:
        if form in BEFORE:
            yield from (form + blank + digit for digit in "0123456789" for blank in ("", " "))
        if form in AFTER or form in SCALES:
            yield from (edge + blank + form for edge in "0123456789kK-–+" for blank in ("", " "))


def hints() -> tuple[str, ...]:
    """What to look for, to know where money may stand: telling forms, and the others where they touch a figure."""
    forms = {form for form in (*BEFORE, *AFTER) if len(form) < 13}
    scales = {form for form, (_, code) in SCALES.items() if code} | {
        "lakh",
        "Lakh",
        "lac",
        "Lac",
        "Crore",
        "crore",
        "万",
        "만",
        "억",
    }
    telling = {form for form in forms | scales if _is_telling(form)} | {"CTC", "薪", "年収"}
    telling |= {"K/月", "k/月"} | {f"{digit}L" for digit in "0123456789"}
    vague = {form for form in forms | scales if not _is_telling(form)} | {"Cr"}
    return tuple(sorted({*telling, *_touching(sorted(vague))}))
