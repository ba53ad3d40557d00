"""Where a webhook may lead: to everybody's addresses only, so that nobody reaches into networks that are not theirs."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError

from videos.validators import domain_normal

LONGEST_URL = 2048
DEFAULT_PORTS = {"http": 80, "https": 443}
# Below are the ports of mail, shells and the like, which a POST could confuse.
FIRST_FREE_PORT = 1024

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# Beyond what Python knows not to be global, whichever release of it: networks that stand for others (translated,
# mapped, tunnelled: what they reach depends on the machine), and the platform address of one cloud.
NOT_PUBLIC = [
    ipaddress.ip_network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24"),
        *("192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3"),
        *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
]
GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")


class Refused(Exception):
    """The address is none that a webhook may reach, or there is none; the message says why."""


@dataclass(frozen=True)
class Target:
    """A webhook's address, read once; `path` has the query with it."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        """What the request calls the server: the port is left out where it is the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def target_of(url: str) -> Target:
    """Return what the address says. Raises Refused for one that is no plain http(s) address, or of a forbidden port."""
    # Two readers of one odd address may understand two hosts, so nothing odd is read.
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or set(url) & set(' \\"<>^`{|}'):
        raise Refused(f"Give an http or https address of at most {LONGEST_URL} plain characters.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused("Give an http or https address.") from error
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise Refused("Give an http or https address.")
    if "@" in parts.netloc:
        raise Refused("Leave user name and password out: the signature says who calls.")
    if "#" in url:
        raise Refused("Leave out the part from # on: it is never sent.")
    port = DEFAULT_PORTS[parts.scheme] if port is None else port
    if port not in DEFAULT_PORTS.values() and port < FIRST_FREE_PORT:
        raise Refused(f"Port {port} is none for webhooks: 80, 443 and those from {FIRST_FREE_PORT} are.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, parts.hostname.partition("%")[0], port, path)


def url_normal(url: str) -> str:
    """Return the address with its host in ASCII: `https://xn--bcher-kva.example/` for `https://Bücher.example/`."""
    scheme, slashes, rest = url.strip().partition("://")
    if not slashes or rest.isascii():
        return url.strip()
    ends = [at for mark in "/?" if (at := rest.find(mark)) >= 0]
    end = min(ends, default=len(rest))
    return f"{scheme}://{domain_normal(rest[:end])}{rest[end:]}"


def url_check(url: str) -> None:
    """Raise ValidationError for an address that can be none of a webhook, whatever its name resolves to."""
    try:
        target = target_of(url)
        try:
            literal = ipaddress.ip_address(target.host)
        except ValueError:
            return
        _refuse_private(literal)
    except Refused as error:
        raise ValidationError(str(error), "invalid") from error


def address_of(target: Target) -> str:
    """Return the first address of the target's host that may be reached, to connect to that very one.

    Raises Refused where none may, or the name has none.
    """
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Refused(f"The name {target.host} cannot be resolved.") from error
    refusal = Refused(f"The name {target.host} has no address.")
    for *_, place in found:
        text = str(place[0])
        try:
            # A zone names one of this machine's own networks.
            _refuse_private(ipaddress.ip_address(text.partition("%")[0]))
        except Refused as error:
            refusal = error
        else:
            return text
    raise refusal


def _refuse_private(address: Address) -> None:
    """Raise Refused unless the address is everybody's, or WEBHOOKS_PRIVATE lists it."""
    if is_public(address) or any(
        address in network for network in map(ipaddress.ip_network, settings.WEBHOOKS_PRIVATE)
    ):
        return
    raise Refused(f"{address} is no public address; the setting WEBHOOKS_PRIVATE may list it.")


def is_public(address: Address) -> bool:
    """Whether the address is one of the public internet, and stands for no other."""
    if isinstance(address, ipaddress.IPv6Address) and address not in GLOBAL_V6:
        # Loopback, mapped and translated IPv4 (::/96, ::ffff:0:0/96, 64:ff9b::/96), local and multicast ones.
        return False
    return address.is_global and not address.is_multicast and not any(address in network for network in NOT_PUBLIC)
