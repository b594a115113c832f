"""The spiders: one a source, found in this folder; and `parse`, which reads a saved answer without a network."""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass, field

from models import BoardTask, RawPosting
from spiders.base.addresses import ADDRESSES, Found
from spiders.base.board import BoardSpider
from spiders.base.elsewhere import SOURCES as ELSEWHERE
from spiders.base.errors import ParseError

__all__ = ["SPIDERS", "Found", "ParseError", "ParseResult", "canonical_url", "parse", "recognise", "whose"]


def discover() -> Iterator[type[BoardSpider]]:
    """Every spider of a module of this folder that bears the module's name."""
    names = [module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg]
    for name in names:
        for value in vars(importlib.import_module(f"{__name__}.{name}")).values():
            if isinstance(value, type) and issubclass(value, BoardSpider) and vars(value).get("name") == name:
                yield value


SPIDERS: dict[str, type[BoardSpider]] = {spider.name: spider for spider in discover()}
ADDRESSES.learn([*ELSEWHERE, *(spider.source() for spider in SPIDERS.values())])


@dataclass(slots=True)
class ParseResult:
    """What a saved answer held. `skipped` counts postings that could not be read; `problems` says why."""

    postings: list[RawPosting]
    skipped: int = 0
    problems: list[str] = field(default_factory=list)


def parse(source: str, body: bytes, board: str = "", url: str = "") -> ParseResult:
    """The raw postings of a saved answer of `source`. Raises ParseError if it is not one."""
    if source not in SPIDERS:
        raise ParseError(f"there is no source {source!r}; known: {', '.join(sorted(SPIDERS))}")
    reading = SPIDERS[source]().read_saved(body, BoardTask(0, source, board, url=url))
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
