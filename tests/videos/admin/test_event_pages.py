"""What is special about events, talks, streams and registrations."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.videos.admin.conftest import Shelf
from videos.models import Event, Registration, Stream, Talk, User, Workspace
from videos.services import event_create, registration_create, talk_create, video_create

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.videos.urls")]


def errors_of(answer: Any) -> dict[str, list[str]]:
    return answer.context["adminform"].form.errors


def listed(client: Client, path: str) -> list[str]:
    return [row.public_id for row in client.get(f"/admin/videos/{path}").context["cl"].result_list]


def talks_body(event: Event, *talks: dict[str, Any]) -> dict[str, Any]:
    initial = sum("id" in talk for talk in talks)
    body = {"name": event.name, "talks-TOTAL_FORMS": len(talks), "talks-INITIAL_FORMS": initial}
    for number, talk in enumerate(talks):
        body |= {f"talks-{number}-{name}": value for name, value in talk.items()}
        body[f"talks-{number}-event"] = event.pk
    return body


def test_talks_are_added_changed_and_removed_with_their_event(
    as_editor: Client, shelf: Shelf, workspace: Workspace
) -> None:
    path = f"/admin/videos/event/{shelf.event.pk}/change/"
    new = {
        "title": "Keynote",
        "kind": "workshop",
        "provider": "zoom",
        "stream": shelf.stream.pk,
        "starts_at_0": "2026-07-01",
        "starts_at_1": "09:00:00",
        "ends_at_0": "2026-07-01",
        "ends_at_1": "10:00:00",
    }
    kind = {"kind": "main_stage", "provider": "viewprint"}
    old = {"id": shelf.talk.pk, "title": "Changed", "recording": "", **kind}
    answer = as_editor.post(path, talks_body(shelf.event, old, new))
    assert answer.status_code == 302, answer.context["errors"]
    shelf.talk.refresh_from_db()
    assert (shelf.talk.title, shelf.talk.recording) == ("Changed", None)
    keynote = Talk.objects.get(title="Keynote")
    assert keynote.public_id.startswith("ses_")
    assert (keynote.stream, keynote.kind, keynote.provider) == (shelf.stream, "workshop", "zoom")
    assert keynote.starts_at is not None
    assert keynote.starts_at.isoformat() == "2026-07-01T07:00:00+00:00", "9:00 in the workspace's zone, Berlin"
    gone = talks_body(shelf.event, {"id": keynote.pk, "title": "x", "DELETE": "on"})
    assert as_editor.post(path, gone).status_code == 302
    assert not Talk.objects.filter(pk=keynote.pk).exists()


def test_a_talk_takes_no_other_workspaces_video_and_ends_after_it_starts(
    as_editor: Client, shelf: Shelf, other_shelf: Shelf
) -> None:
    path = f"/admin/videos/event/{shelf.event.pk}/change/"
    talk = {"title": "x", "stream": other_shelf.stream.pk, "starts_at_0": "2026-07-02", "starts_at_1": "09:00:00"}
    talk |= {"ends_at_0": "2026-07-01", "ends_at_1": "09:00:00"}
    answer = as_editor.post(path, talks_body(shelf.event, talk))
    assert answer.status_code == 200
    assert "stream" in answer.context["inline_admin_formsets"][0].formset.errors[0]
    answer = as_editor.post(path, talks_body(shelf.event, talk | {"stream": shelf.stream.pk}))
    assert "ends_at" in answer.context["inline_admin_formsets"][0].formset.errors[0]
    assert Talk.objects.filter(event=shelf.event).count() == 1


def test_a_talks_videos_are_looked_up_in_the_workspace(
    as_editor: Client, client: Client, shelf: Shelf, other_shelf: Shelf
) -> None:
    query = "app_label=videos&model_name=talk&field_name=recording&term=Video"
    found = as_editor.get(f"/admin/autocomplete/?{query}").json()["results"]
    assert [each["id"] for each in found] == [str(shelf.video.pk)]
    assert client.get(f"/admin/autocomplete/?{query}").status_code == 302


@pytest.mark.parametrize(
    ("model", "field"),
    [("talk", "stream"), ("talk", "event"), ("stream", "video"), ("stream", "recording"), ("registration", "talk")],
)
def test_nothing_of_another_workspace_is_offered_or_taken(
    as_editor: Client, shelf: Shelf, other_shelf: Shelf, model: str, field: str
) -> None:
    found = as_editor.get(f"/admin/autocomplete/?app_label=videos&model_name={model}&field_name={field}&term=")
    kind = "video" if field == "recording" else field
    assert [each["id"] for each in found.json()["results"]] == [str(getattr(shelf, kind).pk)]
    body = {"title": "x", "kind": "workshop", "provider": "zoom", "email": "b@example.com"}
    answer = as_editor.post(f"/admin/videos/{model}/add/", body | {field: getattr(other_shelf, kind).pk})
    assert field in errors_of(answer)


def test_members_of_the_workspace_are_an_events_admins(
    as_editor: Client, shelf: Shelf, viewer: User, outsider: User
) -> None:
    path = f"/admin/videos/event/{shelf.event.pk}/change/"
    body = talks_body(shelf.event)
    assert "admins" in errors_of(as_editor.post(path, body | {"admins": [outsider.pk]}))
    assert as_editor.post(path, body | {"admins": [viewer.pk]}).status_code == 302
    assert list(shelf.event.admins.all()) == [viewer]
    assert as_editor.post(path, body).status_code == 302
    assert not shelf.event.admins.exists()
    new = body | {"name": "New", "admins": [viewer.pk], "own_id": ""}
    assert as_editor.post("/admin/videos/event/add/", new).status_code == 302
    assert list(Event.objects.get(name="New").admins.all()) == [viewer]


def test_lists_count_who_registered_and_lead_to_them(as_viewer: Client, shelf: Shelf) -> None:
    registration_create(shelf.talk, email="b@example.com")
    other = talk_create(shelf.event, title="Other", starts_at=None)
    registration_create(other, email="b@example.com")
    page = as_viewer.get("/admin/videos/event/").content.decode()
    assert f'href="/admin/videos/registration/?event={shelf.event.pk}">3</a>' in page
    page = as_viewer.get("/admin/videos/talk/").content.decode()
    assert f'href="/admin/videos/registration/?talk={shelf.talk.pk}">2</a>' in page
    page = as_viewer.get(f"/admin/videos/event/{shelf.event.pk}/change/").content.decode()
    assert f'href="/admin/videos/registration/?talk={other.pk}">1</a>' in page


def test_a_talk_is_added_changed_and_deleted_on_its_own_page(as_editor: Client, shelf: Shelf) -> None:
    body = {
        "event": shelf.event.pk,
        "title": "Alone",
        "kind": "networking",
        "provider": "other",
        "recording": shelf.video.pk,
        "own_id": "ses_alone",
    }
    assert as_editor.post("/admin/videos/talk/add/", body).status_code == 302
    talk = Talk.objects.get(public_id="ses_alone")
    assert (talk.event, talk.title, talk.kind, talk.recording) == (shelf.event, "Alone", "networking", shelf.video)
    path = f"/admin/videos/talk/{talk.pk}/change/"
    change = {"title": "Changed", "kind": "workshop", "provider": "voxeet", "stream": shelf.stream.pk}
    assert as_editor.post(path, change).status_code == 302
    talk.refresh_from_db()
    assert (talk.title, talk.kind, talk.stream, talk.recording) == ("Changed", "workshop", shelf.stream, None)
    bad = change | {
        "starts_at_0": "2026-07-02",
        "starts_at_1": "09:00",
        "ends_at_0": "2026-07-01",
        "ends_at_1": "09:00",
    }
    assert "ends_at" in errors_of(as_editor.post(path, bad))
    far = change | {"starts_at_0": "9999-12-31", "starts_at_1": "23:59"}
    assert "starts_at" in errors_of(as_editor.post(path, far))
    assert as_editor.post(f"/admin/videos/talk/{talk.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Talk.objects.filter(pk=talk.pk).exists()


def test_talks_are_found_by_title_event_kind_and_provider(as_viewer: Client, shelf: Shelf) -> None:
    zoom = talk_create(event_create(shelf.event.workspace, name="Other"), title="Zoomed", provider="zoom")
    for query, talks in {
        "": {shelf.talk, zoom},
        "q=zoomed": {zoom},
        "q=other": {zoom},
        f"event={shelf.event.pk}": {shelf.talk},
        "provider__exact=zoom": {zoom},
        "kind__exact=workshop": set(),
        "event=x": set(),
    }.items():
        assert (query, set(listed(as_viewer, f"talk/?{query}"))) == (query, {talk.public_id for talk in talks})


def test_a_stream_is_added_recorded_and_deleted(as_editor: Client, shelf: Shelf, workspace: Workspace) -> None:
    video = video_create(workspace, title="Live")
    taken = as_editor.post("/admin/videos/stream/add/", {"video": shelf.video.pk})
    assert "video" in errors_of(taken), "a video is of one stream"
    body = {"video": video.pk, "recording": "", "own_id": "strm_new"}
    assert as_editor.post("/admin/videos/stream/add/", body).status_code == 302
    stream = Stream.objects.get(public_id="strm_new")
    assert (stream.video, stream.recording) == (video, None)
    path = f"/admin/videos/stream/{stream.pk}/change/"
    assert as_editor.post(path, {"recording": shelf.video.pk, "video": shelf.video.pk}).status_code == 302
    stream.refresh_from_db()
    assert (stream.video, stream.recording) == (video, shelf.video)
    assert as_editor.post(f"/admin/videos/stream/{stream.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Stream.objects.filter(pk=stream.pk).exists()
    video.refresh_from_db()


def test_somebody_is_registered_changed_and_taken_off(as_editor: Client, shelf: Shelf) -> None:
    body = {"talk": shelf.talk.pk, "email": "New@Example.com", "name": "New"}
    body |= {"registered_at_0": "2026-06-01", "registered_at_1": "12:00"}
    assert as_editor.post("/admin/videos/registration/add/", body).status_code == 302
    row = Registration.objects.get(email="new@example.com")
    assert row.registered_at.isoformat() == "2026-06-01T10:00:00+00:00"
    again = errors_of(as_editor.post("/admin/videos/registration/add/", body))
    assert again == {"email": ["This address is registered for the talk already."]}
    path = f"/admin/videos/registration/{row.pk}/change/"
    assert "email" in errors_of(as_editor.post(path, body | {"email": "ADA@example.com"}))
    assert "email" in errors_of(as_editor.post(path, body | {"email": "nobody"}))
    assert "registered_at" in errors_of(as_editor.post(path, body | {"registered_at_0": "1969-06-01"}))
    assert as_editor.post(path, body | {"email": "b@example.com", "name": ""}).status_code == 302
    row.refresh_from_db()
    assert (row.email, row.name) == ("b@example.com", "")
    assert as_editor.post(f"/admin/videos/registration/{row.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Registration.objects.filter(pk=row.pk).exists()


def test_registrations_are_found_by_person_talk_and_event(as_viewer: Client, shelf: Shelf, other_shelf: Shelf) -> None:
    other = talk_create(event_create(shelf.event.workspace, name="Other"), title="Other")
    bob = registration_create(other, email="bob@example.com", name="Robert")
    ada = shelf.registration
    for query, rows in {
        "": {ada, bob},
        "q=ROBERT": {bob},
        "q=ada@": {ada},
        f"talk={other.pk}": {bob},
        f"event={shelf.event.pk}": {ada},
        f"event={shelf.event.pk}&talk={other.pk}": set(),
        f"talk={other_shelf.talk.pk}": set(),
        f"event={other_shelf.event.pk}": set(),
        "talk=x": set(),
    }.items():
        found = set(listed(as_viewer, f"registration/?{query}"))
        assert (query, found) == (query, {row.public_id for row in rows})


def test_the_talk_whose_list_one_comes_from_is_filled_in(as_editor: Client, shelf: Shelf, other_shelf: Shelf) -> None:
    for talk, offered in ((shelf.talk, shelf.talk), (other_shelf.talk, None)):
        page = as_editor.get(f"/admin/videos/registration/add/?_changelist_filters=talk%3D{talk.pk}")
        assert page.context["adminform"].form.initial.get("talk") == offered
    assert as_editor.get("/admin/videos/registration/add/?_changelist_filters=talk%3D" + "9" * 30).status_code == 200


def test_an_events_page_asks_few_questions_for_each_talk(as_viewer: Client, as_editor: Client, shelf: Shelf) -> None:
    def asked(client: Client) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/admin/videos/event/{shelf.event.pk}/change/").status_code == 200
        return len(queries)

    asked(as_viewer)  # Django looks the content types up once in a process
    few = asked(as_viewer), asked(as_editor)
    for number in range(5):
        talk_create(shelf.event, title=f"T{number}", stream=shelf.stream, recording=shelf.video)
    # Whoever may edit has the name of each talk's stream and recording looked up by the field that offers others.
    assert (asked(as_viewer), asked(as_editor)) == (few[0], few[1] + 10)
