"""Which addresses may be asked: known ranges, addresses inside addresses, and what is allowed."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onroll.http.networks import NetworkPolicy, Objection, endpoint_of, kind_of_address

NOWHERE = ("api.example.test", 443)
#: Of these the address inside decides.
TRANSLATED = [
    ip_network(one) for one in ("::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "2002::/16")
]
OPEN = NetworkPolicy(allows_private=True)


@pytest.mark.parametrize(
    ("kind", "addresses"),
    [
        ("a loopback address", "127.0.0.1 127.255.255.255 ::1"),
        ("an unspecified address", "0.0.0.0 0.1.2.3 ::"),
        ("a link-local address", "169.254.1.1 fe80::1 fe80::1%eth0 febf::1"),
        ("a private address", "10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 fc00::1 fdff::1"),
        ("a private address", "100.64.0.1 100.127.255.255 fec0::1"),
        ("a multicast address", "224.0.0.1 239.255.255.255 ff02::1"),
        ("a reserved address", "192.0.0.1 192.0.2.1 198.18.0.1 198.51.100.1 203.0.113.1"),
        ("a reserved address", "240.0.0.1 255.255.255.255 2001:db8::1 2001::1 4000::1 100::1"),
        ("a cloud's metadata address", "169.254.169.254 169.254.170.2 100.100.100.200"),
        ("a cloud's metadata address", "168.63.129.16 fd00:ec2::254 fd20:ce::254"),
    ],
)
def test_what_is_not_on_the_internet_has_a_kind(kind: str, addresses: str) -> None:
    assert {one: kind_of_address(one) for one in addresses.split()} == dict.fromkeys(
        addresses.split(), kind
    )


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "192.169.0.1", "223.255.255.255",
     "2606:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1"],
)  # fmt: skip
def test_an_address_of_the_internet_has_none(address: str) -> None:
    assert kind_of_address(address) is None


def _forms(inner: IPv4Address) -> dict[str, IPv6Address]:
    """Return the IPv6 addresses that have an IPv4 address inside."""
    number = int(inner)
    return {
        "mapped": IPv6Address((0xFFFF << 32) + number),
        "translated": IPv6Address((0xFFFF << 48) + number),
        "NAT64": IPv6Address((0x64FF9B << 96) + number),
        "local NAT64": IPv6Address((0x64FF9B0001 << 80) + number),
        "6to4": IPv6Address((0x2002 << 112) + (number << 80) + 1),
    }


@pytest.mark.parametrize("form", _forms(IPv4Address(0)))
@pytest.mark.parametrize("inner", ["127.0.0.1", "10.1.2.3", "192.168.0.1", "100.64.0.1", "0.0.0.0"])
def test_a_private_address_inside_an_ipv6_address_is_seen(form: str, inner: str) -> None:
    assert kind_of_address(str(_forms(IPv4Address(inner))[form])) is not None


@pytest.mark.parametrize("form", _forms(IPv4Address(0)))
def test_a_metadata_address_inside_an_ipv6_address_is_never_allowed(form: str) -> None:
    address = str(_forms(IPv4Address("169.254.169.254"))[form])
    found = OPEN.objection_to(NOWHERE, address)
    assert found is not None
    assert found.is_final


@given(st.ip_addresses(v=4))
def test_what_python_holds_for_private_is_refused(address: IPv4Address) -> None:
    if not address.is_global:
        assert kind_of_address(str(address)) is not None


@given(st.ip_addresses(v=6))
def test_what_python_holds_for_private_is_refused_in_ipv6(address: IPv6Address) -> None:
    is_inside_another = any(address in network for network in TRANSLATED)
    if not address.is_global and not is_inside_another:
        assert kind_of_address(str(address)) is not None


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "fe80::1", "::1", "fc00::1"])
def test_what_is_private_may_be_allowed(address: str) -> None:
    assert NetworkPolicy().objection_to(NOWHERE, address) is not None
    assert OPEN.objection_to(NOWHERE, address) is None


@pytest.mark.parametrize("address", ["169.254.169.254", "168.63.129.16", "fd00:ec2::254"])
def test_a_metadata_address_is_refused_whatever_is_allowed(address: str) -> None:
    policy = NetworkPolicy(allows_private=True, trusted=frozenset({(address, 80)}))
    found = policy.objection_to((address, 80), address)
    assert found is not None
    assert found.is_final


def test_what_an_operator_named_is_allowed_on_its_port_only() -> None:
    policy = NetworkPolicy(trusted=frozenset({("hr.example.test", 8443)}))
    assert policy.objection_to(("hr.example.test", 8443), "10.0.0.1") is None
    assert policy.objection_to(("hr.example.test", 22), "10.0.0.1") is not None
    assert policy.objection_to(("other.example.test", 8443), "10.0.0.1") is not None


def test_text_that_is_no_address_is_refused() -> None:
    assert NetworkPolicy().objection_to(NOWHERE, "somewhere") is not None


@pytest.mark.parametrize(
    "host",
    ["localhost", "a.localhost", "ip6-localhost", "127.0.0.1", "127.1", "2130706433", "0x7f.1",
     "0x7f000001", "017700000001", "::1", "::ffff:127.0.0.1", "10.1", "0", "192.168.257"],
)  # fmt: skip
def test_a_name_that_says_what_it_is_needs_no_resolving(host: str) -> None:
    assert NetworkPolicy().objection_to_name((host, 443)) is not None


@pytest.mark.parametrize("host", ["api.example.test", "127.0.0.1.example.test", "1and1.com", "a"])
def test_any_other_name_is_left_to_whoever_resolves_it(host: str) -> None:
    assert NetworkPolicy().objection_to_name((host, 443)) is None


@pytest.mark.parametrize("host", ["metadata.google.internal", "metadata", "169.254.169.254"])
def test_a_metadata_name_is_refused_whatever_is_allowed(host: str) -> None:
    assert OPEN.objection_to_name((host, 80)) is not None


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        ("https://HR.Example.test./v1", ("hr.example.test", 443)),
        ("http://[::1]:8770/v1", ("::1", 8770)),
        ("http://localhost", ("localhost", 80)),
    ],
)
def test_an_endpoint_is_a_host_and_a_port(url: str, endpoint: tuple[str, int]) -> None:
    assert endpoint_of(url) == endpoint


def test_a_host_that_was_typed_is_trusted_with_every_port_and_no_other_host_is() -> None:
    policy = NetworkPolicy(hosts=frozenset({"127.0.0.1"}))
    assert policy.objection_to(("127.0.0.1", 8088), "127.0.0.1") is None
    assert policy.objection_to(("localhost", 8088), "127.0.0.1") is not None
    assert NetworkPolicy(hosts=frozenset({"a.test"})).objection_to(
        ("a.test", 80), "169.254.169.254"
    ) == Objection("a cloud's metadata address")
