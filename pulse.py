"""What the daemon says of its parts, written down as it changes and now and then, for whoever looks from outside.

The jobs of the daemon note how their turns end; channels, bot and crawl worker are looked at. What lasts is told to the
operator in the same words.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, delete

from alerts.lane import Lane
from alerts.notices import clear_notice, raise_notice
from database import table_of, transaction, upsert
from models import Part

WELL, WAITING = "well", "waiting"
AGAIN = timedelta(seconds=10)  # what has not changed is written again, for a pulse that stops is news too
TOLD_AFTER = timedelta(minutes=2)  # what mends itself sooner is no trouble of the operator's
LONGEST_TURN = timedelta(minutes=10)
NOTICE = "part:"
PART = table_of(Part)
Trouble = Callable[[], tuple[str, datetime | None]]


@dataclass(frozen=True, slots=True)
class Said:
    """How a part is now. `is_told_elsewhere`: it raises its trouble itself."""

    name: str
    why: str = ""  # empty: it is well
    next_at: datetime | None = None
    is_told_elsewhere: bool = False


@dataclass(slots=True)
class Turn:
    """How the turns of a job go."""

    failed: str = ""  # why the last one did
    begun_at: datetime | None = None  # of the one under way

    def said(self, name: str, now: datetime) -> Said:
        """The job as a part."""
        is_long = self.begun_at is not None and now - self.begun_at > LONGEST_TURN
        late = f"a turn has been under way since {self.begun_at:%H:%M} UTC" if is_long else ""
        return Said(name, self.failed or late)


def of_lanes(lanes: Mapping[str, Lane], names: Iterable[str]) -> Callable[[datetime], Iterator[Said]]:
    """The channels as parts; one that nobody has seen to work is not well yet."""

    def said(_now: datetime) -> Iterator[Said]:
        for name in names:
            lane = lanes.get(name)
            is_known = lane is not None and lane.asked_at is not None
            why = (lane.trouble if lane else "") or ("" if is_known else "it was not tried yet")
            yield Said(f"channel {name}", why, lane.next_at if lane else None, is_told_elsewhere=True)

    return said


def of(name: str, trouble: Trouble, is_told_elsewhere: bool = False) -> Callable[[datetime], Iterator[Said]]:
    """A part that says itself what keeps it from its work, and when it goes on."""
    return lambda _now: iter([Said(name, *trouble(), is_told_elsewhere)])


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Pulse:
    """The parts of one daemon. `sources` are asked at each beat."""

    engine: Engine
    clock: Callable[[], datetime] = _now
    turns: dict[str, Turn] = field(default_factory=dict)
    sources: list[Callable[[datetime], Iterator[Said]]] = field(default_factory=list)
    _rows: dict[str, dict[str, object]] = field(default_factory=dict)
    _written_at: datetime | None = None
    _told: set[str] = field(default_factory=set)
    _is_new: bool = True

    def turn(self, name: str) -> Turn:
        """Where a job notes how it goes."""
        return self.turns.setdefault(name, Turn())

    def beat(self) -> None:
        """Write down how the parts are, if that changed or is long ago."""
        now = self.clock()
        said = [turn.said(name, now) for name, turn in self.turns.items()]
        said += [one for source in self.sources for one in source(now)]
        rows = {one.name: self._row(one, now) for one in said}
        is_same = {name: (row["state"], row["why"], row["next_at"]) for name, row in rows.items()} == {
            name: (row["state"], row["why"], row["next_at"]) for name, row in self._rows.items()
        }
        if is_same and self._written_at is not None and now - self._written_at < AGAIN:
            return
        self._write(rows, said, now)
        self._rows, self._written_at, self._is_new = rows, now, False

    def _row(self, one: Said, now: datetime) -> dict[str, object]:
        state = WAITING if one.why else WELL
        held = self._rows.get(one.name)
        since = held["since"] if held is not None and held["state"] == state else now
        return {"name": one.name, "state": state, "since": since, "why": one.why[:500], "next_at": one.next_at,
                "seen_at": now}  # fmt: skip

    def _write(self, rows: dict[str, dict[str, object]], said: list[Said], now: datetime) -> None:
        with transaction(self.engine) as connection:
            if self._is_new:  # those of the daemon before us
                connection.execute(delete(PART).where(PART.c.name.not_in(rows)))
            upsert(connection, Part, list(rows.values()), ["name"], ["state", "since", "why", "next_at", "seen_at"])
            for one in said:
                since, key = rows[one.name]["since"], NOTICE + one.name
                assert isinstance(since, datetime)
                if one.why and not one.is_told_elsewhere and now - since >= TOLD_AFTER:
                    words = f"{one.name} does not work since {since:%Y-%m-%d %H:%M} UTC: {one.why}"
                    raise_notice(connection, key, words, now, repeats=True)
                    self._told.add(key)
                elif not one.why and (key in self._told or self._is_new):
                    clear_notice(connection, key, now)
                    self._told.discard(key)
