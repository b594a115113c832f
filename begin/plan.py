"""What `rolewire init` writes: a short configuration with comments, and the secrets in a file for its owner alone."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import tomlkit

import places
from alerts.channels.smtp import EmailSettings
from settings import SECRETS, BoardRow, Settings

HEAD = """rolewire's configuration, begun by `rolewire init`.
`rolewire config show` has all keys with their defaults.
What is secret stands in secrets.toml beside this file, or in the environment.
`rolewire doctor` looks for mistakes and says how to mend them."""


USUAL_DATABASE = Settings().database.url


@dataclass(slots=True)
class Plan:
    """The answers."""

    query: str = ""
    packs: list[str] = field(default_factory=list)
    boards: list[BoardRow] = field(default_factory=list)
    token: str = ""
    bot: str = ""  # its name, once it was asked
    email: EmailSettings = field(default_factory=EmailSettings)
    name: str = ""
    address: str = ""
    chat: str = ""
    timezone: str = "UTC"
    port: int = 8000
    public_url: str = ""

    def operators(self) -> list[str]:
        """Where whoever runs it is told of trouble."""
        return [f"email:{self.address}"] * bool(self.address) + [f"telegram:{self.chat}"] * bool(self.chat)


def configuration(plan: Plan) -> str:
    """The text of config.toml."""
    document = tomlkit.document()
    for line in HEAD.splitlines():
        document.add(tomlkit.comment(line))
    document.add(tomlkit.nl())
    packs = tomlkit.array(str(plan.packs).replace("'", '"'))
    packs.comment("whose boards are watched: `rolewire packs list`, `packs on`, `packs off`")
    document.add("packs", packs)
    _table(
        document, "telegram", {}, "its token stands in secrets.toml" if plan.token else "off: a token switches it on"
    )
    _table(document, "email", _email(plan.email), "" if plan.email.host else "off: a host switches it on")
    web: dict[str, object] = {"port": plan.port} | ({"public_url": plan.public_url} if plan.public_url else {})
    _table(document, "web", web, "" if plan.public_url else "public_url: what links in messages start with")
    _table(document, "operator", {"addresses": plan.operators()}, "who is told of trouble")
    _table(
        document,
        "alerts",
        {"baseline_minutes": 2},
        "what is open already is told once, so long after it was found",
    )
    _table(document, "backup", {"folder": backups()}, "the daemon copies the database here once a day, and keeps seven")
    if plan.boards:
        document.add("boards", _boards(plan.boards))
    return tomlkit.dumps(document)


def is_begun(path: Path) -> bool:
    """Whether a configuration says anything of whoever runs it: the one that comes with rolewire does not."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return True  # nobody can tell
    held = (("telegram", "token"), ("email", "host"), ("operator", "addresses"), ("web", "public_url"))
    values = [table.get(key) if isinstance(table := said.get(name), dict) else table for name, key in held]
    database = said.get("database", {})
    is_elsewhere = not isinstance(database, dict) or database.get("url", USUAL_DATABASE) != USUAL_DATABASE
    return bool(said.get("boards")) or any(values) or is_elsewhere


def backups() -> str:
    """Where copies go: beside the configuration; for an installed package, beside the database."""
    folder = places.data_folder()
    return str(folder / "backups") if folder else "backups"


def _table(document: tomlkit.TOMLDocument, name: str, values: Mapping[str, object], remark: str) -> None:
    table = tomlkit.table()
    for key, value in values.items():
        table.add(key, value)
    if remark:
        table.comment(remark)
    document.add(tomlkit.nl())
    document.add(name, table)


def _email(email: EmailSettings) -> dict[str, object]:
    if not email.host:
        return {}
    names = ("host", "port", "security", "username", "sender")
    return {name: getattr(email, name) for name in names if getattr(email, name) != ""}


def _boards(rows: list[BoardRow]) -> tomlkit.items.AoT:
    made = tomlkit.aot()
    for row in rows:
        table = tomlkit.table()
        for key, value in row.model_dump().items():
            if value not in ("", False, {}):
                table.add(key, value)
        made.append(table)
    return made


def secrets(plan: Plan) -> str:
    """The text of secrets.toml; empty where there are none."""
    tables = {"telegram": {"token": plan.token}, "email": {"password": plan.email.password.get_secret_value()}}
    kept = {name: {key: value for key, value in table.items() if value} for name, table in tables.items()}
    filled = {name: table for name, table in kept.items() if table}
    return "# For the owner of this file alone (mode 600).\n" + tomlkit.dumps(filled) if filled else ""


def write(plan: Plan, path: Path, is_kept: bool = True) -> list[Path]:
    """Write the files whole or not at all; `is_kept`: what stood there is, as NAME.before. Returns what was written."""
    written = []
    texts = [(path, configuration(plan), 0o644), (path.with_name(SECRETS), secrets(plan), 0o600)]
    for target, text, mode in texts:
        if text:
            _write(target, text, mode, is_kept)
            written.append(target)
    return written


def _write(target: Path, text: str, mode: int, is_kept: bool) -> None:
    partial = target.with_name(target.name + ".part")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.chmod(mode)
    if is_kept and target.exists():
        target.replace(target.with_name(target.name + ".before"))
    partial.replace(target)
