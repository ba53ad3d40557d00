"""What the tests of building reports have in common: a mailbox, patience, and reading what was made."""

from __future__ import annotations

import csv
import io
import time
import zipfile
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from openpyxl import load_workbook

from exports.fields import FIELDS
from exports.models import Report, Status

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
