from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.test import Client

pytestmark = pytest.mark.urls("tests.videos.urls")

SOURCES = Path(__file__).parents[3] / "static" / "js"
NAMES = ["viewprint.js", "viewprint.mjs", "embed.mjs", "viewprint-embed.mjs"]


@pytest.mark.parametrize("name", NAMES)
def test_any_site_may_load_a_script_and_keep_it_for_an_hour(client: Client, name: str) -> None:
    answer = client.get(f"/{name}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/javascript"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "max-age=3600" in answer["Cache-Control"]
    assert answer["Vary"] == "Accept-Encoding"
    assert not answer.cookies
    source = (SOURCES / name).read_bytes()
    assert answer.content == re.sub(rb"(?m)^\s*//.*\n|^\s+", b"", source)


def test_the_player_sdk_is_under_four_kilobytes_on_the_wire(client: Client) -> None:
    answer = client.get("/viewprint.js", headers={"Accept-Encoding": "gzip, deflate, br"})
    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) < 4096
    assert gzip.decompress(answer.content) == client.get("/viewprint.js").content


@pytest.mark.parametrize(
    ("accepted", "is_gzipped"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("gzip;q=1.0, *;q=0", True),
        ("gzip;q=0", False),
        ("gzip;q=0.0, identity", False),
        ("identity", False),
        ("", False),
        ("x-gzipped", False),
    ],
)
def test_a_script_is_compressed_for_who_accepts_it(client: Client, accepted: str, is_gzipped: bool) -> None:
    answer = client.get("/viewprint.js", headers={"Accept-Encoding": accepted})
    assert (answer["Content-Encoding"] == "gzip") is is_gzipped
    assert (answer.content[:2] == b"\x1f\x8b") is is_gzipped


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
def test_an_unchanged_script_is_not_sent_again(client: Client, accepted: str) -> None:
    first = client.get("/viewprint.js", headers={"Accept-Encoding": accepted})
    second = client.get("/viewprint.js", headers={"Accept-Encoding": accepted, "If-None-Match": first["ETag"]})
    assert (second.status_code, second.content) == (304, b"")
    assert second["ETag"] == first["ETag"]
    assert second["Access-Control-Allow-Origin"] == "*"
    assert second["Vary"] == "Accept-Encoding"


def test_compressed_and_plain_have_tags_of_their_own_which_stay(client: Client) -> None:
    tags = [client.get("/embed.mjs", headers={"Accept-Encoding": each})["ETag"] for each in ("gzip", "", "gzip")]
    assert tags[0] == tags[2] != tags[1]


def test_other_files_are_not_served_here(client: Client) -> None:
    for path in ("/dashboard.mjs", "/viewprint.js/", "/viewprintxjs", "/..%2fviewprint.js"):
        assert client.get(path).status_code == 404
