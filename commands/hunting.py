"""Commands that look for boards: new ones among addresses, or in what boards list, and the new home of one gone."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Connection, select

import boards as boards_room
import database as db
from commands.boards import boards, look_into, preview_row, watch
from commands.common import (
    Config,
    DatabaseUrl,
    FormatOption,
    MisuseError,
    counted,
    load_settings,
    note,
    open_database,
    write_rows,
)
from finding import Finding, Prospect
from models import Listing, SourceKind, Verdict
from settings import Settings

COLUMNS = ("name", "company", "count", "ai", "titles", "asked")
REPAIR_COLUMNS = ("old", "name", "company", "count", "shared", "titles")
WORDS = {"hn": "hackernews", "yc": "yc", "getro": "getro"}
AT_ONCE = 40  # addresses that one search looks into
ADDRESS = re.compile(r"https?://[^\s,;\"'<>]+|\b[\w-]+/[\w.-]+\b")
LIKENESS = 3  # titles that both list, for a board to be the same


@boards.command("discover")
def boards_discover(
    origin: Annotated[str, typer.Argument(help="A file of addresses, or hn, yc, getro: what those boards list.")],
    least: Annotated[int, typer.Option(help="AI roles that a board must have.")] = 1,
    yes: Annotated[bool, typer.Option("--yes", help="Watch all that were found.")] = False,
    form: FormatOption = None,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Propose employers with AI roles that are not watched yet.

    A file holds an address a line, or anywhere in its lines. The others read what is stored of Hacker News, YC, Getro.

    Examples: rolewire boards discover employers.txt · rolewire boards discover hn --least 3 --yes
    """
    settings = load_settings(config, database)
    with db.read(open_database(settings, must_exist=False)) as connection:
        watched = {f"{row['source']}/{row['board']}".casefold() for row in boards_room.overview(connection)}
        asked = list(_asked(connection, origin))
    fresh = [one for one in asked if one.casefold() not in watched]
    found = [
        one for start in range(0, len(fresh), AT_ONCE) for one in look_into(settings, fresh[start : start + AT_ONCE])
    ]
    wanted = _wanted(found, watched, least)
    write_rows([preview_row(one) for one in wanted], COLUMNS, form)
    note(f"{len(asked)} addresses, {len(wanted)} boards with AI roles that are not watched yet")
    if yes:
        watch(settings, [one.prospects[0] for one in wanted])


def _wanted(found: Iterable[Finding], watched: set[str], least: int) -> list[Finding]:
    """Each board once, those with most AI roles first."""
    by_name = {
        one.best.name.casefold(): one for one in found if one.best and one.best.is_good() and one.best.ai >= least
    }
    fresh = [one for name, one in by_name.items() if name not in watched]
    return sorted(fresh, key=lambda one: -(one.best.ai if one.best else 0))


def _asked(connection: Connection, origin: str) -> Iterator[str]:
    """The addresses to look into, each once."""
    if origin in WORDS:
        yield from dict.fromkeys(_listed(connection, WORDS[origin]))
        return
    try:
        text = Path(origin).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MisuseError(f"{origin}: cannot be read: {error}; name a file of addresses, or hn, yc, getro") from None
    yield from dict.fromkeys(ADDRESS.findall(text))


def _listed(connection: Connection, source: str) -> Iterator[str]:
    """The boards that the postings of a source lead to."""
    from spiders import SPIDERS, recognise

    listing = db.table_of(Listing).c
    for row in connection.execute(select(listing.url, listing.apply_url).where(listing.source == source)):
        for address in filter(None, row):
            found = recognise(address)
            if found and found.board and found.source in SPIDERS and found.source != source:
                yield address if found.options else f"{found.source}/{found.board}"


@boards.command("repair")
def boards_repair(
    names: Annotated[
        list[str] | None, typer.Argument(help="Boards as source/board; none: those that are gone.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Watch the new home instead of the old one.")] = False,
    form: FormatOption = None,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Look for the new home of boards that are gone: by what their last answer says, and by their names elsewhere.

    A board is proposed where it names the same employer, or lists postings of the same titles.

    Examples: rolewire boards repair · rolewire boards repair greenhouse/acme --yes
    """
    settings = load_settings(config, database)
    engine = open_database(settings)
    with db.read(engine) as connection:
        ids = set(boards_room.named(connection, names or []))
        broken = [row for row in boards_room.overview(connection) if row["id"] in ids or (not names and _is_gone(row))]
        titles = {row["id"]: _titles(connection, row["id"]) for row in broken}
    looked = counted(broken, len(broken), "boards")
    homes = [(row, home) for row in looked if (home := _home(settings, row, titles[row["id"]]))]
    write_rows([_repair_row(row, home, titles[row["id"]]) for row, home in homes], REPAIR_COLUMNS, form)
    note(f"{len(broken)} boards are gone, of {len(homes)} a new home was found")
    for row, home in homes if yes else ():
        watch(settings, [home], row["company"])
        with db.transaction(engine) as connection:
            if boards_room.take_out(connection, row["id"]) != boards_room.BY_HAND:
                boards_room.hold(connection, [row["id"]])


def _is_gone(row: dict[str, Any]) -> bool:
    is_silent = row["last_verdict"] in (Verdict.GONE, Verdict.EMPTY) and row["failures"] > 0
    return row["state"] == "active" and is_silent


def _titles(connection: Connection, board_id: int) -> set[str]:
    listing = db.table_of(Listing).c
    return set(connection.execute(select(listing.title).where(listing.board_id == board_id)).scalars())


def _home(settings: Settings, row: dict[str, Any], titles: set[str]) -> Prospect | None:
    """The board that speaks for the same employer, the one that shares most titles first."""
    from pipeline.job.employer import company_key
    from spiders import SPIDERS
    from spiders.base.moves import moves

    systems = [name for name, spider in SPIDERS.items() if spider.kind is SourceKind.ATS and not spider.needs_url]
    said = f"{row['url']} {row['last_reason']}"
    places = moves(row["source"], row["board"], row["company"], said, systems)
    good = [one.best for one in look_into(settings, places) if one.best and one.best.is_good()]
    key = company_key(row["company"])
    same = [one for one in good if _is_same(one, titles, bool(key) and company_key(one.company) == key)]
    return max(same, key=lambda one: (len(titles & set(one.titles)), one.count), default=None)


def _is_same(home: Prospect, titles: set[str], is_namesake: bool) -> bool:
    """Whether a board is of the same employer: it says so itself, or it lists the same postings."""
    shared = len(titles & set(home.titles))
    says_so = home.company != home.board  # else it is called by its token, for it names no employer
    return shared >= LIKENESS or (is_namesake and (says_so or shared > 0))


def _repair_row(row: dict[str, Any], home: Prospect, titles: set[str]) -> dict[str, Any]:
    shared = len(titles & set(home.titles))
    return {"old": f"{row['source']}/{row['board']}", "name": home.name, "company": home.company, "count": home.count,
            "shared": shared, "titles": home.titles}  # fmt: skip
