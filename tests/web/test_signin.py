"""Signing in and keeping one's searches, without a password and without a script."""

import hashlib
import hmac
import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, insert, select, update

import database
from alerts import entry, erase, keeping, searches
from alerts.desk import Asked, Desk, subscribe
from alerts.subscribers import ADDRESS, MESSAGE, SEARCH, SUBSCRIBER
from models import Entry
from settings import Settings
from tests.web.page import Page
from tests.web.sample import NOW
from web import telegram

TOKEN = "123456789:AAAA-local-token-of-a-test-0123456789"
QUERY = "role:ml-engineer title:machine"


@pytest.fixture
def settings() -> Settings:
    return Settings.model_validate(
        {
            "web": {"port": 0, "public_url": "http://testserver"},
            "access": {"mode": "open"},
            "email": {"host": "127.0.0.1", "sender": "rolewire <alerts@rolewire.example>"},
            "telegram": {"token": TOKEN, "api_url": "http://127.0.0.1:9"},
        }
    )


@pytest.fixture
def site(client):
    return client.app.state.site


def form_of(client, href: str) -> str:
    """The token that a page's forms carry."""
    response = client.get(href)
    assert response.status_code == 200, response.text
    assert response.headers["cache-control"] == "no-store"
    return Page(response.text).all("input[name=form]")[0]["value"]


def links(engine) -> list[str]:
    """The addresses in what was sent."""
    with database.read(engine) as connection:
        words = connection.execute(select(MESSAGE.c.text).order_by(MESSAGE.c.id)).scalars().all()
    return [one for text in words for one in re.findall(r"http://testserver(/signin/\S+)", text)]


def ask(client, address: str, **given: str):
    href = "/signin" if not given else "/save?" + urlencode({"q": given["q"]})
    return client.post(href.partition("?")[0], data={"form": form_of(client, href), "email": address, **given})


def sign_in(client, engine, address: str = "ada@example.org", **given: str) -> None:
    assert "Look into your mail" in ask(client, address, **given).text
    href = links(engine)[-1]
    response = client.post(href, data={"form": form_of(client, href)})
    assert (response.status_code, response.headers["location"].partition("?")[0]) == (303, "/searches")


def people(engine) -> list[tuple[str, str]]:
    with database.read(engine) as connection:
        return [tuple(row) for row in connection.execute(select(ADDRESS.c.address, ADDRESS.c.state))]


def test_a_search_is_saved_by_mail_and_then_kept(client, engine, add):
    """The whole way: backtest, mail, link, button; then edit with its effect, pause, resume, delete, sign out."""
    for number in range(3):
        add(f"p{number}", role="ml-engineer", seniority=("senior", "staff", "staff")[number])
    tried = Page(client.get("/save", params={"q": QUERY}).text)
    assert "would have sent 3" in tried.one("p[role=status]").text
    ask(client, "Ada@Example.org", q=QUERY, cadence="weekly")
    assert people(engine) == [("Ada@Example.org", "unconfirmed")]
    (href,) = links(engine)
    assert QUERY in Page(client.get(href).text).one("main").text
    assert client.get("/searches").headers["location"] == "/signin"  # opening the link changed nothing
    client.post(href, data={"form": form_of(client, href)})
    mine = Page(client.get("/searches").text)
    assert mine.one(".search-row h2").text == QUERY
    assert "3 open now · Mondays at 08:00 UTC · by email" in mine.one(".search-row").text
    assert people(engine)[0][1] == "active"

    edit = next(one["href"] for one in mine.all(".acts a"))
    form = form_of(client, edit)
    changes = {"form": form, "query": QUERY + " seniority:staff", "cadence": "daily", "time_of_day": "07:30"}
    compared = Page(client.post(edit, data=changes | {"do": "compare"}).text)
    assert [one.text for one in compared.all(".two strong")] == ["3", "2"]
    assert Page(client.get("/searches").text).one(".search-row h2").text == QUERY  # not saved yet
    assert client.post(edit, data=changes | {"do": "save"}).headers["location"] == "/searches?told=changed"
    row = Page(client.get("/searches?told=changed").text)
    assert "every day at 07:30" in row.one(".search-row").text
    assert "Changed." in row.one(".note").text
    bad = client.post(edit, data=changes | {"query": "roel:x", "do": "save"})
    assert (bad.status_code, "did you mean role:" in bad.text) == (400, True)

    for act, told in (("pause", "paused"), ("resume", "resumed"), ("delete", "deleted")):
        assert client.post(f"{edit}/{act}", data={"form": form}).headers["location"] == f"/searches?told={told}"
        assert (len(Page(client.get("/searches").text).all(".is-paused")) == 1) is (act == "pause")
    assert "You have saved no search yet" in client.get("/searches").text
    client.post("/signout", data={"form": form})
    assert client.get("/searches").headers["location"] == "/signin"


def test_a_link_works_once_and_not_for_long(client, engine, site):
    ask(client, "ada@example.org")
    (href,) = links(engine)
    form = form_of(client, href)
    assert client.head(href).status_code == 200
    assert client.post(href, data={"form": form}).status_code == 303
    again = client.post(href, data={"form": form_of(client, "/save?q=x")})
    assert (again.status_code, "used already" in again.text) == (400, True)
    assert "used already" in client.get(href).text
    assert client.get("/signin/nonsense").status_code == 400
    ask(client, "ada@example.org")
    with database.transaction(engine) as connection:
        connection.execute(update(entry.ENTRY).values(until=NOW))
    assert "used already" in client.get(href).text
    assert "too old" in client.get(links(engine)[-1]).text


def test_nobody_learns_who_is_known(client, engine, site):
    """A stranger's address, one that asks too often and a known one are answered alike; only one of them gets mail."""
    sign_in(client, engine)
    client.cookies.clear()
    site.settings.access.mode = "invite"
    answers = {ask(client, one).text.replace(one, "X") for one in ("ADA@example.org", "eve@example.org")}
    answers |= {ask(client, "ada@example.org").text.replace("ada@example.org", "X") for _ in range(3)}
    normal = {re.sub(r'name="form" value="[^"]*"', "", one) for one in answers}
    assert len(normal) == 1
    assert len(links(engine)) == entry.MOST_OF_ADDRESS
    assert people(engine) == [("ada@example.org", "active")]
    refused = ask(client, "no address")
    assert (refused.status_code, refused.text.count('role="alert"')) == (400, 1)


def test_new_people_are_few_an_hour(client, engine, monkeypatch):
    monkeypatch.setattr(entry, "MOST_NEW", 2)
    for number in range(4):
        ask(client, f"p{number}@example.org")
    assert len(people(engine)) == 2


@pytest.mark.parametrize(
    ("headers", "is_own"),
    [({"origin": "https://evil.example"}, False), ({"sec-fetch-site": "cross-site"}, False),
     ({"sec-fetch-site": "same-site"}, False), ({"origin": "null", "sec-fetch-site": "cross-site"}, False),
     ({"origin": "null", "sec-fetch-site": "same-origin"}, True), ({"origin": "http://testserver"}, True),
     ({"origin": "http://testserver", "sec-fetch-site": "same-origin"}, True)],
)  # fmt: skip
def test_another_site_cannot_post_here(client, headers, is_own):
    form = form_of(client, "/signin")
    response = client.post("/signin", data={"form": form, "email": "ada@example.org"}, headers=headers)
    assert response.status_code == (200 if is_own else 403)


def test_a_form_is_of_the_one_who_got_it(client, engine, add):
    sign_in(client, engine, q=QUERY, cadence="daily")
    edit = next(one["href"] for one in Page(client.get("/searches").text).all(".acts a"))
    for form in ("", "nonsense", form_of(client, edit)[:-2] + "xx"):
        assert client.post(f"{edit}/delete", data={"form": form}).status_code == 403
    stolen = form_of(client, edit)
    client.cookies.clear()
    other = form_of(client, "/signin")
    assert client.post(f"{edit}/delete", data={"form": stolen}).status_code == 403
    assert client.post(f"{edit}/delete", data={"form": other}).headers["location"] == "/signin"
    sign_in(client, engine, "eve@example.org")
    assert client.post(f"{edit}/delete", data={"form": form_of(client, "/searches")}).status_code == 404
    assert client.get(edit).status_code == 404
    assert client.post("/signin", content=b"x" * 40_000).status_code == 413


def test_a_search_that_does_not_run_says_why(client, engine, add):
    sign_in(client, engine, q=QUERY, cadence="daily")
    with database.transaction(engine) as connection:
        connection.execute(update(SEARCH).values(query="city:Germany"))
    row = Page(client.get("/searches").text).one(".search-row")
    assert "does not run" in row.text
    assert "did you mean country:DE?" in row.text


def test_the_cookie_is_for_us_alone(client, engine, site):
    response = client.get("/signin")
    told = response.headers["set-cookie"].lower()
    assert all(word in told for word in ("httponly", "samesite=lax", "path=/"))
    assert "secure" not in told
    site.settings.web.public_url = "https://jobs.example"
    told = client.get("/signin").headers["set-cookie"]
    assert told.startswith("__Host-rolewire=")
    assert "secure" in told.lower()
    client.cookies.set("__Host-rolewire", "forged.value.here")
    assert client.get("/searches").headers["location"] == "/signin"


def signed(given: dict[str, str], token: str = TOKEN) -> dict[str, str]:
    told = "\n".join(f"{name}={given[name]}" for name in sorted(given))
    key = hashlib.sha256(token.encode()).digest()
    return given | {"hash": hmac.new(key, told.encode(), hashlib.sha256).hexdigest()}


def fields(**changed: str) -> dict[str, str]:
    return {"id": "77", "first_name": "Ada", "auth_date": str(int(NOW.timestamp()) - 5), **changed}


def test_telegram_says_who_it_is_once(client, engine):
    given = signed(fields(username="ada"))
    asked = client.get("/signin/telegram", params=given)
    assert "Ada" in Page(asked.text).one("main strong").text
    response = client.post("/signin/telegram", data=given | {"form": form_of(client, "/signin")})
    assert (response.status_code, people(engine)) == (303, [("77", "active")])
    assert "Signed in as Ada" in Page(client.get("/searches").text).text
    client.cookies.clear()
    again = client.post("/signin/telegram", data=given | {"form": form_of(client, "/signin")})
    assert (again.status_code, "used already" in again.text) == (403, True)


@pytest.mark.parametrize(
    "given",
    [fields() | {"hash": ""}, signed({"id": "77"}), fields() | {"hash": "0" * 64}, signed(fields(), "1:other"),
     signed(fields()) | {"id": "78"}, signed(fields(auth_date=str(int(NOW.timestamp()) - 4000))),
     signed(fields(id="x")), signed(fields()) | {"hash": "ä"}],
)  # fmt: skip
def test_what_telegram_did_not_sign_lets_nobody_in(client, engine, given):
    response = client.post("/signin/telegram", data=given | {"form": form_of(client, "/signin")})
    assert (response.status_code, people(engine)) == (403, [])


def test_the_bot_gives_a_link_to_whoever_it_knows(client, engine, settings):
    desk = Desk(engine, settings)
    asked = Asked("telegram", "77", 77, "Ada", "", NOW)
    assert keeping.web(desk, asked) == keeping.NOBODY
    with database.transaction(engine) as connection:
        subscribe(connection, settings, asked)
    assert "http" not in keeping.web(desk, replace(asked, chat="-5")).text  # a group
    (href,) = re.findall(r"http://testserver(/signin/\S+)", keeping.web(desk, asked).text)
    assert "You come in as Ada (Telegram)." in Page(client.get(href).text).text
    assert client.post(href, data={"form": form_of(client, href)}).status_code == 303
    assert "Signed in as Ada" in Page(client.get("/searches").text).text
    with database.transaction(engine) as connection:  # a second address: a search saved here goes where the others go
        own = searches.find_by_address(connection, "telegram", "77")
        searches.set_address(connection, own, "email", "ada@example.org", NOW)
        searches.add_search(connection, own, "rag", NOW, channels=["telegram"])
    save = f"/save?{urlencode({'q': QUERY})}"
    boxes = Page(client.get(save).text)
    assert [one["value"] for one in boxes.all("input[name=channels]")] == ["telegram", "email"]
    assert [one["value"] for one in boxes.all("input[name=channels][checked]")] == ["telegram"]
    saved = client.post("/save", data={"q": QUERY, "form": form_of(client, save)})
    assert saved.headers["location"] == "/searches?told=saved"
    assert f"“{QUERY}” goes by Telegram; Edit changes that." in Page(client.get("/searches?told=saved").text).text


def test_telegrams_own_page_leads_back_here():
    url = telegram.login_url(TOKEN, "https://jobs.example")
    assert url.startswith("https://oauth.telegram.org/auth?bot_id=123456789&")
    assert "AAAA" not in url
    assert telegram.login_url("", "https://jobs.example") == telegram.login_url(TOKEN, "") == ""


def test_what_came_by_a_link_is_erased_with_the_person(client, engine):
    sign_in(client, engine)
    ask(client, "eve@example.org")
    with database.read(engine) as connection:
        own = searches.find_by_address(connection, "email", "ada@example.org")
    erase.erase(engine, own, NOW, is_thorough=False)
    with database.read(engine) as connection:
        left = connection.execute(select(entry.ENTRY.c.address)).scalars().all()
    assert left == ["eve@example.org"]
    assert client.get("/searches").headers["location"] == "/signin"


def test_nobody_makes_us_write_again_to_who_was_erased(client, engine):
    sign_in(client, engine)
    own = people(engine)
    with database.read(engine) as connection:
        key = connection.execute(select(SUBSCRIBER.c.id)).scalar_one()
    erase.erase(engine, key, NOW)
    assert "Look into your mail" in ask(client, "Ada@example.org").text  # nobody learns of it
    assert own
    assert (people(engine), links(engine)) == ([], [])


def test_old_links_are_forgotten(client, engine):
    with database.transaction(engine) as connection:
        old = Entry(token_hash="x", channel="email", address="a@b.example", created_at=NOW - timedelta(days=3),
                    until=NOW - timedelta(days=3))  # fmt: skip
        connection.execute(insert(entry.ENTRY).values(old.model_dump()))
    ask(client, "ada@example.org")
    with database.read(engine) as connection:
        assert connection.execute(select(func.count()).select_from(entry.ENTRY)).scalar_one() == 1


def test_the_next_digest_is_shown_before_it_goes(client, engine, add):
    add("p1", role="ml-engineer")
    sign_in(client, engine, q=QUERY, cadence="weekly")
    shown = client.get("/me/digest")
    assert (shown.status_code, "The next digest" in shown.text) == (200, True)


def test_who_stopped_can_go_on_and_join_an_address(client, engine):
    sign_in(client, engine)
    with database.transaction(engine) as connection:
        connection.execute(update(SUBSCRIBER).values(stopped_at=NOW))
    found = client.get("/searches")
    assert "You have stopped all messages" in found.text
    form = form_of(client, "/searches")
    assert client.post("/me/resume", data={"form": form}).headers["location"] == "/searches?told=on"
    assert client.post("/me/email", data={"form": form, "email": "two@example.org"}).status_code == 303
    assert ("two@example.org", "unconfirmed") in people(engine)
    assert client.post("/me/email", data={"form": form, "email": "two"}).status_code == 400


def test_no_link_is_mailed_that_leads_nowhere(client, engine, site) -> None:
    token = form_of(client, "/signin")
    site.settings.web.public_url = ""
    pages = [client.get(href).text for href in ("/signin", "/save?q=role:ml-engineer")]
    assert not any("<h3>By e-mail" in page or 'name="email"' in page for page in pages)
    assert "public_url" in pages[0]
    assert client.post("/signin", data={"form": token, "email": "eve@example.org"}).status_code == 404
    with database.read(engine) as connection:
        assert connection.execute(select(func.count()).select_from(MESSAGE)).scalar_one() == 0


def test_a_copied_cookie_ends_with_the_session(client, engine):
    """Signing out ends this session for whoever holds its cookie, and no other one of the same person."""
    sign_in(client, engine)
    elsewhere = dict(client.cookies)
    client.cookies.clear()
    sign_in(client, engine)
    copied = dict(client.cookies)
    client.post("/signout", data={"form": form_of(client, "/searches")})
    for cookies, status in ((copied, 303), (elsewhere, 200)):
        client.cookies.clear()
        client.cookies.update(cookies)
        assert client.get("/searches").status_code == status
    with database.read(engine) as connection:
        rows = connection.execute(select(entry.ENTRY).where(entry.ENTRY.c.channel == "session")).mappings().all()
    assert [(row["address"], row["until"]) for row in rows] == [("", NOW + timedelta(days=30))]
    ask(client, "bob@example.org")  # what is over is no link that was asked for
    with database.transaction(engine) as connection:
        assert connection.execute(select(func.count()).select_from(entry.ENTRY)).scalar_one() == 4
