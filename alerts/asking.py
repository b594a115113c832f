"""Asking the channels that sent nothing lately whether they would: a dead mail server is known before it is needed."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import structlog
from sqlalchemy import Engine

from alerts import consequences, ledger
from alerts.channels import Channel, ChannelError, Outcome
from alerts.lane import Lane
from database import transaction

PATIENCE = 20.0  # seconds that a provider may take
log = structlog.get_logger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class Asking:
    """Beside the outbox, whose lanes it shares."""

    def __init__(
        self,
        engine: Engine,
        channels: Mapping[str, Channel],
        lanes: dict[str, Lane],
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._engine, self._channels, self._lanes, self._clock = engine, channels, lanes, clock

    async def turn(self) -> None:
        """Ask those whose turn it is, side by side."""
        lanes = [self._lanes.setdefault(name, Lane(name)) for name in self._channels]
        await asyncio.gather(*(self._ask(lane) for lane in lanes if lane.is_to_be_asked(self._clock())))

    async def _ask(self, lane: Lane) -> None:
        is_thorough = lane.is_thorough(self._clock())
        error: ChannelError | None = None
        try:
            await asyncio.wait_for(self._channels[lane.channel].probe(is_thorough), PATIENCE)
        except ChannelError as refusal:
            error = refusal
        except TimeoutError:
            error = ChannelError(f"{lane.channel}: no answer in {PATIENCE:.0f} s", Outcome.CHANNEL)
        was_in_trouble, now = bool(lane.trouble), self._clock()
        lane.answered(error, is_thorough, now)
        if lane.trouble and error is not None:
            log.log(30 if not was_in_trouble else 10, "outbox.channel_down", channel=lane.channel, reason=str(error))
            await asyncio.to_thread(self._note, lane.channel, error, now)
        elif not lane.trouble and not lane.is_well:
            await asyncio.to_thread(self._note, lane.channel, None, now)
            lane.is_well = True

    def _note(self, channel: str, error: ChannelError | None, now: datetime) -> None:
        with transaction(self._engine) as connection:
            if error is None:
                ledger.channel_works(connection, channel, now)
            else:
                consequences.channel_fails(connection, channel, error, now)
