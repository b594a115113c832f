"""A message on its way: its row and where it goes, who may send it, and what was found to stand in it."""

from dataclasses import dataclass, field

from sqlalchemy import RowMapping

from alerts.digest import OWN_WORDS, Letter
from models import Cadence


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message (its row) and where it goes."""

    message: RowMapping
    address: str
    timezone: str
    is_repeat: bool = False

    @property
    def id(self) -> int:
        return int(self.message["id"])

    @property
    def cadence(self) -> Cadence:
        return Cadence(self.message["cadence"])

    @property
    def has_own_words(self) -> bool:
        """Whether it says no more than stands in its row: a notice, or that nothing happened."""
        return self.cadence in OWN_WORDS or bool(self.message["text"])


@dataclass(frozen=True, slots=True)
class Claim(Envelope):
    """A message that we alone may send while the lease lasts."""

    lease: str = ""

    @property
    def channel(self) -> str:
        return str(self.message["channel"])

    @property
    def address_id(self) -> int:
        return int(self.message["address_id"])


@dataclass(frozen=True, slots=True)
class Links:
    """What links in messages are made of; without a public address there are none."""

    public_url: str = ""
    key: bytes = b""


@dataclass(slots=True)
class Contents:
    """What a message says. `letter` is None where nothing is left to say; `dropped`: deliveries that are not to be
    told any more, by the reason; `waiting`: how many are."""

    letter: Letter | None = None
    waiting: int = 0
    dropped: dict[str, list[int]] = field(default_factory=dict)
