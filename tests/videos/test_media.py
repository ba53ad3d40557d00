"""Files under MEDIA_ROOT over HTTP: whole, in ranges, unchanged, and nothing outside."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.http import Http404
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.test import RequestFactory

from videos.media import media_file

# Closing an answer ends a request for Django, which then looks after its database connections.
pytestmark = pytest.mark.django_db

DATA = bytes(range(256)) * 8


@pytest.fixture
def root(tmp_path: Path, settings: Any) -> Path:
    folder = tmp_path / "media"
    (folder / "demo").mkdir(parents=True)
    (folder / "demo" / "a.mp4").write_bytes(DATA)
    (folder / "demo" / ".a.unfinished").write_bytes(DATA)
    (folder / "empty.mp4").write_bytes(b"")
    (tmp_path / "secret_key").write_text("secret")
    settings.MEDIA_ROOT = folder
    return folder


def ask(path: str = "demo/a.mp4", method: str = "GET", **headers: str) -> HttpResponseBase:
    request = RequestFactory().generic(method, "/media/file", headers=headers)
    return media_file(request, path)


def body(response: Any) -> bytes:
    content = b"".join(response)
    response.close()
    return content


def test_a_file_is_served_whole(root: Path) -> None:
    response = ask()
    assert response.status_code == 200
    assert response["Content-Type"] == "video/mp4"
    assert response["Content-Length"] == str(len(DATA))
    assert response["Accept-Ranges"] == "bytes"
    assert body(response) == DATA


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-", 0, 2047),
        ("bytes=0-0", 0, 0),
        ("bytes=0-1", 0, 1),
        ("bytes=100-299", 100, 299),
        ("bytes=2000-9999", 2000, 2047),
        ("bytes=2047-", 2047, 2047),
        ("bytes=-48", 2000, 2047),
        ("bytes=-9999", 0, 2047),
    ],
)
def test_a_range_is_served_to_the_byte(root: Path, asked: str, first: int, last: int) -> None:
    response = ask(Range=asked)
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/2048"
    assert response["Content-Length"] == str(last - first + 1)
    assert body(response) == DATA[first : last + 1]


@pytest.mark.parametrize("asked", ["bytes=2048-", "bytes=-0", "bytes=9999-10000"])
def test_a_range_past_the_end_is_refused(root: Path, asked: str) -> None:
    response = ask(Range=asked)
    assert response.status_code == 416
    assert response["Content-Range"] == "bytes */2048"


@pytest.mark.parametrize(
    "asked", ["bytes=5-2", "bytes=-", "bytes=a-b", "items=0-1", "bytes=0-1,4-5", "bytes=²-", "bytes=" + "9" * 99 + "-"]
)
def test_what_is_no_single_range_gets_the_whole_file(root: Path, asked: str) -> None:
    response = ask(Range=asked)
    assert response.status_code == 200
    assert body(response) == DATA


def test_a_head_request_gets_the_headers_alone(root: Path) -> None:
    response = ask(method="HEAD")
    assert response.status_code == 200
    assert response["Content-Length"] == str(len(DATA))
    response.close()


def test_an_unchanged_file_is_not_sent_again(root: Path) -> None:
    first = ask()
    first.close()
    again = ask(**{"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert again["ETag"] == first["ETag"]
    assert ask(**{"If-Modified-Since": first["Last-Modified"]}).status_code == 304


def test_a_changed_file_is_sent_whole_where_a_part_of_the_old_one_is_asked_for(root: Path) -> None:
    first = ask()
    first.close()
    same = ask(Range="bytes=0-1", **{"If-Range": first["ETag"]})
    assert same.status_code == 206
    same.close()
    file = root / "demo" / "a.mp4"
    file.write_bytes(b"new")
    os.utime(file, ns=(1, 1))
    changed = ask(Range="bytes=0-1", **{"If-Range": first["ETag"]})
    assert (changed.status_code, body(changed)) == (200, b"new")


def test_an_empty_file_is_an_empty_answer(root: Path) -> None:
    response = ask("empty.mp4")
    assert (response.status_code, response["Content-Length"], body(response)) == (200, "0", b"")


@pytest.mark.parametrize(
    "path",
    ["../secret_key", "demo/../../secret_key", "/etc/passwd", "..", "demo", "", "demo/none.mp4", "demo/.a.unfinished",
     "demo/a.mp4\0", "demo\\..\\..\\secret_key"],
)  # fmt: skip
def test_nothing_but_visible_files_below_the_root_is_served(root: Path, path: str) -> None:
    with pytest.raises(Http404):
        ask(path)


def test_a_link_that_leads_out_of_the_root_is_not_followed(root: Path) -> None:
    (root / "way-out").symlink_to(root.parent / "secret_key")
    with pytest.raises(Http404):
        ask("way-out")


def test_only_reading_is_allowed(root: Path) -> None:
    assert ask(method="POST").status_code == 405


def test_compression_leaves_ranges_alone(root: Path) -> None:
    request = RequestFactory().get("/media/file", headers={"Range": "bytes=0-999", "Accept-Encoding": "gzip"})
    response = GZipMiddleware(lambda request: media_file(request, "demo/a.mp4"))(request)
    assert response["Content-Encoding"] == "identity"
    assert body(response) == DATA[:1000]
