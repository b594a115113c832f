"""What stands wrongly behind a command is answered: what of it cannot be read, and what to write instead."""

import re

import pytest

from alerts.searches import SubscriberError
from alerts.spoken import read_digest, read_hours
from database import read
from models import SavedSearch

ADA = "42"
NUMBER = "Give the number that the search has in /list, 1 to 2: /"
POSTING = "There is no such posting here. Send the link of its ad, the link of its page here or the last part of that"
WRONG = [
    ("search", "", "Write the search behind the command, for example:\n/search "),
    ("search", "foo:bar", "Unknown field foo: — the fields are title, "),
    ("search", "title:engineer", "You have this search already, as number 1: title:engineer\n/edit 1 changes it"),
    ("search", "role:", "Role: needs a value."),
    ("test", "", "Write the search behind the command, for example:\n/test "),
    ("test", "-1", "The search would match nearly everything: "),
    ("edit", "", "Write the search's number in /list and what it shall be:\n/edit 1 "),
    ("edit", "9 title:x", "Give the number that the search has in /list: 1 to 2."),
    ("edit", "2 title:engineer", "You have this search already, as number 1: title:engineer\n/edit 1 changes it"),
    ("edit", "1 foo:bar", "Unknown field foo: — the fields are title, "),
    *((one, "99", f"“99” is no number of a search. {NUMBER}{one} 1") for one in ("pause", "resume", "remove")),
    *((one, "1 x", f"“1 x” is no number of a search. {NUMBER}{one} 1") for one in ("pause", "resume", "remove")),
    ("remove", "", f"{NUMBER}remove 1"), ("remove", "all", f"“all” is no number of a search. {NUMBER}remove 1"),
    ("pause", "'; drop", f"“'; drop” is no number of a search. {NUMBER}pause 1, or without a number for all: /pause"),
    ("digest", "", "Write when: weekly, daily or off, with a day and a time.\nFor example: /digest 1 weekly fri 17:00"),
    ("digest", "9 daily", f"“9” is no number of a search. {NUMBER}digest 1 weekly fri 17:00"),
    ("digest", "1 monthly", "“monthly” is no time of day; write it as 08:00.\nFor example: /digest 1 weekly fri"),
    ("digest", "1 weekly 25:00", "“25:00” is no time of day; write it as 08:00.\nFor example: /digest 1 weekly"),
    ("digest", "1 daily mon", "A daily digest comes on every day: leave the day away, or write weekly.\nFor example"),
    ("digest", "1 fri sat", "“fri sat” says two things at once.\nFor example: /digest 1 weekly fri 17:00"),
    ("digest", "1 weekly daily", "“weekly daily” says two things at once.\nFor example: /digest 1 "),
    ("digest", "1 \x00\u202e", "A time of day is missing; write it as 08:00.\nFor example: /digest 1 "),
    ("quiet", "", "Write the hours behind the command, from and to:\n/quiet 22:00-07:00 for all"),
    ("quiet", "25:00-3", "“25:00” is no time of day; write it as 08:00.\nFor example: /quiet 22:00-07:00"),
    ("quiet", "1 22:00", "A time of day is missing; write it as 08:00.\nFor example: /quiet 22:00-07:00"),
    ("quiet", "-", "A time of day is missing; write it as 08:00.\nFor example: /quiet 22:00-07:00"),
    ("quiet", "9 22:00-07:00", f"“9” is no number of a search. {NUMBER}quiet 1 22:00-07:00"),
    ("quiet", "8:00-08:00", "Quiet hours from 8:00 to 08:00 are no time at all, or all of it.\nFor example: /quiet 22"),
    ("timezone", "berlin", "Unknown time zone “berlin”; did you mean Europe/Berlin?"),
    ("timezone", "new york", "Unknown time zone “new york”; did you mean America/New_York?"),
    ("timezone", "Mars/Crater", "Unknown time zone “Mars/Crater”; give an IANA name such as Europe/Berlin."),
    ("timezone", "../../etc/passwd", "Unknown time zone “../../etc/passwd”; give an IANA name such as Europe/Berlin."),
    ("email", "", "Write your address behind the command: /email ada@example.org"),
    ("email", "ada", "“ada” is not an e-mail address; write it as ada@example.org."),
    ("email", "000000", "This code confirms no address of yours; /email ADDRESS sends a new one."),
    ("where", "1", "Write where: /where 1 email, or /where 1 email telegram."),
    ("where", "1 fax", "Unknown channel “fax”; one of telegram, email, apprise, webhook.\nWrite where: /where 1 email"),
    ("where", "1 email", "There is no active email address; give one first.\nWrite where: /where 1 email"),
    ("where", "9 email", f"“9” is no number of a search. {NUMBER}where 1 email"),
    ("why", "", "Write the ad's link behind the command, or its number in my last message, and the number of a"
                " search in /list or a query:\n/why "),
    ("why", "nope 1", POSTING), ("why", "p1 9", "Give the number that the search has in /list: 1 to 2."),
    ("why", "p1 foo:bar", "Unknown field foo: — the fields are title, "),
    ("not", "", "Write the ad's link, or its number in my last message, and why it is not for you: company, level,"
                " role, place, pay, word.\n/not "),
    ("not", "p1 ugly", "Write the ad's link, or its number in my last message, and why it is not for you: company"),
    ("not", "nope level", POSTING), ("mute", "nope", POSTING),
    ("unmute", "Acme", "Nothing called “Acme” is muted. /mute lists what is, by the names to write."),
    ("forget", "certainly", "This erases you here for good: your addresses, 2 searches and all messages. To do it: "),
    ("other", "/quite 22:00-07:00", "I do not know /quite. /help shows what I can do."),
]  # fmt: skip


def test_each_wrong_word_is_named_with_what_to_write_and_changes_nothing(world, phone):
    person = world.person(telegram=ADA)
    world.search(person, "title:engineer")
    world.search(person, "title:data")
    world.open()
    before = world.rows(SavedSearch)
    for command, words, said in WRONG:
        answer = phone.write(command, words)
        assert answer.startswith(said), (command, words, answer)
        assert not re.search(r"None|Error|'[^']*\\x|\[|\{", answer), answer
    assert world.rows(SavedSearch) == before


@pytest.mark.parametrize("words", ["22:00-07:00", "22-7", "22:00 to 7:00", "from 22 – 07:00", "22 07", "22:00 7:00"])
def test_hours_are_read_as_people_write_them(world, phone, words):
    world.search(world.person(telegram=ADA))
    assert "quiet from 22:00 to" in phone.write("quiet", f"all {words}")
    assert read_hours(words).split("-")[0] == "22:00"


@pytest.mark.parametrize(("words", "found"), [
    ("fri 17", {"cadence": "weekly", "weekday": "fri", "time_of_day": "17:00"}),
    ("17:00 Fridays weekly", {"cadence": "weekly", "weekday": "fri", "time_of_day": "17:00"}),
    ("thurs", {"cadence": "weekly", "weekday": "thu"}), ("daily 8", {"cadence": "daily", "time_of_day": "8:00"}),
    ("at once", {"cadence": "instant"}), ("none", {"cadence": "instant"}),
    ("7:30", {"cadence": "daily", "time_of_day": "7:30"}),
])  # fmt: skip
def test_when_a_digest_comes_is_said_in_any_order(words, found):
    assert read_digest(words.lower().split(), {"cadence": "daily"}) == found
    with pytest.raises(SubscriberError, match="two things"):
        read_digest(["8:00", "9:00"], {"cadence": "daily"})


def test_all_is_a_word_for_all_searches(world, phone):
    world.search(world.person(telegram=ADA), "title:engineer")
    assert phone.write("pause", "all").startswith("Paused: title:engineer (at once, by Telegram). /resume goes on")
    assert phone.write("resume", "Everything").startswith("Goes on: title:engineer: at once, by ")
    with read(world.engine) as connection:
        assert connection.execute(SavedSearch.__table__.select()).mappings().one()["paused_at"] is None
