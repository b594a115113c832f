"""What `posted:<7d` means in time."""

from datetime import datetime, timedelta

from search.nodes import Age

_HOURS = {"h": 1, "d": 24, "w": 7 * 24, "m": 30 * 24}


def span(age: Age) -> timedelta:
    """How long the age is."""
    return timedelta(hours=age.amount * _HOURS[age.unit])


def cutoff(age: Age, now: datetime) -> datetime:
    """The moment that is as old as the age says."""
    return now - span(age)
