"""The bot against the strict local Bot API, with its real poller."""

import asyncio
import re
import threading
from contextlib import AsyncExitStack, contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from alerts import backtest, bot, desk, heard, hearing, notices, replies, saving, searches
from alerts.channels import ChannelSetupError
from alerts.outgoing import Outgoing
from alerts.replies import REPLIES, Asked, Desk
from database import transaction
from demo.telegram_html import read_html
from models import Address, SavedSearch, Subscriber
from scheduler import Daemon
from settings import AccessSettings, OperatorSettings, Settings

ADA = 42


@pytest.fixture
def ask(world):
    """What a command is answered, without Telegram between."""

    def ask(command: str, argument: str = "", chat: int = ADA) -> str:
        asked = Asked(channel="telegram", chat=str(chat), user=chat, name="Ada", argument=argument, now=world.now)
        return REPLIES[command](Desk(world.engine, world.settings), asked).text

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
    running = bot.build_bot(world.settings, world.engine, lambda: world.now)
    await bot.start(running)
    try:
        for text in ("/start", "/search title:engineer", "/list", "/search nofield:x"):
            await asyncio.to_thread(api.say, ADA, text)
        welcome, saved, listed, refused = await answers(api, ADA, 4)
    finally:
        await bot.stop(running)
    assert "Welcome, Ada" in welcome
    assert saved.startswith(
        "Saved: title:engineer\n2 postings open now. In the last 30 days it would have sent 2: 2 in"
    )
    assert "Research Engineer – Acme" in saved
    assert listed == "1. title:engineer\n   at once, by Telegram, 2 open now"
    assert refused.startswith("Unknown field nofield:")
    assert refused.endswith("\nnofield:x\n^^^^^^^^")
    assert ("pre", "", "nofield:x\n^^^^^^^^") in api.accepted[-1]["entities"]
    assert [command["command"] for command in api.commands] == [name for name, _ in bot.COMMANDS]
    await world.deliver()
    assert (await world.deliver(minutes=11)).sent == 1
    assert api.sent_to(ADA)[-1].startswith("2 postings open now")


async def until(what) -> None:
    """Wait for it; fails by the test's time limit."""
    while not what():
        await asyncio.sleep(0.02)


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(hearing, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(hearing, "LONGEST_PAUSE", 0.2)


@pytest.mark.parametrize(("status", "told"), [(409, "same token"), (401, "refuses the token"), (500, "Server Error")])
async def test_deafness_is_waited_out_and_told_and_a_stop_is_obeyed_first(
    world, api, open_access, impatient, status, told
):
    world.settings.operator = OperatorSettings(addresses=["email:op@example.org"])
    running = bot.build_bot(world.settings, world.engine, lambda: world.now, world.channels["telegram"])
    await bot.start(running)
    try:
        await asyncio.to_thread(api.say, ADA, "/search title:engineer")
        await answers(api, ADA, 1)
        api.faults.polling = status
        api.say(43, "hello")  # ends the request that waits
        await until(lambda: notices.is_lasting(world.engine, "bot"))
        world.dispatch()
        world.open()
        api.say(ADA, "/stop")
        assert (await world.deliver()).sent == 1  # the operator's mail
        report = await world.deliver(minutes=11)  # while it is deaf
        assert report.sent == 0
        assert report.postponed  # once, or again where the machine is slow: its lane asks as soon as it may
        api.faults.polling = 0
        await until(lambda: running.is_hearing)
        assert [row["state"] for row in world.messages() if row["channel"] == "telegram"] == ["pending"]
        await world.deliver(minutes=1)
        assert [row["state"] for row in world.messages() if row["channel"] == "telegram"] == ["cancelled"]
    finally:
        await bot.stop(running)
    assert [text.split()[0] for text in api.sent_to(ADA)] == ["Saved:", "Stopped:"]
    words = [row["text"] for row in world.messages() if row["channel"] == "email"]
    assert [told in text for text in words] == [True, True]
    assert words[1].startswith("Over: ")


async def test_alerts_go_on_once_it_is_deaf_for_long(world, api, impatient, monkeypatch):
    monkeypatch.setattr(hearing, "HOLD_SECONDS", 0.0)
    world.search(world.person(telegram="7"))
    world.open()
    api.faults.polling = 409
    running = bot.build_bot(world.settings, world.engine, channel=world.channels["telegram"])
    await bot.start(running)
    try:
        await until(lambda: not world.channels["telegram"].gate.is_closed)
        await world.deliver()
        assert (await world.deliver(seconds=31)).sent == 1
    finally:
        await bot.stop(running)


async def test_no_further_try_to_hear_closes_what_deafness_opened(world, api, impatient, monkeypatch):
    monkeypatch.setattr(hearing, "HOLD_SECONDS", 0.0)
    gate, found = world.channels["telegram"].gate, []
    api.faults.polling = 500
    running = bot.build_bot(world.settings, world.engine, channel=world.channels["telegram"])
    really = running._hearing._begin

    async def begin() -> None:
        found.append(gate.is_closed)
        await really()

    monkeypatch.setattr(running._hearing, "_begin", begin)
    await bot.start(running)
    try:
        await until(lambda: len(found) > 3)
    finally:
        await bot.stop(running)
    assert not any(found[1:])


async def test_one_chat_that_must_wait_holds_up_no_other(world, api, open_access, monkeypatch):
    monkeypatch.setattr(bot, "STOP_SECONDS", 0.1)  # it waits for an hour
    api.faults.chats[ADA] = [429] * 2
    api.faults.retry_after = 3600
    running = bot.build_bot(world.settings, world.engine, lambda: world.now)
    await bot.start(running)
    try:
        await asyncio.to_thread(api.say, ADA, "/list")
        await until(lambda: len(api.faults.chats[ADA]) == 1)
        for chat in (43, 44):
            await asyncio.to_thread(api.say, chat, "/help")
            await answers(api, chat, 1)
    finally:
        await bot.stop(running)
    assert api.sent_to(ADA) == []


async def test_a_slow_command_holds_up_no_other_chat_and_keeps_the_order_of_its_own(
    world, api, open_access, monkeypatch
):
    may_end, begun = threading.Event(), []

    def slow(_desk, asked):
        begun.append(asked.chat)
        may_end.wait(30)
        return replies.Reply("slow")

    monkeypatch.setitem(replies.REPLIES, "list", slow)
    running = bot.build_bot(world.settings, world.engine, lambda: world.now)
    await bot.start(running)
    try:
        await until(lambda: running.is_hearing)  # what was written before would be done first
        for chat in range(100, 110):
            await asyncio.to_thread(api.say, chat, "/list")
        await asyncio.to_thread(api.say, 100, "/help")
        await until(lambda: len(begun) == 10)
        await asyncio.to_thread(api.say, ADA, "/help")
        await answers(api, ADA, 1)
        assert api.sent_to(100) == []
        may_end.set()
        assert [text[:4] for text in await answers(api, 100, 2)] == ["slow", "I wa"]
    finally:
        may_end.set()
        await bot.stop(running)


async def test_alerts_and_answers_share_one_pace(world, api, open_access):
    api.per_second = 1
    channel = world.channels["telegram"]
    api.chats.known.add(ADA)
    running = bot.build_bot(world.settings, world.engine, lambda: world.now, channel)
    await bot.start(running)
    try:
        await asyncio.to_thread(api.say, ADA, "/help")
        await answers(api, ADA, 1)
        await until(lambda: running.is_hearing)
        await channel.send(Outgoing(key="k", to=str(ADA), subject="s", text="an alert"))
        await asyncio.to_thread(api.say, ADA, "/list")
        assert len(await answers(api, ADA, 3)) == 3  # the strict server refused none
    finally:
        await bot.stop(running)
    assert api.calls.count("sendMessage") == 3


def test_counting_ends_in_time_and_the_rest_is_left_out(world, ask, open_access, monkeypatch):
    for number in range(3):
        ask("search", f"word{number}")
    monkeypatch.setattr(replies, "COUNT_SECONDS", 0.0)
    assert ask("list") == "".join(f"{at + 1}. word{at}\n   at once, by Telegram\n" for at in range(3)).strip()


def test_no_command_counts_parses_or_searches_while_it_writes(world, ask, open_access, monkeypatch):
    import database
    import search

    writing = []

    def watched(function):
        def call(*arguments, **named):
            assert not writing, function.__name__
            return function(*arguments, **named)

        return call

    @contextmanager
    def noted(engine):
        with transaction(engine) as connection:
            writing.append(True)
            try:
                yield connection
            finally:
                writing.clear()

    for room in (desk, saving):
        monkeypatch.setattr(room, "transaction", noted)
    monkeypatch.setattr(replies, "count_postings", watched(database.count_postings))
    monkeypatch.setattr(backtest, "came_to_match", watched(backtest.came_to_match))
    for name in ("parse", "parse_saved", "to_sql"):
        monkeypatch.setattr(search, name, watched(getattr(search, name)))
    world.open()
    asked = [ask("start"), ask("search", "title:engineer"), ask("list"), ask("edit", "1 title:ml"), ask("remove", "1"),
             ask("stop")]  # fmt: skip
    assert [answer.split()[0] for answer in asked] == ["Welcome,", "Saved:", "1.", "Changed:", "Removed:", "Stopped:"]


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
        assert ask("remove", wrong).endswith("Give the number that the search has in /list, 1 to 2: /remove 1")
    assert ask("remove", "1") == "Removed: rag. 1 search left: see /list."
    assert ask("list") == "1. skill:pytorch\n   at once, by Telegram, 0 open now"
    assert ask("remove", "1") == "Removed: skill:pytorch."
    assert ask("remove", "1").startswith("You have no searches yet. /search QUERY saves one")
    assert ask("list", chat=43).startswith("You have no searches yet. Save one with /search QUERY")


def test_the_list_tells_cadence_channel_and_how_many_are_open(world, ask, open_access):
    ask("search", "title:engineer")
    person = world.rows(Subscriber)[0]["id"]
    with transaction(world.engine) as connection:
        searches.set_address(connection, person, "email", "ada@example.org", world.now)
    world.search(person, "company:acme", name="Acme", cadence="weekly", channels=["email"], weekday="fri")
    paused = world.search(person, "title:intern")
    with transaction(world.engine) as connection:
        searches.pause_search(connection, paused["id"], world.now)
    closing, _ = world.open("ML Engineer", count=2)
    world.happen(closing, "closed")
    assert ask("list") == (
        "1. title:engineer\n   at once, by Telegram, 1 open now\n"
        "2. Acme: company:acme\n   Fridays at 08:00 UTC (next on 20 Nov), by e-mail, 1 open now\n"
        "3. title:intern\n   at once, by Telegram and e-mail, 0 open now, paused"
    )
    assert ask("remove", "2") == "Removed: Acme: company:acme. 2 searches left: see /list."


def test_a_search_may_come_as_a_weekly_digest(world, ask, open_access):
    world.open()
    assert ask("search", "weekly title:engineer").splitlines() == [
        "Saved: title:engineer",
        "1 posting open now. In the last 30 days it would have sent 1: 1 in the last 7 days, 0, 0, 0, 0 in those before"
        ".",
        "· ML Engineer – Acme",
        "What is open comes in one message in about 10 minutes; after that, new ones in a digest, Mondays at 08:00 UTC"
        " (next on 23 Nov), by Telegram.",
    ]
    assert "What shall come in a weekly digest? Write it behind" in ask("search", "weekly")
    assert ask("search", '"weekly"').startswith('Saved: "weekly"')
    assert [(row["query"], row["cadence"]) for row in world.rows(SavedSearch)] == [
        ("title:engineer", "weekly"), ('"weekly"', "instant"),
    ]  # fmt: skip
    assert ask("list").startswith(
        '1. title:engineer\n   Mondays at 08:00 UTC (next on 23 Nov), by Telegram, 1 open now\n2. "weekly"\n   at once'
    )


def test_a_search_that_matches_nothing_says_what_keeps_all_out(world, ask, open_access):
    world.open("ML Engineer", count=3)
    assert ask("search", "title:engineer company:globex").splitlines() == [
        "Saved: title:engineer company:globex",
        "0 postings open now. In the last 30 days it would have sent nothing.",
        "Without company:globex it would have been 3: /edit 1 title:engineer",
        "New ones come as they open, by Telegram.",
    ]
    assert ask("edit", "1 title:engineer").startswith(
        "Changed: title:engineer\nIn the last 30 days it would have sent 3:"
    )
    assert "a wider or another condition may find more" in ask("search", "company:globex")
    assert "Without company:globex it would have been 3, but that alone is no search." in ask(
        "test", "company:globex posted:<30d"
    )


def test_the_same_search_in_other_words_is_pointed_out(world, ask, open_access):
    ask("search", "title:engineer country:DE,FR")
    told = ask("search", "weekly country:France,germany TITLE:Engineer")
    assert told.startswith("You have this search already, as number 1: title:engineer country:DE,FR\n/edit 1 ")
    assert "You have this search already" not in ask("search", "title:engineer country:DE", chat=43)
    ask("search", "rag")
    assert "You have this search already" in ask("edit", "2 (country:FR OR country:DE) title:engineer")
    assert len(world.rows(SavedSearch)) == 3


def test_or_does_not_reach_into_what_is_open(world, ask, open_access):
    closing, _ = world.open("ML Engineer", count=2)
    world.happen(closing, "closed")
    told = ask("search", "title:engineer OR title:scientist")
    assert "\n1 posting open now. In the last 30 days it would have sent 2" in told


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ("(agents OR llm) rol:ai-engineer", ["(agents OR llm) rol:ai-engineer", "                ^^^^"]),
        ("rag (", ["rag (", "    ^"]),
        (f"{'agents ' * 20}rol:x", [f"{'agents ' * 20}rol:x"[-34:], " " * 29 + "^^^^"]),
        (f"rol:x{' agents' * 20}", [f"rol:x{' agents' * 20}"[:34], "^^^^"]),
        ('rol:"<b>&"', ['rol:"<b>&"', "^^^^"]),
    ],
)  # fmt: skip
def test_carets_stand_below_the_place_in_a_line_of_a_phone(query, lines):
    from search import QueryError, parse_saved

    with pytest.raises(QueryError) as error:
        parse_saved(query)
    made = replies.refusal(error.value)
    read = read_html(made.html)
    assert read.text == made.text
    assert made.text.splitlines()[-2:] == lines
    assert read.entities == [("pre", "", "\n".join(lines))]


def test_a_test_saves_nothing(world, ask, open_access):
    world.open("ML Engineer", count=2)
    assert ask("test", "weekly title:engineer").splitlines() == [
        "title:engineer",
        "In the last 30 days it would have sent 2: 2 in the last 7 days, 0, 0, 0, 0 in those before.",
        *["· ML Engineer – Acme"] * 2,
        "To save it: /search weekly title:engineer",
    ]
    assert "/test role:" in ask("test")
    assert "nearly everything" in ask("test", "is:open")
    assert world.rows(SavedSearch) == []


def test_why_begins_with_the_search_that_matches(world, ask, open_access):
    ask("search", "country:DE")
    ask("search", "title:engineer")
    world.open("ML Engineer")
    assert [line for line in ask("why", "p1").splitlines() if line.startswith("ML")] == [
        "ML Engineer – Acme matches title:engineer:", "ML Engineer – Acme does not match country:DE:",
    ]  # fmt: skip


def test_why_and_why_not_and_what_would_leave_it_out(world, ask, open_access):
    ask("search", "title:engineer seniority:senior,staff")
    world.open("ML Engineer", count=2)
    link = "https://jobs.example.org/postings/p1"
    assert ask("why", f"{link} 1").splitlines() == [
        "ML Engineer – Acme matches title:engineer seniority:senior,staff:",
        "✓ title has “engineer”",
        "✓ seniority: senior",
    ]
    assert ask("why", "p1 country:DE title:engineer").splitlines()[:2] == [
        "ML Engineer – Acme does not match country:DE title:engineer:",
        "✗ country:DE: country: not said, asked for: DE",
    ]
    assert ask("not", f"{link} level").splitlines() == [
        "With seniority:staff for seniority:senior,staff: 2 → 0 open now",
        "/edit 1 title:engineer seniority:staff",
        f"To hear no more of this posting: /mute {link}",
    ]
    assert "-company:acme" in ask("not", "p1 company")
    assert "None of your searches" in ask("not", "p1 word sales")
    for command, argument, said in (
        ("why", "", "link behind"), ("why", "nowhere 1", "no such posting"), ("why", "p1 7", "1."),
        ("not", "p1", "level"), ("not", "p1 word", "which word"), ("edit", "7 rag", "1."), ("edit", "1", "number"),
        ("edit", "1 rol:x", "did you"), ("why", "p1 rol:x", "did you"),
    ):  # fmt: skip
        assert said in ask(command, argument)
    assert [row["query"] for row in world.rows(SavedSearch)] == ["title:engineer seniority:senior,staff"]


def test_a_search_that_cannot_be_read_keeps_no_other_from_its_answer(world, ask, open_access):
    ask("search", "title:ml")
    ask("search", "title:engineer")
    with transaction(world.engine) as connection:
        connection.execute(update(SavedSearch).where(SavedSearch.query == "title:ml").values(query="colour:red"))
    world.open("ML Engineer", seniority="intern")
    assert ask("why", "p1").splitlines()[0] == "ML Engineer – Acme matches title:engineer:"
    assert ask("not", "p1 level").splitlines()[1] == "/edit 2 title:engineer -seniority:intern"


def test_what_is_muted_is_not_told(world, ask, open_access):
    ask("search", "title:engineer")
    world.dispatch()
    assert ask("mute") == "Nothing is muted. /mute LINK mutes a posting, /mute LINK company its employer."
    seen, other = world.open("ML Engineer", count=2)
    world.dispatch()
    assert ask("mute", "https://jobs.example.org/postings/p1").startswith("Muted: ML Engineer. I tell you no more")
    assert {row["posting_id"]: row["state"] for row in world.deliveries()} == {seen: "cancelled", other: "pending"}
    assert ask("mute", "p2 company").startswith("Muted: Acme.")
    assert {row["state"] for row in world.deliveries()} == {"cancelled"}
    world.open("Staff Engineer")
    world.dispatch()
    assert len(world.deliveries()) == 2
    assert "You have muted it" in ask("why", "p3 1")
    assert ask("unmute") == "2 things muted:\n· Acme (company)\n· ML Engineer (posting)\n/unmute NAME undoes it."
    assert ask("unmute", "ACME") == "Not muted any more: Acme. What comes from now on is told."
    assert "nothing called “acme” is muted. /mute lists" in ask("unmute", "acme").lower()
    assert ask("mute", "p1", chat=43) == "You get no messages from me. /start subscribes."
    world.open("New Engineer")
    world.dispatch()
    assert [row["state"] for row in world.deliveries()].count("pending") == 1


async def test_a_reply_that_telegram_cannot_read_goes_out_as_plain_text(world, api, open_access, monkeypatch):
    broken = replies.Reply("Plain <words>", "<nonsense>Plain")
    monkeypatch.setitem(replies.REPLIES, "list", lambda *_: broken)
    running = bot.build_bot(world.settings, world.engine)
    await bot.start(running)
    try:
        await asyncio.to_thread(api.say, ADA, "/list")
        assert await answers(api, ADA, 1) == ["Plain <words>"]
    finally:
        await bot.stop(running)


async def test_a_group_is_answered_when_it_asks(world, api, open_access):
    group = -1001
    api.chats.admins[group].add(1001)
    running = bot.build_bot(world.settings, world.engine, lambda: world.now)
    await bot.start(running)
    try:
        await until(lambda: running.is_hearing)
        asked = f"/search@{running.api.username}\ntitle:engineer"
        for text in ("good morning all", "/unknown", "/list@another_bot", asked, "/list"):
            await asyncio.to_thread(api.say, group, text)
        saved, listed = await answers(api, group, 2)
    finally:
        await bot.stop(running)
    assert saved.startswith("Saved: title:engineer")
    assert listed.startswith("1. title:engineer")
    assert world.rows(SavedSearch)[0]["created_at"] == world.now


async def test_other_text_is_answered_with_what_to_do(world, api):
    running = bot.build_bot(world.settings, world.engine)
    await bot.start(running)
    try:
        for text in ("role:ai-engineer remote:EU", "/find rag"):
            await asyncio.to_thread(api.say, ADA, text)
        free, unknown = await answers(api, ADA, 2)
    finally:
        await bot.stop(running)
    assert free == (
        "I read commands only. To save this as a search, send:\n/search role:ai-engineer remote:EU\nAll I can do: /help"
    )
    assert unknown == "I do not know /find. /help shows what I can do."


def test_the_examples_of_the_help_are_searches():
    from search import parse_saved

    examples = [line.removeprefix("/search ") for line in replies.HELP.splitlines() if line.startswith("/search ")]
    queries = [example for example in examples if "QUERY" not in example]
    assert [str(parse_saved(query)) for query in queries] == queries
    assert len(queries) == 2
    named = set(re.findall(r"(?<![\w])/([a-z]+)", replies.HELP))
    assert named | {"start", "help"} == {name for name, _ in bot.COMMANDS}


def test_an_unfiltered_search_and_an_empty_one_are_refused(world, ask, open_access):
    assert "Write the search behind the command" in ask("search")
    assert "nearly everything" in ask("search", "is:open")
    assert world.rows(SavedSearch) == []


def test_whoever_stopped_is_told_so_at_each_answer(world, ask, open_access):
    ask("search", "title:engineer")
    world.open()
    ask("stop")
    asked = [("list", ""), ("search", "rag"), ("edit", "1 title:ml"), ("digest", "1 weekly"), ("quiet", "22:00-07:00"),
             ("timezone", "Europe/Paris"), ("where", "1 telegram"), ("pause", "1"), ("resume", "1"), ("why", "p1 1"),
             ("mute", "p1"), ("settings", ""), ("test", "rag"), ("other", "rag agents")]  # fmt: skip
    for command, argument in asked:
        told = ask(command, argument)
        assert told.count("nothing comes before /start") == 1, command
    assert "nothing comes" not in ask("start")
    assert "nothing comes" not in ask("list")


async def test_a_database_that_does_not_answer_at_first_makes_the_bot_wait(
    world, api, open_access, impatient, monkeypatch
):
    real, failures = heard.secret_key, [OperationalError("x", {}, Exception("locked"))]

    def key(connection):
        if failures:
            raise failures.pop()
        return real(connection)

    monkeypatch.setattr(heard, "secret_key", key)
    running = bot.build_bot(world.settings, world.engine, lambda: world.now)
    await bot.start(running)
    try:
        await until(lambda: running.is_hearing)
        await asyncio.to_thread(api.say, ADA, "/help")
        await answers(api, ADA, 1)
    finally:
        await bot.stop(running)
    assert failures == []


def test_stop_and_start_again(world, ask, open_access):
    ask("search", "title:engineer")
    world.dispatch()
    assert ask("stop").startswith("Stopped: you get no more messages")
    assert ask("stop", chat=43) == "You get no messages from me. /start subscribes."
    world.open()
    world.dispatch()
    assert world.deliveries() == []
    assert ask("start") == "Welcome back, Ada. You have 1 search: see /list, or /settings for all of them."
    world.dispatch()
    assert [row["cadence"] for row in world.deliveries()] == ["baseline"]
    ask("pause")
    assert ask("start").endswith("Paused: 1 of them; /resume goes on.")  # or nobody knows why nothing comes


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
    await world.deliver()
    assert (await world.deliver(minutes=11)).sent == 1
    assert api.sent_to(ADA)[-1].startswith("1 posting open now")  # the one that could not be told
    world.open()
    await world.deliver()
    assert (await world.deliver(seconds=31)).sent == 1


@pytest.mark.parametrize("trouble", ["token", "network"])
async def test_a_bot_that_cannot_start_tries_again_and_keeps_the_token_to_itself(
    world, api, impatient, capsys, trouble
):
    token, keys = api.token, world.settings.channels["telegram"]
    if trouble == "token":
        api.token = "123456789:another-token-altogether-0000000"
        running = bot.build_bot(world.settings, world.engine)
        await bot.start(running)
        await until(lambda: "getMe" in api.calls)
        api.token = token
    else:
        keys["api_url"] = "http://127.0.0.1:9"
        running = bot.build_bot(world.settings, world.engine)
        await bot.start(running)
        assert not running.is_hearing
        await bot.stop(running)
        keys["api_url"] = api.url
        running = bot.build_bot(world.settings, world.engine)
        await bot.start(running)
    await until(lambda: running.is_hearing)
    await bot.stop(running)
    told = capsys.readouterr()
    assert token not in told.out + told.err
    assert trouble == "network" or "bot.deaf" in told.out + told.err


async def test_an_outbox_that_stops_claims_nothing_more(world, api):
    from alerts.outbox import deliver_due

    world.search(world.person(telegram="7"))
    world.open()
    world.dispatch()
    world.pass_time(seconds=31)
    report = await deliver_due(world.engine, world.channels, world.settings, world.now, lambda: True)
    assert (report.made, report.sent) == (1, 0)
    assert world.states() == ["pending"]


async def test_trouble_of_a_bot_that_is_switched_off_is_over(world):
    with transaction(world.engine) as connection:
        notices.raise_notice(connection, "bot", "The bot does not hear what people write", world.now, repeats=True)
    async with AsyncExitStack() as stack:
        await Daemon(world.settings, world.engine)._start_bot(stack, {})
    assert not notices.is_lasting(world.engine, "bot")


def test_what_is_open_but_not_new_is_said_to_be_that(world, ask, open_access):
    long_ago = world.now - timedelta(days=400)
    world.open("Old Engineer", count=2, is_baseline=True, posted_at=long_ago)
    said = ask("search", "title:engineer company:acme").splitlines()
    assert said[1] == (
        "2 postings open now. In the last 30 days it would have sent nothing: the boards are read here since 18 Nov"
        " only, and what was open then is not new. It is told once."
    )
    assert said[2].startswith("What is open comes in one message")
    assert "is not new. It is told once." in ask("test", "title:old")
    assert "0 postings open now. In the last 30 days it would have sent nothing." in ask(
        "search", "title:none company:acme"
    )
    world.pass_time(days=40)
    assert "nothing: what is open now was open before that. It is told once." in ask("test", "title:old")


def test_a_new_search_goes_where_the_others_go_and_says_how_to_change_it(world, ask, open_access):
    person = world.person(telegram=str(ADA), email="ada@example.org")
    world.open("ML Engineer")
    assert ask("search", "title:engineer").endswith("by Telegram and e-mail (/where 1 telegram changes that).")
    assert ask("where", "1 email") == "title:engineer: sent by e-mail."
    assert ask("search", "title:ml").endswith("as they open, by e-mail (/where 2 email telegram changes that).")
    assert world.search(person, "title:intern")["channels"] == [
        "email"
    ]  # as from the page, the API and the command line
    assert world.search(person, "title:lead", channels=["telegram"])["channels"] == ["telegram"]
    assert world.search(person, "title:staff")["channels"] == ["telegram", "email"]
