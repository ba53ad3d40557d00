"""An overview of many sessions comes in parts, which have together what a whole page has."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from analytics.pages import overview
from analytics.tables import tables_in
from tests.analytics.pages.conftest import World, member
from tests.analytics.pages.test_pages import text, tiles
from tests.analytics.pages.test_shared import opened, shared
from videos.models import Folder, Project, Role, Workspace

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take any number of sessions for many."""
    monkeypatch.setattr(overview, "MANY", 0)


@pytest.fixture
def editor(world: World) -> Client:
    return member(world.workspace, Role.EDITOR)


def next_part(response: Any) -> str:
    """Return the address that the answer's placeholder asks for, '' where nothing is still to come."""
    found = re.search(r'class="vp-later"\s+data-part\s+hx-get="([^"]+)"', text(response))
    return unescape(found[1]) if found else ""


def parts_of(client: Client, address: str) -> list[Any]:
    """Return the answers that a browser gets one after the other."""
    answers = [client.get(address)]
    while part := next_part(answers[-1]):
        answers.append(client.get(part, **HTMX))
    return answers


def files(response: Any) -> dict[str, bytes]:
    return {name: table.csv() for name, table in tables_in(response.context["page"])}


def addresses(world: World) -> list[str]:
    project = Project.objects.filter(workspace=world.workspace, folders__isnull=False).first()
    folder = Folder.objects.filter(workspace=world.workspace).first()
    assert project is not None
    assert folder is not None
    query = "?period=all_time&filter=live:in:false"
    paths = (f"/projects/{project.public_id}/", f"/folders/{folder.public_id}/")
    return ["/?period=all_time&sort=-watch_time", *(f"{path}{query}" for path in paths)]


def test_the_parts_have_together_what_a_whole_page_has(
    world: World, viewer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for address in addresses(world):
        whole = viewer.get(address)
        assert next_part(whole) == ""
        with monkeypatch.context() as patch:
            patch.setattr(overview, "MANY", 0)
            first, *others = parts_of(viewer, address)
            assert files(viewer.get(f"{address}&part=all")) == files(whole)
        assert len(others) == 2
        assert tiles(first) == tiles(whole)
        assert {name: file for each in (first, *others) for name, file in files(each).items()} == files(whole)
        # Nothing of what comes later is asked or shown twice.
        assert sum(len(files(each)) for each in (first, *others)) == len(files(whole))
        for each in others:
            cards = re.findall(r"<(?:section|figure) .*?</(?:section|figure)>", text(each), re.DOTALL)
            assert len(cards) >= 2
            assert [card for card in cards if card not in text(whole)] == []


def test_files_come_at_once_and_so_do_sessions_that_are_not_too_many(
    world: World, viewer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "/?period=all_time"
    loads = tiles(viewer.get(address))["loads"]
    assert loads
    for most, is_whole in ((loads, True), (loads - 1, False)):
        monkeypatch.setattr(overview, "MANY", most)
        assert (next_part(viewer.get(address)) == "") == is_whole
    assert viewer.get(f"{address}&csv=videos")["Content-Type"] == "text/csv; charset=utf-8"


def test_only_a_browser_that_has_the_page_gets_a_part_alone(world: World, viewer: Client, many: None) -> None:
    restored = {**HTMX, "HTTP_HX_HISTORY_RESTORE_REQUEST": "true"}
    for part, more in (("audience", {}), ("everything", HTMX), ("audience", restored)):
        assert 'data-metric="views"' in text(viewer.get(f"/?period=all_time&part={part}", **more))


def test_whoever_is_no_longer_signed_in_loads_the_page_again_and_signs_in(world: World, editor: Client) -> None:
    answer = Client().get("/?part=audience", **HTMX)
    assert (answer.content, answer["HX-Refresh"]) == (b"", "true")
    assert Client().get("/?part=audience").status_code == 302
    link = shared(editor, "/?period=all_time")
    answer = Client().get(f"/shared/{link.token}/?part=lists", **HTMX)
    assert (answer.content, answer["HX-Refresh"]) == (b"", "true")


def test_a_part_is_as_secret_as_its_page(world: World, world_of: Callable[..., World], many: None) -> None:
    other = world_of(5, 20).workspace
    outsider = member(other, Role.OWNER)
    *_, folder = addresses(world)
    for part in ("audience", "lists"):
        assert outsider.get(f"{folder}&part={part}", **HTMX).status_code == 404


def test_a_guest_gets_the_parts_of_the_shared_page_and_no_more(world: World, editor: Client, many: None) -> None:
    address = "/?period=all_time&filter=device%3Ain%3Adesktop"
    # Whatever part the address named that was shared: the page is.
    link = shared(editor, f"{address}&part=audience")
    guest = opened(link)
    of_guest, of_member = parts_of(guest, f"/shared/{link.token}/"), parts_of(editor, address)
    assert len(of_guest) == 3
    for mine, theirs in zip(of_guest, of_member, strict=True):
        assert files(mine) == files(theirs)
        ways = set(re.findall(r'href="(/[^"]*)"', text(mine)))
        assert {way for way in ways if not way.startswith((f"/shared/{link.token}/", "/static/"))} == set()
    wider = guest.get(f"/shared/{link.token}/?part=lists&period=today&filter=country:in:DE", **HTMX)
    assert files(wider) == files(of_member[-1])
    again = guest.get(f"/shared/{link.token}/?metric=loads", **HTMX)
    assert tiles(again) == tiles(of_member[0])


def test_parts_about_nothing_are_shown_too(db: None) -> None:
    client = member(Workspace.objects.create(name="Empty"))
    for part, said in (("audience", "Countries"), ("lists", "No views in this period.")):
        assert said in text(client.get(f"/?part={part}", **HTMX))


def test_each_part_asks_as_often_whatever_the_size_of_the_catalog(
    db: None, world_of: Callable[..., World], django_assert_num_queries: Any, many: None
) -> None:
    asked = []
    for videos in (3, 30):
        client = member(world_of(3, 100, videos).workspace)
        address = "/?period=all_time"
        for relational, engine in ((13, 2), (10, 4), (10, 5)):
            client.get(address, **HTMX)
            few, same = (
                django_assert_num_queries(relational, exact=False),
                django_assert_num_queries(engine, using="clickhouse"),
            )
            with few, same:
                answer = client.get(address, **HTMX)
            address = next_part(answer)
            asked.append(address)
    assert asked[2] == asked[5] == ""
