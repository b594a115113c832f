"""Lines of work: what waits when they are told to stop is done first."""

import asyncio

from alerts.lines import Lines


async def test_what_waits_is_done_before_the_end():
    done, may_go = [], asyncio.Event()

    async def work(item):
        await may_go.wait()
        done.append(item)

    lines = Lines(work)
    for item in ("/list", "/stop"):
        lines.add("7", item)
    await asyncio.sleep(0)
    stopping = asyncio.create_task(lines.stop(5))
    await asyncio.sleep(0)
    may_go.set()
    await stopping
    assert done == ["/list", "/stop"]
