"""People and their searches."""

import pytest

from alerts import saving, searches
from alerts.searches import SubscriberError
from database import transaction
from models import DeliveryReason, Subscriber
from search import QueryError


@pytest.fixture
def connection(world):
    with transaction(world.engine) as opened:
        yield opened


def test_an_invitation_ties_a_chat_once(world, connection):
    ada = searches.add_subscriber(connection, "Ada", world.now)
    token = searches.invite(connection, ada, world.now)
    link = searches.invite_link("@rolewire_bot", token)
    assert link == f"https://t.me/rolewire_bot?start={token}"
    assert len(token) <= 64  # what Telegram carries
    assert token not in str(connection.execute(Subscriber.__table__.select()).mappings().all())
    assert searches.redeem(connection, token, "telegram", "7", world.now) == ada
    with pytest.raises(SubscriberError, match="used already"):
        searches.redeem(connection, token, "telegram", "8", world.now)


def test_an_invitation_ends_after_a_week(world, connection):
    ada = searches.add_subscriber(connection, "Ada", world.now)
    token = searches.invite(connection, ada, world.now)
    world.pass_time(days=7, seconds=1)
    with pytest.raises(SubscriberError, match="older than 7 days"):
        searches.redeem(connection, token, "telegram", "7", world.now)


@pytest.mark.parametrize("token", ["", "nonsense"])
def test_an_empty_token_opens_nothing(world, connection, token):
    searches.add_subscriber(connection, "Ada", world.now)
    with pytest.raises(SubscriberError):
        searches.redeem(connection, token, "telegram", "7", world.now)


def test_an_address_belongs_to_one_person(world, connection):
    ada, bob = (searches.add_subscriber(connection, name, world.now) for name in ("Ada", "Bob"))
    searches.set_address(connection, ada, "telegram", "7", world.now)
    searches.set_address(connection, ada, "telegram", "9", world.now)
    searches.set_address(connection, bob, "telegram", "7", world.now)
    with pytest.raises(SubscriberError, match="another subscriber"):
        searches.set_address(connection, bob, "telegram", "9", world.now)


@pytest.mark.parametrize(
    ("channel", "address"),
    [("telegram", "ada"), ("telegram", "٧"), ("email", "ada"), ("email", "a@b c.org"), ("email", "a@bücher.example"),
     ("email", "a@x.org\nBcc: b@x.org"), ("email", "a@x.org, b@x.org"), ("pigeon", "7")],
)  # fmt: skip
def test_addresses_are_checked(world, connection, channel, address):
    ada = searches.add_subscriber(connection, "Ada", world.now)
    with pytest.raises(SubscriberError):
        searches.set_address(connection, ada, channel, address, world.now)


def test_searches_are_checked_as_they_are_saved(world, connection):
    ada = searches.add_subscriber(connection, "Ada", world.now)
    with pytest.raises(SubscriberError, match="no active"):
        searches.add_search(connection, ada, "rag", world.now)
    searches.set_address(connection, ada, "telegram", "7", world.now)
    for query in ("", "nofield:x", "is:open", "-rag"):
        with pytest.raises(QueryError):
            searches.add_search(connection, ada, query, world.now)
    for wrong in ({"channels": ["email"]}, {"channels": ["pigeon"]}, {"cadence": "hourly"}, {"weekday": "someday"},
                  {"time_of_day": "25:00"}, {"events": ["opened"]}):  # fmt: skip
        with pytest.raises(SubscriberError):
            searches.add_search(connection, ada, "rag", world.now, **wrong)
    assert searches.list_searches(connection, ada) == []


def test_names_are_free_again_once_removed(world, connection):
    ada = searches.add_subscriber(connection, "Ada", world.now)
    searches.set_address(connection, ada, "telegram", "7", world.now)
    first, second = (searches.add_search(connection, ada, query, world.now, name="rag") for query in ("rag", "llm"))
    assert (first["name"], second["name"]) == ("rag", "rag 2")
    searches.remove_search(connection, first["id"], world.now)
    assert searches.add_search(connection, ada, "rag", world.now)["name"] == "rag"
    assert len(searches.list_searches(connection, ada)) == 2


def test_there_is_a_limit_a_person(world, connection):
    ada = searches.add_subscriber(connection, "Ada", world.now)
    searches.set_address(connection, ada, "telegram", "7", world.now)
    for number in range(searches.MAX_SEARCHES):
        searches.add_search(connection, ada, f"word{number}", world.now)
    with pytest.raises(SubscriberError, match="50"):
        searches.add_search(connection, ada, "rag", world.now)


def test_one_person_cannot_touch_anothers_search(world, connection):
    ada, bob = (searches.add_subscriber(connection, name, world.now) for name in ("Ada", "Bob"))
    searches.set_address(connection, ada, "telegram", "7", world.now)
    row = searches.add_search(connection, ada, "rag", world.now)
    for call in (lambda: searches.find_search(connection, row["public_id"], bob),
                 lambda: searches.stop(connection, bob, row["public_id"], world.now)):  # fmt: skip
        with pytest.raises(SubscriberError):
            call()
    assert searches.stop(connection, ada, row["public_id"], world.now) == "the search 'rag'"
    assert searches.stop(connection, ada, row["public_id"], world.now) == "the search 'rag'"


def test_people_are_found_by_what_they_are_called(world, connection):
    ada = searches.add_subscriber(connection, "Ada", world.now, "Europe/Paris")
    searches.set_address(connection, ada, "email", "ada@example.org", world.now)
    for who in ("Ada", "ada@example.org", str(ada)):
        assert searches.find_subscriber(connection, who)["id"] == ada
    with pytest.raises(SubscriberError, match="no subscriber"):
        searches.find_subscriber(connection, "Eve")
    [listed] = searches.list_subscribers(connection)
    assert listed["addresses"][0]["address"] == "ada@example.org"
    with pytest.raises(SubscriberError, match="time zone"):
        searches.add_subscriber(connection, "Bob", world.now, "Nowhere")


def test_an_edit_takes_back_what_waits_and_is_not_wanted_any_more(world):
    ada = world.person(email="ada@example.org")
    row = world.search(ada, "title:engineer posted:<2d", cadence="weekly")
    other = world.search(ada, "title:intern", cadence="weekly")
    kept, left, shared = (world.open(title)[0] for title in ("ML Engineer", "Sales Engineer", "Intern Engineer"))
    world.dispatch()
    world.pass_time(days=3)
    row = saving.change(world.engine, row, world.now, query="title:engineer -title:sales,intern posted:<2d")
    waiting = {one["posting_id"]: one["id"] for one in world.deliveries() if one["state"] == "pending"}
    assert waiting.keys() == {kept, shared}
    reasons = world.rows(DeliveryReason)
    assert [one["search_id"] for one in reasons if one["delivery_id"] == waiting[shared]] == [other["id"]]
    saving.change(world.engine, row, world.now, query="title:engineer")
    world.dispatch()
    pending = [one for one in world.deliveries() if one["state"] == "pending"]
    assert sorted((one["posting_id"], one["cadence"]) for one in pending) == [
        (kept, "weekly"), (left, "baseline"), (shared, "weekly"),
    ]  # fmt: skip


def test_a_search_that_was_saved_meanwhile_is_not_saved_twice(world):
    ada = world.person(email="ada@example.org")

    def sent_twice(connection) -> int:
        searches.add_search(connection, ada, "title:engineer country:DE,FR", world.now)
        return ada

    wish = saving.read_wish("country:FR,DE title:engineer")
    with pytest.raises(saving.SavedAlreadyError):
        saving.save(world.engine, lambda _: ada, wish, world.now, make=sent_twice)


def test_a_search_that_is_written_anew_in_the_same_words_keeps_its_name(world):
    row = world.search(world.person(email="ada@example.org"))
    changed = saving.change(world.engine, row, world.now, query="daily title:engineer")
    assert (changed["name"], changed["cadence"]) == (row["name"], "daily")


def test_a_name_that_is_cut_says_so(world, connection):
    ada = searches.add_subscriber(connection, "Ada", world.now)
    searches.set_address(connection, ada, "email", "ada@example.org", world.now)
    query = "role:ai-engineer,ml-engineer (country:europe OR remote:EU) salary>=120k"
    name = searches.add_search(connection, ada, query, world.now)["name"]
    assert (len(name) <= 60, name[-1]) == (True, "…")
