"""How pages of help and errors of usage are worded: as people type, with no Python in it."""

import difflib
import re
from collections.abc import Sequence
from enum import Enum
from functools import partial
from typing import Any, get_args

EVERYWHERE = {"config": "FILE", "database": "URL"}  # what stands for the value of options that all commands have
_END = re.compile(r"(?<=[.;])\s|:\s")  # of what a list of commands says of one
_CHOICES = re.compile(r"Value error, '(.*)' is not one of (.+?)\.?$", re.S)
_BOUND = re.compile(r"Input should be (greater|less) than or equal to (\S+)$")
_NUMBER = re.compile(r"Input should be a valid (integer|number)")


def word(parameter: Any) -> str:
    """What stands for an option's value or for an argument: N, QUERY, table|json|jsonl|csv."""
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name).upper().strip("[]{}")
    if parameter.name in EVERYWHERE:
        return EVERYWHERE[parameter.name]
    kinds = _kinds(parameter.type_descriptor.annotation)
    for kind in kinds:
        if isinstance(kind, type) and issubclass(kind, Enum):
            return "|".join(str(one.value) for one in kind)
    return "N" if kinds & {int, float} else str(parameter.name).upper()


def _kinds(annotation: Any) -> set[Any]:
    """The types that an annotation is made of."""
    parts = get_args(annotation)
    return {kind for part in parts for kind in _kinds(part)} if parts else {annotation}


def usage_of(argument: Any) -> str:
    """An argument as it is typed: `[BOARD…]` where it may be left out."""
    shown = word(argument) + "…" * (argument.nargs == -1)
    return shown if argument.required else f"[{shown}]"


def make_plain(command: Any) -> None:
    """Have a command's help, and that of those in it, use our words: Typer would show `<list[str]>`, `1<=x<=9`."""
    for inner in getattr(command, "commands", {}).values():
        make_plain(inner)
    if command.help:
        command.short_help = _END.split(" ".join(command.help.split()), maxsplit=1)[0].rstrip(".;") + "."
    for one in command.params:
        one._get_number_range_help_str = partial(_range, one)
        if one.param_type_name == "argument":
            one.metavar = word(one)
            one.display_type_rich = partial(_said, "")
            one._rich_display_name = one._usage_display_name = partial(usage_of, one)
        else:
            one.display_type_rich = partial(_said, word(one))


def _said(words: str, ctx: Any = None) -> str:  # noqa: ARG001  (called by name)
    return words


def _range(parameter: Any) -> str | None:
    least, most = parameter.min, parameter.max
    if least is None and most is None:
        return None
    if most is None:
        return f"at least {least}"
    return f"at most {most}" if least is None else f"{least} to {most}"


def plain(message: str, value: str = "") -> str:
    """What is wrong with a value, in plain words; with what was meant, where that can be guessed."""
    if match := _CHOICES.match(message):
        known = re.findall(r"'([^']*)'", match[2])
        return f"{match[1]!r} is none of {', '.join(known)}{meant(match[1], known)}"
    if match := _BOUND.match(message):
        return f"at {'least' if match[1] == 'greater' else 'most'} {match[2]}"
    if match := _NUMBER.match(message):
        return f"{value!r} is no {'whole ' * (match[1] == 'integer')}number" if value else "give a number"
    if message.startswith("Got unexpected extra argument"):
        return f"{message}: what belongs together, as a query does, stands in quotes"
    return message.removeprefix("Value error, ")


def meant(written: str, known: Sequence[str]) -> str:
    """`; did you mean 'x'?` where one of the known is near; else nothing."""
    by_small = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(written.casefold(), list(by_small), n=1, cutoff=0.6)
    return f"; did you mean {by_small[near[0]]!r}?" if near else ""
