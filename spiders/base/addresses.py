"""Whose address is this? Every source says how its boards and postings are addressed; here one finds its source.

A pattern is a regular expression over `host/path?query` from the start: no scheme, unquoted, case without meaning. Its
named groups say what they hold: `board` the board's token, `id` the posting's native id, `key` what names a posting in
its canonical URL where that is not the native id. Any other group is an option of the board. Where neither `id` nor
`key` is found, the address is a board's. A canonical URL is a template of these groups, in lower case unless `:upper`.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

from models import SourceKind

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
POSTING = ("id", "key")
WRAPPED = re.compile(
    r"https?://(?:(?:www\.)?google\.[a-z.]{2,6}/url|lm?\.(?:facebook|instagram)\.com/|(?:www\.)?linkedin\.com/(?:safety/go|"
    r"redir/redirect)|[a-z0-9.]{0,40}safelinks\.protection\.outlook\.com/|out\.reddit\.com/|slack-redir\.net/link|"
    r"(?:www\.)?youtube\.com/redirect|vk\.com/away\.php)[^?]{0,80}\?(?:[^#]{0,400}&)?(?:q|u|url|to)=(https?(?:://|%3A%2F%2F)[^&#]+)",
    re.IGNORECASE,
)
INNER = re.compile(  # of any other site's: the goal of a redirect, whole
    r"[?&](?:url|u|q|to|goto|out|link|redirect|redirect_?ur[il]|target|dest|destination|job_?url|apply_?url)="
    r"(https?(?:://|%3A%2F%2F)[^&#]+)",
    re.IGNORECASE,
)
SLOT = re.compile(r"\{(\w+)(:upper)?\}")
LONGEST = 2_000
MISSING = "?"


@dataclass(frozen=True, slots=True)
class Source:
    """What a source says of its addresses. `domains`: where its patterns hold, subdomains included.

    `embedded` finds the posting of an employer's own page that shows one of this source's, anywhere; in the query only.
    `is_strict`: what no pattern knows on its domains is no posting, else it is a page like any other. `marks`: what the
    pages of an employer's own host hold when they are this source's.
    """

    name: str
    kind: SourceKind
    domains: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    canonical: str = ""
    embedded: str = ""
    is_strict: bool = True
    marks: tuple[str, ...] = ()


Rule = tuple[Source, re.Pattern[str]]


@dataclass(frozen=True, slots=True)
class Found:
    """Whose address it is. `native_id` is empty for a board's; `canonical_url` where no posting is named."""

    source: str
    board: str = ""
    native_id: str = ""
    canonical_url: str = ""
    options: dict[str, str] = field(default_factory=dict)


class Addresses:
    """All that is known of addresses. What is learnt later of a source replaces what was known."""

    def __init__(self, sources: Iterable[Source] = ()) -> None:
        self._sources: dict[str, Source] = {}
        self._fill: Callable[[], object] | None = None
        self._at: dict[str, list[Rule]] = {}
        self._embedded: list[Rule] = []
        self.learn(sources)

    def learn(self, sources: Iterable[Source]) -> None:
        """Take these sources up."""
        self._sources |= {source.name: source for source in sources}
        self._at, self._embedded = {}, []
        for source in self._sources.values():
            patterns = [(source, re.compile(pattern, re.IGNORECASE | re.ASCII)) for pattern in source.urls]
            for domain in source.domains:
                self._at.setdefault(domain, []).extend(patterns)
            if source.embedded:
                self._embedded.append((source, re.compile(f"[?&]{source.embedded}", re.IGNORECASE | re.ASCII)))

    def learn_by(self, fill: Callable[[], object]) -> None:
        """Have `fill` take up sources once anything is asked."""
        self._fill = fill

    @property
    def sources(self) -> dict[str, Source]:
        """What is known, by name."""
        if fill := self._fill:
            self._fill = None
            fill()
        return self._sources

    def find(self, url: str) -> Found | None:
        """The source, board and posting behind an address, as far as it says them."""
        match = self._read(url)[1]
        return _found(*match) if match else None

    def canonical_url(self, url: str) -> str | None:
        """The one address of the posting; empty if a source says that it names none, None if no source knows it."""
        rules, match = self._read(url)
        if match:
            return _canonical(*match)
        return "" if any(source.is_strict for source, _ in rules) else None

    def _read(self, url: str) -> tuple[list[Rule], tuple[Source, re.Match[str]] | None]:
        """The rules of an address's site, and which of them fits. Of a site that nobody knows, which fits the address
        that it redirects to."""
        host, address = _parts(url)
        rules = self._rules(host)
        match = self._match(rules, host, address)
        if not (rules or match) and (goal := INNER.search(url, 0, LONGEST)):
            host, address = _parts(unquote(goal[1]))
            match = self._match(self._rules(host), host, address)
        return rules, match

    def _match(self, rules: list[Rule], host: str, address: str) -> tuple[Source, re.Match[str]] | None:
        for source, pattern in rules:
            if match := pattern.match(address):
                return source, match
        for source, pattern in self._embedded if "?" in address else ():
            if match := pattern.search(address, len(host)):
                return source, match
        return None

    def _rules(self, host: str) -> list[Rule]:
        while host and self.sources:
            if host in self._at:
                return self._at[host]
            host = host.partition(".")[2]
        return []


def unwrapped(url: str) -> str:
    """Where a service's redirect leads that carries its goal in the query ("google.com/url?q=…"); else the address."""
    found = WRAPPED.match(url)
    return unquote(found[1]) if found else url


def _parts(url: str) -> tuple[str, str]:
    """The host of a web address, and the address that patterns are for; empty if it is none."""
    try:
        parts = urlsplit(unwrapped(url.strip()[:LONGEST]))
        host = (parts.hostname or "").lower().rstrip(".")
    except ValueError:
        return "", ""
    if parts.scheme.lower() not in ("http", "https") or "." not in host:
        return "", ""
    query = f"?{unquote(parts.query)}" if parts.query else ""
    return host, f"{host}{unquote(parts.path) or '/'}{query}"


def _found(source: Source, match: re.Match[str]) -> Found:
    said = {name: value for name, value in match.groupdict().items() if value}
    options = {name: value for name, value in said.items() if name not in ("board", *POSTING)}
    return Found(source.name, said.get("board", ""), said.get("id", ""), _canonical(source, match), options)


def _canonical(source: Source, match: re.Match[str]) -> str:
    """The source's canonical URL with its parts put in; empty where no posting is named, or a part is unknown."""
    said = match.groupdict()
    if not any(said.get(name) for name in POSTING):
        return ""

    def put(slot: re.Match[str]) -> str:
        value = said.get(slot[1]) or MISSING
        return value if value == MISSING else quote(value.upper() if slot[2] else value.lower())

    made = SLOT.sub(put, source.canonical)
    return "" if MISSING in made else made


ADDRESSES = Addresses()  # filled by the package `spiders`, once it is asked
