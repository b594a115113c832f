"""The order in which boards are crawled: a board begins when its host is free and a slot is. No I/O."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from models import BoardTask

SLOW_SECONDS = 20.0  # a board that takes longer gives up its slot: what it does from now on is mostly waiting
SLOW_A_SLOT = 10  # how many slow boards there may be for each slot
SLOW_A_HOST = 4  # their requests to one host take turns, with those of one quick board beside them


@dataclass(slots=True)
class UnderWay:
    """A board that has begun."""

    host: str
    since: float
    is_slow: bool = False


@dataclass
class Queue:
    """Boards that wait, by host, and boards under way. Hosts take turns, so that one with many boards delays no other.

    `is_paced`: hosts are spared; else only the slots count.
    """

    slots: int
    is_paced: bool = True
    _waiting: dict[str, deque[BoardTask]] = field(default_factory=dict)
    _under_way: dict[int, UnderWay] = field(default_factory=dict)
    _quick: dict[str, int] = field(default_factory=dict)  # boards under way by host
    _slow: dict[str, int] = field(default_factory=dict)

    def put(self, task: BoardTask, host: str) -> None:
        """Let a board wait for its turn."""
        self._waiting.setdefault(host, deque()).append(task)

    def next(self, is_free: Callable[[str], bool], now: float) -> BoardTask | None:
        """The next board that may begin, now under way; None if none may."""
        self._slow_down(now)
        if sum(self._quick.values()) >= self.slots:
            return None
        host = next((host for host in self._waiting if self._may_begin(host, is_free)), None)
        if host is None:
            return None
        line = self._waiting.pop(host)
        task = line.popleft()
        if line:
            self._waiting[host] = line  # behind the other hosts
        self._under_way[task.board_id] = UnderWay(host, now)
        _count(self._quick, host, 1)
        return task

    def end(self, board_id: int) -> None:
        """Free the place of a board."""
        if board := self._under_way.pop(board_id, None):
            _count(self._slow if board.is_slow else self._quick, board.host, -1)

    def drop(self) -> list[int]:
        """Forget the boards that wait; returns their ids."""
        dropped = [task.board_id for line in self._waiting.values() for task in line]
        self._waiting.clear()
        return dropped

    def waits(self) -> bool:
        """Whether any board waits."""
        return bool(self._waiting)

    def is_empty(self) -> bool:
        """Whether nothing waits and nothing is under way."""
        return not (self._waiting or self._under_way)

    def begun_before(self, moment: float) -> list[int]:
        """The boards under way since before a moment."""
        return [board_id for board_id, board in self._under_way.items() if board.since < moment]

    def _may_begin(self, host: str, is_free: Callable[[str], bool]) -> bool:
        is_crowded = host in self._quick or self._slow.get(host, 0) >= SLOW_A_HOST
        return not self.is_paced or (not is_crowded and is_free(host))

    def _slow_down(self, now: float) -> None:
        """Let boards that take long give up their slots, as far as there is room for slow ones."""
        room = SLOW_A_SLOT * self.slots - sum(self._slow.values())
        for board in list(self._under_way.values()):
            if room > 0 and not board.is_slow and now - board.since > SLOW_SECONDS:
                board.is_slow = True
                _count(self._quick, board.host, -1)
                _count(self._slow, board.host, 1)
                room -= 1


def _count(counts: dict[str, int], host: str, by: int) -> None:
    counts[host] = counts.get(host, 0) + by
    if not counts[host]:
        del counts[host]
