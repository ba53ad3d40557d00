"""The schedules' pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from exports.links import download_token
from exports.models import Report, Schedule, Status
from exports.services.reports import report_cancel
from exports.services.schedule_runs import schedule_run_now, schedules_run
from exports.services.schedules import recipient_unsubscribe
from tests.exports.conftest import DATABASES, build
from tests.exports.scheduling import due_at, scheduled
from videos.models import Folder, Project, Role, User, Video, Workspace
from videos.services import member_add

pytestmark = pytest.mark.django_db(databases=DATABASES)
SignedIn = Callable[[User], Client]


@pytest.fixture
def schedule(workspace: Workspace, owner: User) -> Schedule:
    Video.objects.create(workspace=workspace, title="A")
    return scheduled(workspace, owner)


@pytest.fixture
def at_desk(editor: User, signed_in: SignedIn) -> Client:
    return signed_in(editor)


def url(schedule: Schedule, action: str = "") -> str:
    return f"/reports/schedules/{schedule.public_id}{action}"


def text(response: Any) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def filled(**more: Any) -> dict[str, Any]:
    form = {
        "name": "Monthly numbers",
        "period": "last_month",
        "frequency": "monthly",
        "weekday": "2",
        "month_day": "31",
        "hour": "18",
        "recipients": "anna@example.com, ben@example.com\n cleo@example.com",
        "columns": ["views", "title"],
        "format": "xlsx",
        "breakdown": "",
        "skips_unchanged": "on",
    }
    return {**form, **more}


def test_the_list_says_what_when_to_whom_and_how_it_went(at_desk: Client, schedule: Schedule) -> None:
    page = text(at_desk.get("/reports/schedules"))
    for words in ("Weekly numbers", "Last week", "Every Monday at 07:00 (Europe/Berlin)", "2 subscribed", "None yet"):
        assert words in page
    recipient_unsubscribe(schedule.recipients.all()[0])
    due_at(schedule, timezone.now())
    schedules_run(timezone.now())
    build(Report.objects.get())
    page = text(at_desk.get("/reports/schedules"))
    for words in ("1 subscribed", "1 unsubscribed", "Ready"):
        assert words in page
    Schedule.objects.update(next_run_at=None)
    assert "Paused" in text(at_desk.get("/reports/schedules"))


def test_without_schedules_the_list_says_what_they_are(at_desk: Client) -> None:
    page = text(at_desk.get("/reports/schedules"))
    assert "No schedules yet" in page
    assert 'href="/reports/schedules/new"' in page
    assert 'href="/reports/schedules"' in text(at_desk.get("/reports/"))


def test_a_schedule_is_made_by_the_form(at_desk: Client, editor: User) -> None:
    page = text(at_desk.get("/reports/schedules/new"))
    assert "Europe/Berlin" in page
    assert '<option value="custom"' not in page
    response = at_desk.post("/reports/schedules/new", filled(), follow=True)
    schedule = Schedule.objects.get()
    assert response.redirect_chain == [(url(schedule), 302)]
    assert "on the 31st of every month, or its last day, at 18:00 (Europe/Berlin)" in text(response)
    assert (schedule.created_by, schedule.period_name, schedule.format) == (editor, "last_month", "xlsx")
    assert (schedule.fields, schedule.skips_unchanged) == (["title", "views"], True)
    assert schedule.recipients.count() == 3


def test_the_form_begins_with_what_the_report_form_names(at_desk: Client, workspace: Workspace) -> None:
    project = Project.objects.create(workspace=workspace, name="Films")
    folder = Folder.objects.create(workspace=workspace, project=project, name="Drama")
    page = text(
        at_desk.get(
            f"/reports/schedules/new?folder={folder.public_id}&period=custom&format=xlsx&column=views&column=title"
        )
    )
    assert re.search(rf'value="{folder.public_id}"[^>]* checked', page)
    assert '<option value="last_month" selected>' in page
    assert len(re.findall(r'name="columns" value="\w+" checked', page)) == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": "", "recipients": "anna@example.com"}, "Give the schedule a name; its mails are called by it."),
        ({"recipients": ""}, "A schedule needs somebody"),
        ({"name": "", "recipients": "nobody"}, "&#x27;nobody&#x27; is not an e-mail address."),
        ({"columns": []}, "Choose at least one field."),
        ({"hour": "24"}, "24 is not one of the available choices"),
        ({"period": "custom"}, "custom is not one of the available choices"),
    ],
)
def test_what_is_wrong_is_said_in_the_form(at_desk: Client, change: dict[str, Any], words: str) -> None:
    assert words in text(at_desk.post("/reports/schedules/new", filled(**change)))
    assert not Schedule.objects.exists()


def test_a_schedule_is_changed_by_the_form(at_desk: Client, schedule: Schedule) -> None:
    recipient_unsubscribe(schedule.recipients.get(email="ben@example.com"))
    page = text(at_desk.get(url(schedule, "/edit")))
    assert 'value="Weekly numbers"' in page
    assert "only they can undo: ben@example.com" in page
    assert '<option value="0" selected>Monday</option>' in page
    assert url(schedule) in at_desk.post(url(schedule, "/edit"), filled(breakdown="")).headers["Location"]
    schedule.refresh_from_db()
    assert (schedule.name, schedule.frequency, schedule.month_day) == ("Monthly numbers", "monthly", 31)
    refused = at_desk.post(url(schedule, "/edit"), filled(name="Other", recipients="x"))
    assert "not an e-mail address" in text(refused)
    schedule.refresh_from_db()
    assert schedule.name == "Monthly numbers"


def test_pausing_resuming_and_running_now(at_desk: Client, schedule: Schedule) -> None:
    page = text(at_desk.post(url(schedule, "/pause"), follow=True))
    assert "The schedule is paused." in page
    assert "Resume" in page
    page = text(at_desk.post(url(schedule, "/resume"), follow=True))
    assert "Pause" in page
    page = text(at_desk.post(url(schedule, "/run"), follow=True))
    assert "A report is being made" in page
    assert 'hx-trigger="every 2s"' in page
    page = text(at_desk.post(url(schedule, "/run"), follow=True))
    assert "being made already" in page
    assert Report.objects.get().created_by.email == "editor@example.com"  # type: ignore[union-attr]


def test_running_now_says_why_it_cannot(at_desk: Client, workspace: Workspace) -> None:
    project = Project.objects.create(workspace=workspace, name="Films")
    schedule = scheduled(workspace, projects=(project.public_id,))
    project.delete()
    page = text(at_desk.post(url(schedule, "/run"), follow=True))
    assert f"There is no project &#x27;{project.public_id}&#x27;" in page
    assert not Report.objects.exists()


def test_the_pages_warn_of_a_schedule_whose_folder_has_gone(at_desk: Client, workspace: Workspace) -> None:
    project = Project.objects.create(workspace=workspace, name="Films")
    folder = Folder.objects.create(workspace=workspace, project=project, name="Drama")
    schedule = scheduled(workspace, folders=(folder.public_id,))
    pages = ("/reports/schedules", url(schedule))
    assert not any("has been deleted" in text(at_desk.get(page)) for page in pages)
    folder.delete()
    assert all("has been deleted" in text(at_desk.get(page)) for page in pages)


def test_deleting_asks_first(at_desk: Client, schedule: Schedule) -> None:
    assert "It will run no more" in text(at_desk.get(url(schedule, "/delete")))
    assert Schedule.objects.exists()
    page = text(at_desk.post(url(schedule, "/delete"), follow=True))
    assert "is deleted" in page
    assert not Schedule.objects.exists()


def test_the_history_has_links_failures_and_what_was_not_mailed(
    at_desk: Client, workspace: Workspace, owner: User
) -> None:
    schedule = scheduled(workspace, skips_unchanged=True)
    reports = []
    for number in range(4):
        if number < 3:
            due_at(schedule, timezone.now())
            schedules_run(timezone.now())
        else:
            schedule_run_now(schedule, user=owner)
        reports.append(Report.objects.latest("pk"))
        if number == 2:
            report_cancel(reports[-1])
        else:
            build(reports[-1])
    Report.objects.filter(pk=reports[0].pk).update(expires_at=timezone.now() - timedelta(days=1))
    page = text(at_desk.get(url(schedule)))
    for words in (
        "The link has expired",
        "Nothing changed, not mailed",
        "Canceled",
        "By hand: owner@example.com",
        f"/reports/download/{download_token(reports[1])}",
        f"/reports/download/{download_token(reports[3])}",
    ):
        assert words in page
    assert download_token(reports[0]) not in page
    Report.objects.filter(pk=reports[1].pk).update(status=Status.FAILED, error="The folder has gone.")
    assert "The folder has gone." in text(at_desk.get(url(schedule)))


def test_viewers_read_and_do_not_change(viewer: User, signed_in: SignedIn, schedule: Schedule) -> None:
    client = signed_in(viewer)
    for path in ("/reports/schedules", url(schedule)):
        page = text(client.get(path))
        assert "Weekly numbers" in page
        assert "Run now" not in page
        assert "New schedule" not in page
    for path in ("/reports/schedules/new", url(schedule, "/edit"), url(schedule, "/delete")):
        assert client.get(path).status_code == 403
        assert client.post(path, filled()).status_code == 403
    for action in ("/pause", "/resume", "/run"):
        assert client.post(url(schedule, action)).status_code == 403
    schedule.refresh_from_db()
    assert (schedule.name, schedule.is_paused) == ("Weekly numbers", False)
    assert not Report.objects.exists()


def test_another_workspaces_schedule_does_not_exist(outsider: User, signed_in: SignedIn, schedule: Schedule) -> None:
    client = signed_in(outsider)
    assert "Weekly numbers" not in text(client.get("/reports/schedules"))
    for path in (url(schedule), url(schedule, "/edit"), url(schedule, "/delete")):
        assert client.get(path).status_code == 404
    for action in ("/edit", "/delete", "/pause", "/resume", "/run"):
        assert client.post(url(schedule, action), filled()).status_code == 404
    assert Schedule.objects.get() == schedule


def test_who_is_not_signed_in_sees_nothing(client: Client, schedule: Schedule) -> None:
    for path in ("/reports/schedules", "/reports/schedules/new", url(schedule)):
        assert client.get(path)["Location"].startswith("/admin/login/")
    assert client.post(url(schedule, "/run")).status_code == 302
    assert not Report.objects.exists()


def test_actions_want_a_post(at_desk: Client, schedule: Schedule) -> None:
    for action in ("/pause", "/resume", "/run"):
        assert at_desk.get(url(schedule, action)).status_code == 405


def test_the_number_of_questions_does_not_grow_with_schedules_and_runs(
    at_desk: Client, workspace: Workspace, schedule: Schedule
) -> None:
    def run_all() -> None:
        Schedule.objects.update(next_run_at=timezone.now())
        schedules_run(timezone.now())

    run_all()

    def count(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            text(at_desk.get(path))
        return len(queries)

    paths = ("/reports/schedules", url(schedule))
    few = [count(path) for path in paths]
    assert max(few) <= 12
    for number in range(4):
        scheduled(workspace, name=f"Another {number}")
    for _ in range(3):
        run_all()
    assert [count(path) for path in paths] == few


def test_making_a_scheduled_report_again_mails_only_whoever_asks(
    at_desk: Client, schedule: Schedule, owner: User
) -> None:
    report = schedule_run_now(schedule, user=owner)
    build(report)
    at_desk.post(f"/reports/{report.public_id}/again")
    again = Report.objects.latest("pk")
    assert again != report
    assert [each.email for each in again.deliveries.all()] == ["editor@example.com"]


def test_an_expired_link_is_made_again_by_a_member_who_looks_at_another_workspace(
    owner: User, signed_in: SignedIn, schedule: Schedule, other_workspace: Workspace
) -> None:
    report = schedule_run_now(schedule, user=owner)
    build(report)
    Report.objects.update(expires_at=timezone.now())
    member_add(other_workspace, owner, Role.VIEWER)
    client = signed_in(owner)
    client.get(f"/workspaces/{other_workspace.pk}/switch")
    client.post(f"/workspaces/{other_workspace.pk}/switch")
    response = client.get(f"/reports/download/{download_token(report)}")
    assert response.status_code == 410
    assert "Generate it again" in response.content.decode()
    assert client.post(f"/reports/{report.public_id}/again", follow=True).status_code == 200
    assert Report.objects.count() == 2


def test_an_expired_link_leads_back_after_the_sign_in(client: Client, schedule: Schedule, owner: User) -> None:
    report = schedule_run_now(schedule, user=owner)
    build(report)
    Report.objects.update(expires_at=timezone.now())
    path = f"/reports/download/{download_token(report)}"
    page = client.get(path).content.decode()
    sign_in = f"/admin/login/?next={path}"
    assert sign_in in page
    form = {"username": "owner@example.com", "password": "correct horse battery"}
    assert client.post(sign_in, form)["Location"] == path
    assert "Generate it again" in client.get(path).content.decode()
