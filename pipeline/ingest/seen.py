"""What of a board stood open, what a crawl saw of it, and when a listing was last seen.

A board that lists all that is open stamps only itself (`board.listed_at`); a listing carries its own `last_seen_at`
where that is not its board's, so that a crawl which finds nothing new writes no listing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, func, select, update

from database import RETURN_SPAN, table_of
from models import BoardEnd, Listing, Verdict
from pipeline.ingest import newcomers
from pipeline.ingest.chunks import chunks

LISTING = table_of(Listing)
WHOLE = (Verdict.OK, Verdict.EMPTY)  # all of the list was read at once


@dataclass(slots=True)
class Standing:
    """The listings of a board at the end of a crawl, by their keys.

    `held` were judged by a crawl before, `newcomers` not yet; `come` are the newcomers seen now. `missing` of what was
    held, and `gone` of all that is open, were not seen, which means that they are off the board where `is_complete`;
    of a page or feed `gone` are those that were not in the crawl before either. What the source says is `over` is no
    sign against the crawl.
    """

    open: dict[str, int]
    stamped: set[int]  # those that carry their own last_seen_at
    seen: set[int]
    newcomers: set[int]
    back: list[int]
    found: int
    missing: list[int]
    gone: list[int]
    is_complete: bool
    over: set[int]
    next_round_at: datetime | None = None

    @property
    def held(self) -> set[int]:
        """What was open before this crawl."""
        return set(self.open.values()) - self.newcomers

    @property
    def come(self) -> set[int]:
        """What came new and is listed now."""
        return self.newcomers & self.seen

    @property
    def is_listed(self) -> bool:
        """Whether the board's stamp is set: most of what is open was seen, so that the others are the exceptions."""
        return len(self.seen) * 2 > len(self.open) or not self.open

    def replace(self, old: set[int], new: set[int]) -> None:
        """Count listings that were re-issued under another id as kept, and those that stand for them not as new."""
        self.missing = [key for key in self.missing if key not in old]
        self.gone = [key for key in self.gone if key not in old]
        self.newcomers -= new


def read_standing(connection: Connection, end: BoardEnd, board: dict[str, Any], now: datetime) -> Standing:
    """How the board stands. Reads the open listings from an index alone, and of the closed ones what is back."""
    c = LISTING.c
    wanted = select(c.native_id, c.id, c.last_seen_at).where(c.board_id == board["id"], c.closed_at.is_(None))
    rows = connection.execute(wanted).all()
    is_open = {row.native_id: row.id for row in rows}
    seen = set(is_open) if end.is_not_modified else end.seen
    listed = (
        set() if end.window and end.is_not_modified else seen
    )  # the same window again says of none that it is in it
    new = newcomers.of_board(connection, board["id"])
    is_round = end.verdict is Verdict.PARTIAL
    round_at = board["round_at"] or (now if is_round else None)  # a failure between two portions ends no round
    unseen = [row for row in rows if row.native_id not in seen]
    if is_round and end.is_round_complete and round_at:
        unseen = [row for row in unseen if (row.last_seen_at or board["listed_at"] or now) < round_at]
    if end.window:
        unseen = [row for row in unseen if (row.last_seen_at or board["listed_at"] or now) < now - end.window]
    # of a loss so large that it is doubted anyway, nothing says since when
    is_loose = end.is_loose and end.verdict not in (Verdict.EMPTY, Verdict.GONE) and len(unseen) * 2 < len(rows)
    return Standing(
        open=is_open,
        stamped={row.id for row in rows if row.last_seen_at is not None},
        seen={is_open[name] for name in listed if name in is_open},
        newcomers=new,
        back=_closed(connection, end, [name for name in seen if name not in is_open], now),
        found=len(rows) - len(unseen) if is_round and end.is_round_complete else len(seen),
        missing=[row.id for row in unseen if row.id not in new],
        gone=[row.id for row in unseen if not is_loose or row.native_id in end.over or _was_missing(row, board)],
        is_complete=not end.is_not_modified and (end.verdict is Verdict.OK or (is_round and end.is_round_complete)),
        over={row.id for row in unseen if row.native_id in end.over},
        next_round_at=None if end.is_round_complete or end.verdict in WHOLE else round_at,
    )


def _was_missing(row: Any, board: dict[str, Any]) -> bool:
    """Whether an open listing was not seen in the board's last complete crawl either."""
    return row.last_seen_at is not None and board["listed_at"] is not None and row.last_seen_at < board["listed_at"]


def _closed(connection: Connection, end: BoardEnd, native_ids: Sequence[str], now: datetime) -> list[int]:
    """Those of the ids that are stored, and closed not so long ago that they must be another opening's by now."""
    c = LISTING.c
    wanted = select(c.id).where(c.source == end.task.source, c.board == end.task.board)
    wanted = wanted.where(c.closed_at >= now - RETURN_SPAN)
    return [
        key for chunk in chunks(native_ids) for key in
        connection.execute(wanted.where(c.native_id.in_(chunk))).scalars()
    ]  # fmt: skip


def oldest(connection: Connection, board_id: int) -> datetime | None:
    """When the first listing of a board was stored."""
    wanted = select(func.min(LISTING.c.first_seen_at)).where(LISTING.c.board_id == board_id)
    found: datetime | None = connection.execute(wanted).scalar_one()
    return found


def mark(
    connection: Connection, standing: Standing, closing: Collection[int], listed_at: datetime | None, now: datetime
) -> None:
    """Stamp what cannot go by its board's stamp. `listed_at`: the board's stamp until now."""
    if standing.is_listed:
        unseen = [key for key in standing.open.values() if key not in standing.seen and key not in standing.stamped]
        freeze(connection, unseen, listed_at)
        _stamp(connection, [*(standing.stamped & standing.seen), *standing.back], None)
    else:
        freeze(connection, list(closing), listed_at)
        _stamp(connection, list(standing.seen), now)


def freeze(connection: Connection, listing_ids: Sequence[int], listed_at: datetime | None) -> None:
    """Let listings that went by their board's stamp keep what it was."""
    c = LISTING.c
    listed = listed_at or c.first_seen_at
    stamp = case((c.first_seen_at > listed, c.first_seen_at), else_=listed)
    for chunk in chunks(listing_ids):
        frozen = update(LISTING).where(c.id.in_(chunk), c.last_seen_at.is_(None))
        connection.execute(frozen.values(last_seen_at=stamp))


def _stamp(connection: Connection, listing_ids: Sequence[int], moment: datetime | None) -> None:
    for chunk in chunks(listing_ids):
        connection.execute(update(LISTING).where(LISTING.c.id.in_(chunk)).values(last_seen_at=moment))
