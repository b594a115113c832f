"""The canary arrives daily on every channel, or the operator is told on another, and everybody who looks sees it."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from alerts import canary
from alerts.subscribers import ADDRESS
from condition import Condition, State
from database import read, transaction
from models import Notice, SavedSearch
from settings import OperatorSettings

OPERATOR = OperatorSettings(
    addresses=["telegram:7", "email:op@example.org"], gather_minutes=0, canary="role:ai-engineer"
)


@pytest.fixture
def watched(world):
    world.now = datetime(2026, 11, 19, 7, tzinfo=UTC)
    world.settings.operator = OPERATOR
    tend(world)
    return world


def tend(world) -> None:
    with transaction(world.engine) as connection:
        canary.follow(connection, world.settings.operator, world.now)
        canary.note(connection, world.settings.operator, list(world.channels), world.now)


def shown(world) -> dict[str, State]:
    with read(world.engine) as connection:
        parts = Condition(world.settings, world.engine).look(connection, world.now)
    return {part.name: part.state for part in parts if part.name.startswith("canary")}


async def test_it_arrives_daily_on_every_channel(watched, mail, api):
    assert shown(watched) == {"canary telegram": State.OFF, "canary email": State.OFF}
    for day in range(2):
        await watched.deliver(hours=24 if day else 1, seconds=5)
        await watched.deliver(seconds=2)
        tend(watched)
        assert shown(watched) == {"canary telegram": State.WELL, "canary email": State.WELL}
    assert [one.message["Subject"] for one in mail.arrived] == ["All is well: the canary arrived"] * 2
    assert len(api.sent_to(7)) == 2
    watched.open("AI engineer", role="ai-engineer")
    watched.dispatch()
    await watched.deliver(hours=24)
    await watched.deliver(seconds=2)
    assert mail.arrived[-1].message["Subject"] == "1 new – rolewire canary"  # a digest like any other
    assert shown(watched)["canary email"] is State.WELL


async def test_where_it_stays_away_the_operator_is_told_elsewhere_and_again_when_it_is_back(watched, mail, api):
    mail.faults.recipients["op@example.org"] = "450 4.2.0 not now"
    await watched.deliver(hours=1, seconds=5)
    await watched.deliver(seconds=2)
    tend(watched)
    assert shown(watched)["canary email"] is State.WELL  # it is under way
    watched.pass_time(minutes=61)
    tend(watched)
    assert shown(watched) == {"canary telegram": State.WELL, "canary email": State.WAITING}
    await watched.deliver(seconds=1)
    await watched.deliver(seconds=2)
    told = api.sent_to(7)[-1]
    assert "The canary of email: it did not arrive, due at 2026-11-19 08:00 UTC: its message is" in told
    assert "4.2.0 not now" in told
    mail.faults.recipients.clear()
    await watched.deliver(hours=1)
    await watched.deliver(seconds=2)
    tend(watched)
    assert shown(watched)["canary email"] is State.WELL
    await watched.deliver(seconds=2)
    await watched.deliver(seconds=2)
    assert "Over: the canary of email arrived again" in api.sent_to(7)[-1]


async def test_it_follows_the_configuration(watched):
    def held() -> list[tuple[str, list[str]]]:
        rows = [row for row in watched.rows(SavedSearch) if row["removed_at"] is None]
        return [(row["query"], row["channels"]) for row in rows]

    assert held() == [("role:ai-engineer", ["telegram", "email"])]
    tend(watched)
    watched.settings.operator = OPERATOR.model_copy(update={"canary": "rag", "addresses": ["email:op@example.org"]})
    tend(watched)
    assert held() == [("rag", ["email"])]
    assert shown(watched)["canary telegram"] is State.OFF
    watched.settings.operator = OPERATOR.model_copy(update={"canary": ""})
    tend(watched)
    assert held() == []
    assert shown(watched) == {}


async def test_a_canary_that_is_no_search_is_the_operators_trouble(watched, api):
    watched.settings.operator = OPERATOR.model_copy(update={"canary": "role:nonsense"})
    tend(watched)
    await watched.deliver(seconds=1)
    assert "operator.canary cannot be kept" in api.sent_to(7)[-1]


async def test_no_alarm_where_it_could_not_have_arrived_yet(watched, mail):
    """After the daemon stood still, while it waits for matches, and for an address that came later."""
    watched.settings.operator = OPERATOR.model_copy(update={"addresses": ["telegram:7"]})
    tend(watched)
    watched.pass_time(days=1, hours=4)
    with transaction(watched.engine) as connection:
        canary.note(connection, watched.settings.operator, ["telegram"], watched.now, watched.now)
        assert watched.rows(Notice) == []
    await watched.deliver(seconds=1)
    with transaction(watched.engine) as connection:  # the owner of the address agreed just now
        connection.execute(update(ADDRESS).where(ADDRESS.c.channel == "email").values(changed_at=watched.now))
    watched.settings.operator = OPERATOR
    tend(watched)
    assert watched.rows(Notice) == []


async def test_that_todays_is_under_way_is_not_told_as_an_arrival(watched, mail, api):
    mail.faults.recipients["op@example.org"] = "450 4.2.0 not now"
    await watched.deliver(hours=1, seconds=5)
    watched.pass_time(hours=2)
    tend(watched)
    await watched.deliver(seconds=1)
    await watched.deliver(hours=22)  # the next is due
    tend(watched)
    assert [row["cleared_at"] for row in watched.rows(Notice) if row["key"] == "canary:email"] == [None]
