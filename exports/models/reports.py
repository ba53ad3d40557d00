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
    JSON = "json", "JSON"


class About(models.TextChoices):
    """What a report is about: the catalog's rows, or one of SixtySeconds' analytics."""

    CATALOG = "catalog", "The catalog"
    VIDEO = "video", "A video"
    ACCOUNT = "account", "The workspace"
    TEMPLATE = "template", "A template"


class Breakdown(models.TextChoices):
    """What each row of the catalog is broken down by, into a row for each value that occurs."""

    NONE = "", "Nothing"
    DAY = "day", "Day"
    COUNTRY = "country", "Country"
    DOMAIN = "domain", "Domain"
    VIEWER = "viewer", "Viewer"


class Selection(models.Model):
    """What goes into a report, by public ids and names in the order asked.

    Without folders and projects it is about the whole workspace. `subject` is the video or template that a report
    about one names.
    """

    about = models.CharField(max_length=10, choices=About, default=About.CATALOG)
    subject = models.CharField(max_length=64, blank=True)
    folders = models.JSONField(default=list, blank=True)
    projects = models.JSONField(default=list, blank=True)
    fields = models.JSONField(default=list)
    breakdown = models.CharField(max_length=10, choices=Breakdown, default=Breakdown.NONE, blank=True)
    format = models.CharField(max_length=10, choices=Format, default=Format.CSV)

    class Meta:
        abstract = True


class Report(Selection):
    """A table built in the background into a file, and told of by mail.

    The period is resolved when the report is asked for: `period_start` up to but not including `period_end`, null for
    no bound. `size` is in bytes. `digest` is a hash of the table, by which a schedule knows that nothing has changed;
    `is_unchanged` says so of the report, whose mail was then left out.
    """

    public_id = PublicIdField("export_")
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="reports")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="reports")
    created_with = models.ForeignKey(ApiToken, models.SET_NULL, null=True, blank=True, related_name="reports")
    schedule = models.ForeignKey("Schedule", models.SET_NULL, null=True, blank=True, related_name="reports")

    period_name = models.CharField(max_length=20)
    period_start = models.DateTimeField(null=True, blank=True)
    period_end = models.DateTimeField(null=True, blank=True)
    timezone = models.CharField(max_length=64)

    status = models.CharField(max_length=10, choices=Status, default=Status.PROCESSING)
    progress = models.PositiveSmallIntegerField(default=0)
    rows = models.PositiveBigIntegerField(null=True, blank=True)
    size = models.PositiveBigIntegerField(null=True, blank=True)
    file = models.FileField(storage=report_storage, max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    is_unchanged = models.BooleanField(default=False)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    # Nobody may start an attempt before `due_at`; whoever works on one keeps pushing it on, so that it passes soon
    # after a worker is killed. Until then `is_building` counts towards what one workspace may have built at once, for
    # which `is_waiting` reports wait.
    is_building = models.BooleanField(default=False)
    is_waiting = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = [
            models.Index(fields=["workspace", "-created_at", "-id"], name="reports_of_a_workspace"),
            models.Index(fields=["due_at"], condition=models.Q(status="processing"), name="unfinished_reports"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def period(self) -> Period:
        return Period(ZoneInfo(self.timezone), self.period_start, self.period_end, self.period_name)

    @property
    def was_deleted(self) -> bool:
        """Whether it was finished, and its file and link then taken away."""
        return self.status == Status.CANCELED and self.size is not None

    def is_downloadable(self, moment: datetime) -> bool:
        """Whether there is a file, and its link still opens at `moment` (aware)."""
        return self.status == Status.COMPLETED and self.expires_at is not None and moment < self.expires_at


class Delivery(models.Model):
    """The one mail about a report to one address.

    `due_at` is for the mail what a report's is for its building; null until there is something to tell, and again
    when it was sent, given up or is not wanted any more.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="deliveries")
    email = models.EmailField("e-mail address")
    recipient = models.ForeignKey("Recipient", models.SET_NULL, null=True, blank=True, related_name="deliveries")
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["report", "email"], name="one_mail_per_report_and_address")]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(due_at__isnull=False), name="unsent_deliveries"),
        ]

    def __str__(self) -> str:
        return f"{self.report} to {self.email}"
