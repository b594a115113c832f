"""robots.txt between crawls: kept, asked whether it changed, believed for a while when it cannot be had."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from scrapy.http import Request, Response
from scrapy.settings import Settings

from spiders.base import robots
from spiders.base.errors import BoardFailure, Forbidden
from spiders.base.robots import RobotsFile, RobotsMiddleware

CLOSED = "User-agent: *\nDisallow: /private\n"
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@dataclass
class Store:
    """Where they are kept; a dictionary."""

    files: dict[str, RobotsFile] = field(default_factory=dict)

    def load(self, origin: str) -> RobotsFile | None:
        return self.files.get(origin)

    def save(self, origin: str, file: RobotsFile) -> None:
        self.files[origin] = file


@dataclass
class Engine:
    """Answers every request alike, and keeps what was asked."""

    status: int = 200
    body: str = CLOSED
    headers: dict = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)

    async def download_async(self, request: Request) -> Response:
        self.asked.append(request)
        if not self.status:
            raise TimeoutError
        return Response(request.url, self.status, headers=self.headers, body=self.body.encode())


@pytest.fixture
def process(monkeypatch):
    """A new process on the same store: what it may fetch, with what it asked."""
    store = Store()

    def begin(url: str, engine: Engine, at: datetime = NOW) -> bool:
        monkeypatch.setattr(robots, "KEPT", robots.KeptRules())
        monkeypatch.setattr(robots, "now", lambda: at)
        robots.KEPT.store = store
        settings = Settings({"ROBOTSTXT_USER_AGENT": "rolewire"})
        middleware = RobotsMiddleware(SimpleNamespace(settings=settings, engine=engine))
        try:
            asyncio.run(middleware.check(url))
        except Forbidden:
            return False
        return True

    begin.store = store
    return begin


def test_the_next_process_does_not_ask_again(process) -> None:
    first, second = Engine(), Engine()
    assert process("https://a.example/jobs", first)
    assert not process("https://a.example/private", second, NOW + timedelta(hours=23))
    assert (len(first.asked), len(second.asked)) == (1, 0)


def test_after_a_day_it_is_asked_whether_it_changed(process) -> None:
    process("https://a.example/jobs", Engine(headers={"ETag": '"x"', "Last-Modified": "yesterday"}))
    again = Engine(status=304, body="")
    assert not process("https://a.example/private", again, NOW + timedelta(hours=25))
    assert again.asked[0].headers["If-None-Match"] == b'"x"'
    assert again.asked[0].headers["If-Modified-Since"] == b"yesterday"
    later = Engine()
    assert not process("https://a.example/private", later, NOW + timedelta(hours=48))
    assert later.asked == []


@pytest.mark.parametrize(
    ("said", "hours"),
    [("max-age=7200", 2), ("no-cache, max-age=0", 1), ("max-age=999999", 24), ("private", 24), ("", 24)],
)
def test_it_is_kept_as_long_as_it_says_an_hour_at_least_and_a_day_at_most(process, said: str, hours: int) -> None:
    process("https://a.example/jobs", Engine(headers={"Cache-Control": said}))
    assert process.store.files["https://a.example"].until == NOW + timedelta(hours=hours)


@pytest.mark.parametrize("status", [500, 429, 0])
def test_an_old_one_holds_for_a_week_while_a_new_one_cannot_be_had(process, status: int) -> None:
    process("https://a.example/jobs", Engine())
    down = Engine(status=status)
    assert process("https://a.example/jobs", down, NOW + timedelta(days=2))
    assert not process("https://a.example/private", down, NOW + timedelta(days=2))
    with pytest.raises(BoardFailure, match="counts as a refusal"):
        process("https://a.example/jobs", down, NOW + timedelta(days=8))


def test_one_that_was_never_had_refuses(process) -> None:
    with pytest.raises(BoardFailure, match="counts as a refusal"):
        process("https://a.example/jobs", Engine(status=503))
    assert process.store.files == {}


def test_that_there_is_none_is_kept_too(process) -> None:
    assert process("https://a.example/private", Engine(status=404, body="<html>"))
    assert process("https://a.example/private", Engine(status=500), NOW + timedelta(hours=1))
