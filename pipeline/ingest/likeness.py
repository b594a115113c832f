"""Which postings of other boards a new listing is alike: looked up by keys in an index, then compared."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import fmean
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, delete, insert, select, text

from database import read, table_of, upsert
from models import Link, Listing, ListingFacts, ListingKey
from pipeline import dedup
from pipeline.dedup import Facts, Judgement
from pipeline.ingest.chunks import chunks
from pipeline.ingest.partners import Listed, Partner, standing_of
from pipeline.ingest.postings import COPIES, Tagged

FACTS, KEY, LINK, LISTING = table_of(ListingFacts), table_of(ListingKey), table_of(Link), table_of(Listing)
MOST = 200  # listings compared with a new one
MEMBERS = 50  # of a posting's, the newest
LINKAGE = 0.5  # the mean of the scores over a posting's listings, for another to join it
REASONS = {"requisition": "same requisition of the employer", "url": "same canonical URL"}
ALIKE = "alike"
# of each key the newest rows; the first index column finds them, whatever the key's bucket holds
NEWEST = {
    "sqlite": """SELECT wanted.value AS key, found.listing_id FROM json_each(:keys) wanted
        JOIN listing_key found ON found.key = wanted.value AND found.listing_id IN (
            SELECT newest.listing_id FROM listing_key newest WHERE newest.key = wanted.value
            ORDER BY newest.listing_id DESC LIMIT :most)""",
    "postgresql": """SELECT wanted.key, found.listing_id
        FROM (SELECT CAST(value AS bigint) AS key FROM json_array_elements_text(CAST(:keys AS json))) wanted
        CROSS JOIN LATERAL (SELECT newest.listing_id FROM listing_key newest WHERE newest.key = wanted.key
            ORDER BY newest.listing_id DESC LIMIT :most) found""",
}


# --- the index -----------------------------------------------------------------------------------------------------


def comparable(one: Tagged) -> Tagged:
    """With what tells it apart. What is of no interest goes by ids and addresses alone: most of what boards list."""
    if one.keeps_text:
        one.facts = dedup.facts_of(one.raw, one.tags)
        one.keys = dedup.blocking_keys(one.facts)
    return one


def remember(connection: Connection, listed: Sequence[Listed], is_new: bool) -> None:
    """Keep what tells listings apart, and the keys that they are found under."""
    known = [(key, one) for key, one in listed if one.facts]
    if not is_new:
        for chunk in chunks([key for key, _ in listed]):
            for table in (KEY, FACTS):
                connection.execute(delete(table).where(table.c.listing_id.in_(chunk)))
    rows = [{"listing_id": key, "facts": dedup.pack(one.facts)} for key, one in known if one.facts]
    if rows:
        connection.execute(insert(FACTS), rows)
    upsert(connection, ListingKey, [
        {"key": number, "listing_id": key} for key, one in known for number in sorted(one.keys)
    ], ["key", "listing_id"])  # fmt: skip


def _candidates(connection: Connection, keys: Mapping[int, Sequence[int]]) -> dict[int, list[int]]:
    """The listings that share a key with each of these, those of the most telling keys first."""
    found: dict[int, list[int]] = {}
    for chunk in chunks(sorted({number for numbers in keys.values() for number in numbers})):
        given = {"keys": orjson.dumps(chunk).decode(), "most": dedup.BUCKET}
        for number, listing_id in connection.execute(text(NEWEST[connection.dialect.name]), given):
            found.setdefault(number, []).append(listing_id)
    return {
        key: list(dict.fromkeys(one for number in numbers for one in found.get(number, ())))[:MOST]
        for key, numbers in keys.items()
    }


# --- comparing -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Known:
    """What is stored of candidates, each read once a page, and what was said of each pair: native id, listing."""

    facts: dict[int, Facts] = field(default_factory=dict)
    judged: dict[tuple[str, int], Judgement] = field(default_factory=dict)

    def read(self, connection: Connection, listing_ids: Iterable[int]) -> None:
        """Read the facts of listings. Those of a form that cannot be read are passed over, until their board speaks."""
        wanted = sorted(set(listing_ids) - self.facts.keys())
        for chunk in chunks(wanted):
            rows = select(FACTS.c.listing_id, FACTS.c.facts).where(FACTS.c.listing_id.in_(chunk))
            for listing_id, packed in connection.execute(rows):
                try:
                    self.facts[listing_id] = dedup.unpack_any(packed)
                except ValueError:
                    continue

    def judge(self, facts: Facts, key: int) -> Judgement:
        """What is said of a new listing and one that stands."""
        pair = (facts.native_id, key)
        if pair not in self.judged:
            self.judged[pair] = dedup.compare(facts, self.facts[key])
        return self.judged[pair]


def compared(engine: Engine, new: Sequence[Tagged]) -> Known:
    """What new listings will be compared with, compared before the transaction opens: in it only what came meanwhile
    is."""
    known = Known()
    mine = dict(enumerate(one for one in new if one.facts))
    if mine:
        with read(engine) as connection:
            met = _candidates(connection, {number: one.keys for number, one in mine.items()})
            known.read(connection, (key for found in met.values() for key in found))
        for number, one in mine.items():
            if one.facts:
                _alike(one.facts, met[number], known)
    return known


def by_likeness(
    connection: Connection, board_id: int, listed: Sequence[Listed], now: datetime, known: Known | None = None
) -> dict[int, list[Partner]]:
    """The postings of other boards that listings of this one are appearances of, the likest first."""
    mine = [(key, one.facts) for key, one in listed if one.facts]
    met = _candidates(connection, {key: one.keys for key, one in listed if one.facts})
    known = known or Known()
    known.read(connection, (key for found in met.values() for key in found))
    alike = {key: _alike(facts, met[key], known) for key, facts in mine}
    same = {listing_id for found in alike.values() for listing_id in found}
    if not same:
        return {}
    stands = standing_of(connection, sorted(same), now)
    members = _members(connection, {partner.posting_id for partner in stands.values()})
    known.read(connection, (row.listing_id for rows in members.values() for row in rows))
    found = {key: _joinable(facts, alike[key], stands, members, known) for key, facts in mine if alike[key]}
    boards = {posting_id: {row.board_id for row in rows} for posting_id, rows in members.items()}
    copies = {key for key, one in listed if one.raw.kind in COPIES}
    return _one_each(found, boards, board_id, copies)


def _one_each(
    found: Mapping[int, Sequence[Partner]], boards: Mapping[int, set[int]], board_id: int, copies: Collection[int]
) -> dict[int, list[Partner]]:
    """Of the listings of one board that are alike a posting, the likest alone joins it: the others are openings of
    their own, as they are on their board. Nor do two postings of one board become one by likeness.

    Only who copies ads lists an opening of the employer's own board twice: that is no second one.
    """
    ranked = sorted((*_order(one), key, one.posting_id, one) for key, met in found.items() for one in met)
    taken = {posting_id for posting_id, theirs in boards.items() if board_id in theirs}
    held: dict[int, set[int]] = {}
    joined: dict[int, list[Partner]] = {}
    for *_, key, posting_id, one in ranked:
        mine = held.setdefault(key, set())
        if posting_id not in taken and not mine & boards[posting_id] and not (mine and key in copies):
            taken.add(posting_id)
            mine |= boards[posting_id]
            joined.setdefault(key, []).append(one)
    for *_, key, _, one in ranked:
        if key in copies and key not in joined and one.has_employer and one.verdict["layer"] != "likeness":
            joined[key] = [one]
    return joined


def _order(one: Partner) -> tuple[float, bool, float]:
    """The likest first; of those about as like, what is open."""
    score: float = one.verdict["score"]
    return -round(score, 1), one.closed_at is not None, -score


def _alike(facts: Facts, candidates: Sequence[int], known: Known) -> dict[int, Judgement]:
    judged = {key: known.judge(facts, key) for key in candidates if key in known.facts}
    return {key: one for key, one in judged.items() if one.is_same and _counts(one, facts, known.facts[key])}


def _counts(judged: Judgement, one: Facts, other: Facts) -> bool:
    """An id of the board's own is no likeness; an address is none under another title: that had it before."""
    return judged.layer != "board" and (judged.layer != "url" or dedup.is_same_title(one.title, other.title))


def _members(connection: Connection, posting_ids: Collection[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for chunk in chunks(sorted(posting_ids)):
        wanted = select(LINK.c.posting_id, LINK.c.listing_id, LISTING.c.board_id)
        wanted = wanted.join(LISTING, LISTING.c.id == LINK.c.listing_id).where(LINK.c.posting_id.in_(chunk))
        for row in connection.execute(wanted):
            found.setdefault(row.posting_id, []).append(row)
    return found


def _joinable(
    facts: Facts, alike: Mapping[int, Judgement], stands: Mapping[int, Partner], members: Mapping[int, list[Any]],
    known: Known,
) -> list[Partner]:  # fmt: skip
    """Of what is alike, the postings whose other listings are alike too on the whole."""
    found: dict[int, tuple[float, Partner]] = {}
    for key, judged in alike.items():
        partner = stands.get(key)
        if partner is None:
            continue
        ids = [row.listing_id for row in members[partner.posting_id] if row.listing_id in known.facts]
        others = [one for one in ids[-MEMBERS:] if known.facts[one].board_key != facts.board_key] or [key]
        if fmean(known.judge(facts, one).score for one in others) < LINKAGE:
            continue
        if judged.score > found.get(partner.posting_id, (0.0, partner))[0]:
            found[partner.posting_id] = (judged.score, _told(partner, judged))
    return [partner for _, partner in found.values()]


def _told(partner: Partner, judged: Judgement) -> Partner:
    verdict = {"layer": judged.layer, "score": round(judged.score, 3), "reasons": list(judged.reasons),
               "sentence": judged.sentence}  # fmt: skip
    names = ("posting_id", "public_id", "kind", "closed_at", "first_seen_at")
    given = {name: getattr(partner, name) for name in names}
    return Partner(**given, reason=REASONS.get(judged.layer, ALIKE), verdict=verdict)
