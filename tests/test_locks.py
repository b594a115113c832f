"""The locks: one holder, gone with its process, on both engines."""

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import text

from database import Advisory, open_engine, upgrade
from locks import LEADER, WORKER, Lock, holder

ROOT = Path(__file__).parent.parent
HOLD = """
import sys, time
from database import open_engine
from locks import LEADER, Lock
lock = Lock(open_engine(sys.argv[1]), LEADER)
assert lock.acquire()
print("held", flush=True)
time.sleep(60)
"""


def test_only_one_holds_it_until_it_lets_go(database_url: str) -> None:
    engine = open_engine(database_url)
    first, second = Lock(engine, LEADER), Lock(engine, LEADER)
    assert first.acquire()
    assert first.is_held()
    assert not second.acquire()
    assert Lock(engine, WORKER).acquire()
    first.release()
    assert not first.is_held()
    assert second.acquire()


def test_killed_process_leaves_no_lock(database_url: str) -> None:
    engine = open_engine(database_url)
    holder = subprocess.Popen([sys.executable, "-c", HOLD, database_url], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert holder.stdout
    assert holder.stdout.readline() == "held\n"
    lock = Lock(engine, LEADER)
    assert not lock.acquire()
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    while not lock.acquire():  # a server needs a moment to see that its client is gone
        time.sleep(0.05)


def test_others_are_told_who_holds_it_and_since_when(database_url: str) -> None:
    engine, other = open_engine(database_url), open_engine(database_url)
    assert holder(other, LEADER) is None
    with Lock(engine, LEADER, "run") as lock:
        assert lock.acquire()
        told = holder(other, LEADER)
        assert told
        assert re.fullmatch(r"run since \d{4}-\d\d-\d\d \d\d:\d\d UTC", told)
        assert not Lock(other, LEADER).acquire()
        assert holder(other, LEADER) == told
        assert holder(other, WORKER) is None
    assert holder(other, LEADER) is None
    engine.dispose()
    other.dispose()


def test_lost_session_is_noticed(fresh_postgres_url: str) -> None:
    engine = open_engine(fresh_postgres_url)
    upgrade(engine)
    lock = Lock(engine, LEADER)
    assert lock.acquire()
    with engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        )
    assert not lock.is_held()
    lock.release()
    assert lock.acquire()


def test_no_two_locks_share_a_number(fresh_postgres_url: str) -> None:
    engine = open_engine(fresh_postgres_url)
    keys = [int(lock) for lock in Advisory]
    for name in (LEADER, WORKER):
        with Lock(engine, name) as lock, engine.connect() as connection:
            assert lock.acquire()
            held = "SELECT classid::bigint << 32 | objid::bigint FROM pg_locks WHERE locktype = 'advisory'"
            keys += connection.execute(text(held)).scalars()
    assert len(set(keys)) == len(keys) == len(Advisory) + 2
    engine.dispose()
