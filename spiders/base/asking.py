"""What is asked of a board, and what an answer says of the asking."""

from dataclasses import dataclass, field
from typing import Any

import scrapy
from scrapy.http import Response


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked of a board: a GET, or the POST of a body as JSON."""

    url: str
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


def header(response: Response, name: str) -> str:
    """A header's value, or an empty string."""
    return (response.headers.get(name) or b"").decode("latin-1")


def requests_of(message: Response | scrapy.Request) -> int:
    """How many requests an answer took, retries and redirects included."""
    try:
        meta = message.meta
    except AttributeError:  # a response that no request is tied to
        return 1
    return 1 + int(meta.get("retry_times", 0)) + int(meta.get("redirect_times", 0))
