"""Pay as people say it."""

import re

_AMOUNT = r"[$€£]?(\d[\d.,]*k?)"
_PAY = re.compile(rf"{_AMOUNT}(?:\s?(?:-|–|\.\.+|\b(?:to|bis|à)\b)\s?{_AMOUNT})?\+?", re.IGNORECASE)


def pay_meant(words: str) -> str:
    """`100k-150k` as the language says it; empty for what is no pay."""
    return _said(_PAY.fullmatch(words))


def pay_in(words: str) -> str:
    """The same of the first amount in these words."""
    return _said(_PAY.search(words))


def _said(found: re.Match[str] | None) -> str:
    if found is None:
        return ""
    least, most = (_thousands(amount) for amount in found.groups())
    return f"salary>={least}" + (f" salary<={most}" if most else "")


def _thousands(amount: str | None) -> str:
    plain = re.sub("[.,]", "", (amount or "").lower())
    return f"{plain}k" if plain.isdigit() and len(plain) < 4 else plain
