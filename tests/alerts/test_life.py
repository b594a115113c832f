"""A subscriber's whole life, over a strict Bot API and a mail server with STARTTLS and login: from an invitation to the
last byte erased."""

import asyncio
import re
from contextlib import asynccontextmanager

import pytest

from alerts import bot, searches
from alerts.channels import configured, pace
from alerts.kept import take_care
from alerts.told import Edits
from database import transaction
from demo.mailserver import MailServer
from models import Address, KeptPosting, Message, Mute, SavedSearch, SearchReview, Subscriber
from tests.tools.certificate import self_signed, tls_of

ADA = 42


@pytest.fixture
async def mailed(world, tmp_path, monkeypatch):
    """The world's mail goes to a server that asks for TLS and a login."""
    certificate = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setattr(pace, "CHAT_SECONDS", 0.05)  # what it keeps to is tried elsewhere
    with MailServer(tls=tls_of(certificate), login=("ada", "secret-word")) as server:
        given = {"security": "starttls", "username": "ada", "password": "secret-word", "port": server.port}
        world.settings.channels["email"] |= given
        world.settings.web.public_url = ""  # codes instead of links: all of it happens in the chat
        channels = configured(world.settings)
        channels["telegram"].pace = world.channels["telegram"].pace
        world.channels |= channels
        yield server
        await channels["email"].close()


async def until(what) -> None:
    """Wait for it; fails by the test's time limit."""
    while not what():
        await asyncio.sleep(0.02)


class Ada:
    """What she does, and what she is shown for it."""

    def __init__(self, api) -> None:
        self.api = api

    async def says(self, text: str) -> str:
        count = len(self.api.sent_to(ADA))
        await asyncio.to_thread(self.api.say, ADA, text)
        await until(lambda: len(self.api.sent_to(ADA)) > count)
        return self.api.sent_to(ADA)[-1]

    async def presses(self, *labels: str) -> str:
        """Each once its message stands there; the text of the newest message with buttons, and what was shown last."""
        for label in labels:
            await until(lambda: any(one["text"].startswith(label) for one in self.api.buttons_in(ADA)))  # noqa: B023
            answered, changed = len(self.api.answers), len(self.api.edits) + len(self.api.accepted)
            await asyncio.to_thread(self.api.press, ADA, label)
            await until(lambda: len(self.api.answers) > answered)  # noqa: B023
            await until(lambda: len(self.api.edits) + len(self.api.accepted) > changed)  # noqa: B023
        return str(self.api.shown_in(ADA)[-1]["text"])


@asynccontextmanager
async def listening(world):
    running = bot.build_bot(world.settings, world.engine, lambda: world.now, world.channels["telegram"])
    await bot.start(running)
    try:
        await until(lambda: running.is_hearing)
        yield
    finally:
        await bot.stop(running)


async def test_a_life(world, api, mailed):
    with transaction(world.engine) as connection:
        ada = searches.add_subscriber(connection, "Ada", world.now, "Europe/Paris")
        token = searches.invite(connection, ada, world.now)
    world.open("AI Engineer", role="ai-engineer", company="Old Globe", company_key="globe")
    person = Ada(api)
    async with listening(world):
        # she comes, is led to a first search, and sees it before it is saved
        assert "by invitation" in await person.says("/start")
        assert "1 of 5" in await person.says(f"/start {token}")
        shown = await person.presses("AI engineer", "Next", "Any »", "Any »", "Any »", "Any »")
        assert "it would have sent 1" in shown
        assert (await person.presses("Save: tell me at once")).startswith("Saved: role:ai-engineer")
        await world.deliver()
        await world.deliver(minutes=11)
        assert "1 posting open now" in api.sent_to(ADA)[-1]
        # she joins a mailbox, and has a weekly mail too
        assert "is on its way" in await person.says("/email ada@example.org")
        await world.deliver(seconds=2)
        code = re.search(r"/email (\d+)", mailed.arrived[-1].part("plain"))[1]
        assert (await person.says(f"/email {code}")).startswith("Confirmed: ada@example.org")
        assert "Saved: title:engineer" in await person.says("/search weekly title:engineer")
        assert "sent by e-mail" in await person.says("/where 2 email")
        # two jobs open: she is told once, understands why, keeps one and mutes the other's employer
        kept, other = world.open("AI Engineer", role="ai-engineer", count=2)
        await world.deliver(seconds=1)
        await world.deliver(seconds=40)
        assert api.sent_to(ADA)[-1].startswith("2 new")
        await person.presses("1", "Save")
        assert len(world.rows(KeptPosting)) == 1
        assert "matches role:ai-engineer" in await person.presses("Why?")
        await asyncio.to_thread(api.press, ADA, "« All postings")
        await until(lambda: [one["text"] for one in api.buttons_in(ADA)] == ["1", "2"])
        # one closes: her old message says so
        world.happen(kept, "closed")
        world.dispatch()
        world.pass_time(minutes=2)
        assert await Edits(world.engine, world.channels, world.settings, lambda: world.now).turn() == 1
        assert "closed" in api.edits[-1]["text"]
        # Sunday to Monday: one mail, on Monday morning of Paris
        before = len(mailed.arrived)
        for _ in range(8):
            await world.deliver(days=1)
        assert len(mailed.arrived) == before + 1
        assert "List-Id" in mailed.arrived[-1].message
        # she rests for a week; what opens meanwhile comes after it, once
        world.open("AI Engineer", role="ai-engineer", company="Initech", company_key="initech")
        await world.deliver(seconds=1)
        await world.deliver(seconds=40)
        await person.presses("Snooze", "All quiet for a week")
        count = len(api.sent_to(ADA))
        world.open("AI Engineer", role="ai-engineer", company="Umbrella", company_key="umbrella")
        await world.deliver(days=3)
        assert len(api.sent_to(ADA)) == count
        world.pass_time(days=5)
        take_care(world.engine, world.now)
        await world.deliver()
        await world.deliver(minutes=11)
        assert "Umbrella" in api.sent_to(ADA)[-1]
        # the bot is blocked, and she comes back
        api.chats.blocked.add(ADA)
        world.open("AI Engineer", role="ai-engineer", company="Hooli", company_key="hooli")
        await world.deliver(seconds=1)
        await world.deliver(seconds=40)
        assert {row["state"] for row in world.rows(Address) if row["channel"] == "telegram"} == {"disabled"}
        api.chats.blocked.clear()
        assert "Welcome back" in await person.says("/start")
        await world.deliver(seconds=1)
        await world.deliver(minutes=11)
        assert "Hooli" in api.sent_to(ADA)[-1]
        # she finds a job, takes her data, and is erased
        assert "All is paused: 2 searches" in await person.says("/found")
        await person.presses("Send me my data")
        assert "ada@example.org" in api.accepted[-1]["bytes"]
        world.open("AI Engineer", role="ai-engineer")
        sent = await world.deliver(days=8)
        assert sent.sent == 0
        await person.presses("Erase everything", "Yes, erase")
    assert api.shown_in(ADA)[-1]["text"].startswith("Erased")
    for model in (Subscriber, SavedSearch, Address, Message, Mute, KeptPosting, SearchReview):
        assert world.rows(model) == [], model
    assert other
