"""The questions of `rolewire init`, one function each: what is asked; `begin.taking` tries the answers."""

from pathlib import Path

from pydantic import SecretStr

import packs as packs_room
from alerts.channels.smtp import EmailSettings
from alerts.channels.telegram import keys
from alerts.wording import plural
from begin import taking
from begin.plan import Plan
from begin.taking import NotGoodError
from commands.common import MisuseError, waiting
from commands.questions import Asker, refuse, say
from settings import BoardRow, Settings, pack_rows

WEB_PORT = "8000"


def ask_query(asker: Asker, given: str | None, where: str | None) -> str:
    """What is looked for, and where, as one query."""
    question = "What do you look for? (a role, or words)"
    what = asker.ask(question, given, taking.query, default=taking.LOOKING_FOR)
    question = "Where? (remote, a country, a city; Enter: anywhere)"
    found = asker.ask(question, where, lambda text: taking.place(what, text))
    say(f"✓ {found}")
    if ":" not in what:
        say("– these are words of the ads; what a job is, is written role:ml-engineer")
    if note := taking.told_of_remote(found):
        say(f"– {note}")
    return found


def ask_packs(asker: Asker, given: str | None, folder: Path) -> list[str]:
    """Which packs are watched."""
    if given is None and not asker.is_mute:
        say("Packs of employers:")
        for name in packs_room.names():
            count = plural(len(pack_rows(name, folder)), "board")
            say(f"{name:18} {count:>10}  {packs_room.about(name, folder)}", indent=4, hanging=31)
    question = f"Which packs? (names with commas; all: but for {', '.join(taking.COPIES)}; none)"
    return asker.ask(question, given, lambda written: taking.packs(written, folder), default="all")


def ask_boards(asker: Asker, given: list[str] | None, settings: Settings) -> list[BoardRow]:
    """Boards of one's own, each with a preview."""
    found: list[BoardRow] = []
    if given or asker.is_mute:
        asker.ask("Boards", ",".join(given or []), lambda urls: _boards(settings, urls, found, is_asked=False))
        return found
    question = "Employers to watch beside them? (names or careers pages, with commas; Enter: no more)"
    while asker.ask(question, None, lambda urls: _boards(settings, urls, found, is_asked=True)):
        pass
    return found


def _boards(settings: Settings, urls: str, found: list[BoardRow], *, is_asked: bool) -> bool:
    """Add those that are there; a mistake in one costs none of the others. Returns whether any was written."""
    with waiting("looking behind the names and addresses"):
        looked = taking.look(settings, urls, [row.name for row in found])
    for one in looked.taken:
        say(f"✓ {one.told}")
    for told in looked.twice:
        say(f"– {told}")
    if looked.bad and not (looked.taken and is_asked):
        raise NotGoodError("\n".join(looked.bad))
    refuse("\n".join(looked.bad))
    found += [one.row for one in looked.taken]
    return bool(urls)


def ask_telegram(asker: Asker, given: str | None, before: Settings) -> tuple[str, str]:
    """(token, the bot's name) of a bot that answered; empty where none is wanted."""
    held = keys(before)

    def take(pasted: str) -> tuple[str, str]:
        token = taking.token(pasted)
        name = taking.bot(token, held.api_url) if token else ""
        if name:
            say(f"✓ Telegram knows the bot @{name}")
        return token, name

    question = "Telegram: your bot's token, from @BotFather with /newbot (Enter: none)"
    token = given if given is not None else held.token.get_secret_value() or None
    return asker.ask(question, token, take, hidden=True)


def ask_address(asker: Asker, given: str | None) -> str:
    """One's own e-mail address; empty where no mail is wanted."""
    return asker.ask("E-mail: the address that alerts go to (Enter: no e-mail)", given, taking.address)


def ask_mail(asker: Asker, before: Settings, said: dict[str, object], address: str) -> EmailSettings:
    """The mail server, tried by connection, login, sender, and one mail to the address."""
    held = before.channel("email", EmailSettings)
    values = held.model_dump() | said
    if isinstance(values["password"], str):
        values["password"] = SecretStr(values["password"])
    in_force, is_refused = set(before.channels.get("email", {})) | set(said), False
    while True:
        values = _ask_mail(asker, values, in_force, address, is_refused)
        try:
            with waiting("trying the mail server"):
                email, answer = taking.mail_server(values, address)
        except NotGoodError as error:
            if asker.is_mute:
                raise MisuseError(f"{error}; nothing was written") from None
            refuse(str(error))
            in_force, is_refused = set(), True  # each is asked again, with what was said as its default
            if not asker.confirm("  Try again? (no: go on without e-mail)", default=True):
                return EmailSettings()
        else:
            say(f"✓ a test mail is on its way to {address}: the server said {answer}")
            return email


def _ask_mail(
    asker: Asker, values: dict[str, object], said: set[str], address: str, is_refused: bool
) -> dict[str, object]:
    def of(name: str) -> str | None:
        return str(values[name]) if name in said else None

    def shown(name: str, other: str) -> str:
        default = EmailSettings.model_fields[name].default
        return other if values[name] in ("", default) else str(values[name])

    named = asker.ask("  Mail server", of("host"), taking.some, default=shown("host", taking.usual_host(address)))
    host, own_port = taking.host_and_port(named)
    question, usual = "  Security (starttls, tls, none)", taking.usual_security(host)
    security = asker.ask(question, of("security"), taking.security, default=shown("security", usual))
    port = asker.ask("  Port", of("port"), taking.port, default=own_port or shown("port", str(taking.PORTS[security])))
    user = shown("username", "" if security == "none" else address)
    username = asker.ask("  User (Enter: none)", of("username"), str, default=user)
    password = str(values["password"].get_secret_value()) if isinstance(values["password"], SecretStr) else ""
    if username and not password:
        password = asker.ask("  Password", None, taking.some, hidden=True)
    elif username and is_refused:
        password = asker.ask("  Password (Enter: the one before)", None, str, hidden=True) or password
    own = username if "@" in username else address
    sender = asker.ask("  Sender", of("sender"), taking.sender, default=shown("sender", f"rolewire <{own}>"))
    return values | {"host": host, "port": port, "security": security, "username": username,
                     "password": SecretStr(password if username else ""), "sender": sender}  # fmt: skip


def ask_person(asker: Asker, name: str | None, timezone: str | None, plan: Plan) -> None:
    """Who is told, and by which clock digests go out."""
    plan.name = asker.ask("Your name", name, taking.some, default=taking.login())
    plan.timezone = asker.ask("Your time zone", timezone, taking.timezone, default=taking.machine_zone())


def ask_web(asker: Asker, port: str | None, public_url: str | None, plan: Plan) -> None:
    """Where the web page is served, and how people reach it."""
    plan.port = asker.ask("Web page: its port", port, taking.free_port, default=WEB_PORT)
    question = "Its address, as others reach it (https://…; Enter: this machine only)"
    plan.public_url = asker.ask(question, public_url, lambda written: taking.public_url(written, plan.port))
