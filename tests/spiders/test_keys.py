"""Sources that ask for a key get it, and nobody else hears of it; and boards of which only the newest ads are read."""

import json

import pytest
from scrapy import Request
from scrapy.http import Response

from models import BoardTask, Verdict
from settings import load
from spiders.base.secrets import Unsaid, basic, signed, unsigned
from spiders.scrapy_settings import scrapy_settings

KEYS = {"adzuna": "id0a1b:key2c3d", "usajobs": "me@example.org:key4e5f"}


def page_of(query, _body):
    """Of 260 ads for each query, twenty a page."""
    number, what = int(query["page"]), query["q"].replace(" ", "-")
    ads = [f"https://himalayas.app/companies/acme/jobs/{what}-{n}" for n in range(20 * (number - 1), 20 * number)]
    return {"totalCount": 260, "jobs": [{"guid": ad, "title": "AI Engineer", "applicationLink": ad} for ad in ads]}


@pytest.fixture(scope="module")
def crawled(web, crawl, answer):
    ad = {"id": "1", "title": "AI Engineer", "redirect_url": "https://www.adzuna.com/details/1?utm_source=id0a1b"}
    web.makers["api.adzuna.com/v1/api/jobs/us/search/1"] = lambda *_: answer(json.dumps({"count": 1, "results": [ad]}))
    job = {"MatchedObjectId": "1", "MatchedObjectDescriptor": {"PositionTitle": "Data Scientist"}}
    found = {"SearchResult": {"SearchResultItems": [job], "SearchResultCountAll": 1}}
    web.makers["data.usajobs.gov/api/Search"] = lambda *_: answer(json.dumps(found))
    web.makers["himalayas.app/jobs/api/search"] = lambda query, body: answer(json.dumps(page_of(query, body)))
    tasks = [BoardTask(1, "adzuna", "us"), BoardTask(2, "usajobs", "usajobs"), BoardTask(3, "reed", "reed"),
             BoardTask(4, "himalayas", "himalayas", options={"queries": ["llm", "machine learning"]})]  # fmt: skip
    return crawl(tasks, replay=web.origin, keys=KEYS)


def test_a_key_goes_with_the_request_and_nowhere_else(web, crawled):
    (asked,) = web.requests("api.adzuna.com/v1")
    assert "app_id=id0a1b&app_key=key2c3d" in asked.url
    for asked in web.requests("data.usajobs.gov/api"):
        assert (asked.headers["User-Agent"], asked.headers["Authorization-Key"]) == ("me@example.org", "key4e5f")
    assert [crawled.end(name).verdict for name in ("adzuna/us", "usajobs/usajobs")] == [Verdict.OK, Verdict.OK]
    told = repr(crawled.items)
    assert not [part for key in KEYS.values() for part in key.split(":") if part in told]


def test_who_is_not_asked_for_a_key_gets_none(web, crawled):
    assert crawled.end("himalayas/himalayas").verdict is Verdict.OK
    heard = repr([seen for seen in web.seen if seen.url.startswith(("himalayas", "api.adzuna.com/robots"))])
    assert not [part for key in KEYS.values() for part in key.split(":") if part in heard]


def test_a_source_without_its_key_says_how_to_set_it(crawled):
    end = crawled.end("reed/reed")
    assert end.verdict is Verdict.ERROR
    assert "ROLEWIRE_KEYS__REED" in end.reason


def test_of_each_query_the_newest_are_read_and_nothing_is_lacking(web, crawled):
    assert len(crawled.postings("himalayas/himalayas")) == 200
    assert len(web.requests("himalayas.app/jobs/api/search")) == 10
    end = crawled.end("himalayas/himalayas")
    assert (end.verdict, end.reason, end.window.days) == (Verdict.OK, "", 45)


def test_a_source_is_left_alone_for_as_long_as_its_terms_ask(crawled):
    hours = [crawled.end(name).retry_after / 3600 for name in ("himalayas/himalayas", "adzuna/us", "reed/reed")]
    assert hours == [3, 2, 3]


def test_a_key_of_the_environment_is_not_shown(tmp_path, monkeypatch):
    monkeypatch.setenv("ROLEWIRE_KEYS__ADZUNA", "hunter:two")
    path = tmp_path / "config.toml"
    path.write_text("")
    found = load(path)
    assert found.keys["adzuna"].get_secret_value() == "hunter:two"
    assert "hunter" not in repr(found) + repr(scrapy_settings(found))


def test_a_redirect_does_not_tell_the_key():
    request = Request("https://api.example/a?b=1", meta={"unsaid": Unsaid(query={"app_key": "s/cret"})})
    sent = signed(request)
    assert sent.url == "https://api.example/a?b=1&app_key=s%2Fcret"
    answered = Response(sent.url, 302, {"Location": "/c?app_key=s%2Fcret&x=s/cret"})
    told = unsigned(answered, request)
    assert (told.url, told.headers["Location"]) == (request.url, b"/c?app_key=&x=")
    assert "cret" not in repr(request.meta)
    assert basic("key", "") == "Basic a2V5Og=="
