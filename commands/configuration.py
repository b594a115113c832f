"""The command that shows the configuration in force: each key, its value, where it came from."""

import sys
from typing import Annotated, Any

import typer

from alerts.wording import plural
from commands.common import Config, DatabaseUrl, Format, FormatOption, MisuseError, load_settings, note, write_rows

COLUMNS = ("key", "value", "origin")
configuration = typer.Typer(no_args_is_help=True, help="The configuration in force.")


@configuration.callback()
def _group() -> None:
    """The configuration in force."""


@configuration.command("show")
def config_show(
    prefix: Annotated[str, typer.Argument(help="Only keys that begin so, as email or email.host.")] = "",
    form: FormatOption = None,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Show each key, its value, and whether flag, environment, file or default says so; secrets are masked.

    Examples: rolewire config show · rolewire config show email --format json
    """
    from doctor.keys import keys_of

    settings = load_settings(config, database)
    is_seen = form is Format.TABLE or (form is None and sys.stdout.isatty())
    rows = [
        {"key": key.name, "value": _written(key.value) if is_seen else key.value, "origin": key.origin}
        for key in keys_of(settings)
        if key.name.startswith(prefix)
    ]
    if not rows:
        raise MisuseError(f"no key begins with {prefix!r}; `rolewire config show` lists them all")
    write_rows(rows, COLUMNS, form)
    note(f"from {settings.path or 'no file: config.toml was not found'}, with {plural(len(settings.boards), 'board')}")


def _written(value: Any) -> Any:
    """As the file has it."""
    return str(value).lower() if isinstance(value, bool) else value
