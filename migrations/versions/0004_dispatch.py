"""What a search's first look keeps, and a trace of every change of a search."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

LOOK_IS_DUE = sa.text("baseline_at IS NULL AND removed_at IS NULL AND paused_at IS NULL")
HAS_LOOK = sa.text("look_id IS NOT NULL")

# SQLite has one writer at a time, so revisions are committed in their order; on PostgreSQL they are transaction ids,
# which `database.changes` reads together with what is still under way. A migration that makes saved_search or
# subscriber anew loses SQLite's triggers and has to make them again.
SQLITE_TRIGGERS = (
    """CREATE TRIGGER saved_search_ai AFTER INSERT ON saved_search BEGIN
        INSERT INTO search_change (search_id, revision)
        VALUES (new.id, (SELECT coalesce(max(revision), 0) + 1 FROM search_change))
        ON CONFLICT (search_id) DO UPDATE SET revision = excluded.revision;
    END""",
    """CREATE TRIGGER saved_search_au AFTER UPDATE ON saved_search BEGIN
        INSERT INTO search_change (search_id, revision)
        VALUES (new.id, (SELECT coalesce(max(revision), 0) + 1 FROM search_change))
        ON CONFLICT (search_id) DO UPDATE SET revision = excluded.revision;
    END""",
    """CREATE TRIGGER saved_search_ad AFTER DELETE ON saved_search BEGIN
        INSERT INTO search_change (search_id, revision)
        VALUES (old.id, (SELECT coalesce(max(revision), 0) + 1 FROM search_change))
        ON CONFLICT (search_id) DO UPDATE SET revision = excluded.revision;
    END""",
    """CREATE TRIGGER subscriber_au AFTER UPDATE OF stopped_at ON subscriber BEGIN
        INSERT INTO search_change (search_id, revision)
        SELECT id, (SELECT coalesce(max(revision), 0) + 1 FROM search_change)
        FROM saved_search WHERE subscriber_id = new.id
        ON CONFLICT (search_id) DO UPDATE SET revision = excluded.revision;
    END""",
)
POSTGRESQL_TRIGGERS = (
    """CREATE FUNCTION note_search_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO search_change (search_id, revision)
        VALUES (coalesce(NEW.id, OLD.id), pg_current_xact_id()::text::bigint)
        ON CONFLICT (search_id) DO UPDATE SET revision = excluded.revision;
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER saved_search_changed AFTER INSERT OR UPDATE OR DELETE ON saved_search
        FOR EACH ROW EXECUTE FUNCTION note_search_change()""",
    """CREATE FUNCTION note_subscriber_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO search_change (search_id, revision)
        SELECT id, pg_current_xact_id()::text::bigint FROM saved_search WHERE subscriber_id = NEW.id ORDER BY id
        ON CONFLICT (search_id) DO UPDATE SET revision = excluded.revision;
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER subscriber_changed AFTER UPDATE OF stopped_at ON subscriber
        FOR EACH ROW EXECUTE FUNCTION note_subscriber_change()""",
)


def upgrade() -> None:
    op.create_table(
        "first_look",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("search_id", sa.Integer(), nullable=False),
        sa.Column("looked_at", UTCDateTime(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_posting_id", sa.Integer(), nullable=False),
        sa.Column("postings", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["search_id"], ["saved_search.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_first_look_search_id"), "first_look", ["search_id"])
    op.create_table(
        "search_change",
        sa.Column("search_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("search_id"),
    )
    op.create_index(op.f("ix_search_change_revision"), "search_change", ["revision"])
    op.create_index(
        "ix_saved_search_due", "saved_search", ["id"], sqlite_where=LOOK_IS_DUE, postgresql_where=LOOK_IS_DUE
    )
    op.add_column("delivery_reason", sa.Column("look_id", sa.Integer(), nullable=True))
    op.create_index(
        "ix_delivery_reason_look", "delivery_reason", ["look_id"], sqlite_where=HAS_LOOK, postgresql_where=HAS_LOOK
    )
    for statement in SQLITE_TRIGGERS if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_TRIGGERS:
        op.execute(statement)
