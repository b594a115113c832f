"""Boards that a person adds, pauses and takes out, beside those of the configuration."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, update

import boards
import commands.boards
from database import open_engine, read, table_of, transaction, upgrade
from finding import Finding, Prospect
from models import Board, Listing
from settings import BoardRow, Settings

ACME = BoardRow(source="ashby", board="acme", company="Acme")
CONFIG = '[[boards]]\nsource = "lever"\nboard = "mine"\ncompany = "Mine"\n'


def states(engine) -> dict[str, tuple[str, str]]:
    with read(engine) as connection:
        return {row["board"]: (row["state"], row["origin"]) for row in boards.overview(connection)}


def test_a_board_added_by_hand_outlives_every_configuration(database_url: str) -> None:
    engine = open_engine(database_url, must_exist=False)
    upgrade(engine)
    with transaction(engine) as connection:
        assert boards.add(connection, ACME)
        assert not boards.add(connection, ACME)
        boards.sync(connection, [BoardRow(source="lever", board="mine")])
    assert states(engine) == {"acme": ("active", "added"), "mine": ("active", "config")}
    with transaction(engine) as connection:
        boards.sync(connection, [])
    assert states(engine) == {"acme": ("active", "added"), "mine": ("paused", "config")}


def test_what_a_person_paused_stays_so_until_they_resume_it(database_url: str) -> None:
    engine = open_engine(database_url, must_exist=False)
    upgrade(engine)
    with transaction(engine) as connection:
        boards.sync(connection, [ACME])
        boards.hold(connection, boards.active(connection))
        boards.sync(connection, [ACME])
        assert boards.active(connection) == []
        boards.resume(connection, boards.named(connection, ["ashby/acme"]))
        boards.sync(connection, [ACME])
        assert len(boards.active(connection)) == 1


def test_what_was_taken_out_is_not_shown_and_comes_back_as_added(database_url: str) -> None:
    engine = open_engine(database_url, must_exist=False)
    upgrade(engine)
    with transaction(engine) as connection:
        boards.add(connection, ACME)
        (board_id,) = boards.active(connection)
        assert boards.take_out(connection, board_id) == "added"
        boards.sync(connection, [])
    assert states(engine) == {}
    with transaction(engine) as connection:
        assert boards.add(connection, ACME)
    assert states(engine) == {"acme": ("active", "added")}


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    """What the search answers, without a search."""
    good = Prospect("ashby", "acme", "Acme, Inc.", "", {"x": "1"}, "ok", "", 12, 12, 3, ["AI Engineer"])
    answer = [Finding("acme.example", [good])]

    def ask(_settings: Settings, _urls: list[str]) -> list[Finding]:
        return answer

    monkeypatch.setattr(commands.boards, "ask", ask)
    return answer


def test_add_shows_what_it_found_and_stores_it_when_told_to(run, tmp_path: Path, found) -> None:
    done = run("boards", "add", "acme.example")
    shown = json.loads(done.stdout)
    assert (shown["name"], shown["count"], shown["ai"], shown["titles"]) == ("ashby/acme", 12, 3, ["AI Engineer"])
    assert (done.returncode, (tmp_path / "rolewire.db").exists()) == (1, False)
    assert "--yes" in done.stderr
    assert run("boards", "add", "acme.example", "--yes").returncode == 0
    (row,) = [json.loads(line) for line in run("boards", "list").stdout.splitlines()]
    assert (row["name"], row["company"], row["origin"]) == ("ashby/acme", "Acme, Inc.", "added")
    assert "watched already" in run("boards", "add", "acme.example", "--yes").stderr
    again = run("boards", "add", "acme.example")
    assert (again.returncode, "ashby/acme: is watched already" in again.stderr) == (0, True)


def test_add_says_why_nothing_was_found(run, tmp_path: Path, found) -> None:
    found[0].prospects[0].verdict, found[0].prospects[0].reason = "gone", "it answered 404"
    done = run("boards", "add", "acme.example", "--yes")
    assert (done.returncode, "acme.example: it answered 404" in done.stderr) == (1, True)
    found[0].prospects, found[0].problem = [], "acme.example answered 500"
    assert "acme.example answered 500" in run("boards", "add", "acme.example", "--yes").stderr
    assert not (tmp_path / "rolewire.db").exists()


def test_remove_takes_out_what_was_added_and_pauses_what_is_configured(run, tmp_path: Path, found) -> None:
    (tmp_path / "config.toml").write_text(CONFIG)
    run("boards", "add", "acme.example", "--yes", "--company", "ACME")
    done = run("boards", "remove", "ashby/acme", "lever/mine")
    assert "lever/mine: paused, for it stands in the configuration" in done.stderr
    (row,) = [json.loads(line) for line in run("boards", "list").stdout.splitlines()]
    assert (row["name"], row["state"]) == ("lever/mine", "paused")
    assert run("boards", "resume", "lever/mine").returncode == 0
    assert json.loads(run("boards", "list").stdout)["state"] == "active"
    assert run("boards", "pause", "lever/nine").returncode == 2


def test_what_is_done_to_a_board_is_said_and_a_narrow_table_shows_it(run, found, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    run("boards", "add", "acme.example", "--yes")
    assert "ashby/acme: paused" in run("boards", "pause", "ashby/acme").stderr
    assert "paused" in run("boards", "list", "--format", "table").stdout
    assert "ashby/acme: watched again" in run("boards", "resume", "ashby/acme").stderr
    assert "ashby/acme: watched no more" in run("boards", "remove", "ashby/acme").stderr


def test_a_board_is_found_by_its_employer_where_that_is_one(database_url: str) -> None:
    engine = open_engine(database_url, must_exist=False)
    upgrade(engine)
    with transaction(engine) as connection:
        for source, board, company in (
            ("ashby", "acme", "ACME Labs"),
            ("lever", "brine", "Brine"),
            ("ashby", "brine", "Brine"),
        ):
            boards.add(connection, BoardRow(source=source, board=board, company=company))
        assert list(boards.found(connection, ["acme labs", "ashby/acme"])) == ["ashby/acme"]
        assert list(boards.found(connection, ["acme", "lever/brine"])) == ["ashby/acme", "lever/brine"]
        for name, told in (("Brine", "several boards; write ashby/brine or lever/brine"),
                           ("ACME Lab", "did you mean ashby/acme?"), ("quite another", "boards list")):  # fmt: skip
            with pytest.raises(boards.UnknownBoardError, match=told):
                boards.found(connection, [name])


def test_remove_leaves_a_packs_board_out(run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('packs = ["mine.toml"]  # mine\n')
    (tmp_path / "mine.toml").write_text(
        'boards = [{source = "ashby", board = "acme"}, {source = "ashby", board = "b"}]'
    )
    engine = open_engine("sqlite:///rolewire.db", must_exist=False)
    upgrade(engine)
    assert "left out" in run("boards", "remove", "ashby/acme").stderr
    assert (tmp_path / "config.toml").read_text() == 'packs = ["mine.toml"]  # mine\nleave_out = ["ashby/acme"]\n'
    assert {row["board"]: row["state"] for row in map(json.loads, run("boards", "list").stdout.splitlines())} == {
        "acme": "paused", "b": "active",
    }  # fmt: skip


def test_check_says_how_full_the_fields_are_and_what_is_strange(run, monkeypatch) -> None:
    engine = open_engine("sqlite:///rolewire.db", must_exist=False)
    upgrade(engine)
    health = {"fill": {"read": 20, "pay": 1}, "usual": {"read": 40.0, "pay": 18.0}}
    with transaction(engine) as connection:
        for name in ("acme", "well"):
            boards.add(connection, BoardRow(source="ashby", board=name))
        odd = {"health": health, "found": 20, "usual": 21, "alarm": "5% of 20 postings have pay, before 45%"}
        connection.execute(update(table_of(Board)).where(table_of(Board).c.board == "acme").values(odd))
    (row,) = [json.loads(line) for line in run("boards", "check").stdout.splitlines()]
    assert (row["name"], row["found"], row["usual"], row["fields"]) == ("ashby/acme", 20, 21, {"pay": "5% (45%)"})
    assert row["why"] == "5% of 20 postings have pay, before 45%"
    monkeypatch.setenv("COLUMNS", "60")
    assert "fields" in run("boards", "check", "ashby/acme", "--format", "table").stdout  # that is what is asked for
    assert len(run("boards", "check", "--all").stdout.splitlines()) == 2
    assert json.loads(run("boards", "check", "ashby/well").stdout)["verdict"] == "not crawled yet"


def test_discover_proposes_what_has_ai_roles_and_is_not_watched(run, tmp_path: Path, found) -> None:
    (tmp_path / "list.txt").write_text("Acme https://acme.example/jobs, and ashby/known\n")
    found.append(Finding("x", [Prospect("ashby", "dull", "Dull", "", {}, "ok", "", 9, 9, 0, ["Nurse"])]))
    (row,) = [json.loads(line) for line in run("boards", "discover", "list.txt").stdout.splitlines()]
    assert (row["name"], row["ai"]) == ("ashby/acme", 3)
    assert run("boards", "discover", "list.txt", "--least", "4").stdout == ""
    assert "added" in run("boards", "discover", "list.txt", "--yes").stderr
    assert run("boards", "discover", "list.txt").stdout == ""
    assert run("boards", "discover", "nowhere.txt").returncode == 2


@pytest.mark.parametrize(
    ("company", "titles", "is_proposed"),
    [
        ("Acme, Inc.", ["Nurse"], True),  # it says so itself
        ("acme", ["Nurse"], False),  # it is called by its token
        ("acme", ["AI Engineer"], True),
        ("Other", ["AI Engineer"], False),
    ],
)
def test_repair_proposes_the_same_employers_board(
    run, tmp_path: Path, found, company: str, titles: list[str], is_proposed: bool
) -> None:
    engine = open_engine("sqlite:///rolewire.db", must_exist=False)
    upgrade(engine)
    with transaction(engine) as connection:
        boards.add(connection, BoardRow(source="lever", board="acme", company="Acme"))
        gone = {"last_verdict": "gone", "last_reason": "it answered 404", "failures": 3}
        connection.execute(update(table_of(Board)).values(gone))
        (board_id,) = boards.active(connection)
        listing = {"source": "lever", "board": "acme", "native_id": "1", "board_id": board_id, "title": "AI Engineer"}
        full = Listing(**listing, url="", first_seen_at=datetime.now(UTC), content_hash="")
        connection.execute(insert(table_of(Listing)).values(full.model_dump(exclude={"id"})))
    found[0].prospects[0].company, found[0].prospects[0].titles = company, titles
    assert bool(run("boards", "repair").stdout) is is_proposed
    if is_proposed:
        run("boards", "repair", "--yes")
        rows = {row["name"]: row["state"] for row in map(json.loads, run("boards", "list").stdout.splitlines())}
        assert rows == {"ashby/acme": "active"}
