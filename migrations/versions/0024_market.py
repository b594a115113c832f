"""What figures of the market ask stands on the card too, and a card tells when one of its listings lives otherwise."""
# ruff: noqa: S608 (statements are made of the names in this file)

import logging

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

log = logging.getLogger("rolewire.migrations")
STEP = 50_000  # ids that are filled at once
UNDATED = 10**18  # as in 0022
COPIED = (
    "role", "seniority", "workplace", "employment_type", "language", "visa_sponsorship", "remote_scope",
    "salary_currency", "salary_annual_min", "salary_annual_max", "salary_is_predicted", "company_key",
    "primary_listing_id",
)  # fmt: skip
NAMES = ", ".join(COPIED)
OWN = "revision, sorted_at, first_seen, is_gone, is_open, closed, is_dated"
LIFE = ("board_id", "first_seen_at", "last_seen_at", "closed_at", "close_reason")  # of a listing
NEXT = "(SELECT coalesce(max(revision), 0) + 1 FROM card)"


def micros(column: str) -> str:
    """SQLite's text of a time as a number."""
    return f"(CAST(strftime('%s', {column}) AS INTEGER) * 1000000 + CAST(substr({column}, 21, 6) AS INTEGER))"


def closed(column: str) -> str:
    """The same of a time that may be missing."""
    return f"CASE WHEN {column} IS NOT NULL THEN {micros(column)} END"


IS_DATED = "{row}.posted_at_quality <> 'first-seen'"
SQLITE_GONE = ("card_posting_ai", "card_posting_au", "card_link_ai")
SQLITE_TRIGGERS = (
    f"""CREATE TRIGGER card_posting_ai AFTER INSERT ON posting BEGIN
        INSERT OR REPLACE INTO card (posting_id, {OWN}, {NAMES})
        VALUES (new.id, {NEXT}, {micros("new.posted_at")}, {micros("new.first_seen_at")}, 0, new.closed_at IS NULL,
            {closed("new.closed_at")}, {IS_DATED.format(row="new")}, {", ".join(f"new.{name}" for name in COPIED)});
    END""",
    f"""CREATE TRIGGER card_posting_au AFTER UPDATE ON posting BEGIN
        UPDATE card SET revision = {NEXT},
            sorted_at = {micros("new.posted_at")} - CASE
                WHEN new.posted_at_quality = 'first-seen' AND sorted_at < -{UNDATED // 2} THEN {UNDATED} ELSE 0 END,
            first_seen = {micros("new.first_seen_at")}, is_open = new.closed_at IS NULL,
            closed = {closed("new.closed_at")}, is_dated = {IS_DATED.format(row="new")},
            {", ".join(f"{name} = new.{name}" for name in COPIED)}
        WHERE posting_id = new.id;
    END""",
    # the link that a posting is founded with comes in the transaction that wrote its card
    f"""CREATE TRIGGER card_link_ai AFTER INSERT ON link
        WHEN new.listing_id IS NOT (SELECT primary_listing_id FROM card WHERE posting_id = new.posting_id) BEGIN
        UPDATE card SET revision = {NEXT} WHERE posting_id = new.posting_id;
    END""",
    f"""CREATE TRIGGER card_listing_au AFTER UPDATE OF {", ".join(LIFE)} ON listing
        WHEN {" OR ".join(f"old.{name} IS NOT new.{name}" for name in LIFE)} BEGIN
        UPDATE card SET revision = {NEXT} WHERE posting_id = (SELECT posting_id FROM link WHERE listing_id = new.id);
    END""",
)
EPOCH = "(extract(epoch FROM {}) * 1000000)::bigint"
POSTGRESQL = (
    f"""CREATE OR REPLACE FUNCTION keep_card() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'DELETE' THEN
            UPDATE card SET is_gone = true, revision = pg_current_xact_id()::text::bigint WHERE posting_id = OLD.id;
            RETURN NULL;
        END IF;
        INSERT INTO card AS held (posting_id, {OWN}, {NAMES})
        VALUES (NEW.id, pg_current_xact_id()::text::bigint,
            {EPOCH.format("NEW.posted_at")}, {EPOCH.format("NEW.first_seen_at")}, false, NEW.closed_at IS NULL,
            {EPOCH.format("NEW.closed_at")}, {IS_DATED.format(row="NEW")},
            {", ".join(f"NEW.{name}" for name in COPIED)})
        ON CONFLICT (posting_id) DO UPDATE SET
            (revision, first_seen, is_gone, is_open, closed, is_dated, {NAMES}) =
            ROW(excluded.revision, excluded.first_seen, false, excluded.is_open, excluded.closed, excluded.is_dated,
                {", ".join(f"excluded.{name}" for name in COPIED)}),
            sorted_at = excluded.sorted_at - CASE WHEN TG_OP = 'UPDATE' AND NEW.posted_at_quality = 'first-seen'
                AND held.sorted_at < -{UNDATED // 2} THEN {UNDATED} ELSE 0 END;
        RETURN NULL;
    END $$""",
    """CREATE FUNCTION bump_card_of_listing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE card SET revision = pg_current_xact_id()::text::bigint
        WHERE posting_id = (SELECT posting_id FROM link WHERE listing_id = NEW.id)
            AND revision <> pg_current_xact_id()::text::bigint;
        RETURN NULL;
    END $$""",
    f"""CREATE TRIGGER listing_card AFTER UPDATE OF {", ".join(LIFE)} ON listing
        FOR EACH ROW WHEN ({" OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in LIFE)})
        EXECUTE FUNCTION bump_card_of_listing()""",
)


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.add_column("card", sa.Column("closed", sa.BigInteger(), nullable=True))
    for name in ("salary_is_predicted", "is_dated"):
        op.add_column("card", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    fill(closed("posting.closed_at") if is_sqlite else EPOCH.format("posting.closed_at"))
    for name in SQLITE_GONE if is_sqlite else ():
        op.execute(f"DROP TRIGGER {name}")
    for statement in SQLITE_TRIGGERS if is_sqlite else POSTGRESQL:
        op.execute(statement)


def fill(closed_at: str) -> None:
    """What stands with the postings, some at a time: on a large database it takes a while, and says how far it is."""
    bind = op.get_bind()
    last = bind.scalar(sa.text("SELECT max(posting_id) FROM card")) or 0
    for first in range(1, last + 1, STEP):
        bind.execute(
            sa.text(
                f"""UPDATE card SET closed = {closed_at}, salary_is_predicted = posting.salary_is_predicted,
                    is_dated = {IS_DATED.format(row="posting")}
                FROM posting WHERE posting.id = card.posting_id AND card.posting_id BETWEEN :first AND :last"""
            ),
            {"first": first, "last": first + STEP - 1},
        )
        if last > STEP:
            log.info("filling cards: %s of %s", f"{min(first + STEP - 1, last):,}", f"{last:,}")
