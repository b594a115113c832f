"""From what is due on a channel to messages in words: claimed, read and composed. One that is spoiled costs itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import InterfaceError, OperationalError

from alerts import ledger
from alerts.buttons import signed
from alerts.channels import Channel, ChannelError, bounces
from alerts.contents import read_contents
from alerts.digest import compose
from alerts.envelopes import Claim, Contents, Links
from alerts.outgoing import Keyboard, Outgoing
from alerts.render import Page
from database import read, secret_key, transaction
from settings import Settings

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Ready:
    """A claimed message in words."""

    claim: Claim
    outgoing: Outgoing
    deliveries: int


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a message that was handed over, or could not be."""

    claim: Claim
    provider_id: str = ""
    error: ChannelError | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What was claimed: messages in words, those that cannot be put into words, and how many were ended instead.

    `is_all`: no more was due.
    """

    ready: list[Ready]
    unfit: list[Ended]
    is_all: bool
    cancelled: int


class Claims:
    """Claims messages for a process's channels."""

    def __init__(self, engine: Engine, channels: Mapping[str, Channel], settings: Settings) -> None:
        self._engine, self._channels, self._settings = engine, channels, settings
        self._links: Links | None = None
        self._key = b""

    def take(self, channel: str, limit: int, now: datetime) -> Taken:
        """Claim what is due on a channel, and put it into words."""
        with transaction(self._engine) as connection:
            claims, ended = ledger.claim(connection, channel, self._settings.alerts, now, limit)
            to = self._find_links(connection)
        found, unfit = self._read(claims, to, now)
        read_ones = [one for one in claims if one.id in found]
        if any(one.dropped or one.letter is None for one in found.values()):
            with transaction(self._engine) as connection:
                for claim in read_ones:
                    ledger.drop(connection, claim, found[claim.id])
        made = [self._compose(claim, found[claim.id]) for claim in read_ones if found[claim.id].letter is not None]
        return Taken(
            [one for one in made if isinstance(one, Ready)],
            [*unfit, *(one for one in made if isinstance(one, Ended))],
            is_all=len(claims) + ended < limit,
            cancelled=ended + len(read_ones) - len(made),
        )

    def _read(self, claims: Sequence[Claim], to: Links, now: datetime) -> tuple[dict[int, Contents], list[Ended]]:
        """(what each says, those that cannot be read): one that is spoiled must not keep the rest of its lane."""
        try:
            with read(self._engine) as connection:
                return read_contents(connection, claims, to, now), []
        except (OperationalError, InterfaceError):  # the database's fault: no message is to blame
            raise
        except Exception as error:
            if len(claims) == 1:
                log.exception("outbox.letter_failed", message_id=claims[0].id)
                return {}, [_unfit(claims[0], error)]
        each = [self._read([one], to, now) for one in claims]
        return {key: one for found, _ in each for key, one in found.items()}, [one for _, no in each for one in no]

    def _find_links(self, connection: Connection) -> Links:
        if self._links is None:
            self._key = secret_key(connection)
            self._links = Links(self._settings.web.public_url, self._key)
        return self._links

    def _compose(self, claim: Claim, found: Contents) -> Ready | Ended:
        assert found.letter is not None
        try:
            channel = self._channels[claim.channel]
            outgoing = compose(found.letter, channel.form, getattr(channel, "keyboard", no_buttons))
            outgoing = replace(
                outgoing,
                bounce_token=bounces.token(self._key, claim.address_id),
                buttons=signed(self._key, outgoing.to, outgoing.buttons),
            )
        except Exception as error:
            log.exception("outbox.compose_failed", message_id=claim.id)
            return _unfit(claim, error)
        return Ready(claim, outgoing, found.waiting)


def no_buttons(_page: Page) -> Keyboard:
    """Of a channel that knows none."""
    return ()


def _unfit(claim: Claim, error: Exception) -> Ended:
    return Ended(claim, error=ChannelError(f"cannot be put into words: {type(error).__name__}: {error}"))
