"""What a message goes to, what may be told a second time, and indexes of what waits alone."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# PostgreSQL names such constraints so; on SQLite they have no name, and this one is given for the batch alone
NAMES = {"uq": "%(table_name)s_%(column_0_N_name)s_key"}
FILL = """UPDATE {0} SET address_id = (SELECT address.id FROM address
    WHERE address.subscriber_id = {0}.subscriber_id AND address.channel = {0}.channel)"""
LOST = """UPDATE {0} SET state = 'failed', error = 'there is no address'
    WHERE address_id IS NULL AND state IN ('pending', 'claimed', 'sending', 'uncertain')"""
# a digest goes out once a period and address; what may have gone out keeps its key, by which a mail is known again
NAMED = """UPDATE message SET key = replace(key, ':' || subscriber_id || ':' || channel, ':' || address_id)
    WHERE cadence = 'weekly' AND address_id IS NOT NULL AND state IN ('pending', 'sent', 'failed', 'cancelled')"""
WAITS = sa.text("state = 'pending' AND message_id IS NULL")
BUNDLED = sa.text("message_id IS NOT NULL")


def upgrade() -> None:
    _change_messages()
    _change_deliveries()
    for table in ("message", "delivery"):
        op.execute(FILL.format(table))
        op.execute(LOST.format(table))
    op.execute(NAMED)
    _create_indexes()


def _change_messages() -> None:
    op.drop_index("ix_message_due", "message")
    with op.batch_alter_table("message") as message:
        message.add_column(sa.Column("address_id", sa.Integer(), nullable=True))
        message.create_foreign_key("message_address_id_fkey", "address", ["address_id"], ["id"])


def _change_deliveries() -> None:
    op.drop_index("ix_delivery_due", "delivery")
    op.drop_index("ix_delivery_subscriber_id", "delivery")
    op.drop_index("ix_delivery_message_id", "delivery")
    with op.batch_alter_table("delivery", naming_convention=NAMES) as delivery:
        delivery.add_column(sa.Column("address_id", sa.Integer(), nullable=True))
        delivery.add_column(sa.Column("is_possible_repeat", sa.Boolean(), nullable=False, server_default=sa.false()))
        delivery.create_foreign_key("delivery_address_id_fkey", "address", ["address_id"], ["id"])
        delivery.drop_constraint("delivery_subscriber_id_channel_event_id_key", type_="unique")
        delivery.create_unique_constraint("delivery_address_id_event_id_key", ["address_id", "event_id"])
    with op.batch_alter_table("delivery") as delivery:
        delivery.alter_column("is_possible_repeat", existing_type=sa.Boolean(), server_default=None)


def _create_indexes() -> None:
    op.create_index("ix_message_due", "message", ["channel", "state", "next_at", "id"])
    op.create_index("ix_message_sent", "message", ["channel", "sent_at"])
    op.create_index("ix_message_address_state", "message", ["address_id", "state"])
    op.create_index("ix_message_address_created", "message", ["address_id", "created_at"])
    groups = ["address_id", "cadence", "digest_key", "due_at"]
    op.create_index("ix_delivery_due", "delivery", ["due_at"], sqlite_where=WAITS, postgresql_where=WAITS)
    op.create_index("ix_delivery_group", "delivery", groups, sqlite_where=WAITS, postgresql_where=WAITS)
    op.create_index(
        "ix_delivery_message_id", "delivery", ["message_id"], sqlite_where=BUNDLED, postgresql_where=BUNDLED
    )
    op.create_index("ix_delivery_subscriber", "delivery", ["subscriber_id", "created_at"])
    op.create_index("ix_delivery_reason_search", "delivery_reason", ["search_id", "delivery_id"])
