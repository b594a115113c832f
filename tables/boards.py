"""Boards, and how their crawls went."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models import Reuse


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
