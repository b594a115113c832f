"""The way of a person through the pages, in a browser: what tests and `benchmarks/pages.py` walk."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

Links = Callable[[], list[str]]


@dataclass
class Watch:
    """What a browser should not do: complain, or ask another site for anything."""

    address: str
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def page(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.on("console", lambda message: self.said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))
        return page

    @property
    def elsewhere(self) -> list[str]:
        return [url for url in self.asked if not url.startswith((self.address + "/", "data:"))]


def violations(page: Page) -> list[str]:
    """What axe finds amiss on the page as it stands."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]


def total(page: Page) -> int:
    """How many postings the list says it has."""
    found = re.match(r"([\d,]+|None) ", page.inner_text(".total"))
    assert found is not None
    return 0 if found[1] == "None" else int(found[1].replace(",", ""))


def look_around(page: Page, address: str, words: str) -> str:
    """Search, click a facet, read a posting and its employer; back at the list, whose address is returned."""
    page.goto(address)
    page.fill("input[type=search]", words)
    page.press("input[type=search]", "Enter")
    page.wait_for_url("**/?q=**")
    before = total(page)
    if not page.is_visible("a.choice"):  # on a phone
        page.click(".facets > summary")
    choice = page.locator("a.choice:not(.chosen)").first
    wanted = int(choice.locator(".count").inner_text().replace(",", ""))
    href = choice.get_attribute("href")
    choice.click()
    page.wait_for_url(lambda url: url == address + str(href))
    assert total(page) == wanted <= before
    chosen = page.url
    page.click(".posting h2 a")
    assert page.locator("h1").inner_text()
    page.click("main a.company")
    assert "Openings" in page.inner_text("main")
    page.goto(chosen)
    return chosen


def save_by_mail(page: Page, who: str, links: Links) -> str:
    """From a list: what it would have sent, then saved by a link in the mail; signed in, at one's searches.

    Returns the search.
    """
    page.click("a.save")
    return save_by_mail_from_here(page, who, links)


def save_by_mail_from_here(page: Page, who: str, links: Links) -> str:
    """The same, from the page that tries it."""
    assert "it would have sent" in page.inner_text("p[role=status]")
    query = page.input_value("input[type=search]")
    page.fill("#email", who)
    page.select_option("#cadence", "weekly")
    page.click("text=Mail me the link that saves it")
    assert "a message is on its way" in page.inner_text("main")
    page.goto(links()[-1])
    page.click("text=Sign in and save it")
    assert "in" in page.inner_text(".note.good")
    assert page.inner_text(".search-row h2") == query[:60]
    return query


def keep(page: Page, query: str) -> None:
    """Edit the search, having seen what that changes; pause, resume and delete it."""
    page.click(".search-row >> text=Edit")
    page.fill("#query", query + " -intern")
    page.select_option("#cadence", "daily")
    page.click("text=Show what it changes")
    assert page.locator(".two .card").count() == 2
    page.locator("button[value=save]").click()
    assert "Changed." in page.inner_text(".note.good")
    assert "every day at 08:00" in page.inner_text(".search-row")
    page.click("text=What the next digest would say")
    page.go_back()
    page.click(".search-row >> text=Pause")
    assert page.locator(".is-paused").count() == 1
    page.click(".search-row >> text=Resume")
    page.click(".search-row summary")
    page.click("text=Delete it for good")
    assert "You have saved no search yet" in page.inner_text("main")
    page.click("text=Sign out")
