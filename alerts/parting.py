"""Going on, resting and leaving by buttons: searches that are kept or paused, a job that was found, what is held of a
person, and erasing it."""

from collections.abc import Callable

from alerts import erase, kept, searches
from alerts.desk import Asked, Desk, How, Reply, owner_of
from alerts.holdings import as_file, holdings
from alerts.keeping import NOBODY, stopped_note
from alerts.outgoing import Button, Keyboard
from alerts.wording import plural

_LEAVING: Keyboard = (
    (Button("Send me my data", "x"), Button("Erase everything…", "F")),
    (Button("Go on with alerts", "r"),),
)


def keep(desk: Desk, asked: Asked) -> Reply:
    """The searches are still wanted."""
    with desk.write() as connection:
        own = owner_of(connection, asked)
        count = kept.review(connection, own, asked.now) if own is not None else 0
    words = f"Kept: {plural(count, 'search goes', 'searches go')} on." if count else "You have no searches."
    return Reply(words, how=How.EDIT)


def pause(desk: Desk, asked: Asked) -> Reply:
    """All searches rest."""
    count = _pause_all(desk, asked)
    return Reply(f"Paused: {plural(count, 'search', 'searches')}. /resume goes on.", how=How.EDIT)


def found(desk: Desk, asked: Asked) -> Reply:
    """A job was found: everything rests, and nothing is lost before they say so."""
    if _owner(desk, asked) is None:
        return NOBODY
    count = _pause_all(desk, asked)
    words = f"Congratulations! All is paused: {plural(count, 'search', 'searches')}, and no alert comes any more."
    return Reply(f"{words}\nYou can have all that is held of you as a file, or have it erased.", buttons=_LEAVING)


def go_on(desk: Desk, asked: Asked) -> Reply:
    """All searches speak again."""
    with desk.write() as connection:
        own = owner_of(connection, asked)
        rows = [] if own is None else searches.list_searches(connection, own)
        for row in rows:
            if row["paused_at"] is not None:
                searches.resume_search(connection, row["id"])
        note = stopped_note(connection, asked)
    return Reply(f"{plural(len(rows), 'search', 'searches')} on again.{note}", how=How.EDIT)


def export(desk: Desk, asked: Asked) -> Reply:
    """All that is held of the person, as the command line gives it."""
    with desk.read(10.0) as connection:
        own = owner_of(connection, asked)
        held = None if own is None else holdings(connection, own)
    if held is None:
        return Reply("Nothing is stored of you.")
    return Reply("All that is held of you.", file=("rolewire.json", as_file(held)))


def ask_erase(desk: Desk, asked: Asked) -> Reply:
    """Only another button erases."""
    if _owner(desk, asked) is None:
        return Reply("Nothing is stored of you.")
    words = "This erases you here for good: your addresses, searches, and all messages. Shall it be done?"
    return Reply(words, buttons=((Button("Yes, erase everything", "Y"), Button("No", "N")),))


def erase_all(desk: Desk, asked: Asked) -> Reply:
    own = _owner(desk, asked)
    if own is not None:
        erase.erase(desk.engine, own, asked.now, is_thorough=False)
    words = "Erased: nothing is stored of you any more. Copies in the operator's backups last as long as these."
    return Reply(words, how=How.EDIT)


def leave_it(_desk: Desk, _asked: Asked) -> Reply:
    return Reply("Nothing was erased.", how=How.EDIT)


def _pause_all(desk: Desk, asked: Asked) -> int:
    with desk.write() as connection:
        own = owner_of(connection, asked)
        rows = [] if own is None else searches.list_searches(connection, own)
        if own is not None:
            kept.pause(connection, own, rows, asked.now)
            kept.review(connection, own, asked.now)
    return len(rows)


def _owner(desk: Desk, asked: Asked) -> int | None:
    with desk.read() as connection:
        return owner_of(connection, asked)


def saved(desk: Desk, asked: Asked) -> Reply:
    """The postings that the person keeps, as they are now."""
    with desk.read() as connection:
        own = owner_of(connection, asked)
        ids = [] if own is None else kept.saved(connection, own, SHOWN)
        rows = [] if own is None else kept.find_kept(connection, own, ids)
    if not rows:
        return Reply("You have saved no postings yet: the button below an alert does it.")
    lines = [f"{number}. {kept.in_words(row)}" for number, (_, row) in enumerate(rows, 1)]
    numbers = [Button(str(number), f"o:{public_id}") for number, (public_id, _) in enumerate(rows, 1)]
    return Reply("\n".join(lines), buttons=tuple(tuple(numbers[at : at + 5]) for at in range(0, len(numbers), 5)))


SHOWN = 20
PRESSES: dict[str, Callable[..., Reply]] = {
    "k": keep, "p": pause, "f": found, "r": go_on, "x": export, "F": ask_erase, "Y": erase_all, "N": leave_it,
}  # fmt: skip
COMMANDS = (
    ("saved", "the postings that you keep"),
    ("found", "you found a job: all alerts rest"),
    ("export", "all that is held of you, as a file"),
)
