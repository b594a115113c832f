"""The page of pay: role by level by place, in a currency and for a period, with published guides beside it."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from database import market
from models import SENIORITIES
from search import rates
from search.nodes import Node, Tagged
from web import charts, shown
from web.figures import figures
from web.market import AI_ROLES, Question, Values, in_order, named, one_of, query_of, with_ranges
from web.site import OfSite, Site, only
from web.view import AI

router = APIRouter(include_in_schema=False)
DAYS = 182
COMMON = ("USD", "EUR", "GBP", "CHF", "CAD", "AUD", "INR", "PLN", "SEK", "SGD", "JPY")
MOST_PLACES, MOST_ROWS = 40, 18
REMOTE = "remote"
LABELS = {"seniority": "level", "country": "country", "role": "role"}


@router.api_route(
    "/pay", methods=["GET", "HEAD"], dependencies=[only("role", "level", "place", "currency", "period")]
)  # fmt: skip
def pay_page(request: Request, site: OfSite) -> Response:
    """Quartiles of what is chosen, how they go by level, place and role, and the guides."""
    options = _options(site)
    chosen = {name: one_of(request.query_params, name, list(known), DEFAULTS[name]) for name, known in options.items()}
    question = Question(_asked(chosen))
    found, spread = figures(site, "pay", question.asked), figures(site, "pay-bands", question.asked)
    top = charts.nice(max((row["postings"] for row in spread.rows), default=0))
    return site.page(
        "pay.html", options=options, chosen=chosen, title=_title(chosen), question=question,
        whole=next(iter(found.rows), None), basis=found.basis, bands=spread.rows, top=top,
        columns=charts.columns([row["postings"] for row in spread.rows], top),
        tables=[_table(site, chosen, by) for by in LABELS],
        guides=market.guides(question.asked, chosen["role"], chosen["level"], chosen["place"]),
    )  # fmt: skip


DEFAULTS = {"role": "", "level": "", "place": "", "currency": "USD", "period": "year"}


def _options(site: Site) -> dict[str, dict[str, str]]:
    """What can be chosen, with its words; places are those with most postings."""
    found = figures(site, "now", market.Asked(query=query_of((AI,)), by="country"))
    places = [row["country"] for row in found.rows[:MOST_PLACES] if row["country"] != "unknown"]
    known = sorted(rates.in_force().per_dollar, key=lambda code: (code not in COMMON, code))
    return {
        "role": {"": "any AI role", **{role: shown.name(role) for role in AI_ROLES}},
        "level": {"": "any", **{level: named("seniority", level) for level in SENIORITIES if level != "unspecified"}},
        "place": {"": "anywhere", REMOTE: "remote", **{code: shown.country_name(code) for code in places}},
        "currency": {code: code for code in known},
        "period": {period: period for period in market.PER_YEAR},
    }


def _asked(chosen: Mapping[str, str], without: str = "", by: str = "all") -> market.Asked:
    """The question of a choice, without one part of it."""
    nodes: list[Node] = [Tagged("role", (chosen["role"],)) if chosen["role"] and without != "role" else AI]
    if chosen["level"] and without != "seniority":
        nodes.append(Tagged("seniority", (chosen["level"],)))
    if chosen["place"] and without != "country":
        is_remote = chosen["place"] == REMOTE
        nodes.append(Tagged("workplace" if is_remote else "country", (chosen["place"],)))
    return market.Asked(query_of(nodes), by, DAYS, chosen["currency"], chosen["period"])


def _table(site: Site, chosen: Mapping[str, str], by: str) -> Values:
    asked = _asked(chosen, without=by, by=by)
    rows = [row for row in figures(site, "pay", asked).rows if row[by] not in ("unknown", "unspecified")]
    rows = in_order(rows) if by == "seniority" else rows
    found: dict[str, Any] = {"by": by, "label": LABELS[by], "question": Question(asked), "about": _kept(chosen, by)}
    return found | {"rows": with_ranges(rows[:MOST_ROWS], by)}


def _kept(chosen: Mapping[str, str], by: str) -> str:
    """What of the choice holds in the table by one of its parts; the bar is the middle half, its mark the middle."""
    parts = {"role": chosen["role"], "seniority": chosen["level"], "country": chosen["place"]}
    kept = [named(name, value) for name, value in parts.items() if value and name != by]
    return f"{', '.join(kept) or 'All'}. The bar is the middle half, the mark in it the median."


def _title(chosen: Mapping[str, str]) -> str:
    """`Senior ML engineer, Germany, EUR a year`."""
    role = shown.name(chosen["role"]) if chosen["role"] else "Any AI role"
    level = named("seniority", chosen["level"]) if chosen["level"] else ""
    is_country = chosen["place"] not in ("", REMOTE)
    place = shown.country_name(chosen["place"]) if is_country else chosen["place"] or "anywhere"
    called = f"{role}, {level.lower()}" if level else role
    return f"{called}, {place}: {chosen['currency']} a{'n' * (chosen['period'] == 'hour')} {chosen['period']}"
