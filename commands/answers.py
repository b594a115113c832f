"""The questions of `rolewire init`, one function each: what is asked, and how an answer is tried."""

import asyncio
import getpass
import os
import re
import socket
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pycountry
from pydantic import SecretStr, ValidationError

import packs as packs_room
import search
from alerts.cadence import zone
from alerts.channels import read_address
from alerts.channels.smtp import EmailSettings, find_problem, is_loopback
from alerts.channels.telegram import TelegramSettings
from alerts.wording import plural
from commands.boards import look_into
from commands.common import FailureError, MisuseError
from commands.plan import Plan
from commands.questions import Asker, NotGoodError, say
from doctor import mail, telegram
from doctor.finding import Finding, State
from settings import BoardRow, Settings, pack_rows

LOOKING_FOR = "role:ai-engineer,ml-engineer"
COPIES = ("job-boards",)  # copies of ads, under terms of their own: taken by name only
PORTS = {"starttls": 587, "tls": 465, "none": 25}
SERVERS = {  # of those who are asked for most; others are smtp.DOMAIN
    "gmail.com": "smtp.gmail.com", "googlemail.com": "smtp.gmail.com", "outlook.com": "smtp-mail.outlook.com",
    "hotmail.com": "smtp-mail.outlook.com", "icloud.com": "smtp.mail.me.com", "yahoo.com": "smtp.mail.yahoo.com",
    "gmx.de": "mail.gmx.net", "gmx.net": "mail.gmx.net", "fastmail.com": "smtp.fastmail.com", "web.de": "smtp.web.de",
}  # fmt: skip
_BARE = re.compile(r"[\w .'-]+")


def ask_query(asker: Asker, given: str | None, where: str | None) -> str:
    """What is looked for, and where, as one query."""
    what = asker.ask("What do you look for? (a role, words, or the query language)", given, _query, default=LOOKING_FOR)
    found = asker.ask("Where? (remote, a country, a city; Enter: anywhere)", where, lambda text: _place(what, text))
    say(f"✓ {found}")
    return found


def _query(written: str) -> str:
    try:
        search.parse_saved(written)
    except search.QueryError as error:
        raise NotGoodError(str(error)) from None
    return written


def _place(what: str, written: str) -> str:
    """The query with the place in its own language: "Germany" is country:DE, "remote in EU" is remote:EU."""
    text = written.strip()
    if not text:
        return what
    match = re.fullmatch(r"remote(?:\s+(?:in\s+)?(.+))?", text, re.IGNORECASE)
    if ":" in text:
        clause = text
    elif match:
        clause = f"remote:{_code(match[1]) or match[1]}" if match[1] else "workplace:remote"
    else:
        code = _code(text)
        clause = f"country:{code}" if code else f'city:"{text}"' if " " in text else f"city:{text}"
    grouped = f"({what})" if re.search(r"\bOR\b", what) else what
    return _query(f"{grouped} {clause}")


def _code(name: str) -> str:
    """The code of a country, by its name or the code itself; empty for a town."""
    if not _BARE.fullmatch(name) or name.upper() in ("EU", "EEA"):
        return ""
    try:
        return str(pycountry.countries.lookup(name.strip()).alpha_2)
    except LookupError:
        return ""


def ask_packs(asker: Asker, given: str | None, folder: Path) -> list[str]:
    """Which packs are watched."""
    known = packs_room.names()
    if given is None and not asker.is_mute:
        say("Packs of employers:")
        for name in known:
            say(f"  {name:22} {len(pack_rows(name, folder)):4} boards  {packs_room.about(name, folder)}")

    def take(written: str) -> list[str]:
        if written in ("all", "none", ""):
            return [name for name in known if name not in COPIES] if written == "all" else []
        names = [name for name in re.split(r"[\s,]+", written) if name]
        try:
            for name in names:
                packs_room.find(name, folder)
        except packs_room.PackError as error:
            raise NotGoodError(str(error)) from None
        return names

    question = f"Which packs? (names with commas; all: but for {', '.join(COPIES)}; none)"
    return asker.ask(question, given, take, default="all")


def ask_boards(asker: Asker, given: list[str] | None, settings: Settings) -> list[BoardRow]:
    """Boards of one's own, each with a preview."""
    if given or asker.is_mute:
        return [asker.ask("A board", url, lambda url: _board(settings, url)) for url in given or []]
    found: list[BoardRow] = []
    question = "A careers page to watch beside them? (its address, or source/board; Enter: no more)"
    while one := asker.ask(question, None, lambda url: _board(settings, url) if url else None):
        found.append(one)
    return found


def _board(settings: Settings, url: str) -> BoardRow:
    say(f"… looking behind {url}")
    try:
        (finding,) = look_into(settings, [url])
    except FailureError as error:
        raise NotGoodError(str(error)) from None
    best = finding.best
    if best is None or not best.is_good():
        raise NotGoodError(f"{url}: {(best.reason if best else '') or finding.problem or 'nothing is listed there'}")
    titles = "; ".join(best.titles)
    say(f"✓ {best.name} ({best.company}): {plural(best.count, 'posting')}, {best.ai} of AI roles: {titles}")
    return BoardRow(source=best.source, board=best.board, company=best.company, url=best.url, options=best.options)


def ask_telegram(asker: Asker, given: str | None, api_url: str) -> tuple[str, str]:
    """(token, the bot's name) of a bot that answered; empty where none is wanted."""

    def take(token: str) -> tuple[str, str]:
        if not token:
            return "", ""
        found = asyncio.run(telegram.ask(TelegramSettings(token=SecretStr(token), api_url=api_url)))
        _refuse(found)
        say(f"✓ {found[0].what}")
        return token, found[0].what.rpartition("@")[2]

    question = "Telegram: the token of your bot, from @BotFather with /newbot (Enter: no Telegram)"
    return asker.ask(question, given, take, hidden=True)


def _refuse(found: list[Finding]) -> None:
    for one in found:
        if one.state is not State.OK:
            raise NotGoodError(f"{one.what}. {one.cure[:1].upper()}{one.cure[1:]}")


def ask_address(asker: Asker, given: str | None) -> str:
    """One's own e-mail address; empty where no mail is wanted."""

    def take(written: str) -> str:
        try:
            return read_address(f"email:{written}")[1] if written else ""
        except ValueError as error:
            raise NotGoodError(str(error)) from None

    return asker.ask("E-mail: the address that alerts go to (Enter: no e-mail)", given, take)


def ask_mail(
    asker: Asker, given: dict[str, object], said: set[str], address: str, try_out: Callable[[EmailSettings, str], str]
) -> EmailSettings:
    """The mail server, tried by connection, login, sender, and one mail to the address."""
    values = given
    while True:
        values = _ask_mail(asker, values, said, address)
        email, told = _checked(values)
        told = told or _tried(email) or try_out(email, address)
        if not told:
            return email
        if asker.is_mute:
            raise MisuseError(f"{told}; nothing was written")
        say(f"✗ {told}")
        said = set()  # each is asked again, with what was said as its default
        if not asker.confirm("  Try again? (no: go on without e-mail)", default=True):
            return EmailSettings()


def _tried(email: EmailSettings) -> str:
    """What the mail server has against these settings; empty where nothing."""
    found = asyncio.run(mail.ask(email))
    return next((f"{one.what}. {one.cure}" for one in found if one.state is not State.OK), "")


def _ask_mail(asker: Asker, values: dict[str, object], said: set[str], address: str) -> dict[str, object]:
    domain = address.rpartition("@")[2]

    def of(name: str) -> str | None:
        return str(values[name]) if name in said else None

    def shown(name: str, other: str) -> str:
        default = EmailSettings.model_fields[name].default
        return other if values[name] in ("", default) else str(values[name])

    host = asker.ask("  Mail server", of("host"), _some, default=shown("host", SERVERS.get(domain, f"smtp.{domain}")))
    usual = "none" if is_loopback(host) else "starttls"
    security = asker.ask(
        "  Security (starttls, tls, none)", of("security"), _security, default=shown("security", usual)
    )
    port = asker.ask("  Port", of("port"), _port, default=shown("port", str(PORTS[security])))
    user = shown("username", "" if security == "none" else address)
    username = asker.ask("  User (Enter: none)", of("username"), str, default=user)
    password = str(values["password"].get_secret_value()) if isinstance(values["password"], SecretStr) else ""
    if username and not password:
        password = asker.ask("  Password", None, _some, hidden=True)
    sender = asker.ask("  Sender", of("sender"), _some, default=shown("sender", f"rolewire <{address}>"))
    return values | {"host": host, "port": port, "security": security, "username": username,
                     "password": SecretStr(password if username else ""), "sender": sender}  # fmt: skip


def _some(written: str) -> str:
    if not written:
        raise NotGoodError("this is needed")
    return written


def _security(written: str) -> str:
    if written not in PORTS:
        raise NotGoodError(f"{written!r} is none of starttls, tls, none")
    return written


def _port(written: str) -> int:
    if not written.isdecimal() or not 0 < int(written) < 65536:
        raise NotGoodError(f"{written!r} is no port: a number up to 65535")
    return int(written)


def _checked(values: dict[str, object]) -> tuple[EmailSettings, str]:
    """The settings, and what is wrong with them before anybody is asked."""
    try:
        email = EmailSettings.model_validate(values)
    except ValidationError as error:
        return EmailSettings(), str(error.errors()[0]["msg"])
    return email, find_problem(email)


def ask_web(asker: Asker, port: str | None, public_url: str | None, plan: Plan) -> None:
    """Where the web page is served, and how people reach it."""

    def free(written: str) -> int:
        number = _port(written)
        try:
            socket.create_server(("127.0.0.1", number)).close()
        except OSError as error:
            raise NotGoodError(f"port {number}: {error.strerror}; take another") from None
        return number

    def address(written: str) -> str:
        parts = urlsplit(written)
        if written and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise NotGoodError(f"{written!r} has no scheme; write it as https://jobs.example.org")
        return written.rstrip("/")

    plan.port = asker.ask("Web page: its port", port, free, default="8000")
    question = "Its address, as others reach it (https://…; Enter: this machine only)"
    plan.public_url = asker.ask(question, public_url, address)


def ask_person(asker: Asker, name: str | None, timezone: str | None, plan: Plan) -> None:
    """Who is told, and by which clock digests go out."""

    def known(written: str) -> str:
        try:
            zone(written)
        except ValueError as error:
            raise NotGoodError(str(error)) from None
        return written

    plan.name = asker.ask("Your name", name, _some, default=_login())
    plan.timezone = asker.ask("Your time zone", timezone, known, default=_timezone())


def _login() -> str:
    try:
        return getpass.getuser().capitalize() if os.geteuid() else "Me"
    except (KeyError, OSError):
        return "Me"


def _timezone() -> str:
    """The machine's, where it says so by name."""
    named = os.environ.get("TZ", "").lstrip(":")
    link = Path("/etc/localtime")
    if not named and link.is_symlink():
        named = str(link.resolve()).partition("zoneinfo/")[2]
    try:
        return zone(named).key if named else "UTC"
    except ValueError:
        return "UTC"
