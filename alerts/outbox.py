"""The outbox: claim a message with a lease, compose it, commit that it is being sent, send, record.

A crash before `sending` is retried freely. A lease that ends while `sending`, or a lost reply, leaves it uncertain: it
is sent again, marked as a possible repeat. Only the holder of the lease may go on.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from sqlalchemy import Connection, Engine

from alerts import ledger
from alerts.channels import Channel, ChannelError, Outcome
from alerts.digest import compose
from alerts.ledger import Claim
from alerts.messages import make_messages, tell_of_absent_channels
from alerts.outgoing import Outgoing
from database import transaction
from models import DeliveryState
from settings import Settings

AT_ONCE = 16  # messages under way
PER_PASS = 500
Result = TypeVar("Result")
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class OutboxReport:
    """What one pass did, in messages; `repeats` are those of `sent` that were marked as possible repeats."""

    made: int = 0
    sent: int = 0
    repeats: int = 0
    postponed: int = 0
    uncertain: int = 0
    failed: int = 0
    cancelled: int = 0
    late: int = 0  # the lease was lost: another records the outcome


@dataclass(slots=True)
class _Pass:
    engine: Engine
    channels: dict[str, Channel]
    settings: Settings
    clock: Callable[[], datetime]
    report: OutboxReport = field(default_factory=OutboxReport)
    paused: set[str] = field(default_factory=set)  # channels whose credentials were refused in this pass

    async def commit(self, work: Callable[[Connection], Result]) -> Result:
        """Do the work in a transaction, in a thread: it may block."""

        def run() -> Result:
            with transaction(self.engine) as connection:
                return work(connection)

        return await asyncio.to_thread(run)


async def deliver_due(
    engine: Engine,
    channels: dict[str, Channel],
    settings: Settings,
    now: datetime,
    is_stopping: Callable[[], bool] = lambda: False,
) -> OutboxReport:
    """Bundle and send what is due; returns once nothing more can be sent now.

    Once `is_stopping` says so it claims no more and ends what is under way, so that nothing is left uncertain.
    """
    started = time.monotonic()
    one = _Pass(engine, channels, settings, lambda: now + timedelta(seconds=time.monotonic() - started))
    one.report.made = await one.commit(lambda c: make_messages(c, settings.alerts, settings.operator, now))
    await one.commit(lambda c: tell_of_absent_channels(c, set(channels), now))
    under_way = 0
    while under_way < PER_PASS and not is_stopping() and (claims := await _claim(one)):
        under_way += len(claims)
        await asyncio.gather(*(_deliver(one, claim) for claim in claims))
    return one.report


async def _claim(one: _Pass) -> list[Claim]:
    open_channels = [name for name in one.channels if name not in one.paused]
    alerts, public_url = one.settings.alerts, one.settings.web.public_url
    claims, cancelled = await one.commit(
        lambda c: ledger.claim(c, open_channels, alerts, public_url, one.clock(), AT_ONCE)
    )
    one.report.cancelled += cancelled
    return claims


async def _deliver(one: _Pass, claim: Claim) -> None:
    try:
        outgoing = compose(claim.letter)
    except Exception as error:
        log.exception("outbox.compose_failed", message_id=claim.id)
        await _record_failure(one, claim, ChannelError(f"cannot be composed: {type(error).__name__}: {error}"))
        return
    if not await one.commit(lambda c: ledger.begin(c, claim, one.clock())):
        return  # stopped, changed or taken over since the claim: another claim decides anew
    try:
        provider_id = await _hand_over(one, claim, outgoing)
    except ChannelError as error:
        await _record_failure(one, claim, error)
        return
    await _record_success(one, claim, provider_id)


async def _hand_over(one: _Pass, claim: Claim, outgoing: Outgoing) -> str:
    patience = min(60.0, one.settings.alerts.lease_seconds * 0.8)  # the lease must outlast the try
    try:
        return await asyncio.wait_for(one.channels[claim.channel].send(outgoing), patience)
    except TimeoutError:
        raise ChannelError(f"{claim.channel}: no answer in {patience:.0f} s", Outcome.UNCERTAIN) from None
    except ChannelError:
        raise
    except Exception as error:
        log.exception("outbox.channel_failed", message_id=claim.id, channel=claim.channel)
        raise ChannelError(f"{claim.channel}: {type(error).__name__}: {error}", Outcome.UNCERTAIN) from error


async def _record_success(one: _Pass, claim: Claim, provider_id: str) -> None:
    if not await one.commit(lambda c: ledger.sent(c, claim, provider_id, one.clock())):
        one.report.late += 1
        log.warning("outbox.lease_lost", message_id=claim.id)
        return
    one.report.sent += 1
    one.report.repeats += claim.is_repeat
    log.info("outbox.sent", message_id=claim.id, channel=claim.channel, is_possible_repeat=claim.is_repeat)


async def _record_failure(one: _Pass, claim: Claim, error: ChannelError) -> None:
    if error.outcome == Outcome.CHANNEL:
        one.paused.add(claim.channel)
    state = await one.commit(lambda c: ledger.failed(c, claim, error, one.settings.alerts, one.clock()))
    log.warning("outbox.not_sent", message_id=claim.id, channel=claim.channel, state=state, reason=str(error))
    match state:
        case None:
            one.report.late += 1
        case DeliveryState.FAILED:
            one.report.failed += 1
        case DeliveryState.UNCERTAIN:
            one.report.uncertain += 1
        case _:
            one.report.postponed += 1
