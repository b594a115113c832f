"""Channels that have nothing to send are asked whether they would."""

import asyncio
from datetime import timedelta

from alerts.asking import Asking
from alerts.channels import ChannelError, Outcome, configured
from alerts.lane import ASK_AFTER, FIRST_PAUSE, THOROUGHLY_AFTER, Lane
from alerts.notices import lasting
from database import read
from settings import Settings
from tests.alerts.test_lanes import NOW


class Asked:
    """A channel that notes how it is asked."""

    def __init__(self) -> None:
        self.how: list[bool] = []
        self.error: ChannelError | None = None

    async def probe(self, is_thorough: bool) -> None:
        self.how.append(is_thorough)
        if self.error:
            raise self.error


def keys(world) -> list[str]:
    with read(world.engine) as connection:
        return [row["key"] for row in lasting(connection)]


async def test_a_channel_that_dies_is_known_before_it_is_needed_and_its_end_too(world):
    channel, lanes, now = Asked(), {}, [NOW]
    asking = Asking(world.engine, {"email": channel}, lanes, lambda: now[0])
    await asking.turn()
    lane = lanes["email"]
    assert (lane.trouble, lane.is_well, channel.how) == ("", True, [True])
    await asking.turn()
    assert channel.how == [True]  # it was heard of a moment ago
    now[0] += ASK_AFTER
    channel.error = ChannelError("connection refused", Outcome.CHANNEL)
    await asking.turn()
    assert (lane.trouble, lane.is_well, lane.next_at) == ("connection refused", False, now[0] + FIRST_PAUSE)
    assert lane.slots(now[0]) == 0
    assert keys(world) == ["channel:email"]
    channel.error, now[0] = None, now[0] + FIRST_PAUSE
    await asking.turn()
    assert (lane.trouble, lane.is_well, lane.next_at, channel.how[-1]) == ("", True, None, True)
    assert keys(world) == []


async def test_a_channel_that_sends_is_not_asked_and_now_and_then_thoroughly(world):
    channel, lane, now = Asked(), Lane("email"), [NOW]
    asking = Asking(world.engine, {"email": channel}, {"email": lane}, lambda: now[0])
    for _ in range(3):
        lane.accepted(1, now[0])
        await asking.turn()
        now[0] += ASK_AFTER / 2
    assert channel.how == []
    now[0] += ASK_AFTER
    await asking.turn()
    now[0] += THOROUGHLY_AFTER
    await asking.turn()
    assert channel.how == [False, True]


def test_who_takes_us_and_refuses_what_we_hand_over_is_not_well_by_being_asked():
    lane = Lane("email")
    for address in (1, 2, 3):
        lane.judge(address, ChannelError("550 no", Outcome.REFUSED), NOW)
    lane.answered(None, True, NOW + FIRST_PAUSE)
    assert lane.trouble == "550 no"
    lane.accepted(4, NOW + timedelta(minutes=1))
    assert lane.trouble == ""


async def test_the_real_channels_answer_and_refuse(world, mail, api):
    asking = Asking(world.engine, world.channels, lanes := {})
    await asking.turn()
    assert {lane.trouble for lane in lanes.values()} == {""}
    assert mail.arrived == []
    other = {"telegram": {"token": "1234:" + "a" * 35, "api_url": api.url},
             "email": {"host": "127.0.0.1", "port": 9, "security": "none"}}  # fmt: skip
    dead = configured(Settings(channels=other))
    await Asking(world.engine, dead, lanes := {}).turn()
    assert "token" in lanes["telegram"].trouble
    assert "mail server" in lanes["email"].trouble
    for channel in dead.values():
        await channel.close()


async def test_a_channel_that_hangs_costs_itself(world, monkeypatch):
    monkeypatch.setattr("alerts.asking.PATIENCE", 0.05)

    class Hangs(Asked):
        async def probe(self, is_thorough: bool) -> None:
            await asyncio.Event().wait()

    lanes: dict[str, Lane] = {}
    await Asking(world.engine, {"email": Hangs(), "telegram": Asked()}, lanes, lambda: NOW).turn()
    assert "no answer" in lanes["email"].trouble
    assert lanes["telegram"].trouble == ""
