"""Searches and postings made by chance, each with its meaning: a naive reading that never goes through the parser.

A query is (text, how loosely it binds, meaning): 0 a clause, 1 NOT, 2 AND, 3 OR. A seed gives the same every time.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection

import database
import search
from models import Board, Link, Listing, Place, Posting, PostingPlace, PostingSkill, Salary, Tags
from search.clauses import MAX_CONVERTED
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
    "CI/CD": ["ci", "cd"], "cicd": ["cicd"], ".NET": ["dotnet"], "net": ["net"],
    "R&D": ["rnd"], "r & d": ["rnd"], "R": ["r"], "Full-Stack": ["full", "stack"], "fullstack": ["fullstack"],
    "stack": ["stack"], "FineTuning": ["finetuning"], "oder": ["oder"],
    "機械": ["機", "械"], "機械学習": ["機", "械", "学", "習"],
    "TS/SCI": ["ts", "sci"], "security clearance": ["security", "clearance"], "Active": ["active"],
    "required": ["required"], "no": ["no"], "must be a US citizen": ["must", "be", "a", "us", "citizen"],
}  # fmt: skip
PREFIXES = {
    "ag*": ["ag"], "LLM*": ["llm"], "node.j*": ["node", "j"], '"fine tu"*': ["fine", "tu"], "zür*": ["zur"],
    '"AI agen*"': ["ai", "agen"], "機械*": ["機", "械"], "pythonic*": ["pythonic"],
}  # fmt: skip
IN_ONE = {("full", "stack"): "fullstack", ("fine", "tuning"): "finetuning", ("ci", "cd"): "cicd"}
SEPARATORS = [" ", ", ", "\n• ", " – ", "/", "; ", "\u00a0"]
COVERS = {  # part of a remote scope -> what it covers of {EU, DE, US, US-TX, CA, worldwide}
    "EU": {"EU", "DE", "FR"}, "Europe": {"EU", "DE", "FR"}, "EMEA": {"EU", "DE", "FR"}, "DE": {"DE"},
    "Germany": {"DE"}, "US time zones": set(), "CET +/- 2h": set(), "UTC-3..UTC+2": set(), "UTC-8 to UTC-5": set(),
    "US": {"US", "US-TX"}, "u.s.": {"US", "US-TX"}, "US-TX": {"US-TX"}, "CA": {"CA"},
    "North America": {"US", "US-TX", "CA"}, "Asia-Pacific": set(), "Mars": set(), "": set(),
    "worldwide": {"EU", "DE", "FR", "US", "US-TX", "CA", "worldwide"},
    "ANYWHERE": {"EU", "DE", "FR", "US", "US-TX", "CA", "worldwide"},
    "not DE": set(), "not US-TX": set(), "not North America": set(),
}  # fmt: skip
TAKES = {  # part of a remote scope -> what it takes away, whatever else is said
    "not DE": {"EU", "DE", "worldwide"}, "not US-TX": {"US-TX"},
    "not North America": {"US", "US-TX", "CA", "worldwide"},
}  # fmt: skip


HOURS = {"US time zones": (-10, -4), "CET +/- 2h": (-1, 3), "UTC-3..UTC+2": (-3, 2), "UTC-8 to UTC-5": (-8, -5)}


# --- postings ------------------------------------------------------------------------------------------------------

AMOUNTS = [None, 90_000.0, 120_000.0, 150_000.0, 180_000.0]
AGES = [timedelta(hours=1), timedelta(days=7), timedelta(days=8), timedelta(days=40)]


def documents(rng: Random, count: int, person: dict[str, Any] | None = None) -> list[Doc]:
    """Postings; `person`: who they are eligible for or not."""
    return [document(rng) | {"person": person or PEOPLE[0]} for _ in range(count)]


def document(rng: Random) -> Doc:
    def words() -> list[tuple[str, str]]:
        return [(rng.choice(list(WORDS)), rng.choice(SEPARATORS)) for _ in range(rng.randrange(9))]

    def some(values: list[Any], most: int, least: int = 0) -> list[Any]:
        return rng.sample(values, rng.randint(least, most))

    def place() -> tuple[str, str, str]:
        cities = ["", "Munich", "Zürich", "New York City", "São Paulo"]
        return rng.choice(cities), rng.choice(["", "California", "Bavaria"]), rng.choice(["", "DE", "US", "GB", "NA"])

    return {
        "title": words(),
        "company": words(),
        "text": words(),
        "role": rng.choice(["ai-engineer", "ml-engineer", "other"]),
        "seniority": rng.choice(["senior", "staff", "unspecified"]),
        "skills": set(some(["pytorch", "computer-vision", "c++", "machine learning"], 4)),
        "places": [place() for _ in range(rng.randrange(3))],
        "scope": None if rng.random() < 0.3 else [rng.choice(list(COVERS)) for _ in range(rng.randint(1, 3))],
        "workplace": rng.choice([None, "remote", "remote", "hybrid"]),
        "type": rng.choice([None, "full-time", "contract"]),
        "visa": rng.choice([None, True, False]),
        "language": rng.choice([None, "en", "de"]),
        "sources": set(some(["greenhouse", "lever", "ashby"], 2, 1)),
        "pay": None if rng.random() < 0.3 else (rng.choice(AMOUNTS), rng.choice(AMOUNTS), rng.choice(CURRENCIES)),
        "age": rng.choice(AGES),
        "is_open": rng.random() < 0.5,
        "seen_after": rng.choice([timedelta(), timedelta(minutes=30), timedelta(days=3)]),  # it was posted
        "closed_before": rng.choice([timedelta(minutes=10), timedelta(days=2)]),
    }


CURRENCIES = ["USD", "EUR", "XAF"]


def surface(pairs: list[tuple[str, str]]) -> str:
    return "".join(word + separator for word, separator in pairs)


def tokens(pairs: list[tuple[str, str]]) -> list[str]:
    return [token for word, _ in pairs for token in WORDS[word]]


# --- words ---------------------------------------------------------------------------------------------------------


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


def a_phrase(rng: Random) -> tuple[str, list[str], bool]:
    if rng.random() < 0.25:
        typed = rng.choice(list(PREFIXES))
        return typed, PREFIXES[typed], True
    chosen = [rng.choice([word for word in WORDS if WORDS[word]]) for _ in range(rng.randint(1, 2))]
    is_plain = len(chosen) == 1 and chosen[0].lower() not in ("or", "oder", "not") and rng.random() < 0.5
    is_plain = is_plain and " " not in chosen[0]
    typed = chosen[0] if is_plain else f'"{" ".join(chosen)}"'
    return typed, [token for word in chosen for token in WORDS[word]], False


def word_clause(rng: Random) -> Typed:
    field = rng.choice(["", "", "title", "company", "text"])
    listed = [a_phrase(rng) for _ in range(rng.randint(1, 3) if field else 1)]
    fields = [field] if field else ["title", "company", "text"]
    is_all = bool(field) and rng.random() < 0.2

    def meaning(doc: Doc) -> bool:
        found = {name: tokens(doc[name]) for name in fields}
        has = (
            any(has_phrase(found[name], way, is_prefix) for name in fields for way in ways(phrase))
            for _, phrase, is_prefix in listed
        )
        return all(has) if is_all else any(has)

    values = ",".join(typed for typed, *_ in listed)
    return (f"{field}:all({values})" if is_all else f"{field}:{values}" if field else values), 0, meaning


# --- tags, pay, age ------------------------------------------------------------------------------------------------


def of_place(number: int) -> Callable[[Doc], set[str]]:
    return lambda doc: {place[number] for place in doc["places"] if place[number]}


def remote_from(doc: Doc) -> set[str]:
    if doc["workplace"] != "remote":
        return set()
    parts = doc["scope"] or []
    if not scope_of(doc):
        return {"yes", "unknown"}
    return {"yes"}.union(*(COVERS[part] for part in parts)).difference(*(TAKES.get(part, set()) for part in parts))


def scope_of(doc: Doc) -> str:
    return ", ".join(doc["scope"] or [])


def or_unknown(name: str) -> Callable[[Doc], set[str]]:
    names = {None: "unknown", True: "yes", False: "no"}
    return lambda doc: {names.get(doc[name], doc[name])}


def same(*values: str) -> dict[str, str]:
    return {value: value for value in values}


TAGS: list[tuple[str, dict[str, Any], Callable[[Doc], set[str]]]] = [
    ("role", {"ai-engineer": "ai-engineer", '"ML Engineer"': "ml-engineer"}, lambda doc: {doc["role"]}),
    ("seniority", same("senior", "unspecified"), lambda doc: {doc["seniority"]}),
    ("skill", {"PyTorch": "pytorch", '"computer vision"': "computer-vision", "C++": "c++",
               "machine-learning": "machine learning"}, lambda doc: doc["skills"]),
    ("country", {"DE": "DE", "germany": "DE", '"United Kingdom"': "GB", "usa": "US", "unknown": "unknown",
                 "DACH": "DE", "europe": ("DE", "GB"), "NA": "NA", '"north america"': "US", "emea": ("DE", "GB", "NA")},
     lambda doc: of_place(2)(doc) or {"unknown"}),
    ("city", {"München": "Munich", "zurich": "Zürich", "NYC": "New York City", '"são  paulo"': "São Paulo",
              "Rome": "Rome"}, of_place(0)),
    ("region", {"CA": "California", "bavaria": "Bavaria", "Texas": "Texas"}, of_place(1)),
    ("remote", same("EU", "worldwide", "yes", "US", "US-TX", "CA", "unknown") | {"deutschland": "DE"}, remote_from),
    ("workplace", same("remote", "hybrid", "unknown"), or_unknown("workplace")),
    ("type", {"fulltime": "full-time", "contract": "contract", "unknown": "unknown"}, or_unknown("type")),
    ("visa", {"yes": "yes", "false": "no", "unknown": "unknown"}, or_unknown("visa")),
    ("language", {"en": "en", "German": "de", "unknown": "unknown"}, or_unknown("language")),
    ("source", same("lever", "ashby"), lambda doc: doc["sources"]),
    ("is", same("open", "closed"), lambda doc: {"open" if doc["is_open"] else "closed"}),
]  # fmt: skip


def tag_clause(rng: Random) -> Typed:
    field, values, of = rng.choice(TAGS)
    typed = [rng.choice(list(values)) for _ in range(rng.randint(1, 2))]
    wanted = [set(one) if isinstance(one := values[value], tuple) else {one} for value in typed]
    if rng.random() < 0.2:
        return f"{field}:all({', '.join(typed)})", 0, lambda doc: all(one & of(doc) for one in wanted)
    if rng.random() < 0.2:
        return f"{field}:any({' '.join(typed)})", 0, lambda doc: any(one & of(doc) for one in wanted)
    return f"{field}:{','.join(typed)}", 0, lambda doc: any(one & of(doc) for one in wanted)


def is_paid(doc: Doc, relation: str, amount: float) -> bool:
    ends = [end for end in (doc["pay"] or ())[:2] if end is not None]
    if not ends:
        return False
    low, high = (doc["pay"][0] or ends[0]), (doc["pay"][1] or ends[0])
    return bool(high >= amount if relation == ">=" else low <= amount)


PAY = [
    ("salary>=150k", ">=", dict.fromkeys(CURRENCIES, 150_000.0)),
    ("salary<=120,000", "<=", dict.fromkeys(CURRENCIES, 120_000.0)),
    ("salary>=0.18m", ">=", dict.fromkeys(CURRENCIES, 180_000.0)),
    ("salary>=150k currency:USD,EUR", ">=", {"USD": 150_000.0, "EUR": 150_000.0}),
    ("salary>=150kusd", ">=", {"USD": 150_000, "EUR": 150_000 * EUR}),
    ("salary<=0.1m€", "<=", {"USD": 100_000 / EUR, "EUR": 100_000}),
    ("salary>=120k currency:€", ">=", {"USD": 120_000 / EUR, "EUR": 120_000}),
    ("currency:XAF salary=<150k", "<=", {"XAF": 150_000.0}),
]  # in each currency the amount, by the shipped rates


def pay_clause(rng: Random) -> Typed:
    text, relation, amounts = rng.choice(PAY)

    def meaning(doc: Doc) -> bool:
        return bool(doc["pay"]) and doc["pay"][2] in amounts and is_paid(doc, relation, amounts[doc["pay"][2]])

    return text, 2 if " " in text else 0, meaning


def either_pay_clause(_rng: Random) -> Typed:
    """A currency beside an OR of which each side names pay: all of it is converted."""
    rates = {"EUR": 1.0, "USD": 1 / EUR}

    def meaning(doc: Doc) -> bool:
        rate = rates.get(doc["pay"][2]) if doc["pay"] else None
        return rate is not None and (is_paid(doc, ">=", 150_000 * rate) or is_paid(doc, "<=", 80_000 * rate))

    return "(salary>=150k OR salary<=80k) currency:EUR", 2, meaning


def currency_clause(rng: Random) -> Typed:
    text, codes = rng.choice([("currency:usd,€", {"USD", "EUR"}), ("currency:xaf,EUR", {"XAF", "EUR"})])
    return text, 0, lambda doc: bool(doc["pay"]) and doc["pay"][2] in codes


def age_clause(rng: Random) -> Typed:
    relation, typed, hours = rng.choice([("<", "7d", 168), (">", "1w", 168), ("<", "2h", 2), (">", "1m", 720)])
    limit = timedelta(hours=hours)
    return f"posted:{relation}{typed}", 0, lambda doc: doc["age"] < limit if relation == "<" else doc["age"] > limit


# --- eligible ------------------------------------------------------------------------------------------------------

PEOPLE = [
    {"lives": "DE", "may_work": ["DE", "FR"], "sponsorship": "no", "zones": [1, 2], "clearances": ["none"]},
    {"lives": "DE", "may_work": ["DE", "FR"], "sponsorship": "yes", "relocation": "no", "city": "munich"},
    {"lives": "US-TX", "relocation": "yes", "zones": [-6, -5], "clearances": ["ts-sci"], "citizen": ["US"]},
    {"lives": "DE", "may_work": ["US"], "sponsorship": "yes", "relocation": "no", "citizen": ["DE"]},
    {"lives": "US", "sponsorship": "yes", "relocation": "yes", "zones": [-8, -5]},
    {"may_work": ["FR", "GB", "DE"], "relocation": "no", "clearances": ["secret"]},
    {"clearances": ["none"], "zones": [1, 1]},
]


def facts(person: dict[str, Any]) -> str:
    """As they are kept."""
    return json.dumps(person, separators=(",", ":"), sort_keys=True)


def judge(doc: Doc, person: dict[str, Any]) -> str:
    """What the posting is to the person."""
    place, asks = judge_place(doc, person), [judge_words(doc, person), judge_hours(doc, person)]
    if "no" in (place, *asks):
        return "no"
    return "yes" if place == "yes" and asks == ["yes", "yes"] else "maybe"


def judge_place(doc: Doc, person: dict[str, Any]) -> str:
    lives, home = person.get("lives", ""), person.get("lives", "").split("-")[0]
    wants_visa, moves = person.get("sponsorship", ""), person.get("relocation", "")
    free = set(person.get("may_work", [])) or ({home} - {""} if wants_visa != "yes" else set())
    if not home and not free:
        return "yes"
    where = {"no": (free & {home}) if home else free}.get(moves, free)
    if doc["workplace"] == "remote":
        return judge_remote(doc, home, lives, wants_visa, moves, free, where)
    countries = of_place(2)(doc)
    is_unsponsored = doc["visa"] is False or (wants_visa == "no" and doc["visa"] is not True)
    if countries and not countries & free and is_unsponsored:
        return "no"
    if moves == "no" and home and doc["workplace"] == "hybrid" and countries and home not in countries:
        return "no"
    if doc["visa"] and wants_visa == "yes":
        at_home = home in countries and home not in free
        if (countries and moves == "yes") or (at_home and is_near(doc, person)):
            return "yes"
    here = free if moves == "yes" or not home else free & {home}
    return "yes" if countries & here and is_near(doc, person) else "maybe"


def is_near(doc: Doc, person: dict[str, Any]) -> bool:
    is_bound = person.get("city") and person.get("relocation") == "no"
    return not is_bound or "Munich" in of_place(0)(doc)


def judge_remote(doc, home, lives, wants_visa, moves, free, where) -> str:
    def open_to(codes: set[str]) -> bool:
        return bool({lives if code == home else code for code in codes} & remote_from(doc))

    is_said = bool(scope_of(doc)) and not HOURS.keys() & set(doc["scope"] or [])
    if is_said and not open_to(where):
        is_told_no = wants_visa == "yes" and doc["visa"] is False
        is_mine = wants_visa == "yes" and home and home not in free and open_to({home})
        if is_told_no or wants_visa != "yes" or (moves == "no" and not is_mine):
            return "no"
    here = free if moves == "yes" or not home else free & {home}
    if open_to(here) or (wants_visa == "yes" and doc["visa"] and home not in free and open_to({home})):
        return "yes"
    near = free & {home} if home else free
    is_there = (near or here) & of_place(2)(doc)
    return "yes" if not scope_of(doc) and here and is_there else "maybe"


def judge_words(doc: Doc, person: dict[str, Any]) -> str:
    def has(*phrase: str) -> bool:
        return any(has_phrase(tokens(doc[name]), list(phrase), False) for name in ("title", "company", "text"))

    held, answer = person.get("clearances", []), "yes"
    lacking = (
        [] if "ts-sci" in held else [("ts", "sci")] if "secret" in held else [("ts", "sci"), ("security", "clearance")]
    )
    is_waived = has("no", "security", "clearance") or has("clearance", "not", "required")
    if any(has(*name) for name in lacking) and not is_waived:
        is_asked = any(has("active", *name) or has(*name, "required") for name in lacking)
        if held and is_asked:
            return "no"
        answer = "maybe"
    if has("must", "be", "a", "us", "citizen") and "US" not in person.get("citizen", []):
        if "citizen" in person or ("may_work" in person and "US" not in person["may_work"]):
            return "no"
        return "maybe"
    return answer


def judge_hours(doc: Doc, person: dict[str, Any]) -> str:
    asked = [HOURS[part] for part in doc["scope"] or [] if part in HOURS]
    if not asked:
        return "yes"
    if "zones" not in person:
        return "maybe"
    first, last = person["zones"]
    return "yes" if any(low <= last and high >= first for low, high in asked) else "no"


def eligible_clause(rng: Random) -> Typed:
    """Of whoever PERSON is."""
    values = rng.sample(["yes", "maybe", "no"], rng.choice([1, 1, 2, 3]))
    return f"eligible:{','.join(values)}", 0, lambda doc: judge(doc, doc["person"]) in values


# --- queries -------------------------------------------------------------------------------------------------------


def queries(rng: Random, count: int) -> list[Typed]:
    """Queries, from single clauses to nested ones; none that would convert pay more often than is allowed."""
    found: list[Typed] = []
    while len(found) < count:
        one = query(rng, rng.choice([0, 0, 1, 1, 2, 3]))
        found += [one] * (one[0].count("salary") <= MAX_CONVERTED)
    return found


def query(rng: Random, depth: int) -> Typed:
    if depth == 0:
        kinds = [word_clause, word_clause, word_clause, tag_clause, tag_clause, tag_clause, pay_clause, age_clause]
        return rng.choice([*kinds, currency_clause, either_pay_clause, eligible_clause])(rng)
    if rng.random() < 0.25:
        return negated(query(rng, depth - 1), rng.choice(["-", "NOT "]))
    parts = [query(rng, depth - 1) for _ in range(rng.randint(2, 3))]
    return joined(parts, rng.choice([" ", " AND ", " OR "]))


def wrapped(part: Typed, level: int) -> str:
    return part[0] if part[1] <= level else f"({part[0]})"


def negated(part: Typed, sign: str) -> Typed:
    return sign + wrapped(part, 1), 1, lambda doc: not part[2](doc)


def joined(parts: list[Typed], glue: str) -> Typed:
    if glue == " OR ":
        return glue.join(wrapped(part, 2) for part in parts), 3, lambda doc: any(part[2](doc) for part in parts)
    return glue.join(wrapped(part, 1) for part in parts), 2, lambda doc: all(part[2](doc) for part in parts)


# --- storing -------------------------------------------------------------------------------------------------------


def opened_at(doc: Doc) -> datetime:
    """When it was first seen."""
    return NOW - doc["age"] + min(doc["seen_after"], doc["age"] / 2)


def closed_at(doc: Doc) -> datetime | None:
    """When it was closed, if it was."""
    opened = opened_at(doc)
    return None if doc["is_open"] else max(opened + (NOW - opened) / 2, NOW - doc["closed_before"])


def fresh(doc: Doc) -> search.Document:
    """What the matcher reads of it, made from tags."""
    return search.Document.from_tags(tags_of(doc), doc["sources"], doc["is_open"], NOW - doc["age"])


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
             "language": tags.language, "posted_at": NOW - doc["age"], "first_seen_at": opened_at(doc), "evidence": {},
             "closed_at": closed_at(doc)}
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
