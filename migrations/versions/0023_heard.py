"""What people wrote to the bot, kept until it is answered."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "heard",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("key", "chat", "said")),
        sa.Column("heard_at", UTCDateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index(op.f("ix_heard_heard_at"), "heard", ["heard_at"])
