"""Who watched a video: shares of its views in per cent, the long tail as `other`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from analytics.api.sixtyseconds.shapes import Demographics
from analytics.query import Row
from analytics.sharing import shares_of_hundred

OTHER = "other"
# So many browsers and countries have a name of their own.
MOST_NAMED = 5
DIMENSIONS = ("device", "browser", "country")
DEVICES = {"smartphone": "mobile", "desktop": "desktop", "tablet": "tablet"}
# The dialect's one departure from ISO 3166-1.
COUNTRIES = {"GB": "UK"}


def demographics(rows: Iterable[Row]) -> Demographics:
    """Return the shares by device, browser and country for rows of `views` by these three dimensions.

    Whole per cent that add up to 100, the largest first and `other` last; nothing without views.
    """
    rows = list(rows)
    return {
        "devices": _shares(rows, "device", lambda device: DEVICES.get(device, OTHER)),
        "browsers": _shares(rows, "browser", str.lower),
        "countries": _shares(rows, "country", lambda country: COUNTRIES.get(country, country)),
    }


def _shares(rows: list[Row], dimension: str, word: Callable[[str], str]) -> dict[str, int]:
    views: Counter[str] = Counter()
    for row in rows:
        views[word(row[dimension]) if row[dimension] else OTHER] += row["views"]
    named = sorted((pair for pair in views.items() if pair[0] != OTHER), key=lambda pair: (-pair[1], pair[0]))
    shown = [*named[:MOST_NAMED], (OTHER, views[OTHER] + sum(count for _, count in named[MOST_NAMED:]))]
    shown = [(name, count) for name, count in shown if count]
    shares = shares_of_hundred([count for _, count in shown])
    return {name: int(share) for (name, _), share in zip(shown, shares, strict=True)}
