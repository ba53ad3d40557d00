"""Shared links: who makes them, what a guest sees, and what not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from analytics.models import SharedPage
from analytics.pages.shared.links import guests_query
from tests.analytics.pages.conftest import World, member, world_made
from tests.analytics.pages.test_pages import text, tiles, words
from tests.keeping import keeping
from videos.models import Event, Folder, Role, Talk, Template

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])
PASSWORD = "between us"


@pytest.fixture(scope="module")
def kept_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with keeping(django_db_blocker, lambda: world_made(1, 120)) as world:
        yield world


@pytest.fixture
def editor(world: World) -> Client:
    return member(world.workspace, Role.EDITOR)


def shared(client: Client, page: str, **more: str) -> SharedPage:
    """Return the link that a form's answer made."""
    values = {"page": page, "title": "For the board", "password": PASSWORD, "days": "7", **more}
    answer = client.post("/shared/", values)
    assert answer.status_code == 302, answer.content
    return SharedPage.objects.latest("pk")


def opened(link: SharedPage, password: str = PASSWORD) -> Client:
    guest = Client()
    assert guest.post(f"/shared/{link.token}/", {"password": password}).status_code == 302
    return guest


def test_a_guest_sees_the_page_as_it_was_shared_and_nothing_else(world: World, editor: Client) -> None:
    address = "/?period=all_time&filter=device%3Ain%3Adesktop"
    link = shared(editor, address)
    guest = opened(link)
    expected = tiles(editor.get(address))
    page = guest.get(f"/shared/{link.token}/")
    assert tiles(page) == expected
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", text(page)) == ["For the board"]
    assert world.workspace.name in words(page)
    # Neither the period nor the filters are a guest's to change.
    for query in ("?filter=device:in:tablet", "?period=last_7_days", "?from=2025-01-01&to=2025-01-02"):
        assert tiles(guest.get(f"/shared/{link.token}/{query}")) == expected
    markup = text(page)
    for way in ("/reports/", "/why/", "/admin/", "/library/", "Export report", 'hx-get="/watching'):
        assert way not in markup, way
    assert guest.get(f"/shared/{link.token}/?csv=series")["Content-Type"].startswith("text/csv")
    for path in ("/", "/viewers/", "/library/", "/why/views/", f"/videos/{world.video(0).public_id}/"):
        assert guest.get(path).status_code == 302, path


def test_nothing_on_a_shared_page_leads_to_pages_of_members(world: World, editor: Client) -> None:
    template, folder = (kind.objects.filter(workspace=world.workspace)[0] for kind in (Template, Folder))
    event = Event.objects.create(workspace=world.workspace, name="Open day")
    Talk.objects.create(event=event, title="Keynote")
    video = f"/videos/{world.video(0).public_id}/?period=all_time"
    pages = ["/?period=all_time", f"/events/{event.public_id}/", "/templates/?period=all_time", "/?period=today"]
    pages += [f"{video}&tab={tab}" for tab in ("audience", "referrers", "actions", "reactions", "quality", "compare")]
    pages += [f"/folders/{folder.public_id}/?period=all_time", f"/projects/{folder.project.public_id}/?period=all_time"]
    pages += [f"/templates/{template.public_id}/?period=all_time"]
    for page in pages:
        link = shared(editor, page, password="")
        markup = text(Client().get(f"/shared/{link.token}/"))
        ways = {way for way in re.findall(r'<a[^>]* href="([^"]*)"', markup) if not way.startswith("http")}
        assert {way for way in ways if not way.startswith(f"/shared/{link.token}/")} == set(), page
        assert ways or "period=today" in page, page


def test_the_password_is_asked_for_and_few_may_be_tried(world: World, editor: Client) -> None:
    link = shared(editor, "/")
    guest = Client()
    asked = guest.get(f"/shared/{link.token}/")
    assert "shares this page with a password" in words(asked)
    assert asked["X-Robots-Tag"] == "noindex, nofollow"
    assert asked["Referrer-Policy"] == "same-origin"
    assert guest.post(f"/shared/{link.token}/", {"password": "wrong"}).status_code == 403
    said = [words_of(guest, link) for _ in range(60)]
    assert any("Too many attempts" in each for each in said)
    assert PASSWORD not in link.password


def words_of(guest: Client, link: SharedPage) -> str:
    return guest.post(f"/shared/{link.token}/", {"password": "wrong"}).content.decode()


def test_a_link_ends_by_itself_or_by_hand(world: World, editor: Client) -> None:
    link = shared(editor, "/", password="")
    guest = Client()
    assert guest.get(f"/shared/{link.token}/").status_code == 200
    SharedPage.objects.filter(pk=link.pk).update(ends_at=timezone.now() - timedelta(seconds=1))
    assert guest.get(f"/shared/{link.token}/").status_code == 410
    other = shared(editor, "/", password="")
    listed = text(editor.get("/shared/"))
    assert f'data-copy="link-{other.token}"' in listed
    assert link.token not in listed
    stranger = member(None)
    assert stranger.post(f"/shared/{other.token}/end").status_code == 403
    assert guest.get(f"/shared/{other.token}/").status_code == 200
    assert editor.post(f"/shared/{other.token}/end").status_code == 302
    assert guest.get(f"/shared/{other.token}/").status_code == 410
    assert guest.get("/shared/nothing/").status_code == 410


def test_pages_that_name_viewers_are_not_shared(world: World, editor: Client) -> None:
    for page in ("/viewers/", "/library/", "/admin/", "/reports/", "https://example.com/", ""):
        answer = editor.post("/shared/", {"page": page, "title": "x", "days": "7"})
        assert answer.status_code == 200, page
    assert not SharedPage.objects.exists()
    video = world.video(0)
    link = shared(editor, f"/videos/{video.public_id}/?period=all_time&tab=viewers", password="")
    assert Client().get(f"/shared/{link.token}/?tab=viewers").status_code == 200
    assert "tab=viewers" not in text(Client().get(f"/shared/{link.token}/"))
    for asked in ("", "tab=viewers"):
        assert "tab" not in guests_query(link, QueryDict(asked))
    assert guests_query(link, QueryDict("tab=quality"))["tab"] == "quality"


def test_another_workspaces_video_is_not_shown(world: World, world_of: object, editor: Client) -> None:
    other = world_of(2, 5)  # type: ignore[operator]
    link = shared(editor, f"/videos/{other.video(0).public_id}/", password="")
    assert Client().get(f"/shared/{link.token}/").status_code == 404


def test_a_form_says_what_is_wrong_and_viewers_make_no_links(world: World, editor: Client, viewer: Client) -> None:
    answer = editor.post("/shared/", {"page": "/", "title": " ", "days": "9000"})
    assert "Give the link a title." in words(answer)
    assert "A link lives from 1 to 366 days." in words(answer)
    assert viewer.get("/shared/?page=/").status_code == 403
    assert viewer.post("/shared/", {"page": "/", "title": "x", "days": "7"}).status_code == 403
    listed = shared(editor, "/", title="<b>Numbers</b>")
    assert "&lt;b&gt;Numbers&lt;/b&gt;" in text(editor.get("/shared/"))
    assert listed.token in text(editor.get("/shared/"))
