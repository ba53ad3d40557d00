"""Workspaces that hold some of everything, small and large."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from analytics.models import ViewingSession, Visitor
from analytics.periods import period_named
from exports.models import About, Format, Report, Schedule, Status
from exports.schedule_times import Timing
from exports.services.reports import ReportOrder, report_create
from exports.services.schedule_runs import schedule_run_now
from exports.services.schedules import ScheduleOrder, schedule_create
from tests.analytics.api.everywhere.calls import Call
from tests.analytics.worlds import sessions_load
from tests.oracle import catalog as oracle
from tests.oracle.sampling import random_sessions
from videos.models import DeliveryState, HookDelivery, Role, Video, Webhook, Workspace
from videos.services import (
    event_create,
    folder_create,
    member_add,
    project_create,
    registration_create,
    stream_create,
    talk_create,
    template_create,
    user_invited,
    video_create,
    webhook_create,
    webhook_test,
)
from videos.services.webhooks import MOST_WEBHOOKS
from videos.tokens import token_create

NOW = datetime.fromisoformat("2025-10-01T00:00:00+00:00")
FAR = datetime(2199, 12, 31, tzinfo=UTC)
# An id of each kind that nothing has.
UNKNOWN = {
    **{kind: f"{kind[:4]}_0000000000" for kind in ("project", "folder", "template", "event", "report")},
    "schedule": "sched_0000000000",
    "export": "export_0000000000",
    "running_export": "export_0000000001",
    "video": "vid_0000000000",
    "another_video": "vid_0000000001",
    "talk": "ses_0000000000",
    "stream": "strm_0000000000",
    "registration": "reg_0000000000",
    "webhook": "hook_0000000000",
    "message": "msg_0000000000",
    "visitor": "nobody",
    "nobody": "nobody",
    "session": "01925b00-0000-7000-8000-00000000ffff",
    "public_token": "pub_none",
    "email": "nobody@example.com",
    "password": "wrong",
}
PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class World:
    """A workspace, an id of each kind of thing in it, and two of its tokens."""

    workspace: Workspace
    ids: dict[str, str]
    reads: str
    writes: str

    def token(self, call: Call) -> str:
        return self.writes if call.scope == "write" else self.reads

    def send(self, call: Call, headers: dict[str, str] | None = None, **other_ids: str) -> Any:
        """Return the answer to a call with a token that may; `other_ids` take the place of this world's."""
        own = {"Authorization": f"Bearer {self.token(call)}"} if call.scope else {}
        return send(call, {**self.ids, **other_ids}, {**own, **(headers or {})})


def send(call: Call, ids: dict[str, str], headers: dict[str, str], **changes: Any) -> Any:
    arguments = {**call.arguments(ids), **changes}
    answer: Any = Client(raise_request_exception=False).generic(headers=headers, **arguments)
    if not answer.streaming:
        return answer
    return HttpResponse(b"".join(answer.streaming_content), status=answer.status_code, headers=answer.headers)


@contextmanager
def undone() -> Iterator[None]:
    """Take back what is changed in the catalog within."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def without_ids(answer: Any, ids: dict[str, str]) -> tuple[int, Any, str]:
    """Return what an answer says, with the ids that it was asked for left out."""
    text = answer.content.decode()
    for one in sorted(ids.values(), key=len, reverse=True):
        text = text.replace(one, "…")
    return answer.status_code, answer.get("Content-Type"), re.sub(r"/[\w/…-]*", "/", text)


def world_of(name: str, size: int) -> World:
    """Return a new workspace with `size` things of each kind, and 20 times as many sessions."""
    workspace = Workspace.objects.create(name=name, timezone="Europe/Berlin")
    member_add(workspace, user_invited(f"owner@{name}.example.com", PASSWORD)[0], Role.OWNER)
    projects = [project_create(workspace, name=f"Project {n}") for n in range(size)]
    folders = [folder_create(workspace, name=f"Folder {n}", project=projects[0]) for n in range(size)]
    folders += [folder_create(workspace, name=f"In {each.name}", parent=each) for each in folders]
    templates = [template_create(workspace, name=f"Template {n}") for n in range(size)]
    videos = [
        video_create(workspace, title=f"Video {n}", duration=60 + n, folder=folders[n % 2], template=templates[0])
        for n in range(size + 1)
    ]
    events = [event_create(workspace, name=f"Event {n}") for n in range(size)]
    streams = [stream_create(workspace, video=video, recording=videos[-1]) for video in videos[:-1]]
    talks = [talk_create(events[0], title=f"Talk {n}", stream=stream) for n, stream in enumerate(streams)]
    registrations = [registration_create(talks[0], email=f"person{n}@example.com") for n in range(size)]
    order = ReportOrder(period_named("all_time", workspace.zone, NOW))
    reports = [report_create(workspace, order) for _ in range(size)]
    schedules = _schedules(workspace, size)
    exports = _exports(workspace, size)
    webhooks = _webhooks(workspace, size)
    _sessions(workspace, videos, 20 * size)
    session = ViewingSession.objects.filter(workspace_id=workspace.pk, video_id=videos[0].pk, bot=False).first()
    assert session is not None
    people = Visitor.objects.filter(workspace=workspace).values_list("key", flat=True)
    # In every world a known person, where there is one: of an anonymous viewer less is asked.
    known = ViewingSession.objects.filter(workspace_id=workspace.pk, visitor__in=list(people), bot=False).first()
    rows: dict[str, Any] = {
        "project": projects[0],
        "folder": folders[0],
        "template": templates[0],
        "video": videos[0],
        "event": events[0],
        "talk": talks[0],
        "stream": streams[0],
        "registration": registrations[0],
        "report": reports[0],
        "schedule": schedules[0],
        "export": exports[0],
        "running_export": exports[-1],
        "another_video": videos[-1],
        "webhook": webhooks[0],
        "message": webhooks[0].deliveries.first(),
    }
    return World(
        workspace,
        {
            **{kind: row.public_id for kind, row in rows.items()},
            "session": str(session.id),
            "visitor": (known or session).visitor,
            "nobody": f"{name}-nobody",
            "public_token": workspace.public_token,
            "email": f"owner@{name}.example.com",
            "password": PASSWORD,
        },
        token_create(workspace, "Reads", ["read"])[1],
        token_create(workspace, "Writes", ["write"])[1],
    )


def _schedules(workspace: Workspace, size: int) -> list[Schedule]:
    """Return schedules that have run once, each with `size` recipients."""
    emails = tuple(f"recipient{n}@{workspace.name}.example.com" for n in range(size))
    timing = Timing("weekly", 7, weekday=0)
    schedules = [
        schedule_create(workspace, ScheduleOrder(f"Schedule {n}", "last_week", timing, emails)) for n in range(size)
    ]
    for schedule in schedules:
        _completed(schedule_run_now(schedule))
    return schedules


def _exports(workspace: Workspace, size: int) -> list[Report]:
    """Return exports of analytics, the last of which is not begun before long."""
    order = ReportOrder(period_named("all_time", workspace.zone, NOW), about=About.ACCOUNT, format=Format.JSON)
    *finished, running = [report_create(workspace, order) for _ in range(size)]
    for export in finished:
        _completed(export)
    Report.objects.filter(pk=running.pk).update(due_at=FAR)
    return [*finished, running]


def _webhooks(workspace: Workspace, size: int) -> list[Webhook]:
    """Return webhooks, the first of which has been told `size` things."""
    url = f"https://{workspace.name}.example.com/hook"
    webhooks = [
        webhook_create(workspace, url=url, events=["visitor.identified"]) for _ in range(min(size, MOST_WEBHOOKS - 2))
    ]
    for _ in range(size):
        webhook_test(webhooks[0])
    HookDelivery.objects.filter(webhook=webhooks[0]).update(
        status=DeliveryState.DELIVERED, response_status=204, attempts=1, due_at=None
    )
    return webhooks


def _completed(report: Report) -> None:
    Report.objects.filter(pk=report.pk).update(
        status=Status.COMPLETED, progress=100, rows=1, size=100, finished_at=report.created_at, expires_at=FAR
    )


def _sessions(workspace: Workspace, videos: list[Video], count: int) -> None:
    """Import sessions of as many visitors, half of them known by name, on all of the videos."""
    known = oracle.Catalog(
        workspace.timezone, tuple(oracle.Video(video.public_id, Decimal(video.duration or 0)) for video in videos)
    )
    lines = random_sessions(workspace.pk, count, known)
    for number, line in enumerate(lines):
        line["visitor"] = f"{workspace.name}-{number}"
        line["video"] = videos[number % len(videos)].public_id if number else videos[0].public_id
        if number % 2:
            line["identity"] = {"email": f"person{number}@{workspace.name}.example.com", "name": f"Person {number}"}
    sessions_load(workspace, {video.public_id: video.public_id for video in videos}, lines)
