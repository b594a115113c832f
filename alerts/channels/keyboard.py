"""The buttons below messages: what each is called and what it says to the bot when it is pressed. Pure.

What a button says is a verb and its parts, joined by colons; `alerts.buttons` signs it for one chat.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from alerts.channels.chat import shown_rows
from alerts.outgoing import Button, Keyboard
from alerts.render import Page, ShownRow
from alerts.wording import shorten

A_ROW = 5  # of numbers
REVIEW, REMIND = "review:", "remind:"  # keys of messages that ask something
BECAUSE = (("company", "Employer"), ("level", "Level"), ("role", "Role"), ("place", "Place"), ("pay", "Pay"))


def of_page(page: Page) -> Keyboard:
    """Those of a message that the outbox sends. A broadcast channel has none: no bot is heard there."""
    if page.to.startswith("@"):
        return ()
    if page.key.startswith(REVIEW):
        return review()
    rows = shown_rows(page)
    if page.notice or not rows:
        return of_posting(page.key.removeprefix(REMIND).partition(":")[0]) if page.key.startswith(REMIND) else ()
    return of_rows(rows)


def of_rows(rows: Sequence[ShownRow]) -> Keyboard:
    """Of an alert: all there is to do with one posting, or of several a number each that leads there."""
    if len(rows) == 1:
        return of_posting(rows[0].id, rows[0].page_url or rows[0].ad_url)
    numbers = [Button(str(at), f"m:{row.id}") for at, row in enumerate(rows, 1)]
    return tuple(tuple(numbers[start : start + A_ROW]) for start in range(0, len(numbers), A_ROW))


def of_posting(public_id: str, url: str = "", title: str = "", *, is_saved: bool = False) -> Keyboard:
    """What can be done with a posting. `title`: one of several, from which a button leads back."""
    opens = (Button(f"Open {shorten(title, 40)}" if title else "Open", url=url),) if is_public(url) else ()
    save = Button("Saved ✓", f"u:{public_id}") if is_saved else Button("Save", f"s:{public_id}")
    back = ((Button("« All postings", "l"),),) if title else ()
    return (
        (*opens, Button("Why?", f"w:{public_id}")),
        (save, Button("Snooze…", f"z:{public_id}")),
        (Button("Not for me…", f"n:{public_id}"), Button("Mute employer", f"c:{public_id}")),
        *back,
    )


def not_for_me(public_id: str) -> Keyboard:
    """Why not, which leads to proposals."""
    buttons = [Button(label, f"n:{public_id}:{because}") for because, label in BECAUSE]
    last = (Button("Only this one", f"h:{public_id}"), Button("« Back", f"m:{public_id}"))
    return (tuple(buttons[:3]), tuple(buttons[3:]), last)


def snooze(public_id: str) -> Keyboard:
    """For how long: of this posting, which comes again then, or of everything."""
    days = ((1, "tomorrow"), (3, "in 3 days"), (7, "in a week"))
    return (
        tuple(Button(f"Again {words}", f"z:{public_id}:{number}") for number, words in days),
        (Button("All quiet for a day", "q:1"), Button("All quiet for a week", "q:7")),
        (Button("« Back", f"m:{public_id}"),),
    )


def review() -> Keyboard:
    """Below the question whether searches are still wanted."""
    return ((Button("Keep them", "k"), Button("Pause them", "p")), (Button("I found a job", "f"),))


def is_public(url: str) -> bool:
    """Whether Telegram takes a button to this address."""
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and "." in (parts.hostname or "")
