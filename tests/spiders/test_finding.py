"""From an address as people have it to the board behind it: by its shape, its page, or the pages that it leads to."""

import asyncio
import json

import pytest
from scrapy.http import HtmlResponse, Response

import finding
from benchmarks import add_board
from settings import Settings
from spiders.base import clues, scout
from spiders.base.guard import check_url

FRAME = '<iframe src="https://jobs.lever.co/acme?embed=1"></iframe>'
SCRIPT = '<script src="https://boards.greenhouse.io/embed/job_board/js?for=acme"></script>'
DATA = (
    r'<script>{"u":"https:\/\/jobs.ashbyhq.com\/Acme%20Labs\/0e1b7d54-5f43-4a3c-9d9e-111111111111?a\u0026x=2"}</script>'
)
NOISE = '<a href="https://www.linkedin.com/company/acme">us</a><a href="https://jobs.lever.co/partner">a friend</a>'


@pytest.mark.parametrize(
    ("page", "named"),
    [
        (SCRIPT, "greenhouse/acme"),
        (FRAME, "lever/acme"),
        (DATA, "ashby/Acme Labs"),
        ('<a href="//apply.workable.com/acme/">Jobs</a>', "workable/acme"),
        ('<a href="https://jobs.eu.lever.co/acme/0e1b7d54-5f43-4a3c-9d9e-111111111111/apply">x</a>', "lever/acme"),
        ('<div data-url="https://acme.recruitee.com/o/ml-engineer">', "recruitee/acme"),
        ('<form action="https://boards.greenhouse.io/acme">', "greenhouse/acme"),
        ('<link href="https://cdn.recruiteecdn.com/x.css">', "recruitee/acme"),
        ("var u = 'https://api.lever.co/v0/postings/acme?mode=json&group=team'", "lever/acme"),
        ('<a href="https://job-boards.eu.greenhouse.io/acme/jobs/4567">ML</a>', "greenhouse/acme"),
    ],
)
def test_a_page_names_its_board(page, named):
    found = clues.clues(NOISE + page, "https://careers.acme.example/")
    assert f"{found[0].found.source}/{found[0].found.board}" == named


def test_what_is_said_of_a_region_comes_along():
    (found,) = clues.clues('<a href="https://jobs.eu.lever.co/acme">', "https://acme.example/")
    assert found.found.options == {"region": "eu"}


def test_a_board_in_a_frame_outweighs_many_links_to_another():
    links = "".join(f'<a href="https://jobs.lever.co/other/{number}">' for number in range(50))
    assert clues.clues(links + SCRIPT, "https://x.example/")[0].found.board == "acme"


@pytest.mark.parametrize("page", ["", "<", "//" * 200_000, "https://" * 100_000, "\\/" * 300_000, "a.b-" * 200_000])
def test_a_hostile_page_is_looked_through_and_holds_nothing(page):
    assert clues.clues(page, "https://acme.example/") == []
    assert clues.ways_on(page, "https://acme.example/") == []


@pytest.mark.parametrize(
    ("link", "is_followed"),
    [
        ('<a href="/careers">About</a>', True),
        ('<a href="/x">Open positions</a>', True),
        ('<a href="/de/stellen">Offene Stellen</a>', True),
        ('<a href="/saiyou">採用情報</a>', True),
        ('<a href="https://acmecareers.example/">Join us</a>', True),
        ('<a href="https://jobs.other.example/">Jobs</a>', False),
        ('<a href="/about">About</a>', False),
        ('<a href="/careers.pdf">Careers</a>', False),
        ('<a href="mailto:jobs@acme.example">Jobs</a>', False),
    ],
)  # fmt: skip
def test_which_links_may_lead_to_jobs(link, is_followed):
    assert bool(clues.ways_on(link, "https://www.acme.example/")) is is_followed


def test_lists_of_openings_are_looked_at_before_words_about_careers():
    page = '<a href="/life">Life at Acme</a><a href="/careers">Careers</a><a href="/roles">See open roles</a>'
    assert [url[-5:] for url in clues.ways_on(page, "https://acme.example/")] == ["roles", "reers", "/life"]


def looked(pages, url):
    """A search over pages in a dictionary: text, or the address that one redirects to."""

    async def fetch(url):
        check_url(url)
        page = pages.get(url)
        if page is None:
            return Response(url, 404)
        if page.startswith("http"):
            return Response(url, 302, headers={"Location": page})
        return HtmlResponse(url, body=page.encode(), encoding="utf-8")

    return asyncio.run(scout.search(url, fetch))


def test_a_home_page_leads_to_the_careers_page_and_that_to_the_board():
    pages = {"https://acme.example/": '<a href="/join">Join us</a>', "https://acme.example/join": FRAME}
    assert [clue.found.board for clue in looked(pages, "acme.example/").ranked()] == ["acme"]


def test_a_home_page_without_a_link_is_tried_at_the_usual_places():
    pages = {"https://acme.example": "<p>hello</p>", "https://jobs.acme.example/": SCRIPT}
    assert [clue.found.source for clue in looked(pages, "acme.example").ranked()] == ["greenhouse"]


@pytest.mark.parametrize(
    "typed",
    ["htps://acme.example/careers", "https:/acme.example/careers", "http//acme.example/careers", "Acme.example/careers",
     "<https://acme.example/careers>", "HTTPS://www.acme.example/careers", "https://acme.example/careers/ml-engineer-7",
     "https://www.acme.example/", "https://www.acme.example/careers/closed?utm_source=x#top"],
)  # fmt: skip
def test_an_address_that_is_misspelt_or_leads_nowhere_finds_its_site(typed):
    pages = {"https://acme.example/": '<a href="/careers">Careers</a>', "https://acme.example/careers": FRAME}
    pages |= {"https://Acme.example/careers": FRAME}
    assert [clue.found.board for clue in looked(pages, typed).ranked()] == ["acme"]


def test_a_closed_posting_at_a_vendor_names_its_board():
    assert [clue.key for clue in looked({}, "https://acme.breezy.hr/p/old-posting").ranked()] == [("breezy", "acme")]


def test_who_says_no_is_not_asked_elsewhere():
    async def fetch(url):
        return Response(url, 403)

    assert asyncio.run(scout.search("https://www.acme.example/careers", fetch)).asked == {
        "https://www.acme.example/careers"
    }


def test_a_redirect_names_the_board():
    pages = {"https://acme.example/jobs": "https://x.example/", "https://x.example/": "https://jobs.lever.co/acme"}
    search = looked(pages, "https://acme.example/jobs")
    assert [clue.found.board for clue in search.ranked()] == ["acme"]


def test_a_redirect_to_a_private_address_is_refused():
    search = looked({"https://acme.example/jobs": "http://169.254.169.254/latest"}, "https://acme.example/jobs")
    assert "not on the public internet" in search.problems[0]
    assert (search.pages, search.clues) == ([], {})


def test_a_search_reads_few_pages_however_many_there_are():
    pages = {f"https://acme.example/jobs/{n}": f'<a href="/jobs/{n + 1}">jobs</a>' for n in range(100)}
    assert len(looked(pages, "https://acme.example/jobs/0").asked) == scout.MAX_PAGES


# --- the whole way, over a network that is a local server ----------------------------------------------------------

ADS = [{"id": 1, "title": "Machine Learning Engineer"}, {"id": 2, "title": "Machine Learning Engineer"},
       {"id": 3, "title": "Nurse"}]  # fmt: skip
LD = {"@context": "https://schema.org", "@type": "JobPosting", "title": "ML Engineer", "description": "<p>Train.</p>",
      "hiringOrganization": {"@type": "Organization", "name": "Acme GmbH"}, "datePosted": "2026-11-01"}  # fmt: skip
ASKED = {
    "https://jobs.ashbyhq.com/acme/0e1b7d54-5f43-4a3c-9d9e-111111111111": "ashby/acme",
    "https://boards.greenhouse.io/acme": "greenhouse/acme",
    "https://careers.acme.example/": "greenhouse/acme",
    "https://home.example": "lever/home",
    "https://moved.example/careers": "lever/home",
    "https://own.example/": "recruitee/own",
    "https://stating.example/jobs": "jsonld/stating.example",
    "https://app.example/careers": "ashby/acme",
    "https://quiet.example": "workable/quiet",
    "https://seiten.example/": "workable/quiet",
}


@pytest.fixture
def sites(web, answer):
    def put(url, body, **headers):
        web.put(url, answer(body if isinstance(body, str) else json.dumps(body), **headers))

    web.put("api.ashbyhq.com/posting-api/job-board/acme", answer(json.dumps({"jobs": ADS})))
    rows = [{**ad, "absolute_url": "https://x.example", "company_name": "Acme, Inc."} for ad in ADS]
    put("boards-api.greenhouse.io/v1/boards/acme/jobs", {"jobs": rows, "meta": {"total": 3}})
    put("api.lever.co/v0/postings/home", [{"id": "1", "text": "AI Engineer", "hostedUrl": "https://x.example"}])
    put("own.example/api/offers/", {"offers": [{"id": 5, "title": "AI Engineer", "company_name": "Own"}]})
    put(
        "apply.workable.com/api/v1/widget/accounts/quiet",
        {"name": "Quiet", "jobs": [{"shortcode": "AB12CD34", "title": "x"}]},
    )
    put("careers.acme.example/", NOISE + SCRIPT)
    put("home.example/", '<a href="/en/careers">Work with us</a>')
    put("home.example/en/careers", FRAME.replace("acme", "home"))
    web.put("moved.example/careers", answer(status=301, headers={"Location": "https://jobs.lever.co/home"}))
    put("own.example/", '<script src="https://cdn.recruiteecdn.com/app.js"></script>')
    put("stating.example/jobs", '<a href="/jobs/1">ML Engineer</a>')
    put("stating.example/jobs/1", f'<script type="application/ld+json">{json.dumps(LD)}</script>')
    put("app.example/careers", DATA.replace("Acme%20Labs", "acme"))
    put("quiet.example/", "<p>nothing here</p>")
    put("quiet.example/careers", '<a href="https://apply.workable.com/quiet/">all</a>')
    put("seiten.example/", '<a href="/offene-stellen">Offene Stellen</a>')
    put("seiten.example/offene-stellen", '<a href="https://apply.workable.com/quiet/">all</a>')
    put("lost.example/", "<p>no jobs</p>")
    return Settings.model_validate({"network": {"replay": web.origin}})


def test_ten_addresses_of_ten_kinds_are_found_without_help(sites, web):
    found = {one.asked: one for one in finding.ask(sites, [*ASKED, "https://lost.example/", "http://10.0.0.1/jobs"])}
    assert {url: found[url].best.name for url in ASKED} == ASKED
    assert all(found[url].best.is_good() for url in ASKED)
    greenhouse = found["https://careers.acme.example/"].best
    assert (greenhouse.company, greenhouse.count, greenhouse.ai) == ("Acme, Inc.", 3, 2)
    assert greenhouse.titles == ["Machine Learning Engineer", "Nurse"]
    assert found["https://own.example/"].best.url == "https://own.example/"
    assert (found["https://stating.example/jobs"].best.company) == "Acme GmbH"
    lost = found["https://lost.example/"]
    assert not (lost.best and lost.best.is_good())
    assert "not on the public internet" in found["http://10.0.0.1/jobs"].problem
    assert all("rolewire" in seen.headers["User-Agent"] for seen in web.seen)


def test_ten_addresses_of_ten_kinds_lead_to_their_boards():
    with add_board.served() as replay:
        found = finding.ask(Settings.model_validate({"network": {"replay": replay}}), list(add_board.ADDRESSES))
    told = [(one.best.name, one.best.is_good(), one.best.count) if one.best else one.problem for one in found]
    assert told == [(name, True, add_board.COUNT) for name in add_board.ADDRESSES.values()]


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Cohere", "ashby/cohere"), ("liquid ai", "ashby/liquid-ai"), ("Character.AI", "ashby/character"),
        ("Acme Labs (the AI people)", "greenhouse/acmelabs"), ("Acme, Inc.", None), ("acme.example", None),
        ("https://acme.example", None), ("ashby/acme", None), ("", None), ("(" * 100_000, "greenhouse/"),
    ],
)  # fmt: skip
def test_an_employer_is_known_by_name(name, first):
    """By the packs, else by what its board may be called; what looks like an address is one."""
    found = finding._employer(name)
    assert (found.prospects[0].name if found and found.prospects else found and "greenhouse/") == first
    assert found is None or len(found.prospects) <= 9 + 3


def test_a_misspelt_employer_is_answered_with_the_one_that_is_meant():
    assert "did you mean Anthropic?" in finding._employer("Antropic").problem


def test_employers_are_called_as_the_packs_call_them():
    found = [finding.Finding("a", [finding.Prospect("ashby", name, company)]) for name, company in
             (("Cohere", ""), ("nobody", ""), ("cohere", "Cohere Inc."))]  # fmt: skip
    finding._name_employers(found)
    assert [one.best.company for one in found] == ["Cohere", "", "Cohere Inc."]
    assert finding._employer("cohere").best.company == "Cohere"
