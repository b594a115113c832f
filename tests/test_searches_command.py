"""Saved searches from the command line; the bot saves the same from the same words."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, select

import database
from alerts.desk import Asked, Desk
from alerts.replies import REPLIES
from database import table_of
from models import Posting, SavedSearch
from settings import AccessSettings, Settings
from tests.search.generated import document, store

Run = Callable[..., Any]
EVIDENCE = {"seniority": {"basis": "stated", "rule": "x@1", "field": "title", "quote": "Senior"}}


@pytest.fixture
def engine(run: Run, tmp_path: Path) -> Any:
    """Three open postings of the last days, and Ada, in the database that commands find here."""
    assert run("subscribers", "add", "Ada", "--email", "ada@example.org").returncode == 0
    engine = database.open_engine(f"sqlite:///{tmp_path / 'rolewire.db'}")
    known = {"title": [("AI", " "), ("agent", " ")], "company": [("Python", "")], "text": [("R&D", " ")],
             "role": "ai-engineer", "seniority": "senior", "is_open": True, "places": [("Munich", "", "DE")],
             "workplace": "hybrid", "pay": (90_000.0, 120_000.0, "EUR")}  # fmt: skip
    docs = [
        document(Random(number)) | known | {"seniority": level}
        for number, level in enumerate(("senior", "senior", "staff"))
    ]
    now, posting = datetime.now(UTC), table_of(Posting)
    with database.transaction(engine) as connection:
        store(connection, docs)
        since = {"posted_at": now - timedelta(days=3), "first_seen_at": now - timedelta(days=3)}
        connection.execute(posting.update().values(since | {"evidence": EVIDENCE, "company_key": "python"}))
    yield engine
    engine.dispose()


def test_the_list_says_which_search_does_not_run_and_why(run: Run, engine: Engine) -> None:
    run("searches", "add", "title:agent", "--subscriber", "Ada", "--yes")
    run("searches", "add", "title:cook", "--subscriber", "Ada", "--yes")
    with database.transaction(engine) as connection:
        table = table_of(SavedSearch)
        connection.execute(table.update().where(table.c.query == "title:cook").values(query="city:Germany"))
    listed = [json.loads(line) for line in run("searches", "list").stdout.splitlines()]
    assert [row["trouble"] for row in listed] == ["", "city: does not know 'Germany' — did you mean country:DE?"]


def searches(engine: Engine) -> list[dict[str, Any]]:
    with database.read(engine) as connection:
        return [dict(row) for row in connection.execute(select(table_of(SavedSearch))).mappings()]


def lines(done: Any) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_test_says_what_would_have_been_sent_and_saves_nothing(run: Run, engine: Engine) -> None:
    (tested,) = lines(run("searches", "test", "title:agent seniority:senior"))
    assert (tested["total"], tested["weeks"], tested["warning"]) == (2, [2, 0, 0, 0, 0], "")
    assert [one["title"] for one in tested["samples"]] == ["AI agent "] * 2
    (tested,) = lines(run("searches", "test", "title:agent country:FR visa:yes,no,unknown"))
    assert (tested["total"], tested["warning"]) == (0, "zero")
    assert tested["wider"] == [{"change": "without country:FR", "query": "title:agent visa:yes,no,unknown", "total": 3}]
    (tested,) = lines(run("searches", "test", "title:agent", "--days", "2"))
    assert (tested["total"], tested["weeks"]) == (0, [0])
    assert searches(engine) == []


def test_a_flood_is_told_with_what_is_less(run: Run, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alerts.backtest.FLOOD", 0.5)
    (tested,) = lines(run("searches", "test", "agent"))
    assert tested["warning"] == "flood"
    assert {"change": "with seniority:senior", "query": "agent seniority:senior", "total": 2} in tested["narrower"]
    assert all(0 < one["total"] <= 2 for one in tested["narrower"])


def test_a_test_that_takes_too_long_keeps_no_search_from_being_saved(
    run: Run, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: Any) -> None:
        raise database.TooSlowError

    monkeypatch.setattr("alerts.backtest.came_to_match", slow)
    done = run("searches", "test", "title:agent")
    assert (done.returncode, "narrow the search" in done.stderr) == (1, True)
    assert "took too long to count" in run("searches", "add", "title:agent", "--subscriber", "Ada").stderr
    assert len(searches(engine)) == 1


def test_saving_says_what_it_would_have_sent(run: Run, engine: Engine) -> None:
    done = run("searches", "add", "title:agent country:DACH", "--subscriber", "Ada")
    assert "In the last 30 days it would have sent 3: 3 in the last 7 days" in done.stderr
    again = run("searches", "add", "weekly country:AT,DE,CH title:AGENT", "--subscriber", "Ada")
    assert (again.returncode, "you have this search already" in again.stderr) == (2, True)
    refused = run("searches", "add", "is:open", "--subscriber", "Ada")
    assert (refused.returncode, "nearly everything" in refused.stderr) == (2, True)
    assert len(searches(engine)) == 1


SAME = [
    "role:ai-engineer remote:EU", "weekly title:agent", "Daily: “AI agent” –intern", '"weekly" report', "rag weekly",
    "is:open", "KI oder AI", "skill:all(rag, pytorch) salary>=90k currency:EUR", "-title:lead", "", "weekly",
]  # fmt: skip


@pytest.mark.parametrize("words", SAME)
def test_the_bot_and_the_command_line_save_the_same(run: Run, engine: Engine, words: str) -> None:
    settings = Settings(access=AccessSettings(mode="open"))
    asked = Asked("telegram", "42", 42, "Ben", words, datetime.now(UTC))
    said = REPLIES["search"](Desk(engine, settings), asked).text
    done = run("searches", "add", "--subscriber", "Ada", "--", words)
    told = ("name", "query", "cadence", "weekday", "time_of_day", "events")
    saved = [{name: row[name] for name in told} for row in searches(engine)]
    assert len(saved) in (0, 2)
    assert saved[:1] == saved[1:]
    assert (done.returncode == 0) is said.startswith("Saved:") is bool(saved)


def test_a_search_is_shown_edited_paused_resumed_and_removed(run: Run, engine: Engine) -> None:
    run("searches", "add", "title:agent", "--subscriber", "Ada", "--name", "mine")
    (shown,) = lines(run("searches", "show", "mine"))
    assert (shown["canonical"], shown["open_now"], shown["parsed"]) == ("title:agent", 3, {"title": ["agent"]})
    done = run("searches", "edit", "mine", "--query", "weekly title:agent -seniority:staff", "--name", "ours")
    assert "would have sent 2" in done.stderr
    (row,) = searches(engine)
    assert (row["query"], row["name"], row["cadence"]) == ("title:agent -seniority:staff", "ours", "weekly")
    assert row["baseline_at"] is None
    assert run("searches", "pause", "ours").returncode == 0
    assert searches(engine)[0]["paused_at"] is not None
    assert run("searches", "resume", row["public_id"], "--subscriber", "Ada").returncode == 0
    assert "is not paused" in run("searches", "resume", "ours").stderr
    assert searches(engine)[0]["paused_at"] is None
    for wrong, said in (
        (("edit", "ours"), "say what to change"),
        (("edit", "ours", "--query", "rol:x"), "did you mean"),
        (("edit", "ours", "--cadence", "hourly"), ""),
        (("show", "nowhere"), "no search"),
    ):
        done = run("searches", *wrong)
        assert (done.returncode, said in done.stderr) == (2, True)
    assert run("searches", "remove", "ours").returncode == 0
    assert lines(run("searches", "list")) == []


def test_why_and_why_not(run: Run, engine: Engine) -> None:
    run("searches", "add", "title:agent seniority:senior,staff", "--subscriber", "Ada", "--name", "mine")
    (answer,) = lines(run("why", "1", "mine"))
    assert answer["is_match"]
    assert [(one["text"], one["evidence"]) for one in answer["clauses"]] == [
        ("title has “agent”", []), ("seniority: senior", ["Senior"]),
    ]  # fmt: skip
    (answer,) = lines(run("why", "https://jobs.example.org/postings/3", "agent -seniority:staff country:FR"))
    assert not answer["is_match"]
    assert answer["failing"] == {
        "clause": "-seniority:staff", "field": "seniority", "value": "staff", "evidence": ["Senior"],
        "text": "seniority: staff, which is excluded",
    }  # fmt: skip
    assert run("why", "99", "agent").returncode == 2
    assert run("why", "1", "rol:x").returncode == 2


def test_what_is_not_relevant_is_left_out_by_consent_only(run: Run, engine: Engine) -> None:
    run("searches", "add", "title:agent", "--subscriber", "Ada", "--name", "mine")
    proposed = lines(run("searches", "refine", "mine", "3", "--because", "level"))
    assert proposed == [
        {
            "number": 1,
            "change": "with -seniority:staff",
            "query": "title:agent -seniority:staff",
            "before": 3,
            "after": 2,
        }
    ]
    assert searches(engine)[0]["query"] == "title:agent"
    assert run("searches", "refine", "mine", "3", "--because", "level", "--take", "2").returncode == 2
    assert run("searches", "refine", "mine", "3", "--because", "level", "--take", "1").returncode == 0
    assert searches(engine)[0]["query"] == "title:agent -seniority:staff"
    assert run("searches", "refine", "mine", "3", "--because", "colour").returncode == 2
    (muted,) = lines(run("subscribers", "mute", "Ada", "--company", "python"))
    assert (muted["what"], muted["name"]) == ("company:python", "Python")
    assert len(lines(run("subscribers", "mute", "Ada", "--posting", "2"))) == 2
    assert len(lines(run("subscribers", "mute", "Ada", "--off", "posting:2"))) == 1
