"""What a new source begins with: it stands in the house's form, and its test fails until its rows are mapped."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from models import BoardTask
from spiders.base.addresses import Addresses

MAPPED = """        return RawPosting(
            self.name, task.board, text(item.get("id")), text(item.get("url")), text(item.get("title")),
            description=text(item.get("description")),
        )  # fmt: skip
"""
URL = "https://jobs.acme-ats.example/acme"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    (tmp_path / "spiders").mkdir()
    (tmp_path / "tests" / "spiders" / "fixtures").mkdir(parents=True)
    return tmp_path


def reading(file: Path, case: Path):
    spec = importlib.util.spec_from_file_location("acmeats", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    spider = module.AcmeatsSpider()
    return spider, spider.read_saved((case / "response.json").read_bytes(), BoardTask(0, "acmeats", "acme"))


def test_the_skeleton_fails_until_its_rows_are_mapped(run, house: Path) -> None:
    assert run("new-spider", "acmeats", URL).returncode == 0
    file, case = house / "spiders" / "acmeats.py", house / "tests" / "spiders" / "fixtures" / "acmeats" / "whole"
    _, found = reading(file, case)
    assert (found.postings, len(found.problems)) == ([], 1)
    before, _, _ = file.read_text().partition("        raise NotImplementedError")
    file.write_text(before + MAPPED)
    spider, found = reading(file, case)
    expected = json.loads((case / "expected.json").read_text())["postings"][0]
    assert {name: getattr(found.postings[0], name) for name in expected if name != "canonical_url"} == {
        name: value for name, value in expected.items() if name != "canonical_url"
    }
    addresses = Addresses([spider.source()])
    for address, (board, native_id, canonical) in json.loads((case / "meta.json").read_text())["addresses"].items():
        told = addresses.find(address)
        assert (told.board, told.native_id, told.canonical_url) == (board, native_id, canonical)


def test_the_skeleton_has_the_form_of_the_house(run, house: Path) -> None:
    run("new-spider", "acmeats", URL)
    file, root = house / "spiders" / "acmeats.py", Path(__file__).parent.parent
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--config", root / "pyproject.toml", file], capture_output=True
        )
        assert done.returncode == 0, done.stdout.decode()
    doc = file.read_text()
    assert [doc.index(f"\n    {heading}: ") for heading in ("Source", "API", "Caveats")]


@pytest.mark.parametrize(
    ("name", "url", "word"),
    [("Acme", URL, "small letters"), ("import", URL, "small letters"), ("acme", "nowhere", "https://")],
)
def test_what_makes_no_sense_is_refused(run, house: Path, name: str, url: str, word: str) -> None:
    done = run("new-spider", name, url)
    assert (done.returncode, word in done.stderr) == (2, True)


def test_nothing_is_written_over_and_nothing_outside_the_sources(run, tmp_path: Path) -> None:
    assert "--folder" in run("new-spider", "acmeats", URL).stderr
    (tmp_path / "spiders").mkdir()
    (tmp_path / "tests" / "spiders" / "fixtures").mkdir(parents=True)
    run("new-spider", "acmeats", URL)
    assert "there already" in run("new-spider", "acmeats", URL).stderr
