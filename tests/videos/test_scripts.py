from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

NAMES = ["viewprint.js", "viewprint.mjs", "embed.mjs", "viewprint-embed.mjs"]


@pytest.mark.parametrize("name", NAMES)
def test_a_script_is_at_an_address_that_any_site_may_load(client: Client, name: str) -> None:
    answer = client.get(f"/{name}")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer["Cache-Control"] == "public, max-age=3600"
    assert not answer.cookies


def test_a_browser_that_has_a_script_is_told_so(client: Client) -> None:
    for encoding in ("", "gzip"):
        first = client.get("/viewprint.js", headers={"Accept-Encoding": encoding})
        again = client.get("/viewprint.js", headers={"Accept-Encoding": encoding, "If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == first["ETag"]
        assert again["Access-Control-Allow-Origin"] == "*"


def test_the_compressed_script_is_the_same(client: Client) -> None:
    plain = client.get("/viewprint.js")
    zipped = client.get("/viewprint.js", headers={"Accept-Encoding": "br, gzip;q=0.8"})
    assert zipped["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.content) == plain.content
    assert zipped["ETag"] != plain["ETag"]
    assert "Accept-Encoding" in zipped["Vary"]
    refused = client.get("/viewprint.js", headers={"Accept-Encoding": "gzip;q=0, identity"})
    assert refused.content == plain.content


def test_only_comment_lines_and_indentation_are_left_out(client: Client) -> None:
    source = (Path(settings.BASE_DIR) / "static/js/viewprint.js").read_text()
    kept = [line.strip() for line in source.splitlines() if line.strip() and not line.strip().startswith("//")]
    assert client.get("/viewprint.js").content.decode().split("\n") == [*kept, ""]


@pytest.mark.parametrize("name", ["dashboard.mjs", "viewprint.css", "js/viewprint.js", "viewprint.js/x"])
def test_nothing_else_is_served_so(client: Client, name: str) -> None:
    assert client.get(f"/{name}").status_code == 404
