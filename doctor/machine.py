"""The machine that it runs on: disk, clock, port, browser, the address that people reach it at."""

import errno
import os
import shutil
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import make_url

from alerts.channels import telegram
from alerts.channels.smtp import is_loopback
from database import DatabaseError, exists, open_engine
from doctor.finding import Finding, ok, problem, warning
from locks import LEADER, holder
from logs import plain_error
from settings import Settings, SettingsError

SECONDS = 6.0
DISK_LOW, DISK_FULL = 1_000_000_000, 100_000_000  # bytes
SKEW_NOTED, SKEW_BAD = 60, 600  # seconds
PUBLIC, PORT = "web.public_url", "web.port"


def check_disk(settings: Settings) -> Iterator[Finding]:
    """Room for the database, and for a copy of it."""
    url = make_url(settings.database.url)
    if url.get_backend_name() != "sqlite":
        return
    file = Path(url.database or "")
    folder = file.parent.absolute()
    if not folder.is_dir():
        return  # the check of the database names it
    free, size = shutil.disk_usage(folder).free, file.stat().st_size if file.exists() else 0
    cure = "make room, or move the database to a larger disk (database.url)"
    if free < DISK_FULL + size // 10:
        yield problem(f"the disk is full: {_mb(free)} free, the database has {_mb(size)}", str(folder), cure)
    elif free < DISK_LOW or free < size:
        yield warning(f"little room on the disk: {_mb(free)} free, the database has {_mb(size)}", str(folder), cure)
    else:
        yield ok(f"room on the disk: {_mb(free)}", str(folder))


def _mb(size: int) -> str:
    return f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{size / 1e6:,.0f} MB"


def check_port(settings: Settings) -> Iterator[Finding]:
    """Whether the web page can have its port; a daemon that runs has it."""
    web = settings.web
    if not web.enabled or web.port == 0 or _daemon_runs(settings):
        return
    family = socket.AF_INET6 if ":" in web.host else socket.AF_INET
    try:
        socket.create_server((web.host, web.port), family=family).close()
    except OSError as error:
        yield _port_problem(web.host, web.port, error)
    else:
        yield ok(f"the web page's port is free: {web.host}:{web.port}", PORT)


def _port_problem(host: str, port: int, error: OSError) -> Finding:
    if error.errno == errno.EADDRINUSE:
        cure = "stop the program that has it, or set web.port to another"
        return problem(f"the port {port} is taken: the web page cannot start", PORT, cure)
    if error.errno in (errno.EACCES, errno.EPERM):
        cure = "set web.port to 1024 or above, and put a proxy before it"
        return problem(f"the port {port} is not for us: {plain_error(error)}", PORT, cure)
    cure = 'set web.host to "127.0.0.1", to "0.0.0.0", or to an address of this machine'
    return problem(f"the web page cannot listen at {host!r}: {error.strerror or error}", "web.host", cure)


def _daemon_runs(settings: Settings) -> bool:
    if not exists(settings.database.url):
        return False
    try:
        engine = open_engine(settings.database.url)
    except DatabaseError:
        return False
    try:
        return (holder(engine, LEADER) or "").startswith("run")
    finally:
        engine.dispose()


def check_browser(settings: Settings) -> Iterator[Finding]:
    """A browser for boards that only one can read."""
    from spiders.base.browser import installed_browser
    from spiders.base.errors import BoardFailure

    needed = any(row.rendered for row in settings.boards)
    say = problem if needed else warning
    try:
        path = installed_browser(settings.network.browser)
    except BoardFailure as error:
        say = problem if needed or settings.network.browser else warning
        yield say("no browser for rendered boards", "network.browser", error.reason)
        return
    cure = "install it anew, or name another in [network] browser"
    try:
        told = subprocess.run(  # noqa: S603 - the browser that we would start anyway
            [path, "--version"], capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        yield say(f"the browser {path} does not start: {error}", "network.browser", cure)
        return
    if told.returncode:
        yield say(f"the browser {path} does not start: {told.stderr.strip()[:200]}", "network.browser", cure)
    else:
        yield ok(f"browser: {path}, {told.stdout.strip()[:80]}", "network.browser")


# --- what others see -----------------------------------------------------------------------------------------------


def check_public_url(settings: Settings) -> Iterator[Finding]:
    """Whether the links in messages lead here."""
    url = settings.web.public_url
    if not url:
        if _channels_on(settings):
            cure = "set it to the address under which people reach the web page, as https://jobs.example.org"
            yield warning("web.public_url is empty: messages carry no links and no way to unsubscribe", PUBLIC, cure)
        return
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        cure = f'write it with its scheme: "https://{url.removeprefix("//")}"'
        yield problem(f"web.public_url has no scheme: {url!r}: links in messages lead nowhere", PUBLIC, cure)
        return
    if parts.query or parts.fragment or "?" in url or " " in url:
        cure = f'write it up to the host, or to the path it is served under: "{parts.scheme}://{parts.netloc}"'
        yield problem(f"web.public_url is no address that links can start with: {url!r}", PUBLIC, cure)
        return
    yield from _reached(url.rstrip("/"), settings)
    is_here = is_loopback(parts.hostname)
    if parts.scheme == "http" and not is_here:
        cure = "put a proxy with a certificate before the web page, and write https://"
        yield warning("web.public_url goes without TLS: links in messages can be read on their way", PUBLIC, cure)
    if is_here and _channels_on(settings):
        yield warning("web.public_url is this machine: links in messages work here only", PUBLIC,
                      "set it to the address under which others reach the web page")  # fmt: skip


def _reached(url: str, settings: Settings) -> Iterator[Finding]:
    if not settings.web.enabled:
        yield warning("web.public_url is set and the web page is off", PUBLIC, "set web.enabled = true")
        return
    if not _daemon_runs(settings):
        yield ok(f"web.public_url is {url}; whether it is reached shows once `rolewire run` runs", PUBLIC)
        return
    status, said, _ = fetch(f"{url}/healthz")
    if status == 200 and said.strip() == "ok":
        yield ok(f"the web page is reached at {url}", PUBLIC)
        return
    told = f"answers {status}" if status else said
    cure = f"let your proxy pass {url} on to {settings.web.host}:{settings.web.port}, or correct web.public_url"
    yield problem(f"the web page is not reached at {url}: {told}", PUBLIC, cure)


def fetch(url: str) -> tuple[int, str, str]:
    """(status, the first of the body, the header Date) of an address; status 0 with the reason where it is silent."""
    request = urllib.request.Request(url, headers={"User-Agent": "rolewire doctor"})  # noqa: S310 - http(s), checked
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            return answer.status, answer.read(200).decode("utf-8", "replace"), answer.headers.get("Date", "")
    except urllib.error.HTTPError as error:
        return error.code, "", error.headers.get("Date", "")
    except (OSError, ValueError) as error:
        return 0, str(getattr(error, "reason", error)), ""


def _channels_on(settings: Settings) -> bool:
    from alerts.channels import switched_on

    return bool(switched_on(settings))


def check_clock(settings: Settings) -> Iterator[Finding]:
    """Our clock beside that of the Bot API or of the web page's host."""
    for url in _clocks(settings):
        _, _, told = fetch(url)
        if told:
            yield _skewed((datetime.now(UTC) - parsedate_to_datetime(told)).total_seconds(), url)
            return


def _clocks(settings: Settings) -> Iterator[str]:
    try:
        keys = telegram.keys(settings)
    except SettingsError:
        return
    urls = [keys.api_url if keys.token.get_secret_value() else "", settings.web.public_url]
    yield from (url for url in urls if url.startswith(("http://", "https://")))


def _skewed(seconds: float, url: str) -> Finding:
    told = f"this machine's clock is {abs(seconds):,.0f} s {'ahead' if seconds > 0 else 'behind'}"
    cure = "let it keep the time: timedatectl set-ntp true"
    if abs(seconds) >= SKEW_BAD:
        return problem(f"{told}: digests go out at wrong times, and certificates may fail", "clock", cure)
    if abs(seconds) >= SKEW_NOTED:
        return warning(told, "clock", cure)
    return ok(f"the clock agrees with that of {urlsplit(url).hostname}", "clock")


def check_rights(settings: Settings) -> Iterator[Finding]:
    """Root may do what nothing here needs; a container (where the browser's sandbox is off) is another matter."""
    if os.geteuid() == 0 and settings.network.sandbox and settings.web.host not in ("127.0.0.1", "::1"):
        cure = "run it as a user without rights; docs/operating.md has a systemd unit"
        yield warning("rolewire runs as root and serves other machines", "user", cure)


def _held(path: Path) -> Path:
    """What is there of a path: itself, or the nearest folder above it."""
    return next(one for one in (path, *path.absolute().parents) if one.exists())


def check_backups(settings: Settings) -> Iterator[Finding]:
    """Whether the daemon's backups have a folder."""
    if not settings.backup.folder:
        return
    folder = settings.beside(settings.backup.folder)
    held = _held(folder)
    if not held.is_dir():
        yield problem(f"backups cannot be made in {folder}: it is a file", "backup.folder", "name a folder")
    elif not os.access(held, os.W_OK):
        cure = "name a folder that is ours, or chown that one to the user that runs rolewire"
        yield problem(f"backups cannot be made in {folder}: {held} cannot be written", "backup.folder", cure)


def check_log(settings: Settings) -> Iterator[Finding]:
    """Whether the daemon's log can be written, where it goes into a file."""
    if not settings.log.file:
        return
    file = settings.beside(settings.log.file)
    held = _held(file)
    if os.access(held, os.W_OK) and (held.is_file() if held == file else held.is_dir()):
        yield ok(f"the daemon logs into {file}", "log.file")
    else:
        yield problem(f"the log {file} cannot be written", "log.file", "name a file in a folder that is ours, or none")
