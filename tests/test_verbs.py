"""The verbs of messages, people, configuration and database, as people type them."""

import json
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

import database
from alerts import searches
from database import table_of, transaction
from database.backup import FORM, back_up, backups, is_due
from database.serverbackup import NEEDED
from demo.botapi import BotApi
from locks import LEADER, Lock
from models import (
    Address,
    Board,
    Delivery,
    DeliveryReason,
    DeliveryState,
    Link,
    Listing,
    Message,
    Posting,
    PostingEvent,
)
from settings import load

Run = Callable[..., Any]
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def rows(done: Any) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def engine_at(folder: Path) -> Any:
    return database.open_engine(f"sqlite:///{folder / 'rolewire.db'}")


def put(connection: Any, model: Any, **values: Any) -> int:
    row = model(**values).model_dump(exclude={"id"})
    key = connection.execute(insert(table_of(model)).values(row)).inserted_primary_key
    return int(key[0])


@pytest.fixture
def ada(run: Run, tmp_path: Path, migrated_sqlite: Path) -> int:
    """Ada, with a search and a message of one posting that failed; returns the message's number."""
    shutil.copy(migrated_sqlite, tmp_path / "rolewire.db")
    engine = engine_at(tmp_path)
    with transaction(engine) as connection:
        person = searches.add_subscriber(connection, "Ada", NOW)
        searches.add_address(connection, person, "email", "ada@example.org", NOW)
        search = searches.add_search(connection, person, "role:ml-engineer", NOW, name="mine", cadence="weekly")
        address = connection.execute(select(table_of(Address).c.id)).scalar_one()
        board = put(connection, Board, source="ashby", board="acme")
        listing = put(
            connection, Listing, board_id=board, source="ashby", board="acme", native_id="1", title="ML Engineer",
            url="https://acme.example/1", first_seen_at=NOW, last_seen_at=NOW,
            raw={"source": "ashby", "board": "acme", "native_id": "1", "title": "ML Engineer", "url": "https://acme.example/1"},
        )  # fmt: skip
        posting = put(
            connection, Posting, public_id="p1", primary_listing_id=listing, title="ML Engineer", company="Acme",
            company_key="acme", role="ml-engineer", first_seen_at=NOW, posted_at=NOW,
        )  # fmt: skip
        put(connection, Link, listing_id=listing, posting_id=posting, reason="only", linked_at=NOW)
        event = put(connection, PostingEvent, posting_id=posting, kind="opened", at=NOW)
        message = put(connection, Message, key="m", subscriber_id=person, address_id=address, channel="email",
                      cadence="instant", state="failed", error="mailbox full", created_at=NOW, next_at=NOW)  # fmt: skip
        delivery = put(connection, Delivery, subscriber_id=person, address_id=address, channel="email", event_id=event,
            posting_id=posting, cadence="instant", state="failed", error="mailbox full", created_at=NOW, due_at=NOW,
            message_id=message)  # fmt: skip
        reason = {"delivery_id": delivery, "search_id": search["id"], "clauses": []}
        connection.execute(insert(table_of(DeliveryReason)).values(reason))
    engine.dispose()
    return message


def states(folder: Path) -> tuple[str, str]:
    engine = engine_at(folder)
    with database.read(engine) as connection:
        found = tuple(connection.execute(select(table_of(model).c.state)).scalar_one() for model in (Message, Delivery))
    engine.dispose()
    return found  # type: ignore[return-value]


# --- outbox --------------------------------------------------------------------------------------------------------


def test_a_message_that_failed_is_shown_retried_and_called_off(run: Run, ada: int, tmp_path: Path) -> None:
    (listed,) = rows(run("outbox", "list"))
    assert (listed["id"], listed["subscriber"], listed["error"]) == (ada, "Ada", "mailbox full")
    (shown,) = rows(run("outbox", "show", str(ada)))
    assert (shown["address"], shown["postings"][0]["title"]) == ("ada@example.org", "ML Engineer")
    assert "1 message will be tried next" in run("outbox", "retry", str(ada)).stderr
    assert states(tmp_path) == ("pending", "pending")
    assert "1 message called off" in run("outbox", "cancel", str(ada)).stderr
    assert states(tmp_path) == ("cancelled", "cancelled")
    done = run("outbox", "list")
    assert (done.stdout, "no message waits" in done.stderr) == ("", True)
    assert [row["state"] for row in rows(run("outbox", "list", "--all"))] == ["cancelled"]
    assert [row["state"] for row in rows(run("outbox", "list", "--state", "cancelled"))] == ["cancelled"]


@pytest.mark.parametrize(
    ("state", "verb", "words"),
    [
        (DeliveryState.SENT, "retry", "is sent"), (DeliveryState.SENDING, "cancel", "on its way"),
        (DeliveryState.SENT, "cancel", "nothing to call off"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_with_a_message_is_misuse(
    run: Run, ada: int, tmp_path: Path, state: DeliveryState, verb: str, words: str
) -> None:
    with transaction(engine_at(tmp_path)) as connection:
        connection.execute(update(table_of(Message)).values(state=state))
    done = run("outbox", verb, str(ada))
    assert (done.returncode, words in done.stderr) == (2, True), done.stderr
    assert states(tmp_path)[0] == state


def test_no_such_message_is_misuse(run: Run, ada: int) -> None:
    for verb in ("show", "retry", "cancel"):
        done = run("outbox", verb, "99")
        assert (done.returncode, "no message 99" in done.stderr) == (2, True)


# --- people --------------------------------------------------------------------------------------------------------


def test_a_person_is_shown_edited_and_exported(run: Run, ada: int, tmp_path: Path) -> None:
    (shown,) = rows(run("subscribers", "show", "Ada"))
    assert (shown["failed"], shown["searches"]) == (1, ["mine (weekly on email): role:ml-engineer"])
    assert run("subscribers", "edit", "Ada", "--name", "Ada L.", "--timezone", "Europe/Paris").returncode == 0
    (shown,) = rows(run("subscribers", "show", "ada@example.org"))
    assert (shown["name"], shown["timezone"]) == ("Ada L.", "Europe/Paris")
    assert run("subscribers", "edit", "Ada L.", "--timezone", "Mars/Crater").returncode == 2
    assert run("subscribers", "edit", "Ada L.").returncode == 2
    held = json.loads(run("subscribers", "export", "Ada L.").stdout)
    assert (held["name"], held["addresses"][0]["address"]) == ("Ada L.", "ada@example.org")
    assert (held["searches"][0]["query"], held["deliveries"][0]["title"]) == ("role:ml-engineer", "ML Engineer")
    assert not {"invite_hash", "lease"} & set(held)
    assert run("subscribers", "export", "Ada L.", "ada.json").returncode == 0
    assert (tmp_path / "ada.json").stat().st_mode & 0o077 == 0


def test_a_person_is_invited_again(run: Run, ada: int, tmp_path: Path) -> None:
    done = run("subscribers", "invite", "Ada")
    assert (done.returncode, "no bot to join" in done.stderr) == (2, True)
    with BotApi() as api:
        (tmp_path / "config.toml").write_text(f'[telegram]\ntoken = "{api.token}"\napi_url = "{api.url}"\n')
        first, second = (run("subscribers", "invite", "Ada").stdout for _ in range(2))
    assert first.startswith("https://t.me/rolewire_bot?start=")
    assert first != second


def test_a_digest_is_shown_before_it_goes_and_nothing_changes(run: Run, ada: int, tmp_path: Path) -> None:
    done = run("digest", "preview", "Ada")
    assert (done.returncode, "0 messages" in done.stderr) == (0, True)
    assert "until Monday" in done.stderr  # their search is weekly
    run("outbox", "retry", str(ada))
    before = (tmp_path / "rolewire.db").read_bytes()
    (found,) = rows(run("digest", "preview", "Ada", "--at", "2026-12-24T08:00", "--format", "jsonl"))
    assert (found["to"], "ML Engineer" in found["text"]) == ("ada@example.org", True)
    assert run("digest", "preview", "Ada", "--at", "someday").returncode == 2
    assert states(tmp_path) == ("pending", "pending")
    assert before


# --- configuration -------------------------------------------------------------------------------------------------


def test_each_key_is_shown_with_its_origin_and_secrets_are_masked(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.toml").write_text(
        '[email]\nhost = "mail.brine.dev"\n[database]\nurl = "postgresql://u:secret-word@h/n"\n[keys]\nadzuna = "a:b"\n'
    )
    monkeypatch.setenv("ROLEWIRE_EMAIL__PASSWORD", "secret-word")
    done = run("config", "show")
    found = {row["key"]: row for row in rows(done)}
    assert found["email.host"] == {"key": "email.host", "value": "mail.brine.dev", "origin": "config.toml"}
    assert found["email.password"]["origin"] == "ROLEWIRE_EMAIL__PASSWORD"
    assert found["web.port"] == {"key": "web.port", "value": 8000, "origin": "default"}
    assert {"database.url", "keys.adzuna", "telegram.token", "backup.keep"} <= set(found)
    assert "secret-word" not in done.stdout
    assert "a:b" not in done.stdout
    names = {row["key"].removeprefix("telegram.") for row in rows(run("config", "show", "telegram"))}
    assert names == {"token", "api_url", "updates", "webhook_secret"}
    assert run("config", "show", "nosuch").returncode == 2


# --- database ------------------------------------------------------------------------------------------------------


def test_a_backup_is_made_kept_by_number_and_put_back(run: Run, ada: int, tmp_path: Path) -> None:
    made = Path(run("db", "backup").stdout.strip())
    assert made.parent == Path("backups")
    assert (tmp_path / made).stat().st_mode & 0o077 == 0
    assert "is sound; its version: up to date" in run("db", "check", str(made)).stderr
    assert run("subscribers", "erase", "Ada", "--yes").returncode == 0
    assert run("db", "restore", str(made)).returncode == 2  # nobody says yes
    done = run("db", "restore", str(made), "--yes")
    assert (done.returncode, "the one before is" in done.stderr) == (0, True), done.stderr
    assert [row["name"] for row in rows(run("subscribers", "list"))] == ["Ada"]
    assert states(tmp_path) == ("failed", "failed")
    assert run("db", "check").returncode == 0
    (before,) = tmp_path.glob("rolewire.db.before-*Z")
    assert database.problems_of(before) == []


def test_a_damaged_copy_is_not_put_back(run: Run, ada: int, tmp_path: Path) -> None:
    made = tmp_path / run("db", "backup").stdout.strip()
    for spoil in (
        lambda data: data[:5000],
        lambda data: b"x" * len(data),
        lambda data: data[:8192] + b"x" * 4096 + data[12288:],
    ):
        (tmp_path / "spoiled.db").write_bytes(spoil(made.read_bytes()))
        done = run("db", "restore", "spoiled.db", "--yes")
        assert (done.returncode, "is not put back" in done.stderr) == (2, True), done.stderr
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE mine (x)")
    assert "no tables of rolewire" in run("db", "restore", "other.db", "--yes").stderr
    assert states(tmp_path) == ("failed", "failed")


def test_nothing_is_put_back_under_a_daemon(run: Run, ada: int, tmp_path: Path) -> None:
    made = run("db", "backup").stdout.strip()
    with Lock(engine_at(tmp_path), LEADER, "run") as lock:
        assert lock.acquire()
        done = run("db", "restore", made, "--yes")
    assert (done.returncode, "stop it first" in done.stderr) == (1, True)


def test_copies_are_made_while_others_write_and_the_oldest_go(ada: int, tmp_path: Path) -> None:
    engine, folder = engine_at(tmp_path), tmp_path / "copies"
    (folder).mkdir()
    (folder / "mine.db").write_text("not one of ours")
    assert is_due(folder, timedelta(hours=24), NOW)
    for day in range(4):
        with transaction(engine) as connection:  # a writer is under way
            connection.execute(update(table_of(Board)).values(company=f"day {day}"))
            made = back_up(engine, folder, NOW + timedelta(days=day), keep=2)
    assert [path.name for path in backups(folder)] == [(NOW + timedelta(days=day)).strftime(FORM) for day in (3, 2)]
    assert (folder / "mine.db").exists()
    with closing(sqlite3.connect(made)) as copy:
        assert copy.execute("SELECT company FROM board").fetchone() == ("day 2",)  # what was committed by then
    assert not is_due(folder, timedelta(hours=24), NOW + timedelta(days=3, hours=23))
    assert is_due(folder, timedelta(hours=24), NOW + timedelta(days=4))


def test_an_upgrade_copies_first(run: Run, ada: int, tmp_path: Path) -> None:
    assert "is up to date" in run("db", "upgrade").stderr
    assert load(None).backup.folder == ""
    (tmp_path / "rolewire.db").unlink()
    assert run("db", "upgrade").returncode == 2


def test_a_servers_database_is_copied_and_put_back(
    run: Run, tmp_path: Path, copied: Callable[[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROLEWIRE_DATABASE__URL", copied("postgresql", "migrated"))
    assert run("subscribers", "add", "Ada", "--email", "ada@example.org").returncode == 0
    made = Path(run("db", "backup", "--keep", "1").stdout.strip())
    assert made.suffix == ".dump"
    assert (tmp_path / made).stat().st_mode & 0o077 == 0
    assert backups(tmp_path / "backups") == [tmp_path / made]
    assert not is_due(tmp_path / "backups", timedelta(hours=1), datetime.now(UTC))
    assert "can be read to its end" in run("db", "check", str(made)).stderr
    assert run("subscribers", "erase", "Ada", "--yes").returncode == 0
    (tmp_path / "spoiled.dump").write_bytes((tmp_path / made).read_bytes()[:20_000])
    spoiled = run("db", "restore", "spoiled.dump", "--yes")
    assert (spoiled.returncode, "is not put back" in spoiled.stderr) == (2, True), spoiled.stderr
    assert run("subscribers", "list").stdout == ""
    done = run("db", "restore", str(made), "--yes")
    assert (done.returncode, "the one before is" in done.stderr) == (0, True), done.stderr
    assert [row["name"] for row in rows(run("subscribers", "list"))] == ["Ada"]
    assert run("subscribers", "add", "Ben").returncode == 0  # numbers go on behind those that were put back
    assert run("db", "check").returncode == 0


def test_a_copy_that_fails_half_way_changes_nothing(
    copied: Callable[[str, str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = database.open_engine(copied("postgresql", "migrated"))
    with transaction(engine) as connection:
        searches.add_subscriber(connection, "Ada", NOW)
    made = back_up(engine, tmp_path, NOW)
    made.write_bytes(made.read_bytes()[:20_000])
    monkeypatch.setattr("database.serverbackup.problems_of_dump", lambda _: [])  # it went bad behind the check
    with pytest.raises(database.DatabaseError, match="nothing was changed"):
        database.restore(made, engine, NOW + timedelta(days=1))
    with database.read(engine) as connection:
        assert [row["name"] for row in searches.list_subscribers(connection)] == ["Ada"]
    engine.dispose()


def test_a_copy_of_one_kind_is_not_put_into_the_other(run: Run, ada: int, tmp_path: Path) -> None:
    (tmp_path / "x.dump").write_bytes(b"PGDMP")
    done = run("db", "restore", "x.dump", "--yes")
    assert (done.returncode, "is a copy of a server" in done.stderr) == (2, True)


def test_programs_that_are_not_there_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("database.serverbackup.PROGRAMS", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert database.problems_of(tmp_path / "x.dump") == [f"pg_restore is not there: {NEEDED}"]


def test_a_table_has_the_readers_time_and_what_programs_read_has_utc(
    run: Run, ada: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert "2026-11-28 21:00" in run("subscribers", "list", "--format", "table").stdout
        assert "2026-11-28 12:00" in run("subscribers", "list", "--format", "csv").stdout
        assert "2026-11-28T12:00:00+00:00" in run("subscribers", "list", "--format", "jsonl").stdout
    finally:
        monkeypatch.undo()
        time.tzset()
