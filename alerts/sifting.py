"""What of a message's deliveries is told, and in which order: each posting once, as it stands now. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping

from models import EventKind

CLOSED = "it closed before it could be told"
REOPENED = "it opened again before its end could be told"
CHANGED_BACK = "it changed back before it could be told"
STILL_MATCHED = (REOPENED, CHANGED_BACK)  # the posting is what it was to its searches: what comes later is told
NEW_READ, LATER_READ = 120, 40  # of what a digest holds, that its rows are chosen among
_OPENINGS = (EventKind.OPENED, EventKind.REOPENED)
_ORDER = {EventKind.OPENED: 0, EventKind.REOPENED: 1, EventKind.CHANGED: 2, EventKind.CLOSED: 3}

Item = RowMapping | Mapping[str, Any]  # a delivery with its event, and when its posting was posted and closed
Dropped = dict[str, list[int]]


def at_once(held: Iterable[Item], dropped: Dropped) -> list[Item]:
    """Of a message that goes at once: what closed since is not told as new."""
    told: list[Item] = []
    for item in held:
        if item["closed_at"] is not None and item["kind"] in _OPENINGS:
            dropped.setdefault(CLOSED, []).append(item["id"])
        else:
            told.append(item)
    return sorted(told, key=_place)


def in_digest(held: Iterable[Item], dropped: Dropped) -> list[Item]:
    """Of a digest: what happened to a posting meanwhile, in one; it speaks for all the deliveries of it, `ids`."""
    of_posting: dict[int, list[Item]] = {}
    for item in sorted(held, key=lambda item: int(item["id"])):
        of_posting.setdefault(item["posting_id"], []).append(item)
    told: list[Item] = []
    for items in of_posting.values():
        ids = [item["id"] for item in items]
        net, why = _closed(items) if items[0]["closed_at"] is not None else _open(items)
        if net is None:
            dropped.setdefault(why, []).extend(ids)
        else:
            told.append({**net, "ids": ids})
    return sorted(told, key=_place)


def _closed(items: Sequence[Item]) -> tuple[Item | None, str]:
    """It is closed now: said once. What was never told says so too; a change is a change, where no end is asked for."""
    for item in reversed(items):
        if item["kind"] == EventKind.CLOSED:
            return item, ""
    for item in reversed(items):
        if item["kind"] in _OPENINGS:
            return {**item, "kind": EventKind.CLOSED, "at": item["closed_at"], "changes": {}}, ""
    return _changed(items)


def _open(items: Sequence[Item]) -> tuple[Item | None, str]:
    """It is open now: new, if that is to be told, whatever happened since; back; or changed."""
    for kind in _OPENINGS:
        for item in items:
            if item["kind"] == kind:
                return item, ""
    return _changed([item for item in items if item["kind"] == EventKind.CHANGED])


def _changed(items: Sequence[Item]) -> tuple[Item | None, str]:
    """All changes as one, from the first before to the last after."""
    if not items:
        return None, REOPENED
    merged: dict[str, Any] = {}
    for item in items:
        for field, pair in (item["changes"] or {}).items():
            merged[field] = _joined(merged.get(field), pair)
    kept = {field: pair for field, pair in merged.items() if not (_is_pair(pair) and pair[0] == pair[1])}
    if merged and not kept:
        return None, CHANGED_BACK
    return {**items[-1], "changes": kept}, ""


def _joined(earlier: Any, later: Any) -> Any:
    return [earlier[0], later[1]] if _is_pair(earlier) and _is_pair(later) else later


def _is_pair(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) == 2


def _place(item: Item) -> tuple[int, float, int]:
    return _ORDER.get(item["kind"], 9), -item["posted_at"].timestamp(), item["id"]


def candidates(told: Sequence[Item]) -> list[Item]:
    """Those that a digest's rows are chosen among: many new ones keep no change out."""
    new = [item for item in told if item["kind"] == EventKind.OPENED]
    return new[:NEW_READ] + [item for item in told if item["kind"] != EventKind.OPENED][:LATER_READ]
