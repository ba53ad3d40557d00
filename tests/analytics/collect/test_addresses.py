from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.collect.addresses import Proxies, address_kept, household_of, normal
from analytics.collect.limits import Limiter


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" 203.0.113.9 ", "203.0.113.9"),
        ("203.0.113.9:443", "203.0.113.9"),
        ("[2001:DB8::1]:443", "2001:db8::1"),
        ('"[2001:db8::1]"', "2001:db8::1"),
        ("2001:db8:0:0::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("unknown", ""),
        ("_hidden", ""),
        ("", ""),
        ("1.2.3", ""),
    ],
)
def test_addresses_have_one_spelling(text: str, expected: str) -> None:
    assert normal(text) == expected


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "expected"),
    [
        ([], "203.0.113.9", "198.51.100.1", "203.0.113.9"),
        (["10.0.0.0/8"], "203.0.113.9", "198.51.100.1", "203.0.113.9"),
        (["10.0.0.0/8"], "10.1.2.3", "198.51.100.1", "198.51.100.1"),
        (["10.0.0.0/8"], "10.1.2.3", "6.6.6.6, 198.51.100.1, 10.9.9.9", "198.51.100.1"),
        (["10.0.0.0/8"], "10.1.2.3", "", "10.1.2.3"),
        (["10.0.0.0/8"], "10.1.2.3", "10.4.4.4", "10.4.4.4"),
        (["10.0.0.0/8"], "10.1.2.3", "198.51.100.1, nonsense", "10.1.2.3"),
        (["::1"], "::1", "2001:db8::7", "2001:db8::7"),
        (["10.0.0.0/8"], "", "198.51.100.1", "198.51.100.1"),
        ([], "", "198.51.100.1", ""),
    ],
)
def test_only_trusted_proxies_are_believed(trusted: list[str], peer: str, forwarded: str, expected: str) -> None:
    assert Proxies(trusted).client(peer, forwarded) == expected


def test_a_proxy_that_is_no_address_is_named() -> None:
    with pytest.raises(ValueError, match=r"'proxy\.local' is neither"):
        Proxies(["10.0.0.1", "proxy.local"])


@given(st.ip_addresses().map(str), st.text(max_size=60))
def test_whatever_is_forwarded_an_address_or_nothing_comes_out(peer: str, forwarded: str) -> None:
    found = Proxies(["0.0.0.0/0", "::/0"]).client(peer, forwarded)
    assert found == normal(found) != ""


def test_what_is_kept_of_an_address() -> None:
    assert [address_kept("203.0.113.9", kept) for kept in ("none", "truncated", "full")] == [
        "",
        "203.0.113.0",
        "203.0.113.9",
    ]
    assert address_kept("2001:db8:1:2:3::4", "truncated") == "2001:db8:1::"
    assert address_kept("", "truncated") == ""


def test_a_limit_counts_an_address_or_an_ipv6_connection() -> None:
    assert household_of("2001:db8:1:2:3::4") == household_of("2001:db8:1:2::9") != household_of("2001:db8:1:3::9")
    limiter = Limiter(60)
    assert [limiter.wait("203.0.113.9") for _ in range(60)] == [0] * 60
    assert limiter.wait("203.0.113.9") == 1
    assert limiter.wait("203.0.113.8") == 0
