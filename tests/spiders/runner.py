"""Crawls in a process of its own, for a reactor runs once: a pickled order on stdin, pickled items on stdout."""

import logging
import pickle
import sys
from typing import Any

import samples
from scrapy.crawler import AsyncCrawlerProcess

from models import BoardTask
from settings import Settings
from spiders import SPIDERS
from spiders.scrapy_settings import scrapy_settings

ITEMS: list[Any] = []


class Collect:
    """The item pipeline that keeps what comes."""

    def process_item(self, item: Any) -> Any:
        ITEMS.append(item)
        return item


def main() -> None:
    tasks, network, with_browser, minutes = pickle.load(sys.stdin.buffer)
    keys = network.pop("keys", {})
    settings = Settings.model_validate({"network": network, "keys": keys, "crawl": {"deadline_minutes": minutes}})
    process = AsyncCrawlerProcess({**scrapy_settings(settings, with_browser), "ITEM_PIPELINES": {Collect: 1}})
    logging.getLogger().setLevel(logging.ERROR)
    logging.getLogger("scrapy").setLevel(logging.ERROR)
    by_source: dict[str, list[BoardTask]] = {}
    for task in tasks:
        by_source.setdefault(task.source, []).append(task)
    for source, boards in by_source.items():
        process.crawl(SPIDERS.get(source) or samples.SPIDERS[source], tasks=boards)
    process.start()
    sys.stdout.buffer.write(pickle.dumps(ITEMS))


if __name__ == "__main__":
    main()
