"""`rolewire sql`: it answers what docs/sql.md asks, the same on both databases, and does nothing but read."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

import database
from database.asking import WITHHELD, AskingError, Limits, ask
from models import every_table

PAGE = (Path(__file__).parent.parent.parent / "docs" / "sql.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"^### (\d+)\. .+?```sql\n(.+?)```", PAGE, re.MULTILINE | re.DOTALL)
VIEWS = ("postings", "listings", "events", "skills", "places", "pay")


def rows(engine: Engine, statement: str, limits: Limits = Limits()) -> list[dict[str, Any]]:  # noqa: B008
    with ask(engine.url.render_as_string(hide_password=False), statement, limits) as answer:
        return list(answer.rows)


def plain(found: list[dict[str, Any]]) -> list[list[Any]]:
    """Without what the databases write differently: numbers' kinds, days and JSON's blanks."""
    return [[_plain(value) for value in row.values()] for row in found]


def _plain(value: Any) -> Any:
    if isinstance(value, float | int):
        return round(float(value), 3)
    return str(value).replace(" ", "")


def test_there_are_twenty_questions() -> None:
    assert [number for number, _ in QUESTIONS] == [str(number) for number in range(1, 21)]


@pytest.mark.parametrize(("number", "question"), QUESTIONS, ids=[number for number, _ in QUESTIONS])
def test_a_question_has_one_answer_on_both_databases(
    past_sqlite: Engine, past_postgres: Engine, number: str, question: str
) -> None:
    assert plain(rows(past_sqlite, question)) == plain(rows(past_postgres, question))


@pytest.mark.parametrize(("number", "question"), QUESTIONS, ids=[number for number, _ in QUESTIONS])
def test_a_question_finds_something(known_market: Engine, number: str, question: str) -> None:
    assert rows(known_market, question)


def test_the_page_tells_every_column_of_every_view(stored: Engine) -> None:
    about = PAGE.split("## The views")[1].split("## Twenty questions")[0]
    for view in VIEWS:
        with ask(stored.url.render_as_string(hide_password=False), f"SELECT * FROM {view}", Limits(rows=1)) as answer:
            untold = [name for name in answer.columns if f"`{name}`" not in about]
            assert not untold, (view, untold)


def test_a_view_shows_what_the_tables_hold(stored: Engine) -> None:
    (one,) = rows(stored, "SELECT count(*) AS n, sum(CASE WHEN is_open THEN 1 ELSE 0 END) AS open FROM postings")
    (two,) = rows(stored, "SELECT count(*) AS n, count(CASE WHEN closed_at IS NULL THEN 1 END) AS open FROM posting")
    assert one == two
    (three,) = rows(stored, "SELECT count(*) AS n FROM listings")
    assert three == rows(stored, "SELECT count(*) AS n FROM listing")[0]
    (span,) = rows(stored, "SELECT min(days_open) AS least, min(age_days) AS age FROM postings")
    assert span["least"] >= 0
    assert span["age"] >= 0


def test_what_is_kept_private_is_in_no_view(fresh: Engine) -> None:
    with database.transaction(fresh) as connection:
        connection.exec_driver_sql("UPDATE listing SET source = 'hush'")
    assert {view: rows(fresh, f"SELECT count(*) AS n FROM {view}")[0]["n"] for view in VIEWS} == dict.fromkeys(VIEWS, 0)
    with database.transaction(fresh) as connection:
        connection.exec_driver_sql("UPDATE source_terms SET reuse = 'link-only'")
    assert rows(fresh, "SELECT count(*) AS n FROM postings")[0]["n"] > 0
    assert rows(fresh, "SELECT count(description) AS n FROM listings")[0]["n"] == 0


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM posting", "UPDATE posting SET title = 'x' RETURNING id", "INSERT INTO secret VALUES ('a', 'b')",
        "DROP VIEW pay", "CREATE TABLE t (x int)", "CREATE TEMP TABLE t (x int)", "SELECT 1; DELETE FROM posting",
        "WITH gone AS (DELETE FROM posting_skill RETURNING skill) SELECT * FROM gone", "COMMIT", "BEGIN", "VACUUM",
        "SELECT 1; COMMIT; DROP TABLE posting", "SELECT 1 INTO taken", "", "-- nothing", "SELECT * FROM nosuch",
        "SELECT (",
    ],
)  # fmt: skip
def test_it_does_nothing_but_read(stored: Engine, statement: str) -> None:
    before = rows(stored, "SELECT count(*) AS n FROM posting")
    with pytest.raises(AskingError):
        rows(stored, statement)
    assert rows(stored, "SELECT count(*) AS n FROM posting") == before


@pytest.mark.parametrize(
    "statement",
    [
        "ATTACH '{}/x.db' AS x", "SELECT load_extension('x')", "PRAGMA journal_mode=DELETE", "PRAGMA query_only=0",
        "VACUUM INTO '{}/y.db'", "REPLACE INTO secret VALUES ('a', 'b')", "DETACH main", "REINDEX", "ANALYZE",
    ],
)  # fmt: skip
def test_sqlite_refuses_what_leaves_the_file(past_sqlite: Engine, tmp_path: Path, statement: str) -> None:
    with pytest.raises(AskingError, match="only read"):
        rows(past_sqlite, statement.format(tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "statement",
    [
        "COPY posting TO PROGRAM 'cat'", "SET statement_timeout = 0", "LISTEN x", "PREPARE x AS SELECT 1",
        "DO $$ BEGIN END $$",
        "SELECT set_config('transaction_read_only', 'off', false), lo_creat(-1)", "SELECT 1) TO STDOUT",
    ],
)  # fmt: skip
def test_postgresql_takes_a_query_and_nothing_else(past_postgres: Engine, statement: str) -> None:
    with pytest.raises(AskingError):
        rows(past_postgres, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT value FROM secret", "SELECT count(*) FROM Address", "SELECT hash FROM main.api_key",
        "SELECT p.id FROM posting p JOIN saved_search s ON s.query <> p.title",
        "SELECT id FROM postings WHERE EXISTS (SELECT 1 FROM subscriber WHERE name LIKE 'A%')",
        "SELECT (SELECT max(nonce) FROM search_feed)", "WITH x AS (SELECT * FROM profile) SELECT * FROM x",
    ],
)  # fmt: skip
def test_nothing_of_people_and_no_secret_can_be_asked_for(stored: Engine, statement: str) -> None:
    if stored.dialect.name == "postgresql":
        statement = statement.replace("main.", "public.")
    with pytest.raises(AskingError, match="refused"):
        rows(stored, statement)


def test_every_table_about_people_is_withheld() -> None:
    telling = {"subscriber_id", "address", "search_id", "token_hash", "hash", "message_id", "invite_hash"}
    tables = every_table().tables.values()
    assert {one.name for one in tables if telling & set(one.c.keys())} <= WITHHELD <= {one.name for one in tables}


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT pg_read_file('/etc/hostname')", "SELECT * FROM pg_ls_dir('/')", "SELECT lo_import('/etc/hostname')",
        "SELECT query_to_xml('SELECT * FROM secret', true, true, '')",
        "SELECT table_to_xml/**/('secret', true, true, '')",
        "SELECT U&\"pg_read\\005ffile\"('/etc/hostname')",
        "SELECT * FROM ts_stat('SELECT to_tsvector(value) FROM secret')",
        "SELECT most_common_vals FROM pg_stats", "SELECT pg_terminate_backend(1)",
        "SELECT set_config('work_mem', '1', true)",
    ],
)  # fmt: skip
def test_no_function_of_postgresql_goes_around_it(past_postgres: Engine, statement: str) -> None:
    with pytest.raises(AskingError, match="refused"):
        rows(past_postgres, statement)


ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 2000000000) SELECT max(x) FROM c"


def test_it_ends_in_time(stored: Engine) -> None:
    with pytest.raises(AskingError, match=r"stopped after 0\.2 s"):
        rows(stored, ENDLESS, Limits(seconds=0.2))
    streamed = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c"
    assert len(rows(stored, streamed, Limits(rows=7))) == 8, "rows are taken as they come, one more than the limit"


def test_columns_of_one_name_stay_apart(stored: Engine) -> None:
    (row,) = rows(stored, "SELECT 1 AS a, 2 AS a, 2.5 AS b, NULL AS c")
    assert row == {"a": 1, "a:2": 2, "b": 2.5, "c": None}


def test_words_and_schema_can_be_asked_for(past_sqlite: Engine) -> None:
    assert rows(past_sqlite, "SELECT count(*) AS n FROM posting_fts WHERE posting_fts MATCH 'nosuchword'") == [{"n": 0}]
    names = {row["name"] for row in rows(past_sqlite, "SELECT name FROM pragma_table_info('pay')")}
    assert "annual_middle" in names


@pytest.mark.parametrize(
    "statement", ["SELECT zeroblob(900000000)", "SELECT group_concat(hex(zeroblob(1000000))) FROM posting"]
)
def test_memory_is_bounded(past_sqlite: Engine, statement: str) -> None:
    """In a process of its own: the bound holds for all of it."""
    program = (
        "import sys; from database.asking import *\n"
        "try:\n"
        "    with ask(sys.argv[1], sys.argv[2], Limits(memory=64)) as answer: list(answer.rows)\n"
        "except AskingError as error:\n"
        "    print(error, next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))\n"
    )
    command = [sys.executable, "-c", program, str(past_sqlite.url), statement]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    words, _, kilobytes = done.stdout.rpartition(" ")
    assert "too big" in words or "more than 64 MB" in words
    assert int(kilobytes) < 300_000


# --- the command ---------------------------------------------------------------------------------------------------


def test_the_command_writes_rows_and_says_when_there_are_more(at_home: Callable[..., Any]) -> None:
    done = at_home("sql", "SELECT id FROM postings ORDER BY id", "--limit", "2")
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["p0001", "p0002"]
    assert "first 2 rows" in done.stderr
    asked = at_home("sql", "-", "--format", "csv", stdin="SELECT '=1+1' AS a, -2 AS b")
    assert (asked.stdout.split(), asked.returncode) == (["a,b", "'=1+1,-2"], 0)
    refused = at_home("sql", "DELETE FROM posting")
    assert (refused.returncode, "only read" in refused.stderr, refused.stdout) == (1, True, "")
    assert at_home("sql", "SELECT 1", "--database", "sqlite:///nowhere.db").returncode == 2


def test_a_view_understands_what_is_asked_in_text(past_sqlite: Engine) -> None:
    """Datasette's filters do so."""
    for column in ("is_open", "days_open", "age_days"):
        (row,) = rows(past_sqlite, f"SELECT {column} AS value FROM postings ORDER BY id LIMIT 1")
        asked = rows(past_sqlite, f"SELECT count(*) AS n FROM postings WHERE {column} = '{row['value']}'")
        assert asked[0]["n"] > 0, column


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        ("SELECT role, count(DISTINCT company_key) FROM posting WHERE closed_at IS NULL GROUP BY role", "market"),
        ("SELECT company_key, salary_annual_min FROM posting WHERE salary_currency IS NOT NULL AND role = 'x'", "pay"),
        ("SELECT first_seen_at, closed_at, last_seen_at, close_reason FROM listing WHERE board_id = 1", "life"),
    ],
)  # fmt: skip
def test_figures_are_counted_in_narrow_indexes(past_sqlite: Engine, statement: str, index: str) -> None:
    with database.read(past_sqlite) as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}").all()
    assert "COVERING INDEX ix_" in plan[0][3]
    assert plan[0][3].split("ix_")[1].split()[0].endswith(index)


def test_a_name_without_end_is_stored_all_the_same(fresh: Engine) -> None:
    """PostgreSQL takes no long word into an index: none of ours holds a name as it is shown."""
    long = "".join(chr(0x4E00 + number * 7 % 20_000) for number in range(9_000))
    with database.transaction(fresh) as connection:
        connection.execute(text("UPDATE posting SET company = :name, title = :name"), {"name": long})
    assert rows(fresh, "SELECT count(*) AS n FROM postings WHERE length(company) = 9000")[0]["n"] > 0
