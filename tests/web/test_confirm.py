"""Confirming an address: looking changes nothing, posting acts."""

import pytest
from sqlalchemy import insert, select

import database
from alerts import optin
from models import Address, Secret, Subscriber
from tests.web.sample import NOW


@pytest.fixture
def token(engine) -> str:
    with database.transaction(engine) as connection:
        person = Subscriber(public_id="ann", name="Ann", created_at=NOW).model_dump(exclude={"id"})
        key = connection.execute(insert(database.table_of(Subscriber)).values(person)).inserted_primary_key[0]
        row = Address(subscriber_id=key, channel="email", address="ann@example.org", state="unconfirmed",
                      changed_at=NOW).model_dump(exclude={"id"})  # fmt: skip
        address = database.table_of(Address)
        made = connection.execute(insert(address).values(row).returning(address)).mappings().one()
        return optin.sign(database.secret_key(connection), made)


def state(engine) -> str:
    with database.read(engine) as connection:
        return connection.execute(select(database.table_of(Address).c.state)).scalar_one()


def test_looking_changes_nothing_and_the_button_acts(client, engine, token):
    for _ in range(20):
        for method in ("get", "head"):
            response = getattr(client, method)(f"/confirm/{token}")
            assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
    assert state(engine) == "unconfirmed"
    page = client.get(f"/confirm/{token}").text
    assert "ann@example.org" in page
    assert f'<form method="post" action="/confirm/{token}">' in page
    for _ in range(2):
        response = client.post(f"/confirm/{token}", data={"confirm": "yes"})
        assert response.status_code == 200
        assert "Confirmed" in response.text
        assert state(engine) == "active"


def test_a_link_that_was_changed_says_so(client, engine, token):
    for method in ("get", "post"):
        response = getattr(client, method)(f"/confirm/{token[:-2]}")
        assert response.status_code == 400
        assert "Nothing was changed" in response.text
    assert client.get(f"/confirm/{'x' * 800}").status_code == 400
    assert state(engine) == "unconfirmed"


def test_an_address_that_was_taken_away_is_not_found(client, engine, token):
    with database.transaction(engine) as connection:
        connection.execute(database.table_of(Address).delete())
    assert client.post(f"/confirm/{token}").status_code == 404


def test_before_any_link_was_signed_none_is_good_and_looking_makes_no_key(client, engine):
    row = {"id": 1, "channel": "email", "address": "ann@example.org"}
    for key in (b"", b"key"):
        assert client.get(f"/confirm/{optin.sign(key, row)}").status_code == 400
    with database.read(engine) as connection:
        assert connection.execute(select(database.table_of(Secret))).all() == []
