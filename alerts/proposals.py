"""Not relevant, because of its company, level, role, place, pay or a word: how a search would leave such postings out.

A proposal changes nothing. It says what the search would be, and how many open postings it would find then.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select

import search
from alerts.backtest import conjuncts, is_search, joined
from alerts.searches import SubscriberError
from database import count_postings, documents, table_of
from models import Posting
from search import Document, Query
from search.matcher import wanted_values
from search.nodes import Node, Not, Pay, Tagged, Words

POSTING = table_of(Posting)
BECAUSE = ("company", "level", "role", "place", "pay", "word")
STEP = 10_000  # of pay: the next such amount above the posting's


@dataclass(frozen=True, slots=True)
class Proposal:
    """A search changed so that it leaves a posting out; `before` and `after` count what is open and matches."""

    change: str
    query: Query
    before: int
    after: int

    def as_json(self) -> dict[str, Any]:
        """For the command line and the API."""
        return {"change": self.change, "query": str(self.query), "before": self.before, "after": self.after}


def propose(
    connection: Connection, query: Query, posting_id: int, because: str, now: datetime, word: str = ""
) -> list[Proposal]:
    """The ways to leave this posting and those like it out, the one that keeps most first. Raises SubscriberError."""
    if because not in BECAUSE:
        raise SubscriberError(f"{because!r} is no reason; one of {', '.join(BECAUSE)}")
    if because == "word" and not word.strip():
        raise SubscriberError("say which word of the posting is not wanted")
    document = documents(connection, [posting_id])[posting_id]
    row = connection.execute(select(POSTING).where(POSTING.c.id == posting_id)).mappings().one()
    open_now = search.parse("is:open")
    before = count_postings(connection, query & open_now, now)
    found = []
    for change, changed in _changes(query, row, document, because, word.strip()):
        if is_search(changed) and can_match(changed) and not search.matches(changed, document, now):
            found.append(Proposal(change, changed, before, count_postings(connection, changed & open_now, now)))
    return sorted(found, key=lambda one: -one.after)


def can_match(query: Query) -> bool:
    """False where it excludes just what it asks for."""
    nodes = conjuncts(query)
    excluded = [node.node for node in nodes if isinstance(node, Not)]
    return not any(_is_all_of(one, out) for one in nodes for out in excluded)


def _is_all_of(asked: Node, out: Node) -> bool:
    """Whether all that is asked for is left out."""
    if isinstance(asked, Tagged) and isinstance(out, Tagged):
        return asked.field == out.field != "remote" and wanted_values(asked) <= wanted_values(out)
    if isinstance(asked, Words) and isinstance(out, Words):
        return out.field in ("", asked.field) and set(asked.phrases) <= set(out.phrases)
    return False


def _changes(query: Query, row: RowMapping, document: Document, because: str, word: str) -> Iterator[tuple[str, Query]]:
    if because == "company" and row["company"]:
        yield from _without(query, f'company:"{_plain(row["company"])}"')
    elif because in ("level", "role"):
        name = "seniority" if because == "level" else "role"
        yield _without_value(query, name, row[name])
    elif because == "place":
        yield from _places(query, document)
    elif because == "pay":
        yield from _pay(query, row)
    elif because == "word":
        for field in ("title:", "") if f" {search.fold(word)} " in document.title else ("",):
            yield from _without(query, f'{field}"{_plain(word)}"')


def _without(query: Query, clause: str) -> Iterator[tuple[str, Query]]:
    try:
        excluded = search.parse(f"-{clause}")
    except search.QueryError:  # a name of signs only
        return
    yield f"with {excluded}", query & excluded


def _without_value(query: Query, field: str, value: str) -> tuple[str, Query]:
    """The value taken out of the list that asks for it; where none does, excluded."""
    nodes = conjuncts(query)
    for node in nodes:
        if isinstance(node, Tagged) and node.field == field and value in node.values and len(node.values) > 1:
            left = Tagged(field, tuple(one for one in node.values if one != value))
            return f"with {left} for {node}", joined(left if one is node else one for one in nodes)
    excluded = Not(Tagged(field, (value,)))
    return f"with {excluded}", query & Query(excluded)


def _places(query: Query, document: Document) -> Iterator[tuple[str, Query]]:
    clauses: list[Node] = []
    for city, _, country in document.places:
        clauses += [Not(Tagged("city", (city,)))] if city else []
        clauses += [Not(Tagged("country", (country,)))] if country else []
    if document.workplace in ("onsite", "hybrid"):
        clauses += [Not(Tagged("workplace", (document.workplace,)))]
    for clause in dict.fromkeys(clauses):
        yield f"with {clause}", query & Query(clause)


def _pay(query: Query, row: RowMapping) -> Iterator[tuple[str, Query]]:
    """More than the posting pays; with those that name no pay, or without them."""
    top = row["salary_annual_max"] or row["salary_annual_min"]
    if top is None:
        yield "with salary>=0, so that those that name no pay are left out", query & search.parse("salary>=0")
        return
    try:
        more = search.parse(f"salary>={int(top // STEP + 1) * STEP}{row['salary_currency'] or ''}")
    except search.QueryError:  # a currency without a rate
        more = search.parse(f"salary>={int(top // STEP + 1) * STEP}")
    floors = [node for node in conjuncts(query) if isinstance(node, Pay) and node.relation == ">="]
    rest = joined(node for node in conjuncts(query) if node not in floors)
    yield f"with {more}, and so without those that name no pay", rest & more
    if not floors:
        kept = search.parse(f"{more} OR -salary>=0")
        yield f"with ({kept}), which keeps those that name no pay", rest & kept


def _plain(text: str) -> str:
    return text.replace('"', " ").replace("*", " ")
