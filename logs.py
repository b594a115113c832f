"""Logging: one line an event on standard error or in a file that rotates, as text or JSON; secrets never reach it."""

import logging
import logging.handlers
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from settings import LogSettings

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor, WrappedLogger

# A bot token stands in every Bot API address, a password in a database's.
SECRETS = (
    (re.compile(r"(?<!\d)\d{5,15}:[A-Za-z0-9_-]{30,}"), "<bot token>"),
    (re.compile(r"(://[^\s:/@]{1,200}:)[^\s@/]{1,200}@"), r"\1***@"),
    (re.compile(r"\b([\w+-])[\w.+-]{0,63}@((?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24})\b"), r"\1***@\2"),
    # an Apprise address is a secret from its service on, so is the path of a chat's hook
    (
        re.compile(
            r"\b((?:bark|discord|gchat|gotify|guilded|line|matrix|mmost|ntfy|pbul|pover|prowl|revolt|rocket|signal"
            r"|slack|twist|webex|wxteams|zulip)s?)://[^\s•\"']+"
        ),
        r"\1://***",
    ),
    (re.compile(r"(https://(?:hooks\.slack\.com|discord(?:app)?\.com/api/webhooks))/[^\s\"']+"), r"\1/***"),
    (re.compile(r"\b(rw_[0-9a-f]{12}_)[A-Za-z0-9_-]{20,}"), r"\1***"),  # a program's key
    (re.compile(r"(/(?:feeds|unsubscribe|confirm)/)[^\s\"'?•]{8,}"), r"\1***"),
    (re.compile(r"((?:password|token|secret)[\"']?\s*[=:]\s*[\"']?)[^\s,;\"'}]{4,}", re.IGNORECASE), r"\1***"),
)
REASONS = ("reason", "error", "why")  # what is said right behind the message
_NAME = re.compile(r"[a-z]+\.[a-z_]+")
QUIET = (
    "alembic", "apscheduler", "asyncio", "filelock", "httpcore", "httpx", "playwright", "py3langid", "twisted",
    "uvicorn.access",
)  # fmt: skip
QUIET_BUT_IN_DEBUG = ("scrapy", "scrapy-playwright", "uvicorn")  # a dozen lines of theirs for each crawl and each start


def configure(settings: LogSettings, file: Path | None = None) -> None:
    """Send our events and the libraries' records through the same lines, into this file if one is named.

    Raises OSError where the file cannot be written.
    """
    import structlog  # only here: most commands log nothing

    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    renderer: Processor = structlog.processors.JSONRenderer() if settings.format == "json" else as_text
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = _handler(settings, file)
    remove_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[remove_meta, redact, renderer])
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.level.upper())
    _quieten(settings)


def _handler(settings: LogSettings, file: Path | None) -> logging.Handler:
    """Where lines go. A file is begun anew when it is full, and the newest full ones are kept."""
    if file is None:
        return logging.StreamHandler(sys.stderr)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    size = settings.max_mb * 1_000_000
    return logging.handlers.RotatingFileHandler(file, maxBytes=size, backupCount=settings.keep, encoding="utf-8")


def _quieten(settings: LogSettings) -> None:
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in QUIET_BUT_IN_DEBUG:
        logging.getLogger(name).setLevel(logging.DEBUG if settings.level == "debug" else logging.WARNING)


def of_worker(file: Path) -> Path:
    """The crawl worker's own file beside the daemon's: of two processes, each begins its own anew."""
    return file.with_name(f"{file.stem}-worker{file.suffix}")


def as_text(_logger: "WrappedLogger", _method: str, event: "EventDict") -> str:
    """One line: when, how bad, what, why in full; then the rest, and which part of us says so."""
    moment = str(event.pop("timestamp", ""))[:19].replace("T", " ")
    level, name = str(event.pop("level", "info")), str(event.pop("logger", ""))
    what, trace = _words(str(event.pop("event", ""))), str(event.pop("exception", ""))
    why = [_said(event.pop(key)) for key in REASONS if event.get(key) not in (None, "")]
    rest = [f"{key}={_said(value)}" for key, value in event.items() if value not in (None, "") and key not in REASONS]
    head = f"{moment}Z {'' if level == 'info' else level.upper() + ' '}{': '.join([what, *why])}"
    line = "  ".join([head, *([" ".join(rest)] if rest else []), *([f"[{name}]"] if name else [])])
    return _one_line(line) + (f"\n{trace}" if trace else "")


def _words(event: str) -> str:
    """`outbox.not_sent` as people read it: outbox: not sent."""
    return event.replace(".", ": ", 1).replace("_", " ") if _NAME.fullmatch(event) else event


def _said(value: Any) -> str:
    if isinstance(value, list | tuple | set):
        return ",".join(map(_said, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _one_line(text: str) -> str:
    """Nobody's text begins a line of ours, or writes over one."""
    return "".join(_escaped(text))


def _escaped(text: Iterable[str]) -> Iterator[str]:
    return (one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def plain_error(error: OSError) -> str:
    """What the machine says, without the call that it says it of."""
    return (error.strerror or str(error)).partition(" (while")[0]


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
