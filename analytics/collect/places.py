"""Where an address is, from data on this machine alone.

`iptocc` carries, in the package, the country that each address block is registered to (the registries' own public
statistics, refreshed with every release). Regions, cities, coordinates and networks need a file in MaxMind's format
(GeoLite2 or DB-IP City, ASN): GEOIP_PATH names one or several, or a directory of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import iptocc
import maxminddb


class Place(NamedTuple):
    """Where an address is; empty or None where nobody knows. `country` is ISO 3166 alpha-2, `network` its operator."""

    country: str
    region: str
    city: str
    lat: float | None
    lon: float | None
    network: str


NOWHERE = Place("", "", "", None, None, "")


class PlacesError(Exception):
    """A file that GEOIP_PATH names cannot be read; the message says which and why."""


class Places:
    """Looks addresses up. Raises PlacesError for a file that is missing or not in the MaxMind format."""

    def __init__(self, path: str) -> None:
        self._readers = [_open(file) for file in _files(path)]
        # The readers map their files into memory; what costs is taking records apart.
        self.of = lru_cache(maxsize=20_000)(self._of)

    def _of(self, address: str) -> Place:
        """Return where the address is; NOWHERE for '' and for addresses of private networks."""
        if not address:
            return NOWHERE
        place = NOWHERE
        for reader in self._readers:
            if ":" in address and reader.metadata().ip_version == 4:
                continue
            record = reader.get(address)
            if isinstance(record, dict):
                place = _with(place, record)
        if not place.country:
            place = place._replace(country=iptocc.country_code(address) or "")
        return place

    def close(self) -> None:
        for reader in self._readers:
            reader.close()


def _files(path: str) -> Iterable[Path]:
    for part in filter(None, path.split(os.pathsep)):
        file = Path(part).expanduser()
        if file.is_dir():
            found = sorted(file.glob("*.mmdb"))
            if not found:
                raise PlacesError(f"GEOIP_PATH names the directory {file}, which holds no .mmdb file.")
            yield from found
        else:
            yield file


def _open(file: Path) -> maxminddb.Reader:
    try:
        return maxminddb.open_database(str(file))
    except (OSError, maxminddb.InvalidDatabaseError, ValueError) as error:
        raise PlacesError(f"GEOIP_PATH names {file}, which cannot be read as a GeoIP database: {error}") from error


def _with(place: Place, record: dict[str, Any]) -> Place:
    """Add what one database's record says. City and ASN databases have different keys and may be combined."""
    country = record.get("country") or record.get("registered_country") or {}
    location = record.get("location") or {}
    regions = record.get("subdivisions") or []
    return Place(
        country=place.country or str(country.get("iso_code") or "").upper(),
        region=place.region or (_name(regions[0]) if regions else ""),
        city=place.city or _name(record.get("city") or {}),
        lat=location.get("latitude") if place.lat is None else place.lat,
        lon=location.get("longitude") if place.lon is None else place.lon,
        network=place.network or str(record.get("autonomous_system_organization") or ""),
    )


def _name(part: dict[str, Any]) -> str:
    names = part.get("names") or {}
    return str(names.get("en") or part.get("iso_code") or "")
