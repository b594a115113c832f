"""What queries ask of a posting, on a card: narrow, in the order of its date, kept by triggers. The text index too goes
by date, so that it gives the newest first."""
# ruff: noqa: S608 (statements are made of the names in this file)

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

UNDATED = 10**18  # microseconds that what is undated is put back: behind all that is dated
COPIED = (
    "role", "seniority", "workplace", "employment_type", "language", "visa_sponsorship", "remote_scope",
    "salary_currency", "salary_annual_min", "salary_annual_max", "company_key", "primary_listing_id",
)  # fmt: skip
NAMES = ", ".join(COPIED)
NEW = ", ".join(f"new.{name}" for name in COPIED)  # both engines fold names

# A row of posting_fts is known by the hour of the posting's date, 31 bits higher, and its id. A migration that makes
# one of these tables anew loses SQLite's triggers and has to make them again.
POSTED = f"({{row}}.sorted_at + CASE WHEN {{row}}.sorted_at < -{UNDATED // 2} THEN {UNDATED} ELSE 0 END)"
ROWID = f"(max({POSTED}, 0) / 3600000000 << 31 | {{row}}.posting_id)"
NEXT = "(SELECT coalesce(max(revision), 0) + 1 FROM card)"
UNDATES = f"""posting_id = {{row}}.posting_id AND sorted_at > -{UNDATED // 2} AND EXISTS (
    SELECT 1 FROM posting WHERE id = {{row}}.posting_id AND posted_at_quality = 'first-seen'"""


def micros(column: str) -> str:
    """SQLite's text of a time as a number."""
    return f"(CAST(strftime('%s', {column}) AS INTEGER) * 1000000 + CAST(substr({column}, 21, 6) AS INTEGER))"


def fts(verb: str, row: str) -> str:
    """Put the words of a row of posting_text into the index, or take them out."""
    names, given = ("posting_fts, ", "'delete', ") if verb == "delete" else ("", "")
    return f"""INSERT INTO posting_fts({names}rowid, title, company, text)
        VALUES ({given}coalesce((SELECT {ROWID.format(row="card")} FROM card WHERE posting_id = {row}.posting_id),
                                {row}.posting_id),
            {row}.title, {row}.company, {row}.text);"""


def moved(verb: str, row: str) -> str:
    """The same for the words of a card that changes its place."""
    names, given = ("posting_fts, ", "'delete', ") if verb == "delete" else ("", "")
    return f"""INSERT INTO posting_fts({names}rowid, title, company, text)
        SELECT {given}{ROWID.format(row=row)}, title, company, text FROM posting_text
        WHERE posting_id = {row}.posting_id;"""


def bump(which: str) -> str:
    return f"UPDATE card SET revision = {NEXT} WHERE {which};"


SQLITE_TABLE = """CREATE VIRTUAL TABLE posting_fts USING fts5(
    title, company, text, content='', columnsize=0, tokenize="ascii tokenchars '+#_'")"""
SQLITE_OLD = ("posting_text_ai", "posting_text_ad", "posting_text_au")
SQLITE_TRIGGERS = (
    f"""CREATE TRIGGER card_posting_ai AFTER INSERT ON posting BEGIN
        INSERT OR REPLACE INTO card (posting_id, revision, sorted_at, first_seen, is_gone, is_open, {NAMES})
        VALUES (new.id, {NEXT},
            {micros("new.posted_at")}, {micros("new.first_seen_at")}, 0, new.closed_at IS NULL, {NEW});
    END""",
    f"""CREATE TRIGGER card_posting_au AFTER UPDATE ON posting BEGIN
        UPDATE card SET revision = {NEXT},
            sorted_at = {micros("new.posted_at")} - CASE
                WHEN new.posted_at_quality = 'first-seen' AND sorted_at < -{UNDATED // 2} THEN {UNDATED} ELSE 0 END,
            first_seen = {micros("new.first_seen_at")}, is_open = new.closed_at IS NULL,
            {", ".join(f"{name} = new.{name}" for name in COPIED)}
        WHERE posting_id = new.id;
    END""",
    f"""CREATE TRIGGER card_posting_ad AFTER DELETE ON posting BEGIN
        UPDATE card SET is_gone = 1, revision = {NEXT} WHERE posting_id = old.id;
    END""",
    f"CREATE TRIGGER card_link_ai AFTER INSERT ON link BEGIN {bump('posting_id = new.posting_id')} END",
    f"""CREATE TRIGGER card_link_au AFTER UPDATE ON link BEGIN
        {bump("posting_id IN (old.posting_id, new.posting_id)")}
    END""",
    f"CREATE TRIGGER card_link_ad AFTER DELETE ON link BEGIN {bump('posting_id = old.posting_id')} END",
    *(
        f"""CREATE TRIGGER card_event_{name} AFTER {what} ON posting_event
        WHEN new.is_baseline AND new.kind = 'opened' BEGIN
        UPDATE card SET sorted_at = sorted_at - {UNDATED}, revision = {NEXT}
        WHERE {UNDATES.format(row="new")} {more});
    END"""
        for name, what, more in (
            ("ai", "INSERT", ""),
            ("au", "UPDATE OF is_baseline", ""),
            ("moved", "UPDATE OF posting_id", "AND first_seen_at >= new.at"),
        )
    ),
    f"""CREATE TRIGGER card_au AFTER UPDATE OF sorted_at ON card
        WHEN {ROWID.format(row="old")} <> {ROWID.format(row="new")} BEGIN
        {moved("delete", "old")} {moved("insert", "new")}
    END""",
    f"""CREATE TRIGGER posting_text_ai AFTER INSERT ON posting_text BEGIN
        {fts("insert", "new")}
    END""",
    f"""CREATE TRIGGER posting_text_ad AFTER DELETE ON posting_text BEGIN
        {fts("delete", "old")}
    END""",
    f"""CREATE TRIGGER posting_text_au AFTER UPDATE ON posting_text BEGIN
        {fts("delete", "old")} {fts("insert", "new")}
    END""",
)
SKILLS_WITHOUT_ROWID = (  # it is not renamed, for that would look at the views that read it
    "CREATE TEMPORARY TABLE held AS SELECT posting_id, skill FROM posting_skill",
    "DROP TABLE posting_skill",
    """CREATE TABLE posting_skill (
        posting_id INTEGER NOT NULL REFERENCES posting (id), skill VARCHAR NOT NULL, PRIMARY KEY (posting_id, skill)
    ) WITHOUT ROWID""",
    "INSERT INTO posting_skill SELECT posting_id, skill FROM held ORDER BY 1, 2",
    "DROP TABLE held",
    "CREATE INDEX ix_posting_skill ON posting_skill (skill, posting_id)",
)
WAS_BASELINE = """posting.posted_at_quality = 'first-seen' AND (
    EXISTS (SELECT 1 FROM posting_event WHERE posting_id = posting.id AND kind = 'opened' AND is_baseline
            AND at <= posting.first_seen_at)
    OR NOT EXISTS (SELECT 1 FROM posting_event WHERE posting_id = posting.id AND kind = 'opened')
       AND EXISTS (SELECT 1 FROM listing JOIN board ON board.id = listing.board_id
                   WHERE listing.id = posting.primary_listing_id AND posting.first_seen_at <= board.baseline_at))"""


def filled(micros_of: Callable[[str], str], number: str) -> str:
    """The cards of what is there; of what has no event any more, its board's baseline says whether it has a date."""
    posted, seen = micros_of("posting.posted_at"), micros_of("posting.first_seen_at")
    copied = ", ".join(f"posting.{name}" for name in COPIED)
    return f"""INSERT INTO card (posting_id, revision, sorted_at, first_seen, is_gone, is_open, {NAMES})
        SELECT posting.id, {number}, {posted} - CASE WHEN {WAS_BASELINE} THEN {UNDATED} ELSE 0 END, {seen},
            false, posting.closed_at IS NULL, {copied} FROM posting"""


EPOCH = "(extract(epoch FROM {}) * 1000000)::bigint"
POSTGRESQL_TRIGGERS = (
    f"""CREATE FUNCTION keep_card() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'DELETE' THEN
            UPDATE card SET is_gone = true, revision = pg_current_xact_id()::text::bigint WHERE posting_id = OLD.id;
            RETURN NULL;
        END IF;
        INSERT INTO card AS held (posting_id, revision, sorted_at, first_seen, is_gone, is_open, {NAMES})
        VALUES (NEW.id, pg_current_xact_id()::text::bigint,
            {EPOCH.format("NEW.posted_at")}, {EPOCH.format("NEW.first_seen_at")}, false, NEW.closed_at IS NULL, {NEW})
        ON CONFLICT (posting_id) DO UPDATE SET
            (revision, first_seen, is_gone, is_open, {NAMES}) =
            ROW(excluded.revision, excluded.first_seen, false, excluded.is_open,
                {", ".join(f"excluded.{name}" for name in COPIED)}),
            sorted_at = excluded.sorted_at - CASE WHEN TG_OP = 'UPDATE' AND NEW.posted_at_quality = 'first-seen'
                AND held.sorted_at < -{UNDATED // 2} THEN {UNDATED} ELSE 0 END;
        RETURN NULL;
    END $$""",
    "CREATE TRIGGER posting_card AFTER INSERT OR UPDATE OR DELETE ON posting FOR EACH ROW EXECUTE FUNCTION keep_card()",
    """CREATE FUNCTION bump_card() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE card SET revision = pg_current_xact_id()::text::bigint
        WHERE posting_id IN (OLD.posting_id, NEW.posting_id) AND revision <> pg_current_xact_id()::text::bigint;
        RETURN NULL;
    END $$""",
    "CREATE TRIGGER link_card AFTER INSERT OR UPDATE OR DELETE ON link FOR EACH ROW EXECUTE FUNCTION bump_card()",
    """CREATE TRIGGER posting_text_card AFTER INSERT OR UPDATE OR DELETE ON posting_text
        FOR EACH ROW EXECUTE FUNCTION bump_card()""",
    f"""CREATE FUNCTION undate_card() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE card SET sorted_at = sorted_at - {UNDATED}, revision = pg_current_xact_id()::text::bigint
        WHERE {UNDATES.format(row="NEW")}
            AND (TG_OP = 'INSERT' OR NEW.posting_id = OLD.posting_id OR first_seen_at >= NEW.at));
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER event_card AFTER INSERT OR UPDATE OF is_baseline, posting_id ON posting_event
        FOR EACH ROW WHEN (NEW.is_baseline AND NEW.kind = 'opened') EXECUTE FUNCTION undate_card()""",
)


def upgrade() -> None:
    make_table()
    if op.get_bind().dialect.name == "sqlite":
        op.execute(filled(micros, "posting.id"))
        for name in SQLITE_OLD:
            op.execute(f"DROP TRIGGER {name}")
        op.execute("DROP TABLE posting_fts")
        op.execute(SQLITE_TABLE)
        op.execute(
            f"""INSERT INTO posting_fts(rowid, title, company, text)
            SELECT {ROWID.format(row="card")} AS number, posting_text.title, posting_text.company, posting_text.text
            FROM card JOIN posting_text ON posting_text.posting_id = card.posting_id ORDER BY number"""
        )
        for statement in SKILLS_WITHOUT_ROWID:
            op.execute(statement)
        triggers = SQLITE_TRIGGERS
    else:
        op.execute(filled(EPOCH.format, "pg_current_xact_id()::text::bigint"))
        triggers = POSTGRESQL_TRIGGERS
    for name in ("revision", "sorted_at"):
        op.create_index(op.f(f"ix_card_{name}"), "card", [name])
    for statement in triggers:
        op.execute(statement)


def make_table() -> None:
    texts = ("workplace", "employment_type", "language", "remote_scope", "salary_currency")
    op.create_table(
        "card",
        sa.Column("posting_id", sa.Integer(), nullable=False, autoincrement=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("revision", "sorted_at", "first_seen")),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("is_gone", "is_open")),
        sa.Column("primary_listing_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("role", "seniority", "company_key")),
        *(sa.Column(name, sa.String(), nullable=True) for name in texts),
        sa.Column("visa_sponsorship", sa.Boolean(), nullable=True),
        *(sa.Column(name, sa.Float(), nullable=True) for name in ("salary_annual_min", "salary_annual_max")),
        sa.PrimaryKeyConstraint("posting_id"),
    )
