"""What a batch of events owes: which searches tell of each, and why."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog

import search
from alerts.batches import Batch, Owed, Part, Row
from alerts.registry import Registry
from alerts.telling import said
from models import EventKind
from search import Document
from search.explaining import Known

log = structlog.get_logger(__name__)
Clauses = list[dict[str, Any]]


def match(registry: Registry, batch: Batch, now: datetime) -> dict[int, list[Owed]]:
    """What each event's searches owe; their reasons are still to be given."""
    events = [event for event in batch.events if event["posting_id"] in batch.read]
    told = {key: found | registry.lookers(key) for key, found in batch.told.items()}
    owed: dict[int, list[Owed]] = {}
    for event, matching in zip(events, _matching(registry, batch, events, now), strict=True):
        key, known = event["posting_id"], told[event["posting_id"]]
        told_of = (event["kind"], event["changes"] or {})
        asking = registry.asking_for(*told_of, key, known) if _is_worth_telling(event) else set()
        first = sorted(matching - known)
        known |= matching
        owed[event["id"]] = [Owed(one, False) for one in sorted(asking)] + [Owed(one, True) for one in first]
    return owed


def _matching(registry: Registry, batch: Batch, events: Sequence[Row], now: datetime) -> list[set[int]]:
    """The searches that come to match by each event. What closes is told only to those who look for closed postings:
    the others missed it, or it came too late."""
    documents = [batch.read[event["posting_id"]] for event in events]
    found = registry.match(documents, now)
    closed = [number for number, event in enumerate(events) if event["kind"] == EventKind.CLOSED]
    opened = registry.match([replace(documents[number], is_open=True) for number in closed], now)
    for number, searches in zip(closed, opened, strict=True):
        found[number] -= searches
    return found


def _is_worth_telling(event: Row) -> bool:
    return event["kind"] != EventKind.CHANGED or bool(event["changes"])


class Reasons:
    """The reasons of what a batch owes, given part by part; each is found once.

    A search that raises tells of no new posting, and without reasons of one that it has told of. One whose query was
    written anew meanwhile is given none: it is matched anew.
    """

    def __init__(self, registry: Registry, batch: Batch, now: datetime) -> None:
        self._registry, self._batch, self._now = registry, batch, now
        self._known: dict[int, Known] = {}  # of each event's posting, what was found of a clause
        self._found: dict[int, dict[str, Clauses | Exception]] = {}  # and of a text

    def give(self, part: Part) -> None:
        """Give the reasons of a part, and leave out what cannot be told."""
        for event in part.events:
            part.owed[event["id"]] = [one for one in part.owed[event["id"]] if self._give(event, one)]

    def _give(self, event: Row, one: Owed) -> bool:
        """Whether it is told."""
        text = self._batch.written.get(one.search_id)
        if text is None or event["posting_id"] not in self._batch.read:
            return True
        found = self._of(event, text)
        if isinstance(found, Exception):
            log.error("dispatch.search_failed", event_id=event["id"], search_id=one.search_id, exc_info=found)
            if one.is_first:
                self._registry.unreadable[one.search_id] = said(found)
            return not one.is_first
        one.clauses = found
        return True

    def _of(self, event: Row, text: str) -> Clauses | Exception:
        of_event = self._found.setdefault(event["id"], {})
        if text not in of_event:
            of_event[text] = self._anew(self._batch.read[event["posting_id"]], text, event["id"])
        return of_event[text]

    def _anew(self, document: Document, text: str, event_id: int) -> Clauses | Exception:
        known = self._known.setdefault(event_id, {})
        try:
            return search.reasons(self._registry.parsed(text).root, document, self._now, known)
        except Exception as error:  # noqa: BLE001 - logged where it is known whose it is
            return error
