"""The command that tells of the market: trends, pay, skills, how long openings live."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

import database as db
import search as search_room
from commands.common import (
    Config,
    DatabaseUrl,
    FormatOption,
    MisuseError,
    load_settings,
    note,
    open_database,
    write_rows,
)
from database import market


def stats(
    what: Annotated[str, typer.Argument(help=f"One of {', '.join(market.STATS)}.")] = "now",
    query: Annotated[str, typer.Argument(help="Of which postings; all of them without a query.")] = "",
    by: Annotated[
        str, typer.Option(help=f"By {', '.join(market.DIMENSIONS)}; pay by two of them with a comma.")
    ] = "role",
    days: Annotated[int, typer.Option(help="How far back.")] = 91,
    currency: Annotated[str, typer.Option(help="Of pay, as in EUR.")] = "USD",
    period: Annotated[str, typer.Option(help=f"Of pay: {', '.join(market.PER_YEAR)}.")] = "year",
    skills: Annotated[str, typer.Option(help="Those you have, with commas.")] = "",
    form: FormatOption = None,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Tell of the market, each figure with the number of postings behind it: what is open, trends, pay, skills.

    Trends rest on the boards that were watched all the while, so that a new source is no rise.

    Examples: rolewire stats openings --by country · rolewire stats pay 'role:ml-engineer country:DE' --by seniority
    --currency EUR · rolewire stats missing role:ai-engineer --skills python,sql
    """
    settings = load_settings(config, database, logs=False)
    asked = market.Asked(
        search_room.parse(query) if query.strip() else None,
        by, days, currency.upper(), period, market.skills_named(skills), for_all=False,
    )  # fmt: skip
    engine = open_database(settings)
    try:
        with db.read(engine) as connection:
            found = market.figures(connection, what, asked, datetime.now(UTC))
    except market.MarketError as error:
        raise MisuseError(str(error)) from None
    write_rows(found.rows, found.columns, form, title=market.ABOUT[what])
    note(told(found.basis))


def told(basis: dict[str, Any]) -> str:
    """What the figures rest on, in a line."""
    parts = [f"{basis['postings']:,} postings"]
    if "boards" in basis:
        parts[0] += f" on {basis['boards']:,} of {basis['boards_all']:,} boards: those watched since "
        parts[0] += f"{basis['from']:%Y-%m-%d}"
    if "currency" in basis:
        parts.append(f"{basis['currency']} a {basis['period']}, rates of {basis['rates_of']}")
        parts += [f"{basis['without_a_rate']:,} left out for want of a rate"] if basis["without_a_rate"] else []
    if "covered" in basis:
        parts.append(f"your skills cover {basis['covered']:,} of them")
    return "; ".join(parts) + (f". {basis['note']}" if "note" in basis else "")
