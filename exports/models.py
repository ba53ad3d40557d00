"""Reports: what was asked for, how far it is, and where the finished file lies. The row is the truth, not the queue."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.timezone import now

from analytics.periods import Period
from videos.models import ApiToken, User, Workspace
from videos.public_ids import PublicIdField


def report_storage() -> Storage:
    """Return the storage that finished reports are kept in."""
    return storages["reports"]


class Status(models.TextChoices):
    PROCESSING = "processing", "In progress"
    COMPLETED = "completed", "Ready"
    FAILED = "failed", "Failed"
    CANCELED = "canceled", "Canceled"


class Format(models.TextChoices):
    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX (Excel)"


class Report(models.Model):
    """A table of a workspace's videos, built in the background into a ZIP, with one mail that links to it.

    The period is resolved when the report is asked for: `period_start` up to but not including `period_end`, null for
    no bound. `folders`, `projects` and `fields` hold public ids and field names in the order asked; without folders
    and projects the report is about the whole workspace. `size` is in bytes.
    """

    public_id = PublicIdField("export_")
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="reports")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="reports")
    created_with = models.ForeignKey(ApiToken, models.SET_NULL, null=True, blank=True, related_name="reports")

    period_name = models.CharField(max_length=20)
    period_start = models.DateTimeField(null=True, blank=True)
    period_end = models.DateTimeField(null=True, blank=True)
    timezone = models.CharField(max_length=64)
    folders = models.JSONField(default=list, blank=True)
    projects = models.JSONField(default=list, blank=True)
    fields = models.JSONField(default=list)
    format = models.CharField(max_length=10, choices=Format, default=Format.CSV)
    email = models.EmailField("e-mail address", blank=True)

    status = models.CharField(max_length=10, choices=Status, default=Status.PROCESSING)
    progress = models.PositiveSmallIntegerField(default=0)
    rows = models.PositiveBigIntegerField(null=True, blank=True)
    size = models.PositiveBigIntegerField(null=True, blank=True)
    file = models.FileField(storage=report_storage, max_length=200, blank=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    # Nobody may start an attempt before `due_at`; whoever works on one keeps pushing it on, so that it passes soon
    # after a worker is killed. `mail_due_at` is the same for the mail, and null where none is to be sent.
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=now)
    mailed_at = models.DateTimeField(null=True, blank=True)
    mail_attempts = models.PositiveSmallIntegerField(default=0)
    mail_due_at = models.DateTimeField(null=True, blank=True)
    mail_error = models.TextField(blank=True)

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = [
            models.Index(fields=["workspace", "-created_at", "-id"], name="reports_of_a_workspace"),
            models.Index(fields=["due_at"], condition=models.Q(status="processing"), name="unfinished_reports"),
            models.Index(fields=["mail_due_at"], condition=models.Q(mail_due_at__isnull=False), name="unsent_mails"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def period(self) -> Period:
        return Period(ZoneInfo(self.timezone), self.period_start, self.period_end, self.period_name)

    def is_downloadable(self, moment: datetime) -> bool:
        """Whether there is a file, and its link still opens at `moment` (aware)."""
        return self.status == Status.COMPLETED and self.expires_at is not None and moment < self.expires_at
