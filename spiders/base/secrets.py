"""What goes with a request to a source that asks for a key, and nowhere else: no log, no verdict, no stored address.

It is put on as the request leaves, so that whoever looks at the request sees its address without it.
"""

from base64 import b64encode
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from scrapy import Request
from scrapy.http import Response


@dataclass(frozen=True, slots=True)
class Unsaid:
    """Headers, and parameters of the query."""

    headers: dict[str, str] = field(default_factory=dict, repr=False)
    query: dict[str, str] = field(default_factory=dict, repr=False)


def basic(user: str, password: str) -> str:
    """The header of HTTP's basic authentication."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def signed(request: Request) -> Request:
    """The request with what it says to nobody else."""
    unsaid = request.meta.get("unsaid")
    if not unsaid:
        return request
    joint = "&" if "?" in request.url else "?"
    url = f"{request.url}{joint}{urlencode(unsaid.query)}" if unsaid.query else request.url
    sent = request.replace(url=url)
    for name, value in unsaid.headers.items():
        sent.headers[name] = value
    return sent


def unsigned(response: Response, request: Request) -> Response:
    """The answer under the address that was asked for, and without the key where it leads on."""
    unsaid, where = request.meta.get("unsaid"), response.headers.get("Location")
    if unsaid and where:
        for value in unsaid.query.values():
            where = where.replace(quote(value, safe="").encode(), b"").replace(value.encode(), b"")
        response.headers["Location"] = where
    return response.replace(url=request.url)
