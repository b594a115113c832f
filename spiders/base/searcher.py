"""The search for boards, by the way that every request of ours goes: guard, robots.txt, pace, honest name."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any

import scrapy
from scrapy.http import Response

from spiders.base.scout import Search, search
from spiders.base.verdicts import explain


class Searcher(scrapy.Spider):
    """Looks into addresses; what it found of each stands in the dictionary that it was given."""

    name = "searcher"

    def __init__(self, urls: Iterable[str] = (), found: dict[str, Search] | None = None, at_once: int = 1) -> None:
        super().__init__()
        self.urls, self.found, self.turns = list(urls), {} if found is None else found, asyncio.Semaphore(at_once)

    async def start(self) -> AsyncIterator[Any]:
        """Look into all of them; there is nothing to crawl besides."""
        await asyncio.gather(*map(self.look, self.urls))
        nothing: list[Any] = []
        for request in nothing:
            yield request

    async def look(self, url: str) -> None:
        """Look into one address."""
        async with self.turns:
            self.found[url] = await search(url, self.fetch)

    async def fetch(self, url: str) -> Response:
        """One page, redirects not followed. Raises BoardFailure."""
        assert self.crawler.engine
        try:
            request = scrapy.Request(url, meta={"is_search": True}, dont_filter=True)
            return await self.crawler.engine.download_async(request)
        except Exception as error:
            raise explain(error, url) from error
