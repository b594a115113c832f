"""Packs of employers: every shipped one is sound, and what a configuration makes of them and of its own rows."""

import json
from pathlib import Path

import pytest

import boards
import packs
from database import open_engine, read, transaction, upgrade
from settings import SettingsError, load
from spiders import SPIDERS

ACME = '{source = "ashby", board = "acme", company = "Acme"}'


@pytest.fixture
def write(tmp_path: Path):
    def write(text: str, **files: str) -> Path:
        for name, rows in files.items():
            (tmp_path / f"{name}.toml").write_text(f"boards = [{rows}]")
        (tmp_path / "config.toml").write_text(text)
        return tmp_path / "config.toml"

    return write


@pytest.mark.parametrize("name", packs.names())
def test_shipped_pack_is_sound(write, name: str) -> None:
    found = load(write(f'packs = ["{name}"]')).boards
    assert found
    for row in found:
        assert row.source in SPIDERS, row.name
        assert row.company, row.name
        assert row.url or not SPIDERS[row.source].needs_url, row.name
        assert row.origin == f"pack {name}"
    assert (Path(packs.__file__).parent / f"{name}.toml").read_text().startswith("# ")


def test_no_board_stands_in_two_shipped_packs(write) -> None:
    each = [row.name.casefold() for name in packs.names() for row in load(write(f'packs = ["{name}"]')).boards]
    assert len(set(each)) == len(each) >= 700


def test_what_a_pack_holds_was_seen_or_is_said_to_be_chosen_by_name(write, shared: Path) -> None:
    lines = [line.split("\t") for line in (shared / "boards.tsv").read_text().splitlines()[1:]]
    facts = {(ats, token.casefold()): (ai, guessed) for _, ats, token, ai, _, _, guessed in lines}
    seen = 0
    for name in packs.names():
        text = (Path(packs.__file__).parent / f"{name}.toml").read_text()
        count = text.partition("Chosen by name")[0].count("{source")
        rows = load(write(f'packs = ["{name}"]')).boards
        told = [facts.get((row.source, row.board.casefold()), ("", "n")) for row in rows]
        assert all(guessed == "n" for _, guessed in told), name
        seen += sum(ai == "y" for ai, _ in told[:count])
        assert not any(ai == "y" for ai, _ in told[count:]), name
    assert seen >= 270  # beside those of whose boards an answer is held


def test_own_row_wins_over_the_pack_and_what_is_left_out_is_left_out(write) -> None:
    own = '[[boards]]\nsource = "ashby"\nboard = "acme"\ncompany = "My Acme"'
    text = f'packs = ["mine.toml"]\nleave_out = ["ashby/other"]\n{own}'
    other = '{source = "ashby", board = "other"}, {source = "lever", board = "third"}'
    found = load(write(text, mine=f"{ACME}, {other}")).boards
    assert [(row.name, row.company, row.origin) for row in found] == [
        ("ashby/acme", "My Acme", "config"), ("lever/third", "", "pack mine.toml"),
    ]  # fmt: skip
    assert [row.place for row in found] == ["boards[1]", "pack mine.toml: boards[3]"]


def test_board_in_two_packs_is_one_if_both_say_the_same(write) -> None:
    assert len(load(write('packs = ["a.toml", "b.toml"]', a=ACME, b=ACME)).boards) == 1


def test_configuration_without_packs_keeps_to_its_own_boards(write) -> None:
    assert load(write("")).boards == []


UNLIKE = '{source = "ashby", board = "acme", company = "Another"}'
TWICE = '[[boards]]\nsource = "ashby"\nboard = "acme"\n[[boards]]\nsource = "ashby"\nboard = "acme"\ncompany = "Acme"'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('packs = ["ai-lab"]', ["config.toml", "no pack 'ai-lab'", "did you mean 'ai-labs'?"]),
        ('packs = ["zzz"]', ["no pack 'zzz'", "there are ai-labs, big-tech"]),
        ('packs = ["nowhere.toml"]', ["nowhere.toml: no such file"]),
        ('packs = ["a.toml", "b.toml"]', ["ashby/acme", "pack a.toml: boards[1]", "pack b.toml: boards[1]", "alike"]),
        ('packs = ["broken.toml"]', ["broken.toml: unknown key 'boards[1].bord'", "did you mean 'board'"]),
        ('packs = ["a.toml"]\nleave_out = ["ashby/acne"]', ["'ashby/acne'", "did you mean 'ashby/acme'?"]),
        (TWICE, ["ashby/acme", "boards[1] and in boards[2]"]),
    ],
)  # fmt: skip
def test_mistake_is_named_with_its_cure(write, text: str, words: list[str]) -> None:
    broken = '{source = "ashby", bord = "acme"}'
    with pytest.raises(SettingsError) as caught:
        load(write(text, a=ACME, b=UNLIKE, broken=broken))
    for word in words:
        assert word in str(caught.value)


def test_board_keeps_its_row_when_it_moves_into_a_pack_and_is_paused_when_it_leaves(write, database_url: str) -> None:
    engine = open_engine(database_url, must_exist=False)
    upgrade(engine)
    own = '[[boards]]\nsource = "ashby"\nboard = "acme"\ncompany = "Acme"'
    told = []
    for text in (own, 'packs = ["mine.toml"]', ""):
        with transaction(engine) as connection:
            boards.follow(connection, load(write(text, mine=ACME)))
        with read(engine) as connection:
            (row,) = boards.overview(connection)
        told.append((row["origin"], row["state"]))
    assert told == [("config", "active"), ("pack mine.toml", "active"), ("pack mine.toml", "paused")]


# --- switched on and off -------------------------------------------------------------------------------------------

COMMENTED = """# mine
packs = [      # whose boards
  "ai-labs",   # laboratories
  "robotics",  # robots
]
leave_out = ["ashby/cohere"]

[web]
port = 8001    # ours
"""


def told(run, *command: str) -> dict[str, dict]:
    return {row["pack"]: row for row in map(json.loads, run(*command).stdout.splitlines())}


def test_packs_are_listed_with_what_they_hold(run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('packs = ["robotics", "mine.toml"]')
    (tmp_path / "mine.toml").write_text(f"# My friends.\nboards = [{ACME}]\n")
    listed = told(run, "packs", "list")
    assert set(packs.names()) < set(listed)
    assert (listed["mine.toml"]["boards"], listed["mine.toml"]["about"]) == (1, "My friends.")
    assert [name for name, row in listed.items() if row["is_on"]] == ["robotics", "mine.toml"]
    assert sum(row["boards"] for row in listed.values()) > 600


def test_a_pack_is_switched_in_the_configuration_which_keeps_its_comments(run, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(COMMENTED)
    assert run("packs", "on", "europe").returncode == 0
    assert run("packs", "off", "robotics").returncode == 0
    assert path.read_text() == COMMENTED.replace('  "robotics",  # robots\n', '  "europe",\n')
    assert "boards fewer" in run("packs", "off", "ai-labs").stderr
    assert load(path).leave_out == []


def test_a_pack_switched_on_where_no_configuration_is_begins_one(run, tmp_path: Path) -> None:
    run("packs", "on", "robotics", "europe")
    assert load(tmp_path / "config.toml").packs == ["robotics", "europe"]


def test_a_pack_is_switched_on_above_the_tables(run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[web]\nport = 8001\n")
    run("packs", "on", "robotics")
    found = load(tmp_path / "config.toml")
    assert (found.packs, found.web.port) == (["robotics"], 8001)


def test_a_pack_that_is_not_there_changes_nothing(run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(COMMENTED)
    done = run("packs", "on", "robotic")
    assert (done.returncode, "did you mean 'robotics'?" in done.stderr) == (2, True)
    assert (tmp_path / "config.toml").read_text() == COMMENTED


def test_an_edit_that_cannot_be_read_is_taken_back(run, tmp_path: Path) -> None:
    text = 'packs = ["a.toml"]\n'
    (tmp_path / "config.toml").write_text(text)
    (tmp_path / "a.toml").write_text(f"boards = [{ACME}]")
    (tmp_path / "b.toml").write_text(f"boards = [{UNLIKE}]")
    assert run("packs", "on", "b.toml").returncode == 2
    assert (tmp_path / "config.toml").read_text() == text


def test_a_pack_shows_whose_boards_it_holds(run) -> None:
    shown = [json.loads(line) for line in run("packs", "show", "ai-labs").stdout.splitlines()]
    assert {"company": "Cohere", "board": "ashby/cohere"} in shown
    wrong = run("packs", "show", "ai-lab")
    assert (wrong.returncode, "did you mean 'ai-labs'?" in wrong.stderr) == (2, True)
