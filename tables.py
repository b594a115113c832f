"""The tables (SQLModel). The rooms take them from `models`, which imports this module when it must."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models import Cadence, DeliveryState, Reuse

# --- boards and crawls -------------------------------------------------------------------------------------


class Board(SQLModel, table=True):
    """A place that lists jobs. `state`: active; paused, as rows are that leave the configuration; held, by a person."""

    __tablename__ = "board"
    __table_args__ = (UniqueConstraint("source", "board"),)
    id: int | None = Field(default=None, primary_key=True)
    source: str
    board: str
    company: str = ""
    url: str = ""
    is_rendered: bool = False
    options: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))  # the spider's own
    origin: str = "config"  # or "pack NAME", "added" by hand, or "removed" after that
    state: str = "active"
    etag: str = ""
    last_modified: str = ""
    cursor: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))  # the spider's own
    due_at: datetime | None = Field(default=None, index=True)
    baseline_at: datetime | None = None  # when its baseline ended: until then what opens is baseline
    listed_at: datetime | None = None  # last crawl that saw what is open; the exceptions carry their own last_seen_at
    round_at: datetime | None = None  # a board read in portions: since when every part is read once
    last_crawl_at: datetime | None = None
    last_ok_at: datetime | None = None
    last_verdict: str = ""
    last_reason: str = ""
    repeats: int = 0  # crawls since its newest row in `crawl` that found the same, and so wrote none
    failures: int = 0  # crawls in a row that were not well
    doubt: str = ""  # suspect, empty or gone: what the last complete crawls said, while it is not believed yet
    doubt_count: int = 0
    doubt_since: datetime | None = None
    found: int = 0  # postings that it listed when it was last read in full
    usual: int = 0  # the median of what it listed in its last complete crawls
    health: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))  # see pipeline.health
    alarm: str = ""  # what is strange about what it lists, in words


class Crawl(SQLModel, table=True):
    """One run over one board, with its counts. `repeats`: the well crawls right after it that found the same.

    Those of the newest row are still counted on the board, which they write alone.
    """

    __tablename__ = "crawl"
    __table_args__ = (Index("ix_crawl_board", "board_id", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    board_id: int = Field(foreign_key="board.id")
    started_at: datetime
    ended_at: datetime
    verdict: str
    reason: str = ""
    is_complete: bool = False
    is_not_modified: bool = False
    found: int = 0
    opened: int = 0
    changed: int = 0
    closed: int = 0
    reopened: int = 0
    skipped: int = 0
    requests: int = 0
    repeats: int = 0


class SourceTerms(SQLModel, table=True):
    """What a source asks of whoever shows its ads: what must be shown with them, and a `Reuse`."""

    __tablename__ = "source_terms"
    name: str = Field(primary_key=True)
    attribution: str = ""
    reuse: str = Reuse.OPEN


class RobotsFile(SQLModel, table=True):
    """What an origin's robots.txt said when it was asked last; `until`: it is not asked again before."""

    __tablename__ = "robots_file"
    origin: str = Field(primary_key=True)
    body: str = Field(default="", sa_column=Column(Text, nullable=False))
    etag: str = ""
    last_modified: str = ""
    asked_at: datetime
    until: datetime


class RequestDay(SQLModel, table=True):
    """What was asked of a host on a day. `unchanged`: 304; `refused`: 401, 403, 429; `robots`: for its robots.txt."""

    __tablename__ = "request_day"
    host: str = Field(primary_key=True)
    day: date = Field(primary_key=True, index=True)
    requests: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    unchanged: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    refused: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    failed: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    robots: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    size: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))  # bytes of answers


# --- listings and postings ---------------------------------------------------------------------------------


class Listing(SQLModel, table=True):
    """One appearance of a posting on a board: immutable identity (source, board, native id), and what it last said."""

    __tablename__ = "listing"
    __table_args__ = (
        UniqueConstraint("source", "board", "native_id"),
        Index("ix_listing_open", "board_id", "closed_at", "last_seen_at", "native_id"),
        # trends are counted in it: the rows themselves hold the texts
        Index("ix_listing_life", "board_id", "first_seen_at", "closed_at", "last_seen_at", "close_reason"),
    )
    id: int | None = Field(default=None, primary_key=True)
    board_id: int = Field(foreign_key="board.id")
    source: str
    board: str
    native_id: str
    requisition_id: str = ""
    opening_id: str = ""
    title: str = ""
    company_key: str = Field(default="", index=True)
    url: str = ""
    canonical_url: str = Field(default="", index=True)
    apply_url: str = ""
    kind: str = ""  # the source's, a SourceKind: how close it is to the employer
    stamp: str = ""  # what the board's list said of it (a date, a digest) when its page was last read
    checked_at: datetime | None = None  # when its page was last read; null where it has none, or before this was kept
    content_hash: str = ""
    description: str = Field(default="", sa_column=Column(Text, nullable=False))  # plain text
    raw: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))  # fields as seen
    first_seen_at: datetime
    said_at: datetime | None = None  # when what is stored was seen, from which its "3 days ago" counts; None: at first
    last_seen_at: datetime | None = None  # None: with its board, `listed_at`
    closed_at: datetime | None = None
    close_reason: str = ""
    family: str = Field(default="", index=True)  # what the posts of one opening on its board have in common
    shown: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))  # where its job is
    dates: str = ""  # what the board said of its age when that was last noted
    restamps: int = 0  # how often the board gave it a new date and no new word
    restamped_at: datetime | None = None


class ListingFacts(SQLModel, table=True):
    """What of a listing tells openings apart, packed by `pipeline.dedup`."""

    __tablename__ = "listing_facts"
    listing_id: int = Field(foreign_key="listing.id", primary_key=True)
    facts: bytes


class ListingKey(SQLModel, table=True):
    """The keys under which listings of one opening meet: what is looked up when a listing is new."""

    __tablename__ = "listing_key"
    __table_args__: Any = {"sqlite_with_rowid": False}
    key: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    listing_id: int = Field(foreign_key="listing.id", primary_key=True, index=True)


class Newcomer(SQLModel, table=True):
    """A listing, new or back, that no end of a crawl has judged yet, and its event; nobody is told of it before."""

    __tablename__ = "newcomer"
    listing_id: int = Field(foreign_key="listing.id", primary_key=True)
    board_id: int = Field(foreign_key="board.id", index=True)
    event_id: int | None = Field(default=None, foreign_key="posting_event.id", unique=True)


# figures of the market are counted in these: the rows themselves hold evidence
_OPEN_ONLY: dict[str, Any] = {name: text("closed_at IS NULL") for name in ("sqlite_where", "postgresql_where")}
_PAID_ONLY: dict[str, Any] = {name: text("salary_currency IS NOT NULL") for name in _OPEN_ONLY}


class Posting(SQLModel, table=True):
    """One job opening, after dedup. Text and tags are those of its primary listing."""

    __tablename__ = "posting"
    __table_args__ = (
        Index("ix_posting_open", "closed_at", "posted_at"),
        Index("ix_posting_role", "role", "posted_at"),
        Index("ix_posting_first_seen", "first_seen_at"),
        Index(
            "ix_posting_market", "closed_at", "role", "seniority", "workplace", "employment_type", "company_key",
            **_OPEN_ONLY,
        ),
        Index(
            "ix_posting_pay", "role", "seniority", "workplace", "salary_currency", "salary_annual_min",
            "salary_annual_max", "salary_is_predicted", "closed_at", "company_key", **_PAID_ONLY,
        ),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(unique=True)
    primary_listing_id: int = Field(foreign_key="listing.id", index=True)
    title: str
    company: str = ""
    company_key: str = ""
    role: str = "other"
    seniority: str = "unspecified"
    skills: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    employment_type: str | None = None
    workplace: str | None = None
    locations: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    remote_scope: str | None = None
    salary_min: float | None = None
    salary_max: float | None = None
    salary_currency: str | None = None
    salary_period: str | None = None
    salary_annual_min: float | None = None
    salary_annual_max: float | None = None
    salary_is_predicted: bool = False
    visa_sponsorship: bool | None = None
    years_asked: int | None = None
    degree_asked: str | None = None
    language: str | None = None
    posted_at: datetime  # first_seen_at where the board says nothing
    posted_at_quality: str = "first-seen"
    first_seen_at: datetime
    closed_at: datetime | None = None
    url: str = ""
    apply_url: str = ""
    evidence: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    tags_version: str = ""


class PostingPlace(SQLModel, table=True):
    """A posting's places, one row each, for queries: folded names, upper-case country."""

    __tablename__ = "posting_place"
    __table_args__ = (
        Index("ix_posting_place_country", "country", "posting_id"),
        Index("ix_posting_place_city", "city", "posting_id"),
    )
    posting_id: int = Field(foreign_key="posting.id", primary_key=True)
    number: int = Field(primary_key=True)
    city: str = ""
    region: str = ""
    country: str = ""


class PostingSkill(SQLModel, table=True):
    """A posting's skills, one row each, for queries."""

    __tablename__ = "posting_skill"
    __table_args__ = (Index("ix_posting_skill", "skill", "posting_id"), {"sqlite_with_rowid": False})
    posting_id: int = Field(foreign_key="posting.id", primary_key=True)
    skill: str = Field(primary_key=True)


class PostingText(SQLModel, table=True):
    """The normalised tokens that every search engine reads, blank-separated; made by `search.tokens`."""

    __tablename__ = "posting_text"
    posting_id: int = Field(foreign_key="posting.id", primary_key=True)
    title: str = Field(default="", sa_column=Column(Text, nullable=False))
    company: str = Field(default="", sa_column=Column(Text, nullable=False))
    text: str = Field(default="", sa_column=Column(Text, nullable=False))


class Card(SQLModel, table=True):
    """What queries and counts ask of a posting, and little else; triggers keep it, whoever writes.

    `sorted_at`: when it was posted, in microseconds; of what is undated so much less that all that is dated comes
    before it. `revision` grows with each transaction that changes the posting, its places, skills, words or listings.
    `is_gone`: there was such a posting, and is none any more. `is_dated`: its board says when it was posted.
    """

    __tablename__ = "card"
    posting_id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    revision: int = Field(sa_column=Column(BigInteger, nullable=False, index=True))
    sorted_at: int = Field(sa_column=Column(BigInteger, nullable=False, index=True))
    first_seen: int = Field(sa_column=Column(BigInteger, nullable=False))  # in microseconds
    is_gone: bool = False
    is_open: bool = True
    closed: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))  # when, in microseconds
    is_dated: bool = False
    primary_listing_id: int
    role: str
    seniority: str
    workplace: str | None = None
    employment_type: str | None = None
    language: str | None = None
    visa_sponsorship: bool | None = None
    remote_scope: str | None = None
    salary_currency: str | None = None
    salary_annual_min: float | None = None
    salary_annual_max: float | None = None
    salary_is_predicted: bool = False
    company_key: str = ""


class Link(SQLModel, table=True):
    """Which posting a listing belongs to, and why. `origin` is the public id of the posting that it founded, or else
    joined first; `verdict` what a comparison said."""

    __tablename__ = "link"
    listing_id: int = Field(foreign_key="listing.id", primary_key=True)
    posting_id: int = Field(foreign_key="posting.id", index=True)
    reason: str
    linked_at: datetime
    origin: str = ""
    verdict: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class Never(SQLModel, table=True):
    """Two listings that a person said are not one opening; the smaller id first."""

    __tablename__ = "never"
    listing_a: int = Field(foreign_key="listing.id", primary_key=True)
    listing_b: int = Field(foreign_key="listing.id", primary_key=True, index=True)
    said_at: datetime


class Redirect(SQLModel, table=True):
    """A public id that was merged away, and where it leads. `old_id` is the key that its posting had, `parent` the
    public id that it was merged into, which may itself have been merged since."""

    __tablename__ = "redirect"
    public_id: str = Field(primary_key=True)
    posting_id: int = Field(foreign_key="posting.id", index=True)
    old_id: int | None = Field(default=None, index=True)
    parent: str = ""
    reason: str = ""
    verdict: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    merged_at: datetime | None = None


class Quarantine(SQLModel, table=True):
    """A posting that could not be stored, and why; the rest of its board went on."""

    __tablename__ = "quarantine"
    __table_args__ = (UniqueConstraint("source", "board", "native_id"),)
    id: int | None = Field(default=None, primary_key=True)
    source: str
    board: str
    native_id: str
    reason: str
    seen_at: datetime


# --- the joint between collecting and alerting -------------------------------------------------------------


class PostingEvent(SQLModel, table=True):
    """What happened to a posting; baseline: on a board's first crawl. `changes` maps a field to [before, after].

    `origin`: the public id of the posting that it happened to, where that was merged into this one since.
    """

    __tablename__ = "posting_event"
    id: int | None = Field(default=None, primary_key=True)
    posting_id: int = Field(foreign_key="posting.id", index=True)
    kind: str
    at: datetime = Field(index=True)
    changes: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    is_baseline: bool = False
    origin: str = ""


class PendingMatch(SQLModel, table=True):
    """An event that dispatch has not looked at yet; deleted with the deliveries' insert.

    It is written with the event; for a new listing's, once the end of the crawl is judged (see `Newcomer`).
    """

    __tablename__ = "pending_match"
    event_id: int = Field(foreign_key="posting_event.id", primary_key=True)


# --- people ------------------------------------------------------------------------------------------------


class Subscriber(SQLModel, table=True):
    """A person alerted. `timezone` is an IANA name. `is_operator`: one of their addresses is told of trouble."""

    __tablename__ = "subscriber"
    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(unique=True)
    name: str
    timezone: str = "UTC"
    created_at: datetime
    stopped_at: datetime | None = None
    is_operator: bool = False
    invite_hash: str = ""  # SHA-256 of the one-time link's token, until it is used
    invite_until: datetime | None = None


class Address(SQLModel, table=True):
    """Where a subscriber is reached. `state`: active, unconfirmed, disabled (with the reason)."""

    __tablename__ = "address"
    __table_args__ = (UniqueConstraint("channel", "address"),)
    id: int | None = Field(default=None, primary_key=True)
    subscriber_id: int = Field(foreign_key="subscriber.id", index=True)
    channel: str  # a key of alerts.channels
    address: str  # as its channel writes them
    state: str = "active"
    reason: str = ""
    changed_at: datetime
    agreed_at: datetime | None = None  # when its owner agreed to be written to there; None: before this was kept
    agreed_by: str = ""  # and how


_LOOK_IS_DUE = "baseline_at IS NULL AND removed_at IS NULL AND paused_at IS NULL"


class SavedSearch(SQLModel, table=True):
    """A subscriber's stored query; it goes to every address they have on its `channels`.

    `events`: the later events its owner wants to hear of, besides the first match, in the words of `alerts.kinds`.
    `quiet`: local hours in which nothing of it is sent at once, `22:00-07:00`, or empty. `zone`: its own time zone, or
    empty for its owner's.
    """

    __tablename__ = "saved_search"
    __table_args__ = (
        UniqueConstraint("subscriber_id", "name"),
        Index("ix_saved_search_due", "id", sqlite_where=text(_LOOK_IS_DUE), postgresql_where=text(_LOOK_IS_DUE)),
        Index("ix_saved_search_always", "id", sqlite_where=text("is_always"), postgresql_where=text("is_always")),
    )
    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(unique=True)
    subscriber_id: int = Field(foreign_key="subscriber.id", index=True)
    name: str
    query: str
    facts: str = ""  # of its owner, which `eligible:` goes by; empty where the query does not ask
    channels: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    cadence: str = Cadence.INSTANT
    weekday: str = "mon"
    time_of_day: str = "08:00"
    quiet: str = ""
    zone: str = ""
    events: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    is_always: bool = False  # its digest goes out though nothing happened
    created_at: datetime
    baseline_at: datetime | None = None  # when what was open already was told; until then it is due
    paused_at: datetime | None = None
    removed_at: datetime | None = None


class ApiKey(SQLModel, table=True):
    """What a program shows to be let in, by its name. With a person, it may change their searches; without, only read.

    `hash`: SHA-256 of the key, which is drawn at random and told once.
    """

    __tablename__ = "api_key"
    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(unique=True)
    subscriber_id: int | None = Field(default=None, foreign_key="subscriber.id", index=True)
    name: str
    hash: str
    created_at: datetime
    revoked_at: datetime | None = None


class SearchFeed(SQLModel, table=True):
    """That a saved search may be read as a feed by whoever has its address, until the row goes. `nonce` is part of the
    address, so that a new one opens nothing for who had the old."""

    __tablename__ = "search_feed"
    search_id: int = Field(foreign_key="saved_search.id", primary_key=True)
    nonce: str
    made_at: datetime


class StoredProfile(SQLModel, table=True):
    """What a person has given of themselves: a `search.profile.Profile`."""

    __tablename__ = "profile"
    subscriber_id: int = Field(foreign_key="subscriber.id", primary_key=True)
    said: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    changed_at: datetime


class TimedSearch(SQLModel, table=True):
    """A search that postings come to match by growing older (`posted:>14d`), and up to when it was looked for them."""

    __tablename__ = "timed_search"
    search_id: int = Field(foreign_key="saved_search.id", primary_key=True)
    looked_at: datetime = Field(index=True)


class Suppression(SQLModel, table=True):
    """An address whose owner asked to be erased, as a keyed hash: it is not written to unless they ask for it."""

    __tablename__ = "suppression"
    hash: str = Field(primary_key=True)
    since: datetime


class Mute(SQLModel, table=True):
    """What a subscriber wants to hear nothing of: `posting:PUBLIC_ID`, or `company:KEY`. `name`: in words."""

    __tablename__ = "mute"
    subscriber_id: int = Field(foreign_key="subscriber.id", primary_key=True)
    what: str = Field(primary_key=True, index=True)
    name: str = ""
    muted_at: datetime


class KeptPosting(SQLModel, table=True):
    """A posting that somebody saved, or wants to be reminded of at `remind_at`, or both. By its public id, which
    outlives a merge."""

    __tablename__ = "kept_posting"
    __table_args__ = (
        Index(
            "ix_kept_posting_due", "remind_at",
            sqlite_where=text("remind_at IS NOT NULL"), postgresql_where=text("remind_at IS NOT NULL"),
        ),
    )  # fmt: skip
    subscriber_id: int = Field(foreign_key="subscriber.id", primary_key=True)
    public_id: str = Field(primary_key=True)
    is_saved: bool = False
    kept_at: datetime
    remind_at: datetime | None = None


class Rest(SQLModel, table=True):
    """That somebody wants no alerts until then: their searches paused `since` go on by themselves."""

    __tablename__ = "rest"
    subscriber_id: int = Field(foreign_key="subscriber.id", primary_key=True)
    since: datetime
    until: datetime = Field(index=True)


class SearchReview(SQLModel, table=True):
    """When a search's owner last said that they want it, and when they were last asked."""

    __tablename__ = "search_review"
    search_id: int = Field(foreign_key="saved_search.id", primary_key=True)
    reviewed_at: datetime | None = None
    asked_at: datetime | None = None


class SearchMatch(SQLModel, table=True):
    """That a search has come to match a posting by an event: it tells of it once. What was open before the search was
    stands in FirstLook."""

    __tablename__ = "search_match"
    search_id: int = Field(foreign_key="saved_search.id", primary_key=True)
    posting_id: int = Field(foreign_key="posting.id", primary_key=True, index=True)
    matched_at: datetime
    is_baseline: bool = False


class FirstLook(SQLModel, table=True):
    """What was open already when a search looked first (or again, after a pause): how many it found, and which, packed
    by `alerts.looks`. They count as told; the newest of them are deliveries."""

    __tablename__ = "first_look"
    id: int | None = Field(default=None, primary_key=True)
    search_id: int = Field(foreign_key="saved_search.id", index=True)
    looked_at: datetime
    count: int
    last_posting_id: int = Field(index=True)  # the highest of them: a newer posting need not be looked for
    postings: bytes


class SearchChange(SQLModel, table=True):
    """When a search, or whether it may speak, changed last; triggers write it, whoever changes the search. `revision`
    grows with each transaction. The row outlives its search, so that its end is seen too."""

    __tablename__ = "search_change"
    search_id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    revision: int = Field(sa_column=Column(BigInteger, nullable=False, index=True))


# --- the outbox --------------------------------------------------------------------------------------------

_WAITS = text("state = 'pending' AND message_id IS NULL")
_UNBUNDLED: dict[str, Any] = {"sqlite_where": _WAITS, "postgresql_where": _WAITS}
_HAS_MESSAGE = text("message_id IS NOT NULL")
_BUNDLED: dict[str, Any] = {"sqlite_where": _HAS_MESSAGE, "postgresql_where": _HAS_MESSAGE}


class Message(SQLModel, table=True):
    """What goes out in one piece: a fixed set of deliveries, claimed with a lease. `key` makes a digest unique.

    `lease` is a fencing token: only its holder may record the outcome. `address_id` is null only in old ended rows.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_due", "channel", "state", "next_at", "id"),
        Index("ix_message_sent", "channel", "sent_at"),
        Index("ix_message_address_state", "address_id", "state"),
        Index("ix_message_address_created", "address_id", "created_at"),
        Index("ix_message_created", "created_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    subscriber_id: int = Field(foreign_key="subscriber.id", index=True)
    address_id: int | None = Field(default=None, foreign_key="address.id")
    channel: str
    cadence: str
    state: str = DeliveryState.PENDING
    created_at: datetime
    next_at: datetime
    attempts: int = 0
    lease: str = ""
    lease_until: datetime | None = None
    is_possible_repeat: bool = False
    sent_at: datetime | None = None
    provider_id: str = ""
    error: str = ""
    text: str = ""  # a notice's words; empty where the deliveries are the content


class Delivery(SQLModel, table=True):
    """One match owed to one address. Unique per (address, event); the searches stand in DeliveryReason.

    `address_id` is null only where there was none to tell. `is_possible_repeat`: it may have been told before.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("address_id", "event_id"),
        # of what waits to be bundled only: what is due, and what goes out together
        Index("ix_delivery_due", "due_at", **_UNBUNDLED),
        Index("ix_delivery_group", "address_id", "cadence", "digest_key", "due_at", **_UNBUNDLED),
        Index("ix_delivery_message_id", "message_id", **_BUNDLED),  # SQLite would look by it for what has none
        Index("ix_delivery_subscriber", "subscriber_id", "created_at"),
        Index("ix_delivery_created", "created_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    subscriber_id: int = Field(foreign_key="subscriber.id")
    address_id: int | None = Field(default=None, foreign_key="address.id")
    channel: str
    event_id: int = Field(foreign_key="posting_event.id", index=True)
    posting_id: int = Field(foreign_key="posting.id", index=True)
    cadence: str
    digest_key: str = ""  # (cadence, weekday, time, local period), empty for instant
    state: str = DeliveryState.PENDING
    created_at: datetime
    due_at: datetime
    message_id: int | None = Field(default=None, foreign_key="message.id")
    is_possible_repeat: bool = False
    error: str = ""


class DeliveryReason(SQLModel, table=True):
    """A search that matched, and on which words: the clauses of `search.explain`. `look_id`: found by a first look."""

    __tablename__ = "delivery_reason"
    __table_args__ = (
        Index("ix_delivery_reason_search", "search_id", "delivery_id"),
        Index(
            "ix_delivery_reason_look", "look_id",
            sqlite_where=text("look_id IS NOT NULL"), postgresql_where=text("look_id IS NOT NULL"),
        ),
    )  # fmt: skip
    delivery_id: int = Field(foreign_key="delivery.id", primary_key=True)
    search_id: int = Field(foreign_key="saved_search.id", primary_key=True)
    clauses: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    look_id: int | None = None  # a FirstLook; no reference, for a look can be forgotten


class DueEdit(SQLModel, table=True):
    """A message that was sent and says something that holds no more: it is edited where it stands."""

    __tablename__ = "due_edit"
    # no reference, for a message can be forgotten
    message_id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    due_at: datetime = Field(index=True)
    tries: int = 0


class Heard(SQLModel, table=True):
    """What somebody wrote to the bot, until it is answered: whoever kills us loses nothing of it. For a while longer it
    is known that it was heard, so that it is done once."""

    __tablename__ = "heard"
    key: str = Field(primary_key=True)  # of the update and its content
    chat: str = ""  # empty once it is answered, as is what was said
    said: str = ""  # JSON of the Bot API
    heard_at: datetime = Field(index=True)
    tries: int = 0


class Entry(SQLModel, table=True):
    """A link that lets somebody in, once and until then; `wish`: the words of a search that is saved with it."""

    __tablename__ = "entry"
    __table_args__ = (Index("ix_entry_address", "channel", "address"),)
    token_hash: str = Field(primary_key=True)  # SHA-256
    channel: str
    address: str
    wish: str = ""
    created_at: datetime = Field(index=True)
    until: datetime = Field(index=True)
    used_at: datetime | None = None


class Secret(SQLModel, table=True):
    """A key of this installation's own, made on first use (signs links in messages)."""

    __tablename__ = "secret"
    name: str = Field(primary_key=True)
    value: str


class Notice(SQLModel, table=True):
    """Trouble that the operator is told of, per `key` once until it is over, or daily where it `repeats`.

    `told_at`: when they were last told that it lasts; empty before, and once they were told of its end.
    """

    __tablename__ = "notice"
    key: str = Field(primary_key=True)
    text: str
    raised_at: datetime
    changed_at: datetime  # when the words last changed
    told_at: datetime | None = None
    cleared_at: datetime | None = None
    repeats: bool = False


class Part(SQLModel, table=True):
    """How a part of the daemon is, as it said itself at `seen_at`: `well` or `waiting`, `since` then and `why`.

    `next_at`: when it tries again.
    """

    __tablename__ = "part"
    name: str = Field(primary_key=True)
    state: str
    since: datetime
    why: str = ""
    next_at: datetime | None = None
    seen_at: datetime


class Pruned(SQLModel, table=True):
    """How far back in time retention has come with a kind of rows: what lies before is not looked at again."""

    __tablename__ = "pruned"
    name: str = Field(primary_key=True)
    until: datetime
    last_id: int = 0
