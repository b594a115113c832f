"""Keys for programs that use the API."""

from datetime import UTC, datetime
from typing import Annotated

import typer

import database as db
from alerts import keys as store
from alerts import searches as people
from commands.common import Config, DatabaseUrl, FormatOption, load_settings, note, open_database, write_rows

keys = typer.Typer(no_args_is_help=True, help="Keys for programs that use the API.")
COLUMNS = ("public_id", "name", "subscriber", "created_at", "revoked_at")


@keys.command("add")
def add(
    name: Annotated[str, typer.Argument(help="What uses it, in a word or two.")],
    subscriber: Annotated[str, typer.Option("--subscriber", help="Whose searches it may change; none: it reads.")] = "",
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Make a key and print it, this once: only its hash is kept.

    Examples: rolewire keys add laptop --subscriber Ada · rolewire keys add dashboard
    """
    engine = open_database(load_settings(config, database, logs=False), must_exist=False)
    with db.transaction(engine) as connection:
        owner = people.find_subscriber(connection, subscriber) if subscriber else None
        key, row = store.add_key(connection, owner["id"] if owner else None, name, datetime.now(UTC))
    whose = f"may change the searches of {owner['name']}" if owner else "only reads"
    note(f"the key {row['public_id']} ({row['name']}) {whose}; keep it, it is not shown again:")
    typer.echo(key)


@keys.command("list")
def list_(form: FormatOption = None, config: Config = None, database: DatabaseUrl = None) -> None:
    """List the keys, without what they are.

    Example: rolewire keys list
    """
    with db.read(open_database(load_settings(config, database, logs=False))) as connection:
        rows = [{name: row[name] for name in COLUMNS} for row in store.list_keys(connection)]
    write_rows(rows, COLUMNS, form)


@keys.command("revoke")
def revoke(
    key: Annotated[str, typer.Argument(metavar="ID", help="Its id, as in `keys list`.")],
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Let a key open nothing more, from now on.

    Example: rolewire keys revoke 3ea6b532fc5f
    """
    with db.transaction(open_database(load_settings(config, database, logs=False))) as connection:
        row = store.revoke_key(connection, key, datetime.now(UTC))
    note(f"the key {row['public_id']} ({row['name']}) opens nothing more")
