"""Finds the boards behind an address: by its shape, then by what its pages, and those they lead to, speak of.

Every page is asked for through whatever `fetch` is: the guarded way of all spiders, or a dictionary in a test.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from scrapy.http import Response

from spiders.base.clues import Clue, clue_of, clues, guesses, site_name, ways_on
from spiders.base.errors import BoardFailure
from spiders.base.redirects import FOLLOWED

Fetch = Callable[[str], Awaitable[Response]]
MAX_PAGES = 8  # of one search, redirects included
MAX_HOPS = 5
PER_PAGE = 3  # links that are followed from one page
ENOUGH = 5  # a clue of this weight ends the search
NO_PLACE = "nothing stands behind it"


@dataclass(slots=True)
class Search:
    """What was found so far: the clues, the likeliest first; the pages read, in their order; and what went wrong."""

    url: str
    clues: dict[tuple[str, str], Clue] = field(default_factory=dict)
    pages: list[str] = field(default_factory=list)
    name: str = ""  # what the site calls itself
    problems: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)

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
    """An address as people type it, with its scheme."""
    url = url.strip()
    return url if "://" in url else f"https://{url}"


async def search(url: str, fetch: Fetch) -> Search:
    """Look for boards behind an address; finding none raises nothing."""
    url = whole(url)
    found = Search(url)
    if clue := clue_of(url):
        found.take([Clue(clue.found, url, 2 * ENOUGH)])
        return found
    waiting = await _look(url, found, fetch)
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
    found.problems.append(f"{urlsplit(response.url).hostname} answered {response.status} to {response.url}")
    return None
