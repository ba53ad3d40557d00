"""The shapes of the countries, made small for a map as wide as a page.

The package `geo_intel_offline` brings Natural Earth's (public domain) in full detail, for finding the country of a
place; here each keeps what can be seen at two pixels a degree.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from itertools import groupby, pairwise
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

Point = tuple[float, float]
Ring = list[Point]

# In degrees: how far a line may move, how wide a part is at least that is drawn, and half of the mark for less.
TOLERANCE, SMALLEST, MARK = 0.15, 0.9, 0.45
DECIMALS = 1
# In square degrees, what of a ring is left where it encloses nothing.
FLAT = 0.02
NOT_DRAWN = {"AQ"}
# Territories without a code of their own, by the name that the data has for them.
CODES = {
    "France": "FR", "Norway": "NO", "Kosovo": "XK", "Taiwan": "TW", "Somaliland": "SO", "N. Cyprus": "CY",
    "Baikonur": "KZ", "Siachen Glacier": "IN", "Bir Tawil": "EG", "Southern Patagonian Ice Field": "AR",
}  # fmt: skip


def countries_file(directory: Path) -> Path:
    """Return the file with countries_geojson() in the directory; it is made where it is not there yet."""
    made_of = f"{version('geo-intel-offline')} {Path(__file__).read_text()}"
    target = directory / f"countries-{hashlib.sha256(made_of.encode()).hexdigest()[:12]}.json"
    if not target.exists():
        directory.mkdir(parents=True, exist_ok=True)
        # Several threads and processes may make it at once.
        with NamedTemporaryFile("w", dir=directory, suffix=".unfinished", delete=False) as unfinished:
            json.dump(countries_geojson(), unfinished, separators=(",", ":"))
        Path(unfinished.name).chmod(0o644)
        Path(unfinished.name).replace(target)
    return target


def countries_geojson() -> dict[str, Any]:
    """Return the countries as GeoJSON, each feature's id its ISO 3166-1 alpha-2 code."""
    rings: dict[str, list[Ring]] = {}
    for code, exteriors in _countries():
        rings.setdefault(code, []).extend(exteriors)
    features = [
        {"type": "Feature", "id": code, "geometry": {"type": "MultiPolygon", "coordinates": _drawn(exteriors)}}
        for code, exteriors in sorted(rings.items())
    ]
    return {"type": "FeatureCollection", "features": features}


@cache
def countries_drawn() -> tuple[str, ...]:
    """Return the codes of the countries that have a shape."""
    return tuple(sorted(set(_codes().values())))


def _codes() -> dict[str, str]:
    """Return the code of each of the data's shapes that belongs to a country."""
    found = {key: CODES.get(about["name"], about["iso2"]) for key, about in _read("metadata").items()}
    return {key: code for key, code in found.items() if len(code) == 2 and code.isalpha() and code not in NOT_DRAWN}


def _countries() -> Iterator[tuple[str, list[Ring]]]:
    shapes = _read("polygons")
    for key, code in _codes().items():
        shape = shapes[key]
        # Latitude comes first there.
        yield code, [[(lon, lat) for lat, lon in ring] for ring in shape.get("exteriors") or [shape["exterior"]]]


def _read(name: str) -> Mapping[str, Any]:
    packed = files("geo_intel_offline").joinpath("data", f"{name}.json.gz").read_bytes()
    content: Mapping[str, Any] = json.loads(gzip.decompress(packed))
    return content


def _drawn(rings: list[Ring]) -> list[list[Ring]]:
    """Return the polygons to draw: what is large enough to be seen, and a mark where nothing of a country is.

    Their points run clockwise: plotly.js takes a ring that runs the other way for a hole in the whole world.
    """
    large = [ring for ring in rings if _size(ring) > SMALLEST]
    if not large:
        x, y = rings[0][0]
        large = [[(x, y + MARK), (x + MARK, y), (x, y - MARK), (x - MARK, y)]]
    drawn = []
    for ring in large:
        rounded = [(round(x, DECIMALS), round(y, DECIMALS)) for x, y in _simplified(ring)]
        closed = [point for point, _ in groupby([*rounded, rounded[0]])]
        area = sum((x2 - x1) * (y2 + y1) for (x1, y1), (x2, y2) in pairwise(closed)) / 2
        if abs(area) > FLAT:
            drawn.append([closed if area > 0 else closed[::-1]])
    return drawn


def _size(ring: Ring) -> float:
    """Return the longer side of the ring's bounds."""
    return max(max(side) - min(side) for side in zip(*ring, strict=True))


def _simplified(ring: Ring) -> Ring:
    """Return the ring without the points that lie nearly on the line between others (Douglas and Peucker)."""
    kept = {0, len(ring) // 2, len(ring) - 1}
    waiting = [(0, len(ring) // 2), (len(ring) // 2, len(ring) - 1)]
    while waiting:
        first, last = waiting.pop()
        (x1, y1), (x2, y2) = ring[first], ring[last]
        dx, dy = x2 - x1, y2 - y1
        length = (dx * dx + dy * dy) ** 0.5 or 1
        far, farthest = TOLERANCE, 0
        for place in range(first + 1, last):
            x, y = ring[place]
            distance = abs(dx * (y1 - y) - dy * (x1 - x)) / length
            if distance > far:
                far, farthest = distance, place
        if farthest:
            kept.add(farthest)
            waiting += [(first, farthest), (farthest, last)]
    return [ring[place] for place in sorted(kept)]
