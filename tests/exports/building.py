"""What the tests of building reports have in common: a mailbox, patience, and reading what was made."""

from __future__ import annotations

import csv
import io
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from celery.contrib.testing.tasks import ping
from celery.contrib.testing.worker import start_worker
from celery.worker import state as worker_state
from openpyxl import load_workbook

from config.celery import app
from exports.fields import BREAKDOWNS, FIELDS
from exports.models import Report, Status

UNITS = {field.name: field.unit for field in FIELDS.values()}
UNITS |= {column.name: column.unit for each in BREAKDOWNS.values() for column in each.columns}
Order = Callable[..., Report]


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


def eventually(condition: Callable[[], Any], seconds: float = 20) -> Any:
    give_up_at = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < give_up_at, "it did not happen in time"
        time.sleep(0.05)
    return found


@contextmanager
def working() -> Iterator[None]:
    """A real worker with threads on the queue in memory, as `serve` runs one, until the block ends."""
    with start_worker(app, pool="threads", concurrency=2, perform_ping_check=False, shutdown_timeout=20):
        yield
        # It waits for work for two seconds, and once more when it has seen that it is to stop: this wakes it.
        worker_state.should_terminate = 0  # type: ignore[assignment]
        for _ in range(2):
            ping.delay()


def finished(report: Report) -> Report:
    """Wait until the report is finished and its mails, where some are wanted, sent."""

    def look() -> bool:
        report.refresh_from_db()
        return report.status != Status.PROCESSING and not report.deliveries.filter(sent_at=None).exists()

    eventually(look)
    return report


def zip_of(report: Report) -> zipfile.ZipFile:
    with report.file.open("rb") as file:
        return zipfile.ZipFile(io.BytesIO(file.read()))


def cells_of(archive: zipfile.ZipFile, format: str) -> list[dict[str, Any]]:
    """The table in the ZIP as rows by field name without totals, numbers as numbers, empty cells as None or ''."""
    if format == "xlsx":
        names, *rows = load_workbook(io.BytesIO(archive.read("report.xlsx"))).active.iter_rows(values_only=True)
        found = [dict(zip(names, row, strict=True)) for row in rows if "Total" not in row]
    else:
        text = archive.read("report.csv").decode("utf-8-sig")
        found = list(csv.DictReader(io.StringIO(text, newline="")))
    return [{name: _typed(name, value) for name, value in row.items()} for row in found]


def _typed(name: str, value: Any) -> Any:
    unit = UNITS[name]
    if unit == "text":
        return value or ""
    if value in ("", None):
        return None
    if unit == "date":
        return value.date() if isinstance(value, datetime) else date.fromisoformat(value)
    return value.total_seconds() if isinstance(value, timedelta) else float(value)


def eml_files(settings: Any) -> list[Path]:
    return sorted(Path(settings.EMAIL_FILE_PATH).glob("*.eml"))
