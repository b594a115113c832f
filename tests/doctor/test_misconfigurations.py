"""Misconfigurations as people make them, a row each: the doctor names each, says where it is, and how to mend it."""

import os
import shutil
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import dns.message
import dns.rcode
import dns.rrset
import pytest
from sqlalchemy import Engine

import database
import doctor
import packs
import settings as settings_module
from alerts import searches
from alerts.notices import raise_notice
from database import transaction
from demo.boardserver import BoardServer
from demo.botapi import BotApi
from demo.mailserver import MailServer
from doctor import boards, domain, examination, machine
from doctor.finding import Finding, State, ok
from locks import LEADER, Lock
from models import Board
from settings import Settings, SettingsError
from tests.tools.certificate import self_signed, tls_of

TOKEN = "123456789:AAE-abcdefghijklmnopqrstuvwxyz0123456"
OTHER = "987654321:AAE-abcdefghijklmnopqrstuvwxyz0123456"
FAR = {"sender": "rolewire <alerts@jobs.brine.dev>", "security": "none"}
Values = dict[str, Any]


@dataclass
class Place:
    """The surroundings of a configuration: a folder, and what stands in the environment."""

    folder: Path
    stack: ExitStack
    monkeypatch: pytest.MonkeyPatch
    migrated: Path

    def settings(self, **values: Any) -> Settings:
        """Settings as of a file in the folder; its own path is theirs."""
        given = {"database": {"url": f"sqlite:///{self.folder / 'rolewire.db'}"}, "web": {"port": 0}}
        found = Settings.model_validate(given | values)
        found.path = self.folder / "config.toml"
        found.boards = packs.join(found.boards, [], [])
        return found

    def database(self) -> Engine:
        shutil.copy(self.migrated, self.folder / "rolewire.db")
        engine = database.open_engine(f"sqlite:///{self.folder / 'rolewire.db'}")
        self.stack.callback(engine.dispose)
        return engine

    def mail(self, **values: Any) -> MailServer:
        return self.stack.enter_context(MailServer(**values))

    def api(self) -> BotApi:
        return self.stack.enter_context(BotApi(token=TOKEN))

    def run(self, engine: Engine) -> None:
        lock = self.stack.enter_context(Lock(engine, LEADER, "run"))
        assert lock.acquire()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, migrated_sqlite: Path) -> Iterator[Place]:
    for name in [name for name in os.environ if name.startswith("ROLEWIRE_")]:
        monkeypatch.delenv(name)
    with ExitStack() as stack:
        yield Place(tmp_path, stack, monkeypatch, migrated_sqlite)


def findings(settings: Settings, check: str) -> list[Finding]:
    return list(getattr(doctor, f"check_{check}", None)(settings))  # type: ignore[misc]


def email(server: MailServer, **values: Any) -> Values:
    return {"channels": {"email": {"host": server.host, "port": server.port} | FAR | values}}


# --- the table: how it comes about, which check finds it, how bad it is, what it says, where, and how to mend it ----


def no_such_source(place: Place) -> Settings:
    return place.settings(boards=[{"source": "greenhous", "board": "acme"}])


def no_url(place: Place) -> Settings:
    return place.settings(boards=[{"source": "jsonld", "board": "acme"}])


def replay_left_on(place: Place) -> Settings:
    return place.settings(network={"replay": "http://127.0.0.1:9"})


def user_agent_of_a_browser(place: Place) -> Settings:
    return place.settings(network={"user_agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/130"})


def user_agent_of_nobody(place: Place) -> Settings:
    return place.settings(network={"user_agent": " "})


def backups_into_a_file(place: Place) -> Settings:
    (place.folder / "copies").write_text("")
    return place.settings(backup={"folder": "copies/daily"})


def backups_into_a_folder_of_others(place: Place) -> Settings:
    place.monkeypatch.setattr("doctor.machine.os.access", lambda *_: False)
    return place.settings(backup={"folder": "copies"})


def public_url_with_a_query(place: Place) -> Settings:
    return place.settings(web={"port": 0, "public_url": "https://jobs.brine.dev/?page=1"})


def no_boards(place: Place) -> Settings:
    return place.settings()


def same_board_in_two_ways(place: Place) -> Settings:
    return place.settings(boards=[{"source": "ashby", "board": "Acme"}, {"source": "ashby", "board": "acme"}])


def no_key(place: Place) -> Settings:
    return place.settings(boards=[{"source": "adzuna", "board": "us"}])


def underscore_missing(place: Place) -> Settings:
    place.monkeypatch.setenv("ROLEWIRE_TELEGRAM_TOKEN", TOKEN)
    return place.settings()


def variable_of_others(place: Place) -> Settings:
    place.monkeypatch.setenv("SMTP_PASSWORD", "x")
    return place.settings()


def variable_in_small_letters(place: Place) -> Settings:
    place.monkeypatch.setenv("rolewire_email__password", "x")
    return place.settings()


def log_that_cannot_be_written(place: Place) -> Settings:
    (place.folder / "file").write_text("")
    return place.settings(log={"file": str(place.folder / "file" / "rolewire.log")})


def secret_that_all_may_read(place: Place) -> Settings:
    path = place.folder / "config.toml"
    path.write_text('[email]\npassword = "secret-word"\n')
    path.chmod(0o644)
    return settings_module.load(path)


def canary_of_nothing(place: Place) -> Settings:
    operator = {"addresses": ["email:op@example.org"], "canary": "role:nonsense"}
    return place.settings(**email(place.mail()), operator=operator)


def canary_without_an_address(place: Place) -> Settings:
    channels = email(place.mail())["channels"] | {"webhook": {"secret": "x" * 16}}
    return place.settings(channels=channels, operator={"addresses": ["email:op@example.org"], "canary": "rag"})


def malformed_token(place: Place) -> Settings:
    return place.settings(channels={"telegram": {"token": "nonsense"}})


def refused_token(place: Place) -> Settings:
    return place.settings(channels={"telegram": {"token": OTHER, "api_url": place.api().url}})


def silent_bot_api(place: Place) -> Settings:
    return place.settings(channels={"telegram": {"token": TOKEN, "api_url": "http://127.0.0.1:9"}})


def bot_api_without_scheme(place: Place) -> Settings:
    return place.settings(channels={"telegram": {"token": TOKEN, "api_url": "api.telegram.org"}})


def webhook_left_over(place: Place) -> Settings:
    api = place.api()
    api.webhook = "https://old.brine.dev/hook"
    return place.settings(channels={"telegram": {"token": TOKEN, "api_url": api.url}})


def no_mail_server(place: Place) -> Settings:
    return place.settings(channels={"email": {"host": "127.0.0.1", "port": 9} | FAR})


def no_such_mail_host(place: Place) -> Settings:
    return place.settings(
        channels={"email": {"host": "smtp.brine.invalid"} | FAR | {"security": "tls", "allow_insecure": True}}
    )


def no_starttls(place: Place) -> Settings:
    return place.settings(**email(place.mail(), security="starttls"))


def tls_on_a_clear_port(place: Place) -> Settings:
    return place.settings(**email(place.mail(), security="tls"))


def bad_certificate(place: Place) -> Settings:
    return place.settings(**email(place.mail(tls=tls_of(self_signed(place.folder))), security="starttls"))


def wrong_password(place: Place) -> Settings:
    certificate = self_signed(place.folder)
    place.monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    server = place.mail(tls=tls_of(certificate), login=("ada", "secret-word"))
    return place.settings(**email(server, security="starttls", username="ada", password="wrong-word"))


def password_without_username(place: Place) -> Settings:
    return place.settings(**email(place.mail(), password="secret-word"))


def sender_of_others(place: Place) -> Settings:
    server = place.mail()
    server.faults.senders["alerts@jobs.brine.dev"] = "550 5.7.1 not your address"
    return place.settings(**email(server))


def example_sender(place: Place) -> Settings:
    return place.settings(channels={"email": {"host": "mail.brine.dev"}})


def no_spf(place: Place) -> Settings:
    return with_dns(place, {"_dmarc.jobs.brine.dev": ["v=DMARC1; p=none"], "jobs.brine.dev": ["hello"]})


def two_spf(place: Place) -> Settings:
    return with_dns(place, {"jobs.brine.dev": ["v=spf1 -all", "v=spf1 ~all"]})


def no_dmarc(place: Place) -> Settings:
    return with_dns(place, {"jobs.brine.dev": ["v=spf1 include:mail.brine.dev ~all"]})


def no_dkim(place: Place) -> Settings:
    return with_dns(place, {"jobs.brine.dev": ["v=spf1 -all"], "_dmarc.brine.dev": ["v=DMARC1; p=reject"]})


def public_url_without_scheme(place: Place) -> Settings:
    return place.settings(web={"public_url": "jobs.brine.dev"})


def public_url_missing(place: Place) -> Settings:
    return place.settings(**email(place.mail()))


def public_url_of_another(place: Place) -> Settings:
    place.run(place.database())
    return place.settings(web={"public_url": place.stack.enter_context(page("hello"))})


def port_taken(place: Place) -> Settings:
    taken = place.stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    return place.settings(web={"port": taken.getsockname()[1]})


def host_of_another_machine(place: Place) -> Settings:
    return place.settings(web={"host": "192.0.2.7", "port": 8000})


def clock_behind(place: Place) -> Settings:
    url = place.stack.enter_context(page("ok", datetime.now(UTC) + timedelta(hours=3)))
    return place.settings(web={"public_url": url})


def browser_that_is_not_there(place: Place) -> Settings:
    return place.settings(network={"browser": "/no/such/chromium"})


def browser_that_does_not_start(place: Place) -> Settings:
    path = place.folder / "chromium"
    path.write_text("#!/bin/sh\necho no display >&2; exit 3\n")
    path.chmod(0o755)
    rows = [{"source": "jsonld", "board": "acme", "url": "https://brine.dev", "rendered": True}]
    return place.settings(network={"browser": str(path)}, boards=rows)


def folder_missing(place: Place) -> Settings:
    return place.settings(database={"url": f"sqlite:///{place.folder}/no/such/rolewire.db"})


def folder_of_another(place: Place) -> Settings:
    folder = place.folder / "theirs"
    folder.mkdir()
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    place.stack.callback(folder.chmod, 0o700)
    return place.settings(database={"url": f"sqlite:///{folder}/rolewire.db"})


def database_of_another(place: Place) -> Settings:
    place.database().dispose()
    file = place.folder / "rolewire.db"
    file.chmod(stat.S_IRUSR)
    return place.settings()


def damaged_database(place: Place) -> Settings:
    (place.folder / "rolewire.db").write_bytes(b"this is no database at all, is it? " * 40)
    return place.settings()


def no_database_server(place: Place) -> Settings:
    return place.settings(database={"url": "postgresql://u:secret-word@127.0.0.1:9/rolewire"})


def newer_database(place: Place) -> Settings:
    with transaction(place.database()) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    return place.settings()


def disk_full(place: Place) -> Settings:
    usage = type("Usage", (), {"free": 50_000_000})
    place.monkeypatch.setattr(machine.shutil, "disk_usage", lambda _folder: usage)
    return place.settings()


def no_daemon(place: Place) -> Settings:
    place.database()
    return place.settings()


def no_good_crawl(place: Place) -> Settings:
    now = datetime.now(UTC)
    with transaction(place.database()) as connection:
        row = Board(source="ashby", board="acme", last_crawl_at=now, last_ok_at=now - timedelta(days=9))
        connection.execute(database.table_of(Board).insert().values(row.model_dump(exclude={"id"})))
    return place.settings()


def boards_that_fail(place: Place) -> Settings:
    now = datetime.now(UTC)
    with transaction(place.database()) as connection:
        row = Board(source="ashby", board="acme", last_crawl_at=now, last_ok_at=now, failures=1)
        connection.execute(database.table_of(Board).insert().values(row.model_dump(exclude={"id"})))
    return place.settings()


def searches_without_a_channel(place: Place) -> Settings:
    now = datetime.now(UTC)
    with transaction(place.database()) as connection:
        ada = searches.add_subscriber(connection, "Ada", now)
        searches.add_address(connection, ada, "email", "ada@example.org", now)
        searches.add_search(connection, ada, "agents", now)
    return place.settings()


def nobody_looks_for_anything(place: Place) -> Settings:
    with transaction(place.database()) as connection:
        searches.add_subscriber(connection, "Ada", datetime.now(UTC))
    return place.settings()


def trouble_that_lasts(place: Place) -> Settings:
    with transaction(place.database()) as connection:
        raise_notice(connection, "channel:email", "The channel email is paused", datetime.now(UTC))
    return place.settings()


def nobody_hears_of_trouble(place: Place) -> Settings:
    return place.settings(**email(place.mail()))


def operator_on_a_channel_that_is_off(place: Place) -> Settings:
    return place.settings(operator={"addresses": ["telegram:42"]}, **email(place.mail()))


def operator_that_is_no_address(place: Place) -> Settings:
    return place.settings(operator={"addresses": ["ada@example.org"]})


def list_of_nobody(place: Place) -> Settings:
    return place.settings(channels={"telegram": {"token": TOKEN}}, access={"mode": "list"})


P, W = State.PROBLEM, State.WARNING
TABLE: list[tuple[Callable[[Place], Settings], str, State, str, str, str]] = [
    (no_such_source, "boards_as_written", P, "no source 'greenhous'", "boards[1]", "greenhouse"),
    (no_url, "boards_as_written", P, "no url", "boards[1]", "sitemap"),
    (no_boards, "boards_as_written", W, "nothing will be crawled", "packs", "rolewire boards add"),
    (same_board_in_two_ways, "boards_as_written", W, "are one board", "boards[2]", "leave one of them out"),
    (replay_left_on, "network", W, "not from the network", "network.replay", "ROLEWIRE_NETWORK__REPLAY"),
    (user_agent_of_a_browser, "network", W, "names nobody", "network.user_agent", "say who we are"),
    (user_agent_of_nobody, "network", W, "names nobody", "network.user_agent", "say who we are"),
    (backups_into_a_file, "backups", P, "it is a file", "backup.folder", "name a folder"),
    (backups_into_a_folder_of_others, "backups", P, "cannot be written", "backup.folder", "chown"),
    (public_url_with_a_query, "public_url", P, "links can start with", "web.public_url", "https://jobs.brine.dev"),
    (no_key, "keys", P, "adzuna: no key", "keys.adzuna", "ROLEWIRE_KEYS__ADZUNA"),
    (underscore_missing, "environment", P, "ROLEWIRE_TELEGRAM_TOKEN", "environment", "ROLEWIRE_TELEGRAM__TOKEN"),
    (variable_of_others, "environment", W, "SMTP_PASSWORD", "environment", "ROLEWIRE_EMAIL__PASSWORD"),
    (variable_in_small_letters, "environment", P, "does not read", "environment", "ROLEWIRE_EMAIL__PASSWORD"),
    (secret_that_all_may_read, "secrets", W, "email.password", "config.toml", "chmod 600"),
    (canary_of_nothing, "channels", P, "is no search", "operator.canary", "role:ai-engineer"),
    (canary_without_an_address, "channels", W, "no canary flies on webhook", "operator.addresses", "webhook:"),
    (malformed_token, "channels", P, "channel telegram", "telegram", "BotFather"),
    (refused_token, "telegram", P, "refuses the bot's token", "telegram.token", "@BotFather"),
    (silent_bot_api, "telegram", P, "does not answer", "telegram.api_url", "proxy"),
    (bot_api_without_scheme, "telegram", P, "no scheme", "telegram.api_url", "https://"),
    (webhook_left_over, "telegram", P, "https://old.brine.dev/hook", "telegram.token", "rolewire channels unhook"),
    (no_mail_server, "mail", P, "does not answer at 127.0.0.1:9", "email.port", "25 is usual"),
    (no_such_mail_host, "mail", P, "no host 'smtp.brine.invalid'", "email.host", "correct the name"),
    (no_starttls, "mail", P, "offers no STARTTLS", "email.security", "tls"),
    (tls_on_a_clear_port, "mail", P, "does not speak TLS at once", "email.security", "starttls"),
    (bad_certificate, "mail", P, "certificate", "email.host", "valid"),
    (wrong_password, "mail", P, "refuses the login of ada", "email.password", "ROLEWIRE_EMAIL__PASSWORD"),
    (password_without_username, "channels", P, "channel email", "email", "email.username"),
    (sender_of_others, "mail", P, "refuses the sender", "email.sender", "may send from"),
    (example_sender, "channels", P, "channel email", "email", "email.sender is still the example"),
    (no_spf, "sender_domain", W, "no SPF record", "email.sender", "v=spf1"),
    (two_spf, "sender_domain", W, "2 SPF records", "email.sender", "make them one"),
    (no_dmarc, "sender_domain", W, "no DMARC record", "email.sender", "_dmarc.jobs.brine.dev"),
    (no_dkim, "sender_domain", W, "no DKIM key", "email.sender", "TXT record"),
    (public_url_without_scheme, "public_url", P, "no scheme", "web.public_url", "https://jobs.brine.dev"),
    (public_url_missing, "public_url", W, "is empty", "web.public_url", "https://"),
    (public_url_of_another, "public_url", P, "not reached", "web.public_url", "proxy"),
    (port_taken, "port", P, "is taken", "web.port", "another"),
    (host_of_another_machine, "port", P, "cannot listen at '192.0.2.7'", "web.host", "127.0.0.1"),
    (clock_behind, "clock", P, "s behind", "clock", "timedatectl"),
    (browser_that_is_not_there, "browser", P, "no browser", "network.browser", "/no/such/chromium"),
    (browser_that_does_not_start, "browser", P, "does not start: no display", "network.browser", "install it anew"),
    (folder_missing, "database", P, "no folder", "database.url", "mkdir -p"),
    (folder_of_another, "database", P, "cannot be written", "database.url", "chown"),
    (database_of_another, "database", P, "cannot be written", "database.url", "chmod u+w"),
    (damaged_database, "database", P, "cannot be used", "database.url", "rolewire db restore"),
    (no_database_server, "database", P, "cannot be used", "database.url", "whether the server runs"),
    (newer_database, "database", P, "newer rolewire", "database.url", "newer one"),
    (disk_full, "disk", P, "the disk is full", "", "make room"),
    (no_daemon, "work", W, "no daemon runs", "daemon", "rolewire run"),
    (boards_that_fail, "work", P, "1 of 1 board could not be read", "boards", "rolewire boards check"),
    (no_good_crawl, "work", P, "9 days ago", "boards", "rolewire boards check"),
    (searches_without_a_channel, "work", W, "email, which is off", "email", "switch the channel email on"),
    (nobody_looks_for_anything, "work", W, "nobody has a saved search", "searches", "rolewire searches add"),
    (trouble_that_lasts, "work", W, "The channel email is paused", "channel:email", "rolewire status"),
    (nobody_hears_of_trouble, "channels", W, "nobody is told", "operator.addresses", "addresses ="),
    (operator_on_a_channel_that_is_off, "channels", W, "telegram:42", "operator.addresses", "switch the channel"),
    (operator_that_is_no_address, "channels", P, "is no address", "operator.addresses", "email:you@example.org"),
    (log_that_cannot_be_written, "log", P, "cannot be written", "log.file", "a folder that is ours"),
    (list_of_nobody, "channels", W, "nobody can subscribe", "access.allowed", "access.mode"),
]


@pytest.mark.parametrize(
    ("make", "check", "state", "what", "where", "cure"), TABLE, ids=[row[0].__name__ for row in TABLE]
)
def test_the_doctor_names_it_and_its_cure(
    place: Place, make: Callable[[Place], Settings], check: str, state: State, what: str, where: str, cure: str
) -> None:
    settings = make(place)
    found = findings(settings, check)
    named = [one for one in found if what in one.what and where in one.where and cure in one.cure]
    assert [one.state for one in named] == [state], found
    assert not any(secret in f"{one}" for one in found for secret in (TOKEN, OTHER, "secret-word", "wrong-word"))


# --- what is well is said to be well -------------------------------------------------------------------------------


def test_what_is_well_is_no_finding(place: Place) -> None:
    api, server = place.api(), place.mail()
    place.run(place.database())
    url = place.stack.enter_context(page("ok\n"))
    settings = place.settings(
        channels={"telegram": {"token": TOKEN, "api_url": api.url}} | email(server)["channels"],
        operator={"addresses": ["email:ada@example.org"]}, web={"public_url": url}, boards=[],
    )  # fmt: skip
    for check in ("telegram", "mail", "database", "port", "disk", "clock", "keys", "secrets"):
        found = [one for one in findings(settings, check) if "this SQLite" not in one.what]
        assert {one.state for one in found} <= {State.OK}, check
    assert "the web page is reached" in findings(settings, "public_url")[0].what
    assert "@rolewire_bot" in findings(settings, "telegram")[0].what
    assert server.arrived == []


def test_a_protected_sender_is_well(place: Place) -> None:
    settings = with_dns(place, {
        "jobs.brine.dev": ["v=spf1 include:mail.brine.dev ~all"], "_dmarc.brine.dev": ["v=DMARC1; p=reject"],
        "_domainkey.jobs.brine.dev": [], "s1._domainkey.jobs.brine.dev": ["v=DKIM1; k=rsa; p=MIIB"],
    })  # fmt: skip
    assert [one.state for one in findings(settings, "sender_domain")] == [State.OK] * 3


def test_dns_that_is_silent_is_said_to_be(place: Place) -> None:
    place.monkeypatch.setattr(domain, "SECONDS", 0.2)
    silent = place.stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    silent.bind(("127.0.0.1", 0))
    ask(place, silent.getsockname()[1])
    (found,) = findings(place.settings(channels={"email": {"host": "127.0.0.1"} | FAR}), "sender_domain")
    assert (found.state, "DNS does not say" in found.what) == (W, True)


# --- boards --------------------------------------------------------------------------------------------------------


def test_a_misspelt_board_is_named_with_the_one_that_is_meant(place: Place) -> None:
    server = place.stack.enter_context(BoardServer(datetime(2026, 5, 4, 6, tzinfo=UTC)))
    rows = [{"source": "greenhouse", "board": board} for board in ("northlight", "nortlight", "qqqqqq")]
    well, misspelt, unknown = findings(place.settings(network={"replay": server.url}, boards=rows), "boards")
    assert (well.state, "postings" in well.what) == (State.OK, True)
    assert misspelt.state == unknown.state == P
    assert misspelt.what == "greenhouse knows no board 'nortlight'; did you mean 'northlight'?"
    assert (misspelt.where, misspelt.cure) == ("boards[2]", 'write board = "northlight"')
    assert "rolewire boards repair greenhouse/qqqqqq" in unknown.cure


def test_what_is_meant_is_looked_for_among_the_packs_too() -> None:
    known = boards._tokens(Settings())["greenhouse"]
    assert boards.meant("antropic", known) == "anthropic"
    assert boards.meant("Anthropic", known) == "anthropic"
    assert boards.meant("qqqqqq", known) == ""


def test_a_board_that_went_is_named_without_asking(place: Place) -> None:
    with transaction(place.database()) as connection:
        row = Board(source="ashby", board="acme", last_verdict="gone", last_ok_at=datetime.now(UTC))
        connection.execute(database.table_of(Board).insert().values(row.model_dump(exclude={"id"})))
    (found,) = findings(place.settings(), "boards")
    assert (found.state, "ashby knows no board 'acme'" in found.what) == (W, True)


# --- the examination -----------------------------------------------------------------------------------------------


def check_well(_settings: Settings) -> Iterator[Finding]:
    yield ok("well")


def check_that_hangs(_settings: Settings) -> Iterator[Finding]:
    threading.Event().wait(30)
    yield ok("late")


def check_that_breaks(_settings: Settings) -> Iterator[Finding]:
    yield ok("first")
    raise SettingsError("password=secret-word is bad")


def test_a_check_that_hangs_or_breaks_costs_itself() -> None:
    checks = (check_that_hangs, check_well, check_that_breaks)
    late, well, broken = examination.examine(Settings(), checks, limit=0.3)
    assert (late.state, "that hangs: no answer" in late.what) == (W, True)
    assert well.what == "well"
    assert broken.state == P
    assert "secret-word" not in broken.what


def test_a_database_that_gives_no_answer_is_a_problem() -> None:
    def check_database(_settings: Settings) -> Iterator[Finding]:
        threading.Event().wait(30)
        yield ok("late")

    (found,) = examination.examine(Settings(), [check_database], limit=0.2)
    assert (found.state, found.what.startswith("the database gives no answer"), found.where) == (
        P,
        True,
        "database.url",
    )


def test_every_check_is_asked_offline_or_online() -> None:
    named = {name for name in vars(doctor) if name.startswith("check_")}
    assert {check.__name__ for check in (*doctor.OFFLINE, *doctor.ONLINE)} == named
    assert {row[1] for row in TABLE} >= {name.removeprefix("check_") for name in named} - {
        "version", "rates", "boards", "rights",
    }  # fmt: skip


# --- servers -------------------------------------------------------------------------------------------------------


@contextmanager
def page(body: str, date: datetime | None = None) -> Iterator[str]:
    """A server that answers everything with this body, its clock as told."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response_only(200)
            self.send_header("Date", format_datetime(date or datetime.now(UTC), usegmt=True))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def with_dns(place: Place, zone: dict[str, list[str]]) -> Settings:
    """A name server that knows these names, their texts, and what lies above them; all else does not exist."""
    listening = place.stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    listening.bind(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            data, sender = listening.recvfrom(4096)
            if data == b"stop":
                return
            listening.sendto(answer(dns.message.from_wire(data), zone).to_wire(), sender)

    thread = threading.Thread(target=serve)
    thread.start()
    port = listening.getsockname()[1]
    place.stack.callback(thread.join)
    place.stack.callback(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"stop", ("127.0.0.1", port)))
    ask(place, port)
    return place.settings(channels={"email": {"host": "127.0.0.1"} | FAR})


def answer(question: dns.message.Message, zone: dict[str, list[str]]) -> dns.message.Message:
    made = dns.message.make_response(question)
    name = question.question[0].name
    texts = zone.get(name.to_text(omit_final_dot=True).lower())
    if texts:
        quoted = [f'"{text}"' for text in texts]
        made.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *quoted))
    elif texts is None:
        made.set_rcode(dns.rcode.NXDOMAIN)
    return made


def ask(place: Place, port: int) -> None:
    local = domain.Dns("127.0.0.1", port)
    place.monkeypatch.setattr(domain, "Dns", lambda: local)
