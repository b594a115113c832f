"""The bot's replies for trying a search, asking why, changing it and muting. Nothing is changed by asking."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection

import search
from alerts import mutes, naming, saving
from alerts.backtest import Backtest, backtest, conjuncts
from alerts.desk import Asked, Desk, Reply, owner_of, refusal, searches_of, sentence
from alerts.profiles import facts_of
from alerts.proposals import BECAUSE, propose
from alerts.searches import SubscriberError
from alerts.why import why
from alerts.wording import clean, plural, shorten
from alerts.written import query_of
from database import TooSlowError

TEST_SECONDS = 3.0
log = logging.getLogger(__name__)  # commands share this room, and structlog takes its time
SHOWN = 3  # proposals for one search


class _AskError(ValueError):
    """What was asked cannot be answered; the message says how to ask."""


def test(desk: Desk, asked: Asked) -> Reply:
    """What a search would have sent. Saves nothing."""
    if not asked.argument:
        return Reply("Write the search behind the command, for example:\n/test role:ai-engineer remote:EU")
    try:
        with desk.read() as connection:
            facts = facts_of(connection, owner_of(connection, asked))
        query = saving.read_wish(asked.argument, facts).query
        tested = backtest(lambda: desk.read(TEST_SECONDS), query, asked.now)
    except search.QueryError as error:
        return refusal(error)
    except TooSlowError:
        return Reply("That took too long to count: narrow it, by a role or a country.")
    return Reply("\n".join([str(query), *told(tested), f"To save it: /search {asked.argument}"]))


def told(tested: Backtest, edit: str = "/search") -> list[str]:
    """A backtest in words. `edit`: the command that takes a query over."""
    lines = [summary(tested)]
    lines += [f"· {clean(one['title'], 80)} – {clean(one['company'], 40)}" for one in tested.samples[:3]]
    if not tested.total:
        for one in tested.wider:
            how = f": {edit} {one.query}" if one.is_search else ", but that alone is no search."
            lines.append(sentence(f"{one.change} it would have been {one.count:,}")[:-1] + how)
        if not tested.wider and (advice := nothing(tested)):
            lines.append(advice)
    for one in tested.narrower:
        lines.append(f"{sentence(one.change)[:-1]}, {one.count:,}: {edit} {one.query}")
    return lines


def nothing(tested: Backtest) -> str:
    """What to do about a search that nothing can be left away of; nothing to say where there is what it asks for."""
    if tested.is_open:
        return ""
    if tested.is_bare:
        return "No posting at all came in that time: the boards have yet to be crawled, and then it can be told."
    if len(conjuncts(tested.query)) == 1:
        return "Nothing that came asks for that: a wider or another condition may find more."
    return "No single condition keeps all out: fewer or wider conditions find more."


def summary(tested: Backtest) -> str:
    """How much, in one line."""
    if not tested.total:
        return f"In the last {tested.days} days it would have sent nothing{_not_new(tested)}."
    newest, *before = tested.weeks
    weeks = f"{newest:,} in the last 7 days, {', '.join(f'{count:,}' for count in before)} in those before"
    flood = " That is more than anybody reads." if tested.is_flood else ""
    return f"In the last {tested.days} days it would have sent {tested.total:,}: {weeks}.{flood}"


def _not_new(tested: Backtest) -> str:
    """Why nothing, where something is open all the same."""
    if not tested.is_open:
        return ""
    if tested.read_since is None:
        return ": what is open now was open before that. It is told once"
    day = f"{tested.read_since:%d %b}"
    return f": the boards are read here since {day} only, and what was open then is not new. It is told once"


def why_(desk: Desk, asked: Asked) -> Reply:
    """Why a posting matches a search or not: one of the person's own by its number, or any query."""
    link, _, which = asked.argument.partition(" ")
    if not link:
        return Reply(
            "Write the ad's link behind the command, or its number in my last message, and the number of a search in"
            " /list or a query:\n/why https://… 1\n/why 2"
        )
    name = naming.read_name(link)
    try:
        with desk.read() as connection:
            key = naming.find(connection, desk, asked, name)
            rows = searches_of(connection, asked)
            queries = (
                [_query(connection, asked, rows, which)] if which.strip() else [query for _, query in _readable(rows)]
            )
            found = [why(connection, key, query, asked.now) for query in queries]
            answers = [one.lines for one in sorted(found, key=lambda one: not one.is_match)]
            muted = _is_muted(connection, asked, key)
    except search.QueryError as error:
        return refusal(error)
    except (_AskError, naming.NamingError) as error:
        return Reply(str(error))
    if not answers:
        return Reply("You have no searches: write a query behind the link.")
    lines = [clean(line, 400) for answer in answers for line in answer]
    return Reply("\n".join([*lines, *(["You have muted it, so nothing is told of it."] if muted else [])]))


def _is_muted(connection: Connection, asked: Asked, key: int) -> bool:
    own = owner_of(connection, asked)
    return own is not None and bool(mutes.muted(connection, [own], [key]))


def _readable(rows: list[dict[str, Any]]) -> Iterator[tuple[int, search.Query]]:
    """The searches with their numbers in /list, but for those of an older version's language."""
    for number, row in enumerate(rows, 1):
        with suppress(search.QueryError):
            yield number, query_of(row)


def _query(connection: Connection, asked: Asked, rows: list[dict[str, object]], which: str) -> search.Query:
    if which.strip().isascii() and which.strip().isdigit():
        return query_of(rows[_number(rows, which)])
    return search.parse(which, facts_of(connection, owner_of(connection, asked)))


def _number(rows: list[dict[str, object]], which: str) -> int:
    """The place of a search that is named by its number in /list."""
    text = which.strip()
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
    if not 1 <= number <= len(rows):
        known = "you have none" if not rows else "1" if len(rows) == 1 else f"1 to {len(rows)}"
        raise _AskError(f"Give the number that the search has in /list: {known}.")
    return number - 1


def edit(desk: Desk, asked: Asked) -> Reply:
    """Change a search of the person's own: its number, then the new query."""
    number, _, query = asked.argument.partition(" ")
    if not query.strip():
        return Reply("Write the search's number in /list and what it shall be:\n/edit 1 role:ai-engineer remote:EU")
    try:
        with desk.read() as connection:
            rows = searches_of(connection, asked)
        row = rows[_number(rows, number)]
        changed = saving.change(desk.engine, row, asked.now, query=query)
    except search.QueryError as error:
        return refusal(error)
    except saving.SavedAlreadyError as error:
        return saved_already(rows, error.row)
    except (_AskError, SubscriberError) as error:
        return Reply(sentence(str(error)))
    return Reply("\n".join([f"Changed: {changed['query']}", *_prospects(desk, changed, number, asked)]))


def saved_already(rows: Sequence[Mapping[str, Any]], same: Mapping[str, Any]) -> Reply:
    """One of these searches asks for the same: which, and what to do with it."""
    number = next((at for at, row in enumerate(rows, 1) if row["id"] == same["id"]), 1)
    return Reply(f"You have this search already, as number {number}: {shorten(same['query'], 300)}\n"
                 f"/edit {number} changes it, /digest {number} says when it comes.")  # fmt: skip


def _prospects(desk: Desk, changed: dict[str, Any], number: str, asked: Asked) -> list[str]:
    try:
        tested = backtest(lambda: desk.read(TEST_SECONDS), query_of(changed), asked.now)
        return told(tested, f"/edit {number}")
    except Exception as error:  # noqa: BLE001 - it is changed all the same, and that is what the answer must say
        log.warning("postings not counted: %s", type(error).__name__)
        return ["What it would have sent could not be counted in time."]


def not_(desk: Desk, asked: Asked) -> Reply:
    """How the person's searches would leave a posting out, for a reason. They choose; nothing is changed by asking."""
    link, because, word = [*asked.argument.split(maxsplit=2), "", "", ""][:3]
    if because not in BECAUSE:
        return Reply(
            f"Write the ad's link, or its number in my last message, and why it is not for you: {', '.join(BECAUSE)}.\n"
            "/not https://… level\n/not 2 word sales"
        )
    name = naming.read_name(link)
    try:
        with desk.read(TEST_SECONDS) as connection:
            key = naming.find(connection, desk, asked, name)
            lines = _proposed(connection, asked, key, because, word)
    except (_AskError, naming.NamingError, SubscriberError) as error:
        return Reply(sentence(str(error)))
    return Reply("\n".join([*lines, f"To hear no more of this posting: /mute {link}", *_employer(because, link)]))


def _employer(because: str, link: str) -> list[str]:
    return [f"To hear no more of this employer: /mute {link} company"] if because == "company" else []


def _proposed(connection: Connection, asked: Asked, key: int, because: str, word: str) -> list[str]:
    lines: list[str] = []
    for number, query in _readable(searches_of(connection, asked)):
        if not why(connection, key, query, asked.now).is_match:
            continue
        for one in propose(connection, query, key, because, asked.now, word)[:SHOWN]:
            change = sentence(clean(one.change, 200))[:-1]
            lines += [f"{change}: {one.before:,} → {one.after:,} open now", f"/edit {number} {one.query}"]
    return lines or ["None of your searches finds it, or none can leave it out that way."]


def mute(desk: Desk, asked: Asked) -> Reply:
    """Hear no more of a posting, or of its employer; without a link, what is muted."""
    link, _, what = asked.argument.partition(" ")
    if not link:
        return _muted(desk, asked)
    name = naming.read_name(link)
    try:
        with desk.read() as connection:
            key = naming.find(connection, desk, asked, name)
        with desk.write() as connection:
            own = _own(connection, asked)
            named = mutes.mute_employer_of(connection, own, key, asked.now) if what.strip() == "company" else ""
            named = named or mutes.mute_posting(connection, own, key, asked.now)
    except (_AskError, naming.NamingError, SubscriberError) as error:
        return Reply(sentence(str(error)))
    return Reply(f"Muted: {clean(named, 200)}. I tell you no more of it. /unmute {clean(named, 200)} undoes it.")


def _own(connection: Connection, asked: Asked) -> int:
    own = owner_of(connection, asked)
    if own is None:
        raise _AskError("You get no messages from me. /start subscribes.")
    return own


def _muted(desk: Desk, asked: Asked) -> Reply:
    with desk.read() as connection:
        own = owner_of(connection, asked)
        rows = [] if own is None else mutes.list_mutes(connection, own)
    if not rows:
        return Reply("Nothing is muted. /mute LINK mutes a posting, /mute LINK company its employer.")
    names = [f"· {clean(row['name'], 100)} ({row['what'].partition(':')[0]})" for row in rows]
    return Reply("\n".join([f"{plural(len(rows), 'thing')} muted:", *names, "/unmute NAME undoes it."]))


def unmute(desk: Desk, asked: Asked) -> Reply:
    """Hear again of what was muted, from now on."""
    if not asked.argument:
        return _muted(desk, asked)
    name = naming.read_name(asked.argument)
    try:
        with desk.read() as connection:
            key = naming.find(connection, desk, asked, name) if name.link else None
        with desk.write() as connection:
            own = _own(connection, asked)
            named = mutes.unmute(connection, own, asked.argument) if key is None else ""
            named = named or mutes.unmute_posting(connection, own, key or 0, is_employer=False)
    except (_AskError, naming.NamingError) as error:
        return Reply(str(error))
    except SubscriberError as error:
        return Reply(f"{sentence(str(error))} /mute lists what is, by the names to write.")
    return Reply(f"Not muted any more: {clean(named, 200)}. What comes from now on is told.")


REPLIES = {"test": test, "why": why_, "edit": edit, "not": not_, "mute": mute, "unmute": unmute}
