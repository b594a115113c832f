"""Store one page of a board: what is new, what changed, what is back. Tags are made before the transaction opens."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, Engine, bindparam, select, update
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from database import read, table_of, transaction, upsert, wait_for_urls
from models import Board, BoardPage, BoardTask, EventKind, Link, Listing, Posting, Quarantine, RawPosting
from pipeline.content import content_hash
from pipeline.ingest import likeness, newcomers, postings, restamps, reused, rows, silence
from pipeline.ingest.arrivals import store_new
from pipeline.ingest.chunks import chunks
from pipeline.ingest.postings import Event, Tagged
from pipeline.ingest.spread import spread
from pipeline.tagging import tag_all

log = structlog.get_logger()
UPDATED = (
    "requisition_id", "opening_id", "title", "company_key", "url", "canonical_url", "apply_url", "kind",
    "content_hash", "description", "raw", "said_at", "family", "shown", "dates",
)  # fmt: skip


Held = dict[str, dict[str, Any]]  # native id -> what is stored of it
Digests = dict[str, str]  # native id -> what it says


def store_page(engine: Engine, keep: str, page: BoardPage, now: datetime) -> Counter[str]:
    """Store a page in one transaction; returns the counts of opened, changed and reopened postings, and of poison.

    A page that cannot be stored for what it holds is stored by halves, until the posting is found that cannot be stored
    at all; that one is quarantined. Raises SQLAlchemyError where the database itself fails.
    """
    raws = _once_each(page.postings)
    held = _held(engine, page.task, raws, now)
    raws = _with_what_stands(engine, raws, held)
    raws, digests, kept = silence.with_what_stood(engine, page.task, raws, held)
    redated = restamps.of_page(engine, [raw for raw in raws if _is_redated(held, raw)], held, now)
    tagged, poison = _tag_all(raws, digests, held, keep, page.task, now)
    reused.note(engine, tagged, held)
    counts = kept + Counter({"poison": len(poison)})
    if poison:
        _quarantine(engine, poison)
    if redated:
        restamps.note(engine, redated, {one.listing["native_id"] for one in tagged}, now)
    if not (tagged or any(_is_back(held, raw) or _has_moved(held, raw) for raw in raws)):
        return counts
    return counts + _store(engine, page.task, raws, tagged, now)


def _once_each(raws: list[RawPosting]) -> list[RawPosting]:
    """Of an id that is listed twice, the first."""
    first: dict[str, RawPosting] = {}
    for raw in raws:
        first.setdefault(raw.native_id, raw)
    return list(first.values())


def _with_what_stands(engine: Engine, raws: list[RawPosting], held: Held) -> list[RawPosting]:
    """The postings, those without a text or an address with the one they had: an ad is not edited to have none."""
    ids = {raw.native_id: held[raw.native_id]["id"] for raw in raws if raw.native_id in held and not raw.description}
    c, texts = table_of(Listing).c, dict[int, str]()
    with read(engine) as connection:
        for chunk in chunks(list(ids.values())):
            wanted = select(c.id, c.description).where(c.id.in_(chunk), c.description != "")
            texts |= {row.id: row.description for row in connection.execute(wanted)}
    return [
        replace(
            raw,
            description=raw.description or texts.get(ids.get(raw.native_id, 0), ""),
            url=raw.url or held.get(raw.native_id, {}).get("url", ""),
        )
        for raw in raws
    ]


def _is_failure(error: Exception) -> bool:
    """Whether the database failed, rather than that it or we could not take what a posting holds."""
    return isinstance(error, DBAPIError | PoolTimeoutError) and not isinstance(error, DataError | IntegrityError)


def _held(engine: Engine, task: BoardTask, raws: list[RawPosting], now: datetime) -> Held:
    """What is stored of these postings; an id that came back for another opening is not held (see `reused`)."""
    with read(engine) as connection:
        held = held_listings(connection, task, [raw.native_id for raw in raws])
    return {raw.native_id: held[raw.native_id] for raw in raws
            if raw.native_id in held and not reused.is_returned(held[raw.native_id], raw.title, now)}  # fmt: skip


def _is_back(held: Held, raw: RawPosting) -> bool:
    return raw.native_id in held and held[raw.native_id]["closed_at"] is not None


def _has_moved(held: Held, raw: RawPosting) -> bool:
    row = held.get(raw.native_id)
    return row is not None and (row["url"], row["apply_url"]) != (raw.url, raw.apply_url)


def _is_redated(held: Held, raw: RawPosting) -> bool:
    row = held.get(raw.native_id)
    return row is not None and row["dates"] not in ("", rows.dates(raw))


def _store(
    engine: Engine, task: BoardTask, raws: list[RawPosting], tagged: list[Tagged], now: datetime
) -> Counter[str]:
    try:
        return _store_once(engine, task, raws, tagged, now)
    except Exception as error:
        if _is_failure(error):
            raise
        if len(raws) == 1:
            log.exception("posting cannot be stored", board=task.name, native_id=raws[0].native_id)
            _quarantine(engine, [_poison(task, raws[0], error, now)])
            return Counter({"poison": 1})
    counts: Counter[str] = Counter()
    for half in (raws[: len(raws) // 2], raws[len(raws) // 2 :]):
        ids = {raw.native_id for raw in half}
        counts += _store(engine, task, half, [one for one in tagged if one.raw.native_id in ids], now)
    return counts


def _store_once(
    engine: Engine, task: BoardTask, raws: list[RawPosting], tagged: list[Tagged], now: datetime
) -> Counter[str]:
    left = {one.raw.native_id for one in tagged if one.left}
    held = {name: row for name, row in _held(engine, task, raws, now).items() if name not in left}
    back = [held[raw.native_id]["id"] for raw in raws if _is_back(held, raw)]
    new = [one for one in tagged if one.raw.native_id not in held]
    known = {one.raw.native_id for one in tagged}
    moved = [raw for raw in raws if raw.native_id not in known and _has_moved(held, raw)]
    compared = likeness.compared(engine, new)
    with transaction(engine) as connection:
        wait_for_urls(connection, [name for one in new for name in _founding(one)])
        taken = held_listings(connection, task, [one.raw.native_id for one in new])
        reused.set_aside(connection, list(taken.values()), left)
        added, events = store_new(connection, task, new, compared, now)
        events += postings.reopen(connection, back, now)
        events += _store_changed(connection, [one for one in tagged if one.raw.native_id in held], held)
        _store_moved(connection, moved, held, now)
        merged = _merged(events)
        waiting = postings.write_events(connection, merged, _is_baseline(connection, task.board_id), now)
        newcomers.add(connection, task.board_id, [*added, *back], waiting)
    return Counter(event.kind.value for event in merged)


def _founding(one: Tagged) -> list[str]:
    """What two boards must not found postings on at once: an address, and an employer where openings are compared."""
    return [name for name in (one.listing["canonical_url"], one.facts.employer if one.facts else "") if name]


def held_listings(connection: Connection, task: BoardTask, native_ids: Sequence[str]) -> Held:
    """What is stored of these native ids."""
    c = table_of(Listing).c
    columns = (c.id, c.native_id, c.title, c.url, c.apply_url, c.content_hash, c.closed_at, c.dates)
    wanted = select(*columns).where(c.source == task.source, c.board == task.board)
    rows = (row for chunk in chunks(native_ids) for row in
            connection.execute(wanted.where(c.native_id.in_(chunk))).mappings())  # fmt: skip
    return {row["native_id"]: dict(row) for row in rows}


def _tag_all(
    raws: list[RawPosting], digests: Digests, held: Held, keep: str, task: BoardTask, now: datetime
) -> tuple[list[Tagged], list[dict[str, Any]]]:
    """Tag what is new or changed. One posting that breaks a rule must not take its board along: it is kept aside, once
    halving the page has found it."""
    try:
        return _tag_once(raws, digests, held, keep, task, now), []
    except Exception as error:
        if len(raws) == 1:
            log.exception("posting cannot be tagged", board=task.name, native_id=raws[0].native_id)
            return [], [_poison(task, raws[0], error, now)]
    middle = len(raws) // 2
    halves = [_tag_all(half, digests, held, keep, task, now) for half in (raws[:middle], raws[middle:])]
    return [one for tagged, _ in halves for one in tagged], [one for _, poison in halves for one in poison]


def _tag_once(
    raws: list[RawPosting], digests: Digests, held: Held, keep: str, task: BoardTask, now: datetime
) -> list[Tagged]:
    said = ((raw, digests.get(raw.native_id) or content_hash(raw)) for raw in raws)
    new = [
        (raw, digest)
        for raw, digest in said
        if raw.native_id not in held or held[raw.native_id]["content_hash"] != digest
    ]
    tagged = zip(new, tag_all((raw for raw, _ in new), now), strict=True)
    return [
        likeness.comparable(postings.prepare(raw, tags, task.board_id, digest, keep, now))
        for (raw, digest), tags in tagged
    ]


def _poison(task: BoardTask, raw: RawPosting, error: Exception, now: datetime) -> dict[str, Any]:
    """The quarantine row; the id made storable, whatever it holds."""
    reason = f"{type(error).__name__}: {error}"[:500].encode("ascii", "backslashreplace").decode().replace("\0", "")
    native_id = raw.native_id.encode("ascii", "backslashreplace").decode().replace("\0", "")
    return {"source": task.source, "board": task.board, "native_id": native_id, "reason": reason, "seen_at": now}


def _quarantine(engine: Engine, poison: list[dict[str, Any]]) -> None:
    with transaction(engine) as connection:
        upsert(connection, Quarantine, poison, ["source", "board", "native_id"], ["reason", "seen_at"])


def _store_changed(connection: Connection, changed: list[Tagged], held: Held) -> list[Event]:
    if not changed:
        return []
    values = [one.listing | {"_id": held[one.raw.native_id]["id"]} for one in changed]
    led = _led_postings(connection, [row["_id"] for row in values])
    _update_listings(connection, values)
    likeness.remember(connection, [(row["_id"], one) for one, row in zip(changed, values, strict=True)], is_new=False)
    leading = [(one, led[row["_id"]]) for one, row in zip(changed, values, strict=True) if row["_id"] in led]
    moved = postings.update_postings(
        connection,
        [(before["id"], before["primary_listing_id"], one, before["first_seen_at"]) for one, before in leading],
    )
    events = []
    for one, before in leading:
        after = rows.posting_row(one.raw, one.tags, one.keeps_text, before["first_seen_at"])
        after |= moved[before["id"]][1] if before["id"] in moved else {}
        told = rows.changes(before, after, before["description"], one.listing["description"])
        events += [Event(before["id"], EventKind.CHANGED, told)] * bool(told)
    events += _moved_beside(connection, [row["_id"] for row in values if row["_id"] not in led])
    waiting = newcomers.waiting(connection, [event.posting_id for event in events])
    return [event for event in events if event.posting_id not in waiting]  # told, they are told as they stand then


def _moved_beside(connection: Connection, listing_ids: Sequence[int]) -> list[Event]:
    """What changed of where postings are by posts that do not lead them."""
    link = table_of(Link)
    theirs = {key for chunk in chunks(listing_ids) for key in
              connection.execute(select(link.c.posting_id).where(link.c.listing_id.in_(chunk))).scalars()}  # fmt: skip
    return postings.moves(spread(connection, theirs))


def _store_moved(connection: Connection, moved: list[RawPosting], held: Held, now: datetime) -> None:
    """A posting that says the same at another address, or asks to apply at another: no event, but no dead link."""
    if not moved:
        return
    listing, posting = table_of(Listing), table_of(Posting)
    values = [rows.address(raw, now) | {"_id": held[raw.native_id]["id"]} for raw in moved]
    changed: dict[str, Any] = {name: bindparam(name) for name in rows.ADDRESS}
    connection.execute(update(listing).where(listing.c.id == bindparam("_id")).values(changed), values)
    led = update(posting).where(posting.c.primary_listing_id == bindparam("_id"))
    shown = [{name: row[name] for name in ("url", "apply_url", "_id")} for row in values]
    connection.execute(led.values(url=bindparam("url"), apply_url=bindparam("apply_url")), shown)


def _update_listings(connection: Connection, values: list[dict[str, Any]]) -> None:
    table = table_of(Listing)
    assignments: dict[str, Any] = {name: bindparam(name) for name in UPDATED}
    wanted = [{name: row[name] for name in (*UPDATED, "_id")} for row in values]
    connection.execute(update(table).where(table.c.id == bindparam("_id")).values(assignments), wanted)


def _led_postings(connection: Connection, listing_ids: list[int]) -> dict[int, dict[str, Any]]:
    """The postings whose text comes from these listings, with that text, by listing id."""
    posting, listing = table_of(Posting), table_of(Listing)
    wanted = select(posting, listing.c.description).join(listing, listing.c.id == posting.c.primary_listing_id)
    found = connection.execute(wanted.where(posting.c.primary_listing_id.in_(listing_ids))).mappings()
    return {row["primary_listing_id"]: dict(row) for row in found}


def _is_baseline(connection: Connection, board_id: int) -> bool:
    c = table_of(Board).c
    return connection.execute(select(c.baseline_at).where(c.id == board_id)).scalar_one() is None


def _merged(events: list[Event]) -> list[Event]:
    """One event a posting: a reopened one carries what changed meanwhile."""
    by_posting: dict[int, Event] = {}
    for event in events:
        if first := by_posting.get(event.posting_id):
            first.changes = {**first.changes, **event.changes}
        else:
            by_posting[event.posting_id] = event
    return list(by_posting.values())
