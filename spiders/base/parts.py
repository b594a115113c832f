"""What many sources have alike: a site of the board's own, parts of a text, a pay range, things with names."""

import html
import re
from urllib.parse import urlsplit

from models import BoardTask, RawPay, Verdict
from spiders.base.errors import BoardFailure
from spiders.base.values import fields, text

NAME = re.compile(r"[\w-]+", re.ASCII)


def named_site(task: BoardTask, vendor: str, name: re.Pattern[str] = NAME) -> str:
    """The address of a board's site, its name before the vendor's. Raises BoardFailure."""
    if not name.fullmatch(task.board):
        raise BoardFailure(Verdict.ERROR, f"{task.name} is no name of a board; take it from NAME.{vendor}")
    return f"https://{task.board}.{vendor}"


def site_of(task: BoardTask, vendor: str, name: re.Pattern[str] = NAME) -> str:
    """The same, or the host of the employer's own that the board's `url` names. Raises BoardFailure."""
    host = urlsplit(task.url).netloc
    return f"https://{host}" if host else named_site(task, vendor, name)


def home_of(task: BoardTask, vendor: str) -> str:
    """The same for what was saved; empty if that does not say whose it is."""
    host = urlsplit(task.url).netloc or (f"{task.board}.{vendor}" if task.board else "")
    return f"https://{host}" if host else ""


def headed(name: str, told: str) -> str:
    """A part of a text below its heading; nothing where it says nothing."""
    return f"<h3>{html.escape(html.unescape(name), quote=False)}</h3>\n{told}" if name and told else told


def paid(low: object, high: object, currency: object = "", interval: object = "") -> list[RawPay]:
    """A pay range as the board's fields have it; none where both ends are empty."""
    ends = text(low), text(high)
    return [RawPay(*ends, text(currency), text(interval))] if any(ends) else []


def named(value: object) -> str:
    """A name, or the name of a thing."""
    return text(value) or text(fields(value).get("name"))
