"""One opening on boards that link to no common address: found by what it says, in whatever order they come."""

import traceback
from dataclasses import replace

import pytest

import boards
from database import table_of, transaction
from models import Link, Listing, ListingFacts, ListingKey, PostingEvent, RawPlace, RawPosting
from pipeline import dedup
from pipeline.ingest import merging, standing
from pipeline.ingest.retag import retag
from settings import Settings
from tests.pipeline.house import House, raw

DUTIES = "<p>At Acme you build the retrieval that our agents stand on. {}</p>" * 4
WORDS = DUTIES.format(
    "You own the ranking service and its evaluation.", "You work with the research group in the same building.",
    "You bring years of search and a taste for plain code.", "We pay for books, trains and good chairs.",
)  # fmt: skip


def own(number: int = 1, **changes: object) -> RawPosting:
    return raw(number, **{"title": "Senior Retrieval Engineer", "description": WORDS, **changes})


def copy(number: int = 1, **changes: object) -> RawPosting:
    url = f"https://copycat.example/ads/{number}"
    given = {"title": "Senior Retrieval Engineer", "description": WORDS, "url": url, **changes}
    return raw(number, source="jsonld", board="copycat", native_id=f"x{number}", kind="aggregator", **given)


@pytest.mark.parametrize("order", [("acme", "copycat"), ("copycat", "acme")])
def test_a_copy_without_a_link_joins_whoever_came_first(house: House, order: tuple[str, str]) -> None:
    for board in order:
        house.crawl(own() if board == "acme" else copy(), raw(50, board=board, native_id="50"), board=board)
    (posting,) = [one for one in house.postings() if len(one["listings"]) == 2 and "Retrieval" in one["title"]]
    assert posting["url"] == own().url
    [link] = [row for row in house.rows(Link) if row["verdict"]]
    assert link["verdict"]["layer"] == "text"
    assert link["verdict"]["sentence"].startswith("One opening: ")
    opened = [row for row in house.rows(PostingEvent) if row["kind"] == "opened"]
    assert len(opened) == len(house.postings())


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Junior Retrieval Engineer"},
        {"places": [RawPlace("Lisbon, Portugal")]},
        {"title": "Payroll Clerk", "description": "<p>At Acme you keep the books of three companies.</p>" * 5},
        {"company": "Globex", "description": "<p>At Globex you search for oil in the sea, by ship.</p>" * 5},
    ],
    ids=["level", "place", "job", "employer"],
)
def test_what_differs_stays_two(house: House, changes: dict) -> None:
    house.crawl(own())
    house.crawl(copy(**changes), board="copycat")
    assert len(house.postings()) == 2


def listed(house: House) -> list[list[str]]:
    return sorted(sorted(each["native_id"] for each in one["listings"]) for one in house.postings())


def test_who_copies_an_opening_twice_tells_of_no_second_one(house: House) -> None:
    house.crawl(own())
    house.dispatched()
    house.crawl(copy(1), copy(2), board="copycat")
    house.crawl(copy(1), copy(2), copy(3), board="copycat")
    assert listed(house) == [["1", "x1", "x2", "x3"]]
    assert house.waiting() == []


@pytest.mark.parametrize("order", [("acme", "copycat"), ("copycat", "acme")])
@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "one by one"])
def test_two_openings_with_one_text_and_their_copies_stay_two(
    house: House, order: tuple[str, str], at_once: bool
) -> None:
    ads = {"acme": [own(1, requisition_id="R-1"), own(2, requisition_id="R-2")], "copycat": [copy(1), copy(2)]}
    for board in order:
        for count in (2,) if at_once else (1, 2):
            house.crawl(*ads[board][:count], board=board)
    assert listed(house) == [["1", "x1"], ["2", "x2"]]


def test_a_copy_belongs_to_the_opening_that_is_open(house: House) -> None:
    house.crawl(own(1, requisition_id="R-1"), raw(9))
    house.crawl(raw(9))
    house.crawl(own(2, requisition_id="R-2"), raw(9))
    house.crawl(copy(), board="copycat")
    assert ["2", "x1"] in listed(house)


def test_clones_follow_the_first_of_them_to_the_posting_it_joins(house: House) -> None:
    house.crawl(copy(), board="copycat")
    house.crawl(own(1, requisition_id="R-1"), own(2, requisition_id="R-1", places=[RawPlace("Paris, France")]))
    (posting,) = house.postings()
    assert len(posting["listings"]) == 3
    assert [place["city"] for place in posting["locations"]] == ["Berlin", "Paris"]


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "one by one"])
def test_clones_are_one_posting_though_their_copies_stand_under_two(house: House, at_once: bool) -> None:
    paris = {"places": [RawPlace("Paris, France")]}
    house.crawl(copy(1), copy(2, description=WORDS + "<p>Found by our editors.</p>", **paris), board="copycat")
    assert len(listed(house)) == 2
    posts = [own(1, requisition_id="R-1"), own(2, requisition_id="R-1", **paris)]
    for count in (2,) if at_once else (1, 2):
        house.crawl(*posts[:count])
    assert listed(house) == [["1", "2", "x1"], ["x2"]]


def test_the_employers_listing_unites_two_copies(house: House) -> None:
    mirror = [{"source": "jsonld", "board": "mirror", "company": "Mirror", "url": "https://mirror.example/"}]
    with transaction(house.engine) as connection:
        boards.sync(connection, Settings.model_validate({"boards": mirror}).boards)
    house.crawl(copy(1, description="<p>Short.</p>"), board="copycat")
    elsewhere = copy(2, title="Retrieval Engineer, Senior", url="https://mirror.example/ads/2")
    house.crawl(replace(elsewhere, board="mirror"), board="mirror")
    before = len(house.postings())
    house.crawl(own(url="https://copycat.example/ads/1"))
    assert before == 2
    assert len(house.postings()) == 1


def test_what_is_compared_is_kept_up_to_date(house: House) -> None:
    house.crawl(own(), raw(2))
    facts, keys = house.rows(ListingFacts), house.rows(ListingKey)
    assert {row["listing_id"] for row in keys} == {row["listing_id"] for row in facts} == {1, 2}
    house.crawl(own(title="Payroll Clerk"), raw(2))
    assert house.rows(ListingFacts)[0]["facts"] != facts[0]["facts"]
    assert {row["key"] for row in house.rows(ListingKey)} != {row["key"] for row in keys}


def test_what_is_of_no_interest_is_not_compared(house: House) -> None:
    house.settings.pipeline.keep = "ai"
    house.crawl(own(title="Account Executive", description="<p>You sell insurance to shops, every day.</p>" * 5))
    assert house.rows(ListingFacts) == house.rows(ListingKey) == []


def test_retag_lets_what_is_new_meet_what_was_stored_before(house: House) -> None:
    house.crawl(own(requisition_id="R-1"))
    with transaction(house.engine) as connection:  # as an older version left it
        for model in (ListingFacts, ListingKey):
            connection.execute(table_of(model).delete())
        connection.execute(table_of(Listing).update().values(family=""))
    list(retag(house.engine, "all", is_all=True))
    house.crawl(copy(), board="copycat")
    house.crawl(own(requisition_id="R-1"), own(2, requisition_id="R-1", places=[RawPlace("Paris, France")]))
    (posting,) = house.postings()
    assert len(posting["listings"]) == 3


def forget_what_was_compared(house: House) -> None:
    """As an older version left it, or before anything was compared."""
    with transaction(house.engine) as connection:
        for model in (ListingFacts, ListingKey):
            connection.execute(table_of(model).delete())


def found(house: House) -> list[str]:
    return [row["title"] for batch in standing.find(house.engine, "all", house.now) for row in batch.merged]


def test_what_stands_already_is_compared_when_asked_for(house: House) -> None:
    for number, board, one in ((1, "copycat", copy()), (2, "acme", own())):
        house.crawl(one, raw(50 + number, board=board, native_id=f"5{number}"), board=board)
        forget_what_was_compared(house)
    assert len(house.postings()) == 4
    events = len(house.events())
    house.dispatched()
    assert found(house) == ["Senior Retrieval Engineer"]
    assert found(house) == []
    (posting,) = [one for one in house.postings() if len(one["listings"]) == 2]
    assert posting["url"] == own().url
    assert house.waiting() == []
    assert len(house.events()) == events
    with transaction(house.engine) as connection:
        came = next(row["id"] for row in house.rows(Listing) if row["native_id"] == "1")
        merging.split(connection, came, "all", house.now)
    forget_what_was_compared(house)
    assert found(house) == []  # a person said that they are two


def test_what_stands_apart_on_one_board_stays_apart(house: House) -> None:
    house.crawl(own(1), own(2))
    house.crawl(
        copy(1, url=own(1).url), copy(2, title="Retrieval Tester", url="https://copycat.example/2"), board="copycat"
    )
    assert found(house) == []
    assert len(house.postings()) == 3


def test_what_a_listing_is_stays_known_when_it_is_read_again(house: House) -> None:
    house.crawl(copy(url=own().url, canonical_url="https://boards.greenhouse.io/acme/jobs/1"), board="copycat")
    before = house.rows(ListingFacts)
    list(retag(house.engine, "all", is_all=True))
    assert house.rows(ListingFacts) == before


def test_new_listings_are_compared_before_the_transaction(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.crawl(own())
    inside: list[bool] = []
    compare = dedup.compare

    def noting(*given: object) -> dedup.Judgement:
        inside.append(any(one.name == "store_new" for one in traceback.extract_stack()))
        return compare(*given)

    monkeypatch.setattr(dedup, "compare", noting)
    house.crawl(copy(), board="copycat")
    assert inside
    assert not any(inside)
    assert len(house.postings()) == 1
