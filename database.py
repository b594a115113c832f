"""Engine, transactions and the queries that several rooms ask. SQLite and PostgreSQL, the same tables."""

import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, Table, create_engine, event, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

import search
from models import Link, Listing, Place, Posting, PostingPlace, PostingSkill, PostingText, Secret
from search.document import Document

BUSY_TIMEOUT_MS = 60_000
WRITE = "rolewire_write"


class DatabaseError(Exception):
    """The database cannot be used; the message says what to do. Raised by `open_engine` and `upgrade`."""


def open_engine(url: str, must_exist: bool = False) -> Engine:
    """Engine for an SQLAlchemy URL (sqlite:/// or postgresql+psycopg://). Raises DatabaseError."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        _check_sqlite_path(Path(parsed.database or ""), must_exist)
        engine = create_engine(parsed, hide_parameters=True, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(parsed, hide_parameters=True, pool_pre_ping=True, connect_args={"connect_timeout": 10})
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except (DBAPIError, sqlite3.DatabaseError) as error:
        raise DatabaseError(f"{shown_url(url)}: cannot be opened: {_first_line(error)}") from None
    return engine


def shown_url(url: str) -> str:
    """The URL with its password hidden, for messages."""
    return make_url(url).render_as_string(hide_password=True)


def sqlite_warning() -> str:
    """What to say of an SQLite library with the WAL-reset bug, which can corrupt a database; empty if it is fine."""
    version = sqlite3.sqlite_version_info
    fixed = version >= (3, 51, 3) or (version[:2] == (3, 44) and version >= (3, 44, 6)) or version[:3] == (3, 50, 7)
    if fixed or version < (3, 7, 0):
        return ""
    return (
        f"SQLite {sqlite3.sqlite_version} has the WAL-reset bug (fixed in 3.51.3, 3.50.7, 3.44.6), which can rarely"
        " corrupt a database written by two processes: keep backups, or use a newer SQLite or PostgreSQL"
    )


def _check_sqlite_path(path: Path, must_exist: bool) -> None:
    if must_exist and not path.exists():
        raise DatabaseError(f"{path}: no such database; `rolewire crawl` makes one, or name one with --database")
    if not path.parent.is_dir():
        raise DatabaseError(f"{path.parent}: no such folder for the database {path.name}; make it, or name another")


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: the driver would begin too late for IMMEDIATE
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(WRITE) else "BEGIN")


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """A write transaction: commits at the end, rolls back on an exception. On SQLite it holds the write lock."""
    with engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
        yield connection


@contextmanager
def read(engine: Engine) -> Iterator[Connection]:
    """A consistent read."""
    with engine.connect() as connection, connection.begin():
        yield connection


# --- migrations ----------------------------------------------------------------------------------------------------


def upgrade(engine: Engine) -> None:
    """Bring the schema to this version's. Raises DatabaseError where the schema is newer than this program."""
    config = _alembic()
    with engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
        current = MigrationContext.configure(connection).get_current_revision()
        script = ScriptDirectory.from_config(config)
        if current is not None and current not in {revision.revision for revision in script.walk_revisions()}:
            raise DatabaseError(f"the database is of a newer version ({current}): upgrade rolewire or use another")
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(7465)"))  # two processes may start at once
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def schema_revision(engine: Engine) -> tuple[str | None, str | None]:
    """(revision of the database, newest revision known)."""
    with read(engine) as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current, ScriptDirectory.from_config(_alembic()).get_current_head()


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


# --- writing -------------------------------------------------------------------------------------------------------


def table_of(model: type[SQLModel]) -> Table:
    """The Core table of a model: bulk work goes past the ORM."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


def upsert(
    connection: Connection,
    model: type[SQLModel],
    rows: Sequence[dict[str, Any]],
    key: Sequence[str],
    update: Sequence[str] = (),
) -> None:
    """Insert rows; where `key` exists, update the columns `update` (none: leave the row alone)."""
    if not rows:
        return
    table = table_of(model)
    insert = postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
    if update:
        statement = insert.on_conflict_do_update(
            index_elements=list(key), set_={name: insert.excluded[name] for name in update}
        )
    else:
        statement = insert.on_conflict_do_nothing(index_elements=list(key))
    connection.execute(statement, list(rows))


def write_texts(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Store `posting_text` rows (posting_id, title, company, text: token strings) and index them."""
    upsert(connection, PostingText, rows, ["posting_id"], ["title", "company", "text"])
    if connection.dialect.name == "postgresql" and rows:
        connection.execute(
            text(
                "INSERT INTO posting_tsv (posting_id, tsv) VALUES (:posting_id, CAST(:tsv AS tsvector)) "
                "ON CONFLICT (posting_id) DO UPDATE SET tsv = excluded.tsv"
            ),
            [
                {"posting_id": row["posting_id"], "tsv": search.tsvector(row["title"], row["company"], row["text"])}
                for row in rows
            ],
        )


def token_strings(title: str, company: str, text: str) -> dict[str, str]:
    """The `posting_text` columns of a posting: what every search engine reads."""
    return dict(zip(("title", "company", "text"), search.token_strings(title, company, text), strict=True))


def place_row(posting_id: int, number: int, place: Place) -> dict[str, Any]:
    """The `posting_place` row: names folded as queries fold them."""
    names = {"city": search.fold(place.city), "region": search.fold(place.region), "country": place.country.upper()}
    return {"posting_id": posting_id, "number": number, **names}


def secret_key(connection: Connection) -> bytes:
    """The key that signs links in messages; made on first use, so call it within `transaction`."""
    upsert(connection, Secret, [{"name": "links", "value": secrets.token_hex(32)}], ["name"])
    return bytes.fromhex(connection.execute(select(table_of(Secret).c.value)).scalar_one())


# --- reading -------------------------------------------------------------------------------------------------------

SORTS = {
    "posted": (table_of(Posting).c.posted_at.desc(), table_of(Posting).c.id.desc()),
    "first-seen": (table_of(Posting).c.first_seen_at.desc(), table_of(Posting).c.id.desc()),
    "salary": (table_of(Posting).c.salary_annual_max.desc().nulls_last(), table_of(Posting).c.id.desc()),
    "company": (table_of(Posting).c.company_key, table_of(Posting).c.id.desc()),
}


def find_postings(
    connection: Connection,
    query: search.Query | None,
    now: datetime,
    sort: str = "posted",
    limit: int | None = 50,
    offset: int = 0,
) -> list[int]:
    """Ids of the postings that match (all, without a query), sorted by a key of SORTS."""
    statement = select(table_of(Posting).c.id).order_by(*SORTS[sort]).limit(limit).offset(offset)
    if query is not None:
        statement = statement.where(search.to_sql(query, connection.dialect.name, now))
    return list(connection.execute(statement).scalars())


def count_postings(connection: Connection, query: search.Query | None, now: datetime) -> int:
    """How many postings match."""
    statement = select(func.count()).select_from(table_of(Posting))
    if query is not None:
        statement = statement.where(search.to_sql(query, connection.dialect.name, now))
    return connection.execute(statement).scalar_one()


def posting_id(connection: Connection, public_id: str) -> int | None:
    """The posting behind a public id, a merged-away one included; None if there is none."""
    posting = table_of(Posting).c
    found = connection.execute(select(posting.id).where(posting.public_id == public_id)).scalar()
    if found is None:
        sql = text("SELECT posting_id FROM redirect WHERE public_id = :public_id")
        found = connection.execute(sql, {"public_id": public_id}).scalar()
    return found


def listings_of(connection: Connection, posting_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Each posting's listings in the public JSON form, oldest first."""
    listing, link = table_of(Listing).c, table_of(Link).c
    rows = connection.execute(
        select(
            link.posting_id, listing.source, listing.board, listing.native_id, listing.requisition_id, listing.url,
            listing.first_seen_at, listing.last_seen_at, listing.closed_at, link.reason, listing.description,
            listing.id,
        )
        .where(link.listing_id == listing.id, link.posting_id.in_(posting_ids))
        .order_by(listing.id)
    )  # fmt: skip
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows.mappings():
        found.setdefault(row["posting_id"], []).append(dict(row))
    return found


def posting_json(connection: Connection, posting_ids: Sequence[int]) -> list[dict[str, Any]]:
    """Postings in the public JSON form of the documentation, in the order of the ids."""
    listings = listings_of(connection, posting_ids)
    rows = connection.execute(select(table_of(Posting)).where(table_of(Posting).c.id.in_(posting_ids))).mappings()
    by_id = {row["id"]: _public(dict(row), listings.get(row["id"], [])) for row in rows}
    return [by_id[key] for key in posting_ids if key in by_id]


LISTING_FIELDS = (
    "source", "board", "native_id", "requisition_id", "url", "first_seen_at", "last_seen_at", "closed_at",
)  # fmt: skip


def _public(row: dict[str, Any], listings: list[dict[str, Any]]) -> dict[str, Any]:
    primary = next((one for one in listings if one["id"] == row["primary_listing_id"]), None)
    salary = {
        name: row[f"salary_{name}"] for name in ("min", "max", "currency", "period", "annual_min", "annual_max")
    } | ({"is_predicted": True} if row["salary_is_predicted"] else {})
    copied = (
        "title", "company", "role", "seniority", "skills", "employment_type", "workplace", "locations", "remote_scope",
        "visa_sponsorship", "years_asked", "degree_asked", "language", "posted_at", "posted_at_quality",
        "first_seen_at", "closed_at", "url", "apply_url", "evidence",
    )  # fmt: skip
    return {
        "id": row["public_id"],
        **{name: row[name] for name in copied},
        "salary": salary if row["salary_currency"] else None,
        "last_seen_at": max((one["last_seen_at"] for one in listings), default=row["first_seen_at"]),
        "listings": [{name: one[name] or None for name in LISTING_FIELDS} for one in listings],
        "description": primary["description"] if primary else "",
    }


def documents(connection: Connection, posting_ids: Sequence[int]) -> dict[int, Document]:
    """What the matcher reads of each posting."""
    sources = {key: {one["source"] for one in found} for key, found in listings_of(connection, posting_ids).items()}
    places: dict[int, list[Any]] = {}
    place = table_of(PostingPlace)
    for row in connection.execute(select(place).where(place.c.posting_id.in_(posting_ids))).mappings():
        places.setdefault(row["posting_id"], []).append(row)
    skills: dict[int, set[str]] = {}
    skill = table_of(PostingSkill)
    for row in connection.execute(select(skill).where(skill.c.posting_id.in_(posting_ids))).mappings():
        skills.setdefault(row["posting_id"], set()).add(row["skill"])
    posting, words = table_of(Posting), table_of(PostingText)
    statement = (
        select(posting, words.c.title.label("title_tokens"), words.c.company.label("company_tokens"), words.c.text)
        .outerjoin(words, words.c.posting_id == posting.c.id)
        .where(posting.c.id.in_(posting_ids))
    )
    return {
        row["id"]: Document.from_row(
            dict(row), places.get(row["id"], []), skills.get(row["id"], set()), sources.get(row["id"], set())
        )
        for row in connection.execute(statement).mappings()
    }


def _first_line(error: BaseException) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return (str(cause).strip() or type(cause).__name__).splitlines()[0]
