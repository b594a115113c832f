"""`rolewire merges`: what is held to be one opening, why, and apart again."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from commands.common import Format, write_rows
from database import history, read, table_of, transaction
from models import Link, Listing, Never, RawPlace, RawPosting
from pipeline.ingest import merging
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


def test_a_verdict_holds_for_an_ad_that_was_put_up_anew(run, house: House) -> None:
    at = ("--database", str(house.engine.url))
    run("merges", "undo", "jsonld/copycat/x1", *at)
    again = raw(1, native_id="9", url="https://boards.greenhouse.io/acme/jobs/9")
    house.crawl(again, raw(2))
    assert {len(one["listings"]) for one in house.postings()} == {1, 2}  # two ids of one ad, the copy, the other ad
    why = json.loads(run("merges", "why", "greenhouse/acme/9", "jsonld/copycat/x1", *at, "--format", "jsonl").stdout)
    assert (why["layer"], why["is_one"]) == ("never", False)
    assert why["sentence"].startswith("Two openings: a person said so on ")


def test_every_merge_is_told_in_a_sentence(run, house: House) -> None:
    at = ("--database", str(house.engine.url))
    towns = [raw(9, native_id=f"t{number}", title="Rover Engineer", opening_id="77", requisition_id="R77",
                 url=f"https://boards.greenhouse.io/acme/jobs/10{number}", places=[RawPlace(town)])
             for number, town in enumerate(("Berlin, Germany", "Paris, France"))]  # fmt: skip
    house.crawl(raw(1), raw(2), *towns)
    rows = list(map(json.loads, run("merges", "list", *at).stdout.splitlines()))
    assert {row["reason"]: row["sentence"] for row in rows} == {
        "same canonical URL": "One opening: both lead to the same ad.",
        "listed once a place": "One opening: its board lists it once a place.",
    }


@pytest.mark.parametrize(("town", "kind"), [("Berlin, Germany", "reposted"), ("Paris, France", "joined")])
def test_another_id_of_one_requisition_in_one_crawl_is_a_repost_in_its_place(
    house: House, town: str, kind: str
) -> None:
    one = raw(9, title="Rover Engineer", opening_id="77", requisition_id="R77", places=[RawPlace("Berlin, Germany")])
    again = replace(one, native_id="90", url="https://boards.greenhouse.io/acme/jobs/90", places=[RawPlace(town)])
    house.crawl(raw(1), raw(2), one)
    house.crawl(raw(1), raw(2), again)
    with read(house.engine) as connection:
        told = history(connection, posting_of(connection, key_of(house, "90")))
    assert [row["kind"] for row in told if row.get("listing") == "greenhouse/acme/90"] == [kind]


def test_a_merged_posting_opened_once(run, house: House) -> None:
    with transaction(house.engine) as connection:
        merging.merge(connection, 1, 2, "alike", {"sentence": "One opening: they say the same."}, house.now)
    [posting] = house.postings()
    with read(house.engine) as connection:
        told = history(connection, 1)
    assert [(one["kind"], one.get("reason")) for one in told if one["kind"] == "opened"] == [("opened", None)]
    assert "One opening: they say the same." in {one.get("reason") for one in told}
    assert len(posting["listings"]) == 3


def test_two_that_became_alike_hear_what_joins_them(run, house: House) -> None:
    at = ("--database", str(house.engine.url))
    words = " ".join(f"word{number} and {number * 7 % 31} more" for number in range(120))
    mine = raw(3, title="Machine Learning Engineer", url="https://acme.example/3", canonical_url="")
    house.crawl(raw(1), raw(2), replace(mine, description=words))
    there = {"source": "jsonld", "board": "copycat", "kind": "aggregator", "url": "https://c.example/3"}
    other = replace(mine, native_id="r3", **there)
    house.crawl(copy(1), replace(other, title="Data Scientist"), board="copycat")
    house.crawl(copy(1), replace(other, description=words), board="copycat")
    why = run("merges", "why", "greenhouse/acme/3", "jsonld/copycat/r3", *at).stdout
    assert why.startswith("Alike, but stored as two openings: ")
    assert "`rolewire merges find`" in why
    assert run("merges", "find", *at).returncode == 0
    assert run("merges", "why", "greenhouse/acme/3", "jsonld/copycat/r3", *at).stdout.startswith("One opening: ")


def test_merges_that_today_s_rules_would_not_make_are_shown_and_left_alone(run, house: House) -> None:
    at = ("--database", str(house.engine.url))
    words = " ".join(f"word{number} and {number * 7 % 31} more" for number in range(120))
    mine = raw(3, title="Machine Learning Engineer", url="https://acme.example/3", canonical_url="", description=words)
    there = {"source": "jsonld", "board": "copycat", "kind": "aggregator", "url": "https://c.example/3"}
    house.crawl(raw(1), raw(2), mine)
    house.crawl(copy(1), replace(mine, native_id="r3", **there), board="copycat")
    assert run("merges", "list", "--doubtful", *at).stdout == ""
    house.crawl(raw(1), raw(2), replace(mine, title="Machine Learning Engineer (Contract)"))
    house.crawl(copy(1), replace(mine, native_id="r3", title="Machine Learning Engineer - Full-time", **there),
                board="copycat")  # fmt: skip
    done = run("merges", "list", "--doubtful", *at)
    [row] = map(json.loads, done.stdout.splitlines())
    assert (row["listing"], row["apart_from"]) == ("jsonld/copycat/r3", "greenhouse/acme/3")
    assert row["reason"].startswith("Two openings: two kinds of contract")
    assert "rolewire merges undo LISTING" in done.stderr
    assert len(house.postings()) == 3
    assert run("merges", "undo", row["listing"], *at).returncode == 0
    assert run("merges", "list", "--doubtful", *at).stdout == ""


TITLE = "Machine Learning Engineer, Voice"


def misled(house: House) -> str:
    """A copy's ad of another opening founds the posting that the employer's ad and its copy join; returns its id."""
    words = " ".join(f"word{number} and {number * 7 % 31} more" for number in range(120))
    other = " ".join(f"thing{number} or {number * 11 % 37} less" for number in range(120))
    mine = raw(3, title=TITLE, url="https://acme.example/3", canonical_url="", description=words)
    there = {"source": "jsonld", "board": "copycat", "kind": "aggregator"}
    wrong = replace(mine, native_id="w3", url="https://c.example/w3", description=other, **there)
    copied = replace(mine, native_id="r3", url="https://c.example/r3", **there)
    house.crawl(copy(1), wrong, board="copycat")
    house.crawl(raw(1), raw(2), mine)
    house.crawl(copy(1), wrong, copied, board="copycat")
    founded, own, third = (key_of(house, name) for name in ("w3", "3", "r3"))
    with transaction(house.engine) as connection:
        for key in (own, third):
            postings = [posting_of(connection, one) for one in (founded, key)]
            if postings[0] != postings[1]:
                merging.merge(
                    connection, *postings, "alike", {"sentence": "One opening: they say the same."}, house.now
                )
    return str(next(one["id"] for one in house.postings() if len(one["listings"]) == 3))


def key_of(house: House, native_id: str) -> int:
    with read(house.engine) as connection:
        listing = table_of(Listing).c
        board = "acme" if native_id.isdigit() else "copycat"
        wanted = select(listing.id).where(listing.native_id == native_id, listing.board == board)
        return int(connection.execute(wanted).scalar_one())


def posting_of(connection: Connection, listing_id: int) -> int:
    link = table_of(Link).c
    return int(connection.execute(select(link.posting_id).where(link.listing_id == listing_id)).scalar_one())


def nevers(house: House) -> set[tuple[str, str]]:
    """The native ids of what a person parted."""
    never, one, other = table_of(Never).c, table_of(Listing).alias(), table_of(Listing).alias()
    wanted = select(one.c.native_id, other.c.native_id).where(
        never.listing_a == one.c.id, never.listing_b == other.c.id
    )
    with read(house.engine) as connection:
        return {(min(row), max(row)) for row in connection.execute(wanted)}


def sides(house: House) -> set[frozenset[str]]:
    """The native ids of each posting of the title."""
    found = (one for one in house.postings() if one["title"] == TITLE)
    return {frozenset(row["native_id"] for row in one["listings"]) for one in found}


@pytest.mark.parametrize(
    "names", [("greenhouse/acme/3", "jsonld/copycat/w3"), ("jsonld/copycat/w3", "greenhouse/acme/3")]
)
def test_two_that_are_named_are_parted_and_their_copies_stay_with_them(
    run, house: House, names: tuple[str, str]
) -> None:
    at = ("--database", str(house.engine.url))
    misled(house)
    done = run("merges", "undo", *names, *at)
    assert done.returncode == 0, done.stderr
    assert sides(house) == {frozenset({"3", "r3"}), frozenset({"w3"})}
    assert nevers(house) == {("3", "w3"), ("r3", "w3")}  # and not of the ad and its copy


def test_a_person_joins_two_and_takes_it_back(run, house: House) -> None:
    at = ("--database", str(house.engine.url))
    misled(house)
    assert run("merges", "undo", "greenhouse/acme/3", "jsonld/copycat/w3", *at).returncode == 0
    waiting = house.waiting()
    done = run("merges", "join", "jsonld/copycat/w3", "greenhouse/acme/3", *at, "--format", "json")
    assert (done.returncode, json.loads(done.stdout)[0]["listings"]) == (0, 3)
    assert (nevers(house), house.waiting()) == (set(), waiting)
    why = run("merges", "why", "jsonld/copycat/w3", "greenhouse/acme/3", *at).stdout
    assert "because a person said so, for good" in why
    assert run("merges", "list", "--doubtful", *at).stdout == ""
    again = run("merges", "join", "jsonld/copycat/w3", "greenhouse/acme/3", *at)
    assert (again.returncode, "are one opening already" in again.stderr) == (2, True)
    assert run("merges", "undo", "greenhouse/acme/3", "jsonld/copycat/w3", *at).returncode == 0
    assert sides(house) == {frozenset({"3", "r3"}), frozenset({"w3"})}


def test_names_that_the_next_command_asks_for_are_never_broken(capsys, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    name = "greenhouse/quarryrobotics/1234567890123-rover-engineer-berlin-or-remote"
    row = {
        "title": "Senior Machine Learning Engineer, Search and Ads",
        "listing": name,
        "reason": "listed once a place",
    }
    write_rows([row], ("title", "listing", "reason"), Format.TABLE, narrow=("title", "listing"), whole=("listing",))
    assert name in capsys.readouterr().out
