"""What stands behind an address: the board, with a preview of it. A process of its own, for a reactor runs once.

`ask` starts it and waits, for whoever has no reactor. It reads one line of JSON, {"settings": …, "urls": […]}, and
answers with a line for each address in their order. Nothing is stored.
"""

import asyncio
import difflib
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import packs
from environment import harmless
from models import BoardEnd, BoardPage, BoardTask, RawPosting, Verdict
from settings import BoardRow, Settings, pack_rows

PORTION = 12  # requests of a preview
SECONDS = 25.0  # that a preview may take
CANDIDATES = 3  # boards that are tried behind one address
SYSTEMS = ("greenhouse", "ashby", "lever")  # that most employers have, where a name is all that is known
AT_ONCE = 8  # addresses that are looked into together
TITLES = 3
GOOD = (Verdict.OK, Verdict.PARTIAL, Verdict.TRUNCATED)
Said = Mapping[str, dict[str, Any]]  # of boards, by name: company, url, options
NOTHING = "no board was found behind it; give the address of the page that lists the jobs"


@dataclass(slots=True)
class Prospect:
    """A board that could be watched, and what a look at it showed. `ai`: how many of those `read` have an AI role."""

    source: str
    board: str
    company: str = ""
    url: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    verdict: str = ""
    reason: str = ""
    count: int = 0
    read: int = 0
    ai: int = 0
    titles: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """`source/board`, as people type it."""
        return f"{self.source}/{self.board}"

    def row(self, company: str = "") -> BoardRow:
        """The board to watch, under this name where one is given."""
        name = company or self.company
        return BoardRow(source=self.source, board=self.board, company=name, url=self.url, options=self.options)

    def is_good(self) -> bool:
        """Whether the board answered with postings."""
        return self.verdict in GOOD and self.count > 0


@dataclass(slots=True)
class Finding:
    """What was found behind an address: prospects, the best first, or why there are none."""

    asked: str
    prospects: list[Prospect] = field(default_factory=list)
    problem: str = ""
    is_name: bool = False  # an employer's, not an address

    @property
    def best(self) -> Prospect | None:
        """The one to propose."""
        return self.prospects[0] if self.prospects else None


class FindingError(Exception):
    """The search itself failed; the message says how. Raised by `ask`."""


def ask(settings: Settings, urls: Sequence[str], rows: Iterable[BoardRow] = ()) -> list[Finding]:
    """Look into addresses, in a process of its own; `rows`: what is said of boards among them. Raises FindingError."""
    kept = settings.model_dump(mode="json", include={"network", "crawl", "log"})
    kept["keys"] = {name: key.get_secret_value() for name, key in settings.keys.items()}
    said = {row.name: {"company": row.company, "url": row.url, "options": row.options} for row in rows}
    order = json.dumps({"settings": kept, "urls": list(urls), "rows": said})
    done = subprocess.run(
        [sys.executable, "-m", "finding"], cwd=Path(__file__).parent, env=harmless(os.environ), check=False,
        input=order, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise FindingError(f"the search failed: {(done.stderr.strip().splitlines() or ['it said nothing'])[-1]}")
    return [_read(line) for line in done.stdout.splitlines()]


def _read(line: str) -> Finding:
    row = json.loads(line)
    return Finding(**row | {"prospects": [Prospect(**one) for one in row["prospects"]]})


# --- in the process of its own -------------------------------------------------------------------------------------


def main() -> None:
    """Entry of `python -m finding`."""
    from scrapy.utils.reactor import install_reactor

    order = json.loads(sys.stdin.readline())
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet.defer import Deferred
    from twisted.internet.task import react

    loop = asyncio.get_event_loop_policy().get_event_loop()
    settings = Settings.model_validate(order["settings"])
    work = _tell(settings, order["urls"], order["rows"])
    react(lambda _reactor: Deferred.fromFuture(loop.create_task(work)))


async def _tell(settings: Settings, urls: list[str], rows: Said) -> None:
    for finding in await find(settings, urls, rows):
        sys.stdout.write(json.dumps(asdict(finding)) + "\n")
    sys.stdout.flush()


async def find(settings: Settings, urls: Sequence[str], rows: Said | None = None) -> list[Finding]:
    """Look into addresses: search behind each, then preview what was found, the next best where it is no good."""
    findings = await _search_all(settings, urls, rows or {})
    _name_employers(findings)
    for number in range(max((len(one.prospects) for one in findings), default=0)):
        tried = [
            finding.prospects[number]
            for finding in findings
            if len(finding.prospects) > number and not any(one.is_good() for one in finding.prospects)
        ]
        await preview(settings, tried)
    for finding in findings:
        finding.prospects = [one for one in finding.prospects if one.verdict]
        finding.prospects.sort(key=lambda one: not one.is_good())
        if finding.is_name:
            finding.prospects = [one for one in finding.prospects if one.is_good()]
    return findings


async def _search_all(settings: Settings, urls: Sequence[str], rows: Said) -> list[Finding]:
    from scrapy.crawler import AsyncCrawlerRunner

    from spiders.base.searcher import Searcher
    from spiders.scrapy_settings import scrapy_settings

    runner = AsyncCrawlerRunner({**scrapy_settings(settings), "ITEM_PIPELINES": {}})
    searches: dict[str, Any] = {}
    named = {url: prospect for url in urls if (prospect := _named(url, rows.get(url, {})))}
    known = {url: Finding(url, [prospect]) for url, prospect in named.items()}
    known |= {url: found for url in urls if url not in known and (found := _employer(url))}
    unknown = dict.fromkeys(url for url in urls if url not in known)
    await runner.crawl(Searcher, urls=unknown, found=searches, at_once=AT_ONCE)
    return [known.get(url) or _finding(url, searches[url]) for url in urls]


def _name_employers(findings: Iterable[Finding]) -> None:
    """Call employers as the packs do, where nobody said how: many boards name theirs by its token."""
    known = {row.name.casefold(): row.company for pack in packs.names() for row in pack_rows(pack, Path())}
    for one in (prospect for finding in findings for prospect in finding.prospects):
        one.company = one.company or known.get(one.name.casefold(), "")


def _named(name: str, said: Mapping[str, Any]) -> Prospect | None:
    """The board that is named as `source/board`, with what is said of it."""
    from spiders import SPIDERS

    source, _, board = name.partition("/")
    return Prospect(source, board, **said) if source in SPIDERS and board and "/" not in board else None


def _employer(name: str) -> Finding | None:
    """The boards of an employer that is named: as the packs know them, else as its board may be called."""
    from pipeline.job.employer import company_key

    bare = re.sub(r"\([^)]*\)", " ", name).strip()
    if not bare or "/" in bare or "@" in bare:
        return None
    rows = [row for pack in packs.names() for row in pack_rows(pack, Path())]
    by_key = {company_key(row.company): row.company for row in rows}
    found = [row for row in rows if company_key(row.company) == company_key(bare)]
    if "." in bare and not found:
        return None  # an address
    of_packs = [Prospect(row.source, row.board, row.company, row.url, row.options) for row in found]
    guessed = [Prospect(system, token, bare) for token in _tokens(bare) for system in SYSTEMS]
    others = [one for one in guessed if one.name not in {row.name for row in found}]
    near = "" if found else next(iter(difflib.get_close_matches(company_key(bare), by_key, n=1, cutoff=0.8)), "")
    hint = f"did you mean {by_key[near]}? Else give" if near else "give"
    known = f"{found[0].name} lists nothing" if found else "no pack has an employer of this name"
    problem = f"{known}, and {', '.join(SYSTEMS)} have no such board; {hint} the address of its jobs"
    return Finding(name, [*of_packs, *others], problem, is_name=True)


def _tokens(name: str) -> list[str]:
    """What the board of an employer of this name may be called."""
    words = re.findall(r"[A-Za-z0-9]+", name)
    return list(dict.fromkeys(("".join(words).lower(), "-".join(words).lower(), "".join(words))))


def _finding(url: str, search: Any) -> Finding:
    from spiders import SPIDERS

    ranked = [clue for clue in search.ranked() if clue.found.source in SPIDERS][:CANDIDATES]
    prospects = [_prospect(clue, search.name) for clue in ranked]
    unread = sorted({clue.found.source for clue in search.ranked()} - set(SPIDERS))
    if not ranked:
        prospects += [_site(page, search.name) for page in reversed(search.pages[:CANDIDATES])]
    problems = [f"it leads to {', '.join(unread)}, which no spider reads yet"] if unread else search.problems[:1]
    return Finding(url, prospects, "; ".join(problems) or NOTHING * (not prospects))


def _prospect(clue: Any, site: str) -> Prospect:
    from spiders import SPIDERS, recognise

    is_own_host = recognise(clue.url) is None
    url = clue.url if is_own_host or SPIDERS[clue.found.source].needs_url else ""
    return Prospect(clue.found.source, clue.found.board.rstrip("/"), site, url, dict(clue.found.options))


def _site(page: str, site: str) -> Prospect:
    """A careers site that no source is known behind: it may state its postings itself."""
    return Prospect("jsonld", (urlsplit(page).hostname or page).removeprefix("www."), site, page)


async def preview(settings: Settings, prospects: Iterable[Prospect]) -> None:
    """Have a short look at each of these boards, and note what it showed."""
    by_source: dict[str, list[Prospect]] = {}
    for prospect in prospects:
        by_source.setdefault(prospect.source, []).append(prospect)
    await asyncio.gather(*(_preview_source(settings, source, boards) for source, boards in by_source.items()))


async def _preview_source(settings: Settings, source: str, prospects: list[Prospect]) -> None:
    from scrapy.crawler import AsyncCrawlerRunner

    from spiders import SPIDERS
    from spiders.scrapy_settings import scrapy_settings

    short = {"ROLEWIRE_DEADLINE": SECONDS, "RETRY_TIMES": 0, "ITEM_PIPELINES": {LookPipeline: 1}}
    runner = AsyncCrawlerRunner({**scrapy_settings(settings), **short})
    crawler, look = runner.create_crawler(SPIDERS[source]), Look(prospects)
    crawler.rolewire_look = look  # type: ignore[attr-defined]
    await runner.crawl(crawler, tasks=look.tasks(), portion=PORTION)


class Look:
    """Notes what a preview showed instead of storing it."""

    def __init__(self, prospects: list[Prospect]) -> None:
        self.prospects = prospects
        self.postings: dict[int, list[RawPosting]] = {}

    def tasks(self) -> list[BoardTask]:
        """One a prospect."""
        return [
            BoardTask(number, one.source, one.board, one.company, one.url, options=one.options)
            for number, one in enumerate(self.prospects)
        ]

    def take(self, item: BoardPage | BoardEnd) -> None:
        """Keep a page's postings; reckon at the end."""
        number = item.task.board_id
        if isinstance(item, BoardPage):
            self.postings.setdefault(number, []).extend(item.postings)
            return
        prospect, postings = self.prospects[number], self.postings.pop(number, [])
        prospect.verdict, prospect.reason = item.verdict.value, item.reason
        prospect.count, prospect.read = max(len(item.seen), len(postings)), len(postings)
        _describe(prospect, postings)


class LookPipeline:
    """Stands where ingest stands, for a look."""

    def __init__(self, look: Look) -> None:
        self.look = look

    @classmethod
    def from_crawler(cls, crawler: Any) -> "LookPipeline":
        """Scrapy's constructor."""
        return cls(crawler.rolewire_look)

    def process_item(self, item: BoardPage | BoardEnd) -> BoardPage | BoardEnd:
        """Hand the item over."""
        self.look.take(item)
        return item


def _describe(prospect: Prospect, postings: list[RawPosting]) -> None:
    """Note how many postings have an AI role, the titles of some of them, and whose they are."""
    from pipeline.role import tag_role
    from pipeline.text.plain import one_line, plain_text

    roles = [tag_role(one_line(one.title), plain_text(one.description), one.company)[0] for one in postings]
    prospect.ai = sum(role != "other" for role in roles)
    ranked = sorted(zip(roles, postings, strict=True), key=lambda pair: pair[0] == "other")
    prospect.titles = list(dict.fromkeys(posting.title for _, posting in ranked))[:TITLES]
    companies = Counter(posting.company for posting in postings if posting.company)
    told = companies.most_common(1)
    prospect.company = told[0][0] if told else prospect.company or prospect.board


if __name__ == "__main__":
    main()
