"""`rolewire merges`: what is held to be one opening, why, and apart again."""

import json
from pathlib import Path

import pytest

from models import RawPosting
from tests.pipeline.house import House, raw


@pytest.fixture
def house(migrated_sqlite: Path, tmp_path: Path):
    path = tmp_path / "merges.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    house = House(f"sqlite:///{path}")
    house.crawl(raw(1), raw(2))
    house.crawl(copy(1), board="copycat")
    yield house
    house.engine.dispose()


def copy(number: int) -> RawPosting:
    return raw(number, source="jsonld", board="copycat", native_id=f"x{number}", kind="aggregator")


def test_merges_are_listed_explained_and_undone(run, house: House) -> None:
    at = ("--database", str(house.engine.url))
    posting = next(one for one in house.postings() if len(one["listings"]) == 2)
    [row] = map(json.loads, run("merges", "list", *at).stdout.splitlines())
    told = {"posting": posting["id"], "listing": "jsonld/copycat/x1", "reason": "same canonical URL", "was": None}
    assert row | told == row
    why = run("merges", "why", raw(1).url, "jsonld/copycat/x1", *at)
    assert why.stdout.startswith("One opening: jsonld/copycat/x1 joined ")
    done = run("merges", "undo", "jsonld/copycat/x1", *at, "--format", "json")
    assert (done.returncode, json.loads(done.stdout)[0]["apart_from"]) == (0, posting["id"])
    assert "nobody is alerted" in done.stderr
    assert run("merges", "list", *at).stdout == ""
    why = run("merges", "why", posting["id"], "jsonld/copycat/x1", *at, "--format", "jsonl")
    assert json.loads(why.stdout) | {"is_one": False, "layer": "never"} == json.loads(why.stdout)


def test_two_of_one_posting_are_told_apart_by_either_name(run, house: House) -> None:
    at = ("--database", str(house.engine.url))
    posting = next(one for one in house.postings() if len(one["listings"]) == 2)
    assert run("merges", "undo", "jsonld/copycat/x1", posting["id"], *at).returncode == 0
    assert sorted(len(one["listings"]) for one in house.postings()) == [1, 1, 1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("undo", "greenhouse/acme/1"), "made of this listing"),
        (("undo", "greenhouse/acme/2"), "one listing only"),
        (("undo", "greenhouse/acme/2", "jsonld/copycat/x1"), "are not merged"),
        (("why", "greenhouse/acme/1", "greenhouse/acme/1"), "the same listing"),
        (("why", "greenhouse/acme/1", "nothing/of/it"), "no posting or listing 'nothing/of/it'"),
    ],
)
def test_what_cannot_be_done_is_said(run, house: House, arguments: tuple[str, ...], said: str) -> None:
    done = run("merges", *arguments, "--database", str(house.engine.url))
    assert done.returncode == 2
    assert said in done.stderr


def test_two_that_are_not_merged_hear_which_layer_said_no(run, house: House) -> None:
    done = run("merges", "why", "greenhouse/acme/1", "greenhouse/acme/2", "--database", str(house.engine.url))
    assert done.stdout.startswith("Two openings: greenhouse/acme lists both, under two ids; ")
