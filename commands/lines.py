"""Postings as JSON lines on standard input."""

import sys
from collections.abc import Callable, Iterator
from typing import Any

import orjson

from commands.common import FailureError, as_json, note

Row = dict[str, Any]


class Lines:
    """The postings on standard input, one at a time; bad lines are told on standard error and counted."""

    def __init__(self) -> None:
        self.bad = 0
        self.number = 0

    def __iter__(self) -> Iterator[Row]:
        for number, line in enumerate(sys.stdin.buffer, 1):
            self.number = number
            if not line.strip():
                continue
            try:
                row = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                self.report(number, f"not JSON: {error}")
                continue
            if not isinstance(row, dict):
                self.report(number, "not a posting: a line holds one JSON object")
            elif not isinstance(row.get("title"), str) or not row["title"].strip():
                self.report(number, "a posting needs a title")
            else:
                yield row

    def report(self, number: int, problem: str) -> None:
        """Say what is wrong with a line."""
        self.bad += 1
        note(f"line {number}: {problem}")

    def finish(self) -> None:
        """Fail if a line was bad; all others are done by now."""
        if self.bad:
            raise FailureError(f"{self.bad} lines could not be read; the others are done")


def stream(change: Callable[[Row], Row]) -> None:
    """Write each of them changed, in the same order."""
    rows = Lines()
    for row in rows:
        try:
            changed = change(row)
        except (TypeError, ValueError, AttributeError) as error:  # a field of a type that no board sends
            rows.report(rows.number, f"a field cannot be read: {error}")
            continue
        sys.stdout.write(as_json(changed) + "\n")
    rows.finish()
