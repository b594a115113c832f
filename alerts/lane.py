"""What a channel's lane knows of its channel: whether it works, when it is tried again, whom it refused. No I/O."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from alerts.channels import ChannelError, Outcome

AT_ONCE = 16  # messages under way
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(minutes=15)
ASK_AFTER, THOROUGHLY_AFTER = timedelta(seconds=60), timedelta(hours=1)
REFUSALS = 3  # of different addresses in a row, without a reason: the relay is to blame


@dataclass(slots=True)
class Lane:
    """A channel's. After a failure of the channel itself it rests, each time longer, and then tries one message."""

    channel: str
    is_well: bool = False  # seen to work, and the operator is told so
    trouble: str = ""  # why it rests, in the words of who refused
    asked_at: datetime | None = None  # when it was last seen to work, or not to
    _is_refusing: bool = False  # it takes us, and refuses what we hand over
    _asked_well: datetime | None = None  # when all that comes before a message went well
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

    @property
    def next_at(self) -> datetime | None:
        """When it tries again, where it rests."""
        return self._rest_until

    def accepted(self, address_id: int, now: datetime | None = None) -> None:
        """A message was taken: the channel works, and who was refused before was refused for their own sake."""
        self._taken += 1
        self.asked_at = self._asked_well = now or self.asked_at
        self._in_a_row.clear()
        self._refused.pop(address_id, None)
        self._works()

    def judge(self, address_id: int, error: ChannelError, now: datetime) -> ChannelError:
        """The failure with what it means beside those of others."""
        if error.outcome == Outcome.REFUSED:
            error = ChannelError(str(error), self._blame(address_id))
        if error.outcome in (Outcome.CHANNEL, Outcome.REFUSED):
            self._is_refusing = error.outcome == Outcome.REFUSED
            self._rest(str(error), now)
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

    # --- asked without a message -----------------------------------------------------------------------------------

    def is_to_be_asked(self, now: datetime) -> bool:
        """Whether nothing was heard of the channel lately, or its rest is over and no message has tried it."""
        if self._rest_until is not None:
            return now >= self._rest_until
        return self.asked_at is None or now - self.asked_at >= ASK_AFTER

    def is_thorough(self, now: datetime) -> bool:
        """Whether to ask by login and sender too: now and then, and after trouble."""
        return bool(self.trouble) or self._asked_well is None or now - self._asked_well >= THOROUGHLY_AFTER

    def answered(self, error: ChannelError | None, is_thorough: bool, now: datetime) -> None:
        """What came of asking. One that refused what it was handed is well only once it takes a message."""
        self.asked_at = now
        if error is not None and error.retry_after is None:
            self._rest(str(error), now)
        elif self._is_refusing:
            self._rest(self.trouble, now)
        else:
            self._asked_well = now if is_thorough else self._asked_well
            self._works()

    def _rest(self, why: str, now: datetime) -> None:
        self.is_well, self.trouble, self.asked_at = False, why, now
        if self._rest_until is None or now >= self._rest_until:  # what was under way beside the first adds nothing
            self._rest_until = now + min(FIRST_PAUSE * 2 ** min(self._pauses, 10), LONGEST_PAUSE)
            self._pauses += 1

    def _works(self) -> None:
        self._rest_until, self._pauses, self.trouble, self._is_refusing = None, 0, "", False
