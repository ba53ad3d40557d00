"""Why a number is what it is: the page that explains a headline."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from analytics.models import TeamViewer
from tests.analytics.pages.conftest import World, member, world_made
from tests.analytics.pages.test_pages import text, words
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


def steps(page: str) -> dict[str, int]:
    """Return how many sessions each line of the page counts, by its label."""
    found = re.findall(r'class="vp-step.*?</span>\s*([A-Za-z0-9 ]+)</span>\s*<span>([\d,]+)</span>', page, re.DOTALL)
    return {label.strip(): int(number.replace(",", "")) for label, number in found}


def test_a_number_is_told_from_all_loads_down(world: World, viewer: Client) -> None:
    page = text(viewer.get(f"/why/views/{ALL}"))
    people = [one for one in world.sessions if not one.bot]
    views = [one for one in people if one.viewed]
    unplayed = [one for one in people if not one.played and not one.viewed]
    assert steps(page) == {
        "Bots": len(world.sessions) - len(people),
        "Never started": len(unplayed),
        "Under 5 seconds": len(people) - len(unplayed) - len(views),
        "Counted": len(views),
    }
    assert f"This number comes from {len(views)} of {len(world.sessions)} viewing sessions" in words(
        viewer.get(f"/why/views/{ALL}")
    )


def test_every_metric_explains_itself_and_its_question_answers_the_same(world: World, viewer: Client) -> None:
    _, token = token_create(world.workspace, "tests", ["read"])
    video = world.video(0)
    expected = metrics.measure([one for one in world.sessions if world.ids[one.video] == video.public_id])
    for name in ("loads", "unique_views", "engagement", "watch_time", "startup_median", "actions"):
        page = text(viewer.get(f"/why/{name}/{ALL}&video={video.public_id}&filter=device:in:desktop"))
        body = re.search(r'aria-label="The question as JSON"><code>(.*?)</code>', page, re.DOTALL)
        assert body is not None
        question = json.loads(body[1].replace("&quot;", '"'))
        assert question["scope"] == {"video": video.public_id}
        del question["filters"]
        answer = viewer.post("/v1/query", question, "application/json", HTTP_AUTHORIZATION=f"Bearer {token}").json()
        assert name == "actions" or answer["rows"][0][name] == pytest.approx(expected[name]), name


def test_the_sessions_of_a_line_are_listed_in_pages(world: World, viewer: Client) -> None:
    bots = [one for one in world.sessions if one.bot]
    assert len(bots) > 0
    page = text(viewer.get(f"/why/loads/{ALL}&sessions=bot"))
    assert page.count('<th role="rowheader" scope="row">') == min(25, len(bots))
    second = text(viewer.get(f"/why/loads/{ALL}&page=2"))
    assert f"26–50 of {len(world.sessions) - len(bots)}" in second
    lines = text(viewer.get(f"/why/loads/{ALL}&csv=sessions")).splitlines()
    assert len(lines) == 1 + len(world.sessions) - len(bots)


def test_what_is_not_there_is_not_found(world: World, world_of: object, viewer: Client) -> None:
    other = world_of(2, 5)  # type: ignore[operator]
    assert viewer.get("/why/nothing/").status_code == 404
    assert viewer.get(f"/why/views/?video={other.video(0).public_id}").status_code == 404
    assert viewer.get("/why/views/?project=proj_0000000000").status_code == 404
    assert viewer.get("/why/views/?page=-1").status_code == 200
    assert Client().get("/why/views/").status_code == 302


def test_an_editor_marks_the_team_and_a_viewer_may_not(world: World, viewer: Client) -> None:
    key = next(one.visitor for one in world.sessions if not one.bot)
    address = f"/why/loads/{ALL}"
    assert viewer.post(address, {"viewer": key}).status_code == 403
    editor = member(world.workspace, Role.EDITOR)
    assert editor.post(address, {"viewer": key})["Location"] == address
    assert [one.key for one in TeamViewer.objects.filter(workspace=world.workspace)] == [key]
    world.workspace.team_left_out = True
    world.workspace.save()
    theirs = len([one for one in world.sessions if one.visitor == key and not one.bot])
    page = editor.get(address)
    assert steps(text(page))["Your own team"] == theirs
    assert f"Your own team is left out: {theirs} session" in words(page)
    assert editor.post(address, {"viewer": key, "unmark": "1"}).status_code == 302
    assert editor.post(address, {"viewer": "x" * 65}).status_code == 302
    assert not TeamViewer.objects.exists()


def test_the_statements_do_not_grow_with_the_rows(
    world: World, viewer: Client, django_assert_max_num_queries: object
) -> None:
    viewer.get(f"/why/views/{ALL}")
    with django_assert_max_num_queries(11):  # type: ignore[operator]
        viewer.get(f"/why/views/{ALL}")
