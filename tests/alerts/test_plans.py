"""No statement of dispatch and outbox reads through a large table: each is explained as it runs, on both engines."""

from alerts import mutes, searches
from alerts.backtest import came_to_match
from alerts.dispatch import Dispatcher
from database import read, transaction
from search import parse
from tests.tools.plans import watch


async def test_no_statement_of_dispatch_and_outbox_scans_a_large_table(world):
    people = [world.person(f"P{number}", telegram=str(number)) for number in range(1, 8)]
    rows = [world.search(person, f"title:word{n} skill:pytorch", looked=False) for person in people for n in range(40)]
    world.open(count=400, skills=["pytorch"])
    world.dispatch()
    dispatcher = Dispatcher(world.engine, world.settings)
    dispatcher.load()
    plans = watch(world.engine)
    dispatcher.turn(world.now)  # idle
    later = world.search(people[0], "title:engineer", looked=False, events=["changed"])
    dispatcher.turn(world.now)  # a first look
    [key] = world.open()
    dispatcher.turn(world.now)  # an event
    world.happen(key, "changed", {"salary": [None, 1]})
    dispatcher.turn(world.now)
    await world.deliver(minutes=2)
    world.search(people[2], "title:engineer posted:>1d", looked=False)
    dispatcher.turn(world.now)
    world.open(count=3)
    with transaction(world.engine) as connection:
        mutes.mute_posting(connection, people[2], key, world.now)
        mutes.mute_company(connection, people[3], "Acme", world.now)
    world.pass_time(days=2)
    dispatcher.turn(world.now)  # a daily look
    with read(world.engine) as connection:
        for query in ("title:engineer", "role:ml-engineer", "country:DE posted:<7d", "posted:>14d title:engineer"):
            came_to_match(connection, parse(query), world.now)
    with transaction(world.engine) as connection:
        searches.pause_search(connection, later["id"], world.now)
        searches.resume_search(connection, later["id"])
        searches.remove_search(connection, rows[0]["id"], world.now)
        searches.stop(connection, people[1], None, world.now)
    dispatcher.turn(world.now)
    assert len(plans.seen) > 40
    assert plans.scans == {}
