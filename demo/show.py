"""How the demo looks: its progress on standard error, its results on standard output."""

import shlex
import shutil
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from alerts import wording
from demo.folder import Folder
from demo.found import Happening, Match, Merge
from demo.mailserver import Arrived
from demo.people import Person

SIGNS = {"opened": ("+", "green"), "changed": ("~", "yellow"), "closed": ("−", "red"), "reopened": ("↺", "cyan")}
MARKS = {"ok": ("✓", "green"), "error": ("✗", "red")}
NO_BROWSER = "no browser was found"
WITHOUT = "left out: it is read in a browser, and none was found here. `python -m playwright install chromium` gets one"
SERVE = ("demo --serve", "the same again, and the web page stays up")


def opening() -> RenderableType:
    """The first lines."""
    said = Text.assemble(
        ("Three weeks of rolewire in a minute.", "bold"),
        " Sample boards, a mail server and a Telegram Bot API run on this machine, and nothing leaves it. Spiders, "
        "tagging, matching, bot and delivery are the real ones.",
    )
    return Panel(said, title="rolewire demo", title_align="left", border_style="cyan", padding=(0, 1))


def heading(week: int, day: datetime, words: str) -> RenderableType:
    """A week's heading."""
    return Text.assemble(f"\nWeek {week}", (f"  {day:%A} {day.day} {day:%B}  ", "dim"), words, style="bold")


def crawl_line(row: dict[str, Any]) -> RenderableType:
    """One board's end: `row` is what the worker says of it."""
    mark, style = MARKS.get(row["verdict"], ("!", "yellow"))
    if NO_BROWSER in row["reason"]:
        mark, style = "·", "dim"
    table = Table.grid(padding=(0, 1))
    table.add_column(width=3, justify="right", style=style)
    table.add_column(width=22)
    table.add_column(style="dim" if row["verdict"] == "ok" or style == "dim" else "yellow")
    table.add_row(mark, row["name"], _counts(row))
    return table


def _counts(row: dict[str, Any]) -> str:
    if NO_BROWSER in row["reason"]:
        return WITHOUT
    if row["is_not_modified"]:
        return "unchanged since the last visit (304)"
    if row["verdict"] != "ok":
        return f"{row['verdict']}: {row['reason']}"
    kinds = [f"{row[kind]} {kind}" for kind in ("opened", "changed", "closed", "reopened") if row[kind]]
    skipped = [f"{row['skipped']} unreadable, skipped"] if row["skipped"] else []
    return " · ".join([f"{row['found']:>2} listed", *kinds, *skipped])


def happening_lines(happenings: Iterable[Happening], merges: Iterable[Merge]) -> RenderableType:
    """What happened to postings: new, changed, closed, reopened, found on another board."""
    table = Table.grid(padding=(0, 1))
    table.add_column(width=16, justify="left")
    table.add_column()
    for one in happenings:
        sign, style = SIGNS[one.kind]
        what = changed_fields(one.changes) if one.kind == "changed" else ""
        said = Text.assemble(one.title, (f"  {one.company}", "dim"), (f"  {what}", style))
        table.add_row(Text(f"      {sign} {one.kind}", style), said)
    for merge in merges:
        said = Text.assemble(merge.title, (f"\n{' and '.join(merge.boards)}: {merge.reason}", "dim"))
        table.add_row(Text("      = merged", "magenta"), said)
    return table


def changed_fields(changes: dict[str, Any]) -> str:
    """The names of what changed, for people."""
    names = {"description": "text", "salary_min": "pay", "salary_max": "pay", "salary_currency": "pay",
             "salary_period": "pay", "employment_type": "employment", "remote_scope": "remote scope"}  # fmt: skip
    return ", ".join(dict.fromkeys(names.get(name, name) for name in changes))


def person_lines(people: Iterable[Person]) -> RenderableType:
    """Who looks for what."""
    table = Table.grid(padding=(0, 1))
    table.add_column(width=10)
    table.add_column()
    for person in people:
        for number, wish in enumerate(person.wishes):
            name = Text("" if number else f"    {person.name}", "bold")
            later = f", and what becomes {', '.join(wish.events)}" if wish.events else ""
            said = Text.assemble((wish.name, "bold"), (f"  {person.how}{later}", "dim"), "\n", (wish.query, "cyan"))
            table.add_row(name, said)
    return table


def sent_line(chats: int, mails: int) -> RenderableType:
    """What went out on a visit."""
    counts = [(chats, "Telegram message"), (mails, "e-mail")]
    said = " and ".join(wording.plural(count, name) for count, name in counts if count)
    return Text.assemble("  ", ("→", "green"), " sent: ", (said or "nothing, for there is nothing to tell", "bold"))


def refusal(error: Exception) -> RenderableType:
    """Why the demo does not begin."""
    return Text.assemble(("rolewire demo: ", "red"), str(error))


def note(words: str, style: str = "dim") -> RenderableType:
    """A remark under a step."""
    return Padding(Text(words, style), (0, 0, 0, 4))


# --- results -------------------------------------------------------------------------------------------------------


def match_tables(matches: Sequence[Match], people: Sequence[Person], weeks: Sequence[datetime]) -> RenderableType:
    """Each match of each person: when, what, and why."""
    how = {person.name: person.how for person in people}
    shown: list[RenderableType] = [Text("\nWho was told what, and why", style="bold")]
    for name, found in groupby(matches, key=lambda match: match.person):
        table = Table(box=box.SIMPLE_HEAD, expand=True, show_edge=False, padding=(0, 1), header_style="dim")
        table.add_column("week", justify="right", style="dim", width=4)
        table.add_column(Text.assemble((name, "bold not dim"), f"  {how.get(name, '')}"), ratio=11)
        table.add_column("because", ratio=9)
        own = list(found)
        has_several = len({match.search for match in own}) > 1
        for _, one in groupby(own, key=lambda match: match.delivery_id):
            table.add_row(*_match_row(list(one), weeks, has_several))
        shown += [Text(), table]
    return Group(*shown)


def _match_row(rows: list[Match], weeks: Sequence[datetime], is_named: bool) -> tuple[str, Text, Text]:
    first = rows[0]
    sign, style = SIGNS[first.kind]
    kind = "" if first.kind == "opened" else first.kind
    kind += f" ({changed_fields(first.changes)})" if first.kind == "changed" else ""
    state = "" if first.state == "sent" else first.state
    posting = Text.assemble((sign, style), " ", first.posting["title"], "\n", (f"{kind}  " if kind else "", style))
    posting.append(" · ".join(facts(first.posting)), "dim").append(f"  {state}" if state else "", "red")
    week = sum(first.at >= start for start in weeks)
    return str(week), posting, Text("\n").join(_why(row, is_named) for row in rows)


def _why(row: Match, is_named: bool) -> Text:
    return Text.assemble((f"{row.search}  " * is_named, "bold"), wording.because(row.clauses))


def facts(posting: dict[str, Any]) -> list[str]:
    """Employer, place and pay of a posting, what is known of them."""
    return [part for part in (posting["company"], where(posting), pay(posting)) if part]


def where(posting: dict[str, Any]) -> str:
    """Two cities at most and whether the job is remote."""
    names = list(dict.fromkeys(place["city"] or place["country"] for place in posting["locations"]))
    shown = " / ".join(names[:2]) + (f" +{len(names) - 2}" if len(names) > 2 else "")
    scope = posting["remote_scope"] if posting["workplace"] == "remote" else None
    if scope:
        return f"remote in {scope}"
    return ", ".join(part for part in (shown, posting["workplace"]) if part)


def pay(posting: dict[str, Any]) -> str:
    """The pay as messages have it; empty where none is known."""
    return wording.pay({"salary": {part: posting[f"salary_{part}"] for part in ("min", "max", "currency", "period")}})


def folder_line(folder: Folder) -> Text:
    """Where to look; print it without wrapping, so that the path can be copied."""
    return Text.assemble(("\nWhere to look\n", "bold"), ("\n  in ", "dim"), (_short(folder.path), "cyan"))


def files(folder: Folder, arrived: Sequence[Arrived], people: Sequence[Person]) -> RenderableType:
    """What lies in the folder: each e-mail with its reader and subject, the chat, the database."""
    names = {person.address: person.name for person in people}
    table = Table.grid(padding=(0, 2))
    for number, mail in enumerate(arrived, 1):
        subject = f"to {names[mail.recipients[0]]}: {mail.message['Subject']}"
        table.add_row(Text(f"  {folder.emails.name}/{number:04d}.html", "cyan"), Text(subject))
    for path, what in ((folder.chat, "Ada's chat with the bot"), (folder.database, "the database")):
        table.add_row(Text(f"  {path.name}", "cyan"), Text(what))
    return table


def commands(folder: Folder, address: str) -> Text:
    """How to go on; `address` is the web page's, where it stays up. Print it without wrapping."""
    command = _command()
    asked = f'{command} search "role:ai-engineer rag" --config {_short(folder.config)}'
    page = (address, "the web page; Ctrl-C ends it") if address else (f"{command} {SERVE[0]}", SERVE[1])
    own = (f"{command} init", "your own: what you look for, whose boards, and where you are told")
    rows = [page, (asked, "ask the demo's database"), own]
    said = Text.assemble(("\nHow to go on\n", "bold"))
    for typed, words in rows:
        said.append(f"\n  {typed}", "cyan").append(f"\n      {words}", "dim")
    return said.append("\n")


def _command() -> str:
    """rolewire as one would type it from here: by its name where the shell finds it."""
    return "rolewire" if shutil.which("rolewire") else _short(Path(sys.executable).parent / "rolewire")


def _short(path: Path) -> str:
    """The path as one would type it from here."""
    here = Path.cwd()
    return shlex.quote(str(path.relative_to(here) if path.is_relative_to(here) else path))


def screen(is_result: bool) -> Console:
    """The console of results (standard output) or of progress (standard error)."""
    return Console(stderr=not is_result, highlight=False, markup=False, emoji=False)  # titles hold [ and :
