"""Logging: one line an event on standard error, as text or JSON; secrets never reach it."""

import logging
import re
import sys
from typing import TYPE_CHECKING, Any

from settings import LogSettings

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor, WrappedLogger

# A bot token stands in every Bot API address, a password in a database's.
SECRETS = (
    (re.compile(r"(?<!\d)\d{5,15}:[A-Za-z0-9_-]{30,}"), "<bot token>"),
    (re.compile(r"(://[^\s:/@]{1,200}:)[^\s@/]{1,200}@"), r"\1***@"),
    # an Apprise address is a secret from its service on, so is the path of a chat's hook
    (
        re.compile(
            r"\b((?:bark|discord|gchat|gotify|guilded|line|matrix|mmost|ntfy|pbul|pover|prowl|revolt|rocket|signal"
            r"|slack|twist|webex|wxteams|zulip)s?)://[^\s•\"']+"
        ),
        r"\1://***",
    ),
    (re.compile(r"(https://(?:hooks\.slack\.com|discord(?:app)?\.com/api/webhooks))/[^\s\"']+"), r"\1/***"),
    (re.compile(r"((?:password|token|secret)[\"']?\s*[=:]\s*[\"']?)[^\s,;\"'}]{4,}", re.IGNORECASE), r"\1***"),
)
QUIET = (
    "alembic", "apscheduler", "asyncio", "filelock", "httpcore", "httpx", "playwright", "py3langid", "twisted",
    "uvicorn.access",
)  # fmt: skip
QUIET_BUT_IN_DEBUG = ("scrapy", "uvicorn")  # a dozen lines of theirs for each crawl and each start


def configure(settings: LogSettings) -> None:
    """Send our events and the libraries' records through the same lines."""
    import structlog  # only here: most commands log nothing

    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if settings.format == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    remove_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[remove_meta, redact, renderer])
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in QUIET_BUT_IN_DEBUG:
        logging.getLogger(name).setLevel(logging.DEBUG if settings.level == "debug" else logging.WARNING)


def redact(_logger: "WrappedLogger", _method: str, event: "EventDict") -> "EventDict":
    """Blot secrets out of every text of an event."""
    return {key: redact_value(value) for key, value in event.items()}


def redact_value(value: Any) -> Any:
    """The value, its secrets blotted out of every text in it; an exception becomes its text."""
    if isinstance(value, dict):
        return {name: redact_value(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [redact_value(part) for part in value]
    if isinstance(value, BaseException):
        value = repr(value)
    if isinstance(value, str):
        for pattern, replacement in SECRETS:
            value = pattern.sub(replacement, value)
    return value
