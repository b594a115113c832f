"""kill -9 of the outbox: nothing is lost, and what may be a repeat says so."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from alerts import ledger
from alerts.outbox import deliver_due
from database import transaction

ROOT = Path(__file__).parent.parent.parent


def run_outbox(world) -> subprocess.Popen[bytes]:
    """The outbox in another process; it ends when it is done, or killed."""
    values = world.settings.model_dump(mode="json")
    values["database"]["url"] = world.engine.url.render_as_string(hide_password=False)
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).parent / "crashing_outbox.py"), world.now.isoformat()],
        stdin=subprocess.PIPE,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    process.stdin.write(json.dumps(values).encode() + b"\n")
    process.stdin.flush()
    return process


async def kill_after(process: subprocess.Popen[bytes], happened) -> None:
    while not happened():
        assert process.poll() is None, "the outbox ended before it could be killed"
        await asyncio.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert await asyncio.to_thread(process.wait) == -signal.SIGKILL


async def test_killed_between_acceptance_and_record_it_repeats_with_a_mark(world, api):
    world.search(world.person(telegram="7"))
    world.open()
    world.dispatch()
    world.pass_time(seconds=31)
    api.faults.delay = 60  # accepted, and the answer is on its way
    process = run_outbox(world)
    await kill_after(process, lambda: api.accepted)
    api.faults.delay = 0
    assert world.states() == ["sending"]
    assert (await world.deliver()).sent == 0  # the lease of the dead still holds
    report = await world.deliver(minutes=3)
    assert (report.sent, report.repeats) == (1, 1)
    first, second = api.sent_to(7)
    assert "This may be a repeat" not in first
    assert "This may be a repeat" in second
    assert [row["state"] for row in world.deliveries()] == ["sent"]
    assert (await world.deliver(minutes=3)).sent == 0


async def test_killed_among_many_nothing_is_lost_and_only_the_one_under_way_repeats(world, api):
    chats = range(100, 130)
    api.chats.known.update(chats)
    for chat in chats:
        world.search(world.person(f"P{chat}", telegram=str(chat)), looked=False)
    world.dispatch()
    world.open()
    world.dispatch()
    world.pass_time(seconds=31)
    under_way = 0
    for limit in (3, 15):
        process = run_outbox(world)
        await kill_after(process, lambda limit=limit: len(api.accepted) >= limit)
        under_way += sum(row["state"] == "sending" for row in world.messages())
        world.pass_time(minutes=3)  # past the lease
    await world.deliver()
    assert {row["state"] for row in world.messages()} == {"sent"}
    counts = {chat: api.sent_to(chat) for chat in chats}
    assert all(texts for texts in counts.values())  # at least once, each
    assert sum(len(texts) - 1 for texts in counts.values()) <= under_way
    for texts in counts.values():
        assert all("This may be a repeat" in text for text in texts[1:])


async def test_killed_before_sending_it_is_retried_freely(world, api):
    world.search(world.person(telegram="7"))
    world.open()
    world.dispatch()
    world.pass_time(seconds=31)
    await deliver_due(world.engine, {}, world.settings, world.now)  # bundles only
    with transaction(world.engine) as connection:  # what a process killed right after its claim leaves
        ledger.claim(connection, "telegram", world.settings.alerts, world.now, 5)
    assert world.states() == ["claimed"]
    report = await world.deliver(minutes=3)
    assert (report.sent, report.repeats) == (1, 0)
