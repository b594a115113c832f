"""Every command of the help with arguments that are good and with such that are not; none is left out."""

import json
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from commands import documentation
from commands.helping import meant, plain
from commands.lazy import COMMANDS as TOP
from tests.test_verbs import ada  # noqa: F401  (a fixture: a person, her search, and a message that failed)

Run = Callable[..., Any]
COMMANDS = dict(documentation.commands())
POSTING = json.dumps(
    {"id": "p1", "title": "Machine Learning Engineer", "company": "Acme", "url": "https://a.example/1"}
)

# command -> what is typed after it, and what is read; the names are those of the fixtures
GOOD = {
    "search": "agents --sort salary --limit 3 --format csv", "show": "p1", "stats": "openings --format json",
    "export": "open.csv is:open", "retag": "--all --format json", "channels key": "webhook:https://hooks.example.org/jobs",
    "tag": "", "dedup": "",
    "parse": "lever saved.json --board acme", "match": "--searches searches.jsonl",
    "status": "--requests --format json",
    "doctor": "--offline --format json", "why": "p1 mine", "merges list": "--limit 5 --format csv",
    "merges find": "--format json",
    "boards list": "--format table", "boards check": "ashby/acme --format json", "boards pause": "ashby/acme",
    "boards resume": "ashby/acme", "boards believe": "ashby/acme", "boards remove": "ashby/acme",
    "packs list": "--format csv", "packs show": "robotics",
    "packs on": "robotics europe", "packs off": "robotics", "searches add": "wombats --subscriber Ada --cadence weekly",
    "searches test": "agents --days 7", "searches list": "--subscriber Ada --format csv", "searches show": "mine",
    "searches edit": "mine --cadence daily", "searches pause": "mine", "searches resume": "mine",
    "searches remove": "mine", "subscribers add": "Ben --email ben@example.org",
    "subscribers address": "Ada email:second@example.org", "subscribers erase": "Ada --yes",
    "subscribers list": "--format table",  "subscribers show": "Ada",
    "subscribers edit": "Ada --timezone Europe/Paris", "subscribers export": "Ada ada.json",
    "outbox list": "--all --format csv", "outbox show": "MESSAGE", "outbox retry": "MESSAGE",
    "digest preview": "Ada", "config show": "web --format json", "db upgrade": "--no-backup",
    "db backup": "copies --keep 2",
    "db check": "", "keys add": "laptop --subscriber Ada", "keys list": "--format csv",
    "sql": "'SELECT 1 AS one' --format json",
}  # fmt: skip
ELSEWHERE = {  # what asks others, or goes on until it is ended -> the test that has it do so
    "demo": "demo/test_run.py", "init": "test_init.py", "run": "test_daemon.py", "crawl": "test_daemon.py",
    "boards add": "test_boards.py", "boards discover": "test_boards.py", "boards repair": "test_boards.py",
    "channels test": "test_channels_command.py", "channels unhook": "test_channels_command.py",
    "subscribers confirm": "test_cli.py", "subscribers invite": "test_verbs.py", "new-spider": "test_new_spider.py",
    "subscribers mute": "test_searches_command.py", "searches refine": "test_searches_command.py",
    "db restore": "test_verbs.py", "outbox cancel": "test_verbs.py",
    "keys revoke": "test_keys_command.py", "mcp": "web/test_mcp.py", "searches feed": "web/test_feeds.py",
    "profile set": "test_profile_command.py", "profile show": "test_profile_command.py",
    "profile import": "test_profile_command.py", "profile propose": "test_profile_command.py",
    "profile forget": "test_profile_command.py",
    "merges why": "test_merges.py", "merges undo": "test_merges.py", "merges join": "test_merges.py",
}  # fmt: skip


CONFIG = """
packs = ["robotics"]
[web]
port = 0
[webhook]
secret = "0123456789abcdef0123456789abcdef"
[[boards]]
source = "ashby"
board = "acme"
"""
SAMPLES = {  # an option's or argument's name -> what is good for it, where anything is asked before what is tried
    "searches": "searches.jsonl", "subscriber": "Ada", "because": "company",
}  # fmt: skip
PYTHON = ("Traceback", "Value error", "Input should", "<class", "NoneType", "<str>", "x>=", "enum", "pydantic")


def test_no_command_is_left_out() -> None:
    assert set(GOOD) | set(ELSEWHERE) == set(COMMANDS)
    assert not set(GOOD) & set(ELSEWHERE)
    here = Path(__file__).parent
    for name, page in ELSEWHERE.items():
        assert name.split()[-1] in (here / page).read_text(), f"{page} does not run {name}"


@pytest.mark.parametrize("name", GOOD)
def test_good_arguments(run: Run, ada: int, tmp_path: Path, name: str) -> None:  # noqa: F811
    (tmp_path / "saved.json").write_text("[]")
    (tmp_path / "searches.jsonl").write_text('{"id": "s", "query": "title:machine"}\n')
    (tmp_path / "config.toml").write_text(CONFIG)
    typed = GOOD[name].replace("MESSAGE", str(ada))
    done = run(*name.split(), *shlex.split(typed), stdin=POSTING)
    assert done.returncode == 0, done.stderr
    assert not any(words in done.stdout + done.stderr for words in PYTHON)


def bad(name: str) -> Iterator[tuple[str, list[str]]]:
    """What is wrong, and how it is typed: a value of another kind, one that is misspelt, one too few, one too many."""
    command = COMMANDS[name]
    needed = [one for one in command.params if one.required]
    given: list[str] = []
    for one in needed:
        given += [max(one.opts, key=len), *_sample(one)] if one.param_type_name == "option" else _sample(one)
    for one in command.params:
        flag = max(one.opts, key=len)
        if one.param_type_name == "option" and not one.is_flag:
            kinds = documentation.word(one)
            if kinds == "N":
                yield f"{flag} takes a number", [*given, flag, "zwei"]
            elif "|" in kinds:
                yield f"{flag} takes one of some", [*given, flag, kinds.split("|")[0] + "x"]
    yield "an option that is none", [*given, "--nosuch"]
    if needed:
        yield "one too few", []
    if not any(one.nargs == -1 for one in command.params):
        yield "one too many", [*given, *["x"] * (1 + sum(one.param_type_name == "argument" for one in command.params))]


def _sample(parameter: Any) -> list[str]:
    return [SAMPLES.get(parameter.name, "1")]


@pytest.mark.parametrize("name", COMMANDS)
def test_bad_arguments_are_misuse_in_plain_words(run: Run, name: str) -> None:
    for what, typed in bad(name):
        done = run(*name.split(), *typed)
        assert done.returncode == 2, f"{what}: {typed}: {done.stderr}"
        assert done.stdout == ""
        assert "Usage: rolewire" in done.stderr, what
        assert not any(words in done.stderr for words in PYTHON), done.stderr


def test_every_group_and_command_misspelt_is_answered_with_what_is_meant(run: Run) -> None:
    for name in COMMANDS:
        *group, last = name.split()
        done = run(*group, last + "x" if len(last) > 2 else last)
        if len(last) > 2:
            assert (done.returncode, f"{last!r}" in done.stderr) == (2, True), done.stderr


@pytest.mark.parametrize(
    ("message", "value", "words"),
    [
        ("Value error, 'jsn' is not one of 'table', 'json'.", "", "'jsn' is none of table, json; did you mean 'json'?"),
        ("Value error, 'q' is not one of 'table', 'json'.", "", "'q' is none of table, json"),
        ("Input should be greater than or equal to 1", "", "at least 1"),
        ("Input should be less than or equal to 65535", "", "at most 65535"),
        ("Input should be a valid integer, unable to parse string as an integer", "zwei", "'zwei' is no whole number"),
        ("Input should be a valid number, unable to parse string as a number", "", "give a number"),
        ("No such option: --x", "", "No such option: --x"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_value_is_said_plainly(message: str, value: str, words: str) -> None:
    assert plain(message, value) == words


def test_the_one_that_is_meant() -> None:
    assert meant("adda", ["Ada", "Ben"]) == "; did you mean 'Ada'?"
    assert meant("zoe", ["Ada", "Ben"]) == ""


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("subscribers show Adda", "did you mean 'Ada'?"), ("searches show mien", "did you mean 'mine'?"),
        ("subscribers show Zoe", "`rolewire subscribers list` shows them"),
        ("searches show zoe", "`rolewire searches list` shows them"),
        ("boards check ashby/acm", "did you mean ashby/acme?"),
        ("packs on robotic", "did you mean 'robotics'?"), ("search agents more", "stands in quotes"),
    ],
)  # fmt: skip
def test_a_misspelt_name_is_answered_with_the_one_that_is_meant(run: Run, ada: int, typed: str, words: str) -> None:  # noqa: F811
    done = run(*typed.split())
    assert (done.returncode, words in done.stderr) == (2, True), done.stderr


def test_help_has_no_python_in_it_and_no_sentence_is_cut(run: Run) -> None:
    for name in {*COMMANDS, *TOP}:
        shown = run(*name.split(), "--help").stdout.replace("[ARGS]...", "")
        assert not any(words in shown for words in (*PYTHON, "...", "<=", "list[", "<path>", "<int")), shown.replace(
            "[ARGS]...", ""
        )


LISTING = sorted(name for name, command in COMMANDS.items() if any("--format" in one.opts for one in command.params))


@pytest.mark.parametrize("name", [name for name in LISTING if name in GOOD])
def test_what_is_asked_for_as_json_is_json_and_nothing_else(run: Run, ada: int, tmp_path: Path, name: str) -> None:  # noqa: F811
    (tmp_path / "config.toml").write_text(CONFIG)
    typed = shlex.split(GOOD[name].replace("MESSAGE", str(ada)))
    if "--format" in typed:
        at = typed.index("--format")
        del typed[at : at + 2]
    for form, rows in (("json", json.loads), ("jsonl", lambda text: [json.loads(line) for line in text.splitlines()])):
        done = run(*name.split(), *typed, "--format", form)
        assert done.returncode == 0, done.stderr
        assert isinstance(rows(done.stdout), list), done.stdout
        assert "\x1b" not in done.stdout + done.stderr


def test_every_command_that_lists_has_a_form() -> None:
    lists = {
        name for name in COMMANDS if name.split()[-1] in ("list", "show", "check", "test", "search", "status", "doctor")
    }
    assert lists - set(LISTING) == {"db check"}  # a sentence, and an exit code


@pytest.mark.parametrize(
    "typed", ["db backup copies", "searches test agents --format json", "stats openings --format json"]
)
def test_progress_goes_to_a_terminal_alone_and_never_among_the_data(
    run: Run, ada: int, monkeypatch: pytest.MonkeyPatch, typed: str,  # noqa: F811
) -> None:  # fmt: skip
    quiet = run(*typed.split())
    with monkeypatch.context() as terminal:
        terminal.setattr("commands.common.sys.stderr.isatty", lambda: True)
        shown = run(*typed.split())
    assert "…" in shown.stderr
    assert "…" not in quiet.stderr
    assert quiet.stdout.count("\n") == shown.stdout.count("\n")
