"""Boards whose lists stand behind one of two doors, in pages, or in pages of the web: each is read to its end."""

import json

import pytest

from models import BoardTask, Verdict
from spiders import parse

GUID, JOB = "0b9d4f6e-1c2d-4e3f-8a9b-0c1d2e3f4a5b", "1b9d4f6e-1c2d-4e3f-8a9b-0c1d2e3f4{:03d}"
CID = "6645ed7b-7f8d-47a9-9161-d975aa7f3314"
STATED = {"@type": "JobPosting", "title": "AI Engineer", "description": "You build.", "datePosted": "2026-09-01"}
PAGE = f'<html><body><script type="application/ld+json">{json.dumps(STATED)}</script></body></html>'
SITEMAP = "<urlset>{}</urlset>"
LINK = "<url><loc>https://{}</loc><lastmod>2026-09-01</lastmod></url>"


def cards(start, end, following=""):
    host = "https://careers-pages.icims.com/jobs"
    links = "".join(f'<li><a class="iCIMS_Anchor" href="{host}/{n}/ai/job">AI {n}</a></li>' for n in range(start, end))
    more = f'<a title="Next page" href="{host}/search?pr={following}">x</a>' if following else ""
    return f"<html><body class='iCIMS_Body'>{links}{more}</body></html>"


def results(start, end):
    links = [f'<article class="article--result"><a href="https://acme.avature.net/careers/JobDetail/AI/{n}">AI</a></article>'
             for n in range(start, end)]  # fmt: skip
    return f"<html><body><a href='/careers/SearchJobs'>x</a>{''.join(links)}</body></html>"


def opportunities(body):
    skip = body["opportunitySearch"]["Skip"]
    rows = [{"Id": JOB.format(n), "Title": "AI Engineer", "FullTime": True} for n in range(skip, min(skip + 50, 70))]
    return {"opportunities": rows, "totalCount": 70}


def widget(body):
    if body["ddoKey"] == "jobDetail":
        number = body["jobSeqNo"].removeprefix("SEQ")
        return {"jobDetail": {"data": {"job": {"jobId": number, "title": "AI Engineer", "description": "You build."}}}}
    rows = [{"jobId": str(n), "jobSeqNo": f"SEQ{n}", "title": "AI Engineer"} for n in range(body["from"], 130)]
    return {"refineSearch": {"totalHits": 130, "data": {"jobs": rows[:100]}}}


def requisitions(query):
    start = int(query["$skip"])
    rows = [{"itemID": str(n), "requisitionTitle": "AI Engineer"} for n in range(start, min(start + 20, 30))]
    return {"jobRequisitions": rows, "meta": {"totalNumber": 30}}


@pytest.fixture(scope="module")
def crawled(web, crawl, answer):
    def says(where, make):
        web.makers[where] = lambda query, body: answer(
            told if isinstance(told := make(query, body), str) else json.dumps(told)
        )

    links = [f"careers-map.icims.com/jobs/{n}/ai/job" for n in range(3)]
    parts = "".join(f"<sitemap><loc>https://careers-map.icims.com/map{n}.xml</loc></sitemap>" for n in range(3))
    says("careers-map.icims.com/sitemap.xml", lambda *_: f"<sitemapindex>{parts}</sitemapindex>")
    for n, link in enumerate(links):
        says(f"careers-map.icims.com/map{n}.xml", lambda *_, link=link: SITEMAP.format(LINK.format(link)))
    index = parts.replace("map2", "gone").replace("careers-map", "careers-cut")
    says("careers-cut.icims.com/sitemap.xml", lambda *_: f"<sitemapindex>{index}</sitemapindex>")
    for n, link in enumerate(links[:2]):
        link = link.replace("careers-map", "careers-cut")
        says(f"careers-cut.icims.com/map{n}.xml", lambda *_, link=link: SITEMAP.format(LINK.format(link)))
        says(link, lambda *_: PAGE)
    says("careers-pages.icims.com/jobs/search", lambda q, _: cards(3, 6) if q.get("pr") else cards(0, 3, "1"))
    for host in ("map", "pages"):
        for n in range(6):
            says(f"careers-{host}.icims.com/jobs/{n}/ai/job", lambda *_: PAGE)
    says(
        "acme.avature.net/careers/SearchJobs/",
        lambda q, _: results(int(q["jobOffset"]), min(int(q["jobOffset"]) + 10, 25)),
    )
    for n in range(25):
        says(f"acme.avature.net/careers/JobDetail/AI/{n}", lambda *_: PAGE)
    pages = [f"jobs.acme.example/job/Kiel-AI/10000{n}/" for n in range(3)]
    says("jobs.acme.example/job_sitemap.xml", lambda *_: SITEMAP.format("".join(map(LINK.format, pages))))
    for page in pages:
        says(page, lambda *_: PAGE)
    ukg = f"recruiting.ultipro.com/ACM1000/JobBoard/{GUID}"
    says(f"{ukg}/JobBoardView/LoadSearchResults", lambda _, body: opportunities(body))
    opportunity = {"Title": "AI Engineer", "Description": "You build."}
    says(f"{ukg}/OpportunityDetail", lambda q, _: f"<script>new US.CandidateOpportunityDetail("
         f"{json.dumps(opportunity | {'Id': q['opportunityId']})})</script>")  # fmt: skip
    says("careers.acme.example/widgets", lambda _, body: widget(body))
    adp = "workforcenow.adp.com/mascsr/default/careercenter/public/events/staffing/v1/job-requisitions"
    says(adp, lambda q, _: requisitions(q))
    for n in range(30):
        says(f"{adp}/{n}", lambda *_: {"requisitionTitle": "AI Engineer", "requisitionDescription": "You build."})
    tasks = [
        BoardTask(1, "icims", "careers-map"), BoardTask(2, "icims", "careers-pages"), BoardTask(3, "avature", "acme"),
        BoardTask(4, "successfactors", "acme", url="https://jobs.acme.example/"), BoardTask(5, "adp", CID),
        BoardTask(6, "ukg", "ACM1000", url=f"https://{ukg}"),
        BoardTask(7, "phenom", "acme", url="https://careers.acme.example/us/en/search-results"),
        BoardTask(9, "icims", "careers-cut"),
        BoardTask(8, "successfactors", "old", url="https://career5.successfactors.eu/career?company=old"),
    ]  # fmt: skip
    return crawl(tasks, replay=web.origin)


@pytest.mark.parametrize(
    ("board", "count"),
    [("icims/careers-map", 3), ("icims/careers-pages", 6), ("avature/acme", 25), ("successfactors/acme", 3),
     (f"adp/{CID}", 30), ("ukg/ACM1000", 70), ("phenom/acme", 130)],
)  # fmt: skip
def test_every_posting_is_read_with_its_page(crawled, board, count):
    end, postings = crawled.end(board), crawled.postings(board)
    assert (end.verdict, end.reason) == (Verdict.OK, "")
    assert len({posting.native_id for posting in postings}) == len(end.seen) == len(postings) == count
    assert all(posting.description and posting.title for posting in postings)


def test_a_list_of_which_a_part_is_gone_is_cut_and_says_so(crawled):
    end = crawled.end("icims/careers-cut")
    assert (end.verdict, len(crawled.postings("icims/careers-cut"))) == (Verdict.TRUNCATED, 2)
    assert "gone.xml" in end.reason


def test_a_board_of_the_old_kind_says_that_it_is_not_read(crawled):
    assert crawled.end("successfactors/old").verdict is Verdict.ERROR
    assert "newer careers site" in crawled.end("successfactors/old").reason


@pytest.mark.parametrize(
    ("source", "start", "unit"),
    [("icims", "<body class='iCIMS_x'><li>", '<a href="/jobs/{}/x/job">AI</a>'),
     ("icims", "<body class='iCIMS_x'>", '<div class="row"><a href="/jobs/{}/x/job">AI</a></div>'),
     ("avature", "SearchJobs<li>", '<a href="/careers/JobDetail/x/{}">AI</a><p class="location">')],
)  # fmt: skip
def test_a_page_of_results_costs_no_more_than_its_length(source, start, unit):
    page = start + "".join(unit.format(number) for number in range(4000))
    found = parse(source, page.encode(), "acme").postings
    assert len(found) == 4000


def test_a_posting_that_nests_its_fields_without_end_is_read():
    page = "<h1>AI</h1>" + '<div class="view__field view__field__label">' * 4000 + "You build."
    assert parse("avature", page.encode(), "acme", "https://acme.avature.net/careers/JobDetail/AI/1").postings
