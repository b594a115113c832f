"""Digests that go out though nothing happened; addresses whose owners asked to be erased, hashed."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("saved_search", sa.Column("is_always", sa.Boolean(), nullable=False, server_default=sa.false()))
    where = sa.text("is_always")
    op.create_index("ix_saved_search_always", "saved_search", ["id"], sqlite_where=where, postgresql_where=where)
    op.create_table(
        "suppression",
        sa.Column("hash", sa.String(), primary_key=True),
        sa.Column("since", UTCDateTime(), nullable=False),
    )
