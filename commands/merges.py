"""Commands about what is held to be one opening: which listings were merged, why, and apart again."""

from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.common import (
    Config,
    DatabaseUrl,
    Format,
    FormatOption,
    MisuseError,
    load_settings,
    note,
    open_database,
    write_rows,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from database import Named
    from pipeline.ingest.why import Why

merges = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
COLUMNS = ("at", "title", "company", "listing", "reason", "posting", "was")
NARROW_COLUMNS = ("title", "listing", "reason")
NAMES = ("listing", "posting", "was", "apart_from")  # what the next command asks for
Name = Annotated[str, typer.Argument(help="A posting's id, a listing as source/board/id, or the address of an ad.")]


@merges.callback()
def _group() -> None:
    """Openings that are listed in several places: what was merged and why, and how to undo it."""


@merges.command("list")
def merges_list(
    limit: Annotated[int, typer.Option(help="How many at most.", min=1, max=100_000)] = 50,
    doubtful: Annotated[bool, typer.Option("--doubtful", help="Those that today's rules would not make.")] = False,
    form: FormatOption = None,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Listings that joined a posting, the newest first, and why; `was` is the id of the posting that they came with.

    Examples: rolewire merges list · rolewire merges list --limit 500 --format csv · rolewire merges list --doubtful
    """
    import database as db

    settings = load_settings(config, database)
    engine = open_database(settings)
    if doubtful:
        _list_doubtful(engine, settings.pipeline.keep, limit, form)
        return
    with db.read(engine) as connection:
        rows = db.merges(connection, limit)
    write_rows(rows, COLUMNS, form, narrow=NARROW_COLUMNS, whole=NAMES)


def _list_doubtful(engine: "Engine", keep: str, limit: int, form: Format | None) -> None:
    from pipeline.ingest import doubts

    rows = list(islice(doubts.doubtful(engine, keep), limit))
    write_rows(rows, ("at", "title", "company", "listing", "reason", "apart_from"), form,
               narrow=("listing", "reason"), whole=NAMES)  # fmt: skip
    note(f"{len(rows)} of the open listings that joined by likeness are like none of their posting's others by today's "
         "rules; `rolewire merges undo LISTING` takes one out for good")  # fmt: skip


@merges.command("why")
def merges_why(
    one: Name,
    other: Name,
    form: FormatOption = None,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Say why two are one opening, or which layer said that they are not.

    Examples: rolewire merges why abc234def567 lever/acme/77 · rolewire merges why abc234 uvw234 --format json
    """
    import database as db
    from pipeline.ingest import why

    settings = load_settings(config, database)
    with db.read(open_database(settings)) as connection:
        told = why.explain(connection, _pick(connection, one, other), settings.pipeline.keep)
    if form in (None, Format.TABLE):
        typer.echo(told.sentence)
    else:
        write_rows([_row(one, other, told)], ("is_one", "layer", "sentence"), form)


def _row(one: str, other: str, found: "Why") -> dict[str, Any]:
    return {"one": one, "other": other, "is_one": found.is_one, "layer": found.layer, "reasons": list(found.reasons),
            "sentence": found.sentence}  # fmt: skip


@merges.command("find")
def merges_find(form: FormatOption = None, config: Config = None, database: DatabaseUrl = None) -> None:
    """Compare what stands already, as after an upgrade, and merge what is one opening; nobody is alerted by it.

    What comes new is compared as it comes. It can be stopped and begun again, and runs beside the daemon.

    Example: rolewire merges find
    """
    from pipeline.ingest import standing

    settings = load_settings(config, database)
    engine = open_database(settings)
    batches = list(standing.find(engine, settings.pipeline.keep, datetime.now(UTC)))
    merged = [row for batch in batches for row in batch.merged]
    write_rows(merged, ("posting", "title", "was", "reason"), form, whole=NAMES)
    note(f"{sum(batch.count for batch in batches)} open listings compared: {len(merged)} postings merged")


@merges.command("undo")
def merges_undo(
    one: Name,
    other: Annotated[str, typer.Argument(help="What it shall be told apart from, where that is not clear.")] = "",
    form: FormatOption = None,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Take a listing out of its posting for good: the two are never joined again, and nobody is alerted by it.

    What came as a posting of its own goes as one, under the id that it had. Where two are named, those two are told
    apart, and what is alike one of them alone stays with that one.

    Examples: rolewire merges undo lever/acme/77 · rolewire merges undo abc234def567 uvw234xyz567
    """
    import database as db
    from pipeline.ingest import merging

    settings = load_settings(config, database)
    engine = open_database(settings)
    with db.transaction(engine) as connection:
        names = [one, other] if other else [one]
        listing = _leaver(connection, [found(connection, name) for name in names], names)
        try:
            named = {one.listing_id for name in names for one in found(connection, name)} if other else set()
            keys = merging.split(connection, listing, settings.pipeline.keep, datetime.now(UTC), named - {listing})
        except merging.NothingToUndoError as error:
            raise MisuseError(str(error)) from None
        stays, goes = db.posting_json(connection, list(keys))
    write_rows([{"posting": goes["id"], "title": goes["title"], "apart_from": stays["id"]}],
               ("posting", "title", "apart_from"), form, whole=NAMES)  # fmt: skip
    note(f"{goes['title']!r} stands as {goes['id']} and is never joined with {stays['id']} again; nobody is alerted")


@merges.command("join")
def merges_join(
    one: Name, other: Name, form: FormatOption = None, config: Config = None, database: DatabaseUrl = None
) -> None:
    """Say that two postings are one opening, whatever was said before; `merges undo` takes it back. Nobody is alerted.

    Example: rolewire merges join abc234def567 lever/acme/77
    """
    import database as db
    from pipeline.ingest import merging

    engine = open_database(load_settings(config, database))
    with db.transaction(engine) as connection:
        mine, theirs = (found(connection, name)[0].posting_id for name in (one, other))
        if mine == theirs:
            raise MisuseError(f"{one} and {other} are one opening already; `rolewire merges why` says why")
        kept = merging.join(connection, mine, theirs, datetime.now(UTC))
        [shown] = db.posting_json(connection, [kept])
    write_rows([{"posting": shown["id"], "title": shown["title"], "listings": len(shown["listings"])}],
               ("posting", "title", "listings"), form, whole=NAMES)  # fmt: skip
    note(f"{shown['title']!r} stands as {shown['id']} with all their listings; nobody is alerted")


def found(connection: "Connection", name: str) -> "list[Named]":
    """The listings that a name means. Raises MisuseError."""
    import database as db
    from alerts.naming import read_name

    what = read_name(name)
    if named := db.named(connection, what.page or what.words, what.canonical):
        return named
    raise MisuseError(
        f"there is no posting or listing {name!r}; `rolewire merges list` and `rolewire search` name them"
    )


def _pick(connection: "Connection", one: str, other: str) -> tuple[int, int]:
    """The listing of each that is meant: two of one posting where there are."""
    mine, theirs = found(connection, one), found(connection, other)
    pairs = [(a, b) for a in mine for b in theirs if a.listing_id != b.listing_id]
    if not pairs:
        raise MisuseError(f"{one} and {other} name the same listing")
    best = min(pairs, key=lambda pair: pair[0].posting_id != pair[1].posting_id)
    return best[0].listing_id, best[1].listing_id


def _leaver(connection: "Connection", named: "list[list[Named]]", names: list[str]) -> int:
    """The listing that leaves: of two the one that can, the later one first."""
    from pipeline.ingest import merging

    if len(named) == 2:
        postings = [{one.posting_id for one in found} for found in named]
        if not postings[0] & postings[1]:
            raise MisuseError(f"{names[0]} and {names[1]} are not merged; `rolewire merges why` says why")
    others = {one.listing_id for one in named[-1]} if len(named) == 2 else set()
    candidates = sorted({one.listing_id for found in named for one in found}, reverse=True)
    for key in candidates:
        try:
            _, _, going = merging.leaving(connection, key)
        except merging.NothingToUndoError:
            continue
        if len(named) == 1 or not ({one.listing_id for one in named[0]} | others) <= set(going):
            return key
    return candidates[0]
