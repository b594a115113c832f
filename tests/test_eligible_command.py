"""Whose facts `eligible:` goes by on the command line."""

from datetime import UTC, datetime

import pytest

import database
from alerts.profiles import Profile, save_profile
from alerts.subscribers import add_subscriber
from commands.common import MisuseError
from commands.eligible import facts, facts_in, read_query
from search import QueryError
from settings import Settings

NOW = datetime(2026, 11, 28, tzinfo=UTC)


@pytest.fixture
def engine(database_url: str):
    engine = database.open_engine(database_url)
    yield engine
    engine.dispose()


def person(engine, name: str, lives: str = "") -> None:
    with database.transaction(engine) as connection:
        key = add_subscriber(connection, name, NOW)
        if lives:
            save_profile(connection, key, Profile(facts=f'{{"lives":"{lives}"}}'), NOW)


def asked(engine, query: str, subscriber: str = "") -> str:
    return facts_in(lambda: engine, query, subscriber)


def test_a_query_that_does_not_ask_opens_no_database(engine):
    assert facts_in(lambda: pytest.fail("it was opened"), "title:agent") == ""


def test_they_are_those_of_whoever_is_named_or_of_the_only_one_there_is(engine):
    person(engine, "Bob")
    assert asked(engine, "Eligible:yes") == ""  # nobody gave any
    person(engine, "Ada", lives="DE")
    assert asked(engine, "eligible:yes") == asked(engine, "-eligible:no", "Ada") == '{"lives":"DE"}'
    assert asked(engine, "eligible:yes", "Bob") == ""


def test_of_several_one_is_to_be_named(engine):
    person(engine, "Ada", lives="DE")
    person(engine, "Eve", lives="FR")
    assert asked(engine, "eligible:yes", "Eve") == '{"lives":"FR"}'
    with database.read(engine) as connection, pytest.raises(MisuseError, match="--subscriber NAME"):
        facts(connection, "eligible:yes")


def test_the_query_of_an_argument(engine, database_url):
    settings = Settings(database={"url": database_url})
    assert read_query(settings, "  ") is None
    assert str(read_query(settings, "rag")) == "rag"
    with pytest.raises(QueryError, match="there is none that says where you may work"):
        read_query(settings, "eligible:yes")
    person(engine, "Ada", lives="DE")
    assert str(read_query(settings, "eligible:yes,maybe")) == "eligible:yes,maybe"
