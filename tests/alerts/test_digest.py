"""What messages say and how they look."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts import digest, render
from alerts.channels.chat import LIMIT, chat_html, utf16_length
from alerts.digest import LEAVE, REPEAT_NOTE, Letter, Reason, Row, Search
from alerts.links import safe_url
from alerts.wording import clean
from demo.telegram_html import read_html, units


@dataclass
class Made:
    """A message in the forms of both channels."""

    subject: str
    text: str
    html: str
    telegram: str
    unsubscribe_url: str
    items: tuple[str, ...]


def compose(letter: Letter) -> Made:
    mail = digest.compose(letter, lambda page: render.html(page, "email.html"))
    chat = digest.compose(letter, chat_html)
    assert (mail.subject, mail.text) == (chat.subject, chat.text)
    return Made(mail.subject, mail.text, mail.form, chat.form, mail.unsubscribe_url, mail.items)


NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
HOSTILE = (
    "<script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    '"><svg onload="document.title=\'owned\'">',
    "{{ 7*7 }}{% for x in () %}",
    "\u202eevil\u2066 text\x00\x1b[31m\ud800",
    "</title></style><script>document.title='owned'</script>",
    "a" * 500,
    "<b>unclosed & &amp; &lt;",
)


def posting(number: int, title: str = "Senior Machine Learning Engineer", **facts):
    return {
        "id": f"p{number}", "title": title, "company": "Acme Robotics", "role": "ml-engineer", "seniority": "senior",
        "workplace": "hybrid", "locations": [{"city": "Paris", "region": None, "country": "FR"}], "remote_scope": None,
        "salary": {"min": 95000.0, "max": 120000.0, "currency": "EUR", "period": "year"},
        "posted_at": NOW - timedelta(days=number % 7), "posted_at_quality": "stated",
        "url": f"https://boards.example.com/acme/{number}", "apply_url": "",
    } | facts  # fmt: skip


def clause(text: str, query: str = "x", field: str = "") -> dict[str, object]:
    return {"clause": query, "field": field, "matched": [], "text": text}


def reason(name: str = "agents EU", query: str = "x") -> Reason:
    words = [clause("title has “machine learning”"), clause("country: FR"), clause("skills: pytorch, langchain")]
    return Reason(name, words, query)


def folded(text: str) -> str:
    """The text with its lines joined: where they are folded does not matter."""
    return " ".join(text.split())


def weekly(**changes) -> Letter:
    rows = [
        Row(posting(1), reasons=[reason()]),
        Row(posting(2, "Research Engineer, Post-Training", company="Long Name Laboratories International GmbH & Co. KG",
                    locations=[{"city": city, "country": "DE"} for city in ("Berlin", "Munich", "Ulm", "Bonn")],
                    workplace="remote", remote_scope="EU", salary=None), reasons=[reason(), reason("research")]),
        Row(posting(3, "Agent Engineer (w/m/d)", salary=None, seniority="unspecified"), reasons=[reason()]),
        Row(posting(4, "MLOps Engineer"), "changed", {"salary_max": [None, 120000], "workplace": ["onsite", "remote"]},
            [reason()]),
        Row(posting(5, "NLP Engineer"), "closed", {"reason": [None, "not listed any more"]}, [reason("research")],
            NOW - timedelta(days=2)),
    ]  # fmt: skip
    facts = {
        "key": "weekly:1", "to": "ada@example.org", "cadence": "weekly", "now": NOW, "rows": rows,
        "counts": {"opened": 21, "changed": 1, "closed": 1},
        "already": [Row(posting(9, "Staff AI Engineer"))], "public_url": "https://jobs.example.org",
        "searches": [Search("agents EU", "title:(agent OR \"machine learning\") region:EU", "https://jobs.example.org/u/1"),
                     Search("research", "role:research-engineer remote:EU", "https://jobs.example.org/u/2")],
        "stop_url": "https://jobs.example.org/u/all",
    }  # fmt: skip
    return Letter(**(facts | changes))


def hostile() -> Letter:
    rows = [
        Row(posting(number, words, company=words, url="javascript:alert(1)", apply_url="https://x.example/\"onload=1",
                    locations=[{"city": words, "region": words, "country": "FR"}], remote_scope=words),
            "changed", {words: [words, words]},
            [Reason(words, [clause(words, words, words)], words), Reason(words, [clause(words)], "x")])
        for number, words in enumerate(HOSTILE)
    ]  # fmt: skip
    searches = [Search(words, words, "") for words in HOSTILE]
    return weekly(rows=rows, searches=searches, counts={"changed": len(rows)}, already=rows)


def test_a_weekly_digest_says_all_that_was_asked_for():
    made = compose(weekly())
    assert made.subject == "21 new, 1 changed, 1 closed – agents EU, research"
    for words in (
        "Senior Machine Learning Engineer – Acme Robotics",
        "Paris, FR · hybrid · €95k–120k · senior · ML engineer · posted yesterday",
        "Why: agents EU – title has “machine learning” · country: FR · skills: pytorch, langchain",
        "Berlin / Munich / Ulm, DE +1 · remote in EU",
        "Why: research – title has",
        "[changed] MLOps Engineer",
        "salary: from €95k → €95k–120k",
        "now remote (was onsite)",
        "closed on 21 November: not listed any more",
        "https://jobs.example.org/postings/p1",
        "https://boards.example.com/acme/1",
        "… and 18 more",
        "Already sent to you at once: * Staff AI Engineer – Acme Robotics",
        "Stop everything: https://jobs.example.org/u/all",
    ):
        assert words in folded(made.text)
    assert made.text.index("Agent Engineer") < made.text.index("[changed]") < made.text.index("[closed]")
    assert made.unsubscribe_url == "https://jobs.example.org/u/all"
    assert made.items == ("p1", "p2", "p3", "p4", "p5")


def test_one_search_is_stopped_by_its_own_link():
    letter = weekly(searches=[Search("a", "rag", "https://jobs.example.org/u/1")])
    assert compose(letter).unsubscribe_url == "https://jobs.example.org/u/1"


def test_a_possible_repeat_says_so_everywhere():
    made = compose(weekly(is_possible_repeat=True))
    assert made.subject.startswith("(possible repeat) ")
    for form in (made.text, made.html, made.telegram):
        assert REPEAT_NOTE in folded(form)
    assert REPEAT_NOTE not in folded(compose(weekly()).text)


def test_without_a_public_address_the_employers_ad_is_linked():
    made = compose(weekly(public_url="", stop_url="", searches=[Search("a", "rag")]))
    assert "https://boards.example.com/acme/1" in made.telegram
    for form in (made.text, made.html, made.telegram):
        assert "jobs.example.org" not in form
        assert "/unsubscribe" not in form
        assert "and 18 more" in form
    assert made.unsubscribe_url == ""
    assert LEAVE in folded(made.text)
    assert LEAVE in made.html
    assert "/stop ends all messages" in made.telegram
    assert LEAVE not in compose(weekly()).text


@pytest.mark.parametrize(
    ("to", "foot"),
    [("7", "/list shows your searches · /stop ends all messages"), ("@jobs", "stop all messages")],
)
def test_a_chat_is_told_the_commands_and_a_broadcast_channel_a_link(to, foot):
    assert read_html(compose(weekly(to=to)).telegram).text.endswith(f"\n\n{foot}")


def test_the_rest_is_linked_to_where_it_can_be_seen():
    one = [Search("agents EU", "title:agent region:EU", "")]
    for form in ("text", "html", "telegram"):
        assert "https://jobs.example.org/?q=title%3Aagent+region%3AEU" in getattr(compose(weekly(searches=one)), form)
    read = read_html(compose(weekly()).telegram)
    both = ("%28title%3A%28agent+OR+%22machine+learning%22%29+region%3AEU%29"
            "+OR+%28role%3Aresearch-engineer+remote%3AEU%29")  # fmt: skip
    assert ("a", f"https://jobs.example.org/?q={both}", "… and 18 more") in read.entities  # of several: one link to all
    assert compose(weekly(searches=[Search("a", "rag " * 400)])).text.count("open your searches") == 0


QUERY = "(agents OR llm) role:ai-engineer,ai-solutions-engineer remote:EU"
SHORT = "(agents OR llm) role:ai-engineer…"
SAID = [clause("title has “agents”", "agents"), clause("text has “llm”", "llm"), clause("role: ai-engineer", "role:…")]
WHY = "title has “agents” · text has “llm” · role: ai-engineer"


@pytest.mark.parametrize(
    ("reasons", "why"),
    [
        ([Reason("agents", SAID, QUERY)], [f"agents – {WHY}"]),
        ([Reason(QUERY[:60], SAID, QUERY)], [WHY]),
        ([Reason(f"{QUERY[:60]} 2", SAID, QUERY)], [WHY]),
        ([Reason(QUERY[:60], SAID, QUERY), Reason("agents", SAID, "agents")],
         [f"{SHORT} – {WHY}", f"agents – {WHY}"]),
        ([Reason("mine", SAID, QUERY), Reason("yours", [], QUERY)], [f"mine – {WHY}", "yours"]),
        ([Reason(QUERY[:60], [], QUERY)], [SHORT]),
        ([Reason(QUERY[:60], [clause("not seniority:intern", "-seniority:intern")], QUERY)], [SHORT]),
        ([Reason(f"n{number}", [], QUERY) for number in range(6)], ["n0", "n1", "n2", "n3 · and 2 more searches"]),
    ],
)  # fmt: skip
def test_reasons_name_a_search_only_where_its_name_tells_more(reasons, why):
    made = compose(weekly(rows=[Row(posting(1), reasons=reasons)]))
    said = folded(made.text)
    for line in why:
        assert f"Why: {line}" in said
    assert said.count("Why: ") == len(why)
    assert f"Why: {'; '.join(why)}" in read_html(made.telegram).text


def test_a_search_goes_by_its_query_where_it_has_no_name():
    made = compose(weekly(searches=[Search(QUERY[:60], QUERY)], counts={"opened": 1}))
    assert made.subject == f"1 new – {SHORT}"
    assert f"Search {QUERY}" in folded(made.text)
    assert f"<p>{QUERY}" in re.sub(r"<p [^>]*>", "<p>", made.html)


@pytest.mark.parametrize("cadence", ["instant", "weekly", "baseline"])
@pytest.mark.parametrize("is_repeat", [True, False])
def test_a_subject_is_short(cadence, is_repeat):
    long = "Machine learning engineers of all kinds who speak Basque"
    rows = [Row(posting(1, "Very " * 40 + "senior engineer", company="Limited " * 20), "reopened")]
    searches = [Search(f"{long} {number}", "rag") for number in range(9)]
    made = compose(weekly(cadence=cadence, rows=rows, searches=searches, is_possible_repeat=is_repeat,
                          counts={"reopened": 1}))  # fmt: skip
    assert len(made.subject) <= 140
    assert cadence == "instant" or made.subject.endswith("and 8 more")
    assert len(compose(weekly(searches=searches)).subject) <= 100


def test_the_text_part_is_folded_and_its_addresses_are_whole():
    url = "https://boards.example.com/" + "a-long-path/" * 12
    rows = [Row(posting(1, url=url), "changed", {"title": ["word " * 30, "other " * 30]}, [reason()] * 4)]
    for line in compose(weekly(rows=rows)).text.splitlines():
        assert len(line) <= 76 or line.rpartition(" ")[2].startswith("https://")
    assert url in compose(weekly(rows=rows)).text


def test_the_first_line_says_what_is_in_it():
    made = compose(weekly())
    assert made.text.startswith("21 new, 1 changed, 1 closed – agents EU, research\n")
    seen = re.sub(r"<style.*?</style>|<title.*?</title>|<[^>]*>", " ", made.html, flags=re.DOTALL)
    first = "Senior Machine Learning Engineer, Research Engineer, Post-Training, Agent Engineer (w/m/d)"
    assert folded(seen).startswith(f"{first} rolewire 21 new, 1 changed, 1 closed")


def test_an_e_mail_stays_below_what_gmail_cuts():
    rows = [Row(posting(number, "Very " * 30), reasons=[reason()] * 3) for number in range(60)]
    made = compose(weekly(rows=rows, already=rows))
    assert made.html.count('class="cell"') < 35
    assert len(made.html.encode()) < 90_000


@pytest.mark.parametrize("count", [1, 5, 20])
def test_a_telegram_message_fits_and_counts_what_it_leaves_out(count):
    rows = [
        Row(posting(number, "Ingénieur 🚀 " * 20, company="Ü" * 100), reasons=[reason()] * 3) for number in range(count)
    ]
    made = compose(weekly(cadence="instant", rows=rows, counts={"opened": count}))
    read = read_html(made.telegram)
    assert units(read.text) <= LIMIT
    assert utf16_length(made.telegram) == units(read.text)
    shown = read.text.count("Ingénieur 🚀 Ingénieur")
    assert shown >= 1
    assert (f"and {count - shown:,} more" in read.text) == (shown < count * 1)
    assert len(read.entities) <= 100  # Telegram reads no more


@pytest.mark.parametrize("public_url", ["https://jobs.example.org", ""])
def test_a_long_telegram_message_leaves_postings_to_its_link_before_their_reasons(public_url):
    rows = [Row(posting(number, "Engineer " * 12), reasons=[reason()] * 3) for number in range(20)]
    letter = weekly(cadence="instant", rows=rows, counts={"opened": 20}, already=[], public_url=public_url)
    text = read_html(compose(letter).telegram).text
    shown = text.count(" – Acme Robotics")
    if public_url:
        assert 0 < shown < 20 == shown + int(text.partition("… and ")[2].split()[0])
        assert text.count("Why: ") == shown
    else:
        assert shown == 20
        assert "Why: " not in text


def test_a_notice_is_its_words():
    made = compose(Letter(key="n", to="7", cadence="notice", now=NOW, text="Trouble <b>\nat the mill"))
    assert made.subject == "rolewire: Trouble <b>"
    assert read_html(made.telegram).text == "Trouble <b>\nat the mill"
    assert made.text == "Trouble <b>\nat the mill\n"


@settings(deadline=None)
@given(st.text(), st.text(), st.text())
def test_any_words_make_a_message_that_every_channel_can_read(title, company, query):
    happened = {
        title: [company, query],
        "locations": [[{"city": title}], [{"city": query}]],
        "salary_currency": [title, query],
    }
    row = Row(posting(1, title, company=company), "changed", happened, [reason(query, title), reason(title, title)])
    made = compose(weekly(rows=[row], searches=[Search(title, query)], is_possible_repeat=True))
    assert units(read_html(made.telegram).text) <= LIMIT
    made.text.encode()
    made.html.encode()
    assert "\n" not in made.subject
    assert made.subject.isprintable()


def test_hostile_words_are_only_words():
    made = compose(hostile())
    assert "<script" not in made.html
    assert "<img" not in made.html
    assert "<svg" not in made.html
    assert "javascript:" not in made.html + made.text + made.telegram
    assert "{{ 7*7 }}" in made.text
    assert not set("\u202e\u2066\x00\x1b") & set(made.html + made.text + made.telegram + made.subject)


@pytest.mark.parametrize(
    "url",
    ["", None, "javascript:alert(1)", "data:text/html,x", "//x.example", "http://", "ftp://x.example/", "http://[::1",
     "https://x.example/a b", "https://x.example/\"onload", "https://x.example/<b>", "https://x.example/\u202e",
     "https://" + "a" * 3000],
)  # fmt: skip
def test_only_plain_web_addresses_are_linked(url):
    assert safe_url(url) == ""


def test_web_addresses_stay_as_they_are():
    assert safe_url(" https://x.example/a?b=c&d=%20#e ") == "https://x.example/a?b=c&d=%20#e"


def test_words_are_clean():
    assert clean("a\u202eb\n c", 3) == "ab…"
