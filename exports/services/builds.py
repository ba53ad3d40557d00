"""Building a report, by one worker at a time, whatever the queue delivers twice and whoever is killed half-way."""

from __future__ import annotations

import hashlib
import logging
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from exports.api.shown import report_shown
from exports.contents import report_file
from exports.models import About, Report, Status, report_storage
from exports.services.deliveries import deliveries_drop, deliveries_due, menders_add
from exports.services.faults import TOLERANCE, TRANSIENT
from exports.tables import Row, Table
from videos.errors import DomainError
from videos.models import Workspace
from videos.services.webhooks import webhook_emit

logger = logging.getLogger(__name__)

# Longer than anything that passes between two signs of life: one question to the engine, or storing a small file.
LEASE = timedelta(minutes=3)
# Bytes a second of a storage that is still taken for alive.
SLOWEST_STORING = 1_000_000
LONGEST_BUILD = timedelta(minutes=30)
# How long a report waits for its workspace's other ones; when one of them ends, the longest waiting is woken at once.
TURN = timedelta(seconds=60)
MOST_ATTEMPTS = 5
FIRST_WAIT = timedelta(seconds=10)
KEPT_FOR = timedelta(days=7)
SECONDS_BETWEEN_SIGNS = 0.5
ROWS_BETWEEN_LOOKS = 100
PERCENT_OF_ROWS = 90


class Superseded(Exception):
    """The report was canceled or deleted, or another worker has taken it over: this attempt has nothing more to do."""


class WorkspaceBusy(Exception):
    """As many reports of the workspace are being built as may be at once; after TURN is time to look again."""


class BuildGivenUp(DomainError):
    """Trying on is of no use: the build ran into LONGEST_BUILD, or was interrupted MOST_ATTEMPTS times."""

    code = "given_up"


class Progress:
    """Tells the row how far one attempt is, and the attempt whether to go on. Percent never reaches 100 here."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self._give_up_at = time.monotonic() + LONGEST_BUILD.total_seconds()
        self._say_at = 0.0
        self._is_scheduled = report.schedule_id is not None
        self._digest = hashlib.sha256()

    def say(self, percent: int, *, now: bool = False) -> None:
        """Note `percent`, at most twice a second unless `now`. Raises Superseded and BuildGivenUp."""
        clock = time.monotonic()
        if clock > self._give_up_at:
            raise _too_long()
        if now or clock >= self._say_at:
            self._say_at = clock + SECONDS_BETWEEN_SIGNS
            _change(self.report, progress=percent, due_at=timezone.now() + LEASE)

    def over(self, table: Table) -> Iterator[Row]:
        """Yield the table's rows while telling how far they are, and take their digest."""
        self._digest.update(repr([column.name for column in table.columns]).encode())
        for number, row in enumerate(table.rows):
            if number % ROWS_BETWEEN_LOOKS == 0:
                self.say(PERCENT_OF_ROWS * row.place // table.places)
            if self._is_scheduled:
                self._digest.update(repr(row.cells).encode())
            yield row

    @property
    def digest(self) -> str:
        """The digest of the columns and rows that have passed, whenever they were made; none without a schedule."""
        return self._digest.hexdigest() if self._is_scheduled else ""


def build_claim(report_id: int) -> Report | None:
    """Return the report for an attempt of this worker's own, None where it is finished, canceled or in other hands.

    Raises WorkspaceBusy where it has to wait for other reports of its workspace.
    """
    now = timezone.now()
    due = Report.objects.filter(pk=report_id, status=Status.PROCESSING, due_at__lte=now + TOLERANCE)
    with transaction.atomic():
        report = due.first()
        if report is None:
            return None
        # One after the other, so that two that see the last free place do not both take it.
        Workspace.objects.select_for_update(no_key=True).get(pk=report.workspace_id)
        building = Report.objects.filter(workspace=report.workspace_id, status=Status.PROCESSING, is_building=True)
        is_busy = building.filter(due_at__gt=now).count() >= settings.REPORTS_AT_ONCE_PER_WORKSPACE
        if is_busy:
            due.update(is_waiting=True, due_at=now + TURN)
        elif not due.update(
            attempts=F("attempts") + 1,
            is_building=True,
            is_waiting=False,
            due_at=now + LEASE,
            started_at=Coalesce("started_at", now),
            progress=0,
        ):
            return None
    if is_busy:
        raise WorkspaceBusy(report.public_id)
    return Report.objects.select_related("workspace", "schedule").get(pk=report_id)


def build_next(report: Report) -> int | None:
    """Return the report of the same workspace that has waited longest for its turn, due now; None where none waits."""
    now = timezone.now()
    waiting = Report.objects.filter(workspace=report.workspace_id, status=Status.PROCESSING, is_waiting=True)
    first = waiting.filter(due_at__gt=now).order_by("created_at", "pk").first()
    if first is None or not waiting.filter(pk=first.pk, due_at=first.due_at).update(due_at=now):
        return None
    return first.pk


def build_run(report: Report) -> None:
    """Write the file, store it and complete the report. Raises Superseded, or whatever stands in the way."""
    if report.attempts > MOST_ATTEMPTS:
        raise BuildGivenUp("The report was interrupted again and again before it could be finished.")
    began = time.monotonic()
    progress = Progress(report)
    with tempfile.TemporaryFile(prefix="viewprint-report-") as target:
        rows = report_file(report).write(report, target, progress)
        size = target.tell()
        target.seek(0)
        progress.say(PERCENT_OF_ROWS, now=True)
        _change(report, due_at=timezone.now() + LEASE + timedelta(seconds=size / SLOWEST_STORING))
        name = report_storage().save(_file_name(report, report.attempts), File(target))
    now = timezone.now()
    is_unchanged = _is_unchanged(report, progress.digest)
    try:
        with transaction.atomic():
            _change(
                report,
                status=Status.COMPLETED,
                progress=100,
                rows=rows,
                size=size,
                file=name,
                finished_at=now,
                expires_at=now + KEPT_FOR,
                error="",
                digest=progress.digest,
                is_unchanged=is_unchanged,
                is_building=False,
            )
            if is_unchanged:
                deliveries_drop(report)
            else:
                deliveries_due(report, now)
            _tell(report, "report.completed")
    except Superseded:
        report_storage().delete(name)
        raise
    _discard_files(report, before=report.attempts)
    milliseconds = (time.monotonic() - began) * 1000
    logger.info("report=%s rows=%s bytes=%d ms=%.0f", report.public_id, rows, size, milliseconds)


def build_failed(report: Report, error: Exception) -> timedelta | None:
    """Note that the attempt failed; return how long to wait for the next one, None where the report is given up."""
    final = not isinstance(error, TRANSIENT) or report.attempts >= MOST_ATTEMPTS
    logger.log(
        logging.ERROR if final else logging.WARNING,
        "report=%s attempt=%d failed",
        report.public_id,
        report.attempts,
        exc_info=None if isinstance(error, DomainError) else error,
    )
    _discard_files(report, before=report.attempts + 1)
    now = timezone.now()
    try:
        if not final:
            wait = FIRST_WAIT * 4 ** (report.attempts - 1)
            _change(report, due_at=now + wait, is_building=False)
            return wait
        with transaction.atomic():
            _change(report, status=Status.FAILED, error=_reason(error), finished_at=now, is_building=False)
            menders_add(report)
            deliveries_due(report, now)
            _tell(report, "report.failed")
    except Superseded:
        logger.info("report=%s is in other hands", report.public_id)
    return None


def _tell(report: Report, event: str) -> None:
    """Tell the workspace's webhooks of a report of the catalog; exports of the SixtySeconds dialect are asked after."""
    if report.about == About.CATALOG:
        webhook_emit(report.workspace_id, event, lambda: report_shown(Report.objects.get(pk=report.pk), timezone.now()))


def _reason(error: Exception) -> str:
    """Return why, in words for whoever asked for the report."""
    if isinstance(error, SoftTimeLimitExceeded):
        error = _too_long()
    if isinstance(error, DomainError):
        return error.detail
    if isinstance(error, TRANSIENT):
        return "The data could not be read, or the file not be stored, after several attempts; the fault is logged."
    return "Something went wrong here; the fault is logged."


def _too_long() -> BuildGivenUp:
    minutes = LONGEST_BUILD // timedelta(minutes=1)
    return BuildGivenUp(f"The report took longer than {minutes} minutes; select fewer videos.")


def _is_unchanged(report: Report, digest: str) -> bool:
    """Whether the schedule need not tell of this report: its table is the last one's, and nobody asked by hand."""
    by_hand = report.created_by_id is not None or report.created_with_id is not None
    if report.schedule is None or not report.schedule.skips_unchanged or by_hand:
        return False
    before = report.schedule.reports.filter(status=Status.COMPLETED, created_at__lt=report.created_at)
    return before.values_list("digest", flat=True).first() == digest


def _change(report: Report, **values: object) -> None:
    """Change the row if this attempt still is the one that works on it. Raises Superseded otherwise."""
    mine = Report.objects.filter(pk=report.pk, status=Status.PROCESSING, attempts=report.attempts)
    if not mine.update(**values):
        raise Superseded(report.public_id)


def _file_name(report: Report, attempt: int) -> str:
    # An attempt's own, so that two of them never write to one file, and what a killed one left is found.
    return f"{report.workspace_id}/{report.public_id}-{attempt}.{report_file(report).extension}"


def _discard_files(report: Report, before: int) -> None:
    """Delete what the attempts before this number may have left behind."""
    for attempt in range(1, before):
        try:
            report_storage().delete(_file_name(report, attempt))
        except TRANSIENT as error:
            logger.warning("report=%s attempt=%d left a file behind: %s", report.public_id, attempt, error)
