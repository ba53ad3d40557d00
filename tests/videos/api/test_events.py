"""Events, their talks, and the streams that show them: what is special about each."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from videos.models import Event, Registration, Stream, Talk, User, Video, Workspace
from videos.services import event_create, registration_create, stream_create, talk_create, video_create

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.videos.urls")]


@pytest.fixture
def event(workspace: Workspace) -> Event:
    return event_create(workspace, name="Spring conference")


@pytest.fixture
def stream(workspace: Workspace, video: Video) -> Stream:
    return stream_create(workspace, video=video, recording=video_create(workspace, title="Kept"))


@pytest.fixture
def talk(event: Event, stream: Stream) -> Talk:
    return talk_create(event, title="Keynote", stream=stream)


def errors_of(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.content
    return {error["field"]: error["message"] for error in answer.json()["errors"]}


def test_an_event_is_shown_with_its_admins_and_talks(api: APIClient, event: Event, viewer: User, owner: User) -> None:
    talks = [talk_create(event, title="a").public_id, talk_create(event, title="b").public_id]
    sent = {"admins": [" Viewer@Example.com", owner.email, viewer.email]}
    answer = api.patch(f"/v1/catalog/events/{event.public_id}", sent, format="json")
    assert answer.status_code == 200
    shown = answer.json()
    assert shown.pop("created_at").endswith("Z")
    assert shown == {
        "id": event.public_id,
        "name": "Spring conference",
        "admins": [owner.email, viewer.email],
        "talks": talks,
    }
    cleared = api.patch(f"/v1/catalog/events/{event.public_id}", {"admins": []}, format="json")
    assert cleared.json()["admins"] == []


@pytest.mark.parametrize(
    "admins", ["viewer@example.com", [7], None, {}, ["outsider@example.com"], ["nobody\0@example.com"], ["x"] * 501]
)
def test_admins_are_members_by_their_addresses(
    api: APIClient, event: Event, outsider: User, viewer: User, admins: Any
) -> None:
    answer = api.patch(f"/v1/catalog/events/{event.public_id}", {"name": "x", "admins": admins}, format="json")
    assert list(errors_of(answer)) == ["admins"]
    event.refresh_from_db()
    assert event.name == "Spring conference"
    created = api.post("/v1/catalog/events", {"name": "Other", "admins": admins}, format="json")
    assert list(errors_of(created)) == ["admins"]
    assert Event.objects.count() == 1


def test_another_workspaces_member_is_as_unknown_as_nobody(api: APIClient, event: Event, outsider: User) -> None:
    path = f"/v1/catalog/events/{event.public_id}"
    found = [
        errors_of(api.patch(path, {"admins": [email]}, format="json"))["admins"].replace(email, "…")
        for email in (outsider.email, "nobody@example.com")
    ]
    assert found[0] == found[1]


def test_a_talk_is_created_with_all_it_has(api: APIClient, event: Event, stream: Stream) -> None:
    body = {
        "event": event.public_id,
        "title": "Keynote",
        "kind": "breakout",
        "provider": "vimeo",
        "stream": stream.public_id,
        "recording": stream.video.public_id,
        "starts_at": "2026-07-01T09:00:00+02:00",
        "ends_at": "2026-07-01T08:00:00.5Z",
    }
    answer = api.post("/v1/catalog/talks", body, format="json")
    assert answer.status_code == 201
    shown = answer.json()
    instants = {"starts_at": "2026-07-01T07:00:00.000Z", "ends_at": "2026-07-01T08:00:00.500Z"}
    assert shown == body | instants | {"id": shown["id"]}
    assert api.get(answer["Location"]).json() == shown


def test_a_talk_needs_no_more_than_event_and_title(api: APIClient, event: Event) -> None:
    shown = api.post("/v1/catalog/talks", {"event": event.public_id, "title": "T"}, format="json").json()
    assert shown == {
        "id": shown["id"],
        "event": event.public_id,
        "title": "T",
        "kind": "main_stage",
        "provider": "viewprint",
        "stream": None,
        "recording": None,
        "starts_at": None,
        "ends_at": None,
    }


def test_what_a_talk_has_is_changed_and_taken_away(api: APIClient, talk: Talk) -> None:
    path = f"/v1/catalog/talks/{talk.public_id}"
    first = {"kind": "workshop", "provider": "zoom", "starts_at": "2026-07-01T09:00:00Z"}
    assert api.patch(path, first, format="json").status_code == 200
    shown = api.patch(path, {"stream": None, "starts_at": None}, format="json").json()
    assert {name: shown[name] for name in (*first, "stream")} == {
        "kind": "workshop",
        "provider": "zoom",
        "starts_at": None,
        "stream": None,
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("event", None),
        ("event", 7),
        ("event", "evt_nowhere"),
        ("event", "\0"),
        ("kind", "lecture"),
        ("kind", None),
        ("kind", ["workshop"]),
        ("provider", "YouTube"),
        ("stream", "strm_nowhere"),
        ("stream", "vid_nowhere"),
        ("recording", "vid_nowhere"),
        ("starts_at", "2026-07-01"),
        ("starts_at", "2026-07-01T09:00:00"),
        ("starts_at", "2026-02-29T09:00:00Z"),
        ("starts_at", "1969-12-31T23:59:59Z"),
        ("starts_at", "0001-01-01T00:00:00+14:00"),
        ("ends_at", "9999-12-31T23:59:59-14:00"),
        ("ends_at", "2200-01-01T00:00:00Z"),
        ("starts_at", 1782896400),
        ("starts_at", ""),
        ("starts_at", "now"),
    ],
)
def test_a_bad_value_of_a_talk_is_refused_and_named(api: APIClient, event: Event, field: str, value: Any) -> None:
    body = {"event": event.public_id, "title": "T"} | {field: value}
    assert list(errors_of(api.post("/v1/catalog/talks", body, format="json"))) == [field]
    assert not Talk.objects.exists()


def test_an_unknown_kind_is_refused_with_the_known_ones(api: APIClient, talk: Talk) -> None:
    answer = api.patch(f"/v1/catalog/talks/{talk.public_id}", {"kind": "x", "provider": "x"}, format="json")
    found = errors_of(answer)
    assert "main_stage, breakout, workshop, networking" in found["kind"]
    assert "viewprint, youtube, vimeo, voxeet, tokbox, zoom, facebook, wistia, other" in found["provider"]


def test_all_that_is_wrong_is_told_at_once(api: APIClient) -> None:
    answer = api.post("/v1/catalog/talks", {"kind": "x", "starts_at": "x", "speaker": "x"}, format="json")
    assert set(errors_of(answer)) == {"event", "title", "kind", "starts_at", "speaker"}


def test_a_talk_ends_after_it_starts(api: APIClient, talk: Talk) -> None:
    path = f"/v1/catalog/talks/{talk.public_id}"
    times = {"starts_at": "2026-07-01T10:00:00+02:00", "ends_at": "2026-07-01T09:00:00Z"}
    assert api.patch(path, times, format="json").status_code == 200
    assert list(errors_of(api.patch(path, {"ends_at": "2026-07-01T07:59:59Z"}, format="json"))) == ["ends_at"]


def test_a_talk_stays_in_its_event_and_a_stream_with_its_video(
    api: APIClient, talk: Talk, stream: Stream, workspace: Workspace
) -> None:
    other = event_create(workspace, name="Other")
    found = errors_of(api.patch(f"/v1/catalog/talks/{talk.public_id}", {"event": other.public_id}, format="json"))
    assert found == {"event": "The event is given at creation and stays."}
    body = {"video": video_create(workspace, title="Other").public_id}
    found = errors_of(api.patch(f"/v1/catalog/streams/{stream.public_id}", body, format="json"))
    assert found == {"video": "The video is given at creation and stays."}


def test_what_belongs_to_another_workspace_is_as_unknown_as_what_does_not_exist(
    other_api: APIClient, other_workspace: Workspace, talk: Talk, stream: Stream, event: Event
) -> None:
    own = event_create(other_workspace, name="Own")
    video = stream.video.public_id
    bodies: list[tuple[str, dict[str, Any], str, str]] = [
        ("talks", {"title": "T", "event": event.public_id}, "event", "evt_nowhere"),
        ("talks", {"title": "T", "event": own.public_id, "stream": stream.public_id}, "stream", "strm_nowhere"),
        ("talks", {"title": "T", "event": own.public_id, "recording": video}, "recording", "vid_nowhere"),
        ("streams", {"video": video}, "video", "vid_nowhere"),
        ("registrations", {"email": "a@example.com", "talk": talk.public_id}, "talk", "ses_nowhere"),
    ]
    for kind, body, field, unknown in bodies:
        theirs = errors_of(other_api.post(f"/v1/catalog/{kind}", body, format="json"))
        nobodys = errors_of(other_api.post(f"/v1/catalog/{kind}", body | {field: unknown}, format="json"))
        assert theirs == {field: nobodys[field].replace(unknown, body[field])}


def test_a_stream_is_shown_under_its_videos_title_and_place(api: APIClient, stream: Stream, video: Video) -> None:
    shown = api.get(f"/v1/catalog/streams/{stream.public_id}").json()
    assert shown.pop("created_at").endswith("Z")
    assert stream.recording is not None
    assert video.project is not None
    assert video.folder is not None
    assert shown == {
        "id": stream.public_id,
        "title": "Limits",
        "video": video.public_id,
        "recording": stream.recording.public_id,
        "project": video.project.public_id,
        "folder": video.folder.public_id,
    }


def test_a_streams_recording_is_set_and_taken_away(api: APIClient, stream: Stream, video: Video) -> None:
    path = f"/v1/catalog/streams/{stream.public_id}"
    for recording in (video.public_id, None):
        answer = api.patch(path, {"recording": recording}, format="json")
        assert (answer.status_code, answer.json()["recording"]) == (200, recording)
    assert list(errors_of(api.patch(path, {"recording": "vid_nowhere"}, format="json"))) == ["recording"]
    assert list(errors_of(api.patch(path, {"title": "x"}, format="json"))) == ["title"]


def test_a_video_is_of_one_stream(api: APIClient, stream: Stream) -> None:
    answer = api.post("/v1/catalog/streams", {"video": stream.video.public_id}, format="json")
    assert list(errors_of(answer)) == ["video"]


def test_lists_are_narrowed_by_what_their_rows_belong_to(api: APIClient, talk: Talk, stream: Stream) -> None:
    event = event_create(talk.event.workspace, name="Other")
    other = talk_create(event, title="Other")
    for each in (talk, other):
        registration_create(each, email="a@example.com")
    video = stream.video
    assert video.folder is not None
    assert video.template is not None
    expected = {
        f"talks?event={event.public_id}": [other.public_id],
        f"talks?event={talk.event.public_id}&search=key": [talk.public_id],
        f"talks?event={event.public_id}&search=key": [],
        f"registrations?talk={talk.public_id}": [talk.registrations.get().public_id],
        f"registrations?event={event.public_id}": [other.registrations.get().public_id],
        f"registrations?event={event.public_id}&talk={talk.public_id}": [],
        f"streams?video={video.public_id}": [stream.public_id],
        f"videos?folder={video.folder.public_id}": [video.public_id],
        f"videos?project={video.folder.project.public_id}&template={video.template.public_id}": [video.public_id],
        f"folders?project={video.folder.project.public_id}": [video.folder.public_id],
        f"folders?parent={video.folder.public_id}": [],
    }
    for query, ids in expected.items():
        answer = api.get(f"/v1/catalog/{query}").json()
        assert (query, [one["id"] for one in answer["data"]]) == (query, ids)
        assert answer["pagination"]["total"] == len(ids)


def test_a_folders_videos_are_those_of_the_folders_within_too(api: APIClient, video: Video) -> None:
    answer = api.post("/v1/catalog/folders", {"name": "Inner", "parent": video.folder.public_id}, format="json")  # type: ignore[union-attr]
    api.post("/v1/catalog/videos", {"title": "Within", "folder": answer.json()["id"]}, format="json")
    found = api.get(f"/v1/catalog/videos?folder={video.folder.public_id}").json()  # type: ignore[union-attr]
    assert [one["title"] for one in found["data"]] == ["Limits", "Within"]


@pytest.mark.parametrize(
    "query",
    [
        "talks?event=evt_nowhere",
        "talks?event=%00",
        "registrations?talk=evt_x",
        "registrations?event=x",
        "videos?folder=fold_x",
        "videos?project=%F0%9F%98%80",
        "streams?video=x",
    ],
)
def test_a_list_of_what_belongs_to_nothing_is_refused(api: APIClient, query: str) -> None:
    field = query.partition("?")[2].partition("=")[0]
    assert list(errors_of(api.get(f"/v1/catalog/{query}"))) == [field]


def test_a_list_is_not_narrowed_by_another_workspaces_rows(other_api: APIClient, talk: Talk) -> None:
    registration_create(talk, email="a@example.com")
    for query in (f"talks?event={talk.event.public_id}", f"registrations?talk={talk.public_id}"):
        assert errors_of(other_api.get(f"/v1/catalog/{query}"))


def test_deleting_takes_what_is_within_and_leaves_the_videos(api: APIClient, talk: Talk, stream: Stream) -> None:
    registration_create(talk, email="a@example.com")
    assert api.delete(f"/v1/catalog/streams/{stream.public_id}").status_code == 204
    assert api.get(f"/v1/catalog/talks/{talk.public_id}").json()["stream"] is None
    assert api.delete(f"/v1/catalog/events/{talk.event.public_id}").status_code == 204
    assert not Talk.objects.exists()
    assert not Registration.objects.exists()
    assert Video.objects.count() == 2


def test_numbers_are_no_titles(api: APIClient, event: Event) -> None:
    body = json.dumps({"event": event.public_id, "title": 7})
    answer = api.post("/v1/catalog/talks", body, content_type="application/json")
    assert list(errors_of(answer)) == ["title"]
