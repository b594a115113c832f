"""Listings, the postings they are of, and what happened to these: the joint between collecting and alerting."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, Text, UniqueConstraint
from sqlmodel import Field, SQLModel


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


class Posting(SQLModel, table=True):
    """One job opening, after dedup. Text and tags are those of its primary listing."""

    __tablename__ = "posting"
    __table_args__ = (
        Index("ix_posting_open", "closed_at", "posted_at"),
        Index("ix_posting_role", "role", "posted_at"),
        Index("ix_posting_first_seen", "first_seen_at"),
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
