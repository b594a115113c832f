"""Careers sites: sitemaps, listing pages, details, and pages that a real Chromium builds."""

import json
import subprocess
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from models import BoardTask

ALLOW = "User-agent: *\nAllow: /\n"


def job(title, **more):
    return {"@type": "JobPosting", "title": title, "description": f"<p>{title}</p>", "datePosted": "2026-02-01", **more}


def page(*nodes, extra=""):
    scripts = "".join(f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in nodes)
    return f"<!doctype html><html><head>{scripts}</head><body>{extra}</body></html>"


def sitemap(**pages):
    rows = "".join(f"<url><loc>https://{url}</loc><lastmod>{date}</lastmod></url>" for url, date in pages.items())
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'


@pytest.fixture(scope="module")
def site(web, answer):
    """Puts a site's pages, by path, and lets robots in."""

    def put(host, pages):
        for path, body in {"/robots.txt": ALLOW, **pages}.items():
            web.put(host + path, body if not isinstance(body, str) else answer(body, headers={"ETag": '"1"'}))

    return put


@pytest.fixture(scope="module")
def crawled(web, crawl, answer, site):
    site("map.example", {
        "/sitemap.xml": sitemap(**{
            "map.example/jobs/new": "2026-03-01", "map.example/jobs/known": "2026-01-01",
            "map.example/jobs/edited": "2026-02-20", "map.example/jobs/gone": "2026-02-25",
            "map.example/jobs/reserved": "2026-01-01", "map.example/about": "2026-03-09",
        }),
        "/jobs/new": page(job("New"), {"@type": "Organization"}), "/jobs/edited": page(job("Edited")),
        "/jobs/gone": answer("", 410), "/jobs/known": page(job("Known")),
        "/jobs/reserved": answer(page(job("Reserved")), headers={"tdm-reservation": "1"}),
    })  # fmt: skip
    site("index.example", {
        "/sitemap.xml": '<sitemapindex><sitemap><loc>https://index.example/jobs.xml</loc></sitemap>'
                        '<sitemap><loc>https://index.example/blog.xml</loc></sitemap></sitemapindex>',
        "/jobs.xml": sitemap(**{"index.example/jobs/1": "", "index.example/jobs/2": ""}),
        "/jobs/1": page(job("One")), "/jobs/2": answer("oops", 500),
    })  # fmt: skip
    hrefs = ["/careers/a?utm_source=x#top", "https://other.example/jobs/1", "/imprint", "javascript:alert(1)", "//[bad"]
    links = "".join(f'<a href="{href}">x</a>' for href in hrefs) + '<a rel="next" href="/careers/page/2">2</a>'
    site("list.example", {
        "/careers": page(job("Shown", url="/careers/shown"), extra=links),
        "/careers/a": page(job("Linked", url="https://list.example/careers/a/"), job("Related", url="/careers/b")),
        "/careers/shown": page(job("Never fetched")),
    })  # fmt: skip
    site("reserved.example", {"/jobs": page(job("x"), extra='<meta name="tdm-reservation" content="1">')})
    site("script.example", {"/jobs": page(extra='<a href="/jobs/1">1</a>'), "/jobs/1": page()})
    site("bare.example", {"/jobs": page()})
    known = {"https://map.example/jobs/known": "h", "https://map.example/jobs/edited": "h",
             "https://map.example/jobs/gone": "h", "https://map.example/jobs/unlisted": "h"}  # fmt: skip
    tasks = [
        BoardTask(
            1,
            "jsonld",
            "map",
            url="https://map.example/sitemap.xml",
            known=known,
            last_modified="2026-02-10",
            checked=dict.fromkeys(known, datetime.now(UTC)),
        ),
        BoardTask(2, "jsonld", "index", url="https://index.example/sitemap.xml"),
        BoardTask(3, "jsonld", "list", "Listers", url="https://list.example/careers"),
        BoardTask(4, "jsonld", "reserved", url="https://reserved.example/jobs"),
        BoardTask(5, "jsonld", "script", url="https://script.example/jobs"),
        BoardTask(6, "jsonld", "bare", url="https://bare.example/jobs"),
        BoardTask(7, "jsonld", "rendered", url="https://bare.example/jobs", is_rendered=True),
    ]
    return crawl(tasks, replay=web.origin, timeout=5)


def titles(crawled, board):
    return sorted(posting.title for posting in crawled.postings(f"jsonld/{board}"))


def test_only_what_is_new_or_newer_is_fetched(crawled, web):
    assert titles(crawled, "map") == ["Edited", "New"]
    assert web.requests("map.example/jobs/known") == []
    assert web.requests("map.example/about") == []


def test_what_is_listed_and_known_is_seen_and_what_is_gone_is_not(crawled):
    end = crawled.end("jsonld/map")
    assert end.verdict == "ok", end.reason
    assert end.seen == {f"https://map.example/jobs/{name}" for name in ("new", "known", "edited")}
    assert end.last_modified == "2026-03-01"


def test_a_page_that_robots_txt_forbids_does_not_truncate(web, crawl, site):
    urls = {f"forbidding.example/jobs/{name}": "" for name in ("open", "shut")}
    site("forbidding.example", {"/sitemap.xml": sitemap(**urls), "/jobs/open": page(job("Open"))})
    site("forbidding.example", {"/robots.txt": "User-agent: *\nDisallow: /jobs/shut\n"})
    task = BoardTask(1, "jsonld", "forbidding", url="https://forbidding.example/sitemap.xml")
    crawled = crawl([task], replay=web.origin)
    end = crawled.end("jsonld/forbidding")
    assert (end.verdict, end.skipped, titles(crawled, "forbidding")) == ("ok", 1, ["Open"])
    assert "keeps us out of /jobs/shut" in end.reason


def test_another_lastmod_or_old_age_fetches_a_page_again_and_barren_ones_rest(web, crawl, site):
    url, now = "https://stamped.example/jobs/", datetime.now(UTC)
    names = {"same": "2026-01-01", "moved": "2025-12-01", "old": "", "barren": "", "new": ""}
    urls = {f"stamped.example/jobs/{name}": date for name, date in names.items()}
    pages = {f"/jobs/{name}": page(job(name)) for name in names}
    site("stamped.example", {**pages, "/jobs/barren": page(), "/sitemap.xml": sitemap(**urls)})
    checked = {url + "same": now, url + "moved": now, url + "old": datetime(2026, 1, 1, tzinfo=UTC)}
    task = BoardTask(
        1, "jsonld", "stamped", url="https://stamped.example/sitemap.xml", known=dict.fromkeys(checked, "h"),
        stamps={url + "same": "2026-01-01", url + "moved": "2026-01-01"}, checked=checked, last_modified="2026-05-01",
    )  # fmt: skip
    crawled = crawl([task], replay=web.origin)
    end = crawled.end("jsonld/stamped")
    assert (end.verdict, titles(crawled, "stamped")) == ("ok", ["moved", "new", "old"])
    assert end.checked == {url + "moved": "2025-12-01", url + "new": "", url + "old": ""}
    task.known[url + "new"] = "h"
    task.cursor, task.stamps = end.cursor, task.stamps | end.checked
    task.checked = dict.fromkeys(task.known, now)
    again = crawl([task], replay=web.origin).end("jsonld/stamped")
    assert (again.verdict, again.checked, again.seen) == ("ok", {}, set(task.known))
    assert len(web.requests("stamped.example/jobs/barren")) == 1


def test_a_large_site_is_read_in_portions_at_its_deadline(web, crawl, site):
    names = [f"/jobs/{number}" for number in range(300)]
    site("large.example", {"/sitemap.xml": sitemap(**{f"large.example{name}": "" for name in names})})
    site("large.example", {name: page(job(name)) for name in names})
    task = BoardTask(1, "jsonld", "large", url="https://large.example/sitemap.xml")
    crawled = crawl([task], minutes=2 / 60, replay=web.origin, pace_replay=True, delay=0.1)
    end = crawled.end("jsonld/large")
    assert (end.verdict, end.is_round_complete) == ("partial", False)
    assert 0 < len(end.checked) == len(crawled.postings("jsonld/large")) < 300
    assert f"{300 - len(end.checked)} of its pages are yet to be read" in end.reason


def test_a_page_that_reserves_mining_is_passed_over(crawled):
    assert crawled.end("jsonld/map").skipped == 1


def test_a_detail_that_fails_makes_the_crawl_truncated(crawled, web):
    end = crawled.end("jsonld/index")
    assert (end.verdict, titles(crawled, "index")) == ("truncated", ["One"])
    assert "https://index.example/jobs/2" in end.reason
    assert (end.etag, end.last_modified) == ("", "")
    assert web.requests("index.example/blog.xml") == []


def test_a_listing_shows_some_and_links_to_others(crawled, web):
    assert titles(crawled, "list") == ["Linked", "Shown"]
    assert crawled.end("jsonld/list").seen == {"https://list.example/careers/shown", "https://list.example/careers/a"}
    assert web.requests("list.example/careers/shown") == []
    assert web.requests("other.example") == []
    assert {posting.company for posting in crawled.postings("jsonld/list")} == {"Listers"}


def test_a_second_list_page_that_is_missing_makes_the_crawl_truncated(crawled, web):
    assert len(web.requests("list.example/careers/page/2")) == 1
    assert crawled.end("jsonld/list").verdict == "truncated"


def test_a_site_that_reserves_mining_is_left_alone(crawled):
    end = crawled.end("jsonld/reserved")
    assert (end.verdict, titles(crawled, "reserved")) == ("blocked", [])
    assert "tdm-reservation" in end.reason


def test_pages_without_a_posting_say_what_to_do(crawled):
    assert crawled.end("jsonld/script").verdict == "error"
    assert "rendered = true" in crawled.end("jsonld/script").reason
    assert crawled.end("jsonld/bare").verdict == "empty"


def test_a_rendered_board_without_a_browser_says_how_to_get_one(crawled):
    end = crawled.end("jsonld/rendered")
    assert end.verdict == "error"
    assert "python -m playwright install chromium" in end.reason


SPA = """<!doctype html><html><body><div id=root></div><script>
fetch("/api/jobs").then(r => r.json()).then(jobs => { for (const job of jobs) {
  const s = document.createElement("script"); s.type = "application/ld+json";
  s.textContent = JSON.stringify({"@type": "JobPosting", title: job.title, url: "/jobs/" + job.id,
                                  description: location.origin + " " + navigator.userAgent});
  document.head.append(s);
}});
for (const url of ["http://127.0.0.1:PORT/canary", "http://2130706433:PORT/canary", "http://localhost:PORT/canary"]) {
  fetch(url, {mode: "no-cors"}).catch(() => 0); new Image().src = url;
  const f = document.createElement("iframe"); f.src = url; document.body.append(f);
}
new WebSocket("ws://127.0.0.1:PORT/canary");
fetch("https://parts.example/open/data").catch(() => 0);
fetch("https://parts.example/closed/data").catch(() => 0);
</script></body></html>"""


@pytest.fixture(scope="module")
def rendered(web, crawl, answer, site):
    port = str(web.server_address[1])
    site("spa.example", {
        "/jobs": answer(SPA.replace("PORT", port), headers={"Content-Type": "text/html"}),
        "/api/jobs": answer('[{"id": 1, "title": "Rendered"}]', headers={"Content-Type": "application/json"}),
    })  # fmt: skip
    site(
        "parts.example", {"/robots.txt": "User-agent: *\nDisallow: /closed\n", "/open/data": "{}", "/closed/data": "{}"}
    )
    killed = answer(page(job("Unreached")), manner="kill")
    survived = answer(page(job("Survived", url="/jobs/1")), headers={"Content-Type": "text/html"})
    site("dying.example", {"/jobs": killed})
    web.put("reborn.example/jobs", killed, survived)
    site("reborn.example", {})
    site("busy.example", {"/jobs": answer("<script>while (true) {}</script>", headers={"Content-Type": "text/html"})})
    site("forbidden.example", {"/jobs": answer("no", 403)})
    site("away.example", {"/jobs": answer("", 302, {"Location": "https://elsewhere.example/"})})
    site("keeping-out.example", {"/robots.txt": "User-agent: *\nDisallow: /\n"})
    site("still.example", {"/jobs": page(job("Still", url="/jobs/1"))})
    hosts = ["spa", "busy", "forbidden", "away", "keeping-out", "still"]
    tasks = [
        BoardTask(n, "jsonld", h, url=f"https://{h}.example/jobs", is_rendered=h != "still")
        for n, h in enumerate(hosts)
    ]
    return crawl(tasks, with_browser=True, replay=web.origin, timeout=6)


def test_a_page_is_rendered_with_its_own_origin_and_our_name(rendered):
    (posting,) = rendered.postings("jsonld/spa")
    assert posting.title == "Rendered"
    assert posting.native_id == "https://spa.example/jobs/1"
    assert posting.description.startswith("https://spa.example rolewire/")
    assert rendered.end("jsonld/spa").verdict == "ok"


def test_the_browser_reaches_nothing_but_through_us(rendered, web):
    assert [seen.url for seen in web.seen if "canary" in seen.url] == []


def test_robots_txt_holds_for_the_parts_of_a_page_too(rendered, web):
    assert [seen.url for seen in web.requests("parts.example/")] == ["parts.example/open/data"]


@pytest.mark.parametrize(
    ("board", "verdict", "word"),
    [
        ("busy", "error", "in time"), ("forbidden", "blocked", "403"), ("away", "gone", "elsewhere.example"),
        ("keeping-out", "blocked", "robots.txt"), ("still", "ok", ""),
    ],
)  # fmt: skip
def test_rendered_boards_have_the_same_verdicts_and_cost_only_themselves(board, verdict, word, rendered):
    end = rendered.end(f"jsonld/{board}")
    assert end.verdict == verdict, end.reason
    assert word in end.reason


def left_of(mark):
    """The processes that still bear a mark in their environment, zombies aside."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if f"CRAWL_MARK={mark}".encode() in path.read_bytes():
                found.append(path.parent.name)
    return found


def test_a_browser_that_dies_costs_only_its_board_is_retried_once_and_leaves_nothing(
    web, crawl, answer, site, rendered, monkeypatch
):
    monkeypatch.setenv("CRAWL_MARK", mark := uuid4().hex)
    tasks = [
        BoardTask(n, "jsonld", host, url=f"https://{host}.example/jobs") for n, host in enumerate(("dying", "spa"))
    ]
    tasks[0].is_rendered = True
    site("spa.example", {"/jobs": page(job("Plain", url="/jobs/1"))})
    crawled = crawl(tasks, with_browser=True, replay=web.origin, timeout=6)
    assert crawled.end("jsonld/dying").verdict == "error"
    assert len(web.requests("dying.example/jobs")) == 2
    assert crawled.end("jsonld/spa").verdict == "ok"
    assert left_of(mark) == []


def test_a_browser_that_died_is_started_again_and_leaves_nothing(web, crawl, rendered, monkeypatch):
    monkeypatch.setenv("CRAWL_MARK", mark := uuid4().hex)
    task = BoardTask(1, "jsonld", "reborn", url="https://reborn.example/jobs", is_rendered=True)
    crawled = crawl([task], with_browser=True, replay=web.origin, timeout=10)
    assert titles(crawled, "reborn") == ["Survived"]
    assert len(web.requests("reborn.example/jobs")) == 2
    assert left_of(mark) == []


def test_a_process_that_is_left_would_be_seen(monkeypatch):
    monkeypatch.setenv("CRAWL_MARK", mark := uuid4().hex)
    with subprocess.Popen(["sleep", "60"]) as process:
        try:
            while not (left := left_of(mark)):  # what was started a moment ago has no environment yet
                time.sleep(0.05)
        finally:
            process.kill()
    assert left == [str(process.pid)]


def test_a_browser_that_is_not_there_is_named(web, crawl, rendered):
    task = BoardTask(1, "jsonld", "still", url="https://still.example/jobs", is_rendered=True)
    crawled = crawl([task], with_browser=True, replay=web.origin, browser="/nowhere/chromium")
    assert "/nowhere/chromium" in crawled.end("jsonld/still").reason
