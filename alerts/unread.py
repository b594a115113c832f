"""Saved searches whose query an upgrade made unreadable: their owners are told once what to write instead, and the
operator is told too. Such a search is kept, and shown as one that does not run."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

import search
from alerts.notices import raise_notice
from alerts.searches import list_searches
from alerts.subscribers import SEARCH
from alerts.wording import clean, given_name
from alerts.written import query_of

AT_ONCE = 50  # searches in one transaction
SHOWN = 10  # in one message


def trouble(row: Mapping[Any, Any]) -> str:
    """Why a search (its row) does not run; empty where it does."""
    try:
        query_of(row)
    except search.QueryError as error:
        return error.message
    return ""


def note(connection: Connection, reasons: Mapping[int, str], news: Collection[int], now: datetime) -> None:
    """Tell the operator of searches with the reasons why they cannot be read, and their owners of what is `news`."""
    rows = connection.execute(select(SEARCH).where(SEARCH.c.id.in_(reasons))).mappings().all()
    for row in rows:
        words = f"The saved search {row['name']!r} ({row['public_id']}) cannot be read any more: {reasons[row['id']]}"
        raise_notice(connection, f"search:{row['id']}", words, now)
    told = [row for row in rows if row["id"] in news and trouble(row)]
    for owner in sorted({row["subscriber_id"] for row in told}):
        _tell_owner(connection, owner, [row for row in told if row["subscriber_id"] == owner], now)


def _tell_owner(connection: Connection, owner: int, rows: Sequence[Mapping[Any, Any]], now: datetime) -> None:
    from alerts.kept import tell  # only here: who lists searches makes no messages

    numbers = {row["id"]: number for number, row in enumerate(list_searches(connection, owner), 1)}
    lines = [line for row in rows[:SHOWN] for line in _lines(row, numbers.get(row["id"], 0))]
    count = "A search of yours does" if len(rows) == 1 else f"{len(rows)} of your searches do"
    words = [f"{count} not run any more: what it asks for has to be written in another way.", *lines]
    words += [f"… and {len(rows) - SHOWN} more: /list shows them."] if len(rows) > SHOWN else []
    words += ["Nothing of it is lost: once it is changed, you are told of what is open then."]
    tell(connection, owner, f"unread:{rows[0]['public_id']}:{int(now.timestamp())}", "\n".join(words), now)


def _lines(row: Mapping[Any, Any], number: int) -> list[str]:
    name = given_name(row["name"], row["query"])
    shown = f"{clean(name, 60)}: " if name else ""
    how = f"/edit {number} and the new words change it in the chat; “Edit” does on your page of searches."
    return [f"· {shown}{clean(row['query'], 300)}", f"  {clean(trouble(row), 500)}", f"  {how}"]
