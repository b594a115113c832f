"""By which names the site answers: a page elsewhere may have its own name lead here and read what its reader could."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from settings import WebSettings

OF_NOBODY = (".localhost", ".local", ".internal", ".home.arpa")  # endings that nobody can register
REFUSED = "This site is not known by the name it was asked by. Set it as [web] public_url, or among [web] hosts.\n"


def own_names(web: WebSettings) -> set[str]:
    """Those that are configured."""
    return {name.lower() for name in (urlsplit(web.public_url).hostname or "", web.host, *web.hosts) if name}


class Hosts:
    """Refuses what was asked by the name of somebody else's domain."""

    def __init__(self, app: ASGIApp, web: WebSettings) -> None:
        self.app, self.names = app, own_names(web)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._is_ours(_named(scope)):
            await PlainTextResponse(REFUSED, 421)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _is_ours(self, name: str) -> bool:
        return "*" in self.names or name in self.names or is_local(name)


def is_local(name: str) -> bool:
    """Whether no domain of somebody else is called so: an address, a name without dots, one of a home network."""
    if "." not in name.rstrip(".") or name.endswith(OF_NOBODY):
        return True
    try:
        return bool(ip_address(name))
    except ValueError:
        return False


def _named(scope: Scope) -> str:
    given = [value for name, value in scope["headers"] if name == b"host"]
    text = given[0].decode("latin-1").strip().lower() if given else ""
    try:
        return (urlsplit(f"//{text}").hostname or "").rstrip(".")
    except ValueError:
        return "not.a.name"
