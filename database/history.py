"""What happened to a posting, told in order: events, listings that joined or left it, and what looks like a ghost."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from database.merges import FOUNDED, SPOKEN, links_of, said_apart
from database.write import table_of
from models import EventKind, Link, Listing, Posting, PostingEvent

EVENT, LINK, LISTING, POSTING = (table_of(model) for model in (PostingEvent, Link, Listing, Posting))
REPOSTED = "reposted"
SHOWN = 200  # entries
Row = dict[str, Any]


def history(connection: Connection, posting_id: int) -> list[Row]:
    """What happened, the oldest first: `kind`, `at`, and as it applies `changes`, `reason`, `listing`, `is_baseline`.

    Beside the kinds of events: `reposted` (same opening, another id), `joined` (also listed there), `apart` (a person
    said that a listing is another opening).
    """
    found = [*_events(connection, posting_id), *_links(connection, posting_id), *_apart(connection, posting_id)]
    found.sort(key=lambda row: (row["at"], row["kind"] != EventKind.OPENED))
    opened = next((row for row in found if row["kind"] == EventKind.OPENED), None)
    return [row for row in found if row["kind"] != EventKind.OPENED or row is opened][-SHOWN:]  # what came later joined


def _events(connection: Connection, posting_id: int) -> list[Row]:
    """An event that a reader would not notice is none."""
    columns = (EVENT.c.kind, EVENT.c.at, EVENT.c.changes, EVENT.c.is_baseline)
    newest = select(*columns).where(EVENT.c.posting_id == posting_id).order_by(EVENT.c.at.desc(), EVENT.c.id.desc())
    rows = connection.execute(newest.limit(SHOWN)).mappings()
    return [_event(dict(row)) for row in rows if row["kind"] != EventKind.CHANGED or row["changes"]]


def _event(row: Row) -> Row:
    changes = dict(row["changes"] or {})
    reason = changes.pop("reason", [None, None])[1] if row["kind"] == EventKind.CLOSED else None
    told = {"kind": str(row["kind"]), "at": row["at"]}
    told |= {"changes": changes} if changes else {}
    told |= {"reason": reason} if reason else {}
    return told | ({"is_baseline": True} if row["is_baseline"] else {})


def _links(connection: Connection, posting_id: int) -> list[Row]:
    return [
        {"kind": REPOSTED if row["reason"] == REPOSTED else "joined", "at": row["at"], "listing": row["listing"],
         "reason": SPOKEN.get(row["reason"]) or row["sentence"]}
        for row in links_of(connection, posting_id) if row["reason"] != FOUNDED or row["was"]
    ]  # fmt: skip


def _apart(connection: Connection, posting_id: int) -> list[Row]:
    """Each listing once, whatever it was told apart from."""
    told = {
        row["other"]: {"kind": "apart", "at": row["said_at"], "reason": "a person said that it is another opening",
                       "listing": f"{row['source']}/{row['board']}/{row['native_id']}"}
        for row in said_apart(connection, posting_id)
    }  # fmt: skip
    return list(told.values())


# --- ghost signals -------------------------------------------------------------------------------------------------

OLD = timedelta(days=60)
RENEWED = 2  # times that a date was renewed without a new word


def signals(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> dict[int, list[Row]]:
    """What makes one ask whether a posting is a live vacancy, by its id; each with its evidence, and no verdict.

    `rows`: postings with their `listings`, as `listings_of` reads them.
    """
    ids = [row["id"] for row in rows]
    reopened: dict[int, list[datetime]] = {}
    wanted = select(EVENT.c.posting_id, EVENT.c.at).where(
        EVENT.c.posting_id.in_(ids), EVENT.c.kind == EventKind.REOPENED
    )
    for row in connection.execute(wanted.order_by(EVENT.c.at)):
        reopened.setdefault(row.posting_id, []).append(row.at)
    return {row["id"]: _signals(row, reopened.get(row["id"], [])) for row in rows}


def _signals(row: Mapping[str, Any], reopened: list[datetime]) -> list[Row]:
    listings = row["listings"]
    last = max((one["last_seen_at"] for one in listings), default=row["first_seen_at"])
    reposts = sorted(one["linked_at"] for one in listings if one["reason"] == REPOSTED)
    renewed = max(listings, key=lambda one: one["restamps"], default={"restamps": 0})
    return [
        signal for signal in (
            _age(row["posted_at"], row["closed_at"] or last),
            _counted("reposted", "put up again under another id", reposts),
            _counted("reopened", "closed and opened again", reopened),
            _renewed(renewed), _evergreen(row["evidence"]), _unsaid(row),
        ) if signal
    ]  # fmt: skip


def _age(since: datetime, until: datetime) -> Row | None:
    days = (until - since).days
    if until - since < OLD:
        return None
    return {"signal": "age", "words": f"listed for {days} days, since {_day(since)}", "days": days, "since": since}


def _counted(name: str, words: str, at: Sequence[datetime]) -> Row | None:
    if not at:
        return None
    times = "once" if len(at) == 1 else f"{len(at)} times"
    told = f"{words} {times}, {'last ' if len(at) > 1 else ''}on {_day(at[-1])}"
    return {"signal": name, "words": told, "count": len(at), "at": list(at)}


def _renewed(one: Mapping[str, Any]) -> Row | None:
    if one["restamps"] < RENEWED:
        return None
    told = f"its date was renewed {one['restamps']} times without a new word, last on {_day(one['restamped_at'])}"
    return {"signal": "stale", "words": told, "count": one["restamps"], "at": [one["restamped_at"]]}


def _evergreen(evidence: Mapping[str, Any]) -> Row | None:
    found = evidence.get("evergreen")
    if not isinstance(found, dict):
        return None
    return {"signal": "evergreen", "words": f"it says “{found.get('quote', '')}”", "evidence": found}


SHOWN_BY = {
    "pay": "salary_currency", "places": "locations", "workplace": "workplace", "remote_scope": "remote_scope",
    "employment_type": "employment_type",
}  # fmt: skip


def _unsaid(row: Mapping[str, Any]) -> Row | None:
    """What is shown as it was before all ads of its board said it no more (see `pipeline.ingest.silence`)."""
    primary = next((one for one in row["listings"] if one["id"] == row["primary_listing_id"]), None)
    kept = (primary["kept"] or {}) if primary else {}
    fields = [name for name in kept if row.get(SHOWN_BY.get(name, ""))]
    since = min((datetime.fromisoformat(kept[name]["since"]) for name in fields), default=None)
    if primary is None or since is None or primary["first_seen_at"] > since:
        return None
    told = " and ".join(name.replace("_", " ") for name in fields)
    words = f"its board has not said {told} since {_day(since)}; what is shown was said before"
    return {"signal": "unsaid", "words": words, "fields": fields, "since": since}


def _day(at: datetime) -> str:
    return f"{at.day} {at:%B %Y}"
