"""Ads that are for whoever runs this alone are told to nobody else, by events, first looks and samples."""

from contextlib import nullcontext

import pytest
from sqlalchemy import update

import search
from alerts.backtest import backtest
from database import read, table_of, transaction, write_terms
from models import Subscriber

SUBSCRIBER = table_of(Subscriber)


@pytest.fixture
def private(world):
    """All of the world's postings are such."""
    with transaction(world.engine) as connection:
        write_terms(connection, [{"name": "greenhouse", "attribution": "", "reuse": "private"}])
    return world


def told(world) -> set[int]:
    return {row["subscriber_id"] for row in world.deliveries()}


def operate(world, person: int) -> None:
    with transaction(world.engine) as connection:
        connection.execute(update(SUBSCRIBER).where(SUBSCRIBER.c.id == person).values(is_operator=True))


async def test_the_one_person_that_it_serves_is_told(private) -> None:
    ada = private.person(telegram="7")
    private.search(ada)
    private.open()
    private.dispatch()
    assert told(private) == {ada}


async def test_of_several_only_the_operator_is_told(private) -> None:
    ada, bob = private.person(telegram="7"), private.person("Bob", telegram="8")
    operate(private, bob)
    for person in (ada, bob):
        private.search(person)
    private.open()
    private.dispatch()
    assert told(private) == {bob}


async def test_a_first_look_finds_them_for_the_operator_alone(private) -> None:
    private.open(count=3)
    private.dispatch()
    ada, bob = private.person(telegram="7"), private.person("Bob", telegram="8")
    operate(private, bob)
    for person in (ada, bob):
        private.search(person)
    assert told(private) == {bob}


async def test_they_are_no_sample_of_what_would_have_come(private) -> None:
    private.open()
    with read(private.engine) as connection:
        tested = backtest(lambda: nullcontext(connection), search.parse("title:engineer"), private.now)
    assert (tested.total, tested.samples) == (0, [])  # nor counted, for who is not told of them


async def test_what_is_not_private_is_told_to_all(world) -> None:
    ada, bob = world.person(telegram="7"), world.person("Bob", telegram="8")
    for person in (ada, bob):
        world.search(person)
    world.open()
    world.dispatch()
    assert told(world) == {ada, bob}
