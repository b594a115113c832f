"""The command that shows a digest, or whatever would go out, before it goes."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

import database as db
from alerts.cadence import DIGESTS, next_digest, zone
from alerts.searches import find_subscriber, list_searches
from alerts.wording import plural
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

COLUMNS = ("to", "subject", "postings", "text")
digests = typer.Typer(no_args_is_help=True, help="Digests, before they go.")


@digests.callback()
def _group() -> None:
    """Digests, before they go."""


@digests.command("preview")
def digest_preview(
    who: Annotated[str, typer.Argument(help="A subscriber's name, number or address.")],
    at: Annotated[
        str, typer.Option(help="YYYY-MM-DD or YYYY-MM-DDTHH:MM, in their time zone; none: their next digest.")
    ] = "",
    form: FormatOption = None,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Show what would go out to a person at a time, of what is known now. Nothing is sent and nothing changes.

    Examples: rolewire digest preview Ada · rolewire digest preview Ada --at 2026-12-07T08:00 --format json
    """
    from alerts.preview import preview

    settings = load_settings(config, database)
    engine = open_database(settings)
    with db.read(engine) as connection:
        owner = find_subscriber(connection, who)
        searches = list_searches(connection, owner["id"])
    moment = _moment(at, owner["timezone"]) if at else _next(searches, owner["timezone"])
    found = preview(engine, settings, owner["id"], moment)
    there = f"{moment.astimezone(zone(owner['timezone'])):%A %Y-%m-%d %H:%M} ({owner['timezone']})"
    note(f"what {owner['name']} would get until {there}: {plural(len(found), 'message')}")
    if form is None:
        typer.echo(f"\n{'=' * 80}\n".join(f"To: {one.to}\nSubject: {one.subject}\n\n{one.text}" for one in found))
        return
    rows = [{"to": one.to, "subject": one.subject, "postings": list(one.items), "text": one.text} for one in found]
    write_rows(rows, COLUMNS, form)


def _moment(written: str, timezone: str) -> datetime:
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        raise MisuseError(f"--at {written!r} is no time; write it as 2026-12-07 or 2026-12-07T08:00") from None
    return found if found.tzinfo else found.replace(tzinfo=zone(timezone))


def _next(searches: list[dict[str, Any]], timezone: str) -> datetime:
    """When the next digest of these is due; now, where they have none."""
    now = datetime.now(UTC)
    kept = [row for row in searches if row["cadence"] in DIGESTS and row["paused_at"] is None]
    times = ("weekday", "time_of_day", "cadence", "zone")
    return min((next_digest(now, timezone, *(row[name] for name in times))[0] for row in kept), default=now)
