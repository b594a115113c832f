"""What sources ask of whoever shows their ads."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "source_terms",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("attribution", sa.String(), nullable=False),
        sa.Column("reuse", sa.String(), nullable=False),
    )
