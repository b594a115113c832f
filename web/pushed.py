"""Where Telegram pushes what people write to the bot. Nobody else gets in: it shows a secret that it was given."""

from typing import Any

import orjson
from fastapi import APIRouter, HTTPException, Request, Response

from alerts.door import NotKeptError
from alerts.links import WEBHOOK_PATH

router = APIRouter(include_in_schema=False)
HEADER = "X-Telegram-Bot-Api-Secret-Token"
MAX_BYTES = 1_000_000  # an update is far smaller


@router.post(WEBHOOK_PATH)
async def hear(request: Request) -> Response:
    """Takes an update; what is not taken, Telegram pushes again."""
    door = request.app.state.door
    if door is None or not door.is_telegram(request.headers.get(HEADER, "")):
        raise HTTPException(403, "Only Telegram gets in here.")
    try:
        await door.hand_in(_read(await _body(request)))
    except ValueError:
        raise HTTPException(400, "That is no update.") from None
    except NotKeptError:
        raise HTTPException(503, "That could not be kept: push it again.") from None
    return Response(status_code=200)


async def _body(request: Request) -> bytes:
    held = b""
    async for chunk in request.stream():
        held += chunk
        if len(held) > MAX_BYTES:
            raise HTTPException(413, "That is too much.")
    return held


def _read(body: bytes) -> dict[str, Any]:
    given = orjson.loads(body)
    if isinstance(given, dict) and isinstance(given.get("update_id"), int):
        return given
    raise ValueError("no update")
