"""How full and how many a board's postings are; what robots.txt says; what was asked of hosts."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("board", sa.Column("found", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("board", sa.Column("usual", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("board", sa.Column("health", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("board", sa.Column("alarm", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "robots_file",
        sa.Column("origin", sa.String(), primary_key=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("last_modified", sa.String(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=False),
    )
    counts = ("requests", "unchanged", "refused", "failed", "robots", "size")
    op.create_table(
        "request_day",
        sa.Column("host", sa.String(), primary_key=True),
        sa.Column("day", sa.Date(), primary_key=True),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in counts),
    )
    op.create_index("ix_request_day_day", "request_day", ["day"])
