"""The closing guard: what is believed at once, what only after three crawls, what never."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import Verdict
from pipeline.lifecycle import Doubt, is_suspect, judge, next_crawl

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("found", "held", "missing", "counts", "suspect"),
    [
        (100, 100, 0, [100], False),
        (96, 100, 4, [100], False),  # fewer than five: believed
        (90, 100, 10, [100], False),
        (69, 100, 31, [100] * 5, True),  # below 70% of the usual
        (70, 100, 30, [100] * 5, False),
        (100, 100, 51, [100] * 5, True),  # most of them replaced
        (100, 100, 50, [100] * 5, False),
        (0, 4, 4, [4], False),
        (1, 6, 5, [], True),
        (60, 100, 40, [200, 100, 90, 80, 80], True),
        (65, 100, 35, [200, 100, 90, 80, 80], False),  # the median is 90
    ],
)
def test_guard(found: int, held: int, missing: int, counts: list[int], suspect: bool) -> None:
    assert is_suspect(found, held, missing, counts) is suspect


def test_complete_ok_closes_what_is_missing() -> None:
    judgement = judge(Verdict.OK, "", 99, 100, 1, [100], Doubt("suspect", 2, NOW), NOW)
    assert judgement.may_close
    assert judgement.verdict is Verdict.OK
    assert judgement.doubt == Doubt()


@pytest.mark.parametrize("verdict", [Verdict.ERROR, Verdict.BLOCKED, Verdict.TRUNCATED])
def test_incomplete_crawl_closes_nothing_and_keeps_the_doubt(verdict: Verdict) -> None:
    doubt = Doubt("gone", 2, NOW - 30 * HOUR)
    judgement = judge(verdict, "why", 0, 100, 100, [100], doubt, NOW)
    assert not judgement.may_close
    assert judgement.doubt == doubt


@pytest.mark.parametrize("verdict", [Verdict.EMPTY, Verdict.GONE])
def test_doubted_verdict_closes_after_three_crawls_over_a_day(verdict: Verdict) -> None:
    doubt, closes = Doubt(), []
    for hours in (0, 1, 2, 23, 24):
        judgement = judge(verdict, "why", 0, 8, 8, [8], doubt, NOW + hours * HOUR)
        doubt = judgement.doubt
        closes.append(judgement.may_close)
    assert closes == [False, False, False, False, True]


def test_three_crawls_are_needed_however_long_they_take() -> None:
    doubt = Doubt()
    closes = []
    for days in (0, 2, 4):
        judgement = judge(Verdict.GONE, "", 0, 8, 8, [8], doubt, NOW + timedelta(days=days))
        doubt = judgement.doubt
        closes.append(judgement.may_close)
    assert closes == [False, False, True]


def test_another_verdict_starts_the_count_anew() -> None:
    judgement = judge(Verdict.EMPTY, "", 0, 8, 8, [8], Doubt("gone", 5, NOW - 99 * HOUR), NOW)
    assert judgement.doubt == Doubt(Verdict.EMPTY, 1, NOW)
    assert not judgement.may_close


def test_suspect_says_what_is_wrong() -> None:
    judgement = judge(Verdict.OK, "", 20, 100, 80, [100], Doubt(), NOW)
    assert judgement.verdict is Verdict.SUSPECT
    assert "80 of 100" in judgement.reason


@given(st.integers(0, 500), st.integers(0, 500), st.lists(st.integers(0, 500), max_size=5), st.data())
def test_no_single_crawl_closes_most_of_a_board(found: int, held: int, counts: list[int], data: st.DataObject) -> None:
    missing = data.draw(st.integers(0, held))
    judgement = judge(Verdict.OK, "", found, held, missing, counts, Doubt(), NOW)
    if judgement.may_close and missing >= 5:
        assert missing * 2 <= held


def test_failures_are_asked_less_and_less_often() -> None:
    waits = [next_crawl(Verdict.ERROR, failures, HOUR, 0, NOW) - NOW for failures in range(1, 8)]
    assert waits == sorted(waits)
    assert waits[0] == 2 * HOUR
    assert waits[-1] == 24 * HOUR


def test_retry_after_is_obeyed() -> None:
    assert next_crawl(Verdict.OK, 0, HOUR, 7200, NOW) == NOW + 2 * HOUR


def test_what_may_be_open_all_the_same_is_closed_by_three_crawls_over_a_day():
    doubt = Doubt()
    closed = []
    for hours in (0, 12, 24):
        judgement = judge(Verdict.OK, "", 99, 100, 1, [100], doubt, NOW + hours * HOUR, "1 of its rows have no id")
        doubt = judgement.doubt
        closed.append((judgement.verdict, judgement.may_close))
    assert closed == [(Verdict.SUSPECT, False), (Verdict.SUSPECT, False), (Verdict.SUSPECT, True)]
    assert "1 of its rows have no id" in judgement.reason


def test_nothing_is_doubted_where_nothing_is_missing():
    assert judge(Verdict.OK, "", 100, 100, 0, [100], Doubt(), NOW, "it breaks off").verdict is Verdict.OK
