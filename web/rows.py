"""The rows of a list: what each shows, in the order asked for; many of one employer fold behind the first of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

import search
from database import Page, documents, find_page, table_of
from models import Posting
from search.fit import fit
from web.view import BEST, PAGE_SIZE, View, speaks_of

RANKED = 300  # of the newest: those that are put in the order of their fit
FOLDED_FROM = 3  # rows of one employer
FOLDING = ("posted", "first-seen", BEST)
_POSTING = table_of(Posting).c
_SHOWN = (
    "title", "company", "company_key", "role", "seniority", "skills", "workplace", "locations", "remote_scope",
    "posted_at", "posted_at_quality", "closed_at",
)  # fmt: skip
_SALARY = ("min", "max", "currency", "period", "annual_min", "annual_max")


@dataclass
class Row:
    """A posting as the list shows it, and those of the same employer that stand behind it."""

    posting: Mapping[str, Any]
    more: list[Mapping[str, Any]] = field(default_factory=list)


def find(connection: Connection, view: View, now: datetime) -> Page:
    """The view's page of postings, in its order. Raises CursorError."""
    if view.sort != BEST:
        return find_page(
            connection, view.query, now, sort=view.sort, limit=PAGE_SIZE, after=view.after, for_all=True
        )  # fmt: skip
    newest = find_page(connection, view.query, now, limit=RANKED, for_all=True)
    return Page(_by_fit(connection, view, newest.ids, now)[:PAGE_SIZE])


def _by_fit(connection: Connection, view: View, ids: Sequence[int], now: datetime) -> list[int]:
    """The postings that go best with what was asked first; of equals the newer."""
    if view.query is None:
        return list(ids)
    facts, read = shown(connection, ids), documents(connection, ids)
    scores = {key: fit(search.explain(view.query, read[key], now).clauses, facts[key], now).score for key in ids}
    return sorted(ids, key=lambda key: -scores[key])


def shown(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What the list says of postings, by id: neither texts nor evidence, which are most of a posting."""
    columns = ("id", "public_id", *_SHOWN, *(f"salary_{part}" for part in _SALARY))
    rows = connection.execute(select(*(_POSTING[name] for name in columns)).where(_POSTING.id.in_(ids)))
    return {
        row["id"]: {
            **{name: row[name] for name in _SHOWN},
            "id": row["public_id"],
            "salary": {part: row[f"salary_{part}"] for part in _SALARY} if row["salary_currency"] else None,
        }
        for row in rows.mappings()
    }


def folded(view: View, postings: Sequence[Mapping[str, Any]]) -> list[Row]:
    """The postings in rows. Where one employer is asked for, or employers are in order, each has its own."""
    if view.sort not in FOLDING or any(speaks_of("company", node) for node in view.nodes):
        return [Row(one) for one in postings]
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for one in postings:
        groups.setdefault(one["company_key"] or f" {one['id']}", []).append(one)
    if len(groups) == 1:
        return [Row(one) for one in postings]
    rows: list[Row] = []
    for one in postings:
        group = groups[one["company_key"] or f" {one['id']}"]
        if len(group) < FOLDED_FROM:
            rows.append(Row(one))
        elif group[0] is one:
            rows.append(Row(one, group[1:]))
    return rows
