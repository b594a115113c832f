"""No request leaves for a private address, however it is spelt and whatever a name resolves to.

`check_url` refuses what the URL itself gives away; `GuardedResolver` stands where connections are made, so that a name
that changes its mind between check and connect (DNS rebinding) gains nothing.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from twisted.internet.interfaces import IAddress, IHostnameResolver, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from egress import is_inside, is_public
from models import Verdict
from spiders.base.errors import BoardFailure


def check_url(url: str) -> None:
    """Raise BoardFailure unless the URL is http(s), without credentials, and names a host that may be public."""
    try:
        parts = urlsplit(url)
        host, _ = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise BoardFailure(Verdict.ERROR, f"{url[:200]} is no URL; correct the board's address") from None
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        raise BoardFailure(Verdict.ERROR, f"{url[:200]} is refused: only http and https without a password are fetched")
    if is_inside(host):
        raise BoardFailure(Verdict.ERROR, f"{host} is refused: it is not on the public internet; correct the address")


@implementer(IResolutionReceiver)
class _PublicOnly:
    """Passes on the addresses that are public."""

    def __init__(self, receiver: Any) -> None:
        self.receiver = receiver

    def resolutionBegan(self, resolutionInProgress: Any) -> None:  # noqa: N802, N803 - Twisted's names
        self.receiver.resolutionBegan(resolutionInProgress)

    def addressResolved(self, address: IAddress) -> None:  # noqa: N802
        if is_public(getattr(address, "host", "")):
            self.receiver.addressResolved(address)

    def resolutionComplete(self) -> None:  # noqa: N802
        self.receiver.resolutionComplete()


@implementer(IHostnameResolver)
class GuardedResolver:
    """Resolves host names to public addresses only. `excepted` holds names let through: the replay server's."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.excepted: set[str] = set()

    def resolveHostName(  # noqa: N802
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        receiver = resolutionReceiver if hostName in self.excepted else _PublicOnly(resolutionReceiver)
        return self.inner.resolveHostName(receiver, hostName, portNumber, addressTypes, transportSemantics)


def guard_reactor(excepted: str = "") -> None:
    """Put the guard before the reactor's resolver, once; a resolver that is installed later gets it too."""
    from twisted.internet import reactor

    resolver = reactor.nameResolver
    if not isinstance(resolver, GuardedResolver):
        resolver = GuardedResolver(resolver)
        reactor.installNameResolver(resolver)
    if excepted:
        resolver.excepted.add(excepted)
