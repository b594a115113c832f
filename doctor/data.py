"""The database: whether it can be used, and when the work in it was last done."""

import os
import sqlite3
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, case, func, make_url, select, text
from sqlalchemy.exc import DBAPIError

import database as db
from alerts.channels import switched_on
from alerts.notices import lasting
from alerts.wording import plural
from doctor.finding import Finding, ok, problem, warning
from locks import LEADER, holder
from models import Address, Board, Cadence, Message, SavedSearch, Subscriber
from settings import Settings

WHERE = "database.url"
NO_DAEMON = "no daemon runs on this database: nothing is crawled or sent by itself"
WRITE_SECONDS = 3000  # milliseconds that a writer may keep us waiting
LATE_CRAWLS = timedelta(hours=24)
SUPERUSER = 0


def check_database(settings: Settings) -> Iterator[Finding]:
    """Whether it opens, takes writes, and is of this version."""
    shown, url = db.shown_url(settings.database.url), settings.database.url
    if not db.exists(url):
        yield from _not_there(url, shown)
        return
    try:
        engine = db.open_engine(url)
        current, newest = db.schema_revision(engine)
    except db.DatabaseError as error:
        yield problem(f"the database cannot be used: {error}", WHERE, _cure(str(error)))
        return
    try:
        yield _version(shown, engine, current, newest)
        yield from _writable(engine, shown)
        if engine.dialect.name == "sqlite" and (told := db.sqlite_warning()):
            yield warning("this SQLite can lose data", WHERE, told)
    finally:
        engine.dispose()


def _cure(said: str) -> str:
    if "password authentication failed" in said or "no password supplied" in said:
        return "correct user and password: postgresql://USER:PASSWORD@HOST/NAME, or PGPASSWORD in the environment"
    if "does not exist" in said:
        return "make it: createdb -O USER NAME, or correct its name"
    if "refused" in said or "resolve" in said or "timeout" in said.lower():
        return "look whether the server runs, and whether host and port are right"
    if "not a database" in said or "malformed" in said:
        return "it is damaged, or no database: `rolewire db restore BACKUP` puts a backup in its place"
    return "name a file that can be opened, as sqlite:///rolewire.db, or a server's database"


def _not_there(url: str, shown: str) -> Iterator[Finding]:
    path = Path(make_url(url).database or "")
    folder = path.parent
    if not path.name:
        yield problem("database.url names no file", WHERE, "give one, as in sqlite:///rolewire.db")
    elif not folder.is_dir():
        yield problem(f"there is no folder {folder} for the database", WHERE, f"make it: mkdir -p {folder}")
    elif not _may_write(folder):
        yield problem(f"the folder {folder} cannot be written: the database cannot be made", WHERE, _own(folder))
    else:
        yield ok(f"database {shown}: not there yet, the first crawl makes it", WHERE)


def _version(shown: str, engine: Engine, current: str | None, newest: str | None) -> Finding:
    if current is not None and newest is not None and current > newest:
        cure = "use the rolewire that wrote it, or a newer one; a backup of before the upgrade fits this one"
        return problem(f"database {shown} is of a newer rolewire (schema {current}, ours {newest})", WHERE, cure)
    state = "up to date" if current == newest else "brought up to date at the next start"
    return ok(f"database {shown}: {engine.dialect.name}, {state}", WHERE)


def _writable(engine: Engine, shown: str) -> Iterator[Finding]:
    """Take the lock of a writer, and let it go."""
    path = Path(engine.url.database or "")
    if engine.dialect.name == "sqlite" and not (_may_write(path) and _may_write(path.parent)):
        yield problem(f"database {shown} cannot be written: it belongs to another user", WHERE, _own(path))
        return
    try:
        with db.transaction(engine) as connection:
            if engine.dialect.name == "postgresql":
                is_copy = connection.execute(text("SELECT pg_is_in_recovery()")).scalar_one()
                if is_copy:
                    yield problem(f"database {shown} is a standby that only reads", WHERE, "name the primary server")
    except (DBAPIError, sqlite3.Error) as error:
        cure = "look for a full disk, a file of another user, or a program that holds the database"
        yield problem(f"database {shown} cannot be written: {db.first_line(error)}", WHERE, cure)


def _may_write(path: Path) -> bool:
    """What its mode says; root may write where nobody may."""
    if os.geteuid() == SUPERUSER:
        return bool(path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))
    return os.access(path, os.W_OK)


def _own(path: Path) -> str:
    return f"chown it to the user that runs rolewire, and chmod u+w {path}"


# --- what was done last --------------------------------------------------------------------------------------------


def check_work(settings: Settings) -> Iterator[Finding]:
    """Who runs, the last good crawl, the last message, whom it would reach, and what trouble lasts."""
    if not db.exists(settings.database.url):
        return
    try:
        engine = db.open_engine(settings.database.url)
        current, newest = db.schema_revision(engine)
    except db.DatabaseError:
        return  # the check of the database names it
    try:
        yield _leader(holder(engine, LEADER))
        if current == newest:
            with db.read(engine) as connection:
                yield from _done(connection, settings, datetime.now(UTC))
            yield from _backups(engine, settings, datetime.now(UTC))
    finally:
        engine.dispose()


def _leader(who: str | None) -> Finding:
    if who is None:
        return warning(NO_DAEMON, "daemon", "start it with `rolewire run`")
    return ok(f"a rolewire leads: {who}", "daemon")


def _done(connection: Connection, settings: Settings, now: datetime) -> Iterator[Finding]:
    for row in lasting(connection):
        yield warning(f"trouble since {row['raised_at']:%Y-%m-%d %H:%M} UTC: {row['text']}", row["key"],
                      "it says what to do; `rolewire status` shows the rest")  # fmt: skip
    yield from _last_crawl(connection, now)
    yield from _last_messages(connection, now)
    yield from _readers(connection, settings)


def _backups(engine: Engine, settings: Settings, now: datetime) -> Iterator[Finding]:
    """Copies of the database; of a server's, others may make them."""
    told = settings.backup
    if not told.folder and engine.dialect.name != "sqlite":
        return
    if not told.folder:
        cure = 'set [backup] folder = "backups"; the daemon copies the database there once a day'
        yield warning("no backups are made", "backup.folder", cure)
        return
    made = next((at for path in db.backups(settings.beside(told.folder)) if (at := db.made_at(path))), None)
    if made is None or now - made > 2 * timedelta(hours=told.every_hours):
        cure = "`rolewire db backup` makes one and says what keeps it; the daemon makes them while it runs"
        what = f"the last backup was made {_ago(made, now)}" if made else "no backup was made yet"
        yield warning(what, "backup.folder", cure)
    else:
        yield ok(f"the last backup was made {_ago(made, now)}", "backup.folder")


def _last_crawl(connection: Connection, now: datetime) -> Iterator[Finding]:
    board = db.table_of(Board).c
    failing = func.sum(case((board.failures > 0, 1), else_=0))
    wanted = select(func.max(board.last_ok_at), func.max(board.last_crawl_at), func.count(), failing)
    good, tried, active, failed = connection.execute(wanted.where(board.state == "active")).one()
    if not active or tried is None:
        return
    if good is None or now - good > LATE_CRAWLS:
        told = f"the last good crawl of any board was {_ago(good, now)}, the last try {_ago(tried, now)}"
        cure = "`rolewire boards check` says why; `rolewire run` crawls what is due"
        yield problem(told, "boards", cure)
    elif failed * 2 > active:
        told = f"{failed} of {plural(active, 'board')} could not be read at the last try"
        yield problem(told, "boards", "`rolewire boards check` says why, board by board")
    else:
        yield ok(f"the last good crawl was {_ago(good, now)}", "boards")


def _last_messages(connection: Connection, now: datetime) -> Iterator[Finding]:
    message = db.table_of(Message).c
    for what, which in (("message", message.cadence != Cadence.WEEKLY), ("digest", message.cadence == Cadence.WEEKLY)):
        last = connection.execute(select(func.max(message.sent_at)).where(which)).scalar()
        if last is not None:
            yield ok(f"the last {what} was sent {_ago(last, now)}", "outbox")


def _readers(connection: Connection, settings: Settings) -> Iterator[Finding]:
    """Whether anybody is there to be told, and on channels that are on."""
    search, address, person = (db.table_of(model).c for model in (SavedSearch, Address, Subscriber))
    alive = select(search.channels).where(search.removed_at.is_(None), search.paused_at.is_(None))
    wanted = {name for row in connection.execute(alive).scalars() for name in row}
    if not wanted:
        if connection.execute(select(func.count()).select_from(db.table_of(Subscriber))).scalar_one():
            cure = "`rolewire searches add QUERY --subscriber WHO`, or /search in the bot"
            yield warning("nobody has a saved search: nobody is alerted", "searches", cure)
        return
    for name in sorted(wanted - set(switched_on(settings))):
        cure = f"switch the channel {name} on, or give these searches another"
        yield warning(f"saved searches go to the channel {name}, which is off", name, cure)
    disabled = select(person.name, address.channel, address.reason).join_from(
        db.table_of(Address), db.table_of(Subscriber), person.id == address.subscriber_id
    )
    for row in connection.execute(disabled.where(address.state == "disabled").limit(20)):
        cure = f"`rolewire subscribers address {row.name!r} {row.channel}:ADDRESS` tries it again, or another"
        yield warning(f"{row.name} is not reached by {row.channel}: {row.reason}", f"subscriber {row.name}", cure)


def _ago(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "never"
    minutes = int((now - moment).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    for length, word in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= length:
            count = minutes // length
            return f"{count} {word}{'s' * (count > 1)} ago"
    return ""
