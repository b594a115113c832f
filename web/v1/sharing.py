"""Which pages elsewhere may read what programs may (CORS): never to write, and never with a key."""

from collections.abc import Callable, Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Sharing:
    """Tells browsers that the scripts of these origins may read the answer to a plain GET; "*": of all.

    Asked beforehand, as for another method or with a key, they get no leave. `is_shared`: whether a path is for that.
    """

    def __init__(self, app: ASGIApp, origins: Sequence[str], is_shared: Callable[[str], bool]) -> None:
        self.app, self.origins, self.is_shared = app, frozenset(origins), is_shared

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        allowed = self._allowed(scope)
        if not allowed:
            await self.app(scope, receive, send)
            return

        async def send_with_leave(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Access-Control-Allow-Origin"] = allowed
                headers["Access-Control-Expose-Headers"] = "ETag, Link, RateLimit, RateLimit-Policy, Retry-After"
                headers.add_vary_header("Origin")
            await send(message)

        await self.app(scope, receive, send_with_leave)

    def _allowed(self, scope: Scope) -> str:
        if not self.origins or scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return ""
        if not self.is_shared(scope["path"]):
            return ""
        origin = Headers(scope=scope).get("origin", "")
        return "*" if "*" in self.origins else origin if origin in self.origins else ""
