"""What people keep in order in the chat: pauses, digests, quiet hours, time zone, addresses, and leaving for good."""

import re

import pytest

from alerts import replies, searches
from alerts.replies import REPLIES, Asked, Desk
from database import transaction
from models import Address, SavedSearch, Subscriber

ADA = 7


@pytest.fixture
def ask(world):
    def ask(command: str, argument: str = "", chat: int = ADA) -> str:
        asked = Asked(channel="telegram", chat=str(chat), user=chat, name="Ada", argument=argument, now=world.now)
        return REPLIES[command](Desk(world.engine, world.settings), asked).text

    return ask


@pytest.fixture
def ada(world) -> int:
    person = world.person(telegram=str(ADA), timezone="Europe/Berlin")
    world.search(person, "title:engineer")
    world.search(person, "title:cook")
    return person


def of(world, name: str) -> list:
    return [row[name] for row in world.rows(SavedSearch)]


async def test_a_paused_search_is_silent_and_tells_of_it_on_return(world, api, ask, ada):
    assert ask("pause", "1") == (
        "Paused: title:engineer (at once, by Telegram). /resume 1 goes on, and tells what opened meanwhile."
    )
    world.open("ML Engineer")
    world.open("Cook")
    world.dispatch()
    await world.deliver(minutes=1)
    assert ["Cook" in text and "ML Engineer" not in text for text in api.sent_to(ADA)] == [True]
    assert "paused" in ask("list")
    assert ask("resume") == "Goes on: all 2 searches: at once, by Telegram."
    await world.deliver(minutes=1)
    await world.deliver(minutes=11)
    assert "ML Engineer" in api.sent_to(ADA)[-1]


@pytest.mark.parametrize(
    ("argument", "said", "kept"),
    [
        (
            "1 weekly fri 17:00",
            "title:engineer: Fridays at 17:00 Europe/Berlin (next on 20 Nov)",
            ("weekly", "fri", "17:00"),
        ),
        (
            "1 Friday 17:00",
            "title:engineer: Fridays at 17:00 Europe/Berlin (next on 20 Nov)",
            ("weekly", "fri", "17:00"),
        ),
        ("1 daily 7", "title:engineer: every day at 07:00 Europe/Berlin (next on 19 Nov)", ("daily", "mon", "07:00")),
        ("1 weekly", "title:engineer: Mondays at 08:00 Europe/Berlin (next on 23 Nov)", ("weekly", "mon", "08:00")),
        ("1 off", "title:engineer: at once", ("instant", "mon", "08:00")),
    ],
)
def test_a_digest_is_set_in_plain_words(world, ask, ada, argument, said, kept):
    assert ask("digest", argument) == f"{said}, by Telegram."
    assert tuple(of(world, name)[0] for name in ("cadence", "weekday", "time_of_day")) == kept
    assert of(world, "cadence")[1] == "instant"


@pytest.mark.parametrize("argument", ["1", "1 sometimes", "1 weekly 25:00", "1 weekly fri 5pm"])
def test_what_is_no_time_for_a_digest_changes_nothing_and_shows_how(world, ask, ada, argument):
    assert "/digest 1 weekly fri 17:00" in ask("digest", argument)
    assert of(world, "cadence") == ["instant", "instant"]


def test_quiet_hours_of_all_searches_or_of_one(world, ask, ada):
    said = (
        "all 2 searches: quiet from 22:00 to 07:00 Europe/Berlin. What opens then comes in one message when they end."
    )
    assert ask("quiet", "22:00-07:00") == said
    assert ask("quiet", "2 23:00 to 06:30").startswith("title:cook: quiet from 23:00 to 06:30 Europe/Berlin.")
    assert of(world, "quiet") == ["22:00-07:00", "23:00-06:30"]
    assert "at once, not from 22:00 to 07:00 Europe/Berlin" in ask("list")
    assert ask("quiet", "off").startswith("all 2 searches: no quiet hours.")
    assert of(world, "quiet") == ["", ""]
    assert "For example: /quiet 22:00-07:00" in ask("quiet", "at night")
    assert "/quiet 22:00-07:00" in ask("quiet")


def test_a_time_zone_is_shown_and_set(world, ask, ada):
    assert ask("timezone") == "Your time zone is Europe/Berlin. To change it: /timezone Europe/Berlin"
    assert ask("timezone", "America/New York").startswith("Your time zone is America/New_York, where it is 07:00 now.")
    assert "IANA" in ask("timezone", "Mars")
    assert [row["timezone"] for row in world.rows(Subscriber)] == ["America/New_York"]


async def test_an_address_joins_by_its_code_and_a_search_goes_there(world, mail, api, ask, ada):
    world.settings.web.public_url = ""
    said = ask("email", "ada@example.org")
    assert said == "If ada@example.org can be joined, a message is on its way there: confirm by what it says."
    assert "no active email address" in ask("where", "1 email")
    await world.deliver(seconds=1)
    code = re.search(r"/email (\d{8})\b", mail.arrived[0].part("plain")).group(1)
    assert "confirms no address of yours" in ask("email", "12345678")
    assert ask("email", code).startswith("Confirmed: ada@example.org.")
    assert ask("where", "1 email and here") == "title:engineer: sent by e-mail and Telegram."
    world.open("ML Engineer")
    world.dispatch()
    await world.deliver(minutes=1)
    assert [one.message["Subject"] for one in mail.arrived][1:] == ["ML Engineer at Acme"]
    assert len(api.sent_to(ADA)) == 1


def test_whoever_asks_to_be_forgotten_is_asked_once_and_is_gone(world, ask, ada):
    assert "/forget yes" in ask("forget")
    assert len(of(world, "id")) == 2
    assert ask("forget", "yes").startswith("Erased:")
    assert (world.rows(Subscriber), world.rows(Address), world.rows(SavedSearch)) == ([], [], [])
    assert ask("forget", "yes") == "Nothing is stored of you."


def test_whoever_has_stopped_is_told_so_at_each_answer(world, ask, ada):
    ask("stop")
    for command, argument in (("search", "title:agent"), ("resume", "1"), ("digest", "1 daily 8:00")):
        assert "nothing comes before /start" in ask(command, argument)
    assert "comes in one message" not in ask("search", "title:robot")


def test_what_was_saved_is_said_to_be_saved_though_nothing_could_be_counted(world, ask, ada, monkeypatch):
    def busy(*_args):
        raise replies.TooSlowError("busy")

    monkeypatch.setattr(replies, "count_postings", busy)
    assert ask("search", "title:agent").startswith("Saved: title:agent\n")


@pytest.mark.parametrize("command", ["pause", "resume", "digest", "quiet", "where"])
@pytest.mark.parametrize("which", ["3", "0", "99"])
def test_a_number_that_no_search_has(ask, ada, command, which):
    words = which if command in ("pause", "resume") else f"{which} weekly"
    assert ask(command, words).startswith(
        f"“{which}” is no number of a search. Give the number that the search has in /list, 1 to 2: /{command} 1"
    )


@pytest.mark.parametrize("command", ["timezone", "email"])
def test_a_stranger_is_told_how_to_begin(ask, world, command):
    assert ask(command, "Europe/Berlin" if command == "timezone" else "a@example.org").startswith(
        "I do not know you yet"
    )
    assert world.rows(Address) == []


def test_one_persons_commands_leave_the_searches_of_others_alone(world, ask, ada):
    with transaction(world.engine) as connection:
        other = searches.add_subscriber(connection, "Bob", world.now)
        searches.set_address(connection, other, "telegram", "8", world.now)
        searches.add_search(connection, other, "title:pilot", world.now)
    ask("pause")
    ask("quiet", "22:00-07:00")
    ask("digest", "1 daily 08:00")
    bobs = next(row for row in world.rows(SavedSearch) if row["subscriber_id"] == other)
    assert (bobs["paused_at"], bobs["quiet"], bobs["cadence"]) == (None, "", "instant")
