"""Employers."""

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

import database
import search
from web.eligible import OfFacts
from web.site import OfSite
from web.v1 import forms
from web.v1.answers import answer, reading
from web.v1.parameters import After, Limit, QueryParameters, meta, next_address, read_query
from web.v1.problems import PREFIX, ProblemError

router = APIRouter(tags=["employers"])


class EmployerParameters(QueryParameters):
    """Whose postings match; without a query those with open ones."""

    limit: Limit = 50
    after: After = ""


class OneEmployer(BaseModel):
    """An employer: what is open, by kind, and what was."""

    key: str
    name: str
    open: int
    closed: int
    newest_at: datetime
    first_seen_at: datetime = Field(description="When the first of its postings was seen")
    role: list[forms.Count]
    seniority: list[forms.Count]
    workplace: list[forms.Count]
    postings: str | None


@reading(router, "/employers", forms.EmployerList, 404, summary="Employers whose postings match")
def list_employers(
    asked: Annotated[EmployerParameters, Query()], request: Request, site: OfSite, facts: OfFacts
) -> Response:
    """A page of the employers whose postings match, by their key, with how many those are."""
    now, query = site.clock(), read_query(asked.q, facts)
    if "\0" in asked.after:  # PostgreSQL takes none
        raise ProblemError("no-such-page", "This is no key of an employer: take `next` of the page before as it is.")
    with site.read() as connection:
        rows = database.employers(connection, query, now, asked.limit + 1, asked.after)
        total = None if asked.after else database.count_employers(connection, query, now)
    shown = [{**row, "postings": _postings_of(row["name"])} for row in rows[: asked.limit]]
    after = shown[-1]["key"] if len(rows) > asked.limit else ""
    address, link = next_address(request, asked, after)
    told = meta(query, sort="key", limit=asked.limit, total=total)
    return answer(request, {"meta": told, "next": address, "employers": shown}, headers=link)


@reading(router, "/employers/{key}", OneEmployer, 404, summary="One employer")
def one_employer(key: str, _asked: Annotated[forms.NoParameters, Query()], request: Request, site: OfSite) -> Response:
    """One employer: how many postings are open, of which roles, levels and workplaces, and how many are closed."""
    with site.read() as connection:
        row: dict[str, Any] | None = database.employer(connection, key)
    if row is None:
        raise ProblemError("not-found", "There is no such employer; /api/v1/employers lists their keys.")
    told = {name: row[name] for name in OneEmployer.model_fields if name != "postings"}
    return answer(request, {**told, "postings": _postings_of(row["name"])})


def _postings_of(name: str) -> str | None:
    """The address of an employer's open postings; None where the name cannot be asked for."""
    text = f'company:"{name.replace(chr(34), " ")}" is:open'
    try:
        query = search.parse(text)
    except search.QueryError:
        return None
    return f"{PREFIX}/postings?{urlencode({'q': str(query)})}"
