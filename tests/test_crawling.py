"""The parent's side of crawling: no board is handed over twice, suspects go alone, and no secret goes along."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

import crawling
from crawling import Crawling, Ended, Worker, WorkerDied, whole_url
from environment import harmless
from settings import Settings


class Scripted(Worker):
    """A worker that says what the test lets it say; `None` is its death."""

    def __init__(self) -> None:
        super().__init__(Settings())
        self.sent: list[list[int]] = []
        self.says: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self.dropped = 0
        self.is_running = False

    async def send(self, board_ids: Any) -> bool:
        self.sent.append(list(board_ids))
        was_running, self.is_running = self.is_running, True
        return not was_running

    async def answers(self) -> Any:
        while (answer := await self.says.get()) is not None:
            yield answer
        self.is_running = False

    def has_ended(self) -> bool:
        return not self.is_running

    async def wait(self) -> int:
        return -9

    def drop(self) -> None:
        self.dropped += 1

    def say(self, **answer: Any) -> None:
        self.says.put_nowait(answer)

    def end(self, board_id: int, verdict: str = "ok") -> None:
        self.say(ended=board_id, crawl={"name": f"test/{board_id}", "verdict": verdict})

    def die(self) -> None:
        self.says.put_nowait(None)


@pytest.fixture
def blamed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The boards that are given the blame for a death; nothing is stored, and no rest is taken."""
    found: list[int] = []

    def note(_engine: Engine, _settings: Settings, board_id: int, _reason: str) -> dict[str, Any]:
        found.append(board_id)
        return {"name": f"test/{board_id}", "verdict": "error"}

    monkeypatch.setattr(crawling, "end_in_error", note)
    monkeypatch.setattr(crawling, "FIRST_REST_SECONDS", 0.0)
    return found


async def settle() -> None:
    """Let what was said be heard."""
    for _ in range(50):
        await asyncio.sleep(0)
    await asyncio.sleep(0.01)


def crawling_with(worker: Scripted) -> Crawling:
    return Crawling(worker, None)  # type: ignore[arg-type]  # nothing is stored


def test_no_board_is_handed_over_twice():
    async def run() -> None:
        worker = Scripted()
        crawls = crawling_with(worker)
        await crawls.hand_over([1, 2])
        await crawls.hand_over([1, 2, 3])
        assert worker.sent == [[1, 2], [3]]
        worker.say(begun=1)
        worker.end(1)
        await settle()
        await crawls.hand_over([1, 2, 3])
        assert worker.sent == [[1, 2], [3], [1]]

    asyncio.run(run())


def test_after_a_death_the_boards_that_had_begun_go_alone_and_the_killer_is_found(blamed: list[int]):
    async def run() -> None:
        worker = Scripted()
        crawls = crawling_with(worker)
        await crawls.hand_over([1, 2, 3, 4])
        for board in (1, 2, 3):
            worker.say(begun=board)
        worker.end(1)
        worker.die()
        await settle()
        await crawls.hand_over([2, 3, 4])
        assert worker.sent[1:] == [[2]]
        worker.say(begun=2)
        worker.end(2)
        await settle()
        assert worker.sent[2:] == [[3]]  # 4, which had not begun, waits for the suspects
        worker.say(begun=3)
        worker.die()
        await settle()
        assert blamed == [3]
        await crawls.hand_over([3, 4])  # as it is due again after the verdict's pause
        assert worker.sent[3:] == [[3, 4]]

    asyncio.run(run())


def test_nothing_is_handed_over_while_a_death_is_not_settled(blamed: list[int]):
    async def run() -> None:
        worker = Scripted()
        crawls = crawling_with(worker)
        await crawls.hand_over([1])
        worker.say(begun=1)
        await settle()
        worker.is_running = False  # it is dead, and nobody has heard of it yet
        await crawls.hand_over([1, 2])
        assert worker.sent == [[1]]  # a new worker's boards would be taken for the dead one's
        worker.die()
        await settle()
        await crawls.hand_over([1, 2])
        assert worker.sent[1:] == [[1]]

    asyncio.run(run())


def test_deaths_that_lie_apart_are_none_in_a_row(blamed: list[int], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(crawling, "TRIAL_SECONDS", 0.0)

    async def run() -> None:
        worker = Scripted()
        crawls = crawling_with(worker)
        for _ in range(crawling.DEATHS_BEFORE_ALONE):
            await crawls.hand_over([1])
            worker.say(begun=1)
            worker.die()
            await settle()
            await crawls.hand_over([1])
            worker.say(begun=1)
            worker.end(1)
            await settle()
        await crawls.hand_over([1, 2])
        for board in (1, 2):
            worker.say(begun=board)
        worker.die()
        await settle()
        worker.sent.clear()
        for board in (1, 2):
            await crawls.hand_over([1, 2])
            worker.say(begun=board)
            await settle()
        assert worker.sent == [[1], [2]]  # the second goes beside the first, which may take long

    asyncio.run(run())


def test_many_suspects_are_tried_by_halves_and_the_killer_is_found(blamed: list[int]):
    async def run() -> None:
        worker, killer, everyone = Scripted(), 5, list(range(16))
        crawls = crawling_with(worker)
        await crawls.hand_over(everyone)
        for board in everyone:
            worker.say(begun=board)
        worker.die()
        await settle()
        sizes: list[int] = []
        while not blamed:
            await crawls.hand_over(everyone)
            sizes.append(len(worker.sent[-1]))
            for board in worker.sent[-1]:
                worker.say(begun=board)
            before = worker.sent[-1][: worker.sent[-1].index(killer)] if killer in worker.sent[-1] else worker.sent[-1]
            for board in before:
                worker.end(board)
            if killer in worker.sent[-1]:
                worker.die()
            await settle()
        assert blamed == [killer]
        assert (sizes[0], sizes[-1], len(sizes) < len(everyone)) == (8, 1, True)

    asyncio.run(run())


def test_a_death_from_outside_blames_nobody(blamed: list[int]):
    async def run() -> None:
        worker = Scripted()
        crawls = crawling_with(worker)
        await crawls.hand_over([1])
        worker.say(begun=1)
        worker.die()
        await settle()
        await crawls.hand_over([1])
        worker.say(begun=1)
        worker.end(1)
        await settle()
        assert [crawls.happened.get_nowait().board_id] == [1]  # type: ignore[union-attr]
        assert blamed == []

    asyncio.run(run())


def test_a_suspect_that_lives_on_does_not_hold_up_the_next(blamed: list[int], monkeypatch: pytest.MonkeyPatch):
    async def run() -> None:
        worker = Scripted()
        crawls = crawling_with(worker)
        await crawls.hand_over([1, 2])
        worker.say(begun=1)
        worker.say(begun=2)
        worker.die()
        await settle()
        await crawls.hand_over([1, 2])
        worker.say(begun=1)
        await settle()
        await crawls.hand_over([1, 2])
        assert worker.sent[1:] == [[1]]
        monkeypatch.setattr(crawling, "TRIAL_SECONDS", 0.0)
        await crawls.hand_over([1, 2])
        assert worker.sent[1:] == [[1], [2]]

    asyncio.run(run())


def test_a_worker_that_cannot_start_is_told_and_blames_nobody(blamed: list[int]):
    async def run() -> None:
        worker = Scripted()
        crawls = crawling_with(worker)
        worker.die()
        with pytest.raises(WorkerDied):
            _ = [row async for row in crawls.crawl([1, 2])]
        assert blamed == []
        assert crawls.suspects == []

    asyncio.run(run())


def test_a_board_without_a_verdict_stops_what_waits_and_rests():
    async def run() -> None:
        worker = Scripted()
        crawls = crawling_with(worker)
        await crawls.hand_over([1, 2])
        worker.say(begun=1)
        worker.say(ended=1, crawl=None)
        worker.say(ended=2, crawl=None)
        await settle()
        assert worker.dropped == 1
        await crawls.hand_over([1, 2])
        assert worker.sent == [[1, 2]]
        assert crawls.happened.get_nowait() == Ended(1, None)

    asyncio.run(run())


def test_the_worker_gets_no_secret():
    environment = {
        "PATH": "/bin", "LC_ALL": "C", "PYTHONPATH": "x", "PLAYWRIGHT_BROWSERS_PATH": "y", "PGHOST": "db",
        "PGPASSWORD": "p", "ROLEWIRE_TELEGRAM__TOKEN": "t", "AWS_SECRET_ACCESS_KEY": "a", "SMTP_PASSWORD": "s",
        "HTTPS_PROXY": "http://me:secret@proxy",
    }  # fmt: skip
    assert sorted(harmless(environment)) == ["LC_ALL", "PATH", "PGHOST", "PLAYWRIGHT_BROWSERS_PATH", "PYTHONPATH"]


def test_the_database_is_the_same_for_the_worker():
    assert whole_url("sqlite:///rolewire.db", {}) == f"sqlite:///{Path('rolewire.db').absolute()}"
    given = {"PGPASSWORD": "p@ss"}
    assert whole_url("postgresql+psycopg://me@db/jobs", given) == "postgresql+psycopg://me:p%40ss@db/jobs"
    assert whole_url("postgresql+psycopg://me:own@db/jobs", given) == "postgresql+psycopg://me:own@db/jobs"


def test_a_board_that_ends_is_no_reason_to_go_through_all_others_again():
    async def run() -> None:
        worker, count = Scripted(), 500
        crawls = crawling_with(worker)
        asked: list[int] = []
        hand_over = crawls.hand_over

        async def counted(board_ids: Any) -> None:
            asked.append(len(board_ids))
            await hand_over(board_ids)

        crawls.hand_over = counted  # type: ignore[method-assign]
        for board in range(count):
            worker.say(begun=board)
            worker.end(board)
        worker.say(idle=True)
        ended = [row["name"] async for row in crawls.crawl(range(count))]
        assert len(ended) == count
        assert sum(map(len, worker.sent)) == count
        assert sum(asked) < 5 * count

    asyncio.run(run())
