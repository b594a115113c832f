"""The page /setup: one link, for one browser, once; each answer tried; the same files as `rolewire init` writes."""

import re
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

import settings as settings_module
from alerts import searches as people
from begin import ending
from database import read, transaction
from demo.boardserver import BoardServer
from demo.botapi import BotApi
from demo.mailserver import MailServer
from settings import Settings
from web import steps
from web.app import create_app
from web.setup import COOKIE, Setup

MONDAY = datetime(2026, 5, 4, 6, tzinfo=UTC)
SEARCH = {"what": "role:ml-engineer,mlops-engineer", "where": "Germany"}
YOU = {"name": "Ada", "timezone": "Europe/Paris", "port": "8000", "public_url": ""}


class Browser:
    """What a person does."""

    def __init__(self, setup: Setup) -> None:
        site = create_app(setup.settings, setup.engine)
        setup.offer(site)
        self.setup, self.client = setup, TestClient(site, base_url="http://127.0.0.1", follow_redirects=False)

    def open(self, path: str) -> Any:
        return self.client.get(path)

    def begin(self) -> None:
        done = self.client.post(f"/setup?token={self.setup.token}")
        assert (done.status_code, done.headers["location"]) == (303, "/setup/you")

    def answer(self, step: str, **said: str | list[str]) -> Any:
        """Fill in the form that the page shows, and send it."""
        shown = self.open(f"/setup/{step}").text
        key = re.search(r'name="key" value="([^"]+)"', shown)
        assert key is not None
        return self.client.post(f"/setup/{step}", data={"key": key[1], **said})


@pytest.fixture
def database_url(copied: Callable[[str, str], str]) -> str:
    """SQLite alone: nothing here asks a database for more than whether there is anybody."""
    return copied("sqlite", "migrated")


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[BotApi]:
    with BotApi() as server:
        monkeypatch.setenv("ROLEWIRE_TELEGRAM__API_URL", server.url)
        yield server


@pytest.fixture
def boards(monkeypatch: pytest.MonkeyPatch) -> Iterator[BoardServer]:
    with BoardServer(MONDAY) as server:
        monkeypatch.setenv("ROLEWIRE_NETWORK__REPLAY", server.url)
        yield server


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def make(engine: Engine, tmp_path: Path, done: list[str]) -> Callable[..., Browser]:
    def make(**given: Any) -> Browser:
        url = engine.url.render_as_string(hide_password=False)
        settings = Settings(database={"url": url}, **given)
        return Browser(Setup(settings, engine, tmp_path / "config.toml", lambda: done.append("done"), 8000))

    return make


def mail_of(mail: MailServer) -> dict[str, str]:
    return {"address": "ada@people.example", "host": mail.host, "port": str(mail.port), "security": "none",
            "username": "", "password": "", "sender": "rolewire <alerts@people.example>"}  # fmt: skip


def test_the_link_is_printed_and_not_logged(
    make: Callable[..., Browser], capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    browser = make(web={"host": "0.0.0.0"})
    assert f"http://127.0.0.1:8000/setup?token={browser.setup.token}\n" in capsys.readouterr().err
    assert browser.setup.token not in caplog.text


def test_only_the_browser_with_the_link_comes_in_and_only_once(make: Callable[..., Browser]) -> None:
    browser = make()
    token = browser.setup.token
    for path in ("/setup", "/setup?token=", "/setup?token=wrong", f"/setup?token={token[:-1]}", "/setup/search"):
        assert browser.open(path).status_code == 403, path
    assert browser.client.post("/setup?token=wrong").status_code == 403
    assert browser.client.post("/setup/search", data=SEARCH).status_code == 403
    assert browser.open(f"/setup?token={token}").status_code == 200  # a preview of the link uses nothing up
    browser.begin()
    cookie = browser.client.cookies[COOKIE]
    assert browser.open("/setup/search").headers["cache-control"] == "no-store"
    other = TestClient(browser.client.app, base_url="http://127.0.0.1", follow_redirects=False)
    assert "used already" in other.get(f"/setup?token={token}").text
    assert other.post(f"/setup?token={token}").status_code == 403
    assert other.get("/setup/search", headers={"Cookie": f"{COOKIE}={cookie[:-1]}"}).status_code == 403
    assert browser.client.post("/setup/search", data=SEARCH).status_code == 403  # no form of ours
    assert browser.open("/setup/nosuch").status_code == 404


def test_the_cookie_is_for_this_browser_and_these_pages(make: Callable[..., Browser]) -> None:
    browser = make()
    said = browser.client.post(f"/setup?token={browser.setup.token}").headers["set-cookie"].lower()
    assert "httponly" in said
    assert "samesite=strict" in said
    assert "path=/setup" in said


def test_once_there_is_a_subscriber_it_is_closed(make: Callable[..., Browser], engine: Engine) -> None:
    browser = make()
    browser.begin()
    assert browser.answer("search", **SEARCH).status_code == 303
    with transaction(engine) as connection:
        people.add_subscriber(connection, "Ben", MONDAY)
    assert browser.open("/setup/search").status_code == 404
    assert browser.open("/setup").status_code == 404


def test_without_a_first_start_there_is_no_such_page(engine: Engine) -> None:
    client = TestClient(create_app(Settings(database={"url": str(engine.url)}), engine))
    assert client.get("/setup").status_code == 404


def test_from_the_link_to_the_files_and_the_first_search(
    make: Callable[..., Browser], engine: Engine, tmp_path: Path, api: BotApi, boards: BoardServer, done: list[str]
) -> None:
    (tmp_path / "config.toml").write_text("# the one before\n")
    browser = make()
    browser.begin()
    assert "disabled" in browser.open("/setup/check").text
    assert "not answered yet" in browser.answer("check").text
    assert browser.answer("you", **YOU).headers["location"] == "/setup/search"
    assert browser.answer("search", **SEARCH).headers["location"] == "/setup/boards"
    looked = browser.answer("boards", urls="greenhouse/northlight\r\nashby/Kestrel")
    assert looked.headers["location"] == "/setup/boards"
    assert "Northlight AI" in browser.open("/setup/boards").text
    assert browser.answer("boards", pack=["robotics"], urls="").headers["location"] == "/setup/telegram"
    assert browser.answer("telegram", token=api.token, action="try").headers["location"] == "/setup/telegram"
    shown = browser.open("/setup/telegram").text
    link = re.search(r"https://t\.me/rolewire_bot\?start=([\w-]+)", shown)
    assert link is not None
    api.say(42, f"/start {link[1]}")
    assert browser.answer("telegram", action="start").headers["location"] == "/setup/email"
    with MailServer() as mail:
        assert browser.answer("email", **mail_of(mail)).headers["location"] == "/setup/check"
        assert mail.arrived[0].recipients == ["ada@people.example"]
    shown = browser.open("/setup/check").text
    assert "config.toml.before" in shown
    assert api.token not in shown
    assert done == []
    last = browser.answer("check")
    assert last.status_code == 200, last.text
    assert done == ["done"]
    assert "It is told on email and telegram" in last.text
    assert browser.open("/setup/check").status_code == 404
    secrets = tmp_path / "secrets.toml"
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    found = settings_module.load(tmp_path / "config.toml")
    assert found.channels["telegram"]["token"] == api.token
    assert found.operator.addresses == ["email:ada@people.example", "telegram:42"]
    assert "greenhouse/northlight" in {row.name for row in found.boards}
    assert (tmp_path / "config.toml.before").read_text() == "# the one before\n"
    with read(engine) as connection:
        (search,) = people.list_searches(connection)
    assert search["query"] == "role:ml-engineer,mlops-engineer country:DE"
    assert sorted(search["channels"]) == ["email", "telegram"]


def test_a_name_that_is_mended_among_those_that_were_taken_is_no_mistake(
    make: Callable[..., Browser], api: BotApi, boards: BoardServer
) -> None:
    browser = make()
    browser.begin()
    refused = browser.answer("boards", urls="greenhouse/northlight\ngreenhouse/nosuchboard")
    assert (refused.status_code, "there already" in refused.text) == (400, False)
    left = re.search(r"<textarea[^>]*>([^<]*)</textarea>", refused.text)
    assert left is not None
    assert left[1] == "greenhouse/nosuchboard"
    assert "Northlight AI" in refused.text
    looked = [one.url for one in boards.log if "northlight" in one.url]
    again = browser.answer("boards", urls="greenhouse/northlight\ngreenhouse/nosuchboard")
    assert (again.status_code, "there already" in again.text) == (400, False)
    assert browser.answer("boards", urls="greenhouse/northlight").status_code == 303
    assert [one.url for one in boards.log if "northlight" in one.url] == looked
    assert browser.answer("boards", urls="greenhouse/northlight\nashby/Kestrel").status_code == 303
    assert [one.row.name for one in browser.setup.answers.boards] == ["greenhouse/northlight", "ashby/Kestrel"]


def test_a_refused_query_is_shown_with_its_mark_below_it_and_remote_work_as_it_was_taken(
    make: Callable[..., Browser],
) -> None:
    browser = make()
    browser.begin()
    refused = browser.answer("search", what="agents (rag or llm)")
    assert '<pre class="query" tabindex="0">  agents (rag or llm)\n              ^^</pre>' in refused.text
    browser.answer("search", what="agents", where="Europe or remote")
    assert "open to EU; workplace:remote is from anywhere" in browser.setup.answers.told["search"]


@pytest.mark.parametrize(
    ("step", "said", "words"),
    [
        ("you", YOU | {"name": ""}, "needed"), ("you", YOU | {"timezone": "Mars/Crater"}, "unknown time zone"),
        ("you", YOU | {"port": "99999"}, "is no port"), ("you", YOU | {"public_url": "jobs.example"}, "no scheme"),
        ("search", {"what": "rol:x"}, "role"), ("search", {"what": ""}, "the search is empty"),
        ("search", SEARCH | {"where": "colour:red"}, "colour"), ("boards", {"pack": ["robotic"]}, "robotics"),
        ("boards", {"urls": "greenhouse/nosuchboard"}, "nosuchboard"),
        ("telegram", {"token": "123456789:AAE-wrong-wrong-wrong-wrong-wrong-wrong"}, "refuses the bot"),
        ("email", {"address": "ada"}, "is not an e-mail address"), ("email", {"address": ""}, "needed"),
        ("email", {"address": "ada@people.example", "host": "127.0.0.1", "port": "9"}, "does not answer"),
        ("email", {"address": "ada@people.example", "security": "ssl"}, "none of starttls"),
        ("email", {"address": "a@b.example", "host": "127.0.0.1", "username": "ada"}, "password"),
    ],
)  # fmt: skip
def test_an_answer_that_is_no_good_is_asked_anew(
    make: Callable[..., Browser], tmp_path: Path, api: BotApi, boards: BoardServer, step: str, said: dict[str, Any],
    words: str,
) -> None:  # fmt: skip
    browser = make()
    browser.begin()
    before = set(tmp_path.iterdir())
    refused = browser.answer(step, **said)
    assert refused.status_code == 400
    assert words in refused.text
    assert 'role="alert"' in refused.text
    assert step not in browser.setup.answers.told
    assert set(tmp_path.iterdir()) == before


def test_what_is_secret_is_never_shown_again(make: Callable[..., Browser], api: BotApi) -> None:
    browser = make()
    browser.begin()
    typed = {"address": "ada@people.example", "host": "127.0.0.1", "port": "9", "password": "hunter2hunter2"}
    assert "hunter2" not in browser.answer("email", **typed).text
    browser.answer("telegram", token=api.token, action="try")
    assert api.token not in browser.open("/setup/telegram").text


def test_a_password_is_kept_until_it_is_refused_itself(make: Callable[..., Browser]) -> None:
    browser = make()
    browser.begin()
    assert "Empty: none." in browser.open("/setup/email").text
    with MailServer(login=("ada", "right")) as mail:
        said = mail_of(mail) | {"username": "ada"}
        none = browser.answer("email", **said).text
        assert "type it under Password" in none
        assert "ROLEWIRE" not in none
        wrong = browser.answer("email", **(said | {"password": "wrong"})).text
        assert "refuses the login" in wrong
        assert "ROLEWIRE" not in wrong
        assert "Empty: none." in wrong
        assert (
            "Empty: the one typed before."
            in browser.answer("email", **(said | {"password": "right", "port": "9"})).text
        )
        assert browser.answer("email", **said).headers["location"] == "/setup/check"


def test_a_mail_server_may_be_named_with_its_port(make: Callable[..., Browser]) -> None:
    browser = make()
    browser.begin()
    with MailServer() as mail:
        said = mail_of(mail) | {"host": f"{mail.host}:{mail.port}", "port": ""}
        assert browser.answer("email", **said).headers["location"] == "/setup/check"
    email = browser.setup.answers.plan.email
    assert (email.host, email.port) == (mail.host, mail.port)


def test_start_that_nobody_pressed_is_said_to_be(
    make: Callable[..., Browser], api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "START_SECONDS", 1)
    browser = make()
    browser.begin()
    browser.answer("telegram", token=api.token, action="try")
    assert "nobody has pressed Start yet" in browser.answer("telegram", action="start").text
    assert browser.answer("telegram", action="next").headers["location"] == "/setup/email"


def test_neither_channel_is_wanted(make: Callable[..., Browser], tmp_path: Path, done: list[str]) -> None:
    browser = make()
    browser.begin()
    browser.answer("you", **YOU)
    browser.answer("search", **SEARCH)
    browser.answer("boards", pack=["robotics"])
    assert browser.answer("telegram", action="skip").headers["location"] == "/setup/email"
    assert browser.answer("email", action="skip").headers["location"] == "/setup/check"
    assert "No channel is set" in browser.answer("check").text
    assert not (tmp_path / "secrets.toml").exists()


def test_a_bot_that_the_environment_names_is_heard_by_the_daemon(
    make: Callable[..., Browser], api: BotApi, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROLEWIRE_TELEGRAM__TOKEN", api.token)
    browser = make(channels={"telegram": {"token": api.token, "api_url": api.url}})
    browser.begin()
    browser.answer("you", **YOU)
    browser.answer("telegram", action="try")
    assert "nobody has pressed Start yet" in browser.answer("telegram", action="start").text
    with transaction(engine) as connection:  # as the daemon's bot does
        people.redeem(connection, browser.setup.answers.start, "telegram", "42", datetime.now(UTC))
    assert browser.answer("telegram", action="start").headers["location"] == "/setup/email"
    browser.answer("you", **YOU | {"name": "Zoe"})
    with read(engine) as connection:
        assert [row["name"] for row in people.list_subscribers(connection)] == ["Zoe"]


def test_a_configuration_that_cannot_be_written_is_said_to_be(
    make: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch, done: list[str]
) -> None:
    def refuse(*_: Any) -> None:
        raise PermissionError(13, "Permission denied", "config.toml")

    monkeypatch.setattr(ending, "write_files", refuse)
    browser = make()
    browser.begin()
    for step in steps.STEPS:
        browser.setup.answers.told[step] = "answered"
    refused = browser.answer("check")
    assert (refused.status_code, "Permission denied" in refused.text, done) == (400, True, [])
