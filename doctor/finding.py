"""What the doctor says of one thing: how it is, where it stands, and how to mend it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from settings import Settings


class State(StrEnum):
    """How bad it is: a `problem` breaks the main job, a `warning` may one day, or breaks less."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `where`: the key, file, variable or address that it is about; `cure`: what to do."""

    state: State
    what: str
    where: str = ""
    cure: str = ""


Check = Callable[[Settings], Iterator[Finding]]


def ok(what: str, where: str = "") -> Finding:
    """It is well."""
    return Finding(State.OK, what, where)


def warning(what: str, where: str, cure: str) -> Finding:
    """The main job is done, but something is worth a look."""
    return Finding(State.WARNING, what, where, cure)


def problem(what: str, where: str, cure: str) -> Finding:
    """Crawling, matching or telling does not work."""
    return Finding(State.PROBLEM, what, where, cure)
