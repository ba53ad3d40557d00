from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from videos.models import Video, Workspace
from videos.services import video_create, workspace_update

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.videos.urls")]


class Elements(HTMLParser):
    """Every element with its attributes, in order, and all text outside of them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def named(self, *names: str) -> list[tuple[str, dict[str, str | None]]]:
        return [element for element in self.found if element[0] in names]


@pytest.fixture
def video(workspace: Workspace) -> Video:
    return video_create(workspace, title="Limits", url="/media/a.mp4", thumbnail_url="/media/a.jpg")


def policy_of(answer: Any) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in answer["Content-Security-Policy"].split(";"))
    return {name: sources for name, _, sources in parts}


def test_the_page_holds_the_player_and_its_scripts_in_order(client: Client, video: Video) -> None:
    answer = client.get(f"/embed/{video.public_id}")
    assert answer.status_code == 200
    player, module, sdk = Elements(answer.content.decode()).named("video", "script")
    attributes = {"id": "player", "data-viewprint": video.public_id, "src": "/media/a.mp4", "poster": "/media/a.jpg"}
    assert player[1] == attributes | {"controls": None, "playsinline": None, "aria-label": "Limits"}
    assert module[1] == {"type": "module", "src": "/embed.mjs"}
    assert sdk[1] == {"src": "/viewprint.js", "data-embed": None, "defer": None}
    assert "poster" not in client.get(f"/embed/{without_picture(video).public_id}").content.decode()


def without_picture(video: Video) -> Video:
    return video_create(video.workspace, title="Bare", url="https://cdn.example.com/a.mp4")


def test_any_site_may_embed_a_video_that_names_none(client: Client, video: Video) -> None:
    answer = client.get(f"/embed/{video.public_id}")
    assert policy_of(answer)["frame-ancestors"] == "*"
    assert "X-Frame-Options" not in answer


def test_only_the_named_domains_may_embed(client: Client, workspace: Workspace) -> None:
    domains = ["example.com", "*.Example.org", "localhost:3000"]
    video = video_create(workspace, title="x", url="/a.mp4", embed_domains=domains)
    answer = client.get(f"/embed/{video.public_id}")
    assert policy_of(answer)["frame-ancestors"] == "example.com *.example.org localhost:3000"
    assert "X-Frame-Options" not in answer


def test_nothing_runs_that_is_not_ours(client: Client, video: Video) -> None:
    answer = client.get(f"/embed/{video.public_id}")
    policy = policy_of(answer)
    assert (policy["default-src"], policy["script-src"], policy["connect-src"]) == ("'none'", "'self'", "'self'")
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert (policy["media-src"], policy["base-uri"], policy["form-action"]) == ("'self'", "'none'", "'none'")
    page = Elements(answer.content.decode())
    assert not page.named("style")
    assert not [name for _, attributes in page.found for name in attributes if name.startswith("on") or name == "style"]


@pytest.mark.parametrize(("url", "allowed"), [("https://cdn.example.com/a", "https:"), ("http://10.0.0.1/a", "http:")])
def test_a_file_elsewhere_may_be_played(client: Client, workspace: Workspace, url: str, allowed: str) -> None:
    video = video_create(workspace, title="x", url=url)
    assert policy_of(client.get(f"/embed/{video.public_id}"))["media-src"] == f"'self' {allowed}"


@pytest.mark.parametrize(
    "title", ["</title><script>alert(1)</script>", '" onload="alert(1)', "{{ 7 }}{% debug %}", "&lt;b&gt; 日本語 🎬"]
)
def test_a_hostile_title_is_text(client: Client, workspace: Workspace, title: str) -> None:
    video = video_create(workspace, title=title, url="/a.mp4")
    page = client.get(f"/embed/{video.public_id}").content.decode()
    elements = Elements(page)
    assert [element[0] for element in elements.named("script", "video")] == ["video", "script", "script"]
    assert elements.named("video")[0][1]["aria-label"] == title
    assert "<script>alert" not in page


def test_hostile_addresses_stay_in_their_attribute(client: Client, workspace: Workspace) -> None:
    video = video_create(workspace, title="x", url="/a.mp4?x='&y=;script-src%20*", thumbnail_url="/b.jpg?'&amp;")
    answer = client.get(f"/embed/{video.public_id}")
    player = Elements(answer.content.decode()).named("video")[0][1]
    assert (player["src"], player["poster"]) == (video.url, video.thumbnail_url)
    assert policy_of(answer)["script-src"] == "'self'"


def test_a_video_without_a_file_says_so(client: Client, workspace: Workspace) -> None:
    video = video_create(workspace, title="<b>Soon</b>")
    answer = client.get(f"/embed/{video.public_id}")
    assert answer.status_code == 200
    assert "“&lt;b&gt;Soon&lt;/b&gt;” has no file to play yet." in answer.content.decode()
    assert not Elements(answer.content.decode()).named("video", "script")


@pytest.mark.parametrize("public_id", ["vid_none", "proj_x", "%00", "%F0%9F%98%80", "a" * 3000])
def test_an_unknown_video_is_not_found_and_says_so_within_the_frame(client: Client, public_id: str) -> None:
    answer = client.get(f"/embed/{public_id}")
    assert answer.status_code == 404
    assert "There is no such video." in answer.content.decode()
    assert policy_of(answer)["frame-ancestors"] == "*"
    assert "X-Frame-Options" not in answer


def test_no_cookie_is_set_and_none_is_asked_for(client: Client, video: Video) -> None:
    answer = client.get(f"/embed/{video.public_id}?autoplay=1&t=12.5&external_id=x")
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")


def test_one_question_is_asked(client: Client, video: Video, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        client.get(f"/embed/{video.public_id}")


def test_only_reading_is_allowed(client: Client, video: Video) -> None:
    assert client.head(f"/embed/{video.public_id}").status_code == 200
    assert client.post(f"/embed/{video.public_id}").status_code == 405


def test_the_workspaces_domains_are_those_of_videos_that_name_none(
    client: Client, video: Video, other_workspace: Workspace
) -> None:
    own = video_create(video.workspace, title="Own", embed_domains=["own.example"])
    theirs = video_create(other_workspace, title="Theirs")
    workspace_update(video.workspace, embed_domains=["Example.com", "*.example.com"])
    expected = {video: "example.com *.example.com", own: "own.example", theirs: "*"}
    for each, ancestors in expected.items():
        assert policy_of(client.get(f"/embed/{each.public_id}"))["frame-ancestors"] == ancestors
