"""Ads to answers in the shape of their vendor: Greenhouse, Lever, Ashby and Recruitee."""

import html as entities
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from demo.boards import Ad, SampleBoard
from demo.boards.markup import blocks, html, plain

EASTERN = timezone(timedelta(hours=-4))
Query = dict[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: `body` is made for the parameters of the query."""

    body: Callable[[Query], bytes]
    content_type: str = "application/json"


def as_json(value: object) -> bytes:
    """JSON as the vendors write it, in UTF-8."""
    return json.dumps(value, ensure_ascii=False).encode()


def fixed(body: bytes, content_type: str = "application/json") -> Answer:
    """An answer that heeds no parameters."""
    return Answer(lambda _: body, content_type)


# --- Greenhouse ----------------------------------------------------------------------------------------------------


def greenhouse(board: SampleBoard, ads: list[Ad]) -> dict[str, Answer]:
    """The board and each of its jobs, by address without scheme."""
    root = f"boards-api.greenhouse.io/v1/boards/{board.board}/jobs"
    jobs = [_greenhouse_job(board, ad) for ad in ads]

    def whole(query: Query) -> bytes:
        return as_json({"jobs": [_asked(job, query) for job in jobs], "meta": {"total": len(jobs)}})

    def one(job: dict[str, Any]) -> Answer:
        return Answer(lambda query: as_json(_asked(job, query | {"content": "true"})))

    return {root: Answer(whole)} | {f"{root}/{job['id']}": one(job) for job in jobs}


def _asked(job: dict[str, Any], query: Query) -> dict[str, Any]:
    """Text, departments and offices come with content=true alone, pay ranges with pay_transparency=true."""
    left_out = set() if query.get("content") == "true" else {"content", "departments", "offices"}
    left_out |= set() if query.get("pay_transparency") == "true" else {"pay_input_ranges"}
    return {key: value for key, value in job.items() if key not in left_out}


def _greenhouse_job(board: SampleBoard, ad: Ad) -> dict[str, Any]:
    job = {
        "absolute_url": f"https://job-boards.greenhouse.io/{board.board}/jobs/{ad['id']}",
        "data_compliance": [{"type": "gdpr", "requires_consent": False, "retention_period": None}],
        "internal_job_id": ad.get("opening"),
        "location": {"name": ad["location"]},
        "metadata": _metadata(ad),
        "id": ad["id"],
        "updated_at": ad.crawled.astimezone(EASTERN).isoformat(),  # bumped every week, edited or not
        "requisition_id": ad.get("requisition"),
        "title": ad["title"],
        "content": entities.escape(_greenhouse_html(board, ad)),
        "departments": [{"id": 70001, "name": ad["department"], "child_ids": [], "parent_id": None}],
        "offices": [_office(ad.get("office") or ad["location"])],
    }
    if ad.get("is_old_shape"):
        return job
    return job | _greenhouse_extras(board, ad)


def _greenhouse_extras(board: SampleBoard, ad: Ad) -> dict[str, Any]:
    published = ad.posted.astimezone(EASTERN).isoformat()
    extras = {"company_name": board.company, "first_published": published, "language": "en"}
    return extras | {"pay_input_ranges": [_cents(ad["pay_range"])] if ad.get("pay_range") else []}


def _cents(pay: dict[str, Any]) -> dict[str, Any]:
    amounts = {"min_cents": pay["min"] * 100, "max_cents": pay["max"] * 100, "currency_type": pay["currency"]}
    return amounts | {"title": pay["title"], "blurb": ""}


def _metadata(ad: Ad) -> list[dict[str, Any]] | None:
    if ad.get("requisition") == "TBD":
        return None
    rows = ad.get("metadata") or [{"name": "Featured Role", "value": None, "value_type": "yes_no"}]
    return [{"id": 900 + number} | row for number, row in enumerate(rows)]


def _office(name: str) -> dict[str, Any]:
    return {"id": 80001, "name": name.split(",")[0], "location": name, "child_ids": [], "parent_id": None}


def _greenhouse_html(board: SampleBoard, ad: Ad) -> str:
    body = f'<div class="content-intro">{html(board.about)}</div>\n{html(ad.text)}\n<p>&nbsp;</p>'
    if not ad.get("pay_block"):
        return body
    low, _, high = ad["pay_block"].partition("—")
    amounts = f'<span>{low.strip()}</span><span class="divider">&mdash;</span><span>{high.strip()}</span>'
    pay = f'<div class="title">Annual base salary</div><div class="pay-range">{amounts}</div>'
    return f'{body}<div class="content-pay-transparency"><div class="pay-input">{pay}</div></div>'


# --- Lever ---------------------------------------------------------------------------------------------------------


def lever(board: SampleBoard, ads: list[Ad]) -> dict[str, Answer]:
    """A bare array, with `skip` and `limit`; the European host where the board says so."""
    host = "api.eu.lever.co" if board.facts.get("region") == "eu" else "api.lever.co"
    jobs = [_lever_job(board, ad) for ad in ads]

    def page(query: Query) -> bytes:
        start = int(query.get("skip", 0))
        return as_json(jobs[start : start + int(query.get("limit", 0) or len(jobs))])

    return {f"{host}/v0/postings/{board.board}": Answer(page)}


def _lever_job(board: SampleBoard, ad: Ad) -> dict[str, Any]:
    host = "jobs.eu.lever.co" if board.facts.get("region") == "eu" else "jobs.lever.co"
    url = f"https://{host}/{board.board}/{ad['id']}"
    categories = {"commitment": ad["commitment"], "location": ad["location"], "team": ad["team"]}
    job = _lever_text(board, ad) | {
        "categories": categories | {"allLocations": [ad["location"], *ad.get("also", [])]},
        "createdAt": int(ad.posted.timestamp() * 1000),
        "id": ad["id"],
        "country": ad["country"],
        "workplaceType": ad.get("workplace", "unspecified"),
        "hostedUrl": url,
        "applyUrl": url + "/apply",
    }
    job |= {"text": ad["title"]} if ad.get("title") else {}
    return job | ({"salaryRange": ad["pay"]} if ad.get("pay") else {})


def _lever_text(board: SampleBoard, ad: Ad) -> dict[str, Any]:
    """The first paragraphs are the description, headed lists stand apart, what follows them is `additional`."""
    parts = blocks(ad.text)
    places = [number for number, block in enumerate(parts) if block.kind == "list"]
    first, last = (places[0] - 1, places[-1] + 1) if places else (len(parts), len(parts))
    body, rest = "".join(b.html() for b in parts[:first]), "".join(b.html() for b in parts[last:])
    opening = html(board.about)
    return {
        "opening": opening,
        "openingPlain": plain(board.about),
        "descriptionBody": body,
        "descriptionBodyPlain": "\n\n".join("\n".join(b.lines) for b in parts[:first]),
        "description": f"<div>{opening}</div><div>{body}</div>",
        "descriptionPlain": plain(board.about) + "\n\n" + "\n\n".join("\n".join(b.lines) for b in parts[:first]),
        "lists": [{"text": parts[n - 1].lines[0], "content": "\n" + parts[n].items()} for n in places],
        "additional": rest,
        "additionalPlain": "\n\n".join("\n".join(b.lines) for b in parts[last:]),
    }


# --- Ashby ---------------------------------------------------------------------------------------------------------


def ashby(board: SampleBoard, ads: list[Ad]) -> dict[str, Answer]:
    """The board; pay comes with includeCompensation=true alone."""
    jobs = [_ashby_job(board, ad) for ad in ads]

    def whole(query: Query) -> bytes:
        left_out = set() if query.get("includeCompensation") == "true" else {"compensation"}
        kept = [{key: value for key, value in job.items() if key not in left_out} for job in jobs]
        return as_json({"jobs": kept, "apiVersion": "1"})

    return {f"api.ashbyhq.com/posting-api/job-board/{board.board}": Answer(whole)}


def _ashby_job(board: SampleBoard, ad: Ad) -> dict[str, Any]:
    url = f"https://jobs.ashbyhq.com/{board.board}/{ad['id']}"
    return {
        "id": ad["id"],
        "title": ad["title"],
        "department": ad["department"],
        "team": ad["department"],
        "employmentType": ad.get("employment", "FullTime"),
        "location": ad["location"],
        "shouldDisplayCompensationOnJobPostings": True,
        "secondaryLocations": [{"location": name, "address": _address(parts)} for name, *parts in ad.get("also", [])],
        "publishedAt": ad.posted.isoformat(timespec="milliseconds"),
        "isListed": ad.get("is_listed", True),
        "isRemote": ad.get("is_remote"),
        "workplaceType": ad.get("workplace"),
        "address": _address(ad["address"]) if ad.get("address") else None,
        "jobUrl": url,
        "applyUrl": url + "/application",
        "descriptionHtml": html(board.about) + html(ad.text),
        "descriptionPlain": plain(board.about) + "\n\n" + plain(ad.text),
        "compensation": _compensation(ad.get("tiers", [])),
    }


def _address(parts: list[str]) -> dict[str, Any]:
    city, region, country = parts
    return {"postalAddress": {"addressRegion": region, "addressCountry": country, "addressLocality": city}}


def _compensation(tiers: list[dict[str, Any]]) -> dict[str, Any]:
    made = [_tier(number, tier) for number, tier in enumerate(tiers)]
    summary = "Multiple Ranges" if len(tiers) > 1 else made[0]["tierSummary"] if made else None
    return {
        "compensationTierSummary": summary,
        "scrapeableCompensationSalarySummary": _summary(tiers[0]) if len(tiers) == 1 else None,
        "compensationTiers": made,
        "summaryComponents": _components(tiers[0])[:1] if tiers else [],
    }


def _tier(number: int, tier: dict[str, Any]) -> dict[str, Any]:
    summary = {"title": tier.get("title"), "tierSummary": _summary(tier), "additionalInformation": None}
    return {"id": f"tier-{number}", **summary, "components": _components(tier)}


def _summary(tier: dict[str, Any]) -> str:
    return f"{tier['currency']} {tier['min']:,} – {tier['max']:,}"


def _components(tier: dict[str, Any]) -> list[dict[str, Any]]:
    money = {"interval": tier["interval"], "currencyCode": tier["currency"]}
    pay = [{"compensationType": "Salary", **money, "minValue": tier["min"], "maxValue": tier["max"]}]
    if tier.get("commission"):
        pay.append({"compensationType": "Commission", **money, "minValue": tier["min"], "maxValue": tier["max"]})
    if tier.get("equity"):
        empty = {"currencyCode": None, "minValue": None, "maxValue": None}
        pay.append({"compensationType": "EquityPercentage", "interval": "NONE", **empty})
    return pay


# --- Recruitee -----------------------------------------------------------------------------------------------------


def recruitee(board: SampleBoard, ads: list[Ad]) -> dict[str, Answer]:
    """All offers of a tenant, on its own host."""
    body = as_json({"offers": [_offer(board, ad) for ad in ads]})
    return {f"{board.board}.recruitee.com/api/offers/": fixed(body)}


def _offer(board: SampleBoard, ad: Ad) -> dict[str, Any]:
    slug = "".join(c if c.isalnum() else "-" for c in ad["title"].lower()) + ad.get("slug_end", "")
    url = f"https://{board.board}.recruitee.com/o/{slug}"
    text = {"description": html(board.about + "\n" + ad.text), "requirements": html(ad["requirements"])}
    return text | _offer_place(ad["place"]) | {
        "id": ad["id"],
        "guid": f"g{ad['id']}",
        "slug": slug,
        "title": ad["title"],
        "status": ad.get("status", "published"),
        "careers_url": url,
        "careers_apply_url": url + "/c/new",
        "company_name": board.company,
        "department": ad["department"],
        "employment_type_code": ad["employment"],
        "remote": ad["workplace"] == "remote",
        "hybrid": ad["workplace"] == "hybrid",
        "on_site": ad["workplace"] == "on_site",
        "salary": ad.get("salary") or dict.fromkeys(("min", "max", "period", "currency")),
        "tags": [],
        "translations": _translations(ad, text),
        "created_at": _utc(ad.posted - timedelta(hours=1)),
        "published_at": _utc(ad.posted),
        "updated_at": _utc(ad.posted),
        "close_at": None,
    }  # fmt: skip


def _offer_place(parts: list[str]) -> dict[str, Any]:
    city, state, state_code, country, code = parts
    place = {"city": city, "country": country, "country_code": code, "state_code": state_code}
    location = place | {"id": 30001, "name": city, "state": state}
    return place | {"state_name": state, "location": f"{city}, {state}, {country}", "locations": [location]}


def _translations(ad: Ad, text: dict[str, str]) -> dict[str, Any]:
    made = {ad["language"]: {"title": ad["title"], **text}}
    if ad.get("other_language"):
        made[ad["other_language"]] = {"title": ad["other_title"], "description": None, "requirements": None}
    return made


def _utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")
