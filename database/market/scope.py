"""Which postings and which boards a figure rests on."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, case, func, literal, or_, select, true

import search
from database.market.figures import Asked, Row
from database.terms import for_everyone
from database.write import table_of
from models import Board, Link, Listing, Posting, PostingPlace, PostingSkill

POSTING, LISTING, LINK, BOARD = (table_of(one) for one in (Posting, Listing, Link, Board))
PLACE, SKILL = table_of(PostingPlace), table_of(PostingSkill)
UNKNOWN = "unknown"
SILENT = timedelta(days=7)  # a board that was not read for longer is not watched any more
Condition = ColumnElement[bool]


def condition(connection: Connection, asked: Asked, now: datetime) -> Condition:
    """The postings that are asked about, and that may be told of."""
    found: Condition = for_everyone(connection) if asked.for_all else true()
    return found if asked.query is None else and_(found, search.to_sql(asked.query, connection.dialect.name, now))


def basis(asked: Asked, now: datetime, postings: int, **more: Any) -> Row:
    """What each figure says of itself."""
    return {"as_of": now, "query": str(asked.query or ""), "postings": postings, **more}


# --- dimensions ----------------------------------------------------------------------------------------------------

_COLUMNS: dict[str, ColumnElement[Any]] = {
    "role": POSTING.c.role, "seniority": POSTING.c.seniority, "company": POSTING.c.company_key,
    "workplace": func.coalesce(POSTING.c.workplace, UNKNOWN), "type": func.coalesce(POSTING.c.employment_type, UNKNOWN),
    "country": func.coalesce(PLACE.c.country, UNKNOWN), "skill": SKILL.c.skill, "all": literal("all"),
}  # fmt: skip


def key_of(by: str) -> ColumnElement[Any]:
    """What rows of a dimension are grouped by."""
    return _COLUMNS[by]


def label_of(by: str) -> ColumnElement[Any]:
    """How a group is called."""
    return func.max(POSTING.c.company) if by == "company" else func.max(_COLUMNS[by])


def joined(dimensions: Sequence[str], source: FromClause = POSTING) -> FromClause:
    """Postings with what the dimensions need beside them: a posting of two countries counts once in each."""
    if "country" in dimensions:
        source = source.outerjoin(PLACE, _is_first_of_its_country())
    return source.join(SKILL, SKILL.c.posting_id == POSTING.c.id) if "skill" in dimensions else source


def _is_first_of_its_country() -> Condition:
    other = PLACE.alias()
    same = and_(
        other.c.posting_id == PLACE.c.posting_id, other.c.country == PLACE.c.country, other.c.number < PLACE.c.number
    )
    is_known = and_(PLACE.c.posting_id == POSTING.c.id, PLACE.c.country != "")
    return and_(is_known, ~select(other.c.number).where(same).correlate(PLACE).exists())


# --- boards --------------------------------------------------------------------------------------------------------


def panel(since: datetime, until: datetime) -> Condition:
    """The boards that were watched from before `since` until `until`: what others list came or went with them."""
    seen = func.coalesce(BOARD.c.listed_at, BOARD.c.last_ok_at)
    return and_(BOARD.c.baseline_at <= since, seen >= until - SILENT)


def boards(connection: Connection, since: datetime, until: datetime) -> Row:
    """How many boards were watched throughout, of how many that were ever read."""
    counted = select(func.count()).select_from(BOARD)
    held = connection.execute(counted.where(panel(since, until))).scalar_one()
    known = connection.execute(counted.where(or_(BOARD.c.baseline_at.is_not(None), BOARD.c.listed_at.is_not(None))))
    return {"boards": held, "boards_all": known.scalar_one()}


def lives(since: datetime, until: datetime, *columns: Any) -> Select[Any]:
    """A row a posting with the columns, which are aggregates of its listings: those on boards watched throughout that
    were open after `since`."""
    watched = select(BOARD.c.id).where(panel(since, until))
    return (
        select(LINK.c.posting_id, *columns)
        .select_from(LISTING.join(LINK, LINK.c.listing_id == LISTING.c.id))
        .where(LISTING.c.board_id.in_(watched), or_(LISTING.c.closed_at.is_(None), LISTING.c.closed_at > since))
        .where(LISTING.c.first_seen_at <= until)
        .group_by(LINK.c.posting_id)
    )


BEGAN = func.min(LISTING.c.first_seen_at).label("began")


def is_open_at(moment: datetime) -> ColumnElement[int]:
    """Whether one of a posting's listings was open then."""
    closed = LISTING.c.closed_at
    held = and_(LISTING.c.first_seen_at <= moment, or_(closed.is_(None), closed > moment))
    return func.max(case((held, 1), else_=0))


def number(condition: Condition) -> ColumnElement[int]:
    """How many rows of a group it is true for."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
