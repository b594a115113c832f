"""The README as a newcomer follows it: every command that it prints, in its order, in a folder of its own."""

import os
import re
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import settings as settings_module
from demo.boardserver import BoardServer
from demo.botapi import BotApi
from demo.mailserver import MailServer
from tests.test_daemon import free_port

ROOT = Path(__file__).parent.parent
MONDAY = datetime(2026, 5, 4, 6, tzinfo=UTC)
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```\n(.*?)^```", README, re.M | re.S)
PRINTED = [line for block in BLOCKS for line in block.splitlines() if re.match(r"(rolewire|make|git|\.) ", line)]
SHELL = ["git clone <this repository> rolewire && cd rolewire", "make demo", ". .venv/bin/activate"]  # tried elsewhere
ANSWERS = [
    "rol:x", "role:ml-engineer,mlops-engineer,ai-engineer", "", "none", "greenhouse/northlight", "lever/nosuch", "",
    "1234:wrong-token-wrong-token-wrong-token", "TOKEN", "ada", "ada@people.example", "127.0.0.1", "none", "MAIL", "",
    "rolewire <alerts@people.example>", "Ada", "Europe/Paris", "PORT", "",
]  # fmt: skip
Run = Callable[..., Any]


def test_the_readme_begins_with_what_the_shell_does() -> None:
    assert PRINTED[:3] == SHELL
    assert all(line.startswith("rolewire ") for line in PRINTED[3:])
    assert {"rolewire init", "rolewire doctor", "rolewire run", "rolewire status"} <= set(PRINTED)


def test_every_command_of_the_readme_in_its_order(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`init` is typed as at a terminal, wrong answers among them; Start is pressed; then the daemon runs beside."""
    with BoardServer(MONDAY) as boards, MailServer() as mail, BotApi() as api:
        for name, value in (
            ("NETWORK__REPLAY", boards.url), ("TELEGRAM__API_URL", api.url), ("ALERTS__BASELINE_MINUTES", "0"),
        ):  # fmt: skip
            monkeypatch.setenv(f"ROLEWIRE_{name}", value)
        monkeypatch.setenv("PYTHONPATH", str(ROOT))
        daemon: subprocess.Popen[str] | None = None
        told: dict[str, str] = {}
        try:
            for line in PRINTED[3:]:
                if line == "rolewire init":
                    begin(tmp_path, mail, api)
                elif line == "rolewire run":
                    daemon = start_daemon(tmp_path, mail, api)
                else:
                    done = run(*shlex.split(line)[1:])
                    assert done.returncode == 0, f"{line}: {done.stderr}{done.stdout}"
                    told[line] = done.stdout + done.stderr
        finally:
            if daemon is not None:
                daemon.send_signal(signal.SIGTERM)
                daemon.wait()
        assert "no problem found" in told["rolewire doctor"]
        assert '"daemon","state":"well"' in told["rolewire status"]
        assert told["rolewire channels test"].count('"taken"') == 2
        assert (tmp_path / "open.csv").read_text().count("northlight")


def begin(folder: Path, mail: MailServer, api: BotApi) -> None:
    filled = {"TOKEN": api.token, "MAIL": str(mail.port), "PORT": str(free_port())}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    begun = subprocess.Popen([sys.executable, "-m", "cli", "init"], cwd=folder, env=os.environ, text=True, **pipes)
    told: list[str] = []
    listening = threading.Thread(target=press_start, args=(begun, told, api))
    listening.start()
    assert begun.stdin is not None
    begun.stdin.write("".join(f"{filled.get(answer, answer)}\n" for answer in ANSWERS))
    begun.stdin.close()
    assert begun.wait() == 0, "".join(told)
    listening.join()
    assert "✗" in "".join(told)
    assert "It is told on" in "".join(told)
    assert "a test of rolewire" in mail.arrived[0].part("plain")
    assert list(folder.glob("*.before")) == []
    found = settings_module.load(folder / "config.toml")
    assert found.operator.addresses == ["email:ada@people.example", "telegram:42"]


def press_start(begun: "subprocess.Popen[str]", told: list[str], api: BotApi) -> None:
    """Read what is said; once the link is shown, open it."""
    assert begun.stderr is not None
    for line in begun.stderr:
        told.append(line)
        if link := re.search(r"https://t\.me/rolewire_bot\?start=(\S+)", line):
            api.say(42, f"/start {link[1]}")


def start_daemon(folder: Path, mail: MailServer, api: BotApi) -> "subprocess.Popen[str]":
    """Start it, and wait for the first alert on both channels."""
    log = (folder / "log").open("w")
    daemon = subprocess.Popen(
        [sys.executable, "-m", "cli", "run"], cwd=folder, env=os.environ, stdout=log, stderr=log, text=True
    )
    try:
        while not (len(mail.arrived) > 1 and any("Why: " in text for text in api.sent_to(42))):
            assert daemon.poll() is None, (folder / "log").read_text()
            time.sleep(0.1)
    except BaseException:
        daemon.kill()
        raise
    assert mail.arrived[1].recipients == ["ada@people.example"]
    return daemon
