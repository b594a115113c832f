"""The outbox: bundle what is due; then, in a lane a channel: claim with a lease, compose, commit that it is being sent,
send, record.

A crash before `sending` is retried freely. A lease that ends while `sending`, or a lost reply, leaves it uncertain: it
is sent again, marked as a possible repeat. Only the holder of the lease may go on. Lanes know nothing of each other: as
one of a lane's messages ends the next begins, and what ended meanwhile is recorded with it in one transaction.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from alerts import ledger, messages
from alerts.channels import Channel, ChannelError, Outcome
from alerts.claims import Claims, Ended, Ready
from alerts.empty import make_empty_digests
from alerts.lane import Lane
from alerts.report import OutboxReport
from database import first_line, transaction
from models import DeliveryState
from settings import Settings

CLAIMED_AT_ONCE = 32
GATHER_SECONDS = 0.05  # what ends within it is recorded in one transaction
LOOK_SECONDS = 1.0  # between two looks of a lane at what is due, once a look found less than there is room for
RECORD_TRIES = 5
Result = TypeVar("Result")
log = structlog.get_logger(__name__)


@dataclass(slots=True, eq=False)
class _Flight:
    """A lane's messages: ready to be sent, under way, and ended but not recorded."""

    ready: list[Ready] = field(default_factory=list)
    under_way: set[asyncio.Task[Ended]] = field(default_factory=set)
    ended: list[Ended] = field(default_factory=list)
    look_at: float = 0.0  # on the monotonic clock


def _now() -> datetime:
    return datetime.now(UTC)


class Outbox:
    """What a process sends. `turn` bundles and keeps the lanes going; `settle` waits until they have ended."""

    def __init__(
        self,
        engine: Engine,
        channels: dict[str, Channel],
        settings: Settings,
        is_stopping: Callable[[], bool] = lambda: False,
        clock: Callable[[], datetime] = _now,
        lanes: dict[str, Lane] | None = None,
    ) -> None:
        self.report = OutboxReport()
        self._engine, self._channels, self._settings = engine, channels, settings
        self._is_stopping, self._clock = is_stopping, clock
        self._lanes = {} if lanes is None else lanes
        self._running: dict[str, asyncio.Task[None]] = {}
        self._flights: list[_Flight] = []
        self._calls = 0  # of lanes to their work
        self._claims = Claims(engine, channels, settings)
        self._broken: list[BaseException] = []  # of lanes, not raised yet

    async def turn(self) -> None:
        """Bundle what is due and start the lanes that stand still; what they send goes on after the turn."""
        now = self._clock()
        self._start_lanes()
        while await self._commit(lambda c: self._bundle(c, now)) and not self._is_stopping():
            self._start_lanes()
        await self._commit(lambda c: self._tell_operator(c, now))
        self._start_lanes()
        broken, self._broken = self._broken, []
        for error in broken:  # last: a lane that breaks keeps neither the others nor the bundling
            raise error

    async def settle(self, seconds: float | None = None) -> None:
        """Wait until every lane has ended: all is sent that can be now, or what was under way when we were to stop.

        After so many seconds what is still under way is broken off, and recorded as what it is.
        """
        running, self._running = list(self._running.values()), {}
        if running:
            _, late = await asyncio.wait(running, timeout=seconds)
            for flight in self._flights if late else ():
                for sending in flight.under_way:
                    sending.cancel()
            await asyncio.wait(running)
        for task in running:
            task.result()

    async def _commit(self, work: Callable[[Connection], Result]) -> Result:
        """Do the work in a transaction, in a thread: it may block."""

        def run() -> Result:
            with transaction(self._engine) as connection:
                return work(connection)

        return await asyncio.to_thread(run)

    def _bundle(self, connection: Connection, now: datetime) -> bool:
        made, is_more = messages.bundle(connection, self._settings.alerts, now)
        self.report.made += made
        return is_more

    def _tell_operator(self, connection: Connection, now: datetime) -> None:
        messages.tell_of_absent_channels(connection, set(self._channels), now)
        self.report.made += messages.make_notices(connection, self._settings.operator, now)
        self.report.made += make_empty_digests(connection, now)

    # --- lanes -----------------------------------------------------------------------------------------------------

    def _start_lanes(self) -> None:
        self._calls += 1
        for channel in self._channels:
            task = self._running.pop(channel, None)
            if task is not None and not task.done():
                self._running[channel] = task
                continue
            lane = self._lanes.setdefault(channel, Lane(channel))
            self._running[channel] = asyncio.create_task(self._run(lane), name=f"lane {channel}")
            if task is not None and (error := task.exception()) is not None:
                log.error("outbox.lane_broke", channel=channel, error=first_line(error))
                self._broken.append(error)

    async def _run(self, lane: Lane) -> None:
        """Send until nothing is due, the channel rests, or we are to stop."""
        flight = _Flight()
        self._flights.append(flight)
        seen = -1
        try:
            while seen != self._calls:  # what was bundled during the last look is looked at too
                seen = self._calls
                while await self._step(lane, flight):
                    pass
        finally:
            await self._land(lane, flight)
            self._flights.remove(flight)

    async def _step(self, lane: Lane, flight: _Flight) -> bool:
        room = 0 if self._is_stopping() else lane.slots(self._clock()) - len(flight.under_way)
        if room > len(flight.ready) and (time.monotonic() >= flight.look_at or not flight.under_way):
            await self._look(lane, flight, room)
        if room <= 0 and not flight.under_way:
            return False
        starting, flight.ready = flight.ready[: max(room, 0)], flight.ready[max(room, 0) :]
        is_news = bool(flight.ended)  # what is recorded may be due again at once
        await self._record(lane, flight, starting)
        if not flight.under_way:
            return is_news or bool(flight.ready)
        done, flight.under_way = await asyncio.wait(
            flight.under_way, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        if done and flight.under_way:
            more, flight.under_way = await asyncio.wait(flight.under_way, timeout=GATHER_SECONDS)
            done |= more
        flight.ended += [task.result() for task in done]
        return True

    async def _land(self, lane: Lane, flight: _Flight) -> None:
        """Give back what was not begun, let what is under way end, and record it."""
        if flight.ready:
            await self._commit(lambda c: self._release(c, flight.ready))
        while flight.under_way:
            done, flight.under_way = await asyncio.wait(flight.under_way, return_when=asyncio.FIRST_COMPLETED)
            flight.ended += [task.result() for task in done]
            await self._record(lane, flight, [])
        if flight.ended:
            await self._record(lane, flight, [])

    def _release(self, connection: Connection, ready: Sequence[Ready]) -> None:
        for one in ready:
            ledger.release(connection, one.claim, self._clock())

    # --- claiming and composing ------------------------------------------------------------------------------------

    async def _look(self, lane: Lane, flight: _Flight, room: int) -> None:
        """Claim more than there is room for, so that many are read at once; after a pause just one is tried."""
        limit = room if room == 1 else CLAIMED_AT_ONCE
        ready, unfit, is_all = await asyncio.to_thread(self._take, lane.channel, limit)
        flight.ready += ready
        flight.ended += unfit
        flight.look_at = time.monotonic() + LOOK_SECONDS if is_all else 0.0

    def _take(self, channel: str, limit: int) -> tuple[list[Ready], list[Ended], bool]:
        taken = self._claims.take(channel, limit, self._clock())
        self.report.cancelled += taken.cancelled
        return taken.ready, taken.unfit, taken.is_all

    # --- sending ---------------------------------------------------------------------------------------------------

    async def _send(self, lane: Lane, one: Ready) -> Ended:
        try:
            provider_id = await self._hand_over(one)
        except ChannelError as error:
            return Ended(one.claim, error=lane.judge(one.claim.address_id, error, self._clock()))
        lane.accepted(one.claim.address_id, self._clock())
        return Ended(one.claim, provider_id)

    async def _hand_over(self, one: Ready) -> str:
        channel = one.claim.channel
        patience = min(60.0, self._settings.alerts.lease_seconds * 0.8)  # the lease must outlast the try
        try:
            return await asyncio.wait_for(self._channels[channel].send(one.outgoing), patience)
        except TimeoutError:
            raise ChannelError(f"{channel}: no answer in {patience:.0f} s", Outcome.UNCERTAIN) from None
        except asyncio.CancelledError:  # by `settle` alone
            raise ChannelError(f"{channel}: broken off, the service had to stop", Outcome.UNCERTAIN) from None
        except ChannelError:
            raise
        except Exception as error:
            log.exception("outbox.channel_failed", message_id=one.claim.id, channel=channel)
            raise ChannelError(f"{channel}: {type(error).__name__}: {error}", Outcome.UNCERTAIN) from error

    # --- recording -------------------------------------------------------------------------------------------------

    async def _record(self, lane: Lane, flight: _Flight, starting: Sequence[Ready]) -> None:
        """Record what ended, and commit that the next are being sent; then send them."""
        if not (starting or flight.ended):
            return
        try:
            begun = await self._commit(lambda c: self._write(c, lane, starting, flight.ended))
        except DBAPIError as error:
            flight.ready = [*starting, *flight.ready]
            if not flight.ended:
                raise
            log.warning("outbox.not_recorded", channel=lane.channel, error=first_line(error))
            await self._record_alone(lane, flight)
            return
        flight.ended = []
        for one in starting:  # those stopped, changed or taken over since the claim are left to another claim
            if one.claim.id in begun:
                flight.under_way.add(asyncio.create_task(self._send(lane, one)))

    async def _record_alone(self, lane: Lane, flight: _Flight) -> None:
        """One after the other, and once more where the database refuses: what was sent must not be sent again."""
        while flight.ended:
            for left in range(RECORD_TRIES, 0, -1):
                try:
                    await self._commit(lambda c: self._write(c, lane, [], flight.ended[:1]))
                    break
                except DBAPIError:
                    if left == 1:
                        raise
                    await asyncio.sleep(LOOK_SECONDS)
            flight.ended.pop(0)

    def _write(self, connection: Connection, lane: Lane, starting: Sequence[Ready], ended: Sequence[Ended]) -> set[int]:
        now, alerts = self._clock(), self._settings.alerts
        # first: it waits for whoever stops something, and nothing must be held meanwhile that they wait for
        begun = ledger.begin(connection, {one.claim.id: (one.claim, one.deliveries) for one in starting}, alerts, now)
        sent = ledger.sent(connection, [(one.claim, one.provider_id) for one in ended if one.error is None], now)
        if sent and not lane.is_well:
            ledger.channel_works(connection, lane.channel, now)
            lane.is_well = True
        failed = {
            one.claim.id: ledger.failed(connection, one.claim, one.error, alerts, now)
            for one in ended
            if one.error is not None
        }
        for one in ended:
            self.report.count(one, DeliveryState.SENT if one.claim.id in sent else failed.get(one.claim.id))
        return begun


async def deliver_due(
    engine: Engine,
    channels: dict[str, Channel],
    settings: Settings,
    now: datetime,
    is_stopping: Callable[[], bool] = lambda: False,
    lanes: dict[str, Lane] | None = None,
) -> OutboxReport:
    """Bundle and send what is due; returns once nothing more can be sent now.

    Once `is_stopping` says so it claims no more and ends what is under way, so that nothing is left uncertain. `lanes`
    keeps what is known of the channels from one call to the next.
    """
    started: list[float] = []

    def clock() -> datetime:
        started[1:] = [time.monotonic()]  # asked for the first time it says `now` itself
        return now + timedelta(seconds=started[-1] - started[0])

    outbox = Outbox(engine, channels, settings, is_stopping, clock, lanes)
    await outbox.turn()
    await outbox.settle()
    return outbox.report
