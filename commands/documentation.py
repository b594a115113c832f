"""The table of docs/commands.md, made from the commands themselves: `make docs`.

    python -m commands.documentation

What stands around the table is written by hand.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from commands.helping import usage_of, word
from commands.lazy import COMMANDS, LazyGroup

PAGE = Path(__file__).parent.parent / "docs" / "commands.md"
BEGIN, END = "<!-- made by `make docs`; what stands here is written anew -->\n", "<!-- end of what is made -->\n"
EVERYWHERE = ("config", "database", "form", "help")  # options that the page tells of once
EXAMPLE = re.compile(r"\bExamples?:")


def commands() -> Iterator[tuple[str, Any]]:
    """Every command with its full name, in the order of the help."""
    group = LazyGroup()
    for name in COMMANDS:
        command = group.get_command(None, name)
        inner = getattr(command, "commands", None)
        if inner:
            yield from ((f"{name} {verb}", one) for verb, one in inner.items())
        else:
            yield name, command


def usage(name: str, command: Any) -> str:
    """How it is typed: `rolewire boards pause BOARD…`."""
    shown = [_shown(one) for one in command.params if one.name not in EVERYWHERE]
    return " ".join(["rolewire", name, *shown])


def _shown(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return usage_of(parameter)
    flags = "/".join([max(parameter.opts, key=len), *parameter.secondary_opts])
    if not getattr(parameter, "is_flag", False):
        flags += f" {word(parameter)}"
    flags += " …" if getattr(parameter, "multiple", False) else ""
    return flags if parameter.required else f"[{flags}]"


def told(command: Any) -> str:
    """What it does, in one paragraph, without the examples."""
    return " ".join(EXAMPLE.split(command.help or "")[0].split())


def table() -> str:
    """The table's lines."""
    rows = [f"| `{_cell(usage(name, one))}` | {_cell(told(one))} |" for name, one in commands()]
    return "\n".join(["| command | does |", "|---|---|", *rows]) + "\n"


def _cell(words: str) -> str:
    return words.replace("|", "\\|")


def page() -> str:
    """The whole page."""
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN, 1)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.split(END, 1)[1]}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
