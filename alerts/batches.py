"""A batch of events: all that is known of them in one snapshot, what is owed for them, and the rows that say so."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, select

from alerts.deliveries import Told
from alerts.looked import found_by
from alerts.written import written
from database import documents, insert_into, insert_new, table_of
from models import Cadence, PendingMatch, PostingEvent, SavedSearch, SearchMatch, Subscriber
from search import Document

PER_WRITE, LEAST = 2000, 400  # deliveries, about, in one transaction: at most, and where it takes long
SHORT = 0.08  # seconds of one transaction, about
PAUSE = 0.03  # seconds between two: whoever waits for the lock asks for it again within this time, see database.engine
PENDING, EVENT, MATCH = table_of(PendingMatch), table_of(PostingEvent), table_of(SearchMatch)
SEARCH, SUBSCRIBER = table_of(SavedSearch), table_of(Subscriber)
_TELLING = ("id", "subscriber_id", "query", "facts", "channels", "cadence", "weekday", "time_of_day", "zone", "quiet",
            "events", "baseline_at")  # fmt: skip
Row = RowMapping
Pair = tuple[int, int]  # search, posting


@dataclass(slots=True)
class Owed:
    """A search tells of an event: of a posting that comes to match (first), or a later event its owner asked for."""

    search_id: int
    is_first: bool
    clauses: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Batch:
    """Events and all that is known of them in one snapshot."""

    events: Sequence[Row]
    read: dict[int, Document]
    told: dict[int, set[int]]  # posting -> the searches that told of it
    happened: dict[int, tuple[int, int]]  # posting -> its events: how many, the last
    written: dict[int, str] = field(default_factory=dict)  # search -> as it was written when it was matched
    looked_at: dict[int, datetime | None] = field(default_factory=dict)  # search -> its first look


@dataclass(slots=True)
class Part:
    """What is written in one transaction. More is owed to the events that it leaves unfinished."""

    events: list[Row] = field(default_factory=list)
    owed: dict[int, list[Owed]] = field(default_factory=dict)
    unfinished: set[int] = field(default_factory=set)

    def add(self, event: Row, *owed: Owed) -> None:
        """Take in what is owed to an event; the event itself, where nothing is."""
        if event["id"] not in self.owed:
            self.events.append(event)
            self.owed[event["id"]] = []
        self.owed[event["id"]] += owed


# --- reading -------------------------------------------------------------------------------------------------------


def gather(connection: Connection, event_ids: Sequence[int]) -> Batch:
    """The events, those that others have ended left out, and their postings as they are."""
    still = select(EVENT).join(PENDING, PENDING.c.event_id == EVENT.c.id).where(EVENT.c.id.in_(event_ids))
    events = connection.execute(still.order_by(EVENT.c.id)).mappings().all()
    ids = list({event["posting_id"] for event in events})
    told: dict[int, set[int]] = {key: set() for key in ids}
    for row in connection.execute(select(MATCH.c.search_id, MATCH.c.posting_id).where(MATCH.c.posting_id.in_(ids))):
        told[row.posting_id].add(row.search_id)
    return Batch(events, documents(connection, ids), told, _happened(connection, ids))


def _happened(connection: Connection, posting_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    counted = select(EVENT.c.posting_id, func.count(), func.max(EVENT.c.id)).group_by(EVENT.c.posting_id)
    rows = connection.execute(counted.where(EVENT.c.posting_id.in_(posting_ids)))
    return {row[0]: (row[1], row[2]) for row in rows}


def leave_out_what_looks_found(connection: Connection, batch: Batch, owed: dict[int, list[Owed]]) -> None:
    """Drop what a first look found open already; note which looks were read, so that a later one is noticed."""
    postings: dict[int, set[int]] = {}
    for event in batch.events:
        for one in owed.get(event["id"], []):
            postings.setdefault(one.search_id, set()).add(event["posting_id"])
    if not postings:
        return
    batch.looked_at = _looked_at(connection, list(postings))
    looked = found_by(connection, list(postings), min(min(ids) for ids in postings.values()))
    found = {(key, one) for key, ids in looked.items() for one in postings[key].intersection(chain(*ids))}
    for event in batch.events:
        owed[event["id"]] = [
            one
            for one in owed.get(event["id"], [])
            if not one.is_first or (one.search_id, event["posting_id"]) not in found
        ]


def _looked_at(connection: Connection, search_ids: Sequence[int]) -> dict[int, datetime | None]:
    found: dict[int, datetime | None] = {}
    for part in _chunks(search_ids):
        rows = connection.execute(select(SEARCH.c.id, SEARCH.c.baseline_at).where(SEARCH.c.id.in_(part)))
        found |= {row.id: row.baseline_at for row in rows}
    return found


def texts(connection: Connection, search_ids: Collection[int]) -> dict[int, str]:
    """The searches as they are written now."""
    wanted = select(SEARCH.c.id, SEARCH.c.query, SEARCH.c.facts)
    found: dict[int, str] = {}
    for part in _chunks(sorted(search_ids)):
        rows = connection.execute(wanted.where(SEARCH.c.id.in_(part))).mappings()
        found |= {row["id"]: written(row) for row in rows}
    return found


# --- writing -------------------------------------------------------------------------------------------------------


def still_waiting(connection: Connection, event_ids: Sequence[int]) -> set[int]:
    mine = select(PENDING.c.event_id).where(PENDING.c.event_id.in_(event_ids)).order_by(PENDING.c.event_id)
    return set(connection.execute(mine.with_for_update(skip_locked=True)).scalars())


def changed_meanwhile(connection: Connection, batch: Batch, events: Sequence[Row]) -> set[int]:
    """The postings to which something has happened since the batch was read."""
    happened = _happened(connection, list({event["posting_id"] for event in events}))
    return {key for key, value in happened.items() if value != batch.happened.get(key)}


def hold(connection: Connection, search_ids: set[int]) -> dict[int, Row]:
    """The searches as they are, with `is_active`; nobody changes them until we commit."""
    is_active = SEARCH.c.removed_at.is_(None) & SEARCH.c.paused_at.is_(None) & SUBSCRIBER.c.stopped_at.is_(None)
    rows = select(*(SEARCH.c[name] for name in _TELLING), SUBSCRIBER.c.timezone, is_active.label("is_active"))
    rows = rows.join(SUBSCRIBER, SUBSCRIBER.c.id == SEARCH.c.subscriber_id).order_by(SEARCH.c.id)
    held: dict[int, Row] = {}
    for part in _chunks(sorted(search_ids)):
        wanted = rows.where(SEARCH.c.id.in_(part)).with_for_update(read=True, of=SEARCH)
        held |= {row["id"]: row for row in connection.execute(wanted).mappings()}
    return held


def record_matches(connection: Connection, pairs: set[Pair], now: datetime) -> set[Pair]:
    """Note which (search, posting) match from now on; returns those that nobody noted before."""
    insert = insert_into(connection, MATCH)
    rows = [
        {"search_id": search_id, "posting_id": posting_id, "matched_at": now, "is_baseline": False}
        for search_id, posting_id in sorted(pairs)  # in one order everywhere, so that two of us cannot deadlock
    ]
    if connection.dialect.name == "sqlite" and insert_new(connection, MATCH, rows):
        return set(pairs)
    recorded: set[Pair] = set()
    for part in _chunks(rows):
        statement = insert.on_conflict_do_nothing()
        new = connection.execute(statement.returning(MATCH.c.search_id, MATCH.c.posting_id), part)
        recorded |= {(row.search_id, row.posting_id) for row in new}
    return recorded


def forget_matches(connection: Connection, search_id: int, posting_ids: Sequence[int]) -> None:
    """What could not be told counts as not matched, so that a later event, or another look, tells it."""
    for part in _chunks(posting_ids):
        connection.execute(delete(MATCH).where(MATCH.c.search_id == search_id, MATCH.c.posting_id.in_(part)))


def _chunks(ids: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(ids), 1000):
        yield ids[start : start + 1000]


def as_told(one: Row, event: Row, owed: Owed) -> Told:
    cadence = Cadence.BASELINE if event["is_baseline"] else one["cadence"]
    return Told(one, event["id"], event["posting_id"], cadence, owed.clauses, is_first=owed.is_first)


def parts(events: Sequence[Row], owed: dict[int, list[Owed]], room: Callable[[], int]) -> Iterator[Part]:
    """All that is owed in parts of about so many deliveries, search by search: so rows that are written together stand
    together in the database. An event is finished by the part that holds the last of it."""
    pairs = [(one.search_id, event["id"], event, one) for event in events for one in owed.get(event["id"], [])]
    pairs.sort(key=lambda pair: pair[:2])
    last = {key: place for place, (_, key, _, _) in enumerate(pairs)}
    part, start = Part(), 0
    for event in events:
        if event["id"] not in last:
            part.add(event)
    while start < len(pairs) or part.events:
        end = start + room()
        for _, key, event, one in pairs[start:end]:
            part.add(event, one)
            if last[key] >= end:
                part.unfinished.add(key)
        yield part
        part, start = Part(), end


class Pace:
    """How much is written at once, so that it takes a short time on any machine."""

    def __init__(self) -> None:
        self.room = LEAST

    def note(self, seconds: float) -> None:
        """Take in how long the last write took."""
        share = min(2.0, max(0.25, SHORT / max(seconds, 0.001)))
        self.room = int(min(PER_WRITE, max(LEAST, self.room * share)))
