"""Which posting a new listing belongs to: the others of its family on its board, or who stands under its address."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, func, or_, select

from database import RETURN_SPAN, table_of
from models import BoardTask, Link, Listing, Never, Posting
from pipeline import clones, dedup
from pipeline.ingest.chunks import chunks
from pipeline.ingest.postings import COPIES, Tagged

POSTING, LISTING, LINK, NEVER = (table_of(model) for model in (Posting, Listing, Link, Never))
REPOSTED = "reposted"
MOST = 500  # posts of a family that are read, the newest: some employers list one title by the thousand
SAME_WORDS_SPAN = timedelta(days=30)  # a like ad after longer is another opening, unless an id says so
Row = dict[str, Any]
Listed = tuple[int, Tagged]  # a new listing's id, and what it says


@dataclass(slots=True)
class Partner:
    """A posting that a new listing belongs to, and why. `kind`: the source's of its primary listing."""

    posting_id: int
    public_id: str
    kind: str
    closed_at: datetime | None
    first_seen_at: datetime
    reason: str
    verdict: Row = field(default_factory=dict)

    @property
    def has_employer(self) -> bool:
        """Whether the employer's own board lists it, or did."""
        return self.kind not in COPIES

    @property
    def is_alike(self) -> bool:
        """Whether likeness alone speaks for it, and no identity."""
        return self.verdict.get("layer") in ("text", "likeness")


@dataclass
class Said:
    """What a post says but for its places; made only where a title comes twice on a board."""

    text: str
    places: Sequence[Any]
    shown: clones.Shown

    @cached_property
    def words(self) -> str:
        """As `clones.wording` gives it."""
        return clones.wording(self.text, self.places, self.shown)


def said_by(one: Tagged) -> Said:
    """What a new listing says."""
    return Said(one.listing["description"], one.raw.places, one.listing["shown"])


@dataclass(slots=True)
class Family:
    """Posts of one opening on a board: of a posting that stands, or of a new one that `founder` makes."""

    partner: Partner | None
    founder: int
    posts: list[clones.Shown]  # those that are open
    said: Said  # by the first of them

    def takes(self, one: Tagged, said: Said) -> bool:
        """Whether a new post is of it: one in a place that has one already is another opening, unless an id tells."""
        if clones.has_id(one.raw):
            return True
        is_same = bool(said.words) and said.words == self.said.words
        return is_same and clones.are_elsewhere(one.listing["shown"], self.posts)


# --- the same board ------------------------------------------------------------------------------------------------


def families(
    connection: Connection, task: BoardTask, listed: Sequence[Listed], now: datetime
) -> dict[str, list[Family]]:
    """The standing posts of the new ones' families, by family: what is open before what closed not long ago."""
    wanted = sorted({one.listing["family"] for _, one in listed} - {""})
    by_id = {one.listing["family"]: clones.has_id(one.raw) for _, one in listed}
    found: dict[str, dict[int, Family]] = {}
    for row in (row for chunk in chunks(wanted) for row in _posts(connection, task, chunk, now)):
        name, closed_at = row["family"], row["posting_closed_at"]
        if closed_at and not by_id[name] and now - closed_at > SAME_WORDS_SPAN:
            continue
        mine = found.setdefault(name, {})
        said = Said(row["description"], row["raw"].get("places", ()), row["shown"])
        family = mine.setdefault(row["id"], Family(_partner(row, _family_reason(by_id[name], closed_at)), 0, [], said))
        if row["closed_at"] is None:
            family.posts.append(row["shown"])
    return {name: list(by_posting.values()) for name, by_posting in found.items()}


def _family_reason(by_id: bool, closed_at: datetime | None) -> str:
    if closed_at:
        return REPOSTED
    return "same requisition" if by_id else "same title and text in another place"


def _posts(connection: Connection, task: BoardTask, names: Sequence[str], now: datetime) -> list[Row]:
    recent = or_(POSTING.c.closed_at.is_(None), POSTING.c.closed_at >= now - RETURN_SPAN)
    newest = func.row_number().over(
        partition_by=LISTING.c.family,
        order_by=(POSTING.c.closed_at.is_not(None), POSTING.c.id.desc(), LISTING.c.id.desc()),
    )
    ranked = (
        select(LISTING.c.id, newest.label("place")).join(LINK, LINK.c.listing_id == LISTING.c.id)
        .join(POSTING, POSTING.c.id == LINK.c.posting_id)
        .where(LISTING.c.family.in_(names), LISTING.c.board_id == task.board_id, recent)
    ).subquery()  # fmt: skip
    wanted = (
        _standing(LISTING.c.family, LISTING.c.shown, LISTING.c.closed_at, LISTING.c.description, LISTING.c.raw)
        .where(LISTING.c.id.in_(select(ranked.c.id).where(ranked.c.place <= MOST)))
        .order_by(POSTING.c.closed_at.is_not(None), POSTING.c.id, LISTING.c.id)
    )
    return [dict(row) for row in connection.execute(wanted).mappings()]


def _standing(*columns: Any) -> Any:
    """The listings of postings, with what a Partner is made of."""
    primary = LISTING.alias("primary_listing")
    posting = (POSTING.c.id, POSTING.c.public_id, POSTING.c.title, POSTING.c.role, POSTING.c.first_seen_at)
    return (
        select(*columns, *posting, POSTING.c.closed_at.label("posting_closed_at"), primary.c.kind)
        .join(LINK, LINK.c.listing_id == LISTING.c.id).join(POSTING, POSTING.c.id == LINK.c.posting_id)
        .join(primary, primary.c.id == POSTING.c.primary_listing_id)
    )  # fmt: skip


def _partner(row: Row, reason: str, verdict: Row | None = None) -> Partner:
    names = ("public_id", "kind", "first_seen_at")
    return Partner(row["id"], **{name: row[name] for name in names}, closed_at=row["posting_closed_at"], reason=reason,
                   verdict=verdict or {})  # fmt: skip


# --- other boards --------------------------------------------------------------------------------------------------


def by_url(connection: Connection, board_id: int, listed: Sequence[Listed], now: datetime) -> dict[int, list[Partner]]:
    """The postings of other boards under the canonical URLs of the new listings; one of another title had its URL
    before."""
    urls = sorted({url for _, one in listed if (url := one.listing["canonical_url"])})
    rows = [row for chunk in chunks(urls) for row in _under_urls(connection, board_id, chunk, now)]
    return {
        key: [_partner(row, "same canonical URL") for row in rows
              if row["canonical_url"] == one.listing["canonical_url"] and _is_same(row, one)]
        for key, one in listed
    }  # fmt: skip


def _under_urls(connection: Connection, board_id: int, urls: Sequence[str], now: datetime) -> list[Row]:
    recent = or_(POSTING.c.closed_at.is_(None), POSTING.c.closed_at >= now - RETURN_SPAN)
    wanted = (
        _standing(LISTING.c.canonical_url, POSTING.c.company)
        .where(LISTING.c.canonical_url.in_(urls), LISTING.c.board_id != board_id, recent)
        .order_by(POSTING.c.closed_at.is_not(None), POSTING.c.id.desc())
    )
    return [dict(row) for row in connection.execute(wanted).mappings()]


def standing_of(connection: Connection, listing_ids: Sequence[int], now: datetime) -> dict[int, Partner]:
    """The postings of these listings that are open, or were not long ago, by listing."""
    recent = or_(POSTING.c.closed_at.is_(None), POSTING.c.closed_at >= now - RETURN_SPAN)
    wanted = _standing(LISTING.c.id.label("listing_id")).where(recent)
    rows = [dict(row) for chunk in chunks(listing_ids)
            for row in connection.execute(wanted.where(LISTING.c.id.in_(chunk))).mappings()]  # fmt: skip
    return {row["listing_id"]: _partner(row, "") for row in rows}


def _is_same(row: Row, one: Tagged) -> bool:
    if not {row["kind"], one.raw.kind} & set(COPIES):
        employers = [dedup.employer_key(name) for name in (row["company"], one.raw.company)]
        if dedup.are_two_owners(employers[0], employers[1], row["canonical_url"]):
            return False  # each has a board of its own, and the boards give one number
    return dedup.is_same_title(row["title"], one.tags.title, is_same_role=row["role"] == one.tags.role)


# --- what a person took apart --------------------------------------------------------------------------------------


@dataclass(slots=True)
class Apart:
    """What a person said belongs not to a posting: listings by their board, with what they may come back as."""

    of_posting: dict[int, list[Row]]

    def forbids(self, posting_id: int, one: Tagged) -> bool:
        """Whether a listing is one that was taken out of the posting, under another id; or left it, under its own."""
        listing = one.listing
        return posting_id == one.left or any(
            row["board_id"] == listing["board_id"]
            and ((row["canonical_url"] and row["canonical_url"] == listing["canonical_url"])
                 or (row["family"] and row["family"] == listing["family"]) or row["title"] == listing["title"])
            for row in self.of_posting.get(posting_id, ())
        )  # fmt: skip


def apart(connection: Connection, posting_ids: Collection[int]) -> Apart:
    """What was taken out of these postings."""
    found: dict[int, list[Row]] = {}
    sides = ((NEVER.c.listing_a, NEVER.c.listing_b), (NEVER.c.listing_b, NEVER.c.listing_a))
    named = [LISTING.c[name] for name in ("board_id", "canonical_url", "family", "title")]
    for chunk in chunks(sorted(posting_ids)):
        for mine, other in sides:
            wanted = select(LINK.c.posting_id, *named).join(NEVER, mine == LINK.c.listing_id)
            wanted = wanted.join(LISTING, LISTING.c.id == other).where(LINK.c.posting_id.in_(chunk))
            for row in connection.execute(wanted).mappings():
                found.setdefault(row["posting_id"], []).append(dict(row))
    return Apart(found)


def allowed(partners: Iterable[Partner], one: Tagged, taken: Apart) -> list[Partner]:
    """Each posting once, in their order, but for those that the listing was taken out of."""
    first: dict[int, Partner] = {}
    for partner in partners:
        if not taken.forbids(partner.posting_id, one):
            first.setdefault(partner.posting_id, partner)
    return list(first.values())
