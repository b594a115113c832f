"""What an answer of a board held, row by row."""

from dataclasses import dataclass, field

from models import RawPosting

MAX_PLACES = 200  # of one posting that is listed again and again


@dataclass(slots=True)
class Reading:
    """What a body held: the postings, every id it listed, and what could not be read.

    `listed` counts the rows that the board means to show, readable or not; `nameless` those without an id.
    `hidden`: the ids of those that it does not mean to show.
    """

    postings: list[RawPosting] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    listed: int = 0
    skipped: int = 0
    nameless: int = 0
    hidden: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    named: dict[str, RawPosting] = field(default_factory=dict)

    def join(self, raw: RawPosting) -> None:
        """Of a posting that is listed again, a row a place perhaps, take the places that are new."""
        first = self.named.get(raw.native_id)
        if first and len(first.places) < MAX_PLACES:
            first.places += [place for place in raw.places if place not in first.places]

    def hide(self, native_id: str) -> None:
        """Count a row that the board does not mean to show."""
        self.nameless += not native_id
        self.hidden.add(native_id)

    def skip(self, number: int, why: str, native_id: str) -> None:
        """Count a row that cannot be read; what has an id is still listed and must not be closed."""
        self.listed += 1
        self.skipped += 1
        self.nameless += not native_id
        self.problems.append(f"row {number}: {why[:200]}")
        if native_id:
            self.seen.add(native_id)
