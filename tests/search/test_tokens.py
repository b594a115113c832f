"""The normaliser: what is one token, and that its limits are every engine's."""

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

import database
from search import tokens
from search.tokens import fold, token_strings, tokenize, tsvector

CASES = [
    ("Senior ML-Engineer (m/w/d)", ["senior", "ml", "engineer", "m", "w", "d"]),
    ("R&D, Q & A; AT&T, R &D2, a&b&c", ["rnd", "qna", "at", "t", "r", "d2", "anb", "c"]),
    ("C++17, C#/.NET; F#, node.js", ["c++", "17", "c#", "dotnet", "f#", "node", "js"]),
    (
        ".NET ASP.NET vb.net .net8 net pay, example.net .network",
        [
            "dotnet",
            "asp",
            "dotnet",
            "vb",
            "dotnet",
            "dotnet",
            "8",
            "net",
            "pay",
            "example",
            "net",
            "network",
        ],
    ),
    ("Python+SQL 5+ years #remote Req#123 a_b", ["python", "sql", "5", "years", "remote", "req", "123", "a", "b"]),
    ("Zürich Zu\u0308rich ZÜRICH Łódź Straße Ångström", ["zurich"] * 3 + ["lodz", "strasse", "angstrom"]),
    ("İstanbul ıspanak ΟΔΟΣ Οδός", ["istanbul", "ispanak", "οδοσ", "οδοσ"]),
    ("ﬁne Ｃ＋＋ ＡＩ m² Kubernetes™ №5", ["fine", "c++", "ai", "m2", "kubernetes", "no5"]),
    ("deve\u00adlop zero\u200bwidth a\u200db", ["develop", "zero", "width", "ab"]),
    ("機械学習エンジニア", list("機械学習エンジニア")),
    ("がガ 한국어 AI開発", ["が", "ガ", "한국어", "ai", "開", "発"]),
    ("ไทย", ["ไ", "ท", "ย"]),
    ("a\0b \ud800 c \x1f", ["a", "b", "c"]),
    ("", []),
    ("_ -- +++ ###", []),
    ("x" * 130, ["x" * 64, "x" * 64, "xx"]),
]


@pytest.mark.parametrize(("typed", "expected"), CASES)
def test_tokens(typed: str, expected: list[str]) -> None:
    assert tokenize(typed) == expected


@settings(max_examples=1_000)
@example("\ufe71")  # a mark on the sign that stretches Arabic words, which is no letter
@given(st.text(st.characters(exclude_categories=()), max_size=40))
def test_tokens_of_tokens_are_the_same(typed: str) -> None:
    found = tokenize(typed)
    assert tokenize(" ".join(found)) == found
    assert all(token and " " not in token and tokens.PLACEHOLDER not in token for token in found)
    " ".join(found).encode()


@settings(max_examples=1_000)
@given(st.text("aB9+#_ -\0\n/", max_size=12) | st.text("x+# ", max_size=200))
def test_the_quick_way_agrees_with_the_pattern(typed: str) -> None:
    assert tokenize(typed) == tokens._TOKEN.findall(typed.lower())


def test_fold_names_places() -> None:
    assert (fold("São  Paulo"), fold("Saint-Étienne"), fold("")) == ("sao paulo", "saint etienne", "")


def test_limits_of_a_posting() -> None:
    title, company, body = token_strings("a b " * 200, "c " * 300, "d e f g " * 10_000)
    assert [len(part.split()) for part in (title, company, body)] == [199, 99, 16_000]


def test_occurrences_past_the_limit_cannot_be_asked_for() -> None:
    title, company, body = token_strings("ai", "ai", "ai x " * 300)
    assert (title, company) == ("ai", "ai")
    assert body.split().count("ai") == 253
    assert body.split().count("_") == 2 * 300 - 253 - 255
    assert "_" not in tsvector(title, company, body)


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    engine = database.open_engine(database_url)
    database.upgrade(engine)
    with engine.connect() as connection, connection.begin():
        # only the words count here, so the rows that they hang on may be missing
        off = (
            "PRAGMA defer_foreign_keys = ON"
            if engine.dialect.name == "sqlite"
            else "SET session_replication_role = replica"
        )
        connection.execute(text(off))
        yield connection
        connection.get_transaction().rollback()  # type: ignore[union-attr]
    engine.dispose()


def wide() -> str:
    """As many different tokens of 64 four-byte letters as a text may hold."""
    letters = [chr(0x10400 + number) for number in range(0x28, 0x50)]  # Deseret small letters
    return " ".join("".join(pair) + letters[0] * 62 for pair in itertools.product(letters, repeat=2))


@pytest.mark.parametrize("body", [wide() * 20, "ab " * 20_000, " ".join(f"w{n}" for n in range(20_000)), "機" * 20_000])
def test_the_largest_text_fits_every_engine(connection: Connection, body: str) -> None:
    made = token_strings("t " * 300, "c " * 300, body)
    database.write_texts(connection, [{"posting_id": 1, **dict(zip(("title", "company", "text"), made, strict=True))}])
    last = made[2].split()[min(254, len(made[2].split()) - 1)]
    if connection.dialect.name == "sqlite":
        sql = "SELECT rowid FROM posting_fts WHERE posting_fts MATCH :asked"
        asked = f'text : "{last}"'
    else:
        sql = "SELECT posting_id FROM posting_tsv WHERE tsv @@ CAST(:asked AS tsquery)"
        asked = f"'{last}':D"
    assert connection.execute(text(sql), {"asked": asked}).scalars().all() == [1]
