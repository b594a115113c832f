"""No statement of dispatch and outbox reads through a large table: each is explained as it runs, on both engines."""

import json
import re

from sqlalchemy import event, text

from alerts import searches
from alerts.dispatch import Dispatcher
from database import transaction

LARGE = {
    "delivery", "delivery_reason", "message", "search_match", "posting", "posting_event", "posting_text", "listing",
    "link", "saved_search", "search_change", "first_look", "subscriber", "address",
}  # fmt: skip


def scans(connection, statement, parameters) -> list[str]:
    """The large tables that the plan reads from end to end."""
    cursor = connection.connection.dbapi_connection.cursor()
    if connection.dialect.name == "sqlite":
        rows = cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
        found = [re.fullmatch(r"SCAN (\w+)", row[3]) for row in rows]
        return [one[1] for one in found if one and one[1] in LARGE]
    cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
    (plan,) = cursor.fetchone()
    return list(scanned((plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]))


def scanned(node):
    if node["Node Type"] == "Seq Scan" and node["Relation Name"] in LARGE:
        yield node["Relation Name"]
    for inner in node.get("Plans", ()):
        yield from scanned(inner)


async def test_no_statement_of_dispatch_and_outbox_scans_a_large_table(world):
    people = [world.person(f"P{number}", telegram=str(number)) for number in range(1, 8)]
    rows = [world.search(person, f"title:word{n} skill:pytorch", looked=False) for person in people for n in range(40)]
    world.open(count=400, skills=["pytorch"])
    world.dispatch()
    if world.engine.dialect.name == "postgresql":
        with world.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
            connection.execute(text(f"ALTER DATABASE {world.engine.url.database} SET enable_seqscan = off"))
        world.engine.dispose()  # who connects from now on scans only where no index can serve
    bad: dict[str, set[str]] = {}
    seen = []

    def explain(connection, _cursor, statement, parameters, _context, many):
        if not re.match(r"\s*(SELECT|UPDATE|DELETE|INSERT|WITH)\b", statement) or "FROM pg_" in statement or many:
            return
        seen.append(statement)
        if tables := scans(connection, statement, parameters):
            bad[statement] = set(tables)

    dispatcher = Dispatcher(world.engine, world.settings)
    dispatcher.load()
    event.listen(world.engine, "before_cursor_execute", explain)
    dispatcher.turn(world.now)  # idle
    later = world.search(people[0], "title:engineer", looked=False, events=["changed"])
    dispatcher.turn(world.now)  # a first look
    [key] = world.open()
    dispatcher.turn(world.now)  # an event
    world.happen(key, "changed", {"salary": [None, 1]})
    dispatcher.turn(world.now)
    await world.deliver(minutes=2)
    with transaction(world.engine) as connection:
        searches.pause_search(connection, later["id"], world.now)
        searches.resume_search(connection, later["id"])
        searches.remove_search(connection, rows[0]["id"], world.now)
        searches.stop(connection, people[1], None, world.now)
    dispatcher.turn(world.now)
    assert len(seen) > 40
    assert bad == {}
