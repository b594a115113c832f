"""What a person's searches matched as it opened, in the last weeks: what a digest's lines on the market rest on."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from alerts.subscribers import MATCH, SEARCH
from alerts.trend import WEEKS, Came, Market
from database import table_of
from models import EventKind, Posting, PostingEvent

MOST = 3000  # postings that are looked at, the newest: of more the lines tell as much
EVENT, POSTING = table_of(PostingEvent), table_of(Posting)
_WEEK, _NEARLY = timedelta(days=7), timedelta(days=2)  # a week that lacks so much counts as one


def read_market(connection: Connection, search_ids: Collection[int], now: datetime) -> Market:
    """What came for these searches together; each posting counts once, in the week in which the first matched it."""
    mine = SEARCH.c.id.in_(search_ids)
    since = connection.execute(select(func.min(SEARCH.c.created_at)).where(mine)).scalar()
    if since is None:
        return Market()
    of = POSTING.c
    at_first = select(EVENT.c.id).where(
        EVENT.c.posting_id == MATCH.c.posting_id, EVENT.c.kind == EventKind.OPENED, EVENT.c.is_baseline
    )
    matched = func.min(MATCH.c.matched_at).label("matched_at")
    came = (
        select(matched, of.salary_annual_min, of.salary_annual_max, of.salary_currency, of.skills)
        .join(POSTING, of.id == MATCH.c.posting_id)
        .where(MATCH.c.search_id.in_(search_ids), MATCH.c.matched_at > now - WEEKS * _WEEK, ~at_first.exists())
        .group_by(of.id)
        .order_by(matched.desc())
        .limit(MOST)
    )
    rows = connection.execute(came).all()
    return Market([_came(row, now) for row in rows], (now - since + _NEARLY) // _WEEK)


def _came(row: "tuple[datetime, float | None, float | None, str | None, list[str]]", now: datetime) -> Came:
    matched_at, low, high, currency, skills = row
    pay = (low or high, high or low) if currency and (low or high) else None
    return Came((now - matched_at) // _WEEK, pay, currency or "", tuple(skills))  # type: ignore[arg-type]
