"""When and how the owner of an address agreed to be written to; unknown of those that stand there."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("address", sa.Column("agreed_at", UTCDateTime(), nullable=True))
    op.add_column("address", sa.Column("agreed_by", sa.String(), nullable=False, server_default=""))
