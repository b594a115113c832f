"""Writes that several rooms make: upserts, the text index, the installation's own key."""

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, select, text

import search
from models import Card, Place, PostingText, Secret

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import Insert as OfServer
    from sqlalchemy.dialects.sqlite import Insert as OfFile
    from sqlmodel import SQLModel

HOUR, UNDATED = 3_600_000_000, 10**18  # microseconds; see `models.Card`
_AT_ONCE = 500  # ids in one statement


def table_of(model: "type[SQLModel]") -> Table:
    """The Core table of a model: bulk work goes past the ORM."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


def insert_into(connection: Connection, table: Table) -> "OfServer | OfFile":
    """An insert that says what is done where the row is there already. A dialect is imported where it is spoken."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)


def upsert(
    connection: Connection,
    model: "type[SQLModel]",
    rows: Sequence[dict[str, Any]],
    key: Sequence[str],
    update: Sequence[str] = (),
) -> None:
    """Insert rows; where `key` exists, update the columns `update` (none: leave the row alone)."""
    if not rows:
        return
    table = table_of(model)
    insert = insert_into(connection, table)
    if update:
        statement = insert.on_conflict_do_update(
            index_elements=list(key), set_={name: insert.excluded[name] for name in update}
        )
    else:
        statement = insert.on_conflict_do_nothing(index_elements=list(key))
    connection.execute(statement, list(rows))


def write_texts(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Store `posting_text` rows (posting_id, title, company, text: token strings) and index them."""
    if connection.dialect.name == "sqlite":
        rows = _by_date(connection, rows)
    upsert(connection, PostingText, rows, ["posting_id"], ["title", "company", "text"])
    if connection.dialect.name == "postgresql" and rows:
        connection.execute(
            text(
                "INSERT INTO posting_tsv (posting_id, tsv) VALUES (:posting_id, CAST(:tsv AS tsvector)) "
                "ON CONFLICT (posting_id) DO UPDATE SET tsv = excluded.tsv"
            ),
            [
                {"posting_id": row["posting_id"], "tsv": search.tsvector(row["title"], row["company"], row["text"])}
                for row in rows
            ],
        )


def _by_date(connection: Connection, rows: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    """In the order of the text index: for each row that goes before the last one it would write out all it holds."""
    c = table_of(Card).c
    dated: dict[int, int] = {}
    for start in range(0, len(rows), _AT_ONCE):
        ids = [row["posting_id"] for row in rows[start : start + _AT_ONCE]]
        found = connection.execute(select(c.posting_id, c.sorted_at).where(c.posting_id.in_(ids)))
        dated |= {row.posting_id: row.sorted_at % UNDATED // HOUR for row in found}
    return sorted(rows, key=lambda row: (dated.get(row["posting_id"], 0), row["posting_id"]))


def token_strings(title: str, company: str, text: str) -> dict[str, str]:
    """The `posting_text` columns of a posting: what every search engine reads."""
    return dict(zip(("title", "company", "text"), search.token_strings(title, company, text), strict=True))


def place_row(posting_id: int, number: int, place: Place) -> dict[str, Any]:
    """The `posting_place` row: names folded as queries fold them."""
    names = {"city": search.fold(place.city), "region": search.fold(place.region), "country": place.country.upper()}
    return {"posting_id": posting_id, "number": number, **names}


def secret_key(connection: Connection) -> bytes:
    """The key that signs links in messages; made on first use, so call it within `transaction`."""
    upsert(connection, Secret, [{"name": "links", "value": secrets.token_hex(32)}], ["name"])
    secret = table_of(Secret).c
    return bytes.fromhex(connection.execute(select(secret.value).where(secret.name == "links")).scalar_one())


def without_text_spans(evidence: dict[str, Any]) -> dict[str, Any]:
    """The evidence of a posting whose text is not kept: without what points into it."""
    return {name: value for name, value in evidence.items() if not _rests_on_text(value)}


def _rests_on_text(evidence: Any) -> bool:
    if isinstance(evidence, dict):
        return evidence.get("field") == "description" or any(_rests_on_text(part) for part in evidence.values())
    return isinstance(evidence, list) and any(_rests_on_text(part) for part in evidence)
