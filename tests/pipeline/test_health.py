"""A board that falls silent, or whose fields fall empty, is told of within one crawl; one that moves seldom rests."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from alerts.notices import lasting, note_strange_sources
from database import read, transaction
from models import BoardEnd, BoardTask, RawPay, Verdict
from pipeline import fullness, lifecycle
from pipeline.ingest import sources
from pipeline.ingest.health import assessed
from pipeline.lifecycle import Doubt, Judgement
from tests.pipeline.house import START, House, many, raw

PAY = [RawPay("100000", "120000", "USD", "year")]


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    house = House(database_url)
    yield house
    house.engine.dispose()


def paid(count: int, of: int) -> list:
    """Postings of which some say what they pay."""
    return [raw(number, pay=PAY if number < count else [], department="R&D") for number in range(of)]


def told(house: House) -> dict[str, str]:
    """What the operator is told of, by key, after a look."""
    with transaction(house.engine) as connection:
        note_strange_sources(connection, sources.fallen(connection), sources.silent(connection), house.now)
    with read(house.engine) as connection:
        return {row["key"]: row["text"] for row in lasting(connection)}


# --- how full: pure ------------------------------------------------------------------------------------------------


def fell(before: tuple[int, int], now: tuple[int, int]) -> bool:
    usual = {"read": float(before[1]), "pay": float(before[0])}
    return bool(fullness.falls(usual, {"read": now[1], "pay": now[0]}))


@pytest.mark.parametrize(
    ("before", "now", "is_told"),
    [
        ((42, 100), (1, 31), True),  # what the issue asks for
        ((42, 100), (0, 20), True),
        ((42, 100), (12, 31), False),
        ((42, 100), (1, 4), False),  # too few to say
        ((100, 100), (0, 4), True),
        ((100, 100), (0, 3), False),
        ((100, 100), (99, 100), False),
        ((100, 100), (60, 100), False),  # not deep
        ((5, 100), (0, 1000), False),  # few ever had it
        ((0, 100), (0, 100), False),
        ((3, 3), (0, 100), False),  # too little known of before
    ],
)
def test_what_counts_as_a_fall(before: tuple[int, int], now: tuple[int, int], is_told: bool) -> None:
    assert fell(before, now) is is_told


def test_a_fall_says_its_figures() -> None:
    (fall,) = fullness.falls({"read": 100.0, "pay": 42.0}, {"read": 33, "pay": 1})
    assert str(fall) == "3% of 33 postings have pay, before 42%"


def test_postings_that_cannot_be_read_are_a_fall_too() -> None:
    (fall,) = fullness.falls({"read": 100.0}, {"read": 10, "unread": 30})
    assert str(fall) == "25% of 40 postings could be read, before 100%"


def test_every_field_of_a_posting_is_counted_once() -> None:
    counts = fullness.counted([raw(1, company="Other", pay_text="1"), raw(2)], "Acme")
    assert (counts["field:read"], counts["field:company"], counts["field:pay"]) == (2, 1, 1)


def test_a_lasting_change_becomes_usual_in_time() -> None:
    usual: dict[str, float] = {}
    for _ in range(40):
        usual = fullness.remembered(usual, {"read": 100, "pay": 42})
    crawls = 0
    while fullness.falls(usual, {"read": 100, "pay": 3}):
        usual = fullness.remembered(usual, {"read": 100, "pay": 3})
        crawls += 1
    assert 10 < crawls < 60


def test_a_fall_is_told_of_for_a_week_on_a_young_board_too() -> None:
    """However often it is crawled: what fell is not soon taken for usual. What comes back is told of no more."""
    board = {"health": {}, "found": 100, "usual": 100, "baseline_at": None}
    well = Judgement(Verdict.OK, "", True, "", Doubt(), True)
    end = BoardEnd(BoardTask(1, "greenhouse", "acme"), Verdict.OK, seen=set(map(str, range(100))))

    def alarm(paid: int, hour: int) -> str:
        counts = Counter({"field:read": 100, "field:pay": paid})
        board.update(assessed(board, end, well, counts, [100], START + timedelta(hours=hour)))
        return board["alarm"]

    assert alarm(42, 0) == ""
    assert {alarm(0, hour) for hour in range(1, 24 * 7)} == {"0% of 100 postings have pay, before 42%"}
    assert alarm(42, 24 * 7) == ""
    lasting = [bool(alarm(0, hour)) for hour in range(24 * 7 + 1, 24 * 7 + 301)]
    assert (all(lasting[: 24 * 7]), lasting[-1]) == (True, False)


# --- in the database -----------------------------------------------------------------------------------------------


def test_pay_that_vanishes_overnight_is_told_within_one_crawl(house: House) -> None:
    house.crawl(*paid(13, 31))
    house.crawl(*paid(13, 31))
    assert told(house) == {}
    house.crawl(*paid(1, 31))
    assert "3% of 31 postings have pay, before 42%" in told(house)["falls:greenhouse"]
    assert house.board()["alarm"] == "3% of 31 postings have pay, before 42%"
    house.crawl(*paid(13, 31))
    assert told(house) == {}
    assert house.board()["alarm"] == ""


def test_a_fall_is_seen_on_the_boards_of_a_source_together(house: House) -> None:
    """Eight postings tell nothing, those of many boards do."""
    fill, usual = {"read": 8, "pay": 0}, {"read": 80.0, "pay": 32.0}
    assert fullness.falls(fullness.before(usual, fill), fill) == []
    with transaction(house.engine) as connection:
        from database import table_of, upsert
        from models import Board

        rows = [
            Board(source="lever", board=f"b{number}", health={"fill": fill, "usual": usual}).model_dump(exclude={"id"})
            for number in range(10)
        ]
        upsert(connection, Board, rows, ["source", "board"])
        assert table_of(Board).c.health is not None
        assert "0% of 80 postings have pay, before 44%" in sources.fallen(connection)["lever"]


def test_a_source_that_falls_silent_is_told_within_one_crawl(house: House) -> None:
    house.crawl(*many(range(40)))
    house.crawl(*many(range(40)))
    assert told(house) == {}
    house.crawl(*many(range(20)))
    assert (
        told(house)["silent:greenhouse"] == "the boards of greenhouse list 20 postings, usually 40; look at one of them"
    )
    assert house.board()["alarm"] == "it lists 20 postings, usually 40"
    house.crawl(*many(range(40)))
    assert told(house) == {}


def test_an_empty_answer_is_silence_and_closes_nothing(house: House) -> None:
    house.crawl(*many(range(40)))
    house.crawl(*many(range(40)))
    house.crawl(verdict=Verdict.EMPTY)
    assert "list 0 postings, usually 40" in told(house)["silent:greenhouse"]
    assert all(posting["closed_at"] is None for posting in house.postings())


def test_a_crawl_that_failed_or_was_not_modified_says_nothing_of_fields(house: House) -> None:
    house.crawl(*paid(13, 31))
    before = house.board()["health"]["fill"]
    house.crawl(verdict=Verdict.ERROR)
    house.crawl(is_not_modified=True)
    assert house.board()["health"]["fill"] == before
    assert (house.board()["found"], house.board()["alarm"]) == (31, "")


# --- how often -----------------------------------------------------------------------------------------------------


def hours(value: float) -> timedelta:
    return timedelta(hours=value)


@pytest.mark.parametrize(("gap", "asked"), [(0, 1), (4, 1), (16, 2), (24, 3), (1000, 3)])
def test_a_board_is_asked_some_times_between_its_changes(gap: float, asked: float) -> None:
    assert lifecycle.learned_interval(hours(gap), hours(1), hours(3)) == hours(asked)


def test_a_longest_interval_below_the_base_is_no_reason_to_ask_more_often() -> None:
    assert lifecycle.learned_interval(hours(100), hours(6), hours(3)) == hours(6)


def waits(house: House) -> float:
    board = house.board()
    due: datetime = board["due_at"]
    return (due - board["last_crawl_at"]) / timedelta(hours=1)


def test_a_quiet_board_rests_longer_and_one_that_moves_is_asked_as_configured(house: House) -> None:
    house.crawl(*many(range(10)))
    assert waits(house) == 1
    for _ in range(6):
        house.crawl(*many(range(10)), hours=5)
    assert waits(house) == 3
    for number in range(11, 19):
        house.crawl(*many(range(number)))
    assert waits(house) == 1
    house.crawl(verdict=Verdict.ERROR)
    assert waits(house) == 2  # a failure waits as before


def test_a_board_that_moves_once_a_day_is_asked_every_three_hours(house: House) -> None:
    house.settings.crawl.longest_minutes = 600
    house.crawl(*many(range(10)))
    for day in range(2):
        for _ in range(3):
            house.crawl(*many(range(10 + day)), hours=6)
        house.crawl(*many(range(11 + day)), hours=6)
    assert waits(house) == pytest.approx(3, abs=0.5)
