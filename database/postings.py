"""The queries of postings that several rooms ask."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select, text

from database.history import signals
from database.terms import attributions, attributions_of, passed_on, terms
from database.write import table_of
from models import Board, Link, Listing, Posting, PostingPlace, PostingSkill, PostingText
from search.document import Document


def posting_id(connection: Connection, public_id: str) -> int | None:
    """The posting behind a public id, a merged-away one included; None if there is none."""
    posting = table_of(Posting).c
    found = connection.execute(select(posting.id).where(posting.public_id == public_id)).scalar()
    if found is None:
        sql = text("SELECT posting_id FROM redirect WHERE public_id = :public_id")
        found = connection.execute(sql, {"public_id": public_id}).scalar()
    return found


def listings_of(connection: Connection, posting_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Each posting's listings in the public JSON form, oldest first."""
    listing, link = table_of(Listing).c, table_of(Link).c
    board = table_of(Board).c
    rows = connection.execute(
        select(
            link.posting_id, listing.source, listing.board, listing.native_id, listing.requisition_id, listing.url,
            listing.first_seen_at, listing.last_seen_at, listing.closed_at, link.reason, listing.description,
            listing.id, board.listed_at, link.linked_at, listing.restamps, listing.restamped_at,
            board.health["kept"].label("kept"),
        )
        .where(link.listing_id == listing.id, link.posting_id.in_(posting_ids), board.id == listing.board_id)
        .order_by(listing.id)
    )  # fmt: skip
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows.mappings():
        found.setdefault(row["posting_id"], []).append({**row, "last_seen_at": _last_seen(row)})
    return found


def _last_seen(row: RowMapping) -> datetime:
    """When a listing was last seen: it says so itself only where it was not with its board."""
    own: datetime | None = row["last_seen_at"]
    first: datetime = row["first_seen_at"]
    return own or max(first, row["listed_at"] or first)


def posting_json(
    connection: Connection, posting_ids: Sequence[int], is_passed_on: bool = False
) -> list[dict[str, Any]]:
    """Postings in the public JSON form of the documentation, in the order of the ids.

    `is_passed_on`: to others, so that it holds what their sources allow only.
    """
    listings, asked = listings_of(connection, posting_ids), terms(connection)
    found_rows = connection.execute(select(table_of(Posting)).where(table_of(Posting).c.id.in_(posting_ids)))
    rows = [dict(row) | {"listings": listings.get(row["id"], [])} for row in found_rows.mappings()]
    ghosts = signals(connection, rows)
    by_id: dict[int, dict[str, Any]] = {}
    for row in rows:
        found = row["listings"]
        posting = _public(row, found, attributions(asked, {one["source"] for one in found}))
        posting["signals"] = ghosts[row["id"]]
        primary = next((one["source"] for one in found if one["id"] == row["primary_listing_id"]), "")
        if allowed := passed_on(posting, primary, asked) if is_passed_on else posting:
            by_id[row["id"]] = allowed
    return [by_id[key] for key in posting_ids if key in by_id]


FACTS = (
    "title", "company", "role", "seniority", "workplace", "locations", "remote_scope", "posted_at",
    "posted_at_quality", "closed_at", "url",
)  # fmt: skip
_SALARY = ("min", "max", "currency", "period", "annual_min", "annual_max")


def posting_facts(connection: Connection, posting_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What a message says of postings, by id: a part of the public JSON form, without listings, texts and evidence."""
    if not posting_ids:
        return {}
    posting = table_of(Posting).c
    named = ("id", "public_id", "apply_url", "salary_is_predicted", *FACTS, *(f"salary_{part}" for part in _SALARY))
    rows = connection.execute(select(*(posting[name] for name in named)).where(posting.id.in_(posting_ids)))
    attribution = attributions_of(connection, posting_ids)
    return {
        row["id"]: {
            "id": row["public_id"],
            "attribution": attribution.get(row["id"], []),
            **{name: row[name] for name in FACTS},
            "apply_url": row["apply_url"] or None,
            "salary": _salary(row),
        }
        for row in rows.mappings()
    }


def _salary(row: Mapping[str, Any] | RowMapping) -> dict[str, Any] | None:
    if not row["salary_currency"]:
        return None
    found = {name: row[f"salary_{name}"] for name in _SALARY}
    return found | ({"is_predicted": True} if row["salary_is_predicted"] else {})


LISTING_FIELDS = (
    "source", "board", "native_id", "requisition_id", "url", "first_seen_at", "last_seen_at", "closed_at",
)  # fmt: skip


def _public(row: dict[str, Any], listings: list[dict[str, Any]], attribution: list[str]) -> dict[str, Any]:
    primary = next((one for one in listings if one["id"] == row["primary_listing_id"]), None)
    copied = (
        "title", "company", "role", "seniority", "skills", "employment_type", "workplace", "locations", "remote_scope",
        "visa_sponsorship", "years_asked", "degree_asked", "language", "posted_at", "posted_at_quality",
        "first_seen_at", "closed_at", "url", "evidence",
    )  # fmt: skip
    return {
        "id": row["public_id"],
        **{name: row[name] for name in copied},
        "apply_url": row["apply_url"] or None,
        "salary": _salary(row),
        "last_seen_at": max((one["last_seen_at"] for one in listings), default=row["first_seen_at"]),
        "listings": [{name: one[name] or None for name in LISTING_FIELDS} for one in listings],
        "description": primary["description"] if primary else "",
        "attribution": attribution,
    }


def documents(connection: Connection, posting_ids: Sequence[int]) -> dict[int, Document]:
    """What the matcher reads of each posting."""
    sources = {key: {one["source"] for one in found} for key, found in listings_of(connection, posting_ids).items()}
    places: dict[int, list[Any]] = {}
    place = table_of(PostingPlace)
    for row in connection.execute(select(place).where(place.c.posting_id.in_(posting_ids))).mappings():
        places.setdefault(row["posting_id"], []).append(row)
    skills: dict[int, set[str]] = {}
    skill = table_of(PostingSkill)
    for row in connection.execute(select(skill).where(skill.c.posting_id.in_(posting_ids))).mappings():
        skills.setdefault(row["posting_id"], set()).add(row["skill"])
    posting, words = table_of(Posting), table_of(PostingText)
    statement = (
        select(posting, words.c.title.label("title_tokens"), words.c.company.label("company_tokens"), words.c.text)
        .outerjoin(words, words.c.posting_id == posting.c.id)
        .where(posting.c.id.in_(posting_ids))
    )
    return {
        row["id"]: Document.from_row(
            dict(row), places.get(row["id"], []), skills.get(row["id"], set()), sources.get(row["id"], set())
        )
        for row in connection.execute(statement).mappings()
    }
