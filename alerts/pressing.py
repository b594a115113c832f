"""What the buttons below alerts do. A button says what shall be, never "the other of two": twice it does no harm.

A press is a verb and its parts. What changes something is written at once; the answer says what was written.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

import search
from alerts import buttons, card, guide, keeping, kept, mutes, parting, resting, saving, told, tuning
from alerts.channels import keyboard
from alerts.channels.chat import chat_html, shown_rows
from alerts.choosing import without_reposts
from alerts.desk import Asked, Desk, How, Reply, owner_of, searches_of, sentence, toast, with_code
from alerts.digest import compose, page_of
from alerts.keeping import NOBODY, stopped_note
from alerts.outgoing import Button, Keyboard
from alerts.proposals import Proposal, propose
from alerts.searches import SubscriberError, find_search
from alerts.why import why
from alerts.wording import clean, plural, shorten
from alerts.written import query_of
from database import TooSlowError, posting_id
from search import QueryError

OLD = "This button is of another time: /list and /help show what there is now."
NOT_YOURS = "This button is not for you."
ADMINS_ONLY = "Only the admins of this group can do that."
READING = ("m", "l", "w", "n", "o")  # verbs that change nothing
SHOWN = 6  # proposals
Press = Callable[..., Reply]


def press(desk: Desk, asked: Asked) -> Reply:
    """Do what a pressed button says; kindly where nothing is left to do it with."""
    verb, *parts = asked.argument.split(":")
    try:
        return PRESSES[verb](desk, asked, *parts)
    except (KeyError, TypeError):  # of another version
        return toast(OLD)
    except QueryError as error:
        return toast(sentence(error.message))
    except SubscriberError as error:
        return toast(sentence(str(error)))
    except TooSlowError:
        return toast("That took too long and was stopped; press it again later.")


def changes(said: str) -> bool:
    """Whether a press changes something; in a group that is its admins' alone."""
    return said.partition(":")[0] not in READING


# --- one posting ---------------------------------------------------------------------------------------------------


def menu(desk: Desk, asked: Asked, public_id: str) -> Reply:
    """What can be done with one of the message's postings."""
    return Reply("", buttons=_of_posting(desk, asked, public_id), how=How.BUTTONS)


def _of_posting(desk: Desk, asked: Asked, public_id: str) -> Keyboard:
    with desk.read() as connection:
        is_saved = kept.is_saved(connection, owner_of(connection, asked), public_id)
        letter = told.letter_of(connection, desk.settings, asked)
    rows = shown_rows(page_of(without_reposts(letter))) if letter else []
    for row in rows:
        if row.id == public_id:
            title = row.title if len(rows) > 1 else ""
            return keyboard.of_posting(public_id, row.page_url or row.ad_url, title, is_saved=is_saved)
    return keyboard.of_posting(public_id, is_saved=is_saved)


def back(desk: Desk, asked: Asked) -> Reply:
    """All its postings again, as they are now, and their numbers."""
    with desk.read() as connection:
        letter = told.letter_of(connection, desk.settings, asked)
    if letter is None:
        return toast(OLD)
    made = compose(letter, chat_html, keyboard.of_page)
    return Reply(made.text, made.form, made.buttons, How.EDIT)


def why_(desk: Desk, asked: Asked, public_id: str) -> Reply:
    return tuning.why_(desk, _with(asked, public_id))


def one_posting(desk: Desk, asked: Asked, public_id: str) -> Reply:
    """A posting of the saved ones, as it is now."""
    with desk.read() as connection:
        own = owner_of(connection, asked)
        found = [] if own is None else kept.find_kept(connection, own, [public_id])
        is_saved = kept.is_saved(connection, own, public_id)
    if not found:
        return toast("There is no such posting here any more.")
    row = found[0][1]
    return Reply(
        f"{kept.in_words(row)}\n{row['url']}", buttons=keyboard.of_posting(public_id, row["url"], is_saved=is_saved)
    )


def save(desk: Desk, asked: Asked, public_id: str) -> Reply:
    with desk.write() as connection:
        kept.save_posting(connection, _own(connection, asked), public_id, asked.now)
    return _menu_again(desk, asked, public_id, "Saved. /saved lists what you keep.")


def unsave(desk: Desk, asked: Asked, public_id: str) -> Reply:
    with desk.write() as connection:
        kept.unsave_posting(connection, _own(connection, asked), public_id)
    return _menu_again(desk, asked, public_id, "Not saved any more.")


def snooze(desk: Desk, asked: Asked, public_id: str, days: str = "") -> Reply:
    """For how long, first; then until when."""
    if not days:
        return Reply("", buttons=keyboard.snooze(public_id), how=How.BUTTONS)
    at = asked.now + timedelta(days=int(days))
    with desk.write() as connection:
        own = _own(connection, asked)
        kept.remind(connection, own, public_id, at, asked.now)
        note = stopped_note(connection, asked)
    return _menu_again(desk, asked, public_id, f"You see it again in {plural(int(days), 'day')}.{note}")


def hide(desk: Desk, asked: Asked, public_id: str) -> Reply:
    """No more of this posting alone."""
    with desk.write() as connection:
        named = mutes.mute_posting(connection, _own(connection, asked), _posting(connection, public_id), asked.now)
    return _muted(asked, named, f"U:{public_id}")


def mute(desk: Desk, asked: Asked, public_id: str) -> Reply:
    """No more of its employer."""
    with desk.write() as connection:
        own, key = _own(connection, asked), _posting(connection, public_id)
        named = mutes.mute_employer_of(connection, own, key, asked.now)
    return _muted(asked, named, f"C:{public_id}")


def _muted(_asked: Asked, named: str, undo: str) -> Reply:
    words = f"Muted: {clean(named, 200)}. I tell you no more of it. /mute lists what is muted."
    return Reply(words, buttons=((Button("Undo", undo),),), toast="Muted")


def unmute(desk: Desk, asked: Asked, public_id: str, *, is_employer: bool = False) -> Reply:
    with desk.write() as connection:
        own, key = _own(connection, asked), _posting(connection, public_id)
        named = mutes.unmute_posting(connection, own, key, is_employer=is_employer)
    return Reply(f"Not muted any more: {clean(named, 200)}. What comes from now on is told.", how=How.EDIT)


def unmute_employer(desk: Desk, asked: Asked, public_id: str) -> Reply:
    return unmute(desk, asked, public_id, is_employer=True)


def _menu_again(desk: Desk, asked: Asked, public_id: str, words: str) -> Reply:
    return Reply("", buttons=_of_posting(desk, asked, public_id), how=How.BUTTONS, toast=words)


def _with(asked: Asked, argument: str) -> Asked:
    return Asked(asked.channel, asked.chat, asked.user, asked.name, argument, asked.now)


def _own(connection: Connection, asked: Asked) -> int:
    own = owner_of(connection, asked)
    if own is None:
        raise SubscriberError(NOBODY.text)
    return own


def _posting(connection: Connection, public_id: str) -> int:
    key = posting_id(connection, public_id)
    if key is None:
        raise SubscriberError("There is no such posting here any more.")
    return key


# --- not for me ----------------------------------------------------------------------------------------------------


def not_for_me(desk: Desk, asked: Asked, public_id: str, because: str = "") -> Reply:
    """Why not, first; then how each search would leave such postings out, with the numbers before and after."""
    if not because:
        return Reply("", buttons=keyboard.not_for_me(public_id), how=How.BUTTONS)
    with desk.read(tuning.TEST_SECONDS) as connection:
        found = list(_proposals(connection, asked, public_id, because))[:SHOWN]
    if not found:
        words = "None of your searches finds it, or none can leave it out that way."
        word = f"Mute it, or say which word is amiss: /not {public_id} word sales"
        return Reply(f"{words} {word}", buttons=((Button("Mute this posting", f"h:{public_id}"),),))
    lines, choices = ["Nothing is changed yet. Your search could leave such postings out:"], []
    for number, (search_id, one) in enumerate(found, 1):
        count = f"{one.before:,} → {one.after:,}"
        change = sentence(clean(one.change, 200))[:-1]
        lines += [f"{number}. {change}: {count} open now", f"   {shorten(one.query, 300)}"]
        said = f"a:{public_id}:{because}:{search_id}:{buttons.digest(str(one.query))}"
        choices.append((Button(f"Take {number}: {count}", said),))
    return Reply("\n".join(lines), buttons=tuple(choices))


def _proposals(connection: Connection, asked: Asked, public_id: str, because: str) -> Iterator[tuple[str, Proposal]]:
    """(the search, how it would leave the posting out), of those of the person's searches that find it."""
    key = _posting(connection, public_id)
    for row in searches_of(connection, asked):
        query = _readable(row)
        if query is not None and why(connection, key, query, asked.now).is_match:
            for one in propose(connection, query, key, because, asked.now)[:SHOWN]:
                yield row["public_id"], one


def apply(desk: Desk, asked: Asked, public_id: str, because: str, search_id: str, digest: str) -> Reply:
    """Take a proposal over, as it was shown."""
    with desk.read(tuning.TEST_SECONDS) as connection:
        row = find_search(connection, search_id, _own(connection, asked))
        query = query_of(row)
        found = propose(connection, query, _posting(connection, public_id), because, asked.now)
        was_taken = buttons.digest(str(query)) == digest
    meant = next((one for one in found if buttons.digest(str(one.query)) == digest), None)
    if meant is None:
        return toast("It is so already." if was_taken else "The search was changed since: ask once more.")
    saving.change(desk.engine, row, asked.now, query=str(meant.query))
    return _changed(query, str(meant.query), search_id, f"{meant.before:,} → {meant.after:,} open now")


def _changed(old: search.Query, new: str, search_id: str, count: str = "") -> Reply:
    before = " ".join(str(old).split())
    lines = [f"Changed{': ' + count if count else ''}", new, "Before:", before]
    return with_code(lines, [new, before], ((Button("Undo", f"e:{search_id}:{buttons.digest(before)}"),),))


def change_back(desk: Desk, asked: Asked, search_id: str, digest: str) -> Reply:
    """Make a search what a message shows that it was."""
    with desk.read() as connection:
        row = find_search(connection, search_id, _own(connection, asked))
    meant = next((one for one in asked.set_off if buttons.digest(one) == digest), None)
    if meant is None:
        return toast(OLD)
    saving.change(desk.engine, row, asked.now, query=meant)
    return Reply(f"As it was: {meant}", how=How.EDIT)


def _readable(row: Mapping[str, Any]) -> search.Query | None:
    try:
        return query_of(row)
    except QueryError:  # of an older version's language
        return None


# --- everything ----------------------------------------------------------------------------------------------------


def quiet(desk: Desk, asked: Asked, days: str) -> Reply:
    """Nothing for so many days."""
    reply = resting.rest(desk, asked, timedelta(days=int(days)))
    return toast(reply.text) if reply.text == resting.NONE else replace(reply, toast="Quiet")


PRESSES: dict[str, Press] = {
    "m": menu, "l": back, "w": why_, "o": one_posting, "s": save, "u": unsave, "z": snooze, "h": hide, "c": mute,
    "U": unmute, "C": unmute_employer, "n": not_for_me, "a": apply, "e": change_back, "q": quiet,
    **keeping.PRESSES, **card.PRESSES, **guide.PRESSES, **parting.PRESSES,
}  # fmt: skip
