"""Saving what a person wrote or pressed, and saying what comes of it; and words that may be meant in two ways."""

import re
from dataclasses import dataclass

import structlog
from sqlalchemy import Connection

import search
from alerts import keeping, saving, searches, tuning
from alerts.backtest import backtest
from alerts.cadence import DIGESTS
from alerts.desk import Asked, Desk, Reply, owner_of, searches_of, subscribe, timezone_of
from alerts.tuning import summary, told
from alerts.wording import plural
from database import count_postings
from search.habits import CADENCES

_FIELD = re.compile(r'[\w-]+(?::|[<>]=?)|["()]')
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Readings:
    """A line with a word that may be a cadence: the search without it, and the whole with the word looked for."""

    word: str
    cadence: str
    rest: str
    whole: str


def two_readings(line: str) -> Readings | None:
    """Both meanings, where a line has two: `weekly reports`, `title:engineer weekly`. None where it is clear, as in
    `weekly role:ai-engineer`, or where neither can be read."""
    words = line.split()
    places = [at for at, word in enumerate(words) if CADENCES.get(word.casefold().rstrip(":,"))]
    if len(places) != 1 or len(words) < 2:
        return None
    at = places[0]
    word, others = words[at].rstrip(":,"), [*words[:at], *words[at + 1 :]]
    if at == 0 and (words[0].endswith(":") or any(_FIELD.match(one.lstrip("-")) for one in others)):
        return None  # set off, or as it is written in the help
    rest, whole = " ".join(others), " ".join([*words[:at], f'"{word}"', *words[at + 1 :]])
    try:
        read = [str(search.parse_saved(one)) for one in (rest, whole)]
    except search.QueryError:
        return None
    return Readings(word, CADENCES[word.casefold()], *read)


def save(desk: Desk, asked: Asked, wish: saving.Wish) -> Reply:
    """Save it; say what was understood, what it would have sent, what is open and what comes next.

    Raises SubscriberError. Once it is saved the answer says so, whatever becomes of the counts.
    """
    row = saving.save(
        desk.engine,
        lambda connection: owner_of(connection, asked),
        wish,
        asked.now,
        make=lambda connection: _make(connection, desk, asked),
    )
    return Reply("\n".join([f"Saved: {wish.query}", *_prospects(desk, wish.query, row, asked)]))


def saved_already(desk: Desk, asked: Asked, error: saving.SavedAlreadyError) -> Reply:
    """Which of theirs it is, and what to do with it."""
    with desk.read() as connection:
        rows = searches_of(connection, asked)
    return tuning.saved_already(rows, error.row)


def _make(connection: Connection, desk: Desk, asked: Asked) -> int:
    own = owner_of(connection, asked)
    own = subscribe(connection, desk.settings, asked) if own is None else own
    searches.reach_again(connection, asked.channel, asked.chat, asked.now)
    return own


def _prospects(desk: Desk, query: search.Query, row: keeping.Row, asked: Asked) -> list[str]:
    try:
        with desk.read() as connection:
            if note := keeping.stopped_note(connection, asked):
                return [note.strip()]
            number = len(searches_of(connection, asked))
            later = _later(row, timezone_of(connection, row["subscriber_id"]), asked)
            later += _elsewhere(row, searches.reached_by(connection, row["subscriber_id"]), number)
            count = count_postings(connection, query & search.parse("is:open"), asked.now)
        tested = backtest(desk.read, query, asked.now)
    except Exception as error:  # noqa: BLE001 - it is saved all the same, and that is what the answer must say
        log.warning("bot.not_counted", reason=type(error).__name__)
        later = "in a digest" if row["cadence"] in DIGESTS else "as they open"
        return [
            f"What matches now could not be counted in time. It comes in one message; after that, new ones {later}."
        ]
    lines = [f"{plural(count, 'posting')} open now. {summary(tested)}", *told(tested, f"/edit {number}")[1:]]
    if not count:
        return [*lines, f"New ones come {later}."]
    wait = plural(desk.settings.alerts.baseline_minutes, "minute")
    return [*lines, f"What is open comes in one message in about {wait}; after that, new ones {later}."]


def _later(row: keeping.Row, timezone: str, asked: Asked) -> str:
    is_digest = row["cadence"] in DIGESTS
    later = f"in a digest, {keeping.comes(row, timezone, asked.now)}" if is_digest else "as they open"
    return f"{later}, by {keeping.how(row)}"


def _elsewhere(row: keeping.Row, reached: list[str], number: int) -> str:
    """How to have it come another way, where there is one."""
    other = [name for name in reached if name not in row["channels"]]
    if len(reached) < 2:
        return ""
    return f" (/where {number} {' '.join([*row['channels'], *other[:1]]) if other else reached[0]} changes that)"
