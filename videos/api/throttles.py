"""How often the API may be called: so many calls a minute for each token, so many attempts to sign in.

Counted without SQL in Django's cache: this process's memory, or Redis where REDIS_URL names one and several processes
share it. There is no limit on failed authentication: a token has 256 random bits, so nobody guesses one however often
they may try; a refusal costs one look-up by an index; and an address that many share, as behind a proxy that
TRUSTED_PROXIES does not name, would be shut out by one program with an outdated token.
"""

from __future__ import annotations

import ipaddress
import logging
import time
from typing import TYPE_CHECKING, Protocol, cast

from django.conf import settings
from django.core.cache import BaseCache, cache
from django.core.cache.backends.locmem import LocMemCache
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

if TYPE_CHECKING:
    # DRF's views read the settings that name this module.
    from rest_framework.views import APIView

logger = logging.getLogger("viewprint")

SECONDS = 60
LOGINS_PER_EMAIL = 10
# More than one person may sit behind an address.
LOGINS_PER_ADDRESS = 20
RESETS_PER_EMAIL, RESETS_PER_ADDRESS = 2, 10
SHORTEST_WAIT = 0.001

# Counts for as long as Redis does not answer, so that neither the API nor its limits end with it.
_stand_in = LocMemCache("throttles", {"OPTIONS": {"MAX_ENTRIES": 20_000}})


class Caller(Protocol):
    """What `request.auth` is, an ApiToken above all."""

    digest: str


class MinuteThrottle(BaseThrottle):
    """Lets `most` calls pass in the minute that begins with a key's first one, then none until it is over.

    DRF's SimpleRateThrottle reads a list of the minute's moments and writes it back, so that calls at the same time
    overwrite each other's (8 threads passed 1,376 calls where 600 were allowed, and 600 here); and at 600 a minute it
    took 29 µs a call (16 here). The price: around a minute's end up to twice as many may pass within a short time.
    """

    def __init__(self) -> None:
        self._wait: float | None = None

    def count(self, key: str, most: int) -> None:
        """Count a call under `key`; `allowed` is false afterwards if that was one too many."""
        try:
            calls, left = _count(cache, f"throttle:{key}")
        except RedisError as error:
            logger.warning("throttles: Redis does not answer, so this process counts alone: %s", error)
            calls, left = _count(_stand_in, key)
        if calls > most:
            self._wait = max(self._wait or 0.0, left)

    @property
    def allowed(self) -> bool:
        return self._wait is None

    def wait(self) -> float | None:
        """Return the seconds until a call may pass again."""
        return self._wait


class TokenThrottle(MinuteThrottle):
    """Each token's calls: API_PER_TOKEN_PER_MINUTE. Who calls without a token is not counted."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        if request.auth is not None:
            self.count(f"token:{cast(Caller, request.auth).digest}", settings.API_PER_TOKEN_PER_MINUTE)
        return self.allowed


class PersonThrottle(MinuteThrottle):
    """Attempts of people without a token, right or wrong: for an e-mail address, and for a client's address.

    The client's address is the connection's: the HTTP server has put there what a trusted proxy said, and nobody else's
    X-Forwarded-For is believed. An address in the cache is a keyed hash.
    """

    kind: str
    most_per_email: int
    most_per_address: int

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the call by the `email` of its JSON body; raises what reading the body raises."""
        email = request.data.get("email") if isinstance(request.data, dict) else None
        return self.attempt(request.META.get("REMOTE_ADDR", ""), email if isinstance(email, str) else "")

    def attempt(self, address: str, email: str) -> bool:
        """Count an attempt from a client's address; return whether it may be made."""
        self.count(f"{self.kind}:{_hashed(_household(address))}", self.most_per_address)
        if email:
            self.count(f"{self.kind}:{_hashed(email.strip().casefold())}", self.most_per_email)
        return self.allowed


class LoginThrottle(PersonThrottle):
    """Attempts to sign in, over the API and in the dashboard."""

    kind, most_per_email, most_per_address = "login", LOGINS_PER_EMAIL, LOGINS_PER_ADDRESS


class ResetThrottle(PersonThrottle):
    """Mails with a link for a new password: each of them reaches somebody."""

    kind, most_per_email, most_per_address = "reset", RESETS_PER_EMAIL, RESETS_PER_ADDRESS


def _count(counts: BaseCache, key: str) -> tuple[int, float]:
    """Count a call; return how many there have been in this key's minute, and the seconds until it is over."""
    now = time.time()
    end = counts.get(f"{key}:end")
    if end is None:
        # Of calls at the same time one sets the end, and all read it.
        counts.add(f"{key}:end", now + SECONDS, SECONDS)
        end = counts.get(f"{key}:end", now + SECONDS)
    counted = f"{key}:{end}"
    try:
        calls = counts.incr(counted)
    except ValueError:
        # Kept longer than the minute, so that it cannot expire between these two.
        counts.add(counted, 0, 2 * SECONDS)
        calls = counts.incr(counted)
    return calls, max(end - now, SHORTEST_WAIT)


def _hashed(text: str) -> str:
    return salted_hmac("viewprint.throttles", text.encode("utf-8", "surrogatepass"), algorithm="sha256").hexdigest()


def _household(address: str) -> str:
    """Return what counts as one: an IPv4 address, or the /64 that one IPv6 connection has."""
    if ":" not in address:
        return address
    return str(ipaddress.ip_network(f"{address.partition('%')[0]}/64", strict=False).network_address)
