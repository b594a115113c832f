"""The pages over a whole database, in a real browser: a person's way, axe, pictures, and how long the list page takes.

    python -m benchmarks.pages DATABASE [--pictures FOLDER] [--times 200]

DATABASE is an address as in config.toml: of the demo (`rolewire demo --folder F`: sqlite:///F/rolewire.db), of crawled
boards, or of any other. It is copied where it is SQLite: the way leaves a person behind.
"""

import argparse
import itertools
import random
import re
import shutil
import statistics
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import sync_playwright
from sqlalchemy import Engine, select

import database
from alerts.subscribers import MESSAGE
from settings import Settings
from tests.web import journey
from web.app import create_app, server

WIDTHS, SCHEMES = (360, 1280), ("light", "dark")
WORDS = ["", "engineer", "machine learning", "role:ai-engineer", "role:ml-engineer,nlp-engineer country:US",
         "skill:python remote:yes", "seniority:senior salary>=150kUSD", "title:data -intern", "country:DE,FR",
         '"large language models"', "agents OR retrieval", "posted:<30d", "role:other",
         "workplace:remote type:full-time",
         "company:anthropic", "kube* skill:kubernetes", "visa:yes", "zebra quagga"]  # fmt: skip
SORTS = ["", "", "", "salary", "company", "fit"]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("database")
    asked.add_argument("--pictures", type=Path)
    asked.add_argument("--times", type=int, default=200)
    given = asked.parse_args()
    with _served(given.database) as (address, engine):
        with database.read(engine) as connection:
            print(f"{database.count_postings(connection, None, datetime.now(UTC)):,} postings")
        _walk(address, engine, given.pictures)
        _measure(address, given.times)


@contextmanager
def _served(url: str) -> Iterator[tuple[str, Engine]]:
    with tempfile.TemporaryDirectory() as folder:
        if url.startswith("sqlite:///"):
            for kind in ("", "-wal"):
                if Path(url[10:] + kind).exists():
                    shutil.copy(url[10:] + kind, Path(folder) / f"pages.db{kind}")
            url = f"sqlite:///{folder}/pages.db"
        engine = database.open_engine(url)
        database.upgrade(engine)
        settings = Settings.model_validate({
            "web": {"port": 0, "public_url": "http://127.0.0.1"}, "access": {"mode": "open"},
            "email": {"host": "127.0.0.1", "sender": "rolewire <alerts@rolewire.example>"},
        })  # fmt: skip
        site = server(settings, create_app(settings, engine))
        thread = threading.Thread(target=site.run)
        thread.start()
        while not site.started:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{site.servers[0].sockets[0].getsockname()[1]}", engine
        site.should_exit = True
        thread.join()
        engine.dispose()


def _walk(address: str, engine: Engine, pictures: Path | None) -> None:
    def links() -> list[str]:
        with database.read(engine) as connection:
            words = connection.execute(select(MESSAGE.c.text).order_by(MESSAGE.c.id)).scalars().all()
        return [address + path for text in words for path in re.findall(r"http://127.0.0.1(/signin/\S+)", text)]

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--disable-dev-shm-usage"])
        for number, (width, scheme) in enumerate(itertools.product(WIDTHS, SCHEMES)):
            watch = journey.Watch(address)
            context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
            page = watch.page(context)
            page.set_default_timeout(15_000)
            journey.look_around(page, address, "engineer")
            query = journey.save_by_mail(page, f"p{number}@example.org", links)
            paths = _paths(page, address, query)
            amiss = [one for name, path in paths.items() for one in _look(page, address + path, pictures,
                                                                          f"{name}-{width}-{scheme}")]  # fmt: skip
            page.goto(address + "/searches")
            journey.keep(page, query)
            found = [("axe", amiss), ("said", watch.said), ("elsewhere", watch.elsewhere)]
            told = ", ".join(f"{what}: {one or 'nothing'}" for what, one in found)
            print(f"{width} px {scheme}: {len(paths)} pages, {told}", flush=True)
            context.close()
        browser.close()


def _paths(page, address: str, query: str) -> dict[str, str]:
    page.goto(address)
    posting = page.locator(".posting h2 a").first.get_attribute("href")
    employer = page.locator("main a.company").first.get_attribute("href")
    page.goto(address + "/searches")
    edit = page.locator(".acts a").first.get_attribute("href")
    return {
        "list": "/", "search": "/?q=role:ml-engineer", "nothing": "/?q=zebra+quagga", "posting": posting or "",
        "employer": employer or "", "save": "/save?" + urlencode({"q": query}), "mine": "/searches",
        "edit": f"{edit}?q=role:ai-engineer", "health": "/health", "signin": "/signin",
    }  # fmt: skip


def _look(page, url: str, pictures: Path | None, name: str) -> list[str]:
    page.goto(url)
    if pictures:
        pictures.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=pictures / f"{name}.png")
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*journey.violations(page), *([f"{name} is wider than the screen"] if wide else [])]


def _measure(address: str, times: int) -> None:
    rng = random.Random(7)
    took: dict[str, list[float]] = {"waited": [], "processor": []}
    for _ in range(times):
        pairs = {"q": rng.choice(WORDS), "sort": rng.choice(SORTS)}
        url = f"{address}/?{urlencode({name: value for name, value in pairs.items() if value})}"
        start, worked = time.perf_counter(), time.process_time()
        with urllib.request.urlopen(url) as answer:
            answer.read()
        took["waited"].append((time.perf_counter() - start) * 1000)
        took["processor"].append((time.process_time() - worked) * 1000)
    for name, found in took.items() if times > 1 else ():
        p50, p95 = statistics.median(found), statistics.quantiles(found, n=20)[-1]
        print(f"list page with facets, {times} requests, {name}: p50 {p50:.0f} ms, p95 {p95:.0f} ms")


if __name__ == "__main__":
    main()
