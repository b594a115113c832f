"""Alerts as they are sent: how late they are, and what is lost, repeated or too fast while sends go wrong.

    python -m benchmarks.alerts [latency|faults ...] [--people 10000] [--a-second 20] [--seconds 150]

latency: postings open so that so many messages a second are due, half by Telegram, half by e-mail; dispatch and outbox
take their turns as in the daemon. From the event's row to the provider's acceptance as it is recorded.
faults: 10,000 deliveries to chats and groups; 5% of the sends are refused with 429, of 5% the reply is lost.
"""

import argparse
import asyncio
import random
import re
import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import structlog
from sqlalchemy import Engine, insert, select

import database
from alerts import messages
from alerts.channels import configured
from alerts.digest import REPEAT_NOTE
from alerts.dispatch import Dispatcher
from alerts.outbox import Outbox
from benchmarks.outbox import NOW, insert_all, new_engine, servers, settings_for, settle, show
from benchmarks.outbox import _postings as postings
from database import table_of, transaction
from demo.botapi import BotApi
from demo.botrules import scripted
from models import (
    Address,
    Board,
    Delivery,
    DeliveryReason,
    Link,
    Listing,
    Message,
    PendingMatch,
    Posting,
    PostingEvent,
    SavedSearch,
    Subscriber,
)
from search import token_strings

GROUP_AT = 1_000_000
SPREAD = (("instant", 5), ("baseline", 6), ("weekly", 5))  # messages to a chat, and deliveries in each
CHATS, GROUPS, CROWDED = 605, 20, 30  # the last: messages to one group at once
SHARE = 0.05
LINK = re.compile(r"/postings/(p\d+)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", default=["latency", "faults"])
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--a-second", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=150)
    parser.add_argument("--database", default="", help="an empty database; none: SQLite in a new folder")
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    for part in options.parts:
        engine = new_engine(options.database)
        if part == "faults":
            show(part, asyncio.run(faults(engine)))
            continue
        with servers() as ports:
            asyncio.run(latency(engine, ports, options.people, options.a_second, options.seconds))


# --- how late ------------------------------------------------------------------------------------------------------


async def latency(engine: Engine, ports: dict[str, Any], people: int, a_second: int, seconds: int) -> None:
    """Show the percentiles of seconds from event to acceptance."""
    await asyncio.to_thread(crowd, engine, people, a_second)
    settings = settings_for(ports)
    outbox, dispatcher = Outbox(engine, configured(settings), settings), Dispatcher(engine, settings)
    await asyncio.to_thread(dispatcher.load)
    is_over = asyncio.Event()
    turns = [
        asyncio.create_task(every(2, lambda: asyncio.to_thread(dispatcher.turn, datetime.now(UTC)), is_over)),
        asyncio.create_task(every(2, outbox.turn, is_over)),
    ]
    for number in range(seconds):
        began = time.monotonic()
        await asyncio.to_thread(open_one, engine, number, people // a_second)
        await asyncio.sleep(max(0.0, 1 - (time.monotonic() - began)))
    for _ in range(120):
        if outbox.report.sent >= seconds * a_second:
            break
        await asyncio.sleep(1)
    is_over.set()
    await asyncio.gather(*turns)
    await outbox.settle(10)
    for channel in ("telegram", "email"):
        late = delays(engine, channel)
        ranks = {f"p{rank}": late[min(len(late) - 1, len(late) * rank // 100)] for rank in (50, 90, 99)}
        show(channel, {"messages": float(len(late)), **ranks, "longest": late[-1]})


async def every(seconds: float, work: Any, is_over: asyncio.Event) -> None:
    while not is_over.is_set():
        await work()
        with suppress(TimeoutError):
            await asyncio.wait_for(is_over.wait(), seconds)


def crowd(engine: Engine, people: int, a_second: int) -> None:
    """So many people, each with a search; so many of them look for the same word."""
    now, words = datetime.now(UTC), people // a_second
    with transaction(engine) as connection:
        owners = insert_all(connection, Subscriber, [
            {"public_id": f"s{n}", "name": f"P{n}", "created_at": now} for n in range(people)
        ])  # fmt: skip
        channels = ["telegram" if (n // words) % 2 else "email" for n in range(people)]
        insert_all(connection, Address, [
            {"subscriber_id": key, "channel": channels[n], "changed_at": now,
             "address": str(1000 + n) if channels[n] == "telegram" else f"p{n}@people.example"}
            for n, key in enumerate(owners)
        ])  # fmt: skip
        insert_all(connection, SavedSearch, [
            {"public_id": f"q{n}", "subscriber_id": key, "name": "mine", "query": f"title:word{n % words}",
             "channels": [channels[n]], "cadence": "instant", "created_at": now, "baseline_at": now}
            for n, key in enumerate(owners)
        ])  # fmt: skip
        insert_all(connection, Board, [{"source": "greenhouse", "board": "acme"}])
    settle(engine)


def open_one(engine: Engine, number: int, words: int) -> None:
    """A posting opens, as ingest writes it."""
    title, now = f"Engineer word{number % words}", datetime.now(UTC)
    with transaction(engine) as connection:
        [listing] = insert_all(connection, Listing, [
            {"board_id": 1, "source": "greenhouse", "board": "acme", "native_id": str(number), "title": title,
             "first_seen_at": now, "description": "We build agents. " * 100}
        ])  # fmt: skip
        [key] = insert_all(connection, Posting, [
            {"public_id": f"p{number}", "primary_listing_id": listing, "title": title, "company": "Acme",
             "posted_at": now, "first_seen_at": now, "url": f"https://boards.example.com/{number}"}
        ])  # fmt: skip
        words_of = dict(
            zip(("title", "company", "text"), token_strings(title, "Acme", "We build agents."), strict=True)
        )
        database.write_texts(connection, [words_of | {"posting_id": key}])
        link = {"listing_id": listing, "posting_id": key, "reason": "only", "linked_at": now}
        connection.execute(insert(table_of(Link)), [link])
        event = {"posting_id": key, "kind": "opened", "at": datetime.now(UTC)}
        [event_id] = insert_all(connection, PostingEvent, [event])
        connection.execute(insert(table_of(PendingMatch)), [{"event_id": event_id}])


def delays(engine: Engine, channel: str) -> list[float]:
    message, delivery, event = table_of(Message).c, table_of(Delivery).c, table_of(PostingEvent).c
    wanted = select(event.at, message.sent_at).join(table_of(Delivery), delivery.event_id == event.id)
    wanted = wanted.join(table_of(Message), message.id == delivery.message_id)
    with database.read(engine) as connection:
        rows = connection.execute(wanted.where(message.channel == channel, message.state == "sent")).all()
    return sorted((row.sent_at - row.at).total_seconds() for row in rows)


# --- lost replies and refusals -------------------------------------------------------------------------------------


async def faults(engine: Engine) -> dict[str, float]:
    """Send all; count what is lost, what comes twice, marked or not, and how fast it came."""
    dice = random.Random(7)
    counted: Counter[str] = Counter()
    came: list[tuple[float, int]] = []
    with BotApi() as api:
        take, accept = api.messages.send_message, api.messages._accept

        async def send(given: dict[str, Any]) -> dict[str, Any]:
            if dice.random() < SHARE:
                counted["refused"] += 1
                raise scripted(429, 1)
            if dice.random() < SHARE:
                counted["replies_lost"] += 1
                api.faults.lose_replies += 1
            return await take(given)

        def note(message: dict[str, Any]) -> None:
            came.append((time.monotonic(), message["chat"]["id"]))
            accept(message)

        api.messages.send_message, api.messages._accept = send, note  # type: ignore[method-assign]
        expected = owe(engine, api)
        await send_all(engine, api.url)
        return figures(api.accepted, expected) | pace(came) | dict(counted)


def owe(engine: Engine, api: BotApi) -> set[tuple[int, str]]:
    """(chat, posting) of all that is owed."""
    chats = [1000 + n for n in range(CHATS)] + [-GROUP_AT - n for n in range(GROUPS)]
    api.chats.known.update(chats)
    with transaction(engine) as connection:
        events = postings(connection)
        owners = insert_all(connection, Subscriber, [
            {"public_id": f"s{n}", "name": f"P{n}", "created_at": NOW} for n in range(len(chats))
        ])  # fmt: skip
        places = insert_all(connection, Address, [
            {"subscriber_id": owners[n], "channel": "telegram", "address": str(chat), "changed_at": NOW}
            for n, chat in enumerate(chats)
        ])  # fmt: skip
        searches = insert_all(connection, SavedSearch, [
            {"public_id": f"q{n}", "subscriber_id": key, "name": "engineers", "query": "title:engineer",
             "channels": ["telegram"], "created_at": NOW, "baseline_at": NOW} for n, key in enumerate(owners)
        ])  # fmt: skip
        rows, first = [], 0
        for cadence, count in SPREAD:
            key = "weekly:mon:08:00:2026-W19" if cadence == "weekly" else ""
            rows += [
                {"subscriber_id": owners[n], "address_id": place, "channel": "telegram", "cadence": cadence,
                 "event_id": events[k][0], "posting_id": events[k][1], "digest_key": key, "created_at": NOW,
                 "due_at": NOW}
                for n, place in enumerate(places) for k in range(first, first + count)
            ]  # fmt: skip
            first += count
        made = insert_all(connection, Delivery, rows)
        of_owner = dict(zip(owners, searches, strict=True))
        connection.execute(insert(table_of(DeliveryReason)), [
            {"delivery_id": key, "search_id": of_owner[row["subscriber_id"]], "clauses": []}
            for key, row in zip(made, rows, strict=True)
        ])  # fmt: skip
        crowded = {"id": places[-1], "subscriber_id": owners[-1], "channel": "telegram"}
        for number in range(CROWDED):
            messages.add_message(connection, f"crowd:{number}", crowded, "notice", NOW, f"Notice {number}")
    settle(engine)
    return {(chat, f"p{k}") for chat in chats for k in range(first)}


async def send_all(engine: Engine, url: str) -> None:
    settings = settings_for({"api": url, "mail": 9})
    channel = configured(settings)["telegram"]
    started = time.monotonic()
    outbox = Outbox(engine, {"telegram": channel}, settings,
                    clock=lambda: NOW + timedelta(seconds=time.monotonic() - started))  # fmt: skip
    while time.monotonic() - started < 600:
        await outbox.turn()
        await outbox.settle()
        if not _open(engine):
            break
        await asyncio.sleep(0.5)
    await channel.close()


def _open(engine: Engine) -> bool:
    message, delivery = table_of(Message).c, table_of(Delivery).c
    with database.read(engine) as connection:
        waits = select(message.id).where(message.state.not_in(["sent", "failed", "cancelled"])).limit(1)
        owed = select(delivery.id).where(delivery.state.not_in(["sent", "failed", "cancelled"])).limit(1)
        return bool(connection.execute(waits).first() or connection.execute(owed).first())


def figures(accepted: list[dict[str, Any]], expected: set[tuple[int, str]]) -> dict[str, float]:
    seen: Counter[tuple[int, str]] = Counter()
    repeats = unmarked = 0
    for message in accepted:
        mine = {(message["chat"]["id"], key) for key in LINK.findall(message["source"])}
        if mine and any(seen[one] for one in mine):
            repeats += 1
            unmarked += REPEAT_NOTE not in message["text"]
        seen.update(mine)
    return {"deliveries": len(expected), "messages": len(accepted), "lost": len(expected - seen.keys()),
            "repeats": repeats, "repeats_unmarked": unmarked}  # fmt: skip


def pace(came: list[tuple[float, int]]) -> dict[str, float]:
    """The shortest time between two messages to a chat; the most to a group in a minute, and in all in a second."""
    of_chat: dict[int, list[float]] = {}
    for at, chat in came:
        of_chat.setdefault(chat, []).append(at)
    gaps = [later - earlier for times in of_chat.values() for earlier, later in pairwise(times)]
    groups = [most_within(times, 60) for chat, times in of_chat.items() if chat < 0]
    overall = most_within([at for at, _ in came], 1)
    return {"shortest_gap_s": min(gaps), "most_a_group_minute": max(groups), "most_a_second": overall}


def most_within(times: list[float], seconds: float) -> int:
    first = most = 0
    for last, at in enumerate(times):
        while times[first] <= at - seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


if __name__ == "__main__":
    main()
