"""From events to deliveries: which searches an event matches, told once each.

Everything is read in one snapshot and matched outside any transaction; then a short one writes what is owed and ends
the events' wait. Its checks keep that right: an event whose posting or search changed meanwhile waits for the next try.

An event reaches each search once, without a lock between the two ways. Every search that a batch's snapshot shows is
matched, whether its first look is behind it or not. One saved or resumed later than that snapshot takes its first look
later still, and so sees the posting open. And what both find is told by whoever writes first: they meet at the row of
the search, which a look updates and a batch holds.
"""

import time
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection, Engine, delete, select

from alerts import looks, unread
from alerts.batches import (
    PAUSE,
    PENDING,
    Batch,
    Owed,
    Pace,
    Part,
    Row,
    as_told,
    changed_meanwhile,
    gather,
    hold,
    leave_out_what_looks_found,
    parts,
    record_matches,
    still_waiting,
    texts,
)
from alerts.matching import Reasons, match
from alerts.mutes import without_muted
from alerts.notices import clear_notice, lasting, raise_notice
from alerts.passing import DailyLooks
from alerts.private import leave_out_what_is_private
from alerts.registry import Registry
from alerts.telling import Telling, is_cut_off, is_nobodys_fault, said
from alerts.told import note as note_edits
from alerts.written import query_of, written
from database import read, transaction
from settings import Settings

BATCH = 100  # events
LOOKS = 20  # first looks before events have their turn
LOOKING = 0.5  # seconds after which no further one begins before that
ASIDE = timedelta(hours=1)  # for so long a first look that failed is not tried again, unless its search is edited

log = structlog.get_logger(__name__)


def dispatch(engine: Engine, settings: Settings, now: datetime) -> int:
    """Look at new searches and waiting events until none is left; returns the number of events handled."""
    dispatcher = Dispatcher(engine, settings)
    if is_anything_waiting(engine):
        dispatcher.load()
    return dispatcher.turn(now)


def is_anything_waiting(engine: Engine) -> bool:
    """Whether an event waits."""
    with read(engine) as connection:
        return connection.execute(select(PENDING.c.event_id).limit(1)).first() is not None


class Dispatcher:
    """Dispatch of one process, with the searches it holds ready. One turn at a time."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine, self.settings = engine, settings
        self.registry = Registry()
        self._aside: dict[int, tuple[str, datetime]] = {}  # first looks that failed: query, when to try again
        self._told_of: dict[int, str] = {}  # unreadable searches that the operator and their owners know of
        self._telling, self._pace = Telling(settings.alerts), Pace()
        self._daily = DailyLooks(engine, settings)
        self._recalled: list[tuple[str, int]] = []  # what the process before told the operator of: it may be over

    def load(self, is_stopping: Callable[[], bool] = lambda: False) -> None:
        """Read and pack the searches, which takes a while; until it is done for the first time, events wait."""
        self.registry.load(self.engine, is_stopping)
        with read(self.engine) as connection:
            keys = [row["key"].partition(":") for row in lasting(connection)]
        self._recalled = [(kind, int(key)) for kind, _, key in keys if kind in ("look", "search", "telling")]

    def turn(self, now: datetime, is_stopping: Callable[[], bool] = lambda: False) -> int:
        """Look at new searches and waiting events until none is left; returns the number of events handled."""
        handled = 0
        while not is_stopping():
            looked = self._look_around(now) + self._daily.take(now, is_stopping)
            if self.registry.is_loaded:
                self._tell_of_unreadable(now)
            count = self._take_batch(now) if self.registry.is_loaded else 0
            handled += count
            if not (looked or count):
                break
        return handled

    # --- first looks -----------------------------------------------------------------------------------------------

    def _look_around(self, now: datetime) -> int:
        """A few first looks; returns how many."""
        self._recall(now)
        with read(self.engine) as connection:
            limit = LOOKS + len(self._aside)
            due = looks.due(connection, limit)
        if len(due) < limit and (gone := self._aside.keys() - {one["id"] for one in due}):
            self._forget_asides(gone, now)
        ready = [one for one in due if not self._is_aside(one, now)][:LOOKS]
        looked, began = 0, time.monotonic()
        for one in ready:
            looked += self._look(one, now)
            if time.monotonic() - began >= LOOKING:
                break
        return looked

    def _recall(self, now: datetime) -> None:
        recalled, self._recalled = self._recalled, []
        for kind, key in recalled:
            if kind == "look":
                self._aside.setdefault(key, ("", now))
            elif kind == "search":
                self._told_of.setdefault(key, "")
            else:
                self._telling.untold.add(key)

    def _forget_asides(self, gone: Collection[int], now: datetime) -> None:
        """Searches that were removed or paused: no look of them is due any more."""
        with transaction(self.engine) as connection:
            for key in gone:
                clear_notice(connection, f"look:{key}", now)
        for key in gone:
            del self._aside[key]

    def _is_aside(self, one: Row, now: datetime) -> bool:
        text, until = self._aside.get(one["id"], ("", now))
        return text == written(one) and now < until

    def _look(self, one: Row, now: datetime) -> bool:
        """One search's first look; one that raises is set aside, and the operator is told. Whether it is done with."""
        look = None
        try:
            query = query_of(one)
            with read(self.engine) as connection:
                look = looks.look(connection, one["id"], query, now)
            return look is not None and self._tell_look(look, now)
        except Exception as error:
            if is_cut_off(error) or (look is not None and is_nobodys_fault(error)):
                raise
            self._set_look_aside(one, error, now)
            return True

    def _tell_look(self, look: looks.Look, now: datetime) -> bool:
        key = look.search["id"]
        with transaction(self.engine) as connection:
            is_told = looks.tell(connection, look, self.settings.alerts, now)
            if key in self._aside:
                clear_notice(connection, f"look:{key}", now)
        self._aside.pop(key, None)
        return is_told

    def _set_look_aside(self, one: Row, error: Exception, now: datetime) -> None:
        log.error("dispatch.look_failed", search_id=one["id"], exc_info=error)
        self._aside[one["id"]] = (written(one), now + ASIDE)
        words = f"The first look of the saved search {one['query']!r} ({one['id']}) failed: {said(error)}"
        with transaction(self.engine) as connection:
            raise_notice(connection, f"look:{one['id']}", words[:500], now)

    # --- events ----------------------------------------------------------------------------------------------------

    def _take_batch(self, now: datetime) -> int:
        with read(self.engine) as connection:
            waiting = select(PENDING.c.event_id).order_by(PENDING.c.event_id).limit(BATCH)
            ids = connection.execute(waiting).scalars().all()
        if not ids:
            return 0
        try:
            return self._handle(ids, now)
        except Exception as error:
            if is_nobodys_fault(error):
                raise
            log.exception("dispatch.batch_failed", events=len(ids))
        return sum(self._handle_alone(key, now) for key in ids)

    def _handle_alone(self, event_id: int, now: datetime) -> int:
        """One poisonous event must not starve the rest: it is set aside and the operator is told."""
        try:
            return self._handle([event_id], now)
        except Exception as error:
            if is_nobodys_fault(error):
                raise
            log.exception("dispatch.event_failed", event_id=event_id)
            words = f"Event {event_id} could not be matched and was set aside: {said(error)}"
        with transaction(self.engine) as connection:
            connection.execute(delete(PENDING).where(PENDING.c.event_id == event_id))
            raise_notice(connection, f"event:{event_id}", words[:500], now)
        return 1

    def _handle(self, event_ids: Sequence[int], now: datetime) -> int:
        """Match the events and write what is owed; returns how many wait no more."""
        with read(self.engine) as connection:
            changes = self.registry.changes(connection)
            batch = gather(connection, event_ids)
        self.registry.apply(changes)
        self._tell_of_unreadable(now)
        owed = match(self.registry, batch, now)
        with read(self.engine) as connection:
            written = texts(connection, {one.search_id for found in owed.values() for one in found})
        batch.written = {key: written[key] for key in self.registry.holding(written)}
        with read(self.engine) as connection:
            leave_out_what_is_private(connection, batch.events, owed)
            leave_out_what_looks_found(connection, batch, owed)
        try:
            return self._write_parts(batch, owed, now)
        finally:
            self._tell_of_unreadable(now)

    def _write_parts(self, batch: Batch, owed: dict[int, list[Owed]], now: datetime) -> int:
        """Write what is owed part by part. While others may write, the reasons of the next part are found."""
        handled, ended = 0, 0.0
        stale: set[int] = set()
        reasons = Reasons(self.registry, batch, now)
        for part in parts(batch.events, owed, lambda: self._pace.room):
            reasons.give(part)
            if self.engine.dialect.name == "sqlite" and (left := ended + PAUSE - time.monotonic()) > 0:
                time.sleep(left)
            began = time.monotonic()
            with transaction(self.engine) as connection:
                handled += self._write(connection, batch, part, stale, now)
            ended = time.monotonic()
            self._pace.note(ended - began)
        return handled

    def _tell_of_unreadable(self, now: datetime) -> None:
        unreadable = dict(self.registry.unreadable)
        if unreadable == self._told_of:
            return
        with transaction(self.engine) as connection:
            for key in self._told_of.keys() - unreadable.keys():
                clear_notice(connection, f"search:{key}", now)
        self._told_of = {key: self._told_of[key] for key in self._told_of.keys() & unreadable.keys()}
        changed = [key for key, reason in unreadable.items() if reason != self._told_of.get(key)]
        for start in range(0, len(changed), unread.AT_ONCE):
            part = {key: unreadable[key] for key in changed[start : start + unread.AT_ONCE]}
            with transaction(self.engine) as connection:
                unread.note(connection, part, part.keys() - self._told_of.keys(), now)
            self._told_of |= part

    def _write(
        self,
        connection: Connection,
        batch: Batch,
        part: Part,
        stale: set[int],
        now: datetime,
    ) -> int:
        """Write what these events owe and end their wait, besides those of stale postings: they are matched anew."""
        waiting = still_waiting(connection, [event["id"] for event in part.events])
        stale |= changed_meanwhile(connection, batch, part.events)
        held = hold(connection, {one.search_id for owed in part.owed.values() for one in owed})
        for event in part.events:
            if any(self._is_stale(one, held, batch) for one in part.owed[event["id"]]):
                stale.add(event["posting_id"])
        taken = [event for event in part.events if event["id"] in waiting and event["posting_id"] not in stale]
        self._tell(connection, taken, part.owed, held, now)
        done = [event["id"] for event in taken if event["id"] not in part.unfinished]
        note_edits(connection, [event for event in taken if event["id"] in done], now)
        connection.execute(delete(PENDING).where(PENDING.c.event_id.in_(done)))
        return len(done)

    def _is_stale(self, one: Owed, held: dict[int, Row], batch: Batch) -> bool:
        row = held.get(one.search_id)
        if row is None or not row["is_active"]:
            return False
        is_same = written(row) == batch.written.get(one.search_id)
        return not (is_same and row["baseline_at"] == batch.looked_at.get(one.search_id))

    def _tell(
        self,
        connection: Connection,
        events: Sequence[Row],
        owed: dict[int, list[Owed]],
        held: dict[int, Row],
        now: datetime,
    ) -> None:
        wanted = [(event, one) for event in events for one in owed.get(event["id"], [])]
        wanted = [(event, one) for event, one in wanted if one.search_id in held and held[one.search_id]["is_active"]]
        firsts = {(one.search_id, event["posting_id"]) for event, one in wanted if one.is_first}
        recorded = record_matches(connection, firsts, now)
        told = [
            as_told(held[one.search_id], event, one)
            for event, one in wanted
            if not one.is_first or (one.search_id, event["posting_id"]) in recorded
        ]
        self._telling.tell(connection, without_muted(connection, told), recorded, now)
