"""What messages hold, read from the database for many at once: the letters that `digest.compose` puts into words."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, func, select

from alerts import links, looked, sifting, unsubscribe
from alerts.cadence import DIGESTS
from alerts.digest import MAX_ALREADY, MAX_ROWS, OWN_WORDS, Letter, Reason, Row, Search
from alerts.envelopes import Contents, Envelope, Links
from alerts.mutes import is_muted
from alerts.profiles import Profile, profiles_of
from alerts.recent import read_market
from alerts.sifting import Item
from alerts.subscribers import DELIVERY, REASON, SEARCH, without_active_search
from alerts.trend import Market
from database import posting_facts, table_of
from models import Cadence, DeliveryState, EventKind, Posting, PostingEvent

EVENT, POSTING = table_of(PostingEvent), table_of(Posting)
WAITING = (DeliveryState.PENDING, DeliveryState.UNCERTAIN)
MAYBE_TOLD = (DeliveryState.SENDING, DeliveryState.UNCERTAIN)
STOPPED = "the search was removed or paused"


def read_contents(
    connection: Connection, envelopes: Sequence[Envelope], to: Links, now: datetime
) -> dict[int, Contents]:
    """The contents of each message, by its id. Reads only."""
    waiting = held(connection, [one.id for one in envelopes if not one.has_own_words])
    stopped = _stopped(connection, list(waiting))
    found, told = {}, {}
    for one in envelopes:
        found[one.id] = Contents()
        told[one.id] = _sift(one, waiting.get(one.id, []), stopped, found[one.id])
    letters = make_letters(connection, envelopes, told, to, now, WAITING)
    for key, letter in letters.items():
        found[key].letter = letter
    return found


def make_letters(
    connection: Connection, envelopes: Sequence[Envelope], told: Mapping[int, Sequence[Item]], to: Links, now: datetime,
    states: Sequence[DeliveryState],
) -> dict[int, Letter]:  # fmt: skip
    """What each says of what is told in it: deliveries in these states."""
    shown = {one.id: _shown(one, told[one.id]) for one in envelopes}
    material = _read_material(connection, shown, told, states)
    found = {}
    for one in envelopes:
        if told[one.id] or one.has_own_words:
            already = _already(connection, one, material) if one.cadence in DIGESTS else []
            rows, counts = material.rows(shown[one.id]), _counts(connection, one, told[one.id], states)
            market = _market(connection, one, material, now)
            found[one.id] = _letter(one, rows, counts, already, market, material, to, now)
    return found


def held(
    connection: Connection, message_ids: Sequence[int], states: Sequence[DeliveryState] = WAITING
) -> dict[int, list[Item]]:
    """The deliveries of messages, with their events and postings."""
    mine = (
        select(DELIVERY.c.id, DELIVERY.c.message_id, DELIVERY.c.posting_id, EVENT.c.kind, EVENT.c.at, EVENT.c.changes,
               POSTING.c.posted_at, POSTING.c.closed_at)
        .join(EVENT, EVENT.c.id == DELIVERY.c.event_id)
        .join(POSTING, POSTING.c.id == DELIVERY.c.posting_id)
        .where(DELIVERY.c.message_id.in_(message_ids), DELIVERY.c.state.in_(states))
    )  # fmt: skip
    found: dict[int, list[Item]] = {}
    for row in connection.execute(mine).mappings() if message_ids else ():
        found.setdefault(row["message_id"], []).append(row)
    return found


def _stopped(connection: Connection, message_ids: Sequence[int]) -> set[int]:
    mine = DELIVERY.c.message_id.in_(message_ids) & DELIVERY.c.state.in_(WAITING)
    return set(connection.execute(select(DELIVERY.c.id).where(mine, without_active_search())).scalars())


def _sift(one: Envelope, held: Sequence[Item], stopped: set[int], into: Contents) -> list[Item]:
    """What is to be told, in the order of the message."""
    for item in held:
        if item["id"] in stopped:
            into.dropped.setdefault(STOPPED, []).append(item["id"])
    left = [item for item in held if item["id"] not in stopped]
    sift = sifting.in_digest if one.cadence in DIGESTS else sifting.at_once
    told = sift(left, into.dropped)
    into.waiting = len(held) - sum(len(ids) for ids in into.dropped.values())
    return told


def _shown(one: Envelope, told: Sequence[Item]) -> Sequence[Item]:
    return sifting.candidates(told) if one.cadence in DIGESTS else told[: MAX_ROWS.get(one.cadence, 20)]


# --- material ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Material:
    """What the letters of a batch are made of, each read once."""

    postings: dict[int, dict[str, Any]]
    searches: dict[int, RowMapping]
    reasons: dict[int, list[RowMapping]]  # of each delivery shown
    searches_of: dict[int, set[int]]  # of each message, shown or not
    profiles: dict[int, Profile]  # of whom it is to

    def rows(self, items: Iterable[Item]) -> list[Row]:
        return [
            Row(
                self.postings[item["posting_id"]],
                item["kind"],
                item["changes"] or {},
                self._why(_ids(item)),
                item["at"],
                is_over=bool(item.get("is_over")),
            )
            for item in items
            if item["posting_id"] in self.postings
        ]

    def _why(self, delivery_ids: Sequence[int]) -> list[Reason]:
        rows = {row["search_id"]: row for key in delivery_ids for row in self.reasons.get(key, [])}
        given = [(self.searches.get(key), rows[key]["clauses"]) for key in sorted(rows)]
        return [Reason(one["name"], clauses or [], one["query"]) for one, clauses in given if one is not None]


def _read_material(
    connection: Connection, shown: Mapping[int, Sequence[Item]], told: Mapping[int, Sequence[Item]],
    states: Sequence[DeliveryState],
) -> _Material:  # fmt: skip
    items = [item for found in shown.values() for item in found]
    reasons = _reasons(connection, [key for item in items for key in _ids(item)])
    searches_of = {
        key: {row["search_id"] for item in found for one in _ids(item) for row in reasons.get(one, [])}
        for key, found in shown.items()
    }
    cut = [key for key in shown if len(told[key]) > len(shown[key])]
    for key, search_id in _other_searches(connection, cut, states):
        searches_of[key].add(search_id)
    wanted = {search_id for found in searches_of.values() for search_id in found}
    alive = select(SEARCH).where(SEARCH.c.id.in_(wanted), SEARCH.c.removed_at.is_(None))
    searches = {row["id"]: row for row in connection.execute(alive).mappings()} if wanted else {}
    postings = posting_facts(connection, list({item["posting_id"] for item in items}))
    people = {row["subscriber_id"] for row in searches.values()}
    return _Material(postings, searches, reasons, searches_of, profiles_of(connection, sorted(people)))


def _ids(item: Item) -> Sequence[int]:
    """The deliveries that it speaks for."""
    return item["ids"] if "ids" in item else [item["id"]]


def _reasons(connection: Connection, delivery_ids: Sequence[int]) -> dict[int, list[RowMapping]]:
    given = select(REASON).where(REASON.c.delivery_id.in_(delivery_ids)).order_by(REASON.c.search_id)
    found: dict[int, list[RowMapping]] = {}
    for row in connection.execute(given).mappings() if delivery_ids else ():
        found.setdefault(row["delivery_id"], []).append(row)
    return found


def _other_searches(
    connection: Connection, message_ids: Sequence[int], states: Sequence[DeliveryState]
) -> Iterable[tuple[int, int]]:
    """Of messages that hold more than they show."""
    matched = (
        select(DELIVERY.c.message_id, REASON.c.search_id)
        .join(REASON, REASON.c.delivery_id == DELIVERY.c.id)
        .where(DELIVERY.c.message_id.in_(message_ids), DELIVERY.c.state.in_(states))
        .distinct()
    )
    return [(row[0], row[1]) for row in connection.execute(matched)] if message_ids else []


def _already(connection: Connection, one: Envelope, material: _Material) -> list[Row]:
    """What these searches matched since the last digest, and another of the person's searches sent at once."""
    message, period = one.message, timedelta(days=1 if one.cadence == Cadence.DAILY else 7)
    theirs = select(REASON.c.delivery_id).where(
        REASON.c.delivery_id == DELIVERY.c.id, REASON.c.search_id.in_(material.searches_of[one.id])
    )
    sent = (
        select(DELIVERY.c.id, DELIVERY.c.posting_id, EVENT.c.kind, EVENT.c.at, EVENT.c.changes)
        .join(EVENT, EVENT.c.id == DELIVERY.c.event_id)
        .join(POSTING, POSTING.c.id == DELIVERY.c.posting_id)
        .where(DELIVERY.c.subscriber_id == message["subscriber_id"], DELIVERY.c.address_id == message["address_id"])
        .where(~is_muted(connection, message["subscriber_id"]))
        .where(DELIVERY.c.created_at > message["created_at"] - period, theirs.exists())
        .where(DELIVERY.c.cadence == Cadence.INSTANT, DELIVERY.c.state == DeliveryState.SENT)
        .order_by(DELIVERY.c.created_at.desc(), DELIVERY.c.id.desc())
        .limit(MAX_ALREADY)
    )
    items = connection.execute(sent).mappings().all()
    material.postings |= posting_facts(connection, [item["posting_id"] for item in items]) if items else {}
    return material.rows(items)


def _market(connection: Connection, one: Envelope, material: _Material, now: datetime) -> Market:
    searches = material.searches_of.get(one.id) if one.cadence == Cadence.WEEKLY else None
    return read_market(connection, searches, now) if searches else Market()


def _counts(
    connection: Connection, one: Envelope, told: Sequence[Item], states: Sequence[DeliveryState]
) -> dict[str, int]:
    counts = dict(Counter(str(item["kind"]) for item in told))
    if one.cadence == Cadence.BASELINE and (more := looked.beyond(connection, one.id, states)):
        counts[EventKind.OPENED] = counts.get(EventKind.OPENED, 0) + more
    return counts


# --- letters -------------------------------------------------------------------------------------------------------


def _letter(
    one: Envelope, rows: list[Row], counts: dict[str, int], already: list[Row], market: Market, material: _Material,
    to: Links, now: datetime,
) -> Letter:  # fmt: skip
    message, searches = one.message, material.searches
    is_notice = one.cadence in OWN_WORDS
    mine = [searches[key] for key in sorted(material.searches_of.get(one.id, ())) if key in searches]
    return Letter(
        key=message["key"],
        to=one.address,
        cadence=message["cadence"],
        now=now.astimezone(ZoneInfo(one.timezone)),
        public_url=to.public_url,
        is_possible_repeat=message["is_possible_repeat"] or one.is_repeat,
        text=message["text"],
        rows=rows,
        counts=counts,
        already=already,
        market=market,
        searches=[_search(row, to) for row in mine],
        profile=material.profiles.get(message["subscriber_id"]),
        stop_url="" if is_notice else _stop_url(to, message["subscriber_id"]),
    )


def _search(row: RowMapping, to: Links) -> Search:
    token = unsubscribe.sign(to.key, row["subscriber_id"], row["public_id"]) if to.public_url else ""
    return Search(row["name"], row["query"], links.unsubscribe_url(to.public_url, token))


def _stop_url(to: Links, subscriber_id: int) -> str:
    return links.unsubscribe_url(to.public_url, unsubscribe.sign(to.key, subscriber_id)) if to.public_url else ""


def waiting_counts(connection: Connection, message_ids: Sequence[int]) -> dict[int, int]:
    """How many deliveries of each message are still to be told of."""
    mine = DELIVERY.c.message_id.in_(message_ids) & DELIVERY.c.state.in_(WAITING)
    counted = select(DELIVERY.c.message_id, func.count()).where(mine).group_by(DELIVERY.c.message_id)
    return {row[0]: row[1] for row in connection.execute(counted)}
