"""Each search's own quiet hours and time zone."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("quiet", "zone"):
        op.add_column("saved_search", sa.Column(name, sa.String(), nullable=False, server_default=""))
