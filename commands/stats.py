"""The command that tells of the market: trends, pay, skills, how long openings live."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

import database as db
from alerts.profiles import profile_of
from alerts.subscribers import find_subscriber
from commands.common import (
    Config,
    DatabaseUrl,
    FormatOption,
    MisuseError,
    load_settings,
    note,
    open_database,
    waiting,
    write_rows,
)
from commands.eligible import read_query
from database import market
from search.nodes import Query, Tagged


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
    who: Annotated[
        str, typer.Option("--as", help="A subscriber: skills and roles of their profile; `eligible:` goes by it too.")
    ] = "",
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
        read_query(settings, query, who),
        by, days, currency.upper(), period, market.skills_named(skills), for_all=False,
    )  # fmt: skip
    engine = open_database(settings)
    try:
        with waiting("counting"), db.read(engine) as connection:
            asked = _as_person(connection, who, asked) if who else asked
            found = market.figures(connection, what, asked, datetime.now(UTC))
    except market.MarketError as error:
        raise MisuseError(str(error)) from None
    write_rows(found.rows, found.columns, form, title=market.ABOUT[what])
    note(told(found.basis))


def _as_person(connection: Connection, who: str, asked: market.Asked) -> market.Asked:
    """With the skills of a person's profile, and where nothing else was asked about, the roles in it."""
    profile = profile_of(connection, find_subscriber(connection, who)["id"])
    if profile is None:
        raise MisuseError(f"{who} has given no profile; name skills with --skills")
    query = asked.query or (Query(Tagged("role", profile.roles)) if profile.roles else None)
    return replace(asked, query=query, skills=asked.skills or tuple(profile.skills))


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
