"""Shares of a whole, in per cent that add up to 100."""

from __future__ import annotations

from collections.abc import Sequence


def shares_of_hundred(values: Sequence[int], decimals: int = 0) -> list[float]:
    """Return each value's share in per cent, rounded to `decimals` so that all add up to exactly 100.

    By largest remainder: every share is rounded down, and the units that are missing go to those that lost most (of
    equal ones the larger value, then the earlier one). All 0 where the values, never negative, add up to nothing.
    """
    unit = 10**decimals
    whole = sum(values)
    if not whole:
        return [0.0 for _ in values]
    floors, lost = zip(*(divmod(value * 100 * unit, whole) for value in values), strict=True)
    shares = list(floors)
    losers = sorted(range(len(values)), key=lambda place: (-lost[place], -values[place], place))
    for place in losers[: 100 * unit - sum(floors)]:
        shares[place] += 1
    return [share / unit for share in shares]
