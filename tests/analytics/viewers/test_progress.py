"""How far people got with videos: against plain counting, for people seen under several keys, once, or never."""

from __future__ import annotations

from typing import Any

import pytest

from analytics.context import Context, all_time
from analytics.periods import period_of_dates
from analytics.team import team_viewer_mark
from analytics.viewers.history import is_known
from analytics.viewers.progress import FINISHED, NEVER, STARTED, UNFINISHED, Progress, progress_of
from tests.analytics.api.wistia.conftest import MOMENT, Stage, staged
from tests.analytics.viewers.conftest import Audience, introduce
from tests.analytics.viewers.test_history import lengths, watched
from videos.models import Video

pytestmark = [pytest.mark.django_db(databases=["default", "clickhouse"])]


@pytest.fixture
def stage(db: None) -> Stage:
    return staged("Stage")


def progress(stage: Stage, *emails: str, videos: list[Video] | None = None) -> Progress:
    context = Context(stage.workspace)
    return progress_of(context, all_time(context), emails, videos or [stage.video])


def test_every_cell_is_the_oracles_also_where_a_person_has_several_keys(audience: Audience) -> None:
    keys = sorted({one.visitor for one in audience.sessions})
    people = {f"p{number}@example.com": keys[2 * number : 2 * number + 2] for number in range(len(keys) // 2)}
    for email, own in people.items():
        for key in own:
            audience.introduce(key, email=email)
    emails, videos = [*people, "never@example.com"], list(audience.videos.values())
    found = progress_of(audience.context, all_time(audience.context), emails, videos)
    known, names = lengths(audience), list(audience.videos)
    assert [person.email for person in found.people] == emails
    for person in found.people:
        sessions = [one for one in audience.sessions if one.visitor in people.get(person.email, ())]
        for place, name in enumerate(names):
            seen = [one for one in sessions if one.video == name]
            cell = person.cells.get(place)
            if not any(one.played for one in seen):
                assert cell is None
                continue
            expected = watched(seen, known[name])
            assert cell is not None
            assert cell.state == (FINISHED if expected["is_completed"] else STARTED)
            assert cell.share == expected["share"]
        assert person.last_at == max((one.started_at for one in sessions), default=None)
        assert person.finished + person.started == len(person.cells)
    for place, each in enumerate(found.by_video):
        states = [person.cells[place].state for person in found.people if place in person.cells]
        assert (each.finished, each.started) == (states.count(FINISHED), states.count(STARTED))
    assert sum(len(person.cells) for person in found.people) > 30


def test_who_was_never_seen_is_there_and_loading_is_not_watching(stage: Stage) -> None:
    stage.play(plays=0, stretches=[], visitor="looked", identity={"email": "looked@example.com", "name": "Looked"})
    found = progress(stage, "never@example.com", "looked@example.com")
    never, looked = found.people
    assert (never.key, never.name, never.cells, never.last_at) == ("", "", {}, None)
    assert (looked.key, looked.name, looked.cells, looked.last_at) == ("looked", "Looked", {}, MOMENT)
    assert found.state(looked) == NEVER


def test_two_browsers_of_a_person_add_up_and_an_id_more_is_the_same_address(stage: Stage) -> None:
    stage.play(stretches=[[0, 20]], visitor="laptop", identity={"email": "Eve@example.com"})
    stage.play(stretches=[[10, 30]], visitor="phone", identity={"email": "eve@example.com"})
    stage.play(stretches=[[30, 45]], visitor="desk", identity={"id": "7", "email": "other@example.com"})
    introduce(stage.workspace, "desk-2", email="eve@example.com", external_id="8", name="Eve")
    stage.play(stretches=[[25, 36]], visitor="desk-2")
    (eve,) = progress(stage, "eve@example.com").people
    assert eve.cells[0].share == 36 / 60
    assert (eve.key, eve.name) == ("desk-2", "Eve")


def test_finished_is_one_session_that_reached_the_end(stage: Stage) -> None:
    stage.play(stretches=[[0, 56.9]], visitor="a", identity={"email": "a@example.com"})
    stage.play(stretches=[[50, 57]], visitor="b", identity={"email": "b@example.com"})
    a, b = progress(stage, "a@example.com", "b@example.com").people
    assert (a.cells[0].state, b.cells[0].state) == (STARTED, FINISHED)
    assert b.cells[0].share == 7 / 60


def course(stage: Stage) -> Progress:
    """Return the progress of four people with two videos of a minute and one of unknown length."""
    second = Video.objects.create(workspace=stage.workspace, title="Second", duration=60)
    live = Video.objects.create(workspace=stage.workspace, title="Live")
    first = stage.video.public_id

    def plays(person: str, video: str, *stretches: list[float]) -> None:
        stage.play(video=video, visitor=person, identity={"email": f"{person}@x.org"}, stretches=list(stretches))

    for video in (first, second.public_id):
        plays("all", video, [0, 60])
    plays("half", first, [0, 60])
    plays("some", first, [0, 30])
    plays("some", live.public_id, [0, 30])
    emails = ("never@x.org", "all@x.org", "some@x.org", "half@x.org")
    return progress(stage, *emails, videos=[stage.video, second, live])


def shown(found: Progress, show: str = "", sort: str = "progress") -> str:
    return " ".join(person.email.removesuffix("@x.org") for person in found.shown(show, sort))


def test_people_are_narrowed_and_sorted_by_progress(stage: Stage) -> None:
    found = course(stage)
    assert [found.state(person) for person in found.people] == [NEVER, STARTED, STARTED, STARTED]
    assert shown(found) == "never some half all"
    assert shown(found, sort="-progress") == "all half some never"
    assert shown(found, sort="name") == "all half never some"
    assert shown(found, sort="-name") == "some never half all"
    assert shown(found, sort="-last_at").endswith("never")
    assert shown(found, sort="last_at").endswith("never")
    assert shown(found, UNFINISHED) == "never some half all"
    assert shown(found, NEVER) == "never"
    two = Progress(found.people, found.videos[:2], found.measured)
    assert [two.state(person) for person in found.people] == [NEVER, FINISHED, STARTED, STARTED]
    assert shown(two, UNFINISHED) == "never some half"


def test_the_mean_is_over_videos_whose_length_is_known(stage: Stage) -> None:
    found = course(stage)
    means = {person.email: found.mean_share(person) for person in found.people}
    assert means == {"never@x.org": 0, "all@x.org": 1, "some@x.org": 0.25, "half@x.org": 0.5}
    assert found.people[2].cells[2].share is None
    live = Progress(found.people, found.videos[2:])
    assert live.mean_share(found.people[0]) is None


def test_the_period_narrows_and_another_workspace_has_nobody(stage: Stage) -> None:
    stage.play(visitor="eve", identity={"email": "eve@example.com"})
    context = Context(stage.workspace)
    day = MOMENT.astimezone(context.zone).date()
    before = period_of_dates(day.replace(day=1), day.replace(day=day.day - 1), context.zone)
    (eve,) = progress_of(context, before, ["eve@example.com"], [stage.video]).people
    assert (eve.cells, eve.last_at) == ({}, None)
    assert eve.key == "eve"
    other = staged("Other")
    (stranger,) = progress(other, "eve@example.com").people
    assert (stranger.key, stranger.cells) == ("", {})


def test_the_workspaces_own_people_are_shown_where_they_are_named(stage: Stage) -> None:
    team_viewer_mark(stage.workspace, "team")
    stage.workspace.team_left_out = True
    stage.workspace.save()
    stage.play(visitor="team", identity={"email": "team@example.com"})
    (team,) = progress(stage, "team@example.com").people
    assert 0 in team.cells
    assert is_known(Context(stage.workspace), "team")


@pytest.mark.parametrize("people", [1, 40])
def test_statements_do_not_grow_with_people_or_videos(
    audience: Audience, django_assert_num_queries: Any, people: int
) -> None:
    for number, key in enumerate(sorted({one.visitor for one in audience.sessions})[:people]):
        audience.introduce(key, email=f"p{number}@example.com")
    emails, videos = [f"p{number}@example.com" for number in range(people)], list(audience.videos.values())
    context = audience.context
    with django_assert_num_queries(1), django_assert_num_queries(2, using="clickhouse"):
        progress_of(context, all_time(context), emails, videos)
