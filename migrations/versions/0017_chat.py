"""What people do with single postings, rests, reviews of searches, and messages that are edited where they stand."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_posting",
        sa.Column("subscriber_id", sa.Integer(), sa.ForeignKey("subscriber.id"), primary_key=True),
        sa.Column("public_id", sa.String(), primary_key=True),
        sa.Column("is_saved", sa.Boolean(), nullable=False),
        sa.Column("kept_at", UTCDateTime(), nullable=False),
        sa.Column("remind_at", UTCDateTime(), nullable=True),
    )
    is_due = sa.text("remind_at IS NOT NULL")
    op.create_index("ix_kept_posting_due", "kept_posting", ["remind_at"], sqlite_where=is_due, postgresql_where=is_due)
    op.create_table(
        "rest",
        sa.Column("subscriber_id", sa.Integer(), sa.ForeignKey("subscriber.id"), primary_key=True),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=False),
    )
    op.create_index("ix_rest_until", "rest", ["until"])
    op.create_table(
        "search_review",
        sa.Column("search_id", sa.Integer(), sa.ForeignKey("saved_search.id"), primary_key=True),
        sa.Column("reviewed_at", UTCDateTime(), nullable=True),
        sa.Column("asked_at", UTCDateTime(), nullable=True),
    )
    op.create_table(
        "due_edit",
        sa.Column("message_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
    )
    op.create_index("ix_due_edit_due_at", "due_edit", ["due_at"])
