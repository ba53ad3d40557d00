"""Whose request it is: the viewer's address behind trusted proxies, and what may be kept of it."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from functools import lru_cache

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Proxies:
    """The proxies whose X-Forwarded-For is believed, given as addresses or networks.

    A connection through a local socket has no address; it is believed where any proxy is. Raises ValueError, with a
    sentence that names it, for an entry that is neither an address nor a network.
    """

    def __init__(self, entries: Iterable[str]) -> None:
        self._networks: list[Network] = []
        for entry in entries:
            try:
                self._networks.append(ipaddress.ip_network(entry, strict=False))
            except ValueError as error:
                raise ValueError(f"{entry!r} is neither an address nor a network.") from error

    def client(self, peer: str, forwarded: str) -> str:
        """Return the viewer's address, '' where nobody knows.

        `peer` is the other end of the connection ('' for a local socket), `forwarded` the X-Forwarded-For header. The
        header is read from its end for as long as those who wrote it are trusted: what stands further left is what a
        client claimed of itself.
        """
        found = normal(peer)
        if not forwarded or not self._networks or not (self._trusts(found) or not peer):
            return found
        for hop in reversed(forwarded.split(",")):
            address = normal(hop)
            if not address:
                return found
            found = address
            if not self._trusts(found):
                break
        return found

    def _trusts(self, address: str) -> bool:
        if not address:
            return False
        parsed = ipaddress.ip_address(address)
        return any(parsed.version == network.version and parsed in network for network in self._networks)


@lru_cache(maxsize=20_000)
def normal(text: str) -> str:
    """Return the address in its one usual spelling, '' for what is none; ports, brackets and zones are dropped."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(address)


@lru_cache(maxsize=20_000)
def network_of(address: str) -> str:
    """Return the address without its last part: the /24 network of an IPv4 address, the /48 of an IPv6 one."""
    if not address:
        return ""
    return str(ipaddress.ip_network(f"{address}/{48 if ':' in address else 24}", strict=False).network_address)


@lru_cache(maxsize=20_000)
def household_of(address: str) -> str:
    """Return what is limited as one: an IPv4 address, or the /64 that one IPv6 connection has."""
    if ":" not in address:
        return address
    return str(ipaddress.ip_network(f"{address}/64", strict=False).network_address)


def address_kept(address: str, kept: str) -> str:
    """Return what a workspace whose setting is `kept` (none, truncated or full) stores of the address."""
    if kept == "full":
        return address
    return network_of(address) if kept == "truncated" else ""
