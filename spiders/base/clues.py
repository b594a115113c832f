"""What a web page says of the board behind it. Pure: from a page to the sources that it names, and to where to look on.

Boards are named by links, frames, scripts and redirects, or only in the page's data; `ADDRESSES` knows their shapes.
"""

import html
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from parsel import Selector

from spiders.base.addresses import ADDRESSES, Found

MAX_CHARACTERS = 2_000_000  # of a page that are looked through
MAX_MENTIONS = 5_000
ADDRESS = re.compile(r"(?:https?:)?//[^\s\"'<>\\^`{|}()\[\]]{4,1000}", re.IGNORECASE)
EMBEDDED = "//iframe/@src | //frame/@src | //script/@src | //form/@action | //iframe/@data-src | //embed/@src"
ESCAPES = (("\\/", "/"), ("\\u002F", "/"), ("\\u002f", "/"), ("\\u0026", "&"), ("\\u003d", "="), ("\\u003D", "="))
FRAME, NAMESAKE, MOST_LINKS = 6, 5, 4  # what a clue weighs: in a frame, named like its page's host, said again
WORDS = (  # of links to jobs, from what lists them to what may only be about them
    r"open(?:[ _-]?(?:positions?|roles?|jobs)|ings)|current[ _-]openings|all[ _-]?jobs"
    r"|job[ _-]?(?:openings|board|search)|vacanc|vacature|stellenangebote|offene[ _-]stellen|offres|vagas|ofertas"
    r"|求人|募集|招聘|职位|채용|вакансии",
    r"\bjobs?\b|careers?\b|karriere|stellen|carri[eè]re|recrut|emplois?\b|werken[ _-]bij|empleo|trabaj[ao]|carreira"
    r"|lavora|kariera|praca\b|hiring|採用|キャリア|карьера",
    r"join[ _-]?(?:us|our|the)|work[ _-]?(?:with|at|for)[ _-]|life[ _-]at|team\b",
)
CAREERS = tuple(re.compile(words, re.IGNORECASE) for words in WORDS)
TAILS = ("careers", "jobs")
NO_PAGES = re.compile(r"\.(?:css|js|json|png|jpe?g|svg|gif|webp|ico|pdf|zip|mp4|woff2?|xml)$", re.IGNORECASE)
COMMON = {"www", "careers", "career", "jobs", "job", "apply", "work", "join", "hire", "karriere", "com", "co"}


@dataclass(frozen=True, slots=True)
class Clue:
    """A board that a page speaks of, the address that says so, and how much speaks for it."""

    found: Found
    url: str
    weight: int = 0

    @property
    def key(self) -> tuple[str, str]:
        """What makes two clues one board."""
        return self.found.source, self.found.board.casefold()


def clues(text: str, url: str) -> list[Clue]:
    """The boards that a page names, those that most speaks for first."""
    text = text[:MAX_CHARACTERS]
    framed = {urljoin(url, one) for one in _selector(text).xpath(EMBEDDED).getall()}
    by_board: dict[tuple[str, str], list[Clue]] = defaultdict(list)
    for address in _distinct([*framed, *_mentions(text, url)]):
        if clue := clue_of(address):
            by_board[clue.key].append(clue)
    weighed = [_weighed(alike, framed, url) for alike in by_board.values()]
    return sorted([*weighed, *_marked(text, url)], key=lambda clue: -clue.weight)


def clue_of(address: str) -> Clue | None:
    """The board that an address is of, if it says so."""
    found = ADDRESSES.find(address)
    return Clue(found, address) if found and found.board else None


def _weighed(alike: list[Clue], framed: set[str], url: str) -> Clue:
    """The clues of one board as one: the plainest address, and the weight of all."""
    best = min(alike, key=lambda clue: (bool(clue.found.native_id), len(clue.url)))
    weight = min(len(alike), MOST_LINKS) + FRAME * any(clue.url in framed for clue in alike)
    return Clue(best.found, best.url, weight + NAMESAKE * is_namesake(best.found.board, url))


def _marked(text: str, url: str) -> Iterator[Clue]:
    """The sources whose marks the page bears: it is theirs, on a host of the employer's own."""
    host = urlsplit(url).hostname or ""
    for source in ADDRESSES.sources.values():
        if source.marks and any(mark in text for mark in source.marks):
            yield Clue(Found(source.name, label(host)), url, FRAME)


def is_namesake(board: str, url: str) -> bool:
    """Whether a board is called like the host of the page that names it."""
    name, own = _letters(board), _letters(label(urlsplit(url).hostname or ""))
    return len(own) > 1 and bool(name) and (own in name or (len(name) > 3 and name in own))


def label(host: str) -> str:
    """The part of a host name that is the employer's: `acme` of careers.acme.co.uk."""
    parts = host.lower().split(".")
    ours = [part for part in parts[:-1] if part not in COMMON and len(part) > 2] or parts[:-1]
    return ours[-1] if ours else host


def ways_on(text: str, url: str) -> list[str]:
    """The pages that a page links to and that may list jobs, the likeliest first."""
    ranked: dict[str, int] = {}
    for link in _selector(text[:MAX_CHARACTERS]).xpath("//a[@href]"):
        address = _page(urljoin(url, link.attrib["href"].strip()))
        rank = _rank(address, " ".join(link.xpath("string()").get(default="").split())[:80])
        if rank is not None and address != _page(url) and _is_kin(address, url):
            ranked[address] = min(rank, ranked.get(address, rank))
    return sorted(ranked, key=lambda address: (ranked[address], len(address)))


def guesses(url: str) -> list[str]:
    """Where the jobs of a site often are, for one that links to none."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    return [f"https://{parts.netloc}/{tail}" for tail in TAILS] + [f"https://{tail}.{host}/" for tail in TAILS]


def site_name(text: str) -> str:
    """What a site calls itself, where it says so."""
    named = '//meta[@property="og:site_name"]/@content | //meta[@name="application-name"]/@content'
    return " ".join(_selector(text[:MAX_CHARACTERS]).xpath(named).get(default="").split())[:80]


def _rank(address: str, words: str) -> int | None:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or NO_PAGES.search(parts.path):
        return None
    said = f"{words} {parts.hostname} {parts.path}".replace("/", " / ")
    return next((rank for rank, pattern in enumerate(CAREERS) if pattern.search(said)), None)


def _is_kin(address: str, url: str) -> bool:
    """Whether a link stays with the employer: its own domain, or one that bears its name."""
    return _letters(label(urlsplit(url).hostname or "")) in _letters(urlsplit(address).hostname or "")


def _mentions(text: str, url: str) -> Iterator[str]:
    """Every web address in a page, its data and scripts included, however it is escaped there."""
    for escape, meant in ESCAPES:
        text = text.replace(escape, meant)
    for number, match in enumerate(ADDRESS.finditer(html.unescape(text))):
        if number == MAX_MENTIONS:
            return
        yield urljoin(url, match[0].rstrip(".,;:!"))


def _distinct(addresses: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(addresses))


def _page(address: str) -> str:
    return address.partition("#")[0]


def _letters(name: str) -> str:
    return re.sub(r"[\W_]", "", name.casefold())


def _selector(text: str) -> Selector:
    return Selector(text=text or "<html/>", type="html")
