"""Why a posting matches a search, or why not: the words and tags that decided, and what they rest on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

import search
from database import documents, table_of
from models import Posting
from search.tokens import fold

POSTING = table_of(Posting)
QUOTES = 3  # of one tag
_OF_A_PLACE = ("city", "region", "country")
_TAGS = {
    "role": "role", "seniority": "seniority", "skill": "skills", "country": "locations", "city": "locations",
    "region": "locations", "remote": "remote_scope", "workplace": "workplace", "type": "employment_type",
    "visa": "visa_sponsorship", "hours": "remote_scope", "language": "language", "salary": "salary",
    "currency": "salary", "posted": "posted_at",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Why:
    """The answer. `clauses` hold, each with `evidence`; `failing`: the first that does not, empty on a match."""

    is_match: bool
    title: str
    company: str
    query: str
    clauses: list[dict[str, Any]]
    failing: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """For the command line and the API."""
        return {
            "is_match": self.is_match, "title": self.title, "company": self.company, "query": self.query,
            "clauses": self.clauses, "failing": self.failing or None,
        }  # fmt: skip

    @property
    def lines(self) -> list[str]:
        """In words, a line a clause."""
        head = f"{self.title} – {self.company}" if self.company else self.title
        held = [f"✓ {_line(one)}" for one in self.clauses]
        if self.is_match:
            return [f"{head} matches {self.query}:", *held]
        failed = [f"✗ {self.failing['clause']}: {_line(self.failing)}"]
        return [f"{head} does not match {self.query}:", *failed, *held]


def _line(clause: Mapping[str, Any]) -> str:
    quotes = "; ".join(f"“{quote}”" for quote in clause["evidence"])
    return f"{clause['text']} (the ad: {quotes})" if quotes else str(clause["text"])


def why(
    connection: Connection,
    posting_id: int,
    query: search.Query,
    now: datetime,
    evidence: Mapping[str, Any] | None = None,
) -> Why:
    """Why the posting matches the query or not; agrees with the matcher. `evidence`: what of it may be shown."""
    document = documents(connection, [posting_id])[posting_id]
    of = POSTING.c
    row = connection.execute(
        select(of.title, of.company, of.evidence, of.locations).where(of.id == posting_id)
    ).one()  # fmt: skip
    found = search.explain(query, document, now)
    shown = row.evidence if evidence is None else evidence
    failing = _with_evidence(found.failing, shown, row.locations) if found.failing else {}
    clauses = [_with_evidence(one, shown, row.locations) for one in found.clauses]
    return Why(found.is_match, row.title, row.company, str(query), clauses, failing)


def _with_evidence(clause: Mapping[str, Any], evidence: Mapping[str, Any], places: Sequence[Any]) -> dict[str, Any]:
    fields = clause.get("decided_by") or [clause["field"]]
    stored = [_of_values(str(name), clause, evidence.get(_TAGS.get(str(name), "")), places) for name in fields]
    quotes = list(dict.fromkeys(quote for one in stored for quote in _quotes(one) if quote))[:QUOTES]
    return {**clause, "evidence": quotes}


def _of_values(name: str, clause: Mapping[str, Any], stored: Any, places: Sequence[Any]) -> Any:
    """Of a tag with several values the evidence of those that matched; all of it where none did."""
    matched = [] if clause.get("decided_by") else clause.get("matched")
    if matched and name in _OF_A_PLACE and isinstance(stored, list):
        return [record for number, place in enumerate(places or ()) if _value(place, name) in matched
                for record in _of_place(stored, number, place, len(places))]  # fmt: skip
    if matched and name == "skill" and isinstance(stored, dict):
        return [record for skill, record in stored.items() if skill in matched]
    return stored


def _value(place: Mapping[str, Any], name: str) -> str:
    said = str(place.get(name) or "")
    return said.upper() if name == "country" else fold(said)


def _of_place(stored: Sequence[Any], number: int, place: Mapping[str, Any], count: int) -> list[Any]:
    """What says this place: the record in the same order, but where another names it and that one does not, as where
    the places of several listings were put together."""
    same = list(stored[number : number + 1]) if len(stored) == count else []
    naming = [record for record in stored if _names(record, place)]
    return same if not naming or any(record in naming for record in same) else naming


def _names(record: Any, place: Mapping[str, Any]) -> bool:
    said = fold(" ".join(_quotes(record)))
    return any(name and name in said for name in (_value(place, "city"), _value(place, "region")))


def _quotes(stored: Any) -> Iterator[str]:
    """What the evidence of a tag quotes: it is one record, a list of them, or one for each of its values."""
    if isinstance(stored, dict):
        if "basis" in stored or "rule" in stored:
            yield str(stored.get("quote") or "")[:200]
            return
        for part in stored.values():
            yield from _quotes(part)
    elif isinstance(stored, list):
        for part in stored:
            yield from _quotes(part)
