"""The market's trends, and what its pages share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request, Response

import search
from database import market
from models import ROLES, SENIORITIES
from search.nodes import And, Node, Query
from web import charts, shown
from web.eligible import OfFacts
from web.figures import figures
from web.site import OfSite, Site, only
from web.view import AI, speaks_of

router = APIRouter(include_in_schema=False)
SPANS = {7: "week", 28: "4 weeks", 91: "3 months", 182: "6 months", 364: "year"}
TREND_BY = ("role", "seniority", "country", "workplace", "skill", "company")
AI_ROLES = tuple(role for role in ROLES if role != "other")
MOST_MOVED, MOST_BARS = 10, 20
Values = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """What an address asks, as typed and as understood."""

    asked: market.Asked
    q: str = ""
    is_any_role: bool = True  # whether the page adds nothing about roles by itself
    lifts: bool = False  # whether it was told not to

    def link(self, name: str, form: str, **changes: Any) -> str:
        """Where a statistic is had as a file."""
        asked = replace(self.asked, **changes)
        pairs = {
            "q": str(asked.query or ""), "by": asked.by, "days": asked.days, "currency": asked.currency,
            "period": asked.period, "skills": ",".join(asked.skills),
        }  # fmt: skip
        return f"/stats/{name}.{form}?" + urlencode({key: value for key, value in pairs.items() if value})

    def page(self, path: str, **changes: Any) -> str:
        """The page with the same question."""
        pairs = {"q": self.q, "by": self.asked.by, "days": self.asked.days, **changes}
        return f"{path}?" + urlencode({key: value for key, value in pairs.items() if value})


@router.api_route("/trends", methods=["GET", "HEAD"], dependencies=[only("q", "by", "days", "roles")])
def trends_page(request: Request, site: OfSite, facts: OfFacts) -> Response:
    """Openings over time and now, skills that move, remote work, how long openings live."""
    try:
        question = read_question(site, request.query_params, facts)
    except search.QueryError as error:
        return site.page("misread.html", 400, q=request.query_params["q"], error=error)
    asked, by = question.asked, question.asked.by
    total, openings = figures(site, "openings", replace(asked, by="all")), figures(site, "openings", asked)
    now_open, moving = figures(site, "now", asked), figures(site, "skills", replace(asked, by="all"))
    remote = figures(site, "remote", asked).rows[:MOST_BARS]
    closing = figures(site, "closing", replace(asked, days=max(asked.days, 91)))
    return site.page(
        "trends.html", question=question, by=by, bys=TREND_BY, spans=SPANS, total=total, openings=openings,
        whole=whole(total), multiples=multiples(openings, by), now_open=now_open,
        now_bars=bars(now_open.rows[:MOST_BARS], by), moved=moving, rising=moved(moving, 1), falling=moved(moving, -1),
        remote_rows=[_remote(by, row) for row in remote if row["said"]],
        closing=replace(closing, rows=[{**row, "name": named(by, row[by])} for row in closing.rows]),
    )  # fmt: skip


def read_question(site: Site, given: Mapping[str, str], facts: str) -> Question:
    """What an address's parameters ask: AI roles, unless the query speaks of roles or `roles=any` lifts that.

    Raises HTTPException 400 and QueryError.
    """
    q = given.get("q", "").strip()
    root = search.parse(q, facts).root if q else None
    nodes: tuple[Node, ...] = root.nodes if isinstance(root, And) else (root,) if root is not None else ()
    lifts = one_of(given, "roles", ("ai", "any"), "ai") == "any"
    is_any = lifts or any(speaks_of("role", node) for node in nodes)
    asked = market.Asked(
        query=query_of(nodes if is_any else (*nodes, AI)),
        by=one_of(given, "by", TREND_BY, "role"),
        days=int(one_of(given, "days", [str(days) for days in SPANS], "") or usual_span(site)),
    )
    return Question(asked, q, is_any, lifts)


def query_of(nodes: Sequence[Node]) -> Query | None:
    """A query of all the clauses; None of none."""
    return Query(nodes[0] if len(nodes) == 1 else And(tuple(nodes))) if nodes else None


def one_of(given: Mapping[str, str], name: str, known: Sequence[str], default: str) -> str:
    """A parameter's value. Raises HTTPException 400."""
    value = given.get(name) or default
    if value not in known and value != default:
        raise HTTPException(400, f"{name}: {value[:40]!r} is none of {', '.join(known)}")
    return value


def usual_span(site: Site) -> int:
    """Three months, or the longest for which half of the boards, or else any, have been watched."""
    with site.read() as connection:
        seen = {days: market.watched(connection, days, site.clock()) for days in SPANS if days <= 91}
    half = [days for days, row in seen.items() if 2 * row["boards"] >= row["boards_all"] > 0]
    some = [days for days, row in seen.items() if row["boards"]]
    return max(half or some or [91])


# --- what charts need ----------------------------------------------------------------------------------------------


def whole(found: market.Figures) -> Values | None:
    """All that is asked about, over time; None where nothing of it was on the boards watched all the while."""
    if not found.rows:
        return None
    values, new = [row["open"] for row in found.rows], [row["new"] or 0 for row in found.rows[1:]]
    top = charts.nice(max(values + new))
    return {
        "line": charts.line(values, top), "columns": charts.columns(new, top), "top": top, "rows": found.rows,
        "first": values[0], "last": values[-1], "change": charts.change(values), "new": sum(new),
    }  # fmt: skip


def multiples(found: market.Figures, by: str) -> list[Values]:
    """A small chart a value, each on its own scale, the largest first."""
    groups: dict[str, list[Values]] = {}
    for row in found.rows:
        groups.setdefault(row[by], []).append(row)
    told = [_small(value, named(by, value), rows) for value, rows in groups.items()]
    return sorted(told, key=lambda one: (-one["last"], one["name"]))


def _small(value: str, name: str, rows: list[Values]) -> Values:
    values = [row["open"] for row in rows]
    return {
        "name": name, "value": value, "line": charts.line(values), "first": values[0], "last": values[-1],
        "change": charts.change(values), "rows": rows, "new": sum(row["new"] or 0 for row in rows),
    }  # fmt: skip


def moved(found: market.Figures, way: int) -> list[Values]:
    """The skills that moved most one way, those first of which chance is no likely cause."""
    rows = [row for row in found.rows if row["change"] and (row["change"] > 0) == (way > 0)]
    rows.sort(key=lambda row: (not row["is_clear"], -abs(row["change"])))
    return bars(rows[:MOST_MOVED], "skill", "change")


def bars(rows: Sequence[Values], by: str, value: str = "postings") -> list[Values]:
    """The rows with their names in words and the lengths of their bars."""
    widths = charts.shares([row[value] or 0 for row in rows])
    return [{**row, "name": named(by, row[by]), "width": width} for row, width in zip(rows, widths, strict=True)]


def _remote(by: str, row: Values) -> Values:
    """A row with its share as the length of its bar: of all, not of the largest."""
    return {**row, "name": named(by, row[by]), "width": round(100 * row["remote_share"], 2)}


def in_order(rows: Sequence[Values]) -> list[Values]:
    """Rows by level, the lowest first."""
    return sorted(rows, key=lambda row: SENIORITIES.index(row["seniority"]))


def with_ranges(rows: Sequence[Values], by: str) -> list[Values]:
    """Rows of pay with their ranges on one scale."""
    top = max((row["high"] for row in rows if row["high"]), default=1) * 1.05
    told = [(row["low"], row["median"], row["high"]) if row["median"] is not None else None for row in rows]
    drawn = charts.ranges(told, top)
    return [{**row, "name": named(by, row[by]), "range": one} for row, one in zip(rows, drawn, strict=True)]


def named(by: str, value: str) -> str:
    """A dimension's value in words."""
    if by == "country" and value != "unknown":
        return shown.country_name(value)
    if by == "seniority" and value == "unspecified":
        return "Not said"
    return shown.name(value) if by in ("role", "seniority", "workplace", "type", "country") else value
