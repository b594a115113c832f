"""What is looked for in token strings by SQL is what the matcher looks for."""

from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, text

import database
import search
from database import table_of, transaction
from models import PostingText
from search.document import Document
from search.matcher import compile_matcher
from search.said import said
from tests.search.generated import NOW, documents, store

ASKED = (
    "agents", '"machine learning"', "title:engineer", "company:acme -intern", "learn*", "agents OR retrieval",
    "-(agents OR title:senior) engineer*", "c++", "full-stack", '"engineer acme"', "it's",
)  # fmt: skip


@pytest.mark.parametrize("words", ASKED)
def test_sql_looks_for_what_the_matcher_does(database_url: str, words: str) -> None:
    engine, query = database.open_engine(database_url), search.parse(words)
    condition, needles = said(query.root, engine.dialect.name)
    matcher = compile_matcher(query)
    with transaction(engine) as connection:
        store(connection, documents(Random(9), 40))
        table = table_of(PostingText)
        connection.execute(table.update().where(table.c.posting_id == 3).values(title="head engineer", company="acme"))
        connection.execute(table.update().where(table.c.posting_id == 4).values(text="c++ it's full stack fullstack"))
        rows = connection.execute(text("SELECT posting_id, title, company, text FROM posting_text")).all()
        meant = {row[0] for row in rows if matcher(Document(*(f" {part} " for part in row[1:])), NOW)}
        assert _found(connection, condition, needles) == meant
    engine.dispose()


def _found(connection: Connection, condition: str, needles: list[str]) -> set[Any]:
    sql = f"SELECT posting_id FROM posting_text WHERE {condition}"
    return {row[0] for row in connection.exec_driver_sql(sql, tuple(needles))}
