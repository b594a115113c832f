"""What the kill sweep does while messages go out: servers that misbehave at times, and kills that fall among sends."""

import asyncio
import os
import random
import signal
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Engine, func, select

from database import read, table_of, transaction
from demo.botapi import BotApi
from demo.botrules import scripted
from demo.mailserver import MailServer
from models import DeliveryState, Message

MOST = 5  # messages accepted since the start, and then it is killed
PATIENCE = 60.0  # seconds until so many must have gone out
REPLY_SECONDS = 0.1  # that a server takes to answer


class Surroundings(Protocol):
    """What is asked of the sweep."""

    api: BotApi
    mail: MailServer
    engine: Engine
    folder: Path

    def start(self, command: str) -> subprocess.Popen[bytes]: ...

    def is_quiet(self) -> bool: ...


def disturb(api: BotApi, mail: MailServer, share: float, chance: random.Random) -> None:
    """From now on so many sends are refused with 429 or 451, and of as many the reply is lost."""
    dice, take, keep = random.Random(chance.random()), api.messages.send_message, mail.handle_DATA

    async def send(given: dict[str, Any]) -> dict[str, Any]:
        if dice.random() < share:
            raise scripted(429, 1)
        api.faults.delay = REPLY_SECONDS
        api.faults.lose_replies += dice.random() < share
        return await take(given)

    async def data(server: Any, session: Any, envelope: Any) -> str:
        if dice.random() < share:
            return "451 later"
        mail.faults.drop_after_data = int(dice.random() < share)
        answer = await keep(server, session, envelope)
        await asyncio.sleep(REPLY_SECONDS)
        return answer

    if share:
        api.messages.send_message, mail.handle_DATA = send, data  # type: ignore[method-assign]


def kill_while_sending(sweep: Surroundings, chance: random.Random) -> str:
    """Start `rolewire run` and kill it once some messages have gone out; says how many, and what was under way."""
    hurry(sweep.engine)
    before, wanted = _accepted(sweep), chance.randint(1, MOST)
    process = sweep.start("run")
    look_at, until = time.monotonic() + 5.0, time.monotonic() + PATIENCE
    while _accepted(sweep) < before + wanted and time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"rolewire run ended by itself: see {sweep.folder / 'rolewire.log'}")
        time.sleep(0.01)
        if time.monotonic() > look_at and _accepted(sweep) == before and sweep.is_quiet():
            break
        look_at += 1.0 if time.monotonic() > look_at else 0.0
    time.sleep(chance.uniform(0, 0.05))
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    gone, sent = _count(sweep.engine, DeliveryState.SENDING), _accepted(sweep) - before
    waits = _count(sweep.engine, DeliveryState.PENDING, DeliveryState.CLAIMED, DeliveryState.UNCERTAIN)
    what = "while messages went out" if sent and gone + waits else "with nothing under way"
    return f"run {what}: {sent} accepted since its start, {gone} being handed over, {waits} waiting"


def hurry(engine: Engine) -> None:
    """What waits for another try is due: nobody looks on for the hours that pauses grow to."""
    message = table_of(Message).c
    waits = message.state.in_([DeliveryState.PENDING, DeliveryState.UNCERTAIN]) & (message.attempts > 1)
    with transaction(engine) as connection:
        connection.execute(table_of(Message).update().where(waits).values(next_at=datetime.now(UTC)))


def _accepted(sweep: Surroundings) -> int:
    return len(sweep.api.accepted) + len(sweep.mail.arrived)


def _count(engine: Engine, *states: DeliveryState) -> int:
    wanted = select(func.count()).where(table_of(Message).c.state.in_(states))
    with read(engine) as connection:
        return int(connection.execute(wanted).scalar_one())
