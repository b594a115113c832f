"""Profiles: what people look for and bring, where they gave it. Every function works in the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from alerts.searches import list_searches, pause_search
from alerts.subscribers import SEARCH
from database import table_of, upsert
from models import StoredProfile
from search.profile import Profile

PROFILE = table_of(StoredProfile)
__all__ = ["Profile", "facts_of", "forget_profile", "only_profile", "profile_of", "profiles_of", "save_profile"]


def profile_of(connection: Connection, subscriber_id: int) -> Profile | None:
    """What a person has given; None where that is nothing."""
    return profiles_of(connection, [subscriber_id]).get(subscriber_id)


def profiles_of(connection: Connection, subscriber_ids: Sequence[int]) -> dict[int, Profile]:
    """The same of several."""
    given = select(PROFILE.c.subscriber_id, PROFILE.c.said).where(PROFILE.c.subscriber_id.in_(subscriber_ids))
    return {row.subscriber_id: Profile.from_json(row.said) for row in connection.execute(given)}


def facts_of(connection: Connection, subscriber_id: int | None) -> str:
    """What `eligible:` goes by for this person; empty where they gave nothing."""
    profile = None if subscriber_id is None else profile_of(connection, subscriber_id)
    return profile.facts if profile is not None else ""


def only_profile(connection: Connection) -> Profile | None:
    """The one that was given, an empty one where none was; None where there are several."""
    given = connection.execute(select(PROFILE.c.said).limit(2)).scalars().all()
    return None if len(given) > 1 else Profile.from_json(given[0]) if given else Profile()


def save_profile(connection: Connection, subscriber_id: int, profile: Profile, now: datetime) -> list[str]:
    """Keep it; searches that ask for `eligible:` go by it from now on. Without facts they are paused: returns these."""
    if profile.is_empty:
        return forget_profile(connection, subscriber_id, now)
    row = {"subscriber_id": subscriber_id, "said": profile.as_json(), "changed_at": now}
    upsert(connection, StoredProfile, [row], ["subscriber_id"], ["said", "changed_at"])
    return _judge_anew(connection, subscriber_id, profile.facts, now)


def forget_profile(connection: Connection, subscriber_id: int, now: datetime) -> list[str]:
    """Delete it. Searches that ask for `eligible:` are paused: returns their names."""
    connection.execute(delete(PROFILE).where(PROFILE.c.subscriber_id == subscriber_id))
    return _judge_anew(connection, subscriber_id, "", now)


def _judge_anew(connection: Connection, subscriber_id: int, facts: str, now: datetime) -> list[str]:
    """The person's searches by these facts; what they come to match so is looked for like that of a changed search."""
    asks = SEARCH.c.subscriber_id == subscriber_id, func.lower(SEARCH.c.query).contains("eligible")
    other = update(SEARCH).where(*asks, SEARCH.c.facts != facts)
    if facts:
        connection.execute(other.values(facts=facts, baseline_at=None))
        return []
    paused = []
    for row in list_searches(connection, subscriber_id):
        if row["facts"] and row["paused_at"] is None:
            pause_search(connection, row["id"], now)
            paused.append(str(row["name"]))
    connection.execute(other.values(facts=""))
    return paused
