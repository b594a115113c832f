"""The limits of a bot, on a clock of the test's own."""

import asyncio
import itertools

import pytest

from alerts.channels.pace import GROUP_LIMIT, NotNowError, Pace


class Clock:
    """Passes when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr(asyncio, "sleep", made.sleep)
    return made


async def times(pace, clock, chat, count):
    found = []
    for _ in range(count):
        async with pace.turn(chat):
            found.append(clock.now)
    return found


async def test_a_chat_gets_one_message_a_second(clock):
    found = await times(Pace(clock), clock, "7", 30)
    assert all(1 < later - earlier < 1.2 for earlier, later in itertools.pairwise(found))


async def test_a_group_gets_twenty_a_minute(clock):
    found = await times(Pace(clock), clock, "-1001", GROUP_LIMIT + 5)
    assert all(found[at + GROUP_LIMIT] - found[at] > 60 for at in range(5))


async def test_a_bot_sends_at_most_thirty_a_second_in_all(clock):
    pace = Pace(clock)
    found = [(await times(pace, clock, str(chat), 1))[0] for chat in range(100)]
    assert all(found[at + 30] - found[at] >= 1 for at in range(70))


async def test_who_would_not_wait_so_long_is_told_how_long(clock):
    pace = Pace(clock)
    pace.rest("7", 30)
    with pytest.raises(NotNowError) as error:
        async with pace.turn("7", longest=3):
            pytest.fail("it was not its turn")
    assert 29 < error.value.seconds <= 30
    assert pace.wait_of("8") == 0
