"""What the service keeps of itself, and what its bot heard."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


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
