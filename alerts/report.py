"""What the outbox did, counted and logged."""

from dataclasses import dataclass

import structlog

from alerts.claims import Ended
from models import DeliveryState

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class OutboxReport:
    """What one pass did, in messages; `repeats` are those of `sent` that were marked as possible repeats."""

    made: int = 0
    sent: int = 0
    repeats: int = 0
    postponed: int = 0
    uncertain: int = 0
    failed: int = 0
    cancelled: int = 0
    late: int = 0  # the lease was lost: another records the outcome

    def count(self, one: Ended, state: DeliveryState | None) -> None:
        """Note what became of a message; None: its lease was lost."""
        told = {"message_id": one.claim.id, "channel": one.claim.channel}
        match state:
            case None:
                self.late += 1
                log.warning("outbox.lease_lost", **told)
            case DeliveryState.SENT:
                self.sent += 1
                self.repeats += one.claim.is_repeat
                log.info("outbox.sent", **told, is_possible_repeat=one.claim.is_repeat)
                return
            case DeliveryState.FAILED:
                self.failed += 1
            case DeliveryState.UNCERTAIN:
                self.uncertain += 1
            case _:
                self.postponed += 1
        log.warning("outbox.not_sent", **told, state=state, reason=str(one.error))
