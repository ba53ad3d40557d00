"""How many reports of one workspace are built at once, and what ends a build that hangs."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection, connections
from django.utils import timezone

from analytics.periods import period_named
from exports.models import Report, Status
from exports.services import builds
from exports.services.builds import WorkspaceBusy, build_claim, build_next
from exports.services.reports import ReportOrder, report_cancel, report_create
from exports.tasks import report_build_task, reports_resume
from tests.exports.building import Order, finished
from tests.exports.conftest import DATABASES
from videos.models import Video, Workspace

pytestmark = pytest.mark.django_db(databases=DATABASES, transaction=True)


def is_later(report: Report) -> bool:
    report.refresh_from_db()
    return report.due_at > timezone.now() + timedelta(seconds=5)


def test_one_workspaces_second_report_waits_and_another_workspaces_does_not(
    order_all: Order, other_workspace: Workspace
) -> None:
    first, second = order_all(), order_all()
    everything = period_named("all_time", other_workspace.zone, timezone.now())
    others = report_create(other_workspace, ReportOrder(everything))
    assert build_claim(first.pk)
    with pytest.raises(WorkspaceBusy):
        build_claim(second.pk)
    assert build_claim(others.pk)
    assert is_later(second)
    assert (second.is_waiting, second.attempts) == (True, 0)
    assert build_claim(second.pk) is None  # a task that is delivered twice does not look again and again


def test_the_setting_says_how_many(settings: Any, order_all: Order) -> None:
    settings.REPORTS_AT_ONCE_PER_WORKSPACE = 2
    reports = [order_all() for _ in range(3)]
    assert build_claim(reports[0].pk) and build_claim(reports[1].pk)
    with pytest.raises(WorkspaceBusy):
        build_claim(reports[2].pk)


def test_the_last_free_place_is_taken_once(order_all: Order) -> None:
    reports = [order_all() for _ in range(6)]
    barrier, claimed = threading.Barrier(len(reports)), []

    def claim(report: Report) -> None:
        barrier.wait()
        try:
            claimed.append(build_claim(report.pk))
        except WorkspaceBusy:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=claim, args=(report,)) for report in reports]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claimed) == 1


def test_when_a_report_ends_the_one_that_waited_longest_is_next(order_all: Order) -> None:
    reports = [order_all() for _ in range(3)]
    current = build_claim(reports[0].pk)
    assert current
    for report in reports[:0:-1]:
        with pytest.raises(WorkspaceBusy):
            build_claim(report.pk)
    assert build_next(current) == reports[1].pk
    assert not is_later(reports[1])
    assert build_next(current) == reports[2].pk
    assert build_next(current) is None


def test_a_worker_builds_all_reports_of_a_workspace_one_after_the_other(
    worker: None, order_all: Order, videos: list[Video], monkeypatch: pytest.MonkeyPatch
) -> None:
    running, most = 0, 0
    report_file = builds.report_file

    def counted(report: Report, *args: Any) -> Any:
        nonlocal running, most
        running += 1
        most = max(most, running)
        time.sleep(0.2)
        try:
            return report_file(report).write(report, *args)
        finally:
            running -= 1

    monkeypatch.setattr(builds, "report_file", lambda report: replace(report_file(report), write=counted))
    for report in [order_all() for _ in range(5)]:
        assert finished(report).status == Status.COMPLETED
    assert most == 1


def test_a_report_that_waits_is_not_queued_again_and_again(order_all: Order) -> None:
    first, second = order_all(), order_all()
    build_claim(first.pk)
    with pytest.raises(WorkspaceBusy):
        build_claim(second.pk)
    assert reports_resume() == 0


def test_killed_canceled_and_failed_builds_leave_their_place(
    order_all: Order, videos: list[Video], monkeypatch: pytest.MonkeyPatch
) -> None:
    killed, canceled, failed, last = (order_all() for _ in range(4))
    assert build_claim(killed.pk)
    Report.objects.filter(pk=killed.pk).update(due_at=timezone.now() - timedelta(minutes=3))
    assert build_claim(canceled.pk)
    report_cancel(canceled)
    with monkeypatch.context() as patch:
        patch.setattr(builds, "build_run", lambda report: (_ for _ in ()).throw(OSError("storage is away")))
        report_build_task(failed.pk)
    failed.refresh_from_db()
    assert (failed.status, failed.is_building) == (Status.PROCESSING, False)
    assert build_claim(last.pk)


def test_a_question_that_the_engine_does_not_finish_ends_by_its_limit_and_is_tried_again(
    order_all: Order, videos: list[Video], monkeypatch: pytest.MonkeyPatch
) -> None:
    report, report_file = order_all(), builds.report_file
    endless = "SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1 SETTINGS max_execution_time = 1"

    def hanging(*args: Any) -> None:
        with connections["clickhouse"].cursor() as cursor:
            cursor.execute(endless)

    monkeypatch.setattr(builds, "report_file", lambda report: replace(report_file(report), write=hanging))
    began = time.monotonic()
    report_build_task(report.pk)
    assert time.monotonic() - began < 15
    report.refresh_from_db()
    assert (report.status, report.is_building) == (Status.PROCESSING, False)
    assert is_later(report)


def test_a_build_that_hangs_for_good_is_taken_from_its_worker_and_given_up(
    order_all: Order, videos: list[Video]
) -> None:
    """Where nothing can interrupt it, such as a disk that does not answer: its silence is what ends it."""
    report = order_all()
    for attempt in range(1, builds.MOST_ATTEMPTS + 1):
        hung = build_claim(report.pk)
        assert hung and hung.attempts == attempt
        assert build_claim(report.pk) is None
        Report.objects.update(due_at=timezone.now() - timedelta(minutes=2))
        assert reports_resume() == 1
    report_build_task(report.pk)
    report.refresh_from_db()
    assert (report.status, report.error) == (
        Status.FAILED,
        "The report was interrupted again and again before it could be finished.",
    )


def test_celerys_own_limit_says_what_the_builds_says(
    order_all: Order, videos: list[Video], monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_long(report: Report) -> None:
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(builds, "build_run", too_long)
    report = order_all()
    report_build_task(report.pk)
    report.refresh_from_db()
    assert report.status == Status.FAILED
    assert report.error == "The report took longer than 30 minutes; select fewer videos."
