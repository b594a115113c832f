import pytest
from hypothesis import given
from hypothesis import strategies as st

import spiders
from pipeline import canonical

UUID = "558657be-5082-4e97-8509-d49f5c25bf5b"


def canonical_url(url):
    """As ingest and `rolewire dedup` have it: what a source says first, then what holds of any site."""
    return canonical.canonical_url(url, spiders.canonical_url(url))


@pytest.mark.parametrize(
    "urls",
    [
        (
            "https://boards.greenhouse.io/acme/jobs/7070269",
            "https://job-boards.greenhouse.io/acme/jobs/7070269?gh_src=x",
            "https://boards.greenhouse.io/embed/job_app?for=acme&token=7070269",
            "https://acme.com/careers/job?gh_jid=7070269",
            "http://www.acme.com/careers/7070269/?gh_jid=7070269&utm_source=x",
            "https://job-boards.eu.greenhouse.io/acme/jobs/7070269#app",
        ),
        (
            f"https://jobs.lever.co/acme/{UUID}",
            f"https://www.google.com/url?sa=t&q=https%3A%2F%2Fjobs.lever.co%2Facme%2F{UUID}%3Flever-source%3Dx&usg=y",
            f"https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fjobs.lever.co%2Facme%2F{UUID}&data=05",
            f"https://www.linkedin.com/safety/go?url=https%3A%2F%2Fjobs.lever.co%2Facme%2F{UUID}&trk=x",
        ),
        (f"https://jobs.lever.co/acme/{UUID}", f"https://jobs.lever.co/acme/{UUID}/apply?lever-source=LinkedIn"),
        (
            f"https://jobs.ashbyhq.com/Acme/{UUID}",
            f"https://jobs.ashbyhq.com/acme/{UUID.upper()}/application?utm_source=x",
        ),
        (
            "https://acme.wd5.myworkdayjobs.com/en-US/ext/job/Berlin/ML-Engineer_R149383",
            "https://acme.wd5.myworkdayjobs.com/ext/job/Berlin/ML-Engineer_R149383-1",
            "https://acme.wd5.myworkdayjobs.com/ext/job/ML-Engineer_R149383/apply?source=LinkedIn",
        ),
        (
            "https://jobs.smartrecruiters.com/Acme/744000096130485-data-analyst?oga=true",
            "https://jobs.smartrecruiters.com/Acme/744000096130485",
        ),
        ("https://apply.workable.com/acme/j/1A2B3C4D5E/", "https://apply.workable.com/j/1a2b3c4d5e/apply"),
        ("https://acme.recruitee.com/o/ml-engineer", "https://acme.recruitee.com/o/ml-engineer/c/new?source=x"),
        ("https://acme.jobs.personio.de/job/123456?language=de", "https://acme.jobs.personio.com/job/123456"),
        ("https://www.metacareers.com/v2/jobs/549129607617344/", "https://www.metacareers.com/jobs/549129607617344"),
        (
            "https://www.example.com/careers/ml-engineer-12/",
            "http://example.com/careers/ML-Engineer-12?utm_campaign=a&ref=b",
        ),
        ("https://example.com/jobs/?job_id=12&utm_source=x", "https://example.com/jobs?job_id=12"),
    ],
)
def test_one_posting_one_url(urls):
    assert len({canonical_url(url) for url in urls}) == 1
    assert canonical_url(urls[0])


def test_different_postings_stay_apart():
    urls = [
        "https://boards.greenhouse.io/acme/jobs/1001",
        "https://boards.greenhouse.io/acme/jobs/1002",
        "https://acme.wd5.myworkdayjobs.com/ext/job/x/A_R1",
        "https://acme.wd5.myworkdayjobs.com/ext/job/x/A_R2",
        "https://other.wd5.myworkdayjobs.com/ext/job/x/A_R1",
        "https://wd1.myworkdaysite.com/recruiting/one/x/job/B/A_R1",
        "https://wd1.myworkdaysite.com/recruiting/two/x/job/B/A_R1",
        "https://acme.recruitee.com/o/a",
        "https://other.recruitee.com/o/a",
        "https://example.com/jobs?id=1",
        "https://example.com/jobs?id=2",
    ]
    assert len({canonical_url(url) for url in urls}) == len(urls)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "acme",
        "mailto:jobs@acme.com",
        "ftp://acme.com/job/1",
        "https://acme.com",
        "https://acme.com/careers/",
        "https://boards.greenhouse.io/acme",
        "https://jobs.lever.co/acme",
        "https://jobs.ashbyhq.com/acme",
        "https://acme.com/jobs?utm_source=x",
        "https://[::1",
        "https://acme.wd5.myworkdayjobs.com/ext",
    ],
)
def test_no_specific_posting(url):
    assert canonical_url(url) == ""


@given(st.one_of(st.text(max_size=200), st.from_regex(r"https?://[a-z.]{1,20}(/[^\s]{0,30}){0,4}(\?[^\s]{0,40})?")))
def test_any_text_gives_text_and_twice_is_once(url):
    canonical = canonical_url(url)
    assert canonical == "" or canonical_url(canonical) in (canonical, "")
