"""What a role is: its openings, levels, skills, pay, employers and how long an opening lives."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

import search
from database.market.closing import closing
from database.market.figures import Asked, Figures
from database.market.openings import open_now, openings, remote
from database.market.pay import pay
from database.market.skills import wanted
from search.nodes import And, Query, Tagged

PARTS = {
    "openings": (openings, "all"), "levels": (open_now, "seniority"), "countries": (open_now, "country"),
    "employers": (open_now, "company"), "remote": (remote, "all"), "skills": (wanted, "all"), "pay": (pay, "seniority"),
    "closing": (closing, "all"),
}  # fmt: skip


def of_role(role: str, query: search.Query | None = None) -> search.Query:
    """A query for postings of the role only."""
    only = Tagged("role", (role,))
    return Query(And((only, query.root)) if query is not None else only)


def profile(connection: Connection, role: str, asked: Asked, now: datetime) -> Mapping[str, Figures]:
    """All of PARTS for a role."""
    its = replace(asked, query=of_role(role, asked.query))
    return {name: part(connection, replace(its, by=by), now) for name, (part, by) in PARTS.items()}
