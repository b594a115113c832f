"""The command that shows the whole of it."""

from pathlib import Path
from typing import Annotated

import typer


def demo(
    serve: Annotated[bool, typer.Option("--serve", help="Keep the web page up until Ctrl-C.")] = False,
    folder: Annotated[Path, typer.Option(help="Where database, e-mails and chat are left.")] = Path("rolewire-demo"),
    port: Annotated[int, typer.Option(help="The web page's port; another is taken if it is not free.")] = 8000,
) -> None:
    """Show the main job end to end on embedded sample boards: no network, no accounts.

    Example: rolewire demo --serve
    """
    from demo.run import run_demo

    if code := run_demo(folder, is_served=serve, port=port):
        raise typer.Exit(code)
