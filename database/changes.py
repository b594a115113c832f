"""What changed of the saved searches since they were last read: by whatever process, in whatever order it committed."""

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, and_, func, select, text

from database.write import table_of
from models import SavedSearch, SearchChange, Subscriber

_CHANGE, _SEARCH, _SUBSCRIBER = table_of(SearchChange), table_of(SavedSearch), table_of(Subscriber)
_MAY_SPEAK = and_(
    _SEARCH.c.removed_at.is_(None), _SEARCH.c.paused_at.is_(None), _SUBSCRIBER.c.stopped_at.is_(None)
).label("is_active")


def horizon(connection: Connection) -> tuple[int, int]:
    """(every revision below it is committed or never will be, none from it on can be seen yet), of this snapshot.

    Who reads the changes from the first number of one snapshot on, up to the second of the next, misses none.
    """
    if connection.dialect.name == "postgresql":
        sql = "SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint FROM pg_current_snapshot() s"
        low, high = connection.execute(text(sql)).one()
        return low, high
    newest = connection.execute(select(func.max(_CHANGE.c.revision))).scalar_one() or 0
    return newest + 1, newest + 1


def changed_searches(connection: Connection, since: int, until: int) -> Sequence[RowMapping]:
    """(id, query, facts, events, is_active) of the searches that changed; without a query where one was deleted."""
    changed = (
        select(_CHANGE.c.search_id.label("id"), _SEARCH.c.query, _SEARCH.c.facts, _SEARCH.c.events, _MAY_SPEAK)
        .outerjoin(_SEARCH, _SEARCH.c.id == _CHANGE.c.search_id)
        .outerjoin(_SUBSCRIBER, _SUBSCRIBER.c.id == _SEARCH.c.subscriber_id)
        .where(_CHANGE.c.revision >= since, _CHANGE.c.revision < until)
    )
    return connection.execute(changed).mappings().all()


def active_searches(connection: Connection, after: int, limit: int) -> Sequence[RowMapping]:
    """The same of the active searches with a higher id, in the order of their ids."""
    active = (
        select(_SEARCH.c.id, _SEARCH.c.query, _SEARCH.c.facts, _SEARCH.c.events, _MAY_SPEAK)
        .join(_SUBSCRIBER, _SUBSCRIBER.c.id == _SEARCH.c.subscriber_id)
        .where(_SEARCH.c.id > after, _MAY_SPEAK.element)
        .order_by(_SEARCH.c.id)
        .limit(limit)
    )
    return connection.execute(active).mappings().all()
