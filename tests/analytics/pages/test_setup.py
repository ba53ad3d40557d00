"""Adding the player: code to copy, and the page that says when the first snapshot has arrived."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Browser, expect

from analytics.collect import counters
from tests.analytics.pages.conftest import member
from tests.analytics.worlds import sessions_load
from tests.browser import fits_and_keeps_nobody_out, opening
from tests.oracle.sampling import uuid7
from videos.models import Role, Video, Workspace
from videos.services import video_create, workspace_update

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "clickhouse"])
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
HOSTILE = "</title><script>alert(1)</script>\"'"


@pytest.fixture
def video(workspace: Workspace) -> Video:
    return video_create(workspace, title=f"Film {HOSTILE}", url="/media/a.mp4", embed_domains=["learn.example.com"])


@pytest.fixture
def as_owner(workspace: Workspace) -> Client:
    return member(workspace, Role.OWNER)


def arrive(video: Video, page: str, ago: int = 0, agent: str = CHROME) -> None:
    """Let a session of the video arrive, begun so many seconds ago."""
    session = uuid7(int((time.time() - ago) * 1000))
    line = {"v": 1, "video": video.public_id, "session": session, "seq": 1, "page": page, "user_agent": agent}
    sessions_load(video.workspace, {video.public_id: video.public_id}, [line])


def shown(client: Client, video: Video, **headers: str) -> str:
    answer = client.get(f"/setup/?video={video.public_id}", headers=headers)
    assert answer.status_code == 200
    return " ".join(html.unescape(answer.content.decode()).split())


def test_owners_only(workspace: Workspace, video: Video, client: Client) -> None:
    for role in (Role.EDITOR, Role.VIEWER):
        assert member(workspace, role).get("/setup/").status_code == 403
        assert "/setup/" not in member(workspace, role).get("/").content.decode()
    assert client.get("/setup/")["Location"].startswith("/admin/login/")


def test_a_video_of_another_workspace_is_not_there(as_owner: Client, other_workspace: Workspace) -> None:
    theirs = video_create(other_workspace, title="Theirs")
    for public_id in (theirs.public_id, "vid_none", "\0"):
        assert as_owner.get("/setup/", {"video": public_id}).status_code == 404


def test_without_a_video_it_leads_to_the_library(as_owner: Client) -> None:
    page = as_owner.get("/setup/").content.decode()
    assert "There is no video to watch yet" in page and 'href="/library/"' in page


def test_the_code_is_for_the_chosen_video_and_escaped(as_owner: Client, video: Video, settings: Any) -> None:
    settings.PUBLIC_URL = "https://stats.example.com"
    other = video_create(video.workspace, title="Newest")
    assert f'data-viewprint="{other.public_id}"' in html.unescape(as_owner.get("/setup/").content.decode())
    page = as_owner.get(f"/setup/?video={video.public_id}").content.decode()
    assert "<script>alert" not in page
    codes = dict(re.findall(r'<code id="(\w+)-code">(.*?)</code>', page, re.DOTALL))
    sdk, iframe, module = (html.unescape(codes[name]) for name in ("sdk", "iframe", "module"))
    assert sdk.startswith('<script src="https://stats.example.com/viewprint.js" defer></script>\n<video ')
    assert f'data-viewprint="{video.public_id}"' in sdk
    assert f'src="https://stats.example.com/embed/{video.public_id}"' in iframe
    assert "<script>alert" not in iframe
    assert 'import viewprint from "https://stats.example.com/viewprint.mjs";' in module
    assert "no file that an iframe could play" in shown(as_owner, other)


def test_it_says_what_to_look_at_while_nothing_arrives(
    as_owner: Client, video: Video, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counters, "_counts", counters.Counter())
    page = shown(as_owner, video)
    assert f"Waiting for the first snapshot of “Film {HOSTILE}”" in page
    assert "is this machine alone" in page and "refused snapshots" not in page
    assert "An iframe of this video plays on learn.example.com only" in page
    settings.PUBLIC_URL = "http://stats.example.com"
    assert "Is the page on https?" in shown(as_owner, video)
    counters.drop_count("unknown_video", 3)
    assert "has refused snapshots with an id that no video has (3)" in shown(as_owner, video)
    other = video_create(video.workspace, title="Other")
    assert "Any site may embed this video" in shown(as_owner, other)
    workspace_update(video.workspace, embed_domains=["*.example.com"])
    assert "plays on *.example.com only" in shown(as_owner, other)
    arrive(other, "https://site.example.com/")
    assert "the latest is of “Other”" in shown(as_owner, video)


def test_it_says_when_the_first_snapshot_came_from_where(as_owner: Client, video: Video) -> None:
    arrive(video, "https://site.example.com/first", 60)
    page = shown(as_owner, video)
    for words in ("The player works", "Chrome 140 on Linux", "https://site.example.com/first"):
        assert words in page
    assert "Latest session" not in page
    arrive(video, "https://site.example.com/second", 5)
    page = shown(as_owner, video)
    assert page.index("https://site.example.com/first") < page.index("https://site.example.com/second")
    arrive(video, "", 0, "Googlebot/2.1 (+http://www.google.com/bot.html)")
    page = shown(as_owner, video)
    assert "calls itself a bot" in page and "The page did not say its address." in page


def test_a_page_that_has_seen_all_there_is_gets_no_answer(as_owner: Client, video: Video) -> None:
    def asked(seen: str, is_htmx: bool = True) -> int:
        headers = {"HX-Request": "true"} if is_htmx else {}
        query = {"video": video.public_id, "seen": seen}
        return as_owner.get("/setup/", query, headers=headers).status_code

    def seen() -> str:
        return re.search(r'"seen": "([^"]*)"', shown(as_owner, video))[1]

    waiting = seen()
    assert (asked(waiting), asked("other"), asked(waiting, is_htmx=False)) == (204, 200, 200)
    arrive(video, "https://site.example.com/")
    assert (asked(waiting), asked(seen())) == (200, 204)


def test_it_takes_as_few_statements_with_many_videos(as_owner: Client, video: Video) -> None:
    def statements() -> int:
        with (
            CaptureQueriesContext(connections["default"]) as catalog,
            CaptureQueriesContext(connections["clickhouse"]) as engine,
        ):
            shown(as_owner, video)
        return len(catalog) + len(engine)

    few = statements()
    for number in range(120):
        Video.objects.create(workspace=video.workspace, title=f"Video {number}")
    assert statements() == few <= 9


@pytest.fixture
def browser_page(chromium: Browser, live_server: Any, as_owner: Client, video: Video) -> Iterator[Any]:
    """A page of an owner's, on a phone in the dark."""
    with opening(chromium, live_server.url, as_owner) as open_page:
        yield open_page(f"/setup/?video={video.public_id}", 390, "dark", permissions=["clipboard-write"])


@pytest.mark.browser
def test_the_page_notices_the_first_snapshot_by_itself(browser_page: Any, video: Video) -> None:
    expect(browser_page.get_by_text("Waiting for the first snapshot")).to_be_visible()
    browser_page.get_by_role("button", name="Copy the script tag").click()
    expect(browser_page.get_by_role("button", name="Copied")).to_be_visible()
    arrive(video, "https://site.example.com/first")
    expect(browser_page.get_by_text("The player works")).to_be_visible(timeout=15_000)
    fits_and_keeps_nobody_out(browser_page)
