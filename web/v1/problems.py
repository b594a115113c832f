"""What the API says where it cannot answer: problem+json (RFC 9457)."""

from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import Response

from search import QueryError

MEDIA_TYPE = "application/problem+json"
DOCUMENTATION = "https://github.com/rolewire/rolewire/blob/main/docs/api.md"
PREFIX = "/api/v1"
KINDS = {
    "bad-query": (400, "The query cannot be understood"),
    "bad-parameter": (400, "The request cannot be understood"),
    "no-key": (401, "A key is asked for"),
    "not-yours": (403, "This key may not do that"),
    "not-found": (404, "There is no such thing"),
    "no-such-page": (404, "There is no such page of the list"),
    "not-allowed": (405, "Not possible here"),
    "conflict": (409, "That cannot be done as things are"),
    "too-large": (413, "The request is too large"),
    "wrong-media-type": (415, "The request is not in JSON"),
    "too-many-requests": (429, "Too many requests"),
    "error": (500, "Something went wrong"),
    "too-slow": (503, "That took too long"),
    "unavailable": (503, "The database does not answer"),
}
_BY_STATUS = {
    status: kind for kind, (status, _) in KINDS.items() if kind not in ("bad-query", "no-such-page", "too-slow")
}


class ProblemError(Exception):
    """The API cannot do it; `kind` is a key of KINDS, `more` what else is said. Becomes a response."""

    def __init__(self, kind: str, detail: str, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(detail)
        self.kind, self.detail, self.headers, self.more = kind, detail, headers or {}, more

    @property
    def response(self) -> Response:
        """The answer."""
        return problem(self.kind, self.detail, self.headers, **self.more)


def problem(kind: str, detail: str, headers: Mapping[str, str] | None = None, **more: Any) -> Response:
    """A response that says what is wrong; `more` are members of its own kind."""
    status, title = KINDS[kind]
    body = {"type": f"{DOCUMENTATION}#{kind}", "title": title, "status": status, "detail": detail, **more}
    return Response(orjson.dumps(body), status, dict(headers or {}), MEDIA_TYPE)


def of_status(status: int, detail: str) -> Response:
    """The same for what only has a status."""
    return problem(_BY_STATUS.get(status, "error" if status >= 500 else "bad-parameter"), detail)


def of_query(error: QueryError) -> Response:
    """Where a query is wrong, and what was meant."""
    return problem("bad-query", error.message, position=error.position, length=error.length, shown=str(error))


def is_ours(path: str) -> bool:
    """Whether errors of this address are told so."""
    is_page = path.startswith("/postings.") or (
        path.startswith(("/postings/", "/employers/")) and path.endswith(".json")
    )
    return is_page or path == PREFIX or path.startswith((f"{PREFIX}/", "/feeds/"))
