"""What sources ask of whoever shows or passes on their ads; the crawl worker, which knows spiders, writes it down."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from database.write import table_of, upsert, without_text_spans
from models import Link, Listing, Reuse, SourceTerms

TERMS = table_of(SourceTerms)


def write_terms(connection: Connection, rows: Sequence[Mapping[str, str]]) -> None:
    """Write down what sources ask: rows of name, attribution and reuse."""
    upsert(connection, SourceTerms, [dict(row) for row in rows], ["name"], ["attribution", "reuse"])


def terms(connection: Connection) -> dict[str, tuple[str, str]]:
    """Attribution and reuse by source, of those that ask for anything."""
    wanted = select(TERMS.c.name, TERMS.c.attribution, TERMS.c.reuse)
    rows = connection.execute(wanted.where((TERMS.c.attribution != "") | (TERMS.c.reuse != Reuse.OPEN)))
    return {row.name: (row.attribution, row.reuse) for row in rows}


def attributions(asked: Mapping[str, tuple[str, str]], sources: Iterable[str]) -> list[str]:
    """What must be shown with a posting that these sources list."""
    return sorted({asked[source][0] for source in sources if source in asked} - {""})


def attributions_of(connection: Connection, posting_ids: Sequence[int]) -> dict[int, list[str]]:
    """What must be shown with postings, by id, of those that ask for anything."""
    asked = terms(connection)
    if not asked:
        return {}
    link, listing = table_of(Link).c, table_of(Listing).c
    wanted = select(link.posting_id, listing.source).where(link.listing_id == listing.id, listing.source.in_(asked))
    sources: dict[int, set[str]] = {}
    for row in connection.execute(wanted.where(link.posting_id.in_(posting_ids))):
        sources.setdefault(row.posting_id, set()).add(row.source)
    return {key: attributions(asked, found) for key, found in sources.items()}


def passed_on(posting: dict[str, Any], primary: str, asked: Mapping[str, tuple[str, str]]) -> dict[str, Any] | None:
    """A posting in its public form as it may leave: without a text that may not, None where all of it may not.

    `primary`: the source whose words it shows.
    """
    if all(_reuse(asked, one["source"]) == Reuse.PRIVATE for one in posting["listings"] or [{"source": primary}]):
        return None
    if _reuse(asked, primary) == Reuse.OPEN:
        return posting
    signals = [one for one in posting.get("signals", ()) if one.get("evidence", {}).get("field") != "description"]
    return posting | {"description": "", "evidence": without_text_spans(posting["evidence"]), "signals": signals}


def _reuse(asked: Mapping[str, tuple[str, str]], source: str) -> str:
    return asked.get(source, ("", Reuse.OPEN.value))[1]
