"""A person's messages as they would go out at a given time: composed as ever, then taken back."""

from datetime import datetime

from sqlalchemy import Connection, Engine, select

from alerts.contents import read_contents
from alerts.digest import compose
from alerts.envelopes import Envelope, Links
from alerts.messages import MESSAGE, bundle
from alerts.outgoing import Outgoing
from alerts.subscribers import ADDRESS, SUBSCRIBER
from database import secret_key, transaction
from models import DeliveryState
from settings import Settings


def preview(engine: Engine, settings: Settings, subscriber_id: int, at: datetime) -> list[Outgoing]:
    """What the outbox would send to this person at that time, of what is known now. Changes nothing."""
    with transaction(engine) as connection:
        trial = connection.begin_nested()
        try:
            while bundle(connection, settings.alerts, at, whose=subscriber_id)[1]:
                pass
            return _compose_all(connection, settings, subscriber_id, at)
        finally:
            trial.rollback()


def _compose_all(connection: Connection, settings: Settings, subscriber_id: int, at: datetime) -> list[Outgoing]:
    waiting = MESSAGE.c.state.in_([DeliveryState.PENDING, DeliveryState.UNCERTAIN])
    due = select(MESSAGE).where(MESSAGE.c.subscriber_id == subscriber_id, waiting).order_by(MESSAGE.c.id)
    own = select(ADDRESS.c.id, ADDRESS.c.address, SUBSCRIBER.c.timezone).where(ADDRESS.c.subscriber_id == subscriber_id)
    owned = connection.execute(own.join(SUBSCRIBER, SUBSCRIBER.c.id == ADDRESS.c.subscriber_id))
    places = {row.id: (row.address, row.timezone) for row in owned}
    envelopes = [Envelope(row, *places[row["address_id"]]) for row in connection.execute(due).mappings()]
    public_url = settings.web.public_url
    to = Links(public_url, secret_key(connection) if public_url else b"")
    found = read_contents(connection, envelopes, to, at)
    return [compose(one.letter) for one in found.values() if one.letter is not None]
