"""A small world of postings and people in a real database, and the two local servers."""

import html
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select

import database
from alerts import buttons, searches
from alerts.channels import configured, keyboard
from alerts.channels.pace import Pace
from alerts.desk import Asked, Desk, How, Reply
from alerts.dispatch import dispatch
from alerts.outbox import OutboxReport, deliver_due
from alerts.render import ShownRow
from alerts.replies import REPLIES
from database import table_of, transaction
from demo.botapi import TOKEN, BotApi
from demo.mailserver import MailServer
from models import Board, Delivery, Link, Listing, Message, PendingMatch, Posting, PostingEvent, PostingSkill
from search import token_strings
from settings import AccessSettings, Settings

ADA = 42  # a chat
NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)  # a Wednesday


def full(row) -> dict[str, Any]:
    """All columns of a row to insert, defaults included."""
    return row.model_dump(exclude={"id"})


def insert_all(connection, model, rows) -> list[int]:
    """Insert the rows; returns their ids in the same order."""
    table = table_of(model)
    made = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(connection.execute(made, rows).scalars())


@dataclass
class World:
    """`now` is the time of whatever is done next."""

    engine: Engine
    settings: Settings
    now: datetime = NOW
    postings: int = 0
    board_id: int = 0
    channels: dict[str, Any] = field(default_factory=dict)
    lanes: dict[str, Any] = field(default_factory=dict)

    def pass_time(self, **amount: float) -> None:
        self.now += timedelta(**amount)

    def person(self, name="Ada", telegram="", email="", timezone="UTC") -> int:
        with transaction(self.engine) as connection:
            key = searches.add_subscriber(connection, name, self.now, timezone)
            for channel, address in (("telegram", telegram), ("email", email)):
                if address:
                    searches.set_address(connection, key, channel, address, self.now)
        return key

    def search(self, person: int, query="title:engineer", *, looked=True, **options) -> dict[str, Any]:
        """A saved search; `looked`: its first look at what is open is behind it."""
        with transaction(self.engine) as connection:
            row = searches.add_search(connection, person, query, self.now, **options)
        if looked:
            dispatch(self.engine, self.settings, self.now)
        return row

    def open(self, title="ML Engineer", *, count=1, is_baseline=False, skills=(), text="We build agents.", **facts):
        """Open postings, as ingest does; returns their ids."""
        with transaction(self.engine) as connection:
            ids = self._open(connection, count, title, skills, text, facts)
            self._event(connection, ids, "opened", is_baseline, {})
        return ids

    def happen(self, posting_id: int, kind: str, changes: dict | None = None, **facts) -> None:
        """A later event of a posting; `facts` are its new columns."""
        values = facts | ({"closed_at": self.now} if kind == "closed" else {"closed_at": None})
        with transaction(self.engine) as connection:
            table = table_of(Posting)
            connection.execute(table.update().where(table.c.id == posting_id).values(values))
            self._event(connection, [posting_id], kind, False, changes or {})

    def _event(self, connection, ids, kind, is_baseline, changes) -> None:
        row = {"kind": kind, "at": self.now, "changes": changes, "is_baseline": is_baseline}
        events = insert_all(connection, PostingEvent, [row | {"posting_id": key} for key in ids])
        connection.execute(insert(table_of(PendingMatch)), [{"event_id": key} for key in events])

    def _open(self, connection, count, title, skills, text, facts) -> list[int]:
        at, board_id = self.now, self._board(connection)
        numbers = range(self.postings + 1, self.postings + count + 1)
        self.postings += count
        listings = [
            full(Listing(
                board_id=board_id, source="greenhouse", board="acme", native_id=str(number), title=title,
                url=f"https://boards.example.com/acme/{number}", description=text, first_seen_at=at, last_seen_at=at,
            ))
            for number in numbers
        ]  # fmt: skip
        listing_ids = insert_all(connection, Listing, listings)
        common = full(Posting(
            public_id="", primary_listing_id=0, title=title, company="Acme", company_key="acme", role="ml-engineer",
            seniority="senior", skills=list(skills), posted_at=at, first_seen_at=at, posted_at_quality="stated",
            locations=[{"city": "Paris", "region": None, "country": "FR"}],
        ))  # fmt: skip
        ids = insert_all(connection, Posting, [
            common | {"public_id": f"p{number}", "primary_listing_id": listing_id, "url": listing["url"]} | facts
            for number, listing_id, listing in zip(numbers, listing_ids, listings, strict=True)
        ])  # fmt: skip
        title_words, company_words, text_words = token_strings(title, "Acme", text)
        words = {"title": title_words, "company": company_words, "text": text_words}
        database.write_texts(connection, [words | {"posting_id": key} for key in ids])
        asked = [{"posting_id": key, "skill": skill} for key in ids for skill in skills]
        links = [{"listing_id": listing_id, "posting_id": key, "reason": "only", "linked_at": at}
                 for listing_id, key in zip(listing_ids, ids, strict=True)]  # fmt: skip
        for model, rows in ((PostingSkill, asked), (Link, links)):
            if rows:
                connection.execute(insert(table_of(model)), rows)
        return ids

    def _board(self, connection) -> int:
        if not self.board_id:
            row = full(Board(source="greenhouse", board="acme", company="Acme"))
            made = connection.execute(insert(table_of(Board)).values(row).returning(table_of(Board).c.id))
            self.board_id = made.scalar_one()
        return self.board_id

    def dispatch(self) -> int:
        return dispatch(self.engine, self.settings, self.now)

    async def deliver(self, **wait: float) -> OutboxReport:
        """Pass the time, dispatch and send what is due."""
        self.pass_time(**wait)
        self.dispatch()
        return await deliver_due(self.engine, self.channels, self.settings, self.now, lanes=self.lanes)

    def rows(self, model) -> list[dict[str, Any]]:
        with database.read(self.engine) as connection:
            table = table_of(model)
            return [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]

    def deliveries(self) -> list[dict[str, Any]]:
        return self.rows(Delivery)

    def messages(self) -> list[dict[str, Any]]:
        return self.rows(Message)

    def states(self) -> list[str]:
        return [row["state"] for row in self.messages()]


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as server:
        server.chats.known.add(7)
        yield server


@pytest.fixture
async def world(database_url, mail, api):
    engine = database.open_engine(database_url)
    settings = Settings(channels={
        "telegram": {"token": TOKEN, "api_url": api.url},
        "email": {"host": mail.host, "port": mail.port, "security": "none"},
    })  # fmt: skip
    settings.web.public_url = "https://jobs.example.org"
    made = World(engine, settings, channels=configured(settings))
    made.channels["telegram"].pace = Pace(lambda: made.now.timestamp() + time.monotonic())  # time that is passed counts
    yield made
    for channel in made.channels.values():
        await channel.close()
    engine.dispose()


# --- a chat with the bot -------------------------------------------------------------------------------------------


@dataclass
class Phone:
    """A chat with the bot, without Telegram between: what was answered last, and its buttons."""

    world: World
    chat: int = ADA
    message_id: int = 0
    shown: Reply = field(default_factory=lambda: Reply(""))

    def write(self, command: str, argument: str = "") -> str:
        return self._take(REPLIES[command](self._desk(), self._asked(argument)))

    def press(self, label: str) -> str:
        (button,) = [one for row in self.shown.buttons for one in row if one.label.startswith(label)]
        return self.say(button.press)

    def say(self, said: str) -> str:
        """Whatever a button says."""
        return self._take(REPLIES["press"](self._desk(), self._asked(said)))

    def labels(self) -> list[str]:
        return [one.label for row in self.shown.buttons for one in row]

    def _desk(self) -> Desk:
        return Desk(self.world.engine, self.world.settings)

    def _asked(self, argument: str) -> Asked:
        code = tuple(html.unescape(one) for one in re.findall("<code>(.*?)</code>", self.shown.html))
        return Asked("telegram", str(self.chat), self.chat, "Ada", argument, self.world.now, self.message_id, code)

    def _take(self, reply: Reply) -> str:
        for row in reply.buttons:
            for one in row:
                assert not one.press or len(buttons.sign(b"k", str(-(10**13)), one.press).encode()) <= buttons.LIMIT
        if reply.how != How.TOAST:
            self.shown = reply
        return reply.text or reply.toast


@pytest.fixture
def phone(world) -> Phone:
    world.settings.access = AccessSettings(mode="open")
    return Phone(world)


@pytest.fixture
def told(world, api, phone):
    """Ada was told of a posting at once; her phone shows the message."""

    async def told(count: int = 1, **facts) -> list[int]:
        api.chats.known.add(ADA)
        person = world.person(telegram=str(ADA))
        world.search(person, "title:engineer")
        ids = world.open(count=count, **facts)
        await world.deliver()
        await world.deliver(seconds=31)
        phone.message_id = int(world.messages()[-1]["provider_id"])
        phone.shown = Reply("", buttons=keyboard.of_rows([ShownRow(f"T{key}", id=f"p{key}") for key in ids]))
        return ids

    return told
