"""What the outbox hands to a channel: one composed message. Pure; knows nothing of how it is sent."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG within a message. `name` is what the message calls it, `alt` what it shows."""

    name: str
    data: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class Button:
    """A button below a message: it opens a page, or hands `press` back to the bot. One with neither is left out."""

    label: str
    press: str = ""
    url: str = ""


Keyboard = tuple[tuple[Button, ...], ...]  # rows of buttons


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message ready to send on any channel.

    `key` is stable over repeats of the same message; `form` is what the channel made of it (`Channel.form`), empty
    where the plain text will do; `items` are the public ids of the postings that it shows, in their order.
    """

    key: str
    to: str
    subject: str
    text: str
    form: str = ""
    unsubscribe_url: str = ""
    items: tuple[str, ...] = ()
    is_possible_repeat: bool = False
    bounce_token: str = ""  # names the address where the message comes back, see `channels.bounces`
    pictures: tuple[Picture, ...] = ()
    is_list: bool = True  # an alert, which mail programs sort by its List-Id; a notice is none
    buttons: Keyboard = ()  # for channels that have any
    is_silent: bool = False  # it waits where it is, and makes no sound
