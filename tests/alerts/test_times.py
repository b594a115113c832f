"""Each search's own times: a digest a day, quiet hours, its own time zone."""

from datetime import UTC, datetime

import pytest

from alerts.searches import SubscriberError
from models import Delivery, Message


async def test_a_daily_digest_comes_once_a_day_and_holds_all_of_it(world, mail):
    ada = world.person(email="ada@example.org", timezone="Europe/Berlin")
    world.search(ada, cadence="daily", time_of_day="08:00")
    world.open("ML Engineer")
    await world.deliver(hours=1)
    world.open("AI Engineer")
    await world.deliver(hours=1)
    assert mail.arrived == []
    await world.deliver(hours=24)
    world.open("NLP Engineer")
    await world.deliver(hours=1)
    await world.deliver(hours=24)
    subjects = [one.message["Subject"].partition(" –")[0] for one in mail.arrived]
    assert subjects == ["2 new", "1 new"]
    assert len({row["key"] for row in world.rows(Message)}) == 2


async def test_three_days_of_silence_make_one_daily_digest(world, mail):
    world.search(world.person(email="ada@example.org"), cadence="daily")
    world.open(count=2)
    world.dispatch()
    await world.deliver(days=3)
    await world.deliver(minutes=1)
    assert [one.message["Subject"].partition(" –")[0] for one in mail.arrived] == ["2 new"]


async def test_what_opens_in_quiet_hours_comes_in_one_message_when_they_end(world, api):
    world.now = datetime(2026, 11, 18, 22, 30, tzinfo=UTC)
    ada = world.person(telegram="7")
    world.search(ada, "title:engineer", quiet="22:00-07:00")
    for _ in range(3):
        world.open()
        await world.deliver(hours=2)
    assert api.sent_to(7) == []
    world.now = datetime(2026, 11, 19, 7, 1, tzinfo=UTC)
    await world.deliver(minutes=1)
    assert [text.partition(" –")[0] for text in api.sent_to(7)] == ["3 new"]


async def test_quiet_hours_of_one_search_hold_up_no_other(world, api):
    world.now = datetime(2026, 11, 18, 22, 30, tzinfo=UTC)
    ada = world.person(telegram="7")
    world.search(ada, "title:cook", quiet="22:00-07:00", name="late")
    world.search(ada, "title:engineer", name="now")
    world.open("Cook")
    world.open("ML Engineer")
    world.dispatch()
    await world.deliver(minutes=1)
    assert ["ML Engineer" in text and "Cook" not in text for text in api.sent_to(7)] == [True]
    assert {row["state"] for row in world.rows(Delivery)} == {"sent", "pending"}


async def test_two_zones_of_one_person_are_two_digests(world, mail):
    world.now = datetime(2026, 5, 4, 3, tzinfo=UTC)  # a Monday
    ada = world.person(email="ada@example.org", timezone="Europe/Berlin")
    world.search(ada, cadence="weekly", weekday="mon", name="here")
    world.search(ada, "title:cook", cadence="weekly", weekday="mon", own_zone="America/New_York", name="there")
    world.open("Engineer")
    world.open("Cook")
    world.dispatch()
    world.now = datetime(2026, 5, 4, 6, tzinfo=UTC)  # 08:00 in Berlin
    await world.deliver(minutes=1)
    assert [one.message["Subject"] for one in mail.arrived] == ["1 new – here"]
    world.now = datetime(2026, 5, 4, 12, tzinfo=UTC)  # 08:00 in New York
    await world.deliver(minutes=1)
    assert [one.message["Subject"] for one in mail.arrived] == ["1 new – here", "1 new – there"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"quiet": "late"}, "write it as 08:00"),
        ({"own_zone": "Mars"}, "IANA"),
        ({"cadence": "hourly"}, "instant, daily or weekly"),
    ],
)
def test_other_times_are_refused(world, given, said):
    ada = world.person(telegram="7")
    with pytest.raises(SubscriberError, match=said):
        world.search(ada, **given)
