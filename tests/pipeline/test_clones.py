"""One opening that its board lists once a place: one posting with many places, told once; and what is none."""

import pytest

from database import read, transaction
from models import Listing, PostingEvent, PostingPlace, RawPlace, RawPosting
from pipeline.ingest import merging, partners
from tests.pipeline.house import House, raw

WORDS = "<p>" + " ".join(f"You build agents with tool number {word}" for word in "abcdefghij") + " in {}.</p>"
TOWNS = ["Berlin, Germany", "Munich, Germany", "Paris, France", "Madrid, Spain", "Dublin, Ireland"]


def post(number: int, town: str, **changes: object) -> RawPosting:
    given = {"title": "AI Engineer", "description": WORDS.format(town), "places": [RawPlace(town)], **changes}
    return raw(number, **given)


def posts(towns: list[str], **changes: object) -> list[RawPosting]:
    return [post(number, town, **changes) for number, town in enumerate(towns, 1)]


def cities(house: House) -> list[list[str]]:
    return [[place["city"] for place in one["locations"]] for one in house.postings()]


IDS = [{}, {"requisition_id": "R-77"}, {"opening_id": "4001"}]


@pytest.mark.parametrize("ids", IDS, ids=["words", "requisition", "opening"])
def test_one_vacancy_once_a_place_is_one_posting_told_once(house: House, ids: dict) -> None:
    house.crawl(raw(90), raw(91))
    house.dispatched()
    house.crawl(raw(90), raw(91), *posts(TOWNS, **ids))
    assert house.waiting() == ["AI Engineer"]
    (posting,) = [one for one in house.postings() if len(one["listings"]) > 1]
    assert [place["city"] for place in posting["locations"]] == ["Berlin", "Munich", "Paris", "Madrid", "Dublin"]
    assert {row["country"] for row in house.rows(PostingPlace) if row["posting_id"] == 3} == {"DE", "FR", "ES", "IE"}
    assert house.last_crawl()["opened"] == 1


@pytest.mark.parametrize("ids", IDS, ids=["words", "requisition", "opening"])
def test_a_new_place_is_a_change_and_the_last_place_closes(house: House, ids: dict) -> None:
    house.crawl(*posts(TOWNS[:2], **ids), raw(90))
    house.dispatched()
    house.crawl(*posts(TOWNS[:3], **ids), raw(90))
    [change] = [row["changes"] for row in house.rows(PostingEvent) if row["kind"] == "changed"]
    assert [[place["city"] for place in side] for side in change["locations"]] == [
        ["Berlin", "Munich"], ["Berlin", "Munich", "Paris"],
    ]  # fmt: skip
    house.crawl(*posts(TOWNS[:3], **ids)[1:], raw(90))  # the first place goes, which spoke for all
    assert ["Munich", "Paris"] in cities(house)
    assert [[place["city"] for place in side] for side in house.rows(PostingEvent)[-1]["changes"]["locations"]] == [
        ["Berlin", "Munich", "Paris"], ["Munich", "Paris"],
    ]  # fmt: skip
    assert [kind for kind, _ in house.events()].count("closed") == 0
    house.crawl(*posts(TOWNS[:3], **ids)[2:], raw(90))
    house.crawl(raw(90))
    assert [kind for kind, _ in house.events()].count("closed") == 1
    house.crawl(*posts(TOWNS[:3], **ids)[2:], raw(90))
    assert [kind for kind, _ in house.events()].count("reopened") == 1
    assert len(house.postings()) == 2


def test_a_place_that_comes_over_several_pages_and_portions_is_no_news(house: House) -> None:
    house.page(*posts(TOWNS)[:2])
    house.page(*posts(TOWNS)[2:4])
    house.crawl(*posts(TOWNS))
    assert [kind for kind, _ in house.events()] == ["opened"]
    assert len(cities(house)[0]) == 5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"requisition_id": "R-1"}, {"requisition_id": "R-2"}),
        ({"opening_id": "1"}, {"opening_id": "2"}),
        ({"requisition_id": "R-1", "opening_id": "1"}, {"requisition_id": "R-1", "opening_id": "2"}),
        ({"requisition_id": "R-1"}, {}),
        ({"title": "Senior AI Engineer"}, {}),
        ({"title": "AI Engineer II"}, {}),
        ({"description": WORDS.format("Berlin") + "<p>Another team.</p>"}, {}),
        ({"description": "<p>Short.</p>"}, {"description": "<p>Short.</p>"}),
        ({"requisition_id": "R-1", "title": "Data Scientist"}, {"requisition_id": "R-1"}),
        ({"requisition_id": "TBD", "description": "<p>x</p>"}, {"requisition_id": "TBD"}),
        ({"places": [RawPlace("Munich, Germany")], "description": WORDS.format("Munich, Germany")}, {}),  # one place
    ],
)  # fmt: skip
def test_what_is_not_one_requisition_stays_two(house: House, one: dict, other: dict) -> None:
    house.crawl(post(1, "Berlin, Germany", **one), post(2, "Munich, Germany", **other))
    assert len(house.postings()) == 2


def test_the_place_in_a_title_does_not_part(house: House) -> None:
    house.crawl(post(1, "Berlin, Germany", title="AI Engineer - Berlin"), post(2, "Paris, France",
                title="AI Engineer (Paris)"), post(3, "Remote", title="AI Engineer, Remote"))  # fmt: skip
    (posting,) = house.postings()
    assert posting["workplace"] == "remote"
    assert [place["city"] for place in posting["locations"]] == ["Berlin", "Paris"]


def test_a_changed_place_of_a_post_is_a_change_of_the_whole(house: House) -> None:
    house.crawl(*posts(TOWNS[:2], requisition_id="R-1"))
    house.crawl(post(1, TOWNS[0], requisition_id="R-1"), post(2, "Vienna, Austria", requisition_id="R-1"))
    assert cities(house) == [["Berlin", "Vienna"]]
    assert [kind for kind, _ in house.events()] == ["opened", "changed"]
    house.crawl(post(1, TOWNS[0], requisition_id="R-1", title="AI Engineer (m/f/d)"),
                post(2, "Vienna, Austria", requisition_id="R-1"))  # fmt: skip
    assert [row["changes"].keys() for row in house.rows(PostingEvent)][2:] == [{"title"}]
    assert cities(house) == [["Berlin", "Vienna"]]


def test_a_like_ad_after_its_closing_is_a_repost(house: House) -> None:
    house.crawl(post(1, TOWNS[0]), raw(90))
    house.crawl(raw(90))
    house.crawl(post(7, TOWNS[0], posted="2026-05-04"), raw(90), hours=48)
    (posting,) = [one for one in house.postings() if one["title"] == "AI Engineer"]
    assert [kind for kind, _ in house.events()] == ["opened", "opened", "closed", "reopened"]
    assert str(posting["posted_at"].date()) == "2026-05-01"
    house.crawl(raw(90))
    house.crawl(post(8, TOWNS[0]), raw(90), hours=24 * 40)  # the words alone say nothing after so long
    assert len(house.postings()) == 3


def test_a_board_that_restamps_is_noted_once_a_week_and_makes_nothing_newer(house: House) -> None:
    house.crawl(raw(1, posted="2026-05-01"))
    for day in range(2, 30):
        house.crawl(raw(1, posted=f"2026-05-{day:02}"), hours=24)
    [row] = house.rows(Listing)
    assert row["restamps"] == 4
    assert str(house.postings()[0]["posted_at"].date()) == "2026-05-01"
    house.crawl(raw(1, posted="2026-05-30", title="AI Engineer and more"), hours=24)
    assert str(house.postings()[0]["posted_at"].date()) == "2026-05-01"
    assert [kind for kind, _ in house.events()] == ["opened", "changed"]


def test_a_place_that_a_person_takes_out_is_the_other_opening_s(house: House) -> None:
    house.crawl(*posts(TOWNS[:2]), raw(90))
    with transaction(house.engine) as connection:
        merging.split(connection, 2, "all", house.now)
    assert sorted(cities(house)) == [["Berlin"], ["Berlin"], ["Munich"]]


def test_of_a_title_listed_by_the_thousand_the_newest_posts_are_read(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partners, "MOST", 2)
    others = [raw(number, title="AI Engineer", description=f"You sell agents {number}. " * 40) for number in (7, 8, 9)]
    house.crawl(*others)
    for count in range(1, 5):
        house.crawl(*others, *posts(TOWNS[:count]))
    assert sorted(len(one["listings"]) for one in house.postings()) == [1, 1, 1, 4]
    with read(house.engine) as connection:
        names = {row["family"] for row in house.rows(Listing)}
        assert len(partners._posts(connection, house.task(), list(names), house.now)) == 2
