"""The market in figures, as `rolewire stats` tells them."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from database import market
from search import rates
from web.eligible import OfFacts
from web.site import OfSite, Site
from web.v1.answers import alike, answer, reading
from web.v1.forms import NoParameters
from web.v1.parameters import QueryParameters, meta, read_query
from web.v1.problems import PREFIX, ProblemError

router = APIRouter(tags=["market"])
MOMENTS = ("as_of", "from", "middle", "to")  # of a basis
PAY = "pay"  # the one that may be told by two dimensions
_OTHERS = tuple(name for name in market.STATS if name != PAY)
Dimension = Annotated[Literal[market.DIMENSIONS], Field(description="By what")]  # type: ignore[valid-type]
_DIMENSION = f"({'|'.join(market.DIMENSIONS)})"


class StatParameters(QueryParameters):
    """Of which postings, by what, how far back; pay in which currency and period; `skills`: those you have."""

    days: int = Field(default=91, ge=market.DAYS[0], le=market.DAYS[1])
    currency: str = Field(default="USD", json_schema_extra={"enum": [*sorted(rates.in_force().per_dollar)]})
    period: Literal[tuple(market.PER_YEAR)] = "year"  # type: ignore[valid-type]
    skills: str = Field(default="", max_length=2_000, description="With commas between them")


class OneWay(StatParameters):
    """By one dimension."""

    by: Dimension = "role"


class TwoWays(StatParameters):
    """By one dimension, or two with a comma between them."""

    by: str = Field(default="role", pattern=f"^{_DIMENSION}(,{_DIMENSION})?$")


class About(BaseModel):
    """A statistic."""

    name: str
    about: str
    url: str


class Stats(BaseModel):
    """The statistics there are."""

    stats: list[About]


class Figures(BaseModel):
    """A flat table; each row says how many postings stand behind it, `basis` what was counted, on which boards."""

    meta: dict[str, Any]
    stat: str
    basis: dict[str, Any]
    columns: list[str]
    rows: list[dict[str, Any]]


@reading(router, "/stats", Stats, summary="The statistics there are")
def list_stats(_asked: Annotated[NoParameters, Query()], request: Request) -> Response:
    """What can be told of the market."""
    told = [{"name": name, "about": about, "url": f"{PREFIX}/stats/{name}"} for name, about in market.ABOUT.items()]
    return answer(request, {"stats": told})


@reading(router, f"/stats/{PAY}", Figures, summary="Quartiles of pay")
def pay_stat(asked: Annotated[TwoWays, Query()], request: Request, site: OfSite, facts: OfFacts) -> Response:
    """Quartiles of pay by one dimension or two, with how many postings say so."""
    return _told(request, figures(site, PAY, asked, asked.by, facts))


@reading(router, "/stats/{name}", Figures, summary="A statistic")
def one_stat(
    name: Annotated[Literal[_OTHERS], Path()],  # type: ignore[valid-type]
    asked: Annotated[OneWay, Query()],
    request: Request,
    site: OfSite,
    facts: OfFacts,
) -> Response:
    """A statistic of the market. Trends rest on the boards that were watched all the while."""
    return _told(request, figures(site, name, asked, asked.by, facts))


def _told(request: Request, found: dict[str, Any]) -> Response:
    """Figures that are the same are, at whatever moment they were counted."""
    basis = {name: value for name, value in found["basis"].items() if name not in MOMENTS}
    return alike(request, found, found | {"basis": basis})


def figures(site: Site, name: str, asked: StatParameters, by: str, facts: str) -> dict[str, Any]:
    """The figures. Raises ProblemError, QueryError."""
    query, given = read_query(asked.q, facts), asked.model_dump(exclude={"q", "skills"})
    wanted = market.Asked(query, by, asked.days, asked.currency, asked.period, market.skills_named(asked.skills))
    try:
        with site.read() as connection:
            found = market.figures(connection, name, wanted, site.clock())
    except market.MarketError as error:
        raise ProblemError("bad-parameter", str(error)) from None
    return {"meta": meta(query, **given, skills=list(wanted.skills)), **found.as_json()}
