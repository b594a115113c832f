"""The pager, against lists of any length, page size, cap and parts: every id once, or it says what is lacking."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.base.facets import packed, split
from spiders.base.pager import Page, Pager
from spiders.base.visit import RECHECK, plan, recheck_after

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
COUNTS, SIZES = st.integers(0, 120), st.integers(1, 30)


def numbers(count, start=0):
    return [str(number) for number in range(start, start + count)]


def read(pager, answer, most=2000):
    """Read to the end; returns all ids in the order in which they were new."""
    found = []
    for _ in range(most):
        if pager.at is None:
            return found
        page = answer(pager.at)
        new = pager.take(page)
        found += [key for key in dict.fromkeys(page.ids) if key in new]
    raise AssertionError("the list has no end")


@given(COUNTS, SIZES, st.booleans(), st.booleans())
def test_every_id_comes_once_whatever_the_page_size(count, size, says_total, knows_size):
    rows = numbers(count)
    pager = Pager(size if knows_size else 0)

    def answer(at):
        total = count if not at.number else 0  # of later pages it is not to be trusted
        return Page(rows[at.start : at.start + size], total if says_total else None)

    assert read(pager, answer) == rows
    assert pager.lacking == ""


@given(COUNTS, SIZES)
def test_a_server_may_give_smaller_pages_than_asked_for(count, size):
    pager = Pager(50)
    rows = numbers(count)
    assert read(pager, lambda at: Page(rows[at.start : at.start + size], count)) == rows
    assert pager.lacking == ""


@given(COUNTS, SIZES)
def test_tokens_lead_to_the_end(count, size):
    rows = numbers(count)

    def answer(at):
        start = int(at.token or 0)
        return Page(rows[start : start + size], count, str(start + size) if start + size < count else "")

    pager = Pager(by_token=True)
    assert read(pager, answer) == rows
    assert pager.lacking == ""


@given(COUNTS, SIZES, st.sampled_from(["first", "last", "none"]), st.booleans())
def test_what_comes_behind_the_end_ends_it(count, size, behind, says_total):
    rows = numbers(count)
    wrong = {"first": rows[:size], "last": rows[-(count % size or size) :], "none": []}[behind]
    pager = Pager(0)
    found = read(pager, lambda at: Page(rows[at.start : at.start + size] or wrong, count if says_total else None))
    assert found == rows


@given(COUNTS, SIZES, st.integers(1, 40))
def test_a_total_that_is_not_reached_is_told(count, size, more):
    rows = numbers(count)
    pager = Pager(size)
    assert read(pager, lambda at: Page(rows[at.start : at.start + size], count + more)) == rows
    assert f"says {count + more} postings and gave {count}" in pager.lacking


@given(st.lists(st.integers(0, 60), min_size=1, max_size=5), st.integers(1, 20), st.integers(20, 50), st.booleans())
def test_a_cap_is_split_or_told(offices, size, cap, is_honest):
    """Offices that share no posting; the whole list ends at the cap, and says it, or the truth."""
    cap -= cap % size  # a cap is a whole number of pages
    cap = max(cap, size)
    parts = [numbers(count, 1000 * number) for number, count in enumerate(offices)]
    whole = [key for part in parts for key in part]

    def answer(at):
        rows = whole if at.part is None else parts[at.part]
        start = at.start if at.start < cap else 0
        total = len(rows) if is_honest else min(len(rows), cap)
        named = list(range(len(parts))) if at.part is None and not at.number else []
        return Page(rows[:cap][start : start + size], total, "", named)

    pager = Pager(size, cap)
    found = read(pager, answer)
    assert len(found) == len(set(found))
    is_reachable = all(len(part) < cap for part in parts) or len(whole) < cap
    assert bool(pager.lacking) == (not is_reachable)
    if is_reachable:
        assert set(found) == set(whole)


@given(COUNTS, SIZES, st.integers(1, 6))
def test_put_down_and_taken_up_again_it_reads_the_same(count, size, portion):
    rows, found, state = numbers(count), [], {}
    for _ in range(200):
        pager = Pager(size)
        if state:
            pager.resume(state)
        for _ in range(portion):
            if pager.at:
                page = Page(rows[pager.at.start : pager.at.start + size], None if pager.at.number else count)
                found += pager.take(page)
        if pager.at is None:
            break
        state = pager.state()
    assert sorted(set(found), key=int) == rows
    assert pager.lacking == ""


def test_a_list_is_taken_up_a_little_before_where_it_was_put_down():
    rows = numbers(400)
    first = Pager(10)
    for _ in range(25):
        first.take(Page(rows[first.at.start : first.at.start + 10], 400))
    state = first.state()
    del rows[7:12]  # what follows moves up by five
    second = Pager(10)
    second.resume(state)
    found = read(second, lambda at: Page(rows[at.start : at.start + 10], 0))
    assert (found[0], set(found) | first.seen) == (rows[240], set(numbers(400)))


@given(COUNTS, SIZES, st.sets(st.integers(1, 20), max_size=5))
def test_failing_pages_cost_only_themselves_and_are_told(count, size, broken):
    rows, pager, found, failed = numbers(count), Pager(size), [], 0
    while pager.at:
        if pager.at.number in broken:
            failed += pager.at.start < count  # behind the end there need be no page
            pager.skip()
        else:
            found += pager.take(Page(rows[pager.at.start : pager.at.start + size], count))
    assert bool(pager.lacking) == bool(failed)
    assert len(found) >= count - failed * size


@given(COUNTS, SIZES, st.integers(0, 2), st.integers(0, 100), st.data())
def test_a_list_that_shifts_while_it_is_read_is_read_again_or_told(count, size, moves, seed, data):
    """Rows go or come between two pages; whatever stayed is found, or the crawl says that something is lacking."""
    rows, asked = numbers(count), 0
    stayed = set(rows)
    at_pages = {data.draw(st.integers(0, 6)) for _ in range(moves)}

    def answer(at):
        nonlocal asked
        if asked in at_pages:
            if seed % 2 and rows:
                stayed.discard(rows.pop(seed % len(rows)))
            else:
                rows.insert(0, f"new{asked}")
        asked += 1
        return Page(rows[at.start : at.start + size], len(rows) if not at.number else 0)

    pager = Pager(size)
    found = read(pager, answer)
    assert len(found) == len(set(found))
    assert stayed <= set(found) or pager.lacking


def test_a_list_that_lost_a_row_while_it_was_read_is_whole_after_a_second_look():
    rows, asked = numbers(40), 0

    def answer(at):
        nonlocal asked
        asked += 1
        if asked == 2:
            rows.pop(3)
        return Page(rows[at.start : at.start + 20], len(rows) if not at.number else 0)

    pager = Pager(20)
    assert (set(read(pager, answer)), pager.lacking, asked) == (set(numbers(40)), "", 5)


@given(st.integers(1, 150), st.integers(1, 10), st.booleans())
def test_a_cap_is_looked_up_where_it_is_some_boards_only(count, size, is_capped):
    """Behind the cap a capped board repeats its first page; another goes on."""
    cap = 4 * size
    rows, probes = numbers(count), []

    def answer(at):
        chosen = rows if at.part is None else rows[at.part :: count // (cap - 1) + 1]
        start = at.start if at.start < cap or not is_capped else 0
        if at.start >= cap:
            probes.append(at)
        total = min(len(chosen), cap) if is_capped else len(chosen)
        named = [] if at.number or at.part is not None else list(range(count // (cap - 1) + 1))
        return Page(chosen[start : start + size], total if not at.number else 0, "", named)

    pager = Pager(size, cap, is_probing=True)
    assert set(read(pager, answer)) == set(rows)
    assert pager.lacking == ""
    if is_capped:
        assert len(probes) == (count >= cap)


def test_a_cap_of_another_number_is_found_out_by_what_the_source_knows():
    """It says 30 and gives 30, and its facets say 70: it is split, or told."""
    offices = {"a": numbers(30), "b": numbers(40, 30)}

    def answer(at, parts):
        found = offices.get(at.part) or [key for part in offices.values() for key in part][:30]
        whole = (len(found) if at.part else 70) * (not at.number)
        return Page(found[at.start : at.start + 10], len(found), "", parts * (at.part is None), whole)

    pager = Pager(10, 60, is_probing=True)
    assert (set(read(pager, lambda at: answer(at, ["a", "b"]))), pager.lacking) == (set(numbers(70)), "")
    pager = Pager(10, 60, is_probing=True)
    assert len(read(pager, lambda at: answer(at, []))) == 30
    assert pager.lacking == "its list ends at 30 postings of 70 and cannot be split further"


def test_what_the_parts_lack_of_the_whole_is_told_with_both_numbers():
    def answer(at):
        if at.part is None:
            return Page(numbers(10), 20, "", ["a", "b"], whole=50)
        return Page(numbers(10, 100 * (at.part == "b")), 10)

    pager = Pager(10, 20)
    assert len(read(pager, answer)) == 20
    assert pager.lacking == "its parts hold 20 of 50 postings"


def test_a_total_of_less_than_the_page_holds_says_nothing():
    pager, rows = Pager(10), numbers(25)
    assert read(pager, lambda at: Page(rows[at.start : at.start + 10], 0)) == rows


def test_a_list_is_split_by_the_facet_that_parts_it_and_small_values_go_together():
    facets = {"team": {"a": 6, "b": 2, "c": 1, "d": 1}, "kind": {"full": 7, "part": 3}, "place": {"x": 3, "y": 4}}
    sole = ("team", "kind")
    assert split(facets, None, 5, sole) == [{"team": ["a"]}, {"team": ["b", "c", "d"]}]
    assert split(facets, {"team": ["a"]}, 5, sole)[0] == {"team": ["a"], "kind": ["full"]}
    assert split(facets, {"team": ["b", "c"]}, 5, sole) == [{"team": ["b"]}, {"team": ["c"]}]
    assert split({"team": {"a": 1}}, None, 5) == []


def test_a_facet_that_some_postings_lack_does_not_split_a_list():
    facets = {"time": {"full": 90, "part": 10}, "team": {"a": 40, "b": 30}, "place": {"x": 60, "y": 60}}
    assert [next(iter(part)) for part in split(facets, None, 80, ("time", "team"))] == ["time", "time"]
    assert [list(part)[-1] for part in split(facets, {"time": ["full"]}, 65, ("time", "team"))] == ["team", "team"]


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 60), max_size=40), st.integers(1, 50), st.integers(1, 10))
def test_groups_of_values_stay_below_the_cap(counts, cap, most):
    groups = packed(counts, cap, most)
    assert sorted(value for group in groups for value in group) == sorted(counts)
    for group in groups:
        assert len(group) == 1 or (sum(counts[value] for value in group) <= cap and len(group) <= most)


def test_a_state_of_another_form_begins_anew():
    for state in ({"at": {"page": 3}, "parts": [], "total": 1, "lacking": ""}, {"at": 7}, {"x": 1}):
        pager = Pager(10)
        pager.resume(state)
        assert pager.at
        assert (pager.at.start, pager.parts) == (0, [])


KEYS = st.dictionaries(st.sampled_from(numbers(30)), st.sampled_from(["", "mon", "tue"]))


@given(KEYS, KEYS, st.dictionaries(st.sampled_from(numbers(30)), st.integers(0, 40)))
def test_what_is_planned(listed, known, ages):
    checked = {key: NOW - timedelta(days=age) for key, age in ages.items() if key in known}
    planned = plan(listed, known, checked, NOW)
    assert planned.new == [key for key in listed if key not in known]
    assert set(planned.changed) == {key for key in listed if key in known and listed[key] not in ("", known[key])}
    late = {key for key in listed if key in known and NOW - checked.get(key, NOW - RECHECK) >= RECHECK}
    assert set(planned.old) | set(planned.changed) >= late if len(late) <= 20 else len(planned.old) == 20
    assert not set(planned.old) & {*planned.new, *planned.changed}


def test_pages_are_read_again_spread_over_time():
    spans = [recheck_after(key) / RECHECK for key in numbers(1000)]
    assert 0.5 <= min(spans) < 0.51
    assert 0.99 < max(spans) <= 1
    assert 0.45 < sum(span < 0.75 for span in spans) / 1000 < 0.55


@given(COUNTS, SIZES, st.sampled_from(["empty", "failing"]))
def test_a_total_that_a_full_page_contradicts_is_not_believed(count, size, behind):
    """It counts the rows of a page, or ends where a cap does; what is asked behind the true end need not be there."""
    pager, rows, found = Pager(size), numbers(count), []
    while pager.at is not None:
        page = rows[pager.at.start : pager.at.start + size]
        if page or behind == "empty" or not pager.at.number:
            found += sorted(pager.take(Page(page, len(page))), key=int)
        else:
            pager.skip()
    assert found == rows
    assert pager.lacking == ""


@pytest.mark.parametrize("by_token", [False, True])
def test_a_list_that_repeats_itself_and_states_no_number_may_go_on(by_token):
    pager = Pager(0 if by_token else 10, by_token=by_token)
    assert read(pager, lambda at: Page(numbers(10), None, "more" * by_token)) == numbers(10)
    assert "gives a page again" in pager.lacking


def test_a_last_page_that_comes_again_is_the_end():
    pager, rows = Pager(10), numbers(25)
    found = read(pager, lambda at: Page(rows[at.start : at.start + 10] or rows[-5:]))
    assert (found, pager.lacking) == (rows, "")
