"""Merges that can be undone; what the posts of one opening on a board share; new dates without a new word."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ORIGIN = """UPDATE link SET origin =
    (SELECT posting.public_id FROM posting WHERE posting.id = link.posting_id)"""
PARENT = """UPDATE redirect SET reason = 'reposted', parent =
    (SELECT posting.public_id FROM posting WHERE posting.id = redirect.posting_id)"""
# until now a posting's places were those of its primary listing
SHOWN = """UPDATE listing SET shown = (SELECT {made}('locations', {places}, 'workplace', posting.workplace,
    'remote_scope', posting.remote_scope) FROM posting WHERE posting.primary_listing_id = listing.id)
    WHERE EXISTS (SELECT 1 FROM posting WHERE posting.primary_listing_id = listing.id)"""

DATES = "UPDATE listing SET dates = coalesce({posted}, '') || {mark} || coalesce({updated}, '')"


def upgrade() -> None:
    op.add_column("listing", sa.Column("family", sa.String(), nullable=False, server_default=""))
    op.add_column("listing", sa.Column("shown", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("listing", sa.Column("dates", sa.String(), nullable=False, server_default=""))
    op.add_column("listing", sa.Column("restamps", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("listing", sa.Column("restamped_at", UTCDateTime(), nullable=True))
    op.create_index("ix_listing_family", "listing", ["family"], unique=False)
    op.add_column("link", sa.Column("origin", sa.String(), nullable=False, server_default=""))
    op.add_column("link", sa.Column("verdict", sa.JSON(), nullable=False, server_default="{}"))
    for name in ("parent", "reason"):
        op.add_column("redirect", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.add_column("redirect", sa.Column("old_id", sa.Integer(), nullable=True))
    op.add_column("redirect", sa.Column("verdict", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("redirect", sa.Column("merged_at", UTCDateTime(), nullable=True))
    op.create_index("ix_redirect_old_id", "redirect", ["old_id"], unique=False)
    op.create_index("ix_first_look_last_posting_id", "first_look", ["last_posting_id"], unique=False)
    op.add_column("posting_event", sa.Column("origin", sa.String(), nullable=False, server_default=""))
    for statement in (ORIGIN, PARENT, *_kept()):
        op.execute(statement)
    _create_tables()


def _kept() -> tuple[str, str]:
    """What listings keep of their own from now on, from what was stored of them."""
    if op.get_bind().dialect.name == "sqlite":
        made, places, mark = "json_object", "json(posting.locations)", "char(31)"
        posted, updated = (f"json_extract(raw, '$.{name}')" for name in ("posted", "updated"))
    else:
        made, places, mark = "json_build_object", "posting.locations", "chr(31)"
        posted, updated = (f"raw->>'{name}'" for name in ("posted", "updated"))
    return SHOWN.format(made=made, places=places), DATES.format(posted=posted, updated=updated, mark=mark)


def _create_tables() -> None:
    op.create_table(
        "listing_facts",
        sa.Column("listing_id", sa.Integer(), sa.ForeignKey("listing.id"), primary_key=True),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "listing_key",
        sa.Column("key", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("listing_id", sa.Integer(), sa.ForeignKey("listing.id"), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_listing_key_listing_id", "listing_key", ["listing_id"], unique=False)
