"""The pages of events: their numbers are the API's, and plain counting's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.analytics.api.events.conftest import MOMENT, Stage, staged
from tests.analytics.pages.conftest import member
from tests.analytics.pages.test_pages import text, words
from videos.models import Event, Provider, Registration, Role, Talk, TalkKind, Workspace

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])


@dataclass
class Show:
    """An event with a talk that was played live and later, one that Zoom shows, and one that nobody has seen."""

    stage: Stage
    client: Client
    keynote: Talk
    zoom: Talk
    later: Talk

    @property
    def path(self) -> str:
        return f"/events/{self.stage.event.public_id}/"

    def talk_path(self, talk: Talk) -> str:
        return f"{self.path}talks/{talk.public_id}/"


@pytest.fixture
def show(db: None) -> Show:
    stage = staged(Workspace.objects.create(name="Stage", timezone="Europe/Berlin"))
    live, kept = stage.video(duration=2700), stage.video(duration=2700)
    times = {"starts_at": MOMENT, "ends_at": MOMENT + timedelta(minutes=45)}
    keynote = stage.talk(live, kept, title="Keynote", **times)
    zoom = stage.talk(stage.video(), title="Clinic", kind=TalkKind.BREAKOUT, provider=Provider.ZOOM)
    later = stage.talk(title="Tables", kind=TalkKind.NETWORKING, starts_at=MOMENT + timedelta(hours=1))
    for number in range(4):
        Registration.objects.create(talk=keynote, email=f"p{number}@example.com")
    Registration.objects.create(talk=zoom, email="p0@example.com")
    # `play` starts a session a minute: anna and ben overlap from 9:02 to 9:04, ben and carl for a minute from 9:03.
    stage.play(live, visitor="anna", elapsed=180, stretches=[[0, 180]])
    stage.play(live, visitor="ben", elapsed=120, stretches=[[0, 20]])
    stage.play(live, visitor="carl", elapsed=300, stretches=[[0, 100]])
    stage.play(kept, visitor="anna", live=False, stretches=[[0, 40]])
    stage.play(kept, visitor="dora", live=False, stretches=[[0, 20]])
    return Show(stage, member(stage.workspace), keynote, zoom, later)


def figures(body: str) -> dict[str, str]:
    return dict(re.findall(r'data-metric="(\w+)".*?<data class="vp-tile-value" value="([^"]*)"', body, re.DOTALL))


def test_a_talks_numbers_are_those_of_the_event_sessions_api(show: Show) -> None:
    keys = (
        "session_id", "registered_user_count", "attendee_count", "avg_attended_duration", "live_views",
        "recording_views", "watch_time",
    )  # fmt: skip
    answered = [tuple(one[key] for key in keys) for one in show.stage.sessions(expand="watch_time")]
    table = show.client.get(show.path).context["page"].talks.table
    assert [(record[1], *record[6:]) for record in table.records] == answered
    assert answered[0][1:] == (4, 3, 100, 2, 1, 360)
    for number, talk in enumerate((show.keynote, show.later, show.zoom)):
        shown = figures(text(show.client.get(show.talk_path(talk))))
        values = [float(shown[name]) if shown[name] else None for name in (
            "registered", "attendees", "average_attended", "live_views", "recording_views")]  # fmt: skip
        assert values == list(answered[number][1:6])


def test_the_list_counts_people_once_an_event(show: Show) -> None:
    page = show.client.get("/events/").context["page"]
    (record,) = page.events.table.records
    # p0 registered for two talks; anna saw one of them twice.
    assert record[4:] == (3, 4, 3, 2, 1)
    assert page.events.lines[0].detail == "1 June 2026"
    event = figures(text(show.client.get(show.path)))
    assert (event["talks"], event["registered"], event["attendees"], event["average_attended"]) == (
        "3",
        "4",
        "3",
        "100.0",
    )


def test_the_curve_of_a_talk_counts_who_is_there_and_marks_the_peak(show: Show) -> None:
    response = show.client.get(show.talk_path(show.keynote))
    chart = response.context["page"].concurrency
    assert [(f"{moment:%H:%M}", most) for moment, most in chart.table.records] == [
        ("11:01", 1), ("11:02", 2), ("11:03", 3), ("11:04", 1), ("11:05", 1), ("11:06", 1), ("11:07", 1),
    ]  # fmt: skip
    assert figures(text(response))["peak_concurrent"] == "3"
    assert "At the peak, at 11:03:00 on 1 June 2026, 3 viewers were there at once" in words(response)
    peak = chart.figure["data"][2]
    assert (f"{peak['x'][0]:%H:%M}", peak["y"]) == ("11:03", [3])
    shade = chart.figure["layout"]["shapes"][0]
    assert (f"{shade['x0']:%H:%M}", f"{shade['x1']:%H:%M}") == ("11:00", "11:45")


def test_the_way_from_registering_to_watching_is_said_in_words(show: Show) -> None:
    said = words(show.client.get(show.talk_path(show.keynote)))
    assert "4 people registered. 3 people attended the live stream, 75 % of the number registered." in said
    assert "They watched 1 m 40 s on average of the talk’s 45 minutes." in said
    assert "2 people looked at the recording for 5 seconds or more, 1 of whom had not watched it live" in said
    assert "1 view reached 30 seconds." in said
    recorded = show.client.get(show.talk_path(show.keynote)).context["page"].recording
    assert sum(record[1] for record in recorded.table.records) == 1


def test_what_nobody_can_know_is_a_dash_with_its_reason(show: Show) -> None:
    body = text(show.client.get(show.path))
    reason = "Zoom’s player tells nobody what was watched."
    assert body.count(f'title="{reason}"') == 3
    assert body.count('title="Nobody attended, so there is no average."') == 1
    said = words(show.client.get(show.talk_path(show.zoom)))
    assert "1 person registered. Zoom’s player tells nobody who watched." in said
    assert reason in said
    assert "Nobody was there at once" in said


def test_files_have_the_raw_values(show: Show) -> None:
    lines = text(show.client.get(f"{show.path}?csv=talks")).lstrip("\ufeff").splitlines()
    assert lines[0].endswith("Registered,Attendees,Average attended (s),Live views,Recording views,Watch time (s)")
    times = "2026-06-01T09:00:00Z,2026-06-01T09:45:00Z"
    assert lines[1] == f"Keynote,{show.keynote.public_id},main_stage,viewprint,{times},4,3,100,2,1,360"
    assert text(show.client.get(f"{show.talk_path(show.keynote)}?csv=concurrency")).count("\n") == 8
    assert show.client.get(f"{show.path}?csv=nothing").status_code == 404


def test_what_is_another_workspaces_or_another_events_is_not_found(show: Show) -> None:
    theirs = staged(Workspace.objects.create(name="Theirs"))
    own = Event.objects.create(workspace=show.stage.workspace, name="Another")
    talk = theirs.talk(title="Secret")
    assert "Secret" not in text(show.client.get("/events/"))
    for path in (
        f"/events/{theirs.event.public_id}/",
        f"/events/{theirs.event.public_id}/talks/{talk.public_id}/",
        f"{show.path}talks/{talk.public_id}/",
        f"/events/{own.public_id}/talks/{show.keynote.public_id}/",
        "/events/evt_nothing000/",
        "/events/%C3%A9/",
    ):
        assert show.client.get(path).status_code == 404, path
    assert Client().get("/events/").status_code == 302


@pytest.mark.parametrize("role", list(Role))
def test_all_may_look_and_editors_are_offered_to_add(show: Show, role: Role) -> None:
    client = member(show.stage.workspace, role)
    for path in ("/events/", show.path, show.talk_path(show.keynote)):
        assert client.get(path).status_code == 200
    assert ("Add an event" in text(client.get("/events/"))) == (role != Role.VIEWER)


def test_without_events_or_talks_the_pages_teach(db: None) -> None:
    workspace = Workspace.objects.create(name="New")
    client = member(workspace, Role.EDITOR)
    assert "No events yet" in words(client.get("/events/"))
    event = Event.objects.create(workspace=workspace, name="<b>Bold</b><script>alert(1)</script>")
    assert "No talks yet" in words(client.get(f"/events/{event.public_id}/"))
    assert "<script>alert(1)" not in text(client.get("/events/"))


def test_the_pages_ask_as_often_whatever_the_number_of_talks(show: Show, django_assert_num_queries: Any) -> None:
    paths = (("/events/", 8, 1), (show.path, 10, 4), (show.talk_path(show.keynote), 9, 7))
    for more in (0, 12):
        for number in range(more):
            talk = show.stage.talk(show.stage.video(), title=f"More {number}")
            Registration.objects.create(talk=talk, email="more@example.com")
            Event.objects.create(workspace=show.stage.workspace, name=f"Event {number}")
        for path, relational, engine in paths:
            show.client.get(path)
            with django_assert_num_queries(relational), django_assert_num_queries(engine, using="clickhouse"):
                show.client.get(path)
