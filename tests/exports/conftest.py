from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from analytics.periods import period_named
from config.celery import app
from exports.models import Report, report_storage
from exports.services.builds import build_claim, build_failed, build_run
from exports.services.reports import ReportOrder, report_create
from tests.exports.building import Mailbox, working
from videos.errors import DomainError
from videos.models import Video, Workspace

DATABASES = ["default", "clickhouse"]


def build(report: Report) -> None:
    """Build the report as the task does, which within a test's transaction would lose its database connection."""
    attempt = build_claim(report.pk)
    if attempt is not None:
        try:
            build_run(attempt)
        except DomainError as error:
            build_failed(attempt, error)
    report.refresh_from_db()


@pytest.fixture(autouse=True)
def files_of_its_own(settings: Any, tmp_path: Path) -> None:
    """Mail and reports of one test in directories of that test."""
    settings.EMAIL_BACKEND = "exports.mail.EmlFileBackend"  # the test runner puts a list in its place
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    settings.STORAGES = {
        **settings.STORAGES,
        "reports": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "reports"), "base_url": None},
        },
    }
    # The field has asked for its storage when the model was made.
    Report._meta.get_field("file").storage = report_storage()


@pytest.fixture
def order_all(workspace: Workspace) -> Callable[..., Report]:
    """Order a report of all time; nobody builds it by itself."""

    def order(**more: Any) -> Report:
        values = {
            "period": period_named("all_time", workspace.zone, datetime.now(UTC)),
            "emails": ("reader@example.com",),
        }
        return report_create(workspace, ReportOrder(**{**values, **more}))

    return order


@pytest.fixture
def worker() -> Iterator[None]:
    """A real worker on the queue in memory."""
    with working():
        yield


@pytest.fixture(autouse=True)
def empty_queue() -> Iterator[None]:
    yield
    app.control.purge()


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
