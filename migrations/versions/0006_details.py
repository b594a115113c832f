"""What a list says of its postings, when their pages were read, and how close their source is to the employer."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KINDS = {"ats": ("greenhouse", "lever", "ashby", "recruitee"), "employer": ("jsonld",)}


def upgrade() -> None:
    op.add_column("board", sa.Column("cursor", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("listing", sa.Column("kind", sa.String(), nullable=False, server_default=""))
    op.add_column("listing", sa.Column("stamp", sa.String(), nullable=False, server_default=""))
    op.add_column("listing", sa.Column("checked_at", UTCDateTime(), nullable=True))
    listing = sa.table("listing", sa.column("source"), sa.column("kind"))
    for kind, sources in KINDS.items():
        op.execute(listing.update().where(listing.c.source.in_(sources)).values(kind=kind))
