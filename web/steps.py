"""The questions of the page /setup: what is known so far, and what each form's answers are taken for."""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import Engine

import database as db
import packs as packs_room
from alerts import searches as people
from alerts.channels.smtp import EmailSettings
from alerts.channels.telegram import TelegramSettings, keys
from alerts.subscribers import edit_subscriber
from alerts.wording import plural
from begin import ending, taking
from begin.plan import Plan
from begin.start import wait_for_start
from begin.taking import LoginRefusedError, NotGoodError, PartlyTakenError, Taken
from settings import Settings, pack_rows

START_SECONDS = 10  # that one look for a pressed Start takes
Form = Mapping[str, list[str]]


@dataclass
class Answers:
    """What was answered so far. `told`: step -> what came of it, shown beside the next ones.

    `own_port`: the one that this page has. `is_heard`: the daemon's bot runs already, by what the environment says.
    """

    engine: Engine
    before: Settings
    own_port: int
    is_heard: bool
    plan: Plan = field(default_factory=Plan)
    boards: list[Taken] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)
    what: str = taking.LOOKING_FOR
    where: str = ""
    person: int = 0  # made before the end only where the daemon's bot is to know them
    password: str = field(default="", repr=False)  # of the mail server, until it is refused
    start: str = ""  # the token that pressing Start sends

    def __post_init__(self) -> None:
        self.plan.name, self.plan.timezone = taking.login(), taking.machine_zone()
        self.plan.port, self.plan.packs = self.own_port, taking.packs("all", Path())

    def shown_packs(self) -> list[tuple[str, str, str, bool]]:
        """(name, how many boards, whose, whether it is chosen) of each."""
        here, chosen = Path(), self.plan.packs
        return [
            (name, plural(len(pack_rows(name, here)), "board"), packs_room.about(name, here), name in chosen)
            for name in packs_room.names()
        ]

    def link(self) -> str:
        """What opens the bot."""
        return people.invite_link(self.plan.bot, self.start) if self.plan.bot and self.start else ""


def one(form: Form, name: str) -> str:
    """A field's text, without the space around it."""
    return (form.get(name) or [""])[0].strip()


def take_you(answers: Answers, form: Form) -> bool:
    """Name, time zone, the page."""
    plan = answers.plan
    name, zone = taking.some(one(form, "name")), taking.timezone(one(form, "timezone"))
    port = taking.free_port(one(form, "port"), answers.own_port)
    plan.public_url = taking.public_url(one(form, "public_url"), port)
    plan.name, plan.timezone, plan.port = name, zone, port
    if answers.person:
        with db.transaction(answers.engine) as connection:
            edit_subscriber(connection, answers.person, name, zone)
    answers.told["you"] = f"{name}, by the clock of {zone}"
    return True


def take_search(answers: Answers, form: Form) -> bool:
    """What is looked for, and where."""
    answers.what, answers.where = one(form, "what"), one(form, "where")
    answers.plan.query = taking.place(taking.query(answers.what), answers.where)
    remotely = taking.told_of_remote(answers.plan.query)
    answers.told["search"] = f"{answers.plan.query}: {remotely}" if remotely else answers.plan.query
    return True


def take_boards(answers: Answers, form: Form) -> bool:
    """Packs, and boards of one's own, each looked into."""
    answers.plan.packs = taking.packs(",".join(form.get("pack") or []), Path())
    left_out = set(form.get("without") or [])
    answers.boards = [taken for taken in answers.boards if taken.row.name not in left_out]
    urls, known = one(form, "urls"), {taken.asked for taken in answers.boards}
    new = [name for name in taking.listed_boards(urls) if name not in known]
    looked = taking.look(answers.before, "\n".join(new), [taken.row.name for taken in answers.boards])
    answers.boards += looked.taken
    answers.plan.boards = [taken.row for taken in answers.boards]
    if looked.bad:
        others = ["What else was named is taken: only this is left below."] * bool(answers.boards)
        raise PartlyTakenError("\n".join([*looked.bad, *others]), {"urls": "\n".join(looked.left)})
    of_packs, own = plural(len(answers.plan.packs), "pack"), plural(len(answers.boards), "board")
    answers.told["boards"] = f"{of_packs}, and {own} of your own" if answers.boards else of_packs
    return not (urls or left_out)


def take_telegram(answers: Answers, form: Form) -> bool:
    """The bot, asked for its name; then whether Start was pressed."""
    plan, held = answers.plan, keys(answers.before)
    action = one(form, "action")
    pasted = "" if action == "skip" else one(form, "token")
    token = taking.token(pasted) or plan.token or held.token.get_secret_value()
    if action == "skip" or not token:
        plan.token = plan.bot = plan.chat = ""
        answers.told["telegram"] = "no Telegram"
        return True
    if action == "start":
        _look_for_start(answers, TelegramSettings(token=SecretStr(token), api_url=held.api_url))
        return True
    if token != plan.token or not plan.bot:
        plan.bot, plan.token, plan.chat = taking.bot(token, held.api_url), token, ""
        answers.start = _invited(answers) if answers.is_heard else secrets.token_urlsafe(24)
    answers.told["telegram"] = f"Telegram knows the bot @{plan.bot}"
    return action == "next"


def _invited(answers: Answers) -> str:
    """An invitation that the daemon's own bot redeems."""
    now = datetime.now(UTC)
    with db.transaction(answers.engine) as connection:
        answers.person = answers.person or ending.person(connection, answers.plan, answers.before, now)
        return people.invite(connection, answers.person, now)


def _look_for_start(answers: Answers, bot: TelegramSettings) -> None:
    if answers.is_heard:
        chat = _known_chat(answers)
    else:
        chat = answers.plan.chat or asyncio.run(wait_for_start(bot, answers.start, START_SECONDS))
    if not chat:
        raise NotGoodError("nobody has pressed Start yet: open the link, press Start, then ask again here")
    answers.plan.chat = chat
    answers.told["telegram"] = f"Telegram reaches you: @{answers.plan.bot}, chat {chat}"


def _known_chat(answers: Answers) -> str:
    """The chat that the daemon's bot has tied to the person meanwhile."""
    with db.read(answers.engine) as connection:
        held = next(row for row in people.list_subscribers(connection) if row["id"] == answers.person)
    return next((row["address"] for row in held["addresses"] if row["channel"] == "telegram"), "")


def take_email(answers: Answers, form: Form) -> bool:
    """The mail server, tried by a login and one mail."""
    plan = answers.plan
    if one(form, "action") == "skip":
        plan.address, plan.email, answers.password = "", EmailSettings(), ""
        answers.told["email"] = "no e-mail"
        return True
    plan.address = taking.some(taking.address(one(form, "address")))
    host, own_port = taking.host_and_port(one(form, "host") or taking.usual_host(plan.address))
    security = taking.security(one(form, "security") or taking.usual_security(host))
    answers.password = one(form, "password") or answers.password
    username = one(form, "username") or (plan.address if answers.password else "")
    values = answers.before.channel("email", EmailSettings).model_dump() | {
        "host": host, "port": taking.port(one(form, "port") or own_port or str(taking.PORTS[security])),
        "security": security,
        "username": username, "password": SecretStr(answers.password),
        "sender": one(form, "sender") or f"rolewire <{plan.address}>",
    }  # fmt: skip
    try:
        plan.email, answer = taking.mail_server(values, plan.address)
    except LoginRefusedError:
        answers.password = ""
        raise
    answers.told["email"] = f"a test mail is on its way to {plan.address}: the server said {answer}"
    return True


STEPS: dict[str, tuple[str, Callable[[Answers, Form], bool]]] = {  # step -> (title, whether it is done with)
    "you": ("You, and this page", take_you),
    "search": ("What you look for", take_search),
    "boards": ("Whose boards are watched", take_boards),
    "telegram": ("Telegram", take_telegram),
    "email": ("E-mail", take_email),
}
