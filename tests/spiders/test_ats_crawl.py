"""Boards of applicant-tracking systems, crawled from a server that plays them: what they say, and what they hold back.

All boards of this file are crawled at once, so that the file costs the start of one crawl.
"""

import json
from datetime import UTC, datetime

import pytest

from models import BoardTask, Verdict
from spiders.base.values import digest

TASKS: list[BoardTask] = []


def task(source, board, **more):
    made = BoardTask(len(TASKS) + 1, source, board, **more)
    TASKS.append(made)
    return made


def put_json(web, answer, url, value, status=200):
    web.put(url, answer(json.dumps(value), status=status))


def ld(title, text, **more):
    node = {"@context": "https://schema.org", "@type": "JobPosting", "title": title, "description": text, **more}
    return f'<html><script type="application/ld+json">{json.dumps(node)}</script></html>'


def positions(**texts):
    rows = "".join(
        f"<position><id>{key[1:]}</id><name>{'Engineer ' + key if text else key}</name><jobDescriptions>"
        + (f"<jobDescription><value>{text}</value></jobDescription>" if text else "")
        + "</jobDescriptions></position>"
        for key, text in texts.items()
    )
    return f"<workzag-jobs>{rows}</workzag-jobs>"


def personio(web, answer):
    host = "https://{}.jobs.personio.de/"
    every = "elbe.jobs.personio.de/xml"  # a path has one answer whatever its query, unless a maker tells them apart
    feeds = {
        "en": positions(n1="in English", n2="", n3="", n4="", n5=""),
        "": positions(n1="auf Deutsch", n2="", n3="", n4="", n5="", n6="only here"),
        "de": positions(n2="nur auf Deutsch", n3="", n4="", n5=""),
    }
    web.makers[every] = lambda query, _: answer(feeds.get(query.get("language", ""), positions(n3="")))
    web.put("elbe.jobs.personio.de/job/3", answer(ld("Engineer n3", "from its page")))
    web.put("elbe.jobs.personio.de/job/4", answer("<html>no posting is stated here</html>"))
    task("personio", "elbe", url=host.format("elbe") + "xml", known={"5": "hash"}, checked={"5": datetime.now(UTC)})
    web.put("weser.jobs.personio.de/", answer('<html><a href="/job/7"><b>Engineer</b></a></html>'))
    web.put("weser.jobs.personio.de/job/7", answer(ld("Engineer", "from its page")))
    task("personio", "weser")
    task("personio", "niemand")
    whole = positions(n1="one", n2="two")
    web.put("cut.jobs.personio.de/xml", answer(whole[: len(whole) * 2 // 3]))
    task("personio", "cut")
    web.makers["halb.jobs.personio.de/xml"] = lambda query, _: (
        answer(positions(n1="")) if query.get("language") == "en" else answer("later", status=500)
    )
    web.put("halb.jobs.personio.de/job/1", answer(ld("Engineer", "from its page")))
    task("personio", "halb")


def teamtailor(web, answer):
    def feed(*numbers, **more):
        base = "https://fjord.teamtailor.com/jobs/"
        items = [{"title": f"T{n}", "url": f"{base}{n}-x", "content_html": f"text {n}"} for n in numbers]
        return {"items": items, **more}

    more = "https://fjord.teamtailor.com/more.json"
    put_json(web, answer, "fjord.teamtailor.com/jobs.json", feed(1, 2, next_url=more))
    put_json(web, answer, "fjord.teamtailor.com/more.json", feed(3))
    task("teamtailor", "fjord")
    put_json(web, answer, "foss.teamtailor.com/jobs.json", feed(1, next_url="https://foss.teamtailor.com/broken"))
    web.put("foss.teamtailor.com/broken", answer("", status=404))
    task("teamtailor", "foss")
    item = "<item><title>T</title><link>https://x.teamtailor.com/jobs/9-t</link><description>d</description></item>"
    web.put("elv.teamtailor.com/jobs.rss", answer(f"<rss><channel>{item}</channel></rss>"))
    task("teamtailor", "elv")
    bare = {"items": [{"title": "T5", "url": "https://myr.teamtailor.com/jobs/5-t"}]}
    put_json(web, answer, "myr.teamtailor.com/jobs.json", bare)
    web.put("myr.teamtailor.com/jobs/5-t", answer(ld("T5", "from its page")))
    task("teamtailor", "myr")
    reserved = '<meta name="tdm-reservation" content="1">' + ld("T6", "not for us")
    put_json(web, answer, "sump.teamtailor.com/jobs.json", {"items": [{"title": "T6", "url": "/jobs/6-t"}]})
    web.put("sump.teamtailor.com/jobs/6-t", answer(reserved))
    task("teamtailor", "sump")
    put_json(web, answer, "tjern.teamtailor.com/jobs.json", {"items": []})
    task("teamtailor", "tjern", known={"1": "hash"})


def bamboohr(web, answer):
    rows = [{"id": str(n), "jobOpeningName": f"T{n}"} for n in (1, 2, 3)]
    for board, total in (("apfel", 3), ("birne", 5)):
        listed = {"meta": {"totalCount": total}, "result": rows}
        put_json(web, answer, f"{board}.bamboohr.com/careers/list", listed)
        for n in (1, 2):
            detail = {"result": {"jobOpening": {"jobOpeningName": f"T{n}", "description": f"text {n}"}}}
            put_json(web, answer, f"{board}.bamboohr.com/careers/{n}/detail", detail)
        task("bamboohr", board, known={"3": "hash"}, checked={"3": datetime.now(UTC)})
    moved = {"Location": "https://www.bamboohr.com/"}
    web.put("weg.bamboohr.com/careers/list", answer("", status=302, headers=moved))
    task("bamboohr", "weg")


def rippling(web, answer):
    board = "api.rippling.com/platform/api/ats/v1/board/Kies/jobs"
    rows = [{"uuid": f"u{n}", "name": f"T{n}", "workLocation": {"label": place}} for n, place in PLACES_OF_ROWS]
    put_json(web, answer, board, rows)
    put_json(web, answer, f"{board}/u1", {"uuid": "u1", "name": "T1", "description": {"role": "text 1"}})
    put_json(web, answer, f"{board}/u2", {"uuid": "u2", "name": "T2", "workLocations": ["Oslo", "Bergen"]})
    task("rippling", "Kies")


PLACES_OF_ROWS = ((1, "Rome"), (2, "Oslo"), (1, "Turin"), (1, "Rome"))


def gem(web, answer):
    failed = {"errors": [{"message": "boom"}], "data": {"oatsExternalJobPostings": None}}
    put_json(web, answer, "api.gem.com/job_board/v0/ebbe/job_posts/", failed)
    task("gem", "ebbe", known={"1": "hash"})


def breezy(web, answer):
    rows = [{"id": f"{n:012x}", "name": f"T{n}", "url": f"https://dune.breezy.hr/p/{n:012x}-t"} for n in (1, 2)]
    put_json(web, answer, "dune.breezy.hr/json", [*rows, {"id": "0" * 11 + "3", "name": "T3", "description": "whole"}])
    for n in (1, 2):
        web.put(f"dune.breezy.hr/p/{n:012x}-t", answer(ld(f"T{n}", f"text {n}") if n == 1 else "<html>nothing</html>"))
    task("breezy", "dune")
    rows = [{"id": f"{n:012x}", "name": f"T{n}", "url": f"https://ebb.breezy.hr/p/{n:012x}-t"} for n in (1, 2)]
    put_json(web, answer, "ebb.breezy.hr/json", rows)
    for n in (1, 2):
        web.put(f"ebb.breezy.hr/p/{n:012x}-t", answer("later", status=500))
    task("breezy", "ebb", cursor={"failed": {digest(rows[0]["url"]): 1}})
    web.put("weg.breezy.hr/json", answer("", status=302, headers={"Location": "https://breezy.hr/"}))
    task("breezy", "weg")


def join(web, answer):
    def page(query, _):
        number = int(query["page"])
        ids = range(1, 6) if number == 1 else range(6, 8)
        items = [{"id": n, "idParam": f"{n}-t", "title": f"T{n}"} for n in ids]
        jobs = {"items": items, "pagination": {"page": number, "pageCount": 2, "total": 7}}
        state = {"props": {"pageProps": {"initialState": {"jobs": jobs, "company": {"name": "Nord"}}}}}
        return answer(f'<html><script id="__NEXT_DATA__">{json.dumps(state)}</script></html>')

    web.makers["join.com/companies/nord"] = page
    for n in range(1, 8):
        web.put(f"join.com/companies/nord/{n}-t", answer(ld(f"T{n}", f"text {n}")))
    task("join", "nord")


def jobvite(web, answer):
    def page(query, _):
        part = int(query["p"])
        links = "".join(f'<a href="/marsh/job/oJob{n}">T{n}</a>' for n in (2 * part + 1, 2 * part + 2))
        return answer(f'<html>{links}<p class="jv-pagination-text">{2 * part + 1}-{2 * part + 2} of 6</p></html>')

    web.makers["jobs.jobvite.com/marsh/search"] = page
    for n in range(1, 7):
        web.put(f"jobs.jobvite.com/marsh/job/oJob{n}", answer(ld(f"T{n}", f"text {n}")))
    task("jobvite", "marsh")
    web.put("jobs.jobvite.com/fen/jobs", answer('<html><ul class="jv-job-list"></ul></html>'))
    task("jobvite", "fen")


def jazzhr(web, answer):
    web.put("mill.applytojob.com/apply", answer('<html resumator><a href="/apply/abcdef1234/T1">T1</a></html>'))
    web.put("mill.applytojob.com/apply/abcdef1234/T1", answer(ld("T1", "text 1")))
    task("jazzhr", "mill")
    web.put("login.applytojob.com/apply/jobs", answer("<html>please sign in</html>"))
    task("jazzhr", "login")


def others(web, answer):
    site, board = "recruiting.paylocity.com/Recruiting/Jobs", "1a06dc72-45ee-4c90-a268-000000000001"
    jobs = [{"JobId": 7, "JobTitle": "T7", "IsInternal": False}, {"JobId": 8, "JobTitle": "T8", "IsInternal": True}]
    web.put(
        f"{site}/All/{board}", answer(f"<html><script>window.pageData = {json.dumps({'Jobs': jobs})};</script></html>")
    )
    web.put(f"{site}/Details/7", answer('<p class="job-listing-header">Description</p><div>text 7</div>'))
    task("paylocity", board)
    web.put(
        "www.comeet.com/jobs/lens/B9.00F", answer('<html><script>x = {"token": "1B16C4BD7005131B"}</script></html>')
    )
    positions = [{"uid": "C1.26F", "name": "T", "details": [{"value": "text"}]}]
    put_json(web, answer, "www.comeet.co/careers-api/2.0/company/B9.00F/positions", positions)
    task("comeet", "lens|B9.00F")
    web.put(
        "saw.app.loxo.co/saw", answer('<html><a href="/job/MTIzNDUtYWJj">T</a><a href="/job/MTIzNDUtYWJj"></a></html>')
    )
    web.put(
        "saw.app.loxo.co/job/MTIzNDUtYWJj",
        answer('<meta property="og:title" content="T"><p class="cleanslate">text</p>'),
    )
    task("loxo", "saw", url="https://saw.app.loxo.co/saw")
    web.put("jobs.deel.com/tuft", answer("<html>a page without a stream</html>"))
    task("deel", "tuft", known={"1": "hash"})


@pytest.fixture(scope="module")
def crawled(web, crawl, answer):
    TASKS.clear()
    for play in (personio, teamtailor, bamboohr, rippling, gem, breezy, join, jobvite, jazzhr, others):
        play(web, answer)
    return crawl(TASKS, replay=web.origin, timeout=5)


def texts(crawled, name):
    return {posting.native_id: posting.description for posting in crawled.postings(name)}


def test_a_personio_posting_gets_its_text_from_the_language_that_has_it(crawled):
    end = crawled.end("personio/elbe")
    told = {"1": "in English", "6": "only here", "2": "nur auf Deutsch", "3": "from its page", "4": ""}
    assert (end.verdict, texts(crawled, "personio/elbe")) == (Verdict.OK, told)
    assert end.seen == {"1", "2", "3", "4", "5", "6"}
    assert not end.etag


def test_a_personio_posting_that_is_known_costs_no_page(crawled, web):
    assert not web.requests("elbe.jobs.personio.de/job/5")


def test_a_personio_board_without_a_feed_is_read_from_its_careers_page(crawled):
    end = crawled.end("personio/weser")
    assert (end.verdict, texts(crawled, "personio/weser")) == (Verdict.OK, {"7": "from its page"})


def test_a_personio_board_is_gone_when_both_its_doors_are_closed(crawled):
    assert crawled.end("personio/niemand").verdict is Verdict.GONE


def test_a_feed_that_breaks_off_closes_nothing(crawled):
    end = crawled.end("personio/cut")
    assert (end.verdict, "breaks off" in end.reason) == (Verdict.ERROR, True)


def test_a_language_that_fails_makes_the_crawl_truncated(crawled):
    end = crawled.end("personio/halb")
    assert (end.verdict, texts(crawled, "personio/halb")) == (Verdict.TRUNCATED, {"1": "from its page"})


def test_a_feed_in_parts_is_read_to_its_end(crawled):
    end = crawled.end("teamtailor/fjord")
    assert (end.verdict, end.seen) == (Verdict.OK, {"1", "2", "3"})


def test_a_part_that_fails_makes_the_crawl_truncated(crawled):
    end = crawled.end("teamtailor/foss")
    assert (end.verdict, end.seen) == (Verdict.TRUNCATED, {"1"})


def test_a_feed_in_another_form_is_the_second_door(crawled):
    end = crawled.end("teamtailor/elv")
    assert (end.verdict, end.seen) == (Verdict.OK, {"9"})


def test_the_page_of_each_new_posting_is_read(crawled):
    end = crawled.end("bamboohr/apfel")
    assert (end.verdict, texts(crawled, "bamboohr/apfel")) == (Verdict.OK, {"1": "text 1", "2": "text 2"})
    assert end.seen == {"1", "2", "3"}


def test_a_list_that_is_shorter_than_it_says_is_truncated_with_both_numbers(crawled):
    end = crawled.end("bamboohr/birne")
    assert end.verdict is Verdict.TRUNCATED
    assert "5" in end.reason
    assert "3" in end.reason


def test_a_board_that_leads_elsewhere_is_gone(crawled):
    assert crawled.end("bamboohr/weg").verdict is Verdict.GONE


def test_the_places_of_a_postings_rows_are_joined(crawled):
    places = {p.native_id: [place.text for place in p.places] for p in crawled.postings("rippling/Kies")}
    assert places == {"u1": ["Rome", "Turin"], "u2": ["Oslo", "Bergen"]}
    assert crawled.end("rippling/Kies").verdict is Verdict.OK


def test_a_posting_whose_page_states_nothing_is_told_as_it_is_listed(crawled):
    end = crawled.end("breezy/dune")
    told = {f"{1:012x}": "text 1", f"{2:012x}": "", f"{3:012x}": "whole"}
    assert (end.verdict, texts(crawled, "breezy/dune")) == (Verdict.OK, told)
    assert crawled.end("breezy/weg").verdict is Verdict.GONE


def test_a_posting_whose_page_keeps_failing_is_told_as_it_is_listed(crawled):
    end = crawled.end("breezy/ebb")
    assert (end.verdict, texts(crawled, "breezy/ebb")) == (Verdict.TRUNCATED, {f"{1:012x}": ""})
    assert end.seen == {f"{1:012x}", f"{2:012x}"}


@pytest.mark.parametrize(("board", "count"), [("join/nord", 7), ("jobvite/marsh", 6)])
def test_a_list_in_pages_is_read_to_its_end(crawled, board, count):
    end = crawled.end(board)
    assert (end.verdict, len(end.seen)) == (Verdict.OK, count)
    assert all(text.startswith("text ") for text in texts(crawled, board).values())
    assert len(texts(crawled, board)) == count


def test_a_list_page_without_postings_is_an_empty_board(crawled):
    assert crawled.end("jobvite/fen").verdict is Verdict.EMPTY


@pytest.mark.parametrize("board", ["jazzhr/login", "deel/tuft"])
def test_a_page_of_another_kind_is_no_empty_board(crawled, board):
    assert crawled.end(board).verdict is Verdict.ERROR


@pytest.mark.parametrize(
    ("board", "told"),
    [
        ("jazzhr/mill", {"abcdef1234": "text 1"}), ("paylocity/1a06dc72-45ee-4c90-a268-000000000001", {"7": "text 7"}),
        ("comeet/lens|B9.00F", {"C1.26F": "text"}), ("loxo/saw", {"MTIzNDUtYWJj": "text"}),
    ],
)  # fmt: skip
def test_the_texts_of_a_board_are_read_from_where_they_stand(crawled, board, told):
    assert (crawled.end(board).verdict, texts(crawled, board)) == (Verdict.OK, told)


def test_errors_under_200_are_no_empty_board(crawled):
    end = crawled.end("gem/ebbe")
    assert (end.verdict, "errors instead of postings" in end.reason) == (Verdict.ERROR, True)


def test_a_feed_without_texts_is_completed_from_the_pages(crawled):
    assert texts(crawled, "teamtailor/myr") == {"5": "from its page"}


def test_a_page_that_reserves_data_mining_is_passed_over(crawled):
    end = crawled.end("teamtailor/sump")
    assert (end.verdict, end.seen, texts(crawled, "teamtailor/sump")) == (Verdict.OK, {"6"}, {})
    assert "tdm-reservation" in end.reason


def test_a_board_that_answers_with_nothing_is_empty(crawled):
    assert crawled.end("teamtailor/tjern").verdict is Verdict.EMPTY
