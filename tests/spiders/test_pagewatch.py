"""A page that is only watched: its words count, a change is told once, and never as a posting."""

from datetime import datetime, timedelta

import pytest

from alerts.notices import end_what_happened_once, lasting, note_changed_pages
from boards import sync
from database import read, transaction
from models import BoardEnd, BoardTask, Verdict
from settings import Settings
from spiders.base.embedded import page_of
from spiders.base.errors import BoardFailure
from spiders.pagewatch import words_of
from tests.pipeline.house import House

PAGE = "<html><head><title>x</title></head><body><h1>Join us</h1><div class='open'>{}</div>{}</body></html>"


@pytest.mark.parametrize(
    ("body", "part", "words"),
    [
        (PAGE.format("ML  Engineer", "<script>t = 1</script><style>a</style>"), "", "Join us ML Engineer"),
        (PAGE.format("ML <b>Engineer</b>", "<p>12:41</p>"), ".open", "ML Engineer"),
        (PAGE.format("x", ""), ".none", ""), ("", "", ""), ("<" * 5_000, "", "<" * 5_000),
    ],
)  # fmt: skip
def test_the_words_of_a_page_are_watched(body, part, words):
    assert words_of(page_of(body.encode()), part) == words


@pytest.mark.parametrize("part", ["[[", "a:has-no-such(b)", "::"])
def test_a_part_that_is_no_selector_is_named(part):
    with pytest.raises(BoardFailure, match="no CSS selector"):
        words_of(page_of(b"<p>x</p>"), part)


def test_a_change_is_noted_and_anything_else_is_none(web, crawl, answer):
    for name, shown in {"same": "ML", "other": "Data", "bare": ""}.items():
        web.put(f"{name}.example/robots.txt", answer("", 404))
        web.put(f"{name}.example/jobs", answer(PAGE.format(shown, "<script>1</script>") if shown else "<html></html>"))
    boards = {name: BoardTask(n, "pagewatch", name, url=f"https://{name}.example/jobs", options={"part": ".open"})
              for n, name in enumerate(("same", "other", "bare"))}  # fmt: skip
    first = crawl(list(boards.values()), replay=web.origin)
    assert set(first.end("pagewatch/same").cursor) == {"page"}
    boards["same"].cursor = first.end("pagewatch/same").cursor
    boards["other"].cursor = first.end("pagewatch/same").cursor
    again = crawl([boards["same"], boards["other"]], replay=web.origin)
    assert again.end("pagewatch/same").cursor == first.end("pagewatch/same").cursor
    assert set(again.end("pagewatch/other").cursor) == {"page", "changed"}
    assert {end.verdict for end in again.items} == {"ok"}
    assert first.end("pagewatch/bare").verdict == "error"


@pytest.fixture
def house(database_url):
    house = House(database_url)
    rows = {"boards": [{"source": "pagewatch", "board": "brine", "company": "Brine", "url": "https://brine.example/"}]}
    with transaction(house.engine) as connection:
        sync(connection, Settings.model_validate(rows).boards)
    yield house
    house.engine.dispose()


def crawled(house, page, changed: datetime | None = None):
    """What is told after a crawl that found this page."""
    cursor = {"page": page} | ({"changed": changed.isoformat()} if changed else {})
    house.ingest.take(BoardEnd(house.task("brine"), Verdict.OK, cursor=cursor))
    with transaction(house.engine) as connection:
        end_what_happened_once(connection, house.now)
        note_changed_pages(connection, house.now)
    with read(house.engine) as connection:
        return [row["text"] for row in lasting(connection)]


def test_the_operator_is_told_of_each_change_once(house):
    assert crawled(house, "a") == []
    told = crawled(house, "b", house.now)
    assert told == ["the page of Brine changed: https://brine.example/"]
    assert crawled(house, "b", house.now) == told
    changed = house.now
    house.now += timedelta(hours=2)
    assert len(crawled(house, "a", house.now)) == 2
    house.now += timedelta(days=8)
    assert crawled(house, "a", changed + timedelta(hours=2)) == []
    assert house.postings() == []
    assert house.board("brine")["failures"] == 0
