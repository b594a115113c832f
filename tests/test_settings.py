"""The configuration: what is refused, with the place and the cure; and who overrules whom."""

import re
from pathlib import Path

import pytest

import packs
import settings
from alerts.channels import configured
from alerts.channels.apprise import AppriseSettings
from alerts.channels.smtp import EmailSettings
from alerts.channels.telegram import TelegramSettings
from alerts.channels.webhook import WebhookSettings
from packs import BoardRow
from settings import Settings, SettingsError, load

ROOT = Path(__file__).parent.parent
CHANNELS = {
    "telegram": TelegramSettings,
    "email": EmailSettings,
    "apprise": AppriseSettings,
    "webhook": WebhookSettings,
}


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in ("ROLEWIRE_CONFIG", "ROLEWIRE_EMAIL__HOST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)

    def write(text: str) -> Path:
        path = tmp_path / "config.toml"
        path.write_text(text)
        return path

    return write


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[emial]\nhost = 'x'", ["'emial'", "did you mean 'email'"]),
        ("[web]\nprot = 1", ["'web.prot'", "did you mean 'port'"]),
        ("[web]\nport = 'many'", ["web.port", "'many'"]),
        ("[database]\nurl = 'mysql://x'", ["database.url", "sqlite:///"]),
        ("[[boards]]\nsource = 'ashby'\nboard = 'a/b'", ["boards[1].board", "token"]),
        ("[[boards]]\nsource = 'ashby'\nbord = 'a'", ["boards[1].bord", "did you mean 'board'"]),
        ("[network]\nreplay = 'ftp://x'", ["network.replay"]),
        ("[crawl]\ninterval_minutes = 0", ["crawl.interval_minutes"]),
        ("telegram = 5", ["channels.telegram"]),
        ("channels = 5", ["channels"]),
        ("not toml", ["not valid TOML"]),
        ("path = 'x'", ["'path'"]),
    ],
)
def test_mistake_is_named_with_its_place_and_cure(write, text: str, words: list[str]) -> None:
    with pytest.raises(SettingsError) as caught:
        load(write(text))
    assert "config.toml" in str(caught.value)
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[email]\nsecurity = 'maybe'", ["email.security", "starttls"]),
        ("[email]\nprot = 25", ["'email.prot'", "did you mean 'port'"]),
        ("[channels.email]\nport = 'many'", ["email.port", "'many'"]),
    ],
)
def test_a_channel_names_mistakes_in_its_table(write, text: str, words: list[str]) -> None:
    with pytest.raises(SettingsError) as caught:
        configured(load(write(text)))
    for word in ["config.toml", *words]:
        assert word in str(caught.value)


def test_all_mistakes_are_told_at_once(write) -> None:
    with pytest.raises(SettingsError) as caught:
        load(write("[web]\nport = 'many'\n[emial]\nhost = 'x'"))
    assert len(str(caught.value).splitlines()) == 2


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such file"):
        load(tmp_path / "nowhere.toml")


def test_flag_beats_environment_beats_file_beats_default(write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("[email]\nhost = 'file'\nusername = 'file'\nsender = 'file@example.org'")
    monkeypatch.setenv("ROLEWIRE_EMAIL__HOST", "environment")
    monkeypatch.setenv("ROLEWIRE_EMAIL__USERNAME", "environment")
    found = load(path, {"email.host": "flag"})
    email = found.channel("email", EmailSettings)
    assert (email.host, email.username, email.sender) == ("flag", "environment", "file@example.org")
    assert email.port == 587
    assert found.origins["email.host"] == "flag"
    assert found.origins["email.username"] == "ROLEWIRE_EMAIL__USERNAME"


def test_secrets_are_not_shown(write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROLEWIRE_EMAIL__PASSWORD", "hunter2")
    assert "hunter2" not in repr(load(write("")))
    with pytest.raises(SettingsError) as caught:
        load(write("[telegram]\ntoken = ['123:secret']")).channel("telegram", TelegramSettings)
    assert "123:secret" not in str(caught.value)


def test_password_with_digits_alone_is_still_text(write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROLEWIRE_EMAIL__PASSWORD", "123456")
    assert load(write("")).channel("email", EmailSettings).password.get_secret_value() == "123456"


def test_shipped_configuration_is_sound_and_complete() -> None:
    found = load(ROOT / "config.toml")
    assert len(found.boards) >= 150
    assert len(set(found.packs)) == len(found.packs)
    assert set(found.packs) == set(packs.names()) - {"job-boards"}  # which copy ads, under terms of their own
    text = (ROOT / "config.toml").read_text()
    assert len(text.splitlines()) < 150
    for key in ("packs", "leave_out", *BoardRow.model_fields):
        assert f"\n{key} = " in text or f"\n# {key} = " in text, f"{key} is not in config.toml"
    for name, field in Settings.model_fields.items():
        for key in getattr(field.annotation, "model_fields", {}):
            assert f"\n{key} = " in text or f"\n# {key} = " in text, f"{name}.{key} is not in config.toml"
    for name, model in CHANNELS.items():
        assert set(found.channels[name]) == set(model.model_fields)


def test_shipped_values_are_the_defaults() -> None:
    found, default = load(ROOT / "config.toml"), settings.Settings()
    given = {"boards", "packs", "channels"}
    assert found.model_dump(exclude=given) == default.model_dump(exclude=given)
    assert set(found.channels) == set(CHANNELS)
    for name, model in CHANNELS.items():
        assert found.channel(name, model) == model()


def test_every_key_has_a_comment() -> None:
    lines = (ROOT / "config.toml").read_text().splitlines()
    assert [line for line in lines if " = " in line and not re.search(r" = .* # \S", line)] == []


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("[web]\nport = 9000\n".encode("utf-16"), "save it as UTF-8"),
        ('contact = "Jörg"'.encode("latin-1"), "save it as UTF-8"),
        (b"[web]\nport = 1\nport = 2\n", "stands twice"), (b'[boards]\nsource = "ashby"\nboard = "a"\n', "[[boards]]"),
        (b'[web]\nport = "many"\n', "web.port: needs a whole number (it is 'many')"),
        (b"[web]\nport = 70000\n", "needs 65535 at most"), (b'packs = "europe"\n', "needs a list"),
        (b"web = 1\n", "needs a table"), (b'[web]\nenabled = "perhaps"\n', "needs true or false"),
        (b"[crawl]\ninterval_minutes = 0\n", "needs 5 at least"), (b"[email]\nhost = 5\n", "needs a text in quotes"),
        (b'[network]\nuser_agent = "me\\nCookie: a"\n', "in one line"),
        (b"[network]\ntimeout = 0\n", "needs more than 0"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_file_is_told_in_plain_words(tmp_path: Path, raw: bytes, words: str) -> None:
    (tmp_path / "config.toml").write_bytes(raw)
    with pytest.raises(SettingsError) as told:
        settings = load(tmp_path / "config.toml")
        settings.channel("email", EmailSettings)
    assert words in str(told.value)
    assert "config.toml" in str(told.value)
    assert "Input should" not in str(told.value)


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_marks_and_line_ends_of_other_editors_are_read(tmp_path: Path, ending: str) -> None:
    text = ending.join(["[web]", "port = 9000", "[[boards]]", 'source = "ashby"', 'board = " acme "', ""])
    (tmp_path / "config.toml").write_bytes(text.encode("utf-8-sig"))
    settings = load(tmp_path / "config.toml")
    assert settings.web.port == 9000
    assert [row.name for row in settings.boards] == ["ashby/acme"]


@pytest.mark.parametrize("value", ["", "80a"])
def test_a_mistake_in_the_environment_is_told_by_the_variable(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("ROLEWIRE_WEB__PORT", value)
    with pytest.raises(SettingsError, match=r"^ROLEWIRE_WEB__PORT: needs a whole number"):
        load(Path("/dev/null"))
