"""What is new on a board: each new listing founds a posting, or joins the one that it belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection, insert

from database import table_of
from models import BoardTask, EventKind, Listing
from pipeline import dedup
from pipeline.ingest import merging, newcomers, partners, postings
from pipeline.ingest.likeness import Known, by_likeness, remember
from pipeline.ingest.partners import Family, Listed, Partner
from pipeline.ingest.postings import Event, Joining, Tagged
from pipeline.ingest.spread import spread

LISTING = table_of(Listing)
TOGETHER = "listed once a place"


def store_new(
    connection: Connection, task: BoardTask, new: Sequence[Tagged], known: Known, now: datetime
) -> tuple[list[int], list[Event]]:
    """Store new listings; returns their ids and what happened. Those of one family are one posting from the start.

    `known`: what they were compared with beforehand.
    """
    if not new:
        return [], []
    statement = insert(LISTING).returning(LISTING.c.id, sort_by_parameter_order=True)
    ids = connection.execute(statement, [one.listing for one in new]).scalars()
    listed: list[Listed] = list(zip(ids, new, strict=True))
    met, mates = _meet(connection, task, listed, known, now)
    remember(connection, listed, is_new=True)
    founders = [(key, one) for key, one in listed if key not in met and key not in mates]
    founded = dict(zip((key for key, _ in founders), postings.insert_postings(connection, founders, now), strict=True))
    events = [Event(one.posting_id, EventKind.OPENED, {}, key) for key, one in founded.items()]
    joined = [Joining(key, founded[first].posting_id, TOGETHER, founded[first].origin) for key, first in mates.items()]
    postings.add_links(connection, joined, now)
    joiner = Joiner(connection, now)
    for key, one in listed:
        if key in met:
            events += joiner.join(key, one, met[key])
    newest = {joiner.moved.get(found[0].posting_id, found[0].posting_id): key for key, found in met.items()}
    events = [replace(event, posting_id=joiner.moved.get(event.posting_id, event.posting_id)) for event in events]
    events += _spread(connection, joined, newest)
    return [key for key, _ in listed], events


def _meet(
    connection: Connection, task: BoardTask, listed: Sequence[Listed], known: Known, now: datetime
) -> tuple[dict[int, list[Partner]], dict[int, int]]:
    """The postings that new listings belong to, and of those that belong to a new one the listing that founds it."""
    families = partners.families(connection, task, listed, now)
    by_url = partners.by_url(connection, task.board_id, listed, now)
    alike = by_likeness(connection, task.board_id, listed, now, known)
    standing = {one.partner.posting_id for found in families.values() for one in found if one.partner}
    standing |= {one.posting_id for found in (*by_url.values(), *alike.values()) for one in found}
    taken = partners.apart(connection, standing)
    met: dict[int, list[Partner]] = {}
    mates: dict[int, int] = {}
    together: dict[int, list[int]] = {}
    for key, one in listed:
        family = _family(families, key, one, taken)
        own = [family.partner] if family and family.partner else []
        if found := partners.allowed([*own, *by_url[key], *alike.get(key, ())], one, taken):
            met[key] = found
        if family and not family.partner:
            together.setdefault(family.founder, []).append(key)
    is_copied = any(one.raw.kind in postings.COPIES for _, one in listed)
    for keys in together.values():
        _bring_together(keys, is_copied, met, mates)
    return met, mates


def _bring_together(keys: Sequence[int], is_copied: bool, met: dict[int, list[Partner]], mates: dict[int, int]) -> None:
    """The posts of a new family are one posting, whose copies stand under several: where one of them belongs, the
    others go. Of who copies ads only those go along that belong nowhere themselves."""
    leader = keys[0] if is_copied else next((key for key in keys if key in met), keys[0])
    rest = [key for key in keys if key != leader and not (is_copied and key in met)]
    if leader not in met:
        mates |= dict.fromkeys(rest, leader)
        return
    if not is_copied:
        met[leader] = [partner for key in (leader, *rest) for partner in met.get(key, ())]
    met |= {key: [replace(met[leader][0], reason=TOGETHER, verdict={})] for key in rest}


def _family(families: dict[str, list[Family]], key: int, one: Tagged, taken: partners.Apart) -> Family | None:
    """The posts that a new one stands beside; the first of a family founds it."""
    name = one.listing["family"]
    if not name:
        return None
    mine = families.setdefault(name, [])
    said = partners.said_by(one)
    found = next((family for family in mine if family.takes(one, said) and not _is_taken(family, one, taken)), None)
    if found is None:
        found = Family(None, key, [], said)
        mine.append(found)
    found.posts.append(one.listing["shown"])
    return found


def _is_taken(family: Family, one: Tagged, taken: partners.Apart) -> bool:
    return family.partner is not None and taken.forbids(family.partner.posting_id, one)


@dataclass(slots=True)
class Joiner:
    """Adds listings of one page to postings that stand. `stand`: how those are by now; `moved`: where postings went."""

    connection: Connection
    now: datetime
    stand: dict[int, Partner] = field(default_factory=dict)
    moved: dict[int, int] = field(default_factory=dict)

    def join(self, key: int, one: Tagged, met: Sequence[Partner]) -> list[Event]:
        """Add a listing to a posting; a closed one reopens, a source closer to the employer leads.

        Who copies an ad of the employer's own board adds a listing and nothing else. What comes to match by the words
        of a new leader is told, as it were had that come first; who knows the posting hears nothing.
        """
        ids = [self.moved.get(partner.posting_id, partner.posting_id) for partner in met]
        posting = self.stand.setdefault(ids[0], met[0])
        link = Joining(key, ids[0], met[0].reason, posting.public_id, met[0].verdict)
        postings.add_links(self.connection, [link], self.now)
        is_own = one.raw.kind not in postings.COPIES
        leads = dedup.rank(one.raw.kind) < dedup.rank(posting.kind)
        if leads or (posting.closed_at and (is_own or not posting.has_employer)):
            postings.update_postings(self.connection, [(ids[0], key, one, posting.first_seen_at)])
            posting.kind, posting.closed_at = one.raw.kind, None
        events = postings.reopen(self.connection, [key], self.now)
        kept = self._unite(ids[0], list(zip(ids[1:], met[1:], strict=True))) if is_own else ids[0]
        if leads and not (events or newcomers.waiting(self.connection, [kept])):
            events.append(Event(kept, EventKind.CHANGED, {}, key))
        return events

    def _unite(self, posting_id: int, others: Sequence[tuple[int, Partner]]) -> int:
        """The employer's own listing shows that postings of those who copied it are one."""
        kept = posting_id
        for other, partner in others:
            if partner.has_employer or other == kept or merging.are_apart(self.connection, kept, other):
                continue
            if partner.is_alike and merging.are_of_one_board(self.connection, kept, other):
                continue
            before = {kept, other}
            kept = merging.merge(self.connection, kept, other, partner.reason, partner.verdict, self.now)
            went = (before | {old for old, new in self.moved.items() if new in before}) - {kept}
            self.moved |= dict.fromkeys(went, kept)
        return kept


def _spread(connection: Connection, joined: Sequence[Joining], newest: dict[int, int]) -> list[Event]:
    """A new place of a posting that was told of is a change; before that it is told with the others.

    `newest`: postings that stood, with the last listing that joined.
    """
    spread(connection, [one.posting_id for one in joined])
    events = postings.moves(spread(connection, list(newest)))
    waiting = newcomers.waiting(connection, [event.posting_id for event in events])
    for event in events:
        event.newcomer = newest[event.posting_id]
    return [event for event in events if event.posting_id not in waiting]
