"""Boards of funds, channels and companies' pages, asked as they are: bodies, tokens, and where reading ends."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from models import BoardTask
from spiders import SPIDERS, ParseError, parse
from spiders.base.paged import At

ALLOW = "User-agent: *\nAllow: /\n"


def message(number, at, text="tl;dr: ML engineer at Acme, remote. We are hiring"):
    return (
        f'<div class="tgme_widget_message" data-post="ads/{number}"><div class="js-message_text">{text}</div>'
        f'<a class="tgme_widget_message_date"><time datetime="{at.isoformat()}"></time></a></div>'
    )


def channel(*messages, before=0):
    link = f'<link rel="prev" href="/s/ads?before={before}">' if before else ""
    return f'<html><head>{link}</head><body class="tgme_channel">{"".join(messages)}</body></html>'


@pytest.fixture(scope="module")
def crawled(web, crawl, answer):
    now = datetime.now(UTC)
    for host in (
        "t.me",
        "api.getro.com",
        "jobs.fund.example",
        "www.ycombinator.com",
        "speedrun-talent-network.com",
        "www.getonbrd.com",
    ):
        web.put(f"{host}/robots.txt", answer(ALLOW))
    pages = {"": channel(message(9, now), message(10, now), before=9),
             "9": channel(message(1, now - timedelta(days=40)), before=1)}  # fmt: skip
    web.makers["t.me/s/ads"] = lambda query, _: answer(pages[query.get("before", "")])
    web.put("t.me/s/closed", answer("<html>Contact @closed</html>"))
    jobs = [{"id": number, "title": "ML Engineer", "url": f"https://a.example/{number}"} for number in range(45)]

    def getro(query, body):
        start = 20 * body["page"]
        return answer(json.dumps({"results": {"jobs": jobs[start : start + 20], "count": 45}}))

    def consider(query, body):
        start = int(body["meta"].get("sequence", "0"))
        meta = {"size": 100} | ({"sequence": str(start + 20)} if start + 20 < 45 else {})
        assert body["board"] == {"id": "fund", "isParent": True}
        return answer(json.dumps({"jobs": jobs[start : start + 20], "total": 45, "meta": meta}))

    def speedrun(query, _):
        start = 50 * int(query["page"])
        return answer(json.dumps({"jobs": ids[start : start + 50], "total": len(ids)} if query["source"] else {}))

    def category(count, first):
        rows = [
            {"id": f"job-{number}", "attributes": {"title": "AI Engineer"}} for number in range(first, first + count)
        ]
        return lambda query, _: answer(json.dumps({"data": rows[100 * int(query["page"]) - 100 :][:100]}))

    ids = [{"id": f"ab{number:06}", "title": "AI Engineer", "company": "Acme"} for number in range(120)]
    api = "speedrun-talent-network.com/api/v1/jobs"
    web.makers[api] = speedrun
    for row in ids:
        web.put(f"{api}/{row['id']}", answer(json.dumps({"job": row | {"description_text": "Kelp."}})))
    for name, count in (("machine-learning-ai", 130), ("data-science-analytics", 0), ("programming", 100)):
        web.makers[f"www.getonbrd.com/api/v0/categories/{name}/jobs"] = category(count, 50 * (name == "programming"))
    web.makers["api.getro.com/api/v2/collections/77/search/jobs"] = getro
    web.makers["jobs.fund.example/api-boards/search-jobs"] = consider
    posting = {"id": 1, "title": "ML Engineer", "url": "/companies/acme/jobs/Ab1Cd2E-ml-engineer"}
    data = json.dumps({"props": {"jobPostings": [posting]}}).replace('"', "&quot;")
    told = json.dumps({"@type": "JobPosting", "title": "ML Engineer", "description": "<p>Kelp.</p>"})
    web.put("www.ycombinator.com/companies/acme/jobs", answer(f'<div data-page="{data}"></div>'))
    web.put("www.ycombinator.com/companies/acme/jobs/Ab1Cd2E-ml-engineer",
            answer(f'<html><script type="application/ld+json">{told}</script></html>'))  # fmt: skip
    return crawl([
        BoardTask(1, "telegram", "ads"), BoardTask(2, "telegram", "closed"), BoardTask(3, "getro", "77"),
        BoardTask(4, "consider", "fund", url="https://jobs.fund.example/jobs"), BoardTask(5, "getro", "north"),
        BoardTask(6, "ycombinator", "acme"), BoardTask(7, "speedrun", "speedrun"),
        BoardTask(8, "getonboard", "getonbrd"),
    ], replay=web.origin)  # fmt: skip


def test_a_channel_is_read_back_some_days_and_no_further(crawled, web):
    end = crawled.end("telegram/ads")
    assert (end.verdict, end.seen) == ("ok", {"10", "9", "1"})
    assert (end.window, len(web.requests("t.me/s/ads"))) == (timedelta(days=45), 2)


def test_a_channel_without_a_preview_says_so(crawled):
    end = crawled.end("telegram/closed")
    assert end.verdict == "error"
    assert "no public preview" in end.reason


@pytest.mark.parametrize("board", ["getro/77", "consider/fund"])
def test_a_funds_board_is_read_to_its_end(crawled, board):
    end = crawled.end(board)
    assert (end.verdict, len(end.seen)) == ("ok", 45), end.reason


def test_a_network_is_read_to_its_end_with_its_texts(crawled):
    end = crawled.end("speedrun/speedrun")
    assert (end.verdict, len(end.seen)) == ("ok", 120), end.reason
    assert {one.description for one in crawled.postings("speedrun/speedrun")} == {"Kelp."}


def test_what_stands_in_two_categories_is_one_posting(crawled):
    end = crawled.end("getonboard/getonbrd")
    assert (end.verdict, len(end.seen)) == ("ok", 150), end.reason
    assert len(crawled.postings("getonboard/getonbrd")) == 150


def test_a_collection_without_a_number_says_what_to_do(crawled):
    assert "network.id" in crawled.end("getro/north").reason


def test_a_companys_posting_has_the_text_of_its_page(crawled):
    (posting,) = crawled.postings("ycombinator/acme")
    assert (posting.native_id, posting.description) == ("Ab1Cd2E", "<p>Kelp.</p>")


def test_what_is_no_channel_and_no_company_is_refused():
    for source in ("telegram", "ycombinator"):
        with pytest.raises(ParseError):
            parse(source, b"<html><body>hello</body></html>")


def test_a_page_of_the_list_says_where_it_comes_from():
    task = BoardTask(1, "getro", "77", url="https://jobs.fund.example")
    assert SPIDERS["getro"]().page(task, At()).headers == {"Referer": "https://jobs.fund.example"}
