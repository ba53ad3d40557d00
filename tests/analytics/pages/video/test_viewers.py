"""Who watched the video."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable

import pytest

from analytics.models import Visitor
from analytics.pages.video.viewers import PER_PAGE
from tests.analytics.pages.conftest import World
from tests.analytics.pages.test_pages import words
from tests.analytics.pages.video.conftest import Watched, links
from tests.oracle import curves
from tests.oracle.facts import Session, union

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])


def by_viewer(watched: Watched) -> dict[str, list[Session]]:
    """Return the video's sessions by viewer, who was seen last in front."""
    found: defaultdict[str, list[Session]] = defaultdict(list)
    for one in watched.sessions:
        found[one.visitor].append(one)
    return dict(sorted(found.items(), key=lambda each: (-max(one.started for one in each[1]), each[0])))


def known(watched: Watched, key: str, name: str) -> Visitor:
    return Visitor.objects.create(
        workspace=watched.world.workspace, key=key, identity_digest=key, name=name, email="ann@example.com",
        identifying_session="019a4a50-0000-7000-8000-000000000001", first_seen_at="2025-01-01T00:00:00Z",
    )  # fmt: skip


def test_the_viewers_are_those_of_the_video_with_what_they_saw_of_it(watched: Watched) -> None:
    viewers = by_viewer(watched)
    assert len(viewers) > PER_PAGE
    content = watched.content("viewers")
    assert [activity.key for activity, _, _ in content.found] == list(viewers)[:PER_PAGE]
    for row, (activity, person, seen) in zip(content.rows, content.found, strict=True):
        its = viewers[activity.key]
        assert person is None
        assert activity.plays == sum(one.played for one in its)
        covered = union(tuple(stretch for one in its for stretch in one.stretches))
        assert seen.share == pytest.approx(covered / watched.duration)
        plays = [one for one in its if one.played]
        assert (row.heatmap is None) == (not plays)
        if plays:
            newest = max(plays, key=lambda one: (one.started, one.id))
            times = [strip.times for strip in row.heatmap.strips for _ in range(strip.width)]
            assert times == [min(5, each) for each in curves.heatmap(newest, watched.duration)]


def test_persons_have_their_names_and_others_are_anonymous_and_each_leads_to_its_page(watched: Watched) -> None:
    first, second = list(by_viewer(watched))[:2]
    known(watched, first, "<b>Ann</b>")
    response = watched.get("tab=viewers", part="video-tab")
    assert "<b>Ann</b> ann@example.com" in words(response)
    assert "<b>Ann" not in response.content.decode()
    assert response.context["page"].tab.content.rows[1].face.detail == "Anonymous"
    for key in (first, second):
        assert links(response, f"^/viewers/{key}/$") == [f"/viewers/{key}/"]
    assert watched.client.get(f"/viewers/{first}/").status_code == 200


def test_pages_follow_each_other_and_the_file_has_everybody(watched: Watched) -> None:
    viewers = list(by_viewer(watched))
    first = watched.get("tab=viewers", part="video-tab")
    [url] = links(first, r"page=2$")
    second = watched.client.get(url, headers={"HX-Request": "true", "HX-Target": "video-tab"})
    assert second.headers["HX-Push-Url"] == url
    assert [each.key for each, _, _ in second.context["page"].tab.content.found] == viewers[PER_PAGE : 2 * PER_PAGE]
    [download] = links(first, "csv=watchers$")
    rows = list(csv.DictReader(io.StringIO(watched.client.get(download).content.decode("utf-8-sig"))))
    assert [row["Key"] for row in rows] == viewers
    for query, said in (("page=99", "There is no page 99"), ("page=x", "There is no page “x”")):
        response = watched.get(f"tab=viewers&{query}")
        assert said in words(response)
        assert [each.key for each, _, _ in response.context["page"].tab.content.found] == viewers[:PER_PAGE]


def test_filters_and_workspaces_keep_others_out(watched: Watched, world_of: Callable[..., World]) -> None:
    world_of(9, 60)
    desktop = {one.visitor for one in watched.sessions if one.device == "desktop"}
    content = watched.content("viewers", "filter=device%3Ain%3Adesktop")
    assert {each.key for each, _, _ in content.found} <= desktop
    assert content.caption.startswith(f"{len(desktop)} viewers")
    assert "Nobody loaded this video" in watched.content("viewers", "filter=country%3Ain%3AAQ").caption
