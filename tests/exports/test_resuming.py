"""Reports whose storage, mail server or worker fails: retried, given up, taken up again; and what expires."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from config.celery import app
from exports.models import Report, Status, report_storage
from exports.services import builds, deliveries
from exports.services.builds import build_claim
from exports.tasks import (
    delivery_task,
    report_build_task,
    reports_expire_task,
    reports_resume,
    reports_resume_task,
)
from tests.exports.building import Mailbox, Order, eml_files, finished, working
from tests.exports.conftest import DATABASES
from videos.models import Video

pytestmark = pytest.mark.django_db(databases=DATABASES, transaction=True)


def test_storage_that_fails_for_a_while_is_tried_again_later(
    settings: Any, tmp_path: Path, order_all: Order, videos: list[Video]
) -> None:
    (tmp_path / "reports").write_text("a file where the directory should be")
    report = order_all()
    report_build_task(report.pk)
    report.refresh_from_db()
    assert report.status == Status.PROCESSING
    assert report.due_at > timezone.now() + timedelta(seconds=5)
    report_build_task(report.pk)  # too early
    (tmp_path / "reports").unlink()
    Report.objects.filter(pk=report.pk).update(due_at=timezone.now())
    report_build_task(report.pk)
    report.refresh_from_db()
    assert (report.status, report.attempts, report.error) == (Status.COMPLETED, 2, "")


def test_storage_that_never_works_fails_the_report(tmp_path: Path, order_all: Order, videos: list[Video]) -> None:
    (tmp_path / "reports").write_text("a file where the directory should be")
    report = order_all()
    for _ in range(builds.MOST_ATTEMPTS):
        Report.objects.filter(pk=report.pk).update(due_at=timezone.now())
        report_build_task(report.pk)
    report.refresh_from_db()
    assert report.status == Status.FAILED
    assert "after several attempts" in report.error


def test_a_build_that_kills_its_worker_every_time_is_given_up(order_all: Order, videos: list[Video]) -> None:
    report = order_all()
    Report.objects.filter(pk=report.pk).update(attempts=builds.MOST_ATTEMPTS)
    report_build_task(report.pk)
    report.refresh_from_db()
    assert report.status == Status.FAILED
    assert "interrupted again and again" in report.error


def test_a_build_that_takes_too_long_is_ended(
    order_all: Order, videos: list[Video], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builds, "LONGEST_BUILD", timedelta(0))
    report = order_all()
    report_build_task(report.pk)
    report.refresh_from_db()
    assert report.status == Status.FAILED
    assert "took longer than" in report.error


def test_a_mail_server_that_refuses_for_a_while_gets_the_mail_once(
    mailbox: Mailbox, order_all: Order, videos: list[Video]
) -> None:
    mailbox.refusals = 1
    report = order_all()
    report_build_task(report.pk)
    mail = report.deliveries.get()
    delivery_task(mail.pk)
    mail.refresh_from_db()
    assert mail.sent_at is None
    assert "451" in mail.error
    assert mail.due_at > timezone.now() + timedelta(seconds=20)  # type: ignore[operator]
    report.deliveries.update(due_at=timezone.now())
    delivery_task(mail.pk)
    delivery_task(mail.pk)
    mail.refresh_from_db()
    assert (mail.sent_at is not None, mail.error) == (True, "")
    assert len(mailbox.messages) == 1


def test_a_mail_server_that_never_answers_is_given_up_and_the_report_stays(
    settings: Any, order_all: Order, videos: list[Video]
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    report = order_all()
    report_build_task(report.pk)
    mail = report.deliveries.get()
    for _ in range(deliveries.MOST_ATTEMPTS):
        report.deliveries.update(due_at=timezone.now())
        delivery_task(mail.pk)
    report.refresh_from_db()
    mail.refresh_from_db()
    assert (report.status, mail.due_at, mail.sent_at) == (Status.COMPLETED, None, None)
    assert "Connection refused" in mail.error


def test_after_a_restart_an_unfinished_report_and_an_unsent_mail_are_taken_up(
    settings: Any, order_all: Order, videos: list[Video]
) -> None:
    settings.REPORTS_AT_ONCE_PER_WORKSPACE = 2
    half, unsent, waiting, done = (order_all() for _ in range(4))
    build_claim(half.pk)
    report_build_task(unsent.pk)
    report_build_task(done.pk)
    delivery_task(done.deliveries.get().pk)
    deliveries.delivery_claim(unsent.deliveries.get().pk)
    app.control.purge()  # the queue in memory is gone with the process
    assert reports_resume() == 0  # their time has not come: somebody may be at work
    assert reports_resume(after_restart=True) == 3
    with working():
        for report in (half, unsent, waiting):
            assert finished(report).status == Status.COMPLETED
    assert len(eml_files(settings)) == 4


def test_the_schedule_takes_up_what_a_killed_worker_left(
    worker: None, settings: Any, order_all: Order, videos: list[Video]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report_build_task, "delay", lambda report_id: None)  # the queue lost it
        report = order_all()
        build_claim(report.pk)
    Report.objects.filter(pk=report.pk).update(due_at=timezone.now() - timedelta(minutes=3))
    reports_resume_task.delay()
    assert finished(report).attempts == 2
    assert len(eml_files(settings)) == 1


def test_expired_files_are_deleted_and_others_kept(order_all: Order, videos: list[Video]) -> None:
    old, new = order_all(), order_all()
    for report in (old, new):
        report_build_task(report.pk)
        report.refresh_from_db()
    assert new.expires_at == new.finished_at + timedelta(days=7)  # type: ignore[operator]
    Report.objects.filter(pk=old.pk).update(expires_at=timezone.now())
    reports_expire_task()
    assert not report_storage().exists(str(old.file.name))
    assert report_storage().exists(str(new.file.name))
    old.refresh_from_db()
    assert (old.status, old.file.name) == (Status.COMPLETED, "")
