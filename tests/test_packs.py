"""Packs of employers: every shipped one is sound, and what a configuration makes of them and of its own rows."""

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
    assert len(set(each)) == len(each) >= 231


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
