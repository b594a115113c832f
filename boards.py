"""Board rows: kept in step with the configuration, and what of them is due."""

import difflib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, or_, select, update

from database import table_of, upsert
from models import Board, BoardTask, Crawl, Listing
from settings import BoardRow, Settings

BOARD = table_of(Board).c
SHOWN = {
    "id", "source", "board", "company", "url", "state", "origin", "last_verdict", "last_reason", "last_crawl_at",
    "last_ok_at", "due_at", "failures", "found", "usual", "health", "alarm",
}  # fmt: skip
CHUNK = 500
FROM_CONFIG = ("company", "url", "is_rendered", "options", "origin")
BY_HAND, TAKEN_OUT = "added", "removed"  # origins of boards that no configuration names


class UnknownBoardError(Exception):
    """A board was named that is not there; the message lists what is meant. Raised by `named`."""


def sync(connection: Connection, rows: Iterable[BoardRow]) -> None:
    """Bring the boards in step with the configuration. Rows that left it are paused, never closed."""
    values: list[dict[str, Any]] = [
        {
            "source": row.source,
            "board": row.board,
            "company": row.company or row.board,
            "url": row.url,
            "is_rendered": row.rendered,
            "options": row.options,
            "origin": row.origin,
            "state": "active",
        }
        for row in rows
    ]
    _forget_moved(connection, values)
    full = [Board(**row).model_dump(exclude={"id"}) for row in values]
    upsert(connection, Board, full, ["source", "board"], FROM_CONFIG)
    kept = {(row["source"], row["board"]) for row in values}
    held = connection.execute(
        select(BOARD.id, BOARD.source, BOARD.board, BOARD.state).where(BOARD.origin != BY_HAND)
    ).all()
    gone = [row.id for row in held if (row.source, row.board) not in kept]
    back = [row.id for row in held if (row.source, row.board) in kept and row.state == "paused"]
    for board_ids, state in ((gone, "paused"), (back, "active")):
        _set_state(connection, board_ids, state)


def _set_state(connection: Connection, board_ids: Sequence[int], state: str) -> None:
    for start in range(0, len(board_ids), CHUNK):
        chunk = board_ids[start : start + CHUNK]
        connection.execute(update(table_of(Board)).where(BOARD.id.in_(chunk)).values(state=state))


def add(connection: Connection, row: BoardRow) -> bool:
    """Watch a board that no configuration names, or again; False where it is watched already."""
    mine = (BOARD.source == row.source) & (BOARD.board == row.board)
    held = connection.execute(select(BOARD.id, BOARD.state, BOARD.origin).where(mine)).first()
    if held is not None and held.state == "active":
        return False
    said: dict[str, Any] = {
        "company": row.company or row.board,
        "url": row.url,
        "is_rendered": row.rendered,
        "options": row.options,
    }
    if held is None:
        board = Board(source=row.source, board=row.board, origin=BY_HAND, **said)
        connection.execute(insert(table_of(Board)).values(board.model_dump(exclude={"id"})))
    else:
        origin = BY_HAND if held.origin == TAKEN_OUT else held.origin
        values = {**said, "state": "active", "origin": origin, "due_at": None, "etag": "", "last_modified": ""}
        connection.execute(update(table_of(Board)).where(BOARD.id == held.id).values(values))
    return True


def hold(connection: Connection, board_ids: Sequence[int]) -> None:
    """Crawl these boards no more until they are resumed, whatever the configuration says."""
    _set_state(connection, board_ids, "held")


def resume(connection: Connection, board_ids: Sequence[int]) -> None:
    """Crawl these boards again, at once."""
    _set_state(connection, board_ids, "active")
    for start in range(0, len(board_ids), CHUNK):
        chunk = board_ids[start : start + CHUNK]
        connection.execute(update(table_of(Board)).where(BOARD.id.in_(chunk)).values(due_at=None))


def believe(connection: Connection, board_ids: Sequence[int]) -> None:
    """Take what fell silent on these boards for meant: nothing is kept of before, and what is said now is usual."""
    for row in connection.execute(select(BOARD.id, BOARD.health).where(BOARD.id.in_(board_ids))).all():
        health = {**row.health, "falls": {}, "fell": {}}
        health["kept"] = {name: {**one, "is_believed": True} for name, one in row.health.get("kept", {}).items()}
        health["usual"] = {name: float(count) for name, count in row.health.get("fill", {}).items()}
        connection.execute(
            update(table_of(Board)).where(BOARD.id == row.id).values(health=health, alarm="", due_at=None)
        )


def make_due(connection: Connection, board_ids: Sequence[int]) -> set[int]:
    """Have those of these boards that are active crawled next; returns them."""
    found: set[int] = set()
    for start in range(0, len(board_ids), CHUNK):
        mine = BOARD.id.in_(board_ids[start : start + CHUNK]) & (BOARD.state == "active")
        made = update(table_of(Board)).where(mine).values(due_at=None).returning(BOARD.id)
        found |= set(connection.execute(made).scalars())
    return found


def crawled_since(connection: Connection, board_ids: Iterable[int], since: datetime) -> list[dict[str, Any]]:
    """Those of these boards that were crawled after that: name, verdict, reason."""
    wanted, ids = select(BOARD.id, BOARD.source, BOARD.board, BOARD.last_verdict, BOARD.last_reason), sorted(board_ids)
    rows = [
        row
        for start in range(0, len(ids), CHUNK)
        for row in connection.execute(
            wanted.where(BOARD.id.in_(ids[start : start + CHUNK]), BOARD.last_crawl_at > since)
        )
    ]
    return [
        {"id": row.id, "name": f"{row.source}/{row.board}", "verdict": row.last_verdict, "reason": row.last_reason}
        for row in rows
    ]


def take_out(connection: Connection, board_id: int) -> str:
    """Stop watching a board that was added by hand; returns its origin, for one that the configuration names stays."""
    origin: str = connection.execute(select(BOARD.origin).where(BOARD.id == board_id)).scalar_one()
    if origin == BY_HAND:
        values = {"origin": TAKEN_OUT, "state": "paused"}
        connection.execute(update(table_of(Board)).where(BOARD.id == board_id).values(values))
    return origin


def _forget_moved(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """A board that is read at another address, or in another way, must be read in full."""
    how = ("url", "is_rendered", "options")
    wanted = {(row["source"], row["board"]): [row[name] for name in how] for row in rows}
    held = connection.execute(select(BOARD.id, BOARD.source, BOARD.board, BOARD.url, BOARD.is_rendered, BOARD.options))
    moved = [one.id for one in held if list(one[3:]) != wanted.get((one.source, one.board), list(one[3:]))]
    connection.execute(update(table_of(Board)).where(BOARD.id.in_(moved)).values(etag="", last_modified="", cursor={}))


def follow(connection: Connection, settings: Settings) -> None:
    """Sync with a configuration that names boards. Where no file was found it is the wrong folder: nothing changes."""
    if settings.boards or settings.path:
        sync(connection, settings.boards)


def not_met(rows: Iterable[BoardRow], held: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The configured boards that are not in the database yet, in the form of `overview`."""
    known = {(row["source"], row["board"]) for row in held}
    new = [
        Board(source=row.source, board=row.board, company=row.company or row.board, origin=row.origin) for row in rows
    ]
    return [{**board.model_dump(include=SHOWN), "open": 0} for board in new if (board.source, board.board) not in known]


def due(connection: Connection, now: datetime, limit: int) -> list[int]:
    """Ids of the active boards that are due, longest due first."""
    is_due = or_(BOARD.due_at.is_(None), BOARD.due_at <= now)
    wanted = select(BOARD.id).where(BOARD.state == "active", is_due).order_by(BOARD.due_at.nulls_first(), BOARD.id)
    return list(connection.execute(wanted.limit(limit)).scalars())


def named(connection: Connection, names: Sequence[str]) -> list[int]:
    """Ids of the boards that are meant. Raises UnknownBoardError."""
    return list(found(connection, names).values())


def found(connection: Connection, names: Sequence[str]) -> dict[str, int]:
    """`source/board` -> id of boards named so, or by the employer where that is one board. Raises UnknownBoardError."""
    rows = connection.execute(select(BOARD.id, BOARD.source, BOARD.board, BOARD.company, BOARD.origin)).all()
    held = {f"{row.source}/{row.board}": row.id for row in rows}
    employers: dict[str, list[str]] = {}
    for row in (row for row in rows if row.origin != TAKEN_OUT):
        for word in {row.company.casefold(), row.board.casefold()}:
            employers.setdefault(word, []).append(f"{row.source}/{row.board}")
    return {meant: held[meant] for meant in (_meant(name, held, employers) for name in names)}


def _meant(name: str, held: Iterable[str], employers: dict[str, list[str]]) -> str:
    """The board, as source/board, that a name is of. Raises UnknownBoardError."""
    if name in held:
        return name
    of = sorted(employers.get(name.strip().casefold(), []))
    if len(of) == 1:
        return of[0]
    near = of or difflib.get_close_matches(name, held, n=3)
    near = near or [
        one for word in difflib.get_close_matches(name.casefold(), employers, n=3) for one in employers[word]
    ]
    said = f"{name!r} is the name of several boards; write" if of else f"no board {name!r}; did you mean"
    hint = f"{said} {' or '.join(near)}{'' if of else '?'}"
    raise UnknownBoardError(hint if near else f"no board {name!r}; `rolewire boards list` shows what is there")


def active(connection: Connection) -> list[int]:
    """Ids of all active boards."""
    return list(connection.execute(select(BOARD.id).where(BOARD.state == "active").order_by(BOARD.id)).scalars())


def outlines(connection: Connection, board_ids: Sequence[int]) -> list[BoardTask]:
    """What says where each board is, in the order of the ids; not what is known of it, which is loaded as it begins."""
    table = table_of(Board)
    rows: dict[int, dict[str, Any]] = {}
    wanted = (table.c.id, *(table.c[name] for name in ("source", "board", "company", "url", "is_rendered", "options")))
    for start in range(0, len(board_ids), CHUNK):
        chunk = select(*wanted).where(table.c.id.in_(board_ids[start : start + CHUNK]))
        rows |= {row["id"]: dict(row) for row in connection.execute(chunk).mappings()}
    return [BoardTask(rows[key].pop("id"), **rows[key]) for key in dict.fromkeys(board_ids) if key in rows]


def task(connection: Connection, board_id: int) -> BoardTask:
    """What a spider needs to crawl this board: validators, its cursor, the known ids with hashes, stamps and dates."""
    board = connection.execute(select(table_of(Board)).where(BOARD.id == board_id)).mappings().one()
    listing = table_of(Listing).c
    wanted = select(listing.native_id, listing.content_hash, listing.stamp, listing.checked_at)
    known = connection.execute(wanted.where(listing.board_id == board_id, listing.closed_at.is_(None))).all()
    copied = ("source", "board", "company", "url", "is_rendered", "etag", "last_modified", "cursor", "options")
    return BoardTask(
        board_id, **{name: board[name] for name in copied},
        known={native_id: content_hash for native_id, content_hash, _, _ in known},
        stamps={native_id: stamp for native_id, _, stamp, _ in known if stamp},
        checked={native_id: at for native_id, _, _, at in known if at},
    )  # fmt: skip


def overview(connection: Connection) -> list[dict[str, Any]]:
    """Every board with its health: verdict, reason, last crawl, open listings."""
    listing = table_of(Listing).c
    open_counts = select(listing.board_id, func.count().label("open")).where(listing.closed_at.is_(None))
    counts = open_counts.group_by(listing.board_id).subquery()
    columns = [column for column in BOARD if column.name in SHOWN]
    wanted = (
        select(*columns, func.coalesce(counts.c.open, 0).label("open"))
        .outerjoin(counts, counts.c.board_id == BOARD.id)
        .where(BOARD.origin != TAKEN_OUT)
        .order_by(BOARD.source, BOARD.board)
    )
    return [dict(row) for row in connection.execute(wanted).mappings()]


def last_crawls(connection: Connection, limit: int) -> list[dict[str, Any]]:
    """The newest crawls, for `status`."""
    table = table_of(Crawl)
    return [dict(row) for row in connection.execute(select(table).order_by(table.c.id.desc()).limit(limit)).mappings()]
