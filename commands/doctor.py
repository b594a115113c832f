"""The command that looks for what is wrong, and says how to mend it."""

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from commands.common import Config, DatabaseUrl, FailureError, FormatOption, load_settings, note, waiting, write_rows
from settings import SettingsError

if TYPE_CHECKING:
    from doctor.finding import Finding

COLUMNS = ("state", "what", "where", "cure")
NARROW = ("state", "what", "cure")
Offline = Annotated[bool, typer.Option("--offline", help="Ask nobody but this machine.")]


def doctor(
    offline: Offline = False, form: FormatOption = None, config: Config = None, database: DatabaseUrl = None
) -> None:
    """Look for every misconfiguration, and say where it is and the cure. Exits 1 if something breaks the main job.

    It asks Telegram, the mail server, DNS, the web page and the configuration's own boards, all side by side.

    Examples: rolewire doctor · rolewire doctor --offline --format json
    """
    import doctor as examining  # only here: the checks bring Telegram, Scrapy and the database
    from alerts.wording import plural

    try:
        settings = load_settings(config, database)
    except SettingsError as error:
        found = [_unread(line) for line in str(error).splitlines()]
    else:
        with waiting("looking this machine over" if offline else "asking whom the configuration names"):
            found = examining.examine(settings, examining.OFFLINE + (() if offline else examining.ONLINE))
    rows = [{"state": str(one.state), "what": one.what, "where": one.where, "cure": one.cure} for one in found]
    write_rows(rows, COLUMNS, form, narrow=NARROW)
    counts = Counter(row["state"] for row in rows)
    if problems_found := counts["problem"]:
        raise FailureError(f"{plural(problems_found, 'problem')} found, {plural(counts['warning'], 'warning')}")
    note(f"no problem found, {plural(counts['warning'], 'warning')}")


def _unread(line: str) -> "Finding":
    """Of a configuration that cannot be used: what it says of the place and of the cure."""
    from doctor.finding import problem

    place, (what, _, cure) = line.partition(": ")[0], line.partition("; ")
    return problem(what, place, cure or f"correct it in {place}; `rolewire init --force` begins anew")
