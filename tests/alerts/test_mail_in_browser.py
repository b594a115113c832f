"""Mails in a real browser: at 320 and 1,280 pixels, light and dark; nothing runs, and nothing is loaded."""

import base64
from dataclasses import replace

import pytest

from alerts import digest, render
from alerts.digest import Letter
from tests.alerts.hostile import letters
from tests.alerts.test_digest import HOSTILE, NOW, hostile, weekly
from tests.alerts.test_weekly import grouped, market

LONG = "https://jobs.example.org/confirm/" + "aB3" * 60
SITE = "https://jobs.example.org"
LETTERS = {
    "weekly": lambda: weekly(is_possible_repeat=True, market=market()),
    "grouped": lambda: replace(grouped(), market=market()),
    "daily": lambda: weekly(cadence="daily", searches=[]),
    "instant": lambda: weekly(cadence="instant", rows=weekly().rows[:1], counts={"opened": 1}),
    "nothing": lambda: Letter(
        "k", "a@b.c", "daily", NOW, text="Nothing new since 18 November – rare\n1 posting came in."
    ),
    "notice": lambda: Letter("k", "a@b.c", "notice", NOW, text="The channel telegram is paused.\nAnd more of it."),
    "confirm": lambda: Letter("k", "a@b.c", "confirm", NOW, text=f"Do you want alerts?\n\n{LONG}", public_url=SITE),
    "hostile": hostile,
}


@pytest.fixture(scope="module")
def browser(chromium):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--disable-dev-shm-usage"])
        yield opened
        opened.close()


def html(letter: Letter) -> str:
    """The mail as a mail program shows it: pictures are those within it."""
    made = digest.compose(letter, lambda page: render.html(page, "email.html"))
    shown = made.form
    for one in made.pictures:
        shown = shown.replace(f"cid:{one.name}", f"data:image/png;base64,{base64.b64encode(one.data).decode()}")
    return shown


CONTRAST = """all => all.map(one => {
    const number = color => (color.match(/[\\d.]+/g) || []).map(Number);
    const light = ([r, g, b]) => [r, g, b].map(c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, place) => sum + c * [0.2126, 0.7152, 0.0722][place], 0);
    let back = one;
    const isClear = () => (number(getComputedStyle(back).backgroundColor)[3] ?? 1) === 0;
    while (back.parentElement && isClear()) back = back.parentElement;
    const [a, b] = [light(number(getComputedStyle(one).color)), light(number(getComputedStyle(back).backgroundColor))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("name", LETTERS)
def test_a_mail_fits_and_can_be_read(browser, name, width, scheme):
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(html(LETTERS[name]()))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.title() != "owned"
    assert page.evaluate("document.scripts.length") == 0
    assert [url for url in asked if not url.startswith("data:")] == []  # nothing is loaded from anywhere
    shown = ".cell, .cell a, .why, .facts, .note, .state, h1, h2, .brand"
    assert min(page.eval_on_selector_all(shown, CONTRAST)) >= 4.5
    around = page.eval_on_selector_all("body, .outer", "all => all.map(one => getComputedStyle(one).backgroundColor)")
    assert set(around) == {"rgb(20, 23, 28)" if scheme == "dark" else "rgb(243, 244, 246)"}
    if name in ("weekly", "grouped"):  # no fact is broken over two lines; the chart is there, and in words
        heights = page.eval_on_selector_all(".fact", "all => all.map(one => one.getBoundingClientRect().height)")
        assert max(heights) < 1.5 * min(heights)
        assert page.eval_on_selector("img", "one => [one.naturalWidth, one.naturalHeight]") == [560, 112]
        assert page.get_by_alt_text("New postings a week").count() == 1
    if name == "hostile":
        assert page.get_by_text(HOSTILE[0]).count() > 0
    page.close()


def test_five_hundred_hostile_postings_run_nothing(browser):
    page = browser.new_page(viewport={"width": 320, "height": 800})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for letter in letters():
        page.set_content(html(letter))
        assert page.evaluate("[document.scripts.length, document.images.length, document.forms.length]") == [0, 0, 0]
        assert page.title() != "owned"
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        links = page.eval_on_selector_all("a", "all => all.map(one => one.protocol)")
        assert set(links) <= {"https:"}
    assert asked == []
    page.close()
