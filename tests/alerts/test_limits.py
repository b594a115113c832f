"""Nobody gets more than their share of messages in a day; nothing is lost by it, and they are told."""

from datetime import UTC, datetime

import pytest

from alerts.limits import over_limit
from database import read


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland"])
async def test_what_is_too_much_for_a_day_comes_in_the_morning(world, mail, zone):
    world.now = datetime(2026, 11, 19, 12, tzinfo=UTC)
    world.settings.alerts.daily_messages = 3
    ada, bob = world.person(email="ada@example.org", timezone=zone), world.person("Bob", email="bob@example.org")
    world.search(ada)
    world.search(bob, "title:five")
    for name in ("one", "two", "three", "four", "five"):
        world.open(f"Engineer {name}")
        await world.deliver()
        await world.deliver(seconds=31)
        await world.deliver(seconds=2)
    subjects = {who: [one.message["Subject"] for one in mail.arrived if one.recipients == [f"{who}@example.org"]]
                for who in ("ada", "bob")}  # fmt: skip
    assert subjects["ada"][:3] == [f"Engineer {name} at Acme" for name in ("one", "two", "three")]
    assert [subject[:40] for subject in subjects["ada"][3:]] == ["rolewire: You have had 3 messages today,"]
    assert subjects["bob"] == ["Engineer five at Acme"]
    assert "comes in one digest in the morning at 08:00" in mail.arrived[-2].part("plain") + mail.arrived[-1].part(
        "plain"
    )
    await world.deliver(hours=24)
    assert mail.arrived[-1].message["Subject"] == "2 new – title:engineer"
    world.open("Engineer six")
    await world.deliver()
    await world.deliver(seconds=31)
    assert mail.arrived[-1].message["Subject"] == "Engineer six at Acme"
    assert not [row for row in world.deliveries() if row["state"] != "sent"]


@pytest.mark.parametrize(("quiet", "at"), [("22:00-09:30", 9.5), ("22:00-07:00", 8), ("", 8)])
async def test_the_mornings_digest_keeps_quiet_hours(world, mail, quiet, at):
    world.now = datetime(2026, 11, 19, 12, tzinfo=UTC)
    world.settings.alerts.daily_messages = 1
    world.search(world.person(email="ada@example.org"), quiet=quiet)
    for name in ("one", "two"):
        world.open(f"Engineer {name}")
        await world.deliver()
        await world.deliver(seconds=31)
        await world.deliver(seconds=2)
    assert f"in the morning at {int(at):02}:" in mail.arrived[-1].part("plain")
    before = len(mail.arrived)
    world.now = datetime(2026, 11, 20, int(at), int(at % 1 * 60), tzinfo=UTC)
    await world.deliver(seconds=-2)
    assert len(mail.arrived) == before
    await world.deliver(seconds=3)
    assert [one.message["Subject"] for one in mail.arrived[before:]] == ["1 new – title:engineer"]


def test_there_may_be_no_limit(world):
    with read(world.engine) as connection:
        assert over_limit(connection, {1}, 0, world.now) == {}
        assert over_limit(connection, set(), 3, world.now) == {}
