"""A field that all ads of a board lose at once: what was said stands until crawl after crawl, or a person, says so."""

import pytest

import boards
from database import transaction
from models import RawPay, RawPlace
from tests.pipeline.house import House, many, raw

PAY = [RawPay("100000", "120000", "USD", "year")]
SAID = {"pay": PAY, "employment_type": "FullTime", "workplace": "hybrid", "places": [RawPlace("Berlin, Germany")]}
UNSAID = {"pay": [], "employment_type": "", "workplace": "", "places": []}
SHOWN = ("salary", "employment_type", "workplace", "locations")


def shown(house: House) -> list[dict]:
    return [{name: posting[name] for name in SHOWN} for posting in house.postings()]


def signals(house: House) -> list[str]:
    return [one["words"] for posting in house.postings() for one in posting["signals"] if one["signal"] == "unsaid"]


@pytest.mark.parametrize("lost", [[name] for name in UNSAID] + [list(UNSAID)], ids="+".join)
def test_what_all_ads_lose_at_once_stands_as_it_was(house: House, lost: list[str]) -> None:
    house.crawl(*many(range(6), **SAID))
    before = shown(house)
    for _ in range(2):
        house.crawl(*many(range(6), **SAID | {name: UNSAID[name] for name in lost}))
        assert shown(house) == before
    assert {kind for kind, _ in house.events()} == {"opened"}
    assert set(house.board()["health"]["kept"]) == set(lost)
    assert "what was said before stands" in house.board()["alarm"]
    assert len(signals(house)) == 6
    assert "since 4 May 2026; what is shown was said before" in signals(house)[0]
    house.crawl(*many(range(6), **SAID))
    assert (house.board()["health"]["kept"], house.board()["alarm"], signals(house)) == ({}, "", [])


def test_three_crawls_over_a_day_are_believed(house: House) -> None:
    house.crawl(*many(range(6), **SAID))
    for hours in (1, 12, 12):
        house.crawl(*many(range(6), **SAID | {"pay": []}), hours=hours)
        assert all(posting["salary"] for posting in house.postings())
    house.crawl(*many(range(6), **SAID | {"pay": []}))
    assert [posting["salary"] for posting in house.postings()] == [None] * 6
    assert signals(house) == []
    house.crawl(*many(range(6), **SAID))
    assert house.board()["health"]["kept"] == {}
    house.crawl(*many(range(6), **SAID | {"pay": []}))
    assert all(posting["salary"] for posting in house.postings())  # it falls anew


def test_a_person_believes_at_once(house: House) -> None:
    house.crawl(*many(range(6), **SAID))
    house.crawl(*many(range(6), **SAID | {"pay": []}))
    with transaction(house.engine) as connection:
        boards.believe(connection, [house.board()["id"]])
    assert house.board()["alarm"] == ""
    house.crawl(*many(range(6), **SAID | {"pay": []}))
    assert [posting["salary"] for posting in house.postings()] == [None] * 6
    assert house.board()["alarm"] == ""


def test_an_edit_of_some_ads_is_an_edit(house: House) -> None:
    """As long as one ad still says it, or few ever did."""
    house.crawl(*many(range(6), **SAID))
    house.crawl(*many(range(5), **SAID | {"pay": []}), raw(5, **SAID))
    assert [bool(posting["salary"]) for posting in house.postings()].count(True) == 1
    house.crawl(*many(range(5), **SAID | {"pay": []}), raw(5, **SAID | {"pay": []}))
    assert [posting["salary"] for posting in house.postings()] == [None] * 6
    assert house.board()["health"]["kept"] == {}


def test_what_changes_beside_is_stored_and_told(house: House) -> None:
    house.crawl(*many(range(6), **SAID))
    changed = [raw(number, **SAID | {"pay": [], "title": f"Staff AI Engineer {number}"}) for number in range(6)]
    house.crawl(*changed, raw(7, **SAID | {"pay": []}))
    titles = {posting["title"]: bool(posting["salary"]) for posting in house.postings()}
    assert titles == {f"Staff AI Engineer {number}": True for number in range(6)} | {"AI Engineer 7": False}
    assert sorted(kind for kind, _ in house.events()) == ["changed"] * 6 + ["opened"] * 7
    assert len(signals(house)) == 6  # what came later never said it


def test_a_known_ad_that_turns_to_poison_costs_only_itself(house: House) -> None:
    house.crawl(*many(range(6), **SAID))
    house.crawl(*many(range(5), **SAID | {"title": "Staff AI Engineer"}), raw(5, **SAID | {"places": [None]}))
    assert (house.last_crawl()["verdict"], house.last_crawl()["skipped"]) == ("ok", 1)
    assert [posting["title"] for posting in house.postings()].count("Staff AI Engineer") == 5


def test_an_ad_alone_on_its_page_keeps_what_the_board_keeps(house: House) -> None:
    """A board whose ads are read one by one: once the fall is seen, it holds for the next ad too."""
    house.crawl(*many(range(6), **SAID))
    house.crawl(*many(range(5), **SAID | {"pay": []}), hours=1)
    house.crawl(raw(5, **SAID | {"pay": [], "title": "Staff AI Engineer"}), hours=1)
    assert [bool(posting["salary"]) for posting in house.postings()] == [True] * 6
