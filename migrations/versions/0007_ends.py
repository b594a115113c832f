"""Indexes for what deletes: retention goes from the oldest on, and a row that others refer to is removed by a look."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_delivery_created", "delivery", ["created_at"])
    op.create_index("ix_message_created", "message", ["created_at"])
    op.create_index("ix_never_listing_b", "never", ["listing_b"])
    op.create_index("ix_redirect_posting_id", "redirect", ["posting_id"])
