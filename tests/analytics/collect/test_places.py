"""Where an address is: from the package's own data, and from a GeoIP file where there is one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from analytics.collect.places import NOWHERE, Place, Places, PlacesError


def city_file(directory: Path) -> Path:
    writer = MMDBWriter(6, "GeoLite2-City", languages=["en"], ipv4_compatible=True)
    record: dict[str, Any] = {
        "country": {"iso_code": "NL", "names": {"en": "Netherlands"}},
        "subdivisions": [{"iso_code": "NH", "names": {"en": "North Holland"}}],
        "city": {"names": {"en": "Amsterdam", "de": "Amsterdam"}},
        "location": {"latitude": 52.374, "longitude": 4.8897},
    }
    writer.insert_network(IPSet(["85.214.0.0/16", "2001:db8::/32"]), record)
    writer.insert_network(IPSet(["198.51.100.0/24"]), {"registered_country": {"iso_code": "SE"}})
    writer.to_db_file(str(directory / "city.mmdb"))
    return directory / "city.mmdb"


def network_file(directory: Path) -> Path:
    writer = MMDBWriter(4, "GeoLite2-ASN")
    writer.insert_network(IPSet(["85.214.0.0/16", "8.8.8.0/24"]), {"autonomous_system_organization": "Example Net"})
    writer.to_db_file(str(directory / "network.mmdb"))
    return directory / "network.mmdb"


def test_the_package_s_own_data_know_countries() -> None:
    places = Places("")
    assert places.of("85.214.132.117") == Place("DE", "", "", None, None, "")
    assert places.of("2001:4860:4860::8888").country == "US"


@pytest.mark.parametrize("address", ["", "127.0.0.1", "10.1.2.3", "::1", "fe80::1"])
def test_nobody_knows_where_private_addresses_are(address: str) -> None:
    assert Places("").of(address) == NOWHERE


def test_a_geoip_file_knows_more(tmp_path: Path) -> None:
    places = Places(str(city_file(tmp_path)))
    amsterdam = Place("NL", "North Holland", "Amsterdam", 52.374, 4.8897, "")
    assert places.of("85.214.132.117") == places.of("2001:db8::1") == amsterdam
    assert places.of("198.51.100.1") == Place("SE", "", "", None, None, "")
    assert places.of("8.8.8.8").country == "US"
    places.close()


@pytest.mark.parametrize("how", ["directory", "list"])
def test_files_of_places_and_of_networks_go_together(how: str, tmp_path: Path) -> None:
    files = (str(city_file(tmp_path)), str(network_file(tmp_path)))
    places = Places(str(tmp_path) if how == "directory" else os.pathsep.join(files))
    assert places.of("85.214.132.117") == Place("NL", "North Holland", "Amsterdam", 52.374, 4.8897, "Example Net")
    assert places.of("8.8.8.8") == Place("US", "", "", None, None, "Example Net")
    # An IPv4 file says nothing of IPv6 addresses.
    assert places.of("2001:db8::1").network == ""
    places.close()


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "text.mmdb").write_text("not a database")
    for path in (tmp_path / "missing.mmdb", tmp_path / "text.mmdb"):
        with pytest.raises(PlacesError, match=f"GEOIP_PATH names {path}"):
            Places(str(path))
    (tmp_path / "empty").mkdir()
    with pytest.raises(PlacesError, match=r"holds no \.mmdb file"):
        Places(str(tmp_path / "empty"))
