"""Commands that crawl, run and look after the service."""

import asyncio
import gc
import signal
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from sqlalchemy import Engine

import boards
import spiders
from alerts.notices import note_board_trouble, note_changed_pages, note_strange_sources
from commands import completion
from commands.common import (
    Config,
    DatabaseUrl,
    FailureError,
    FormatOption,
    MisuseError,
    load_settings,
    note,
    open_database,
    write_rows,
)
from database import read, sqlite_warning, transaction
from locks import LEADER, Lock, holder
from models import Verdict
from settings import Settings

LOOK_SECONDS = 0.5  # between two looks at what the daemon has crawled
WELL = (Verdict.OK, Verdict.PARTIAL)


def crawl(
    board: Annotated[
        list[str] | None,
        typer.Argument(help="Boards as source/board; none: all that are due.", autocompletion=completion.boards),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="All boards, due or not.")] = False,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Crawl what is due once, store it, and say how each board ended. A daemon that runs is asked to do it.

    Exits 0 once every board has a verdict, failing ones included.

    Examples: rolewire crawl · rolewire crawl ashby/cohere · rolewire crawl --force
    """
    settings = load_settings(config, database)
    settings.log.file = ""  # that is the daemon's
    check_sources(settings)
    engine = open_database(settings, must_exist=False)
    with Lock(engine, LEADER, "crawl") as lock:
        if not lock.acquire():
            _ask_daemon(settings, engine, board or [], force)
            return
        board_ids = _wanted(engine, settings, board or [], force)
        if not board_ids:
            note("nothing is due; --force crawls all boards, or name some as source/board")
            return
        try:
            asyncio.run(_crawl(settings, engine, board_ids))
        finally:
            _note_trouble(engine)


def _ask_daemon(settings: Settings, engine: Engine, names: list[str], force: bool) -> None:
    """Have the daemon crawl these boards next, and wait until each has its verdict."""
    who = holder(engine, LEADER) or ""
    if not who.startswith("run"):
        raise FailureError(f"another crawl is under way ({who}): wait until it is done")
    board_ids = _wanted(engine, settings, names, force)
    asked_at = datetime.now(UTC)
    with transaction(engine) as connection:
        waiting = boards.make_due(connection, board_ids)
    if held := len(board_ids) - len(waiting):
        note(f"{held} of these boards are paused: `rolewire boards resume` has them crawled again")
    if not waiting:
        note("nothing is due; --force crawls all boards, or name some as source/board")
        return
    note(f"the daemon that runs crawls {len(waiting)} of them next; Ctrl-C leaves it to it")
    ended: list[dict[str, Any]] = []
    with _progress() as progress:
        bar = progress.add_task("crawling", total=len(waiting))
        while waiting:
            with read(engine) as connection:
                rows = boards.crawled_since(connection, waiting, asked_at)
            ended += rows
            waiting = waiting - {row["id"] for row in rows}
            progress.update(bar, completed=len(ended))
            _say(rows)
            time.sleep(LOOK_SECONDS if waiting else 0)
    counts = Counter(row["verdict"] for row in ended)
    note(f"{len(ended)} boards crawled ({', '.join(f'{count} {name}' for name, count in counts.most_common())})")


def _say(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        if row["verdict"] not in WELL:
            note(f"{row['name']}: {row['verdict']}: {row['reason']}")


def _progress() -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal)


def _note_trouble(engine: Engine) -> None:
    """Note what the operator is to be told of boards and sources."""
    from pipeline.ingest import sources

    now = datetime.now(UTC)
    with read(engine) as connection:
        fallen, silent = sources.fallen(connection), sources.silent(connection)
    with transaction(engine) as connection:
        note_board_trouble(connection, now)
        note_strange_sources(connection, fallen, silent, now)
        note_changed_pages(connection, now)


def check_sources(settings: Settings) -> None:
    """Refuse boards whose source has no spider. Raises MisuseError."""
    known = spiders.names()
    for row in settings.boards:
        if row.source not in known:
            told = f"{row.source!r} is no source; there are {', '.join(known)}"
            raise MisuseError(f"{settings.path}: {row.place}.source: {told}")


def _wanted(engine: Engine, settings: Settings, names: list[str], force: bool) -> list[int]:
    with transaction(engine) as connection:
        boards.follow(connection, settings)
    with read(engine) as connection:
        if names:
            return boards.named(connection, names)
        return boards.active(connection) if force else boards.due(connection, datetime.now(UTC), 1_000_000)


async def _crawl(settings: Settings, engine: Engine, board_ids: list[int]) -> None:
    from crawling import Crawling, Worker, WorkerDied

    crawling = Crawling(Worker(settings), engine)
    ended: list[dict[str, Any]] = []
    try:
        with _progress() as progress:
            bar = progress.add_task("crawling", total=len(board_ids))
            async for row in crawling.crawl(board_ids):
                ended.append(row)
                progress.update(bar, advance=1, description=row["name"][:40])
                _say([row])
    except WorkerDied as error:
        raise FailureError(str(error)) from None
    finally:
        await crawling.stop()
    note(summary(ended))


def summary(crawls: list[dict[str, Any]]) -> str:
    """One line on what a round of crawls brought."""
    verdicts = {verdict: sum(row["verdict"] == verdict for row in crawls) for verdict in Verdict}
    told = ", ".join(f"{count} {verdict}" for verdict, count in verdicts.items() if count)
    kinds = ("opened", "changed", "closed", "reopened")
    changed = ", ".join(f"{sum(row[kind] for row in crawls)} {kind}" for kind in kinds)
    return f"{len(crawls)} boards crawled ({told}): {sum(row['found'] for row in crawls)} postings, {changed}"


def retag(
    everything: Annotated[bool, typer.Option("--all", help="All postings, whatever rules tagged them.")] = False,
    form: FormatOption = None,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Tag the stored postings anew after a rule change, and tell what changed; nobody is alerted by it.

    It can be stopped and begun again: it goes on with what older rules tagged.

    Examples: rolewire retag · rolewire retag --all --format csv > changes.csv
    """
    from pipeline.ingest import retag as work

    settings = load_settings(config, database)
    engine = open_database(settings)
    batches, fields = [], Counter[str]()
    with _progress() as progress:
        bar = progress.add_task("tagging anew", total=work.count_stale(engine, everything))
        for batch in work.retag(engine, settings.pipeline.keep, everything):
            batches.append(batch)
            fields += batch.fields
            progress.update(bar, advance=batch.count)
    changes = (change for batch in batches for change in batch.changes)
    write_rows(changes, ("id", "title", "field", "before", "after"), form)
    told = ", ".join(f"{name} {count}" for name, count in fields.most_common()) or "nothing changed"
    note(f"{sum(batch.count for batch in batches)} postings tagged anew: {told}")


def run(config: Config = None, database: DatabaseUrl = None) -> None:
    """Run the daemon: crawl what is due, match, deliver, serve the bot and the web page. Ends on SIGTERM or Ctrl-C.

    A second one on the same database stands by.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until the daemon takes it over
    gc.set_threshold(100_000, 20, 20)  # cycles of whoever goes on for weeks are looked for sooner
    while _serve(config, database):
        note("the answers are written: beginning anew with them")


def _serve(config: Path | None, database: str | None) -> bool:
    """Run one daemon; whether another is to begin, with what the page /setup wrote."""
    from alerts import channels
    from scheduler import Daemon

    settings = load_settings(config, database)
    _log_into_its_file(settings)
    check_sources(settings)
    channels.configured(settings)  # a channel without credentials must fail now, not at the first alert
    if warning := sqlite_warning() if settings.database.url.startswith("sqlite") else "":
        note(f"warning: {warning}")
    engine = open_database(settings, must_exist=False)
    daemon = Daemon(settings, engine)
    asyncio.run(daemon.run())
    engine.dispose()
    if daemon.trouble:
        raise FailureError(daemon.trouble)
    return daemon.is_set_up


def _log_into_its_file(settings: Settings) -> None:
    """Log where the configuration says, with the crawl worker's file beside it. Raises MisuseError."""
    if not settings.log.file:
        return
    from logs import configure

    file = settings.beside(settings.log.file).resolve()
    settings.log.file = str(file)
    try:
        configure(settings.log, file)
    except OSError as error:
        raise MisuseError(f"log.file: {file} cannot be written: {error.strerror}") from None
    note(f"the log is {file}")
