"""Asking a person at a terminal, or taking what the options say; each answer is tried before the next question."""

import shutil
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import typer

from begin.taking import NotGoodError
from commands.common import FailureError, MisuseError, note

TRIES = 5
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Asker:
    """`is_mute`: nobody is asked; what no option says is left as it is."""

    is_mute: bool

    def ask(
        self,
        question: str,
        given: str | None,
        take: Callable[[str], Answer],
        *,
        default: str = "",
        hidden: bool = False,
    ) -> Answer:
        """The answer that could be taken: that of the option, else what is typed; one that is no good is asked anew.

        Raises MisuseError where nobody is there to answer better.
        """
        if given is not None or self.is_mute:
            return self._take(given if given is not None else default, take)
        for _ in range(TRIES):
            written = self._prompt(question, default, hidden)
            try:
                return take(written.strip())
            except NotGoodError as error:
                refuse(str(error))
        raise MisuseError(f"{question}: no answer could be taken; nothing was written")

    def _take(self, written: str, take: Callable[[str], Answer]) -> Answer:
        try:
            return take(written.strip())
        except NotGoodError as error:
            raise MisuseError(f"{error}; nothing was written") from None

    def _prompt(self, question: str, default: str, hidden: bool) -> str:
        try:
            return str(
                typer.prompt(
                    question,
                    default=default,
                    show_default=bool(default),
                    err=True,
                    hide_input=hidden and sys.stdin.isatty(),
                )
            )
        except typer.Abort:
            raise _stopped() from None

    def confirm(self, question: str, default: bool) -> bool:
        """Yes or no; where nobody is asked, the default."""
        if self.is_mute:
            return default
        try:
            return typer.confirm(question, default=default, err=True)
        except typer.Abort:
            raise _stopped() from None


def _stopped() -> Exception:
    """What is said of whoever leaves, at a terminal or because there is none."""
    if sys.stdin.isatty():
        note("")
        return FailureError("stopped; nothing was written")
    return MisuseError("nobody answers: run it at a terminal, or answer by options with --no-input")


def say(words: str, indent: int = 2, hanging: int = 2) -> None:
    """What came of an answer; on a terminal in lines that end between words."""
    if sys.stderr.isatty():
        width = max(40, shutil.get_terminal_size().columns - 1)
        words = textwrap.fill(
            words, width - indent, subsequent_indent=" " * hanging, break_long_words=False, break_on_hyphens=False
        )
    note(textwrap.indent(words, " " * indent))


def refuse(words: str) -> None:
    """What is wrong with an answer, a line each."""
    for line in words.splitlines():
        say(f"✗ {line}")
