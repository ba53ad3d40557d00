"""The overview of a project, and of a folder with all that is nested in it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.analytics.pages.conftest import World, member
from tests.analytics.pages.test_pages import TILES, text, tiles, words
from tests.oracle import breakdowns, metrics
from videos.models import Folder, Project

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])


def crumbs(body: str) -> list[tuple[str, str]]:
    """Return the steps of the way to the page, each with its address."""
    found = re.search(r'<nav class="vp-crumbs".*?</nav>', body, re.DOTALL)
    links = re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', found.group()) if found else []
    return [(label, html.unescape(url)) for url, label in links]


def deepest(world: World) -> Folder:
    """Return a folder in a folder in which a video was watched."""
    ids = {video.folder for video in world.catalog.videos}
    nested = next(one for one in world.catalog.folders if one.id in ids and one.parent)
    return Folder.objects.get(public_id=world.ids[nested.id])


@pytest.mark.parametrize("kind", ["project", "folder"])
def test_each_ones_numbers_are_the_oracles(world: World, viewer: Client, kind: str) -> None:
    expected = breakdowns.groups(world.sessions, [kind], world.catalog)
    known = {key: sessions for (key,), sessions in expected.items() if key}
    assert len(known) > 1
    for name, sessions in known.items():
        shown = tiles(viewer.get(f"/{kind}s/{world.ids[name]}/?period=all_time"))
        assert shown == pytest.approx(metrics.measure(sessions, TILES)), name


def test_the_way_down_from_the_workspace_can_be_gone_back(world: World, viewer: Client) -> None:
    folder = deepest(world)
    assert folder.parent is not None
    body = text(viewer.get(f"/folders/{folder.public_id}/?period=last_year&filter=live%3Ain%3Afalse"))
    query = "?period=last_year&filter=live%3Ain%3Afalse"
    above = [(one.name, f"/folders/{one.public_id}/{query}") for one in folder.ancestors(include_self=True)]
    project = (folder.project.name, f"/projects/{folder.project.public_id}/{query}")
    assert crumbs(body) == [("World", f"/{query}"), project, *above]
    assert crumbs(text(viewer.get("/?period=all_time"))) == []


def test_what_lies_directly_below_is_listed_with_its_views_and_adds_up(world: World, viewer: Client) -> None:
    for path, kind, below in (
        ("/", "project", Project.objects.filter(workspace=world.workspace)),
        *(
            (f"/projects/{project.public_id}/", "folder", Folder.objects.filter(project=project, parent=None))
            for project in Project.objects.filter(workspace=world.workspace)
        ),
        *(
            (f"/folders/{folder.public_id}/", "folder", folder.children.all())
            for folder in Folder.objects.filter(workspace=world.workspace)
        ),
    ):
        response = viewer.get(f"{path}?period=all_time")
        page = response.context["page"]
        if not below:
            assert (page.audience or page).below is None
            continue
        expected = breakdowns.table(world.sessions, [kind], ["views"], world.catalog)
        views = {world.ids[key]: row["views"] for (key,), row in expected.items() if key}
        breakdown = (page.audience or page).below
        bars = breakdown.everything or breakdown.bars
        assert {bar.code: bar.views for bar in bars if bar.code} == {
            one.public_id: views.get(one.public_id, 0) for one in below
        }
        assert sum(bar.views for bar in bars) == (tiles(response).get("views") or 0)
        assert f'href="/{kind}s/{bars[0].code}/?period=all_time"' in text(response)


def test_its_report_is_about_it_and_its_filters_stay_in_it(world: World, viewer: Client) -> None:
    folder = deepest(world)
    path = f"/folders/{folder.public_id}/"
    body = text(viewer.get(f"{path}?period=all_time"))
    assert f'href="/reports/new?period=all_time&amp;folder={folder.public_id}"' in body
    assert f'href="{path}?period=all_time&amp;filter=country' in body
    assert f"?period=all_time&amp;folder={folder.public_id}" in body  # the referrers' files
    narrowed = text(viewer.get(f"{path}?period=all_time&filter=live:in:false"))
    assert f"/reports/new?period=all_time&amp;folder={folder.public_id}&amp;narrowed=1" in narrowed


def test_others_and_unknown_ones_are_not_found(world: World, world_of: Callable[..., World], viewer: Client) -> None:
    other = world_of(2, 20)
    theirs = Folder.objects.filter(workspace=other.workspace).first()
    assert theirs is not None
    mine = deepest(world)
    for path in (
        f"/folders/{theirs.public_id}/", f"/projects/{theirs.project.public_id}/", f"/projects/{mine.public_id}/",
        "/folders/fold_nothing000/", "/projects/proj_nothing000/", "/folders/ä/",
        f"/folders/{theirs.public_id}/?csv=series",
    ):  # fmt: skip
        assert viewer.get(path).status_code == 404, path


def test_an_empty_folder_still_leads_on(world: World, viewer: Client) -> None:
    project = Project.objects.create(workspace=world.workspace, name="Empty")
    folder = Folder.objects.create(workspace=world.workspace, project=project, name="Also <empty>")
    response = viewer.get(f"/projects/{project.public_id}/")
    assert "Waiting for the first viewer" in words(response)
    assert f'href="/folders/{folder.public_id}/"' in text(response)
    assert "Also <empty>" in words(response)


def test_a_place_asks_as_often_whatever_it_holds(world: World, django_assert_num_queries: Any) -> None:
    client = member(world.workspace)
    folder = deepest(world).parent
    assert folder is not None
    for path, relational in ((f"/projects/{folder.project.public_id}/", 14), (f"/folders/{folder.public_id}/", 16)):
        url = f"{path}?from=2025-03-01&to=2025-05-31"
        client.get(url)
        with django_assert_num_queries(relational, exact=False), django_assert_num_queries(9, using="clickhouse"):
            client.get(url)
