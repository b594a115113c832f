"""Nothing shows green that does not work: each part is stopped under a running daemon, and every view says so."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from sqlalchemy import Engine, event, insert, text, update
from sqlalchemy.exc import DBAPIError

from alerts import searches
from condition import JOBS, LATE_EVENTS, STALE, Condition, PartState, State, is_ready
from database import open_engine, read, table_of, transaction
from demo.boardserver import BoardServer
from demo.botapi import BotApi
from demo.mailserver import MailServer
from locks import LEADER, Lock
from models import Board, Listing, PendingMatch, Posting, PostingEvent
from pulse import Pulse
from settings import Settings, load
from tests.test_daemon import free_port
from tests.test_verbs import put
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
    assert (later["dispatch"].state, later["dispatch"].why) == (State.OFF, "the daemon gives no sign of life")
    watched.process.kill()
    watched.process.wait()
    told = watched.status()
    assert told["daemon"]["state"] == "off"
    assert "no daemon runs" in told["daemon"]["detail"]
    assert {told[name]["state"] for name in ("dispatch", "outbox", "crawl worker", "bot", "channel email")} == {"off"}


# --- what no daemon is needed for ----------------------------------------------------------------------------------


@pytest.fixture
def led(tmp_path: Path, migrated_sqlite: Path) -> Iterator[tuple[Engine, Condition]]:
    """A database on which somebody leads whose parts are all well."""
    shutil.copy(migrated_sqlite, tmp_path / "rolewire.db")
    engine = open_engine(f"sqlite:///{tmp_path / 'rolewire.db'}")
    with Lock(engine, LEADER, "run") as lock:
        assert lock.acquire()
        pulse = Pulse(engine)
        for name in (*JOBS, "crawl worker", "web page"):
            pulse.turn(name)
        pulse.beat()
        yield engine, Condition(Settings(), engine)
    engine.dispose()


def look(led: tuple[Engine, Condition], later: timedelta = timedelta(0)) -> dict[str, PartState]:
    engine, condition = led
    with read(engine) as connection:
        return {one.name: one for one in condition.look(connection, datetime.now(UTC) + later)}


@pytest.mark.parametrize(
    ("verdict", "reason", "state", "is_needed", "words"),
    [
        ("", "", State.WAITING, False, "no page was opened in it yet"), ("ok", "", State.WELL, False, "1 board open"),
        ("error", "this board is rendered and no browser was found; run …", State.WAITING, True, "1 board need"),
        ("error", "[network] browser names /x, which is not there; correct it", State.WAITING, True, "starts"),
        ("error", "the browser does not start: BrowserType.launch: …", State.WAITING, True, "starts"),
    ],
)  # fmt: skip
def test_a_browser_is_well_only_where_it_opened_a_page(
    led: tuple[Engine, Condition], verdict: str, reason: str, state: State, is_needed: bool, words: str
) -> None:
    with transaction(led[0]) as connection:
        values = {"source": "jsonld", "board": "a", "is_rendered": True, "last_verdict": verdict, "last_reason": reason}
        connection.execute(insert(table_of(Board)).values(Board(**values).model_dump(exclude={"id"})))
    part = look(led)["browser"]
    assert (part.state, part.is_needed, words in part.why) == (state, is_needed, True), part
    assert (part in is_ready(list(look(led).values()))) is is_needed


def test_events_that_wait_too_long_are_said_to_whatever_dispatch_says(led: tuple[Engine, Condition]) -> None:
    now = datetime.now(UTC)
    with transaction(led[0]) as connection:
        board = put(connection, Board, source="ashby", board="acme")
        listing = put(connection, Listing, board_id=board, source="ashby", board="acme", native_id="1", title="x",
                      url="https://acme.example/1", first_seen_at=now, last_seen_at=now)  # fmt: skip
        posting = put(connection, Posting, public_id="p1", primary_listing_id=listing, title="x", company="Acme",
                      company_key="acme", first_seen_at=now, posted_at=now)  # fmt: skip
        happened = put(connection, PostingEvent, posting_id=posting, kind="opened", at=now)
        connection.execute(insert(table_of(PendingMatch)).values(event_id=happened))
    assert (look(led)["dispatch"].state, look(led)["dispatch"].count) == (State.WELL, 1)
    with transaction(led[0]) as connection:
        connection.execute(update(table_of(PostingEvent)).values(at=now - 2 * LATE_EVENTS))
    part = look(led)["dispatch"]
    assert (part.state, "events wait since" in part.why) == (State.WAITING, True)
    assert part in is_ready(list(look(led).values()))


def test_a_database_that_takes_nothing_more_stops_the_pulse(led: tuple[Engine, Condition]) -> None:
    engine, _ = led
    pulse = Pulse(engine)
    pulse.turn("dispatch")

    def refuse(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA query_only = ON")

    event.listen(engine, "connect", refuse)
    engine.dispose()
    assert look(led)["daemon"].state is State.WELL  # what was said last holds for a while
    with pytest.raises(DBAPIError):
        pulse.beat()
    later = look(led, 2 * STALE)
    assert later["daemon"].state is State.WAITING
    assert "is the disk full" in later["daemon"].why
    assert State.WELL not in {later[name].state for name in (*JOBS, "crawl worker", "web page")}


def test_boards_are_late_whether_a_daemon_runs_or_none(tmp_path: Path, migrated_sqlite: Path) -> None:
    shutil.copy(migrated_sqlite, tmp_path / "rolewire.db")
    engine, now = open_engine(f"sqlite:///{tmp_path / 'rolewire.db'}"), datetime.now(UTC)
    with transaction(engine) as connection:
        put(connection, Board, source="ashby", board="acme", last_verdict="ok", due_at=now + timedelta(minutes=5))
    condition = Condition(Settings(), engine)
    assert look((engine, condition))["boards"].state is State.WELL
    part = look((engine, condition), timedelta(days=7))["boards"]
    assert (part.state, part.why.endswith("the daemon does not run")) == (State.WAITING, True), part
    engine.dispose()


def test_backups_and_lesser_jobs_that_fail_are_shown_and_stop_nothing(led: tuple[Engine, Condition]) -> None:
    engine, condition = led
    condition.settings = Settings.model_validate({"backup": {"folder": "/nowhere"}})
    assert look(led)["backups"].state is State.WAITING  # none was tried yet
    pulse = Pulse(engine)
    pulse.turn("backups").failed = "the machine refuses: [Errno 28] No space left on device"
    pulse.turn("edits").failed = "a fault of ours"
    pulse.turn("pruning")
    pulse.beat()
    found = look(led)
    assert "No space left" in found["backups"].why
    assert {one.state for name, one in found.items() if name in ("backups", "edits")} == {State.WAITING}
    assert "pruning" not in found
    assert not {"backups", "edits"} & {one.name for one in is_ready(list(found.values()))}
