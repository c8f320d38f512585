"""Which addresses may be connected to: the table of special ranges, what a rule pins, and names below localhost."""

import socket
from ipaddress import ip_address, ip_network

import pytest

from fediverse.remote.addresses import LOOPBACK, DevelopmentResolver, SystemResolver, is_public, may_connect

PUBLIC = [
    "1.1.1.1",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "169.253.255.255",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "192.167.255.255",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2001:200::1",
    "2606:4700:4700::1111",
    "2a00:1450:4001::200e",
    "3ffe::1",
    "::ffff:1.1.1.1",
    "64:ff9b::101:101",
]
NOT_PUBLIC = [
    "0.0.0.0",
    "0.255.255.255",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "64:ff9b:1::7f00:1",
    "100::1",
    "2001::1",
    "2001:0:7f00:1::1",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:808:808::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456:789a::1",
    "fe80::1",
    "fe80::1%eth0",
    "2606:4700:4700::1111%eth0",
    "::ffff:1.1.1.1%eth0",
    "fec0::1",
    "ff02::1",
    "4000::1",
]


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses_may_be_asked(text: str) -> None:
    """T-332: the neighbours of every special range are public, and so is an IPv6 spelling of a public IPv4 address."""
    assert is_public(ip_address(text))


@pytest.mark.parametrize("text", NOT_PUBLIC)
def test_special_addresses_are_not_public(text: str) -> None:
    """T-331, T-332: no special range is public, in no spelling: compatible, mapped, translated, tunnelled or scoped."""
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", ["10.20.0.1", "::ffff:10.20.0.1", "fd00:20::7"])
def test_pinned_network_opens_its_own_addresses(text: str) -> None:
    """T-225: an intranet address is reached when the rule of that host pins its network."""
    pinned = [ip_network("10.20.0.0/16"), ip_network("fd00:20::/32")]

    assert may_connect(ip_address(text), pinned)
    assert not may_connect(ip_address(text), [])


@pytest.mark.parametrize("text", ["10.21.0.1", "1.1.1.1", "127.0.0.1", "169.254.169.254", "fd00:20::7%eth0"])
def test_pinned_network_opens_nothing_else(text: str) -> None:
    """A host whose rule says where it lives lives nowhere else, not even at a public address."""
    pinned = [ip_network("10.20.0.0/16"), ip_network("fd00:20::/32")]

    assert not may_connect(ip_address(text), pinned)
    assert not may_connect(ip_address(text), pinned, development=True)


@pytest.mark.parametrize("address", LOOPBACK)
def test_only_development_reaches_the_loopback(address: object) -> None:
    """The loopback is open in development, and private networks are not."""
    loopback = ip_address(str(address))

    assert may_connect(loopback, [], development=True)
    assert not may_connect(loopback, [])
    assert not may_connect(ip_address("10.0.0.1"), [], development=True)


@pytest.mark.parametrize("name", ["localhost", "acme.localhost", "a.b.localhost"])
async def test_development_leads_localhost_names_to_the_loopback(name: str) -> None:
    """Names below localhost need no name server in development."""
    resolver = DevelopmentResolver(SystemResolver())

    addresses = await resolver.addresses_of(name)

    assert addresses == LOOPBACK
    resolver.close()


async def test_system_resolver_answers_each_address_once() -> None:
    """The system's resolver answers with addresses, none of them twice."""
    resolver = SystemResolver()

    addresses = await resolver.addresses_of("127.0.0.1")

    assert addresses == [ip_address("127.0.0.1")]
    resolver.close()


async def test_name_that_does_not_exist_is_an_error() -> None:
    """A name that only looks like localhost is looked up like any other, and has no address."""
    resolver = DevelopmentResolver(SystemResolver())

    with pytest.raises(socket.gaierror):
        await resolver.addresses_of("notlocalhost.invalid")
    resolver.close()
