"""The pages of roles: what each is, asks for, pays, and who hires for it."""

from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from alerts.profiles import profile_of
from database import market
from search.nodes import And, Node, Query, Tagged
from web.figures import figures
from web.market import AI_ROLES, Question, Values, bars, in_order, query_of, usual_span, whole, with_ranges
from web.site import OfSite, only, unstored
from web.view import AI
from web.visitor import signed_in

router = APIRouter(include_in_schema=False)
MOST_SKILLS, MOST_ROWS = 25, 12
ABOUT = {
    "ai-engineer": "builds products with language models: agents, retrieval, prompts, fine-tuning for a product",
    "ml-engineer": "builds and ships learned models: training, features, ranking, recommendation, forecasting",
    "deep-learning-engineer": "works on neural networks, as the title says",
    "nlp-engineer": "works on language and speech: conversation, recognition, synthesis, relevance",
    "computer-vision-engineer": "works on vision and perception",
    "mlops-engineer": "builds what models run on: platforms, training and inference systems, clusters, kernels",
    "edge-ai-engineer": "brings models onto small devices",
    "robotics-engineer": "works on robots and autonomy: learning, planning, control, driving",
    "research-scientist": "discovers new methods and publishes; applied scientists too",
    "research-engineer": "engineers inside research: experiments, training code, model training",
    "data-scientist": "analyses, experiments and models for decisions",
    "data-engineer": "builds pipelines, warehouses and data platforms",
    "ai-safety": "works on safety, alignment, red-teaming, responsible use and governance of models",
    "ai-product-manager": "owns a product made of AI",
    "ai-architect": "designs AI and data systems",
    "ai-solutions-engineer": "brings AI products to customers: forward-deployed, solutions, consulting",
    "ai-leader": "leads people in AI, machine learning or data science",
    "ai-trainer": "makes or rates data for models, mostly under contract",
}


@dataclass(frozen=True)
class Skilled:
    """The skills of whoever asks, as typed or as in their profile, and the roles that they watch."""

    skills: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    is_own: bool = False


def skilled(request: Request, site: OfSite) -> Skilled:
    """Those of the address, else of the profile of whoever signed in."""
    given = request.query_params.get("skills")
    person = None if given is not None else signed_in(request)
    if person is None:
        return Skilled(market.skills_named(given or ""))
    with site.read() as connection:
        profile = profile_of(connection, person)
    if profile is None:
        return Skilled()
    roles = tuple(role for role in profile.roles if role in AI_ROLES)
    return Skilled(tuple(profile.skills), roles, is_own=True)


OfSkilled = Annotated[Skilled, Depends(skilled)]


@router.api_route("/roles", methods=["GET", "HEAD"], dependencies=[only("skills")])
def roles_page(site: OfSite, who: OfSkilled) -> Response:
    """All roles beside each other, and what somebody lacks for those they watch."""
    asked = market.Asked(query=query_of((AI,)))
    now_open, pay, remote = (figures(site, name, asked) for name in ("now", "pay", "remote"))
    paid = {row["role"]: row for row in pay.rows}
    shares = {row["role"]: row["remote_share"] for row in remote.rows}
    counted = {row["role"]: row for row in now_open.rows}
    none = {"postings": 0, "employers": 0, "median": None}
    rows = [{**none, **counted.get(role, {}), "role": role} for role in AI_ROLES]
    rows = [
        row | {"median": paid.get(row["role"], none)["median"], "paid": paid.get(row["role"], none)["postings"],
               "remote_share": shares.get(row["role"])}
        for row in sorted(rows, key=lambda row: -row["postings"])
    ]  # fmt: skip
    watched = Tagged("role", who.roles) if who.roles else AI
    lacking = market.Asked(query_of((watched,)), "all", skills=who.skills)
    found = figures(site, "missing", lacking) if who.skills else None
    page = site.page(
        "roles.html", rows=bars(rows, "role"), about=ABOUT, basis=now_open.basis, question=Question(asked), who=who,
        lacking=Question(lacking), missing=found, missing_rows=bars(found.rows[:MOST_ROWS], "skill") if found else [],
    )  # fmt: skip
    return unstored(page) if who.is_own else page


@router.api_route("/roles/{role}", methods=["GET", "HEAD"], dependencies=[only("skills")])
def role_page(role: str, site: OfSite, who: OfSkilled) -> Response:
    """One role, and which of what it asks for somebody lacks."""
    if role not in AI_ROLES:
        raise HTTPException(404, "There is no such role.")
    asked = market.Asked(market.of_role(role), "all", usual_span(site), skills=who.skills)
    found = {name: figures(site, stat, replace(asked, by=by)) for name, (stat, by) in PARTS.items()}
    total = found["levels"].basis["postings"]
    missing = figures(site, "missing", asked).rows if who.skills else []
    page = site.page(
        "role.html", role=role, about=ABOUT[role], question=Question(asked), skills=who.skills, total=total,
        jobs=_jobs(role), trends="/trends?" + urlencode({"q": f"role:{role}", "by": "seniority"}),
        asked=found["asked"], missing=missing,
        skill_rows=_linked(bars(found["asked"].rows[:MOST_SKILLS], "skill"), role, "skill"),
        openings=found["openings"], whole=whole(found["openings"]),
        levels=_linked(in_order(_bars(found, "levels")), role, "seniority"),
        countries=_linked(_bars(found, "countries"), role, "country"),
        employers=_linked(_bars(found, "employers"), role, "company"),
        pay_rows=with_ranges(in_order([row for row in found["pay"].rows if _is_asked(row["seniority"])]), "seniority"),
        pay=_first(found["paid"]), remote=_first(found["remote"]), life=_first(found["closing"]),
        employers_count=(_first(found["all"]) or {"employers": 0})["employers"],
    )  # fmt: skip
    return unstored(page) if who.is_own else page


PARTS = {
    "asked": ("asked", "all"), "openings": ("openings", "all"), "levels": ("now", "seniority"), "all": ("now", "all"),
    "countries": ("now", "country"), "employers": ("now", "company"), "pay": ("pay", "seniority"),
    "paid": ("pay", "all"), "remote": ("remote", "all"), "closing": ("closing", "all"),
}  # fmt: skip


def _first(found: market.Figures) -> Values | None:
    return next(iter(found.rows), None)


def _bars(found: dict[str, market.Figures], part: str) -> list[Values]:
    return bars(found[part].rows[:MOST_ROWS], PARTS[part][1])


def _linked(rows: list[Values], role: str, field: str) -> list[Values]:
    """The rows with the list of postings behind each."""
    return [{**row, "href": _jobs(role, Tagged(field, (row[field],))) if _is_asked(row[field]) else ""} for row in rows]


def _is_asked(value: str) -> bool:
    return value not in ("unknown", "unspecified", "")


def _jobs(role: str, *nodes: Node) -> str:
    query = Query(And((Tagged("role", (role,)), *nodes))) if nodes else market.of_role(role)
    return "/?" + urlencode({"q": str(query)})
