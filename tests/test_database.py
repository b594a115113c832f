"""The database room on both engines: schema, transactions, upserts, and what is refused."""

import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Table, UniqueConstraint, insert, select, text

import database
from database import open_engine, read, table_of, transaction, upgrade, upsert
from database.migrating import alembic_config
from database.schema import newest_revision
from models import Listing, Secret, Subscriber, every_table

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
INDEXES = {"posting_tsv", "posting_fts"}


def test_migrations_make_the_tables_of_the_models(empty_database_url: str) -> None:
    engine = open_engine(empty_database_url)
    upgrade(engine)
    upgrade(engine)  # a second start changes nothing
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        differences = compare_metadata(context, every_table())
    assert [one for one in differences if not any(name in str(one) for name in INDEXES)] == []
    assert database.schema_revision(engine)[0] == database.schema_revision(engine)[1]


def test_the_newest_file_is_the_newest_revision() -> None:
    assert newest_revision() == ScriptDirectory.from_config(alembic_config()).get_current_head()


def test_newer_schema_is_refused(empty_database_url: str) -> None:
    engine = open_engine(empty_database_url)
    upgrade(engine)
    with transaction(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(database.DatabaseError, match="newer"):
        upgrade(engine)


def test_transaction_is_all_or_nothing(empty_database_url: str) -> None:
    engine = open_engine(empty_database_url)
    upgrade(engine)
    with pytest.raises(ZeroDivisionError), transaction(engine) as connection:
        upsert(connection, Secret, [{"name": "a", "value": "1"}], ["name"])
        1 / 0  # noqa: B018
    with read(engine) as connection:
        assert connection.execute(select(table_of(Secret))).all() == []


def test_upsert_inserts_updates_and_leaves_alone(empty_database_url: str) -> None:
    engine = open_engine(empty_database_url)
    upgrade(engine)
    with transaction(engine) as connection:
        upsert(connection, Secret, [{"name": "a", "value": "1"}, {"name": "b", "value": "1"}], ["name"])
        upsert(connection, Secret, [{"name": "a", "value": "2"}], ["name"])
        upsert(connection, Secret, [{"name": "b", "value": "2"}], ["name"], ["value"])
        found = connection.execute(select(table_of(Secret).c.name, table_of(Secret).c.value).order_by("name")).all()
    assert [tuple(row) for row in found] == [("a", "1"), ("b", "2")]


def test_times_come_back_aware_and_in_utc(empty_database_url: str) -> None:
    engine = open_engine(empty_database_url)
    upgrade(engine)
    with transaction(engine) as connection:
        row = {"public_id": "p", "name": "Ada", "timezone": "UTC", "created_at": NOW, "invite_hash": ""}
        upsert(connection, Subscriber, [row], ["public_id"])
        assert connection.execute(select(table_of(Subscriber).c.created_at)).scalar_one() == NOW


def test_secret_key_is_made_once(empty_database_url: str) -> None:
    engine = open_engine(empty_database_url)
    upgrade(engine)
    with transaction(engine) as connection:
        first = database.secret_key(connection)
    with transaction(engine) as connection:
        assert database.secret_key(connection) == first
    assert len(first) == 32


def test_secret_key_is_read_by_its_name(empty_database_url: str) -> None:
    engine = open_engine(empty_database_url)
    upgrade(engine)
    with transaction(engine) as connection:
        others = [{"name": "another", "value": "00"}, {"name": "zeroth", "value": "00"}]
        upsert(connection, Secret, others, ["name"])
        key = database.secret_key(connection)
        upsert(connection, Secret, [{"name": "links", "value": "11" * 32}], ["name"], ["value"])
        assert (len(key), database.secret_key(connection)) == (32, b"\x11" * 32)


def test_writers_wait_for_each_other(empty_database_url: str) -> None:
    engine = open_engine(empty_database_url)
    upgrade(engine)
    with transaction(engine) as connection:
        upsert(connection, Secret, [{"name": "count", "value": "0"}], ["name"])

    def add() -> None:
        for _ in range(20):
            with transaction(engine) as connection:
                wanted = select(table_of(Secret).c.value).where(table_of(Secret).c.name == "count").with_for_update()
                value = int(connection.execute(wanted).scalar_one())
                upsert(connection, Secret, [{"name": "count", "value": str(value + 1)}], ["name"], ["value"])

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with read(engine) as connection:
        assert connection.execute(select(table_of(Secret).c.value)).scalar_one() == "80"


def test_sqlite_is_durable_and_checks_references(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'a.db'}")
    with engine.connect() as connection:
        pragmas = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in
                   ("journal_mode", "synchronous", "foreign_keys")]  # fmt: skip
    assert pragmas == ["wal", 2, 1]


def test_who_writes_has_room_for_it_and_gives_it_back(tmp_path: Path) -> None:
    """On SQLite: what does not fit is written twice, and each of many connections may have written once."""
    engine = open_engine(f"sqlite:///{tmp_path / 'room.db'}")

    def room(connection: Connection) -> int:
        return -int(connection.exec_driver_sql("PRAGMA cache_size").scalar_one())

    with database.transaction(engine) as connection:
        assert room(connection) >= 16_000
    with pytest.raises(ZeroDivisionError), database.transaction(engine):
        raise ZeroDivisionError
    with database.read(engine) as connection:
        assert room(connection) <= 2_000
    engine.dispose()


@pytest.mark.parametrize(
    ("version", "is_warned"),
    [((3, 40, 1), True), ((3, 44, 6), False), ((3, 44, 5), True), ((3, 50, 7), False), ((3, 51, 2), True),
     ((3, 51, 3), False), ((3, 52, 0), False)],
)  # fmt: skip
def test_sqlite_with_the_wal_reset_bug_is_warned_of(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int], is_warned: bool
) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
    assert bool(database.sqlite_warning()) is is_warned


def test_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(b"precious words, not a database" * 100)
    with pytest.raises(database.DatabaseError, match="cannot be opened"):
        open_engine(f"sqlite:///{path}")
    assert path.read_bytes().startswith(b"precious")


@pytest.mark.parametrize("name", ["missing/a.db", "a.db"])
def test_missing_database_is_not_made_by_a_reader(tmp_path: Path, name: str) -> None:
    with pytest.raises(database.DatabaseError, match="no such"):
        open_engine(f"sqlite:///{tmp_path / name}", must_exist=True)
    assert not (tmp_path / name).exists()


def test_password_is_not_shown() -> None:
    assert "hunter2" not in database.shown_url("postgresql+psycopg://ada:hunter2@db.example/rolewire")


def test_unreachable_server_is_a_clear_error() -> None:
    with pytest.raises(database.DatabaseError, match="cannot be opened") as caught:
        open_engine("postgresql+psycopg://ada:hunter2@127.0.0.1:1/rolewire")
    assert "hunter2" not in str(caught.value)


def test_read_sees_one_state_and_may_not_write_on_a_server(empty_database_url: str) -> None:
    engine = open_engine(empty_database_url)
    upgrade(engine)
    wanted = select(table_of(Secret).c.name)
    with read(engine) as reader:
        assert reader.execute(wanted).all() == []
        with transaction(engine) as writer:
            upsert(writer, Secret, [{"name": "a", "value": "1"}], ["name"])
        assert reader.execute(wanted).all() == []
    with transaction(engine) as connection:
        upsert(connection, Secret, [{"name": "b", "value": "1"}], ["name"])
        assert len(connection.execute(wanted).all()) == 2


def test_up_to_date_schema_is_looked_at_without_waiting_for_a_writer(empty_database_url: str) -> None:
    upgrade(open_engine(empty_database_url))
    writing = open_engine(empty_database_url)
    with transaction(writing) as connection:
        upsert(connection, Secret, [{"name": "a", "value": "1"}], ["name"])
        looking = threading.Thread(target=lambda: upgrade(open_engine(empty_database_url)), daemon=True)
        looking.start()
        looking.join(20)  # of the minute that a writer would be waited for
        assert not looking.is_alive()


@pytest.mark.parametrize("url", ["sqlite:///", "sqlite:///:memory:"])
def test_database_without_a_file_is_refused(url: str) -> None:
    with pytest.raises(database.DatabaseError, match="names no file"):
        open_engine(url)


def test_listings_of_before_know_how_close_their_source_is(empty_database_url: str) -> None:
    engine = open_engine(empty_database_url)
    with transaction(engine) as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0005")
        board, listing = (Table(name, MetaData(), autoload_with=connection) for name in ("board", "listing"))
        connection.execute(insert(board).values(filled(board, id=1)))
        for number, source in enumerate(("lever", "jsonld", "elsewhere")):
            connection.execute(insert(listing).values(filled(listing, id=number, board_id=1, source=source)))
    upgrade(engine)
    with read(engine) as connection:
        c = table_of(Listing).c
        found = connection.execute(select(c.source, c.kind, c.stamp, c.checked_at).order_by(c.id)).all()
    expected = [("lever", "ats"), ("jsonld", "employer"), ("elsewhere", "")]
    assert found == [(source, kind, "", None) for source, kind in expected]


def filled(table: Table, **values: object) -> dict[str, object]:
    """A row with something in every column that needs it."""
    needed = [column for column in table.columns if not column.nullable and column.name not in values]
    return values | {column.name: blank(getattr(column.type, "python_type", object)) for column in needed}


def blank(kind: type) -> object:
    return NOW.replace(tzinfo=None) if kind is datetime else {} if kind in (object, dict) else kind()


def test_what_a_foreign_key_refers_to_is_found_by_an_index() -> None:
    """Else each row that is removed costs a scan of all that may refer to it."""
    bare = []
    for table in every_table().sorted_tables:
        keys = [*table.indexes, *(one for one in table.constraints if isinstance(one, UniqueConstraint))]
        leading = {next(iter(key.columns)).name for key in (table.primary_key, *keys)}
        bare += [f"{table.name}.{one.parent.name}" for one in table.foreign_keys if one.parent.name not in leading]
    assert bare == []


def test_the_server_compiles_no_condition(fresh_postgres_url):
    engine = database.open_engine(fresh_postgres_url)
    with database.read(engine) as connection:
        assert connection.exec_driver_sql("SHOW jit").scalar_one() == "off"
    engine.dispose()
