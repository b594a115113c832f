"""Which hosts are on the public internet, however they are spelt: who sends requests to addresses asks. Pure."""

import ipaddress
import socket

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


def is_inside(host: str) -> bool:
    """Whether a host by its name alone is not on the public internet: this machine, a private address, no name."""
    name, address = host.lower().rstrip("."), literal(host)
    is_local = name in ("localhost", "") or name.endswith((".localhost", ".local", ".internal"))
    return is_local or (address is not None and not is_public(address))
