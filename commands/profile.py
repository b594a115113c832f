"""Commands for a person's profile: what they look for and where they may work, given by them and deleted with them."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Engine

import database as db
import search
from alerts import saving
from alerts import searches as people
from alerts.backtest import Backtest, backtest
from alerts.profiles import Profile, forget_profile, profile_of, save_profile
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
from commands.cv import read_cv
from search.facts import FactError
from search.profile import proposed, said

profile = typer.Typer(no_args_is_help=True, help="What a person looks for and where they may work, if they say so.")

Who = Annotated[str, typer.Option("--subscriber", help="A subscriber's name, number or address.")]
Words = Annotated[str | None, typer.Option(show_default=False)]
SECONDS = 20.0  # for all that is counted of proposals


def _option(hint: str, *names: str) -> Any:
    return typer.Option(*names, help=hint + " Empty: takes it back.", show_default=False)


@profile.command("set")
def set_(
    subscriber: Who,
    role: Annotated[str | None, _option("Roles: ai-engineer,ml-engineer.")] = None,
    skill: Annotated[str | None, _option("Skills: pytorch,rag.")] = None,
    level: Annotated[str | None, _option("Levels: senior,staff.")] = None,
    place: Annotated[str | None, _option("Cities, countries, remote:EU.")] = None,
    pay: Annotated[str | None, _option("At least, a year: 120k EUR.")] = None,
    lives: Annotated[str | None, _option("Where you live: DE, US-CA.")] = None,
    city: Annotated[str | None, _option("The city, where you do not move.")] = None,
    may_work: Annotated[str | None, _option("Countries and groups where you need no visa: EU,CH.")] = None,
    sponsorship: Annotated[str | None, _option("yes: you want a visa elsewhere; no.")] = None,
    relocation: Annotated[str | None, _option("Whether you would move: yes, no.")] = None,
    time_zones: Annotated[str | None, _option("Hours you can work in: 'CET ± 3', UTC-5..UTC+1.")] = None,
    clearance: Annotated[str | None, _option("Clearances that you have: none, secret, ts-sci, sc …")] = None,
    citizen: Annotated[str | None, _option("Citizenships: DE.")] = None,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Say something of a person; what is not named stays. `eligible:` in their searches goes by it.

    Example: rolewire profile set --subscriber Ada --skill pytorch,rag --lives DE --may-work EU --sponsorship no
    """
    given = {
        "role": role, "skill": skill, "level": level, "place": place, "pay": pay, "lives": lives, "city": city,
        "may-work": may_work, "sponsorship": sponsorship, "relocation": relocation, "time-zones": time_zones,
        "clearance": clearance, "citizen": citizen,
    }  # fmt: skip
    if not any(words is not None for words in given.values()):
        raise MisuseError("say what to set, such as --skill or --lives; --help lists them")
    engine = open_database(load_settings(config, database))
    with db.transaction(engine) as connection:
        owner = people.find_subscriber(connection, subscriber)
        held = profile_of(connection, owner["id"]) or Profile()
        try:
            for name, words in given.items():
                held = held if words is None else said(held, name, words)
        except FactError as error:
            raise MisuseError(str(error)) from None
        _tell(owner["name"], save_profile(connection, owner["id"], held, datetime.now(UTC)))
    _note(held)


@profile.command("show")
def show(subscriber: Who, form: FormatOption = None, config: Config = None, database: DatabaseUrl = None) -> None:
    """Show what a person has given; nothing where that is nothing.

    Example: rolewire profile show --subscriber Ada
    """
    with db.read(open_database(load_settings(config, database))) as connection:
        held = profile_of(connection, people.find_subscriber(connection, subscriber)["id"])
    rows = [{"name": name, "said": words} for name, words in (held.lines if held else ())]
    write_rows(rows, ("name", "said"), form)


@profile.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A JSON Resume file, or a CV as PDF or text. It is not kept.")],
    subscriber: Who,
    yes: Annotated[bool, typer.Option("--yes", help="Keep what was found without asking.")] = False,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Read roles, skills, level and places off a CV, show them, and keep them if you agree. The file is not kept.

    Example: rolewire profile import resume.json --subscriber Ada
    """
    engine = open_database(load_settings(config, database))
    with db.read(engine) as connection:
        owner = people.find_subscriber(connection, subscriber)
        held = profile_of(connection, owner["id"]) or Profile()
    found = read_cv(file, held)
    _note(found)
    if found == held:
        raise MisuseError(f"nothing that a profile holds was found in {file.name}")
    if not yes and not (sys.stdin.isatty() and typer.confirm("keep this?", err=True)):
        raise MisuseError("nothing is kept; --yes keeps it without asking")
    with db.transaction(engine) as connection:
        _tell(owner["name"], save_profile(connection, owner["id"], found, datetime.now(UTC)))


@profile.command("propose")
def propose(
    subscriber: Who,
    take: Annotated[int, typer.Option(help="Save this proposal, counted from 1.", min=0)] = 0,
    form: FormatOption = None,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Propose searches that follow from a profile, with what each would have sent; saves none without --take.

    Example: rolewire profile propose --subscriber Ada --take 2
    """
    engine, now = open_database(load_settings(config, database)), datetime.now(UTC)
    with db.read(engine) as connection:
        owner = people.find_subscriber(connection, subscriber)
        held = profile_of(connection, owner["id"]) or Profile()
    texts = proposed(held)
    if not texts or take > len(texts):
        raise MisuseError(f"there are {len(texts)} proposals; a profile with a role or skills gives some")
    rows = [{"number": number, **_row(engine, text, held, now, SECONDS / len(texts))}
            for number, text in enumerate(texts, 1)]  # fmt: skip
    write_rows(rows, ("number", "query", "total", "a_week", "warning"), form)
    if take:
        wish = saving.read_wish(texts[take - 1], held.facts)
        row = saving.save(engine, lambda _connection: int(owner["id"]), wish, now)
        note(f"saved as {row['public_id']}: {row['query']}, {row['cadence']} on {' and '.join(row['channels'])}")


def _row(engine: Engine, text: str, held: Profile, now: datetime, seconds: float) -> dict[str, Any]:
    query = search.parse(text, held.facts)
    try:
        with waiting("counting what it would have sent"):
            tested: Backtest = backtest(lambda: db.bounded_read(engine, seconds), query, now)
    except db.TooSlowError:
        return {"query": text, "total": None, "a_week": None, "warning": "too slow to count"}
    shown = tested.as_json()
    return {"query": text, **{name: shown[name] for name in ("total", "a_week", "warning")}}


@profile.command("forget")
def forget(subscriber: Who, config: Config = None, database: DatabaseUrl = None) -> None:
    """Delete a profile. Searches of theirs that ask for eligible: are paused.

    Example: rolewire profile forget --subscriber Ada
    """
    with db.transaction(open_database(load_settings(config, database))) as connection:
        owner = people.find_subscriber(connection, subscriber)
        _tell(owner["name"], forget_profile(connection, owner["id"], datetime.now(UTC)))


def _tell(name: str, paused: list[str]) -> None:
    note(f"the profile of {name} is as said")
    if paused:
        note(f"paused, since they ask for eligible: and there is nothing to go by: {', '.join(paused)}")


def _note(held: Profile) -> None:
    for name, words in held.lines:
        note(f"{name}: {words}")
