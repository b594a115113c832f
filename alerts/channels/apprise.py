"""Apprise: the services that its library reaches by one address each (Slack, Discord, ntfy, Matrix …).

The library is asked in a thread. It says yes or no only; why not is read from what it logs meanwhile. A service's name
leads where its address says, so each connection is looked at as it is made: nothing goes to a private address.
"""

import asyncio
import logging
import re
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from alerts import render
from alerts.channels.base import Channel, ChannelError, ChannelSetupError, Outcome, fingerprint
from alerts.outgoing import Outgoing
from alerts.render import Page, ShownRow
from egress import is_public
from settings import Section, Settings

if TYPE_CHECKING:
    from apprise import NotifyBase

LABEL, ADDRESS = "Apprise", "Apprise address"
ASKS_FIRST = True
SERVICES = frozenset((
    "bark", "barks", "discord", "gchat", "gotify", "gotifys", "guilded", "line", "matrix", "matrixs", "mmost", "mmosts",
    "ntfy", "ntfys", "pbul", "pover", "prowl", "revolt", "rocket", "rockets", "signal", "signals", "slack", "twist",
    "webex", "wxteams", "zulip",
))  # fmt: skip
# what an address may set beside: not what reads a file of this machine, stops looking at certificates, or waits
PARAMETERS = frozenset((
    "auth", "avatar", "botname", "channel", "channels", "click", "device", "footer", "icon", "image", "mode",
    "priority", "sound", "tags", "thread", "to", "token", "topic", "user",
))  # fmt: skip
LIMIT = 1900  # bytes: Discord takes 2,000 characters, ntfy 4,096 bytes
TOO_MANY = 60.0  # seconds to wait where a service says that it was too much
LONGEST_ADDRESS, AT_ONCE = 1000, 8
_CODE = re.compile(r"error=(\d{3})\b")
_NOT_REACHED = ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "SSLError", "SSLCertVerification")
_CALLS = str.maketrans({"<": "‹", ">": "›", "`": "'", "@": "@\u200b"})  # what would call people, or be a link
_asked = threading.local()


class AppriseSettings(Section):
    """[apprise] of config.toml."""

    enabled: bool = False
    allow_private: bool = False  # services of one's own network, such as an ntfy at home


KEYS = AppriseSettings


@dataclass
class _Attempt:
    """What is seen of one message while the library sends it."""

    is_free: bool
    said: list[str] = field(default_factory=list)
    refused: str = ""  # the address that was none of the public internet
    connections: int = 0


class _Listener(logging.Handler):
    """Takes down what the library says in a thread that sends."""

    def emit(self, record: logging.LogRecord) -> None:
        attempt: _Attempt | None = getattr(_asked, "attempt", None)
        if attempt is not None:
            attempt.said.append(record.getMessage())


def _look_at(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook, called as any connection of this process is made; it looks at those of threads that send here."""
    if event != "socket.connect" or (attempt := getattr(_asked, "attempt", None)) is None:
        return
    where = arguments[1]
    if not attempt.is_free and not (isinstance(where, tuple) and is_public(str(where[0]))):
        attempt.refused = str(where[0]) if isinstance(where, tuple) else "a file"
        raise PermissionError("not on the public internet")
    attempt.connections += 1


class AppriseChannel:
    """Sends to Apprise addresses; each is a service of its own, so none speaks for the channel."""

    name = "apprise"

    def __init__(self, settings: AppriseSettings) -> None:
        self._settings = settings
        self._threads: ThreadPoolExecutor | None = None  # of its own: services that hang hold up nothing else
        _listen()

    def form(self, page: Page) -> str:
        """Short plain text; postings that do not fit are left to the link, and counted."""
        return brief(page)

    async def send(self, outgoing: Outgoing) -> str:
        """Hand over to the service; it gives no id."""
        if self._threads is None:
            self._threads = ThreadPoolExecutor(AT_ONCE, "apprise")
        begun: list[bool] = []
        try:
            await asyncio.get_running_loop().run_in_executor(self._threads, self._send, outgoing, begun)
        except asyncio.CancelledError:
            if begun:
                raise
            raise ChannelError("Apprise: others took too long, nothing was handed over") from None
        return ""

    async def try_out(self, outgoing: Outgoing) -> str:
        """Hand over to the service, and say that it took it."""
        await self.send(outgoing)
        return f"{scheme_of(outgoing.to)} took it"

    async def probe(self, is_thorough: bool) -> None:
        """There is nobody to ask: each address is a service of its own."""

    async def close(self) -> None:
        """Let the threads end as they do."""
        if self._threads is not None:
            self._threads.shutdown(wait=False)
            self._threads = None

    def _send(self, outgoing: Outgoing, begun: list[bool]) -> None:
        begun.append(True)
        service = scheme_of(outgoing.to)
        plugin = plugin_of(outgoing.to)
        if plugin is None:
            raise ChannelError(f"{service}: the address is not understood any more", Outcome.ADDRESS)
        with _attempt(self._settings.allow_private) as attempt:
            is_sent = plugin.notify(body=outgoing.form or brief_words(outgoing.text), title=outgoing.subject)
        if not is_sent:
            raise explain(attempt, service)


@contextmanager
def _attempt(is_free: bool) -> Iterator[_Attempt]:
    _asked.attempt = made = _Attempt(is_free)
    try:
        yield made
    finally:
        _asked.attempt = None


def _listen() -> None:
    """Once a process. What the library logs holds addresses, which are secrets: it goes nowhere else."""
    logger = logging.getLogger("apprise")
    if not any(isinstance(one, _Listener) for one in logger.handlers):
        logger.handlers, logger.propagate = [_Listener()], False
        logger.setLevel(logging.DEBUG)
        sys.addaudithook(_look_at)


def plugin_of(address: str) -> "NotifyBase | None":
    """What of the library sends there; None where the address is none, or none that is let."""
    import apprise

    asset = apprise.AppriseAsset(app_id="rolewire", app_desc="rolewire", app_url="", image_url_mask="")
    made: NotifyBase | None = apprise.Apprise.instantiate(address, asset=asset, suppress_exceptions=True)
    return made


def explain(attempt: _Attempt, service: str) -> ChannelError:
    """What a failure means; the library's own words hold the address, and stay unsaid."""
    told = "\n".join(attempt.said)
    if attempt.refused:
        return ChannelError(f"{service}: {attempt.refused} is not on the public internet", Outcome.ADDRESS)
    if (codes := _CODE.findall(told)) and codes[-1] not in ("502", "504"):
        code = codes[-1]
        return ChannelError(f"{service}: HTTP {code}", retry_after=TOO_MANY if code == "429" else None)
    if not attempt.connections or any(words in told for words in _NOT_REACHED):
        return ChannelError(f"{service}: no connection")
    return ChannelError(f"{service}: no answer that says whether it was taken", Outcome.UNCERTAIN)


# --- the text ------------------------------------------------------------------------------------------------------


def brief(page: Page) -> str:
    """The page in few words; postings' own call nobody and link nowhere."""
    rows = [_harmless(row) for row in page.rows]
    for count in range(len(rows), -1, -1):
        shown = replace(page, rows=rows[:count], more=page.more + len(rows) - count)
        made = render.text(shown, "apprise.txt")
        if len(made.encode()) <= LIMIT:
            return made
    return brief_words(render.text(replace(page, rows=[], more=page.more + len(rows), searches=[]), "apprise.txt"))


def _harmless(row: ShownRow) -> ShownRow:
    return replace(
        row, title=_calm(row.title), company=_calm(row.company), facts=[_calm(one) for one in row.facts],
        changes=[_calm(one) for one in row.changes], why=[_calm(one) for one in row.why],
    )  # fmt: skip


def _calm(words: str) -> str:
    return words.translate(_CALLS).replace("](", "] (").replace("://", ":/\u200b/")


def brief_words(words: str) -> str:
    """No more than every service takes."""
    return words if len(words.encode()) <= LIMIT else words.encode()[: LIMIT - 3].decode("utf-8", "ignore") + "…"


# --- addresses -----------------------------------------------------------------------------------------------------


def build(settings: Settings) -> Channel | None:
    """The channel, or None where apprise.enabled is false. Raises ChannelSetupError where the library is missing."""
    found = settings.channel("apprise", AppriseSettings)
    if not found.enabled:
        return None
    try:
        import apprise  # noqa: F401
    except ImportError:
        how = "pip install 'apprise>=2.2'"
        raise ChannelSetupError(f"apprise.enabled is true, but its library is not installed: {how}") from None
    return AppriseChannel(found)


def scheme_of(address: str) -> str:
    """The service's name; empty where there is none."""
    service, found, _ = address.partition("://")
    return service.lower() if found else ""


def clean_address(address: str) -> str:
    """The address as it is stored. Raises ValueError where it is none that is let; it is a secret, and not repeated."""
    text = address.strip()
    service = scheme_of(text)
    if service not in SERVICES:
        raise ValueError(f"that is no Apprise address that is let; it begins with one of {', '.join(sorted(SERVICES))}")
    if len(text) > LONGEST_ADDRESS or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError(f"that is no address of {service}: it has blanks or signs that none has")
    if unknown := parse_qs(urlsplit(text).query, keep_blank_values=True).keys() - PARAMETERS:
        raise ValueError(f"the setting {min(unknown)[:40]!r} is not let in an address of {service}")
    if not _is_understood(text):
        raise ValueError(f"that is no address of {service}; Apprise's pages say how they are written")
    return text


def _is_understood(address: str) -> bool:
    _listen()
    try:
        return plugin_of(address) is not None
    except ImportError:
        raise ValueError("Apprise's library is not installed: pip install 'apprise>=2.2'") from None


def mask_address(address: str) -> str:
    """As it may be shown: whoever has the whole address can write to it."""
    return f"{scheme_of(address)}://•••#{fingerprint(address)}"
