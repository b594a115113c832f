"""The pages in a real browser, as people walk them: without scripts, by keys, on a phone and in the dark."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

import database
from alerts.subscribers import MESSAGE
from models import EventKind
from settings import Settings
from tests.web import journey
from tests.web.sample import NOW

ROWS = 4  # of the one employer
SCREENS = [(360, "dark"), (1280, "light")]
PAGES = ["/", "/postings/rich", "/?q=role:ml-engineer+salary>=50kUSD", "/?q=zebra+agents", "/employers/many",
         "/?sort=fit&roles=any&is=any", "/postings/rich/why?q=agents", "/health", "/signin",
         "/trends?roles=any", "/pay", "/roles", "/roles/ai-engineer?skills=python"]  # fmt: skip


@pytest.fixture
def database_url(request: pytest.FixtureRequest, copied: Callable[[str, str], str]) -> str:
    """One engine is enough here."""
    return copied("sqlite", "market")


@pytest.fixture
def settings() -> Settings:
    return Settings.model_validate(
        {
            "web": {"port": 0, "public_url": "http://127.0.0.1"},
            "access": {"mode": "open"},
            "email": {"host": "127.0.0.1", "sender": "rolewire <alerts@rolewire.example>"},
        }
    )


@pytest.fixture
def links(engine, address) -> journey.Links:
    """The addresses in what was mailed."""

    def find() -> list[str]:
        with database.read(engine) as connection:
            words = connection.execute(select(MESSAGE.c.text).order_by(MESSAGE.c.id)).scalars().all()
        return [address + path for text in words for path in re.findall(r"http://127.0.0.1(/signin/\S+)", text)]

    return find


@pytest.fixture
def rich(add) -> None:
    """A posting that has all a page can show, and an employer with many."""
    quoted = {"basis": "stated", "rule": "title", "field": "description", "start": 0, "end": 11, "quote": "Work on AI:"}
    add("rich", title="ML Engineer, Agents", role="ml-engineer", seniority="senior", company="Rich", company_key="rich",
        description="Work on AI:\n\n- agents\n- kernels", skills=["python", "pytorch"], workplace="remote",
        remote_scope="EU", salary_currency="EUR", salary_period="year", salary_min=1e5, salary_max=1.4e5,
        salary_annual_min=1e5, salary_annual_max=1.4e5, locations=[{"city": "Berlin", "region": None, "country": "DE"}],
        evidence={"role": quoted, "skills": {"python": quoted}}, first_seen_at=NOW,
        events=[{"kind": EventKind.CHANGED, "at": NOW, "changes": {"title": ["ML", "ML Engineer"]}}])  # fmt: skip
    for number in range(ROWS):
        add(f"many{number}", title=f"ML Engineer {number}", role="ml-engineer", company="Many", company_key="many",
            skills=["python", "pytorch"], seniority="senior",
            first_seen_at=NOW - timedelta(minutes=number + 1))  # fmt: skip


def test_a_person_finds_saves_edits_and_deletes_without_scripts(browser, address, market, rich, links):
    watch = journey.Watch(address)
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 780})
    page = watch.page(context)
    journey.look_around(page, address, "title:engineer")
    feed = page.locator(".copy a", has_text=".atom").get_attribute("href")
    query = journey.save_by_mail(page, "ada@example.org", links)
    page.click(".search-row h2 a")
    page.click(".posting h2 a")
    assert query[:60] in page.inner_text(".mine-why")
    page.goto(address + "/searches")
    journey.keep(page, query)
    assert "<entry>" in context.request.get(address + feed).text()
    context.close()
    assert (watch.said, watch.elsewhere) == ([], [])


def test_keys_move_through_the_list_and_can_be_turned_off(browser, address, market, rich):
    watch = journey.Watch(address)
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = watch.page(context)
    page.goto(address)
    focused = lambda: page.evaluate("document.activeElement.textContent")  # noqa: E731
    page.keyboard.press("j")
    assert focused() == "ML Engineer, Agents"
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("k")
    page.keyboard.press("x")
    assert not page.is_visible("a[href='/postings/rich']")
    page.reload()
    assert "1 hidden on this device" in page.inner_text("#hidden-here")
    page.click("text=Show them")
    assert page.is_visible("a[href='/postings/rich']")
    page.keyboard.press("/")
    page.keyboard.type("agents ?jk")
    assert page.input_value("input[type=search]") == "agents ?jk"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.is_visible("#keys")
    assert journey.violations(page) == []
    page.uncheck("#keys input")
    page.keyboard.press("?")
    page.keyboard.press("s")
    assert page.url == address + "/"
    page.keyboard.press("?")
    page.check("#keys input")
    page.click("#keys button")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/postings/rich")
    page.goto(address + "/?q=agents")
    page.keyboard.press("s")
    page.wait_for_url("**/save?q=agents**")
    context.close()
    assert (watch.said, watch.elsewhere) == ([], [])


def test_telegram_leads_back_by_our_own_script(browser, address, market):
    page = browser.new_page()
    page.goto(address + "/signin/telegram#tgAuthResult=eyJpZCI6NzcsImhhc2giOiJ4In0")
    assert page.input_value("form.telegram input[name=id]", strict=True) == "77"
    assert page.is_visible("text=Telegram says who you are")
    page.click("form.telegram button")
    assert "this is no sign-in by Telegram" in page.inner_text("main")
    page.goto(address)
    page.goto(address + "/signin/telegram#tgAuthResult=AAAA")
    assert page.is_visible("text=Begin here")
    page.close()


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_axe_finds_nothing_and_nothing_overflows(browser, address, market, rich, links, width, scheme):
    watch = journey.Watch(address)
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = watch.page(context)
    check(page, address, PAGES if width < 1000 else PAGES[:2])  # what stands on them is the same
    page.goto(address + "/save?q=role:ml-engineer")
    journey.save_by_mail_from_here(page, "ada@example.org", links)
    edit = page.locator(".acts a").get_attribute("href")
    check(page, address, ["/save?q=role:ai-engineer", "/searches?told=in", f"{edit}?q=agents", "/me/digest",
                          "/profile?told=noted", "/postings/rich"])  # fmt: skip
    context.close()
    assert (watch.said, watch.elsewhere) == ([], [])


def check(page, address: str, paths: list[str]) -> None:
    for path in paths:
        page.goto(address + path)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        assert journey.violations(page) == [], path
        width = page.evaluate("innerWidth")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
