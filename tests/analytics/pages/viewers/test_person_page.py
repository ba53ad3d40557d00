"""One viewer's page: who, with what, from where, how much of each video, each session; and erasing them."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client

from analytics.heatmap import COLOURS
from analytics.models import PeopleList, ViewingSession, Visitor
from analytics.pages.viewers.faces import initials_of, key_in, viewer_path
from analytics.viewers.lists import people_list_create
from analytics.viewers.marks import mark_of
from tests.analytics.api.wistia.conftest import staged
from tests.analytics.pages.viewers import conftest
from tests.analytics.pages.viewers.conftest import ADA, MOMENT, Stage, member, words
from videos.models import Role, Video

pytestmark = [pytest.mark.django_db(databases=["default", "clickhouse"])]
PLACE = {"country": "DE", "region": "Hesse", "city": "Kassel", "device": "desktop", "os": "Linux", "browser": "Firefox"}


def path(key: str, query: str = "") -> str:
    return f"{viewer_path(key)}{query}"


def ada_watches(school: Stage) -> None:
    """Two overlapping parts of one lesson on two devices, all of the other."""
    second = Video.objects.get(title="Lesson 2", workspace=school.workspace).public_id
    school.play(MOMENT, visitor="ada", identity={**ADA, "source": "turnstile"}, stretches=[[0, 30]], **PLACE)
    phone = {**PLACE, "device": "smartphone", "os": "iOS", "browser": "Safari"}
    again = [[20, 49.2], [20, 30], [25, 26]]
    school.play(MOMENT + timedelta(days=1), visitor="ada", identity=ADA, stretches=again, live=True, **phone)
    page = "https://course.example.com/x"
    school.play(MOMENT + timedelta(days=2), visitor="ada", identity=ADA, video=second, stretches=[[0, 100]], page=page)


def test_the_page_says_who_the_viewer_is_and_what_they_watched(school: Stage, viewer: Client) -> None:
    ada_watches(school)
    response = viewer.get(path("ada"))
    page, shown = response.context["page"], words(response)
    assert dict(page.identity) == {
        "E-mail": "ada@example.com",
        "Organisation": "Engines · Analyst",
        "Known since": "6 May 2025, 09:08",
        "How": "The e-mail address was entered at a turnstile over a video",
    }
    assert {figure.label: figure.shown.replace("\u00a0", " ") for figure in page.figures} == {
        "Watch time": "2 m 50 s", "Videos started": "2", "Videos finished": "1", "Plays": "3", "Engagement": "66 %",
        "First seen": "6 May 2025, 09:08", "Last seen": "8 May 2025, 09:08",
    }  # fmt: skip
    lines = [(row.title, row.state, row.share.replace("\u00a0", " "), row.width) for row in page.videos.rows]
    assert lines == [("Lesson 2", "Finished", "100 %", 100), ("Lesson 10", "Started", "82 %", 82)]
    assert "Of 2 videos, 1 finished, 1 started." in shown
    assert {(habit.label, habit.loads) for habit in page.devices} == {
        ("Desktop · Firefox on Linux", "1 session"), ("Smartphone · Safari on iOS", "1 session"),
        ("Unknown", "1 session"),
    }  # fmt: skip
    assert [(habit.label, habit.loads) for habit in page.places] == [("Kassel, Hesse, Germany", "2 sessions")]
    assert f'href="/videos/{school.video.public_id}/?period=all_time"' in response.content.decode()


def test_each_session_has_its_heatmap_newest_first(school: Stage, viewer: Client) -> None:
    ada_watches(school)
    school.play(MOMENT + timedelta(days=3), visitor="ada", identity=ADA, plays=0, stretches=[])
    response = viewer.get(path("ada"))
    sessions = response.context["page"].sessions
    assert [one.moment for one in sessions] == [f"{day} May 2025, 09:08" for day in (9, 8, 7, 6)]
    assert [one.told_who for one in sessions] == [False, False, False, True]
    loaded, last, again, _first = sessions
    assert (loaded.heatmap, loaded.facts) == (None, ("Loaded, not played",))
    assert last.facts[0].replace("\u00a0", " ") == "100 % watched"
    assert last.facts[-1] == "on course.example.com"
    assert "live" in again.facts
    assert [(strip.start, strip.width, strip.times) for strip in again.heatmap.strips] == [
        (0, 20, 0), (20, 5, 2), (25, 1, 3), (26, 4, 2), (30, 19, 1), (49, 11, 0),
    ]  # fmt: skip
    body = response.content.decode()
    for colour in COLOURS[:4]:
        assert f'fill="{colour}"' in body
    assert "Heatmap of one viewing session of Lesson 10, 1:00 long, 49 % watched" in words(response)


def test_sessions_have_pages_and_a_file_has_the_videos(
    school: Stage, viewer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analytics.pages.viewers.views.SESSIONS_PER_PAGE", 2)
    ada_watches(school)
    pager = viewer.get(path("ada")).context["page"].pager
    assert (pager.shown, pager.next_url, pager.previous_url) == ("1–2 of 3", path("ada", "?page=2"), "")
    second = viewer.get(path("ada", "?page=2"), headers={"HX-Request": "true"})
    assert len(second.context["page"].sessions) == 1
    assert second.headers["HX-Push-Url"] == path("ada", "?page=2")
    answer = viewer.get(path("ada", "?csv=videos"))
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(line["Video"], line["State"], line["Watched (0–1)"]) for line in lines] == [
        ("Lesson 2", "Finished", "1"), ("Lesson 10", "Started", "0.82"),
    ]  # fmt: skip
    files = {name: viewer.get(path("ada", f"?csv={name}")) for name in ("sessions", "devices", "places")}
    rows = {name: list(csv.DictReader(io.StringIO(each.content.decode("utf-8-sig")))) for name, each in files.items()}
    # All three, however many stand on a page.
    assert [(row["Video"], row["Watch time (s)"], row["Shown"]) for row in rows["sessions"]] == [
        ("Lesson 2", "100", "recording"), ("Lesson 10", "40.2", "live"), ("Lesson 10", "30", "recording"),
    ]  # fmt: skip
    assert {(row["Device"], row["Sessions"]) for row in rows["devices"]} == {
        ("desktop", "1"), ("smartphone", "1"), ("other", "1"),
    }  # fmt: skip
    assert {(row["City"], row["Sessions"]) for row in rows["places"]} == {("Kassel", "2")}


def test_whom_an_editor_marks_as_of_the_team_is_told_from_others(school: Stage, viewer: Client, editor: Client) -> None:
    ada_watches(school)
    school.play(visitor="stranger")
    everyone = "/viewers/?period=all_time"
    assert "Your team" not in words(viewer.get(everyone))
    assert viewer.post(path("ada"), {"team": "yes"}).status_code == 403
    assert "Mark as your team" not in words(viewer.get(path("ada")))
    assert editor.post(path("ada"), {"team": "yes"})["Location"] == path("ada")
    shown = viewer.get(everyone).context["page"].viewers.rows
    assert {row.face.label: row.face.is_team for row in shown} == {"Ada Lovelace": True, mark_of("stranger"): False}
    assert words(viewer.get(everyone)).count("Your team") == 1
    lines = csv.DictReader(io.StringIO(viewer.get(f"{everyone}&csv=viewers").content.decode("utf-8-sig")))
    assert {line["Key"]: line["Your team"] for line in lines} == {"ada": "yes", "stranger": "no"}
    assert "Not one of your team" in words(editor.get(path("ada")))
    editor.post(path("ada"), {"team": "no"})
    assert "Your team" not in words(viewer.get(everyone))


def test_an_anonymous_viewer_has_a_mark_and_no_identity(school: Stage, viewer: Client) -> None:
    school.play(visitor="stranger")
    response = viewer.get(path("stranger"))
    assert response.context["page"].face.label == mark_of("stranger")
    assert response.context["page"].identity == ()
    assert "Anonymous: this browser never said who was watching." in words(response)


def test_a_period_without_the_viewer_says_so(school: Stage, viewer: Client) -> None:
    school.play(visitor="ada", identity=ADA)
    response = viewer.get(path("ada", "?from=2020-01-01&to=2020-01-02"))
    assert response.status_code == 200
    assert "Nothing in this period" in words(response)
    assert f'href="{path("ada")}"' in response.content.decode()
    narrowed = viewer.get(path("ada", "?filter=country:in:AQ"))
    assert "that passes all filters" in words(narrowed)


def test_a_deleted_videos_sessions_are_still_the_viewers(school: Stage, viewer: Client) -> None:
    school.play(visitor="ada", duration=60)
    Video.objects.filter(pk=school.video.pk).delete()
    response = viewer.get(path("ada"))
    (row,) = response.context["page"].videos.rows
    assert (row.title, row.public_id, row.width) == ("A video that was deleted", "", 50)
    assert "A video that was deleted" in words(response)


def test_an_unknown_key_and_another_workspaces_are_the_same_404(school: Stage, viewer: Client, owner: Client) -> None:
    other = staged("Other")
    other.play(visitor="theirs", identity=ADA)
    school.play(visitor="crawler", bot=True)
    for key in ("theirs", "nobody", "crawler", "a/b", "nul\0"):
        answers = [client.get(path(key)) for client in (viewer, owner)]
        assert [answer.status_code for answer in answers] == [404, 404], key
        assert "theirs" not in answers[0].content.decode()
    assert owner.post(path("theirs")).status_code == 302
    assert ViewingSession.objects.filter(visitor="theirs").count() == 1


@pytest.mark.parametrize(
    "key",
    ["a/b", "a/", "/", ".", "..", "../x", "progress", "lists/new", "key:x", "key:", "100%", "a b?c#d", "Ünï\n", "%2F"],
)
def test_any_key_that_a_page_gave_has_its_own_page(school: Stage, viewer: Client, key: str) -> None:
    school.play(visitor=key)
    address = path(key)
    assert address.startswith("/viewers/")
    assert "/../" not in address
    assert "/./" not in address
    response = viewer.get(address)
    assert response.status_code == 200
    assert response.context["page"].key == key
    assert key_in(unquote(address.removeprefix("/viewers/").removesuffix("/"))) == key


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Ada Lovelace", "AL"),
        ("ada.b.lovelace@example.com", "AL"),
        ("Özlem", "Ö"),
        ("=1 b", "B"),
        ("4711", "4"),
        ("", ""),
    ],
)
def test_initials(name: str, initials: str) -> None:
    assert initials_of(name) == initials


def test_hostile_names_and_titles_are_text(school: Stage, owner: Client) -> None:
    evil = "</title></script><script>alert(1)</script><img src=x onerror=alert(2)>"
    Video.objects.filter(pk=school.video.pk).update(title=evil, thumbnail_url='/" onerror="a(3)')
    school.play(visitor="v", identity={"name": evil, "email": evil, "org": {"name": evil, "title": evil}}, city=evil)
    for query in ("", "?erase"):
        body = owner.get(path("v", query)).content.decode()
        assert "<script>alert" not in body
        assert "<img src=x" not in body
        assert 'onerror="' not in body


def test_owners_alone_may_erase_and_are_asked_first(
    school: Stage, viewer: Client, editor: Client, owner: Client
) -> None:
    school.play(visitor="ada", identity=ADA)
    school.play(visitor="ben", identity={"email": "ben@example.com"})
    people_list_create(school.workspace, "Class", ["ada@example.com", "ben@example.com"])
    for client in (viewer, editor):
        assert "Erase" not in words(client.get(path("ada")))
        assert "Erase" not in words(client.get(path("ada", "?erase")))
        assert client.post(path("ada")).status_code == 403
    assert "Erase this viewer" in words(owner.get(path("ada")))
    assert "Erase Ada Lovelace?" in words(owner.get(path("ada", "?erase")))
    assert ViewingSession.objects.filter(visitor="ada").count() == 1
    answer = owner.post(path("ada"), follow=True)
    assert answer.redirect_chain == [("/viewers/", 302)]
    assert "The viewer is erased, with 1 session and all that was known of them." in words(answer)
    assert ViewingSession.objects.filter(visitor="ada").count() == 0
    assert not Visitor.objects.filter(key="ada").exists()
    assert owner.get(path("ada")).status_code == 404
    assert ViewingSession.objects.filter(visitor="ben").count() == 1
    assert PeopleList.objects.get().emails == ["ben@example.com"]


def test_nothing_is_erased_while_sessions_wait_on_the_disk(
    school: Stage, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.play(visitor="ada", identity=ADA)
    monkeypatch.setattr("analytics.erasure.Spool.waits", lambda spool: True)
    answer = owner.post(path("ada"), follow=True)
    assert "Try again soon." in words(answer)
    assert ViewingSession.objects.filter(visitor="ada").count() == 1


@pytest.mark.parametrize("several", [1, 25])
def test_a_page_asks_as_often_whatever_was_watched(
    school: Stage, owner: Client, django_assert_num_queries: Any, several: int
) -> None:
    for number in range(several):
        video = Video.objects.create(workspace=school.workspace, title=f"V{number}")
        school.play(MOMENT + timedelta(minutes=number), visitor="ada", identity=ADA, video=video.public_id)
    with django_assert_num_queries(10, exact=False), django_assert_num_queries(7, using="clickhouse"):
        owner.get(path("ada"))


@pytest.mark.parametrize("role", list(Role))
def test_every_member_may_look(school: Stage, role: Role) -> None:
    school.play(visitor="ada")
    assert member(school.workspace, role).get(path("ada")).status_code == 200
    assert Client().get(path("ada")).status_code == 302
    assert conftest.member(None).get(path("ada")).status_code == 403
