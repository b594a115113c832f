"""The configuration's own boards, asked: a misspelt token is named with the one that is meant."""

import difflib
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy import select

import database as db
import packs
from doctor.finding import Finding, ok, problem, warning
from finding import FindingError, Prospect, ask
from models import Board, Verdict
from settings import BoardRow, Settings, pack_rows

MOST_ASKED = 25
NAMED = 5


def check_boards(settings: Settings) -> Iterator[Finding]:
    """Boards that were never read well are asked; what is known of the others stands in the database."""
    known = _known(settings)
    unproven = [row for row in _askable(settings) if not known.get(row.name, ("", False))[1]]
    tokens = _tokens(settings)
    yield from _gone(settings, known, tokens, {row.name for row in unproven})
    try:
        for row, prospect in _ask(settings, unproven[:MOST_ASKED]):
            yield from _judged(row, prospect, tokens)
    except FindingError as error:
        yield warning(f"boards could not be asked: {error}", "boards", "try again, or leave them out with --offline")
    if len(unproven) > MOST_ASKED:
        yield ok(f"{len(unproven) - MOST_ASKED} more boards were not asked; `rolewire crawl` reads them")


check_boards.limit = 60.0  # type: ignore[attr-defined]  # it asks many others


def _askable(settings: Settings) -> list[BoardRow]:
    from spiders import SPIDERS

    rows = [row for row in settings.boards if row.origin == "config" and not row.rendered and row.source in SPIDERS]
    return [row for row in rows if not SPIDERS[row.source].needs_key or row.source in settings.keys]


def _known(settings: Settings) -> dict[str, tuple[str, bool]]:
    """Each crawled board: (its last verdict, whether it was ever read well)."""
    if not db.exists(settings.database.url):
        return {}
    try:
        engine = db.open_engine(settings.database.url)
    except db.DatabaseError:
        return {}
    try:
        current, newest = db.schema_revision(engine)
        if current != newest:
            return {}
        board = db.table_of(Board).c
        wanted = select(board.source, board.board, board.last_verdict, board.last_ok_at)
        with db.read(engine) as connection:
            rows = connection.execute(wanted.where(board.state == "active", board.last_verdict != "")).all()
    finally:
        engine.dispose()
    return {f"{row.source}/{row.board}": (row.last_verdict, row.last_ok_at is not None) for row in rows}


def _tokens(settings: Settings) -> dict[str, set[str]]:
    """Every token that packs and configuration name, by source."""
    found: dict[str, set[str]] = {}
    rows = [row for name in packs.names() for row in pack_rows(name, Path())]
    for row in [*rows, *settings.boards]:
        found.setdefault(row.source, set()).add(row.board)
    return found


def _ask(settings: Settings, rows: list[BoardRow]) -> Iterator[tuple[BoardRow, Prospect | None]]:
    if rows:
        findings = ask(settings, [row.name for row in rows], rows)
        yield from zip(rows, (one.best for one in findings), strict=True)


def _judged(row: BoardRow, prospect: Prospect | None, tokens: dict[str, set[str]]) -> Iterator[Finding]:
    verdict, reason = (prospect.verdict, prospect.reason) if prospect else ("", "it was not read")
    if prospect and prospect.is_good():
        yield ok(f"{row.name}: {prospect.count} postings", row.place)
    elif verdict in (Verdict.GONE, Verdict.EMPTY):
        yield _unknown(row.name, row.place, verdict, reason, tokens)
    else:
        near = meant(row.board, tokens.get(row.source, ()))
        cure = f"did you mean {near!r}? Else " * bool(near) + "try again; `rolewire boards check` shows how it goes on"
        yield warning(f"{row.name} cannot be read: {verdict or 'no answer'}: {reason}", row.place, cure)


def _unknown(name: str, place: str, verdict: str, reason: str, tokens: dict[str, set[str]]) -> Finding:
    source, _, token = name.partition("/")
    near = meant(token, tokens.get(source, ()))
    if verdict == Verdict.EMPTY:
        cure = f"did you mean {near!r}?" if near else "nothing to do where it has no openings now"
        return warning(f"{name} lists nothing", place, cure)
    if near:
        return problem(f"{source} knows no board {token!r}; did you mean {near!r}?", place, f'write board = "{near}"')
    cure = f"`rolewire boards repair {name}` looks for its new home; `rolewire boards add URL` finds it by its page"
    return problem(f"{source} knows no board {token!r}: {reason}", place, cure)


def meant(token: str, known: Iterable[str]) -> str:
    """The token that is most like a misspelt one; empty where none is near."""
    folded = {one.casefold(): one for one in known if one != token}
    near = difflib.get_close_matches(token.casefold(), list(folded), n=1, cutoff=0.75)
    return folded[near[0]] if near else ""


def _gone(
    settings: Settings, known: dict[str, tuple[str, bool]], tokens: dict[str, set[str]], asked: set[str]
) -> Iterator[Finding]:
    """Watched boards that their vendor does not know any more, by their last crawls."""
    places = {row.name: row.place for row in settings.boards}
    gone = [name for name, (verdict, _) in known.items() if verdict == Verdict.GONE and name not in asked]
    for name in gone[:NAMED]:
        found = _unknown(name, places.get(name, "boards"), Verdict.GONE, "it was there once", tokens)
        yield warning(found.what, found.where, found.cure)
    if len(gone) > NAMED:
        cure = "`rolewire boards repair` finds their new homes"
        yield warning(f"{len(gone) - NAMED} more boards are gone", "boards", cure)
