"""Which events a search tells of, as its owner says it: `changed`, or `changed:salary` of one kind of change alone,
`closed`, `reopened`; `-opened` leaves out what is new. Pure."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from models import EventKind

CHANGES = {
    "salary": ("salary_min", "salary_max", "salary_currency", "salary_period"), "remote": ("workplace", "remote_scope"),
    "place": ("locations",), "title": ("title",), "company": ("company",), "type": ("employment_type",),
    "text": ("description",),
}  # fmt: skip
NOT_OPENED = "-opened"
LATER = (EventKind.CHANGED, EventKind.CLOSED, EventKind.REOPENED)
WORDS = (*(str(kind) for kind in LATER), *(f"changed:{name}" for name in CHANGES), NOT_OPENED)


def read_kinds(words: Iterable[str]) -> list[str]:
    """The words as they are stored, each once. Raises ValueError on one that is none, or where nothing is left."""
    found = list(dict.fromkeys(word.strip().lower() for word in words if word.strip()))
    if unknown := [word for word in found if word not in WORDS]:
        raise ValueError(f"unknown event {unknown[0]!r}; one of {', '.join(WORDS)}")
    if found == [NOT_OPENED]:
        raise ValueError(f"with {NOT_OPENED} alone nothing would be told; say which later events are")
    if EventKind.CHANGED in found:
        found = [word for word in found if not word.startswith("changed:")]
    return found


def asks(events: Collection[str], kind: str, changes: Mapping[str, Any] | None) -> bool:
    """Whether a search of these words tells of a later event."""
    if kind in events or kind != EventKind.CHANGED:
        return kind in events
    named = [name for name in CHANGES if f"changed:{name}" in events]
    return any(field in (changes or {}) for name in named for field in CHANGES[name])


def tells_openings(events: Collection[str] | None) -> bool:
    """Whether a search of these words tells of what is new."""
    return NOT_OPENED not in (events or ())
