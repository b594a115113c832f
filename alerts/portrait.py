"""The bot's reply for a person's profile: what they say of themselves, shown, changed, deleted, and made searches of.

/profile shows it; /profile skill pytorch, rag says one thing anew; several go one a line. Nothing is saved as a search.
"""

import search
from alerts.backtest import backtest
from alerts.desk import Asked, Desk, Reply, owner_of, sentence
from alerts.profiles import Profile, forget_profile, profile_of, save_profile
from alerts.wording import clean
from database import TooSlowError
from search.facts import FactError
from search.profile import SAYINGS, proposed, said_so

COMMAND = "profile"
HELP_LINE = ("profile", "what you look for and may do, for eligible: and proposals: /profile lives DE")
PROPOSED, SECONDS = 3, 4.0
NOBODY = Reply("I do not know you yet: /start subscribes.")
HINTS = "\n".join(f"/profile {name} {hint}" for name, hint in SAYINGS.items())
HOW = f"Say one thing, or several, one a line:\n{HINTS}"


def profile(desk: Desk, asked: Asked) -> Reply:
    """Show, change or delete it; `searches` proposes some."""
    with desk.read() as connection:
        own = owner_of(connection, asked)
        held = None if own is None else profile_of(connection, own)
    if own is None:
        return NOBODY
    words = asked.argument.strip()
    if words.casefold() in ("forget", "delete", "off"):
        return _forget(desk, own, asked)
    if words.casefold() in ("searches", "propose", "search"):
        return _propose(desk, held or Profile(), asked)
    if not words:
        return _show(held)
    return _say(desk, own, words, asked)


def _show(held: Profile | None) -> Reply:
    if held is None:
        return Reply(f"You have given no profile; nothing needs one but eligible: and proposals.\n{HOW}")
    lines = [f"{name}: {words}" for name, words in held.lines]
    more = "/profile searches proposes searches; /profile forget deletes it; /profile skill - takes one thing back."
    return Reply("\n".join([*(clean(line, 400) for line in lines), more]))


def _say(desk: Desk, own: int, words: str, asked: Asked) -> Reply:
    try:
        with desk.write() as connection:
            changed = said_so(profile_of(connection, own) or Profile(), words)
            paused = save_profile(connection, own, changed, asked.now)
    except FactError as error:
        return Reply(f"{clean(sentence(str(error)), 600)}\nNothing is changed. /profile shows how to write it.")
    shown = [f"{name}: {value}" for name, value in changed.lines]
    return Reply("\n".join(["Noted.", *(clean(line, 400) for line in shown), *_paused(paused)]))


def _forget(desk: Desk, own: int, asked: Asked) -> Reply:
    with desk.write() as connection:
        paused = forget_profile(connection, own, asked.now)
    return Reply("\n".join(["Your profile is deleted.", *_paused(paused)]))


def _paused(names: list[str]) -> list[str]:
    if not names:
        return []
    return [f"Paused, since they ask for eligible: and there is nothing to go by: {clean(', '.join(names), 300)}"]


def _propose(desk: Desk, held: Profile, asked: Asked) -> Reply:
    texts = proposed(held)[:PROPOSED]
    if not texts:
        return Reply("Say first which roles or skills: /profile role ai-engineer, or /profile skill pytorch, rag")
    lines = [line for text in texts for line in _prospect(desk, text, held.facts, asked)]
    return Reply("\n".join(["Nothing is saved yet; send the one that you want:", *lines]))


def _prospect(desk: Desk, text: str, facts: str, asked: Asked) -> list[str]:
    """A search that one could save, and what it would have sent."""
    try:
        tested = backtest(lambda: desk.read(SECONDS / PROPOSED), search.parse(text, facts), asked.now)
        count = f"{tested.total:,} in the last {tested.days} days"
    except TooSlowError:
        count = "too many to count in time"
    return [f"/search {text}", f"   {count}"]
