"""How the service is: the one source of `rolewire status`, the health page, /readyz and /metrics.

A part is *well*, *waiting* (since when, why, how much waits, the next try) or *off*. What the daemon says of its parts
holds while it leads and its pulse goes on; nothing is well that nobody has seen to work.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, case, func, or_, select

from alerts.channels import CHANNELS, ChannelSetupError
from alerts.wording import plural
from database import table_of
from locks import LEADER, holder
from models import Board, DeliveryState, Message, Part, PendingMatch, PostingEvent, Verdict
from settings import Settings

STALE = timedelta(seconds=30)  # a pulse this old has stopped
LATE_EVENTS = timedelta(minutes=5)  # an event that dispatch has not looked at so long after it happened
LATE_INTERVALS = 3
COUNTED = 1000
NO_DAEMON = "no daemon runs on this database: nothing is crawled or sent by itself"
NO_BROWSER = ("no browser was found", "[network] browser", "the browser does not start")  # as its verdict says
WELL = (Verdict.OK, Verdict.PARTIAL, Verdict.TRUNCATED)
JOBS = {"planner": "crawls are planned", "dispatch": "events are matched", "outbox": "messages are made"}
OLDEST_EVENT = (  # the first by number; a look at one row, however many wait
    select(table_of(PostingEvent).c.at)
    .where(table_of(PostingEvent).c.id == select(func.min(table_of(PendingMatch).c.event_id)).scalar_subquery())
)  # fmt: skip
OPEN = (DeliveryState.PENDING, DeliveryState.CLAIMED, DeliveryState.SENDING, DeliveryState.UNCERTAIN)


class State(StrEnum):
    """How a part is."""

    WELL = "well"
    WAITING = "waiting"
    OFF = "off"


_UNLED = {State.OFF: "the daemon does not run", State.WAITING: "the daemon gives no sign of life"}


@dataclass(frozen=True, slots=True)
class PartState:
    """One part. `count`: the messages, events or boards that wait; `is_needed`: the main job does not go on without."""

    name: str
    state: State
    why: str = ""
    since: datetime | None = None
    count: int = 0
    next_at: datetime | None = None
    is_needed: bool = True


@dataclass(slots=True)
class Condition:
    """Looks at one installation."""

    settings: Settings
    engine: Engine
    channels: dict[str, tuple[State, str]] = field(init=False)

    def __post_init__(self) -> None:
        self.channels = {name: _configured(name, self.settings) for name in CHANNELS}

    def look(self, connection: Connection, now: datetime) -> list[PartState]:
        """Every part, as it is now."""
        who = holder(self.engine, LEADER, connection)
        said = _said(connection, who)
        daemon = _daemon(who, said, now)
        unled = _UNLED.get(daemon.state, "")
        return [
            daemon,
            *(self._job(name, said, unled, connection, now) for name in JOBS),
            self._part("crawl worker", said.get("crawl worker"), unled),
            *self._reached(said, unled),
            *(self._channel(name, said.get(f"channel {name}"), unled, connection) for name in self.channels),
            *self._canary(connection, now),
            *self._boards(connection, now, unled),
            *self._beside(said, unled),
        ]

    def _part(self, name: str, row: RowMapping | None, unled: str, count: int = 0) -> PartState:
        if unled:
            return PartState(name, State.OFF, unled, row["seen_at"] if row else None, count)
        if row is None:
            return PartState(name, State.WAITING, "it has not begun", None, count)
        return PartState(name, State(row["state"]), row["why"], row["since"], count, row["next_at"])

    def _job(
        self, name: str, said: dict[str, RowMapping], unled: str, connection: Connection, now: datetime
    ) -> PartState:
        if name != "dispatch":
            return self._part(name, said.get(name), unled)
        part = self._part(name, said.get(name), unled, _few(connection, select(table_of(PendingMatch).c.event_id)))
        oldest = connection.execute(OLDEST_EVENT).scalar() if part.count and part.state is State.WELL else None
        if oldest is None or now - oldest < LATE_EVENTS:
            return part
        return replace(part, state=State.WAITING, why=f"events wait since {_when(oldest)}", since=oldest)

    def _reached(self, said: dict[str, RowMapping], unled: str) -> Iterator[PartState]:
        """Bot and web page, where they are wanted."""
        if self.channels.get("telegram", (State.OFF, ""))[0] is State.WELL:
            yield self._part("bot", said.get("bot"), unled)
        if self.settings.web.enabled:
            yield self._part("web page", said.get("web page"), unled)

    def _channel(self, name: str, row: RowMapping | None, unled: str, connection: Connection) -> PartState:
        message = table_of(Message).c
        count = _few(connection, select(message.id).where(message.channel == name, message.state.in_(OPEN)))
        state, why = self.channels[name]
        if state is State.OFF:
            return PartState(f"channel {name}", State.OFF, why, None, count, is_needed=bool(count))
        return self._part(f"channel {name}", row, unled, count)

    def _canary(self, connection: Connection, now: datetime) -> Iterator[PartState]:
        """Whether the operators' daily message arrived, where they want one."""
        if not self.settings.operator.canary:
            return
        from alerts import canary  # only here: what it stands on takes its time to import

        on = [name for name, (state, _) in self.channels.items() if state is State.WELL]
        for one in canary.look(connection, self.settings.operator, on, now):
            state = State.WAITING if one.is_late else State.WELL if one.is_well else State.OFF
            yield PartState(f"canary {one.channel}", state, one.why, one.at, is_needed=one.is_late)

    def _beside(self, said: dict[str, RowMapping], unled: str) -> Iterator[PartState]:
        """Backups where they are wanted, and of the daemon's lesser jobs those that fail: no alert waits for them."""
        if self.settings.backup.folder:
            yield replace(self._part("backups", said.get("backups"), unled), is_needed=False)
        lesser = set(said) - {*JOBS, "backups", "crawl worker", "bot", "web page"}
        for name in sorted(one for one in lesser if not one.startswith("channel ")):
            if said[name]["state"] == State.WAITING and not unled:
                yield replace(self._part(name, said[name], unled), is_needed=False)

    # --- boards ----------------------------------------------------------------------------------------------------

    def late_before(self, now: datetime) -> datetime:
        """A board that was due before this is late; one that is only due has its turn soon."""
        crawl = self.settings.crawl
        return now - LATE_INTERVALS * timedelta(minutes=crawl.interval_minutes)

    def _boards(self, connection: Connection, now: datetime, unled: str) -> Iterator[PartState]:
        row = connection.execute(_tally(self.late_before(now))).mappings().one()
        active, late, failing = row["active"] or 0, row["late"] or 0, row["failing"] or 0
        yield self._all_boards(active, late, failing, row, unled)
        if row["rendered"] or row["blind"]:
            yield _browser(row)

    def _all_boards(self, active: int, late: int, failing: int, row: RowMapping, unled: str) -> PartState:
        told = f"{plural(active, 'board')}, {failing} in trouble"
        if not active:
            return PartState("boards", State.OFF, "no board is watched", is_needed=False)
        if late:
            told = f"crawls are late: {plural(late, 'board')} of {active}, the oldest due at {_when(row['oldest'])}"
            told += f"; {unled}" if unled else ""
            return PartState("boards", State.WAITING, told, row["oldest"], late)
        if failing * 2 > active:
            told = f"{failing} of {plural(active, 'board')} cannot be read: `rolewire boards check` says why"
            return PartState("boards", State.WAITING, told, row["last_ok"], failing)
        if not row["crawled"]:
            return PartState("boards", State.WAITING, "none was crawled yet", count=active)
        return PartState("boards", State.WELL, told, row["last_ok"], failing)


def _said(connection: Connection, who: str | None) -> dict[str, RowMapping]:
    """What the daemon that leads has said of its parts: what is older was said by another."""
    since = _since(who)
    rows = connection.execute(select(table_of(Part))).mappings()
    return {row["name"]: row for row in rows if since is None or row["seen_at"] >= since}


def _since(who: str | None) -> datetime | None:
    """Since when somebody leads, as `locks` notes it."""
    if who is None or " since " not in who:
        return None
    return datetime.strptime(who.partition(" since ")[2], "%Y-%m-%d %H:%M UTC").replace(tzinfo=UTC)


def _daemon(who: str | None, said: dict[str, RowMapping], now: datetime) -> PartState:
    """Whether it leads, and gave a sign of life lately."""
    seen = max((row["seen_at"] for row in said.values()), default=None)
    if who is None or not who.startswith("run"):
        return PartState("daemon", State.OFF, f"{NO_DAEMON}; {who}" if who else NO_DAEMON, seen)
    since = _since(who)
    last = seen or since
    if last is not None and now - last > STALE:
        told = "it gives no sign of life: is the disk full, or the database held by another?"
        return PartState("daemon", State.WAITING, told, last)
    return PartState("daemon", State.WELL, f"it leads since {_when(since)}" if since else "it leads", since)


def is_ready(parts: Sequence[PartState]) -> list[PartState]:
    """The parts that keep the main job from being done; none: it is ready."""
    return [one for one in parts if one.is_needed and one.state is not State.WELL]


def _configured(name: str, settings: Settings) -> tuple[State, str]:
    if not settings.channels.get(name):
        return State.OFF, "not configured"  # its file need not be imported to know
    try:
        is_on = CHANNELS[name].build(settings) is not None
    except ChannelSetupError:
        return State.OFF, "misconfigured: `rolewire doctor` says how to mend it"
    return (State.WELL, "") if is_on else (State.OFF, "not configured")


def _few(connection: Connection, wanted: Any) -> int:
    """How many, counted no further than is worth knowing."""
    return connection.execute(select(func.count()).select_from(wanted.limit(COUNTED).subquery())).scalar_one()


def _tally(late_before: datetime) -> Any:
    """One row on all active boards."""
    board = table_of(Board).c

    def count(*conditions: Any) -> Any:
        return func.sum(case((conditions[0], 1), else_=0))

    return select(
        func.count().label("active"),
        count(board.due_at < late_before).label("late"),
        count(board.failures > 0).label("failing"),
        count(board.last_verdict != "").label("crawled"),
        count(board.is_rendered).label("rendered"),
        count(or_(*(board.last_reason.contains(words, autoescape=True) for words in NO_BROWSER))).label("blind"),
        count(board.is_rendered & board.last_verdict.in_(WELL)).label("opened"),
        func.min(board.due_at).label("oldest"),
        func.max(board.last_ok_at).label("last_ok"),
    ).where(board.state == "active")


def _browser(row: RowMapping) -> PartState:
    needed = f"{plural(row['blind'] or row['rendered'], 'board')} need it"
    if row["blind"]:
        told = f"no browser was found that starts, and {needed}: see [network] browser"
        return PartState("browser", State.WAITING, told, count=row["blind"])
    if not row["opened"]:
        return PartState("browser", State.WAITING, f"no page was opened in it yet; {needed}", is_needed=False)
    return PartState("browser", State.WELL, f"{plural(row['opened'], 'board')} open in it", is_needed=False)


def _when(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
