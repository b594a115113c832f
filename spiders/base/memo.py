"""What a host with a long Crawl-delay answered: a crawl that goes on later does not ask for the same page again.

So each turn of such a board is spent on a page that it has not read yet, and the board gets further every time.
"""

from collections import OrderedDict
from time import monotonic
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from spiders.base.patience import HOSTS, LONG

DAY = 24 * 3600.0
TURNS = 50  # a board of so many pages is read from one list, however long the delay
MAX_BYTES = 16 << 20  # of all answers together; what was not used for longest goes first

Key = tuple[str, str, bool]


class Memo:
    """Answers by board and URL, for hosts that may be asked so seldom that a crawl does not wait. One for a process."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self.max_bytes = max_bytes
        self._kept: OrderedDict[Key, tuple[float, Response]] = OrderedDict()
        self._size = 0

    def get(self, request: Request) -> Response | None:
        """The answer that was kept, as a copy; None if there is none."""
        key = _key(request)
        if key not in self._kept:
            return None
        until, response = self._kept[key]
        if until < monotonic():
            self._drop(key)
            return None
        self._kept.move_to_end(key)
        return response.replace()

    def keep(self, request: Request, response: Response) -> None:
        """Keep a good answer of a host that is slow to let us ask."""
        delay = HOSTS.delay(urlsplit(request.url).hostname or "")
        if delay <= LONG or response.status != 200 or request.method != "GET" or request.meta.get("is_robots"):
            return
        key = _key(request)
        self._drop(key)
        self._kept[key] = (monotonic() + max(DAY, TURNS * delay), response.replace())
        self._size += len(response.body)
        while self._size > self.max_bytes:
            self._drop(next(iter(self._kept)))

    def forget(self, board: str) -> None:
        """Forget a board's answers: it was read to the end, the next crawl begins anew."""
        for key in [key for key in self._kept if key[0] == board]:
            self._drop(key)

    def _drop(self, key: Key) -> None:
        if key in self._kept:
            self._size -= len(self._kept.pop(key)[1].body)


def _key(request: Request) -> Key:
    return request.meta.get("board", ""), request.url, bool(request.meta.get("playwright"))


MEMO = Memo()
