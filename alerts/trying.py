"""One message to an address, to see what its provider answers."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from alerts.channels import Channel, ChannelError, configured, masked
from alerts.outgoing import Outgoing
from settings import Settings

PATIENCE = 30.0  # seconds for one message
Address = tuple[str, str]


async def try_out(settings: Settings, addresses: Sequence[Address]) -> list[dict[str, Any]]:
    """A row for each address: what its provider answered to one message."""
    built = configured(settings)
    try:
        return [await _try_one(built.get(channel), channel, address) for channel, address in addresses]
    finally:
        for one in built.values():
            await one.close()


async def _try_one(built: Channel | None, channel: str, address: str) -> dict[str, Any]:
    row = {"channel": channel, "address": masked(channel, address)}
    if built is None:
        return {**row, "result": "off", "answer": f"the channel {channel} is not configured: see config.toml"}
    now = datetime.now(UTC)
    words = f"This is a test of rolewire, sent at {now:%Y-%m-%d %H:%M:%S} UTC. Whoever runs it asked for it."
    outgoing = Outgoing(key=f"test:{now.isoformat()}:{address}", to=address, subject="rolewire: a test", text=words)
    try:
        answer = await asyncio.wait_for(built.try_out(outgoing), PATIENCE)
    except ChannelError as error:
        return {**row, "result": "refused", "answer": str(error)}
    except TimeoutError:
        return {**row, "result": "no answer", "answer": f"nothing within {PATIENCE:.0f} s"}
    return {**row, "result": "taken", "answer": answer}
