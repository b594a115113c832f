"""Trouble that the operator is told of: raised and cleared by key. The outbox sends the words.

What `repeats` is told again once a day while it lasts. Boards that fail are told of a source at a time, once they are
all together.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, Select, and_, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from alerts.wording import clean, plural
from database import read, table_of, upsert
from models import Board, Notice, Verdict

FAILURES_TOLD = 3  # crawls of a board in a row
REPEAT_AFTER = timedelta(days=1)
DEAF = "bot"  # the key of: the bot does not hear
ONCE = ("event:", "group:", "message:", "address:", "page:")  # what happened once has no end of its own
ONCE_LASTS = timedelta(days=7)
BOARDS_NAMED = 5
AT_ONCE = 20  # in one message
MOST_WORDS = 2800  # characters of them: the smallest channel shows 3,000
WATCHED = "pagewatch"  # the source whose boards have no postings, but change
_BOARDS, _FALLS, _SILENT = "boards:", "falls:", "silent:"
_PATIENCE = 6  # times the wait for company: then what has gathered is told
NOTICE, BOARD = table_of(Notice), table_of(Board)


def raise_notice(connection: Connection, key: str, text: str, now: datetime, *, repeats: bool = False) -> None:
    """Note the trouble; while it lasts, only its words are brought up to date. Before its end was told it is the same
    trouble again."""
    held = connection.execute(select(NOTICE).where(NOTICE.c.key == key)).mappings().first()
    if held is None or (held["cleared_at"] is not None and held["told_at"] is None):
        row = {"key": key, "text": text, "raised_at": now, "changed_at": now, "told_at": None, "cleared_at": None,
               "repeats": repeats}  # fmt: skip
        upsert(connection, Notice, [row], ["key"], [name for name in row if name != "key"])
    elif held["text"] != text or held["cleared_at"] is not None:
        values = {"text": text, "changed_at": now, "cleared_at": None}
        connection.execute(update(NOTICE).where(NOTICE.c.key == key).values(values))


def clear_notice(connection: Connection, key: str, now: datetime, words: str = "") -> None:
    """Note that the trouble is over, in these words if any; nothing where there was none."""
    lasting = (NOTICE.c.key == key) & NOTICE.c.cleared_at.is_(None)
    values = {"cleared_at": now} | ({"text": words} if words else {})
    connection.execute(update(NOTICE).where(lasting).values(values))


def end_what_happened_once(connection: Connection, now: datetime) -> None:
    """What happened once is no trouble any more after a week; nobody is told that it is over."""
    is_once = or_(*(NOTICE.c.key.startswith(kind, autoescape=True) for kind in ONCE))
    old = is_once & NOTICE.c.cleared_at.is_(None) & (NOTICE.c.changed_at <= now - ONCE_LASTS)
    connection.execute(update(NOTICE).where(old).values(cleared_at=now, told_at=None))


def lasting(connection: Connection) -> Sequence[RowMapping]:
    """The trouble that is not over, oldest first."""
    wanted = select(NOTICE).where(NOTICE.c.cleared_at.is_(None)).order_by(NOTICE.c.raised_at, NOTICE.c.key)
    return connection.execute(wanted).mappings().all()


def is_lasting(engine: Engine, key: str) -> bool:
    """Whether this trouble is not over."""
    with read(engine) as connection:
        return any(row["key"] == key for row in lasting(connection))


# --- telling -------------------------------------------------------------------------------------------------------


def take_due(connection: Connection, gather: timedelta, now: datetime) -> list[str]:
    """What the operator is to be told now, a paragraph each; from now on it counts as told.

    `gather`: boards' trouble waits this long without change, so that what belongs together is told in one.
    """
    due = select(NOTICE).where(or_(_is_news(gather, now), _is_old(now), _is_over()))
    due = due.order_by(NOTICE.c.raised_at, NOTICE.c.key).limit(AT_ONCE).with_for_update(skip_locked=True)
    taken = _fitting(connection.execute(due).mappings().all())
    for row in taken:
        told_at = now if row["cleared_at"] is None else None
        connection.execute(update(NOTICE).where(NOTICE.c.key == row["key"]).values(told_at=told_at))
    return [_words(row) for row in taken]


def _fitting(rows: Sequence[RowMapping]) -> Sequence[RowMapping]:
    """As many as a message holds, at least one; the others' turn is next."""
    sizes = accumulate(len(_words(row)) + 1 for row in rows)
    return rows[: max(1, sum(size <= MOST_WORDS for size in sizes))]


def _words(row: RowMapping) -> str:
    if row["cleared_at"] is not None:
        return f"Over: {row['text']}"
    return row["text"] if row["told_at"] is None else f"Still: {row['text']}"


def _is_news(gather: timedelta, now: datetime) -> ColumnElement[bool]:
    is_gathered = or_(
        NOTICE.c.key.not_like(f"{_BOARDS}%") & NOTICE.c.key.not_like(f"{_FALLS}%"),
        NOTICE.c.changed_at <= now - gather,
        NOTICE.c.raised_at <= now - gather * _PATIENCE,
    )
    return and_(NOTICE.c.cleared_at.is_(None), NOTICE.c.told_at.is_(None), is_gathered)


def _is_old(now: datetime) -> ColumnElement[bool]:
    return and_(NOTICE.c.cleared_at.is_(None), NOTICE.c.repeats, NOTICE.c.told_at <= now - REPEAT_AFTER)


def _is_over() -> ColumnElement[bool]:
    return and_(NOTICE.c.cleared_at.is_not(None), NOTICE.c.told_at.is_not(None))


# --- boards --------------------------------------------------------------------------------------------------------


def note_board_trouble(connection: Connection, now: datetime) -> None:
    """Raise and clear the trouble of boards, by source, from what their last crawls said. It reads every board: for a
    timer, or the end of a round."""
    failing: dict[str, list[RowMapping]] = {}
    for board in connection.execute(_in_trouble()).mappings():
        failing.setdefault(board["source"], []).append(board)
    since = {row["key"]: row["raised_at"] for row in lasting(connection) if row["key"].startswith(_BOARDS)}
    for source, boards in failing.items():
        key = _BOARDS + source
        raise_notice(connection, key, _describe(boards, since.get(key, now), now), now, repeats=True)
    for key, raised_at in since.items():
        source = key.removeprefix(_BOARDS)
        if source not in failing:
            words = f"the boards of {source} are well again; the trouble had begun at {_when(raised_at, now)}"
            clear_notice(connection, key, now, words)


def note_strange_sources(connection: Connection, fallen: dict[str, str], silent: dict[str, str], now: datetime) -> None:
    """Raise and clear what is strange about sources, in words by source: fields fell empty, boards fell silent."""
    _note(connection, _FALLS, fallen, "the postings of {} are as full as before", now)
    _note(connection, _SILENT, silent, "the boards of {} list what they usually do", now)


def note_changed_pages(connection: Connection, now: datetime) -> None:
    """Raise that watched pages changed, each change once; it is no trouble, and nobody is told of its end."""
    board = BOARD.c
    wanted = select(board.board, board.company, board.url, board.cursor)
    for row in connection.execute(wanted.where(board.source == WATCHED, board.state == "active")).mappings():
        changed = row["cursor"].get("changed", "")
        if changed and now - datetime.fromisoformat(changed) <= REPEAT_AFTER:
            words = f"the page of {clean(row['company'] or row['board'], 100)} changed: {clean(row['url'], 500)}"
            raise_notice(connection, f"page:{row['board']}:{row['cursor']['page']}:{changed}", words, now)


def _note(connection: Connection, prefix: str, found: dict[str, str], over: str, now: datetime) -> None:
    """Raise what was found of sources, and clear what is over."""
    for source, words in found.items():
        raise_notice(connection, prefix + source, words, now, repeats=True)
    for row in lasting(connection):
        source = row["key"].removeprefix(prefix)
        if row["key"].startswith(prefix) and source not in found:
            clear_notice(connection, row["key"], now, over.format(source))


def _in_trouble() -> Select[Any]:
    board = BOARD.c
    wanted = select(board.source, board.board, board.last_verdict, board.last_reason).where(
        board.state == "active", or_(board.failures >= FAILURES_TOLD, board.last_verdict == Verdict.SUSPECT)
    )
    return wanted.order_by(board.source, board.board)


def _describe(boards: Sequence[RowMapping], since: datetime, now: datetime) -> str:
    first, when = boards[0], _when(since, now)
    if len(boards) == 1:
        name = f"{first['source']}/{first['board']}"
        return f"{name} is {first['last_verdict']}, since {when}: {clean(first['last_reason'], 300)}"
    named = ", ".join(f"{one['board']} ({one['last_verdict']})" for one in boards[:BOARDS_NAMED])
    rest = f" and {plural(len(boards) - BOARDS_NAMED, 'other')}" if len(boards) > BOARDS_NAMED else ""
    return (
        f"{plural(len(boards), 'board')} of {first['source']} fail since {when}: {named}{rest}."
        " `rolewire status` shows each with its reason"
    )


def _when(moment: datetime, now: datetime) -> str:
    return f"{moment:%H:%M} UTC" if moment.date() == now.date() else f"{moment:%Y-%m-%d %H:%M} UTC"
