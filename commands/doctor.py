"""The command that looks for what is wrong, and says how to mend it."""

from collections import Counter
from typing import Annotated

import typer

from commands.common import Config, DatabaseUrl, FailureError, FormatOption, load_settings, note, waiting, write_rows
from settings import SettingsError

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
        problems = str(error).splitlines()
        found = [examining.Finding(examining.State.PROBLEM, line, "configuration", line) for line in problems]
    else:
        with waiting("looking this machine over" if offline else "asking whom the configuration names"):
            found = examining.examine(settings, examining.OFFLINE + (() if offline else examining.ONLINE))
    rows = [{"state": str(one.state), "what": one.what, "where": one.where, "cure": one.cure} for one in found]
    write_rows(rows, COLUMNS, form, narrow=NARROW)
    counts = Counter(row["state"] for row in rows)
    if problems_found := counts["problem"]:
        raise FailureError(f"{plural(problems_found, 'problem')} found, {plural(counts['warning'], 'warning')}")
    note(f"no problem found, {plural(counts['warning'], 'warning')}")
