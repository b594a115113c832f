"""Saved searches as prebuilt queries of tantivy, on an index of postings in memory."""

import re
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from search import Document, Query
from search.age import cutoff
from search.marks import tags
from search.matcher import compile_clause, wanted_values
from search.nodes import Age, And, Node, Not, Or, Pay, Phrase, Tagged, Words
from search.rates import in_force

TEXTS = ("title", "company", "text")
CURRENCIES = ("", "USD", "EUR")  # that searches of the market name


def run(queries: Sequence[Query], documents: Sequence[Document], now: datetime) -> tuple[float, list[set[int]]]:
    """Seconds of the processor for indexing and asking, and what matches each posting."""
    import tantivy

    peer = Peer(tantivy, queries, now)
    built = [peer.query(query.root) for query in queries]
    began = time.process_time()
    index = peer.index(documents)
    searcher = index.searcher()
    found: list[set[int]] = [set() for _ in documents]
    for key, query in enumerate(built):
        for _, address in searcher.search(query, limit=len(documents)).hits:
            found[searcher.doc(address)["number"][0]].add(key)
    return time.process_time() - began, found


class Peer:
    """The index and its queries."""

    def __init__(self, tantivy: Any, queries: Sequence[Query], now: datetime) -> None:
        self.tantivy, self.now = tantivy, now
        builder = tantivy.SchemaBuilder().add_integer_field("number", stored=True)
        for name in TEXTS:
            builder = builder.add_text_field(name, tokenizer_name="blanks")
        builder = builder.add_text_field("tags", tokenizer_name="raw", index_option="basic")
        for name in (*(f"top{one}" for one in CURRENCIES), *(f"bottom{one}" for one in CURRENCIES), "posted"):
            builder = builder.add_float_field(name, indexed=True, fast=True)
        self.schema = builder.build()
        nodes = {clause for query in queries for clause in _clauses(query.root)}
        self.remote = {one for clause in nodes if isinstance(clause, Tagged) and clause.field == "remote"
                       for one in (("yes",) if "yes" in clause.values else clause.values)}  # fmt: skip

    def index(self, documents: Sequence[Document]) -> Any:
        """The postings, committed."""
        tantivy = self.tantivy
        index = tantivy.Index(self.schema)
        index.register_tokenizer("blanks", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
        writer = index.writer(num_threads=1)
        for number, one in enumerate(documents):
            writer.add_document(self.document(number, one))
        writer.commit()
        index.reload()
        return index

    def document(self, number: int, one: Document) -> Any:
        """A posting: its token strings, its tags, its pay in the currencies that are asked for."""
        made = self.tantivy.Document(number=number, title=one.title, company=one.company, text=one.text)
        for field, value in tags(one):
            made.add_text("tags", f"{field}:{value}")
        for value in self.remote:
            if compile_clause(Tagged("remote", (value,)))(one, self.now):
                made.add_text("tags", f"remote:{value}")
        low, high = one.salary_annual_min, one.salary_annual_max
        for currency in CURRENCIES:
            for name, end in (("top", high or low), ("bottom", low or high)):
                paid = one.salary_currency or ""
                amount = in_force().convert(end, paid, currency or paid) if end is not None else None
                if amount is not None:
                    made.add_float(f"{name}{currency}", amount)
        if one.posted_at is not None:
            made.add_float("posted", one.posted_at.timestamp())
        return made

    def query(self, node: Node) -> Any:
        """The query of a node."""
        make, occur = self.tantivy.Query, self.tantivy.Occur
        if isinstance(node, Not):
            return make.boolean_query([(occur.Must, make.all_query()), (occur.MustNot, self.query(node.node))])
        if isinstance(node, And | Or):
            kind = occur.Must if isinstance(node, And) else occur.Should
            wanted = [(occur.MustNot, self.query(one.node)) if kind == occur.Must and isinstance(one, Not)
                      else (kind, self.query(one)) for one in node.nodes]  # fmt: skip
            return make.boolean_query(wanted)
        return self.any(list(self.clause(node)))

    def any(self, parts: list[Any]) -> Any:
        """At least one."""
        occur = self.tantivy.Occur
        return parts[0] if len(parts) == 1 else self.tantivy.Query.boolean_query([(occur.Should, one) for one in parts])

    def clause(self, node: Node) -> Any:
        """The alternatives of a clause."""
        make = self.tantivy.Query
        if isinstance(node, Words):
            for field in (node.field,) if node.field else TEXTS:
                for phrase in node.spelled:
                    yield self.phrase(field, phrase)
        elif isinstance(node, Tagged):
            values = node.values if node.field == "remote" else wanted_values(node)
            for value in values:
                yield make.term_query(self.schema, "tags", f"{node.field}:{value}", index_option="basic")
        elif isinstance(node, Pay):
            name = ("top" if node.relation == ">=" else "bottom") + node.currency
            ends = (float(node.amount), 1e18) if node.relation == ">=" else (-1e18, float(node.amount))
            yield make.range_query(self.schema, name, self.tantivy.FieldType.Float, *ends)
        elif isinstance(node, Age):
            then = cutoff(node, self.now).timestamp()
            ends = (then, 1e18) if node.relation == "<" else (-1e18, then)
            yield make.range_query(self.schema, "posted", self.tantivy.FieldType.Float, *ends, False, False)

    def phrase(self, field: str, phrase: Phrase) -> Any:
        """Words one after the other."""
        make, words = self.tantivy.Query, list(phrase.tokens)
        if phrase.is_prefix:
            if len(words) > 1:
                return make.phrase_prefix_query(self.schema, field, words)
            return make.regex_query(self.schema, field, f"{re.escape(words[0])}.*")
        if len(words) > 1:
            return make.phrase_query(self.schema, field, words)
        return make.term_query(self.schema, field, words[0])


def _clauses(node: Node) -> Any:
    if isinstance(node, Not):
        yield from _clauses(node.node)
    elif isinstance(node, And | Or):
        for one in node.nodes:
            yield from _clauses(one)
    else:
        yield node
