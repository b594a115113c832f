"""Words that are one slip of the finger apart."""

from collections.abc import Iterable

LEAST = 5  # letters: shorter words are words of their own


def one_slip_from(word: str, known: Iterable[str]) -> str:
    """The first of the known words that this one becomes by one letter more, less, other, or two in turn; else nothing.

    The first letter is hit right, and numbers and signs are meant.
    """
    if len(word) < LEAST or not word.isascii():
        return ""
    return next((one for one in known if one[:1] == word[0] and _is_one_slip(word, one)), "")


def _is_one_slip(word: str, other: str) -> bool:
    if abs(len(word) - len(other)) > 1 or word == other:
        return False
    start = next((at for at, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other)))
    mine, others = word[start:], other[start:]
    if not (mine[:1] + others[:1]).isalpha():
        return False
    is_turned = mine[:2] == others[1::-1] and mine[2:] == others[2:]
    return is_turned or mine[1:] == others or mine == others[1:] or mine[1:] == others[1:]
