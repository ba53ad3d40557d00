"""Where webhooks may lead: everybody's addresses, and no way around that."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from videos.webhooks.targets import Refused, address_of, is_public, target_of, url_check, url_normal

PRIVATE = [
    *("127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "0.0.0.0"),
    *("169.254.169.254", "100.64.0.1", "100.100.100.200", "100.127.255.255", "192.0.0.192", "168.63.129.16"),
    *("198.18.0.1", "192.0.2.1", "203.0.113.9", "192.88.99.1", "224.0.0.1", "239.1.1.1", "240.0.0.1"),
    *("255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::8.8.8.8", "64:ff9b::7f00:1"),
    *("64:ff9b::808:808", "64:ff9b:1::1", "100::1", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1"),
    *("2002:7f00:1::1", "2001::1", "2001:db8::1", "3fff::1", "5f00::1"),
]
PUBLIC = ["8.8.8.8", "1.1.1.1", "93.184.216.34", "172.32.0.1", "100.63.0.1", "2606:2800:220:1::1", "2a00:1450::200e"]


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_everybodys_is_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_other_addresses_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("url", "host", "port", "path", "called"),
    [
        ("https://example.com", "example.com", 443, "/", "example.com"),
        ("http://EXAMPLE.com/a?b=%20#".rstrip("#"), "example.com", 80, "/a?b=%20", "example.com"),
        ("https://example.com:8443/x", "example.com", 8443, "/x", "example.com:8443"),
        ("https://[2606:2800:220:1::1]:1024/", "2606:2800:220:1::1", 1024, "/", "[2606:2800:220:1::1]:1024"),
        ("http://example.com:443/", "example.com", 443, "/", "example.com:443"),
    ],
)
def test_an_address_is_read_once(url: str, host: str, port: int, path: str, called: str) -> None:
    target = target_of(url)
    assert (target.host, target.port, target.path, target.host_header) == (host, port, path, called)
    url_check(url.replace("EXAMPLE", "example"))


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("", "http or https"),
        ("example.com/hook", "http or https"),
        ("ftp://example.com/", "http or https"),
        ("file:///etc/passwd", "http or https"),
        ("gopher://example.com/", "http or https"),
        ("https:///path", "http or https"),
        ("https://example.com:99999/", "http or https"),
        ("https://exa mple.com/", "plain characters"),
        ("https://example.com/\r\nX: y", "plain characters"),
        ("https://example.com\\@127.0.0.1/", "plain characters"),
        ("https://example.com/ü", "plain characters"),
        ("https://example.com/" + "x" * 2048, "2048"),
        ("https://user:pw@example.com/", "user name and password"),
        ("https://example.com/#part", "from # on"),
        ("https://example.com:22/", "Port 22"),
        ("http://example.com:25/", "Port 25"),
        ("https://example.com:0/", "Port 0"),
        *((f"http://[{each}]/" if ":" in each else f"http://{each}/", "no public address") for each in PRIVATE),
    ],
)
def test_what_is_no_address_for_a_webhook_is_told_why(url: str, word: str) -> None:
    with pytest.raises(ValidationError, match=word.replace("[", r"\[")):
        url_check(url)


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "[::ffff:7f00:1]"])
def test_no_spelling_of_this_machine_is_reached(host: str) -> None:
    with pytest.raises(Refused):
        address_of(target_of(f"http://{host}:8000/"))


def test_a_name_leads_to_the_first_of_its_addresses_that_is_everybodys(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = [(socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("64:ff9b::808:808", 443, 0, 0))]
    answer += [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443)) for each in ("10.0.0.1", "8.8.8.8", "1.1.1.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answer)
    assert address_of(target_of("https://example.com/")) == "8.8.8.8"


def test_a_name_of_private_addresses_alone_is_refused_and_so_is_one_that_there_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer: Any = [(socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("fe80::1%eth0", 443, 0, 2))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answer)
    with pytest.raises(Refused, match="fe80::1 is no public address"):
        address_of(target_of("https://example.com/"))

    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Refused, match=r"example\.com cannot be resolved"):
        address_of(target_of("https://example.com/"))


def test_the_setting_opens_the_networks_that_it_lists_and_no_others(settings: Any) -> None:
    settings.WEBHOOKS_PRIVATE = ["10.1.0.0/16", "::1"]
    url_check("http://10.1.2.3/")
    url_check("http://[::1]/")
    for host in ("10.2.0.1", "127.0.0.1"):
        with pytest.raises(ValidationError):
            url_check(f"http://{host}/")


def test_a_host_in_letters_of_any_language_is_kept_in_ascii() -> None:
    assert url_normal(" https://Bücher.example:8443/a?b ") == "https://xn--bcher-kva.example:8443/a?b"
    assert url_normal("https://example.com/A") == "https://example.com/A"
