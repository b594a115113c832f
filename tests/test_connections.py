"""What the web page and the bot keep busy is their own: the daemon's connections stay free."""

import asyncio
import contextlib
from datetime import UTC, datetime

import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

import scheduler
import web.app
from alerts.dispatch import dispatch
from alerts.outbox import deliver_due
from commands.common import open_database
from scheduler import Daemon
from settings import Settings


@pytest.fixture
def daemon(database_url: str) -> Daemon:
    values = {"database": {"url": database_url}, "web": {"port": 0}}
    settings = Settings.model_validate(values)
    return Daemon(settings, open_database(settings, must_exist=False))


def test_forty_slow_pages_starve_neither_dispatch_nor_outbox(daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[Engine] = []
    make = web.app.server

    def web_server(settings: Settings, site: FastAPI) -> uvicorn.Server:
        served.append(site.state.site.engine)
        return make(settings, site)

    monkeypatch.setattr(web.app, "server", web_server)
    monkeypatch.setattr(scheduler, "BUSY_SECONDS", 0.05)

    async def run() -> None:
        async with contextlib.AsyncExitStack() as stack:
            address = await daemon._start_web(stack)
            (engine,) = served
            busy = stack.enter_context(contextlib.ExitStack())
            with pytest.raises(PoolTimeoutError):
                for _ in range(40):  # each a page that is being answered
                    busy.enter_context(engine.connect())
            assert await status_of(address, "/") == 503
            now = datetime.now(UTC)
            await asyncio.to_thread(dispatch, daemon.engine, daemon.settings, now)
            await deliver_due(daemon.engine, {}, daemon.settings, now)
            busy.close()
            assert await status_of(address, "/") == 200

    asyncio.run(run())
    daemon.engine.dispose()


async def status_of(address: str, path: str) -> int:
    """The status that the page answers with."""
    host, _, port = address.removeprefix("http://").rstrip("/").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return int(answer.split()[1])
