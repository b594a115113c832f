"""The command line as people type it: data, errors, exit codes, help and docs."""

import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from typer.main import get_command

import boards
import cli
import settings as settings_module
from alerts.notices import raise_notice
from commands import documentation
from commands.common import open_database
from database import open_engine, transaction
from locks import LEADER, Lock
from pulse import Pulse, of
from search import rates

ROOT = Path(__file__).parent.parent


Run = Callable[..., Any]


COMMANDS = dict(documentation.commands())
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
NAMED = re.compile(r"`(?:\$ )?rolewire((?: [a-z][a-z-]*)+)")


def test_the_page_of_commands_is_made_from_the_commands() -> None:
    assert (ROOT / "docs" / "commands.md").read_text() == documentation.page(), "run `make docs`"


@pytest.mark.parametrize("name", COMMANDS)
def test_command_has_help_and_an_example_and_no_python_in_it(name: str) -> None:
    command = COMMANDS[name]
    assert command.help
    assert "Example" in command.help or name == "run"
    for parameter in command.params:
        if parameter.name not in documentation.EVERYWHERE:
            assert parameter.help, parameter.name
        assert not re.search(r"<class|<function|Cadence\.|Format\.", f"{parameter.help}{parameter.metavar}")
    for example in re.findall(r"rolewire ([a-z][^·\n]*)", documentation.EXAMPLE.split(command.help)[-1]):
        assert is_known(example.split()), example


@pytest.mark.parametrize("name", COMMANDS)
def test_command_shows_its_help_and_refuses_what_it_does_not_know(run: Run, name: str) -> None:
    shown = run(*name.split(), "--help")
    assert (shown.returncode, name in shown.stdout) == (0, True)
    assert not re.search(r"Cadence\.|DeliveryState\.|<class|<enum|object at 0x", shown.stdout)
    refused = run(*name.split(), "--nosuch")
    assert (refused.returncode, "--nosuch" in refused.stderr) == (2, True)
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_name_no_command_that_does_not_exist(page: Path) -> None:
    assert [words for words in NAMED.findall(page.read_text()) if not is_known(words.split())] == []


def is_known(words: list[str]) -> bool:
    """Whether what is typed after `rolewire` begins with a command, or is a group of some."""
    return (
        " ".join(words[:2]) in COMMANDS
        or words[0] in COMMANDS
        or (len(words) == 1 and any(name.startswith(f"{words[0]} ") for name in COMMANDS))
    )


def test_the_help_says_where_the_sources_are_listed() -> None:
    source = next(one for one in COMMANDS["parse"].params if one.name == "source")
    assert "docs/sources.md" in source.help
    assert (ROOT / "docs" / "sources.md").exists()


def test_tag_keeps_order_passes_fields_through_and_survives_bad_lines(run: Run) -> None:
    lines = [
        json.dumps({"id": "1", "title": "Senior ML Engineer", "mine": {"a": 1}}),
        "{half", "[1]", json.dumps({"id": "4"}),
        json.dumps({"id": "5", "title": "Nurse", "raw": {"pay": "much"}}),
        json.dumps({"id": "6", "title": "Data Engineer", "location": "Paris, France"}),
    ]  # fmt: skip
    done = run("tag", stdin="\n".join(lines))
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["id"] for row in rows] == ["1", "6"]
    assert (rows[0]["role"], rows[0]["seniority"], rows[0]["mine"]) == ("ml-engineer", "senior", {"a": 1})
    assert rows[1]["locations"][0]["country"] == "FR"
    assert done.returncode == 1
    for number in (2, 3, 4, 5):
        assert f"line {number}: " in done.stderr
    assert "Traceback" not in done.stderr


def test_dedup_groups_by_canonical_url(run: Run) -> None:
    urls = ["https://boards.greenhouse.io/acme/jobs/1", "https://boards.greenhouse.io/acme/jobs/1?gh_src=x", ""]
    stdin = "\n".join(json.dumps({"id": str(n), "title": "AI Engineer", "url": url}) for n, url in enumerate(urls))
    groups = [json.loads(line)["group"] for line in run("dedup", stdin=stdin).stdout.splitlines()]
    assert groups[0] == groups[1] != groups[2]


def test_match_writes_a_line_a_match(run: Run, tmp_path: Path) -> None:
    (tmp_path / "searches.jsonl").write_text(
        '{"id": "a", "query": "role:ml-engineer"}\n{"id": "b", "query": "title:nurse"}\n'
    )
    tagged = run("tag", stdin='{"id": "1", "title": "ML Engineer"}\n{"id": "2", "title": "Nurse"}\n').stdout
    done = run("match", "--searches", "searches.jsonl", stdin=tagged)
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"search": "a", "posting": "1"}, {"search": "b", "posting": "2"},
    ]  # fmt: skip


def test_match_says_of_a_search_that_people_would_mean_otherwise_and_matches_it_as_it_stands(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "searches.jsonl").write_text('{"id": "a", "query": "title:senior engineer"}\n')
    done = run("match", "--searches", "searches.jsonl", stdin='{"id": "1", "title": "Engineer, senior"}\n')
    assert [json.loads(line) for line in done.stdout.splitlines()] == [{"search": "a", "posting": "1"}]
    assert 'title:"senior engineer"' in done.stderr


def test_parse_then_tag_keeps_structured_fields(run: Run, tmp_path: Path) -> None:
    offer = {
        "id": "9f0c", "title": "AI Engineer", "isListed": True, "location": "Lisbon, Portugal",
        "employmentType": "FullTime",
        "jobUrl": "https://jobs.ashbyhq.com/acme/9f0c", "descriptionHtml": "<p>Agents.</p>", "workplaceType": "Hybrid",
    }  # fmt: skip
    (tmp_path / "jobs.json").write_text(json.dumps({"jobs": [offer], "apiVersion": "1"}))
    parsed = run("parse", "ashby", "jobs.json", "--board", "acme")
    row = json.loads(run("tag", stdin=parsed.stdout).stdout)
    assert (row["workplace"], row["employment_type"]) == ("hybrid", "full-time")
    assert row["locations"][0]["country"] == "PT"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["search", "rol:ai-engineer"], 2, "role"),
        (["search", "(agents"], 2, "("),
        (["search", "agents", "--sort", "luck"], 2, "posted"),
        (["search", "agents"], 2, "no such database"),
        (["status", "--config", "nowhere.toml"], 2, "no such file"),
        (["export", "all.xlsx"], 2, ".jsonl"),
        (["parse", "nosuch", "x.json"], 2, "greenhouse"),
        (["parse", "ashby", "nowhere.json"], 2, "cannot be read"),
        (["match", "--searches", "nowhere.jsonl"], 2, "cannot be read"),
        (["crawl", "ashby/acme"], 2, "no board"),
        (["searches", "add", "is:open", "--subscriber", "Ada"], 2, ""),
        (["searches", "add", "agents", "--subscriber", "Nobody"], 2, "Nobody"),
        (["nosuch"], 2, "nosuch"),
        (["serch"], 2, "Did you mean 'search'"),
        (["boards", "lst"], 2, "'list'"),
        (["search", "-title:lead"], 2, "search -- '-title:lead"),
    ],
)
def test_misuse_is_one_clear_message(run: Run, arguments: list[str], code: int, words: str) -> None:
    done = run(*arguments)
    assert done.returncode == code
    assert words in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_wrong_file_for_parse_fails_with_the_reason(run: Run, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<html><title>Just a moment…</title></html>")
    done = run("parse", "greenhouse", "page.html")
    assert done.returncode == 1
    assert "page.html" in done.stderr


def test_doctor_names_each_problem_with_its_cure(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        '[[boards]]\nsource = "nosuch"\nboard = "x"\n[[boards]]\nsource = "adzuna"\nboard = "us"\n'
        '[email]\nusername = "u"\nhost = "h"\n[keys]\nremotive = "x"\n'
    )
    done = run("doctor", "--format", "jsonl")
    problems = [row for row in map(json.loads, done.stdout.splitlines()) if row["state"] == "problem"]
    assert done.returncode == 1
    assert len(problems) == 3
    assert all(row["cure"] for row in problems)
    assert 'adzuna = "APP_ID:APP_KEY"' in done.stdout.replace("\\", "")
    assert "keys.remotive" in done.stdout
    assert not (tmp_path / "rolewire.db").exists()


def test_doctor_is_clean_on_the_shipped_configuration(run: Run) -> None:
    assert run("doctor", "--config", str(ROOT / "config.toml")).returncode == 0


@pytest.fixture
def own_rates(tmp_path: Path, run: Run) -> Path:
    """A configuration in another folder, with a table beside it that knows RUB and not CHF; a database with Ada."""
    folder = tmp_path / "etc"
    folder.mkdir()
    (folder / "mine.tsv").write_text("date\t2026-11-01\nEUR\t0.5\nRUB\t80\n")
    (folder / "config.toml").write_text('[search]\nrates = "mine.tsv"\n')
    assert run("subscribers", "add", "Ada", "--email", "ada@example.org").returncode == 0
    return folder / "config.toml"


@pytest.mark.parametrize(
    "command",
    [
        ("search", "QUERY"), ("export", "all.jsonl", "QUERY"), ("searches", "add", "QUERY", "--subscriber", "Ada"),
        ("match", "--searches", "searches.jsonl"),
    ],
)  # fmt: skip
def test_every_command_that_reads_a_query_knows_the_own_rates(
    run: Run, own_rates: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    for currency, code in (("RUB", 0), ("CHF", 2)):
        query = f"salary>=150k{currency}"
        (tmp_path / "searches.jsonl").write_text(json.dumps({"id": 1, "query": query}) + "\n")
        rates.use(None)  # what an earlier command in this process put in force
        done = run(*(query if word == "QUERY" else word for word in command), "--config", str(own_rates))
        assert done.returncode == code, done.stderr
        assert ("no exchange rate for CHF" in done.stderr) is (code == 2)


def test_doctor_tells_the_day_of_the_rates(run: Run, own_rates: Path) -> None:
    assert "exchange rates of 2026-11-01" in run("doctor", "--config", str(own_rates)).stdout


def test_a_bad_table_of_rates_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.tsv").write_text("date\t2026-11-01\nEUR 0.5\n")
    (tmp_path / "config.toml").write_text('[search]\nrates = "mine.tsv"\n')
    done = run("status")
    assert done.returncode == 2
    assert "search.rates: mine.tsv, line 2" in done.stderr


def test_channel_without_credentials_stops_the_daemon(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[email]\nhost = "smtp.example.org"\nusername = "u"\n')
    done = run("run")
    assert done.returncode == 2
    assert "password" in done.stderr


def test_subscribers_and_searches_from_the_command_line(run: Run) -> None:
    assert run("subscribers", "add", "Ada", "--email", "ada@example.org").returncode == 0
    assert run("searches", "add", "role:ai-engineer remote:EU", "--subscriber", "Ada", "--name", "mine").returncode == 0
    (search,) = [json.loads(line) for line in run("searches", "list").stdout.splitlines()]
    assert (search["name"], search["subscriber"], search["channels"]) == ("mine", "Ada", ["email"])
    assert run("searches", "remove", "mine").returncode == 0
    assert run("searches", "list").stdout == ""
    (person,) = [json.loads(line) for line in run("subscribers", "list").stdout.splitlines()]
    assert person["addresses"][0]["address"] == "ada@example.org"


def test_unwritable_export_leaves_nothing_half_done(run: Run, tmp_path: Path) -> None:
    run("subscribers", "add", "Ada", "--email", "ada@example.org")
    done = run("export", "no/such/folder/all.jsonl")
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
    assert run("export", "all.jsonl").returncode == 0
    assert (tmp_path / "all.jsonl").read_text() == ""


def test_csv_cells_are_no_formulas(run: Run) -> None:
    run("subscribers", "add", "=cmd()", "--email", "ada@example.org")
    assert "'=cmd()" in run("subscribers", "list", "--format", "csv").stdout


def test_command_streams_through_a_pipe_that_closes_early() -> None:
    lines = "".join(json.dumps({"id": str(n), "title": "AI Engineer"}) + "\n" for n in range(5000))
    command = f"{sys.executable} -m cli tag | head -1"
    done = subprocess.run(["/bin/sh", "-c", command], input=lines, capture_output=True, text=True, cwd=ROOT)
    assert json.loads(done.stdout)["id"] == "0"
    assert done.stderr == ""


def test_reader_that_leaves_early_is_no_failure() -> None:
    lines = "".join(json.dumps({"id": str(n), "title": "AI Engineer"}) + "\n" for n in range(5000))
    command = f"{sys.executable} -m cli tag; echo $? >&2"
    reader = subprocess.run(
        ["/bin/sh", "-c", f"({command}) | head -1"], input=lines, capture_output=True, text=True, cwd=ROOT
    )
    assert reader.stderr.strip() == "0"


def test_full_disk_under_the_output_is_one_clear_message() -> None:
    command = [sys.executable, "-m", "cli", "tag"]
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            command,
            input='{"title": "AI Engineer"}',
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
    assert done.returncode == 1
    assert done.stderr == "rolewire: the output: No space left on device\n"


def test_database_that_refuses_is_one_clear_message(run: Run, tmp_path: Path) -> None:
    run("subscribers", "add", "Ada", "--email", "ada@example.org")
    with sqlite3.connect(tmp_path / "rolewire.db") as connection:
        connection.execute(
            "CREATE TRIGGER no BEFORE INSERT ON saved_search BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
    done = run("searches", "add", "agents", "--subscriber", "Ada")
    assert done.returncode == 1
    assert done.stderr.startswith("rolewire: the database refuses: disk full")
    assert done.stderr.count("\n") == 1


def test_commands_that_stand_between_pipes_start_without_the_rest() -> None:
    heavy = "{'telegram', 'scrapy', 'alembic', 'fastapi', 'alerts', 'database'}"
    for command in ("commands.data", "cli"):
        code = f"import sys, {command}; print(sorted({heavy} & set(sys.modules)))"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
        assert done.stdout.strip() == "[]", command


def test_every_command_has_its_line_in_the_help(run: Run) -> None:
    told = run("--help").stdout
    for name in {name.split()[0] for name in COMMANDS}:
        assert any(line.split()[:1] == [name] and len(line.split()) > 2 for line in told.splitlines()), name
    assert run("--version").stdout.startswith("rolewire 0.")


def test_boards_list_changes_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[[boards]]\nsource = "ashby"\nboard = "acme"\n')
    (row,) = [json.loads(line) for line in run("boards", "list").stdout.splitlines()]
    assert (row["name"], row["board"], row["verdict"]) == ("ashby/acme", "acme", "not crawled yet")
    assert not (tmp_path / "rolewire.db").exists()


def test_no_configuration_pauses_no_board(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[[boards]]\nsource = "nosuch"\nboard = "acme"\n')
    settings = settings_module.load(tmp_path / "config.toml")
    engine = open_database(settings, must_exist=False)
    with transaction(engine) as connection:
        boards.follow(connection, settings)
        connection.execute(text("UPDATE board SET due_at = '2999-01-01'"))
    (tmp_path / "config.toml").unlink()
    assert "nothing is due" in run("crawl").stderr
    assert json.loads(run("boards", "list").stdout)["state"] == "active"
    (tmp_path / "config.toml").write_text("")
    run("crawl")
    assert json.loads(run("boards", "list").stdout)["state"] == "paused"


def test_same_name_gets_a_new_link_and_never_another_address(run: Run) -> None:
    run("subscribers", "add", "Ada", "--email", "ada@example.org")
    assert "was added before" in run("subscribers", "add", "Ada").stderr
    done = run("subscribers", "add", "Ada", "--email", "other@example.org")
    assert done.returncode == 2
    assert "ada@example.org" in done.stderr
    assert len(run("subscribers", "list").stdout.splitlines()) == 1


def test_unreachable_telegram_adds_nobody(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    token = "123456789:AAE-abcdefghijklmnopqrstuvwxyz0123456"
    monkeypatch.setenv("ROLEWIRE_TELEGRAM__TOKEN", token)
    monkeypatch.setenv("ROLEWIRE_TELEGRAM__API_URL", "http://127.0.0.1:9")
    done = run("subscribers", "add", "Ada")
    assert done.returncode == 1
    assert "nobody is added" in done.stderr
    assert token not in done.stderr
    assert run("subscribers", "list").stdout == ""


@pytest.mark.parametrize("width", [80, 200])
def test_table_of_boards_is_readable_on_a_terminal(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    rows = "".join(f'[[boards]]\nsource = "greenhouse"\nboard = "acme-robotics-{n}"\n' for n in range(3))
    (tmp_path / "config.toml").write_text(rows)
    told = run("boards", "list", "--format", "table").stdout
    assert "│ greenhouse/acme-robotics-2 │" in told
    assert "│ not crawled yet │" in told
    assert all(len(line) <= width for line in told.splitlines())


def test_query_that_begins_with_a_dash(run: Run) -> None:
    run("subscribers", "add", "Ada", "--email", "ada@example.org")
    assert run("search", "--", "-title:lead").returncode == 0
    done = run("searches", "add", "--subscriber", "Ada", "--", "-intern role:ai-engineer")
    assert done.returncode == 0


def test_doctor_names_both_broken_channels_and_a_wrong_source_is_misuse(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        '[telegram]\ntoken = "nonsense"\n[email]\nhost = "h"\nusername = "u"\n[[boards]]\nsource = "x"\nboard = "y"\n'
    )
    told = run("doctor").stdout
    assert "channel telegram" in told
    assert "channel email" in told
    assert run("run").returncode == run("crawl").returncode == 2


def test_who_is_reached_already_is_not_said_to_be_out_of_reach(run: Run) -> None:
    assert "no channel reaches them" in run("subscribers", "add", "Ada").stderr
    run("subscribers", "address", "Ada", "email:zoe@example.org")
    run("subscribers", "address", "Ada", "email:ada@example.org")
    assert "no channel reaches them" not in run("subscribers", "add", "Ada").stderr
    [listed] = map(json.loads, run("subscribers", "list").stdout.splitlines())
    assert [one["address"] for one in listed["addresses"]] == ["zoe@example.org", "ada@example.org"]


def test_addresses_are_added_and_removed_and_a_person_is_erased_when_it_is_confirmed(run: Run) -> None:
    run("subscribers", "add", "Ada", "--email", "ada@example.org")
    assert run("subscribers", "address", "Ada", "telegram:42").returncode == 0
    assert run("subscribers", "address", "Ada", "email:second@example.org").returncode == 0
    added = run("searches", "add", "quokkas", "--subscriber", "Ada", "--channel", "telegram", "--channel", "email")
    assert "instant on telegram and email" in added.stderr
    assert run("subscribers", "address", "Ada", "email:ada@example.org", "--remove").returncode == 0
    wrong = run("subscribers", "address", "Ada", "pigeon:7")
    assert (wrong.returncode, "telegram:CHAT ID or email:E-MAIL ADDRESS" in wrong.stderr) == (2, True)
    (person,) = [json.loads(line) for line in run("subscribers", "list").stdout.splitlines()]
    assert [one["address"] for one in person["addresses"]] == ["second@example.org", "42"]
    assert run("subscribers", "erase", "Ada").returncode != 0  # nobody confirms
    assert run("subscribers", "erase", "Ada", "--yes").returncode == 0
    assert run("subscribers", "list").stdout == ""


def test_status_tells_whether_the_bot_hears_and_what_trouble_lasts(run: Run, tmp_path: Path) -> None:
    token = "123456789:" + "a" * 35
    (tmp_path / "config.toml").write_text(f'[telegram]\ntoken = "{token}"\n')
    run("subscribers", "add", "Ada", "--email", "ada@example.org", "--config", "/dev/null")
    engine = open_engine(f"sqlite:///{tmp_path / 'rolewire.db'}")
    with transaction(engine) as connection:
        raise_notice(connection, "bot", "The bot does not hear: Conflict", datetime.now(UTC))
        raise_notice(connection, "channel:email", "The channel email is paused", datetime.now(UTC))
    told = {row["what"]: row for row in map(json.loads, run("status").stdout.splitlines())}
    assert (told["bot"]["state"], told["daemon"]["state"]) == ("off", "off")
    assert told["trouble"]["detail"] == "The channel email is paused"
    with Lock(engine, LEADER, "run") as lock:
        assert lock.acquire()
        pulse = Pulse(engine)
        pulse.sources.append(of("bot", lambda: ("Conflict: another polls", None)))
        pulse.beat()
        told = {row["what"]: row for row in map(json.loads, run("status").stdout.splitlines())}
        assert (told["bot"]["state"], told["daemon"]["state"]) == ("waiting", "well")
        assert "Conflict" in told["bot"]["detail"]
    engine.dispose()


def helps(command: Any, name: str, parent: Any = None) -> Iterator[tuple[str, str]]:
    """Every command's page of help, with the words that lead to it."""
    context = command.make_context(name, [], parent=parent, resilient_parsing=True)
    yield context.command_path, context.get_help()
    for inner in command.list_commands(context) if hasattr(command, "list_commands") else ():
        yield from helps(command.get_command(context, inner), inner, context)


def test_all_pages_of_help_have_one_look_and_say_what_was_written() -> None:
    pages = dict(helps(get_command(cli.app), "rolewire"))
    assert len(pages) > 40
    for path, page in pages.items():
        assert page.startswith(f"Usage: {path}"), path
        assert not re.search(r"[╭│╰]|<\w+\.\w+: |\b[A-Z]\w+\.[A-Z]{2,}\b", page), path  # boxes, and Python's enums
        words = " ".join(page.split())
        assert "--database" not in words or "[database] url" in words, path


SHELLS = {
    "bash": lambda line: {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split()) - 1)},
    "zsh": lambda line: {"_TYPER_COMPLETE_ARGS": line},
    "fish": lambda line: {"_TYPER_COMPLETE_ARGS": line, "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
}


@pytest.mark.parametrize("shell", SHELLS)
def test_shells_complete_commands_boards_and_searches(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shell: str
) -> None:
    (tmp_path / "config.toml").write_text('[[boards]]\nsource = "ashby"\nboard = "acme"\n')
    settings = settings_module.load(tmp_path / "config.toml")
    with transaction(open_database(settings, must_exist=False)) as connection:
        boards.follow(connection, settings)
    run("subscribers", "add", "Ada", "--email", "ada@example.org")
    run("searches", "add", "quokkas", "--subscriber", "Ada", "--name", "marsupials", "--yes")

    def completed(line: str) -> str:
        with monkeypatch.context() as shown:
            for name, value in {"_ROLEWIRE_COMPLETE": f"complete_{shell}", **SHELLS[shell](line)}.items():
                shown.setenv(name, value)
            told = run()
        assert told.returncode == 0
        assert told.stderr == ""
        return told.stdout

    assert "retag" in completed("rolewire ret")
    assert "ashby/acme" in completed("rolewire crawl ash")
    assert "ashby/acme" in completed("rolewire boards pause a")
    assert "ashby/acme" not in completed("rolewire boards pause b")
    assert "marsupials" in completed("rolewire searches remove mars")
    (tmp_path / "rolewire.db").unlink()
    assert "ashby" not in completed("rolewire crawl ash")


def test_a_table_shows_addresses_and_yes_or_no_as_people_write_them(run: Run) -> None:
    run("subscribers", "add", "Ada", "--email", "ada@example.org")
    shown = run("subscribers", "list", "--format", "table").stdout
    assert "email:ada@example.org" in shown
    assert "state=" not in shown
    assert " no " in run("packs", "list", "--format", "table").stdout
    assert "False" in run("packs", "list", "--format", "csv").stdout  # what a program reads stays as it is
    assert " true " in run("config", "show", "web.enabled", "--format", "table").stdout
