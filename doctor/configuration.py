"""What the configuration itself says, without asking anybody."""

import importlib.metadata
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import search
from alerts import channels
from alerts.wording import plural
from doctor.finding import Finding, ok, problem, warning
from search import rates
from settings import Settings, SettingsError, secrets_of

RATES_LAST_DAYS = 730  # a currency moves by some ten percent in two years


def check_version(_settings: Settings) -> Iterator[Finding]:
    """Which rolewire, and which Python."""
    yield ok(f"rolewire {importlib.metadata.version('rolewire')}, Python {sys.version.split()[0]}")


def check_boards_as_written(settings: Settings) -> Iterator[Finding]:
    """The rows of boards: sources that exist, addresses where they are needed, none twice."""
    from spiders import SPIDERS

    where = str(settings.path or "")
    found = settings.path or "defaults: no config.toml found"
    yield ok(f"configuration: {found}, {_counted(settings)}", where)
    for row in settings.boards:
        if row.source not in SPIDERS:
            cure = f"use one of {', '.join(sorted(SPIDERS))}"
            yield problem(f"{row.place}: no source {row.source!r}", row.place, cure)
        elif SPIDERS[row.source].needs_url and not row.url:
            cure = "give the sitemap or listing page as url"
            yield problem(f"{row.place}: {row.board}: no url", row.place, cure)
    yield from _twice(settings)
    if not settings.boards:
        cure = "name packs in the configuration, add [[boards]] rows, or `rolewire boards add URL`"
        yield warning("no boards: nothing will be crawled", "packs", cure)


def _twice(settings: Settings) -> Iterator[Finding]:
    """A board is told by its token as it is written: one written in two ways is crawled twice."""
    names: dict[str, str] = {}
    for row in settings.boards:
        first = names.setdefault(row.name.casefold(), row.name)
        if first != row.name:
            yield warning(f"{row.name} and {first} are one board, it seems", row.place, "leave one of them out")
    for name, count in Counter(settings.packs).items():
        if count > 1:
            yield warning(f"the pack {name} is named {count} times", "packs", "name it once")
    for name, count in Counter(settings.operator.addresses).items():
        if count > 1:
            yield warning(f"{name} is named {count} times", "operator.addresses", "name it once")


def _counted(settings: Settings) -> str:
    """How many boards there are, and from which packs."""
    origins = Counter(row.origin.removeprefix("pack ") for row in settings.boards)
    packs = [f"{count} {origin}" for origin, count in origins.items() if origin != "config"]
    own = [f"{origins['config']} of its own"] if origins["config"] else []
    return plural(len(settings.boards), "board") + (f" ({', '.join([*packs, *own])})" if packs else "")


def check_network(settings: Settings) -> Iterator[Finding]:
    """Whom boards take us for, and whether they are asked at all."""
    network = settings.network
    if network.replay:
        cure = 'set it to "", or drop ROLEWIRE_NETWORK__REPLAY'
        yield warning(f"boards are read from {network.replay}, not from the network", "network.replay", cure)
    if not network.user_agent.strip() or network.user_agent.lower().startswith("mozilla"):
        cure = "say who we are and where that is told, as the default does; boards block what pretends"
        yield warning(f"the user agent names nobody: {network.user_agent!r}", "network.user_agent", cure)


def check_keys(settings: Settings) -> Iterator[Finding]:
    """The keys of sources that ask for one."""
    from spiders import SPIDERS

    asking = {name: spider.needs_key for name, spider in SPIDERS.items() if spider.needs_key}
    for name in sorted({row.source for row in settings.boards} & set(asking) - set(settings.keys)):
        cure = f'set [keys] {name} = "{asking[name]}", or ROLEWIRE_KEYS__{name.upper()}'
        yield problem(f"{name}: no key", f"keys.{name}", cure)
    for name in sorted(set(settings.keys) - set(asking)):
        cure = f"those that do: {', '.join(sorted(asking))}"
        yield warning(f"keys.{name}: no source asks for it", f"keys.{name}", cure)


def check_rates(_settings: Settings) -> Iterator[Finding]:
    """Exchange rates that are too old mislead."""
    day = rates.in_force().day
    age = (datetime.now(UTC).date() - day).days
    what = f"exchange rates of {day}, for pay asked in another currency"
    if age > RATES_LAST_DAYS:
        cure = "name a newer table as search.rates, laid out as search/data/rates.tsv"
        yield warning(f"{what}: {age} days old", "search.rates", cure)
    else:
        yield ok(what, "search.rates")


def check_channels(settings: Settings) -> Iterator[Finding]:
    """Which channels are on, and whether what is written of them can work."""
    try:
        channels.check_operators(settings.operator.addresses)
    except channels.ChannelSetupError as error:
        yield problem(str(error), "operator.addresses", 'write each as "telegram:123456789" or "email:you@example.org"')
    found, broken = [], []
    for name, file in channels.CHANNELS.items():
        try:
            found += [name] if file.build(settings) else []
        except SettingsError as error:
            broken.append(name)
            yield problem(f"channel {name}: it cannot work", name, str(error))
    yield ok(f"channels: {', '.join(sorted(found)) or 'none'}")
    if not (found or broken):
        cure = "set telegram.token or email.host; `rolewire init` asks for them"
        yield warning("no channel is configured: nobody is alerted", "telegram.token", cure)
    yield from _operators(settings, found)
    yield from _canary(settings, found)
    yield from _access(settings, found)


def _operators(settings: Settings, found: list[str]) -> Iterator[Finding]:
    where = "operator.addresses"
    for written in settings.operator.addresses:
        channel = written.partition(":")[0]
        if channel in channels.CHANNELS and channel not in found:
            cure = f"switch the channel {channel} on, or name an address on another"
            shown = channels.shown_address(channel, written.partition(":")[2])
            yield warning(f"{shown} is told of trouble on a channel that is off", where, cure)
    if found and not settings.operator.addresses:
        cure = 'name yourself: addresses = ["email:you@your.domain"]'
        yield warning("nobody is told when a board fails or a channel is down", where, cure)


def _canary(settings: Settings, found: list[str]) -> Iterator[Finding]:
    """Whether it is a search, and each channel has somebody it can go to."""
    where, operator = "operator.canary", settings.operator
    if not operator.canary:
        return
    try:
        search.parse_saved(operator.canary)
    except search.QueryError as error:
        yield problem(f"{operator.canary!r} is no search: {error.message}", where, 'write it as "role:ai-engineer"')
    named = {written.partition(":")[0] for written in operator.addresses}
    for name in (name for name in found if name not in named):
        cure = f'add one: addresses = ["{name}:…"]'
        yield warning(f"no canary flies on {name}: no operator has an address there", "operator.addresses", cure)


def _access(settings: Settings, found: list[str]) -> Iterator[Finding]:
    if "telegram" in found and settings.access.mode == "list" and not settings.access.allowed:
        cure = 'add Telegram ids to access.allowed, or set access.mode = "invite"'
        yield warning('access.mode = "list" with nobody on the list: nobody can subscribe', "access.allowed", cure)


def check_secrets(settings: Settings) -> Iterator[Finding]:
    """A secret in a file that others may read is none."""
    for path in filter(None, (settings.path, secrets_of(settings.path))):
        held = [key for key, origin in settings.origins.items() if _is_secret(key) and origin == str(path)]
        filled = [key for key in held if _value_of(settings, key)]
        if filled and path.stat().st_mode & 0o077:
            cure = f"chmod 600 {path}, or put it into the environment"
            yield warning(f"{path} holds {', '.join(filled)} and can be read by others", str(path), cure)


def _is_secret(key: str) -> bool:
    return key.endswith((".token", ".password")) or key.startswith("keys.")


def _value_of(settings: Settings, key: str) -> object:
    table, _, name = key.rpartition(".")
    return settings.keys.get(name) if table == "keys" else settings.channels.get(table, {}).get(name)
