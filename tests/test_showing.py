"""`rolewire show`: one posting with all that happened to it, and what to weigh, in words and as JSON."""

import json
from pathlib import Path

import pytest

import database
from tests.pipeline.house import TEXT, House, raw

EVERGREEN = TEXT + "<p>We are always looking for builders.</p>"


@pytest.fixture
def house(migrated_sqlite: Path, tmp_path: Path):
    path = tmp_path / "show.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    house = House(f"sqlite:///{path}")
    house.crawl(raw(1, description=EVERGREEN), raw(2))
    house.crawl(raw(1, source="jsonld", board="copycat", native_id="x1", kind="aggregator"), board="copycat")
    house.crawl(raw(2))
    house.crawl(raw(1, description=EVERGREEN, title="Senior AI Engineer 1"), raw(2))
    house.crawl(raw(7, description=EVERGREEN, title="Senior AI Engineer 1"), raw(2), hours=24 * 90)
    yield house
    house.engine.dispose()


def test_a_posting_is_shown_with_its_history(run, house: House) -> None:
    at = ("--database", str(house.engine.url))
    posting = next(one for one in house.postings() if len(one["listings"]) == 3)
    text = run("show", posting["id"], *at).stdout
    for words in (
        "Senior AI Engineer 1 – Acme (open)", "Seen on 3 listings:",
        "greenhouse/acme/1, 2026-05-04 to 2026-08-02 (closed)",
        "also listed as jsonld/copycat/x1: both lead to the same ad", "closed: not listed any more", "reopened",
        "reposted as greenhouse/acme/7: its board put it up again under another id",
        "put up again under another id once, on 2 August 2026",
        "closed and opened again once, on 4 May 2026", "it says “We are always looking for”", "listed for 9",
        "2026-05-04  opened: on the board's first crawl",
    ):  # fmt: skip
        assert words in text
    row = json.loads(run("show", "jsonld/copycat/x1", *at, "--format", "json").stdout)[0]
    assert [one["kind"] for one in row["history"]] == ["opened", "joined", "closed", "reopened", "reposted"]
    assert {one["signal"] for one in row["signals"]} == {"age", "reposted", "reopened", "evergreen"}
    assert "no such posting here" in run("show", "nothing", *at).stderr
    for name in (
        f"https://jobs.example.org/postings/{posting['id']}?utm_source=mail",
        f"{posting['url']}?utm_medium=x",
    ):
        assert run("show", name, *at).stdout.startswith("Senior AI Engineer 1 – Acme (open)")
        assert json.loads(run("why", name, "title:engineer", *at).stdout)["is_match"]
    missing = run("why", "https://acme.example/jobs/none-such", "rag", *at)
    assert missing.returncode == 2
    assert "no board that is watched has shown an ad with this link" in missing.stderr


def test_a_live_vacancy_shows_no_signs(house: House) -> None:
    other = next(one for one in house.postings() if len(one["listings"]) == 1)
    assert {one["signal"] for one in other["signals"]} == {"age"}


def test_changes_are_told_field_by_field(run, house: House) -> None:
    staff = {"title": "Staff AI Engineer 1", "workplace": "Remote"}
    house.crawl(raw(7, description=EVERGREEN, **staff), raw(2))
    text = run("show", "greenhouse/acme/7", "--database", str(house.engine.url)).stdout
    for words in ("title changed: Senior AI Engineer 1 → Staff AI Engineer 1", "now remote"):
        assert words in text


def test_what_a_source_keeps_for_itself_is_quoted_nowhere(house: House) -> None:
    with database.transaction(house.engine) as connection:
        database.write_terms(connection, [{"name": "greenhouse", "attribution": "", "reuse": "link-only"}])
    with database.read(house.engine) as connection:
        ids = database.find_postings(connection, None, house.now)
        told = json.dumps(database.posting_json(connection, ids, is_passed_on=True), default=str)
    assert "always looking" not in told
