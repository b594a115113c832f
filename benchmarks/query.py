"""How long a list of postings takes: finding, counting, facets and the whole page, beside other ways to ask the same.

    python -m benchmarks.query [--sizes 7500,50000,200000,1000000] [--words 60] [--folder DIR] [--postgresql URL]
                               [--most-on-server 1000000] [--datasette PYTHON] [--queries 200]

Postings are those of `benchmarks.bulk`, stored through the tables as ingest stores them; with `--folder` they are kept
for the next time. Queries are those that somebody might save (`benchmarks.market`), single words, phrases, prefixes,
fields, negations, and none; most of them of what is open. Times are milliseconds: of this process's processor where
SQLite works in it, of the wall clock where a server does. Each is asked twice and the second answer counts; no answer
is remembered. `words known`: but which postings have a word was, from whenever it was asked, as on a site that runs.
`words new`: neither was that.

columns: as the web site asks. SQL: as a command asks that runs once. LIKE: the words by LIKE on the stored texts, the
rest as SQL. Datasette: its table view of `posting` with role, seniority and country by its own parameters and three
facets, in process (PYTHON: an interpreter that has it). The columns' answers are compared with SQL's.
"""

import argparse
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psycopg
from fastapi.testclient import TestClient
from psycopg.sql import SQL, Identifier
from sqlalchemy import Engine, and_, not_, or_, select, true
from sqlalchemy.engine import make_url

import database
import search
from benchmarks.bulk import Maker, grow
from benchmarks.market import NOW, SKILLS, Market
from database import kept, read, table_of
from models import Posting, PostingText
from search.nodes import And, Node, Not, Or, Query, Words
from settings import Settings
from web.app import create_app

FIELDS = ("role", "seniority", "workplace", "country", "skill", "company", "age", "pay")
POSTING, TEXT = table_of(Posting).c, table_of(PostingText).c
SLOW = 8  # queries of what takes seconds each
BY_SQL = ((20_000, 60), (100_000, 8), (500_000, 4), (10**9, 2))  # up to so many postings so many queries
Work = Callable[[Any, Query | None], Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="7500,50000")
    parser.add_argument("--words", type=int, default=60)
    parser.add_argument("--folder", default="")
    parser.add_argument("--postgresql", default="", help="of a database; one a size is made beside it")
    parser.add_argument("--most-on-server", type=int, default=1_000_000, help="no larger size is tried there")
    parser.add_argument("--datasette", default="")
    parser.add_argument("--queries", type=int, default=200)
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    folder = Path(options.folder or tempfile.mkdtemp(prefix="rolewire-query-"))
    asked = queries(options.queries)
    maker = Maker(options.words, sizes[-1])
    before: Path | None = None
    for size in sizes:
        began = time.monotonic()
        path = folder / f"q{size}.db"
        if before and not path.exists():
            shutil.copy(before, path)
        engine = database.open_engine(f"sqlite:///{path}")
        stored(engine, maker, size)
        print(f"{size:,}: {path.stat().st_size / size:,.0f} bytes a posting, {options.words} words each")
        measure(engine, asked, size)
        if options.datasette:
            datasette(options.datasette, path, asked)
        if options.postgresql and size <= options.most_on_server:
            server = on_server(options.postgresql, size, int(before.stem[1:]) if before else 0)
            stored(server, maker, size)
            measure(server, asked, size)
            server.dispose()
        before = path
        print(f"{size:,}: {time.monotonic() - began:.0f} s in all", flush=True)


def on_server(url: str, size: int, before: int) -> Engine:
    """A database a size, kept for the next time; a new one begins as a copy of that of the size before."""
    parsed = make_url(url)
    name, template = f"{parsed.database}_{size}", f"{parsed.database}_{before}" if before else parsed.database
    plain = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            made = SQL("CREATE DATABASE {} TEMPLATE {}" if before else "CREATE DATABASE {}")
            connection.execute(made.format(*map(Identifier, (name, template) if before else (name,))))
    return database.open_engine(parsed.set(database=name).render_as_string(hide_password=False))


def stored(engine: Engine, maker: Maker, size: int) -> None:
    """So many postings are there."""
    database.upgrade(engine)
    passed, used = grow(engine, maker, size)
    database.empty_log(engine)
    database.optimize(engine)
    if passed:
        print(f"{engine.dialect.name}: stored {passed:,.0f} postings/s, {used:,.0f} a second of this processor")


def queries(count: int) -> list[str]:
    """Such as people save, and shorter ones."""
    market, pick = Market(3), random.Random(3)
    found = []
    for number in range(count):
        word, skill = market.uneven(market.terms), pick.choice(SKILLS)
        parts = (
            market.query(), market._quoted(), f"{market._role()} {market._place()}", f"skill:{skill} {market._level()}",
            f"{word.split()[0][:4]}* {market._role()}", f"title:{word.split()[0]} -{market._quoted()}",
            f"{market._pay()} {market._place()}", f"-{market._role()}", "",
        )  # fmt: skip
        one = parts[0] if number % 2 else pick.choice(parts)
        found.append(one if number % 10 == 9 else f"{one} is:open".strip())
    return found


# --- ways to ask ---------------------------------------------------------------------------------------------------


def measure(engine: Engine, asked: Sequence[str], size: int) -> None:
    """All that is ours, and LIKE."""
    plain = database.open_engine(engine.url.render_as_string(hide_password=False))
    database.keep_columns(engine)
    began = time.process_time()
    columns = kept.wait_for_columns(engine)
    took = time.process_time() - began
    print(
        f"{engine.dialect.name}: columns read in {took:.1f} s of processor, {columns.bytes / size:.0f} bytes a posting"
    )
    works: list[tuple[str, Work]] = [
        ("find", lambda connection, query: database.find_page(connection, query, NOW, limit=50)),
        ("count", lambda connection, query: database.count_postings(connection, query, NOW)),
        ("facets", lambda connection, query: database.facet_counts(connection, query, NOW, FIELDS)),
    ]
    parsed = [search.parse(one) if one else None for one in asked]
    told = {name: timed(engine, f"{name}, words new", work, parsed, forgotten(engine, True)) for name, work in works}
    is_file, some = engine.dialect.name == "sqlite", asked[:60]
    page(engine, "the page, words new", some, forgotten(engine, True))
    known = {
        name: timed(engine, f"{name}, words known", work, parsed, forgotten(engine, False)) for name, work in works
    }
    print(f"{'':36s} {sum(known[name] != told[name] for name, _ in works)} of {len(works)} lists of answers differ")
    page(engine, "the page, words known", some, forgotten(engine, False))
    few = parsed[: next(count for most, count in BY_SQL if size <= most)]
    for name, work in works:
        answers = timed(plain, f"SQL, {name}", work, few)
        differing = sum(one != other for one, other in zip(answers, told[name], strict=False))
        print(f"{'':36s} {differing} of {len(few)} answers differ")
    if is_file:
        timed(plain, "LIKE, find", by_like, few)
    plain.dispose()
    market(engine)


def market(engine: Engine) -> None:
    """The market's pages at a first look, and at a second."""
    client = TestClient(create_app(Settings(), engine, 60.0, lambda: NOW))
    for path in ("/trends", "/pay", "/roles", "/roles/ml-engineer"):
        took = []
        for _ in range(2):
            began = clock(engine)
            assert client.get(path).status_code == 200
            took.append((clock(engine) - began) * 1000)
        print(f"{engine.dialect.name + ': ' + path:36s} first, again: {took[0]:10.1f}{took[1]:10.1f} ms", flush=True)


def forgotten(engine: Engine, words_too: bool) -> Callable[[], None]:
    """Lets no answer profit of one before."""
    return lambda: kept.forget(engine, words_too)


def timed(
    engine: Engine, name: str, work: Work, asked: Sequence[Query | None], before: Callable[[], None] = lambda: None
) -> list[Any]:
    """The second answers; the times are printed."""
    took, answers = [], []
    for query in asked:
        with read(engine) as connection:
            for _ in range(2):
                before()
                began = clock(engine)
                answer = work(connection, query)
                spent = clock(engine) - began
        took.append(spent * 1000)
        answers.append(answer)
    told(f"{engine.dialect.name}: {name}", took)
    return answers


def clock(engine: Engine) -> float:
    """Seconds of the processor; with a server, of the wall clock."""
    return time.process_time() if engine.dialect.name == "sqlite" else time.perf_counter()


def told(name: str, took: Sequence[float]) -> None:
    cuts = statistics.quantiles(took, n=100, method="inclusive")
    shown = "".join(f"{cuts[at - 1]:10.1f}" for at in (50, 95, 99))
    print(f"{name:36s} p50, p95, p99: {shown} ms ({len(took)} queries)", flush=True)


def page(engine: Engine, name: str, asked: Sequence[str], before: Callable[[], None]) -> None:
    """The list page with its facets, as a browser gets it."""
    client = TestClient(create_app(Settings(), engine, 60.0, lambda: NOW))
    took = []
    for one in asked:
        for _ in range(2):
            before()
            began = clock(engine)
            answer = client.get("/", params={"q": one} if one else {})
            spent = clock(engine) - began
        assert answer.status_code == 200, answer.text
        took.append(spent * 1000)
    told(f"{engine.dialect.name}: {name}", took)


def by_like(connection: Any, query: Query | None) -> list[int]:
    """The newest by LIKE."""
    condition = like(query.root, connection.dialect.name) if query else true()
    found = select(POSTING.id).join(table_of(PostingText), TEXT.posting_id == POSTING.id).where(condition)
    return list(connection.execute(found.order_by(POSTING.posted_at.desc()).limit(50)).scalars())


def like(node: Node, dialect: str) -> Any:
    """The node, with its words as parts of the texts."""
    if isinstance(node, Not):
        return not_(like(node.node, dialect))
    if isinstance(node, And | Or):
        return (and_ if isinstance(node, And) else or_)(*(like(part, dialect) for part in node.nodes))
    if not isinstance(node, Words):
        return search.to_sql(Query(node), dialect, NOW)
    columns = [TEXT[node.field]] if node.field else [TEXT.title, TEXT.company, TEXT.text]
    return or_(*(column.contains(" ".join(one.tokens)) for one in node.spelled for column in columns))


# --- Datasette -----------------------------------------------------------------------------------------------------

SCRIPT = """
import asyncio, json, sys, time
from datasette.app import Datasette
path, asked = sys.argv[1], json.loads(sys.stdin.read())
async def main():
    site = Datasette([path], settings={"sql_time_limit_ms": 60000, "facet_time_limit_ms": 60000})
    took = []
    for one in asked:
        began = time.process_time()
        answer = await site.client.get(one)
        took.append((time.process_time() - began) * 1000)
        assert answer.status_code == 200, answer.text[:500]
    print(json.dumps(took))
asyncio.run(main())
"""


def datasette(python: str, path: Path, asked: Sequence[str]) -> None:
    """Its table view, asked for the same fields as far as it knows them."""
    facets = "_facet=role&_facet=seniority&_facet=workplace&_sort_desc=posted_at&_size=50"
    urls = [f"/{path.stem}/posting.json?{facets}&{parameters(one)}" for one in asked[:SLOW]]
    done = subprocess.run([python, "-c", SCRIPT, str(path)], input=json.dumps(urls), capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"Datasette: {done.stderr[-2000:]}")
    told("Datasette, table and 3 facets", json.loads(done.stdout))


def parameters(query: str) -> str:
    """What its table view can be asked of a query: role, seniority and one word of the title."""
    nodes = search.parse(query).root if query else And(())
    found = ["closed_at__isnull=1"] if "is:open" in query else []
    for node in nodes.nodes if isinstance(nodes, And) else (nodes,):
        field = getattr(node, "field", None)
        if field in ("role", "seniority"):
            found.append(f"{field}__in={','.join(node.values)}")
        elif isinstance(node, Words):
            found.append(f"title__contains={node.phrases[0].tokens[0]}")
    return "&".join(found)


if __name__ == "__main__":
    main()
