"""Filters of a page: adding one, what it can be of, its name in a chip, and segments."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from analytics.models import Segment, Visitor
from tests.analytics.pages.conftest import World, member, world_made
from tests.analytics.pages.test_pages import text, tiles, words
from tests.keeping import keeping
from tests.oracle import metrics
from videos.models import Role
from videos.tokens import token_create

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])
ALL = "?period=all_time"


@pytest.fixture(scope="module")
def kept_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with keeping(django_db_blocker, lambda: world_made(1, 150)) as world:
        yield world


@pytest.fixture
def anna(world: World) -> Visitor:
    """A known person: whoever had the first session."""
    key = next(one.visitor for one in world.sessions if not one.bot and one.played)
    return Visitor.objects.create(
        workspace=world.workspace,
        key=key,
        name="<b>Anna</b>",
        email="anna@example.com",
        identity_digest="anna",
        identifying_session="018f0000-0000-7000-8000-000000000000",
        first_seen_at="2025-01-01T00:00:00Z",
    )


def chips(page: str) -> list[str]:
    found = re.findall(r'class="vp-chip"[^>]*>(.*?) <span', page, re.DOTALL)
    return [html.unescape(each).strip() for each in found]


def test_the_form_adds_a_filter_to_those_there_are(world: World, viewer: Client) -> None:
    for added, passes in (
        ({"add": "country", "op": "in", "value": "DE"}, lambda one: one.country == "DE"),
        ({"add": "country", "op": "not_in", "value": "DE"}, lambda one: one.country != "DE"),
        ({"add": "page", "op": "contains", "value": "PRICING"}, lambda one: "pricing" in one.page.lower()),
        ({"add": "city", "op": "in", "value": ""}, lambda one: not one.city),
        ({"add": "live", "op": "in", "value": "true"}, lambda one: one.live),
    ):
        expected = [one for one in world.sessions if one.device == "desktop" and passes(one)]
        shown = tiles(viewer.get(f"/{ALL}&filter=device:in:desktop&{urlencode(added)}"))
        values = metrics.measure(expected, ["views", "loads"])
        assert {name: shown.get(name, 0) for name in values} == values, added


def test_chips_say_what_people_call_it(world: World, anna: Visitor, viewer: Client) -> None:
    folder = next(iter(world.workspace.folders.all()))
    query = [
        ("filter", "country:in:DE"), ("filter", "country:in:NP"), ("filter", "device:not_in:tv"),
        ("filter", f"folder:in:{folder.public_id}"), ("filter", f"visitor:in:{anna.key}"),
        ("filter", "identified:in:true"), ("filter", "page:contains:/pricing"), ("filter", "city:in:"),
    ]  # fmt: skip
    page = text(viewer.get(f"/{ALL}&{urlencode(query)}"))
    assert chips(page) == [
        "Country is Germany or Nepal", "Platform is not TV", f"Folder is {folder.name}", "Visitor is <b>Anna</b>",
        "Identified is Known person", "Embed page contains /pricing", "City is unknown",
    ]  # fmt: skip
    assert "<b>Anna" not in page


def test_known_persons_and_anonymous_browsers_are_told_apart_as_the_api_does(
    world: World, anna: Visitor, viewer: Client
) -> None:
    people = [one for one in world.sessions if not one.bot]
    known = [one for one in people if one.visitor == anna.key]
    for value, expected in (("true", known), ("false", [one for one in people if one.visitor != anna.key])):
        assert tiles(viewer.get(f"/{ALL}&filter=identified:in:{value}"))["loads"] == len(expected)
    _, token = token_create(world.workspace, "tests", ["read"])
    body = {"metrics": ["loads"], "by": ["identified"], "period": {"name": "all_time"}}
    rows = viewer.post("/v1/query", body, "application/json", HTTP_AUTHORIZATION=f"Bearer {token}").json()["rows"]
    assert {row["identified"]: row["loads"] for row in rows} == {True: len(known), False: len(people) - len(known)}


def test_the_values_offered_are_those_of_the_pages_sessions(
    world: World, world_of: object, anna: Visitor, viewer: Client
) -> None:
    world_of(2, 20)  # type: ignore[operator]
    for name, values in {
        "country": {one.country for one in world.sessions if not one.bot},
        "device": {one.device for one in world.sessions if not one.bot},
        "video": {world.ids[one.video] for one in world.sessions if not one.bot},
        "live": {"true", "false"},
        "identified": {"true", "false"},
    }.items():
        page = text(viewer.get(f"/filters/values{ALL}&add={name}"))
        assert set(re.findall(r'<option value="([^"]*)"', page)) == values, name
    assert "&lt;b&gt;Anna&lt;/b&gt;" in text(viewer.get(f"/filters/values{ALL}&add=visitor"))
    part = text(viewer.get(f"/filters/values{ALL}&add=device&op=contains"))
    assert "<option" not in part
    assert "Part of it" in part
    assert "has no text to look in" in text(viewer.get(f"/filters/values{ALL}&add=folder&op=contains"))
    assert viewer.get("/filters/values?add=day").status_code == 404
    assert viewer.get("/filters/values?add=country&video=vid_0000000000").status_code == 404
    assert Client().get("/filters/values?add=country").status_code == 302


def test_a_segment_keeps_filters_under_a_name(world: World, viewer: Client) -> None:
    editor = member(world.workspace, Role.EDITOR)
    filters = ["device:in:desktop", "country:not_in:DE"]
    address = f"/{ALL}&{urlencode([('filter', each) for each in filters])}"
    form = {"name": " Desks abroad ", "filter": filters, "page": address}
    assert viewer.post("/segments/", form).status_code == 403
    assert editor.post("/segments/", form)["Location"] == address
    segment = Segment.objects.get(workspace=world.workspace)
    assert (segment.name, segment.filters) == ("Desks abroad", filters)
    assert "Desks abroad" in words(viewer.get("/"))
    link = re.search(r'href="([^"]*)"[^>]*>Desks abroad', text(viewer.get(f"/{ALL}")))
    assert link is not None
    assert tiles(viewer.get(html.unescape(link[1]))) == tiles(viewer.get(address))
    assert "Save segment" not in text(editor.get(address))
    assert "There is a segment of this name already." in words(editor.post("/segments/", form, follow=True))
    assert "Add a filter first" in words(
        editor.post("/segments/", {"name": "x", "page": "//evil.example"}, follow=True)
    )
    stranger = member(None)
    assert stranger.post(f"/segments/{segment.public_id}/delete").status_code == 403
    assert viewer.post(f"/segments/{segment.public_id}/delete").status_code == 403
    assert editor.post(f"/segments/{segment.public_id}/delete", {}).status_code == 302
    assert not Segment.objects.exists()


def test_segments_are_listed_renamed_and_deleted(
    world: World, viewer: Client, anna: Visitor, django_assert_max_num_queries: object
) -> None:
    editor = member(world.workspace, Role.EDITOR)
    assert "None yet." in words(viewer.get("/segments/"))
    filters = [f"visitor:in:{anna.key}", "device:not_in:tv"]
    for name in ("Anna", "Others"):
        Segment.objects.create(workspace=world.workspace, name=name, filters=filters)
    page = viewer.get("/segments/")
    assert "Visitor is <b>Anna</b>" in words(page)
    assert "Platform is not TV" in words(page)
    assert "<b>Anna" not in text(page)
    assert "Rename" not in text(page)
    link = re.search(r'href="(/\?[^"]*)" aria-label="Overview of Anna"', text(page))
    assert link is not None
    address = f"{html.unescape(link[1])}&period=all_time"
    assert tiles(viewer.get(address))["loads"] == len(
        [one for one in world.sessions if one.visitor == anna.key and not one.bot and one.device != "tv"]
    )
    segment = Segment.objects.get(name="Anna")
    rename = f"/segments/{segment.public_id}/rename"
    assert viewer.post(rename, {"name": "x"}).status_code == 403
    assert "is called “Ada” now" in words(editor.post(rename, {"name": " Ada "}, follow=True))
    assert "There is a segment of this name already." in words(editor.post(rename, {"name": "Others"}, follow=True))
    assert "Give the segment a name." in words(editor.post(rename, {"name": " "}, follow=True))
    assert editor.post("/segments/segm_0000000000/rename", {"name": "x"}).status_code == 404
    assert member(None).post(rename, {"name": "x"}).status_code == 403
    assert Segment.objects.get(pk=segment.pk).name == "Ada"
    viewer.get("/segments/")
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        viewer.get("/segments/")


def test_one_workspaces_segments_are_not_anothers(world: World, world_of: object) -> None:
    other = world_of(2, 5)  # type: ignore[operator]
    segment = Segment.objects.create(workspace=other.workspace, name="Secret", filters=["device:in:tv"])
    editor = member(world.workspace, Role.EDITOR)
    assert "Secret" not in text(editor.get("/"))
    editor.post(f"/segments/{segment.public_id}/delete", {"page": "/"})
    assert Segment.objects.filter(pk=segment.pk).exists()
