"""What rests and for how long; a cadence alone, leaving while stopped, an empty group, an empty market."""

from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.desk import Asked, Desk
from alerts.replies import REPLIES
from alerts.spoken import read_span
from models import SavedSearch
from tests.alerts.conftest import ADA

WEEK = timedelta(weeks=1)


@pytest.fixture
def ada(world) -> int:
    person = world.person(telegram=str(ADA), timezone="Europe/Berlin")
    world.search(person, "title:engineer")
    world.search(person, "title:cook", cadence="weekly")
    return person


@pytest.mark.parametrize(
    ("words", "span"),
    [
        ("2w", 2 * WEEK), ("2 weeks", 2 * WEEK), ("for 3 days", timedelta(days=3)), ("a month", timedelta(days=30)),
        ("12h", timedelta(hours=12)), ("1", None), ("", None), ("0d", None), ("999w", None), ("2x", None),
    ],
)  # fmt: skip
def test_how_long_is_read(words, span):
    assert read_span(words) == span


def test_all_rest_for_some_time_and_go_on_by_themselves_or_at_a_word(world, phone, ada):
    said = "Quiet until Wednesday, 02 December, 13:00 Europe/Berlin: 2 searches rest. What opens meanwhile comes in one"
    assert phone.write("pause", "2w").startswith(said)
    assert all(row["paused_at"] for row in world.rows(SavedSearch))
    assert "rests until" in phone.write("list")
    assert phone.write("resume") == "Goes on: all 2 searches: each at its time, see /list, by Telegram."
    assert "for some time all searches rest together" in phone.write("pause", "1 2w").lower()
    assert not any(row["paused_at"] for row in world.rows(SavedSearch))


def test_what_is_paused_or_goes_on_is_said_with_when_and_where(phone, ada):
    assert phone.write("pause", "2").startswith(
        "Paused: title:cook (Mondays at 08:00 Europe/Berlin, by Telegram). /resume 2"
    )
    assert phone.write("resume", "2") == (
        "Goes on: title:cook: Mondays at 08:00 Europe/Berlin (next on 23 Nov), by Telegram."
    )


def test_a_cadence_alone_asks_of_what(world, phone, ada):
    assert phone.write("search", "weekly").startswith(
        "What shall come in a weekly digest? Write it behind:\n/search weekly "
    )
    assert phone.labels() == ["1. title:engineer", "2. title:cook", "A new search, by five questions"]
    assert "Mondays at 08:00" in phone.press("1. ")
    assert world.rows(SavedSearch)[0]["cadence"] == "weekly"
    phone.write("search", "Daily:")
    assert "1 of 5. What kind of work?" in phone.press("A new search")
    assert "1 of 5. What kind of work?" in phone.write("search")
    assert len(world.rows(SavedSearch)) == 2


def test_who_leaves_while_stopped_is_told_nothing_of_messages(phone, ada):
    phone.write("stop")
    assert "stopped" in phone.write("list")
    assert "stopped" not in phone.write("forget")
    assert phone.write("forget", "yes").startswith("Erased: ")


def test_a_group_without_searches_points_to_its_admins(world):
    group = Asked("telegram", "-100", ADA, "Ada", "", world.now)
    said = REPLIES["list"](Desk(world.engine, world.settings), group).text
    assert said == "This group has no searches yet. Its admins save one with /search and what to look for."
    own = replace(group, chat=str(ADA))
    assert REPLIES["list"](Desk(world.engine, world.settings), own).text.startswith("You have no searches yet.")


def test_a_test_before_the_first_crawl_blames_no_condition(world, phone, ada):
    assert "No posting at all came in that time" in phone.write("test", "title:rust country:DE")
    world.open("Cook")
    assert "No posting at all" not in phone.write("test", "title:rust country:FR")
