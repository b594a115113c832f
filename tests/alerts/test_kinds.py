"""Each search its own kinds of events: what changed, what is new or not, and a digest though nothing happened."""

from datetime import UTC, datetime

import pytest

from alerts import searches
from alerts.kinds import WORDS, asks, read_kinds, tells_openings
from alerts.searches import SubscriberError
from database import transaction

PAY, PLACE = {"salary_max": [None, 120_000]}, {"locations": [[], [{"city": "Paris"}]]}


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ([], []), (["changed", "closed", "changed"], ["changed", "closed"]), ([" Changed:Salary "], ["changed:salary"]),
        (["changed:salary", "changed"], ["changed"]), (["-opened", "closed"], ["-opened", "closed"]),
        (list(WORDS), None),
    ],
)  # fmt: skip
def test_words_are_read(words, read):
    assert read is None or read_kinds(words) == read
    assert all(word in WORDS for word in read_kinds(words))


@pytest.mark.parametrize(
    ("words", "why"), [(["open"], "'open'"), (["changed:pay"], "changed:salary"), (["-opened"], "alone")]
)
def test_other_words_are_errors(words, why, world):
    ada = world.person(email="ada@example.org")
    with transaction(world.engine) as connection, pytest.raises(SubscriberError, match=why):
        searches.add_search(connection, ada, "rag", world.now, events=words)


@pytest.mark.parametrize(
    ("events", "kind", "changes", "told"),
    [
        ({"changed"}, "changed", PLACE, True), ({"changed:salary"}, "changed", PAY, True),
        ({"changed:salary"}, "changed", PLACE, False), ({"changed:place", "closed"}, "changed", PAY | PLACE, True),
        ({"changed:salary"}, "closed", {}, False), ({"closed"}, "closed", None, True), (set(), "changed", PAY, False),
    ],
)  # fmt: skip
def test_a_search_asks_for_some_changes_only(events, kind, changes, told):
    assert asks(events, kind, changes) is told


def test_what_is_new_is_told_unless_it_is_left_out():
    assert tells_openings(None)
    assert tells_openings(["closed"])
    assert not tells_openings(["-opened", "closed"])


async def test_a_search_of_changes_alone_tells_of_nothing_new(world, mail):
    ada = world.person(email="ada@example.org")
    world.open("Engineer that was open before")
    world.search(ada, events=["-opened", "changed:salary"])
    key = world.open("Engineer")[0]
    await world.deliver(minutes=1)
    await world.deliver(minutes=11)
    world.happen(key, "changed", PLACE)
    world.dispatch()
    world.happen(key, "changed", PAY, salary_max=120_000, salary_currency="USD", salary_period="year")
    await world.deliver(minutes=1)
    await world.deliver(minutes=1)
    assert [one.message["Subject"] for one in mail.arrived] == ["Changed: Engineer at Acme"]
    assert "salary added" in mail.arrived[0].part("plain")


async def test_a_digest_goes_out_though_nothing_happened_where_it_is_asked_for(world, mail):
    world.now = datetime(2026, 11, 19, 7, tzinfo=UTC)
    ada, bob = world.person(email="ada@example.org"), world.person("Bob", email="bob@example.org")
    world.search(ada, "title:quokka", name="rare", cadence="daily", is_always=True)
    world.search(ada, "title:wombat", name="rarer", cadence="daily", is_always=True)
    world.search(bob, "title:quokka", cadence="daily")
    await world.deliver(minutes=59)
    assert mail.arrived == []
    world.open("Plumber")
    await world.deliver(minutes=2)
    assert (await world.deliver(minutes=1)).sent == 0  # once a period, for all searches of it
    assert [(one.recipients, one.message["Subject"]) for one in mail.arrived] == [
        (["ada@example.org"], "Nothing new since 18 November – rare")
    ]
    assert "1 posting came in and were looked at" in mail.arrived[0].part("plain")
    assert mail.arrived[0].message["List-Unsubscribe"]
    world.open("Quokka engineer")
    world.dispatch()
    await world.deliver(days=1)
    assert [one.message["Subject"] for one in mail.arrived if one.recipients == ["ada@example.org"]][1:] == [
        "1 new – rare"
    ]
    await world.deliver(days=3)
    assert len([one for one in mail.arrived if one.recipients == ["ada@example.org"]]) == 3  # late, and one of them


async def test_a_change_that_was_taken_back_before_its_digest_hides_none_after_it(world, mail):
    world.now = datetime(2026, 11, 19, 7, tzinfo=UTC)
    world.search(world.person(email="ada@example.org"), events=["-opened", "changed:salary"], cadence="daily")
    key = world.open("Engineer")[0]
    world.dispatch()
    for pair in ([None, 120_000], [120_000, None]):
        world.happen(key, "changed", {"salary_max": pair}, salary_max=pair[1])
        world.dispatch()
    await world.deliver(days=1)
    assert mail.arrived == []
    world.happen(key, "changed", PAY, salary_max=120_000, salary_currency="USD", salary_period="year")
    world.dispatch()
    await world.deliver(days=1)
    assert [one.message["Subject"].partition(" –")[0] for one in mail.arrived] == ["1 changed"]
