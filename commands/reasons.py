"""Commands that say why a posting matches a search, and how a search would leave it out."""

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlalchemy import Connection

import database as db
import search
from alerts import feeds, links, proposals, saving
from alerts import searches as people
from alerts.why import why as explain
from alerts.written import query_of
from commands.common import (
    Config,
    DatabaseUrl,
    FormatOption,
    MisuseError,
    load_settings,
    note,
    open_database,
    posting_key,
    write_rows,
)
from commands.eligible import ByWhom, facts
from commands.searches import Which, Whose, find_search, searches


@searches.command("refine")
def refine(
    which: Which,
    posting: Annotated[str, typer.Argument(help="One that is not relevant: its id, or the address of its page or ad.")],
    because: Annotated[str, typer.Option(help=f"Why: {', '.join(proposals.BECAUSE)}.")],
    word: Annotated[str, typer.Option(help="For `word`: which.")] = "",
    take: Annotated[int, typer.Option(help="Change the search to this proposal, counted from 1.", min=0)] = 0,
    subscriber: Whose = "",
    form: FormatOption = None,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Propose how a search would leave a posting and those like it out, with how many are left; changes nothing
    without --take.

    Example: rolewire searches refine xKzBq3Fh Ab3dE6 --because level --take 1
    """
    engine, now = open_database(load_settings(config, database)), datetime.now(UTC)
    with db.read(engine) as connection:
        row = find_search(connection, which, subscriber)
        key = posting_key(connection, posting)
        found = proposals.propose(connection, query_of(row), key, because, now, word)
    if take > len(found):
        raise MisuseError(f"there are {len(found)} proposals; nothing is changed")
    write_rows(
        [{"number": number, **one.as_json()} for number, one in enumerate(found, 1)],
        ("number", "change", "query", "before", "after"), form,
    )  # fmt: skip
    if take:
        changed = saving.change(engine, row, now, query=str(found[take - 1].query))
        note(f"changed {changed['public_id']}: {changed['query']}")


@searches.command("feed")
def feed(
    which: Which,
    subscriber: Whose = "",
    revoke: Annotated[bool, typer.Option("--revoke", help="Let its address open nothing more.")] = False,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Print the addresses of a saved search as a feed, Atom and JSON Feed: whoever has one may read it, until it is
    revoked.

    Examples: rolewire searches feed xKzBq3Fh · rolewire searches feed xKzBq3Fh --revoke
    """
    settings = load_settings(config, database)
    root = settings.web.public_url or f"http://{settings.web.host}:{settings.web.port}"
    with db.transaction(open_database(settings)) as connection:
        row = find_search(connection, which, subscriber)
        if revoke:
            was_open = feeds.revoke_feed(connection, row["id"])
            note("its feed opens nothing more" if was_open else "it has no feed")
            return
        token = feeds.open_feed(connection, db.secret_key(connection), row["id"], datetime.now(UTC))
    for kind in ("atom", "json"):
        typer.echo(links.feed_url(root, token, kind))


def why(
    posting: Annotated[str, typer.Argument(help="A posting's id, or the address of its page or ad.")],
    which: Annotated[str, typer.Argument(metavar="SEARCH", help="A saved search's id or name, or any query.")],
    subscriber: ByWhom = "",
    form: FormatOption = None,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Say which clauses of a search a posting matches, on which words; or which one fails, and what the posting has.

    Examples: rolewire why Ab3dE6 xKzBq3Fh · rolewire why Ab3dE6 'role:ai-engineer seniority:senior'
    """
    engine = open_database(load_settings(config, database))
    with db.read(engine) as connection:
        key = posting_key(connection, posting)
        answer = explain(connection, key, _meant(connection, which, subscriber), datetime.now(UTC))
    if form is None and sys.stdout.isatty():
        typer.echo("\n".join(answer.lines))
        return
    write_rows([answer.as_json()], ("is_match", "title", "company", "query", "clauses", "failing"), form)


def _meant(connection: Connection, which: str, subscriber: str) -> search.Query:
    """The saved search of that id or name, else the query."""
    rows = [row for row in people.list_searches(connection) if which in (row["public_id"], row["name"])]
    return query_of(rows[0]) if len(rows) == 1 else search.parse(which, facts(connection, which, subscriber))
