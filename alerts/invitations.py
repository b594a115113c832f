"""Invitations: a link that ties a chat to a person, once. Every function works within the caller's transaction."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from alerts.addresses import BY_WRITING, set_address
from alerts.subscribers import SUBSCRIBER, SubscriberError, resume

INVITE_DAYS = 7


def invite(connection: Connection, subscriber_id: int, now: datetime) -> str:
    """A one-time token, valid for 7 days, that ties a chat to this person; only its hash is kept."""
    token = secrets.token_urlsafe(24)
    values = {"invite_hash": _hash(token), "invite_until": now + timedelta(days=INVITE_DAYS)}
    connection.execute(update(SUBSCRIBER).where(SUBSCRIBER.c.id == subscriber_id).values(values))
    return token


def invite_link(bot: str, token: str) -> str:
    """The link that opens the bot and redeems the token; `bot` is its user name."""
    return f"https://t.me/{bot.lstrip('@')}?start={token}"


def redeem(connection: Connection, token: str, channel: str, address: str, now: datetime) -> int:
    """Tie the address to the person invited and return their id; who had stopped goes on.

    Raises SubscriberError on a used or late token.
    """
    invited = SUBSCRIBER.c.invite_hash == _hash(token)
    row = connection.execute(select(SUBSCRIBER).where(invited).with_for_update()).mappings().first()
    if row is None or row["invite_until"] is None:
        raise SubscriberError("this invitation was used already or is not one of ours; ask for a new link")
    if _utc(row["invite_until"], now) < now:
        raise SubscriberError(f"this invitation is older than {INVITE_DAYS} days; ask for a new link")
    set_address(connection, row["id"], channel, address, now, BY_WRITING)
    used = {"invite_hash": "", "invite_until": None}
    connection.execute(update(SUBSCRIBER).where(SUBSCRIBER.c.id == row["id"]).values(used))
    resume(connection, row["id"])
    return int(row["id"])


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _utc(moment: datetime, now: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)
