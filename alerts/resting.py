"""The bot's replies that let searches rest and go on: one or all, for good or for some time."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from alerts import kept, searches, spoken
from alerts.desk import Asked, Desk, Reply, local, owner_of, searches_of, timezone_of
from alerts.keeping import Row, meant, named, no_search, speaks, split, stopped_note
from alerts.wording import plural

NONE = "You have no search that speaks."
HOW_LONG = "For some time all searches rest together: /pause 2w, or /pause 3d. One rests until you say: /pause 1"


def pause(desk: Desk, asked: Asked) -> Reply:
    """Pause one search, or all; for some time, as `2w`, all."""
    which, words = split(asked.argument)
    if span := spoken.read_span(asked.argument) or spoken.read_span(" ".join(words)):
        return Reply(HOW_LONG) if which.isdigit() and words else rest(desk, asked, span)
    with desk.write() as connection:
        rows = meant(connection, asked, asked.argument)
        timezone = timezone_of(connection, rows[0]["subscriber_id"]) if rows else ""
        if rows:
            kept.pause(connection, rows[0]["subscriber_id"], rows, asked.now)
        paused = [row | {"paused_at": asked.now} for row in rows]  # it has no next day
    if not rows:
        return _no_search(desk, asked, "pause")
    return Reply(f"Paused: {named(rows)} ({speaks(paused, timezone, asked)}). "
                 f"{_resume(desk, asked, rows)} goes on, and tells what opened meanwhile.")  # fmt: skip


def rest(desk: Desk, asked: Asked, span: timedelta) -> Reply:
    """Nothing for so long; what opens meanwhile comes then."""
    until = asked.now + span
    with desk.write() as connection:
        own = owner_of(connection, asked)
        count = 0 if own is None else kept.rest(connection, own, until, asked.now)
        at = "" if own is None else local(until, timezone_of(connection, own))
    if not count:
        return Reply(NONE)
    words = f"Quiet until {at}: {plural(count, 'search rests', 'searches rest')}."
    return Reply(f"{words} What opens meanwhile comes in one message then; /resume ends it sooner.")


def resume(desk: Desk, asked: Asked) -> Reply:
    """Go on with one search, or with all; each is said with when it comes and where."""
    with desk.write() as connection:
        rows = meant(connection, asked, asked.argument)
        for row in rows:
            if row["paused_at"] is not None:
                searches.resume_search(connection, row["id"])
        note = stopped_note(connection, asked)
        on = [row for row in searches_of(connection, asked) if row["id"] in {one["id"] for one in rows}]
        timezone = timezone_of(connection, rows[0]["subscriber_id"]) if rows else ""
    if not rows:
        return _no_search(desk, asked, "resume")
    return Reply(f"Goes on: {named(on)}: {speaks(on, timezone, asked)}.{note}")


def _resume(desk: Desk, asked: Asked, rows: Sequence[Row]) -> str:
    """The command that ends it: with a number where not all rest."""
    with desk.read() as connection:
        ids = [row["id"] for row in searches_of(connection, asked)]
    return f"/resume {ids.index(rows[0]['id']) + 1}" if len(rows) < len(ids) else "/resume"


def _no_search(desk: Desk, asked: Asked, command: str) -> Reply:
    with desk.read() as connection:
        return no_search(searches_of(connection, asked), command, asked.argument)


REPLIES: dict[str, Callable[[Desk, Asked], Reply]] = {"pause": pause, "resume": resume}
