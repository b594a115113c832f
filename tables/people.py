"""People, where they are reached, and their searches."""

from datetime import datetime

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from models import Cadence


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


class SavedSearch(SQLModel, table=True):
    """A subscriber's stored query; it goes to every address they have on its `channels`.

    `events`: the later events its owner wants to hear of, besides the first match, in the words of `alerts.kinds`.
    `quiet`: local hours in which nothing of it is sent at once, `22:00-07:00`, or empty. `zone`: its own time zone, or
    empty for its owner's.
    """

    __tablename__ = "saved_search"
    __table_args__ = (UniqueConstraint("subscriber_id", "name"),)
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
