"""Store one page of a board: what is new, what changed, what is back. Tags are made before the transaction opens."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, Engine, bindparam, insert, select, update
from sqlalchemy.exc import DataError, DBAPIError, SQLAlchemyError, StatementError

from database import Advisory, read, table_of, transaction, upsert, wait_for
from models import Board, BoardPage, BoardTask, EventKind, Link, Listing, Posting, Quarantine, RawPosting
from pipeline import dedup
from pipeline.content import content_hash
from pipeline.ingest import postings, rows
from pipeline.ingest.postings import Event, Tagged

log = structlog.get_logger()
UPDATED = (
    "requisition_id", "opening_id", "title", "company_key", "url", "canonical_url", "apply_url", "kind",
    "content_hash", "description", "raw",
)  # fmt: skip


def store_page(engine: Engine, keep: str, page: BoardPage, now: datetime) -> Counter[str]:
    """Store a page in one transaction; returns the counts of opened, changed and reopened postings, and of poison.

    A page that the database refuses for its contents is stored by halves, until the posting is found that cannot be
    stored at all; that one is quarantined. Raises SQLAlchemyError where the database itself fails.
    """
    raws = _once_each(page.postings)
    tagged, poison = _tag_all(raws, _held(engine, page.task, raws), keep, page.task, now)
    counts = Counter({"poison": len(poison)})
    if poison:
        _quarantine(engine, poison)
    return counts + _store(engine, page.task, raws, tagged, now)


def _once_each(raws: list[RawPosting]) -> list[RawPosting]:
    """Of an id that is listed twice, the first."""
    first: dict[str, RawPosting] = {}
    for raw in raws:
        first.setdefault(raw.native_id, raw)
    return list(first.values())


def _is_refusal(error: Exception) -> bool:
    """Whether driver or database refused what a row holds, rather than failed."""
    if isinstance(error, DataError | UnicodeError | TypeError | ValueError):
        return True
    return isinstance(error, StatementError) and not isinstance(error, DBAPIError)


def _held(engine: Engine, task: BoardTask, raws: list[RawPosting]) -> dict[str, dict[str, Any]]:
    with read(engine) as connection:
        return held_listings(connection, task, [raw.native_id for raw in raws])


def _store(
    engine: Engine, task: BoardTask, raws: list[RawPosting], tagged: list[Tagged], now: datetime
) -> Counter[str]:
    try:
        return _store_once(engine, task, raws, tagged, now)
    except (SQLAlchemyError, UnicodeError, TypeError, ValueError) as error:
        if not _is_refusal(error):
            raise
        if len(raws) == 1:
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
    held = _held(engine, task, raws)
    back = [held[raw.native_id]["id"] for raw in raws if raw.native_id in held and held[raw.native_id]["closed_at"]]
    if not (tagged or back):
        return Counter()
    with transaction(engine) as connection:
        events = postings.reopen(connection, back, now)
        events += _store_new(connection, task, [one for one in tagged if one.raw.native_id not in held], now)
        events += _store_changed(connection, [one for one in tagged if one.raw.native_id in held], held)
        merged = _merged(events)
        postings.write_events(connection, merged, _is_baseline(connection, task.board_id), now)
    return Counter(event.kind.value for event in merged)


def held_listings(connection: Connection, task: BoardTask, native_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What is stored of these native ids: native id -> id, content_hash, closed_at."""
    c = table_of(Listing).c
    wanted = select(c.id, c.native_id, c.content_hash, c.closed_at).where(
        c.source == task.source, c.board == task.board, c.native_id.in_(list(native_ids))
    )
    return {row["native_id"]: dict(row) for row in connection.execute(wanted).mappings()}


def _tag_all(
    raws: list[RawPosting], held: dict[str, dict[str, Any]], keep: str, task: BoardTask, now: datetime
) -> tuple[list[Tagged], list[dict[str, Any]]]:
    """Tag what is new or changed. One posting that breaks a rule must not take its board along: it is kept aside."""
    tagged, poison = [], []
    for raw in raws:
        try:
            digest = content_hash(raw)
            if raw.native_id not in held or held[raw.native_id]["content_hash"] != digest:
                tagged.append(postings.prepare(raw, task.board_id, digest, keep, now))
        except Exception as error:
            log.exception("posting cannot be tagged", board=task.name, native_id=raw.native_id)
            poison.append(_poison(task, raw, error, now))
    return tagged, poison


def _poison(task: BoardTask, raw: RawPosting, error: Exception, now: datetime) -> dict[str, Any]:
    """The quarantine row; the id made storable, whatever it holds."""
    reason = f"{type(error).__name__}: {error}"[:500].encode("ascii", "backslashreplace").decode().replace("\0", "")
    native_id = raw.native_id.encode("ascii", "backslashreplace").decode().replace("\0", "")
    return {"source": task.source, "board": task.board, "native_id": native_id, "reason": reason, "seen_at": now}


def _quarantine(engine: Engine, poison: list[dict[str, Any]]) -> None:
    with transaction(engine) as connection:
        upsert(connection, Quarantine, poison, ["source", "board", "native_id"], ["reason", "seen_at"])


def _store_new(connection: Connection, task: BoardTask, new: list[Tagged], now: datetime) -> list[Event]:
    if not new:
        return []
    wait_for(connection, Advisory.FOUNDING)
    table = table_of(Listing)
    values = [one.listing for one in new]
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    listed = list(zip(connection.execute(statement, values).scalars(), new, values, strict=True))
    partners = _partners(connection, task, {row["canonical_url"] for row in values if row["canonical_url"]})
    alone = [(listing_id, one) for listing_id, one, row in listed if row["canonical_url"] not in partners]
    ids = postings.insert_postings(connection, alone, now)
    events = [Event(posting_id, EventKind.OPENED, {}) for posting_id in ids]
    for listing_id, one, row in listed:
        if partner := partners.get(row["canonical_url"]):
            events += _join(connection, listing_id, one, partner, now)
    return events


def _partners(connection: Connection, task: BoardTask, urls: set[str]) -> dict[str, dict[str, Any]]:
    """Postings of other boards that stand under these canonical URLs."""
    listing, link, posting = table_of(Listing).c, table_of(Link).c, table_of(Posting).c
    primary = table_of(Listing).alias("primary_listing")
    found = connection.execute(
        select(listing.canonical_url, posting.id, posting.closed_at, posting.first_seen_at, primary.c.kind)
        .where(listing.canonical_url.in_(urls), link.listing_id == listing.id, posting.id == link.posting_id)
        .where(primary.c.id == posting.primary_listing_id, listing.board_id != task.board_id)
    ).mappings()
    return {row["canonical_url"]: dict(row) for row in found}


def _join(connection: Connection, listing_id: int, one: Tagged, partner: dict[str, Any], now: datetime) -> list[Event]:
    """Add a listing to a posting that stands already; a closed one reopens, a source closer to the employer leads."""
    postings.add_links(connection, [(listing_id, partner["id"], "same canonical URL")], now)
    if partner["closed_at"] or dedup.rank(one.raw.kind) < dedup.rank(partner["kind"]):
        postings.update_postings(connection, [(partner["id"], listing_id, one, partner["first_seen_at"])])
    return postings.reopen(connection, [listing_id], now)


def _store_changed(connection: Connection, changed: list[Tagged], held: dict[str, dict[str, Any]]) -> list[Event]:
    if not changed:
        return []
    values = [one.listing | {"_id": held[one.raw.native_id]["id"]} for one in changed]
    led = _led_postings(connection, [row["_id"] for row in values])
    _update_listings(connection, values)
    leading = [(one, led[row["_id"]]) for one, row in zip(changed, values, strict=True) if row["_id"] in led]
    postings.update_postings(
        connection,
        [(before["id"], before["primary_listing_id"], one, before["first_seen_at"]) for one, before in leading],
    )
    events = []
    for one, before in leading:
        after = rows.posting_row(one.raw, one.tags, one.keeps_text, before["first_seen_at"])
        told = rows.changes(before, after, before["description"], one.listing["description"])
        events += [Event(before["id"], EventKind.CHANGED, told)] * bool(told)
    return events


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
