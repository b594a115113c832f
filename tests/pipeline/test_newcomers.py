"""The guard around what comes new: reused boards, re-issued ids, and what a crash in between leaves."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

import database
from database import read, table_of
from models import BoardEnd, Crawl, Link, Listing, Newcomer, PostingEvent, PostingPlace, RawPlace, Redirect, Verdict
from tests.pipeline.house import House, many, raw

FOREIGN = "<p>At Globex you sell insurance to shops.</p>"


def others(numbers: range) -> list:
    return [raw(number, title=f"Office Manager {number}", description=FOREIGN) for number in numbers]


def titles_open(house: House) -> set[str]:
    return {posting["title"] for posting in house.postings() if not posting["closed_at"]}


def test_board_that_lists_only_others_closes_nothing_and_tells_nobody(house: House) -> None:
    house.crawl(*many(range(10)))
    house.dispatched()
    house.crawl(*others(range(100, 110)))
    assert house.last_crawl() | {"verdict": "suspect", "closed": 0} == house.last_crawl()
    assert house.waiting() == []


def test_board_of_which_most_is_exchanged_closes_nothing_and_tells_nobody(house: House) -> None:
    house.crawl(*many(range(100)))
    house.dispatched()
    house.crawl(*many(range(40)), *others(range(100, 160)))
    assert house.last_crawl() | {"verdict": "suspect", "closed": 0, "found": 100} == house.last_crawl()
    assert house.waiting() == []


def test_what_waited_is_told_once_the_board_is_well_again(house: House) -> None:
    old = many(range(10))
    house.crawl(*old)
    house.dispatched()
    house.crawl(*others(range(100, 110)))
    house.crawl(*old, *others(range(100, 102)))
    assert house.last_crawl()["verdict"] == "ok"
    assert house.waiting("opened") == ["Office Manager 100", "Office Manager 101"]  # the other eight were gone before
    assert len([posting for posting in house.postings() if posting["closed_at"]]) == 8
    assert house.count(Newcomer) == 0


def test_board_that_was_taken_over_is_believed_after_a_day_but_not_told(house: House) -> None:
    house.crawl(*many(range(10)))
    house.dispatched()
    for hours in (1, 12, 13):
        house.crawl(*others(range(100, 110)), hours=hours)
    assert house.last_crawl() | {"verdict": "suspect", "closed": 10} == house.last_crawl()
    assert "told to nobody" in house.last_crawl()["reason"]
    house.dispatched()  # what closed
    house.crawl(*others(range(100, 111)))
    assert house.waiting() == ["Office Manager 110"]  # from now on the board is whoever it is


def test_board_that_speaks_for_the_same_employer_is_told_as_baseline(house: House) -> None:
    house.crawl(*many(range(10)))
    house.dispatched()
    new = [raw(number, title=f"Office Manager {number}", description="<p>Acme grows.</p>") for number in range(50, 60)]
    for hours in (1, 12, 13):
        house.crawl(*new, hours=hours)
    opened = [is_baseline for kind, is_baseline in house.events() if kind == "opened"]
    assert opened == [True] * 20
    assert sum(title.startswith("Office") for title in house.waiting()) == 10


def test_part_that_is_left_vouches_for_what_came_new(house: House) -> None:
    house.crawl(*many(range(100)))
    house.dispatched()
    house.crawl(*many(range(40)), raw(200, title="Office Manager"))
    assert house.last_crawl()["verdict"] == "suspect"
    assert house.waiting() == ["Office Manager"]


def test_crash_between_page_and_end_loses_no_event(house: House) -> None:
    house.crawl(*many(range(10)))
    house.dispatched()
    house.page(*many(range(12)))
    assert house.waiting() == []
    house.crawl(*many(range(12)))
    assert house.waiting() == ["AI Engineer 10", "AI Engineer 11"]


def test_crash_between_page_and_end_does_not_make_a_reused_board_believed(house: House) -> None:
    house.crawl(*many(range(10)))
    house.dispatched()
    house.page(*others(range(100, 110)))
    house.crawl(*others(range(100, 110)))
    assert house.last_crawl() | {"verdict": "suspect", "closed": 0} == house.last_crawl()
    assert house.waiting() == []


@pytest.mark.parametrize("verdict", [Verdict.ERROR, Verdict.TRUNCATED, Verdict.PARTIAL])
def test_crawl_that_was_cut_short_tells_what_it_found(house: House, verdict: Verdict) -> None:
    house.crawl(*many(range(10)))
    house.dispatched()
    house.crawl(*many(range(4)), raw(50), verdict=verdict)
    assert house.waiting() == ["AI Engineer 50"]


def test_what_waits_is_not_told_by_a_change_of_it(house: House) -> None:
    house.crawl(*many(range(10)))
    house.dispatched()
    house.crawl(*many(range(100, 110)))
    house.crawl(*many(range(100, 110), title="Senior AI Engineer"))
    assert house.last_crawl()["verdict"] == "suspect"
    assert house.waiting() == []
    house.crawl(*many(range(10)), *many(range(100, 110), title="Senior AI Engineer"))
    assert house.waiting() == ["Senior AI Engineer"] * 10


def test_board_that_is_cut_short_over_and_over_keeps_no_event_back_for_ever(house: House) -> None:
    house.crawl(*many(range(10)))
    house.dispatched()
    for _ in range(3):
        house.crawl(*many(range(6, 10)), *many(range(50, 56)), verdict=Verdict.TRUNCATED)
        assert house.waiting() == []
    house.crawl(*many(range(6, 10)), *many(range(50, 56)), verdict=Verdict.TRUNCATED)
    assert len(house.waiting()) == 6
    for _ in range(9):  # of which nothing that was known is left, nobody vouches for
        house.crawl(*many(range(200, 220)), verdict=Verdict.TRUNCATED)
    assert len(house.waiting()) == 6


def test_board_that_ends_unread_over_and_over_keeps_no_event_back_for_ever(house: House) -> None:
    house.crawl(*many(range(10)))
    house.dispatched()
    house.page(raw(50))
    for _ in range(3):
        house.crawl(verdict=Verdict.ERROR)
        assert house.waiting() == []
    house.crawl(verdict=Verdict.ERROR)
    assert house.waiting() == ["AI Engineer 50"]


# --- re-issued ids -------------------------------------------------------------------------------------------------


def reissued(postings: list, offset: int = 1000, **changes: object) -> list:
    return [
        replace(one, native_id=str(int(one.native_id) + offset), url=f"{one.url}{offset}", **changes)
        for one in postings
    ]


def test_ids_exchanged_for_others_alert_nobody(house: House) -> None:
    old = many(range(20))
    house.crawl(*old)
    before, events = {posting["id"] for posting in house.postings()}, house.events()
    house.dispatched()
    house.crawl(*reissued(old))
    assert house.count(Crawl) == house.board()["repeats"] == 1  # nothing was found that was not there before
    assert {posting["id"] for posting in house.postings()} == before
    assert all(posting["closed_at"] is None and "1000" in posting["url"] for posting in house.postings())
    assert house.events() == events
    assert house.waiting() == []


def test_repost_is_a_listing_of_the_same_posting(house: House) -> None:
    house.crawl(raw(1), raw(2))
    house.crawl(*reissued([raw(1)]), raw(2))
    with read(house.engine) as connection:
        (posting,) = [one for one in house.postings() if len(one["listings"]) == 2]
        reasons = [one["reason"] for one in database.listings_of(connection, [1])[1]]
        redirects = connection.execute(select(table_of(Redirect).c.public_id)).scalars().all()
        assert [database.posting_id(connection, public_id) for public_id in redirects] == [1]
    assert reasons == ["first listing", "reposted"]
    assert [bool(one["closed_at"]) for one in posting["listings"]] == [True, False]
    assert posting["locations"][0]["city"] == "Berlin"
    assert len([row for row in house.rows(PostingPlace) if row["posting_id"] == 1]) == 1


def test_repost_that_moves_again_and_closes_is_one_posting(house: House) -> None:
    house.crawl(raw(1), raw(2))
    house.crawl(*reissued([raw(1)]), raw(2))
    house.crawl(*reissued([raw(1)], 2000), raw(2))
    house.crawl(raw(2))
    house.crawl(*reissued([raw(1)], 2000), raw(2))
    assert [kind for kind, _ in house.events()] == ["opened", "opened", "closed", "reopened"]
    assert len(house.postings()) == 2


@pytest.mark.parametrize("name", ["requisition_id", "opening_id"])
def test_another_requisition_in_the_same_words_is_another_opening(house: House, name: str) -> None:
    house.crawl(raw(1, **{name: "R-7"}), raw(2))
    house.dispatched()
    house.crawl(*reissued([raw(1)], **{name: "R-8"}), raw(2))
    assert house.waiting() == ["AI Engineer 1", "AI Engineer 1"]
    assert [kind for kind, _ in house.events()][2:] == ["opened", "closed"]


@pytest.mark.parametrize("name", ["requisition_id", "opening_id"])
def test_same_requisition_under_another_title_is_the_same_posting_and_a_change(house: House, name: str) -> None:
    house.crawl(raw(1, **{name: "R-7"}), raw(2))
    house.crawl(raw(9, title="Machine Learning Lead", description="<p>Other words.</p>", **{name: "R-7"}), raw(2))
    assert [kind for kind, _ in house.events()] == ["opened", "opened", "changed"]
    assert {posting["title"] for posting in house.postings()} == {"Machine Learning Lead", "AI Engineer 2"}


def test_requisition_that_many_carry_names_no_opening(house: House) -> None:
    house.crawl(*[raw(number, requisition_id="evergreen") for number in range(4)])
    house.dispatched()
    house.crawl(*[raw(number, requisition_id="evergreen") for number in range(3)],
                raw(9, title="Office Manager", description=FOREIGN, requisition_id="evergreen"))  # fmt: skip
    assert "Office Manager" in house.waiting()
    assert house.last_crawl() | {"opened": 1, "closed": 1} == house.last_crawl()


def test_text_that_differs_in_its_numbers_alone_is_the_same(house: House) -> None:
    said = "<p>Build agents. Apply at https://acme.example/apply/{}</p>"
    house.crawl(raw(1, description=said.format(1)), raw(2))
    house.crawl(raw(9, title="AI Engineer 1", description=said.format(9)), raw(2))
    assert [kind for kind, _ in house.events()] == ["opened", "opened", "changed"]  # the text was edited


def test_two_live_posts_of_one_title_stay_two(house: House) -> None:
    house.crawl(raw(1), raw(2, title="AI Engineer 1"))
    house.dispatched()
    house.crawl(raw(1), raw(2, title="AI Engineer 1"), raw(3, title="AI Engineer 1"))
    assert len(titles_open(house)) == 1
    assert len(house.postings()) == 3
    assert house.waiting() == ["AI Engineer 1"]


def test_one_that_went_is_paired_with_one_that_came(house: House) -> None:
    house.crawl(raw(1), raw(5))
    house.dispatched()
    house.crawl(*reissued([raw(1)]), *reissued([raw(1)], 2000), raw(5))
    assert house.waiting() == ["AI Engineer 1"]
    assert house.last_crawl() | {"opened": 1, "closed": 0} == house.last_crawl()
    assert len(house.postings()) == 3


def test_same_title_elsewhere_or_with_another_text_is_another_posting(house: House) -> None:
    house.crawl(raw(1), raw(2), raw(3))
    place = raw(4).places[0]
    house.crawl(raw(9, title="AI Engineer 1", places=[replace(place, text="Paris, France")]),
                raw(8, title="AI Engineer 2", description="<p>Quite another team.</p>"), raw(3))  # fmt: skip
    assert [kind for kind, _ in house.events()].count("opened") == 5


def test_copy_on_another_board_goes_with_the_repost(house: House) -> None:
    house.crawl(raw(1), raw(2))
    new = reissued([raw(1)])[0]
    house.page(new, raw(2))
    house.crawl(replace(new, source="jsonld", board="copycat", native_id="x9"), board="copycat")
    house.crawl(new, raw(2))
    (posting,) = [one for one in house.postings() if len(one["listings"]) > 1]
    assert len(posting["listings"]) == 3
    assert [kind for kind, _ in house.events()] == ["opened", "opened"]


def test_cross_post_of_a_posting_elsewhere_is_no_repost(house: House) -> None:
    elsewhere = {"title": "AI Engineer 1", "description": "<p>In Paris you teach robots.</p>",
                 "places": [RawPlace("Paris, France")]}  # fmt: skip
    house.crawl(raw(7, source="jsonld", board="copycat", native_id="x7", **elsewhere), board="copycat")
    house.crawl(raw(1), raw(2))
    house.crawl(raw(7, **elsewhere), raw(2))  # joins the copycat's posting; the old one closes
    assert [kind for kind, _ in house.events()] == ["opened", "opened", "opened", "closed"]


def test_link_reason_and_times_of_a_repost(house: House) -> None:
    house.crawl(raw(1), raw(2))
    first = house.now
    house.crawl(*reissued([raw(1)]), raw(2), hours=24)
    assert house.listing("1")["last_seen_at"] == first
    (posting,) = [one for one in house.postings() if len(one["listings"]) == 2]
    assert posting["first_seen_at"] == first
    assert posting["last_seen_at"] == first + timedelta(hours=24)
    assert house.count(Link) == house.count(Listing) == 3


def test_first_crawl_of_all_is_told_as_baseline(house: House) -> None:
    house.crawl(*many(range(3)))
    assert len(house.waiting()) == 3
    assert [is_baseline for _, is_baseline in house.events()] == [True] * 3
    assert house.count(Newcomer) == 0
    house.ingest.take(BoardEnd(house.task(), Verdict.OK, is_not_modified=True))
    assert house.count(PostingEvent) == 3


def test_ids_exchanged_to_and_fro_leave_every_posting_open(house: House) -> None:
    old = many(range(20))
    for listed in (old, reissued(old), old, [*reissued(old), raw(77)], [*old, *reissued([raw(77)])], reissued(old)):
        house.crawl(*listed)
        assert house.last_crawl()["verdict"] == "ok"
    assert sum(one["closed_at"] is None for one in house.postings()) == 20
    assert [kind for kind, _ in house.events()] == ["opened"] * 21 + ["closed"]


def test_what_the_employer_lists_too_is_told_without_who_copied_it(house: House) -> None:
    house.crawl(raw(9))
    copy = raw(1, source="jsonld", board="copycat", native_id="x1", kind="aggregator")
    house.crawl(replace(copy, native_id="x9", title="Office Manager", url="https://copycat.example/9"), board="copycat")
    house.dispatched()
    house.page(copy, board="copycat")  # and the end of that crawl does not come
    house.crawl(raw(1), raw(9))
    assert house.waiting() == ["AI Engineer 1"]
    house.dispatched()
    house.crawl(copy, board="copycat")
    assert house.waiting("opened") == []
    assert house.count(Newcomer) == 0


def test_what_a_copiers_first_crawl_listed_is_told_when_the_employer_lists_it_to_who_knows_it_not(house: House) -> None:
    house.crawl(raw(9))
    house.crawl(raw(1, source="jsonld", board="copycat", native_id="x1", kind="aggregator"), board="copycat")
    assert house.events()[-1] == ("opened", True)  # it was open already, and is told as that
    house.dispatched()
    house.crawl(raw(1), raw(9))
    assert house.waiting() == ["AI Engineer 1"]
    assert house.events()[-1] == ("changed", False)  # as news, to whom no message told of it
    assert len(house.postings()) == 2
