"""Every way a board can answer, by a real server over real HTTP: each board ends once, with the right verdict."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from models import BoardEnd, BoardTask

OFFER = {"id": 1, "title": "Keeper of Lighthouses", "status": "published", "careers_url": "https://x.example/o/1"}
GOOD = json.dumps({"offers": [OFFER]})
HTML = {"Content-Type": "text/html"}
POISON = [
    OFFER, {"id": 2, "title": {"en": "a dict"}}, {"title": "no id"}, None, "text", {"id": [3], "title": "list id"},
    {"id": 4, "title": "Odd but readable", "salary": "lots", "locations": {"a": 1}, "remote": "yes", "description": 7},
]  # fmt: skip

ODD = ', {"id": 8, "title": "n", "salary": {"min": NaN}}, {"id": 7, "title": "lone \\ud800 half", "x": 1e999}]}'

# board -> verdict, a word of the reason, requests for the board (None: not counted)
EXPECTED = {
    "good": ("ok", "", 1),
    "empty": ("empty", "lists no posting", 1),
    "unlisted": ("empty", "lists no posting", 1),
    "gone": ("gone", "404", 1),
    "moved": ("gone", "redirects to https://elsewhere.example", 1),
    "downgraded": ("gone", "redirects to http://downgraded.recruitee.com", 1),
    "local-file": ("gone", "redirects to file:", 1),
    "circling": ("error", "circles", 6),
    "hopping": ("ok", "", 1),
    "forbidden": ("blocked", "403", 1),
    "challenge": ("blocked", "human", 1),
    "page": ("error", "an HTML page instead of JSON", 1),
    "half": ("error", "broken or cut JSON", 1),
    "short": ("error", "broke off", 2),
    "hanging": ("error", "in time", 1),
    "dripping": ("error", "in time", 1),
    "resetting": ("error", "closed the connection", 2),
    "failing": ("error", "500", 2),
    "recovering": ("ok", "", 2),
    "reshaped": ("error", "no list 'offers'", 1),
    "unreadable": ("error", "none of 2 postings could be read", 1),
    "nameless": ("truncated", "had no id", 1),
    "bomb": ("error", "", 1),
    "large": ("error", "max_size_mb", 1),
    "poison": ("ok", "", 1),
    "odd": ("ok", "", 1),
    "unchanged": ("ok", "", 1),
    "unasked": ("error", "304 unasked", 1),
    "later": ("blocked", "left alone", 1),
    "at-a-date": ("blocked", "left alone", 1),
    "soon": ("ok", "", 2),
    "past": ("blocked", "429", 2),
    "keeping-out": ("blocked", "robots.txt", 0),
    "keeping-out-late": ("blocked", "robots.txt", 0),
    "robots-down": ("error", "robots.txt", 0),
    "robots-forbidden": ("ok", "", 1),
    "no board": ("error", "no name of a board", 0),
}


def in_two_hours() -> str:
    """Two hours from the crawl, which may begin long after the tests were collected."""
    return format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)


def put_boards(web, answer, bomb):
    for board in EXPECTED:
        host = f"{board}.recruitee.com"
        web.put(f"{host}/robots.txt", answer("User-agent: *\nAllow: /\n"))
    for board, answers in boards(answer, bomb).items():
        web.put(f"{board}.recruitee.com/api/offers/", *answers)
    web.put("keeping-out.recruitee.com/robots.txt", answer("User-agent: rolewire\nDisallow: /api/\n"))
    late = "# padding\n" * 60_000 + "User-agent: *\nDisallow: /\n"
    web.put("keeping-out-late.recruitee.com/robots.txt", answer(late))
    web.put("robots-down.recruitee.com/robots.txt", answer("oops", 503))
    web.put("robots-forbidden.recruitee.com/robots.txt", answer("no", 403))
    web.put("hopping.recruitee.com/final", answer(GOOD))


def boards(answer, bomb):
    here = "https://circling.recruitee.com/api/offers/"
    return {
        **{board: [answer(GOOD)] for board in ("keeping-out", "keeping-out-late", "robots-down", "robots-forbidden")},
        "good": [answer(GOOD, headers={"ETag": '"a"', "Last-Modified": "Mon, 02 Mar 2026 10:00:00 GMT"})],
        "empty": [answer('{"offers": []}', headers={"ETag": '"e"'})],
        "unlisted": [answer(json.dumps({"offers": [OFFER | {"status": "internal"}]}))],
        "gone": [answer("gone", 404)],
        "moved": [answer("", 302, {"Location": "https://elsewhere.example/api/offers/"})],
        "downgraded": [answer("", 302, {"Location": "http://downgraded.recruitee.com/api/offers/"})],
        "local-file": [answer("", 302, {"Location": "file:///etc/passwd"})],
        "circling": [answer("", 302, {"Location": here})],
        "hopping": [answer("", 301, {"Location": "/final"})],
        "forbidden": [answer("no", 403)],
        "challenge": [answer("<html><title>Just a moment...</title></html>", headers=HTML)],
        "page": [answer("<!doctype html><html><body>Welcome</body></html>", headers=HTML)],
        "half": [answer(GOOD[: len(GOOD) // 2])],
        "short": [answer(GOOD, manner="cut")],
        "hanging": [answer(manner="hang")],
        "dripping": [answer(GOOD, manner="drip")],
        "resetting": [answer(manner="reset")],
        "failing": [answer("oops", 500)],
        "recovering": [answer("oops", 502), answer(GOOD)],
        "reshaped": [answer('{"jobs": []}')],
        "unreadable": [answer('{"offers": [{"identifier": 1}, {"identifier": 2}]}')],
        "nameless": [answer(json.dumps({"offers": [OFFER, {"title": "a"}, {"title": "b"}]}))],
        "bomb": [bomb],
        "large": [answer(b" " * (3 << 20))],
        "poison": [answer(json.dumps({"offers": [OFFER | {"id": n} for n in range(100, 140)] + POISON}))],
        "odd": [answer(GOOD[:-2] + ODD)],
        "unchanged": [answer("", 304, {"ETag": '"a"'})],
        "unasked": [answer("", 304)],
        "later": [answer("slow down", 429, {"Retry-After": "3600"})],
        "at-a-date": [answer("", 503, {"Retry-After": in_two_hours()})],
        "soon": [answer("", 429, {"Retry-After": "1"}), answer(GOOD)],
        "past": [answer("", 429, {"Retry-After": "Mon, 02 Mar 2020 10:00:00 GMT"})],
    }


@pytest.fixture(scope="module")
def crawled(web, crawl, answer, bomb):
    put_boards(web, answer, bomb)
    tasks = [BoardTask(n, "recruitee", board) for n, board in enumerate(EXPECTED)]
    for task in tasks:
        if task.board == "unchanged":
            task.etag, task.last_modified = '"a"', "Mon, 02 Mar 2026 10:00:00 GMT"
    return crawl(tasks, replay=web.origin, timeout=3, max_size_mb=2)


def test_every_board_ends_exactly_once(crawled):
    ends = [item.task.board for item in crawled.items if isinstance(item, BoardEnd)]
    assert sorted(ends) == sorted(EXPECTED)


@pytest.mark.parametrize("board", EXPECTED)
def test_the_verdict_and_its_reason(board, crawled, web):
    verdict, word, requests = EXPECTED[board]
    end = crawled.end(f"recruitee/{board}")
    assert end.verdict == verdict, end.reason
    assert word in end.reason
    assert bool(end.reason) == (verdict != "ok")
    assert len(web.requests(f"{board}.recruitee.com/api")) == requests


def test_a_complete_crawl_hands_over_validators_and_what_it_saw(crawled):
    end = crawled.end("recruitee/good")
    assert (end.etag, end.last_modified) == ('"a"', "Mon, 02 Mar 2026 10:00:00 GMT")
    assert end.seen == {"1"}
    assert [p.native_id for p in crawled.postings("recruitee/good")] == ["1"]


def test_a_failed_crawl_hands_over_no_posting(crawled):
    for board in ("half", "short", "dripping", "page", "forbidden"):
        assert not crawled.postings(f"recruitee/{board}")


def test_validators_are_sent_and_304_says_that_all_stands(crawled, web):
    (request,) = web.requests("unchanged.recruitee.com")
    assert request.headers["If-None-Match"] == '"a"'
    assert request.headers["If-Modified-Since"] == "Mon, 02 Mar 2026 10:00:00 GMT"
    end = crawled.end("recruitee/unchanged")
    assert end.is_not_modified
    assert (end.etag, end.last_modified) == ('"a"', "Mon, 02 Mar 2026 10:00:00 GMT")


def test_a_304_unasked_leaves_no_validators(crawled):
    end = crawled.end("recruitee/unasked")
    assert (end.is_not_modified, end.etag) == (False, "")


def test_a_poison_posting_costs_only_itself_and_stays_listed(crawled):
    end = crawled.end("recruitee/poison")
    assert len(crawled.postings("recruitee/poison")) == 42
    assert end.skipped == 5
    assert {"1", "2", "4"} <= end.seen


def test_what_json_does_not_allow_costs_only_itself(crawled):
    assert [p.title for p in crawled.postings("recruitee/odd")] == ["Keeper of Lighthouses", "n", "lone � half"]


def test_retry_after_is_reported_in_seconds(crawled):
    assert crawled.end("recruitee/later").retry_after == pytest.approx(3600, abs=600)
    assert crawled.end("recruitee/at-a-date").retry_after == pytest.approx(7200, abs=600)
    assert crawled.end("recruitee/forbidden").retry_after == 0


def test_a_short_retry_after_is_waited_for(crawled, web):
    first, second = web.requests("soon.recruitee.com")
    assert second.at - first.at >= 1


def test_we_say_who_we_are(web, crawled):
    assert {seen.headers["User-Agent"] for seen in web.seen} == {"rolewire/0.1 (+https://github.com/rolewire/rolewire)"}
