"""Crawls, each in a process of its own, for a reactor runs once. One process imports all that they need and is forked.

Orders come pickled on standard input; each is answered by the exit code of its process, which pickles what it saw.
"""

import importlib
import logging
import os
import pickle
import sys
import traceback
from pathlib import Path
from typing import Any

import samples
from scrapy.crawler import AsyncCrawlerProcess

from models import BoardTask
from settings import Settings
from spiders import SPIDERS
from spiders.scrapy_settings import scrapy_settings

# What Scrapy imports by name once a crawler is made.
LATER = ("twisted.internet.asyncioreactor", "spiders.base.browser", "spiders.base.network", "spiders.base.robots")
ITEMS: list[Any] = []


class Collect:
    """The item pipeline that keeps what comes."""

    def process_item(self, item: Any) -> Any:
        ITEMS.append(item)
        return item


def main() -> None:
    for name in LATER:
        importlib.import_module(name)
    assert "twisted.internet.reactor" not in sys.modules, "a reactor cannot be shared"
    while True:
        try:
            order = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        child = os.fork()
        if not child:
            carry_out(**order)
        pickle.dump(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), sys.stdout.buffer)
        sys.stdout.buffer.flush()


def carry_out(folder: Path, environment: dict[str, str], **crawl: Any) -> None:
    """Crawl, leave what was seen and said in a folder, and end."""
    os.dup2(os.open(folder / "log", os.O_WRONLY | os.O_CREAT), sys.stderr.fileno())
    os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
    os.environ.clear()
    os.environ.update(environment)
    code = 1
    try:
        run(**crawl)
        (folder / "items").write_bytes(pickle.dumps(ITEMS))
        code = 0
    finally:
        if code:
            traceback.print_exc()
        sys.stderr.flush()
        os._exit(code)  # the rest of this process is its parent's


def run(tasks: list[BoardTask], network: dict[str, Any], with_browser: bool, minutes: float) -> None:
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


if __name__ == "__main__":
    main()
