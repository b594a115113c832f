"""What a channel's lane knows of its channel: whether it works, when it is tried again, whom it refused. No I/O."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from alerts.channels import ChannelError, Outcome

AT_ONCE = 16  # messages under way
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(minutes=15)
REFUSALS = 3  # of different addresses in a row, without a reason: the relay is to blame


@dataclass(slots=True)
class Lane:
    """A channel's. After a failure of the channel itself it rests, each time longer, and then tries one message."""

    channel: str
    is_well: bool = False  # seen to work, and the operator is told so
    _rest_until: datetime | None = None
    _pauses: int = 0  # in a row
    _taken: int = 0  # messages that were accepted
    _refused: dict[int, int] = field(default_factory=dict)  # addresses, with `_taken` at their first refusal
    _in_a_row: set[int] = field(default_factory=set)  # addresses refused since the last acceptance

    def slots(self, now: datetime) -> int:
        """How many messages may be under way."""
        if self._rest_until is not None and now < self._rest_until:
            return 0
        return 1 if self._pauses else AT_ONCE

    def accepted(self, address_id: int) -> None:
        """A message was taken: the channel works, and who was refused before was refused for their own sake."""
        self._taken += 1
        self._in_a_row.clear()
        self._refused.pop(address_id, None)
        self._works()

    def judge(self, address_id: int, error: ChannelError, now: datetime) -> ChannelError:
        """The failure with what it means beside those of others."""
        if error.outcome == Outcome.REFUSED:
            error = ChannelError(str(error), self._blame(address_id))
        if error.outcome in (Outcome.CHANNEL, Outcome.REFUSED):
            self._rest(now)
        elif error.outcome != Outcome.UNCERTAIN:
            self._works()
        return error

    def _blame(self, address_id: int) -> Outcome:
        """Refused without a reason: the relay is to blame where it refuses several in a row. The address is, where
        others were taken since it was first refused; until then it waits."""
        self._in_a_row.add(address_id)
        if len(self._in_a_row) >= REFUSALS:
            return Outcome.REFUSED
        taken = self._refused.setdefault(address_id, self._taken)
        return Outcome.ADDRESS if self._taken > taken and self._in_a_row == {address_id} else Outcome.LATER

    def _rest(self, now: datetime) -> None:
        self.is_well = False
        if self._rest_until is None or now >= self._rest_until:  # what was under way beside the first adds nothing
            self._rest_until = now + min(FIRST_PAUSE * 2 ** min(self._pauses, 10), LONGEST_PAUSE)
            self._pauses += 1

    def _works(self) -> None:
        self._rest_until, self._pauses = None, 0
