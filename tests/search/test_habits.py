"""What people write out of habit from other sites and engines: understood, or refused with the query to write."""

import re

import pytest

from search import QueryError, parse, parse_saved, parse_stored

UNDERSTOOD = [
    ("title : agent", "title:agent"),
    ("title：“ai engineer”", 'title:"ai engineer"'),
    ("python -java -“machine learning”", 'python -java -"machine learning"'),
    ("python AND NOT java", "python -java"),
    ("NOT(python)", "-python"),
    ("NOT NOT a", "a"),
    ("python —java", "python -java"),
    ("remote:true type:fulltime", "remote:yes type:full-time"),
    ('"senior engineer" OR "staff engineer"', '"senior engineer" OR "staff engineer"'),
    ("city:Berlin, Munich", "city:berlin,munich"),
    ("salary>=100k Euro rag", "salary>=100kEUR rag"),
    ("salary>=80.000 euros currency:dollars", "salary>=80kEUR currency:USD"),
    ("salary>=20k zł", "salary>=20kPLN"),
    ("country:Alemania,Frankreich,Niemcy,日本,ドイツ", "country:DE,FR,JP"),
    ("language:Deutsch,anglais,日本語", "language:de,en,ja"),
    ("skill:js,ts,tf,py,k8s", "skill:javascript,typescript,tensorflow,python,kubernetes"),
    ("#python @acme", "python acme"),
    ("Level:Senior,staff employer:acme skills:all(rag,llm)", "seniority:senior,staff company:acme skill:rag skill:llm"),
    (
        "pay>=120k -pay:>=300k age:<7d employment:contract sponsorship:yes",
        "salary>=120k -salary>=300k posted:<7d type:contract visa:yes",
    ),
    ("place:berlin,Germany,bavaria rag", "(city:berlin OR country:DE OR region:bavaria) rag"),
    (
        '-place:remote place:all("New York",CA) OR place:nowhereville',
        '-workplace:remote city:"new york" country:CA OR city:nowhereville',
    ),
]


@pytest.mark.parametrize(("text", "canonical"), UNDERSTOOD)
def test_what_has_one_sure_meaning_is_understood(text: str, canonical: str) -> None:
    assert str(parse(text)) == canonical


REFUSED = [
    # what is written, where the carets stand (the first word), what to write
    ("city:Berlin OR Munich", "city:Berlin OR Munich", "write city:Berlin,Munich;"),
    ("(city:Berlin OR Munich) python", "city:Berlin OR Munich", "write city:Berlin,Munich;"),
    ("-city:Berlin OR Munich", "city:Berlin OR Munich", "write -city:Berlin,Munich;"),
    ("city:Berlin OR New York", "city:Berlin OR New York", 'write city:Berlin,"New York";'),
    ("city:Berlin OR Germany", "city:Berlin OR Germany", "write city:Berlin OR country:DE;"),
    ("city:Berlin OR remote", "city:Berlin OR remote", "write city:Berlin OR workplace:remote;"),
    ("city:Berlin or Munich", "city:Berlin or Munich", "write city:Berlin,Munich;"),
    ("city:Berlin Germany", "city:Berlin Germany", "write city:Berlin country:DE;"),
    ('city:"San Francisco" CA', 'city:"San Francisco" CA', 'write city:"San Francisco" region:ca;'),
    ("city:Berlin/Munich", "Berlin/Munich", "city:Berlin,Munich"),
    ("city:Berlin area", "city:Berlin area", 'leave "area" away: city:Berlin'),
    ("city:New York City", "New York City", 'city:"New York City"'),
    ("region:new york", "new york", 'region:"new york"'),
    ("country:germany AND france", "country:germany AND france", "write country:germany,france;"),
    ("country:DE and FR", "country:DE and FR", "write country:DE,FR;"),
    ("country:DE FR", "country:DE FR", "write country:DE,FR;"),
    ("country:DE/FR", "DE/FR", "country:DE,FR"),
    ("country IN (DE, FR)", "country IN (", "country:DE,FR"),
    ("country IN ('DE','FR')", "country IN (", "country:DE,FR"),
    ("country:not US", "country:not US", "-country:US"),
    ("remote:germany only", "remote:germany only", 'leave "only" away: remote:germany'),
    ("remote:eu OR us", "remote:eu OR us", "write remote:eu,us;"),
    ("remote:yes germany", "remote:yes germany", "write remote:germany;"),
    ("company:Scale AI", "company:Scale AI", 'company:"Scale AI"'),
    ("company:scale AI engineer", "company:scale AI", 'company:"scale AI"'),
    ("company:hugging face", "company:hugging face", 'company:"hugging face"'),
    ("-company:Jane Street", "company:Jane Street", '-company:"Jane Street"'),
    ("company:OpenAI OR Anthropic", "company:OpenAI OR Anthropic", "write company:OpenAI,Anthropic;"),
    ("company:not Google", "company:not Google", "-company:Google"),
    ("title:senior engineer", "title:senior engineer", 'title:"senior engineer"'),
    ("title:machine learning", "title:machine learning", 'title:"machine learning"'),
    ("title:senior OR staff", "title:senior OR staff", "write title:senior,staff;"),
    ("text:large language model", "text:large language model", 'text:"large language model"'),
    ("skill:pytorch OR jax", "skill:pytorch OR jax", "write skill:pytorch,jax;"),
    ("skill:python AND rust", "skill:python AND rust", "write skill:all(python,rust);"),
    ("skill:python+rust", "python+rust", "skill:python,rust, skill:all(python,rust) for both"),
    ('skill:"python,rust"', '"python,rust"', "skill:python,rust"),
    ("skill:machine learning", "machine learning", 'skill:"machine learning"'),
    ("role:ai engineer", "ai engineer", 'role:"ai engineer"'),
    ("role:ml-engineer OR ai-engineer", "role:ml-engineer OR ai-engineer", "write role:ml-engineer,ai-engineer;"),
    ("seniority:mid senior", "seniority:mid senior", "write seniority:mid,senior;"),
    ("seniority:entry level", "seniority:entry level", "seniority:entry"),
    ("seniority>=senior", "seniority", "seniority:senior,staff,manager,director,executive"),
    ("type:contract OR freelance", "type:contract OR freelance", "write type:contract,freelance;"),
    ("language:en de", "language:en de", "write language:en,de;"),
    ("title:(manager OR director)", "(", "title:manager,director"),
    ("skill:(python AND rust)", "(", "skill:all(python,rust)"),
    ("title contains agent", "title contains agent", "title:agent"),
    ("country:germany & austria", "country:germany & austria", "write country:germany,austria;"),
    ('city:Berlin OR "New York"', 'city:Berlin OR "New York"', 'write city:Berlin,"New York";'),
    (
        'skill:"machine learning" OR "deep learning"',
        'skill:"machine learning" OR "deep learning"',
        'write skill:"machine learning","deep learning";',
    ),
    ("company:Google,Meta OR Amazon", "company:Google,Meta OR Amazon", "write company:Google,Meta,Amazon;"),
    ('company:OpenAI OR "Hugging Face"', 'company:OpenAI OR "Hugging Face"', 'write company:OpenAI,"Hugging Face";'),
    ("seniority:senior or above", "seniority:senior or above", "seniority:senior,staff,manager,director,executive"),
    ("seniority:senior+", "senior+", "seniority:senior,staff,manager,director,executive"),
    ("remote:yes OR hybrid", "remote:yes OR hybrid", "write remote:yes OR workplace:hybrid;"),
    ("remote:PST", "PST", "did you mean remote:US?"),
    ('city:"Bay Area"', '"Bay Area"', 'did you mean city:"San Francisco","San Jose",Oakland?'),
    ("language:python", "python", "did you mean skill:python?"),
    ("site:lever.co rag", "site:", "did you mean source:lever?"),
    ("label:rag", "label:", "did you mean skill:rag?"),
    ("newer_than:7d", "newer_than:", "did you mean posted:<7d?"),
    ("posted:2 weeks", "posted:2", "did you mean posted:<14d?"),
    ("posted:this week", "posted:this", "did you mean posted:<7d?"),
    ("salary=100k", "=", "write salary>=100k, or salary<=100k"),
    ("salary>=$100k", "$100k", "write salary>=100kUSD"),
    ("posted:<2 weeks", "<2", "did you mean posted:<14d?"),
    ("older_than:1m", "older_than:", "did you mean posted:>30d?"),
    ("during:today rag", "during:", "did you mean posted:<1d?"),
    ("author:cohere rag", "author:", "did you mean company:cohere?"),
    ("posted:<5min", "<5min", "did you mean posted:<1h?"),
    ("salary>=100,5k", "100,5k", "write salary>=100500"),
    ("salary>=100k$", "100k$", "write salary>=100kUSD"),
    ("skill:python^2", "python^2", 'leave the "^"'),
    (r"python \-java", r"\-java", "go in quotes"),
    ("over 100k python", "over 100k", "salary>=100k"),
    ("3-5 years experience", "3-5 years experience", "seniority:senior"),
    ("--python", "--", "-python"),
    ('--"machine learning"', "--", '-"machine learning"'),
    ("source:linkedin", "linkedin", "add a board with `boards add URL`"),
    ("source:Indeed.com", "Indeed.com", "leave source: out"),
    ("source:wellfound", "wellfound", "source:ycombinator,hackernews"),
    ("location:New", "location:", "city: or country:"),
    ('location:"New York"', "location:", 'did you mean city:"new york"?'),
    ("location:Berlin,Germany", "location:", "did you mean city:berlin OR country:DE?"),
    ("location:remote", "location:", "did you mean workplace:remote?"),
    ("lang:python", "lang:", "did you mean skill:python?"),
    ("sprache:ür*", "sprache:", "did you mean language:"),
    ("level:senoir", "senoir", "did you mean seniority:senior?"),
    ("jobtitle:'ai engineer", "jobtitle:", "did you mean title:"),
    ("org:openai", "org:", "did you mean company:openai?"),
    ("keywords:rag", "keywords:", "did you mean text:rag?"),
    ("job type: full-time", "job type:", "type:full-time"),
    ("experience level: senior", "experience level:", "seniority:senior"),
    ("date posted: past week", "date posted:", "posted:<7d"),
    ("pay:100k-150k", "pay:100k-150k", "did you mean salary>=100k salary<=150k?"),
    ("salary:100k", "salary:100k", "did you mean salary>=100k or salary<=100k?"),
    ("salary:100k..150k", "salary:100k..150k", "did you mean salary>=100k salary<=150k?"),
    ("salary>100000", ">", "write salary>=100000"),
    ("salary>=100k-150k", "100k-150k", "write salary>=100k salary<=150k"),
    ("100k<=salary", "100k", "did you mean salary>=100k?"),
    ("posted:today", "posted:today", "did you mean posted:<1d?"),
    ("posted:24h", "posted:24h", "did you mean posted:<24h?"),
    ("posted:<=7d", "<=7d", "did you mean posted:<7d?"),
    ("age:7d", "age:7d", "did you mean posted:<7d?"),
    ("place:Berlin Germany", "place:Berlin Germany", "write city:Berlin country:DE"),
    ("place:DE FR", "place:DE FR", "write country:DE,FR"),
    ("place:Berlln", "Berlln", "did you mean city:berlin?"),
    ("visa sponsorship: yes", "visa sponsorship:", "visa:yes"),
    ("older:7d", "older:", "did you mean posted:>7d?"),
    ("role=ai-engineer", "role", "write role:ai-engineer"),
    ("title = 'engineer'", "title", "write title:engineer"),
    ("a AND OR b", "OR", "AND needs something after it"),
    ("python; rust", "python;", "OR where one of them is enough"),
    ("AI / ML", "/", "write OR"),
    ("SELECT * FROM jobs", "SELECT * FROM", "`rolewire sql`"),
    ("🔥 python", "🔥", "no letters or digits"),
    ("last 7 days python", "last 7 days", "posted:<7d"),
    ("rag posted within 3 weeks", "posted within 3 weeks", "posted:<21d"),
    ("past 24 hours", "past 24 hours", "posted:<24h"),
    ("salary 100k", "salary 100k", "salary>=100k"),
    ("python jobs", "jobs", 'leave "jobs" away'),
    ("ai jobs in Berlin", "jobs", 'leave "jobs" away'),
    ("rag near me", "near me", "city:Berlin"),
    ("looking for rag", "looking for", "role:ai-engineer"),
    ("visa sponsorship rag", "visa sponsorship", "visa:yes"),
    ("İİİ python o rust", "o", "write OR"),
    ("easy apply rag", "easy apply", "leave it away"),
    ("skill:python rust", "skill:python rust", "write skill:python,rust for either"),
    ("skill:pytorch jax", "skill:pytorch jax", "write skill:pytorch,jax for either"),
    ("company:cohere anyscale", "company:cohere anyscale", "write company:cohere,anyscale;"),
    ("visa:yes no", "visa:yes no", "write visa:yes,no;"),
    ("source:nosuch", "nosuch", "docs/sources.md"),
    ("source:lever.co", "lever.co", "did you mean source:lever?"),
    ("source:hn", "hn", "did you mean source:hackernews?"),
    ("seniority in (senior, staff) AND rag", "seniority in (", "a list takes commas: seniority:senior,staff"),
    ("role in (ai-engineer) python", "role in (", "a list takes commas: role:ai-engineer"),
    ("country not in (US, GB) rag", "country not in (", "a list takes commas: -country:US,GB"),
    ("senior+ python", "senior+", 'leave the "+" away'),
    ("title:senior+", "senior+", 'leave the "+" away'),
    ("python+rust", "python+rust", "OR where one of them is enough"),
    ("entry level rag", "entry level", "seniority:entry"),
    ("mid-senior level python", "mid-senior level", "seniority:mid,senior"),
    ("full-time python", "full-time", "type:full-time"),
    ("Vollzeit python", "Vollzeit", "type:full-time"),
    ("part time rag", "part time", "type:part-time"),
    ("title LIKE '%agent%'", "title LIKE '%agent%'", "title:agent"),
    ("salary:[100000 TO 150000] rag", "salary:[100000", "salary>=100k salary<=150k"),
    ("skill:-java", "-", "-skill:java"),
    ("visa IS NULL rag", "visa IS NULL", "visa:unknown"),
    ("salary IS NOT NULL rag", "salary IS NOT NULL", "salary>=0"),
    ("role was ai-engineer", "role was ai-engineer", "role:ai-engineer"),
    ("rag LIMIT 10", "LIMIT 10", "--limit 20"),
    ("python ohne java", "ohne", "-java"),
    ("nie java rag", "nie", "-java"),
    ("python かつ rust", "かつ", "write AND"),
    ("python and/or rust", "and/or", "write OR"),
]


@pytest.mark.parametrize(("text", "marked", "said"), REFUSED)
def test_what_would_be_looked_for_as_words_is_refused_with_what_to_write(text: str, marked: str, said: str) -> None:
    with pytest.raises(QueryError, match=re.escape(said)) as caught:
        parse(text)
    error = caught.value
    assert text[error.position :][: error.length] == marked


@pytest.mark.parametrize("said", [said for _, _, said in REFUSED if re.search(r"[a-z]:\S", said)])
def test_the_query_to_write_is_one(said: str) -> None:
    meant = re.search(
        r"-?\b[a-z]+(?::|[<>]=)(?=\S)(?:\"[^\"]*\"|[^\s\"?;])*(?:\([^)]*\))?", said.split(", skill:all")[0]
    )
    assert meant
    assert parse(meant.group())


@pytest.mark.parametrize(
    "text",
    [
        "company:anthropic python", "company:Anthropic Python", "company:acme rust", "title:agent rag", "title:agent*",
        "title:agent,llm engineer", "country:US AI", "country:DE ml engineer", "country:GB mobile",
        "city:Berlin python",
        "city:Berlin mobile", "agents in enterprise software",
        "experience in mobile", "city:Berlin OR enterprise", "role:ai-engineer OR agents", "role:ai-engineer OR remote",
        'city:Berlin OR "Munich"',
        'title:senior OR "staff"', "title:agent OR llm*", "seniority:senior python",
        "seniority:senior engineer", "remote:EU python", "is:open remote", "workplace:remote germany",
        "title:agent salary >= 90k", "source:greenhouse rag", "skill:ci/cd", "skill:pl/sql", "spark jobs", "jobs api",
        'role:ai-engineer OR "large language models"', 'city:Berlin OR ("New York")', "R&D at&t",
        "title:agent AND rag", "(title:agent) OR rag", "python OR rust", "-(-a OR -b)", "language:en it",
    ],
)  # fmt: skip
def test_what_means_words_stays_words(text: str) -> None:
    assert parse(text)


@pytest.mark.parametrize(
    "text",
    [
        '"last" "7" "days"', '"every" "week" rag', 'rag "once" "a" "week"', 'city:berlin OR "munich"', '"in" "berlin"',

        'skill:pytorch OR ("deep learning")', 'company:acme OR ("scale ai")',
        'company:scale "ai"', '"python" "jobs"', 'title:agent OR "rag"', "(title:agent) OR (rag)", 'remote:DE "only"',
    ],
)  # fmt: skip
def test_a_canonical_text_is_read_and_saved_as_the_same_query(text: str) -> None:
    query = parse(text)
    assert parse(str(query)) == parse_saved(str(query)) == query


def test_a_search_that_was_stored_before_is_read_as_it_was() -> None:
    assert str(parse_stored("city:berlin OR munich")) == 'city:berlin OR "munich"'
