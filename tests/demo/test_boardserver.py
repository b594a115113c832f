"""The sample boards answer as the boards they stand for."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest

from demo import boards
from demo.boardserver import MAKERS, BoardServer

MONDAY = datetime(2026, 6, 1, 7, tzinfo=UTC)
GREENHOUSE = "boards-api.greenhouse.io/v1/boards/northlight/jobs"
LEVER = "api.eu.lever.co/v0/postings/haldenrobotics"
ASHBY = "api.ashbyhq.com/posting-api/job-board/Kestrel"
RECRUITEE = "lumenwerk.recruitee.com/api/offers/"
AGENTRY = "jobs.agentry.example"


@pytest.fixture
def server() -> Iterator[BoardServer]:
    with BoardServer(MONDAY) as running:
        yield running


def fetch(server: BoardServer, place: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    request = urllib.request.Request(
        f"{server.url}/{place}", headers={k.replace("_", "-"): v for k, v in headers.items()}
    )
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.read(), dict(response.headers)
    except urllib.error.HTTPError as error:
        return error.code, error.read(), dict(error.headers)


def fetch_json(server: BoardServer, place: str) -> Any:
    status, body, _ = fetch(server, place)
    assert status == 200
    return json.loads(body)


def test_there_are_about_forty_postings_on_five_boards_of_five_sources() -> None:
    loaded = boards.load()
    assert sorted(board.source for board in loaded) == sorted(MAKERS)
    counts = {week: sum(len(board.ads(week, MONDAY)) for board in loaded) for week in boards.WEEKS}
    assert counts == {1: 40, 2: 42, 3: 43}


def test_ids_are_unique_on_a_board_and_every_employer_has_a_text() -> None:
    for board in boards.load():
        ids = [row["id"] for row in board.rows]
        assert len(ids) == len(set(ids))
        assert all(row["text"].strip() for row in board.rows)


def test_greenhouse_gives_text_only_when_asked_and_escapes_it_once(server: BoardServer) -> None:
    bare = fetch_json(server, GREENHOUSE)
    whole = fetch_json(server, GREENHOUSE + "?content=true")
    assert bare["meta"] == whole["meta"] == {"total": len(whole["jobs"])}
    assert not any("content" in job for job in bare["jobs"])
    assert all(job["content"].startswith("&lt;div") and "&amp;nbsp;" in job["content"] for job in whole["jobs"])
    assert all("<p>" in unescape(job["content"]) for job in whole["jobs"])


def test_greenhouse_boards_hold_the_awkward_cases(server: BoardServer) -> None:
    jobs = {job["id"]: job for job in fetch_json(server, GREENHOUSE + "?content=true&pay_transparency=true")["jobs"]}
    assert jobs[5100103]["internal_job_id"] == jobs[5100104]["internal_job_id"]
    assert jobs[5100107]["internal_job_id"] is None
    assert jobs[5100108]["metadata"] is None
    assert jobs[5100108]["pay_input_ranges"][0]["min_cents"] == 19_000_000
    assert "first_published" not in jobs[5100106]
    assert "; " in jobs[5100101]["location"]["name"]
    assert jobs[5100102]["title"] != jobs[5100102]["title"].strip()


def test_a_greenhouse_job_has_its_own_address(server: BoardServer) -> None:
    assert "content" in fetch_json(server, f"{GREENHOUSE}/5100101")
    assert fetch(server, f"{GREENHOUSE}/1")[0] == 404


def test_lever_answers_a_bare_array_in_pages(server: BoardServer) -> None:
    jobs = fetch_json(server, LEVER + "?mode=json")
    assert isinstance(jobs, list)
    assert fetch_json(server, LEVER + "?mode=json&skip=2&limit=3") == jobs[2:5]
    assert jobs[0]["lists"][0]["content"].lstrip().startswith("<li>")
    assert "MoveIt" not in jobs[0]["descriptionPlain"]
    assert jobs[0]["createdAt"] == 1_000 * int(jobs[0]["createdAt"] / 1_000)


def test_ashby_gives_pay_only_when_asked(server: BoardServer) -> None:
    bare, whole = fetch_json(server, ASHBY), fetch_json(server, ASHBY + "?includeCompensation=true")
    assert not any("compensation" in job for job in bare["jobs"])
    summaries = [job["compensation"]["compensationTierSummary"] for job in whole["jobs"]]
    assert "Multiple Ranges" in summaries
    assert None in summaries
    assert [job["isListed"] for job in whole["jobs"]].count(False) == 1


def test_recruitee_gives_dates_and_split_text_as_it_does(server: BoardServer) -> None:
    offers = fetch_json(server, RECRUITEE)["offers"]
    assert all(offer["published_at"].endswith(" UTC") for offer in offers)
    assert {offer["status"] for offer in offers} == {"published", "internal"}
    assert any(len(offer["translations"]) == 2 for offer in offers)


def test_the_job_board_is_empty_without_a_browser(server: BoardServer) -> None:
    for place in ("/jobs", "/jobs/llm-engineer-paperboat"):
        status, body, _ = fetch(server, AGENTRY + place)
        assert status == 200
        assert b"Paperboat" not in body
        assert b'type="application/ld+json"' not in body


def test_the_job_boards_data_is_awkward(server: BoardServer) -> None:
    for slug in ("llm-engineer-paperboat", "conversational-ai-vozalta"):
        data = fetch_json(server, f"{AGENTRY}/api/jobs/{slug}")["data"]
        with pytest.raises(json.JSONDecodeError):
            json.loads(data)
    graph = json.loads(fetch_json(server, f"{AGENTRY}/api/jobs/genai-architect-cobalt")["data"])
    assert graph["@graph"][1]["@type"] == "JobPosting"


@pytest.mark.parametrize(
    ("place", "body"),
    [
        ("boards-api.greenhouse.io/v1/boards/nobody/jobs", {"status": 404, "error": "Job not found"}),
        ("api.lever.co/v0/postings/nobody", {"ok": False, "error": "Document not found"}),
        ("nobody.recruitee.com/api/offers/", {"error": "Not Found"}),
    ],
)
def test_an_unknown_board_gets_its_vendors_404(server: BoardServer, place: str, body: dict[str, Any]) -> None:
    status, answer, _ = fetch(server, place)
    assert (status, json.loads(answer)) == (404, body)


def test_robots_allow_all_and_ask_nothing_of_the_log_but_truth(server: BoardServer) -> None:
    assert b"Allow: /" in fetch(server, AGENTRY + "/robots.txt", User_Agent="test")[1]
    (entry,) = server.log
    assert (entry.url, entry.status, entry.user_agent) == (f"https://{AGENTRY}/robots.txt", 200, "test")


def test_an_unchanged_board_answers_304_and_a_changed_one_does_not(server: BoardServer) -> None:
    server.week = 2
    etags = {place: fetch(server, place)[2]["ETag"] for place in (RECRUITEE, LEVER)}
    assert all(fetch(server, place, If_None_Match=etag)[0] == 304 for place, etag in etags.items())
    server.week = 3
    assert fetch(server, RECRUITEE, If_None_Match=etags[RECRUITEE])[0] == 304
    assert fetch(server, LEVER, If_None_Match=etags[LEVER])[0] == 200
    assert [entry.is_conditional for entry in server.log].count(True) == 4


def test_the_weeks_differ_as_the_story_goes(server: BoardServer) -> None:
    ids = {}
    for week in boards.WEEKS:
        server.week = week
        ids[week] = {job["id"][-2:] for job in fetch_json(server, LEVER)}
    assert "07" in ids[1] & ids[3] - ids[2]
    assert "08" in ids[2] - ids[1]
    assert "05" in ids[1] - ids[2] - ids[3]


def test_a_week_that_is_not_is_refused(server: BoardServer) -> None:
    with pytest.raises(ValueError, match="week 4"):
        server.week = 4


def test_ads_are_dated_before_they_are_seen() -> None:
    for board in boards.load():
        for week in boards.WEEKS:
            assert all(ad.posted < ad.crawled for ad in board.ads(week, MONDAY))
