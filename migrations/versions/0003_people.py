"""Several addresses on a channel, several channels of a search, the operator, and notices that are told daily."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NOTICE = sa.table(
    "notice", sa.column("key", sa.String()), sa.column("text", sa.String()), sa.column("repeats", sa.Boolean()),
    *(sa.column(name, UTCDateTime()) for name in ("raised_at", "changed_at", "told_at", "cleared_at")),
)  # fmt: skip
MESSAGE = sa.table("message", sa.column("key", sa.String()), sa.column("created_at", UTCDateTime()))
# PostgreSQL names such constraints so; on SQLite they have no name, and this one is given for the batch alone
NAMES = {"uq": "%(table_name)s_%(column_0_N_name)s_key"}


def upgrade() -> None:
    _change_people()
    _change_searches()
    _change_notices()


def _change_people() -> None:
    with op.batch_alter_table("subscriber") as subscriber:
        subscriber.add_column(sa.Column("is_operator", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("subscriber") as subscriber:
        subscriber.alter_column("is_operator", server_default=None)
    with op.batch_alter_table("address", naming_convention=NAMES) as address:
        address.drop_constraint("address_subscriber_id_channel_key", type_="unique")


def _change_searches() -> None:
    """The one channel of a search becomes a list of one."""
    search = sa.table("saved_search", sa.column("channel", sa.String()), sa.column("channels", sa.JSON()))
    with op.batch_alter_table("saved_search") as changed:
        changed.add_column(sa.Column("channels", sa.JSON(), nullable=True))
    for channel in op.get_bind().execute(sa.select(search.c.channel).distinct()).scalars().all():
        op.execute(sa.update(search).where(search.c.channel == channel).values(channels=[channel]))
    with op.batch_alter_table("saved_search") as changed:
        changed.alter_column("channels", existing_type=sa.JSON(), nullable=False)
        changed.drop_column("channel")


def _change_notices() -> None:
    with op.batch_alter_table("notice") as notice:
        notice.add_column(sa.Column("changed_at", UTCDateTime(), nullable=True))
        notice.add_column(sa.Column("told_at", UTCDateTime(), nullable=True))
        notice.add_column(sa.Column("repeats", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(sa.update(NOTICE).values(changed_at=NOTICE.c.raised_at))
    _note_what_was_told()
    _join_boards()
    with op.batch_alter_table("notice") as notice:
        notice.alter_column("changed_at", existing_type=UTCDateTime(), nullable=False)
        notice.alter_column("repeats", existing_type=sa.Boolean(), server_default=None)


def _note_what_was_told() -> None:
    """Until now the messages alone said it, one a channel: `notice:KEY:RAISED_AT:CHANNEL`, its end with `:over`."""
    connection = op.get_bind()
    told = dict(
        connection.execute(sa.select(MESSAGE.c.key, MESSAGE.c.created_at).where(MESSAGE.c.key.like("notice:%"))).all()
    )
    for key, raised_at in connection.execute(sa.select(NOTICE.c.key, NOTICE.c.raised_at)).all():
        start = f"notice:{key}:{raised_at.isoformat()}:"
        mine = {name: at for name, at in told.items() if name.startswith(start)}
        is_over = any(name.endswith(":over") for name in mine)
        if mine and not is_over:
            op.execute(sa.update(NOTICE).where(NOTICE.c.key == key).values(told_at=max(mine.values())))


def _join_boards() -> None:
    """The trouble of each board that lasts becomes that of its source."""
    connection = op.get_bind()
    mine = NOTICE.c.key.like("board %")
    lasting = sa.select(NOTICE).where(mine, NOTICE.c.cleared_at.is_(None)).order_by(NOTICE.c.raised_at)
    joined: dict[str, dict[str, str | bool | datetime | None]] = {}
    for row in connection.execute(lasting).mappings().all():
        source = row["key"].removeprefix("board ").partition("/")[0]
        first = joined.setdefault(source, {**row, "key": f"boards:{source}", "repeats": True})
        first["told_at"] = row["told_at"] or first["told_at"]
    op.execute(sa.delete(NOTICE).where(mine))
    if joined:
        op.bulk_insert(NOTICE, list(joined.values()))
