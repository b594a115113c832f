"""What a person's search finds open now, some at a time: what a message had no room for."""

from typing import Any

from sqlalchemy import Connection

import search
from alerts.desk import Asked, Desk, Reply, owner_of, refusal, searches_of
from alerts.keeping import no_search
from alerts.private import hosts
from alerts.wording import clean, plural, shorten
from alerts.written import query_of
from database import TooSlowError, count_postings, find_postings, posting_facts

COMMAND = "open"
COMMANDS = ((COMMAND, "what a search finds open now: /open 1, /open 1 2 for the next"),)
A_PAGE = 10
MOST_PAGES = 100


def open_(desk: Desk, asked: Asked) -> Reply:
    """The open postings of a search by its number in /list, the newest first; a second number is the page."""
    which, _, at = asked.argument.partition(" ")
    with desk.read() as connection:
        rows = searches_of(connection, asked)
    which = which or ("1" if len(rows) == 1 else "")
    number, page = _number(which), _number(at) or 1
    if not 1 <= number <= len(rows):
        return no_search(rows, COMMAND, which)
    try:
        with desk.read() as connection:
            return Reply("\n".join(_lines(connection, asked, rows[number - 1], number, min(page, MOST_PAGES))))
    except search.QueryError as error:  # of an older version's language
        return refusal(error)
    except TooSlowError:
        return Reply("That took too long to count: narrow the search, by a role or a country.")


def _number(word: str) -> int:
    return int(word) if word.isascii() and word.isdigit() and len(word) < 4 else 0


def _lines(connection: Connection, asked: Asked, row: dict[str, Any], number: int, page: int) -> list[str]:
    query = query_of(row) & search.parse("is:open")
    for_all = owner_of(connection, asked) not in hosts(connection)
    total = count_postings(connection, query, asked.now, for_all=for_all)
    start = (page - 1) * A_PAGE
    keys = find_postings(connection, query, asked.now, limit=A_PAGE, offset=start, for_all=for_all)
    facts = posting_facts(connection, keys)
    lines = [f"{plural(total, 'posting')} open now: {shorten(row['query'], 200)}"]
    for place, key in enumerate(keys, start + 1):
        one = facts[key]
        company = f" – {clean(one['company'], 40)}" if one["company"] else ""
        lines.append(f"{place}. {clean(one['title'], 100)}{company}\n{one['url']}")
    left = total - start - len(keys)
    return [*lines, f"{left:,} more: /open {number} {page + 1}"] if left > 0 and keys else lines
