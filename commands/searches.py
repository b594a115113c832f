"""Commands for saved searches: save, try, change, explain."""

import sys
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import typer
from sqlalchemy import Connection

import database as db
import search
from alerts import saving, unread
from alerts import searches as people
from alerts.backtest import DAYS, Backtest, backtest
from alerts.profiles import facts_of
from alerts.tuning import told
from alerts.written import query_of
from commands import completion
from commands.common import (
    Config,
    DatabaseUrl,
    FailureError,
    Format,
    FormatOption,
    MisuseError,
    load_settings,
    note,
    open_database,
    waiting,
    write_rows,
)
from commands.eligible import ByWhom, facts_in

searches = typer.Typer(no_args_is_help=True, help="Saved searches.")

Who = Annotated[str, typer.Option("--subscriber", help="A subscriber's name, number, e-mail address or chat id.")]
Whose = Annotated[str, typer.Option("--subscriber", help="Whose, where several people have one of that name.")]
Which = Annotated[
    str,
    typer.Argument(metavar="SEARCH", help="Its id or name, as in `searches list`.", autocompletion=completion.searches),
]
Channels = Annotated[
    list[str] | None, typer.Option("--channel", help="Where it goes, once or more; none: where their others go.")
]
Cadence = Literal["instant", "daily", "weekly"]  # what a person may choose
Weekday = Annotated[str, typer.Option(help="For weekly: mon … sun.")]
TimeOfDay = Annotated[str, typer.Option("--time", help="For daily and weekly: HH:MM in their time zone.")]
Quiet = Annotated[str, typer.Option(help="Hours in which nothing is sent at once: 22:00-07:00.")]
TimeZone = Annotated[str, typer.Option(help="Its own time zone; none: their owner's.")]
HOW_EVENTS = "Later events to tell too: changed (or changed:salary …), closed, reopened; -opened: nothing new."
Events = Annotated[str, typer.Option(help=HOW_EVENTS)]
Always = Annotated[bool, typer.Option("--always", help="Send its digest though nothing happened.")]
COLUMNS = (
    "public_id", "subscriber", "name", "query", "channels", "cadence", "events", "created_at", "paused_at", "trouble",
)  # fmt: skip
NARROW_COLUMNS = ("public_id", "subscriber", "name", "channels", "cadence", "trouble")
TEST_COLUMNS = ("query", "days", "total", "a_week", "weeks", "warning")
TEST_SECONDS, TEST = 60.0, "rolewire searches test"
Row = dict[str, Any]


@searches.command("add")
def add(
    query: Annotated[
        str, typer.Argument(help="What to look for, in the query language; `daily` or `weekly` may stand before it.")
    ],
    subscriber: Who,
    name: Annotated[str, typer.Option(help="A short name; none: the query itself.")] = "",
    channel: Channels = None,
    cadence: Annotated[Cadence | None, typer.Option(help="instant, or one digest a day or week.")] = None,
    weekday: Weekday = "mon",
    time: TimeOfDay = "08:00",
    quiet: Quiet = "",
    timezone: TimeZone = "",
    events: Events = "",
    always: Always = False,
    yes: Annotated[bool, typer.Option("--yes", help="Save it even if it finds nothing, or a flood.")] = False,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Save a search for a subscriber; says what it would have sent in the last 30 days, and how many match now.

    Examples: rolewire searches add 'role:ai-engineer remote:EU (agents OR rag)' --subscriber Ada
    · rolewire searches add 'weekly skill:all(rag, pytorch) country:DACH' --subscriber Ada --channel email
    """
    settings = load_settings(config, database)
    now, engine = datetime.now(UTC), open_database(settings, must_exist=False)
    with db.read(engine) as connection:
        owner = people.find_subscriber(connection, subscriber)
        facts = facts_of(connection, owner["id"])
    wish = saving.read_wish(query, facts)
    tested = _test(engine, wish.query, now)
    _confirm(tested, yes)
    row = saving.save(
        engine, lambda _connection: int(owner["id"]), wish, now, name=name, channels=channel or [], cadence=cadence,
        weekday=weekday, time_of_day=time, quiet=quiet, own_zone=timezone, events=_events(events),
        is_always=always,
    )  # fmt: skip
    with db.read(engine) as connection:
        count = db.count_postings(connection, wish.query & search.parse("is:open"), now)
    where = " and ".join(row["channels"])
    note(f"saved as {row['public_id']}: {row['name']!r} for {owner['name']}, {row['cadence']} on {where}")
    note(f"`rolewire searches edit {row['public_id']} --channel …` sends it elsewhere")
    note(f"{count} open postings match now; they are told once, in one message of at most 20")
    _note(tested)


def _confirm(tested: Backtest | None, is_agreed: bool) -> None:
    """On a terminal, ask before a search is saved that finds nothing, or a flood."""
    if tested is None or is_agreed or not sys.stdin.isatty() or (tested.total and not tested.is_flood):
        return
    _note(tested)
    if not typer.confirm("save it all the same?", err=True):
        raise MisuseError("nothing is saved")


def _note(tested: Backtest | None) -> None:
    for line in ["what it would have sent took too long to count"] if tested is None else told(tested, TEST):
        note(line)


def _test(engine: Any, query: search.Query, now: datetime, days: int = DAYS) -> Backtest | None:
    """None where it takes too long."""
    try:
        with waiting("counting what it would have sent"):
            return backtest(lambda: db.bounded_read(engine, TEST_SECONDS), query, now, days)
    except db.TooSlowError:
        return None


def _events(text: str) -> list[str]:
    return [event.strip() for event in text.split(",") if event.strip()]


@searches.command("test")
def try_(
    query: Annotated[str, typer.Argument(help="A query.")],
    days: Annotated[int, typer.Option(help="Of so many days until now.", min=1, max=365)] = DAYS,
    subscriber: ByWhom = "",
    form: FormatOption = None,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """What a search would have sent in the last 30 days, by week, with the newest of it; it saves nothing.

    Where that is nothing, it says which condition keeps all out; where it is a flood, what would be less.

    Example: rolewire searches test 'role:ai-engineer country:DACH salary>=90k currency:EUR'
    """
    settings = load_settings(config, database)
    engine = open_database(settings)
    wish = saving.read_wish(query, facts_in(lambda: engine, query, subscriber))
    tested = _test(engine, wish.query, datetime.now(UTC), days)
    if tested is None:
        raise FailureError(f"counting took longer than {TEST_SECONDS:.0f} s: narrow the search, or count fewer --days")
    if form is None and sys.stdout.isatty():
        for line in [str(wish.query), *told(tested, TEST)]:
            typer.echo(line)
        return
    write_rows([tested.as_json()], TEST_COLUMNS, form or Format.JSONL)


@searches.command("list")
def list_(
    subscriber: Annotated[str, typer.Option("--subscriber", help="Only this person's.")] = "",
    form: FormatOption = None,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """List saved searches.

    Example: rolewire searches list --subscriber Ada
    """
    engine = open_database(load_settings(config, database, logs=False))
    with db.read(engine) as connection:
        owner = people.find_subscriber(connection, subscriber)["id"] if subscriber else None
        names = {row["id"]: row["name"] for row in people.list_subscribers(connection)}
        held = people.list_searches(connection, owner)
    rows = [{name: row[name] for name in row if name != "facts"}
            | {"subscriber": names[row["subscriber_id"]], "trouble": unread.trouble(row)}
            for row in held]  # fmt: skip
    write_rows(rows, COLUMNS, form, narrow=NARROW_COLUMNS)


@searches.command("show")
def show(
    which: Which,
    subscriber: Whose = "",
    form: FormatOption = None,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Show a saved search: how it is read, as JSON too, and how many open postings match it.

    Example: rolewire searches show xKzBq3Fh --format json
    """
    engine = open_database(load_settings(config, database))
    with db.read(engine) as connection:
        row = find_search(connection, which, subscriber)
        query = query_of(row)
        count = db.count_postings(connection, query & search.parse("is:open"), datetime.now(UTC))
    del row["facts"]  # shown by `rolewire profile show`
    shown = row | {"canonical": str(query), "open_now": count, "parsed": search.to_json(query)}
    write_rows([shown], ("public_id", "name", "canonical", "open_now", *COLUMNS[4:]), form)


@searches.command("edit")
def edit(
    which: Which,
    query: Annotated[str | None, typer.Option(help="What it shall look for.")] = None,
    name: Annotated[str | None, typer.Option(help="What it shall be called.")] = None,
    channel: Channels = None,
    cadence: Annotated[Cadence | None, typer.Option(help="instant, daily or weekly.")] = None,
    weekday: Annotated[str | None, typer.Option(help="For weekly: mon … sun.")] = None,
    time: Annotated[str | None, typer.Option("--time", help="For daily and weekly: HH:MM in their time zone.")] = None,
    quiet: Annotated[str | None, typer.Option(help="Hours in which nothing is sent at once; empty: none.")] = None,
    timezone: Annotated[str | None, typer.Option(help="Its own time zone; empty: their owner's.")] = None,
    events: Annotated[str | None, typer.Option(help=HOW_EVENTS)] = None,
    always: Annotated[bool | None, typer.Option("--always/--not-always", help="Though nothing happened.")] = None,
    subscriber: Whose = "",
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Change a saved search. What a new query finds open, and was not told yet, is told once.

    Example: rolewire searches edit xKzBq3Fh --query 'role:ai-engineer remote:EU -seniority:intern'
    """
    engine, now = open_database(load_settings(config, database)), datetime.now(UTC)
    given = {
        "query": query, "name": name, "channels": channel, "cadence": cadence, "weekday": weekday, "time_of_day": time,
        "quiet": quiet, "zone": timezone, "events": None if events is None else _events(events), "is_always": always,
    }  # fmt: skip
    changes = {key: value for key, value in given.items() if value is not None}
    if not changes:
        raise MisuseError("say what to change, such as --query, --name or --cadence; --help lists them")
    with db.read(engine) as connection:
        row = find_search(connection, which, subscriber)
    changed = saving.change(engine, row, now, **changes)
    note(f"changed {changed['public_id']}: {changed['name']!r}, {changed['query']}, {changed['cadence']}")
    if changed["query"] != row["query"]:
        _note(_test(engine, query_of(changed), now))


@searches.command("pause")
def pause(which: Which, subscriber: Whose = "", config: Config = None, database: DatabaseUrl = None) -> None:
    """Send nothing of a search until it is resumed; what it had waiting is not sent.

    Example: rolewire searches pause xKzBq3Fh
    """
    engine = open_database(load_settings(config, database))
    with db.transaction(engine) as connection:
        row = find_search(connection, which, subscriber)
        people.pause_search(connection, row["id"], datetime.now(UTC))
    note(f"paused {row['name']!r}; `rolewire searches resume {row['public_id']}` goes on")


@searches.command("resume")
def resume(which: Which, subscriber: Whose = "", config: Config = None, database: DatabaseUrl = None) -> None:
    """Go on with a paused search; what opened meanwhile and is still open is told in one message.

    Example: rolewire searches resume xKzBq3Fh
    """
    engine = open_database(load_settings(config, database))
    with db.transaction(engine) as connection:
        row = find_search(connection, which, subscriber)
        if row["paused_at"] is not None:
            people.resume_search(connection, row["id"])
    note(f"resumed {row['name']!r}" if row["paused_at"] is not None else f"{row['name']!r} is not paused")


@searches.command("remove")
def remove(which: Which, subscriber: Whose = "", config: Config = None, database: DatabaseUrl = None) -> None:
    """Remove a saved search; what it had waiting is not sent.

    Example: rolewire searches remove xKzBq3Fh
    """
    engine = open_database(load_settings(config, database), must_exist=False)
    with db.transaction(engine) as connection:
        row = find_search(connection, which, subscriber)
        people.remove_search(connection, row["id"], datetime.now(UTC))
    note(f"removed {row['name']!r}")


def find_search(connection: Connection, which: str, subscriber: str) -> Row:
    """The search of an id or name; of this person, if one is named. Raises SubscriberError."""
    owner = people.find_subscriber(connection, subscriber)["id"] if subscriber else None
    return people.find_search(connection, which, owner)
