"""What was told in a message that was sent, read once more as it is now, and what has to be set right there.

A posting that closes is struck through where it stands. To note that is part of the transaction that looks at the
event; to edit comes later, slowly, and holds up nothing.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, Engine, RowMapping, delete, exists, select, update
from sqlalchemy.exc import InterfaceError, OperationalError

from alerts import sifting
from alerts.buttons import signed
from alerts.cadence import DIGESTS
from alerts.channels import Channel, ChannelError, Outcome
from alerts.channels.base import Editor
from alerts.contents import WAITING, held, make_letters
from alerts.desk import Asked
from alerts.digest import Letter, compose
from alerts.envelopes import Envelope, Links
from alerts.messages import MESSAGE
from alerts.outgoing import Outgoing
from alerts.sifting import Item
from alerts.subscribers import ADDRESS, DELIVERY, SUBSCRIBER
from database import read, secret_key, table_of, transaction, upsert
from models import DeliveryState, DueEdit, EventKind
from settings import Settings

EDIT = table_of(DueEdit)
KINDS = (EventKind.CLOSED, EventKind.REOPENED)
NOT_OLDER = timedelta(days=60)  # nobody scrolls back further
MAKING = timedelta(minutes=2)  # between reading what a message says and its being sent
COMPANY = timedelta(seconds=60)  # what closes together is edited together
AT_ONCE = 20  # messages in one turn
BETWEEN = 0.25  # seconds between two of them: what is new goes first
PATIENCE = 20.0
TRIES = 5
TOLD = (DeliveryState.SENT,)
UNDER_WAY = (DeliveryState.CLAIMED, DeliveryState.SENDING)
log = structlog.get_logger(__name__)


def note(connection: Connection, events: Sequence[Mapping[Any, Any]], now: datetime) -> None:
    """That messages which told of these events' postings say something that holds no more."""
    changed = sorted({event["posting_id"] for event in events if event["kind"] in KINDS})
    for start in range(0, len(changed), 500):
        mine = DELIVERY.c.posting_id.in_(changed[start : start + 500]) & DELIVERY.c.state.in_((*TOLD, *WAITING))
        stands = (MESSAGE.c.state == DeliveryState.SENT) & (MESSAGE.c.provider_id != "")
        stands &= MESSAGE.c.sent_at > now - NOT_OLDER
        stands |= MESSAGE.c.state.in_(UNDER_WAY)  # it may be in words already that say nothing of this
        wanted = select(MESSAGE.c.id).join(DELIVERY, DELIVERY.c.message_id == MESSAGE.c.id)
        wanted = wanted.where(mine, stands, MESSAGE.c.channel.in_(EDITORS))
        ids = connection.execute(wanted.distinct()).scalars().all()
        due = [{"message_id": key, "due_at": now + COMPANY, "tries": 0} for key in ids]
        upsert(connection, DueEdit, due, ["message_id"], ["due_at", "tries"])


EDITORS = ("telegram",)  # channels whose messages can be edited


# --- once more -----------------------------------------------------------------------------------------------------


def read_told(connection: Connection, envelopes: Sequence[Envelope], to: Links) -> dict[int, Letter]:
    """What was told in messages that were sent, as it was then: what closed since is told as over."""
    there = held(connection, [one.id for one in envelopes], TOLD)
    found: dict[int, Letter] = {}
    for one in envelopes:
        at = one.message["sent_at"]
        sift = sifting.in_digest if one.cadence in DIGESTS else sifting.at_once
        told = {one.id: sift([_as_then(item, at) for item in there.get(one.id, [])], {})}
        found |= make_letters(connection, [one], told, to, at, TOLD)
    return found


def _as_then(item: Item, at: datetime) -> Item:
    """Without its end, where that came once the message was made."""
    is_over = item["closed_at"] is not None and item["closed_at"] > at - MAKING
    return {**item, "closed_at": None, "is_over": True} if is_over else item


def letter_of(connection: Connection, settings: Settings, asked: Asked) -> Letter | None:
    """The message whose button was pressed; None where it is no alert, or is forgotten."""
    mine = (ADDRESS.c.channel == asked.channel) & (ADDRESS.c.address == asked.chat)
    return _letter(connection, settings, mine & (MESSAGE.c.provider_id == str(asked.message_id)))


def last_letter(connection: Connection, settings: Settings, asked: Asked) -> Letter | None:
    """The newest message to this chat that told of postings; None before the first."""
    mine = (ADDRESS.c.channel == asked.channel) & (ADDRESS.c.address == asked.chat) & (MESSAGE.c.text == "")
    tells = exists().where(DELIVERY.c.message_id == MESSAGE.c.id, DELIVERY.c.state == DeliveryState.SENT)
    return _letter(connection, settings, mine & tells)


def _letter(connection: Connection, settings: Settings, mine: Any) -> Letter | None:
    envelopes = _envelopes(connection, mine & (MESSAGE.c.state == DeliveryState.SENT), limit=1)
    links = Links(settings.web.public_url)
    return next(iter(read_told(connection, envelopes, links).values()), None)


def _envelopes(connection: Connection, condition: Any, limit: int) -> list[Envelope]:
    wanted = select(MESSAGE, ADDRESS.c.address, SUBSCRIBER.c.timezone, ADDRESS.c.state.label("address_state"))
    wanted = wanted.join(ADDRESS, ADDRESS.c.id == MESSAGE.c.address_id)
    wanted = wanted.join(SUBSCRIBER, SUBSCRIBER.c.id == ADDRESS.c.subscriber_id).where(condition)
    rows = connection.execute(wanted.order_by(MESSAGE.c.id.desc()).limit(limit)).mappings()
    return [Envelope(row, row["address"], row["timezone"], row["is_possible_repeat"]) for row in rows]


# --- editing -------------------------------------------------------------------------------------------------------


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class _Due:
    """A message that is to be edited: its row, and what is to stand there; nothing where nothing can be done."""

    row: RowMapping
    channel: str = ""
    provider_id: str = ""
    outgoing: Outgoing | None = None
    is_early: bool = False


class Edits:
    """Sets right what stands in chats, a few messages a turn."""

    def __init__(
        self, engine: Engine, channels: Mapping[str, Channel], settings: Settings, clock: Callable[[], datetime] = _now
    ) -> None:
        self._engine, self._settings, self._clock = engine, settings, clock
        self._editors: dict[str, Editor] = {
            name: one for name, one in channels.items() if name in EDITORS and isinstance(one, Editor)
        }

    async def turn(self) -> int:
        """Edit some of what is due; returns how many messages were looked at."""
        due = await asyncio.to_thread(self._take)
        for one in due:
            await asyncio.to_thread(self._record, one, await self._edit(one))
            await asyncio.sleep(BETWEEN)
        return len(due)

    async def _edit(self, one: _Due) -> ChannelError | None:
        if one.is_early:
            return ChannelError("the message is still on its way")
        if one.outgoing is None:
            return None
        try:
            await asyncio.wait_for(self._editors[one.channel].edit(one.outgoing, one.provider_id), PATIENCE)
        except ChannelError as error:
            return error
        except TimeoutError:
            return ChannelError(f"{one.channel}: no answer in {PATIENCE:.0f} s", Outcome.UNCERTAIN)
        return None

    def _take(self) -> list[_Due]:
        now = self._clock()
        with read(self._engine) as connection:
            due = select(EDIT).where(EDIT.c.due_at <= now).order_by(EDIT.c.due_at).limit(AT_ONCE)
            rows = connection.execute(due).mappings().all()
            if not rows:
                return []
            ids = [row["message_id"] for row in rows]
            found = {one.id: one for one in _envelopes(connection, MESSAGE.c.id.in_(ids), limit=AT_ONCE)}
        with transaction(self._engine) as connection:
            links = Links(self._settings.web.public_url, secret_key(connection))
        return [self._read(row, found.get(row["message_id"]), links) for row in rows]

    def _read(self, row: RowMapping, one: Envelope | None, links: Links) -> _Due:
        """One that cannot be put into words must not keep the rest: it is left as it stands."""
        try:
            with read(self._engine) as connection:
                letters = read_told(connection, [] if one is None else [one], links)
            return self._made(row, one, letters, links.key)
        except (OperationalError, InterfaceError):  # the database's fault: no message is to blame
            raise
        except Exception:
            log.exception("edits.not_composed", message_id=row["message_id"])
            return _Due(row)

    def _made(self, row: RowMapping, one: Envelope | None, letters: Mapping[int, Letter], key: bytes) -> _Due:
        """Nothing to send where the message is forgotten, or is nobody's any more; later, where it is on its way."""
        if one is not None and one.message["state"] in UNDER_WAY:
            return _Due(row, is_early=True)
        if one is None or one.id not in letters or one.message["address_state"] != "active":
            return _Due(row)
        channel = str(one.message["channel"])
        editor = self._editors.get(channel)
        if editor is None:
            return _Due(row)
        outgoing = compose(letters[one.id], editor.form, editor.keyboard)
        made = replace(outgoing, buttons=signed(key, outgoing.to, outgoing.buttons))
        return _Due(row, channel, str(one.message["provider_id"]), made)

    def _record(self, one: _Due, error: ChannelError | None) -> None:
        """Done, or tried again later, so many times; what changed meanwhile is due once more."""
        tries = int(one.row["tries"])
        mine = (EDIT.c.message_id == one.row["message_id"]) & (EDIT.c.due_at == one.row["due_at"])
        ends = error is None or error.outcome in (Outcome.ADDRESS, Outcome.REFUSED, Outcome.MOVED)
        with transaction(self._engine) as connection:
            if error is None or ends or tries + 1 >= TRIES:
                connection.execute(delete(EDIT).where(mine))
            else:
                wait = timedelta(seconds=max(error.retry_after or 0.0, 30.0 * 2**tries))
                values = {"tries": tries + 1, "due_at": self._clock() + wait}
                connection.execute(update(EDIT).where(mine).values(values))
        if error is not None:
            log.info("edits.not_made", message_id=one.row["message_id"], reason=str(error))
