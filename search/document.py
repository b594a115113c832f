"""What the matcher reads of a posting, made from fresh tags, from database rows or from the public JSON form."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from models import Tags
from search.tokens import fold, token_strings


@dataclass(frozen=True, slots=True)
class Document:
    """A posting as the query language sees it. `title`, `company`, `text`: token strings with a blank at each end.

    Places are (city, region, country): names folded, country ISO 3166-1 alpha-2 in upper case; unknown parts are empty.
    """

    title: str
    company: str
    text: str
    role: str = "other"
    seniority: str = "unspecified"
    skills: frozenset[str] = frozenset()
    places: tuple[tuple[str, str, str], ...] = ()
    remote_scope: str | None = None
    workplace: str | None = None
    employment_type: str | None = None
    visa_sponsorship: bool | None = None
    language: str | None = None
    sources: frozenset[str] = frozenset()
    salary_annual_min: float | None = None
    salary_annual_max: float | None = None
    salary_currency: str | None = None
    posted_at: datetime | None = None
    is_open: bool = True

    @classmethod
    def from_tags(cls, tags: Tags, sources: Iterable[str], is_open: bool, posted_at: datetime | None) -> "Document":
        """From what the pipeline says; `posted_at` is the stored one (first seen, if the board is silent)."""
        title, company, text = token_strings(tags.title, tags.company, tags.description)
        salary = tags.salary
        return cls(
            _padded(title), _padded(company), _padded(text), tags.role, tags.seniority, frozenset(tags.skills),
            tuple((fold(place.city), fold(place.region), place.country.upper()) for place in tags.places),
            tags.remote_scope, tags.workplace, tags.employment_type, tags.visa_sponsorship, tags.language,
            frozenset(sources),
            salary.annual_min if salary else None, salary.annual_max if salary else None,
            salary.currency if salary else None,
            _aware(posted_at), is_open,
        )  # fmt: skip

    @classmethod
    def from_row(
        cls,
        row: Mapping[str, Any],
        places: Iterable[Mapping[str, Any]],
        skills: Iterable[str],
        sources: Iterable[str],
    ) -> "Document":
        """From a `posting` row with its token strings (title_tokens, company_tokens, text) and its side tables."""
        return cls(
            _padded(row["title_tokens"]), _padded(row["company_tokens"]), _padded(row["text"]),
            row["role"], row["seniority"], frozenset(skills),
            tuple((place["city"], place["region"], place["country"]) for place in places),
            row["remote_scope"], row["workplace"], row["employment_type"], row["visa_sponsorship"], row["language"],
            frozenset(sources),
            row["salary_annual_min"], row["salary_annual_max"], row["salary_currency"],
            _aware(row["posted_at"]), row["closed_at"] is None,
        )  # fmt: skip

    @classmethod
    def from_json(cls, posting: Mapping[str, Any]) -> "Document":
        """From the public JSON form; what is absent or null is unknown. `description` is taken as plain text.

        Raises ValueError where a date cannot be read.
        """
        title, company, text = token_strings(
            *(str(posting.get(key) or "") for key in ("title", "company", "description"))
        )
        salary = posting.get("salary") or {}
        listings = [*(posting.get("listings") or []), posting]
        return cls(
            _padded(title), _padded(company), _padded(text),
            posting.get("role") or "other", posting.get("seniority") or "unspecified",
            frozenset(posting.get("skills") or []),
            tuple(_place(place) for place in posting.get("locations") or []),
            posting.get("remote_scope"), posting.get("workplace"), posting.get("employment_type"),
            posting.get("visa_sponsorship"), posting.get("language"),
            frozenset(listing["source"] for listing in listings if listing.get("source")),
            salary.get("annual_min"), salary.get("annual_max"), salary.get("currency"),
            _read_time(posting.get("posted_at")), posting.get("closed_at") is None,
        )  # fmt: skip


def _padded(tokens: str | None) -> str:
    return f" {tokens} " if tokens else " "


def _place(place: Mapping[str, Any]) -> tuple[str, str, str]:
    return fold(place.get("city") or ""), fold(place.get("region") or ""), (place.get("country") or "").upper()


def _read_time(value: str | datetime | None) -> datetime | None:
    return _aware(datetime.fromisoformat(value) if isinstance(value, str) else value)


def _aware(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment
