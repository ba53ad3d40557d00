"""Shares of a whole, in per cent that add up to 100."""

from __future__ import annotations

from collections.abc import Sequence


def shares_of_hundred(values: Sequence[float], decimals: int = 0) -> list[float]:
    """Return each value's share in per cent, rounded to `decimals` so that all add up to exactly 100.

    By largest remainder: every share is rounded down, and the units that are missing go to those that lost most (the
    earlier one where two lost alike). All 0 where the values add up to nothing. Values are not negative.
    """
    unit = 10**decimals
    whole = sum(values)
    if not whole:
        return [0.0 for _ in values]
    exact = [value * 100 * unit / whole for value in values]
    floors = [int(each) for each in exact]
    missing = 100 * unit - sum(floors)
    losers = sorted(range(len(values)), key=lambda place: (floors[place] - exact[place], place))
    for place in losers[:missing]:
        floors[place] += 1
    return [floor / unit for floor in floors]
