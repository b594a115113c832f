"""What comes back: delivery reports in a maildir or mbox file, each about the address that its recipient names.

The return path of a mail is `bounces+TOKEN@domain` (VERP). The token names the address row and is signed: nobody
can have an address disabled by writing to us.
"""

import contextlib
import hashlib
import hmac
import mailbox
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

from alerts.channels.base import Outcome
from alerts.channels.smtp import NO_MAILBOX

MAX_BYTES = 1_000_000  # a larger message is no delivery report
MAX_READ = 1000  # messages in one turn
_TOKEN = re.compile(r"\+b(\d{1,18})-([0-9a-f]{16})@")
_HEADERS = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Delivered-To", "Received")


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report about an address. `outcome`: `address` where it will never take mail, `later` where it may."""

    address_id: int
    outcome: Outcome
    reason: str


def return_path(bounces: str, token: str) -> str:
    """The envelope's sender for one address."""
    local, _, domain = bounces.rpartition("@")
    return f"{local}+{token}@{domain}"


def token(key: bytes, address_id: int) -> str:
    """Names an address row; short enough for a local part."""
    return f"b{address_id}-{_mac(key, str(address_id))}"


def _mac(key: bytes, said: str) -> str:
    return hmac.digest(key, f"bounce:{said}".encode(), hashlib.sha256).hex()[:16]


def read(path: Path, key: bytes) -> Iterator[Bounce | None]:
    """What came back, oldest first; None for what was sent to a return path and is no report of a failure.

    A message is taken out once the next is asked for, so that what a caller fails to record stays. Others' mail is left
    alone. Raises OSError where the mailbox cannot be read.
    """
    with _open(path) as box:
        for name in sorted(box.keys())[:MAX_READ]:
            message = _message(box, name)
            if message is None or (address_id := _address(message, key)) is None:
                continue
            yield _report(message, address_id)
            box.remove(name)
            box.flush()


@contextlib.contextmanager
def _open(path: Path) -> Iterator[mailbox.Mailbox[Any]]:
    if not path.exists():
        raise FileNotFoundError(f"no mailbox at {path}: see email.bounce_mailbox")
    box: mailbox.Mailbox[Any] = mailbox.Maildir(path, create=False) if path.is_dir() else mailbox.mbox(path)
    box.lock()
    try:
        yield box
    finally:
        box.close()


def _message(box: mailbox.Mailbox[Any], name: str) -> Message | None:
    try:
        with contextlib.closing(box.get_file(name)) as file:
            return None if len(file.read(MAX_BYTES + 1)) > MAX_BYTES else box[name]
    except (KeyError, OSError, UnicodeError):  # taken away, or no message
        return None


def _address(message: Message, key: bytes) -> int | None:
    for header in _HEADERS:
        for value in message.get_all(header, []):
            for number, mac in _TOKEN.findall(str(value)[:2000]):
                if hmac.compare_digest(mac, _mac(key, number)):
                    return int(number)
    return None


def _report(message: Message, address_id: int) -> Bounce | None:
    """A delivery report (RFC 3464) of a failure; of several recipients the first that failed."""
    if message.get_content_type() != "multipart/report":
        return None
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in part.get_payload() if part.is_multipart() else ():
            if isinstance(block, Message) and str(block.get("Action", "")).strip().lower() == "failed":
                return _failure(block, address_id)
    return None


def _failure(block: Message, address_id: int) -> Bounce:
    status = str(block.get("Status", "")).strip().split()[:1]
    outcome = Outcome.ADDRESS if status and status[0] in NO_MAILBOX else Outcome.LATER
    said = " ".join(str(block.get("Diagnostic-Code", "")).split()) or "no reason given"
    return Bounce(address_id, outcome, f"mail came back: {' '.join(status)} {said}"[:500])
