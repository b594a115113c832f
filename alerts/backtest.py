"""What a search would have sent: the postings that came to match it in the last weeks, each at the moment it did.

A posting comes to match when it opens, when it grows into an age that the search asks for, or, for a search of closed
postings, when it closes. What was on a board when it was first crawled counts as opened when it was posted.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, not_, or_, select

from database import TooSlowError, find_postings, for_everyone, kept_private, posting_facts, table_of
from models import EventKind, Posting, PostingEvent, PostingPlace
from search import Query, QueryError, parse, parse_saved, to_sql
from search.elapsed import milliseconds
from search.nodes import And, Node, Tagged, Words
from search.passing import assuming, clauses, facts_in, grown_into, just_older_than, speaks_of_closed

DAYS = 30
FLOOD = 50  # a week: more than anybody reads
SAMPLES = 5
PROPOSED = 3
PAIRS = 8  # of clauses that are tried
MOST = 200_000  # postings that are counted
FOR_EVER = 1 << 60  # milliseconds
LOOKED_AT = 300  # of the newest, for what they have in common
WEEK = timedelta(days=7)
POSTING, EVENT, PLACE = table_of(Posting).c, table_of(PostingEvent).c, table_of(PostingPlace).c
Read = Callable[[], AbstractContextManager[Connection]]


@dataclass(frozen=True, slots=True)
class Variant:
    """The search changed in one way, in words, and what that would have sent."""

    change: str
    query: Query
    count: int

    @property
    def is_search(self) -> bool:
        """Whether it may be saved as it is written out."""
        return is_search(self.query)


@dataclass(frozen=True, slots=True)
class Backtest:
    """What a search would have sent in so many days: in all, by week with the newest first, and the newest of it.

    `wider`: where it is nothing, what it would be without a clause; `narrower`: where it is a flood, what is less.
    """

    query: Query
    days: int
    total: int
    weeks: list[int]
    samples: list[dict[str, Any]]
    wider: list[Variant] = field(default_factory=list)
    narrower: list[Variant] = field(default_factory=list)
    is_bare: bool = False  # nothing at all came in that time
    is_open: bool = False  # where it is nothing: something that matches is open all the same
    read_since: datetime | None = None  # where it is nothing: when boards were first read, if that was in that time

    @property
    def a_week(self) -> float:
        """About how many in a week."""
        return self.total * 7 / self.days

    @property
    def is_flood(self) -> bool:
        """Whether it is more than anybody reads."""
        return self.a_week > FLOOD

    def as_json(self) -> dict[str, Any]:
        """For the command line and the API."""
        return {
            "query": str(self.query), "days": self.days, "total": self.total, "a_week": round(self.a_week, 1),
            "weeks": self.weeks, "samples": self.samples,
            "warning": "flood" if self.is_flood else "" if self.total else "zero",
            "wider": [_variant(one) for one in self.wider], "narrower": [_variant(one) for one in self.narrower],
        }  # fmt: skip


def _variant(one: Variant) -> dict[str, Any]:
    return {"change": one.change, "query": str(one.query), "total": one.count}


def backtest(read: Read, query: Query, now: datetime, days: int = DAYS) -> Backtest:
    """What the search would have sent until now. Raises TooSlowError where even that takes `read` too long."""
    with read() as connection:
        found = came_to_match(connection, query, now, days)
        newest = sorted(found, key=lambda key: (found[key], key), reverse=True)
        shown = newest[:SAMPLES]
        private = kept_private(connection, shown)
        facts = posting_facts(connection, [key for key in shown if key not in private])
    samples = [facts[key] | {"came_at": found[key]} for key in shown if key in facts]
    weeks = Counter((now - at) // WEEK for at in found.values())
    tested = Backtest(query, days, len(found), [weeks[number] for number in range(-(-days // 7))], samples)
    try:
        with read() as connection:
            tested = tested if found else _with_what_there_is(connection, tested, now)
            _advise(connection, tested, newest[:LOOKED_AT], now)
    except TooSlowError:  # the count stands; advice is a service
        tested.wider.clear()
        tested.narrower.clear()
    return tested


# --- what came to match --------------------------------------------------------------------------------------------


def came_to_match(connection: Connection, query: Query, now: datetime, days: int = DAYS) -> dict[int, datetime]:
    """Each posting that came to match within so many days, and when."""
    since, as_open = now - timedelta(days=days), assuming(query, is_open=True)
    arrived = _arrived(connection, as_open, since, now)
    wanted = select(POSTING.id, _opened_at().label("at")).where(*arrived).limit(MOST)
    found: dict[int, datetime] = {row.id: row.at for row in connection.execute(wanted)}
    for limit in grown_into(query):
        found |= _grown(connection, as_open, limit, since, now)
    if speaks_of_closed(query):
        for key, at in _closed(connection, query, since, now):
            found.setdefault(key, at)
    return found


def _with_what_there_is(connection: Connection, tested: Backtest, now: datetime) -> Backtest:
    """The same, with what there is though nothing of it is new."""
    ends = [connection.execute(select(end(POSTING.first_seen_at))).scalar() for end in (func.min, func.max)]
    first, last = (at is not None and at >= now - timedelta(days=tested.days) for at in ends)
    is_open = bool(find_postings(connection, tested.query & parse("is:open"), now, limit=1))
    return replace(tested, is_bare=not last, is_open=is_open, read_since=ends[0] if first else None)


def _count(connection: Connection, query: Query, now: datetime, days: int) -> int:
    """How many that are."""
    if grown_into(query) or speaks_of_closed(query):
        return len(came_to_match(connection, query, now, days))
    arrived = _arrived(connection, assuming(query, is_open=True), now - timedelta(days=days), now)
    return connection.execute(select(func.count()).select_from(table_of(Posting)).where(*arrived)).scalar_one()


def _arrived(connection: Connection, query: Query, since: datetime, now: datetime) -> list[ColumnElement[bool]]:
    """The conditions on postings that they opened since then, and matched as they did."""
    dialect, opened = connection.dialect.name, _opened_at()
    age = milliseconds(dialect, opened, POSTING.posted_at)
    shared = for_everyone(connection)  # what sources keep for whoever runs this is not counted
    return [POSTING.first_seen_at >= since, opened.between(since, now), to_sql(query, dialect, now, age), shared]


def _opened_at() -> ColumnElement[Any]:
    was_there = exists().where(
        EVENT.posting_id == POSTING.id, EVENT.kind == EventKind.OPENED, EVENT.is_baseline.is_(True)
    )
    return case((was_there, POSTING.posted_at), else_=POSTING.first_seen_at)


def _grown(
    connection: Connection, query: Query, limit: timedelta, since: datetime, now: datetime
) -> Iterator[tuple[int, datetime]]:
    """Those that matched from the moment they were so old on, and not before, if they were open then."""
    dialect, opened = connection.dialect.name, _opened_at()
    before = _before(dialect, query, [one for one in grown_into(query) if one < limit], now)
    condition = to_sql(just_older_than(query, limit), dialect, now)
    wanted = select(POSTING.id, POSTING.posted_at, POSTING.closed_at, opened.label("opened_at"))
    wanted = wanted.where(POSTING.posted_at >= since - limit, POSTING.posted_at < now - limit, condition)
    for row in connection.execute(wanted.where(not_(before), for_everyone(connection)).limit(MOST)):
        at = row.posted_at + limit
        if row.opened_at <= at and (row.closed_at is None or row.closed_at > at):
            yield row.id, at


def _before(dialect: str, query: Query, limits: list[timedelta], now: datetime) -> ColumnElement[bool]:
    """It matched as it opened, or once it grew into one of these ages while it was open."""
    age = milliseconds(dialect, _opened_at(), POSTING.posted_at)
    at_end = func.coalesce(milliseconds(dialect, POSTING.closed_at, POSTING.posted_at), FOR_EVER)
    matched = [to_sql(query, dialect, now, age)]
    for limit in limits:
        length = limit // timedelta(milliseconds=1)
        matched.append(and_(age <= length, at_end > length, to_sql(just_older_than(query, limit), dialect, now)))
    return or_(*matched)


def _closed(connection: Connection, query: Query, since: datetime, now: datetime) -> Iterator[tuple[int, datetime]]:
    """Those that matched once they were closed, and not before."""
    dialect, closed = connection.dialect.name, POSTING.closed_at
    age = milliseconds(dialect, closed, POSTING.posted_at)
    as_open = assuming(query, is_open=True)
    conditions = (
        to_sql(assuming(query, is_open=False), dialect, now, age),
        not_(to_sql(as_open, dialect, now, age)),
        not_(_before(dialect, as_open, grown_into(query), now)),
    )
    wanted = select(POSTING.id, closed).where(closed.between(since, now), *conditions, for_everyone(connection))
    yield from ((row.id, row.closed_at) for row in connection.execute(wanted.limit(MOST)))


# --- advice --------------------------------------------------------------------------------------------------------


def _advise(connection: Connection, tested: Backtest, newest: list[int], now: datetime) -> None:
    def count(query: Query) -> int:
        return _count(connection, query, now, tested.days)

    if not tested.total:
        tested.wider.extend(_wider(tested.query, count))
    elif tested.is_flood:
        most = FLOOD * tested.days // 7
        tested.narrower.extend(_narrower(tested.query, _shared(connection, tested.query, newest), count, most))


def _wider(query: Query, count: Callable[[Query], int]) -> list[Variant]:
    """Without one clause; where none alone keeps all out, without two. What could be saved comes first."""
    nodes = conjuncts(query)
    for number in (1, 2):
        dropped = list(combinations(nodes, number)) if len(nodes) > number else []
        variants = [_without(nodes, one, count) for one in dropped[:30]]
        found = [one for one in variants if one.count]
        if found := sorted(found, key=lambda one: (not one.is_search, -one.count)):
            return found[:PROPOSED]
    return []


def _without(nodes: tuple[Node, ...], dropped: tuple[Node, ...], count: Callable[[Query], int]) -> Variant:
    query = joined(node for node in nodes if node not in dropped)
    words = " and ".join(str(Query(node)) for node in dropped)
    return Variant(f"without {words}", query, count(query))


def _narrower(query: Query, shared: list[Tagged], count: Callable[[Query], int], most: int) -> list[Variant]:
    """With one more clause, or two; the largest of those that are no flood, or else the smallest."""
    variants = [_with(query, (clause,), count) for clause in shared] + list(_in_title(query, count))
    fitting = [one for one in variants if 0 < one.count <= most]
    if not fitting:
        pairs = [pair for pair in combinations(shared, 2) if pair[0].field != pair[1].field][:PAIRS]
        variants += [_with(query, pair, count) for pair in pairs]
        fitting = [one for one in variants if 0 < one.count <= most]
    if fitting:
        return sorted(fitting, key=lambda one: -one.count)[:PROPOSED]
    return sorted((one for one in variants if one.count), key=lambda one: one.count)[:1]


def _with(query: Query, added: tuple[Tagged, ...], count: Callable[[Query], int]) -> Variant:
    narrowed = query & joined(added)
    return Variant("with " + " and ".join(map(str, added)), narrowed, count(narrowed))


def _in_title(query: Query, count: Callable[[Query], int]) -> Iterator[Variant]:
    """Words that may stand anywhere, asked for in the title."""
    nodes = conjuncts(query)
    for node in nodes:
        if isinstance(node, Words) and not node.field:
            title = Words("title", node.phrases)
            narrowed = joined(title if one is node else one for one in nodes)
            yield Variant(f"with {title} for {node}", narrowed, count(narrowed))


def _shared(connection: Connection, query: Query, newest: list[int]) -> list[Tagged]:
    """What many of these postings have, of fields that the query does not speak of."""
    spoken = {clause.field for clause in clauses(query.root) if isinstance(clause, Tagged)}
    rows = connection.execute(
        select(POSTING.role, POSTING.seniority, POSTING.workplace).where(POSTING.id.in_(newest))
    ).all()
    countries = connection.execute(select(PLACE.country).where(PLACE.posting_id.in_(newest))).scalars()
    values: dict[str, Counter[str]] = {
        "role": Counter(row.role for row in rows if row.role != "other"),
        "seniority": Counter(row.seniority for row in rows if row.seniority != "unspecified"),
        "workplace": Counter(row.workplace for row in rows if row.workplace),
        "country": Counter(country for country in countries if country),
    }
    return [
        Tagged(name, (value,))
        for name, counted in values.items()
        if name not in spoken and not (name in ("workplace", "country") and "remote" in spoken)
        for value, _ in counted.most_common(2)
    ]


def is_search(query: Query) -> bool:
    """Whether it may be saved as it is written out."""
    try:
        return parse_saved(str(query), facts_in(query)) == query
    except QueryError:
        return False


def conjuncts(query: Query) -> tuple[Node, ...]:
    """The parts of a query that must all hold."""
    return query.root.nodes if isinstance(query.root, And) else (query.root,)


def joined(nodes: Iterable[Node]) -> Query:
    """The query that asks for all of these."""
    kept = tuple(nodes)
    return Query(kept[0] if len(kept) == 1 else And(kept))
