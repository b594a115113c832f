"""What the outbox costs: making digests, an idle turn, a message all in, and what a hung mail server delays.

    python -m benchmarks.outbox [digests|messages|hung ...] [--database URL] [--waiting 200000] [--people 1000]

Processor time is this process's, threads included; the local Bot API and mail server run in another.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Engine, func, insert, select, text

import database
from alerts import messages
from alerts.channels import configured
from alerts.outbox import Outbox
from database import table_of, transaction
from demo.botapi import TOKEN, BotApi
from demo.mailserver import MailServer
from models import (
    Address,
    Board,
    Delivery,
    DeliveryReason,
    Listing,
    Message,
    Posting,
    PostingEvent,
    SavedSearch,
    Subscriber,
    every_table,
)
from settings import Settings

NOW = datetime(2026, 5, 4, 8, tzinfo=UTC)
POSTINGS = 100
SHOWN = 3  # postings in a message


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", default=["digests", "messages", "hung"])
    parser.add_argument("--database", default="", help="an empty database; none: SQLite in a new folder")
    parser.add_argument("--waiting", type=int, default=200_000, help="deliveries, twenty a digest")
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--serve", action="store_true", help="be the two servers")
    options = parser.parse_args()
    if options.serve:
        serve()
        return
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    for part in options.parts:
        engine = new_engine(options.database)
        if part == "digests":
            show(part, digests(engine, options.waiting))
        elif part == "messages":
            with servers() as ports:
                for channel in ("telegram", "email"):
                    show(channel, message_cost(new_engine(options.database), ports, channel, options.people))
        else:
            with servers() as ports:
                show(part, asyncio.run(hung(engine, ports, options.people)))


def show(part: str, figures: dict[str, float]) -> None:
    print(part, {name: round(value, 4) for name, value in figures.items()}, flush=True)


def new_engine(url: str) -> Engine:
    """An empty database with our tables; of a server's, one that is emptied."""
    engine = database.open_engine(url or f"sqlite:///{Path(tempfile.mkdtemp(prefix='rolewire-bench-')) / 'bench.db'}")
    database.upgrade(engine)
    if engine.dialect.name == "postgresql":  # not DELETE: the rows of the run before would weigh on this one
        with transaction(engine) as connection:
            tables = ", ".join(table.name for table in every_table().sorted_tables)
            connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    return engine


def settle(engine: Engine) -> None:
    """What the engine knows of its tables, as some minutes later; a server finds out by itself, in its own time."""
    database.optimize(engine)
    if engine.dialect.name == "postgresql":
        with transaction(engine) as connection:
            connection.execute(text("ANALYZE"))


# --- what is in the database ---------------------------------------------------------------------------------------


def fill(engine: Engine, people: int, each: int, cadence: str, due_at: datetime, channel: str = "telegram") -> None:
    """People with a search each, and as many deliveries that wait to be bundled."""
    digest_key = "weekly:mon:08:00:2026-W19" if cadence == "weekly" else ""
    with transaction(engine) as connection:
        events = _postings(connection)
        owners = insert_all(connection, Subscriber, [
            {"public_id": f"s{n}", "name": f"P{n}", "created_at": NOW} for n in range(people)
        ])  # fmt: skip
        places = insert_all(connection, Address, [
            {"subscriber_id": key, "channel": channel, "changed_at": NOW,
             "address": str(1000 + n) if channel == "telegram" else f"p{n}@people.example"}
            for n, key in enumerate(owners)
        ])  # fmt: skip
        searches = insert_all(connection, SavedSearch, [
            {"public_id": f"q{n}", "subscriber_id": key, "name": "engineers", "query": "title:engineer",
             "channels": [channel], "cadence": cadence, "created_at": NOW, "baseline_at": NOW}
            for n, key in enumerate(owners)
        ])  # fmt: skip
        clauses = [{"clause": "title:engineer", "field": "title", "text": "title has “engineer”"}]
        for start in range(0, people, 1000):
            rows = [
                {"subscriber_id": owners[n], "address_id": places[n], "channel": channel, "cadence": cadence,
                 "event_id": events[(n + k) % POSTINGS][0], "posting_id": events[(n + k) % POSTINGS][1],
                 "digest_key": digest_key, "created_at": NOW, "due_at": due_at}
                for n in range(start, min(people, start + 1000)) for k in range(each)
            ]  # fmt: skip
            made = insert_all(connection, Delivery, rows)
            told = [
                {"delivery_id": key, "search_id": searches[start + number // each], "clauses": clauses}
                for number, key in enumerate(made)
            ]
            connection.execute(insert(table_of(DeliveryReason)), told)
    settle(engine)


def _postings(connection: Any) -> list[tuple[int, int]]:
    [board] = insert_all(connection, Board, [{"source": "greenhouse", "board": "acme"}])
    facts = {"title": "Senior Machine Learning Engineer", "company": "Acme", "role": "ml-engineer",
             "seniority": "senior", "posted_at": NOW - timedelta(days=2), "first_seen_at": NOW,
             "locations": [{"city": "Paris", "region": None, "country": "FR"}], "remote_scope": "EU",
             "salary_min": 90_000.0, "salary_max": 120_000.0, "salary_currency": "EUR", "salary_period": "year",
             "evidence": {"role": {"rule": "role.title@1", "quote": "Machine Learning Engineer"}},
             "url": "https://boards.example.com/acme/1"}  # fmt: skip
    listings = insert_all(connection, Listing, [
        {"board_id": board, "source": "greenhouse", "board": "acme", "native_id": str(n), "first_seen_at": NOW,
         "description": "We build agents. " * 250} for n in range(POSTINGS)
    ])  # fmt: skip
    postings = insert_all(connection, Posting, [
        facts | {"public_id": f"p{n}", "primary_listing_id": key} for n, key in enumerate(listings)
    ])  # fmt: skip
    events = insert_all(connection, PostingEvent, [
        {"posting_id": key, "kind": "opened", "at": NOW} for key in postings
    ])  # fmt: skip
    return list(zip(events, postings, strict=True))


def insert_all(connection: Any, model: Any, rows: list[dict[str, Any]]) -> list[int]:
    """Insert rows, defaults filled in; returns their ids in the same order."""
    table = table_of(model)
    full = [model(**row).model_dump(exclude={"id"}) for row in rows]
    made = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(connection.execute(made, full).scalars())


# --- making digests ------------------------------------------------------------------------------------------------


def digests(engine: Engine, waiting: int) -> dict[str, float]:
    """Seconds of an idle turn while all wait, of making every digest, and of its longest transaction."""
    fill(engine, waiting // 20, 20, "weekly", NOW)
    settings = Settings()
    idle = min(_timed(lambda: _turn(engine, settings, NOW - timedelta(minutes=1))) for _ in range(5))
    longest, started, more = 0.0, time.perf_counter(), True
    while more:
        begun = time.perf_counter()
        with transaction(engine) as connection:
            _, more = messages.bundle(connection, settings.alerts, NOW)
        longest = max(longest, time.perf_counter() - begun)
    whole = time.perf_counter() - started
    with database.read(engine) as connection:
        made = connection.execute(select(func.count()).select_from(table_of(Message))).scalar_one()
    return {"idle_turn": idle, "all_digests": whole, "longest_transaction": longest, "digests": made}


def _turn(engine: Engine, settings: Settings, now: datetime) -> None:
    """What an outbox without work does: bundle, tell the operator, look at every lane."""
    asyncio.run(_idle(Outbox(engine, {}, settings, clock=lambda: now)))


async def _idle(outbox: Outbox) -> None:
    await outbox.turn()
    await outbox.settle()


def _timed(work: Any) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


# --- a message -----------------------------------------------------------------------------------------------------


def message_cost(engine: Engine, ports: dict[str, Any], channel: str, people: int) -> dict[str, float]:
    """Milliseconds of this process's time a message, claim to record, and the seconds until all were sent."""
    fill(engine, people, SHOWN, "instant", NOW, channel)
    settings = settings_for(ports)
    with transaction(engine) as connection:
        while messages.bundle(connection, settings.alerts, NOW)[1]:
            pass
    return asyncio.run(_send_all(engine, settings, channel, people))


async def _send_all(engine: Engine, settings: Settings, channel: str, people: int) -> dict[str, float]:
    one = {channel: configured(settings)[channel]}
    outbox = Outbox(engine, one, settings, clock=lambda: NOW + timedelta(seconds=time.monotonic() - started))
    started, spent = time.monotonic(), time.process_time()
    await outbox.turn()
    await outbox.settle()
    spent, seconds = time.process_time() - spent, time.monotonic() - started
    await one[channel].close()
    assert outbox.report.sent == people, outbox.report
    return {"ms_a_message": spent / people * 1000, "seconds": seconds, "messages": people}


async def hung(engine: Engine, ports: dict[str, Any], mails: int) -> dict[str, float]:
    """Seconds until a Telegram message due now is out, while mails hang at a server that says nothing."""
    fill(engine, mails, 1, "instant", NOW, "email")
    held: list[asyncio.StreamWriter] = []

    async def hold(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.append(writer)

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    settings = settings_for(ports)
    port = server.sockets[0].getsockname()[1]
    settings.channels["email"] = {"host": "127.0.0.1", "port": port, "security": "none"}
    stopping: list[bool] = []
    started = time.monotonic()
    outbox = Outbox(engine, configured(settings), settings, lambda: bool(stopping),
                    lambda: NOW + timedelta(seconds=time.monotonic() - started))  # fmt: skip
    await outbox.turn()
    while len(held) < 16:
        await asyncio.sleep(0.01)
    worst = 0.0
    for number in range(5):
        with transaction(engine) as connection:
            _one_telegram(connection, number)
        due = time.monotonic()
        while outbox.report.sent <= number:
            await outbox.turn()
            await asyncio.sleep(0.05)
        worst = max(worst, time.monotonic() - due)
    stopping.append(True)
    server.close()
    for writer in held:
        writer.close()
    await outbox.settle(1)
    return {"worst_delay_s": worst, "mails_hanging": len(held)}


def _one_telegram(connection: Any, number: int) -> None:
    row = {"public_id": f"t{number}", "name": f"T{number}", "created_at": NOW}
    [owner] = insert_all(connection, Subscriber, [row])
    place = {"subscriber_id": owner, "channel": "telegram", "address": str(9000 + number), "changed_at": NOW}
    [address] = insert_all(connection, Address, [place])
    to = {"id": address, "subscriber_id": owner, "channel": "telegram"}
    messages.add_message(connection, f"bench:{number}", to, "notice", NOW, "Hello")


# --- servers in a process of their own -----------------------------------------------------------------------------


def settings_for(ports: dict[str, Any]) -> Settings:
    made = Settings(channels={
        "telegram": {"token": TOKEN, "api_url": ports["api"]},
        "email": {"host": "127.0.0.1", "port": ports["mail"], "security": "none"},
    })  # fmt: skip
    made.web.public_url = "https://jobs.example.org"
    return made


@contextmanager
def servers() -> Iterator[dict[str, Any]]:
    command = [sys.executable, "-m", "benchmarks.outbox", "--serve"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait()


def serve() -> None:
    with MailServer() as mail, BotApi() as api:
        api.chats.known.update(range(1000, 200_000))
        print(json.dumps({"mail": mail.port, "api": api.url}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
