"""A person who is erased is nowhere: not in the file, not in its log, not in any column."""

from pathlib import Path

import pytest
from sqlalchemy import String, cast, func, select

import database
from alerts import inbox, kept, mutes, optin, searches
from alerts.addresses import AGAIN, BY_WRITING
from alerts.erase import erase
from alerts.holdings import holdings
from alerts.messages import make_notices
from alerts.notices import raise_notice
from alerts.owned import owned
from alerts.searches import SubscriberError
from commands.common import as_json
from database import transaction
from models import Address, Heard, Message, Subscriber, Suppression, every_table
from settings import OperatorSettings

WORDS = ("Wilhelmina", "wilhelmina@example.org", "7777777", "quokkas", "wombats")


def traces(engine) -> set[str]:
    """Which of the words are anywhere in the database."""
    if engine.dialect.name == "sqlite":
        path = Path(engine.url.database)
        held = b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))
        return {word for word in WORDS if word.encode() in held}
    columns = [column for table in every_table().sorted_tables for column in table.columns]
    with database.read(engine) as connection:
        return {
            word
            for word in WORDS
            for column in columns
            if connection.execute(select(func.count()).where(cast(column, String).contains(word))).scalar_one()
        }


@pytest.mark.parametrize("is_thorough", [True, False])
async def test_an_erased_person_is_nowhere_and_others_stay(world, mail, api, is_thorough):
    world.settings.operator = OperatorSettings(addresses=["email:op@example.org"])
    api.chats.known.add(7777777)
    person = world.person("Wilhelmina", telegram="7777777", email="wilhelmina@example.org")
    other = world.person("Ada", email="ada@example.org")
    world.search(person, "quokkas OR title:engineer", name="wombats", channels=["telegram", "email"])
    world.search(other)
    mail.faults.recipients["wilhelmina@example.org"] = "550 5.1.1 wilhelmina@example.org is unknown"
    world.open(text="We build quokkas.".replace("quokkas", "agents"))
    await world.deliver()
    await world.deliver(seconds=31)
    world.open()
    world.dispatch()
    with transaction(world.engine) as connection:
        searches.invite(connection, person, world.now)
        inbox.keep(connection, {"1:x": ("7777777", "more quokkas"), "2:x": ("42", "of somebody else")}, world.now)
        assert [row["said"] for row in holdings(connection, person)["heard"]] == ["more quokkas"]
        raise_notice(connection, "search:1", "The saved search 'wombats' cannot be read any more", world.now)
    await world.deliver()
    assert traces(world.engine) == set(WORDS)
    assert any("Wilhelmina" in row["text"] for row in world.messages())  # to the operator
    assert erase(world.engine, person, world.now, is_thorough) > 10
    assert traces(world.engine) == set()
    assert "Ada" in [row["name"] for row in world.rows(Subscriber)]
    assert [row["said"] for row in world.rows(Heard)] == ["of somebody else"]
    assert {row["subscriber_id"] for row in world.deliveries()} == {other}
    told = [row for row in world.rows(Message) if row["cadence"] == "notice"]
    assert told
    assert any("(erased)" in row["text"] for row in told)
    world.open()
    await world.deliver()
    assert (await world.deliver(seconds=31)).sent == 1
    kept_away_until_they_ask(world, other)


async def test_to_erase_somebody_costs_nobody_else_a_message(world, api):
    """Their words are everybody's: only what operators were told of them goes, line by line."""
    world.settings.operator = OperatorSettings(addresses=["telegram:7"])
    person, other = world.person("Engineer", email="e@example.org"), world.person("Ada", telegram="42")
    world.search(person, "python")
    world.open("Senior python Engineer")
    with transaction(world.engine) as connection:
        kept.remind(connection, other, "p1", world.now, world.now)
        kept.remind_due(connection, world.now)
        raise_notice(connection, "address:1", "email of Engineer was disabled", world.now)
        raise_notice(connection, "disk", "the disk is nearly full", world.now)
        make_notices(connection, world.settings.operator, world.now)
    erase(world.engine, person, world.now)
    texts = [(row["text"], row["state"]) for row in world.messages()]
    assert ("(erased)\nthe disk is nearly full", "pending") in texts
    assert any("Senior python Engineer" in text and state == "pending" for text, state in texts)


def kept_away_until_they_ask(world, other: int) -> None:
    """Only a keyed hash is left of where they were reached; nobody else makes us write there again."""
    assert len(world.rows(Suppression)) == 2
    mine = "email", "Wilhelmina@example.org"
    with transaction(world.engine) as connection:
        with pytest.raises(SubscriberError, match="asked to be erased"):
            searches.add_address(connection, other, *mine, world.now)
        assert optin.propose(connection, world.settings, other, *mine, world.now) == mine[1]
        assert mine[1] not in [
            row["address"] for row in connection.execute(select(database.table_of(Address))).mappings()
        ]
        searches.set_address(connection, other, "telegram", "7777777", world.now, BY_WRITING)
        searches.add_address(connection, other, *mine, world.now, AGAIN)
    assert world.rows(Suppression) == []


async def test_an_export_has_every_table_that_leads_to_the_person(world, mail):
    person, other = world.person("Wilhelmina", email="w@example.org"), world.person("Ada", email="ada@example.org")
    world.open("Engineer open before")
    row = world.search(person, "title:engineer posted:>1d", name="wombats")
    world.search(other)
    world.open("Engineer of now")
    await world.deliver(minutes=1)
    await world.deliver(days=2)
    await world.deliver(minutes=1)
    with transaction(world.engine) as connection:
        mutes.mute_company(connection, person, "Acme", world.now)
        found = holdings(connection, person)
        tables = {table.name for table, _ in owned(person)}
    assert tables >= {"subscriber", "address", "saved_search", "message", "delivery", "delivery_reason", "search_match",
                      "first_look", "timed_search", "mute", "api_key", "search_feed",
                      "kept_posting", "rest", "search_review"}  # fmt: skip
    named = {"subscriber": "name", "address": "addresses", "saved_search": "searches", "message": "messages",
             "delivery": "deliveries", "api_key": "keys", "search_feed": "feeds", "mute": "muted", "rest": "rests",
             "kept_posting": "kept", "search_review": "reviews"}  # fmt: skip
    assert found.keys() >= {named.get(table, table) for table in tables}
    assert found["muted"][0]["name"] == "Acme"
    assert found["search_match"][0]["search"] == row["public_id"]
    assert found["delivery_reason"][0]["posting"] in {"p1", "p2"}
    assert "ada@example.org" not in as_json(found)
