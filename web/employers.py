"""The page of one employer: its openings, what it pays and asks for, and how long its openings live."""

from collections.abc import Sequence
from datetime import datetime
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Response
from sqlalchemy import ColumnElement, Connection, func, select

import database
import search
from database import for_everyone, table_of
from models import Posting, PostingSkill
from search.nodes import Phrase, Query, Words
from web import rows
from web.site import OfSite, only

router = APIRouter(include_in_schema=False)
LISTED = 100  # openings, the newest
COUNTED = 2_000  # of pay and of lives, the newest
SKILLS = 20
LEAST = 3  # figures that say something together
_POSTING, _SKILL = table_of(Posting).c, table_of(PostingSkill).c


@router.api_route("/employers/{key:path}", methods=["GET", "HEAD"], dependencies=[only()])
def employer_page(key: str, site: OfSite) -> Response:
    """One employer, by its key; one whose openings are all closed too."""
    with site.read() as connection:
        found = database.employer(connection, key) if len(key) <= 200 else None
        if found is None:
            raise HTTPException(404, "There is no such employer.")
        theirs = [database.of_employer(connection, key), for_everyone(connection)]
        is_open = _POSTING.closed_at.is_(None)
        return site.page(
            "employer.html", employer=found, openings=_openings(connection, [*theirs, is_open]),
            skills=_skills(connection, [*theirs, is_open]), pays=_pays(connection, [*theirs, is_open]),
            lives=_lives(connection, theirs), query=_query(found["name"]), listed=LISTED,
        )  # fmt: skip


def _query(name: str) -> str:
    """The employer as a query asks for it; empty for a name without letters."""
    tokens = tuple(search.tokenize(name))
    return urlencode({"q": str(Query(Words("company", (Phrase(tokens),))))}) if tokens else ""


def _openings(connection: Connection, which: Sequence[ColumnElement[bool]]) -> list[dict[str, Any]]:
    newest = select(_POSTING.id).where(*which).order_by(_POSTING.posted_at.desc(), _POSTING.id.desc()).limit(LISTED)
    ids = connection.execute(newest).scalars().all()
    facts = rows.shown(connection, ids)
    return sorted((facts[key] for key in ids if key in facts), key=lambda one: one["role"] == "other")


def _skills(connection: Connection, which: Sequence[ColumnElement[bool]]) -> list[tuple[str, int]]:
    """What they ask for, most first, with the number of openings."""
    number = func.count()
    asked = select(_SKILL.skill, number).join(table_of(Posting), _POSTING.id == _SKILL.posting_id).where(*which)
    asked = asked.group_by(_SKILL.skill).order_by(number.desc(), _SKILL.skill).limit(SKILLS)
    return [(row[0], row[1]) for row in connection.execute(asked)]


def _pays(connection: Connection, which: Sequence[ColumnElement[bool]]) -> list[dict[str, Any]]:
    """Yearly pay by currency, of the openings that say it: a typical range, and how many they are."""
    paid = select(_POSTING.salary_currency, _POSTING.salary_annual_min, _POSTING.salary_annual_max).where(*which)
    paid = paid.where(_POSTING.salary_annual_max.is_not(None), _POSTING.salary_is_predicted.is_(False))
    found: dict[str, list[tuple[float, float]]] = {}
    for currency, low, high in connection.execute(paid.limit(COUNTED)):
        found.setdefault(currency, []).append((high if low is None else low, high))
    ranges = [
        {"currency": currency, "count": len(pairs), "period": "year", "min": round(median(low for low, _ in pairs), -3),
         "max": round(median(high for _, high in pairs), -3)}
        for currency, pairs in found.items()
    ]  # fmt: skip
    return sorted(ranges, key=lambda one: -int(one["count"]))


def _lives(connection: Connection, which: Sequence[ColumnElement[bool]]) -> dict[str, Any] | None:
    """For how many days openings that closed were open; None where too few closed to say it."""
    closed = select(_POSTING.posted_at, _POSTING.closed_at).where(*which, _POSTING.closed_at.is_not(None))
    closed = closed.order_by(_POSTING.closed_at.desc()).limit(COUNTED)
    days = sorted(_days(row.posted_at, row.closed_at) for row in connection.execute(closed))
    if len(days) < LEAST:
        return None
    low, middle, high = quantiles(days, n=4, method="inclusive")
    return {"count": len(days), "low": round(low), "middle": round(middle), "high": round(high)}


def _days(since: datetime, until: datetime) -> float:
    return max(0.0, (until - since).total_seconds() / 86_400)
