"""What an address of the API takes, and how it is read."""

from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import Depends, Request
from pydantic import Field

import search
from web.v1.forms import QUERY, Form
from web.v1.problems import ProblemError

MAX_LIMIT = 200
MAX_CURSOR = 1_000
Asked = Annotated[str, Field(description="A query of the query language", json_schema_extra=QUERY)]
Limit = Annotated[int, Field(ge=1, le=MAX_LIMIT, description="Of one page")]
After = Annotated[str, Field(max_length=MAX_CURSOR, description="Where a page before ended: taken from its `next`")]
Sort = Literal["posted", "first-seen", "salary", "company"]


class QueryParameters(Form):
    """A query; without one everything, what is closed too."""

    q: Asked = ""


class ListParameters(QueryParameters):
    """Which postings, in which order."""

    sort: Sort = "posted"
    limit: Limit = 50
    after: After = ""


class WhyParameters(Form):
    """What a posting is held against."""

    q: Asked = Field(examples=["role:ai-engineer remote:EU"])


def once_each(request: Request) -> None:
    """Refuse a parameter that is given twice: one of the two would be dropped silently. Raises ProblemError."""
    names = [name for name, _value in request.query_params.multi_items()]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ProblemError("bad-parameter", f"given more than once: {', '.join(twice)}")


OnceEach = Depends(once_each)


def read_query(text: str, facts: str = "") -> search.Query | None:
    """What the query asks for, to the person of the facts; None for everything. Raises search.QueryError."""
    return search.parse(text, facts) if text.strip() else None


def meta(query: search.Query | None, **more: Any) -> dict[str, Any]:
    """The question as it was understood."""
    return {"query": str(query or ""), "parsed": search.to_json(query) if query else None, **more}


def next_address(request: Request, asked: Form, after: str) -> tuple[str | None, dict[str, str]]:
    """Where the next page is, for the body and as a header; nothing on the last."""
    if not after:
        return None, {}
    pairs = asked.model_dump(exclude_defaults=True) | {"after": after}
    address = f"{request.url.path}?{urlencode(pairs)}"
    return address, {"Link": f'<{address}>; rel="next"'}
