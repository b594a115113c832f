"""Lists of pages: sitemaps, sitemap indexes, and the links of a listing page."""

import gzip
import re
import zlib
from dataclasses import dataclass, field
from io import BytesIO
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from lxml import etree  # type: ignore[import-untyped]
from parsel import Selector

from spiders.base.errors import ParseError
from spiders.base.markup import listed_urls
from spiders.base.redirects import is_same_site

JOB_WORDS = re.compile(
    r"job|career|position|vacanc|opening|stelle|karriere|role|opportunit|emploi|empleo", re.IGNORECASE
)
TRACKING = ("utm_", "gh_src", "fbclid", "gclid", "lever-source", "ref_src")
MAX_LINKS = 50_000
MAX_SIZE = 64 << 20


@dataclass(slots=True)
class Links:
    """Where a list leads: pages with their <lastmod> (empty if unsaid), and further lists."""

    pages: dict[str, str] = field(default_factory=dict)
    lists: list[str] = field(default_factory=list)


def is_sitemap(body: bytes) -> bool:
    """Whether a body is a sitemap or a sitemap index, packed or not."""
    start = body[:1024]
    return start[:2] == b"\x1f\x8b" or b"<urlset" in start or b"<sitemapindex" in start


def read_sitemap(body: bytes, max_size: int = MAX_SIZE) -> Links:
    """A sitemap's pages, or an index's lists. Entities are not expanded. Raises ParseError."""
    links = Links()
    try:
        body = unpack(body, max_size)
        for _, node in etree.iterparse(
            BytesIO(body), recover=True, resolve_entities=False, no_network=True, huge_tree=False
        ):
            kind = etree.QName(node).localname if isinstance(node.tag, str) else ""
            if kind in ("url", "sitemap"):
                parts = {
                    etree.QName(child).localname: (child.text or "").strip()
                    for child in node
                    if isinstance(child.tag, str)
                }
                add(links, kind, parts)
                node.clear()
            if len(links.pages) >= MAX_LINKS:
                break
    except (etree.LxmlError, OSError, EOFError, zlib.error, ValueError) as error:
        raise ParseError(f"a sitemap that cannot be read ({error})") from None
    return links


def add(links: Links, kind: str, parts: dict[str, str]) -> None:
    where = parts.get("loc", "")
    if not where.startswith(("http://", "https://")):
        return
    if kind == "sitemap":
        links.lists.append(where)
    else:
        links.pages.setdefault(plain_url(where), parts.get("lastmod", ""))


def unpack(body: bytes, max_size: int) -> bytes:
    """A gzipped body unpacked, up to a size. Raises ValueError beyond it."""
    if body[:2] != b"\x1f\x8b":
        return body
    with gzip.open(BytesIO(body)) as file:
        data = file.read(max_size + 1)
    if len(data) > max_size:
        raise ValueError(f"larger than {max_size >> 20} MB unpacked")
    return data


def read_listing(page: Selector, url: str) -> Links:
    """The pages that a listing page leads to on its own site, and the next page of the list."""
    hrefs = [*listed_urls(page), *page.xpath("//a/@href").getall()]
    following = page.xpath('//a[@rel="next"]/@href | //link[@rel="next"]/@href').getall()
    links = Links(lists=[plain_url(where) for where in absolute(following, url)][:1])
    for where in absolute(hrefs, url):
        links.pages.setdefault(plain_url(where), "")
    for where in (plain_url(url), *links.lists):
        links.pages.pop(where, None)
    return links


def absolute(hrefs: list[str], url: str) -> list[str]:
    """The links that stay on the site, made absolute."""
    found = []
    for href in hrefs[:MAX_LINKS]:
        try:
            where = urljoin(url, href.strip())
            if where.startswith(("http://", "https://")) and is_same_site(url, where):
                found.append(where)
        except ValueError:
            continue
    return found


def plain_url(url: str) -> str:
    """The URL without fragment and tracking, host in lower case: what names a page."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url
    query = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not k.lower().startswith(TRACKING)]
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path or "/", urlencode(query), ""))


def about_jobs(urls: list[str], path: str) -> list[str]:
    """The URLs that hold `path`, or, without one, those whose path speaks of jobs."""
    if path:
        return [url for url in urls if path in url]
    return [url for url in urls if JOB_WORDS.search(urlsplit(url).path)]
