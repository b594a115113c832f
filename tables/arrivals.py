"""What collecting keeps beside boards and postings: how we are a guest, and what tells openings apart."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Text, UniqueConstraint
from sqlmodel import Field, SQLModel


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
