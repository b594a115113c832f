"""What sources ask of whoever shows or passes on their ads; the crawl worker, which knows spiders, writes it down."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select, true

from database.write import table_of, upsert, without_text_spans
from models import Board, Link, Listing, Posting, Reuse, SourceTerms

TERMS = table_of(SourceTerms)


def write_terms(connection: Connection, rows: Sequence[Mapping[str, str]]) -> None:
    """Write down what sources ask: rows of name, attribution and reuse."""
    upsert(connection, SourceTerms, [dict(row) for row in rows], ["name"], ["attribution", "reuse"])


def terms(connection: Connection) -> dict[str, tuple[str, str]]:
    """Attribution and reuse by source, of those that ask for anything."""
    wanted = select(TERMS.c.name, TERMS.c.attribution, TERMS.c.reuse)
    rows = connection.execute(wanted.where((TERMS.c.attribution != "") | (TERMS.c.reuse != Reuse.OPEN)))
    return {row.name: (row.attribution, row.reuse) for row in rows}


def for_everyone(connection: Connection) -> ColumnElement[bool]:
    """The condition on postings that anybody may see: not those that show the words of a source kept private."""
    private = _private(connection)
    return true() if private is None else table_of(Posting).c.primary_listing_id.not_in(private)


def kept_private(connection: Connection, posting_ids: Collection[int]) -> set[int]:
    """Those of the postings that are for whoever runs this alone."""
    private, posting = _private(connection), table_of(Posting).c
    if private is None:
        return set()
    wanted = select(posting.id).where(posting.id.in_(posting_ids), posting.primary_listing_id.in_(private))
    return set(connection.execute(wanted).scalars())


def _private(connection: Connection) -> Select[int] | None:
    """The listings of sources kept private; None where no board is theirs, as it is mostly."""
    listing, names = table_of(Listing).c, private_sources(connection)
    return select(listing.id).where(listing.source.in_(names)) if names else None


def private_sources(connection: Connection) -> Sequence[str]:
    """The sources kept private that a board is of."""
    board = table_of(Board).c
    private = select(TERMS.c.name).where(TERMS.c.reuse == Reuse.PRIVATE)
    return connection.execute(select(board.source).distinct().where(board.source.in_(private))).scalars().all()


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
