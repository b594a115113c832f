"""Keys of programs, and feeds of saved searches."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("public_id", sa.String(), nullable=False, unique=True),
        sa.Column("subscriber_id", sa.Integer(), sa.ForeignKey("subscriber.id"), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
    )
    op.create_index("ix_api_key_subscriber_id", "api_key", ["subscriber_id"])
    op.create_table(
        "search_feed",
        sa.Column("search_id", sa.Integer(), sa.ForeignKey("saved_search.id"), primary_key=True),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
    )
