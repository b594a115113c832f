"""What searches have come to match."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Integer
from sqlmodel import Field, SQLModel


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
