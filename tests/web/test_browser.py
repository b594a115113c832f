"""The site in a real browser: hostile postings run nothing and reach nobody; pages fit; no scripts are needed."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext
from sqlalchemy import insert, update

import database
import web
from models import Board, EventKind, Listing
from tests.web.sample import NOW

ELSEWHERE = "http://127.0.0.1:9/canary"
PAYLOADS = [
    "<script>window.ran=1;alert(1)</script>",
    f"<img src={ELSEWHERE} onerror=window.ran=1>",
    f"\"'><svg/onload=window.ran=1><link rel=stylesheet href={ELSEWHERE}>",
    "</title></textarea></style></script><script>window.ran=1</script>",
    "{{ 7*7 }}{% raw %}${7*7}<%= 7*7 %>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=window.ran=1&gt;">',
    f"<iframe srcdoc='<script>parent.ran=1</script>'></iframe><base href={ELSEWHERE}/>",
    f"<meta http-equiv=refresh content='0;url={ELSEWHERE}'>",
    f"<form action={ELSEWHERE}><button autofocus onfocus=window.ran=1>x</button></form>",
    "<details open ontoggle=window.ran=1><a href=javascript:window.ran=1>x</a>",
    "&lt;script&gt;window.ran=1&lt;/script&gt;\u202etxet\u2066\u202b\u0007\u0085\u2028",
    "' onmouseover='window.ran=1' x='\" onmouseover=\"window.ran=1\" autofocus onfocus=window.ran=1",
]
BAD_LINKS = ["javascript:window.ran=1", "JaVa\tScript:window.ran=1", "data:text/html,<script>parent.ran=1</script>",
             "\x01javascript:window.ran=1", "https://ok.example/\"onmouseover=window.ran=1 x=\"",
             "//127.0.0.1:9/canary",
             f"https://ok.example@{ELSEWHERE[7:]}", "vbscript:x"]  # fmt: skip
ADDRESSES = ["/", "/?is=any&sort=company", "/health", "/nosuch", "/trends?roles=any&by=company&days=7",
             "/pay", "/roles/ai-engineer?skills=python"]  # fmt: skip


@pytest.fixture
def database_url(request: pytest.FixtureRequest, copied: Callable[[str, str], str]) -> str:
    """One engine is enough here."""
    return copied("sqlite", "market" if "market" in request.fixturenames else "migrated")


@pytest.fixture
def hostile(engine, add) -> list[str]:
    """A posting with each payload in every field that a stranger fills; their addresses."""
    for number, text in enumerate(PAYLOADS):
        bad = BAD_LINKS[number % len(BAD_LINKS)]
        quoted = {"basis": "stated", "rule": text, "field": "description", "start": 0, "end": 9, "quote": text}
        add(
            f"x{number}", title=text, company=text, company_key=text, url=bad, apply_url=bad, board=text,
            description=f"{text}\n\n- {text}\n\n{text}:", remote_scope=text, workplace="remote", skills=[text],
            locations=[{"city": text, "region": text, "country": "DE"}], salary_currency="USD", salary_period=text,
            salary_min=1.0, degree_asked=text, language="en", closed_at=NOW if number % 3 == 0 else None,
            evidence={"role": quoted, "skills": {text: quoted}, text: quoted},
            events=[{"kind": EventKind.CHANGED, "at": NOW, "changes": {text: [text, text], "locations": [[], [text]]}}],
        )  # fmt: skip
    with database.transaction(engine) as connection:
        connection.execute(update(database.table_of(Listing)).values(requisition_id=PAYLOADS[0]))
        connection.execute(update(database.table_of(Board)).values(last_verdict="error", last_reason=PAYLOADS[1]))
    return [f"/postings/x{number}" for number in range(len(PAYLOADS))]


@pytest.fixture(params=[False, True], ids=["policy", "without-policy"])
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """With scripts on; also without the policy, so that the escaping alone is tried."""
    context = browser.new_context(bypass_csp=request.param)
    yield context
    context.close()


def test_hostile_postings_run_nothing_and_ask_nobody_else(context, address, hostile):
    page = context.new_page()
    dialogs, requests = [], []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: requests.append(request.url))
    searches = ["/?q=" + quote(text) for text in PAYLOADS] + ["/?evil=" + quote(text) for text in PAYLOADS]
    for path in [*ADDRESSES, *hostile, *searches]:
        page.goto(address + path)
        for details in page.query_selector_all("details"):
            details.evaluate("element => element.open = true")
        assert page.evaluate("window.ran === undefined"), path
        schemes = page.evaluate("[...document.links].map(link => link.protocol)")
        assert set(schemes) <= {"http:", "https:"}, path
        assert page.evaluate("document.querySelectorAll('iframe,base,object').length") == 0
        scripts = page.evaluate("[...document.scripts].map(one => one.src + one.textContent)")
        assert [one.partition("?")[0] for one in scripts] == [address + "/static/keys.js"], path
        assert page.evaluate(
            "[...document.querySelectorAll('*')].every("
            "one => ![...one.attributes].some(attribute => attribute.name.startsWith('on')))"
        )
    assert dialogs == []
    assert requests
    assert [url for url in requests if not url.startswith(address + "/")] == []


def test_hostile_text_is_shown_as_written(context, address, hostile):
    page = context.new_page()
    page.goto(address + "/postings/x0")
    assert page.inner_text("h1") == PAYLOADS[0]
    assert page.eval_on_selector("h1 bdi", "one => getComputedStyle(one).unicodeBidi") == "isolate"
    page.goto(address + "/postings/x4")
    assert page.inner_text("h1") == PAYLOADS[4]


def test_policy_is_never_needed_by_our_own_pages(browser, address, market):
    page = browser.new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    for path in [*ADDRESSES[:3], "/postings/p001", "/?q=zebra", "/?q=roel:x", "/unsubscribe"]:
        page.goto(address + path)
    assert [text for text in complaints if "Content Security Policy" in text or "Refused" in text] == []
    page.close()


@pytest.mark.parametrize("width", [320, 375, 768, 1280])
def test_pages_fit_the_screen(browser, address, market, add, engine, width):
    add("wide", title="Unbroken" * 40, company="W" * 120, description="x" * 500 + "\n\nhttps://e.example/" + "a" * 400,
        skills=["s" * 90, "python"], workplace="remote", remote_scope="R" * 80, url="https://" + "h" * 60 + ".example/",
        locations=[{"city": "C" * 90, "region": "Region", "country": "GB"}],
        evidence={"skills": {"s" * 90: {"basis": "stated", "rule": "r" * 90, "quote": "q" * 200}}},
        events=[{"kind": "changed", "at": NOW, "changes": {"title": ["T" * 200, "U" * 200]}}])  # fmt: skip
    with database.transaction(engine) as connection:
        board = Board(source="greenhouse", board="b" * 80, company="C" * 90, last_verdict="suspect", failures=12,
                      last_reason="R" * 300, due_at=NOW - timedelta(days=9))  # fmt: skip
        connection.execute(insert(database.table_of(Board)).values(board.model_dump(exclude={"id"})))
    page = browser.new_page(viewport={"width": width, "height": 800})
    wide = "/?q=" + quote(" OR ".join(["superlongword" * 4] * 8)) + "&evil=" + "x" * 200
    for path in [*ADDRESSES, "/postings/wide", "/postings/p000", wide, "/?q=" + "roel:" + "x" * 300, "/?page=3"]:
        page.goto(address + path)
        for details in page.query_selector_all("details"):
            details.evaluate("element => element.open = true")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.close()


def test_everything_works_without_scripts(browser, address, market):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 375, "height": 800})
    page = context.new_page()
    page.goto(address)
    page.fill("input[type=search]", "agents")
    page.press("input[type=search]", "Enter")
    page.click("summary:has-text('Narrow the list')")
    page.click("a.choice:has-text('ML engineer')")
    assert page.input_value("input[type=search]") == "agents role:ml-engineer"
    page.click(".posting h2 a")
    assert "/postings/p" in page.url
    context.close()


def test_keyboard_reaches_the_content_first(browser, address, market):
    page = browser.new_page()
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    box = page.locator(".skip").bounding_box()
    assert box is not None
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.close()


def contrast(first: str, second: str) -> float:
    """WCAG contrast of two #rrggbb colours."""

    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def palettes() -> tuple[dict[str, str], dict[str, str]]:
    css = (Path(web.__file__).parent / "static" / "style.css").read_text()
    light, dark = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block)) for block in
                   re.findall(r":root \{(.*?)\}", css, re.S))  # fmt: skip
    return light, {**light, **dark}


@pytest.mark.parametrize("palette", palettes(), ids=["light", "dark"])
def test_colours_can_be_read(palette):
    check: Callable[[str, str], float] = lambda ink, paper: contrast(palette[ink], palette[paper])  # noqa: E731
    for paper in ("paper", "raised", "sunk", "accent-soft"):
        for ink in ("ink", "quiet", "accent"):
            assert check(ink, paper) >= 4.5, (ink, paper)
    for ink, paper in (("on-accent", "accent"), ("good", "good-soft"), ("doubt", "doubt-soft"), ("bad", "bad-soft"),
                       ("ink", "mark"), ("ink", "bad-soft"), ("ink", "doubt-soft"), ("bad", "raised")):  # fmt: skip
        assert check(ink, paper) >= 4.5, (ink, paper)
