"""Coming in without a password: by a link that is sent to one's address, which holds for half an hour and works once.

Asking for one tells nobody whether the address is known: what follows looks the same. Opening the link changes nothing;
its page has a button. With it a search may be saved that was asked for before.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from alerts import optin
from alerts.channels import CHANNELS
from alerts.links import entry_url
from alerts.messages import add_message
from alerts.subscribers import ADDRESS, SUBSCRIBER, SubscriberError, add_subscriber
from alerts.suppression import is_suppressed
from database import table_of, upsert
from models import Cadence, Entry
from settings import Settings

VALID = timedelta(minutes=30)
KEPT = timedelta(days=1)  # after it ended: so long is counted who asked how often
MOST_OF_ADDRESS = 3  # links an hour
MOST_NEW = 20  # addresses nobody had, an hour
MOST = 200  # links an hour, of all
ENTRY = table_of(Entry)
BY_LINK = "signed in by its link"
_SENT_TO, _SESSION = "email", "session"


class EntryError(ValueError):
    """The link lets nobody in; the message says why. Raised by `look` and `use`."""


@dataclass(frozen=True, slots=True)
class Way:
    """What a link opens: for whose address, and the words of the search that is saved with it."""

    channel: str
    address: str
    wish: str = ""


def ask(connection: Connection, settings: Settings, address: str, wish: str, now: datetime) -> str:
    """Send a link to an address, if it may come in; returns the address as it is written. Raises SubscriberError only
    on what is no address: nothing else tells who is known, or who asked too often."""
    try:
        address = CHANNELS[_SENT_TO].clean_address(address)
    except ValueError as error:
        raise SubscriberError(str(error)) from None
    connection.execute(delete(ENTRY).where(ENTRY.c.until < now - KEPT))
    if _is_too_often(connection, address, now):
        return address
    row = _held(connection, address) or _new(connection, settings, address, now)
    token = _note(connection, _SENT_TO, address if row is None else row["address"], wish, now)
    if row is not None and row["state"] in ("active", optin.UNCONFIRMED):
        words = _words(entry_url(settings.web.public_url, token), wish)
        add_message(connection, f"entry:{_hash(token)}", row, Cadence.CONFIRM, now, words)
    return address


def link(connection: Connection, channel: str, address: str, now: datetime) -> str:
    """A token that lets in whoever has this address; the caller sends it there, and nowhere else."""
    return _note(connection, channel, address, "", now)


def _note(connection: Connection, channel: str, address: str, wish: str, now: datetime) -> str:
    token = secrets.token_urlsafe(24)
    row = {"token_hash": _hash(token), "channel": channel, "address": address, "wish": wish, "created_at": now,
           "until": now + VALID, "used_at": None}  # fmt: skip
    connection.execute(insert(ENTRY).values(row))
    return token


def _is_too_often(connection: Connection, address: str, now: datetime) -> bool:
    lately = select(func.count()).select_from(ENTRY).where(ENTRY.c.created_at > now - timedelta(hours=1))
    lately = lately.where(ENTRY.c.channel != _SESSION)
    own = lately.where(ENTRY.c.channel == _SENT_TO, func.lower(ENTRY.c.address) == address.lower())
    return (
        connection.execute(own).scalar_one() >= MOST_OF_ADDRESS or connection.execute(lately).scalar_one() >= MOST
    )  # fmt: skip


def _held(connection: Connection, address: str) -> RowMapping | None:
    """Whose it is, in whatever letters it is written."""
    mine = select(ADDRESS).where(ADDRESS.c.channel == _SENT_TO, func.lower(ADDRESS.c.address) == address.lower())
    return connection.execute(mine.order_by(ADDRESS.c.id)).mappings().first()


def _new(connection: Connection, settings: Settings, address: str, now: datetime) -> RowMapping | None:
    """Somebody new, where everybody may come: nothing else is sent to them before they use the link."""
    lately = select(func.count()).select_from(SUBSCRIBER).where(SUBSCRIBER.c.created_at > now - timedelta(hours=1))
    if settings.access.mode != "open" or connection.execute(lately).scalar_one() >= MOST_NEW:
        return None
    if is_suppressed(connection, _SENT_TO, address):  # anybody can ask for a link to anybody's address
        return None
    own = add_subscriber(connection, address.partition("@")[0], now)
    row = {"subscriber_id": own, "channel": _SENT_TO, "address": address, "state": optin.UNCONFIRMED,
           "reason": "not confirmed yet", "changed_at": now, "agreed_at": None, "agreed_by": ""}  # fmt: skip
    return connection.execute(insert(ADDRESS).values(row).returning(ADDRESS)).mappings().one()


def _words(url: str, wish: str) -> str:
    what = "Sign in and save your search" if wish else "Sign in"
    saved = f"It saves this search: {wish}\n" if wish else ""
    return (
        f"{what}\nOpen this page and press the button:\n{url}\n{saved}"
        f"It holds for {VALID.seconds // 60} minutes and works once.\n\n"
        "If it was not you who asked, do nothing: nothing changes."
    )


def look(connection: Connection, token: str, now: datetime) -> Way:
    """What a link would open. Raises EntryError."""
    row = connection.execute(select(ENTRY).where(ENTRY.c.token_hash == _hash(token))).mappings().first()
    if row is None:
        raise EntryError("this link is incomplete, or it was not made here; copy it whole, or ask for a new one")
    if row["used_at"] is not None:
        raise EntryError("this link was used already; ask for a new one")
    if row["until"] <= now:
        raise EntryError("this link is too old; ask for a new one")
    return Way(row["channel"], row["address"], row["wish"])


def use(connection: Connection, token: str, now: datetime) -> tuple[int, Way]:
    """Let its owner in, once: (subscriber, what it opened). Raises EntryError."""
    way = look(connection, token, now)
    mine = (ENTRY.c.token_hash == _hash(token)) & ENTRY.c.used_at.is_(None)
    if not connection.execute(update(ENTRY).where(mine).values(used_at=now)).rowcount:
        raise EntryError("this link was used already; ask for a new one")
    own = (ADDRESS.c.channel == way.channel) & (ADDRESS.c.address == way.address)
    row = connection.execute(select(ADDRESS).where(own)).mappings().first()
    if row is None:
        raise EntryError("this address was taken away meanwhile")
    optin.agree(connection, row, BY_LINK, now)
    return int(row["subscriber_id"]), way


def once(connection: Connection, proof: str, channel: str, address: str, now: datetime) -> None:
    """Take a proof that somebody else gave, which must not be taken twice. Raises EntryError."""
    row = {"token_hash": _hash(proof), "channel": channel, "address": address, "wish": "", "created_at": now,
           "until": now + KEPT, "used_at": now}  # fmt: skip
    if connection.execute(select(ENTRY.c.token_hash).where(ENTRY.c.token_hash == row["token_hash"])).first():
        raise EntryError("this sign-in was used already; begin again")
    connection.execute(insert(ENTRY).values(row))


def end(connection: Connection, session: str, now: datetime, until: datetime) -> None:
    """A session of the web page is over, whoever still holds its cookie, which ends by itself then."""
    row = {"token_hash": _hash(session), "channel": _SESSION, "address": "", "wish": "", "created_at": now,
           "until": until, "used_at": now}  # fmt: skip
    upsert(connection, Entry, [row], ["token_hash"])


def is_over(connection: Connection, session: str) -> bool:
    """Whether its owner signed out of it."""
    ended = select(ENTRY.c.token_hash).where(ENTRY.c.token_hash == _hash(session), ENTRY.c.channel == _SESSION)
    return connection.execute(ended).first() is not None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
