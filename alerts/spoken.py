"""When searches speak and when they are quiet, as people write it in a chat. Pure."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from alerts.cadence import DIGESTS, read_weekday
from alerts.subscribers import SubscriberError
from alerts.wording import quoted
from models import Cadence

_SPAN = re.compile(r"(?:for )?(\d{1,3}|an?|one) ?(h|hours?|d|days?|w|weeks?|m|months?)", re.ASCII)
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1), "m": timedelta(days=30)}
OFF = ("off", "none", "no")


def read_digest(words: Sequence[str], row: Mapping[str, Any]) -> dict[str, str]:
    """What the words say, in any order; what they do not say stays. Raises SubscriberError."""
    if not words:
        raise SubscriberError("write when: weekly, daily or off, with a day and a time")
    if " ".join(words) in (*OFF, "at once", Cadence.INSTANT):
        return {"cadence": Cadence.INSTANT}
    found = {"cadence": str(row["cadence"] if row["cadence"] in DIGESTS else Cadence.WEEKLY)}
    said: dict[str, str] = {}
    for word in words:
        name, value = _read_word(word)
        if said.setdefault(name, value) != value:
            raise SubscriberError(f"{quoted(' '.join(words))} says two things at once")
    if said.get("cadence") == Cadence.DAILY and "weekday" in said:
        raise SubscriberError("a daily digest comes on every day: leave the day away, or write weekly")
    return found | ({"cadence": Cadence.WEEKLY} if "weekday" in said else {}) | said


def _read_word(word: str) -> tuple[str, str]:
    """(what of a digest a word says, as it is kept). A day that is none is read as a time, whose error is told."""
    if word in DIGESTS:
        return "cadence", word
    with suppress(ValueError):
        return "weekday", read_weekday(word)
    return "time_of_day", f"{word}:00" if word.isdigit() else word


def read_span(words: str) -> timedelta | None:
    """`2w`, `3 days`, `for a month`: how long; None for what is no time, or longer than a year."""
    found = _SPAN.fullmatch(words.strip().lower())
    if found is None:
        return None
    span = int(found[1]) * _UNITS[found[2][0]] if found[1].isdigit() else _UNITS[found[2][0]]
    return span if timedelta() < span <= timedelta(days=366) else None


def read_hours(words: str) -> str:
    """`22-7`, `22:00 to 7:00` or `from 22:00 - 07:00` as two times with a dash between."""
    ends = re.split(r"\s*[-–—]\s*|\s+to\s+|\s+", words.removeprefix("from ").strip(), maxsplit=1)
    return "-".join(f"{end}:00" if end.isdigit() else end for end in ends) or "-"
