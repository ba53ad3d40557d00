from __future__ import annotations

import pytest

from tests.videos.services.looking import fields_of
from videos import services
from videos.errors import Invalid
from videos.models import Membership, Registration, Role, Stream, User, Workspace
from videos.services import video_create

pytestmark = pytest.mark.django_db


def test_a_talk_is_watched_later_as_its_own_recording_else_as_its_streams(workspace: Workspace) -> None:
    live, kept, cut = (video_create(workspace, title=title) for title in ("live", "kept", "cut"))
    stream = services.stream_create(workspace, video=live)
    talk = services.talk_create(services.event_create(workspace, name="E"), title="T", stream=stream)
    assert talk.recorded is None
    services.stream_record(stream, kept)
    assert talk.recorded == kept
    services.talk_update(talk, recording=cut)
    assert talk.recorded == cut


def test_a_video_is_of_one_stream(workspace: Workspace) -> None:
    video = video_create(workspace, title="V")
    services.stream_create(workspace, video=video)
    with pytest.raises(Invalid) as error:
        services.stream_create(workspace, video=video)
    assert fields_of(error) == ["video"]


def test_a_stream_takes_videos_of_its_own_workspace(workspace: Workspace, other_workspace: Workspace) -> None:
    theirs, ours = video_create(other_workspace, title="V"), video_create(workspace, title="V")
    with pytest.raises(Invalid) as error:
        services.stream_create(workspace, video=theirs, recording=theirs)
    assert fields_of(error) == ["video", "recording"]
    stream = services.stream_create(workspace, video=ours)
    with pytest.raises(Invalid):
        services.stream_record(stream, theirs)


def test_a_talk_takes_no_other_workspaces_stream_and_no_unknown_kind(
    workspace: Workspace, other_workspace: Workspace
) -> None:
    stream = services.stream_create(other_workspace, video=video_create(other_workspace, title="V"))
    event = services.event_create(workspace, name="E")
    with pytest.raises(Invalid) as error:
        services.talk_create(event, title="T", stream=stream, kind="party", provider="carrier pigeon")
    assert sorted(fields_of(error)) == ["kind", "provider", "stream"]


def test_deleting_a_stream_leaves_its_videos_and_talks(workspace: Workspace) -> None:
    video = video_create(workspace, title="V")
    stream = services.stream_create(workspace, video=video, recording=video)
    talk = services.talk_create(services.event_create(workspace, name="E"), title="T", stream=stream)
    services.stream_delete(stream)
    talk.refresh_from_db()
    video.refresh_from_db()
    assert (talk.stream, Stream.objects.count()) == (None, 0)


def test_an_address_registers_once_for_a_talk_in_whatever_case(workspace: Workspace) -> None:
    event = services.event_create(workspace, name="E")
    first, second = (services.talk_create(event, title=title) for title in "AB")
    services.registration_create(first, email=" Ann@Example.com ", name="Ann")
    services.registration_create(second, email="ann@example.com")
    with pytest.raises(Invalid) as error:
        services.registration_create(first, email="ann@example.com")
    assert "registered for the talk already" in str(error.value)
    bob = services.registration_create(first, email="bob@example.com")
    with pytest.raises(Invalid):
        services.registration_update(bob, email="ANN@example.com")
    with pytest.raises(Invalid) as error:
        services.registration_create(first, email="nobody")
    assert fields_of(error) == ["email"]
    services.registration_update(bob, name="Bob")
    services.registration_delete(bob)
    assert list(Registration.objects.filter(talk=first).values_list("email", "name")) == [("ann@example.com", "Ann")]


def test_an_events_admins_are_members(workspace: Workspace, viewer: User, outsider: User) -> None:
    event = services.event_create(workspace, name="E")
    services.event_admins_set(event, [viewer])
    with pytest.raises(Invalid) as error:
        services.event_admins_set(event, [viewer, outsider])
    assert outsider.email in str(error.value)
    assert list(event.admins.all()) == [viewer]


def test_who_leaves_the_workspace_is_no_events_admin_there_any_more(
    workspace: Workspace, other_workspace: Workspace, viewer: User
) -> None:
    services.member_add(other_workspace, viewer, Role.VIEWER)
    events = [services.event_create(place, name="E") for place in (workspace, other_workspace)]
    for event in events:
        services.event_admins_set(event, [viewer])
    services.member_remove(Membership.objects.get(user=viewer, workspace=workspace))
    assert [list(event.admins.all()) for event in events] == [[], [viewer]]


def test_deleting_an_event_takes_its_registrations(workspace: Workspace) -> None:
    event = services.event_create(workspace, name="E")
    services.registration_create(services.talk_create(event, title="T"), email="ann@example.com")
    services.event_delete(event)
    assert not Registration.objects.exists()
