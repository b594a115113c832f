"""Kill rolewire at random moments and look for what was lost or told twice.

    python -m tests.tools.kill_sweep [--database URL] [--kills 10] [--seed 1] [--commands crawl,run]
    python -m tests.tools.kill_sweep --sending [--people 60] [--faults 0.05] [--kills 15]

Runs `rolewire crawl` and `rolewire run` on the sample boards, kills the parent or its crawl worker with SIGKILL at
random moments, starts it again, and at the end lets it finish. By the logs of a real SMTP server and the strict Bot
API, every match must have arrived; what arrived twice must stand in a message marked as a possible repeat. The postings
must be those of an undisturbed run. Prints what it found; exits 1 if anything was lost or repeated without its mark.

With `--sending` each kill waits until messages go out, and falls among them; with `--faults` so many of the sends are
refused for a while, and of as many the reply is lost. Everybody has the same search, so all must be told the same.
"""

import argparse
import contextlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, func, select, text

from alerts import searches
from database import find_postings, open_engine, posting_json, read, table_of, transaction, upgrade
from demo import boards as sample
from demo.boardserver import BoardServer
from demo.botapi import BotApi
from demo.mailserver import MailServer
from models import Address, Delivery, DeliveryState, Message, PendingMatch
from tests.tools import sending

QUERY = "role:ai-engineer,ml-engineer,mlops-engineer,research-scientist,research-engineer,ai-solutions-engineer"
CHAT = 7_000_001
POSTING = re.compile(r"/postings/([a-z2-7]{12})")
UNDER_WAY = (DeliveryState.PENDING, DeliveryState.CLAIMED, DeliveryState.SENDING, DeliveryState.UNCERTAIN)
WEEKS = (1, 2, 3)
HURRIED = 5.0  # seconds, after which what waits for another try is due where many are told


@dataclass
class Sweep:
    """The surroundings of the killed program, which outlive it."""

    folder: Path
    url: str
    boards: BoardServer
    mail: MailServer
    api: BotApi
    people: int = 1  # on each channel
    engine: Engine = field(init=False)

    def __post_init__(self) -> None:
        self.engine = open_engine(self.url)
        upgrade(self.engine)
        self.config = self.folder / "config.toml"
        self.config.write_text(self._config())
        with transaction(self.engine) as connection:
            for number in range(self.people):
                self._add(connection, f"Ada {number or ''}".strip(), "telegram", str(CHAT + number))
                self._add(connection, f"Ben {number or ''}".strip(), "email", f"ben{number or ''}@people.example")

    def _add(self, connection: Connection, name: str, channel: str, address: str) -> None:
        now = datetime.now(UTC)
        key = searches.add_subscriber(connection, name, now)
        searches.set_address(connection, key, channel, address, now)
        searches.add_search(connection, key, QUERY, now, name="all")
        if channel == "telegram":
            self.api.chats.known.add(int(address))

    def _config(self) -> str:
        rows = [board.config_row() for board in sample.load() if board.source != "jsonld"]
        tables = {
            "database": {"url": self.url}, "network": {"replay": self.boards.url},
            "telegram": {"token": self.api.token, "api_url": self.api.url},
            "email": {"host": self.mail.host, "port": self.mail.port, "security": "none",
                      "sender": "rolewire <alerts@rolewire.example>"},
            "web": {"enabled": False, "public_url": "http://127.0.0.1:9"},
            "alerts": {"batch_seconds": 0, "baseline_minutes": 0, "lease_seconds": 5},
        }  # fmt: skip
        lines = [f"[{name}]\n" + _keys(table) for name, table in tables.items()]
        return "\n".join([*lines, *("[[boards]]\n" + _keys(row) for row in rows)])

    def start(self, command: str, module: str = "cli") -> subprocess.Popen[bytes]:
        """Start `rolewire COMMAND` in a process group of its own."""
        log = (self.folder / "rolewire.log").open("ab")
        arguments = [sys.executable, "-m", module, command, "--config", str(self.config)]
        return subprocess.Popen(
            arguments, stdout=log, stderr=log, start_new_session=True, cwd=Path(__file__).parent.parent.parent
        )

    def runs(self) -> int:
        """How many daemons have come to lead so far, by the log."""
        log = self.folder / "rolewire.log"
        return log.read_text().count("rolewire runs") if log.exists() else 0

    def make_due(self, week: int) -> None:
        """The boards as of a week, every one due."""
        self.boards.week = week
        with transaction(self.engine) as connection:
            connection.execute(text("UPDATE board SET due_at = NULL"))

    def is_quiet(self) -> bool:
        """Whether nothing is due any more, boards, matches and messages."""
        with read(self.engine) as connection:
            due = connection.execute(text("SELECT count(*) FROM board WHERE due_at IS NULL")).scalar_one()
            known = connection.execute(text("SELECT count(*) FROM board")).scalar_one()
            pending = connection.execute(select(func.count()).select_from(table_of(PendingMatch))).scalar_one()
            counts = [
                connection.execute(select(func.count()).where(table_of(model).c.state.in_(UNDER_WAY))).scalar_one()
                for model in (Delivery, Message)
            ]
        return bool(known) and not (due or pending or any(counts))

    def postings(self) -> list[tuple[str, bool]]:
        """Every posting, and whether it is open."""
        with read(self.engine) as connection:
            ids = find_postings(connection, None, datetime.now(UTC), limit=None)
            return sorted((row["id"], row["closed_at"] is None) for row in posting_json(connection, ids))

    def owed(self) -> Counter[tuple[str, str]]:
        """(address, posting) of every delivery that the database knows."""
        with read(self.engine) as connection:
            rows = connection.execute(
                select(table_of(Address).c.address, text("posting.public_id"))
                .select_from(text("posting"))
                .join(table_of(Delivery), text("delivery.posting_id = posting.id"))
                .join(table_of(Address), table_of(Address).c.subscriber_id == table_of(Delivery).c.subscriber_id)
            ).all()
        return Counter((row[0], row[1]) for row in rows)

    def arrived(self, with_repeats: bool) -> Counter[tuple[str, str]]:
        """(address, posting) of what the servers accepted, with or without messages marked as possible repeats."""
        found: Counter[tuple[str, str]] = Counter()
        for address, words in self._letters():
            if with_repeats or "may be a repeat" not in words:
                found.update({(address, posting) for posting in POSTING.findall(words)})
        return found

    def _letters(self) -> Iterator[tuple[str, str]]:
        for mail in self.mail.arrived:
            yield mail.recipients[0], mail.part("plain")
        for message in self.api.accepted:
            yield str(message["chat"]["id"]), message["source"]


def _keys(table: dict[str, Any]) -> str:
    lines = []
    for name, value in table.items():
        if isinstance(value, dict):
            value = "{ " + ", ".join(f"{key} = {json.dumps(part)}" for key, part in value.items()) + " }"
        else:
            value = json.dumps(value)
        lines.append(f"{name} = {value}\n")
    return "".join(lines)


def worker_of(pid: int) -> int | None:
    """The crawl worker of a rolewire process, if it has one now."""
    with contextlib.suppress(OSError):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return next((int(child) for child in children if _is_worker(int(child))), None)
    return None


def _is_worker(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def kill_at_random(sweep: Sweep, command: str, chance: random.Random) -> str:
    """Start the command, kill it or its worker some time later; says what was killed, and when."""
    process = sweep.start(command)
    moment = chance.uniform(0.2, 7.0)
    time.sleep(moment)
    victim = worker_of(process.pid) if chance.random() < 0.5 else None
    with contextlib.suppress(ProcessLookupError):
        os.kill(victim or process.pid, signal.SIGKILL)
    if victim:
        time.sleep(chance.uniform(0, 2))
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
    process.wait()
    return f"{command} after {moment:.1f} s: {'worker, then parent' if victim else 'parent'}"


def finish(sweep: Sweep, *weeks: int) -> None:
    """Let `rolewire run` do what is left, however long that takes here, then end it politely.

    With `weeks`, it lives through them, one after another.
    """
    runs, hurried = sweep.runs(), time.monotonic()
    process = sweep.start("run")
    try:
        for week in weeks or (sweep.boards.week,):
            if weeks:
                sweep.make_due(week)
            while not (sweep.is_quiet() and sweep.runs() > runs):
                if process.poll() is not None:
                    raise RuntimeError(f"rolewire run ended by itself: see {sweep.folder / 'rolewire.log'}")
                time.sleep(0.2)
                if sweep.people > 1 and time.monotonic() > hurried + HURRIED:
                    hurried = time.monotonic()
                    sending.hurry(sweep.engine)
        process.send_signal(signal.SIGTERM)
        code = process.wait()
    finally:
        process.kill()
    if code:
        raise RuntimeError(f"rolewire run ended with {code} on SIGTERM")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """One sweep; returns the findings."""
    chance, kills, commands = random.Random(options.seed), options.kills, options.commands.split(",")
    folder = Path(tempfile.mkdtemp(prefix="rolewire-kill-"))
    url = options.database or f"sqlite:///{folder / 'rolewire.db'}"
    monday = datetime.now(UTC).replace(microsecond=0)
    with BoardServer(monday) as boards, MailServer(folder / "mail") as mail, BotApi() as api:
        sending.disturb(api, mail, options.faults, chance)
        sweep = Sweep(folder, url, boards, mail, api, options.people)
        told = []
        for number in range(kills):
            week = WEEKS[number * len(WEEKS) // max(kills, 1)]
            if sweep.boards.week != week:
                finish(sweep)
                sweep.make_due(week)
            if options.sending:
                told.append(sending.kill_while_sending(sweep, chance))
            else:
                told.append(kill_at_random(sweep, commands[number % len(commands)], chance))
        for week in WEEKS[WEEKS.index(sweep.boards.week) :]:
            if sweep.boards.week != week:
                sweep.make_due(week)
            finish(sweep)
        return findings(sweep, told) | {"folder": str(folder)}


def findings(sweep: Sweep, told: list[str]) -> dict[str, Any]:
    owed, all_arrived, unmarked = sweep.owed(), sweep.arrived(True), sweep.arrived(False)
    return {
        "kills": told,
        "postings": sweep.postings(),
        "owed": sum(owed.values()),
        "arrived": sum(all_arrived.values()),
        "told_apart": len({*Counter(address for address, _ in owed).values()}) - 1,  # all have the same search
        "lost": sorted(key for key in owed if all_arrived[key] < 1),
        "repeated_unmarked": sorted(key for key, count in unmarked.items() if count > owed[key]),
        "repeated_marked": sum((all_arrived - unmarked).values()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", default="", help="an empty database; none: SQLite in a new folder")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--commands", default="crawl,run")
    parser.add_argument("--sending", action="store_true", help="kill while messages go out")
    parser.add_argument("--people", type=int, default=1, help="on each of the two channels")
    parser.add_argument("--faults", type=float, default=0.0, help="share of sends refused, and of replies lost")
    found = run(parser.parse_args())
    for line in found.pop("kills"):
        print("killed", line)
    postings = found.pop("postings")
    print(json.dumps(found | {"postings": len(postings), "open": sum(is_open for _, is_open in postings)}, indent=1))
    sys.exit(bool(found["lost"] or found["repeated_unmarked"] or found["told_apart"]))


if __name__ == "__main__":
    main()
