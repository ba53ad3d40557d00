"""Curves beside each other: the video's, the workspace's average, another video's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.analytics.pages.conftest import World
from tests.analytics.pages.test_pages import text, words
from tests.analytics.pages.video.conftest import Watched, links
from tests.oracle import curves
from videos.models import Folder, Project, Video

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])


def other_of(watched: Watched) -> tuple[Video, str]:
    """Return another video that was played with a known duration, and the oracle's name of it."""
    for place, known in enumerate(watched.world.catalog.videos):
        video = watched.world.video(place)
        if (
            video != watched.video
            and curves.part_curve(one for one in watched.world.sessions if one.video == known.id)[0]
        ):
            return video, known.id
    raise AssertionError("The world has only one video that was played.")


def test_the_three_curves_are_the_oracles(watched: Watched) -> None:
    other, name = other_of(watched)
    chart = watched.content("compare", f"with={other.public_id}").chart
    everyone, own = watched.world.sessions, watched.sessions
    expected = [curves.part_curve(its)[1] for its in (everyone, [one for one in everyone if one.video == name], own)]
    for column, parts in enumerate(expected, start=1):
        assert [record[column] for record in chart.table.records] == pytest.approx([float(part) for part in parts])
    headers = [column.label for column in chart.table.columns]
    assert headers == ["Part of the video", "Average of the workspace", other.title, watched.video.title]
    assert chart.caption.startswith("A play sees ")
    assert f"Of “{other.title}” a play sees" in chart.caption


def test_the_average_alone_is_shown_until_a_video_is_chosen(watched: Watched) -> None:
    other, _ = other_of(watched)
    response = watched.get("tab=compare")
    assert len(response.context["page"].tab.content.chart.table.columns) == 3
    [url] = links(response, f"with={other.public_id}")
    chosen = watched.client.get(url)
    assert len(chosen.context["page"].tab.content.chart.table.columns) == 4
    assert f"Compared with the average and with “{other.title}”" in words(chosen)
    assert links(response, r"tab=compare$")[0] in links(chosen, r"tab=compare$")


def test_filters_narrow_all_curves(watched: Watched) -> None:
    chart = watched.content("compare", "filter=device%3Ain%3Adesktop").chart
    sessions = [one for one in watched.world.sessions if one.device == "desktop"]
    _, parts = curves.part_curve(sessions)
    assert [record[1] for record in chart.table.records] == pytest.approx([float(part) for part in parts])


@pytest.mark.parametrize("kind", ["foreign", "unknown", "harmful"])
def test_a_video_that_this_workspace_has_not_is_said_and_never_shown(
    watched: Watched, world_of: Callable[..., World], kind: str
) -> None:
    theirs = world_of(2, 20, 2).video(0)
    Video.objects.filter(pk=theirs.pk).update(title="Their secret")
    public_id = {"foreign": theirs.public_id, "unknown": "vid_nothing000", "harmful": "\0<b>"}[kind]
    for part in ("", "video-tab"):
        response = watched.get(f"tab=compare&with={public_id}", part=part)
        shown = words(response)
        assert "to compare with in this workspace" in shown
        assert "Their secret" not in shown
        assert len(response.context["page"].tab.content.chart.table.columns) == 3
        # The page's own links keep nothing of it; a file's is the page's address as it was typed.
        assert not [url for url in links(response, "with=") if "csv=" not in url and public_id in url]


def test_a_video_is_not_compared_with_itself(watched: Watched) -> None:
    assert "This is the same video" in words(watched.get(f"tab=compare&with={watched.video.public_id}"))


def test_videos_are_found_by_words_of_their_titles_those_of_the_folder_first(watched: Watched) -> None:
    workspace = watched.world.workspace
    folder = Folder.objects.create(
        workspace=workspace, name="Near", project=Project.objects.create(workspace=workspace, name="Courses")
    )
    watched.video.folder = folder
    watched.video.save()
    Video.objects.create(workspace=workspace, title="Über Ströme 2")
    Video.objects.create(workspace=workspace, title="Ströme, über alles", folder=folder, project=folder.project)
    Video.objects.bulk_create(
        Video(workspace=workspace, title=f"Lesson {n:02}", public_id=f"vid_l{n}") for n in range(12)
    )

    def offered(find: str) -> list[str]:
        response = watched.get(f"tab=compare&find={find}", part="video-offers")
        assert "HX-Push-Url" not in response.headers
        assert "vp-tabs" not in text(response)
        return [offer.title for offer in response.context["choice"].offers]

    assert offered("ströme ÜBER") == ["Ströme, über alles", "Über Ströme 2"]
    assert offered("lesson 1") == ["Lesson 01", "Lesson 10", "Lesson 11"]
    assert offered("nothing like it") == []
    assert "No other video has this in its title" in words(watched.get("tab=compare&find=zzz", part="video-offers"))
    assert offered("")[0] == "Ströme, über alles"
    assert watched.video.title not in offered("")
    assert "4 more; search to find them" in words(watched.get("tab=compare&find=lesson", part="video-offers"))


def test_a_search_works_without_javascript(watched: Watched) -> None:
    other, _ = other_of(watched)
    response = watched.get(f"tab=compare&with={other.public_id}&find=zzz&filter=device%3Ain%3Adesktop")
    body = text(response)
    for name, value in (("tab", "compare"), ("with", other.public_id), ("filter", "device:in:desktop")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in body
    assert response.context["page"].tab.content.choice.offers == ()


def test_nobody_s_plays_are_no_curve(watched: Watched) -> None:
    nobody = Video.objects.create(workspace=watched.world.workspace, title="New", duration=60)
    response = watched.get(f"tab=compare&with={nobody.public_id}")
    assert "Nobody played “New”" in words(response)
    assert watched.get("tab=compare", part="video-tab", video=nobody).context["page"].tab.content.chart is None
