"""A search that an upgrade made unreadable: its owner is told once what to write instead, and sees it everywhere."""

import pytest
from sqlalchemy import update

from alerts.dispatch import Dispatcher
from alerts.saving import change
from database import table_of, transaction
from models import Notice, SavedSearch

SEARCH = table_of(SavedSearch)
WHY = "city: does not know 'Germany' — did you mean country:DE?"


def outdate(world, row, query="city:Germany"):
    """Its query was fine in an older version."""
    with transaction(world.engine) as connection:
        connection.execute(
            update(SEARCH).where(SEARCH.c.id == row["id"]).values(query=query, name=f"{query} {row['id']}")
        )


@pytest.fixture
def outdated(world):
    """Ada's second search, after the upgrade."""
    ada = world.person(telegram="42")
    world.search(ada, "title:engineer")
    row = world.search(ada, "title:cook")
    outdate(world, row)
    return row


def told(world) -> list[str]:
    return [row["text"] for row in world.messages() if row["cadence"] == "notice"]


def turn(world) -> Dispatcher:
    """As a process that starts does."""
    dispatcher = Dispatcher(world.engine, world.settings)
    dispatcher.load()
    dispatcher.turn(world.now)
    return dispatcher


def test_its_owner_is_told_once_with_the_cure_and_so_is_the_operator(world, outdated):
    dispatcher = turn(world)
    [words] = told(world)
    assert words.splitlines()[:4] == [
        "A search of yours does not run any more: what it asks for has to be written in another way.",
        "· city:Germany",
        f"  {WHY}",
        "  /edit 2 and the new words change it in the chat; “Edit” does on your page of searches.",
    ]
    assert "city:Germany" in world.rows(Notice)[0]["text"]
    world.open()
    dispatcher.turn(world.now)
    world.pass_time(days=1)
    turn(world)  # another process
    assert told(world) == [words]


async def test_the_message_goes_out_and_the_others_go_on(world, outdated, api):
    world.open("ML Engineer")
    api.chats.known.add(42)
    await world.deliver()
    await world.deliver(seconds=31)
    sent = [row["text"] for row in world.messages()]
    assert len(sent) == 2
    assert WHY in sent[0] + sent[1]


def test_several_of_one_person_are_one_message(world):
    ada, bob = world.person(telegram="42"), world.person("Bob", telegram="7")
    for owner in (ada, ada, bob):
        outdate(world, world.search(owner, f"title:cook{len(world.rows(SavedSearch))}"))
    turn(world)
    assert [row["subscriber_id"] for row in world.messages()] == [ada, bob]
    assert told(world)[0].startswith("2 of your searches do not run any more: ")
    assert told(world)[0].count(WHY) == 2


def test_once_it_is_changed_nothing_is_said_any_more(world, outdated):
    dispatcher = turn(world)
    change(world.engine, world.rows(SavedSearch)[1], world.now, query="country:DE")
    world.open()
    dispatcher.turn(world.now)
    assert world.rows(Notice)[0]["cleared_at"] is not None
    assert len(told(world)) == 1


def test_the_bot_shows_that_it_does_not_run(world, phone, outdated):
    assert phone.write("list").splitlines()[-1].endswith(f"does not run: {WHY}")
    assert "does not run: /list says why" in phone.write("settings")


def test_a_search_that_would_be_asked_about_today_runs_on_and_can_be_changed(world):
    row = world.search(world.person(telegram="42"), "title:agent")
    outdate(world, row, "title:agent OR engineer")
    turn(world)
    assert told(world) == []
    changed = change(
        world.engine, world.rows(SavedSearch)[0], world.now, cadence="weekly", query=" title:agent OR engineer "
    )
    assert (changed["cadence"], changed["query"]) == ("weekly", "title:agent OR engineer")
