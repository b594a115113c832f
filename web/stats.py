"""The pages of the market, and each statistic as a file, for spreadsheets and programs."""

import io
from collections.abc import Mapping

import orjson
from fastapi import APIRouter, HTTPException, Request, Response

import search
from database import market
from web import market as trends
from web import pay, roles
from web.eligible import OfFacts
from web.figures import figures
from web.site import OfSite, only
from web.tables import write_csv

router = APIRouter(include_in_schema=False)  # of all pages of the market
for room in (trends, pay, roles):
    router.include_router(room.router)


@router.api_route(
    "/stats/{name}.{form}", methods=["GET", "HEAD"],
    dependencies=[only("q", "by", "days", "currency", "period", "skills")],
)  # fmt: skip
def download(name: str, form: str, request: Request, site: OfSite, facts: OfFacts) -> Response:
    """A statistic as CSV or JSON."""
    if name not in market.STATS or form not in ("csv", "json"):
        raise HTTPException(404, "There is no such page.")
    found = figures(site, name, read_asked(request.query_params, facts))
    if form == "json":
        return Response(orjson.dumps(found.as_json(), option=orjson.OPT_INDENT_2), media_type="application/json")
    headers = {"Content-Disposition": f'attachment; filename="rolewire-{name}.csv"'}
    return Response(as_csv(found), media_type="text/csv; charset=utf-8", headers=headers)


def read_asked(given: Mapping[str, str], facts: str = "") -> market.Asked:
    """What parameters ask a statistic for. Raises MarketError and QueryError."""
    days = given.get("days") or "91"
    if not (days.isascii() and days.isdecimal()) or len(days) > 5:
        raise market.MarketError(f"days: {days[:20]!r} is no number of days")
    query = search.parse(given["q"], facts) if given.get("q", "").strip() else None
    currency, skills = (given.get("currency") or "USD").upper(), market.skills_named(given.get("skills", ""))
    return market.Asked(
        query, given.get("by") or "role", int(days), currency, given.get("period") or "year", skills
    ).checked()  # fmt: skip


def as_csv(found: market.Figures) -> str:
    """The rows, as a spreadsheet may open them."""
    file = io.StringIO()
    write_csv(file, found.rows, found.columns)
    return file.getvalue()
