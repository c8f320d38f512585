"""Where a name leads, and whether a connection may go there: the guard against requests that are bent to the inside of the network.

Asked by the transport for each connection, between resolving and connecting. It knows nothing of HTTP. Its tables are our own because `ipaddress`
of Python 3.11 calls addresses global that lead to the loopback (`64:ff9b::7f00:1`, `2002:7f00:1::1`, `::127.0.0.1`).
"""

import asyncio
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Protocol, TypeAlias

IPAddress: TypeAlias = IPv4Address | IPv6Address
IPNetwork: TypeAlias = IPv4Network | IPv6Network

LOOPBACK: tuple[IPAddress, ...] = (IPv4Address("127.0.0.1"), IPv6Address("::1"))

_RESERVED_IPV4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared behind a carrier's NAT
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, with the clouds' metadata service
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, with the broadcast address
    )
)
_GLOBAL_IPV6 = IPv6Network("2000::/3")
_RESERVED_IPV6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, benchmarking, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which holds any IPv4 address
        "3fff::/20",  # documentation
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")


class Resolver(Protocol):
    """What turns a name into addresses. Raises OSError when the name has none."""

    async def addresses_of(self, name: str) -> Sequence[IPAddress]: ...

    def close(self) -> None: ...


class SystemResolver:
    """The system's own resolver, in threads of its own: the lookups of dead domains wait there, and nothing else waits for them."""

    def __init__(self, threads: int = 8) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="resolver")

    async def addresses_of(self, name: str) -> Sequence[IPAddress]:
        look_up = partial(socket.getaddrinfo, name, None, type=socket.SOCK_STREAM)
        answers = await asyncio.get_running_loop().run_in_executor(self._threads, look_up)
        return list(dict.fromkeys(ip_address(answer[4][0]) for answer in answers))

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


class DevelopmentResolver:
    """Leads `localhost` and every name below it to the loopback, which the system's resolver does not do (RFC 6761 §6.3); asks *beyond* for the rest."""

    def __init__(self, beyond: Resolver) -> None:
        self._beyond = beyond

    async def addresses_of(self, name: str) -> Sequence[IPAddress]:
        if name == "localhost" or name.endswith(".localhost"):
            return LOOPBACK
        return await self._beyond.addresses_of(name)

    def close(self) -> None:
        self._beyond.close()


def is_public(address: IPAddress) -> bool:
    """Whether *address* is one that anybody on the Internet may be asked to connect to."""
    meant = _meant(address)
    if isinstance(meant, IPv4Address):
        return not any(meant in network for network in _RESERVED_IPV4)
    if meant.scope_id is not None:
        return False
    return meant in _GLOBAL_IPV6 and not any(meant in network for network in _RESERVED_IPV6)


def may_connect(address: IPAddress, pinned: Sequence[IPNetwork], *, development: bool = False) -> bool:
    """Whether a connection may go to *address*: into the networks that the host's rule pins and nowhere else, or to a public address when it pins none.

    In development the loopback is as good as a public address.
    """
    if pinned:
        return any(_within(address, network) for network in pinned)
    return is_public(address) or (development and address.is_loopback)


def _meant(address: IPAddress) -> IPAddress:
    """The IPv4 address that packets to *address* end up at, when it is only an IPv6 spelling of one (RFC 4291 §2.5.5.2, RFC 6052)."""
    if isinstance(address, IPv6Address) and address.scope_id is None:
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def _within(address: IPAddress, network: IPNetwork) -> bool:
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        return False
    return address in network or _meant(address) in network
