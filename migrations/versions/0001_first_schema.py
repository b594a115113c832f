"""The first schema: boards, postings, people, outbox, and the text index of each engine."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# The tokens are ours (search.tokens), so the tokenizer must only split at blanks.
SQLITE_INDEX = (
    """CREATE VIRTUAL TABLE posting_fts USING fts5(
        title, company, text, content='posting_text', content_rowid='posting_id',
        tokenize="ascii tokenchars '+#_'")""",
    """CREATE TRIGGER posting_text_ai AFTER INSERT ON posting_text BEGIN
        INSERT INTO posting_fts(rowid, title, company, text) VALUES (new.posting_id, new.title, new.company, new.text);
    END""",
    """CREATE TRIGGER posting_text_ad AFTER DELETE ON posting_text BEGIN
        INSERT INTO posting_fts(posting_fts, rowid, title, company, text)
        VALUES ('delete', old.posting_id, old.title, old.company, old.text);
    END""",
    """CREATE TRIGGER posting_text_au AFTER UPDATE ON posting_text BEGIN
        INSERT INTO posting_fts(posting_fts, rowid, title, company, text)
        VALUES ('delete', old.posting_id, old.title, old.company, old.text);
        INSERT INTO posting_fts(rowid, title, company, text) VALUES (new.posting_id, new.title, new.company, new.text);
    END""",
)
POSTGRESQL_INDEX = (
    """CREATE TABLE posting_tsv (
        posting_id integer PRIMARY KEY REFERENCES posting_text (posting_id) ON DELETE CASCADE,
        tsv tsvector NOT NULL)""",
    "CREATE INDEX ix_posting_tsv ON posting_tsv USING gin (tsv)",
)


def upgrade() -> None:
    create_tables()
    for statement in SQLITE_INDEX if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_INDEX:
        op.execute(statement)


def create_tables() -> None:
    op.create_table(
        "board",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("board", sa.String(), nullable=False),
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("is_rendered", sa.Boolean(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("last_modified", sa.String(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=True),
        sa.Column("baseline_at", UTCDateTime(), nullable=True),
        sa.Column("last_crawl_at", UTCDateTime(), nullable=True),
        sa.Column("last_ok_at", UTCDateTime(), nullable=True),
        sa.Column("last_verdict", sa.String(), nullable=False),
        sa.Column("last_reason", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("doubt", sa.String(), nullable=False),
        sa.Column("doubt_count", sa.Integer(), nullable=False),
        sa.Column("doubt_since", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source", "board"),
    )
    op.create_index(op.f("ix_board_due_at"), "board", ["due_at"], unique=False)
    op.create_table(
        "notice",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("raised_at", UTCDateTime(), nullable=False),
        sa.Column("cleared_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "quarantine",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("board", sa.String(), nullable=False),
        sa.Column("native_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source", "board", "native_id"),
    )
    op.create_table(
        "secret",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "subscriber",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("stopped_at", UTCDateTime(), nullable=True),
        sa.Column("invite_hash", sa.String(), nullable=False),
        sa.Column("invite_until", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("public_id"),
    )
    op.create_table(
        "address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscriber.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("channel", "address"),
        sa.UniqueConstraint("subscriber_id", "channel"),
    )
    op.create_index(op.f("ix_address_subscriber_id"), "address", ["subscriber_id"], unique=False)
    op.create_table(
        "crawl",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
        sa.Column("is_not_modified", sa.Boolean(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Integer(), nullable=False),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["board_id"],
            ["board.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_crawl_board_id"), "crawl", ["board_id"], unique=False)
    op.create_table(
        "listing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("board", sa.String(), nullable=False),
        sa.Column("native_id", sa.String(), nullable=False),
        sa.Column("requisition_id", sa.String(), nullable=False),
        sa.Column("opening_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("company_key", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("canonical_url", sa.String(), nullable=False),
        sa.Column("apply_url", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.Column("first_seen_at", UTCDateTime(), nullable=False),
        sa.Column("last_seen_at", UTCDateTime(), nullable=False),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("close_reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["board_id"],
            ["board.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source", "board", "native_id"),
    )
    op.create_index(op.f("ix_listing_canonical_url"), "listing", ["canonical_url"], unique=False)
    op.create_index(op.f("ix_listing_company_key"), "listing", ["company_key"], unique=False)
    op.create_index("ix_listing_open", "listing", ["board_id", "closed_at"], unique=False)
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("cadence", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("next_at", UTCDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease", sa.String(), nullable=False),
        sa.Column("lease_until", UTCDateTime(), nullable=True),
        sa.Column("is_possible_repeat", sa.Boolean(), nullable=False),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("provider_id", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscriber.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("ix_message_due", "message", ["state", "next_at"], unique=False)
    op.create_index(op.f("ix_message_subscriber_id"), "message", ["subscriber_id"], unique=False)
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("cadence", sa.String(), nullable=False),
        sa.Column("weekday", sa.String(), nullable=False),
        sa.Column("time_of_day", sa.String(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("baseline_at", UTCDateTime(), nullable=True),
        sa.Column("paused_at", UTCDateTime(), nullable=True),
        sa.Column("removed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscriber.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("public_id"),
        sa.UniqueConstraint("subscriber_id", "name"),
    )
    op.create_index(op.f("ix_saved_search_subscriber_id"), "saved_search", ["subscriber_id"], unique=False)
    op.create_table(
        "never",
        sa.Column("listing_a", sa.Integer(), nullable=False),
        sa.Column("listing_b", sa.Integer(), nullable=False),
        sa.Column("said_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_a"],
            ["listing.id"],
        ),
        sa.ForeignKeyConstraint(
            ["listing_b"],
            ["listing.id"],
        ),
        sa.PrimaryKeyConstraint("listing_a", "listing_b"),
    )
    op.create_table(
        "posting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("primary_listing_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("company_key", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("seniority", sa.String(), nullable=False),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("employment_type", sa.String(), nullable=True),
        sa.Column("workplace", sa.String(), nullable=True),
        sa.Column("locations", sa.JSON(), nullable=False),
        sa.Column("remote_scope", sa.String(), nullable=True),
        sa.Column("salary_min", sa.Float(), nullable=True),
        sa.Column("salary_max", sa.Float(), nullable=True),
        sa.Column("salary_currency", sa.String(), nullable=True),
        sa.Column("salary_period", sa.String(), nullable=True),
        sa.Column("salary_annual_min", sa.Float(), nullable=True),
        sa.Column("salary_annual_max", sa.Float(), nullable=True),
        sa.Column("salary_is_predicted", sa.Boolean(), nullable=False),
        sa.Column("visa_sponsorship", sa.Boolean(), nullable=True),
        sa.Column("years_asked", sa.Integer(), nullable=True),
        sa.Column("degree_asked", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("posted_at", UTCDateTime(), nullable=False),
        sa.Column("posted_at_quality", sa.String(), nullable=False),
        sa.Column("first_seen_at", UTCDateTime(), nullable=False),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("apply_url", sa.String(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("tags_version", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["primary_listing_id"],
            ["listing.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("public_id"),
    )
    op.create_index("ix_posting_open", "posting", ["closed_at", "posted_at"], unique=False)
    op.create_index(op.f("ix_posting_primary_listing_id"), "posting", ["primary_listing_id"], unique=False)
    op.create_index("ix_posting_role", "posting", ["role", "posted_at"], unique=False)
    op.create_table(
        "link",
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("linked_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["listing.id"],
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
        ),
        sa.PrimaryKeyConstraint("listing_id"),
    )
    op.create_index(op.f("ix_link_posting_id"), "link", ["posting_id"], unique=False)
    op.create_table(
        "posting_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("is_baseline", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_posting_event_at"), "posting_event", ["at"], unique=False)
    op.create_index(op.f("ix_posting_event_posting_id"), "posting_event", ["posting_id"], unique=False)
    op.create_table(
        "posting_place",
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
        ),
        sa.PrimaryKeyConstraint("posting_id", "number"),
    )
    op.create_index("ix_posting_place_city", "posting_place", ["city", "posting_id"], unique=False)
    op.create_index("ix_posting_place_country", "posting_place", ["country", "posting_id"], unique=False)
    op.create_table(
        "posting_skill",
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("skill", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
        ),
        sa.PrimaryKeyConstraint("posting_id", "skill"),
    )
    op.create_index("ix_posting_skill", "posting_skill", ["skill", "posting_id"], unique=False)
    op.create_table(
        "posting_text",
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("company", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
        ),
        sa.PrimaryKeyConstraint("posting_id"),
    )
    op.create_table(
        "redirect",
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
        ),
        sa.PrimaryKeyConstraint("public_id"),
    )
    op.create_table(
        "search_match",
        sa.Column("search_id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("matched_at", UTCDateTime(), nullable=False),
        sa.Column("is_baseline", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
        ),
        sa.ForeignKeyConstraint(
            ["search_id"],
            ["saved_search.id"],
        ),
        sa.PrimaryKeyConstraint("search_id", "posting_id"),
    )
    op.create_index(op.f("ix_search_match_posting_id"), "search_match", ["posting_id"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("cadence", sa.String(), nullable=False),
        sa.Column("digest_key", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["posting_event.id"],
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["posting.id"],
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscriber.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("subscriber_id", "channel", "event_id"),
    )
    op.create_index("ix_delivery_due", "delivery", ["state", "due_at"], unique=False)
    op.create_index(op.f("ix_delivery_event_id"), "delivery", ["event_id"], unique=False)
    op.create_index(op.f("ix_delivery_message_id"), "delivery", ["message_id"], unique=False)
    op.create_index(op.f("ix_delivery_posting_id"), "delivery", ["posting_id"], unique=False)
    op.create_index(op.f("ix_delivery_subscriber_id"), "delivery", ["subscriber_id"], unique=False)
    op.create_table(
        "pending_match",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["posting_event.id"],
        ),
        sa.PrimaryKeyConstraint("event_id"),
    )
    op.create_table(
        "delivery_reason",
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("search_id", sa.Integer(), nullable=False),
        sa.Column("clauses", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["delivery.id"],
        ),
        sa.ForeignKeyConstraint(
            ["search_id"],
            ["saved_search.id"],
        ),
        sa.PrimaryKeyConstraint("delivery_id", "search_id"),
    )
