"""Currencies as people name them: signs, codes in small letters, and words of several languages."""

from search.codes import CURRENCIES
from search.tokens import fold

_NAMES = """
EUR € eur euro euros|USD us$ usd dollar dollars|GBP £ gbp pound pounds sterling|CHF chf franken francs|INR ₹ inr rupees
|PLN zł pln złotych zloty|JPY 円 jpy yen|SEK sek|NOK nok|DKK dkk|CAD c$ ca$ cad|AUD a$ au$ aud|SGD s$ sgd|NZD nz$ nzd
|BRL r$ brl reais|CZK kč czk|HUF huf|ILS ₪ ils|CNY 元 cny rmb|HKD hk$ hkd|KRW ₩ krw
"""
CURRENCY_NAMES = {name: code for code, *names in (one.split() for one in _NAMES.split("|")) for name in names}
CURRENCY_WORDS = frozenset(fold(name) for name in CURRENCY_NAMES if name.isalpha())  # as texts and queries have them


def is_currency(word: str) -> bool:
    """Whether a word behind an amount is its currency: a code as codes are written, or one of the names."""
    return word in CURRENCIES or word.casefold() in CURRENCY_NAMES


def currency_code(word: str) -> str:
    """The code of what is such a word."""
    return word if word in CURRENCIES else CURRENCY_NAMES[word.casefold()]
