"""Who finished, who started and who never watched: the page of a list of people and a course."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from analytics.models import PeopleList
from analytics.pages.viewers import asked
from analytics.viewers.lists import people_list_create
from tests.analytics.api.wistia.conftest import staged
from tests.analytics.pages.viewers.conftest import ADA, MOMENT, Stage, words
from videos.models import Folder, Project, Video

pytestmark = [pytest.mark.django_db(databases=["default", "clickhouse"])]
PATH = "/viewers/progress/"


@pytest.fixture
def people(school: Stage) -> PeopleList:
    """Ada finished lesson 10 and saw 40 % of lesson 2; Ben looked at one; Never was never seen."""
    second = Video.objects.get(title="Lesson 2", workspace=school.workspace).public_id
    school.play(visitor="ada", identity=ADA, stretches=[[0, 60]])
    school.play(visitor="ada", identity=ADA, video=second, stretches=[[0, 30]])
    school.play(visitor="ada-phone", identity=ADA, video=second, stretches=[[20, 40]])
    school.play(visitor="ben", identity={"email": "ben@example.com"}, plays=0, stretches=[])
    return people_list_create(school.workspace, "Class", ["ada@example.com", "ben@example.com", "never@example.com"])


def shown(response: Any) -> list[tuple[str, ...]]:
    """Return the matrix: who, how many finished, how much of all, then a cell a video."""
    rows = response.context["page"].matrix.rows
    return [(row.label, row.finished, row.share, *(mark.shown for mark in row.marks)) for row in rows]


def get(client: Client, people: PeopleList, query: str = "") -> Any:
    response = client.get(f"{PATH}?list={people.public_id}{query}")
    assert response.status_code == 200
    return response


def test_the_matrix_says_of_each_person_and_video_how_far_they_got(
    school: Stage, viewer: Client, people: PeopleList
) -> None:
    response = get(viewer, people)
    page = response.context["page"]
    assert [video.title for video in page.matrix.videos] == ["Lesson 2", "Lesson 10"]
    assert [tuple(text.replace("\u00a0", " ") for text in row) for row in shown(response)] == [
        ("ben@example.com", "0 of 2", "0 %", "never", "never"),
        ("never@example.com", "0 of 2", "0 %", "never", "never"),
        ("Ada Lovelace", "1 of 2", "70 %", "40 %", "✓ 100 %"),
    ]
    text = words(response)
    assert "Of 3 people, 0 finished all 2 videos, 1 started, 2 never watched." in text
    assert "Lesson 2 0 finished, 1 started, 2 never" in text
    assert "Lesson 10 1 finished, 0 started, 2 never" in text
    assert "never@example.com never seen" in text
    assert "40 % started" in text
    assert page.toolbar.period_shown == "From the first session until now"
    assert [row.url for row in page.matrix.rows] == ["/viewers/ben/", "", "/viewers/ada/"]


def test_the_videos_are_those_of_a_folder_a_project_or_some(school: Stage, viewer: Client, people: PeopleList) -> None:
    project = Project.objects.create(workspace=school.workspace, name="Else")
    outer = Folder.objects.create(workspace=school.workspace, project=project, name="Outer")
    inner = Folder.objects.create(workspace=school.workspace, project=project, parent=outer, name="Inner")
    deep = Video.objects.create(workspace=school.workspace, project=project, folder=inner, title="Deep")
    Video.objects.create(workspace=school.workspace, project=project, title="Loose")

    def titles(query: str) -> list[str]:
        return [video.title for video in get(viewer, people, query).context["page"].matrix.videos]

    assert titles("") == ["Deep", "Lesson 2", "Lesson 10", "Loose"]
    assert titles(f"&of={school.video.folder.public_id}") == ["Lesson 2", "Lesson 10"]
    assert titles(f"&of={outer.public_id}") == ["Deep"]
    assert titles(f"&of={project.public_id}") == ["Deep", "Loose"]
    assert titles(f"&video={deep.public_id}&video={school.video.public_id}") == ["Deep", "Lesson 10"]
    assert titles(f"&of={outer.public_id}&video={school.video.public_id}") == ["Deep"]
    gone = get(viewer, people, f"&video={school.video.public_id}&video=vid_gone")
    assert "Some of the videos that were chosen are not here" in words(gone)
    empty = Folder.objects.create(workspace=school.workspace, project=project, name="Empty")
    assert "There is no video here." in words(get(viewer, people, f"&of={empty.public_id}"))


def test_people_are_narrowed_and_sorted_by_the_address(school: Stage, viewer: Client, people: PeopleList) -> None:
    def names(query: str) -> list[str]:
        return [row[0] for row in shown(get(viewer, people, query))]

    first = school.video.public_id
    ben, never, ada = "ben@example.com", "never@example.com", "Ada Lovelace"
    assert names("&sort=-progress") == [ada, ben, never]
    assert names("&sort=name") == [ada, ben, never]
    assert names("&sort=-last_at")[-1] == never
    assert names(f"&video={first}&show=unfinished") == [ben, never]
    assert names(f"&video={first}&show=never") == [ben, never]
    heading = get(viewer, people, "&show=unfinished").context["page"].matrix.videos[1]
    assert heading.never_url == f"{PATH}?list={people.public_id}&video={first}&show=never"
    nobody = get(viewer, people, f"&video={first}&show=never&from=2025-05-06&to=2025-05-06")
    assert shown(nobody)[0][0] == ben
    everyone = people_list_create(school.workspace, "Ada alone", ["ada@example.com"])
    assert "Nobody to show" in words(get(viewer, everyone, f"&video={first}&show=unfinished"))


def test_the_period_narrows_what_was_watched(school: Stage, viewer: Client, people: PeopleList) -> None:
    before = get(viewer, people, "&from=2025-05-01&to=2025-05-05")
    assert {row[1] for row in shown(before)} == {"0 of 2"}
    on = get(viewer, people, f"&from={MOMENT:%Y-%m-%d}&to={MOMENT:%Y-%m-%d}")
    assert shown(on)[2][1] == "1 of 2"


def test_a_live_video_of_unknown_length_can_only_be_started(school: Stage, viewer: Client, people: PeopleList) -> None:
    live = Video.objects.create(workspace=school.workspace, title="Live")
    school.play(visitor="ada", identity=ADA, video=live.public_id, stretches=[[0, 30]])
    rows = shown(get(viewer, people, f"&video={live.public_id}"))
    assert rows[-1][1:] == ("0 of 1", "–", "started")


def test_long_lists_have_pages_and_wide_ones_an_end(
    school: Stage, viewer: Client, people: PeopleList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analytics.pages.viewers.progress.PER_PAGE", 2)
    pager = get(viewer, people).context["page"].matrix.pager
    assert (pager.shown, pager.next_url) == ("1–2 of 3", f"{PATH}?list={people.public_id}&page=2")
    assert len(shown(get(viewer, people, "&page=2"))) == 1
    assert len(shown(get(viewer, people, "&page=9"))) == 2
    monkeypatch.setattr(asked, "MOST_VIDEOS", 1)
    cut = get(viewer, people)
    assert len(cut.context["page"].matrix.videos) == 1
    assert "These are the first 1 of 2 videos. Choose a folder to see the others." in words(cut)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("&of=fold_nothing000", "There is no project or folder “fold_nothing000”"),
        ("&of=vid_x", "There is no project or folder “vid_x”"),
        ("&show=all", "People cannot be narrowed to “all”"),
        ("&sort=fame", "People are not sorted by “fame”"),
        ("&page=-1", "There is no page “-1”"),
        ("&period=eon", "There is no period “eon”; showing the all time."),
    ],
)
def test_a_mistyped_address_shows_the_matrix_and_says_so(
    school: Stage, viewer: Client, people: PeopleList, query: str, said: str
) -> None:
    response = get(viewer, people, query)
    assert said in words(response)
    assert len(shown(response)) == 3


def test_another_workspaces_folder_and_people_are_unknown(school: Stage, viewer: Client, people: PeopleList) -> None:
    other = staged("Other")
    folder = Folder.objects.create(workspace=other.workspace, project=other.project, name="Their folder")
    other.play(visitor="theirs", identity={"email": "never@example.com", "name": "Their Never"})
    for query in (f"&of={folder.public_id}", f"&of={other.project.public_id}", f"&video={other.video.public_id}"):
        text = words(get(viewer, people, query))
        assert "Their" not in text
        assert "never@example.com never seen" in text


def test_the_empty_page_teaches(school: Stage, viewer: Client) -> None:
    text = words(viewer.get(PATH))
    assert "Who finished the course, who started, who never watched?" in text
    assert "Show their progress" in text
    kept = people_list_create(school.workspace, "Class", ["ada@example.com"])
    assert "Class (1)" in words(viewer.get(PATH))
    unknown = words(get(viewer, kept))
    assert "Nobody has said who they are yet" in unknown
    assert "viewprint.identify({id:" in unknown


def test_hostile_names_of_lists_videos_and_people_are_text(school: Stage, editor: Client) -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
    Video.objects.filter(pk=school.video.pk).update(title=evil)
    Folder.objects.filter(pk=school.video.folder_id).update(name=evil)
    school.play(visitor='"><b>', identity={"email": "ada@example.com", "name": evil})
    kept = people_list_create(school.workspace, evil, ["ada@example.com"])
    for path in (f"{PATH}?list={kept.public_id}", f"/viewers/lists/{kept.public_id}/", f"{PATH}?list={evil}&of={evil}"):
        body = editor.get(path).content.decode()
        assert "<script>alert" not in body
        assert "<img src=x" not in body
        assert '"><b>' not in body


def test_htmx_gets_the_matrix_under_its_tidy_address(school: Stage, viewer: Client, people: PeopleList) -> None:
    query = f"list={people.public_id}&of=all&show=&sort=progress&period=all_time&page=1"
    response = viewer.get(f"{PATH}?{query}", headers={"HX-Request": "true"})
    assert response.headers["HX-Push-Url"] == f"{PATH}?list={people.public_id}"
    assert "<html" not in response.content.decode()


@pytest.mark.parametrize("several", [1, 30])
def test_a_page_asks_as_often_whatever_the_people_and_videos(
    school: Stage, viewer: Client, django_assert_num_queries: Any, several: int
) -> None:
    for number in range(several):
        school.play(visitor=f"v{number}", identity={"email": f"p{number}@example.com"})
        Video.objects.create(workspace=school.workspace, title=f"V{number}")
    kept = people_list_create(school.workspace, "Class", [f"p{number}@example.com" for number in range(several)])
    with django_assert_num_queries(16, exact=False), django_assert_num_queries(2, using="clickhouse"):
        get(viewer, kept)
