"""`rolewire channels`: one message, and the provider's own answer."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from demo.botapi import BotApi
from demo.mailserver import MailServer

Run = Callable[..., Any]


@pytest.fixture
def written(tmp_path: Path, run: Run) -> Callable[[MailServer, BotApi], None]:
    def write(mail: MailServer, api: BotApi) -> None:
        (tmp_path / "config.toml").write_text(
            f'[telegram]\ntoken = "{api.token}"\napi_url = "{api.url}"\n'
            f'[email]\nhost = "{mail.host}"\nport = {mail.port}\nsecurity = "none"\n'
            '[operator]\naddresses = ["email:ops@example.org", "telegram:42"]\n'
        )

    return write


def rows(done: Any) -> list[dict[str, str]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_test_is_sent_to_the_operators_and_the_answers_are_shown(run: Run, written: Any) -> None:
    with MailServer() as mail, BotApi() as api:
        api.chats.known.add(42)
        written(mail, api)
        done = run("channels", "test")
        assert done.returncode == 0
        by_mail, by_chat = rows(done)
        assert (by_mail["result"], by_mail["answer"]) == ("taken", "250 kept")
        assert (by_chat["result"], by_chat["answer"]) == ("taken", "message 1 is in chat 42")
        assert "a test of rolewire" in mail.arrived[0].part("plain")
        assert "a test of rolewire" in api.sent_to(42)[0]


def test_a_refusal_is_shown_in_the_providers_words(run: Run, written: Any) -> None:
    with MailServer() as mail, BotApi() as api:
        mail.faults.recipients["ada@example.org"] = "550 5.1.1 no such mailbox"
        written(mail, api)
        assert run("subscribers", "add", "Ada", "--email", "ada@example.org").returncode == 0
        assert run("subscribers", "address", "Ada", "telegram:7").returncode == 0
        done = run("channels", "test", "Ada")
        assert done.returncode == 1
        assert "2 of 2 not taken" in done.stderr
        assert [row["result"] for row in rows(done)] == ["refused", "refused"]
        assert "no such mailbox" in done.stdout
        assert "chat not found" in done.stdout.lower()
        (alone,) = rows(run("channels", "test", "Ada", "--channel", "email"))
        assert alone["channel"] == "email"
        assert mail.arrived == []


def test_whom_nobody_reaches_is_misuse(run: Run) -> None:
    run("subscribers", "add", "Ada")
    for arguments, told in (
        (["test"], "names nobody"),
        (["test", "Ada"], "no address"),
        (["test", "pigeon:7"], "is no"),
    ):
        done = run("channels", *arguments)
        assert (done.returncode, told in done.stderr) == (2, True), done.stderr
    assert rows_of_off(run) == "off"


def rows_of_off(run: Run) -> str:
    return rows(run("channels", "test", "email:ada@example.org"))[0]["result"]


def test_a_webhook_is_taken_away(run: Run, written: Any) -> None:
    with MailServer() as mail, BotApi() as api:
        written(mail, api)
        api.webhook = "https://old.brine.dev/hook"
        assert "https://old.brine.dev/hook is taken away" in run("channels", "unhook").stderr
        assert api.webhook == ""
        assert "there is no webhook" in run("channels", "unhook").stderr
