"""The operator's chat has boards watched by their address; nobody else's has that command."""

import asyncio

import pytest

import boards
import finding
from alerts import bot, watching
from alerts.desk import Asked, Desk
from database import read
from finding import Finding, FindingError, Prospect
from settings import OperatorSettings

OPERATOR, ADA = 42, 7
GOOD = Prospect("ashby", "acme", "Acme", "", {}, "ok", "", 12, 12, 3, ["AI Engineer", "Data Scientist"])


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    """What the search answers, without a search."""
    answer = [Finding("acme.example", [GOOD])]
    monkeypatch.setattr(finding, "ask", lambda _settings, _urls: answer)
    return answer


def ask(world, argument: str) -> str:
    asked = Asked("telegram", str(OPERATOR), OPERATOR, "Op", argument, world.now)
    return watching.board(Desk(world.engine, world.settings), asked).text


def watched(world) -> list[str]:
    with read(world.engine) as connection:
        rows = boards.overview(connection)
    return [f"{row['source']}/{row['board']} {row['company']} {row['origin']}" for row in rows]


async def test_a_board_is_shown_first_and_watched_when_that_is_said(world, found) -> None:
    shown = ask(world, "acme.example")
    assert shown.splitlines()[:2] == ["ashby/acme: Acme, 12 postings, 3 of 12 read with AI roles", "· AI Engineer"]
    assert shown.endswith("/board acme.example yes")
    assert watched(world) == []
    assert ask(world, "acme.example yes") == "ashby/acme: added; it is crawled next."
    assert watched(world) == ["ashby/acme Acme added"]
    assert ask(world, "acme.example YES").endswith("watched already.")


async def test_why_nothing_is_watched_is_said(world, found, monkeypatch: pytest.MonkeyPatch) -> None:
    found[0] = Finding("acme.example", [], "acme.example answered 500")
    assert ask(world, "acme.example yes") == "Nothing to watch there: acme.example answered 500"
    assert ask(world, "") == watching.USAGE

    def fail(_settings, _urls) -> list[Finding]:
        raise FindingError("the search failed: no memory")

    monkeypatch.setattr(finding, "ask", fail)
    assert ask(world, "acme.example") == "That did not work: the search failed: no memory"
    assert watched(world) == []


async def test_only_the_operators_chat_has_the_command(world, api, found) -> None:
    world.settings.operator = OperatorSettings(addresses=[f"telegram:{OPERATOR}"])
    api.chats.known |= {OPERATOR, ADA}
    running = bot.build_bot(world.settings, world.engine, lambda: world.now)
    await bot.start(running)
    try:
        for chat in (ADA, OPERATOR):
            await asyncio.to_thread(api.say, chat, "/board acme.example yes")
        while not (api.sent_to(OPERATOR) and api.sent_to(ADA)):
            await asyncio.sleep(0.02)
    finally:
        await bot.stop(running)
    assert api.sent_to(OPERATOR) == ["ashby/acme: added; it is crawled next."]
    assert api.sent_to(ADA) == ["I do not know /board. /help shows what I can do."]
