"""What people say of themselves: kept only if given, searches go by it, and it goes with them."""

import json

import pytest
from sqlalchemy import text

import search
from alerts import saving, searches
from alerts.desk import Asked, Desk
from alerts.dispatch import Dispatcher, dispatch
from alerts.erase import erase
from alerts.holdings import holdings
from alerts.looked import found_by
from alerts.portrait import profile as reply
from alerts.profiles import Profile, facts_of, forget_profile, profile_of, save_profile
from alerts.searches import SubscriberError
from alerts.tuning import test as try_
from alerts.tuning import why_
from database import read, transaction
from models import DeliveryReason, SavedSearch, SearchMatch, StoredProfile
from search.facts import FactError
from search.profile import proposed, said_so

BERLIN = "role: ai-engineer\nskills: PyTorch, k8s\nlives: Germany\nmay work: EU\nsponsorship: no"
AUSTIN = "lives: US-TX\nmay-work: US"


def give(world, person: int, words: str) -> list[str]:
    with transaction(world.engine) as connection:
        return save_profile(connection, person, said_so(Profile(), words), world.now)


def save(world, person: int, words: str):
    with read(world.engine) as connection:
        wish = saving.read_wish(words, facts_of(connection, person))
    return saving.save(world.engine, lambda _: person, wish, world.now, channels=["telegram"])


def open_in(world, scope: str) -> int:
    [key] = world.open("ML Engineer", workplace="remote", remote_scope=scope)
    return key


def matched(world) -> set[tuple[int, int]]:
    return {(row["search_id"], row["posting_id"]) for row in world.rows(SearchMatch)}


def test_each_persons_search_goes_by_their_own_profile(world):
    ada, bob = world.person(telegram="7"), world.person("Bob", telegram="8")
    give(world, ada, BERLIN)
    give(world, bob, AUSTIN)
    one, two = save(world, ada, "title:engineer -eligible:no"), save(world, bob, "title:engineer -eligible:no")
    dispatch(world.engine, world.settings, world.now)
    europe, america, anywhere = (open_in(world, scope) for scope in ("EU", "US", "worldwide"))
    dispatch(world.engine, world.settings, world.now)
    hers = {(one["id"], key) for key in (europe, anywhere)}
    assert matched(world) == hers | {(two["id"], key) for key in (america, anywhere)}
    clauses = [clause for row in world.rows(DeliveryReason) for clause in row["clauses"]]
    assert any(one["text"].startswith("eligible: yes – you may work from where you are (remote: ") for one in clauses)


def test_a_changed_profile_counts_from_the_next_event_on_and_for_what_is_open(world):
    ada = world.person(telegram="7")
    give(world, ada, BERLIN)
    row = save(world, ada, "title:engineer eligible:yes")
    dispatcher = Dispatcher(world.engine, world.settings)
    dispatcher.load()
    dispatcher.turn(world.now)
    before = open_in(world, "US")
    dispatcher.turn(world.now)
    assert matched(world) == set()
    give(world, ada, AUSTIN)
    after, other = open_in(world, "US"), open_in(world, "EU")
    dispatcher.turn(world.now)
    assert (row["id"], other) not in matched(world)
    told = {key for _, key in matched(world)} | looked_at(world)
    assert told == {before, after}


def looked_at(world) -> set[int]:
    with read(world.engine) as connection:
        ids = [row["id"] for row in world.rows(SavedSearch)]
        return {key for packed in found_by(connection, ids).values() for one in packed for key in one}


def test_without_a_profile_such_a_search_is_refused_and_paused_when_it_goes(world):
    ada = world.person(telegram="7")
    with pytest.raises(search.QueryError, match="/profile"):
        save(world, ada, "title:engineer -eligible:no")
    give(world, ada, BERLIN)
    kept, own = save(world, ada, "title:other"), save(world, ada, "title:engineer -eligible:no")
    assert (kept["facts"], bool(own["facts"])) == ("", True)
    with transaction(world.engine) as connection:
        assert forget_profile(connection, ada, world.now) == [own["name"]]
        assert profile_of(connection, ada) is None
    rows = {row["id"]: row for row in world.rows(SavedSearch)}
    assert rows[own["id"]]["paused_at"] is not None
    assert rows[own["id"]]["facts"] == ""
    assert rows[kept["id"]]["paused_at"] is None


def test_the_same_search_is_known_again_and_a_change_is_judged_by_the_profile(world):
    ada = world.person(telegram="7")
    give(world, ada, BERLIN)
    row = save(world, ada, "title:engineer -eligible:no")
    with pytest.raises(SubscriberError, match="you have this search already"):
        save(world, ada, "eligible:yes,maybe title:engineer")
    changed = saving.change(world.engine, row, world.now, query="title:engineer")
    assert changed["facts"] == ""
    changed = saving.change(world.engine, changed, world.now, query="title:engineer eligible:yes")
    assert json.loads(changed["facts"])["lives"] == "DE"


def test_it_is_exported_and_erased_with_the_person(world):
    ada, bob = world.person(telegram="7"), world.person("Bob", telegram="8")
    give(world, ada, BERLIN)
    give(world, bob, AUSTIN)
    with read(world.engine) as connection:
        [held] = holdings(connection, ada)["profile"]
    assert held["said"]["skills"] == ["pytorch", "kubernetes"]
    erase(world.engine, ada, world.now)
    assert [row["subscriber_id"] for row in world.rows(StoredProfile)] == [bob]


def asked(words: str, world) -> Asked:
    return Asked("telegram", "7", 7, "Ada", words, world.now)


def test_the_bot_shows_changes_proposes_and_forgets_it(world, monkeypatch):
    monkeypatch.setattr("alerts.portrait.SECONDS", 300.0)
    monkeypatch.setattr("alerts.tuning.TEST_SECONDS", 300.0)
    desk = Desk(world.engine, world.settings)
    assert "/start" in reply(desk, asked("", world)).text
    ada = world.person(telegram="7")
    assert "no profile" in reply(desk, asked("", world)).text
    assert "which roles" in reply(desk, asked("searches", world)).text
    assert "Noted" in reply(desk, asked("role ai-engineer", world)).text
    assert "did you mean" in reply(desk, asked("role ai-enginer", world)).text
    assert "lives: DE" in reply(desk, asked("lives DE\nmay-work EU", world)).text
    shown = reply(desk, asked("searches", world)).text
    assert "/search role:ai-engineer -eligible:no" in shown
    assert "in the last 30 days" in shown
    assert world.rows(SavedSearch) == []
    assert "eligible" in try_(desk, asked("role:ai-engineer -eligible:no", world)).text
    key = open_in(world, "US")
    with read(world.engine) as connection:
        public = connection.execute(text("SELECT public_id FROM posting WHERE id = :id"), {"id": key}).scalar_one()
    assert "not open to where you may work" in why_(desk, asked(f"{public} eligible:yes", world)).text
    save(world, ada, "role:ai-engineer -eligible:no")
    assert "Paused" in reply(desk, asked("forget", world)).text
    assert world.rows(StoredProfile) == []


def test_searches_follow_from_it_and_each_can_be_saved():
    more = "level: senior\nplace: Berlin, remote:EU, DE\npay: 120k EUR\ntime zones: CET ± 2"
    full = said_so(Profile(), f"{BERLIN}\n{more}")
    assert Profile.from_json(json.loads(json.dumps(full.as_json()))) == full
    assert said_so(Profile(), "\n".join(f"{name}: {words}" for name, words in full.lines)) == full
    texts = proposed(full)
    assert len(texts) >= 4
    for words in texts:
        assert search.parse_saved(words, full.facts)
    assert texts[0].startswith("role:ai-engineer skill:pytorch,kubernetes seniority:senior (city:berlin OR remote:EU")
    assert proposed(said_so(Profile(), "lives: DE")) == []
    assert said_so(full, "skill: -").skills == ()


@pytest.mark.parametrize("words", ["mood: glad", "role: wizard", "pay: a lot", "pay: 120 EUR", "place: moon:9"])
def test_what_cannot_be_read_changes_nothing(words: str):
    with pytest.raises(FactError):
        said_so(Profile(), words)


def test_the_searches_module_keeps_the_facts_with_the_row(world):
    ada = world.person(telegram="7")
    facts = said_so(Profile(), BERLIN).facts
    with transaction(world.engine) as connection:
        query = search.parse("eligible:yes", facts)
        row = searches.add_search(connection, ada, "eligible:yes", world.now, parsed=query, channels=["telegram"])
    assert row["facts"] == facts
