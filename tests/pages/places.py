"""Every page that members open, with its address in a workspace that has something of each kind to show."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from django.urls import URLResolver, get_resolver
from django.utils import timezone

from analytics.context import Context, all_time
from analytics.models import PeopleList, Segment, SharedPage, TeamViewer, ViewingSession, Visitor
from exports.services.reports import ReportOrder, report_create
from tests.analytics.pages.conftest import NOW, World, world_made
from tests.analytics.worlds import sessions_load
from tests.exports.scheduling import scheduled
from tests.oracle.sampling import random_sessions
from videos.models import (
    Event,
    Folder,
    Membership,
    Project,
    Registration,
    Role,
    Stream,
    Talk,
    Template,
    User,
    Video,
    Workspace,
)
from videos.services import invitation_create, webhook_create, webhook_test
from videos.tokens import token_create

# Names of addresses that are no page of a member's: what forms send to, files, parts of pages, and what those open who
# are not signed in.
NO_PAGES = {
    "pages": {
        "library_rename", "library_move", "library_move_back", "library_delete", "watching", "delete_list",
        "filter_values", "segment_create", "segment_rename", "segment_delete", "shared", "shared_page_end",
    },
    "videos": {
        "embed", "script", "media", "invitation", "password_mailed", "password_changed", "new_password", "member_role",
        "remove_member", "resend_invitation", "withdraw_invitation", "revoke_token", "pause_webhook", "resume_webhook",
        "renew_webhook_secret", "test_webhook", "redeliver", "switch",
    },
    "exports": {
        "referrers", "progress", "download", "unsubscribe", "pause_schedule", "resume_schedule", "run_schedule",
        "again", "cancel",
    },
}  # fmt: skip

# A word that breaks nowhere by itself.
LONG = "long" * 40


def names_of_pages() -> set[str]:
    """Return the names of all addresses of the dashboard, the settings and the reports, but for NO_PAGES."""

    def walk(patterns: Any, space: str) -> Iterator[tuple[str, str]]:
        for each in patterns:
            if isinstance(each, URLResolver):
                yield from walk(each.url_patterns, space or each.namespace or "")
            elif space in NO_PAGES:
                yield space, each.name

    return {f"{space}:{name}" for space, name in walk(get_resolver().url_patterns, "") if name not in NO_PAGES[space]}


def full_world() -> World:
    """Return a new workspace that has something of each kind to show."""
    world = world_made(7, 100)
    grow(world, 0)
    return world


def grow(world: World, turn: int) -> None:
    """Let the world have more of everything that a page could list: two of each, and sessions."""
    workspace = world.workspace
    for number in range(2):
        name = f"{turn}.{number}"
        project = Project.objects.create(workspace=workspace, name=f"Project {name}")
        folder = Folder.objects.create(workspace=workspace, project=project, name=f"Folder {name}")
        nested = Folder.objects.create(workspace=workspace, project=project, parent=folder, name=f"Nested {name}")
        template = Template.objects.create(workspace=workspace, name=f"Template {name}")
        for place in (folder, nested):
            fields: dict[str, Any] = {"project": project, "folder": place, "template": template, "duration": 60}
            video = Video.objects.create(workspace=workspace, title=f"Video {name}", **fields)
        stream = Stream.objects.create(workspace=workspace, video=video)
        event = Event.objects.create(workspace=workspace, name=f"Event {name}")
        for hour in range(2):
            starts_at = NOW - timedelta(days=3, hours=hour)
            talk = Talk.objects.create(event=event, title=f"Talk {hour}", stream=stream, starts_at=starts_at)
            Registration.objects.create(talk=talk, email=f"{name}@example.com")
        PeopleList.objects.create(workspace=workspace, name=f"List {name}", emails=[f"{name}@example.com"])
        Segment.objects.create(workspace=workspace, name=f"Segment {name}", filters=["country:in:DE"])
        ends_at = timezone.now() + timedelta(days=7)
        SharedPage.objects.create(workspace=workspace, title=f"Share {name}", path="/", ends_at=ends_at)
        TeamViewer.objects.create(workspace=workspace, key=f"team {name}")
        person = {"email": f"{name}@example.com", "identity_digest": name, "identifying_session": uuid4()}
        Visitor.objects.create(workspace=workspace, key=f"key {name}", first_seen_at=NOW, **person)
        webhook_test(webhook_create(workspace, url=f"https://example.com/{LONG}/{name}", events=["video.created"]))
        user = User.objects.create_user(email=f"{name}@example.com", password="correct horse battery")
        Membership.objects.create(user=user, workspace=workspace, role=Role.VIEWER)
        scheduled(workspace, user, name=f"Schedule {name}")
        invitation_create(workspace, f"{LONG[:50]}.{name}@example.com", Role.VIEWER)
        token_create(workspace, f"Token {name}")
        report_create(workspace, ReportOrder(all_time(Context(workspace)), fields=("title", "views")), user=user)
    sessions_load(workspace, world.ids, random_sessions(100 + turn, 100, world.catalog, end=NOW))


def addresses_of(workspace: Workspace) -> dict[str, str]:
    """Return the address of each page by its name; where it is about one thing, the oldest of its kind."""
    project, folder, video, template, event = (
        getattr(workspace, kind).earliest("pk") for kind in ("projects", "folders", "videos", "templates", "events")
    )
    talk, people = event.talks.earliest("pk"), workspace.people_lists.earliest("pk")
    webhook, schedule = workspace.webhooks.earliest("pk"), workspace.schedules.earliest("pk")
    visitor = ViewingSession.objects.filter(workspace_id=workspace.pk, bot=False).order_by("id")[0].visitor
    return {
        "pages:overview": "/",
        "pages:project": f"/projects/{project.public_id}/",
        "pages:folder": f"/folders/{folder.public_id}/",
        "pages:library": "/library/",
        "pages:library_project": f"/library/projects/{project.public_id}/",
        "pages:library_folder": f"/library/folders/{folder.public_id}/",
        "pages:library_embed": f"/library/videos/{video.public_id}/embed",
        "pages:library_new_project": "/library/new-project",
        "pages:library_new_folder": f"/library/new-folder?in={project.public_id}",
        "pages:library_new_video": "/library/new-video",
        "pages:video": f"/videos/{video.public_id}/",
        "pages:viewers": "/viewers/",
        "pages:viewer": f"/viewers/{quote(visitor)}/",
        "pages:progress": f"/viewers/progress/?list={people.public_id}",
        "pages:new_list": "/viewers/lists/new",
        "pages:list": f"/viewers/lists/{people.public_id}/",
        "pages:events": "/events/",
        "pages:event": f"/events/{event.public_id}/",
        "pages:talk": f"/events/{event.public_id}/talks/{talk.public_id}/",
        "pages:templates": "/templates/",
        "pages:template": f"/templates/{template.public_id}/",
        "pages:live": "/live/",
        "pages:why": "/why/views/",
        "pages:shared_pages": "/shared/",
        "pages:segments": "/segments/",
        "pages:setup": "/setup/",
        "videos:workspace": "/settings/workspace",
        "videos:members": "/settings/members",
        "videos:tokens": "/settings/tokens",
        "videos:webhooks": "/settings/webhooks",
        "videos:new_webhook": "/settings/webhooks/new",
        "videos:webhook": f"/settings/webhooks/{webhook.public_id}",
        "videos:edit_webhook": f"/settings/webhooks/{webhook.public_id}/edit",
        "videos:delete_webhook": f"/settings/webhooks/{webhook.public_id}/delete",
        "exports:reports": "/reports/",
        "exports:new": "/reports/new",
        "exports:schedules": "/reports/schedules",
        "exports:new_schedule": "/reports/schedules/new",
        "exports:schedule": f"/reports/schedules/{schedule.public_id}",
        "exports:edit_schedule": f"/reports/schedules/{schedule.public_id}/edit",
        "exports:delete_schedule": f"/reports/schedules/{schedule.public_id}/delete",
    }
