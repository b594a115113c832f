"""A web server that takes what is posted to it and answers as it is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web


@dataclass
class Receiver:
    """`answers`: (status, headers) for the next requests, then 200; "hang" answers never, "cut" breaks off."""

    port: int = 0
    answers: list[tuple[int, dict[str, str]] | str] = field(default_factory=list)
    taken: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.StreamResponse:
        self.taken.append((request.path, {key.lower(): value for key, value in request.headers.items()},
                           await request.read()))  # fmt: skip
        answer = self.answers.pop(0) if self.answers else (200, {})
        if answer == "hang":
            await asyncio.sleep(30)
        if answer == "cut":
            assert request.transport is not None
            request.transport.close()
            return web.Response()
        assert isinstance(answer, tuple)
        return web.Response(status=answer[0], headers=answer[1], text="well\nreceived")

    def url(self, path: str = "/hook/s3cret", scheme: str = "http") -> str:
        return f"{scheme}://127.0.0.1:{self.port}{path}"


@asynccontextmanager
async def receiver() -> AsyncIterator[Receiver]:
    made, app = Receiver(), web.Application()
    app.router.add_route("*", "/{rest:.*}", made.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.port = runner.addresses[0][1]
    try:
        yield made
    finally:
        await runner.cleanup()
