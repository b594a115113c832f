"""Reading cards into the columns of `search.columns`: all of them once, and then what has changed."""

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from sqlalchemy import Connection, Select, String, cast, func, select, text

from database.lives import read_lives
from database.write import table_of
from models import Card, Link, Listing, PostingPlace, PostingSkill
from search.columns import STILL, Columns, Numbers, Small
from search.lives import Lives

_CARD, _PLACE, _SKILL, _LINK, _LISTING = (
    table_of(model).c for model in (Card, PostingPlace, PostingSkill, Link, Listing)
)
AT_ONCE = 5_000  # ids of a step
_FEW = 500  # ids named in a statement
_COLUMNS = {
    "role": _CARD.role, "seniority": _CARD.seniority, "workplace": _CARD.workplace, "type": _CARD.employment_type,
    "language": _CARD.language, "currency": _CARD.salary_currency, "scope": _CARD.remote_scope,
    "company": _CARD.company_key, "visa": _CARD.visa_sponsorship, "is_open": _CARD.is_open,
    "sorted_at": _CARD.sorted_at, "first_seen": _CARD.first_seen, "low": _CARD.salary_annual_min,
    "high": _CARD.salary_annual_max, "is_there": _CARD.is_gone, "shown": _CARD.primary_listing_id,
    "closed": _CARD.closed, "is_dated": _CARD.is_dated, "is_predicted": _CARD.salary_is_predicted,
}  # fmt: skip
_LISTS: dict[str, tuple[Any, Any]] = {
    "country": (_PLACE.posting_id, _PLACE.country), "city": (_PLACE.posting_id, _PLACE.city),
    "region": (_PLACE.posting_id, _PLACE.region), "skill": (_SKILL.posting_id, _SKILL.skill),
}  # fmt: skip


def horizon(connection: Connection) -> int:
    """Every change below this revision is in this snapshot, or never will be."""
    if connection.dialect.name == "postgresql":
        return int(
            connection.execute(text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")).scalar_one()
        )
    return (connection.execute(select(func.max(_CARD.revision))).scalar_one() or 0) + 1


def changed_since(connection: Connection, revision: int, most: int | None) -> list[int]:
    """The ids of the cards that changed at this revision or later; so many at most."""
    wanted = select(_CARD.posting_id).where(_CARD.revision >= revision).limit(most)
    return list(connection.execute(wanted).scalars())


def read_all(connection: Connection, columns: Columns, lives: Lives) -> None:
    """Put every posting into the columns, and every listing beside them."""
    last = connection.execute(select(func.max(_CARD.posting_id))).scalar_one() or 0
    columns.grow(last + 1)
    read_lives(connection, lives)
    newest = connection.execute(select(func.max(_LISTING.id))).scalar_one() or 0
    sources = np.zeros(newest + 1, np.int32)
    for source, listings in _grouped(connection, select(_LISTING.source, _joined(_LISTING.id))):  # SQLite: of an index
        sources[listings] = columns.words["source"][source]
    for first in range(0, last + 1, AT_ONCE):
        _read(connection, columns, lives, partial(_is_within, first), sources)


def read_changed(connection: Connection, columns: Columns, lives: Lives, ids: Sequence[int]) -> None:
    """Put these postings into the columns anew."""
    for start in range(0, len(ids), _FEW):
        some = ids[start : start + _FEW]
        theirs = select(_LINK.listing_id).where(_LINK.posting_id.in_(some))
        leading = select(_CARD.primary_listing_id).where(_CARD.posting_id.in_(some))
        listings = select(_LISTING.id, _LISTING.source).where(_LISTING.id.in_(theirs.union(leading)))
        named = {key: columns.words["source"][source] for key, source in _raw(connection, listings)}
        sources = np.zeros(max(named, default=0) + 1, np.int32)
        sources[list(named)] = list(named.values())
        read_lives(connection, lives, _LISTING.id.in_(theirs))
        _read(connection, columns, lives, partial(_is_among, some), sources)


def _is_within(first: int, key: Any) -> Any:
    return (key >= first) & (key < first + AT_ONCE)


def _is_among(ids: Sequence[int], key: Any) -> Any:
    return key.in_(ids)


def _read(connection: Connection, columns: Columns, lives: Lives, which: Callable[[Any], Any], sources: Small) -> None:
    """Put those postings into the columns whose ids are so. `sources`: the number of each listing's, theirs among them.

    What a posting has several of comes as one text of ids a word: rows of their own would take far longer.
    """
    cards = _raw(connection, select(_CARD.posting_id, *_COLUMNS.values()).where(which(_CARD.posting_id)))
    if not cards:
        return
    keys, *values = zip(*cards, strict=True)
    named = dict(zip(_COLUMNS, values, strict=True))
    columns.put(keys, {name: _MAKE.get(name, list)(column) for name, column in named.items()})
    ids = np.array(keys, np.int64)
    columns.of["shown"][ids] = sources[np.minimum(columns.of["shown"][ids], len(sources) - 1)]
    for name, (key, word) in _LISTS.items():
        wanted = select(word, _joined(key)).where(word != "", which(key))
        pairs = [(columns.words[name][one], owners) for one, owners in _grouped(connection, wanted)]
        words = np.repeat([number for number, _ in pairs], [len(owners) for _, owners in pairs])
        columns.several[name].replace(ids, _together([owners for _, owners in pairs]), words)
    both = select(_joined(_LINK.posting_id), _joined(_LINK.listing_id)).where(which(_LINK.posting_id))
    owners, listings = (numbers_of(joined) for joined in _raw(connection, both)[0])
    columns.several["source"].replace(ids, owners, sources[listings])
    is_read = np.zeros(columns.room, np.bool_)
    is_read[ids] = True
    lives.own(is_read, owners, listings)


def _joined(key: Any) -> Any:
    return func.aggregate_strings(cast(key, String), ",")


def _grouped(connection: Connection, statement: Select[Any]) -> Iterator[tuple[str, Numbers]]:
    """Words, each with the ids that go with it."""
    word = statement.selected_columns[0]
    for name, joined in _raw(connection, statement.group_by(word)):
        yield name, numbers_of(joined)


def numbers_of(joined: str | None) -> Numbers:
    """The numbers of a text with commas between them."""
    return np.fromstring(joined or "", np.int64, sep=",")


def _together(parts: Sequence[Numbers]) -> Numbers:
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)


def _amounts(column: Sequence[float | None]) -> list[float]:
    return [math.nan if value is None else value for value in column]


_MAKE: dict[str, Callable[[Sequence[Any]], list[Any]]] = {
    "visa": lambda column: [-1 if value is None else int(value) for value in column],
    "is_there": lambda column: [not is_gone for is_gone in column], "low": _amounts, "high": _amounts,
    "closed": lambda column: [STILL if moment is None else moment for moment in column],
}  # fmt: skip


def _raw(connection: Connection, statement: Select[Any]) -> list[Any]:
    """The rows as the driver gives them, which is far quicker than as SQLAlchemy does."""
    cursor: Any = connection.execute(statement).cursor
    return list(cursor.fetchall())
