from __future__ import annotations

import io
import threading
import zipfile
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from exports.models import Report, Status, report_storage
from exports.services import builds
from exports.services.builds import build_claim, build_run
from exports.services.reports import report_cancel
from exports.tasks import (
    delivery_task,
    report_build_task,
)
from tests.exports.building import Mailbox, Order, cells_of, eml_files, finished, zip_of
from tests.exports.conftest import DATABASES
from tests.exports.expected import assert_same, expected_rows
from tests.exports.facts import store_catalog, store_sessions
from tests.oracle.facts import sessions_of
from tests.oracle.sampling import random_catalog, random_sessions
from videos.models import Folder, Project, Video, Workspace
from videos.services import event_create

pytestmark = pytest.mark.django_db(databases=DATABASES, transaction=True)


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_a_mailed_link_opens_a_zip_whose_every_cell_is_the_oracles(
    worker: None, mailbox: Mailbox, workspace: Workspace, order_all: Order, client: Client, format: str
) -> None:
    catalog = random_catalog(11)
    sessions = sessions_of(random_sessions(11, 2000, catalog), catalog)
    store_catalog(workspace, catalog)
    store_sessions(workspace, sessions)
    report = finished(order_all(format=format))
    expected = expected_rows(catalog, sessions)
    assert (report.status, report.progress, report.rows) == (Status.COMPLETED, 100, len(expected))
    [message] = mailbox.messages
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    [link] = [line for line in text.splitlines() if line.startswith("http://127.0.0.1:8000/reports/download/")]
    assert f'href="{link}"' in message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    response = client.get(link.removeprefix("http://127.0.0.1:8000"), HTTP_ACCEPT_ENCODING="gzip")
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert response["Content-Type"] == "application/zip"
    assert int(response["Content-Length"]) == len(content) == report.size
    archive = zipfile.ZipFile(io.BytesIO(content))
    # A spreadsheet's times are read as whole milliseconds.
    assert_same(cells_of(archive, format), expected, seconds_within=6e-4 if format == "xlsx" else 1e-6)


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
    assert message["Message-ID"] == f"<{report.public_id}-{report.deliveries.get().pk}@127.0.0.1>"
    assert {part.get_content_type() for part in message.walk()} == {"multipart/alternative", "text/plain", "text/html"}


def test_without_an_address_nothing_is_mailed(
    worker: None, settings: Any, order_all: Order, videos: list[Video]
) -> None:
    report = finished(order_all(emails=()))
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
        "Workspace:   Acme",
        "Period:      All time",
        "Time zone:   Europe/Berlin",
        f"Folders:     Drama and more ({folder.public_id})",
        "Rows:        0",
        "total_watch_time ÷ (views × duration) × 100 %",
        "5 seconds of continuous playback",
        report.public_id,
    ):
        assert words in readme
    assert "peak_concurrent_viewers" not in readme


@pytest.mark.parametrize(
    ("fields", "events"), [(("title", "views"), 0), (("title", "kind"), 1), (("event_id", "views"), 1)]
)
def test_events_have_rows_where_they_can_be_told_from_their_videos(
    worker: None, workspace: Workspace, order_all: Order, videos: list[Video], fields: tuple[str, ...], events: int
) -> None:
    event_create(workspace, name="Days")
    report = finished(order_all(fields=fields))
    assert report.rows == len(videos) + events
    says = "Events come last" in zip_of(report).read("README.txt").decode()
    assert says is bool(events)


def test_a_redelivered_task_builds_and_mails_nothing_again(
    settings: Any, order_all: Order, videos: list[Video]
) -> None:
    report = order_all()
    for _ in range(3):
        report_build_task(report.pk)
        delivery_task(report.deliveries.get().pk)
    report.refresh_from_db()
    assert (report.attempts, report.deliveries.get().attempts) == (1, 1)
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
    delivery_task(report.deliveries.get().pk)
    report.refresh_from_db()
    assert report.status == Status.FAILED
    assert report.error == f"There is no folder '{folder.public_id}' in this workspace."
    [file] = eml_files(settings)
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert message["Subject"] == "Acme: your report could not be made"
    assert folder.public_id in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
