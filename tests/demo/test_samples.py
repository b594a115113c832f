"""The sample boards read by the real spiders: the counts, and each awkward case as the spider should see it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest

from demo import boards
from demo.boards import SampleBoard
from demo.boardserver import MAKERS
from models import BoardTask, RawPosting
from spiders import SPIDERS, parse

MONDAY = datetime(2026, 6, 1, 7, tzinfo=UTC)
BOARDS = {board.source: board for board in boards.load()}
FEEDS = ("greenhouse", "lever", "ashby", "recruitee")
COUNTS = {  # source: (postings read, rows skipped) in weeks 1, 2, 3
    "greenhouse": [(9, 0), (9, 0), (9, 0)],
    "lever": [(7, 1), (6, 1), (7, 1)],
    "ashby": [(8, 0), (9, 0), (8, 0)],
    "recruitee": [(7, 0), (8, 0), (8, 0)],
}


def body(board: SampleBoard, week: int) -> bytes:
    row = board.config_row()
    task = BoardTask(1, board.source, board.board, board.company, options=row["options"])
    asked = urlsplit(SPIDERS[board.source](tasks=[task]).address(task))
    answers = MAKERS[board.source](board, board.ads(week, MONDAY))
    return answers[asked.netloc + asked.path].body(dict(parse_qsl(asked.query)))


def read(source: str, week: int = 1) -> dict[str, RawPosting]:
    board = BOARDS[source]
    return {raw.native_id: raw for raw in parse(source, body(board, week), board=board.board).postings}


@pytest.mark.parametrize("source", FEEDS)
@pytest.mark.parametrize("week", boards.WEEKS)
def test_every_sample_is_read(source: str, week: int) -> None:
    result = parse(source, body(BOARDS[source], week), board=BOARDS[source].board)
    assert (len(result.postings), result.skipped) == COUNTS[source][week - 1]


@pytest.mark.parametrize("source", FEEDS)
def test_every_posting_has_what_the_pipeline_needs(source: str) -> None:
    for week in boards.WEEKS:
        for raw in read(source, week).values():
            assert raw.title.strip()
            assert raw.url.startswith("https://")
            assert "<" in raw.description
            assert "&lt;" not in raw.description


def test_greenhouse_cases() -> None:
    seen = read("greenhouse", 2)
    assert [place.text for place in seen["5100101"].places] == ["San Francisco, CA", "New York, NY"]
    assert seen["5100105"].places[0].text == "New York, New York, United States"
    assert [(pay.low, pay.high, pay.currency) for pay in seen["5100110"].pay] == [("230,000", "285,000", "USD")]
    assert [(pay.low, pay.high) for pay in seen["5100108"].pay] == [("190000", "230000")]
    assert seen["5100103"].opening_id == seen["5100104"].opening_id != ""
    assert seen["5100107"].opening_id == ""


def test_lever_text_is_whole() -> None:
    raw = next(raw for raw in read("lever").values() if raw.title.startswith("Robotics"))
    assert all(part in raw.description for part in ("two arms", "MoveIt", "permits and relocation"))


def test_ashby_shows_what_is_listed_only() -> None:
    titles = [raw.title for raw in read("ashby").values()]
    assert not any("Chief AI Officer" in title for title in titles)
    assert titles


def test_ashby_keeps_commission_and_equity_from_base_pay() -> None:
    kinds = {raw.title.strip(): [pay.kind for pay in raw.pay] for raw in read("ashby").values()}
    assert kinds["Enterprise Account Executive"] == ["base", "commission"]
    assert kinds["Member of Technical Staff, Pretraining"] == ["base"]


def test_recruitee_joins_its_text() -> None:
    raw = next(raw for raw in read("recruitee").values() if "Prognosen" in raw.title)
    assert "Einspeiseprognosen" in raw.description
    assert "Dein Profil" in raw.description


def shown() -> Iterator[tuple[str, str]]:
    """Each sample page of the job board as a browser has made it: its address and markup."""
    board = BOARDS["jsonld"]
    answers = MAKERS["jsonld"](board, board.ads(3, MONDAY))
    for place, answer in answers.items():
        if "/api/jobs/" in place:
            yield place.replace("/api", ""), answer.body({}).decode()


def test_each_awkward_json_ld_is_read() -> None:
    found = {}
    for place, answer in shown():
        page = f'<html><head><script type="application/ld+json">{json.loads(answer)["data"]}</script></head></html>'
        result = parse("jsonld", page.encode(), board="agentry", url=f"https://{place}")
        found |= {raw.title: raw for raw in result.postings}
        assert len(result.postings) == (0 if place.endswith("/untitled") else 1), place
    assert found["LLM Engineer"].is_remote
    assert "citations" in found["LLM Engineer"].description
    assert found["Deep Learning Engineer"].pay[0].interval == "YEAR"
    assert found["Deep Learning Engineer"].places[0].country == "Canada"
    assert "&lt;" not in found["Head of Applied AI"].description
