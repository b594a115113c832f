"""Which posting a person means: every link by which it is known, its id, and its number in the last message."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from alerts.channels.chat import chat_html
from alerts.naming import NONE, OR_NUMBER, read_name
from alerts.render import Page, ShownRow, ShownSearch, text
from database import table_of, transaction
from models import Listing, Mute
from tests.alerts.conftest import ADA

ASHBY = "https://jobs.ashbyhq.com/acme/cb5d588c-5637-423a-968b-bf637ee2caf9"
FEED = "https://ads.example.net/view/77?utm_source=rolewire"


@pytest.fixture
def known(world, api, phone):
    """Two postings: of an employer's board, and of a site that leads on to the employer's own form."""
    api.chats.known.add(ADA)
    first, second = world.open("ML Engineer"), world.open("Data Engineer")
    table = table_of(Listing)
    values = (
        {"url": ASHBY, "canonical_url": read_name(ASHBY).canonical[0]},
        {"url": FEED, "canonical_url": read_name(FEED).canonical[0], "apply_url": "https://acme.example/apply?job=9"},
    )
    with transaction(world.engine) as connection:
        for key, row in zip((*first, *second), values, strict=True):
            connection.execute(update(table).where(table.c.native_id == str(key)).values(row))


NAMES = [
    (ASHBY, "ML"), (f"{ASHBY}/application?utm_source=x&src=LinkedIn", "ML"), (f"<{ASHBY}>.", "ML"),
    (ASHBY.removeprefix("https://"), "ML"), ("greenhouse/acme/1", "ML"), ("p1", "ML"), ("postings/p1/", "ML"),
    ("https://jobs.example.org/postings/p1?utm_source=mail#top", "ML"),
    ("http://other.test/postings/p1/why?q=rag", "ML"),
    ("https://ads.example.net/view/77", "Data"), ("https://ads.example.net/view/77?ref=y#apply", "Data"),
    ("https://acme.example/apply?job=9", "Data"),
]  # fmt: skip


async def test_a_posting_is_known_by_every_link_of_it(world, phone, known):
    phone.write("search", "title:engineer")
    for name, title in NAMES:
        assert phone.write("why", f"{name} 1").startswith(f"{title} Engineer – Acme matches"), name
    assert phone.write("not", f"{ASHBY} level").startswith("With ")
    assert phone.write("mute", f"{ASHBY}?utm_medium=chat").startswith("Muted: ML Engineer.")
    assert phone.write("unmute", ASHBY) == "Not muted any more: ML Engineer. What comes from now on is told."
    assert world.rows(Mute) == []


async def test_what_is_not_understood_is_answered_with_what_can_be_sent(world, phone, known):
    phone.write("search", "title:engineer")
    for name, said in (
        ("nowhere", f"{NONE}. {OR_NUMBER}"),
        ("https://jobs.ashbyhq.com/acme/00000000-0000-4000-8000-000000000000", "no board that is watched"),
        ("https://jobs.example.org/postings/zz9", "nothing has the id zz9"),
        ("https://jobs.ashbyhq.com/acme", "names a list or a site"), ("https://[", "names a list or a site"),
        ("2", "No message of mine here tells of postings yet, so 2 names none."),
    ):  # fmt: skip
        for command in ("why", "mute"):
            assert said in phone.write(command, name), (command, name)


async def test_a_number_is_the_one_in_the_last_message(world, phone, known):
    phone.write("search", "title:engineer")
    await world.deliver()
    await world.deliver(minutes=15)
    shown = [row for row in world.messages() if row["state"] == "sent"]
    assert len(shown) == 1
    firsts = [phone.write("why", f"{number} 1").split(" Engineer")[0] for number in ("1", "#2", "2.")]
    assert sorted(set(firsts)) == ["Data", "ML"]
    assert firsts[1] == firsts[2]
    assert phone.write("why", "3") == f"My last message tells of the postings 1 to 2. {OR_NUMBER}"
    assert phone.write("mute", "2").startswith(f"Muted: {firsts[1]} Engineer.")
    world.open("Staff Engineer")
    await world.deliver()
    await world.deliver(minutes=15)
    assert phone.write("why", "1").startswith("Staff Engineer – Acme matches")
    assert "tells of one posting, 1." in phone.write("why", "2")
    phone.chat = 43
    assert "No message of mine here" in phone.write("why", "1 rag")


async def test_what_a_message_has_no_room_for_is_shown_by_a_command(world, phone):
    world.settings.web.public_url = ""
    phone.write("search", "title:engineer")
    assert phone.write("open", "") == "0 postings open now: title:engineer"
    world.open("ML Engineer", count=12)
    shown = phone.write("open", "1").splitlines()
    assert shown[0] == "12 postings open now: title:engineer"
    assert shown[1:3] == ["1. ML Engineer – Acme", "https://boards.example.com/acme/12"]
    assert shown[-1] == "2 more: /open 1 2"
    assert [line[:3] for line in phone.write("open", "1 2").splitlines()[1::2]] == ["11.", "12."]
    assert "Give the number that the search has in /list, 1" in phone.write("open", "7")
    page = Page("45 new", rows=[ShownRow("ML Engineer")], more=44, to="42")
    assert "… and 44 more: /open shows all that is open" in chat_html(page)
    assert chat_html(replace(page, to="@jobs")).endswith("… and 44 more")
    assert "… and 44 more: `rolewire search` shows" in text(replace(page, searches=[ShownSearch("", "rag")]))
