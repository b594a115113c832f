"""A person's messages as they would go out at a given time: composed as ever, then taken back."""

from datetime import datetime

from sqlalchemy import Connection, Engine, select

from alerts.contents import read_letter
from alerts.digest import compose
from alerts.messages import MESSAGE, make_messages
from alerts.outgoing import Outgoing
from alerts.subscribers import ADDRESS
from database import transaction
from models import DeliveryState
from settings import OperatorSettings, Settings


def preview(engine: Engine, settings: Settings, subscriber_id: int, at: datetime) -> list[Outgoing]:
    """What the outbox would send to this person at that time, of what is known now. Changes nothing."""
    with transaction(engine) as connection:
        trial = connection.begin_nested()
        try:
            make_messages(connection, settings.alerts, OperatorSettings(), at)
            return _compose_all(connection, settings, subscriber_id, at)
        finally:
            trial.rollback()


def _compose_all(connection: Connection, settings: Settings, subscriber_id: int, at: datetime) -> list[Outgoing]:
    waiting = MESSAGE.c.state.in_([DeliveryState.PENDING, DeliveryState.UNCERTAIN])
    due = select(MESSAGE).where(MESSAGE.c.subscriber_id == subscriber_id, waiting).order_by(MESSAGE.c.id)
    own = select(ADDRESS.c.channel, ADDRESS.c.address).where(ADDRESS.c.subscriber_id == subscriber_id)
    addresses = {row.channel: row.address for row in connection.execute(own)}
    letters = [
        read_letter(connection, message, addresses[message["channel"]], settings.web.public_url, at)
        for message in connection.execute(due).mappings().all()
    ]
    return [compose(letter) for letter in letters if letter is not None]
