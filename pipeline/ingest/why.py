"""Why two listings are one opening, or which layer said that they are not: in a sentence."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from database import FOUNDED, SPOKEN, table_of
from models import Link, Listing, Never, Posting, Redirect
from pipeline import clones, dedup
from pipeline.ingest import merging, postings, rows
from pipeline.ingest.partners import Said

LISTING, LINK, POSTING, REDIRECT, NEVER = (table_of(model) for model in (Listing, Link, Posting, Redirect, Never))
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Why:
    """`layer`: what decided; `reasons`: in phrases."""

    is_one: bool
    layer: str
    reasons: tuple[str, ...]
    start: str

    @property
    def sentence(self) -> str:
        """As a person reads it."""
        return f"{self.start}: {'; '.join(self.reasons)}."


def explain(connection: Connection, listing_ids: tuple[int, int], keep: str) -> Why:
    """Why these two listings stand for one posting, or for two."""
    one, other = (_read(connection, key) for key in listing_ids)
    if one["posting_id"] == other["posting_id"]:
        reasons = [words for row in (one, other) if (words := _joined(connection, row))]
        layer = next((row["reason"] for row in (other, one) if row["reason"] != FOUNDED), "merged")
        return Why(True, layer, tuple(reasons) or ("the posting was made of both",), "One opening")
    if said_at := _said_apart(connection, one["posting_id"], other["posting_id"]):
        told = f"a person said so on {_day(said_at)}, for good"
        return Why(False, "never", (told,), "Two openings")
    return _compared(connection, one, other, keep)


def _read(connection: Connection, listing_id: int) -> Row:
    wanted = (
        select(LISTING, LINK.c.posting_id, LINK.c.reason, LINK.c.linked_at, LINK.c.origin, LINK.c.verdict,
               POSTING.c.public_id, POSTING.c.role.label("_role"))
        .join(LINK, LINK.c.listing_id == LISTING.c.id).join(POSTING, POSTING.c.id == LINK.c.posting_id)
        .where(LISTING.c.id == listing_id)
    )  # fmt: skip
    return dict(connection.execute(wanted).mappings().one())


def _joined(connection: Connection, row: Row) -> str:
    """How a listing came to its posting; nothing of the one that founded it."""
    name = f"{row['source']}/{row['board']}/{row['native_id']}"
    way = [_step(name, row["public_id"], row["reason"], row["verdict"], row["linked_at"])]
    way = way if row["reason"] != FOUNDED else []
    redirect = connection.execute(select(REDIRECT).where(REDIRECT.c.public_id == row["origin"])).mappings().first()
    if redirect and not way:
        way.append(_step(name, row["public_id"], redirect["reason"], redirect["verdict"], redirect["merged_at"]))
    return "; ".join(way)


def _step(name: str, posting: str, reason: str, verdict: Row, at: datetime | None) -> str:
    why = "; ".join(verdict.get("reasons") or (SPOKEN.get(reason, reason),))
    return f"{name} joined {posting}{f' on {_day(at)}' if at else ''} because {why}"


def _day(at: datetime) -> str:
    return f"{at.day} {at:%B %Y}"


def _said_apart(connection: Connection, one: int, other: int) -> datetime | None:
    """When a person parted two postings, by whichever of their listings: an id may have been put up anew since."""
    mine, theirs = (select(LINK.c.listing_id).where(LINK.c.posting_id == key) for key in (one, other))
    said = select(NEVER.c.said_at).where(
        (NEVER.c.listing_a.in_(mine) & NEVER.c.listing_b.in_(theirs))
        | (NEVER.c.listing_a.in_(theirs) & NEVER.c.listing_b.in_(mine))
    )
    found: datetime | None = connection.execute(said.order_by(NEVER.c.said_at).limit(1)).scalar()
    return found


def _compared(connection: Connection, one: Row, other: Row, keep: str) -> Why:
    """What the comparison says of two that stand apart."""
    tagged = [postings.prepare_again(row, keep) for row in (one, other)]
    facts = [dedup.facts_of(each.raw, each.tags) for each in tagged]
    judged = dedup.compare(facts[0], facts[1])
    reasons = list(judged.reasons)
    if judged.layer == "board":
        reasons.append(_of_one_board(one, other))
    if judged.is_same:
        reasons.append(_cure(connection, one, other, keep))
    start = "Alike, but stored as two openings" if judged.is_same else "Two openings"
    return Why(False, judged.layer, tuple(reasons), start)


def _cure(connection: Connection, one: Row, other: Row, keep: str) -> str:
    """Why two that are alike stand apart, and what joins them."""
    if merging.are_of_one_board(connection, one["posting_id"], other["posting_id"]):
        return "a board lists both postings, so that they stay two"
    if any(row["closed_at"] for row in (one, other)):
        return "one of them is closed; what is new is compared as it comes"
    if keep != "all" and "other" in (one["_role"], other["_role"]):
        return 'what has no AI role is joined by ids and addresses alone, unless `keep` is "all"'
    return "what changes is not compared again: `rolewire merges find` compares all that is open and joins them"


def _of_one_board(one: Row, other: Row) -> str:
    if len({row["native_id"].partition("#")[0] for row in (one, other)}) == 1:
        return "it gave one id to both, one after the other"
    for name, words in (("opening_id", "openings"), ("requisition_id", "requisitions")):
        ids = [row[name] for row in (one, other)]
        if all(ids) and ids[0] != ids[1]:
            return f"their {words} are {ids[0]} and {ids[1]}"
    if not one["family"] or one["family"] != other["family"]:
        return "their titles differ by more than the place"
    if clones.has_id(rows.raw_of(one)):
        return "their board names one requisition for both, but they were stored apart"
    texts = [Said(row["description"], row["raw"].get("places", ()), row["shown"]).words for row in (one, other)]
    if not all(texts):
        return "what they say is too short to tell whether they are one"
    if texts[0] != texts[1]:
        return "their texts differ by more than places and figures"
    if clones.are_elsewhere(one["shown"], [other["shown"]]):
        return "they say the same of two places, but were stored apart"
    return "they say the same, of the same place"
