"""Profiles of people, and the facts of a search's owner beside its query."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "profile",
        sa.Column("subscriber_id", sa.Integer(), sa.ForeignKey("subscriber.id"), primary_key=True),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
    )
    op.add_column("saved_search", sa.Column("facts", sa.String(), nullable=False, server_default=""))
