"""The searches held ready are those of the database, whoever changed them and whenever that was committed."""

import random
import tracemalloc
from array import array

import pytest
from sqlalchemy import text

import database
import search
from alerts import lookers, searches
from alerts.dispatch import Dispatcher
from alerts.lookers import Lookers
from alerts.registry import Registry
from database import read, transaction
from models import SavedSearch
from search import standing
from search.index import Index


def held(registry, world) -> dict[int, str]:
    """What it holds once it has caught up."""
    with read(world.engine) as connection:
        changes = registry.changes(connection)
    registry.apply(changes)
    rows = world.rows(SavedSearch)
    written = {row["query"] for row in rows} | {f"title:{word}" for word in ("one", "two", "three", "uno", "due")}
    return {key: text_ for key in range(1, 100) for text_ in written if registry.holding({key: text_})}


def loaded(world) -> Registry:
    registry = Registry()
    registry.load(world.engine)
    return registry


def test_what_anybody_changes_is_noticed(world):
    ada, bob = world.person(telegram="7"), world.person("Bob", telegram="8")
    one, two = world.search(ada, "title:one"), world.search(bob, "title:two")
    registry = loaded(world)
    assert held(registry, world) == {one["id"]: "title:one", two["id"]: "title:two"}
    three = world.search(bob, "title:three", looked=False)
    with transaction(world.engine) as connection:
        connection.execute(text("UPDATE saved_search SET query = 'title:uno' WHERE id = :id"), {"id": one["id"]})
    assert held(registry, world) == {one["id"]: "title:uno", two["id"]: "title:two", three["id"]: "title:three"}
    with transaction(world.engine) as connection:
        searches.pause_search(connection, one["id"], world.now)
        searches.stop(connection, bob, None, world.now)
    assert held(registry, world) == {}
    with transaction(world.engine) as connection:
        searches.resume_search(connection, one["id"])
        searches.resume(connection, bob)
        connection.execute(text("DELETE FROM saved_search WHERE id = :id"), {"id": three["id"]})
    assert held(registry, world) == {one["id"]: "title:uno", two["id"]: "title:two"}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite commits in the order of its writes
def test_a_change_that_is_committed_after_a_later_one_is_not_missed(world):
    ada = world.person(telegram="7")
    one, two = world.search(ada, "title:one"), world.search(ada, "title:two")
    registry = loaded(world)
    edit = text("UPDATE saved_search SET query = :query WHERE id = :id")
    with transaction(world.engine) as slow:
        slow.execute(edit, {"query": "title:uno", "id": one["id"]})
        with transaction(world.engine) as quick:
            quick.execute(edit, {"query": "title:due", "id": two["id"]})
        assert held(registry, world)[two["id"]] == "title:due"
    assert held(registry, world) == {one["id"]: "title:uno", two["id"]: "title:due"}


def test_what_changes_while_the_searches_are_read_is_read_again(world, monkeypatch):
    ada = world.person(telegram="7")
    rows = [world.search(ada, f"title:word{number}", looked=False) for number in range(4)]
    monkeypatch.setattr("alerts.registry.PAGE", 2)
    registry = Registry()
    pages = []

    def is_stopping() -> bool:
        pages.append(len(registry))
        if len(pages) == 2:
            with transaction(world.engine) as connection:
                searches.remove_search(connection, rows[0]["id"], world.now)
        return len(pages) == 3

    registry.load(world.engine, is_stopping)
    assert (registry.is_loaded, len(registry)) == (False, 4)
    registry.load(world.engine)  # goes on where it was
    assert registry.is_loaded
    assert sorted(held(registry, world)) == [row["id"] for row in rows[1:]]


def test_events_wait_until_the_searches_are_read_and_first_looks_do_not(world):
    ada = world.person(telegram="7")
    world.open()
    world.dispatch()
    world.search(ada, looked=False)
    dispatcher = Dispatcher(world.engine, world.settings)
    assert dispatcher.turn(world.now) == 0
    assert [row["cadence"] for row in world.deliveries()] == ["baseline"]
    world.open()
    assert dispatcher.turn(world.now) == 0
    dispatcher.load()
    assert dispatcher.turn(world.now) == 1
    assert [row["cadence"] for row in world.deliveries()] == ["baseline", "instant"]


def test_a_search_that_cannot_be_packed_keeps_no_other_from_being_read(world, monkeypatch):
    ada = world.person(telegram="7")
    world.search(ada, "title:poison", name="poison")
    world.search(ada, "title:engineer", name="sound")
    world.open()

    def form(query):
        if "poison" in str(query):
            raise RecursionError("too deep")
        return search.forms.form(query)

    monkeypatch.setattr("search.packer.form", form)
    assert world.dispatch() == 1
    assert len(world.deliveries()) == 1


@pytest.mark.parametrize("ids", [[], [1], [3, 1, 2], [2**31 - 1, 5], random.Random(7).sample(range(10**6), 5000)])
def test_packed_ids_come_back_in_their_order(ids):
    assert list(database.unpack(database.pack(ids))) == sorted(ids)


def test_a_dense_set_takes_about_a_byte_a_posting():
    ids = random.Random(7).sample(range(1, 120_000), 40_000)
    assert len(database.pack(ids)) < 1.5 * len(ids)


def test_an_index_forgets_what_is_discarded():
    index: Index[str] = Index()
    for text_ in ("title:engineer", "-title:engineer", "role:ml-engineer OR skill:pytorch"):
        index.add(text_, search.parse(text_))
        index.discard(text_)
    assert index.candidates(search.Document(" engineer ", " ", " ", "ml-engineer")) == set()


def test_searches_that_have_changed_much_are_read_anew_and_nothing_is_missed_meanwhile(world, monkeypatch):
    ada = world.person(telegram="7")
    rows = [world.search(ada, f"title:word{number}") for number in range(6)]
    registry = loaded(world)
    monkeypatch.setattr(standing, "MOST_RECENT", 2)
    with transaction(world.engine) as connection:
        for row in rows[:4]:
            searches.remove_search(connection, row["id"], world.now)
    assert not registry.is_to_be_loaded
    assert sorted(held(registry, world)) == [row["id"] for row in rows[4:]]
    assert registry.is_to_be_loaded
    load_page, changed = Registry._load_page, []

    def slowly(self, engine, reading):
        is_more = load_page(self, engine, reading)
        if not changed:
            with transaction(world.engine) as connection:
                searches.remove_search(connection, rows[4]["id"], world.now)
            changed.append(world.search(ada, "title:one"))
        return is_more

    monkeypatch.setattr(Registry, "_load_page", slowly)
    registry.load(world.engine)
    assert len(registry) == 2  # the old ones serve until the next batch
    assert sorted(held(registry, world)) == [rows[5]["id"], changed[0]["id"]]
    assert not registry.is_to_be_loaded


def test_a_posting_that_cannot_be_read_keeps_no_search_from_being_read(world, monkeypatch):
    world.search(world.person(telegram="7"))
    monkeypatch.setattr("alerts.registry.documents", lambda *_: 1 / 0)
    assert len(loaded(world)) == 1


def test_what_searches_found_at_first_looks_is_held_in_two_numbers_a_pair(monkeypatch):
    monkeypatch.setattr(lookers, "MOST_RECENT", 900)
    rng, known, held = random.Random(5), {}, Lookers()
    for _ in range(400):
        key = rng.randrange(60)
        known[key] = [array("q", rng.sample(range(500), rng.choice((0, 3, 300)))) for _ in range(rng.choice((0, 1, 2)))]
        held.put(key, known[key])
        for posting in (rng.randrange(500), rng.randrange(500)):
            assert held.of(posting) == {key for key, found in known.items() if any(posting in one for one in found)}
    many = Lookers()
    tracemalloc.start()
    for key in range(2_000):
        many.put(key, [array("q", range(key, key + 100))])
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size / 200_000 < 60  # a set a posting took twice as much and more
    assert many.of(150) == set(range(51, 151))
