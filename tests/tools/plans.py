"""What the statements of a test read from end to end: each is explained as it runs, on either engine."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, event, text

LARGE = {
    "delivery", "delivery_reason", "message", "search_match", "posting", "posting_event", "posting_text", "listing",
    "link", "saved_search", "search_change", "first_look", "subscriber", "address", "crawl", "redirect",
    "posting_place", "posting_skill",
}  # fmt: skip


@dataclass
class Plans:
    """The statements seen, and those that read a large table through, with its name."""

    seen: list[str] = field(default_factory=list)
    scans: dict[str, set[str]] = field(default_factory=dict)


def watch(engine: Engine) -> Plans:
    """Explain every statement from now on. On PostgreSQL the planner is kept from scanning where an index can serve."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
            connection.execute(text(f"ALTER DATABASE {engine.url.database} SET enable_seqscan = off"))
        engine.dispose()  # who connects from now on scans only where no index can serve
    plans = Plans()

    def explain(
        connection: Connection, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool
    ) -> None:
        if not re.match(r"\s*(SELECT|UPDATE|DELETE|INSERT|WITH)\b", statement) or "FROM pg_" in statement:
            return
        plans.seen.append(statement)
        if tables := scans(connection, statement, parameters[0] if isinstance(parameters, list) else parameters):
            plans.scans[statement] = set(tables)

    event.listen(engine, "before_cursor_execute", explain)
    return plans


def scans(connection: Connection, statement: str, parameters: Any) -> list[str]:
    """The large tables that the plan reads from end to end."""
    cursor = connection.connection.dbapi_connection.cursor()
    if connection.dialect.name == "sqlite":
        rows = cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
        found = [re.fullmatch(r"SCAN (\w+)", row[3]) for row in rows]
        return [one[1] for one in found if one and one[1] in LARGE]
    cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
    (plan,) = cursor.fetchone()
    return list(scanned((plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]))


def scanned(node: dict[str, Any]) -> Iterator[str]:
    if node["Node Type"] == "Seq Scan" and node["Relation Name"] in LARGE:
        yield node["Relation Name"]
    for inner in node.get("Plans", ()):
        yield from scanned(inner)
