"""What changes between the reading of a batch and its writing; and that nothing long happens inside a write."""

import pytest
from sqlalchemy import event, text

import search
from alerts import looks, searches
from alerts.batches import LEAST, PER_WRITE, Pace
from alerts.dispatch import Dispatcher
from alerts.registry import Registry
from database import documents, transaction
from database.engine import WRITE
from models import FirstLook, Notice, PendingMatch, SearchMatch


@pytest.fixture
def meanwhile(monkeypatch):
    """Have something happen once, after a batch was read and before it is written."""

    def have(happen) -> None:
        tasks = [happen]

        def reasons(*arguments):
            while tasks:
                tasks.pop()()
            return found(*arguments)

        found = search.reasons
        monkeypatch.setattr(search, "reasons", reasons)

    return have


def change(world, sql, **values):
    with transaction(world.engine) as connection:
        connection.execute(text(sql), values)


def ready(world) -> Dispatcher:
    dispatcher = Dispatcher(world.engine, world.settings)
    dispatcher.load()
    return dispatcher


def test_a_search_that_is_paused_meanwhile_is_silent(world, meanwhile):
    row = world.search(world.person(telegram="7"))

    def pause():
        with transaction(world.engine) as connection:
            searches.pause_search(connection, row["id"], world.now)

    world.open()
    meanwhile(pause)
    assert ready(world).turn(world.now) == 1
    assert (world.deliveries(), world.rows(SearchMatch)) == ([], [])


def test_a_query_that_is_edited_meanwhile_is_matched_anew(world, meanwhile):
    row = world.search(world.person(telegram="7"))
    world.open("ML Engineer")
    meanwhile(lambda: change(world, "UPDATE saved_search SET query = 'title:chef' WHERE id = :id", id=row["id"]))
    dispatcher = ready(world)
    assert dispatcher.turn(world.now) + dispatcher.turn(world.now) == 1
    assert (world.deliveries(), world.rows(PendingMatch)) == ([], [])


def test_a_posting_that_changes_meanwhile_is_matched_anew(world, meanwhile):
    world.search(world.person(telegram="7"), "title:engineer is:open")
    [key] = world.open()
    meanwhile(lambda: world.happen(key, "closed"))
    dispatcher = ready(world)
    assert dispatcher.turn(world.now) + dispatcher.turn(world.now) == 2
    assert (world.deliveries(), world.rows(PendingMatch)) == ([], [])


def test_a_first_look_in_the_midst_of_a_batch_tells_once(world, meanwhile):
    world.search(world.person(telegram="7"), "title:engineer")
    second = world.search(world.person("Bob", telegram="8"), "title:ml")
    [key] = world.open("ML Engineer")
    change(world, "UPDATE saved_search SET baseline_at = NULL WHERE id = :id", id=second["id"])
    dispatcher, other = ready(world), Dispatcher(world.engine, world.settings)
    meanwhile(lambda: other.turn(world.now))  # it has read no searches: it takes first looks only
    dispatcher._take_batch(world.now)
    assert [row["count"] for row in world.rows(FirstLook)] == [1]
    dispatcher.turn(world.now)
    assert sorted((row["subscriber_id"], row["posting_id"]) for row in world.deliveries()) == [(1, key), (2, key)]
    assert world.rows(PendingMatch) == []


def test_an_event_in_the_midst_of_a_first_look_is_told_once(world, monkeypatch):
    world.search(world.person(telegram="7"), "title:engineer", looked=False)
    world.open("ML Engineer")
    tasks = [lambda: ready(world)._take_batch(world.now)]

    def late(*arguments):
        while tasks:
            tasks.pop()()
        return documents(*arguments)

    monkeypatch.setattr(looks, "documents", late)
    assert Dispatcher(world.engine, world.settings).turn(world.now) == 0
    assert world.rows(PendingMatch) == []
    assert [row["cadence"] for row in world.deliveries()] == ["instant"]


def test_a_search_that_is_saved_after_a_batch_was_read_finds_the_posting_open(world, meanwhile):
    world.search(world.person(telegram="7"), "title:engineer")
    bob = world.person("Bob", telegram="8")
    [key] = world.open("ML Engineer")
    meanwhile(lambda: world.search(bob, "title:ml", looked=False))
    ready(world).turn(world.now)
    told = sorted((row["subscriber_id"], row["cadence"]) for row in world.deliveries())
    assert told == [(1, "instant"), (bob, "baseline")]
    assert {row["posting_id"] for row in world.deliveries()} == {key}


def test_two_dispatchers_at_the_same_events_tell_once(world, meanwhile):
    world.search(world.person(telegram="7"))
    world.open(count=3)
    other = ready(world)
    meanwhile(lambda: other.turn(world.now))
    assert ready(world).turn(world.now) == 0
    assert len(world.deliveries()) == 3


def test_nothing_is_parsed_matched_or_searched_inside_a_write_transaction(world, monkeypatch):
    writing = set()
    event.listen(world.engine, "begin", lambda c: c.get_execution_options().get(WRITE) and writing.add(id(c)))
    for ending in ("commit", "rollback"):
        event.listen(world.engine, ending, lambda c: writing.discard(id(c)))
    done = []

    def outside(name):
        work = getattr(search, name)

        def checked(*arguments):
            assert not writing
            done.append(name)
            return work(*arguments)

        return checked

    def outside_only():
        assert not writing
        done.append("match")

    ada = world.person(telegram="7")
    world.open()
    world.search(ada, "title:ml", looked=False)
    world.search(ada, "title:engineer", looked=False)
    for name in ("parse_stored", "to_sql", "explain", "reasons"):
        monkeypatch.setattr(search, name, outside(name))
    matching = Registry.match
    monkeypatch.setattr(Registry, "match", lambda *a: (outside_only(), matching(*a))[1])
    dispatcher = ready(world)
    dispatcher.turn(world.now)
    world.open()
    dispatcher.turn(world.now)
    assert len(world.deliveries()) == 2
    assert set(done) == {"parse_stored", "to_sql", "explain", "reasons", "match"}


def test_an_idle_turn_asks_twice_and_a_busy_one_parses_only_what_matched(world, monkeypatch):
    ada = world.person(telegram="7")
    for number in range(5):
        world.search(ada, "title:engineer" if number == 3 else f"title:word{number}")
    dispatcher = ready(world)
    dispatcher.turn(world.now)  # which asks for daily looks too, once a minute
    asked = []
    event.listen(world.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    dispatcher.turn(world.now)
    assert len([one for one in asked if one.lstrip().startswith("SELECT")]) == 2
    asked.clear()
    world.open()
    parsed, parse = [], search.parse_stored
    monkeypatch.setattr(search, "parse_stored", lambda query, *facts: (parsed.append(query), parse(query, *facts))[1])
    for number in range(2):
        assert dispatcher.turn(world.now) == 1
        assert (len(world.deliveries()), parsed) == (number + 1, ["title:engineer"])
        world.open()


def test_a_search_that_raises_on_a_posting_silences_no_other(world, monkeypatch):
    ada = world.person(telegram="7")
    world.search(ada, "title:engineer -title:poison", name="bad")
    world.search(ada, "title:engineer", name="good")
    found = search.reasons

    def breaks(node, *rest):
        if "poison" in str(node):
            raise RecursionError("too deep")
        return found(node, *rest)

    monkeypatch.setattr(search, "reasons", breaks)
    world.open()
    assert world.dispatch() == 1
    assert len(world.deliveries()) == 1
    assert "'bad'" in world.rows(Notice)[0]["text"]


def test_an_event_that_many_searches_match_is_written_in_parts_and_told_once(world, monkeypatch):
    people = [world.person(f"P{number}", telegram=str(number)) for number in range(7)]
    for person in people:
        world.search(person)
    dispatcher = ready(world)
    monkeypatch.setattr(Pace, "note", lambda *_: None)
    dispatcher._pace.room = 2
    keys = world.open(count=2)
    write, written = Dispatcher._write, []

    def breaks(self, connection, batch, part, *rest):
        if len(written) == 3:
            raise RuntimeError("the process dies")
        written.append(sum(map(len, part.owed.values())))
        return write(self, connection, batch, part, *rest)

    monkeypatch.setattr(Dispatcher, "_write", breaks)
    with pytest.raises(RuntimeError):
        dispatcher._handle([row["event_id"] for row in world.rows(PendingMatch)], world.now)
    assert (written, len(world.rows(PendingMatch)), len(world.deliveries())) == ([2, 2, 2], 2, 6)
    monkeypatch.setattr(Dispatcher, "_write", write)
    assert ready(world).turn(world.now) == 2
    assert world.rows(PendingMatch) == []
    told = sorted((row["subscriber_id"], row["posting_id"]) for row in world.deliveries())
    assert told == sorted((person, key) for person in people for key in keys)


@pytest.mark.parametrize(("seconds", "room"), [(0.001, 1200), (0.03, 1200), (0.06, 800), (0.12, 400), (60.0, 400)])
def test_the_slower_a_write_the_less_is_in_the_next(seconds, room):
    pace = Pace()
    pace.room = 600
    pace.note(seconds)
    assert pace.room == room
    for _ in range(9):
        pace.note(seconds)
    assert LEAST <= pace.room <= PER_WRITE
