"""Value types to table rows."""

from datetime import datetime
from typing import Any

from database import without_text_spans
from models import RawPay, RawPlace, RawPosting, Tags
from pipeline import clones
from pipeline.canonical import canonical_url
from pipeline.posted import FIRST_SEEN
from pipeline.tagging import TAGS_VERSION

KEPT = [name for name in RawPosting.__slots__ if name not in ("description", "places", "pay", "kind", "canonical_url")]


def listing_row(
    raw: RawPosting, tags: Tags, board_id: int, content_hash: str, keep_text: bool, family: str, now: datetime
) -> dict[str, Any]:
    """The `listing` row: what the board last said."""
    return {
        "board_id": board_id,
        "source": raw.source,
        "board": raw.board,
        "native_id": raw.native_id,
        "requisition_id": raw.requisition_id,
        "opening_id": raw.opening_id,
        "title": tags.title,
        "company_key": tags.company_key,
        "url": raw.url,
        "canonical_url": canonical_url(raw.url, raw.canonical_url),
        "apply_url": raw.apply_url,
        "kind": raw.kind,
        "stamp": "",
        "checked_at": None,
        "content_hash": content_hash,
        "description": tags.description if keep_text else "",
        "raw": raw_json(raw),
        "first_seen_at": now,
        "said_at": now,
        "last_seen_at": None,
        "closed_at": None,
        "close_reason": "",
        "family": family,
        "shown": clones.shown(tags),
        "dates": dates(raw),
    }


def dates(raw: RawPosting) -> str:
    """What the board says of an ad's age."""
    return f"{raw.posted}\x1f{raw.updated}"[:200]


ADDRESS = ("url", "canonical_url", "apply_url", "raw", "said_at")


def address(raw: RawPosting, now: datetime) -> dict[str, Any]:
    """The columns of a listing that says the same as before at another address."""
    canonical = canonical_url(raw.url, raw.canonical_url)
    return dict(zip(ADDRESS, (raw.url, canonical, raw.apply_url, raw_json(raw), now), strict=True))


def raw_json(raw: RawPosting) -> dict[str, Any]:
    """The fields as seen that say something, without the text: what a retag needs."""
    kept = {name: getattr(raw, name) for name in KEPT if getattr(raw, name) not in ("", None)}
    places = [{name: getattr(place, name) for name in RawPlace.__slots__} for place in raw.places]
    pay = [{name: getattr(one, name) for name in RawPay.__slots__} for one in raw.pay]
    return kept | {name: value for name, value in (("places", places), ("pay", pay)) if value}


def raw_of(listing: dict[str, Any]) -> RawPosting:
    """The raw posting behind a stored listing, its text as plain text: what a retag reads."""
    raw = listing["raw"] | {name: listing[name] for name in ("kind", "canonical_url") if name in listing}
    raw["places"] = [RawPlace(**place) for place in raw.get("places", [])]
    raw["pay"] = [RawPay(**pay) for pay in raw.get("pay", [])]
    return RawPosting(**raw, description=listing["description"])


def posting_row(raw: RawPosting, tags: Tags, keep_text: bool, first_seen_at: datetime) -> dict[str, Any]:
    """The `posting` row's columns that come from its primary listing."""
    salary = tags.salary
    return {
        "title": tags.title,
        "company": tags.company,
        "company_key": tags.company_key,
        "role": tags.role,
        "seniority": tags.seniority,
        "skills": tags.skills,
        "employment_type": tags.employment_type,
        "workplace": tags.workplace,
        "locations": [place.as_json() for place in tags.places],
        "remote_scope": tags.remote_scope,
        "salary_min": salary.min if salary else None,
        "salary_max": salary.max if salary else None,
        "salary_currency": salary.currency if salary else None,
        "salary_period": salary.period if salary else None,
        "salary_annual_min": salary.annual_min if salary else None,
        "salary_annual_max": salary.annual_max if salary else None,
        "salary_is_predicted": bool(salary and salary.is_predicted),
        "visa_sponsorship": tags.visa_sponsorship,
        "years_asked": tags.years_asked,
        "degree_asked": tags.degree_asked,
        "language": tags.language,
        "posted_at": tags.posted_at or first_seen_at,
        "posted_at_quality": tags.posted_at_quality if tags.posted_at else FIRST_SEEN,
        "url": raw.url,
        "apply_url": raw.apply_url,
        "evidence": tags.evidence if keep_text else without_text_spans(tags.evidence),
        "tags_version": TAGS_VERSION,
    }


def older_date(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """When a posting was posted, by what was said before and what is said now: a board that gives an ad a new date
    makes it no newer."""
    is_older = after["posted_at_quality"] != FIRST_SEEN and after["posted_at"] < before["posted_at"]
    said = after if is_older else before
    return {name: said[name] for name in ("posted_at", "posted_at_quality")}


def keeps_text(tags: Tags, keep: str) -> bool:
    """Whether the posting's text is stored: `[pipeline] keep`."""
    return keep == "all" or tags.role != "other"


# What a reader of the ad would call a change; the text is compared apart.
TOLD = (
    "title", "company", "employment_type", "workplace", "locations", "remote_scope",
    "salary_min", "salary_max", "salary_currency", "salary_period",
)  # fmt: skip


def changes(before: dict[str, Any], after: dict[str, Any], text_before: str, text_after: str) -> dict[str, Any]:
    """Field -> [before, after] of what a reader would notice; a changed text is told without its words.

    A text that was not kept before is no change: nobody read the old one here.
    """
    found = {name: [before[name], after[name]] for name in TOLD if before[name] != after[name]}
    if text_before and text_before != text_after:
        found["description"] = [None, "edited"]
    return found
