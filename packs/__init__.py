"""Packs: boards of employers by theme, a TOML file each beside this one, that a configuration takes in by name."""

import difflib
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, field_validator

_SHIPPED = Path(__file__).parent


class PackError(Exception):
    """Packs cannot be used as they are named; the message says what to do. Raised by `find` and `join`."""


class BoardRow(BaseModel):
    """A row of boards, in a configuration or in a pack.

    `url` is a sitemap, a listing page or a domain, where the source needs one. `origin` is "config", or the pack that
    the row came from; `place` is where it stands, for messages.
    """

    model_config = ConfigDict(extra="forbid")
    source: str
    board: str
    company: str = ""
    url: str = ""
    rendered: bool = False  # open it in a browser
    options: dict[str, Any] = {}
    _origin: str = "config"
    _place: str = "boards"

    @field_validator("board")
    @classmethod
    def _one_word(cls, board: str) -> str:
        if not board.strip() or "/" in board:
            raise ValueError("give the board's token at its source, as in its careers address")
        return board.strip()

    @property
    def name(self) -> str:
        return f"{self.source}/{self.board}"

    @property
    def origin(self) -> str:
        return self._origin

    @property
    def place(self) -> str:
        return self._place


class Pack(BaseModel):
    """What a file of a pack holds."""

    model_config = ConfigDict(extra="forbid")
    boards: list[BoardRow]


def names() -> list[str]:
    """The packs that rolewire ships."""
    return sorted(path.stem for path in _SHIPPED.glob("*.toml"))


def find(name: str, folder: Path) -> Path:
    """The file of a shipped pack, or of one of your own, named by its path from the configuration's folder."""
    if name.endswith(".toml"):
        if not (folder / name).is_file():
            raise PackError(f"packs: {folder / name}: no such file")
        return folder / name
    if name not in names():
        hint = _hint(name, names()) or f"there are {', '.join(names())}"
        raise PackError(f"packs: no pack {name!r}; {hint}; your own is named by its path, as mine.toml")
    return _SHIPPED / f"{name}.toml"


def about(name: str, folder: Path) -> str:
    """Whose boards a pack holds, in the words of its first line."""
    with find(name, folder).open(encoding="utf-8") as file:
        first = file.readline()
    return first.removeprefix("#").strip() if first.startswith("#") else ""


def join(
    own: Sequence[BoardRow], taken: Iterable[tuple[str, Sequence[BoardRow]]], left: Collection[str]
) -> list[BoardRow]:
    """The configuration's own rows, then those of its packs that are neither its own nor left out: each board once."""
    mine = _distinct([_placed(row, "config", f"boards[{number}]") for number, row in enumerate(own, 1)])
    packed = [
        _placed(row, f"pack {name}", f"pack {name}: boards[{number}]")
        for name, rows in taken
        for number, row in enumerate(rows, 1)
    ]
    known = {row.name for row in packed}
    for name in left:
        if name not in known:
            raise PackError(f"leave_out: {name!r} is in none of the packs; {_hint(name, known) or 'take it out'}")
    others = _distinct([row for row in packed if row.name not in mine and row.name not in left])
    return [*mine.values(), *others.values()]


def _placed(row: BoardRow, origin: str, place: str) -> BoardRow:
    row._origin, row._place = origin, place
    return row


def _distinct(rows: Iterable[BoardRow]) -> dict[str, BoardRow]:
    """The rows by board; one that stands twice must say the same both times."""
    held: dict[str, BoardRow] = {}
    for row in rows:
        first = held.setdefault(row.name, row)
        if first.model_dump() != row.model_dump():
            cure = "make them alike, or leave one out"
            raise PackError(f"{row.name} stands in {first.place} and in {row.place}, and not alike; {cure}")
    return held


def _hint(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"did you mean {near[0]!r}?" if near else ""
