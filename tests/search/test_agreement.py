"""One meaning of "matches": SQL of both engines, matcher, explanation and a naive reading give the same postings.

Queries are generated as (text, level, meaning): the text goes through the parser, the meaning never does.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

import database
import search
from models import Board, Link, Listing, Place, Posting, PostingPlace, PostingSkill, Salary, Tags
from search.index import Index
from search.rates import load_rates

EUR = load_rates().per_dollar["EUR"]
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
Doc = dict[str, Any]
Meaning = Callable[[Doc], bool]
Typed = tuple[str, int, Meaning]  # text, how loosely it binds (0 clause, 1 NOT, 2 AND, 3 OR), meaning

WORDS = {
    "Python": ["python"], "C++": ["c++"], "c#": ["c#"], "node.js": ["node", "js"], "Zürich": ["zurich"],
    "ZU\u0308RICH": ["zurich"], "fine-tuning": ["fine", "tuning"], "tuning": ["tuning"], "LLM": ["llm"],
    "LLMs": ["llms"], "agent": ["agent"], "AGENTS": ["agents"], "ＡＩ": ["ai"], "AI": ["ai"], "or": ["or"],
    "NOT": ["not"], "don’t": ["don", "t"], "Straße": ["strasse"], "5": ["5"], "_": [],
    "R&D": ["rnd"], "r & d": ["rnd"], "R": ["r"], "Full-Stack": ["full", "stack"], "fullstack": ["fullstack"],
    "stack": ["stack"], "FineTuning": ["finetuning"], "oder": ["oder"],
    "機械": ["機", "械"], "機械学習": ["機", "械", "学", "習"],
}  # fmt: skip
PREFIXES = {
    "ag*": ["ag"], "LLM*": ["llm"], "node.j*": ["node", "j"], '"fine tu"*': ["fine", "tu"], "zür*": ["zur"],
    '"AI agen*"': ["ai", "agen"], "機械*": ["機", "械"], "pythonic*": ["pythonic"],
}  # fmt: skip
IN_ONE = {("full", "stack"): "fullstack", ("fine", "tuning"): "finetuning"}
SEPARATORS = [" ", ", ", "\n• ", " – ", "/", "; ", "\u00a0"]
COVERS = {  # part of a remote scope -> what it covers of {EU, DE, US, US-TX, CA, worldwide}
    "EU": {"EU", "DE"}, "Europe": {"EU", "DE"}, "EMEA": {"EU", "DE"}, "DE": {"DE"}, "Germany": {"DE"},
    "US": {"US", "US-TX"}, "u.s.": {"US", "US-TX"}, "US-TX": {"US-TX"}, "CA": {"CA"},
    "North America": {"US", "US-TX", "CA"}, "Asia-Pacific": set(), "Mars": set(), "": set(),
    "worldwide": {"EU", "DE", "US", "US-TX", "CA", "worldwide"},
    "ANYWHERE": {"EU", "DE", "US", "US-TX", "CA", "worldwide"},
    "not DE": set(), "not US-TX": set(), "not North America": set(),
}  # fmt: skip
TAKES = {  # part of a remote scope -> what it takes away, whatever else is said
    "not DE": {"EU", "DE", "worldwide"}, "not US-TX": {"US-TX"},
    "not North America": {"US", "US-TX", "CA", "worldwide"},
}  # fmt: skip


# --- postings ------------------------------------------------------------------------------------------------------

words = st.lists(st.tuples(st.sampled_from(list(WORDS)), st.sampled_from(SEPARATORS)), max_size=8)
amounts = st.none() | st.sampled_from([90_000.0, 120_000.0, 150_000.0, 180_000.0])
documents = st.fixed_dictionaries(
    {
        "title": words,
        "company": words,
        "text": words,
        "role": st.sampled_from(["ai-engineer", "ml-engineer", "other"]),
        "seniority": st.sampled_from(["senior", "staff", "unspecified"]),
        "skills": st.sets(st.sampled_from(["pytorch", "computer-vision", "c++", "machine learning"])),
        "places": st.lists(
            st.tuples(
                st.sampled_from(["", "Munich", "Zürich", "New York City", "São Paulo"]),
                st.sampled_from(["", "California", "Bavaria"]),
                st.sampled_from(["", "DE", "US", "GB"]),
            ),
            max_size=2,
        ),
        "scope": st.none() | st.lists(st.sampled_from(list(COVERS)), min_size=1, max_size=3),
        "workplace": st.sampled_from([None, "remote", "remote", "hybrid"]),
        "type": st.sampled_from([None, "full-time", "contract"]),
        "visa": st.sampled_from([None, True, False]),
        "language": st.sampled_from([None, "en", "de"]),
        "sources": st.sets(st.sampled_from(["greenhouse", "lever", "ashby"]), min_size=1, max_size=2),
        "pay": st.none() | st.tuples(amounts, amounts, st.sampled_from(["USD", "EUR", "XAF"])),
        "age": st.sampled_from([timedelta(hours=1), timedelta(days=7), timedelta(days=8), timedelta(days=40)]),
        "is_open": st.booleans(),
    }
)


def surface(pairs: list[tuple[str, str]]) -> str:
    return "".join(word + separator for word, separator in pairs)


def tokens(pairs: list[tuple[str, str]]) -> list[str]:
    return [token for word, _ in pairs for token in WORDS[word]]


# --- queries -------------------------------------------------------------------------------------------------------


def has_phrase(found: list[str], phrase: list[str], is_prefix: bool) -> bool:
    for start in range(len(found) - len(phrase) + 1):
        part = found[start : start + len(phrase)]
        if part == phrase or (is_prefix and part[:-1] == phrase[:-1] and part[-1].startswith(phrase[-1])):
            return True
    return False


def ways(phrase: list[str]) -> list[list[str]]:
    """The phrase with each of its compounds in one word and in two."""
    if not phrase:
        return [[]]
    for (first, second), joined in IN_ONE.items():
        if phrase[0] == joined or phrase[:2] == [first, second]:
            rest = phrase[1:] if phrase[0] == joined else phrase[2:]
            return [start + end for end in ways(rest) for start in ([first, second], [joined])]
    return [phrase[:1] + end for end in ways(phrase[1:])]


@st.composite
def phrases(draw: st.DrawFn) -> tuple[str, list[str], bool]:
    if draw(st.integers(0, 3)) == 0:
        typed = draw(st.sampled_from(list(PREFIXES)))
        return typed, PREFIXES[typed], True
    chosen = draw(st.lists(st.sampled_from([word for word in WORDS if WORDS[word]]), min_size=1, max_size=2))
    is_plain = len(chosen) == 1 and chosen[0].lower() not in ("or", "oder", "not", "r & d") and draw(st.booleans())
    typed = chosen[0] if is_plain else f'"{" ".join(chosen)}"'
    return typed, [token for word in chosen for token in WORDS[word]], False


@st.composite
def word_clauses(draw: st.DrawFn) -> Typed:
    field = draw(st.sampled_from(["", "", "title", "company", "text"]))
    listed = draw(st.lists(phrases(), min_size=1, max_size=3 if field else 1))
    fields = [field] if field else ["title", "company", "text"]

    def meaning(doc: Doc) -> bool:
        return any(
            has_phrase(tokens(doc[name]), way, is_prefix)
            for name in fields
            for _, phrase, is_prefix in listed
            for way in ways(phrase)
        )

    return (f"{field}:" if field else "") + ",".join(typed for typed, *_ in listed), 0, meaning


def tag_clauses(field: str, values: dict[str, str], of: Callable[[Doc], set[str]]) -> st.SearchStrategy[Typed]:
    def clause(typed: list[str]) -> Typed:
        wanted = {values[value] for value in typed}
        return f"{field}:{','.join(typed)}", 0, lambda doc: bool(wanted & of(doc))

    return st.lists(st.sampled_from(list(values)), min_size=1, max_size=2).map(clause)


def same(*values: str) -> dict[str, str]:
    return {value: value for value in values}


def of_place(number: int) -> Callable[[Doc], set[str]]:
    return lambda doc: {place[number] for place in doc["places"] if place[number]}


def remote_from(doc: Doc) -> set[str]:
    if doc["workplace"] != "remote":
        return set()
    parts = doc["scope"] or []
    return {"yes"}.union(*(COVERS[part] for part in parts)).difference(*(TAKES.get(part, set()) for part in parts))


def pay_clauses(relation: str, typed: str, amount: float) -> Typed:
    def meaning(doc: Doc) -> bool:
        ends = [end for end in (doc["pay"] or ())[:2] if end is not None]
        if not ends:
            return False
        low, high = (doc["pay"][0] or ends[0]), (doc["pay"][1] or ends[0])
        return bool(high >= amount if relation == ">=" else low <= amount)

    return f"salary{relation}{typed}", 0, meaning


def converted_pay_clauses(relation: str, typed: str, bounds: dict[str, float]) -> Typed:
    """`bounds`: the amount in each currency, by the shipped rates."""
    by_currency = {code: pay_clauses(relation, "", bound)[2] for code, bound in bounds.items()}

    def meaning(doc: Doc) -> bool:
        return bool(doc["pay"]) and doc["pay"][2] in by_currency and by_currency[doc["pay"][2]](doc)

    return f"salary{relation}{typed}", 0, meaning


def age_clause(relation: str, typed: str, hours: int) -> Typed:
    limit = timedelta(hours=hours)
    return f"posted:{relation}{typed}", 0, lambda doc: doc["age"] < limit if relation == "<" else doc["age"] > limit


def or_unknown(name: str) -> Callable[[Doc], set[str]]:
    names = {None: "unknown", True: "yes", False: "no"}
    return lambda doc: {names.get(doc[name], doc[name])}


clauses: st.SearchStrategy[Typed] = st.one_of(
    word_clauses(),
    word_clauses(),
    word_clauses(),
    tag_clauses("role", {"ai-engineer": "ai-engineer", '"ML Engineer"': "ml-engineer"}, lambda doc: {doc["role"]}),
    tag_clauses("seniority", same("senior", "unspecified"), lambda doc: {doc["seniority"]}),
    tag_clauses(
        "skill",
        {
            "PyTorch": "pytorch",
            '"computer vision"': "computer-vision",
            "C++": "c++",
            "machine-learning": "machine learning",
        },
        lambda doc: doc["skills"],
    ),
    tag_clauses(
        "country",
        {"DE": "DE", "germany": "DE", '"United Kingdom"': "GB", "usa": "US", "unknown": "unknown"},
        lambda doc: of_place(2)(doc) or {"unknown"},
    ),
    tag_clauses(
        "city",
        {"München": "Munich", "zurich": "Zürich", "NYC": "New York City", '"são  paulo"': "São Paulo", "Rome": "Rome"},
        of_place(0),
    ),
    tag_clauses("region", {"CA": "California", "bavaria": "Bavaria", "Texas": "Texas"}, of_place(1)),
    tag_clauses("remote", same("EU", "worldwide", "yes", "US", "US-TX", "CA") | {"deutschland": "DE"}, remote_from),
    tag_clauses("workplace", same("remote", "hybrid", "unknown"), or_unknown("workplace")),
    tag_clauses("type", {"fulltime": "full-time", "contract": "contract", "unknown": "unknown"}, or_unknown("type")),
    tag_clauses("visa", {"yes": "yes", "false": "no", "unknown": "unknown"}, or_unknown("visa")),
    tag_clauses("language", {"en": "en", "German": "de", "unknown": "unknown"}, or_unknown("language")),
    tag_clauses("source", same("lever", "ashby"), lambda doc: doc["sources"]),
    tag_clauses("currency", {"usd": "USD", "€": "EUR"}, lambda doc: {doc["pay"][2]} if doc["pay"] else set()),
    tag_clauses("is", same("open", "closed"), lambda doc: {"open" if doc["is_open"] else "closed"}),
    st.sampled_from([(">=", "150k", 150_000), ("<=", "120,000", 120_000), (">=", "0.18m", 180_000)]).map(
        lambda one: pay_clauses(*one)
    ),
    st.sampled_from(
        [
            (">=", "150kusd", {"USD": 150_000, "EUR": 150_000 * EUR}),
            ("<=", "0.1m€", {"USD": 100_000 / EUR, "EUR": 100_000}),
        ]
    ).map(lambda one: converted_pay_clauses(*one)),
    st.sampled_from([("<", "7d", 168), (">", "1w", 168), ("<", "2h", 2), (">", "1m", 720)]).map(
        lambda one: age_clause(*one)
    ),
)


def wrapped(part: Typed, level: int) -> str:
    return part[0] if part[1] <= level else f"({part[0]})"


def negated(part: Typed, sign: str) -> Typed:
    return sign + wrapped(part, 1), 1, lambda doc: not part[2](doc)


def joined(parts: list[Typed], glue: str) -> Typed:
    if glue == " OR ":
        return glue.join(wrapped(part, 2) for part in parts), 3, lambda doc: any(part[2](doc) for part in parts)
    return glue.join(wrapped(part, 1) for part in parts), 2, lambda doc: all(part[2](doc) for part in parts)


queries = st.recursive(
    clauses,
    lambda inner: st.one_of(
        st.builds(negated, inner, st.sampled_from(["-", "NOT "])),
        st.builds(joined, st.lists(inner, min_size=2, max_size=3), st.sampled_from([" ", " AND ", " OR "])),
    ),
    max_leaves=6,
)


# --- the law -------------------------------------------------------------------------------------------------------


def tags_of(doc: Doc) -> Tags:
    pay = doc["pay"]
    return Tags(
        title=surface(doc["title"]),
        company=surface(doc["company"]),
        description=surface(doc["text"]),
        language=doc["language"],
        role=doc["role"],
        seniority=doc["seniority"],
        skills=sorted(doc["skills"]),
        employment_type=doc["type"],
        workplace=doc["workplace"],
        places=[Place(*place) for place in doc["places"]],
        remote_scope=", ".join(doc["scope"]) if doc["scope"] else None,
        salary=Salary(pay[0], pay[1], pay[2], "year", pay[0], pay[1]) if pay else None,
        visa_sponsorship=doc["visa"],
    )


def store(connection: Connection, docs: list[Doc]) -> None:
    """Rows as ingest writes them; ids count from 1."""
    rows: dict[Any, list[dict[str, Any]]] = {
        model: [] for model in (Board, Listing, Posting, PostingPlace, PostingSkill, Link)
    }
    rows[Board].append({"id": 1, **dict.fromkeys(("source", "board", "company", "url"), "x")})
    texts = []
    for number, doc in enumerate(docs, 1):
        tags, salary = tags_of(doc), tags_of(doc).salary
        for source in sorted(doc["sources"]):
            listing = len(rows[Listing]) + 1
            rows[Listing].append(
                {"id": listing, "board_id": 1, "source": source, "board": "x", "native_id": str(listing),
                 "description": tags.description, "raw": {}, "first_seen_at": NOW, "last_seen_at": NOW}
            )  # fmt: skip
            rows[Link].append({"listing_id": listing, "posting_id": number, "reason": "own", "linked_at": NOW})
        rows[Posting].append(
            {"id": number, "public_id": str(number), "primary_listing_id": len(rows[Listing]), "title": tags.title,
             "company": tags.company, "role": tags.role, "seniority": tags.seniority, "skills": tags.skills,
             "employment_type": tags.employment_type, "workplace": tags.workplace,
             "locations": [place.as_json() for place in tags.places], "remote_scope": tags.remote_scope,
             "salary_annual_min": salary and salary.annual_min, "salary_annual_max": salary and salary.annual_max,
             "salary_currency": salary and salary.currency, "visa_sponsorship": tags.visa_sponsorship,
             "language": tags.language, "posted_at": NOW - doc["age"], "first_seen_at": NOW, "evidence": {},
             "closed_at": None if doc["is_open"] else NOW}
        )  # fmt: skip
        rows[PostingPlace] += [
            {"posting_id": number, "number": n, "city": search.fold(p.city), "region": search.fold(p.region),
             "country": p.country} for n, p in enumerate(tags.places)
        ]  # fmt: skip
        rows[PostingSkill] += [{"posting_id": number, "skill": skill} for skill in tags.skills]
        made = search.token_strings(tags.title, tags.company, tags.description)
        texts.append({"posting_id": number, **dict(zip(("title", "company", "text"), made, strict=True))})
    for model, values in rows.items():
        if values:
            connection.execute(database.table_of(model).insert(), [model(**value).model_dump() for value in values])
    database.write_texts(connection, texts)


@pytest.fixture
def engine(database_url: str) -> Any:
    engine = database.open_engine(database_url)
    database.upgrade(engine)
    yield engine
    engine.dispose()


@pytest.mark.timeout(600)
@settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(docs=st.lists(documents, min_size=1, max_size=6), typed=st.lists(queries, min_size=1, max_size=6))
def test_everyone_gives_the_same_postings(engine: Any, docs: list[Doc], typed: list[Typed]) -> None:
    with engine.connect() as connection, connection.begin() as transaction:
        store(connection, docs)
        stored = database.documents(connection, range(1, len(docs) + 1))
        for number, doc in enumerate(docs, 1):
            fresh = search.Document.from_tags(tags_of(doc), doc["sources"], doc["is_open"], NOW - doc["age"])
            assert stored[number] == fresh
        for public, fresh in zip(database.posting_json(connection, list(stored)), stored.values(), strict=True):
            assert search.Document.from_json(public) == fresh
        for text, _, meaning in typed:
            check(connection, text, {number for number, doc in enumerate(docs, 1) if meaning(doc)}, stored)
        transaction.rollback()


def check(connection: Connection, text: str, expected: set[int], stored: dict[int, search.Document]) -> None:
    query = search.parse(text)
    assert search.parse(str(query)) == query
    found = connection.execute(select(Posting.id).where(search.to_sql(query, connection.dialect.name, NOW))).scalars()
    matched = {number for number, document in stored.items() if search.matches(query, document, NOW)}
    reasons = {number: search.explain(query, document, NOW) for number, document in stored.items()}
    explained = {number for number, reason in reasons.items() if reason.is_match}
    assert explained == {number for number, reason in reasons.items() if not reason.first_failing}
    assert all(clause["text"] for reason in reasons.values() for clause in reason.clauses)
    assert (set(found), matched, explained) == (expected, expected, expected), text


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(docs=st.lists(documents, min_size=1, max_size=6), typed=st.lists(queries, min_size=1, max_size=20))
def test_an_index_leaves_out_no_query_that_matches(docs: list[Doc], typed: list[Typed]) -> None:
    index: Index[int] = Index()
    asked = [search.parse(text) for text, _, _ in typed]
    for number, query in enumerate(asked):
        index.add(number, query)
    for doc in docs:
        posting = search.Document.from_tags(tags_of(doc), doc["sources"], doc["is_open"], NOW - doc["age"])
        matching = {number for number, query in enumerate(asked) if search.matches(query, posting, NOW)}
        assert matching <= index.candidates(posting)
