"""Redirects: at most five, and never to another site, for a board's address may come from anyone."""

from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from models import Verdict
from spiders.base.errors import BoardFailure

FOLLOWED = (301, 302, 303, 307, 308)


def site(url: str) -> tuple[str, int | None]:
    """Host without `www.`, and port if it is not the scheme's own: what must stay the same over a redirect."""
    parts = urlsplit(url)
    port = None if parts.port in (80, 443) else parts.port
    return (parts.hostname or "").lower().removeprefix("www."), port


def is_same_site(url: str, other: str) -> bool:
    """Whether both are of one site and `other` is not a step back from https."""
    is_downgrade = url.startswith("https:") and not other.startswith("https:")
    return site(url) == site(other) and not is_downgrade


class SameSiteRedirects(RedirectMiddleware):
    """Scrapy's redirects, kept within the site; robots.txt may lead elsewhere, as RFC 9309 allows."""

    def process_response(
        self,
        request: Request,
        response: Response,
        spider: Spider | None = None,  # noqa: ARG002 - Scrapy's signature
    ) -> Request | Response:
        """The response, or the request that follows its redirect. Raises BoardFailure."""
        if request.meta.get("is_robots"):
            return super().process_response(request, response)
        if request.meta.get("is_search"):  # where it leads is what is looked for
            return response
        host = urlsplit(request.url).hostname
        try:
            result = super().process_response(request, response)
        except IgnoreRequest as error:
            raise BoardFailure(Verdict.ERROR, f"{host} redirects in circles; check the board's address") from error
        if isinstance(result, Request) and is_same_site(request.url, result.url):
            return result
        if isinstance(result, Response) and result.status not in FOLLOWED:
            return result
        where = (response.headers.get("Location") or b"nowhere").decode("latin-1")[:200]
        sentence = f"{host} redirects to {where}; if the board moved there, correct its address, else it is gone"
        raise BoardFailure(Verdict.GONE, sentence)
