"""The bases by access pattern, against a real server: read to the end, in portions, in parts, and when pages fail."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from models import BoardTask

ALLOW = "User-agent: *\nAllow: /\n"


def job(number, **more):
    return {"id": str(number), "title": f"Job {number}", "text": f"<p>{number}</p>", **more}


class Listed:
    """Boards whose lists are made on demand."""

    def __init__(self, web, answer):
        self.web, self.answer = web, answer

    def robots(self, board, text=ALLOW):
        self.web.put(f"{board}.example/robots.txt", self.answer(text))

    def say(self, rows, total=None, **more):
        return self.answer(json.dumps({"data": {"jobs": rows, "total": total, **more}}), headers={"ETag": '"1"'})

    def offsets(self, board, count, total=None, broken=(), limit=10, robots=ALLOW, rows=None):
        """A list by offsets; the total stands on the first page, later ones say 0; `broken` offsets answer 500."""
        rows = rows or [job(number) for number in range(count)]

        def make(query, body):
            start = int(query["offset"])
            if start in broken:
                return self.answer("oops", broken[start] if isinstance(broken, dict) else 500)
            return self.say(rows[start : start + limit], 0 if start else count if total is None else total)

        self.robots(board, robots)
        self.web.makers[f"{board}.example/list"] = make

    def numbers(self, board, count):
        """A list by pages; behind the end the last page comes again."""

        def make(query, body):
            page = min(int(query["page"]), max((count + 9) // 10, 1)) - 1
            return self.say([job(number) for number in range(count)][page * 10 : page * 10 + 10])

        self.robots(board)
        self.web.makers[f"{board}.example/list"] = make

    def tokens(self, board, count, url=""):
        """A list by tokens, or by addresses that lead on."""

        def make(query, body):
            start = int((body or query).get("token") or 0)
            following = f"{url}{start + 10}" if start + 10 < count else None
            return self.say([job(n) for n in range(count)][start : start + 10], count, next=following)

        self.robots(board)
        self.web.makers[f"{board}.example/list"] = make

    def capped(self, board, offices, cap=40):
        """A list that repeats its first page behind the cap, and says the cap as its total."""

        def make(query, body):
            rows = [row for office, found in offices.items() if body["office"] in (None, office) for row in found]
            start = body["offset"] if body["offset"] < cap else 0
            named = [name for name in offices if name]
            return self.say(rows[:cap][start : start + 10], min(len(rows), cap), offices=named)

        self.robots(board)
        self.web.makers[f"{board}.example/list"] = make

    def details(self, board, rows, broken=None, robots=ALLOW):
        def make(query, body):
            start = int(query["offset"])
            return self.answer(json.dumps({"jobs": rows[start : start + 10], "total": len(rows)}))

        self.robots(board, robots)
        self.web.makers[f"{board}.example/list"] = make
        for row in [row for row in rows if str(dict(row).get("id", "x")).isdigit()]:
            found = self.answer(json.dumps({"job": {"text": f"<p>{row['id']}</p>"}}))
            self.web.put(f"{board}.example/job/{row['id']}", (broken or {}).get(row["id"], found))


@pytest.fixture(scope="module")
def listed(web, answer):
    return Listed(web, answer)


def ids(crawled, name):
    return sorted((posting.native_id for posting in crawled.postings(name)), key=int)


def numbers(count):
    return [str(number) for number in range(count)]


@pytest.fixture(scope="module")
def lists(web, crawl, listed, answer):
    listed.offsets("whole", 35)
    listed.offsets("one", 3)
    listed.offsets("none", 0)
    listed.offsets("short", 35, total=40)
    listed.offsets("middle", 55, broken=[20])
    listed.offsets("dying", 95, broken=[20, 30, 40])
    listed.offsets("cut", 95, robots="User-agent: *\nDisallow: /*offset=20\n")
    listed.offsets("stopped", 95, broken={40: 429})
    listed.offsets("twice", 12, rows=[job(0), *map(job, range(11))])
    poison = [7, None, {"id": "1"}, {"title": "no id"}, *map(job, range(2, 45))]
    listed.offsets("poison", len(poison), rows=poison)
    listed.offsets("reshaped", 3, rows=[{"number": n, "name": "x"} for n in range(3)])
    listed.numbers("repeating", 25)
    listed.numbers("full", 20)
    listed.tokens("posted", 35)
    listed.tokens("linked", 35, "https://linked.example/list?token=")
    listed.tokens("astray", 35, "https://elsewhere.example/list?token=")
    listed.capped("offices", {"a": [*map(job, range(30))], "b": [*map(job, range(25, 60))]})
    listed.capped("office", {"a": [*map(job, range(50))]})
    listed.capped("under", {"a": [*map(job, range(39))]})
    listed.robots("page")
    web.put("page.example/list", answer("<!doctype html><html><body>hello</body></html>"))
    boards = {
        "offsets": ["whole", "one", "none", "short", "middle", "dying", "cut", "stopped", "twice", "poison", "reshaped",
                    "page"],
        "numbers": ["repeating", "full"], "tokens": ["posted"], "links": ["linked", "astray"],
        "capped": ["offices", "office", "under"],
    }  # fmt: skip
    tasks = [BoardTask(0, source, board) for source, found in boards.items() for board in found]
    for number, task in enumerate(tasks):
        task.board_id = number
    return crawl(tasks, replay=web.origin, timeout=5)


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("offsets/whole", 35), ("offsets/one", 3), ("numbers/repeating", 25), ("numbers/full", 20),
        ("tokens/posted", 35), ("links/linked", 35), ("capped/under", 39), ("capped/offices", 60),
    ],
)  # fmt: skip
def test_a_list_is_read_to_its_end_and_every_id_comes_once(lists, name, count):
    end = lists.end(name)
    assert (end.verdict, end.reason) == ("ok", "")
    assert ids(lists, name) == numbers(count)
    assert end.seen == set(numbers(count))


def test_no_page_is_asked_for_in_vain(lists, web):
    assert [len(web.requests(f"{board}.example")) for board in ("whole", "one", "posted", "linked")] == [4, 1, 4, 4]


def test_a_board_that_lists_nothing_is_empty(lists):
    assert lists.end("offsets/none").verdict == "empty"


def test_a_list_that_gives_less_than_it_says_is_truncated(lists):
    end = lists.end("offsets/short")
    assert (end.verdict, len(end.seen)) == ("truncated", 35)
    assert "says 40 postings and gave 35" in end.reason


def test_a_page_that_fails_costs_itself_and_makes_the_crawl_truncated(lists):
    end = lists.end("offsets/middle")
    assert (end.verdict, end.seen) == ("truncated", set(numbers(55)) - set(numbers(30)[20:]))
    assert "offset=20" in end.reason
    assert len(lists.postings("offsets/middle")) == 45


def test_three_failures_in_a_row_end_the_crawl_and_what_was_read_stays(lists, web):
    end = lists.end("offsets/dying")
    assert (end.verdict, ids(lists, "offsets/dying")) == ("truncated", numbers(20))
    assert not [seen for seen in web.requests("dying.example") if "offset=50" in seen.url]


def test_a_page_that_robots_txt_forbids_is_passed_over_and_named(lists):
    end = lists.end("offsets/cut")
    assert (end.verdict, len(end.seen), end.skipped) == ("ok", 85, 1)
    assert "robots.txt of cut.example keeps us out" in end.reason


def test_a_host_that_has_enough_of_us_ends_a_portion(lists):
    end = lists.end("offsets/stopped")
    assert (end.verdict, end.is_round_complete, len(end.seen)) == ("partial", False, 40)
    assert "429" in end.reason
    assert end.cursor["list"]["at"]["start"] == 40


def test_a_row_that_comes_twice_is_one_posting(lists):
    assert lists.end("offsets/twice").verdict == "ok"
    assert ids(lists, "offsets/twice") == numbers(11)


def test_poison_rows_cost_only_themselves(lists):
    end = lists.end("offsets/poison")
    assert (end.verdict, end.skipped, len(lists.postings("offsets/poison"))) == ("ok", 4, 43)
    assert "1" in end.seen


def test_a_list_of_another_form_is_an_error(lists):
    assert lists.end("offsets/reshaped").verdict == "error"
    assert "changed its format" in lists.end("offsets/reshaped").reason
    assert "HTML page instead of JSON" in lists.end("offsets/page").reason


def test_a_cap_that_nothing_splits_is_never_silent(lists):
    end = lists.end("capped/office")
    assert (end.verdict, len(end.seen)) == ("truncated", 40)
    assert "ends at 40 postings" in end.reason


def test_no_list_leads_to_another_site(lists, web):
    end = lists.end("links/astray")
    assert (end.verdict, len(end.seen)) == ("truncated", 10)
    assert "another site" in end.reason
    assert web.requests("elsewhere.example") == []


def test_only_a_list_of_one_page_keeps_its_validators(lists):
    assert [lists.end(f"offsets/{board}").etag for board in ("one", "whole")] == ['"1"', ""]


def again(task, crawled):
    """The task of the next crawl, as the database would give it."""
    end = crawled.end(task.name)
    known = task.known | {posting.native_id: "h" for posting in crawled.postings(task.name)}
    gone = set(task.known) - end.seen if end.verdict == "ok" else set()
    at = datetime.now(UTC)
    return BoardTask(
        task.board_id, task.source, task.board, known={key: value for key, value in known.items() if key not in gone},
        cursor=end.cursor if end.cursor is not None else task.cursor, stamps=task.stamps | end.checked,
        checked=task.checked | dict.fromkeys(end.checked, at), etag=end.etag,
    )  # fmt: skip


def test_a_large_list_is_read_in_portions_until_its_round_is_complete(web, crawl, listed):
    listed.offsets("large", 75)
    task, ends, found = BoardTask(1, "portions", "large"), [], []
    for _ in range(4):  # each begins with the last page of the one before: rows may have moved up
        crawled = crawl([task], replay=web.origin)
        ends.append(crawled.end(task.name))
        found.append(ids(crawled, task.name))
        task = again(task, crawled)
    assert [end.verdict for end in ends] == ["partial"] * 4
    assert [end.is_round_complete for end in ends] == [False, False, False, True]
    assert "30 of its postings were listed" in ends[0].reason
    assert found == [numbers(75)[start : start + 30] for start in (0, 20, 40, 60)]
    assert task.cursor == {}


def test_a_portion_with_a_failing_page_makes_its_round_truncated(web, crawl, listed):
    listed.offsets("flawed", 55, broken=[10])
    task = BoardTask(1, "portions", "flawed")
    first = crawl([task], replay=web.origin)
    assert first.end(task.name).verdict == "partial"
    task = again(task, first)
    second = crawl([task], replay=web.origin)
    third = crawl([again(task, second)], replay=web.origin).end(task.name)
    assert (third.verdict, third.is_round_complete) == ("truncated", False)


@pytest.mark.parametrize("status", [404, 400])
def test_a_list_that_is_gone_where_it_was_to_go_on_is_read_anew(web, crawl, listed, status):
    listed.offsets(f"shrunk{status}", 15, broken={40: status})
    at = {"start": 40, "number": 4, "token": "", "part": None}
    task = BoardTask(1, "offsets", f"shrunk{status}", known={"1": ""})
    task.cursor = {"list": {"at": at, "parts": [], "total": 55, "lacking": ""}}
    end = crawl([task], replay=web.origin).end(task.name)
    assert (end.verdict, end.cursor) == ("truncated", {})
    task.cursor = end.cursor
    again = crawl([task], replay=web.origin).end(task.name)
    assert (again.verdict, len(again.seen)) == ("ok", 15)


def test_the_deadline_ends_a_crawl_in_good_order(web, crawl, listed):
    listed.offsets("slow", 500)
    task = BoardTask(1, "offsets", "slow")
    crawled = crawl([task], minutes=2 / 60, replay=web.origin, pace_replay=True, delay=0.5)
    end = crawled.end(task.name)
    assert (end.verdict, end.is_round_complete) == ("partial", False)
    assert 0 < len(end.seen) < 500
    assert end.cursor["list"]["at"]["start"] == len(end.seen)


@pytest.fixture(scope="module")
def detailed(web, crawl, listed, answer):
    rows = [job(number, updated=f"day {number}") for number in range(25)]
    listed.details("plain", [*rows, job(99, hidden=True)])
    listed.details("gone", rows[:3], {"1": answer("", 404)})
    listed.details("broken", rows[:5], {"1": answer("oops", 500), "3": answer("<html>captcha</html>")})
    listed.details("three", rows, {str(n): answer("oops", 500) for n in (4, 5, 6)})
    listed.details("walled", rows, {str(n): answer("no", 403) for n in range(4, 25)})
    listed.details("closed", rows, {str(n): answer("no", 403) for n in range(25)})
    listed.details("resting", rows, {"4": answer("slow down", 429, {"Retry-After": "3600"})})
    listed.details("kept-out", rows[:5], robots="User-agent: *\nDisallow: /job/3\n")
    listed.details("known", rows)
    poison = [[], {"title": "no id"}, job("x"), {"id": "z", "updated": {"deep": []}}, *rows]
    listed.details("poison", poison)
    now = datetime.now(UTC)
    stamps = {str(n): f"day {n}" for n in range(25)} | {"7": "day 6"}
    checked = dict.fromkeys(stamps, now) | {"8": now - timedelta(days=20)}
    known = BoardTask(9, "details", "known", known=dict.fromkeys(stamps, "h"), stamps=stamps, checked=checked)
    names = ("plain", "gone", "broken", "three", "walled", "closed", "resting", "kept-out", "poison")
    tasks = [BoardTask(n, "details", board) for n, board in enumerate(names)]
    return crawl([*tasks, known], replay=web.origin, timeout=5)


def test_a_list_and_its_pages_make_postings(detailed):
    end = detailed.end("details/plain")
    assert (end.verdict, end.seen) == ("ok", set(numbers(25)))
    assert [posting.description for posting in detailed.postings("details/plain")][3] == "<p>3</p>"
    assert end.checked["3"] == "day 3"


def test_what_the_board_does_not_show_is_not_asked_for(detailed, web):
    assert web.requests("plain.example/job/99") == []


def test_only_another_stamp_and_old_age_fetch_a_known_page(detailed, web):
    end = detailed.end("details/known")
    assert ids(detailed, "details/known") == ["7", "8"]
    assert (end.verdict, end.seen, end.checked) == ("ok", set(numbers(25)), {"7": "day 7", "8": "day 8"})
    assert len(web.requests("known.example/job")) == 2


def test_an_unchanged_list_fetches_no_page(web, crawl, listed, detailed):
    asked = len(web.requests("plain.example/job"))
    task = again(BoardTask(0, "details", "plain"), detailed)
    crawled = crawl([task], replay=web.origin)
    assert crawled.end(task.name).verdict == "ok"
    assert crawled.end(task.name).seen == set(numbers(25))
    assert len(web.requests("plain.example/job")) == asked


def test_poison_rows_of_a_list_with_details_cost_only_themselves(detailed):
    end = detailed.end("details/poison")
    assert ids(detailed, "details/poison") == numbers(25)
    assert (end.verdict, end.skipped) == ("ok", 2)


def test_a_page_that_is_gone_is_not_listed(detailed):
    assert detailed.end("details/gone").seen == {"0", "2"}
    assert detailed.end("details/gone").verdict == "ok"


def test_what_is_listed_counts_as_listed_though_its_page_failed(detailed):
    end = detailed.end("details/broken")
    assert (end.verdict, end.seen) == ("truncated", set(numbers(5)))
    assert ids(detailed, "details/broken") == ["0", "2", "4"]
    assert sorted(end.checked) == ["0", "2", "4"]


def test_three_pages_that_fail_in_a_row_end_the_crawl(detailed, web):
    end = detailed.end("details/three")
    assert (end.verdict, ids(detailed, "details/three")) == ("truncated", numbers(4))
    assert web.requests("three.example/job/7") == []


@pytest.mark.parametrize("board", ["walled", "resting"])
def test_a_host_that_let_us_read_some_ends_a_portion(detailed, web, board):
    end = detailed.end(f"details/{board}")
    assert (end.verdict, end.is_round_complete, ids(detailed, f"details/{board}")) == ("partial", False, numbers(4))
    assert end.retry_after == (pytest.approx(3600, abs=600) if board == "resting" else 0)
    assert web.requests(f"{board}.example/job/7") == []


def test_a_host_that_lets_us_read_none_is_a_failure(detailed):
    assert detailed.end("details/closed").verdict == "truncated"
    assert detailed.end("details/closed").seen == set(numbers(25))


def test_a_page_that_is_forbidden_does_not_truncate(detailed):
    end = detailed.end("details/kept-out")
    assert (end.verdict, end.skipped, ids(detailed, "details/kept-out")) == ("ok", 1, ["0", "1", "2", "4"])
    assert "/job/3" in end.reason


def test_a_page_that_fails_for_ever_truncates_only_for_a_while(web, crawl, listed, answer):
    listed.details("stuck", [job(n) for n in range(3)], {"1": answer("oops", 500)})
    task, verdicts = BoardTask(1, "details", "stuck"), []
    for _ in range(4):
        crawled = crawl([task], replay=web.origin, timeout=5)
        verdicts.append(crawled.end(task.name).verdict)
        task = again(task, crawled)
    assert verdicts == ["truncated", "truncated", "truncated", "ok"]


def test_many_new_pages_are_read_in_portions_and_nothing_twice(web, crawl, listed):
    listed.details("many", [job(number, updated="x") for number in range(15)])
    task, ends = BoardTask(1, "somedetails", "many"), []
    for _ in range(3):
        crawled = crawl([task], replay=web.origin)
        ends.append(crawled.end(task.name))
        task = again(task, crawled)
    assert [end.verdict for end in ends] == ["partial", "ok", "ok"]
    assert "7 of its pages are yet to be read" in ends[0].reason
    assert [len(end.checked) for end in ends] == [8, 7, 0]
    assert {end.seen == set(numbers(15)) for end in ends} == {True}
    assert len(web.requests("many.example/job")) == 15
