"""What the list of reports says of each."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from exports.models import Delivery, Report, Status
from exports.services.reports import report_cancel
from tests.exports.conftest import DATABASES, build
from tests.exports.scheduling import scheduled
from videos.models import Folder, Project, User, Video, Workspace

pytestmark = pytest.mark.django_db(databases=DATABASES)
Order = Callable[..., Report]


@pytest.fixture
def browser(owner: User, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(owner)


def listed(client: Client) -> str:
    response = client.get("/reports/")
    assert response.status_code == 200
    page = re.search(r'<div id="reports".*', response.content.decode(), re.DOTALL)
    assert page is not None
    return " ".join(page[0].split())


def changed(report: Report, **values: Any) -> None:
    Report.objects.filter(pk=report.pk).update(**values)


def test_nothing_yet_teaches_how_to_begin(browser: Client) -> None:
    page = listed(browser)
    assert "No reports yet" in page
    assert 'href="/reports/new" data-dialog' in page
    assert "Choose a period" in page


def test_folders_and_projects_are_named_until_they_are_many(
    browser: Client, workspace: Workspace, order_all: Order
) -> None:
    project = Project.objects.create(workspace=workspace, name="Films <b>")
    folders = [Folder.objects.create(workspace=workspace, project=project, name=f"Folder {number}") for number in "123"]
    ids = tuple(folder.public_id for folder in folders)
    order_all()
    order_all(folders=ids[:1])
    order_all(folders=ids, projects=(project.public_id,))
    page = listed(browser)
    assert "The whole workspace" in page
    assert ">Folder 1</span>" in page
    assert "Films &lt;b&gt;, Folder 1 and 2 more" in page
    folders[0].delete()
    page = listed(browser)
    assert ">1 that is gone</span>" in page
    assert "Films &lt;b&gt;, Folder 2, 1 more and 1 that is gone" in page


def test_a_line_has_period_fields_breakdown_format_size_and_rows(
    browser: Client, workspace: Workspace, order_all: Order
) -> None:
    Video.objects.create(workspace=workspace, title="A")
    report = order_all(fields=("title", "views"), breakdown="day", format="xlsx")
    build(report)
    changed(report, rows=1234, size=1_500_000)
    page = listed(browser)
    for words in ("All time", "2 fields · by day · XLSX", "1,234 rows", "1.5 MB", ">Ready<", "Repeat", "Delete"):
        assert words in page


def test_a_report_whose_file_was_deleted_is_told_from_one_that_was_stopped(browser: Client, order_all: Order) -> None:
    unfinished, report = order_all(), order_all()
    build(report)
    report_cancel(unfinished)
    assert ">Canceled<" in listed(browser)
    report_cancel(report)
    assert ">Deleted<" in listed(browser)


def test_deleting_a_finished_report_is_asked_first(
    browser: Client, viewer: User, signed_in: Callable[[User], Client], order_all: Order
) -> None:
    report, unfinished = order_all(), order_all()
    build(report)
    path = f"/reports/{report.public_id}/cancel"
    assert f'href="{path}"' in listed(browser)
    asked = browser.get(path).content.decode()
    assert "Delete the report?" in asked and "its link no longer opens" in asked
    assert "Cancel the report?" in browser.get(f"/reports/{unfinished.public_id}/cancel").content.decode()
    report.refresh_from_db()
    assert report.status == Status.COMPLETED
    assert signed_in(viewer).get(path).status_code == 403
    assert "is deleted" in browser.post(path, follow=True).content.decode()
    report.refresh_from_db()
    assert (report.status, str(report.file)) == (Status.CANCELED, "")
    assert "There is nothing to delete" in browser.get(path).content.decode()


def test_a_failure_says_why_and_can_be_repeated(browser: Client, order_all: Order) -> None:
    changed(order_all(), status=Status.FAILED, error="The folder <x> has gone.")
    page = listed(browser)
    assert "The folder &lt;x&gt; has gone." in page
    assert "/again" in page
    assert "/cancel" not in page


def test_a_report_that_waits_for_its_turn_says_so(browser: Client, order_all: Order) -> None:
    changed(order_all(), is_waiting=True)
    page = listed(browser)
    assert "Waiting for its turn" in page
    assert "<progress" not in page
    assert "/cancel" in page


def test_a_scheduled_report_names_its_schedule_and_says_where_nothing_changed(
    browser: Client, workspace: Workspace, owner: User, order_all: Order
) -> None:
    schedule = scheduled(workspace, owner)
    Video.objects.create(workspace=workspace, title="A")
    report = order_all()
    build(report)
    changed(report, schedule=schedule, is_unchanged=True)
    page = listed(browser)
    assert f'href="/reports/schedules/{schedule.public_id}">{schedule.name}</a>' in page
    assert "Nothing changed, not mailed" in page


def test_exports_of_analytics_say_what_they_are_about(browser: Client, workspace: Workspace, order_all: Order) -> None:
    video = Video.objects.create(workspace=workspace, title="A <film>")
    order_all(about="video", subject=video.public_id, format="json", emails=())
    order_all(about="account", format="csv", emails=())
    page = listed(browser)
    assert "Analytics of the video “A &lt;film&gt;”" in page
    assert "Analytics of the workspace" in page
    assert "· JSON" in page


def test_a_mail_that_could_not_be_sent_is_told_of(browser: Client, order_all: Order) -> None:
    report = order_all()
    Delivery.objects.filter(report=report).update(error="refused", attempts=1)
    assert "The mail to reader@example.com could not be sent yet." in listed(browser)


def test_years_are_said_where_they_are_others(browser: Client, workspace: Workspace, order_all: Order) -> None:
    changed(order_all(), created_at=timezone.now() - timedelta(days=800))
    year = (timezone.now() - timedelta(days=800)).astimezone(workspace.zone).year
    assert re.search(rf"\d+ [A-Z][a-z]{{2}} {year}, \d\d:\d\d", listed(browser))


def test_many_kinds_of_reports_take_as_many_questions_as_few(
    browser: Client,
    workspace: Workspace,
    owner: User,
    order_all: Order,
    django_assert_num_queries: Any,
) -> None:
    project = Project.objects.create(workspace=workspace, name="P")
    folders = [Folder.objects.create(workspace=workspace, project=project, name=f"F{number}") for number in range(6)]
    schedule = scheduled(workspace, owner)

    def order(folder: Folder) -> None:
        report = order_all(folders=(folder.public_id,), projects=(project.public_id,))
        changed(report, schedule=schedule, created_by=owner)

    order(folders[0])
    listed(browser)
    with django_assert_num_queries(8) as few:
        listed(browser)
    for folder in folders[1:]:
        order(folder)
    with django_assert_num_queries(len(few)):
        listed(browser)
