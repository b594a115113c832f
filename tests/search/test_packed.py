"""Packed queries give what the matcher gives, query for query: the matcher is the law."""

import random
from datetime import timedelta
from typing import get_args

import pytest

import search
from benchmarks.market import Market
from benchmarks.matching import memory
from search import forms, lexicon, packed, standing
from search.marks import marks
from search.matcher import VALUES
from search.nodes import And, Clause, Node, Not, Or, Pay, Query, Tagged, Words
from search.packer import Packer
from search.standing import Standing
from search.values import CHECKS
from tests.search.generated import NOW, PEOPLE, documents, facts, fresh, queries


def matching(asked: list[str], posting: search.Document) -> set[int]:
    """What the matcher says."""
    return {number for number, text in enumerate(asked) if search.matches(search.parse_stored(text), posting, NOW)}


def pack(asked: list[str], sample=()) -> packed.Packed:
    packer = Packer()
    for number, text in enumerate(asked):
        packer.add(number, text, None if packer.knows(text) else search.parse_stored(text))
    return packer.pack(sample)


def agree(asked: list[str], postings: list[search.Document], sample=()) -> None:
    found = [set(keys.tolist()) for keys in pack(asked, sample).match(postings, NOW)]
    assert found == [matching(asked, posting) for posting in postings]


# --- by hand -------------------------------------------------------------------------------------------------------

POSTINGS = [
    search.Document(" ml engineer ", " acme ", " we build machine learning agents in c++ ", "ml-engineer", "senior",
                    frozenset({"pytorch", "c++"}), (("berlin", "", "DE"),), "EU, not DE", "remote",
                    salary_annual_min=90_000.0, salary_annual_max=120_000.0, salary_currency="EUR",
                    posted_at=NOW - timedelta(days=7)),
    search.Document(" engineer ", " ml acme ", " learning machine ", posted_at=None, is_open=False),
    search.Document(" ", " ", " "),
    search.Document(" machine ", " learning ", " agents ", salary_annual_max=150_000.0, salary_currency="XAF"),
    search.Document(" a a a a ", " a ", " a b a b a b c ", salary_annual_min=float("nan"), posted_at=NOW),
    search.Document(" x ", " y ", " " + "a " * 16_000, salary_annual_min=float("inf"), salary_currency="USD"),
    search.Document(" 機 械 学 習 ", " zurich ", " fine tuning finetuning "),
]  # fmt: skip
ASKED = [
    "", "-title:engineer", "-(ml OR acme) -skill:pytorch", "NOT (ml acme)", "-role:ml-engineer OR -machine",
    '"machine learning"', '"learning machine"', '"ml engineer acme"', '"a b a b a b c"', '"a a a a" -b', '"a b c d"',
    "ma*", "mach*", "machine*", '"machine lear"*', '"a b a b a"*', "title:en*,ml", "company:ac*", "機械*", '"械 学"',
    "remote:EU", "remote:DE", "remote:yes", "remote:FR", "remote:worldwide,US", "-remote:yes",
    "salary>=120k", "salary>=120kEUR", "salary<=90kEUR", "salary<=1k", "salary>=1kUSD", "salary>=0", "salary<=0",
    "currency:XAF", "posted:<7d", "posted:>7d", "posted:<8d", "posted:>6d", "posted:<9999m", "is:open", "-is:closed",
    "skill:c++", 'skill:"C"', "visa:unknown", "type:unknown", "city:Berlin", "country:unknown", "finetuning",
    "(ml engineer) OR (learning machine)", "(ml OR x) (acme OR y) (-agents OR c++)",
    "zzz", "-zzz", "zzz OR yyy", '"zzz yyy"', "zzz*",
]  # fmt: skip


@pytest.mark.parametrize("text", ASKED)
def test_it_means_the_same_alone(text: str) -> None:
    agree([text], POSTINGS)


@pytest.mark.parametrize("size", [1, 2, 7, 8, 9, 63, 64, 65, 130])
def test_batches_of_any_size_mean_the_same(size: int) -> None:
    agree(ASKED, random.Random(size).choices(POSTINGS, k=size), POSTINGS)


def test_a_query_of_too_many_branches_is_matched_all_the_same() -> None:
    many = " ".join(f"(a{n} -b{n} OR c{n} d{n})" for n in range(9))
    asked = [many, f"ml {many}", f"-({many})", " ".join(f"w{n}" for n in range(90)), " ".join(["a"] * 3 + ["-b"] * 20)]
    words = " ".join(f"w{n} c{n} d{n} ml" for n in range(90))
    known = [forms.form(search.parse_stored(text)) for text in asked]
    assert [one.is_exact for one in known] == [False, False, False, False, True]
    agree(asked, [*POSTINGS, search.Document(" ", " ", f" {words} "), search.Document(" ", " ", " c0 d0 ")])


def test_a_posting_of_many_words_and_prefixes_is_read(monkeypatch) -> None:
    monkeypatch.setattr("search.seen.MOST", 100)
    words = [f"w{number:04}" for number in range(1000)]
    asked = (
        [f"w{number:03}*" for number in range(100)] + words[::50] + [f'"w0001 w{number:03}"*' for number in range(9)]
    )
    agree(asked, [search.Document(" ", " ", f" {' '.join(words[start:])} ") for start in range(0, 900, 300)] * 2)


def test_every_kind_of_node_and_every_field_is_known() -> None:
    assert set(get_args(Node)) == {*get_args(Clause), Not, And, Or}
    assert {Words, Tagged, Pay} < set(get_args(Clause))
    assert set(CHECKS) == set(VALUES) | {"remote", "eligible"}  # compiled to other clauses
    assert all(marks(search.parse(text).root) for text in ("word", "is:open", "remote:EU", "salary>=1k", "posted:<1d"))


@pytest.mark.parametrize("node", [object(), Tagged("mood", ("glad",)), Not(And((object(),))), Or((object(), object()))])
def test_a_node_that_is_not_known_is_refused_and_nothing_of_it_is_kept(node) -> None:
    packer, held = Packer(), Standing()
    for taken in (packer, held):
        taken.add(1, "ml", search.parse("ml"))
        with pytest.raises(TypeError, match="not known"):
            taken.add(2, "odd", Query(node))
        assert len(taken) == 1
    assert [set(keys.tolist()) for keys in packer.pack().match(POSTINGS[:1], NOW)] == [{1}]
    assert held.match(POSTINGS[:1], NOW) == [{1}]


# --- what changes --------------------------------------------------------------------------------------------------


def test_keys_of_one_query_come_and_go_by_themselves() -> None:
    held = pack(["ml", "agents", "ml", "-ml"])
    assert held.holding({0: "ml", 2: "ml", 1: "ml", 9: "ml"}) == {0, 2}
    assert [held.discard(key) for key in (2, 2, 9)] == [True, False, False]
    assert (len(held), held.holding({2: "ml"})) == (3, set())
    assert [set(keys.tolist()) for keys in held.match(POSTINGS[:1], NOW)] == [{0, 1}]


@pytest.mark.parametrize("seed", range(12))
def test_what_is_added_changed_and_removed_counts_at_once(seed: int, monkeypatch) -> None:
    rng = random.Random(seed)
    monkeypatch.setattr(standing, "MOST_RECENT", rng.choice((1, 3, 8, 100)))
    held, kept, texts = Standing(), {}, [text for text, *_ in queries(rng, 40)]
    for _ in range(80):
        key, text = rng.randrange(16), rng.choice(texts)
        held.discard(key)
        kept.pop(key, None)
        if rng.random() < 0.8:
            held.add(key, text, None if held.knows(text) else search.parse_stored(text, facts(PEOPLE[0])))
            kept[key] = text
        held.settle()
    assert len(held) == len(kept)
    assert held.holding(kept) == kept.keys()
    assert held.holding({key: f"{text} other" for key, text in kept.items()}) == set()
    postings = [fresh(doc) for doc in documents(rng, 9)]
    for posting, found in zip(postings, held.match(postings, NOW), strict=True):
        assert found == {
            key
            for key, text in kept.items()
            if search.matches(search.parse_stored(text, facts(PEOPLE[0])), posting, NOW)
        }


def test_what_stands_in_many_parts_or_is_half_gone_is_to_be_read_anew(monkeypatch) -> None:
    monkeypatch.setattr(standing, "MOST_RECENT", 2)
    held = Standing()
    for key in range(2 * standing.MOST_PARTS + 2):
        assert not held.is_scattered
        held.add(key, f"word{key}", search.parse(f"word{key}"))
        held.settle()
    assert held.is_scattered
    held = Standing(pack([f"word{number}" for number in range(10)]))
    for key in range(6):
        assert not held.is_scattered
        held.discard(key)
    assert held.is_scattered


def test_bounds_that_differ_by_little_are_told_apart() -> None:
    asked = [f"salary{sign}{amount}" for sign in (">=", "<=") for amount in range(119_990, 120_011)]
    asked += [f"salary{sign}{amount}EUR" for sign in (">=", "<=") for amount in range(119_995, 120_006)]
    asked += [f"posted:{sign}{hours}h" for sign in "<>" for hours in range(166, 171)]
    agree(asked, POSTINGS)


def test_the_lexicon_shares_the_beginnings_of_phrases() -> None:
    words = lexicon.Lexicon()
    for text in ('"a b c"', '"a b d"', 'title:"a b"'):
        for mark in marks(search.parse(text).root):
            words.code(mark)
    assert len(words.steps) == 3


def test_ten_thousand_searches_take_120_bytes_each():
    market = Market()
    sample = [market.posting().document() for _ in range(100)]
    held = pack([market.query() for _ in range(10_000)], sample)
    assert memory(held) / 10_000 <= 120
    assert any(len(keys) for keys in held.match(sample, NOW))
