"""Nothing shows green that does not work: each part is stopped under a running daemon, and every view says so."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from sqlalchemy import text

from alerts import searches
from condition import STALE, Condition, PartState, State
from database import read, transaction
from demo.boardserver import BoardServer
from demo.botapi import BotApi
from demo.mailserver import MailServer
from settings import load
from tests.test_daemon import free_port
from tests.tools.kill_sweep import Sweep

ROOT = Path(__file__).parent.parent
MONDAY = datetime(2026, 5, 4, 6, tzinfo=UTC)
REFUSING = "CREATE TRIGGER no BEFORE DELETE ON pending_match BEGIN SELECT RAISE(ABORT, 'not now'); END"


class Watched:
    """A daemon and what can be seen of it from outside."""

    def __init__(self, sweep: Sweep, port: int) -> None:
        self.sweep, self.address = sweep, f"http://127.0.0.1:{port}"
        self.condition = Condition(load(sweep.config), sweep.engine)
        self.process = sweep.start("run")

    def parts(self) -> dict[str, PartState]:
        with read(self.sweep.engine) as connection:
            return {one.name: one for one in self.condition.look(connection, datetime.now(UTC))}

    def wait_for(self, name: str, state: State) -> PartState:
        return self.wait(lambda: (one := self.parts().get(name)) is not None and one.state is state and one)

    def wait(self, what: Callable[[], Any]) -> Any:
        """However long it takes; pytest's own limit ends what never comes."""
        while not (found := what()):
            assert self.process.poll() is None, (self.sweep.folder / "rolewire.log").read_text()[-3000:]
            time.sleep(0.1)
        return found

    def page(self, path: str) -> tuple[int, str]:
        try:
            with urlopen(self.address + path) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()

    def check(self, name: str) -> PartState:
        """It waits, by status, health page, /readyz and /metrics alike."""
        part = self.wait_for(name, State.WAITING)
        status, told = self.page("/readyz")
        assert (status, f"{name}: waiting: {part.why}" in told) == (503, True), told
        assert f'rolewire_part_well{{part="{name}"}} 0.0' in self.page("/metrics")[1]
        _, health = self.page("/health")
        row = re.search(rf'<th scope="row">{name.capitalize()}</th>(.*?)</tr>', health, re.S)
        assert row is not None
        assert "verdict error" in row[1]
        return part

    def status(self) -> dict[str, dict[str, Any]]:
        command = [sys.executable, "-m", "cli", "status", "--config", str(self.sweep.config)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
        return {row["what"]: row for row in reversed([json.loads(line) for line in done.stdout.splitlines()])}


@pytest.fixture
def watched(tmp_path: Path, migrated_sqlite: Path) -> Iterator[Watched]:
    with BoardServer(MONDAY) as boards:
        mail, api = MailServer().start(), BotApi().start()
        sweep, port = Sweep(tmp_path, f"sqlite:///{tmp_path / 'test.db'}", boards, mail, api), free_port()
        given = sweep.config.read_text().replace("enabled = false", f"enabled = true\nport = {port}")
        sweep.config.write_text(given)
        found = Watched(sweep, port)
        try:
            yield found
        finally:
            found.process.kill()
            found.process.wait()
            sweep.engine.dispose()


def children(parent: int) -> list[int]:
    """The processes that another started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        if int(fields[1]) == parent:
            found.append(int(path.parent.name))
    return found


def test_each_part_that_is_stopped_is_said_to_be(watched: Watched) -> None:
    sweep = watched.sweep
    watched.wait(lambda: sweep.runs() == 1)
    watched.wait(lambda: watched.page("/readyz")[0] == 200)
    assert {one.state for one in watched.parts().values() if one.is_needed} == {State.WELL}
    assert "rolewire_part_well" in watched.page("/metrics")[1]

    watched.wait(sweep.is_quiet)
    sweep.mail.stop()
    with transaction(sweep.engine) as connection:
        owner = searches.find_subscriber(connection, "Ben")["id"]
        searches.add_search(connection, owner, "title:engineer", datetime.now(UTC), name="more")
    email = watched.check("channel email")
    assert email.count == 1
    assert email.next_at is not None

    sweep.api.stop()
    assert watched.check("bot").why

    (worker,) = children(watched.process.pid)
    os.kill(worker, signal.SIGKILL)
    assert "exit code -9" in watched.check("crawl worker").why

    with transaction(sweep.engine) as connection:
        connection.execute(text(REFUSING))
    sweep.make_due(2)
    assert "not now" in watched.check("dispatch").why
    told = watched.status()
    assert (told["dispatch"]["state"], told["channel email"]["state"], told["bot"]["state"]) == ("waiting",) * 3
    assert told["daemon"]["state"] == "well"
    with transaction(sweep.engine) as connection:
        connection.execute(text("DROP TRIGGER no"))
    watched.wait_for("dispatch", State.WELL)

    watched.process.send_signal(signal.SIGSTOP)  # it lives, and does nothing
    with read(sweep.engine) as connection:
        later = {one.name: one for one in watched.condition.look(connection, datetime.now(UTC) + 2 * STALE)}
    assert later["daemon"].state is State.WAITING
    assert "no sign of life" in later["daemon"].why
    assert later["dispatch"].state is State.OFF
    watched.process.kill()
    watched.process.wait()
    told = watched.status()
    assert told["daemon"]["state"] == "off"
    assert "no daemon runs" in told["daemon"]["detail"]
    assert {told[name]["state"] for name in ("dispatch", "outbox", "crawl worker", "bot", "channel email")} == {"off"}
