"""How many of the postings that match have each value of a field: what a click on the value would leave."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, case, cast, func, select, true

import search
from database.memory import asked
from database.pages import count_postings
from database.terms import for_everyone
from database.write import table_of
from models import Link, Listing, Posting, PostingPlace, PostingSkill
from search.nodes import Query
from search.places import country_code
from search.values import UNKNOWN

AGES = ("1d", "3d", "7d", "14d", "30d", "90d")  # as in `posted:<7d`
PAY = ("50k", "75k", "100k", "125k", "150k", "175k", "200k", "250k", "300k", "400k", "500k")  # as in `salary>=50kUSD`
MOST = 200  # values of a field that are told
_TABLE = table_of(Posting)
_POSTING, _PLACE, _SKILL = _TABLE.c, table_of(PostingPlace).c, table_of(PostingSkill).c
_LINK, _LISTING = table_of(Link).c, table_of(Listing).c
_VISA = case((_POSTING.visa_sponsorship.is_(None), UNKNOWN), (_POSTING.visa_sponsorship, "yes"), else_="no")
_COLUMNS: dict[str, ColumnElement[Any]] = {
    "role": _POSTING.role, "seniority": _POSTING.seniority, "visa": _VISA,
    "workplace": func.coalesce(_POSTING.workplace, UNKNOWN), "type": func.coalesce(_POSTING.employment_type, UNKNOWN),
    "language": func.coalesce(_POSTING.language, UNKNOWN), "currency": func.coalesce(_POSTING.salary_currency, ""),
}  # fmt: skip
_RANGES = {"age": [f"posted:<{age}" for age in AGES], "pay": [f"salary>={pay}USD" for pay in PAY]}
_RANGED = {"age": AGES, "pay": PAY}
FACETS = (*_COLUMNS, "country", "skill", "source", "company", *_RANGES)
Counts = list[tuple[str, int]]
Condition = ColumnElement[bool]


def facet_counts(
    connection: Connection, query: Query | None, now: datetime, fields: Sequence[str], for_all: bool = False
) -> dict[str, Counts]:
    """Of each of the FACETS asked for, the values with how many of the postings that match have them, most first.

    `age` counts what was posted within the time, `pay` what pays at least so much, converted; both in their own order.
    A company stands by its name, under which its postings may differ in spelling.
    """
    if in_memory := asked(connection, query, now, for_all):
        counts = in_memory.counts(fields, {field: _RANGES[field] for field in fields if field in _RANGES}, MOST)
    else:
        counts = _counted(connection, query, now, fields, for_all)
    names = in_memory.names if in_memory else {}
    return {field: _sorted(connection, field, counts[field], names) for field in fields}


def _sorted(connection: Connection, field: str, counts: Counts, names: dict[int, str]) -> Counts:
    if field in _RANGED:
        return list(zip(_RANGED[field], (count for _, count in counts), strict=True))
    most = sorted(((value, count) for value, count in counts if count and value), key=lambda one: (-one[1], one[0]))
    return _named(connection, most[:MOST], names) if field == "company" else most[:MOST]


def _named(connection: Connection, counts: Counts, names: dict[int, str]) -> Counts:
    """Companies by a name that one of their postings writes, in the place of `KEY/ID of that posting`. `names`: those
    known; what is asked is added."""
    ids = [int(value.rpartition("/")[2]) for value, _ in counts]
    if new := [key for key in ids if key not in names]:
        rows = connection.execute(select(_POSTING.id, _POSTING.company).where(_POSTING.id.in_(new)))
        names |= {row.id: row.company for row in rows}
    pairs = zip(counts, ids, strict=True)
    return [(names.get(key) or value.rpartition("/")[0], count) for (value, count), key in pairs]


def _counted(
    connection: Connection, query: Query | None, now: datetime, fields: Sequence[str], for_all: bool
) -> dict[str, Counts]:
    """By SQL."""
    condition = for_everyone(connection) if for_all else true()
    if query is not None:
        condition &= search.to_sql(query, connection.dialect.name, now)
    found: dict[str, Counts] = {}
    for field in fields:
        if field in _RANGES:
            asked_for = [(text, search.parse(text)) for text in _RANGES[field]]
            narrowed = [(text, query & one if query else one) for text, one in asked_for]
            found[field] = [(text, count_postings(connection, one, now, for_all)) for text, one in narrowed]
        else:
            found[field] = _values(connection, field, condition)
    return found


def _values(connection: Connection, field: str, condition: Condition) -> Counts:
    if field in _COLUMNS:
        value = _COLUMNS[field]
        statement = select(value, func.count()).select_from(_TABLE).group_by(value)
    elif field == "company":
        value = _POSTING.company_key + "/" + cast(func.max(_POSTING.id), String)
        statement = select(value, func.count()).group_by(_POSTING.company_key).where(_POSTING.company_key != "")
    else:
        statement = _beside(field)
    counts = [(value, count) for value, count in connection.execute(statement.where(condition)) if value]
    if field == "country":
        counts = [(value, count) for value, count in counts if country_code(value) == value]
        counts += _nowhere(connection, condition)
    return counts


def _beside(field: str) -> Any:
    """Value and number of postings, of what stands in a table beside them."""
    number = func.count(_POSTING.id.distinct())
    if field == "skill":
        return select(_SKILL.skill, number).join(_TABLE, _POSTING.id == _SKILL.posting_id).group_by(_SKILL.skill)
    if field == "country":
        return select(_PLACE.country, number).join(_TABLE, _POSTING.id == _PLACE.posting_id).group_by(_PLACE.country)
    joined = select(_LISTING.source, number).join(_LINK.listing_id.table, _LINK.listing_id == _LISTING.id)
    return joined.join(_TABLE, _POSTING.id == _LINK.posting_id).group_by(_LISTING.source)


def _nowhere(connection: Connection, condition: Condition) -> Counts:
    somewhere = select(_PLACE.posting_id).where(_PLACE.country != "")
    statement = select(func.count()).select_from(_TABLE).where(condition, _POSTING.id.not_in(somewhere))
    number = connection.execute(statement).scalar_one()
    return [(UNKNOWN, number)] if number else []
