"""What reaches the log: one line an event, and no secret."""

import io
import json
import logging
from pathlib import Path
from typing import Any

import pytest
import structlog

from logs import as_text, configure, redact_value
from settings import LogSettings

TOKEN = "123456789:AAE-abcdefghijklmnopqrstuvwxyz0123456"


@pytest.fixture(autouse=True)
def _restored():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("key rw_3ea6b532fc5f_AFHDvnInNC27rEd6C2rUtDrlj8VQKbDRLERMpQ0Gxfs", "AFHDvnIn"),
        ("GET /feeds/WzEsImFiY2QiXQ.c2lnbmF0dXJl.atom failed", "c2lnbmF0dXJl"),
        (f"POST https://api.telegram.org/bot{TOKEN}/sendMessage", TOKEN),
        ("postgresql+psycopg://ada:hunter2@db.example/rolewire", "hunter2"),
        ("smtp login failed: password=hunter2 rejected", "hunter2"),
        ('{"token": "hunter2hunter2"}', "hunter2hunter2"),
        ("mail server: (550, '5.1.1 unknown', 'ada.lovelace+jobs@mail.example.org')", "ada.lovelace"),
        ("no answer from ntfys://ada:pw@ntfy.example.org/topic", "topic"),
        ("POST https://hooks.slack.com/services/T1/B2/xyz failed", "T1/B2"),
    ],
)
def test_secret_is_blotted_out(text: str, secret: str) -> None:
    assert secret not in redact_value(text)
    assert len(redact_value(text)) > 10


def test_plain_words_stay() -> None:
    for text in (
        "https://boards.greenhouse.io/acme/jobs/123456789:",
        "the token of a board",
        "12:30:45 crawled",
        "ML Engineer @ Acme",
        "channel slack is off",
    ):
        assert redact_value(text) == text


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_secret_in_events_records_or_tracebacks(form: str) -> None:
    configure(LogSettings(format=form))
    written = io.StringIO()
    logging.getLogger().handlers[0].setStream(written)
    structlog.get_logger().info("sending", url=f"https://api.telegram.org/bot{TOKEN}/getMe")
    logging.getLogger("library").error("bot %s failed", TOKEN)
    try:
        raise ValueError(f"bad url https://api.telegram.org/bot{TOKEN}/x")
    except ValueError:
        structlog.get_logger().exception("failed")
    structlog.get_logger().error("failed", error=ValueError(TOKEN), tried=[{"url": f"/bot{TOKEN}/getMe"}])
    text = written.getvalue()
    assert TOKEN not in text
    assert text.count("<bot token>") >= 5
    if form == "json":
        assert all(json.loads(line) for line in text.splitlines())


@pytest.mark.parametrize(("level", "is_told"), [("info", False), ("debug", True)])
def test_libraries_that_talk_are_quiet_unless_debugging(level: str, is_told: bool) -> None:
    configure(LogSettings(level=level))
    written = io.StringIO()
    logging.getLogger().handlers[0].setStream(written)
    logging.getLogger("scrapy.core.engine").info("Spider opened")
    logging.getLogger("uvicorn.error").info("Started server process")
    logging.getLogger("uvicorn.error").error("port is taken")
    assert ("Spider opened" in written.getvalue()) is is_told
    assert ("Started server process" in written.getvalue()) is is_told
    assert "port is taken" in written.getvalue()


MOMENT = "2026-11-28T15:23:27.209481Z"


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (
            {"event": "rolewire runs", "channels": ["email", "telegram"], "web": "http://[::1]:8000/", "logger": "x"},
            "2026-11-28 15:23:27Z rolewire runs  channels=email,telegram web=http://[::1]:8000/  [x]",
        ),
        (
            {"event": "outbox.not_sent", "level": "warning", "state": "pending", "reason": "mail server: no answer"},
            "2026-11-28 15:23:27Z WARNING outbox: not sent: mail server: no answer  state=pending",
        ),
        ({"event": "ashby/acme: gone", "reason": "", "found": 0}, "2026-11-28 15:23:27Z ashby/acme: gone  found=0"),
        ({"event": "bot.hears", "is_new": True, "at": []}, "2026-11-28 15:23:27Z bot: hears  is_new=yes at=none"),
        (
            {"event": "page\nfalse line", "error": "\x1b[31mred\r"},
            "2026-11-28 15:23:27Z page\\nfalse line: \\x1b[31mred\\r",
        ),
        ({"event": "failed", "exception": "Traceback\n  here"}, "2026-11-28 15:23:27Z failed\nTraceback\n  here"),
    ],
)  # fmt: skip
def test_a_line_says_what_happened_first_then_why_in_full(event: dict[str, Any], line: str) -> None:
    assert as_text(None, "", {"level": "info", "timestamp": MOMENT, **event}) == line


def test_a_file_is_put_aside_when_it_is_full_and_the_newest_are_kept(tmp_path: Path) -> None:
    settings = LogSettings(max_mb=1, keep=2)
    configure(settings, tmp_path / "logs" / "rolewire.log")
    for number in range(40):
        logging.getLogger("ours").warning("%s %s", number, "x" * 100_000)
    logging.getLogger().handlers[0].close()
    kept = sorted(path.name for path in (tmp_path / "logs").iterdir())
    assert kept == ["rolewire.log", "rolewire.log.1", "rolewire.log.2"]
    assert all(path.stat().st_size <= 1_000_000 for path in (tmp_path / "logs").iterdir())
    assert " 39 x" in (tmp_path / "logs" / "rolewire.log").read_text()


def test_a_log_that_cannot_be_written_is_misuse(run: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "config.toml").write_text('[log]\nfile = "file/rolewire.log"\n')
    done = run("run")
    assert (done.returncode, "log.file" in done.stderr) == (2, True)
