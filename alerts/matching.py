"""What a batch of events owes: which searches tell of each, and why."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog

import search
from alerts.batches import Batch, Owed, Row
from alerts.registry import Registry
from alerts.telling import said
from models import EventKind
from search import Document
from search.nodes import Node

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


def explain(registry: Registry, batch: Batch, owed: dict[int, list[Owed]], now: datetime) -> None:
    """Give the reasons; a search that raises tells of no new posting, and without them of one that it has told of.

    One whose query was written anew meanwhile is given none: it is matched anew."""
    for event in batch.events:
        if (document := batch.read.get(event["posting_id"])) is None:
            continue
        reasons: dict[str, Clauses | Exception] = {}
        known: dict[Node, Clauses] = {}
        for one in owed[event["id"]]:
            text = batch.written.get(one.search_id)
            if text is not None and text not in reasons:
                reasons[text] = _reasons(registry, text, document, known, now)
        owed[event["id"]] = [one for one in owed[event["id"]] if _give(registry, event, one, batch.written, reasons)]


def _reasons(
    registry: Registry, text: str, document: Document, known: dict[Node, Clauses], now: datetime
) -> Clauses | Exception:
    try:
        return search.reasons(registry.parsed(text).root, document, now, known)
    except Exception as error:  # noqa: BLE001 - logged where it is known whose it is
        return error


def _give(
    registry: Registry, event: Row, one: Owed, written: dict[int, str], reasons: dict[str, Clauses | Exception]
) -> bool:
    """Whether it is told."""
    found = reasons.get(written.get(one.search_id, ""), [])
    if isinstance(found, Exception):
        log.error("dispatch.search_failed", event_id=event["id"], search_id=one.search_id, exc_info=found)
        if one.is_first:
            registry.unreadable[one.search_id] = said(found)
        return not one.is_first
    one.clauses = found
    return True
