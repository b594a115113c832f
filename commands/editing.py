"""Edits of the configuration file that keep its comments and its order; what could not be read is not written."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

import packs
import settings as settings_module
from commands.common import MisuseError
from settings import Settings

Document = tomlkit.TOMLDocument


def edit(config: Path | None, change: Callable[[Document], None]) -> Settings:
    """Change the configuration in force, or begin one here; returns what it says then. Raises SettingsError."""
    path = config or settings_module.find_config() or Path("config.toml")
    before = path.read_text(encoding="utf-8-sig") if path.exists() else ""
    try:
        document = tomlkit.parse(before)
    except TOMLKitError as error:
        raise MisuseError(f"{path}: not valid TOML: {error}") from None
    change(document)
    path.write_text(tomlkit.dumps(document), encoding="utf-8")
    try:
        return settings_module.load(path)
    except settings_module.SettingsError:
        if before:
            path.write_text(before, encoding="utf-8")
        else:
            path.unlink()
        raise


def names_in(document: Document, key: str) -> list[str]:
    """The names that a list of the configuration holds."""
    return [str(name) for name in document.get(key, [])]


def put(document: Document, key: str, name: str) -> None:
    """Add a name to a list, once; the list is begun before the first table where there is none."""
    if key not in document:
        _begin(document, key)
    if name not in names_in(document, key):
        document[key].append(name)


def take(document: Document, key: str, name: str) -> None:
    """Take a name out of a list."""
    if name in names_in(document, key):
        document[key].remove(name)


def _begin(document: Document, key: str) -> None:
    tables = [(name, document[name]) for name in document if _is_table(document[name])]
    for name, _ in tables:
        document.remove(name)
    document.append(key, tomlkit.array())
    for name, table in tables:
        document.append(name, table)


def _is_table(value: Any) -> bool:
    return isinstance(value, tomlkit.items.Table | tomlkit.items.AoT)


def forget_strays(document: Document, folder: Path) -> None:
    """Take out of `leave_out` what none of the packs that are left holds."""
    held = {row.name for name in names_in(document, "packs") for row in settings_module.pack_rows(name, folder)}
    for name in names_in(document, "leave_out"):
        if name not in held:
            take(document, "leave_out", name)


def folder_of(config: Path | None) -> Path:
    """The folder that the configuration's paths start from."""
    path = config or settings_module.find_config()
    return path.parent if path else Path()


def check_pack(name: str, config: Path | None) -> None:
    """Raise MisuseError unless there is such a pack."""
    try:
        packs.find(name, folder_of(config))
    except packs.PackError as error:
        raise MisuseError(str(error)) from None
