"""What is watched now, as members of a workspace see it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from analytics.models import Visitor
from tests.analytics.pages.conftest import member
from tests.analytics.pages.test_pages import text, words
from tests.analytics.test_presence import session
from tests.analytics.worlds import sessions_load
from videos.models import Project, Role, Stream, Video, Workspace

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])


@pytest.fixture
def workspace(db: None) -> Workspace:
    """A workspace in which two people watch a film, one of them with two players, and one a stream."""
    workspace = Workspace.objects.create(name="Now")
    project = Project.objects.create(workspace=workspace, name="Films")
    film = Video.objects.create(workspace=workspace, title="Film <b>", duration=1000, project=project)
    stage = Video.objects.create(workspace=workspace, title="Stage")
    Stream.objects.create(workspace=workspace, video=stage)
    sessions_load(workspace, {"film": film.public_id, "stage": stage.public_id}, [
        session(100, visitor="one", country="DE", city="Berlin", page="https://a.example/lessons/?id=1"),
        session(40, visitor="one", country="DE", page="https://a.example/lessons/?id=1"),
        session(30, visitor="two", country="US", stretches=[[0, 10], [240, 250]]),
        session(90, visitor="three", video="stage", live=True, page="https://b.example/"),
        session(20, visitor="not yet", plays=0, stretches=[]),
    ])  # fmt: skip
    return workspace


@pytest.fixture
def viewer(workspace: Workspace) -> Client:
    return member(workspace)


def test_the_page_counts_people_and_lists_live_streams_first(workspace: Workspace, viewer: Client) -> None:
    response = viewer.get("/live/")
    page, said = response.context["page"], words(response)
    assert "3 people watching now, with 4 players" in said
    assert "2 videos are being watched, 1 of them live." in said
    assert [(line.title, line.cells[0].shown, line.is_live) for line in page.videos.lines] == [
        ("Stage", "1", True), ("Film <b>", "2", False),
    ]  # fmt: skip
    shown = {places.name: [(row.label, row.people) for row in places.rows] for places in page.places}
    assert sorted(shown["country"]) == [("Germany", "1"), ("United States", "1"), ("Unknown", "1")]
    assert sorted(shown["page"]) == [("Unknown page", "1"), ("a.example/lessons?id=1", "1"), ("b.example", "1")]
    assert sum(count for _, count in page.minutes.table.records[-2:]) >= 3
    assert "<b>" not in text(response)


def test_each_session_says_how_far_and_for_how_long(workspace: Workspace, viewer: Client) -> None:
    Visitor.objects.create(
        workspace=workspace, key="two", name="Ada Lovelace", identity_digest="x", identifying_session="0" * 32,
        first_seen_at="2026-01-01T00:00Z",
    )  # fmt: skip
    sessions = viewer.get("/live/").context["page"].sessions
    assert [each.is_live for each in sessions] == [True, False, False, False]
    ada = sessions[1]
    assert (ada.face.label, ada.position, ada.part) == ("Ada Lovelace", "4:10 of 16:40", 25.0)
    assert re.fullmatch(r"3\d\u00a0s", ada.since)
    assert (sessions[0].face.is_known, sessions[0].part) == (False, None)
    assert "/viewers/three/" in text(viewer.get("/live/"))
    assert sessions[3].detail.startswith("Berlin, Germany")
    assert sessions[3].page == "a.example/lessons?id=1"


def test_the_page_asks_for_itself_and_leaves_no_trace_in_the_history(viewer: Client) -> None:
    body = text(viewer.get("/live/?filter=country:in:DE"))
    assert 'hx-get="/live/?filter=country:in:DE"' in body
    assert "every 5s [!document.hidden" in body
    headers = {"HX-Request": "true", "HX-Target": "live"}
    again = viewer.get("/live/?filter=country:in:DE", headers=headers)
    assert "HX-Push-Url" not in again.headers
    assert "<html" not in text(again)
    assert "1 person watching now" in words(again)


def test_filters_and_scope_narrow_the_page(workspace: Workspace, viewer: Client) -> None:
    project = Project.objects.get()
    response = viewer.get(f"/live/?project={project.public_id}&filter=country:in:US")
    assert "1 person watching now" in words(response)
    chips = [(chip.label, chip.url) for chip in response.context["page"].chips]
    assert chips == [
        ("Project: Films", "/live/?filter=country%3Ain%3AUS"),
        ("Country is United States", f"/live/?project={project.public_id}"),
    ]
    theirs = Project.objects.create(workspace=Workspace.objects.create(name="Theirs"), name="Secret")
    assert viewer.get(f"/live/?project={theirs.public_id}").status_code == 404
    assert "Nobody is watching now" in words(viewer.get("/live/?filter=country:in:AQ"))


def test_another_workspaces_viewers_are_not_shown_and_an_empty_one_gets_the_code(workspace: Workspace) -> None:
    other = Workspace.objects.create(name="Other")
    video = Video.objects.create(workspace=other, title="First")
    for role in Role:
        said = words(member(other, role).get("/live/"))
        assert "Nobody is watching now" in said
        assert "Waiting for the first viewer" in said
        assert video.public_id in said
    assert Client().get("/live/").status_code == 302


def test_files_have_the_rows(viewer: Client) -> None:
    rows = text(viewer.get("/live/?csv=videos")).splitlines()
    assert [row.split(",")[0] for row in rows] == ["\ufeffVideo", "Stage", "Film <b>"]
    assert len(text(viewer.get("/live/?csv=minutes")).splitlines()) == 31
    assert len(text(viewer.get("/live/?csv=sessions")).splitlines()) == 5
    assert "Germany,1,2" in text(viewer.get("/live/?csv=country"))


def test_the_page_asks_as_often_whatever_the_number_of_sessions(
    workspace: Workspace, viewer: Client, django_assert_num_queries: Any
) -> None:
    for more in (0, 20):
        videos = {f"v{place}": Video.objects.create(workspace=workspace, title="More") for place in range(more)}
        ids = {name: video.public_id for name, video in videos.items()}
        sessions_load(workspace, ids, [session(30, visitor=name, video=name) for name in ids])
        viewer.get("/live/")
        with django_assert_num_queries(5), django_assert_num_queries(4, using="clickhouse"):
            viewer.get("/live/")
