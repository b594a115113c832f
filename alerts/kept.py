"""What people do with single postings and with their time: save one, be reminded of one, rest from all. Every function
works in the caller's transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, case, delete, exists, func, select, update

from alerts import searches
from alerts.messages import add_message
from alerts.private import may_have
from alerts.subscribers import ADDRESS, CANARY, SEARCH, SUBSCRIBER
from alerts.wording import clean
from database import posting_id, read, table_of, transaction, upsert
from models import Cadence, KeptPosting, Posting, Rest, SearchReview

KEPT, REST, REVIEW, POSTING = table_of(KeptPosting), table_of(Rest), table_of(SearchReview), table_of(Posting)
MOST_KEPT = 500  # of one person
AT_ONCE = 200  # in one turn
UNREVIEWED = timedelta(days=90)
_FIRST = {"telegram": 0, "email": 1}  # where people are, before what programs read


# --- postings ------------------------------------------------------------------------------------------------------


def save_posting(connection: Connection, subscriber_id: int, public_id: str, now: datetime) -> None:
    """Keep it on the person's list. Raises SubscriberError where that is full."""
    if len(saved(connection, subscriber_id, MOST_KEPT)) >= MOST_KEPT:
        raise searches.SubscriberError(f"you have saved {MOST_KEPT} postings already, the most there can be")
    row = {"subscriber_id": subscriber_id, "public_id": public_id, "is_saved": True, "kept_at": now, "remind_at": None}
    upsert(connection, KeptPosting, [row], ["subscriber_id", "public_id"], ["is_saved", "kept_at"])


def unsave_posting(connection: Connection, subscriber_id: int, public_id: str) -> None:
    """Take it off the list."""
    connection.execute(update(KEPT).where(_is(subscriber_id, public_id)).values(is_saved=False))
    _forget_useless(connection, subscriber_id)


def remind(connection: Connection, subscriber_id: int, public_id: str, at: datetime, now: datetime) -> None:
    """Tell the person of it again then."""
    row = {"subscriber_id": subscriber_id, "public_id": public_id, "is_saved": False, "kept_at": now, "remind_at": at}
    upsert(connection, KeptPosting, [row], ["subscriber_id", "public_id"], ["remind_at"])


def is_saved(connection: Connection, subscriber_id: int | None, public_id: str) -> bool:
    """Whether it stands on the person's list."""
    mine = select(KEPT.c.public_id).where(_is(subscriber_id or 0, public_id), KEPT.c.is_saved)
    return connection.execute(mine).first() is not None


def saved(connection: Connection, subscriber_id: int, limit: int) -> Sequence[str]:
    """The public ids on a person's list, the newest first."""
    mine = select(KEPT.c.public_id).where(KEPT.c.subscriber_id == subscriber_id, KEPT.c.is_saved)
    return connection.execute(mine.order_by(KEPT.c.kept_at.desc(), KEPT.c.public_id).limit(limit)).scalars().all()


def find_kept(connection: Connection, subscriber_id: int, public_ids: Sequence[str]) -> list[tuple[str, RowMapping]]:
    """Each with its posting as it is now; those that are gone, or that the person may not have, are left out."""
    found = []
    for public_id in public_ids:
        key = posting_id(connection, public_id)
        mine = select(POSTING).where(POSTING.c.id == key, may_have(connection, subscriber_id))
        row = connection.execute(mine).mappings().first() if key is not None else None
        found += [(public_id, row)] if row is not None else []
    return found


def in_words(row: RowMapping) -> str:
    """A posting in one line, with its state."""
    state = "" if row["closed_at"] is None else f" (closed on {row['closed_at']:%d %b %Y})"
    company = f" – {clean(row['company'], 60)}" if row["company"] else ""
    return f"{clean(row['title'], 120)}{company}{state}"


def _is(subscriber_id: int, public_id: str) -> Any:
    return (KEPT.c.subscriber_id == subscriber_id) & (KEPT.c.public_id == public_id)


def _forget_useless(connection: Connection, subscriber_id: int) -> None:
    idle = ~KEPT.c.is_saved & KEPT.c.remind_at.is_(None)
    connection.execute(delete(KEPT).where(KEPT.c.subscriber_id == subscriber_id, idle))


# --- time ----------------------------------------------------------------------------------------------------------


def rest(connection: Connection, subscriber_id: int, until: datetime, now: datetime) -> int:
    """Pause the searches that are not paused, until then; returns how many rest. Resting again only moves the end."""
    held = rest_of(connection, subscriber_id)
    since = now if held is None else held["since"]
    for row in searches.list_searches(connection, subscriber_id):
        if row["paused_at"] is None:
            searches.pause_search(connection, row["id"], since)
    row = {"subscriber_id": subscriber_id, "since": since, "until": until}
    upsert(connection, Rest, [row], ["subscriber_id"], ["until"])
    return len(_resting(connection, subscriber_id, since))


def pause(connection: Connection, subscriber_id: int, rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Pause these searches until they are resumed, those too that only rested."""
    held = connection.execute(select(REST.c.since).where(REST.c.subscriber_id == subscriber_id)).scalar()
    for row in rows:
        if row["paused_at"] is None or row["paused_at"] == held:
            searches.pause_search(connection, row["id"], now)


def wake(connection: Connection, subscriber_id: int) -> None:
    """End the rest: the searches that were paused by it go on."""
    held = rest_of(connection, subscriber_id)
    if held is not None:
        for search_id in _resting(connection, subscriber_id, held["since"]):
            searches.resume_search(connection, search_id)
        connection.execute(delete(REST).where(REST.c.subscriber_id == subscriber_id))


def rest_of(connection: Connection, subscriber_id: int) -> Mapping[Any, Any] | None:
    """Since when and until when their searches rest, if they do."""
    return connection.execute(select(REST).where(REST.c.subscriber_id == subscriber_id)).mappings().first()


def _resting(connection: Connection, subscriber_id: int, since: datetime) -> Sequence[int]:
    mine = (SEARCH.c.subscriber_id == subscriber_id) & SEARCH.c.removed_at.is_(None) & (SEARCH.c.paused_at == since)
    return connection.execute(select(SEARCH.c.id).where(mine)).scalars().all()


def review(connection: Connection, subscriber_id: int, now: datetime) -> int:
    """The person says that they want their searches; returns how many."""
    rows = searches.list_searches(connection, subscriber_id)
    _note_review(connection, [row["id"] for row in rows], "reviewed_at", now)
    return len(rows)


def _note_review(connection: Connection, search_ids: Sequence[int], what: str, now: datetime) -> None:
    rows = [{"search_id": key, "reviewed_at": None, "asked_at": None, what: now} for key in search_ids]
    upsert(connection, SearchReview, rows, ["search_id"], [what])


# --- what is due ---------------------------------------------------------------------------------------------------


def take_care(engine: Engine, now: datetime) -> int:
    """End rests and remind, as is due; returns how much was done. Where nothing is, it only looks."""
    with read(engine) as connection:
        rests = connection.execute(select(REST.c.subscriber_id).where(REST.c.until <= now).limit(1)).first()
        reminds = connection.execute(select(KEPT.c.public_id).where(_is_due(now)).limit(1)).first()
    if rests is None and reminds is None:
        return 0
    with transaction(engine) as connection:
        return wake_due(connection, now) + remind_due(connection, now)


def ask_whether_wanted(engine: Engine, now: datetime) -> int:
    """Ask those whose searches were not looked at for long; returns how many."""
    with transaction(engine) as connection:
        return ask_due(connection, now)


def wake_due(connection: Connection, now: datetime) -> int:
    """End the rests that are over."""
    due = connection.execute(select(REST.c.subscriber_id).where(REST.c.until <= now).limit(AT_ONCE)).scalars().all()
    for subscriber_id in due:
        wake(connection, subscriber_id)
    return len(due)


def remind_due(connection: Connection, now: datetime) -> int:
    """Make the messages that remind of postings, with what is known of these now."""
    wanted = select(KEPT).where(_is_due(now)).order_by(KEPT.c.remind_at)
    due = connection.execute(wanted.limit(AT_ONCE)).mappings().all()
    for row in due:
        for _, posting in find_kept(connection, row["subscriber_id"], [row["public_id"]]):
            words = f"You wanted to see this again: {in_words(posting)}\n{posting['url']}"
            tell(
                connection,
                row["subscriber_id"],
                f"remind:{row['public_id']}:{int(row['remind_at'].timestamp())}",
                words,
                now,
            )
        mine = _is(row["subscriber_id"], row["public_id"])
        connection.execute(update(KEPT).where(mine).values(remind_at=None))
        _forget_useless(connection, row["subscriber_id"])
    return len(due)


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Reminders of those who can be told now; the others' wait until they are back."""
    own = SUBSCRIBER.c.id == KEPT.c.subscriber_id
    hears = exists().where(own, SUBSCRIBER.c.stopped_at.is_(None))
    is_reached = exists().where(ADDRESS.c.subscriber_id == KEPT.c.subscriber_id, ADDRESS.c.state == "active")
    return (KEPT.c.remind_at <= now) & hears & is_reached


def ask_due(connection: Connection, now: datetime) -> int:
    """Ask those whose searches were not looked at for long whether they still want them: once, and quietly."""
    since = func.coalesce(REVIEW.c.reviewed_at, SEARCH.c.created_at)
    is_due = (since <= now - UNREVIEWED) & (REVIEW.c.asked_at.is_(None) | (REVIEW.c.asked_at < since))
    alive = SEARCH.c.removed_at.is_(None) & SEARCH.c.paused_at.is_(None) & (SEARCH.c.name != CANARY)
    people = select(SEARCH.c.subscriber_id).outerjoin(REVIEW, REVIEW.c.search_id == SEARCH.c.id).where(alive, is_due)
    people = people.join(SUBSCRIBER, SUBSCRIBER.c.id == SEARCH.c.subscriber_id).where(SUBSCRIBER.c.stopped_at.is_(None))
    due = connection.execute(people.distinct().order_by(SEARCH.c.subscriber_id).limit(AT_ONCE)).scalars().all()
    for subscriber_id in due:
        _ask(connection, subscriber_id, now)
    return len(due)


def _ask(connection: Connection, subscriber_id: int, now: datetime) -> None:
    held = searches.list_searches(connection, subscriber_id)
    rows = [row for row in held if row["paused_at"] is None and row["name"] != CANARY]
    names = [f"· {clean(row['query'], 120)}" for row in rows[:10]]
    more = [f"and {len(rows) - 10} more"] if len(rows) > 10 else []
    words = "\n".join(["Do you still want these alerts?", *names, *more, "If you do nothing, they go on."])
    tell(connection, subscriber_id, f"review:{subscriber_id}:{int(now.timestamp())}", words, now)
    _note_review(connection, [row["id"] for row in rows], "asked_at", now)


def tell(connection: Connection, subscriber_id: int, key: str, words: str, now: datetime) -> None:
    """To where they are reached first: a chat, where there is one."""
    mine = select(ADDRESS).where(ADDRESS.c.subscriber_id == subscriber_id, ADDRESS.c.state == "active")
    mine = mine.order_by(case(_FIRST, value=ADDRESS.c.channel, else_=len(_FIRST)), ADDRESS.c.id)
    held = connection.execute(mine.limit(1)).mappings().first()
    if held is not None:
        add_message(connection, f"{key}:{held['id']}", held, Cadence.NOTICE, now, words)
