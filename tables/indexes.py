"""Indexes of some rows of a table: to name a dialect's word is to import it, which reading and writing do without."""

from sqlalchemy import Index, text
from sqlmodel import SQLModel

from tables.outbox import Delivery, DeliveryReason
from tables.people import SavedSearch
from tables.postings import Posting
from tables.wishes import KeptPosting


def _index(name: str, model: type[SQLModel], columns: str, only: str) -> None:
    table = model.__table__  # type: ignore[attr-defined]
    wanted = [table.c[column] for column in columns.split()]
    Index(name, *wanted, sqlite_where=text(only), postgresql_where=text(only))


_index(
    "ix_posting_market", Posting, "closed_at role seniority workplace employment_type company_key", "closed_at IS NULL"
)
_index(
    "ix_posting_pay",
    Posting,
    "role seniority workplace salary_currency salary_annual_min salary_annual_max salary_is_predicted closed_at"
    " company_key",
    "salary_currency IS NOT NULL",
)
_index("ix_saved_search_due", SavedSearch, "id", "baseline_at IS NULL AND removed_at IS NULL AND paused_at IS NULL")
_index("ix_saved_search_always", SavedSearch, "id", "is_always")
_index("ix_kept_posting_due", KeptPosting, "remind_at", "remind_at IS NOT NULL")
_WAITS = "state = 'pending' AND message_id IS NULL"  # to be bundled: what is due, and what goes out together
_index("ix_delivery_due", Delivery, "due_at", _WAITS)
_index("ix_delivery_group", Delivery, "address_id cadence digest_key due_at", _WAITS)
_index("ix_delivery_message_id", Delivery, "message_id", "message_id IS NOT NULL")  # SQLite would look by it for none
_index("ix_delivery_reason_look", DeliveryReason, "look_id", "look_id IS NOT NULL")
