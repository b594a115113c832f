"""People, searches and notices of the first schema keep their meaning."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from alembic import command
from sqlalchemy import Engine, MetaData, insert, select

from alerts import notices
from database import open_engine, read, table_of, transaction, upgrade
from database.migrating import alembic_config
from models import Address, Notice, SavedSearch, Subscriber

RAISED = datetime(2026, 11, 18, 10, 12, tzinfo=UTC)
NOW = RAISED + timedelta(days=9)


@pytest.fixture
def engine(empty_database_url: str) -> Iterator[Engine]:
    """A database before this change, with people in it."""
    made = open_engine(empty_database_url)
    with transaction(made) as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        known = MetaData()
        known.reflect(connection)
        put = {name: insert(table) for name, table in known.tables.items()}
        person = {"timezone": "UTC", "created_at": RAISED, "stopped_at": None, "invite_hash": ""}
        people = [person | {"id": key, "public_id": name, "name": name} for key, name in ((1, "Ada"), (2, "operator"))]
        connection.execute(put["subscriber"], people)
        address = {"state": "active", "reason": "", "changed_at": RAISED}
        connection.execute(put["address"], [
            address | {"id": 1, "subscriber_id": 1, "channel": "telegram", "address": "7"},
            address | {"id": 2, "subscriber_id": 1, "channel": "email", "address": "ada@example.org"},
        ])  # fmt: skip
        search = {"subscriber_id": 1, "query": "rag", "cadence": "weekly", "weekday": "fri", "time_of_day": "09:00",
                  "events": ["closed"], "created_at": RAISED}  # fmt: skip
        connection.execute(put["saved_search"], [
            search | {"id": key, "public_id": channel, "name": channel, "channel": channel}
            for key, channel in ((1, "telegram"), (2, "email"))
        ])  # fmt: skip
        connection.execute(put["notice"], [
            {"key": "board greenhouse/acme", "text": "acme is gone", "raised_at": RAISED, "cleared_at": None},
            {"key": "board greenhouse/beta", "text": "beta is gone", "raised_at": NOW, "cleared_at": None},
            {"key": "board lever/gamma", "text": "gamma is gone", "raised_at": RAISED, "cleared_at": NOW},
            {"key": "channel:email", "text": "email is paused", "raised_at": RAISED, "cleared_at": None},
            {"key": "channel:telegram", "text": "telegram is paused", "raised_at": RAISED, "cleared_at": NOW},
            {"key": "event:1", "text": "set aside", "raised_at": NOW, "cleared_at": None},
        ])  # fmt: skip
        message = {"subscriber_id": 2, "channel": "email", "cadence": "notice", "state": "sent", "created_at": RAISED,
                   "next_at": RAISED, "attempts": 1, "lease": "", "is_possible_repeat": False, "provider_id": "",
                   "error": "", "text": ""}  # fmt: skip
        keys = ("board greenhouse/acme", "channel:email", "channel:telegram", "channel:telegram")
        told = [f"notice:{key}:{RAISED.isoformat()}:email" for key in keys]
        told[3] += ":over"
        connection.execute(put["message"], [message | {"id": n, "key": key} for n, key in enumerate(told, 1)])
    yield made
    made.dispose()


def rows(engine: Engine, model: type) -> list[dict[str, object]]:
    with read(engine) as connection:
        table = table_of(model)
        return [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]


def test_people_and_searches_keep_their_meaning(engine: Engine) -> None:
    upgrade(engine)
    assert [(row["name"], row["is_operator"]) for row in rows(engine, Subscriber)] == [
        ("Ada", False), ("operator", False),
    ]  # fmt: skip
    assert [row["address"] for row in rows(engine, Address)] == ["7", "ada@example.org"]
    found = rows(engine, SavedSearch)
    assert [row["channels"] for row in found] == [["telegram"], ["email"]]
    assert {(row["cadence"], row["weekday"], row["time_of_day"], str(row["events"])) for row in found} == {
        ("weekly", "fri", "09:00", "['closed']")
    }
    with transaction(engine) as connection:  # a second address on a channel
        another = {"id": 3, "subscriber_id": 1, "channel": "telegram", "address": "8", "state": "active", "reason": "",
                   "changed_at": NOW}  # fmt: skip
        connection.execute(insert(table_of(Address)).values(another))


def test_what_the_operator_was_told_is_not_told_again(engine: Engine) -> None:
    upgrade(engine)
    held = {row["key"]: row for row in rows(engine, Notice)}
    assert set(held) == {"boards:greenhouse", "channel:email", "channel:telegram", "event:1"}
    assert held["boards:greenhouse"]["raised_at"] == RAISED
    assert held["boards:greenhouse"]["told_at"] == RAISED
    with transaction(engine) as connection:
        assert notices.take_due(connection, timedelta(0), NOW) == ["Still: acme is gone", "set aside"]
        notices.note_board_trouble(connection, NOW)  # no board is there any more
        [over] = notices.take_due(connection, timedelta(0), NOW)
        notices.clear_notice(connection, "channel:email", NOW)
        assert notices.take_due(connection, timedelta(0), NOW) == ["Over: email is paused"]
    assert over.startswith("Over: the boards of greenhouse are well again")
