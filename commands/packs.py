"""Commands about packs: employers by theme, switched on and off in the configuration."""

from typing import Annotated, Any

import typer

import packs as packs_room
from commands import editing
from commands.common import Config, FormatOption, load_settings, note, write_rows
from settings import Settings, pack_rows

COLUMNS = ("pack", "is_on", "boards", "about")
Names = Annotated[list[str], typer.Argument(help="Packs, or paths of your own, as mine.toml.")]
packs = typer.Typer(no_args_is_help=True, help="Packs: employers by theme.")


@packs.command("list")
def packs_list(form: FormatOption = None, config: Config = None) -> None:
    """List the packs: which are on, how many boards each holds, and whose.

    Example: rolewire packs list
    """
    settings = load_settings(config, None)
    own = [name for name in settings.packs if name not in packs_room.names()]
    write_rows([_row(name, settings) for name in [*packs_room.names(), *own]], COLUMNS, form)


def _row(name: str, settings: Settings) -> dict[str, Any]:
    folder = settings.path.parent if settings.path else editing.folder_of(None)
    boards, about = len(pack_rows(name, folder)), packs_room.about(name, folder)
    return {"pack": name, "is_on": name in settings.packs, "boards": boards, "about": about}


@packs.command("show")
def packs_show(
    name: Annotated[str, typer.Argument(help="A pack, or the path of your own, as mine.toml.")],
    form: FormatOption = None,
    config: Config = None,
) -> None:
    """Show whose boards a pack holds.

    Example: rolewire packs show europe
    """
    editing.check_pack(name, config)
    rows = [{"company": row.company, "board": row.name} for row in pack_rows(name, editing.folder_of(config))]
    write_rows(sorted(rows, key=lambda row: row["company"].casefold()), ("company", "board"), form)


@packs.command("on")
def packs_on(names: Names, config: Config = None) -> None:
    """Watch the boards of packs: they are written into the configuration's `packs`.

    Example: rolewire packs on robotics europe
    """
    for name in names:
        editing.check_pack(name, config)
        before = len(load_settings(config, None).boards)
        settings = editing.edit(config, lambda document, name=name: editing.put(document, "packs", name))  # type: ignore[misc]
        note(f"{name}: on, {len(settings.boards) - before} boards more; {settings.path}")


@packs.command("off")
def packs_off(names: Names, config: Config = None) -> None:
    """Watch the boards of packs no more: they are paused, and what is open on them stays as it is.

    Example: rolewire packs off robotics
    """
    for name in names:
        editing.check_pack(name, config)
        before = len(load_settings(config, None).boards)
        settings = editing.edit(config, lambda document, name=name: _take_out(document, name, config))  # type: ignore[misc]
        note(f"{name}: off, {before - len(settings.boards)} boards fewer; {settings.path}")


def _take_out(document: editing.Document, name: str, config: Config) -> None:
    editing.take(document, "packs", name)
    editing.forget_strays(document, editing.folder_of(config))
