"""What `posted:<7d` means in time."""

from datetime import datetime, timedelta

from search.nodes import Age

_HOURS = {"h": 1, "d": 24, "w": 7 * 24, "m": 30 * 24}


def cutoff(age: Age, now: datetime) -> datetime:
    """The moment that is as old as the age says."""
    return now - timedelta(hours=age.amount * _HOURS[age.unit])
