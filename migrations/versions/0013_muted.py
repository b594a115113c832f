"""Searches that time brings postings to, what people want to hear nothing of, and postings by when they came."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "timed_search",
        sa.Column("search_id", sa.Integer(), sa.ForeignKey("saved_search.id"), primary_key=True),
        sa.Column("looked_at", UTCDateTime(), nullable=False),
    )
    op.create_index("ix_timed_search_looked_at", "timed_search", ["looked_at"])
    # Those that speak of an age; the first look at one that time does not bring anything to takes it out again.
    op.execute(
        "INSERT INTO timed_search (search_id, looked_at) SELECT id, CURRENT_TIMESTAMP FROM saved_search"
        " WHERE removed_at IS NULL AND lower(query) LIKE '%posted%'"
    )
    op.create_table(
        "mute",
        sa.Column("subscriber_id", sa.Integer(), sa.ForeignKey("subscriber.id"), primary_key=True),
        sa.Column("what", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("muted_at", UTCDateTime(), nullable=False),
    )
    op.create_index("ix_mute_what", "mute", ["what"])
    op.create_index("ix_posting_first_seen", "posting", ["first_seen_at"])
