"""The command that shows one posting: where it was seen, what happened to it, and what to weigh."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from commands.common import (
    Config,
    DatabaseUrl,
    Format,
    FormatOption,
    load_settings,
    open_database,
    posting_key,
    write_rows,
)

Row = dict[str, Any]
KINDS = {"joined": "also listed as", "reposted": "reposted as", "apart": "told apart from"}
COLUMNS = ("id", "title", "company", "posted_at", "closed_at", "url")


def show(
    posting: Annotated[
        str, typer.Argument(help="Its id, a listing as source/board/id, or the address of an ad or of its page.")
    ],
    form: FormatOption = None,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Show one posting: facts, everywhere it was seen, its history, and signs that it may be no live vacancy.

    Examples: rolewire show abc234def567 · rolewire show greenhouse/acme/123 --format json
    """
    import database as db

    settings = load_settings(config, database)
    with db.read(open_database(settings)) as connection:
        key = posting_key(connection, posting)
        [row] = db.posting_json(connection, [key])
        row["history"] = db.history(connection, key)
    if form in (None, Format.TABLE):
        typer.echo("\n".join(_lines(row, datetime.now(UTC))))
    else:
        write_rows([row], COLUMNS, form)


def _lines(row: Row, now: datetime) -> Iterator[str]:
    from alerts import wording

    state = f"closed on {_day(row['closed_at'])}" if row["closed_at"] else "open"
    yield f"{wording.clean(row['title'])} – {wording.clean(row['company']) or 'unknown employer'} ({state})"
    facts = (wording.place(row), wording.pay(row), wording.kind(row), wording.age(row, now))
    yield " · ".join(fact for fact in facts if fact)
    yield row["url"]
    yield from ("", f"Seen on {wording.plural(len(row['listings']), 'listing')}:")
    yield from (f"  {_listing(one)}" for one in row["listings"])
    if row["signals"]:
        yield from ("", "Signs to weigh, no verdict:")
        yield from (f"  {wording.clean(one['words'])}" for one in row["signals"])
    yield from ("", "History:")
    for event in row["history"]:
        yield from (f"  {line}" for line in _happened(event, row))


def _listing(one: Row) -> str:
    name = f"{one['source']}/{one['board']}/{one['native_id']}"
    seen = f"{_day(one['first_seen_at'])} to {_day(one['closed_at'] or one['last_seen_at'])}"
    return f"{name}, {seen}{' (closed)' if one['closed_at'] else ''}"


def _happened(event: Row, row: Row) -> Iterator[str]:
    """One line an event, and one for each of its changes."""
    from alerts import changes, wording

    told = changes.lines(event.get("changes", {}), row)
    words = KINDS.get(event["kind"]) or str(event["kind"])
    parts = [f"{words} {event['listing']}" if event.get("listing") else words]
    parts += [wording.clean(event["reason"])] if event.get("reason") else []
    parts += ["on the board's first crawl"] if event.get("is_baseline") else []
    yield f"{_day(event['at'])}  {': '.join(parts)}" + (f": {told[0]}" if len(told) == 1 else "")
    if len(told) > 1:
        yield from (f"             {line}" for line in told)


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"
