"""What an answer is taken for, one function a question; bot, mail server and board are tried."""

import asyncio
import contextlib
import getpass
import os
import re
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError

import packs as packs_room
import search
from alerts.cadence import zone
from alerts.channels import read_address
from alerts.channels.smtp import EmailSettings, find_problem, is_loopback
from alerts.channels.telegram import TelegramSettings
from alerts.trying import try_out
from alerts.wording import plural
from alerts.zones import of_city, read_zone
from begin import what as what_room
from begin import where
from doctor import mail, telegram
from doctor.finding import Finding, State
from finding import Finding as BoardFinding
from finding import FindingError, Prospect, ask
from logs import plain_error
from settings import BoardRow, Settings

LOOKING_FOR = "role:ai-engineer,ml-engineer"
COPIES = ("job-boards",)  # copies of ads, under terms of their own: taken by name only
MOST_BOARDS = 40  # that one answer may name
_SECURITIES = {"notls": "none", "no": "none", "off": "none", "plain": "none", "noencryption": "none"}
PORTS = {"starttls": 587, "tls": 465, "none": 25}
SERVERS = {  # of those who are asked for most; others are smtp.DOMAIN
    "gmail.com": "smtp.gmail.com", "googlemail.com": "smtp.gmail.com", "outlook.com": "smtp-mail.outlook.com",
    "hotmail.com": "smtp-mail.outlook.com", "icloud.com": "smtp.mail.me.com", "yahoo.com": "smtp.mail.yahoo.com",
    "gmx.de": "mail.gmx.net", "gmx.net": "mail.gmx.net", "fastmail.com": "smtp.fastmail.com", "web.de": "smtp.web.de",
}  # fmt: skip
_ADDRESS = re.compile(r"[./]\S")
_TOKEN = re.compile(r"(?<!\d)\d{6,20}:[A-Za-z0-9_-]{10,100}")
MOST_PIECES = 4  # that a token is broken into; more words are a message around it


class NotGoodError(ValueError):
    """An answer cannot be taken; the message says why and what would be."""


class PartlyTakenError(NotGoodError):
    """Some of an answer is taken; `left`: what is still to be mended, by field."""

    def __init__(self, message: str, left: dict[str, str]) -> None:
        super().__init__(message)
        self.left = left


class LoginRefusedError(NotGoodError):
    """The mail server knows no such user and password."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A board that was looked into, and what was seen there."""

    row: BoardRow
    told: str
    asked: str = ""  # the name or address that it was found by


@dataclass(slots=True)
class Looked:
    """What came of looking into several: those that are there, what is wrong with others, which were written twice."""

    taken: list[Taken] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)  # what was asked for of which nothing came


# --- what is looked for --------------------------------------------------------------------------------------------


def query(written: str) -> str:
    """A query that may be saved; plain words are read as `begin.what` does: "AI engineers" is role:ai-engineer."""
    try:
        meant = what_room.clause(written)
        search.parse_saved(meant)
    except (what_room.PlaceError, search.QueryError) as error:
        raise NotGoodError(str(error)) from None
    return meant


def place(what: str, written: str) -> str:
    """The query with the place in its own language: "Germany" is country:DE, "remote in EU" is remote:EU."""
    text = written.strip()
    if not text or text.lower() in where.ANYWHERE:
        return what
    try:
        return _both(what, _clause(text))
    except (where.UnknownPlaceError, search.QueryError) as error:
        raise NotGoodError(str(error)) from None


def _clause(text: str) -> str:
    """A clause that is one already, or what is written of places. Raises QueryError, UnknownPlaceError."""
    if ":" not in text:
        return where.clause(text)
    try:
        search.parse(text)
    except search.QueryError:
        with contextlib.suppress(where.UnknownPlaceError):
            if words := where.in_words(text):
                return where.clause(words)
        raise
    return text


def _both(what: str, clause: str) -> str:
    """What matches the one and the other, in as few brackets as mean so. Raises QueryError."""
    for one in (what, clause):
        search.parse(one)  # each is whole by itself
    surest = f"({what}) ({clause})"
    meant = search.parse_saved(surest)
    fewer = (f"{what} {clause}", f"({what}) {clause}", f"{what} ({clause})")
    return next((text for text in fewer if _is_same(text, meant)), surest)


def _is_same(text: str, meant: search.Query) -> bool:
    try:
        return search.parse(text) == meant
    except search.QueryError:
        return False


def told_of_remote(what: str) -> str:
    """How remote work was understood that was said beside a place; empty where it was not."""
    if match := re.search(r"remote:([\w,-]+) OR |OR remote:([\w,-]+)", what):
        scope = match[1] or match[2]
        return f"remote is taken for work that is open to {scope}; workplace:remote is from anywhere, the US too"
    if re.search(r"workplace:remote OR|\bOR workplace:remote", what):
        return "remote from anywhere is meant, the US too; remote:EU is what is open to Europe"
    return ""


# --- whose boards --------------------------------------------------------------------------------------------------


def packs(written: str, folder: Path) -> list[str]:
    """Which packs are watched: names, or `all`, or none."""
    if written in ("all", "none", ""):
        return [name for name in packs_room.names() if name not in COPIES] if written == "all" else []
    names = [name for name in re.split(r"[\s,]+", written) if name]
    try:
        for name in names:
            packs_room.find(name, folder)
    except packs_room.PackError as error:
        raise NotGoodError(str(error)) from None
    return names


def boards(settings: Settings, written: str) -> list[Taken]:
    """Boards that are all there. Raises NotGoodError where one is not."""
    looked = look(settings, written)
    if looked.bad:
        raise NotGoodError("; ".join(looked.bad))
    return looked.taken


def look(settings: Settings, written: str, held: Iterable[str] = ()) -> Looked:
    """Boards of one's own, looked into side by side: addresses, and names of employers, with commas between them.

    `held`: the boards that were taken before. Raises NotGoodError where nothing can be asked.
    """
    asked = listed_boards(written)[:MOST_BOARDS]
    try:
        found = {one.asked: one for one in ask(settings, list(dict.fromkeys(asked)))} if asked else {}
    except FindingError as error:
        raise NotGoodError(str(error)) from None
    looked, known = Looked(), set(held)
    for name in asked:
        best = found[name].best
        if best is None or not best.is_good():
            looked.bad += [told] if (told := f"{name}: {_why_not(found[name])}") not in looked.bad else []
            looked.left += [name] if name not in looked.left else []
        elif best.name in known:
            looked.twice.append(f"{name}: {best.name} is there already, and watched once")
        else:
            known.add(best.name)
            looked.taken.append(_taken(best, name))
    return looked


def listed_boards(written: str) -> list[str]:
    """Each address and name: what holds a blank is a name, but beside an address a blank is a comma."""
    listed: list[str] = []
    for part in filter(None, map(str.strip, re.split(r"[,;\n]+", written))):
        words = [part] if not _ADDRESS.search(part) else part.split()
        for is_address, run in groupby(words, lambda word: bool(_ADDRESS.search(word))):
            together = list(run)
            listed += together if is_address else [" ".join(together)]
    return listed


def _why_not(finding: BoardFinding) -> str:
    best = finding.best
    return (best.reason if best else "") or finding.problem or "nothing is listed there"


def _taken(best: Prospect, asked: str) -> Taken:
    told = f"{best.name} ({best.company}): {plural(best.count, 'posting')}, {best.ai} of AI roles"
    return Taken(best.row(), f"{told}: {'; '.join(best.titles)}", asked)


# --- channels ------------------------------------------------------------------------------------------------------


def token(pasted: str) -> str:
    """The token in what was pasted: with blanks or a line's end in it, in quotes, in the message of @BotFather."""
    pieces = pasted.split()
    whole = _TOKEN.findall("".join(pieces) if len(pieces) < MOST_PIECES else pasted)
    if pieces and (len(whole) != 1 or len(_TOKEN.findall(pasted)) > 1):
        raise NotGoodError("this is no bot's token: @BotFather writes it as 123456789:AAE…, all of it in one line")
    return whole[0] if whole else ""


def bot(token: str, api_url: str) -> str:
    """The name of the bot that the token is of, as Telegram says it."""
    found = asyncio.run(telegram.ask(TelegramSettings(token=SecretStr(token), api_url=api_url)))
    _refuse(found, "Copy it anew from @BotFather (/mybots, API Token); /revoke makes another")
    return found[0].what.rpartition("@")[2]


def address(written: str) -> str:
    """An e-mail address; empty where no mail is wanted."""
    try:
        return read_address(f"email:{written}")[1] if written else ""
    except ValueError as error:
        raise NotGoodError(str(error)) from None


def usual_host(address: str) -> str:
    """The mail server that an address is likely to have."""
    domain = address.rpartition("@")[2]
    return SERVERS.get(domain, f"smtp.{domain}")


def usual_security(host: str) -> str:
    """What is usual: nothing but on this machine."""
    return "none" if is_loopback(host) else "starttls"


def host_and_port(written: str) -> tuple[str, str]:
    """A mail server as providers write it, "smtp.example.org:465" or "smtps://smtp.example.org"; "" for no port."""
    match = re.fullmatch(r"(?:smtps?://)?([^\s:/]+|\[[^\s\]/]+\])(?::(\d{1,5}))?/?", written.strip(), re.IGNORECASE)
    return (match[1].strip("[]"), match[2] or "") if match else (written.strip(), "")


def security(written: str) -> str:
    """One of three, in what words it is said."""
    found = _SECURITIES.get(re.sub(r"[\s_-]", "", written.lower()), written.lower())
    if found not in PORTS:
        raise NotGoodError(f"{written!r} is none of starttls, tls, none (what is called SSL is tls)")
    return found


def sender(written: str) -> str:
    """Whom alerts come from: an address, with a name before it or none."""
    if not re.fullmatch(r"[^<>]*<[^@<>\s]+@[^@<>\s]+>|[^@<>\s]+@[^@<>\s]+", written):
        raise NotGoodError("the sender needs an address; write it as rolewire <alerts@your.domain>")
    return written


def mail_server(values: Mapping[str, object], address: str) -> tuple[EmailSettings, str]:
    """The settings of a mail server, and what it said to a mail to the address: connection, login, sender are tried."""
    try:
        email = EmailSettings.model_validate(values)
    except ValidationError as error:
        raise NotGoodError(str(error.errors()[0]["msg"])) from None
    if told := _find_problem(email):
        raise NotGoodError(told)
    _refuse(asyncio.run(mail.ask(email)), "User and password are those your provider says: an app password, perhaps")
    settings = Settings(channels={"email": {**email.model_dump(), "password": email.password.get_secret_value()}})
    (row,) = asyncio.run(try_out(settings, [("email", address)]))
    if row["result"] != "taken":
        raise NotGoodError(str(row["answer"]))
    return email, str(row["answer"])


def _find_problem(email: EmailSettings) -> str:
    """What keeps them from working, in the words of whoever answers questions: no variables, no keys of a file."""
    if email.username and not email.password.get_secret_value():
        return "a user needs a password, and none is there: type it under Password"
    if email.security == "none" and not email.allow_insecure and not is_loopback(email.host):
        return "without TLS mails and password go in clear, so only to a server on this machine: take STARTTLS or TLS"
    return find_problem(email)


def _refuse(found: Iterable[Finding], cure: str) -> None:
    """`cure`: what is said where the doctor's own names what whoever answers questions never sees."""
    for one in found:
        if one.state is not State.OK:
            own = cure if "ROLEWIRE_" in one.cure else f"{one.cure[:1].upper()}{one.cure[1:]}"
            kind = LoginRefusedError if one.where == "email.password" else NotGoodError
            raise kind(f"{one.what}. {own}")


# --- you, and the page ---------------------------------------------------------------------------------------------


def some(written: str) -> str:
    """Anything but nothing."""
    if not written:
        raise NotGoodError("this is needed")
    return written


def timezone(written: str) -> str:
    """An IANA name, or the city that one is called after."""
    try:
        return of_city(written) or read_zone(written)
    except ValueError as error:
        raise NotGoodError(str(error)) from None


def port(written: str) -> int:
    """A number that can be one."""
    if not (written.isascii() and written.isdecimal()) or not 0 < int(written) < 65536:
        raise NotGoodError(f"{written!r} is no port: a number up to 65535")
    return int(written)


def free_port(written: str, own: int = 0) -> int:
    """A port that nobody has; `own`: the one that we hold ourselves."""
    number = port(written)
    try:
        if number != own:
            socket.create_server(("127.0.0.1", number)).close()
    except OSError as error:
        raise NotGoodError(f"port {number}: {plain_error(error)}; take another") from None
    return number


def public_url(written: str, port: int) -> str:
    """What links in messages start with; of nothing, the page on this machine: who sits at it signs in by a link."""
    parts = urlsplit(written)
    if written and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise NotGoodError(f"{written!r} has no scheme; write it as https://jobs.example.org")
    return written.rstrip("/") or f"http://127.0.0.1:{port}"


def login() -> str:
    """How whoever asks is called, by the machine."""
    try:
        return getpass.getuser().capitalize() if os.geteuid() else "Me"
    except (KeyError, OSError):
        return "Me"


def machine_zone() -> str:
    """The machine's time zone, where it says so by name."""
    named = os.environ.get("TZ", "").lstrip(":")
    link = Path("/etc/localtime")
    if not named and link.is_symlink():
        named = str(link.resolve()).partition("zoneinfo/")[2]
    try:
        return zone(named).key if named else "UTC"
    except ValueError:
        return "UTC"
