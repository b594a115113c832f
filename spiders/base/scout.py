"""Finds the boards behind an address: by its shape, then by what its pages, and those they lead to, speak of.

Every page is asked for through whatever `fetch` is: the guarded way of all spiders, or a dictionary in a test.
"""

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Response

from egress import literal
from spiders.base.clues import Clue, clue_of, clues, guesses, site_name, ways_on
from spiders.base.errors import BoardFailure
from spiders.base.redirects import FOLLOWED
from spiders.base.verdicts import GONE

Fetch = Callable[[str], Awaitable[Response]]
MAX_PAGES = 8  # of one search, redirects included
MAX_HOPS = 5
PER_PAGE = 3  # links that are followed from one page
ENOUGH = 5  # a clue of this weight ends the search
MISTYPED = re.compile(r"h*t+ps?[:;]?/+(?=\w)", re.IGNORECASE)


@dataclass(slots=True)
class Search:
    """What was found so far: the clues, the likeliest first; the pages read, in their order; and what went wrong."""

    url: str
    clues: dict[tuple[str, str], Clue] = field(default_factory=dict)
    pages: list[str] = field(default_factory=list)
    name: str = ""  # what the site calls itself
    problems: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    is_missing: bool = False  # the address that was given leads nowhere, and nobody said no

    def take(self, found: Iterable[Clue]) -> None:
        """Take clues up; of two for one board the heavier stays."""
        for clue in found:
            held = self.clues.get(clue.key)
            if held is None or clue.weight > held.weight:
                self.clues[clue.key] = clue

    def is_over(self) -> bool:
        """Whether there is no need to look on, or no leave to."""
        return len(self.asked) >= MAX_PAGES or any(clue.weight >= ENOUGH for clue in self.clues.values())

    def ranked(self) -> list[Clue]:
        """The clues, the likeliest first."""
        return sorted(self.clues.values(), key=lambda clue: -clue.weight)


def whole(url: str) -> str:
    """An address as people type and paste it, with its scheme spelt as it should be."""
    url = url.strip(" \t\r\n<>\"',;")
    is_right = url.lower().startswith(("http://", "https://"))
    if (typed := MISTYPED.match(url)) and not is_right:
        return f"https://{url[typed.end() :]}"
    return url if "://" in url else f"https://{url}"


def elsewhere(url: str) -> list[str]:
    """Where a site may be read whose address answers nothing: at its home, and with "www." or without it."""
    parts = urlsplit(url)
    bare = parts.netloc.removeprefix("www.")
    homes = [f"{parts.scheme}://{parts.netloc}/"] if parts.path.strip("/") else []
    if bare != parts.netloc or bare.count(".") == 1:
        other = bare if bare != parts.netloc else f"www.{bare}"
        homes += [f"{parts.scheme}://{other}{parts.path or '/'}", f"{parts.scheme}://{other}/"]
    return [home for home in dict.fromkeys(homes) if literal(parts.hostname or "") is None]


async def search(url: str, fetch: Fetch) -> Search:
    """Look for boards behind an address; finding none raises nothing."""
    url = whole(url)
    found = Search(url)
    if clue := clue_of(url):
        found.take([Clue(clue.found, url, 2 * ENOUGH)])
        return found
    waiting = await _look(url, found, fetch)
    for home in elsewhere(url) if found.is_missing else ():
        if clue := clue_of(home):
            found.take([Clue(clue.found, home, 2 * ENOUGH)])
        elif not (found.pages or found.clues):
            waiting += await _look(home, found, fetch)
    while waiting and not found.is_over():
        waiting += await _look(waiting.pop(0), found, fetch)
    is_home = urlsplit(url).path in ("", "/")
    for guess in guesses(url) if is_home and not found.clues and len(found.pages) == 1 else ():
        if not found.is_over():
            await _look(guess, found, fetch)
    return found


async def _look(url: str, found: Search, fetch: Fetch) -> list[str]:
    """Read one page and where it redirects to; returns where to look on."""
    try:
        response = await _follow(url, found, fetch)
    except BoardFailure as failure:
        found.problems.append(failure.reason)
        found.is_missing = isinstance(failure.__cause__, CannotResolveHostError) and len(found.asked) == 1
        return []
    if response is None:
        return []
    found.pages.append(response.url)
    text = response.text if hasattr(response, "text") else ""
    found.name = found.name or site_name(text)
    found.take(clues(text, response.url))
    return [way for way in ways_on(text, response.url)[:PER_PAGE] if way not in found.asked]


async def _follow(url: str, found: Search, fetch: Fetch) -> Response | None:
    """The page behind redirects; None where a redirect names the board, or the page is not there or was read."""
    for _ in range(MAX_HOPS + 1):
        if url in found.asked or len(found.asked) >= MAX_PAGES:
            return None
        found.asked.add(url)
        response = await fetch(url)
        target = (response.headers.get("Location") or b"").decode("latin-1")
        if response.status not in FOLLOWED or not target:
            return _there(response, found)
        url = urljoin(url, target)
        if clue := clue_of(url):
            found.take([Clue(clue.found, url, 2 * ENOUGH)])
            return None
    found.problems.append(f"{urlsplit(url).hostname} redirects in circles")
    return None


def _there(response: Response, found: Search) -> Response | None:
    if response.status == 200:
        return response
    found.is_missing = response.status in GONE and len(found.asked) == 1
    found.problems.append(f"{urlsplit(response.url).hostname} answered {response.status} to {response.url}")
    return None
