"""An address is asked before anything goes to it, once, and says yes by a link or a code."""

import re
from datetime import timedelta

import pytest

from alerts import optin
from alerts.searches import SubscriberError
from database import transaction
from models import Address, Delivery
from settings import WebSettings

MAIL = "ada@example.org"


def propose(world, person: int, address: str = MAIL) -> str:
    with transaction(world.engine) as connection:
        return optin.propose(connection, world.settings, person, "email", address, world.now)


def link_in(mail) -> str:
    return re.search(r"/confirm/(\S+)", mail.arrived[0].part("plain")).group(1)


def confirm(world, token: str) -> bool:
    with transaction(world.engine) as connection:
        key = optin.secret_key(connection)
        return optin.confirm(connection, optin.read(key, token), world.now)


async def test_nothing_else_goes_to_an_address_before_it_is_confirmed(world, api, mail):
    world.settings.web = WebSettings(public_url="https://jobs.example.org")
    ada = world.person(telegram="7")
    world.search(ada, channels=["telegram"])
    assert propose(world, ada, f" {MAIL} ") == MAIL
    world.open()
    await world.deliver(minutes=1)
    await world.deliver(minutes=1)
    assert [one.message["Subject"] for one in mail.arrived] == ["rolewire: Do you want job alerts at this address?"]
    assert mail.arrived[0].message["List-Id"] is None
    assert f'href="https://jobs.example.org/confirm/{link_in(mail)}"' in mail.arrived[0].part("html")
    assert confirm(world, link_in(mail))
    assert confirm(world, link_in(mail))  # twice does no harm
    row = next(row for row in world.rows(Address) if row["channel"] == "email")
    assert (row["state"], row["agreed_by"], row["agreed_at"]) == ("active", "confirmed by its link", world.now)
    world.search(ada, "title:ml", channels=["email"], name="by mail")
    world.open()
    world.dispatch()
    await world.deliver(minutes=1)
    assert len(mail.arrived) == 2


async def test_an_address_is_asked_once_in_ten_minutes(world, mail):
    world.settings.web = WebSettings(public_url="https://jobs.example.org")
    ada = world.person(telegram="7")
    for _ in range(5):
        propose(world, ada)
    await world.deliver(seconds=1)
    assert len(mail.arrived) == 1
    world.pass_time(minutes=10)
    propose(world, ada)
    await world.deliver(seconds=1)
    assert len(mail.arrived) == 2


async def test_whoever_asks_for_the_address_of_another_learns_and_sends_nothing(world, mail):
    world.person("Bob", email=MAIL)
    ada = world.person(telegram="7")
    assert propose(world, ada) == MAIL
    await world.deliver(seconds=1)
    assert mail.arrived == []
    assert [row["subscriber_id"] for row in world.rows(Address) if row["channel"] == "email"] != [ada]


async def test_without_a_public_page_a_code_confirms(world, mail):
    world.settings.web = WebSettings(public_url="")
    ada, bob = world.person(telegram="7"), world.person("Bob", telegram="8")
    propose(world, ada)
    await world.deliver(seconds=1)
    code = re.search(r"/email (\d{8})\b", mail.arrived[0].part("plain")).group(1)
    with transaction(world.engine) as connection:
        for who, given in ((bob, code), (ada, "00000000"), (ada, "")):
            with pytest.raises(optin.ConfirmationError, match="no address of yours"):
                optin.confirm_code(connection, who, given, world.now)
        assert optin.confirm_code(connection, ada, code, world.now) == MAIL


async def test_what_was_meant_for_the_address_meanwhile_is_told_once_it_is_confirmed(world, api, mail):
    world.settings.web = WebSettings(public_url="https://jobs.example.org")
    ada = world.person(telegram="7", email="old@example.org")
    world.search(ada, channels=["email"])
    with transaction(world.engine) as connection:
        optin.propose(connection, world.settings, ada, "email", MAIL, world.now)
    world.open()
    await world.deliver(minutes=1)
    await world.deliver(minutes=1)
    asked = next(one for one in mail.arrived if one.recipients == [MAIL])
    assert confirm(world, re.search(r"/confirm/(\S+)", asked.part("plain")).group(1))
    await world.deliver(minutes=1)
    await world.deliver(minutes=11)
    assert [one.message["Subject"] for one in mail.arrived if one.recipients == [MAIL]][1:] != []
    assert not [row for row in world.rows(Delivery) if row["state"] == "pending"]


def test_an_old_a_changed_and_a_foreign_link_confirm_nothing(world):
    ada = world.person(telegram="7")
    propose(world, ada)
    row = next(row for row in world.rows(Address) if row["channel"] == "email")
    with transaction(world.engine) as connection:
        key = optin.secret_key(connection)
        assert not optin.confirm(connection, optin.Meant(row["id"], "eve@example.org"), world.now)
    token = optin.sign(key, row)
    for wrong in (token[:-1], token[1:], "", "x" * 600):
        with pytest.raises(optin.ConfirmationError, match="incomplete or was changed"):
            optin.read(key, wrong)
    assert optin.read(key, token).address == MAIL


def test_a_link_ends_after_a_week(world, monkeypatch):
    ada = world.person(telegram="7")
    propose(world, ada)
    row = next(row for row in world.rows(Address) if row["channel"] == "email")
    monkeypatch.setattr(optin, "VALID", timedelta(seconds=-1))
    with pytest.raises(optin.ConfirmationError, match="ask for a new one"):
        optin.read(b"key", optin.sign(b"key", row))


@pytest.mark.parametrize("address", ["", "ada", "ada@localhost", "a b@example.org", "ada@example.org\r\nBcc: x@y.org"])
def test_what_is_no_address_is_refused(world, address):
    with pytest.raises(SubscriberError, match="not an e-mail address"):
        propose(world, world.person(telegram="7"), address)


def test_nobody_makes_us_ask_many_addresses(world):
    ada = world.person(telegram="7")
    for number in range(optin.MOST_ASKED):
        propose(world, ada, f"a{number}@example.org")
    with pytest.raises(SubscriberError, match="confirm one of them first"):
        propose(world, ada, "one.more@example.org")
