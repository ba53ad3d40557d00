"""Schedules: a report again and again, and who gets it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from exports.models.reports import Selection
from videos.models import User, Workspace
from videos.public_ids import PublicIdField


class Frequency(models.TextChoices):
    DAILY = "daily", "Every day"
    WEEKLY = "weekly", "Every week"
    MONTHLY = "monthly", "Every month"


class Schedule(Selection):
    """A report that is made at an hour of the workspace's time zone, every day, week or month.

    `period_name` is one of the named periods, read at each run. `weekday` counts from Monday, 0; `month_day` beyond
    a month's end is its last day. `next_run_at` is null while the schedule is paused, and was reckoned in `timezone`,
    by which is known that the workspace has another one since. Where `skips_unchanged`, a report whose table is that
    of the run before is not mailed.
    """

    public_id = PublicIdField("sched_")
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="schedules")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="schedules")
    name = models.CharField(max_length=200)
    period_name = models.CharField(max_length=20)
    frequency = models.CharField(max_length=10, choices=Frequency)
    hour = models.PositiveSmallIntegerField(default=7, validators=[MaxValueValidator(23)])
    weekday = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(6)])
    month_day = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(31)])
    skips_unchanged = models.BooleanField(default=False)
    timezone = models.CharField(max_length=64)
    next_run_at = models.DateTimeField(null=True, blank=True)
    last_run_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name", "id")
        indexes = [models.Index(fields=["next_run_at"], name="schedules_by_next_run")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_paused(self) -> bool:
        return self.next_run_at is None

    def clean(self) -> None:
        """Raise ValidationError for a report that no schedule can order."""
        super().clean()
        if self.period_name == "custom":
            raise ValidationError({"period_name": "A schedule needs a period with a name, such as last_month."})


class Recipient(models.Model):
    """Somebody who gets a schedule's reports by mail until they unsubscribe."""

    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="recipients")
    email = models.EmailField("e-mail address")
    unsubscribed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["schedule", "email"], name="one_recipient_per_schedule")]

    def __str__(self) -> str:
        return self.email
