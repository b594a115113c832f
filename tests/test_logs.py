"""What reaches the log: one line an event, and no secret."""

import io
import json
import logging

import pytest
import structlog

from logs import configure, redact_value
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
        (f"POST https://api.telegram.org/bot{TOKEN}/sendMessage", TOKEN),
        ("postgresql+psycopg://ada:hunter2@db.example/rolewire", "hunter2"),
        ("smtp login failed: password=hunter2 rejected", "hunter2"),
        ('{"token": "hunter2hunter2"}', "hunter2hunter2"),
    ],
)
def test_secret_is_blotted_out(text: str, secret: str) -> None:
    assert secret not in redact_value(text)
    assert len(redact_value(text)) > 10


def test_plain_words_stay() -> None:
    for text in ("https://boards.greenhouse.io/acme/jobs/123456789:", "the token of a board", "12:30:45 crawled"):
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
