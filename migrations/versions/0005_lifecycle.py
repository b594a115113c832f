"""When a board was read, and what of it is the exception; what waits for the end of its crawl; what was pruned."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Until now each crawl stamped what it saw: the newest stamp of what is open is the board's, others are exceptions.
LISTED = """UPDATE board SET listed_at =
    (SELECT max(last_seen_at) FROM listing WHERE listing.board_id = board.id AND listing.closed_at IS NULL)"""
AS_ITS_BOARD = """UPDATE listing SET last_seen_at = NULL WHERE closed_at IS NULL
    AND last_seen_at = (SELECT board.listed_at FROM board WHERE board.id = listing.board_id)"""
EXCEPTIONS = """UPDATE listing SET own_seen_at = last_seen_at WHERE closed_at IS NOT NULL
    OR last_seen_at <> (SELECT board.listed_at FROM board WHERE board.id = listing.board_id)"""
SAID = """UPDATE listing SET said_at =
    (SELECT max(posting_event.at) FROM posting_event JOIN posting ON posting.id = posting_event.posting_id
     WHERE posting.primary_listing_id = listing.id AND posting_event.kind IN ('changed', 'reopened')
     AND CAST(posting_event.changes AS TEXT) <> '{}')"""


def upgrade() -> None:
    op.add_column("board", sa.Column("listed_at", UTCDateTime(), nullable=True))
    op.add_column("board", sa.Column("round_at", UTCDateTime(), nullable=True))
    op.add_column("board", sa.Column("repeats", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("crawl", sa.Column("repeats", sa.Integer(), nullable=False, server_default="0"))
    op.drop_index("ix_crawl_board_id", "crawl")
    op.create_index("ix_crawl_board", "crawl", ["board_id", "id"], unique=False)
    op.add_column("listing", sa.Column("said_at", UTCDateTime(), nullable=True))
    op.execute(LISTED)
    op.execute(SAID)
    op.drop_index("ix_listing_open", "listing")
    _let_last_seen_be_null()
    columns = ["board_id", "closed_at", "last_seen_at", "native_id"]
    op.create_index("ix_listing_open", "listing", columns, unique=False)
    _create_tables()


def _let_last_seen_be_null() -> None:
    """SQLite would make the table anew for it, which its foreign keys forbid: there the column is made anew."""
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("listing", "last_seen_at", nullable=True)
        op.execute(AS_ITS_BOARD)
        return
    op.add_column("listing", sa.Column("own_seen_at", UTCDateTime(), nullable=True))
    op.execute(EXCEPTIONS)
    op.execute("ALTER TABLE listing DROP COLUMN last_seen_at")
    op.execute("ALTER TABLE listing RENAME COLUMN own_seen_at TO last_seen_at")


def _create_tables() -> None:
    op.create_table(
        "newcomer",
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"]),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"]),
        sa.ForeignKeyConstraint(["event_id"], ["posting_event.id"]),
        sa.PrimaryKeyConstraint("listing_id"),
        sa.UniqueConstraint("event_id"),
    )
    op.create_index("ix_newcomer_board_id", "newcomer", ["board_id"], unique=False)
    op.create_table(
        "pruned",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
