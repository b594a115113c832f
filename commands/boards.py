"""Commands about boards: which are watched, how they are, and new ones by their address."""

import sys
from collections.abc import Iterable
from typing import Annotated, Any

import typer

import boards as boards_room
import database as db
from commands import completion, editing
from commands.common import (
    Config,
    DatabaseUrl,
    FailureError,
    FormatOption,
    load_settings,
    note,
    open_database,
    waiting,
    write_rows,
)
from finding import Finding, FindingError, Prospect, ask
from pipeline.fullness import described
from settings import Settings

CHECK_COLUMNS = ("name", "state", "verdict", "failures", "last_ok_at", "open", "found", "usual", "fields", "why")
NARROW_CHECK = ("name", "verdict", "last_ok_at", "found", "usual", "fields", "why")
NARROW_MANY = tuple(name for name in NARROW_CHECK if name != "fields")
NARROW_COLUMNS = ("name", "state", "verdict", "open", "reason")
COLUMNS = ("name", "company", "origin", "state", "verdict", "open", "last_crawl_at", "due_at", "reason")
PREVIEW_COLUMNS = ("asked", "name", "company", "verdict", "count", "ai", "titles", "reason")
NARROW_PREVIEW = ("name", "company", "count", "ai", "titles")
Boards = Annotated[
    list[str], typer.Argument(help="Boards as source/board, or by the employer.", autocompletion=completion.boards)
]
boards = typer.Typer(no_args_is_help=True, help="Boards: which are watched, how they are, and new ones.")


@boards.command("list")
def boards_list(form: FormatOption = None, config: Config = None, database: DatabaseUrl = None) -> None:
    """List every board with its last verdict and what is open on it.

    Example: rolewire boards list --format csv > boards.csv
    """
    settings = load_settings(config, database, logs=False)
    held: list[dict[str, Any]] = []
    if db.exists(settings.database.url):
        with db.read(open_database(settings)) as connection:
            held = boards_room.overview(connection)
    rows = [_board(row) for row in [*held, *boards_room.not_met(settings.boards, held)]]
    write_rows(rows, COLUMNS, form, narrow=NARROW_COLUMNS)


def _board(row: dict[str, Any]) -> dict[str, Any]:
    verdict = row["last_verdict"] or "not crawled yet"
    shown = {name: value for name, value in row.items() if name not in ("id", "health")}
    reason = "the configuration names it no more" if row["state"] == "paused" else row["last_reason"]
    state = "active" if row["state"] == "active" else "paused"
    return {"name": f"{row['source']}/{row['board']}", **shown, "state": state, "verdict": verdict, "reason": reason}


@boards.command("check")
def boards_check(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Boards as source/board; none: those in trouble.", autocompletion=completion.boards),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All boards, well or not.")] = False,
    form: FormatOption = None,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Say how boards are: verdict, last good crawl, counts, how full the fields of their postings are, and why.

    `fields` shows the share of postings that had a field in the last crawl that read any, in brackets what is usual.

    Examples: rolewire boards check · rolewire boards check ashby/acme --format json
    """
    settings = load_settings(config, database)
    with db.read(open_database(settings)) as connection:
        wanted = set(boards_room.named(connection, names or []))
        rows = boards_room.overview(connection)
    shown = [
        _checked(row) for row in rows if row["id"] in wanted or (not names and (everything or _is_in_trouble(row)))
    ]
    write_rows(shown, CHECK_COLUMNS, form, narrow=NARROW_CHECK if names else NARROW_MANY)
    if not shown:
        note("all boards are well; --all shows them")


def _is_in_trouble(row: dict[str, Any]) -> bool:
    return row["state"] == "active" and bool(row["failures"] or row["alarm"])


def _checked(row: dict[str, Any]) -> dict[str, Any]:
    why = "; ".join(part for part in (row["last_reason"], row["alarm"]) if part)
    return {**_board(row), "fields": described(row["health"]), "why": why}


@boards.command("add")
def boards_add(
    urls: Annotated[list[str], typer.Argument(help="An employer's name, home page or careers page, or a posting.")],
    yes: Annotated[bool, typer.Option("--yes", help="Add what was found without asking.")] = False,
    company: Annotated[str, typer.Option(help="The employer's name, where it is told wrongly.")] = "",
    form: FormatOption = None,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Find the board behind an employer's name or an address, show what is on it, and watch it.

    A name is looked for in the packs, then at the systems that most employers have. A page is looked through for the
    system that its jobs come from, then the pages that it links to. Nothing is stored before you say so.

    Examples: rolewire boards add https://acme.example/careers · rolewire boards add acme.example 'Acme Labs' --yes
    """
    settings = load_settings(config, database)
    findings = look_into(settings, urls)
    write_rows([preview_row(one) for one in findings], PREVIEW_COLUMNS, form, narrow=NARROW_PREVIEW)
    good = {one.best.name: one.best for one in findings if one.best and one.best.is_good()}
    known = _watched(settings) & set(good)
    for name in sorted(known):
        note(f"{name}: is watched already")
    wanted = [one for name, one in good.items() if name not in known and (yes or _is_wanted(one))]
    if wanted:
        watch(settings, wanted, company)
    if problems := [one for one in findings if not (one.best and one.best.is_good())]:
        raise FailureError("\n".join(f"{one.asked}: {_why(one)}" for one in problems))
    if not (wanted or known or sys.stdin.isatty()):
        raise FailureError("nothing was added: say --yes")


def _watched(settings: Settings) -> set[str]:
    """The boards that are crawled already, or will be by what the configuration says."""
    states: dict[str, str] = {}
    if db.exists(settings.database.url):
        with db.read(open_database(settings)) as connection:
            states = {f"{row['source']}/{row['board']}": row["state"] for row in boards_room.overview(connection)}
    named = {row.name for row in settings.boards}
    return {name for name in {*states, *named} if states.get(name, "active") == "active"}


def look_into(settings: Settings, urls: Iterable[str]) -> list[Finding]:
    """What stands behind these addresses. Raises FailureError."""
    try:
        with waiting("looking behind the addresses"):
            return ask(settings, list(urls))
    except FindingError as error:
        raise FailureError(str(error)) from None


def preview_row(finding: Finding) -> dict[str, Any]:
    """What was found behind an address, as a row."""
    best = finding.best
    if best is None:
        return {"asked": finding.asked, "verdict": "nothing found", "reason": finding.problem}
    names = ("name", "source", "board", "company", "url", "options", "verdict", "count", "read", "ai", "titles")
    others = [one.name for one in finding.prospects[1:]]
    return {"asked": finding.asked, **{name: getattr(best, name) for name in names}, "reason": _why(finding),
            "others": others}  # fmt: skip


def _why(finding: Finding) -> str:
    best = finding.best
    return (best.reason if best else "") or finding.problem


def _is_wanted(prospect: Prospect) -> bool:
    """Ask whether to add a board; nobody who could answer means no."""
    return sys.stdin.isatty() and typer.confirm(f"Add {prospect.name} ({prospect.company})?", default=True, err=True)


def watch(settings: Settings, prospects: Iterable[Prospect], company: str = "") -> None:
    """Have these boards crawled from now on."""
    with db.transaction(open_database(settings, must_exist=False)) as connection:
        boards_room.follow(connection, settings)
        for one in prospects:
            is_new = boards_room.add(connection, one.row(company))
            note(f"{one.name}: {'added; it is crawled next' if is_new else 'is watched already'}")


@boards.command("pause")
def boards_pause(names: Boards, config: Config = None, database: DatabaseUrl = None) -> None:
    """Crawl boards no more until they are resumed; what is open on them stays as it is.

    Examples: rolewire boards pause ashby/acme · rolewire boards pause Acme
    """
    settings = load_settings(config, database)
    with db.transaction(open_database(settings)) as connection:
        boards_room.follow(connection, settings)
        found = boards_room.found(connection, names)
        boards_room.hold(connection, list(found.values()))
    note(f"{', '.join(found)}: paused, until `rolewire boards resume`")


@boards.command("resume")
def boards_resume(names: Boards, config: Config = None, database: DatabaseUrl = None) -> None:
    """Crawl boards again that were paused.

    Example: rolewire boards resume ashby/acme
    """
    settings = load_settings(config, database)
    with db.transaction(open_database(settings)) as connection:
        found = boards_room.found(connection, names)
        boards_room.resume(connection, list(found.values()))
    note(f"{', '.join(found)}: watched again, and crawled next")


@boards.command("believe")
def boards_believe(names: Boards, config: Config = None, database: DatabaseUrl = None) -> None:
    """Take it for meant that the ads of boards say something no more, as pay or places, and crawl them next.

    What was said before stands until then, or until three crawls over a day say the same; `boards check` tells of it.

    Example: rolewire boards believe ashby/acme
    """
    settings = load_settings(config, database)
    with db.transaction(open_database(settings)) as connection:
        found = boards_room.found(connection, names)
        boards_room.believe(connection, list(found.values()))
    note(f"{', '.join(found)}: believed; what it says now stands from the next crawl on")


@boards.command("remove")
def boards_remove(names: Boards, config: Config = None, database: DatabaseUrl = None) -> None:
    """Stop watching boards; their postings stay as they are.

    One of a pack is written into the configuration's `leave_out`; one of the configuration's own rows is paused.

    Example: rolewire boards remove ashby/acme
    """
    settings = load_settings(config, database)
    with db.transaction(open_database(settings)) as connection:
        boards_room.follow(connection, settings)
        found = boards_room.found(connection, names)
        origins = {name: boards_room.take_out(connection, board_id) for name, board_id in found.items()}
        own = [name for name, origin in origins.items() if origin == "config"]
        boards_room.hold(connection, [found[name] for name in own])
    packed = [name for name, origin in origins.items() if origin.startswith("pack ")]
    for name, origin in origins.items():
        if origin == "config":
            note(f"{name}: paused, for it stands in the configuration")
        elif name not in packed:
            note(f"{name}: watched no more; what it listed stays")
    if packed:
        _leave_out(settings, packed)


def _leave_out(settings: Settings, names: list[str]) -> None:
    def change(document: editing.Document) -> None:
        for name in names:
            editing.put(document, "leave_out", name)

    changed = editing.edit(settings.path, change)
    with db.transaction(open_database(settings)) as connection:
        boards_room.follow(connection, changed)
    note(f"{', '.join(names)}: left out of its pack, in {changed.path}")
