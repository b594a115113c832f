"""Views for whoever asks in SQL, the same on both databases (docs/sql.md), and indexes that figures are counted in."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# What a source keeps for whoever runs this alone is in no view; a text that goes only with its source is null there.
# WORD<…; …> stands for what the databases say differently.
VIEWS = {
    "postings": """
        SELECT p.public_id AS id, p.title, p.company, p.company_key, p.role, p.seniority, p.employment_type,
            p.workplace, p.remote_scope, PLACE<country> AS country, PLACE<region> AS region, PLACE<city> AS city,
            p.visa_sponsorship, p.years_asked, p.degree_asked, p.language, p.posted_at, DAY<p.posted_at> AS posted_on,
            WEEK<p.posted_at> AS posted_week, MONTH<p.posted_at> AS posted_month, p.posted_at_quality,
            p.first_seen_at, DAY<p.first_seen_at> AS first_seen_on, p.closed_at, DAY<p.closed_at> AS closed_on,
            OPEN<p.closed_at> AS is_open, DAYS<p.posted_at; NOW<>> AS age_days,
            DAYS<p.first_seen_at; NOW<>> AS seen_days_ago, DAYS<p.closed_at; NOW<>> AS closed_days_ago,
            DAYS<p.first_seen_at; coalesce(p.closed_at, NOW<>)> AS days_open,
            (SELECT l.source FROM listing l WHERE l.id = p.primary_listing_id) AS source, p.url, p.apply_url
        FROM posting p WHERE SHOWN<>""",
    "listings": """
        SELECT p.public_id AS posting_id, l.source, l.board, l.native_id, l.requisition_id, l.title, l.url, l.kind,
            k.reason AS joined_by, l.first_seen_at, DAY<l.first_seen_at> AS first_seen_on,
            coalesce(l.last_seen_at, b.listed_at, l.first_seen_at) AS last_seen_at, l.closed_at,
            DAY<l.closed_at> AS closed_on, OPEN<l.closed_at> AS is_open, l.close_reason,
            CASE WHEN l.source NOT IN (SELECT name FROM source_terms WHERE reuse <> 'open') THEN l.description END
                AS description
        FROM listing l JOIN link k ON k.listing_id = l.id JOIN posting p ON p.id = k.posting_id
            JOIN board b ON b.id = l.board_id
        WHERE l.source NOT IN (SELECT name FROM source_terms WHERE reuse = 'private') AND SHOWN<>""",
    "events": """
        SELECT e.id, p.public_id AS posting_id, e.kind, e.at, DAY<e.at> AS happened_on, WEEK<e.at> AS happened_week,
            DAYS<e.at; NOW<>> AS days_ago, e.is_baseline, TEXT<e.changes> AS changes
        FROM posting_event e JOIN posting p ON p.id = e.posting_id WHERE SHOWN<>""",
    "skills": """
        SELECT p.public_id AS posting_id, s.skill
        FROM posting_skill s JOIN posting p ON p.id = s.posting_id WHERE SHOWN<>""",
    "places": """
        SELECT p.public_id AS posting_id, c.number, c.city, c.region, c.country
        FROM posting_place c JOIN posting p ON p.id = c.posting_id WHERE SHOWN<>""",
    "pay": """
        SELECT p.public_id AS posting_id, p.salary_currency AS currency, p.salary_period AS period,
            p.salary_min AS low, p.salary_max AS high, p.salary_annual_min AS annual_low,
            p.salary_annual_max AS annual_high,
            (coalesce(p.salary_annual_min, p.salary_annual_max)
                + coalesce(p.salary_annual_max, p.salary_annual_min)) / 2 AS annual_middle,
            p.salary_is_predicted AS is_predicted
        FROM posting p WHERE p.salary_currency IS NOT NULL AND SHOWN<>""",
}
SHOWN = """p.primary_listing_id NOT IN (
    SELECT k.id FROM listing k WHERE k.source IN (SELECT name FROM source_terms WHERE reuse = 'private'))"""
WORDS = {
    "sqlite": {
        "DAY": "date({0})", "WEEK": "date({0}, '-6 days', 'weekday 1')", "MONTH": "strftime('%Y-%m', {0})",
        "DAYS": "CAST(julianday({1}) - julianday({0}) + 1e-6 AS INTEGER)", "NOW": "'now'", "TEXT": "{0}",
        "OPEN": "CAST({0} IS NULL AS INTEGER)",  # so that what asks in text, '1', is understood
        "PLACE": "json_extract(p.locations, '$[0].{0}')", "SHOWN": SHOWN,
    },
    "postgresql": {
        "DAY": "CAST({0} AT TIME ZONE 'UTC' AS date)", "MONTH": "to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM')",
        "WEEK": "CAST(date_trunc('week', {0} AT TIME ZONE 'UTC') AS date)", "NOW": "now()", "TEXT": "CAST({0} AS text)",
        "DAYS": "CAST(trunc(extract(epoch FROM {1} - {0}) / 86400) AS integer)",
        "OPEN": "({0} IS NULL)",
        "PLACE": "(p.locations -> 0 ->> '{0}')", "SHOWN": SHOWN,
    },
}  # fmt: skip
INDEXES = {
    "ix_posting_market": (
        ["closed_at", "role", "seniority", "workplace", "employment_type", "company_key"],
        "closed_at IS NULL",
    ),
    "ix_posting_pay": (
        ["role", "seniority", "workplace", "salary_currency", "salary_annual_min", "salary_annual_max",
         "salary_is_predicted", "closed_at", "company_key"],
        "salary_currency IS NOT NULL",
    ),
}  # fmt: skip
_WORD = re.compile(r"([A-Z]+)<([^<>]*)>")


def statement(name: str, dialect: str) -> str:
    """What makes a view; what stands innermost is put into words first."""
    text = VIEWS[name]
    while _WORD.search(text):
        text = _WORD.sub(lambda word: WORDS[dialect][word[1]].format(*word[2].split("; ")), text)
    return f"CREATE VIEW {name} AS {text}"


def upgrade() -> None:
    bind = op.get_bind()
    for name in VIEWS:
        bind.exec_driver_sql(statement(name, bind.dialect.name))
    op.create_index(
        "ix_listing_life", "listing", ["board_id", "first_seen_at", "closed_at", "last_seen_at", "close_reason"]
    )
    for name, (columns, where) in INDEXES.items():
        partial = sa.text(where)
        op.create_index(name, "posting", columns, sqlite_where=partial, postgresql_where=partial)
