"""What the outbox hands to a channel: one composed message. Pure; knows nothing of how it is sent."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message ready to send on any channel.

    `key` is stable over repeats of the same message; `telegram` is Bot API HTML of at most 4096 UTF-16 units;
    `items` are the public ids of the postings it tells of.
    """

    key: str
    to: str
    subject: str
    text: str
    html: str = ""
    telegram: str = ""
    unsubscribe_url: str = ""
    items: tuple[str, ...] = ()
    is_possible_repeat: bool = False
