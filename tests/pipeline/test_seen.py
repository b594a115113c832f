"""When a listing was last seen, what an unchanged crawl writes, and how boards are judged that are never read whole."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, event

from models import Board, BoardEnd, Crawl, Listing, Posting, PostingEvent, RawPosting, Verdict
from tests.pipeline.house import House, many, raw


def last_seen(house: House) -> dict[str, datetime]:
    return {one["native_id"]: one["last_seen_at"] for posting in house.postings() for one in posting["listings"]}


def written(engine: Engine) -> list[str]:
    """The statements that write, from now on."""
    found: list[str] = []

    def note(_connection, _cursor, statement: str, parameters, _context, is_many: bool) -> None:
        if statement.split()[0] in ("INSERT", "UPDATE", "DELETE"):
            found.extend([statement] * (len(parameters) if is_many else 1))

    event.listen(engine, "before_cursor_execute", note)
    return found


def test_unchanged_crawl_writes_one_row(house: House) -> None:
    house.crawl(*many(range(30)))
    house.crawl(*many(range(29)))
    house.crawl(*many(range(29)))
    statements = written(house.engine)
    house.crawl(*many(range(29)))
    assert [one.split()[:2] for one in statements] == [["UPDATE", "board"]]
    house.ingest.take(BoardEnd(house.task(), Verdict.OK, is_not_modified=True))
    assert len(statements) == 2
    assert set(last_seen(house).values()) == {house.now, house.now - timedelta(hours=3)}


def test_unchanged_crawl_looks_for_no_closed_listing(house: House) -> None:
    house.crawl(*many(range(30)), raw(99, native_id="long-gone"))
    house.crawl(*many(range(30)))
    asked: list[str] = []
    event.listen(house.engine, "before_cursor_execute", lambda *args: asked.append(str(args[3])))
    house.crawl(*many(range(30)))
    assert len(asked) > 3
    assert not [parameters for parameters in asked if "long-gone" in parameters]


def test_well_crawls_that_find_the_same_are_counted(house: House) -> None:
    for _ in range(4):
        house.crawl(raw(1))
    assert (house.count(Crawl), house.board()["repeats"], house.board()["last_crawl_at"]) == (1, 3, house.now)
    house.crawl(raw(1), raw(2))
    assert [(row["found"], row["repeats"]) for row in house.rows(Crawl)] == [(1, 3), (2, 0)]
    assert house.board()["repeats"] == 0


def test_counted_crawls_say_what_is_usual(house: House) -> None:
    house.crawl(*many(range(100)))
    house.crawl(*many(range(60)))  # believed: 40 of 100 went
    assert house.last_crawl()["verdict"] == "suspect"
    for hours in (12, 12):
        house.crawl(*many(range(60)), hours=hours)
    assert house.last_crawl()["closed"] == 40
    for _ in range(5):
        house.crawl(*many(range(60)))
    house.crawl(*many(range(50)))  # of a hundred once, but of sixty for long
    assert house.last_crawl() | {"verdict": "ok", "closed": 10} == house.last_crawl()


def test_failing_crawls_are_all_in_the_log(house: House) -> None:
    for _ in range(3):
        house.crawl(verdict=Verdict.ERROR)
    assert house.count(Crawl) == 3


def test_what_is_not_seen_keeps_when_it_was(house: House) -> None:
    house.crawl(*many(range(20)))
    first = house.now
    house.crawl(*many(range(15)), verdict=Verdict.TRUNCATED)  # most was seen: five are the exception
    assert {name for name, moment in last_seen(house).items() if moment == first} == {"15", "16", "17", "18", "19"}
    assert sum(row["last_seen_at"] is not None for row in house.rows(Listing)) == 5
    second = house.now
    house.crawl(*many(range(18, 20)), verdict=Verdict.TRUNCATED)  # few were: they are
    seen = last_seen(house)
    assert {seen["18"], seen["19"]} == {house.now}
    assert (seen["0"], seen["15"]) == (second, first)
    house.crawl(*many(range(20)))
    assert set(last_seen(house).values()) == {house.now}
    assert all(row["last_seen_at"] is None for row in house.rows(Listing))


def test_closed_listing_keeps_when_it_was_seen_and_returns(house: House) -> None:
    house.crawl(raw(1), raw(2))
    first = house.now
    house.crawl(raw(2))
    house.crawl(raw(2))
    assert last_seen(house) == {"1": first, "2": house.now}
    house.crawl(raw(1), raw(2))
    assert set(last_seen(house).values()) == {house.now}


def test_listing_that_was_never_at_an_end_was_seen_when_it_came(house: House) -> None:
    house.crawl(raw(1))
    house.page(raw(1), raw(2))
    assert last_seen(house) == {"1": house.now - timedelta(hours=1), "2": house.now}


# --- boards that are never read whole ------------------------------------------------------------------------------


def is_baseline(house: House) -> list[bool]:
    return [row["is_baseline"] for row in house.rows(PostingEvent) if row["kind"] == "opened"]


@pytest.mark.parametrize("verdict", [Verdict.TRUNCATED, Verdict.ERROR, Verdict.BLOCKED])
def test_board_that_is_never_read_to_its_end_is_new_for_a_day(house: House, verdict: Verdict) -> None:
    house.crawl(raw(1), verdict=verdict)
    house.crawl(raw(1), raw(2), verdict=verdict, hours=12)
    house.crawl(raw(1), raw(2), raw(3), verdict=verdict, hours=12)
    house.crawl(raw(1), raw(2), raw(3), raw(4), verdict=verdict, hours=1)
    assert is_baseline(house) == [True, True, True, False]


def test_board_that_never_listed_anything_stays_new(house: House) -> None:
    house.crawl(verdict=Verdict.ERROR)
    house.crawl(verdict=Verdict.ERROR, hours=48)
    assert house.board()["baseline_at"] is None


def test_board_read_in_portions_is_new_until_each_was_read(house: House) -> None:
    house.crawl(*many(range(3)), verdict=Verdict.PARTIAL)
    house.crawl(*many(range(3, 6)), verdict=Verdict.PARTIAL, hours=30)
    house.crawl(*many(range(6, 9)), verdict=Verdict.PARTIAL, is_round_complete=True)
    house.crawl(*many(range(4)), raw(20), verdict=Verdict.PARTIAL)
    assert is_baseline(house) == [True] * 9 + [False]
    assert house.last_crawl() | {"verdict": "partial", "closed": 0} == house.last_crawl()


def test_board_read_in_portions_is_well_and_asked_at_the_normal_pace(house: House) -> None:
    for number in range(3):
        house.crawl(raw(number), verdict=Verdict.PARTIAL)
    board = house.board()
    assert board["failures"] == 0
    assert board["due_at"] - house.now == timedelta(minutes=house.settings.crawl.interval_minutes)
    assert board["last_ok_at"] == house.now


def test_what_a_whole_round_did_not_see_is_closed(house: House) -> None:
    portions = [many(range(start, start + 8)) for start in (0, 8, 16)]

    def round_of(*portions: list) -> None:
        for number, portion in enumerate(portions, 1):
            house.crawl(*portion, verdict=Verdict.PARTIAL, is_round_complete=number == len(portions))

    round_of(*portions)
    round_of(portions[0][1:], portions[1], portions[2])
    assert [row["native_id"] for row in house.rows(Listing) if row["closed_at"]] == ["0"]
    assert house.last_crawl() | {"verdict": "partial", "closed": 1, "found": 23} == house.last_crawl()
    round_of(portions[0][1:2], portions[1][:1], portions[2][:1])
    assert house.last_crawl() | {"verdict": "suspect", "closed": 0} == house.last_crawl()


@pytest.mark.parametrize("verdict", [Verdict.ERROR, Verdict.BLOCKED, Verdict.TRUNCATED])
def test_failure_between_two_portions_does_not_end_their_round(house: House, verdict: Verdict) -> None:
    house.crawl(*many(range(100)))
    house.crawl(*many(range(1, 20)), verdict=Verdict.PARTIAL)
    house.crawl(verdict=verdict)
    house.crawl(*many(range(20, 100)), verdict=Verdict.PARTIAL, is_round_complete=True)
    assert [row["native_id"] for row in house.rows(Listing) if row["closed_at"]] == ["0"]
    assert house.board()["round_at"] is None


def test_board_that_always_was_empty_is_well(house: House) -> None:
    for _ in range(3):
        house.crawl(verdict=Verdict.EMPTY)
    board = house.board()
    assert (board["last_verdict"], board["failures"], board["doubt"]) == ("empty", 0, "")
    assert board["due_at"] - house.now == timedelta(minutes=house.settings.crawl.interval_minutes)
    assert house.count(Crawl) == 1
    house.crawl(raw(1))
    assert is_baseline(house) == [False]


def test_board_that_became_empty_is_doubted_until_it_is_believed(house: House) -> None:
    house.crawl(raw(1))
    house.crawl(verdict=Verdict.EMPTY)
    assert (house.board()["failures"], house.board()["doubt"]) == (1, "empty")
    house.crawl(verdict=Verdict.EMPTY, hours=12)
    house.crawl(verdict=Verdict.EMPTY, hours=13)
    assert house.last_crawl()["closed"] == 1
    house.crawl(verdict=Verdict.EMPTY)
    assert (house.board()["failures"], house.board()["doubt"]) == (0, "")
    assert house.count(Board) == 2


# --- lists of the newest only --------------------------------------------------------------------------------------


def open_ids(house: House) -> set[str]:
    return {row["native_id"] for row in house.rows(Listing) if row["closed_at"] is None}


def crawl_window(house: House, *listed: int | RawPosting, hours: float = 1, **end: object) -> None:
    postings = [raw(one) if isinstance(one, int) else one for one in listed]
    house.crawl(*postings, hours=hours, window=timedelta(days=3), **end)


def test_what_fell_out_of_a_window_closes_when_it_was_out_for_long(house: House) -> None:
    crawl_window(house, *range(10))
    fell_out = house.now
    crawl_window(house, *range(8, 18), hours=24)
    assert house.last_crawl() | {"verdict": "ok", "closed": 0, "found": 10} == house.last_crawl()
    assert {last_seen(house)[str(number)] for number in range(8)} == {fell_out}
    crawl_window(house, *range(8, 18), hours=47)
    assert open_ids(house) == {str(number) for number in range(18)}
    crawl_window(house, *range(8, 18), hours=2)
    crawl_window(house, *range(8, 18), hours=24)  # more than half of what was held went: it is looked at thrice
    crawl_window(house, *range(8, 18), hours=24)
    assert open_ids(house) == {str(number) for number in range(8, 18)}


def test_one_that_comes_back_into_a_window_was_never_gone(house: House) -> None:
    crawl_window(house, *range(10))
    crawl_window(house, *range(1, 10), hours=48)
    crawl_window(house, *range(10), hours=20)
    crawl_window(house, *range(1, 10), hours=48)
    assert "0" in open_ids(house)
    assert [kind for kind, _ in house.events()] == ["opened"] * 10


def test_a_window_that_did_not_change_says_nothing_of_what_is_out_of_it(house: House) -> None:
    crawl_window(house, *range(10))
    crawl_window(house, *range(1, 10), hours=24)
    crawl_window(house, hours=24, is_not_modified=True)
    assert house.count(Crawl) == 1 + 1
    assert house.board()["repeats"] == 1
    crawl_window(house, *range(1, 10), hours=26)
    assert open_ids(house) == {str(number) for number in range(1, 10)}


def copied(number: int) -> RawPosting:
    """What a board that copies ads has of an employer's posting."""
    return raw(number, source="jsonld", board="copycat", kind="aggregator", url=f"https://copycat.example/{number}",
               canonical_url=f"https://boards.greenhouse.io/jobs/{number}")  # fmt: skip


def test_a_copy_does_not_outlive_the_employers_posting(house: House) -> None:
    own = [raw(number, canonical_url=f"https://boards.greenhouse.io/jobs/{number}") for number in range(4)]
    house.crawl(*own)
    crawl_window(house, *[copied(number) for number in range(3)], board="copycat")
    crawl_window(house, *[copied(number) for number in range(1, 3)], board="copycat")  # the first fell out
    house.crawl(*own[2:], hours=30)
    closed = {row["title"] for row in house.rows(Posting) if row["closed_at"]}
    assert closed == {"AI Engineer 0", "AI Engineer 1"}  # the second's copy is listed still, and has no say either
    house.crawl(*own, hours=1)
    assert not [row for row in house.rows(Posting) if row["closed_at"]]


# --- pages and feeds -----------------------------------------------------------------------------------------------


def test_of_a_page_what_is_missing_twice_in_a_row_closes(house: House) -> None:
    everything = many(range(10))
    house.crawl(*everything, is_loose=True)
    house.crawl(*everything[1:], is_loose=True)
    assert house.last_crawl() | {"verdict": "ok", "closed": 0} == house.last_crawl()
    house.crawl(*everything[:1], *everything[2:], is_loose=True)  # the first is back, the second missing
    house.crawl(*everything, is_loose=True)
    assert [kind for kind, _ in house.events()] == ["opened"] * 10
    for closed in (0, 1):
        house.crawl(*everything[1:], is_loose=True)
        assert house.last_crawl()["closed"] == closed
    assert open_ids(house) == {str(number) for number in range(1, 10)}


def test_a_page_that_lost_most_is_doubted_and_closes_when_it_is_believed(house: House) -> None:
    everything = many(range(20))
    house.crawl(*everything, is_loose=True)
    for hours in (1, 12, 13):
        assert house.last_crawl()["closed"] == 0
        house.crawl(*everything[:3], hours=hours, is_loose=True)
    assert house.last_crawl()["closed"] == 17


def test_a_foreign_board_that_comes_back_is_doubted_as_the_first_time(house: House) -> None:
    mine = many(range(10))
    others = [raw(number, title=f"Office Manager {number}", description="<p>Globex.</p>") for number in range(50, 60)]
    house.crawl(*mine)
    house.dispatched()
    house.crawl(*others)
    house.crawl(*mine)
    house.dispatched()
    house.crawl(*others)
    assert house.last_crawl() | {"verdict": "suspect", "closed": 0} == house.last_crawl()
    assert house.waiting() == []
    assert {str(number) for number in range(10)} <= open_ids(house)
