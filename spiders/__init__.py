"""The spiders: one a source, found in this folder; and `parse`, which reads a saved answer without a network.

They are imported, and Scrapy with them, once `SPIDERS` or an address is asked for; `names` are those of the files.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from models import BoardTask, RawPosting
from spiders.base.addresses import ADDRESSES, Found
from spiders.base.elsewhere import SOURCES as ELSEWHERE

if TYPE_CHECKING:
    from spiders.base.board import BoardSpider
    from spiders.base.errors import ParseError as ParseError

    SPIDERS: dict[str, type[BoardSpider]]

__all__ = ["SPIDERS", "Found", "ParseError", "ParseResult", "canonical_url", "names", "parse", "recognise", "whose"]
NO_SPIDER = "scrapy_settings"


def __getattr__(name: str) -> Any:
    if name == "SPIDERS":
        return _spiders()
    if name == "ParseError":
        return importlib.import_module("spiders.base.errors").ParseError
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def names() -> list[str]:
    """The sources' names, without importing a spider."""
    return [module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg and module.name != NO_SPIDER]


def discover() -> Iterator[type["BoardSpider"]]:
    """Every spider of a module of this folder that bears the module's name."""
    from spiders.base.board import BoardSpider

    for name in names():
        for value in vars(importlib.import_module(f"{__name__}.{name}")).values():
            if isinstance(value, type) and issubclass(value, BoardSpider) and vars(value).get("name") == name:
                yield value


@cache
def _spiders() -> dict[str, type["BoardSpider"]]:
    found = {spider.name: spider for spider in discover()}
    ADDRESSES.learn([*ELSEWHERE, *(spider.source() for spider in found.values())])
    return found


ADDRESSES.learn_by(_spiders)


@dataclass(slots=True)
class ParseResult:
    """What a saved answer held. `skipped` counts postings that could not be read; `problems` says why."""

    postings: list[RawPosting]
    skipped: int = 0
    problems: list[str] = field(default_factory=list)


def parse(source: str, body: bytes, board: str = "", url: str = "") -> ParseResult:
    """The raw postings of a saved answer of `source`. Raises ParseError if it is not one."""
    if source not in _spiders():
        from spiders.base.errors import ParseError

        raise ParseError(f"there is no source {source!r}; known: {', '.join(sorted(names()))}")
    reading = _spiders()[source]().read_saved(body, BoardTask(0, source, board, url=url))
    return ParseResult(reading.postings, reading.skipped, reading.problems)


def recognise(url: str) -> Found | None:
    """The source, board and posting behind an address, of any source that is known, with a spider or without."""
    return ADDRESSES.find(url)


def whose(url: str) -> tuple[str | None, str]:
    """The address's canonical URL, as `canonical_url` has it, and the board that it names, as "source/board"."""
    found = ADDRESSES.find(url)
    return ADDRESSES.canonical_url(url), f"{found.source}/{found.board}" if found and found.board else ""


def canonical_url(url: str) -> str | None:
    """The one address of a source's posting; empty if it names none, None if no source knows the address."""
    return ADDRESSES.canonical_url(url)
