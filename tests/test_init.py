"""`rolewire init`: from a few questions to the first alert, each answer tried, nothing half written."""

import itertools
import json
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer

import cli
import search
import settings as settings_module
from alerts.channels.telegram import keys
from begin import plan, taking
from begin.taking import NotGoodError
from commands import answers
from commands.common import FailureError, MisuseError
from commands.questions import Asker, say
from demo.boardserver import BoardServer
from demo.botapi import BotApi
from demo.mailserver import MailServer
from finding import Finding as BoardFinding
from finding import Prospect
from settings import Settings
from tests.test_daemon import free_port

MONDAY = datetime(2026, 5, 4, 6, tzinfo=UTC)
Run = Callable[..., Any]


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as server:
        yield server


@pytest.fixture
def boards(monkeypatch: pytest.MonkeyPatch, run: Run) -> Iterator[BoardServer]:
    with BoardServer(MONDAY) as server:
        monkeypatch.setenv("ROLEWIRE_NETWORK__REPLAY", server.url)
        yield server


def said(mail: MailServer, api: BotApi, monkeypatch: pytest.MonkeyPatch, **others: str) -> list[str]:
    """Every answer by an option."""
    monkeypatch.setenv("ROLEWIRE_TELEGRAM__API_URL", api.url)
    given = {
        "query": "role:ml-engineer,mlops-engineer", "packs": "none", "telegram-token": api.token, "chat": "42",
        "email": "ada@people.example", "email-host": mail.host, "email-port": str(mail.port), "email-security": "none",
        "email-username": "", "email-sender": "rolewire <alerts@people.example>", "name": "Ada",
        "timezone": "Europe/Paris", "port": str(free_port()), "public-url": "",
    }  # fmt: skip
    given |= {name.replace("_", "-"): value for name, value in others.items()}
    return ["init", "--no-input", *(word for name, value in given.items() for word in (f"--{name}", value))]


def test_every_answer_by_an_option(
    run: Run, tmp_path: Path, api: BotApi, boards: BoardServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MailServer() as mail:
        done = run(*said(mail, api, monkeypatch, board="greenhouse/northlight", where="Germany"))
        assert done.returncode == 0, done.stderr
        assert mail.arrived[0].recipients == ["ada@people.example"]
    assert "Telegram knows the bot @rolewire_bot" in done.stderr
    assert "greenhouse/northlight" in done.stderr
    assert "rolewire run" in done.stderr
    assert api.token not in done.stderr + (tmp_path / "config.toml").read_text()
    secrets = tmp_path / "secrets.toml"
    assert api.token in secrets.read_text()
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    found = settings_module.load(tmp_path / "config.toml")
    assert [row.name for row in found.boards] == ["greenhouse/northlight"]
    assert found.operator.addresses == ["email:ada@people.example", "telegram:42"]
    assert found.origins["telegram.token"] == str(secrets)
    (search,) = [json.loads(line) for line in run("searches", "list").stdout.splitlines()]
    assert search["query"] == "role:ml-engineer,mlops-engineer country:DE"
    assert sorted(search["channels"]) == ["email", "telegram"]
    (board,) = [json.loads(line) for line in run("boards", "list").stdout.splitlines()]
    assert board["state"] == "active"
    again = run("init", "--no-input")
    assert (again.returncode, "--force replaces it" in again.stderr) == (2, True)


def test_what_the_environment_says_is_asked_of_nobody_and_written_nowhere(
    run: Run, tmp_path: Path, api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROLEWIRE_TELEGRAM__TOKEN", api.token)
    monkeypatch.setenv("ROLEWIRE_TELEGRAM__API_URL", api.url)
    (tmp_path / "config.toml").write_text("# the one before\n")
    done = run("init", "--no-input", "--packs", "none", "--chat", "42", "--force", "--port", str(free_port()))
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "secrets.toml").exists()
    assert (tmp_path / "config.toml.before").read_text() == "# the one before\n"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"telegram_token": "123456789:AAE-wrong-wrong-wrong-wrong-wrong-wrong"}, "refuses the bot's token"),
        ({"query": "rol:ai-engineer"}, "role"), ({"query": ""}, ""), ({"where": "colour:red"}, "colour"),
        ({"packs": "robotic"}, "did you mean 'robotics'?"), ({"email": "ada"}, "is not an e-mail address"),
        ({"email_port": "9"}, "does not answer"), ({"email_security": "ssl"}, "none of starttls"),
        ({"timezone": "Mars/Crater"}, "unknown time zone"), ({"port": "99999"}, "is no port"),
        ({"public_url": "jobs.example.org"}, "has no scheme"), ({"board": "greenhouse/nosuchboard"}, "nosuchboard"),
    ],
)  # fmt: skip
def test_an_answer_that_is_no_good_writes_nothing(
    run: Run, tmp_path: Path, api: BotApi, boards: BoardServer, monkeypatch: pytest.MonkeyPatch,
    answer: dict[str, str], words: str,
) -> None:  # fmt: skip
    with MailServer() as mail:
        done = run(*said(mail, api, monkeypatch, **answer))
    assert done.returncode in (1, 2), done.stderr
    assert words in done.stderr
    assert "nothing was written" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("where", "clause"),
    [
        ("", ""), ("remote", " workplace:remote"), ("remote in EU", " remote:EU"), ("remote Germany", " remote:DE"),
        ("Germany", " country:DE"), ("GB", " country:GB"), ("Berlin", " city:Berlin"), ("Europe", " country:europe"),
        ("UK", " country:GB"), ("Germany, France", " country:DE,FR"), ("Trinidad and Tobago", " country:TT"),
        ("Berlin or remote", " (city:Berlin OR remote:DE)"), ("remote or Europe", " (country:europe OR remote:EU)"),
        ("Europe or remote", " (country:europe OR remote:EU)"), ("US, UK, remote", " (country:US,GB OR remote:US,GB)"),
        ("Austin, Texas or remote", " (remote:US-TX OR (city:Austin region:texas))"),
        ("London, Paris or remote", " (city:London,Paris OR remote:GB,FR)"),
        ("remote or hybrid", " workplace:remote,hybrid"),
        ("Berlin, Germany, remote", " (remote:DE OR (city:Berlin country:DE))"),
        ("UK, Germany or remote in Europe", " (country:GB,DE OR remote:EU)"), ("remote in Europe", " remote:EU"),
        ("Paris; remote Europe", " (city:Paris OR remote:EU)"),
        ("remote in US, New York", ' (remote:US OR city:"New York")'), ("Remote, US", " remote:US"),
        ("city:Berlin OR remote:US", " (city:Berlin OR remote:US)"),
        ("remote in Texas, California", " remote:US-TX,US-CA"),
        ("New York, San Francisco or remote in the US", ' (city:"New York","San Francisco" OR remote:US)'),
        ("Lombardy or remote", " (region:lombardy OR workplace:remote)"),
 ("remote in DACH, US", " remote:DACH,US"),
        ("western Europe", ' country:"western europe"'), ("worldwide", ""),
        ("Frankfurt/Main", ' city:"Frankfurt/Main"'),
        ("New York City", ' city:"New York City"'), ("country:DE,AT", " country:DE,AT"),
        ("California", " region:california"), ("Ontario", " region:ontario"), ("New York", ' city:"New York"'),
        ("the UK", " country:GB"), ("hybrid", " workplace:hybrid"),
        ("New York, San Francisco, remote:US", ' (city:"New York","San Francisco" OR remote:US)'),
        ("country:DE or remote:EU", " (country:DE OR remote:EU)"), ("city:New York, Berlin", ' city:"New York",Berlin'),
        ("US remote", " remote:US"), ("Berlin, UK (remote)", " (city:Berlin OR remote:GB)"),
        ("fully remote", " workplace:remote"), ("remote only", " workplace:remote"),
        ("Berlin / London", " city:Berlin,London"), ("Berlin & London", " city:Berlin,London"),
        ("Texas, USA", " region:texas country:US"), ("Austin, TX", " city:Austin region:tx"),
        ("Berlin, Germany", " city:Berlin country:DE"), ("remote in California", " remote:US-CA"),
        ("Berlin, Austria or remote", " (city:Berlin OR country:AT OR remote:DE,AT)"),
        ("Berlin, Germany or Vienna", " (city:Vienna OR (city:Berlin country:DE))"), ("IN", " country:IN"),
    ],
)  # fmt: skip
def test_a_place_is_put_into_the_query(where: str, clause: str) -> None:
    assert taking.place("role:ai-engineer", where) == f"role:ai-engineer{clause}"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("machine learning engineer or LLM engineer", "role:ml-engineer,ai-engineer"), ("rag or llm", "rag OR llm"),
        ("senior ML engineer or agent engineer", "role:ml-engineer seniority:senior OR agent engineer"),
        ("agents OR rag", "agents OR rag"),
    ],
)  # fmt: skip
def test_alternatives_in_plain_words_are_taken(written: str, meant: str) -> None:
    assert taking.query(written) == meant


def test_what_is_said_at_the_head_of_the_file_fits_a_terminal() -> None:
    head = [line for line in plan.configuration(plan.Plan()).splitlines() if line.startswith("#")]
    assert len(head) == 4
    assert max(map(len, head)) <= 80


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("role:x (country:europe OR remote:EU)", "open to EU;"),
        ("(remote:US-TX OR (city:Austin region:texas))", "US-TX;"),
        ("(region:lombardy OR workplace:remote)", "from anywhere is meant"), ("workplace:remote", ""),
        ("(rag OR role:x) country:DE", ""), ("remote:EU", ""),
    ],
)  # fmt: skip
def test_it_is_said_where_remote_work_was_taken_to_be_open_to(what: str, told: str) -> None:
    assert told in taking.told_of_remote(what)
    assert bool(told) is bool(taking.told_of_remote(what))


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("Berln", "did you mean city:berlin?"), ("Calfornia", "did you mean California?"),
        ("Greater London", "London?"), ("Middle of nowhere", "no place 'Middle of nowhere' is known"),
        ("Germny", "did you mean Germany?"),
        ("Berlin or remote in Nowhere", "remote"), ("x" * 100_000, "is known"), ("a," * 50_000, "is known"),
        ("US," * 50_000, "name fewer"), ("remote:US," * 20_000, "longer than 2,000"),
    ],
)  # fmt: skip
def test_a_place_that_is_none_is_answered_with_what_is_meant(where: str, said: str) -> None:
    with pytest.raises(NotGoodError) as caught:
        taking.place("role:ai-engineer", where)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("Berlin", "Europe/Berlin"), (" new york ", "America/New_York"), ("Europe/Berlin", "Europe/Berlin"),
        ("London", "Europe/London"), ("Tokyo", "Asia/Tokyo"), ("EST", None), ("Berln", None), ("Central", None),
        ("UTC", "UTC"), ("", None), ("x" * 100_000, None),
    ],
)  # fmt: skip
def test_a_time_zone_is_taken_by_its_city(written: str, zone: str | None) -> None:
    if zone is None:
        with pytest.raises(NotGoodError):
            taking.timezone(written)
    else:
        assert taking.timezone(written) == zone


def test_all_packs_are_those_of_employers() -> None:
    taken = taking.packs("all", Path())
    assert "robotics" in taken
    assert "job-boards" not in taken
    assert taking.packs("job-boards, europe", Path()) == ["job-boards", "europe"]
    assert taking.packs("none", Path()) == []


def test_a_place_holds_for_both_sides_of_an_or() -> None:
    assert taking.place("agents OR rag", "DE") == "(agents OR rag) country:DE"


@pytest.mark.parametrize("what", ["agents", "agents OR rag", "agents OR agents", "rag -agents", "(agents) OR (rag)"])
@pytest.mark.parametrize(
    "where",
    [
        "Germany", "country:DE OR country:FR", "country:DE OR country:FR OR remote:US", "NOT country:DE",
        "(country:DE) OR (country:FR)", "Germany or France", "country:DE OR agents", "Berlin, Germany or remote",
        "-country:FR OR country:US",
    ],
)  # fmt: skip
def test_what_is_saved_is_found_by_both_answers_and_by_nothing_else(what: str, where: str) -> None:
    saved = search.compile_matcher(search.parse(taking.place(what, where)))
    clause = where if ":" in where else taking.place("x", where).removeprefix("x ")
    both = [search.compile_matcher(search.parse(one)) for one in (what, clause)]
    for words, country in itertools.product(("agents", "rag", "agents rag", "else"), ("DE", "FR", "US")):
        job = search.Document.from_json({"description": words, "locations": [{"country": country}]})
        assert saved(job, MONDAY) == all(found(job, MONDAY) for found in both), (words, country)


@pytest.mark.parametrize("where", ["country:DE) OR (country:FR", "country:DE OR", 'city:"Berlin'])
def test_a_place_that_is_no_whole_query_is_refused(where: str) -> None:
    with pytest.raises(NotGoodError):
        taking.place("agents", where)


def test_a_question_is_asked_anew_until_the_answer_is_good(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter(["a", "b", "c"])
    monkeypatch.setattr("typer.prompt", lambda *_, **__: next(typed))

    def take(written: str) -> str:
        if written != "c":
            raise NotGoodError(f"{written} is no good")
        return written

    assert Asker(is_mute=False).ask("Which?", None, take) == "c"
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "a")
    with pytest.raises(MisuseError):
        Asker(is_mute=False).ask("Which?", None, take)


@pytest.mark.parametrize(
    ("written", "query"),
    [
        ("AI engineer", "role:ai-engineer"), ("ml engineers", "role:ml-engineer"), ("agents rag", "agents rag"),
        ("Machine Learning Engineer or data scientist", "role:ml-engineer,data-scientist"),
        ("AI engineers, AI engineer", "role:ai-engineer"), ("other", "other"), ("engineer", "engineer"),
        ("robotics engineer / AI safety", "role:robotics-engineer,ai-safety"),
        ("AI engineer, rust", "role:ai-engineer OR rust"), ("AI engineer OR senior", "AI engineer OR senior"),
        ("role:ai-engineer agents", "role:ai-engineer agents"), ("senior engineer", "senior engineer"),
        ("senior machine learning engineer or AI engineer", "role:ml-engineer,ai-engineer seniority:senior"),
        ("Junior data scientist, lead AI engineer", "role:data-scientist,ai-engineer seniority:entry,staff"),
        ("AI engineer OR ML engineer", "role:ai-engineer,ml-engineer"), ("LLM engineers", "role:ai-engineer"),
        ("senior", "seniority:senior"), ("AI engineer, senior", "role:ai-engineer seniority:senior"),
        ("senior or staff AI engineer", "role:ai-engineer seniority:senior,staff"),
        ("agents, rag, senior", "(agents OR rag) seniority:senior"), ("agents; rag", "agents OR rag"),
        ("applied AI / agent engineer", "applied AI OR agent engineer"), ("CI/CD", "CI/CD"), ("manager", "manager"),
        ("AI engineer, rust, staff", "(role:ai-engineer OR rust) seniority:staff"), ("agents  rag", "agents rag"),
        ("AI engineer, remote in US", None), ("AI engineer, Berlin", None), ("Germany or rag", None),
        ("", None), (",", None), ("a" + " " * 100_000 + "b", "a b"), ("a or " * 50_000, None),
    ],
)  # fmt: skip
def test_roles_in_plain_words_are_roles(written: str, query: str | None) -> None:
    if query is None:
        with pytest.raises(NotGoodError):
            taking.query(written)
    else:
        assert taking.query(written) == query


@pytest.mark.parametrize(
    ("text", "is_begun"),
    [
        ("", False), ('packs = ["europe"]\n[telegram]\ntoken = ""\n', False), ("\ufeff[web]\nport = 8000\n", False),
        ('[telegram]\ntoken = "1:a"', True), ('[email]\nhost = "mail.example"', True), ("telegram = 1", True),
        ("packs = [", True),
        ('[[boards]]\nsource = "ashby"\nboard = "acme"', True),
        ('[operator]\naddresses = ["email:a@b.example"]', True),
        ('[database]\nurl = "postgresql://x"', True), ('[web]\npublic_url = "https://a.example"', True)
    ],
)  # fmt: skip
def test_a_configuration_that_came_so_is_told_from_one_of_ones_own(tmp_path: Path, text: str, is_begun: bool) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    assert plan.is_begun(path) is is_begun


def test_the_configuration_that_comes_with_it_is_nobodys() -> None:
    assert not plan.is_begun(Path(__file__).parent.parent / "config.toml")


def test_one_misspelt_board_costs_none_of_the_others(
    boards: BoardServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = iter(["greenhouse/northlight greenhouse/nosuchboard", "greenhouse/other", ""])
    monkeypatch.setattr("typer.prompt", lambda *_, **__: next(typed))
    rows = answers.ask_boards(Asker(is_mute=False), None, settings_module.load(Path("/dev/null")))
    assert [row.name for row in rows] == ["greenhouse/northlight"]
    refused = [line for line in capsys.readouterr().err.splitlines() if "✗" in line]
    assert [line.split()[1] for line in refused] == ["greenhouse/nosuchboard:", "greenhouse/other:"]


def test_on_a_terminal_lines_end_between_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "60")
    say("✓ " + "long-word and " * 20 + "greenhouse/togetherai")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) > 3
    assert max(map(len, lines)) < 60
    assert all(word in ("✓", "long-word", "and", "greenhouse/togetherai") for line in lines for word in line.split())


@pytest.mark.parametrize(
    ("pasted", "token"),
    [
        ("123456789:AAE-abc_defghijk", "123456789:AAE-abc_defghijk"), (" 123456789:AAE-abc_\ndefghijk \n", None),
        ("", ""), ('"123456789:AAE-abc_defghijk"', None),
        ("https://api.telegram.org/bot123456789:AAE-abc_defghijk/", None),
        ("Use this token to access the HTTP API:\n123456789:AAE-abc_defghijk\nKeep your token secure", None),
    ],
)  # fmt: skip
def test_a_token_is_found_in_what_was_pasted(pasted: str, token: str | None) -> None:
    assert taking.token(pasted) == ("123456789:AAE-abc_defghijk" if token is None else token)


@pytest.mark.parametrize(
    "pasted", ["@my_bot", "12345", "123456789:AAE-abc_defghijk or 987654321:AAE-abc_defghijk", ":" * 100_000]
)
def test_what_is_no_token_is_not_asked_for(pasted: str) -> None:
    with pytest.raises(NotGoodError, match="is no bot's token"):
        taking.token(pasted)


def test_a_token_of_the_environment_may_have_blanks_around(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ROLEWIRE_TELEGRAM__TOKEN", " 123456789:AAE-abc_defghijk\n")
    assert keys(settings_module.load(Path("/dev/null"))).token.get_secret_value() == "123456789:AAE-abc_defghijk"


@pytest.mark.parametrize(
    ("written", "listed"),
    [
        ("Liquid AI, Cohere", ["Liquid AI", "Cohere"]), ("ashby/a greenhouse/b", ["ashby/a", "greenhouse/b"]),
        ("https://a.example Liquid AI ashby/b", ["https://a.example", "Liquid AI", "ashby/b"]),
        ("Cohere\nacme.example;DeepL", ["Cohere", "acme.example", "DeepL"]), (" , ", []),
        ("ashby/a, ashby/a", ["ashby/a", "ashby/a"]),
    ],
)  # fmt: skip
def test_addresses_and_names_are_told_apart(written: str, listed: list[str]) -> None:
    assert taking.listed_boards(written) == listed


def test_a_board_that_is_written_twice_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    def found(_: Settings, asked: list[str]) -> list[BoardFinding]:
        there = Prospect("ashby", "acme", "Acme", verdict="ok", count=3)
        return [BoardFinding(name, [there] if "acme" in name.lower() else [], "not there") for name in asked]

    monkeypatch.setattr(taking, "ask", found)
    looked = taking.look(Settings(), "ashby/acme, Acme, ashby/acme, nobody, nobody")
    assert [one.row.name for one in looked.taken] == ["ashby/acme"]
    assert looked.twice == [f"{name}: ashby/acme is there already, and watched once" for name in ("Acme", "ashby/acme")]
    assert looked.bad == ["nobody: not there"]
    assert taking.look(Settings(), "acme", held=["ashby/acme"]).taken == []


def test_a_refused_password_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    typed, asked = iter(["wrong", "right"]), []

    def prompt(question: str, default: str, **_: Any) -> str:
        asked.append(question.strip())
        return next(typed) if "Password" in question else default

    monkeypatch.setattr("typer.prompt", prompt)
    monkeypatch.setattr("typer.confirm", lambda *_, **__: True)
    with MailServer(login=("ada@people.example", "right")) as mail:
        said = {"host": mail.host, "port": str(mail.port), "security": "none", "username": "ada@people.example"}
        email = answers.ask_mail(Asker(is_mute=False), Settings(), dict(said), "me@people.example")
    assert email.password.get_secret_value() == "right"
    assert email.sender == "rolewire <ada@people.example>"
    assert asked[:2] == ["Password", "Sender"]
    assert "Password (Enter: the one before)" in asked[2:]


@pytest.mark.parametrize(
    ("written", "taken"),
    [("ada@a.example", True), ("Ada <ada@a.example>", True), ("post-office-112", False), ("", False), ("<@>", False)],
)
def test_a_sender_is_an_address(written: str, taken: bool) -> None:
    if taken:
        assert taking.sender(written) == written
    else:
        with pytest.raises(NotGoodError, match="needs an address"):
            taking.sender(written)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("smtp.example.org", ("smtp.example.org", "")), ("smtp.example.org:465", ("smtp.example.org", "465")),
        (" smtps://smtp.example.org:465/ ", ("smtp.example.org", "465")), ("[::1]:25", ("::1", "25")),
        ("::1", ("::1", "")), ("127.0.0.1:35621", ("127.0.0.1", "35621")), ("a:b:c", ("a:b:c", "")),
        ("host:1234567", ("host:1234567", "")),
    ],
)  # fmt: skip
def test_a_mail_server_is_told_from_its_port(written: str, found: tuple[str, str]) -> None:
    assert taking.host_and_port(written) == found


def test_security_is_taken_in_the_words_of_a_provider() -> None:
    assert [taking.security(one) for one in ("no TLS", "None", "STARTTLS", "TLS")] == [
        "none",
        "none",
        "starttls",
        "tls",
    ]


def test_a_page_of_this_machine_has_an_address_to_sign_in_at() -> None:
    assert taking.public_url("", 8123) == "http://127.0.0.1:8123"
    assert taking.public_url("https://a.example/", 8123) == "https://a.example"


@pytest.mark.parametrize("asked", ["ask", "confirm"])
def test_whoever_leaves_the_questions_is_told_that_nothing_was_written(
    monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    def leave(*_: Any, **__: Any) -> None:
        raise typer.Abort

    monkeypatch.setattr("typer.prompt", leave)
    monkeypatch.setattr("typer.confirm", leave)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    asker = Asker(is_mute=False)
    with pytest.raises(FailureError, match="stopped; nothing was written"):
        asker.ask("Which?", None, str) if asked == "ask" else asker.confirm("Well?", default=True)


@pytest.mark.parametrize("leaving", [typer.Abort, KeyboardInterrupt])
def test_a_command_that_is_left_ends_in_one_line(
    leaving: type[BaseException], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def leave(**_: Any) -> None:
        raise leaving

    monkeypatch.setattr(cli, "app", leave)
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert (left.value.code, capsys.readouterr().err) == (130, "\nrolewire: stopped\n")
