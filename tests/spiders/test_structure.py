"""What must hold of every spider: its name, its docstring, its size, and what it knows of the rest of the house."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
import scrapy
from pydantic import SecretStr
from scrapy.settings import Settings as ScrapySettings

from models import BoardTask
from settings import Settings
from spiders import SPIDERS
from spiders.base import documentation
from spiders.base.elsewhere import SOURCES
from spiders.scrapy_settings import scrapy_settings

ROOM = Path(__file__).parents[2] / "spiders"
FILES = sorted(path for path in ROOM.glob("*.py") if path.stem not in ("__init__", "scrapy_settings"))


def test_a_file_a_source_and_a_source_a_file():
    assert [path.stem for path in FILES] == sorted(SPIDERS)


@pytest.mark.parametrize("source", SPIDERS)
def test_name_file_and_class_are_one(source):
    spider = SPIDERS[source]
    assert (spider.name, spider.__module__, spider.__name__) == (source, f"spiders.{source}", f"{source.title()}Spider")


@pytest.mark.parametrize("source", SPIDERS)
def test_the_docstring_has_its_headings_in_order(source):
    doc = SPIDERS[source].__doc__
    places = [doc.index(f"\n    {heading}: ") for heading in ("Source", "API", "Caveats")]
    assert places == sorted(places)


def test_the_page_of_sources_is_up_to_date():
    held = (ROOM.parent / documentation.PATH).read_text()
    assert held == documentation.page(SPIDERS.values(), SOURCES), "run `make docs`"


def task_of(source):
    """A board of some name and site; where these say what a spider must know, one of the source's own."""
    folder = ROOM.parent / "tests" / "spiders" / "fixtures" / source
    metas = [json.loads(path.read_text()) for path in sorted(folder.glob("*/meta.json"))]
    board = next((meta["board"] for meta in metas if meta.get("board")), "abc")
    url = next((meta["url"] for meta in metas if meta.get("url")), "")
    return BoardTask(1, source, board, url=url if SPIDERS[source].needs_url and url else "https://a.example/x")


def test_the_page_of_sources_names_what_is_not_read_and_only_sources_instead():
    told = documentation.NEVER
    assert all(name in told for name in ("LinkedIn", "Indeed", "Glassdoor", "ZipRecruiter", "hiring.cafe", "Wellfound"))
    assert {"ycombinator", "hackernews", "getro", "consider", "pagewatch"} <= set(SPIDERS)


@pytest.mark.parametrize("source", SPIDERS)
def test_a_task_becomes_one_request_that_can_end(source):
    spider = SPIDERS[source]()
    spider.settings = ScrapySettings({"ROLEWIRE_KEYS": {source: SecretStr(spider.needs_key)}})
    request = spider.first_request(task_of(source))
    assert isinstance(request, scrapy.Request)
    assert request.url.startswith("https://")
    assert (request.callback, request.errback) == (spider.read_board, spider.note_failure)
    assert request.dont_filter


def test_a_token_is_quoted():
    assert "/job-board/A%20b%26c%2Fd?" in SPIDERS["ashby"]().address(BoardTask(1, "ashby", "A b&c/d"))


@pytest.mark.parametrize(
    ("source", "options", "url", "host"),
    [
        ("lever", {}, "", "api.lever.co"), ("lever", {"region": "eu"}, "", "api.eu.lever.co"),
        ("recruitee", {}, "", "acme.recruitee.com"),
        ("recruitee", {}, "https://jobs.acme.example/o/x", "jobs.acme.example"),
    ],
)  # fmt: skip
def test_where_a_board_is(source, options, url, host):
    task = BoardTask(1, source, "acme", url=url, options=options)
    assert SPIDERS[source]().address(task).split("/")[2] == host


@pytest.mark.parametrize("path", sorted(ROOM.rglob("*.py")), ids=lambda path: str(path.relative_to(ROOM)))
def test_spiders_know_models_and_settings_only(path):
    ours = {"pipeline", "alerts", "search", "web", "database", "migrations", "scheduler", "cli", "demo", "sqlalchemy"}
    tree = ast.parse(path.read_text())
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert not ours & {name.split(".")[0] for name in names}


def test_reading_a_saved_answer_needs_no_reactor_and_no_browser():
    code = "import sys, spiders; sys.exit('twisted.internet.reactor' in sys.modules or 'playwright' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOM.parent, check=False).returncode == 0


def test_what_scrapy_leaves_open_is_closed():
    settings = scrapy_settings(Settings())
    assert [settings["DOWNLOAD_HANDLERS"][scheme] for scheme in ("file", "data", "ftp", "s3")] == [None] * 4
    assert not settings["TELNETCONSOLE_ENABLED"]
    assert not settings["REMOTE_CONTROL_ENABLED"]
    assert settings["DOWNLOAD_VERIFY_CERTIFICATES"]
    assert settings["ITEM_PIPELINES"] == {"pipeline.ingest.shell.IngestPipeline": 500}


def test_pace_is_off_under_replay_unless_asked_for():
    live = Settings.model_validate({"network": {"delay": 2}})
    replay = Settings.model_validate({"network": {"delay": 2, "replay": "http://127.0.0.1:1"}})
    paced = Settings.model_validate({"network": {"delay": 2, "replay": "http://127.0.0.1:1", "pace_replay": True}})
    found = [(s["ROLEWIRE_PACED"], s["ROLEWIRE_DELAY"]) for s in map(scrapy_settings, (live, replay, paced))]
    assert found == [(True, 2), (False, 0), (True, 2)]


@pytest.mark.parametrize(("uid", "wanted", "has"), [(1000, True, True), (1000, False, False), (0, True, False)])
def test_the_browsers_sandbox_can_be_left_to_a_container(monkeypatch, uid, wanted, has):
    monkeypatch.setattr("os.geteuid", lambda: uid)
    options = scrapy_settings(Settings.model_validate({"network": {"sandbox": wanted}}), True)
    assert options["PLAYWRIGHT_LAUNCH_OPTIONS"]["chromium_sandbox"] is has


def test_the_contact_is_part_of_our_name():
    named = Settings.model_validate({"network": {"user_agent": "rw/1", "contact": "me@example.org"}})
    assert scrapy_settings(named)["USER_AGENT"] == "rw/1 (contact: me@example.org)"
    assert scrapy_settings(named)["ROBOTSTXT_USER_AGENT"] == "rw"
