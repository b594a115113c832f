"""Threads of ads: whole once a day, then comment by comment; an old thread is over."""

import json
from datetime import UTC, datetime

import pytest

from models import BoardTask
from spiders import parse
from spiders.base.errors import ParseError

SEARCH = "hn.algolia.com/api/v1/search_by_date"
THREAD = "hn.algolia.com/api/v1/items"
ITEM = "hacker-news.firebaseio.com/v0/item"


def today():
    """The day of the crawl, which is when the test runs: the tests may have begun the day before."""
    return datetime.now(UTC).toordinal()


def comment(number, text="Acme | ML Engineer | Oslo"):
    return {"id": number, "text": text, "created_at": "2026-09-01T15:00:00.000Z", "children": []}


def task(author, **more):
    return BoardTask(1, "hackernews", author, **more)


@pytest.fixture(scope="module")
def hn(web, crawl, answer):
    """Authors whose threads answer, fail, or are not there; crawled at once."""

    def put(url, data):
        web.put(url, answer(json.dumps(data), headers={"ETag": '"1"'}))

    def search(query, _):
        newest = {"author_first": (300, 200, 100), "author_daily": (500, 400), "author_broken": (700, 600)}
        found = newest.get(query["tags"].removeprefix("story,"), ())
        hits = [{"objectID": str(number), "title": "Ask HN: Who is hiring? (October)"} for number in sorted(found)]
        hits += [{"objectID": "999", "title": "Ask HN: Who wants to be hired?"}] * bool(found)
        return answer(json.dumps({"hits": hits}), headers={"ETag": '"1"'})

    for host in ("hn.algolia.com", "hacker-news.firebaseio.com"):
        web.put(f"{host}/robots.txt", answer("", 404))
    web.makers[SEARCH] = search
    put(f"{THREAD}/300", {"id": 300, "children": [comment(310), comment(311, "no ad"), comment(312, None)]})
    put(f"{THREAD}/200", {"id": 200, "children": [comment(210, "Acme | Multiple | Oslo<p>- SRE<p>- Data Engineer")]})
    put(f"{ITEM}/500.json", {"id": 500, "type": "story", "kids": [510, 511, 512, 513]})
    put(f"{ITEM}/400.json", {"id": 400, "type": "story", "kids": [410]})
    put(f"{ITEM}/512.json", {"id": 512, "type": "comment", "time": 1788275000, "text": "Acme | SRE | Oslo"})
    put(f"{ITEM}/513.json", {"id": 513, "type": "comment", "deleted": True})
    put(f"{THREAD}/700", {"id": 700, "children": [comment(710)]})
    web.put(f"{THREAD}/600", answer("oops", 500))
    read = {"500": {"day": today(), "comments": [509, 510, 511]}, "400": {"day": today(), "comments": [410]}}
    boards = [
        task("first", known=dict.fromkeys(("110", "111-sre", "310"), "h"), etag='"1"'),
        task("daily", known=dict.fromkeys(("509", "510", "410-sre"), "h"), cursor={"threads": read}),
        task("broken", known={"610": "h"}), task("nobody"),
    ]  # fmt: skip
    return crawl(boards, replay=web.origin)


def ids(crawled, author):
    return [posting.native_id for posting in crawled.postings(f"hackernews/{author}")]


def test_a_thread_is_read_whole_and_what_is_older_is_over(hn):
    end = hn.end("hackernews/first")
    assert (end.verdict, end.etag, end.over) == ("ok", "", {"110", "111-sre"})
    assert end.seen == set(ids(hn, "first")) == {"310", "210-sre", "210-data-engineer"}
    assert end.cursor["threads"] == {
        "300": {"day": today(), "comments": [310, 311, 312]}, "200": {"day": today(), "comments": [210]},
    }  # fmt: skip


def test_what_came_since_is_fetched_alone(hn, web):
    end = hn.end("hackernews/daily")
    assert (end.verdict, end.seen, ids(hn, "daily")) == ("ok", {"510", "410-sre", "512"}, ["512"])
    assert end.cursor["threads"]["500"]["comments"] == [510, 511, 512, 513]
    assert len(web.requests(ITEM)) == 4
    assert not [seen for seen in web.requests(THREAD) if "/500" in seen.url]


def test_a_thread_that_fails_truncates_and_the_other_is_read(hn):
    end = hn.end("hackernews/broken")
    assert (end.verdict, end.seen, ids(hn, "broken")) == ("truncated", {"710"}, ["710"])


def test_no_thread_is_an_error(hn):
    assert hn.end("hackernews/nobody").verdict == "error"


@pytest.mark.parametrize("body", [b"{}", b"<html>", b"7", b'{"hits": 1}'])
def test_what_is_no_thread_is_refused(body):
    with pytest.raises(ParseError):
        parse("hackernews", body)


def test_answers_to_comments_and_other_stories_are_passed_over():
    found = [
        {"id": 1, "text": "Acme | SRE | Oslo", "parent_id": 9, "story_id": 9},
        {"id": 2, "text": "Acme | SRE | Oslo", "parent_id": 1, "story_id": 9},
        {"id": 3, "text": "Acme | SRE | Oslo", "source": "direct"},
        {"id": 4, "text": "Acme | SRE | Oslo", "dead": True},
    ]  # fmt: skip
    body = json.dumps({"children": found}).encode()
    assert [posting.native_id for posting in parse("hackernews", body).postings] == ["1"]
