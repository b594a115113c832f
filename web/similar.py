"""Postings that are like one: of the same role among the newest, by skills, level, place and workplace."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from database import for_everyone, table_of
from models import Posting
from web import rows

LOOKED_AT = 400  # of the newest
SHOWN = 5
LEAST = 0.25  # of likeness
_POSTING = table_of(Posting).c
_WEIGHTS = {"skills": 0.5, "seniority": 0.2, "country": 0.2, "workplace": 0.1}


def similar(connection: Connection, posting: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The likest that are open, of other employers and its own; of a role that is none of ours there are none."""
    if posting["role"] == "other":
        return []
    newest = (
        select(_POSTING.id)
        .where(_POSTING.role == posting["role"], _POSTING.closed_at.is_(None), _POSTING.public_id != posting["id"])
        .where(for_everyone(connection))
        .order_by(_POSTING.posted_at.desc())
        .limit(LOOKED_AT)
    )
    found = rows.shown(connection, connection.execute(newest).scalars().all()).values()
    scored = sorted(((likeness(posting, one), one) for one in found), key=lambda pair: -pair[0])
    return [one for score, one in scored[:SHOWN] if score >= LEAST]


def likeness(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    """From 0 to 1: what both have, of what either has."""
    shared = {
        "skills": _shared(set(one["skills"]), set(other["skills"])),
        "seniority": float(one["seniority"] == other["seniority"] != "unspecified"),
        "country": _shared(_countries(one), _countries(other)),
        "workplace": float(one["workplace"] == other["workplace"] is not None),
    }
    return sum(_WEIGHTS[name] * part for name, part in shared.items())


def _shared(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0


def _countries(posting: Mapping[str, Any]) -> set[str]:
    return {place["country"] for place in posting["locations"] if place.get("country")}
