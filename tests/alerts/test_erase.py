"""A person who is erased is nowhere: not in the file, not in its log, not in any column."""

from pathlib import Path

import pytest
from sqlalchemy import String, cast, func, select
from sqlmodel import SQLModel

import database
from alerts import searches
from alerts.erase import erase
from alerts.notices import raise_notice
from database import transaction
from models import Message, Subscriber
from settings import OperatorSettings

WORDS = ("Wilhelmina", "wilhelmina@example.org", "7777777", "quokkas", "wombats")


def traces(engine) -> set[str]:
    """Which of the words are anywhere in the database."""
    if engine.dialect.name == "sqlite":
        path = Path(engine.url.database)
        held = b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))
        return {word for word in WORDS if word.encode() in held}
    columns = [column for table in SQLModel.metadata.sorted_tables for column in table.columns]
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
        raise_notice(connection, "search:1", "The saved search 'wombats' cannot be read any more", world.now)
    await world.deliver()
    assert traces(world.engine) == set(WORDS)
    assert any("Wilhelmina" in row["text"] for row in world.messages())  # to the operator
    assert erase(world.engine, person, world.now, is_thorough) > 10
    assert traces(world.engine) == set()
    assert "Ada" in [row["name"] for row in world.rows(Subscriber)]
    assert {row["subscriber_id"] for row in world.deliveries()} == {other}
    told = [row for row in world.rows(Message) if row["cadence"] == "notice"]
    assert told
    assert "(erased)" in [row["text"] for row in told]
    world.open()
    await world.deliver()
    assert (await world.deliver(seconds=31)).sent == 1
