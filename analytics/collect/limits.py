"""How much one address may send: a token bucket for each, in memory, generous because schools share one."""

from __future__ import annotations

import math
import time
from collections import OrderedDict

from analytics.collect.addresses import household_of

MAX_ADDRESSES = 50_000


class Limiter:
    """Lets each address send `per_minute` requests a minute, all at once if it likes. Used by one thread."""

    def __init__(self, per_minute: int) -> None:
        self._most = float(per_minute)
        self._per_second = per_minute / 60
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, address: str) -> int:
        """Count a request: 0 if it may pass, else the whole seconds until the next one may."""
        now = time.monotonic()
        key = household_of(address)
        left, then = self._buckets.get(key, (self._most, now))
        left = min(self._most, left + (now - then) * self._per_second)
        passes = left >= 1
        self._buckets[key] = (left - 1 if passes else left, now)
        self._buckets.move_to_end(key)
        if len(self._buckets) > MAX_ADDRESSES:
            self._buckets.popitem(last=False)
        return 0 if passes else max(1, math.ceil((1 - left) / self._per_second))
