"""Commands that tell how the service is: status, doctor."""

import importlib.metadata
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from sqlalchemy import Connection, Engine, func, select

import boards
import database as db
from commands.common import Config, DatabaseUrl, FailureError, FormatOption, load_settings, open_database, write_rows
from locks import LEADER, holder
from models import Address, Delivery, DeliveryState, PendingMatch, Posting
from search import rates
from settings import Settings, SettingsError

NO_DAEMON = "no daemon runs on this database: nothing is crawled or sent by itself"
RATES_LAST_DAYS = 730  # a currency moves by some ten percent in two years


REQUEST_COLUMNS = ("host", "days", "requests", "unchanged", "refused", "failed", "robots", "size")
REQUEST_DAYS = 7


def status(
    requests: Annotated[bool, typer.Option("--requests", help="What was asked of each host in the last week.")] = False,
    form: FormatOption = None,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Health of sources, queue and channels: what is well, what is late, what failed and why.

    Examples: rolewire status · rolewire status --requests --format csv
    """
    settings = load_settings(config, database)
    engine = open_database(settings)
    if requests:
        since = datetime.now(UTC).date() - timedelta(days=REQUEST_DAYS - 1)
        with db.read(engine) as connection:
            write_rows(db.requests_by_host(connection, since), REQUEST_COLUMNS, form)
        return
    with db.read(engine) as connection:
        rows = [
            _daemon_health(engine),
            *_trouble(engine, connection, settings),
            *_board_health(connection),
            *_queue_health(connection),
            *_channel_health(connection),
        ]
    write_rows(rows, ("what", "state", "count", "detail"), form)


def _row(what: str, state: str, count: int, detail: str = "") -> dict[str, Any]:
    return {"what": what, "state": state, "count": count, "detail": detail}


def _daemon_health(engine: Engine) -> dict[str, Any]:
    who = holder(engine, LEADER)
    if who is None:
        return _row("daemon", "none", 0, NO_DAEMON)
    return _row("daemon", "leads" if who.startswith("run") else "crawl by hand", 1, who)


def _trouble(engine: Engine, connection: Connection, settings: Settings) -> Iterator[dict[str, Any]]:
    """Whether the bot hears, and what else the operator is told of while it lasts."""
    from alerts import bot, channels, notices

    lasting = {row["key"]: row for row in notices.lasting(connection)}
    deaf = lasting.pop(bot.NOTICE_KEY, None)
    if bot.CHANNEL in channels.switched_on(settings):
        leads = (holder(engine, LEADER) or "").startswith("run")
        state = "deaf" if deaf and leads else "hears" if leads else "does not run"
        yield _row("bot", state, 1, f"since {_when(deaf['raised_at'])}: {deaf['text']}" if deaf and leads else "")
    for row in lasting.values():
        yield _row("trouble", f"since {_when(row['raised_at'])}", 1, row["text"])


def _board_health(connection: Connection) -> Iterator[dict[str, Any]]:
    rows = boards.overview(connection)
    now = datetime.now(UTC)
    verdicts: dict[str, int] = {}
    for row in rows:
        name = row["last_verdict"] or "not crawled yet"
        verdicts[name] = verdicts.get(name, 0) + 1
    for name, count in sorted(verdicts.items()):
        yield _row("boards", name, count)
    due = [row for row in rows if row["state"] == "active" and (row["due_at"] is None or row["due_at"] < now)]
    yield _row("boards", "due", len(due))
    if crawled := [row["last_crawl_at"] for row in rows if row["last_crawl_at"]]:
        yield _row("boards", "crawled", len(crawled), f"the last one at {_when(max(crawled))}")
    for row in rows:
        if row["failures"]:
            detail = f"{row['last_reason']}; last good crawl: {_when(row['last_ok_at'])}"
            yield _row(f"{row['source']}/{row['board']}", row["last_verdict"], row["failures"], detail)


def _when(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "never"


def _queue_health(connection: Connection) -> Iterator[dict[str, Any]]:
    posting = db.table_of(Posting).c
    is_open = select(func.count()).where(posting.closed_at.is_(None))
    yield _row("postings", "open", connection.execute(is_open).scalar_one())
    yield _row("postings", "all", db.count_postings(connection, None, datetime.now(UTC)))
    pending = select(func.count()).select_from(db.table_of(PendingMatch))
    yield _row("matching", "pending", connection.execute(pending).scalar_one())
    delivery = db.table_of(Delivery).c
    for state, count in connection.execute(select(delivery.state, func.count()).group_by(delivery.state)):
        yield _row("deliveries", state, count)
    failed = select(delivery.error, func.count()).where(delivery.state == DeliveryState.FAILED).group_by(delivery.error)
    for error, count in connection.execute(failed.limit(20)):
        yield _row("deliveries", "failed", count, error)


def _channel_health(connection: Connection) -> Iterator[dict[str, Any]]:
    address = db.table_of(Address).c
    wanted = select(address.channel, address.state, address.reason, func.count())
    for channel, state, reason, count in connection.execute(
        wanted.group_by(address.channel, address.state, address.reason)
    ):
        yield _row(f"channel {channel}", state, count, reason)


# --- doctor --------------------------------------------------------------------------------------------------------

Finding = tuple[str, str, str]  # (ok, warning or problem; what; cure)


def doctor(form: FormatOption = None, config: Config = None, database: DatabaseUrl = None) -> None:
    """Look for every misconfiguration, and say the cure of each. Exits 1 if there is a problem.

    Example: rolewire doctor
    """
    try:
        settings = load_settings(config, database)
    except SettingsError as error:
        findings: list[Finding] = [("problem", "configuration", line) for line in str(error).splitlines()]
    else:
        findings = [finding for check in CHECKS for finding in check(settings)]
    rows = [{"state": state, "what": what, "cure": cure} for state, what, cure in findings]
    write_rows(rows, ("state", "what", "cure"), form)
    if problems := sum(state == "problem" for state, _, _ in findings):
        raise FailureError(f"{problems} problems found")


def _check_python(_settings: Settings) -> Iterator[Finding]:
    yield "ok", f"rolewire {importlib.metadata.version('rolewire')}, Python {sys.version.split()[0]}", ""


def _check_configuration(settings: Settings) -> Iterator[Finding]:
    from spiders import SPIDERS

    where = settings.path or "defaults: no config.toml found"
    yield "ok", f"configuration: {where}, {_counted(settings)}", ""
    for row in settings.boards:
        if row.source not in SPIDERS:
            yield "problem", f"{row.place}: no source {row.source!r}", f"use one of {', '.join(sorted(SPIDERS))}"
        elif SPIDERS[row.source].needs_url and not row.url:
            yield "problem", f"{row.place}: {row.board}: no url", "give the sitemap or listing page as url"
    if not settings.boards:
        yield (
            "warning",
            "no boards: nothing will be crawled",
            "name packs in the configuration, or add [[boards]] rows",
        )


def _check_keys(settings: Settings) -> Iterator[Finding]:
    """The keys of sources that ask for one."""
    from spiders import SPIDERS

    asking = {name: spider.needs_key for name, spider in SPIDERS.items() if spider.needs_key}
    for name in sorted({row.source for row in settings.boards} & set(asking) - set(settings.keys)):
        yield "problem", f"{name}: no key", f'set [keys] {name} = "{asking[name]}", or ROLEWIRE_KEYS__{name.upper()}'
    for name in sorted(set(settings.keys) - set(asking)):
        yield "warning", f"keys.{name}: no source asks for it", f"those that do: {', '.join(sorted(asking))}"


def _counted(settings: Settings) -> str:
    """How many boards there are, and from which packs."""
    origins = Counter(row.origin.removeprefix("pack ") for row in settings.boards)
    packs = [f"{count} {origin}" for origin, count in origins.items() if origin != "config"]
    own = [f"{origins['config']} of its own"] if origins["config"] else []
    return f"{len(settings.boards)} boards" + (f" ({', '.join([*packs, *own])})" if packs else "")


def _check_rates(_settings: Settings) -> Iterator[Finding]:
    day = rates.in_force().day
    age = (datetime.now(UTC).date() - day).days
    what = f"exchange rates of {day}, for pay asked in another currency"
    if age > RATES_LAST_DAYS:
        cure = "name a newer table as search.rates, laid out as search/data/rates.tsv"
        yield "warning", f"{what}: {age} days old", cure
    else:
        yield "ok", what, ""


def _check_database(settings: Settings) -> Iterator[Finding]:
    from alerts.notices import lasting

    shown = db.shown_url(settings.database.url)
    if not db.exists(settings.database.url):
        yield "ok", f"database {shown}: not there yet, the first crawl makes it", ""
        return
    try:
        engine = db.open_engine(settings.database.url)
        current, newest = db.schema_revision(engine)
    except db.DatabaseError as error:
        yield "problem", "database", str(error)
        return
    state = "up to date" if current == newest else "brought up to date at the next start"
    yield "ok", f"database {shown}: {engine.dialect.name}, {state}", ""
    if (who := holder(engine, LEADER)) is None:
        yield "warning", NO_DAEMON, "start it with `rolewire run`"
    else:
        yield "ok", f"a rolewire leads: {who}", ""
    with db.read(engine) as connection:
        trouble = lasting(connection) if current == newest else []
    for row in trouble:
        yield "warning", f"trouble since {_when(row['raised_at'])}", row["text"]
    if engine.dialect.name == "sqlite" and (warning := db.sqlite_warning()):
        yield "warning", "this SQLite can lose data", warning


def _check_channels(settings: Settings) -> Iterator[Finding]:
    from alerts import channels

    try:
        channels.check_operators(settings.operator.addresses)
    except channels.ChannelSetupError as error:
        yield "problem", "operator", str(error)
    found, broken = [], []
    for name, file in channels.CHANNELS.items():
        try:
            found += [name] if file.build(settings) else []
        except SettingsError as error:
            broken.append(name)
            yield "problem", f"channel {name}", str(error)
    yield "ok", f"channels: {', '.join(sorted(found)) or 'none'}", ""
    if not (found or broken):
        yield "warning", "no channel is configured: nobody is alerted", "set telegram.token or email.host"
    if found and not settings.web.public_url:
        yield "warning", "web.public_url is empty", "set it to the address under which people reach the web page"


def _check_browser(settings: Settings) -> Iterator[Finding]:
    from spiders.base.browser import installed_browser
    from spiders.base.errors import BoardFailure

    try:
        yield "ok", f"browser: {installed_browser(settings.network.browser)}", ""
    except BoardFailure as error:
        needed = any(row.rendered for row in settings.boards)
        yield "problem" if needed else "warning", "no browser for rendered boards", str(error)


CHECKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    _check_python, _check_configuration, _check_keys, _check_rates, _check_database, _check_channels, _check_browser,
)  # fmt: skip
