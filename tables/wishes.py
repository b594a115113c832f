"""What people have and asked for beside their searches."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel


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
