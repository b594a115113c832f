"""What people want to hear nothing of: an employer, or one posting. Whoever tells of postings leaves it out."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.sql.elements import ColumnElement

import search
from alerts.deliveries import Told
from alerts.subscribers import DELIVERY, SubscriberError, cancel
from alerts.wording import quoted
from database import find_postings, table_of, upsert
from models import DeliveryState, Mute, Posting, Redirect

MUTE, POSTING, REDIRECT = table_of(Mute), table_of(Posting), table_of(Redirect)
WAITING = (DeliveryState.PENDING, DeliveryState.UNCERTAIN)
LOOKED_AT = 200  # postings in which an employer's name is looked for
Pair = tuple[int, int]  # subscriber, posting


def mute_posting(connection: Connection, subscriber_id: int, posting_id: int, now: datetime) -> str:
    """Tell this person nothing more of the posting; returns its title. What waits is cancelled."""
    named = select(POSTING.c.public_id, POSTING.c.title).where(POSTING.c.id == posting_id)
    row = connection.execute(named).one()
    _mute(connection, subscriber_id, f"posting:{row.public_id}", row.title, now)
    _cancel(connection, subscriber_id, POSTING.c.id == posting_id, "the posting was muted")
    return str(row.title)


def mute_company(connection: Connection, subscriber_id: int, company: str, now: datetime) -> str:
    """Tell this person nothing of the employer; returns its name. Raises SubscriberError where nobody is called so."""
    for row in _of_company(connection, company, now):
        if row.company_key and row.company.strip().casefold() == company.strip().casefold():
            return mute_employer(connection, subscriber_id, row.company_key, row.company, now)
    raise SubscriberError(f"no posting here is of an employer called {company!r}; write its name as postings do")


def _of_company(connection: Connection, company: str, now: datetime) -> Sequence[Any]:
    """The newest postings whose company's name has these words."""
    try:
        named = search.parse('company:"' + company.replace('"', " ").replace("*", " ") + '"')
    except search.QueryError:  # no letters
        return []
    ids = find_postings(connection, named, now, limit=LOOKED_AT)
    return connection.execute(select(POSTING.c.company_key, POSTING.c.company).where(POSTING.c.id.in_(ids))).all()


def mute_employer(connection: Connection, subscriber_id: int, key: str, name: str, now: datetime) -> str:
    """The same by the employer's key."""
    _mute(connection, subscriber_id, f"company:{key}", name, now)
    _cancel(connection, subscriber_id, POSTING.c.company_key == key, "the employer was muted")
    return name


def mute_employer_of(connection: Connection, subscriber_id: int, posting_id: int, now: datetime) -> str:
    """The same by one of its postings. Raises SubscriberError where that names no employer."""
    named = select(POSTING.c.company_key, POSTING.c.company).where(POSTING.c.id == posting_id)
    row = connection.execute(named).one()
    if not row.company_key:
        raise SubscriberError("the posting names no employer")
    return mute_employer(connection, subscriber_id, row.company_key, row.company, now)


def _mute(connection: Connection, subscriber_id: int, what: str, name: str, now: datetime) -> None:
    row = {"subscriber_id": subscriber_id, "what": what, "name": name, "muted_at": now}
    upsert(connection, Mute, [row], ["subscriber_id", "what"])


def _cancel(connection: Connection, subscriber_id: int, which: ColumnElement[bool], why: str) -> None:
    """Cancel what waits to be told of these postings."""
    waits = select(DELIVERY.c.id).join(POSTING, POSTING.c.id == DELIVERY.c.posting_id)
    waits = waits.where(DELIVERY.c.subscriber_id == subscriber_id, DELIVERY.c.state.in_(WAITING), which)
    ids = connection.execute(waits).scalars().all()
    for start in range(0, len(ids), 500):
        cancel(connection, DELIVERY.c.id.in_(ids[start : start + 500]), why)


def unmute(connection: Connection, subscriber_id: int, name: str) -> str:
    """Tell of it again, of what comes from now on; returns what it was. Raises SubscriberError."""
    rows = list_mutes(connection, subscriber_id)
    meant = [row for row in rows if name.strip().lower() in (row["name"].lower(), row["what"].lower())]
    if not meant:
        raise SubscriberError(f"nothing called {quoted(name)} is muted")
    whats = [row["what"] for row in meant]
    connection.execute(delete(MUTE).where(MUTE.c.subscriber_id == subscriber_id, MUTE.c.what.in_(whats)))
    return str(meant[0]["name"])


def unmute_posting(connection: Connection, subscriber_id: int, posting_id: int, *, is_employer: bool) -> str:
    """The same of a posting, or of its employer; returns its name. Nothing where it was not muted."""
    named = select(POSTING.c.public_id, POSTING.c.title, POSTING.c.company_key, POSTING.c.company)
    row = connection.execute(named.where(POSTING.c.id == posting_id)).one()
    kind = "company:" if is_employer else "posting:"  # it may have been muted under the id of one that it took in
    whats = [what for what, _ in _called(connection, [posting_id]) if what.startswith(kind)]
    connection.execute(delete(MUTE).where(MUTE.c.subscriber_id == subscriber_id, MUTE.c.what.in_(whats)))
    return str(row.company if is_employer else row.title)


def list_mutes(connection: Connection, subscriber_id: int) -> list[dict[str, Any]]:
    """What this person has muted, oldest first."""
    own = select(MUTE).where(MUTE.c.subscriber_id == subscriber_id).order_by(MUTE.c.muted_at, MUTE.c.what)
    return [dict(row) for row in connection.execute(own).mappings()]


def is_muted(connection: Connection, subscriber_id: int) -> ColumnElement[bool]:
    """A condition on postings: this person has muted them."""
    whats = [row["what"].split(":", 1) for row in list_mutes(connection, subscriber_id)]
    keys = [key for kind, key in whats if kind == "company"]
    ids = [key for kind, key in whats if kind == "posting"]
    became = select(REDIRECT.c.posting_id).where(REDIRECT.c.public_id.in_(ids))
    return POSTING.c.company_key.in_(keys) | POSTING.c.public_id.in_(ids) | POSTING.c.id.in_(became)


def without_muted(connection: Connection, told: Sequence[Told]) -> list[Told]:
    """What is to be told, but for what its subscribers have muted."""
    people, postings = ({one.search["subscriber_id"] for one in told}, {one.posting_id for one in told})
    silent = muted(connection, sorted(people), sorted(postings))
    return [one for one in told if (one.search["subscriber_id"], one.posting_id) not in silent]


def muted(connection: Connection, subscriber_ids: Sequence[int], posting_ids: Sequence[int]) -> set[Pair]:
    """(subscriber, posting) of what is not to be told."""
    if not subscriber_ids or connection.execute(select(MUTE.c.what).limit(1)).first() is None:
        return set()
    of_what: dict[str, set[int]] = {}
    for what, key in _called(connection, posting_ids):
        of_what.setdefault(what, set()).add(key)
    asked = select(MUTE.c.subscriber_id, MUTE.c.what).where(MUTE.c.what.in_(of_what))
    wanted = set(subscriber_ids)
    found = [(row.subscriber_id, row.what) for row in connection.execute(asked) if row.subscriber_id in wanted]
    return {(person, key) for person, what in found for key in of_what[what]}


def _called(connection: Connection, posting_ids: Sequence[int]) -> Iterator[tuple[str, int]]:
    """(what it may be muted as, posting): by its employer, its id, and the ids of those that were merged into it."""
    named = select(POSTING.c.id, POSTING.c.public_id, POSTING.c.company_key).where(POSTING.c.id.in_(posting_ids))
    for row in connection.execute(named):
        yield f"posting:{row.public_id}", row.id
        yield f"company:{row.company_key}", row.id
    merged = select(REDIRECT.c.public_id, REDIRECT.c.posting_id).where(REDIRECT.c.posting_id.in_(posting_ids))
    for one in connection.execute(merged):
        yield f"posting:{one.public_id}", one.posting_id
