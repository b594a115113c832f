"""A database made by the version before the second migration is upgraded, and alerts go on without a repeat or a gap.

`before_0002.jsonl` holds its rows: two crawled boards and an empty one; Ada by Telegram, whose last message is
uncertain; Ben with a digest that waits; Cleo, whose search is paused; Dan, who stopped; Eve, who asked for changes and
closings; what waits as deliveries (12) and what is not matched yet (13).
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Boolean, DateTime, Engine, inspect, text

import boards
import database
import search
from alerts.channels import configured
from alerts.dispatch import dispatch
from alerts.outbox import deliver_due
from database import read, table_of, transaction
from database.migrating import alembic_config
from demo.botapi import TOKEN
from models import (
    Address,
    Board,
    BoardEnd,
    BoardPage,
    Delivery,
    Listing,
    Message,
    RawPlace,
    RawPosting,
    SavedSearch,
    Verdict,
)
from pipeline.ingest.shell import Ingest
from settings import Settings

ROWS = Path(__file__).parent.parent / "fixtures" / "before_0002.jsonl"
LAST = datetime(2026, 5, 4, 21, 4, tzinfo=UTC)  # when the version before was stopped
POSTING = re.compile(r"/postings/([a-z2-7]{12})")
TEXT = "<p>Acme builds agents on large language models, with Python and retrieval.</p>"
MOVED = {("listing", "last_seen_at"), ("saved_search", "channel")}  # their meaning stands elsewhere now; tested apart


def tables() -> dict[str, list[dict[str, Any]]]:
    """The rows as the version before wrote them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for line in map(json.loads, ROWS.read_text().splitlines()):
        if isinstance(line, dict):
            name, columns = line["table"], line["columns"]
        else:
            found.setdefault(name, []).append(dict(zip(columns, line, strict=True)))
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def before(request, tmp_path) -> Iterator[Engine]:
    """The database as the version before left it."""
    is_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'old.db'}" if is_sqlite else request.getfixturevalue("fresh_postgres_url")
    engine = database.open_engine(url)
    with transaction(engine) as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for name, rows in tables().items():
            fill(connection, name, rows)
    yield engine
    engine.dispose()


def fill(connection, name: str, rows: list[dict[str, Any]]) -> None:
    """Insert rows as they were, and what PostgreSQL has beside them."""
    is_postgres = connection.dialect.name == "postgresql"
    types = {column["name"]: column["type"] for column in inspect(connection).get_columns(name)}
    mark = "%s" if is_postgres else "?"
    words = f"INSERT INTO {name} ({', '.join(rows[0])}) VALUES ({', '.join(mark for _ in rows[0])})"
    for row in rows:
        values = tuple(native(value, types[key]) if is_postgres else value for key, value in row.items())
        connection.exec_driver_sql(words, values)
        if is_postgres and name == "posting_text":
            tsv = search.tsvector(row["title"], row["company"], row["text"])
            index = text("INSERT INTO posting_tsv (posting_id, tsv) VALUES (:key, CAST(:tsv AS tsvector))")
            connection.execute(index, {"key": row["posting_id"], "tsv": tsv})
    if is_postgres and "id" in types:
        last = max(row["id"] for row in rows)
        connection.execute(
            text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"), {"name": name, "last": last}
        )


def native(value: Any, kind: Any) -> Any:
    """A value of SQLite's as PostgreSQL takes it."""
    if isinstance(kind, Boolean) and value is not None:
        return bool(value)
    return f"{value}+00:00" if isinstance(kind, DateTime) and value else value


def stored(connection, name: str) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(text(f"SELECT * FROM {name}")).mappings()]


def plain(value: Any) -> Any:
    """A value as both databases mean it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, list | dict):
        return json.dumps(value, sort_keys=True)
    if isinstance(value, str) and value[:1] in "[{" and value:
        return json.dumps(json.loads(value), sort_keys=True)
    return int(value) if isinstance(value, bool) else value


def test_every_row_keeps_its_meaning(before: Engine) -> None:
    database.upgrade(before)
    with read(before) as connection:
        for name, rows in tables().items():
            after = stored(connection, name)
            common = sorted({*rows[0]} & {*after[0]} - {column for table, column in MOVED if table == name})
            told = sorted(str([plain(row[column]) for column in common]) for row in after)
            assert told == sorted(str([plain(row[column]) for column in common]) for row in rows), name
            lost = {*rows[0]} - {*after[0]}
            assert lost <= {column for table, column in MOVED if table == name}, name


def test_what_moved_elsewhere_is_the_same(before: Engine) -> None:
    old = tables()
    database.upgrade(before)
    with read(before) as connection:
        listings = database.listings_of(connection, [row["id"] for row in old["posting"]])
        seen = {one["id"]: plain(one["last_seen_at"]) for found in listings.values() for one in found}
        assert seen == {row["id"]: row["last_seen_at"] for row in old["listing"]}
        own = {row["native_id"] for row in stored(connection, "listing") if row["last_seen_at"]}
        assert own == {"8", "https://copycat.example/50"}  # closed, and not seen by the last crawl
        searches = connection.execute(table_of(SavedSearch).select()).mappings()
        channels = {row["id"]: row["channels"] for row in searches}
        assert channels == {row["id"]: [row["channel"]] for row in old["saved_search"]}
        addresses = {row["id"]: row for row in connection.execute(table_of(Address).select()).mappings()}
        for model in (Message, Delivery):
            for row in connection.execute(table_of(model).select()).mappings():
                address = addresses[row["address_id"]]
                assert (address["subscriber_id"], address["channel"]) == (row["subscriber_id"], row["channel"])


class Service:
    """What goes on after the upgrade."""

    def __init__(self, engine: Engine, mail, api) -> None:
        self.engine, self.mail, self.api, self.now = engine, mail, api, LAST
        self.settings = Settings.model_validate({
            "pipeline": {"keep": "all"}, "alerts": {"batch_seconds": 0, "baseline_minutes": 0},
            "telegram": {"token": TOKEN, "api_url": api.url},
            "email": {"host": mail.host, "port": mail.port, "security": "none"},
            "web": {"public_url": "https://jobs.example.org"},
        })  # fmt: skip
        self.channels = configured(self.settings)
        self.ingest = Ingest(engine, self.settings, lambda: self.now)

    async def turn(self, **wait: float) -> None:
        self.now += timedelta(**wait)
        dispatch(self.engine, self.settings, self.now)
        for _ in range(3):  # a chat takes one message at a time
            self.now += timedelta(minutes=1)
            await deliver_due(self.engine, self.channels, self.settings, self.now)

    def crawl(self, *numbers: int) -> None:
        """The employer's board as it was, with these postings more."""
        self.now += timedelta(hours=1)
        with read(self.engine) as connection:
            task = boards.task(connection, 1)
        raws = [posting(number) for number in (*range(1, 8), 9, 10, 11, 12, 13, *numbers)]
        self.ingest.take(BoardPage(task, raws))
        self.ingest.take(BoardEnd(task, Verdict.OK, seen={raw.native_id for raw in raws}))

    def told(self) -> dict[str, list[str]]:
        """Who was told of which postings, by title and in their order; what may be a repeat ends in a question mark."""
        with read(self.engine) as connection:
            ids = database.find_postings(connection, None, self.now, limit=None)
            titles = {row["id"]: row["title"].rpartition(" ")[2] for row in database.posting_json(connection, ids)}
        letters = [(mail.recipients[0].partition("@")[0], mail.part("plain")) for mail in self.mail.arrived]
        letters += [("ada by telegram", message["source"]) for message in self.api.accepted]
        found: dict[str, list[str]] = {}
        for who, words in letters:
            mark = "?" if "may be a repeat" in words else ""
            found.setdefault(who, []).extend(titles[key] + mark for key in dict.fromkeys(POSTING.findall(words)))
        return {who: sorted(names, key=lambda name: int(name.strip("?"))) for who, names in found.items()}


def posting(number: int) -> RawPosting:
    title = "Senior AI Engineer 10" if number == 10 else f"AI Engineer {number}"
    return RawPosting(
        "greenhouse", "acme", str(number), f"https://boards.greenhouse.io/acme/jobs/{number}", title, company="Acme",
        description=TEXT, places=[RawPlace("Berlin, Germany")], posted="2026-05-01T10:00:00Z",
        requisition_id=f"R{number}", kind="ats",
    )  # fmt: skip


async def test_alerts_go_on_without_a_repeat_or_a_gap(before: Engine, mail, api) -> None:
    database.upgrade(before)
    service = Service(before, mail, api)
    await service.turn(minutes=1)
    assert service.told() == {"ada by telegram": ["11?", "12", "13"], "eve": ["12", "13"]}
    service.crawl()  # nothing new: nothing is told again
    await service.turn(minutes=1)
    service.crawl(14)
    await service.turn(minutes=1)
    assert service.told() == {"ada by telegram": ["11?", "12", "13", "14"], "eve": ["12", "13", "14"]}
    await service.turn(days=8)
    assert service.told()["ben"] == ["9", "10", "11", "12", "13", "14"]
    assert service.told().keys() == {"ada by telegram", "eve", "ben"}  # Cleo paused, Dan stopped
    await service.turn(days=8)
    assert service.told()["ben"] == ["9", "10", "11", "12", "13", "14"]
    for channel in service.channels.values():
        await channel.close()


async def test_crawls_go_on_where_they_were(before: Engine, mail, api) -> None:
    database.upgrade(before)
    service = Service(before, mail, api)
    service.crawl()
    with read(before) as connection:
        open_ids = connection.execute(text("SELECT native_id FROM listing WHERE closed_at IS NULL")).scalars().all()
        last = boards.last_crawls(connection, 1)[0]
        board = connection.execute(table_of(Board).select().where(table_of(Board).c.id == 1)).mappings().one()
        assert connection.execute(text("SELECT count(*) FROM newcomer")).scalar_one() == 0
        assert len(connection.execute(table_of(Listing).select()).all()) == 15
    assert len(open_ids) == 14
    assert last | {"verdict": "ok", "closed": 0, "reopened": 0} == last
    assert board["listed_at"] == service.now
    for channel in service.channels.values():
        await channel.close()
