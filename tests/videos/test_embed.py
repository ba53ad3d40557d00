from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from videos.models import Video, Workspace
from videos.services import video_create

pytestmark = pytest.mark.django_db

HOSTILE = "\"><script>alert('x')</script> & {{ 7|add:1 }} {% now 'Y' %} \u202e"


@pytest.fixture
def video(workspace: Workspace) -> Video:
    return video_create(workspace, title=HOSTILE, url="/media/a.mp4?x=1&y=2", thumbnail_url="https://cdn.example/a.jpg")


def policy(answer: Any) -> dict[str, list[str]]:
    parts = (part.split() for part in answer["Content-Security-Policy"].split(";"))
    return {name: sources for name, *sources in parts}


def tag(answer: Any, pattern: str) -> str:
    found = re.search(pattern, answer.content.decode(), re.S)
    assert found, answer.content.decode()
    return found.group(0)


def test_the_player_has_what_the_sdk_looks_for(client: Client, video: Video) -> None:
    answer = client.get(f"/embed/{video.public_id}")
    assert answer.status_code == 200
    player = tag(answer, "<video[^>]*>")
    for attribute in (
        'id="player"', f'data-viewprint="{video.public_id}"', 'src="/media/a.mp4?x=1&amp;y=2"', " controls",
        " playsinline", 'poster="https://cdn.example/a.jpg"',
    ):  # fmt: skip
        assert attribute in player
    scripts = re.findall(r"<script[^>]*>(.*?)</script>", answer.content.decode(), re.S)
    assert scripts == ["", ""]
    page = answer.content.decode()
    assert page.index('src="/embed.mjs"') < page.index('src="/viewprint.js"')
    assert "data-embed" in tag(answer, r'<script src="/viewprint.js"[^>]*>')


def test_a_hostile_title_is_only_text(client: Client, video: Video) -> None:
    page = client.get(f"/embed/{video.public_id}").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert "{{ 7|add:1 }}" in page


def test_only_scripts_of_this_site_run_and_nothing_inline(client: Client, video: Video) -> None:
    allowed = policy(client.get(f"/embed/{video.public_id}"))
    assert allowed["default-src"] == ["'none'"]
    for kind in ("script-src", "style-src", "connect-src"):
        assert allowed[kind] == ["'self'"]
    assert allowed["base-uri"] == allowed["form-action"] == ["'none'"]
    assert "https:" in allowed["img-src"]


def test_any_site_may_embed_a_video_that_names_none(client: Client, video: Video) -> None:
    answer = client.get(f"/embed/{video.public_id}")
    assert policy(answer)["frame-ancestors"] == ["*"]
    assert "X-Frame-Options" not in answer


def test_only_the_named_domains_may_embed_the_others(client: Client, workspace: Workspace) -> None:
    video = video_create(workspace, title="V", url="/media/a.mp4", embed_domains=["example.com", "*.Example.com"])
    allowed = policy(client.get(f"/embed/{video.public_id}"))
    assert allowed["frame-ancestors"] == ["example.com", "*.example.com"]


def test_no_cookie_is_set_and_nobody_is_looked_up(client: Client, video: Video, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        answer = client.get(f"/embed/{video.public_id}")
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")


def test_a_video_without_a_file_says_so(client: Client, workspace: Workspace) -> None:
    answer = client.get(f"/embed/{video_create(workspace, title=HOSTILE).public_id}")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "has no file to play yet" in page
    assert "<video" not in page
    assert "<script" not in page


@pytest.mark.parametrize("public_id", ["vid_none", "%00", "<script>", "é", "a" * 3000])
def test_an_unknown_video_is_a_page_that_says_so(client: Client, db: None, public_id: str) -> None:
    answer = client.get(f"/embed/{public_id}")
    assert answer.status_code == 404
    assert "There is no such video" in answer.content.decode()
    assert policy(answer)["frame-ancestors"] == ["*"]
    assert "X-Frame-Options" not in answer


def test_a_page_is_only_read(client: Client, video: Video) -> None:
    assert client.head(f"/embed/{video.public_id}").status_code == 200
    assert client.post(f"/embed/{video.public_id}").status_code == 405
