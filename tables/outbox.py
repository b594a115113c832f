"""What goes out."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, Integer, UniqueConstraint
from sqlmodel import Field, SQLModel

from models import DeliveryState


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
    __table_args__ = (Index("ix_delivery_reason_search", "search_id", "delivery_id"),)
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
