"""Stopping alerts: looking changes nothing, posting acts."""

import pytest
from sqlalchemy import insert, select

import database
from alerts import unsubscribe
from models import Address, SavedSearch, Subscriber
from tests.web.sample import NOW

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def key(engine) -> bytes:
    with database.transaction(engine) as connection:
        return database.secret_key(connection)


@pytest.fixture
def person(engine, key) -> int:
    def put(connection, model, **values) -> int:
        row = model(**values).model_dump(exclude={"id"})
        return connection.execute(insert(database.table_of(model)).values(row)).inserted_primary_key[0]

    with database.transaction(engine) as connection:
        person = put(connection, Subscriber, public_id="ann", name="Ann", created_at=NOW)
        put(connection, Address, subscriber_id=person, channel="email", address="ann@example.org", changed_at=NOW)
        for public_id, name in (("s1", "Agents <b>EU</b>"), ("s2", "Kernels")):
            put(connection, SavedSearch, public_id=public_id, subscriber_id=person, name=name, query="agents",
                channels=["email"], created_at=NOW)  # fmt: skip
    return person


def state(engine) -> tuple[object, ...]:
    """Everything that a stop could touch."""
    with database.read(engine) as connection:
        return tuple(tuple(connection.execute(select(database.table_of(model))).all()) for model in
                     (Subscriber, SavedSearch, Address))  # fmt: skip


def removed(engine) -> set[str]:
    search = database.table_of(SavedSearch).c
    with database.read(engine) as connection:
        return set(connection.execute(select(search.public_id).where(search.removed_at.is_not(None))).scalars())


def stopped(engine) -> bool:
    with database.read(engine) as connection:
        return connection.execute(select(database.table_of(Subscriber).c.stopped_at)).scalar() is not None


@pytest.mark.parametrize("address", ["/unsubscribe/{}", "/unsubscribe?token={}"])
def test_get_shows_a_form_and_changes_nothing(client, engine, key, person, address):
    before = state(engine)
    for search in ("s1", None):
        for method in ("get", "head"):
            response = getattr(client, method)(address.format(unsubscribe.sign(key, person, search)))
            assert response.status_code == 200
            assert response.headers["cache-control"] == "no-store"
    assert state(engine) == before
    text = client.get(address.format(unsubscribe.sign(key, person, "s1"))).text
    assert "Agents &lt;b&gt;EU&lt;/b&gt;" in text
    assert '<form method="post"' in text


@pytest.mark.parametrize("address", ["/unsubscribe/{}", "/unsubscribe?token={}"])
@pytest.mark.parametrize("body", [ONE_CLICK, {"confirm": "yes"}])
def test_one_click_post_stops_one_search_at_once_and_again_without_harm(client, engine, key, person, address, body):
    for _ in range(2):
        response = client.post(address.format(unsubscribe.sign(key, person, "s1")), data=body)
        assert response.status_code == 200  # no redirect, no login
        assert "are stopped" in response.text
        assert removed(engine) == {"s1"}
    assert not stopped(engine)


def test_post_stops_everything_where_the_token_says_so(client, engine, key, person):
    assert client.post("/unsubscribe/" + unsubscribe.sign(key, person), data=ONE_CLICK).status_code == 200
    assert stopped(engine)


def test_forged_cut_and_foreign_tokens_change_nothing(client, engine, key, person):
    before = state(engine)
    good = unsubscribe.sign(key, person, "s1")
    forged = [good[:-1], good + "A", unsubscribe.sign(b"another key", person), "", "x" * 5000, "%00", "é"]
    for token in forged:
        for address in (f"/unsubscribe/{token}", f"/unsubscribe?token={token}"):
            assert client.post(address, data=ONE_CLICK).status_code in (400, 404)
            assert client.get(address).status_code in (400, 404)
    assert state(engine) == before


def test_a_search_of_another_person_or_none_is_not_found(client, engine, key, person):
    before = state(engine)
    for token in (unsubscribe.sign(key, person + 1, "s1"), unsubscribe.sign(key, person, "nosuch"),
                  unsubscribe.sign(key, person + 1)):  # fmt: skip
        assert client.get("/unsubscribe/" + token).status_code == 404
        assert client.post("/unsubscribe/" + token, data=ONE_CLICK).status_code == 404
    assert state(engine) == before


def test_before_any_link_was_signed_no_token_is_good(client, engine):
    assert client.get("/unsubscribe/" + unsubscribe.sign(b"", 1)).status_code == 400
