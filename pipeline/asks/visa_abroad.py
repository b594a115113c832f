"""What a text says of visas and work permits in other languages' words (`visa_words.tsv`): offered or refused."""

import re
from collections import defaultdict
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from pipeline.text.plain import lower_case
from pipeline.text.windows import ABROAD, Hints, windows

_ASKED = frozenset("?？؟")
_MARK = re.compile(r"[.!?;？؟](?=\s|$)|[\n。；！؛]")
_REACH = 100  # characters of a sentence before and after the permit
_MOST = 40  # permits that a text names; real ones name a few
_CLAUSE = re.compile(r"[:()–—]|,(?! ?(?:aber|mais|pero|mas|ma|maar|men|ale|но|але|mutta|de|dar|однак|однако)\b)")
_ENGLISH = re.compile(r"\b(?:the|and|our|you|your|with|we)\b")  # has readers of its own
_CARD = re.compile(r"mastercard|amex|stripe|paypal")
_Found = tuple[bool, int, int]


class Words(NamedTuple):
    """How one language speaks of permits."""

    permit: re.Pattern[str]
    offer: re.Pattern[str]
    no: re.Pattern[str]
    own: re.Pattern[str]


def visa_abroad(text: str) -> _Found | None:
    """(offered, start, end) by the first sentence that says whether the employer helps to a visa or permit."""
    lower = lower_case(text)
    places = (_PERMIT.finditer(lower, start, end) for start, end in windows(text, _HINTS, _REACH, _REACH))
    for match in islice(chain.from_iterable(places), _MOST):
        if (said := _said(lower, match.start(), match.end())) is not None:
            return said, match.start(), match.end()
    return None


def _said(lower: str, start: int, end: int) -> bool | None:
    """What the sentence around a permit says, by the languages whose word for it this is; a refusal in one decides."""
    low = max(0, start - _REACH)
    low = max((mark.end() for mark in _MARK.finditer(lower, low, start)), default=low)
    mark = _MARK.search(lower, end, end + _REACH)
    if mark and mark.group() in _ASKED:
        return None
    high = mark.start() if mark else min(len(lower), end + _REACH)
    sentence = _IDLE.sub(lambda found: " " * len(found.group()), lower[low:high])
    if _ENGLISH.search(sentence) or _CARD.search(sentence):
        return None
    judged = [_judged(words, sentence, start - low, end - low) for words in _LANGUAGES]
    return False if False in judged else True if True in judged else None


def _judged(words: Words, sentence: str, start: int, end: int) -> bool | None:
    if not words.permit.match(sentence, start):
        return None
    before = _CLAUSE.split(sentence[:start])[-1]
    around = f"{before} # {sentence[end:]}"
    if words.no.search(around):
        return False
    return True if words.offer.search(sentence) and not words.own.search(around) else None


def _table() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = defaultdict(dict)
    for line in Path(__file__).with_name("visa_words.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            language, kind, expression = line.split("\t")
            table[language][kind] = expression
    return table


_TABLE = _table()
_ANY = _TABLE.pop("*")
_LANGUAGES = [Words(*(re.compile(row[kind]) for kind in ("permit", "offer", "no", "own"))) for row in _TABLE.values()]
_HINTS = Hints(_ANY["hint"], among=ABROAD)
_IDLE = re.compile(_ANY["idle"])
_PERMIT = re.compile("|".join(row["permit"] for row in _TABLE.values()))
