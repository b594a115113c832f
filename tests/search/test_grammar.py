"""What a query means, what is refused and how it is said."""

import os
import re
import sys
from contextlib import suppress
from random import Random
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import QueryError, from_json, grammar, parse, parse_saved, parse_stored, to_json
from search.clauses import MAX_TERMS
from search.codes import COUNTRIES
from search.grammar import MAX_DEPTH, MAX_LENGTH
from search.lexing import typed
from tests.search.generated import queries

MEANS = [
    ("", ""),
    ("  \t\n ", ""),
    ("python", "python"),
    ("python java", "python java"),
    ("python AND java", "python java"),
    ("a b OR c d", "a b OR c d"),
    ("a (b OR c) d", "a (b OR c) d"),
    ("(((a)))", "a"),
    ("a (b c)", "a b c"),
    ("a OR (b OR c)", "a OR b OR c"),
    ("NOT a", "-a"),
    ("NOT NOT a", "a"),
    ("-(a OR b)", "-(a OR b)"),
    ("-a OR b", "-a OR b"),
    ('"Machine  Learning"', '"machine learning"'),
    ("“machine learning” –intern", '"machine learning" -intern'),
    ("fine-tuning", '"fine tuning"'),
    ("node.js .NET C++ C#", "node.js dotnet c++ c#"),
    ("nodejs CI/CD cicd ASP.NET .net8 example.net", 'node.js "ci cd" "ci cd" "asp dotnet" "dotnet 8" "example net"'),
    ("skill:any(python, rust)", "skill:python,rust"),
    ("skill:all(python,rust) go", 'skill:python skill:rust "go"'),
    ('-title:ALL(agent "AI engineer")', '-(title:agent title:"ai engineer")'),
    ("skill:all(python)", "skill:python"),
    ('skill:"any","a|b",C++,.NET,"!x" region:"none"', 'skill:"any","a|b",c++,.net,"!x" region:"none"'),
    ("title:all", "title:all"),
    ("title:any (a OR b)", "title:any (a OR b)"),
    ("country:dach,Nordic,EU -country:na", "country:DACH,nordics,EU -country:NA"),
    ('country:"North America",latam,"UK and Ireland"', 'country:"north america",LATAM,UKI'),
    ("salary>=150k salary<=200k currency:eur", "salary>=150kEUR salary<=200kEUR"),
    ("(salary=>100k rag) currency:usd is:open", "salary>=100kUSD rag is:open"),
    ("salary>=100k (rag OR -salary<=200k) currency:USD", "salary>=100kUSD (rag OR -salary<=200kUSD)"),
    ("salary<=250k -salary>=180k currency:USD", "salary<=250kUSD -salary>=180kUSD"),
    ("salary>=1k (a OR salary>=2k currency:JPY,INR) currency:USD", "salary>=1kUSD (a OR salary>=2k currency:JPY,INR)"),
    ("salary>=150kEUR currency:USD", "salary>=150kEUR currency:USD"),
    ("salary>=150k currency:USD,EUR", "salary>=150k currency:USD,EUR"),
    ("salary>=150k -currency:USD", "salary>=150k -currency:USD"),
    ("salary>=90m currency:XAF", "salary>=90000k currency:XAF"),
    ("salary>=100k OR currency:USD", "salary>=100k OR currency:USD"),
    ("salary >= 180.000 EUR rag", "salary>=180kEUR rag"),
    ("salary>=1.250.000 usd", "salary>=1250kUSD"),
    ('salary>=180k "usd" usd', 'salary>=180k "usd" "usd"'),
    ("posted:<1y rag", "posted:<365d rag"),
    ("「機械学習」", '"機 械 学 習"'),
    ('"weekly" report "daily"', '"weekly" report "daily"'),
    ("#python @acme", "python acme"),
    ("full-stack fullstack", '"full stack" "full stack"'),
    ('title:"senior Fullstack engineer",ecommerce', 'title:"senior full stack engineer",ecommerce'),
    ("R&D r Q&A", "rnd r qna"),
    ('"oder" "und" Y combinator', '"oder" "und" y combinator'),
    ("engin*", "engin*"),
    ('"fine tun*" "ai ag"*', '"fine tun"* "ai ag"*'),
    ('"or" title:and', '"or" title:"and"'),
    ("ANDROID NOTE ORACLE", "android note oracle"),
    ("title: agent", "title:agent"),
    ('TITLE:agent,"AI engineer",llm*', 'title:agent,"ai engineer",llm*'),
    ("role:AI_Engineer,'ai engineer'".replace("'", '"'), "role:ai-engineer"),
    ("seniority:Senior,staff", "seniority:senior,staff"),
    ("type:fulltime,part-time workplace:on-site", "type:full-time,part-time workplace:onsite"),
    ('country:Germany,UK,"united states",fr', "country:DE,GB,US,FR"),
    ("country:unknown", "country:unknown"),
    ("region:OR", 'region:"or"'),
    ('city:"San Francisco",München', 'city:"san francisco",munchen'),
    ('skill:PyTorch,"Computer Vision"', 'skill:pytorch,"computer vision"'),
    ('skill:K8s,golang,"Large Language Models",C++17', "skill:kubernetes,go,llm,c++"),
    ("remote:eu,Anywhere,yes,usa", "remote:EU,worldwide,yes,US"),
    ("remote:norway,NO", "remote:NO"),
    ("visa:true -visa:no,unknown", "visa:yes -visa:no,unknown"),
    ("language:English,de", "language:en,de"),
    ("source:Greenhouse", "source:greenhouse"),
    ("salary>=180k", "salary>=180k"),
    ("salary >= 180,000 currency:€", "salary>=180kEUR"),
    ("salary:<=99.5k", "salary<=99500"),
    ("salary≥0.2m", "salary>=200k"),
    ("-salary>=0", "-salary>=0"),
    ("posted:<7d", "posted:<7d"),
    ("posted<24hours", "posted:<1d"),
    ("posted:<1w", "posted:<7d"),
    ("posted:<168h", "posted:<7d"),
    ("posted:>36h", "posted:>36h"),
    ("(salary>=150k OR salary<=20k rag) currency:EUR", "salary>=150kEUR OR salary<=20kEUR rag"),
    ("(salary>=150k OR rag) currency:EUR", "(salary>=150k OR rag) currency:EUR"),
    ("posted: > 3 ", None),
    ("posted:>2months", "posted:>60d"),
    ("is:open,closed", "is:open,closed"),
    ("機械学習", '"機 械 学 習"'),
]


@pytest.mark.parametrize(("text", "canonical"), [case for case in MEANS if case[1] is not None])
def test_meaning(text: str, canonical: str) -> None:
    assert str(parse(text)) == canonical
    assert parse(canonical) == parse(text)


WRONG = [
    # query, where the carets stand, what is said
    ("skill:[python,rust]", "[python", "a list takes commas and nothing around it"),
    ("seniority:senior+", "senior+", "name each of them"),
    ("ai without crypto", "without", "write NOT"),
    ("title!~lead", "title!~lead", "joined by a colon"),
    ("visa:sponsorship", "sponsorship", "did you mean visa:yes?"),
    ("seniority:junoir", "junoir", "did you mean seniority:entry?"),
    ("firma:x", "firma:", "did you mean company:x?"),
    ("gehalt>=90k", "gehalt", "did you mean salary>=90k?"),
    ("sort:newest ai", "sort:", "--sort"),
    ("country:united states", "united states", 'country:"united states"'),
    ("(a b", "(", "never closed"),
    ("a) b", ")", "closes nothing"),
    ("a ()", ")", "nothing between"),
    ("a OR", "OR", "OR needs something after it"),
    ("a AND )", ")", "AND needs something after it"),
    ("OR a", "OR", "OR needs something before it"),
    ("a OR OR b", "OR", "needs something after"),
    ("NOT", "NOT", "NOT needs something after it"),
    ("a - b", "-", "directly before what it excludes"),
    ("a -", "-", "directly before what it excludes"),
    ('say "hello', '"hello', "never closed"),
    ("title:", "title:", "title: needs a value"),
    ("title: OR b", "OR", "needs a value"),
    ("title:a,", ",", "a comma needs something after it"),
    ("title:a,,b", ",", "after the comma a value is missing"),
    ("title:(a b)", "(", "list with commas"),
    ("country:-DE", "-", "put the - before the field: -country:"),
    ("title::a", ":", "a colon follows a field's name"),
    ("a,b", ",", "a comma makes a list only after a field"),
    ("python or java", "or", 'write OR for the operator, or "or" in quotes'),
    ("python And java", "And", "write AND"),
    ("KI oder AI", "oder", 'write OR for the operator, or "oder" in quotes'),
    ("python ET rust", "ET", "write AND for the operator"),
    ("python 和 rust", "和", "write AND for the operator"),
    ("ML nicht Intern", "nicht", "write NOT for the operator"),
    ("python && rust", "&&", "write AND"),
    ("python || rust", "||", "write OR"),
    ("python|rust", "python|rust", "write OR between"),
    ("python||rust", "python||rust", "write OR between"),
    ("python&&rust", "python&&rust", "write AND"),
    ("python;rust", "python;rust", "OR where one of them is enough"),
    ("salary BETWEEN 100k AND 200k", "BETWEEN", "a range is written"),
    ("+python", "+python", 'leave the "+" away'),
    ("python !intern", "!intern", 'write a "-"'),
    ("pythn~2", "pythn~2", "no search for similar words"),
    ("python^3", "python^3", "no weights"),
    ("machine NEAR/3 learning", "NEAR/3", "in quotes"),
    ("[150k TO 200k]", "[150k", "a range is written"),
    ("/eng.*/", "/eng.*/", "no regular expressions"),
    ("wom?n", "wom?n", "no sign stands for one letter"),
    ("role=ai-engineer", "role", "write role:ai-engineer"),
    ("role == ai-engineer", "role", "write role:ai-engineer"),
    ("role!=other", "role!", "put a - before the field: -role:other"),
    ("role:!other", "!other", "put a - before the field: -role:other"),
    ("country:DE|FR", "DE|FR", "a list takes commas: country:DE,FR"),
    ("title:senior|staff", "senior|staff", "a list takes commas: title:senior,staff"),
    ("title:wom?n", "wom?n", "no sign stands for one letter"),
    ("title:(a,b)", "(", "not parentheses: title:a,b"),
    ("skill:all()", ")", "nothing between"),
    ("skill:any(a", "(", "never closed"),
    ("skill:all(a,)", ")", "after the comma a value is missing"),
    ("title~agent", "title~agent", "joined by a colon"),
    ('title = "AI engineer"', "title", 'write title:"AI engineer"'),
    ("title LIKE agent", "title LIKE agent", "joined by a colon: title:agent"),
    ("country != DE", "country", "put a - before the field: -country:DE"),
    ("country<>DE", "country", "put a - before the field: -country:DE"),
    ("!country:DE", ":", "write a - before the field: -country:DE"),
    ("+role:other", ":", 'leave the "+" away'),
    ("skill:python;rust", "python;rust", "a list takes commas: skill:python,rust"),
    ("skill:all python rust", "all", "write skill:all(one,two)"),
    ("skill:none(python)", "none", "or -skill:one for none of it"),
    ("salary>=180", "180", "did you mean salary>=180k?"),
    ("salary>=180 000", "180", "did you mean salary>=180k?"),
    ("compensation>=100k", "compensation", "did you mean salary>=100k?"),
    ("min_salary:100k", "min_salary:", "did you mean salary>=100k?"),
    ("country:Bavaria", "Bavaria", "did you mean region:bavaria?"),
    ("title:^senior", "^senior", "no sign for the begin"),
    ("python ~java", "~java", "no search for similar words"),
    ("python W/5 rust", "W/5", "in quotes"),
    ('"machine learning"~5', "~5", "how near words stand"),
    ("machine AROUND(3) learning", "AROUND", "in quotes"),
    ("a XOR b", "XOR", "write (a OR b) -(a b)"),
    ("a ANDNOT b", "ANDNOT", "write NOT"),
    ("'machine learning'", "'machine", "double quotes"),
    ("‘machine learning’", "‘machine", "double quotes"),
    ("engin%", "engin%", "beginning of the word"),
    ("python $180k", "$180k", "pay is written salary>=180k"),
    ("python 180k+", "180k+", "pay is written salary>=180k"),
    ("python + rust", "+", 'leave the "+" away'),
    ("countri:DE", "countri:", "did you mean country:"),
    ("location:Berlin", "location:", "did you mean city:berlin?"),
    ("http://example.org", "http:", "put words with a colon in quotes"),
    ("salery>=180k", "salery", "did you mean salary>=180k"),
    ("role>=3", "role", "only salary and posted compare"),
    ("country:Germny", "Germny", "did you mean country:DE"),
    ("remote:Berlin", "Berlin", "a city goes to city:"),
    ("country:Berlin", "Berlin", "a city goes to city:"),
    ("skill:pytroch", "pytroch", "did you mean skill:pytorch?"),
    ("skill:kuberntes", "kuberntes", "did you mean skill:kubernetes?"),
    ("skill:any(rag, langchian)", "langchian", "did you mean skill:langchain?"),
    ("source:greenhous", "greenhous", "did you mean source:greenhouse?"),
    ("source:asbhy", "asbhy", "did you mean source:ashby?"),
    ("country:Anywhere", "Anywhere", "did you mean remote:worldwide"),
    ("country:Nordics,Balticss", "Balticss", "did you mean country:baltics"),
    ("country:Atlantis", "Atlantis", "ISO code"),
    ("role:ml-enginer", "ml-enginer", "did you mean role:ml-engineer"),
    ("seniority:lead", "lead", "did you mean seniority:staff"),
    ("seniority:ml-engineer", "ml-engineer", "did you mean role:ml-engineer"),
    ("type:remote", "remote", "did you mean workplace:remote"),
    ("remote:no", "no", "did you mean -remote:yes"),
    ("remote:Mars", "Mars", "worldwide"),
    ("visa:maybe", "maybe", "yes, no, unknown"),
    ("language:klingon", "klingon", "ISO 639-1"),
    ("currency:EURR", "EURR", "did you mean currency:EUR"),
    ("is:opened", "opened", "did you mean is:open"),
    ("source:a/b", "a/b", "spider's name"),
    ("skill:pyt*", "pyt*", "whole values"),
    ('city:"--"', '"--"', "needs a name"),
    ('skill:" "', '" "', "needs a value"),
    ("salary>180k", ">", ">= and <="),
    ("salary>=lots", "lots", "yearly amount"),
    ("salary>=$180k", "$180k", "the currency goes behind: write salary>=180kUSD"),
    ("salary>=1.0005", "1.0005", "yearly amount"),
    ("salary>=0.5", "0.5", "whole amount"),
    ("salary:180k", "salary:180k", "did you mean salary>=180k or salary<=180k?"),
    ("posted:7d", "posted:7d", "did you mean posted:<7d?"),
    ("posted:<7x", "<7x", "did you mean posted:<7d?"),
    ("posted:<0d", "<0d", "is no age"),
    ("foo*bar", "foo*bar", "only at the end"),
    ("*", "*", "no letters"),
    ("k*", "k*", "at least 2"),
    ("!!!", "!!!", "no letters or digits"),
    ("a\0b", "\0", "U+0000"),
    ("a\ud800", "\ud800", "U+D800"),
]


@pytest.mark.parametrize(("text", "marked", "said"), WRONG)
def test_error_says_where_and_what(text: str, marked: str, said: str) -> None:
    with pytest.raises(QueryError, match=re.escape(said)) as caught:
        parse(text)
    error = caught.value
    assert text[error.position : error.position + error.length] == marked


def test_error_draws_the_place() -> None:
    with pytest.raises(QueryError) as caught:
        parse("python countri:DE")
    assert str(caught.value).splitlines()[1:] == ["  python countri:DE", "         ^^^^^^^^"]


@pytest.mark.parametrize(
    "text",
    [
        "", "  ", "is:open", "posted:<7d", "-python", "-(a OR b)", "is:open -role:other", "python OR is:open",
        "-(-a b)", "a OR -b", "NOT (a b)", "visa:yes,no,unknown", "workplace:onsite,hybrid,remote,unknown is:open",
    ],
)  # fmt: skip
def test_saved_search_must_want_something(text: str) -> None:
    parse(text)
    with pytest.raises(QueryError):
        parse_saved(text)


@pytest.mark.parametrize(
    ("text", "marked", "said"),
    [
        ("weekly role:ai-engineer", "weekly", "stands before the search: weekly role:ai-engineer"),
        ("role:ai-engineer Daily", "Daily", "stands before the search: daily role:ai-engineer"),
        ("rag hourly", "hourly", "at once (instant), or in one digest a day (daily) or a week (weekly)"),
        ("sofort rag", "sofort", "instant role:ai-engineer"),
        ("every week rag", "every week", "weekly role:ai-engineer"),
        ("rag each month", "each month", "at once (instant)"),
        ("rag weekly!", "weekly!", "weekly role:ai-engineer"),
        (";once a week rag", ";once a week", "weekly role:ai-engineer"),
        ("rag once a week", "once a week", "weekly role:ai-engineer"),
        ("every Friday rag", "every Friday", "weekly role:ai-engineer"),
    ],
)
def test_a_word_that_says_when_is_not_looked_for(text: str, marked: str, said: str) -> None:
    parse(text)
    with pytest.raises(QueryError, match=re.escape(said)) as caught:
        parse_saved(text)
    assert text[caught.value.position :][: caught.value.length] == marked
    assert " " in marked or parse_saved(f'rag "{marked}"') == parse_saved(str(parse(f'rag "{marked}"')))


@pytest.mark.parametrize(
    ("text", "marked", "said"),
    [
        ("python last 7 days", "last 7 days", "posted:<7d"),
        ("posted in the last two weeks rust", "posted in the last two weeks", "posted:<14d"),
        ("title:engineer letzte Woche", "letzte Woche", "posted:<7d"),
        ("rag new today", "new today", "posted:<1d"),
        ("role:ml-engineer order by salary", "order by salary", "the order is said beside it"),
        ("ai within 50 km of Berlin", "within 50 km", "name the cities"),
        ("python 100% remote", "100% remote", "workplace:remote"),
        ("remote only python", "remote only", "workplace:remote"),
        ("python 5+ years experience", "5+ years experience", "seniority:senior"),
        ("python 180k eur", "180k eur", "salary>=180k"),
        ("salary 100k-150k python", "salary 100k-150k", "salary>=100k salary<=150k"),
        ("python 80k to 120k", "80k to 120k", "salary>=80k salary<=120k"),
        ("python no crypto", "no crypto", 'write a "-"'),
        ("notify me python", "notify me", "what to look for"),
        ("ml engineer in Berlin", "in Berlin", "city:berlin"),
        ("ml engineer in new york", "in new york", 'city:"new york"'),
        ("engineer in Germany", "in Germany", "country:germany"),
        ("python y rust", "y", "AND"),
        ("python o rust", "o", "OR"),
        ("python with salary", "with salary", "salary>=0"),
    ],
)
def test_what_is_said_in_words_is_no_words_to_look_for(text: str, marked: str, said: str) -> None:
    with pytest.raises(QueryError) as refused:
        parse_saved(text)
    error = refused.value
    assert text[error.position : error.position + error.length] == marked
    assert said in error.message
    quoted = text.replace(marked, f'"{marked}"')
    assert parse_saved(quoted)


@pytest.mark.parametrize(
    "text", ["no code python", "title:last weeks", '"last 7 days"', "python 3 days", "in vitro", "salary>=90k remote",
             "company:no vision", "go to market", "e commerce", "y combinator", "remote work"],
)  # fmt: skip
def test_words_that_only_look_like_sayings_are_looked_for(text: str) -> None:
    assert parse_saved(text)


@pytest.mark.parametrize(
    "text",
    [
        "python", "a -b", "role:ml-engineer is:open", "a OR b", "-(-a OR -b)", "salary>=100k", "company:daily",
        "rag title:agent,weekly", "rag -monthly", "skill:daily crypto",
    ],
)  # fmt: skip
def test_saved_search_that_wants_something(text: str) -> None:
    assert parse_saved(text) == parse(text)
    assert parse_saved(str(parse(text))) == parse(text)


@pytest.mark.parametrize("text", ["\ufdfa" * 150, "\u3316" * 190])
def test_a_letter_that_is_many_letters_written_out_counts_as_many(text: str) -> None:
    with pytest.raises(QueryError, match="written out, the query is longer"):
        parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "x" * (MAX_LENGTH + 1), "(" * 100_000, "-" * MAX_LENGTH, '"' * 1_999, "(" * 900 + "a" + ")" * 900,
        "a " * (MAX_TERMS + 1), "NOT " * 400 + "a", "a:" * 900, "-" * (MAX_DEPTH + 1) + "a",
        "country:" + ",".join(["DE"] * (MAX_TERMS + 1)), "*" * MAX_LENGTH, "<" * MAX_LENGTH, "a OR " * 300,
        "機" * (MAX_LENGTH - 1),
    ],
)  # fmt: skip
def test_hostile_text_is_refused(text: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert len(str(caught.value)) < 1_000


def test_limits_are_reached() -> None:
    assert parse("(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH) == parse("a")
    assert len(parse(" ".join(["ab"] * MAX_TERMS)).root.nodes) == MAX_TERMS


@pytest.mark.parametrize(
    ("left", "right", "both"),
    [
        ("a OR b", "is:open", "(a OR b) is:open"),
        ("a b", "c d", "a b c d"),
        ("", "c", "c"),
        ("a", "", "a"),
        ("", "", ""),
    ],
)
def test_queries_are_joined(left: str, right: str, both: str) -> None:
    assert parse(left) & parse(right) == parse(both)


PIECES = [
    "(", ")", "-", '"', ",", ":", "*", " ", "OR", "AND", "NOT", "title:", "country:", "DE", "salary", ">=", "180k",
    "posted:", "<", "7d", "is:open", "python", "ﬁ", "\u0301", "１", "“", "機", "\u200b", "K", "İ", "ß", "#", "++", "_",
]  # fmt: skip


INPUTS = int(os.environ.get("ROLEWIRE_INPUTS", "10000"))


def changed(rng: Random, text: str) -> str:
    """The text with a few pieces cut, doubled, moved or put in."""
    for _ in range(rng.randint(1, 4)):
        start, end = sorted(rng.randint(0, len(text)) for _ in range(2))
        kind = rng.randrange(4)
        if kind == 0:
            text = text[:start] + text[min(end, start + 5) :]
        elif kind == 1:
            text = text[:end] + text[start:]
        elif kind == 2:
            text = text[:start] + chr(rng.choice([rng.randrange(32, 127), rng.randrange(0x3000)])) + text[start:]
        else:
            text = text[:start] + rng.choice(PIECES) + text[start:]
    return text


def test_changed_queries_are_read_or_refused_with_the_place() -> None:
    rng = Random(11)
    seeds = [text for text, _ in MEANS] + [text for text, _, _ in WRONG + queries(rng, 200)]
    refused = 0
    for _ in range(INPUTS):
        refused += not is_read(changed(rng, rng.choice(seeds)))
    assert INPUTS * 0.2 < refused < INPUTS * 0.9  # both ways are gone


WHOLE = [
    "a salary>=150k usd", "a salary>=150k USD b", "currency:USD salary>=150k", "a OR b c", "NOT a b", "(a b)",
    "(a) (b)", "(a)(b)", "a(b OR c)d", "skill:all(a,b)", "title:all (a b)", "title: agent", "title:a ,b", "title:a, b",
    'a"b c"d', '"a" "b', "(a OR b", "a OR b)", "a -b -c", "- a", "--a", "-(a OR b)", "(-a OR b)", "eligible:yes a",
    "salary >= 90k", "a >=90k", "und b", "(a OR oder)", "posted:<7d salary<=90k", "(a OR OR)", "(OR a OR b)", "()", "",
    " ", 'x"" y', "a*b c", "skill:any a", "city:OR b", "(posted:<7d OR salary>=90kEUR) x", "(a OR (b OR c))",
    " ".join(["salary>=90kEUR"] * 6),
]  # fmt: skip


def test_what_is_read_piece_by_piece_is_what_the_grammar_reads() -> None:
    rng = Random(3)
    texts = [text for text, _, _ in queries(rng, 3_000)] + [changed(rng, text) for text, _, _ in queries(rng, 6_000)]
    quick = 0
    for text in WHOLE + texts:
        found = grammar._in_pieces(text)
        if found is not None:
            quick += 1
            assert found == grammar._Reader(typed(text), "").query(), text
    assert quick > 500


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=25).map("".join)))
def test_any_text_is_a_query_or_a_query_error(text: str) -> None:
    is_read(text)


def is_read(text: str) -> bool:
    """Whether it is a query, which then comes back; else it is an error with a place."""
    with suppress(QueryError):
        stored = parse_stored(text)  # its words are words: so they are in the canonical text, for whoever reads it
        assert parse(str(stored)) == stored
    try:
        query = parse(text)
    except QueryError as refused:
        error = refused
    else:
        assert from_json(to_json(query)) == query
        return True
    assert 0 <= error.position <= len(text)
    assert error.message
    assert error.message in str(error)
    return False


@pytest.mark.parametrize(
    "piece", ["a ", "-", "(", "(a ", "a OR ", "a:", "title:a,", "a,", '"', "skill:all(", "<", "1~"]
)
def test_reading_takes_linear_time(piece: str) -> None:
    short, long = (calls_to_read(piece * (size // len(piece))) for size in (MAX_LENGTH // 4, MAX_LENGTH - 10))
    assert long <= 4.5 * short + 200


def calls_to_read(text: str) -> int:
    count = 0

    def note(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        parse(text)
    except QueryError:
        pass
    finally:
        sys.setprofile(None)
    return count


def test_country_names_agree_with_pycountry() -> None:
    pycountry = pytest.importorskip("pycountry")
    assert set(COUNTRIES) == {country.alpha_2 for country in pycountry.countries}
    for country in pycountry.countries:
        assert str(parse(f'country:"{COUNTRIES[country.alpha_2]}"')) == f"country:{country.alpha_2}"
