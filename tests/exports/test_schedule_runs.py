"""Schedules whose time has come: one report each, failures told, what has not changed not mailed."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from exports.models import Delivery, Report, Schedule, Status
from exports.schedule_times import Timing
from exports.services import schedule_runs
from exports.services.schedule_runs import schedule_run_now, schedules_run
from exports.services.schedules import (
    recipient_unsubscribe,
    schedule_order,
    schedule_pause,
    schedule_resume,
    schedule_update,
)
from exports.tasks import delivery_task, report_build_task
from tests.exports.building import finished
from tests.exports.conftest import DATABASES, build
from tests.exports.scheduling import due_at, mails, next_run_of, plain, scheduled
from videos.errors import Invalid
from videos.models import Folder, Membership, Project, Role, User, Video, Workspace
from videos.services import workspace_update

pytestmark = pytest.mark.django_db(databases=DATABASES)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def folder(workspace: Workspace) -> Folder:
    project = Project.objects.create(workspace=workspace, name="Films")
    return Folder.objects.create(workspace=workspace, project=project, name="Drama")


def test_a_due_schedule_orders_a_report_of_the_period_as_it_is_then(workspace: Workspace, owner: User) -> None:
    schedule = scheduled(workspace, owner, format="xlsx")
    now = datetime(2026, 3, 30, 5, 0, 30, tzinfo=UTC)  # Monday, 07:00:30 in Berlin's summer, which began yesterday
    due_at(schedule, now.replace(second=0))
    assert schedules_run(now) == 1
    assert schedules_run(now) == 0
    report = Report.objects.get()
    assert (report.schedule, report.created_by, report.format) == (schedule, None, "xlsx")
    assert (str(report.period.first_on), str(report.period.last_on)) == ("2026-03-23", "2026-03-29")
    assert report.fields == ["title", "views"]
    assert [each.email for each in report.deliveries.all()] == ["anna@example.com", "ben@example.com"]
    schedule.refresh_from_db()
    assert schedule.last_run_at == now
    assert schedule.next_run_at == datetime(2026, 4, 6, 5, 0, tzinfo=UTC)


def test_runs_that_were_missed_are_made_up_for_once(workspace: Workspace) -> None:
    schedule = scheduled(workspace, timing=Timing("daily", 7))
    now = datetime(2026, 5, 20, 12, 0, tzinfo=UTC)
    due_at(schedule, now - 10 * DAY)
    assert [schedules_run(now + n * MINUTE) for n in range(3)] == [1, 0, 0]
    schedule.refresh_from_db()
    assert schedule.next_run_at == datetime(2026, 5, 21, 5, 0, tzinfo=UTC)
    assert Report.objects.count() == 1


def test_another_time_zone_of_the_workspace_moves_the_next_run(workspace: Workspace) -> None:
    daily, due, paused = (scheduled(workspace, timing=Timing("daily", 7)) for _ in range(3))
    now = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)
    due_at(daily, datetime(2026, 1, 11, 6, 0, tzinfo=UTC))
    due_at(due, now)
    schedule_pause(paused)
    workspace_update(workspace, timezone="Asia/Kathmandu")
    assert schedules_run(now) == 1  # what was due in the old zone is not lost
    for schedule in (daily, due):
        schedule.refresh_from_db()
        assert schedule.next_run_at == datetime(2026, 1, 11, 1, 15, tzinfo=UTC)
    paused.refresh_from_db()
    assert paused.is_paused
    schedule_resume(paused)
    assert next_run_of(paused).endswith("07:00")


def test_a_schedule_that_changes_while_it_is_looked_at_does_not_run(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule = scheduled(workspace)
    due_at(schedule, timezone.now() - MINUTE)
    run_if_first = schedule_runs._run_if_first

    def paused_first(seen: Schedule, now: datetime) -> bool:
        schedule_pause(schedule)
        return run_if_first(seen, now)

    monkeypatch.setattr(schedule_runs, "_run_if_first", paused_first)
    assert schedules_run(timezone.now()) == 0
    assert not Report.objects.exists()


def test_a_schedule_that_cannot_run_keeps_no_other_from_running(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken, sound = scheduled(workspace), scheduled(workspace, name="Sound")
    now = timezone.now()
    due_at(broken, now - DAY)
    due_at(sound, now - MINUTE)
    report_create = schedule_runs.report_create

    def failing(*args: Any, schedule: Schedule, **more: Any) -> Report:
        if schedule == broken:
            raise RuntimeError("a fault of ours")
        return report_create(*args, schedule=schedule, **more)

    with monkeypatch.context() as patch:
        patch.setattr(schedule_runs, "report_create", failing)
        assert schedules_run(now) == 1
    assert f"schedule={broken.public_id} could not run" in caplog.text
    assert schedules_run(now) == 1  # it has stayed due
    assert set(Report.objects.values_list("schedule__name", flat=True)) == {"Sound", "Weekly numbers"}


def test_whoever_has_unsubscribed_gets_no_delivery(workspace: Workspace) -> None:
    schedule = scheduled(workspace)
    anna, ben = schedule.recipients.all()
    recipient_unsubscribe(anna)
    due_at(schedule, timezone.now())
    schedules_run(timezone.now())
    assert [each.recipient for each in Delivery.objects.all()] == [ben]


def test_unsubscribing_counts_for_a_report_that_is_being_built_or_mailed(workspace: Workspace) -> None:
    schedule = scheduled(workspace)
    anna, ben = schedule.recipients.all()
    due_at(schedule, timezone.now())
    schedules_run(timezone.now())
    recipient_unsubscribe(anna)
    build(Report.objects.get())
    assert [each.email for each in Delivery.objects.exclude(due_at=None)] == [ben.email]
    recipient_unsubscribe(ben)
    assert not Delivery.objects.exclude(due_at=None).exists()


class TestFailures:
    def run(self, schedule: Schedule, django_capture_on_commit_callbacks: Any) -> Report:
        due_at(schedule, timezone.now() - MINUTE)
        with django_capture_on_commit_callbacks():
            assert schedules_run(timezone.now()) == 1
        return Report.objects.latest("pk")

    def test_a_schedule_whose_folder_is_gone_says_so_and_goes_on(
        self, workspace: Workspace, owner: User, folder: Folder, django_capture_on_commit_callbacks: Any
    ) -> None:
        schedule = scheduled(workspace, owner, folders=(folder.public_id,))
        folder.delete()
        report = self.run(schedule, django_capture_on_commit_callbacks)
        assert report.status == Status.FAILED
        assert report.error == f"There is no folder '{folder.public_id}' in this workspace."
        told = report.deliveries.exclude(due_at=None).values_list("email", flat=True)
        assert set(told) == {"anna@example.com", "ben@example.com", "owner@example.com"}
        schedule.refresh_from_db()
        assert schedule.next_run_at and schedule.next_run_at > timezone.now()
        with pytest.raises(Invalid):
            schedule_run_now(schedule, user=owner)

    def test_the_owners_are_told_where_whoever_made_it_may_not_mend_it(
        self, workspace: Workspace, editor: User, folder: Folder, django_capture_on_commit_callbacks: Any
    ) -> None:
        schedule = scheduled(workspace, editor, folders=(folder.public_id,), emails=("anna@example.com",))
        folder.delete()
        report = self.run(schedule, django_capture_on_commit_callbacks)
        assert report.deliveries.filter(email=editor.email).exists()
        Membership.objects.filter(user=editor).update(role=Role.VIEWER)
        report = self.run(schedule, django_capture_on_commit_callbacks)
        told = set(report.deliveries.values_list("email", flat=True))
        assert told == {"anna@example.com", "owner@example.com"}

    def test_an_owner_who_has_unsubscribed_is_left_alone(
        self, workspace: Workspace, owner: User, folder: Folder, django_capture_on_commit_callbacks: Any
    ) -> None:
        schedule = scheduled(workspace, owner, folders=(folder.public_id,), emails=("Owner@example.com",))
        recipient_unsubscribe(schedule.recipients.get())
        folder.delete()
        assert not self.run(schedule, django_capture_on_commit_callbacks).deliveries.exists()

    def test_a_folder_that_goes_while_the_report_waits_is_told_the_same_way(
        self, workspace: Workspace, owner: User, folder: Folder, django_capture_on_commit_callbacks: Any
    ) -> None:
        schedule = scheduled(workspace, owner, folders=(folder.public_id,))
        report = self.run(schedule, django_capture_on_commit_callbacks)
        folder.delete()
        build(report)
        assert report.status == Status.FAILED
        assert report.deliveries.exclude(due_at=None).count() == 3


class TestUnchanged:
    @pytest.fixture
    def video(self, workspace: Workspace) -> Video:
        return Video.objects.create(workspace=workspace, title="First title")

    def run(self, schedule: Schedule) -> Report:
        due_at(schedule, timezone.now())
        schedules_run(timezone.now())
        report = Report.objects.latest("pk")
        build(report)
        return report

    def is_mailed(self, report: Report) -> bool:
        return report.deliveries.exclude(due_at=None).exists()

    def test_a_table_that_has_not_changed_is_not_mailed(self, workspace: Workspace, video: Video) -> None:
        schedule = scheduled(workspace, skips_unchanged=True)
        first, second = self.run(schedule), self.run(schedule)
        assert first.digest == second.digest != ""
        assert (first.is_unchanged, self.is_mailed(first)) == (False, True)
        assert (second.is_unchanged, self.is_mailed(second), second.status) == (True, False, Status.COMPLETED)
        Video.objects.update(title="Second title")
        third, fourth = self.run(schedule), self.run(schedule)
        assert (third.is_unchanged, self.is_mailed(third)) == (False, True)
        assert fourth.is_unchanged

    def test_other_columns_are_a_change(self, workspace: Workspace, video: Video) -> None:
        schedule = scheduled(workspace, skips_unchanged=True, fields=("views",))
        self.run(schedule)
        schedule_update(schedule, replace(schedule_order(schedule), fields=("visitors",)))
        assert not self.run(schedule).is_unchanged

    def test_a_failed_run_between_does_not_count(self, workspace: Workspace, video: Video) -> None:
        schedule = scheduled(workspace, skips_unchanged=True)
        self.run(schedule)
        failed = self.run(schedule)
        Report.objects.filter(pk=failed.pk).update(status=Status.FAILED)
        assert self.run(schedule).is_unchanged

    def test_who_asks_by_hand_gets_the_mail(self, workspace: Workspace, video: Video, owner: User) -> None:
        schedule = scheduled(workspace, skips_unchanged=True)
        self.run(schedule)
        report = schedule_run_now(schedule, user=owner)
        build(report)
        assert (report.is_unchanged, self.is_mailed(report)) == (False, True)
        assert self.run(schedule).is_unchanged

    def test_unless_wished_every_report_is_mailed(self, workspace: Workspace, video: Video) -> None:
        schedule = scheduled(workspace)
        self.run(schedule)
        assert self.is_mailed(self.run(schedule))


@pytest.mark.django_db(databases=DATABASES, transaction=True)
class TestWorkers:
    def test_of_many_workers_that_see_a_due_schedule_one_orders(self, workspace: Workspace) -> None:
        schedule = scheduled(workspace)
        now = timezone.now()
        due_at(schedule, now - MINUTE)
        barrier = threading.Barrier(6)
        ordered: list[int] = []

        def work() -> None:
            barrier.wait()
            ordered.append(schedules_run(now))
            connection.close()

        threads = [threading.Thread(target=work) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(ordered) == [0, 0, 0, 0, 0, 1]
        assert Report.objects.count() == 1

    def test_a_failed_run_is_mailed_by_the_queue(
        self, worker: None, settings: Any, workspace: Workspace, folder: Folder
    ) -> None:
        schedule = scheduled(workspace, folders=(folder.public_id,), emails=("anna@example.com",))
        folder.delete()
        due_at(schedule, timezone.now())
        schedules_run(timezone.now())
        assert finished(Report.objects.get()).status == Status.FAILED
        messages = {message["To"]: message for message in mails(settings)}
        assert set(messages) == {"anna@example.com", "owner@example.com"}
        assert folder.public_id in plain(messages["anna@example.com"])

    def test_building_twice_mails_each_recipient_once(self, settings: Any, workspace: Workspace) -> None:
        schedule = scheduled(workspace)
        due_at(schedule, timezone.now())
        schedules_run(timezone.now())
        report = Report.objects.get()
        for _ in range(2):
            report_build_task(report.pk)
            for delivery in report.deliveries.all():
                delivery_task(delivery.pk)
        assert sorted(message["To"] for message in mails(settings)) == ["anna@example.com", "ben@example.com"]
