from __future__ import annotations

import csv
import io
import socket
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from celery.contrib.testing.worker import start_worker
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from config.celery import app
from exports.fields import FIELDS
from exports.models import Report, Status, report_storage
from exports.services import builds, mails
from exports.services.builds import build_claim, build_run
from exports.services.reports import report_cancel
from exports.tasks import (
    report_build_task,
    report_mail_task,
    reports_expire_task,
    reports_resume,
    reports_resume_task,
)
from tests.exports.conftest import DATABASES
from tests.exports.facts import store_catalog, store_sessions
from tests.exports.test_rows import assert_same, expected_row
from tests.oracle.facts import sessions_of
from tests.oracle.sampling import random_catalog, random_sessions
from videos.models import Folder, Project, Video, Workspace

pytestmark = [pytest.mark.django_db(databases=DATABASES, transaction=True), pytest.mark.urls("tests.exports.urls")]
Order = Callable[..., Report]


@pytest.fixture
def worker() -> Iterator[None]:
    """A real worker with threads on the queue in memory, as `serve` runs one."""
    with start_worker(app, pool="threads", concurrency=2, perform_ping_check=False, shutdown_timeout=20):
        yield


@pytest.fixture(autouse=True)
def empty_queue() -> Iterator[None]:
    yield
    app.control.purge()


class Mailbox:
    """What a real mail server received; `refusals` are answered with a temporary error first."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refusals = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.refusals:
            self.refusals -= 1
            return "451 Try again later"
        assert isinstance(envelope.content, bytes)
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    box = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    yield box
    controller.stop()


@pytest.fixture
def videos(workspace: Workspace) -> list[Video]:
    return [Video.objects.create(workspace=workspace, title=f"Video {number}", duration=60) for number in range(3)]


def eventually(condition: Callable[[], Any], seconds: float = 20) -> Any:
    give_up_at = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < give_up_at, "it did not happen in time"
        time.sleep(0.05)
    return found


def finished(report: Report) -> Report:
    """Wait until the report is finished and its mail, where one is wanted, sent."""

    def look() -> bool:
        report.refresh_from_db()
        return report.status != Status.PROCESSING and (report.mailed_at is not None or not report.email)

    eventually(look)
    return report


def zip_of(report: Report) -> zipfile.ZipFile:
    with report.file.open("rb") as file:
        return zipfile.ZipFile(io.BytesIO(file.read()))


def cells_of(archive: zipfile.ZipFile, format: str) -> list[dict[str, Any]]:
    """The table in the ZIP as rows by field name, numbers as numbers, empty cells as None or ''."""
    if format == "xlsx":
        names, *rows = load_workbook(io.BytesIO(archive.read("report.xlsx"))).active.iter_rows(values_only=True)
        found = [dict(zip(names, row, strict=True)) for row in rows]
    else:
        text = archive.read("report.csv").decode("utf-8-sig")
        found = list(csv.DictReader(io.StringIO(text, newline="")))
    return [{name: _typed(name, value) for name, value in row.items()} for row in found]


def _typed(name: str, value: Any) -> Any:
    if FIELDS[name].is_text:
        return value or ""
    return None if value in ("", None) else float(value)


def eml_files(settings: Any) -> list[Path]:
    return sorted(Path(settings.EMAIL_FILE_PATH).glob("*.eml"))


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_a_mailed_link_opens_a_zip_whose_every_cell_is_the_oracles(
    worker: None, mailbox: Mailbox, workspace: Workspace, order_all: Order, client: Client, format: str
) -> None:
    catalog = random_catalog(11)
    sessions = sessions_of(random_sessions(11, 2000, catalog), catalog)
    store_catalog(workspace, catalog)
    store_sessions(workspace, sessions)
    report = finished(order_all(format=format))
    assert (report.status, report.progress, report.rows) == (Status.COMPLETED, 100, len(catalog.videos))
    [message] = mailbox.messages
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    [link] = [line for line in text.splitlines() if line.startswith("http://127.0.0.1:8000/reports/download/")]
    assert f'href="{link}"' in message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    response = client.get(link.removeprefix("http://127.0.0.1:8000"), HTTP_ACCEPT_ENCODING="gzip")
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert response["Content-Type"] == "application/zip"
    assert int(response["Content-Length"]) == len(content) == report.size
    archive = zipfile.ZipFile(io.BytesIO(content))
    rows = cells_of(archive, format)
    assert len(rows) == len(catalog.videos)
    for row in rows:
        assert_same(row, expected_row(catalog, row["video_id"], sessions))


def test_the_mail_says_what_it_is_about_in_the_workspaces_name(
    worker: None, mailbox: Mailbox, workspace: Workspace, order_all: Order, videos: list[Video]
) -> None:
    Workspace.objects.filter(pk=workspace.pk).update(name="Zürich <Films>\r\nBcc: x@example.com")
    finished(order_all())
    [message] = mailbox.messages
    assert message["From"].addresses[0].display_name == "Zürich <Films> Bcc: x@example.com"
    assert message["To"] == "reader@example.com"
    assert message["Bcc"] is None
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    html = message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    for part in (text, html):
        for words in ("All time", "Europe/Berlin", "The whole workspace", "ZIP with CSV"):
            assert words in part
    assert "<Films>" in text
    assert "&lt;Films&gt;" in html


def test_without_a_mail_server_the_mail_is_an_eml_file(
    worker: None, settings: Any, order_all: Order, videos: list[Video]
) -> None:
    report = finished(order_all())
    [file] = eml_files(settings)
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert message["Message-ID"] == f"<{report.public_id}@127.0.0.1>"
    assert {part.get_content_type() for part in message.walk()} == {"multipart/alternative", "text/plain", "text/html"}


def test_without_an_address_nothing_is_mailed(
    worker: None, settings: Any, order_all: Order, videos: list[Video]
) -> None:
    report = finished(order_all(email=""))
    assert report.status == Status.COMPLETED
    assert eml_files(settings) == []


def test_the_readme_names_workspace_period_zone_folders_and_definitions(
    worker: None, workspace: Workspace, order_all: Order
) -> None:
    project = Project.objects.create(workspace=workspace, name="Films")
    folder = Folder.objects.create(workspace=workspace, project=project, name="Drama\nand more")
    report = finished(order_all(folders=(folder.public_id,), fields=("title", "views", "view_rate")))
    readme = zip_of(report).read("README.txt").decode()
    for words in (
        "Workspace:  Acme", "Period:     All time", "Time zone:  Europe/Berlin",
        f"Folders:    Drama and more ({folder.public_id})", "Rows:       0",
        "total_watch_time ÷ (views × duration) × 100 %", "5 seconds of continuous playback", report.public_id,
    ):
        assert words in readme
    assert "peak_concurrent_viewers" not in readme


def test_a_redelivered_task_builds_and_mails_nothing_again(
    settings: Any, order_all: Order, videos: list[Video]
) -> None:
    report = order_all()
    for _ in range(3):
        report_build_task(report.pk)
        report_mail_task(report.pk)
    report.refresh_from_db()
    assert (report.attempts, report.mail_attempts) == (1, 1)
    assert len(eml_files(settings)) == 1


def test_of_two_workers_with_one_report_one_builds_it(order_all: Order, videos: list[Video]) -> None:
    report = order_all()
    claims: list[Report | None] = []
    threads = [threading.Thread(target=lambda: claims.append(build_claim(report.pk))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(claim is not None for claim in claims) == 1


def test_an_attempt_that_was_taken_over_gives_way_and_leaves_no_file(order_all: Order, videos: list[Video]) -> None:
    report = order_all()
    slow = build_claim(report.pk)
    Report.objects.filter(pk=report.pk).update(due_at=timezone.now())
    fast = build_claim(report.pk)
    assert slow
    assert fast
    build_run(fast)
    with pytest.raises(builds.Superseded):
        build_run(slow)
    report.refresh_from_db()
    assert report.status == Status.COMPLETED
    assert zip_of(report).testzip() is None
    assert report_storage().listdir(str(report.workspace_id))[1] == [Path(str(report.file.name)).name]


def test_a_canceled_report_is_not_built_and_not_mailed(settings: Any, order_all: Order, videos: list[Video]) -> None:
    report = order_all()
    attempt = build_claim(report.pk)
    report_cancel(report)
    assert attempt
    with pytest.raises(builds.Superseded):
        build_run(attempt)
    report_build_task(report.pk)
    report.refresh_from_db()
    assert report.status == Status.CANCELED
    assert eml_files(settings) == []
    assert not report_storage().exists(f"{report.workspace_id}/{report.public_id}-1.zip")


def test_canceling_a_finished_report_takes_its_file_away(order_all: Order, videos: list[Video]) -> None:
    report = order_all()
    report_build_task(report.pk)
    report.refresh_from_db()
    name = str(report.file.name)
    assert report_storage().exists(name)
    report_cancel(report)
    assert not report_storage().exists(name)


def test_a_folder_that_has_gone_fails_the_report_and_the_mail_says_why(
    settings: Any, workspace: Workspace, order_all: Order
) -> None:
    project = Project.objects.create(workspace=workspace, name="Films")
    folder = Folder.objects.create(workspace=workspace, project=project, name="Drama")
    report = order_all(folders=(folder.public_id,))
    folder.delete()
    report_build_task(report.pk)
    report_mail_task(report.pk)
    report.refresh_from_db()
    assert report.status == Status.FAILED
    assert report.error == f"There is no folder '{folder.public_id}' in this workspace."
    [file] = eml_files(settings)
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert message["Subject"] == "Acme: your report could not be made"
    assert folder.public_id in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]


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
    report_mail_task(report.pk)
    report.refresh_from_db()
    assert report.mailed_at is None
    assert "451" in report.mail_error
    assert report.mail_due_at > timezone.now() + timedelta(seconds=20)  # type: ignore[operator]
    Report.objects.filter(pk=report.pk).update(mail_due_at=timezone.now())
    report_mail_task(report.pk)
    report_mail_task(report.pk)
    report.refresh_from_db()
    assert (report.mailed_at is not None, report.mail_error) == (True, "")
    assert len(mailbox.messages) == 1


def test_a_mail_server_that_never_answers_is_given_up_and_the_report_stays(
    settings: Any, order_all: Order, videos: list[Video]
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    report = order_all()
    report_build_task(report.pk)
    for _ in range(mails.MOST_ATTEMPTS):
        Report.objects.filter(pk=report.pk).update(mail_due_at=timezone.now())
        report_mail_task(report.pk)
    report.refresh_from_db()
    assert (report.status, report.mail_due_at, report.mailed_at) == (Status.COMPLETED, None, None)
    assert "Connection refused" in report.mail_error


def test_after_a_restart_an_unfinished_report_and_an_unsent_mail_are_taken_up(
    settings: Any, order_all: Order, videos: list[Video]
) -> None:
    half, unsent, waiting, done = (order_all() for _ in range(4))
    build_claim(half.pk)
    report_build_task(unsent.pk)
    report_build_task(done.pk)
    report_mail_task(done.pk)
    mails.mail_claim(unsent.pk)
    app.control.purge()  # the queue in memory is gone with the process
    assert reports_resume() == 0  # their time has not come: somebody may be at work
    assert reports_resume(after_restart=True) == 3
    with start_worker(app, pool="threads", concurrency=2, perform_ping_check=False, shutdown_timeout=20):
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
