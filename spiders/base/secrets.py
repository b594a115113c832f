"""What goes with a request to a source that asks for a key, and nowhere else: no log, no verdict, no stored address.

It is put on as the request leaves, so that whoever looks at the request sees its address without it.
"""

from base64 import b64encode
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from pydantic import SecretStr
from scrapy import Request
from scrapy.http import Response

from models import Verdict
from spiders.base.errors import BoardFailure


@dataclass(frozen=True, slots=True)
class Unsaid:
    """Headers, and parameters of the query."""

    headers: dict[str, str] = field(default_factory=dict, repr=False)
    query: dict[str, str] = field(default_factory=dict, repr=False)


NO_KEY = (
    '{} needs a key: set [keys] {} = "{}", or ROLEWIRE_KEYS__{} in the environment; docs/sources.md says where from'
)


def parts_of(key: SecretStr | None, form: str, board: str, source: str) -> list[str]:
    """The parts of a source's key. Raises BoardFailure where there is none, or one of another form."""
    parts = key.get_secret_value().split(":") if key else []
    if len(parts) != len(form.split(":")) or not all(parts):
        raise BoardFailure(Verdict.ERROR, NO_KEY.format(board, source, form, source.upper()))
    return parts


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
