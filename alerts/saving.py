"""The one way to save a search, from the words that a person wrote: the command line, the bot, the web and the API."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine

import search
from alerts.looked import chunks
from alerts.profiles import facts_of
from alerts.searches import SubscriberError, add_search, edit_search, hold, list_searches, waiting_of
from alerts.written import query_of
from database import documents, read, transaction
from models import Cadence
from search.habits import CADENCES
from search.meaning import meaning
from search.passing import facts_in


class SavedAlreadyError(SubscriberError):
    """The same person has the same search, maybe in other words. `row` is that one."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        super().__init__(f"you have this search already: {row['name']!r} ({row['public_id']}), {row['query']}")
        self.row = row


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asks to be told of. `cadence` is empty where they did not say."""

    text: str
    query: search.Query
    cadence: str = ""


def read_wish(words: str, facts: str = "") -> Wish:
    """What the words ask for; a cadence may stand before the query, as in `weekly role:ai-engineer remote:EU`.

    `facts`: of whose wish it is, see `alerts.profiles`. Raises search.QueryError, for a search without a filter too.
    """
    first, *rest = words.split(maxsplit=1) or [""]
    cadence = CADENCES.get(first.rstrip(":,").casefold(), "")
    text = rest[0].strip() if cadence and rest else words.strip()
    return Wish(text, search.parse_saved(text, facts), cadence if rest else "")


def save(
    engine: Engine,
    find: Callable[[Connection], int | None],
    wish: Wish,
    now: datetime,
    *,
    make: Callable[[Connection], int] | None = None,
    **options: Any,
) -> dict[str, Any]:
    """Save a search; returns its row. A person who has it already, in these or other words, is told so.

    `find`: the person, None where they are to be made by `make`, with the search. `options`: of `add_search`; the
    cadence of the words goes before that of the options. Raises SavedAlreadyError, SubscriberError.
    """
    with read(engine) as connection:
        owner = find(connection)
        held = [] if owner is None else list_searches(connection, owner)
    if (same := same_search(held, wish.query)) is not None:
        raise SavedAlreadyError(same)
    options["cadence"] = wish.cadence or options.get("cadence") or Cadence.INSTANT
    with transaction(engine) as connection:
        owner = make(connection) if make is not None else owner
        if owner is None:
            raise SubscriberError("there is nobody to save it for")
        hold(connection, owner)
        if (facts := facts_in(wish.query)) and facts != facts_of(connection, owner):
            raise SubscriberError("your profile has just changed: ask again")
        known = {row["id"] for row in held}
        newer = [row for row in list_searches(connection, owner) if row["id"] not in known]
        if (same := same_search(newer, wish.query)) is not None:  # sent twice, it was saved meanwhile
            raise SavedAlreadyError(same)
        return add_search(connection, owner, wish.text, now, parsed=wish.query, **options)


def change(engine: Engine, row: Mapping[str, Any], now: datetime, **changes: Any) -> dict[str, Any]:
    """Change a saved search; `query` is read like a new one, cadence and all. Raises as `read_wish` and `save` do."""
    with read(engine) as connection:
        facts = facts_of(connection, row["subscriber_id"])
    wish = _wished(row, str(changes.get("query", row["query"])), facts)
    changes["query"] = wish.text
    if wish.cadence:
        changes["cadence"] = wish.cadence
    if row["name"] == _default_name(row["query"]):
        changes.setdefault("name", "")
    with read(engine) as connection:
        others = [one for one in list_searches(connection, row["subscriber_id"]) if one["id"] != row["id"]]
        outdated = [] if wish.text == row["query"] else _outdated(connection, row["id"], wish.query)
    if (same := same_search(others, wish.query)) is not None:
        raise SavedAlreadyError(same)
    with transaction(engine) as connection:
        return edit_search(connection, row, changes, wish.query, now, outdated)


def _wished(row: Mapping[str, Any], words: str, facts: str) -> Wish:
    """What the search shall be; one that keeps its query means what it meant, whatever new ones are asked about."""
    if words.strip() == row["query"]:
        return Wish(row["query"], search.parse_stored(row["query"], facts))
    return read_wish(words, facts)


def _outdated(connection: Connection, search_id: int, query: search.Query) -> list[int]:
    """The deliveries that wait, of postings that the query would not have told of when they came."""
    found: list[int] = []
    for part in chunks(waiting_of(connection, search_id)):
        read_now = documents(connection, [row["posting_id"] for row in part])
        for row in part:
            states = [replace(read_now[row["posting_id"]], is_open=is_open) for is_open in (True, False)]
            if not any(search.matches(query, one, row["created_at"]) for one in states):
                found.append(row["id"])
    return found


def same_search(rows: Iterable[Mapping[str, Any]], query: search.Query) -> Mapping[str, Any] | None:
    """The one of these searches that asks for the same."""
    wanted = meaning(query)
    return next((row for row in rows if _meaning_of(row) == wanted), None)


def _meaning_of(row: Mapping[str, Any]) -> str:
    try:
        return meaning(query_of(row))
    except search.QueryError:  # of an older version's language
        return ""


def _default_name(query: str) -> str:
    return " ".join(query.split())[:60]
