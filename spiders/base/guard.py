"""No request leaves for a private address, however it is spelt and whatever a name resolves to.

`check_url` refuses what the URL itself gives away; `GuardedResolver` stands where connections are made, so that a name
that changes its mind between check and connect (DNS rebinding) gains nothing.
"""

import ipaddress
import socket
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from twisted.internet.interfaces import IAddress, IHostnameResolver, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from models import Verdict
from spiders.base.errors import BoardFailure

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
# what `is_global` lets pass though it may lead inside
CLOSED = [
    ipaddress.ip_network(net)
    for net in ("100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "2001::/32", "fec0::/10", "::/96")
]
NAT64 = [ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48")]


def is_public(address: str) -> bool:
    """Whether an IP address is on the public internet, the IPv4 address inside it included (mapped, NAT64, 6to4)."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if any(ip in net for net in NAT64):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not any(ip.version == net.version and ip in net for net in CLOSED)


def literal(host: str) -> str | None:
    """The address that a host name is another spelling of (`0x7f.1`, `2130706433`, `127.1`); None for a name."""
    bare = host.strip("[]").rstrip(".")
    try:
        return str(ipaddress.ip_address(bare.partition("%")[0]))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(bare)) if bare.isascii() and " " not in bare else None
    except OSError:
        return None


def check_url(url: str) -> None:
    """Raise BoardFailure unless the URL is http(s), without credentials, and names a host that may be public."""
    try:
        parts = urlsplit(url)
        host, _ = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise BoardFailure(Verdict.ERROR, f"{url[:200]} is no URL; correct the board's address") from None
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        raise BoardFailure(Verdict.ERROR, f"{url[:200]} is refused: only http and https without a password are fetched")
    address = literal(host)
    name = host.rstrip(".")
    is_inside = name in ("localhost", "") or name.endswith((".localhost", ".local", ".internal"))
    if is_inside or (address is not None and not is_public(address)):
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
