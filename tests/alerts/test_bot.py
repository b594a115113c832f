"""The bot against the strict local Bot API, with its real poller."""

import asyncio

import pytest

from alerts import bot, searches
from alerts.channels import ChannelSetupError
from alerts.replies import REPLIES, Asked
from database import transaction
from models import Address, SavedSearch, Subscriber
from settings import AccessSettings, Settings

ADA = 42


@pytest.fixture
def ask(world):
    """What a command is answered, without Telegram between."""

    def ask(command: str, argument: str = "", chat: int = ADA) -> str:
        asked = Asked(chat=str(chat), user=chat, name="Ada", argument=argument, now=world.now)
        with transaction(world.engine) as connection:
            return REPLIES[command](connection, world.settings, asked)

    return ask


@pytest.fixture
def open_access(world):
    world.settings.access = AccessSettings(mode="open")


async def answers(api, chat: int, count: int) -> list[str]:
    """The bot's first `count` answers; fails by the test's time limit."""
    while len(api.sent_to(chat)) < count:
        await asyncio.sleep(0.02)
    return api.sent_to(chat)


async def test_a_search_is_saved_over_telegram_and_its_first_message_comes(world, api, open_access):
    world.open("Research Engineer", count=2)
    running = bot.build_bot(world.settings, world.engine)
    await bot.start(running)
    try:
        for text in ("/start", "/search title:engineer", "/list", "/search nofield:x"):
            await asyncio.to_thread(api.say, ADA, text)
        welcome, saved, listed, refused = await answers(api, ADA, 4)
    finally:
        await bot.stop(running)
    assert "Welcome, Ada" in welcome
    assert saved.startswith("Saved: title:engineer\n2 postings open now")
    assert "Research Engineer – Acme" in saved
    assert listed == "1. title:engineer (at once, telegram)"
    assert "nofield" in refused
    assert "^" in refused
    assert [command["command"] for command in api.commands] == [name for name, _ in bot.COMMANDS]
    await world.deliver()
    assert (await world.deliver(minutes=11)).sent == 1
    assert api.sent_to(ADA)[-1].startswith("2 postings open now")


async def test_another_poller_ends_polling_and_not_sending(world, api):
    world.search(world.person(telegram="7"))
    world.open()
    running = bot.build_bot(world.settings, world.engine)
    told: list[str] = []
    await bot.start(running, told.append)
    while not told:  # the other program
        async with running.bot.__class__(world.settings.telegram.token.get_secret_value(),
                                         base_url=api.url + "/bot") as other:  # fmt: skip
            await other.get_updates(timeout=0)
        await asyncio.sleep(0.05)
    while running.updater.running:
        await asyncio.sleep(0.02)
    assert "same token" in told[0]
    await world.deliver()
    assert (await world.deliver(seconds=31)).sent == 1
    await bot.stop(running)


def test_a_bot_without_a_token_is_an_error(world):
    with pytest.raises(ChannelSetupError, match=r"telegram\.token"):
        bot.build_bot(Settings(), world.engine)


def test_an_invitation_is_needed_and_works_once(world, ask):
    assert "invitation" in ask("start")
    assert "invitation" in ask("search", "rag")
    with transaction(world.engine) as connection:
        ada = searches.add_subscriber(connection, "Ada", world.now)
        token = searches.invite(connection, ada, world.now)
    assert "Welcome" in ask("start", token)
    assert "used already" in ask("start", token, chat=43)
    assert "Saved" in ask("search", "rag")
    assert len(world.rows(Subscriber)) == 1


def test_a_list_lets_in_those_on_it(world, ask):
    world.settings.access = AccessSettings(mode="list", allowed=[ADA])
    assert "Welcome" in ask("start")
    assert "Your Telegram id, for its operator: 43" in ask("start", chat=43)


def test_searches_are_listed_and_removed_by_number(world, ask, open_access):
    for query in ("rag", "skill:pytorch"):
        ask("search", query)
    for wrong in ("", "0", "3", "x", "²"):
        assert ask("remove", wrong) == "Give a number from /list, 1 to 2."
    assert ask("remove", "1") == "Removed: rag"
    assert ask("list") == "1. skill:pytorch (at once, telegram)"
    assert ask("list", chat=43) == "You have no searches yet. Save one with /search QUERY."


def test_an_unfiltered_search_and_an_empty_one_are_refused(world, ask, open_access):
    assert "Write the search behind the command" in ask("search")
    assert "nearly everything" in ask("search", "is:open")
    assert world.rows(SavedSearch) == []


def test_stop_and_start_again(world, ask, open_access):
    ask("search", "title:engineer")
    world.dispatch()
    assert "nothing more" in ask("stop")
    world.open()
    world.dispatch()
    assert world.deliveries() == []
    ask("start")
    world.dispatch()
    assert [row["cadence"] for row in world.deliveries()] == ["baseline"]


async def test_whoever_blocked_the_bot_and_comes_back_is_reached_again(world, ask, api, open_access):
    ask("search", "title:engineer")
    world.open()
    api.chats.blocked.add(ADA)
    await world.deliver()
    await world.deliver(minutes=11)
    assert world.rows(Address)[0]["state"] == "disabled"
    api.chats.blocked.clear()
    api.chats.known.add(ADA)
    ask("start")
    assert world.rows(Address)[0]["state"] == "active"
    world.open()
    await world.deliver()
    assert (await world.deliver(seconds=31)).sent == 1


@pytest.mark.parametrize("trouble", ["token", "network"])
async def test_a_bot_that_cannot_start_tries_again_and_keeps_the_token_to_itself(
    world, api, monkeypatch, capsys, trouble
):
    monkeypatch.setattr(bot, "RETRY_SECONDS", 0.05)
    token, url = api.token, world.settings.telegram.api_url
    if trouble == "token":
        api.token = "123456789:another-token-altogether-0000000"
        running = bot.build_bot(world.settings, world.engine)
        await bot.start(running)
        api.token = token
    else:
        world.settings.telegram.api_url = "http://127.0.0.1:9"
        running = bot.build_bot(world.settings, world.engine)
        await bot.start(running)
        assert not running.updater.running
        await bot.stop(running)
        world.settings.telegram.api_url = url
        running = bot.build_bot(world.settings, world.engine)
        await bot.start(running)
    while not running.updater.running:
        await asyncio.sleep(0.02)
    await bot.stop(running)
    told = capsys.readouterr()
    assert token not in told.out + told.err
    assert "bot.not_started" in told.out + told.err


async def test_an_outbox_that_stops_claims_nothing_more(world, api):
    from alerts.outbox import deliver_due

    world.search(world.person(telegram="7"))
    world.open()
    world.dispatch()
    world.pass_time(seconds=31)
    report = await deliver_due(world.engine, world.channels, world.settings, world.now, lambda: True)
    assert (report.made, report.sent) == (1, 0)
    assert world.states() == ["pending"]
