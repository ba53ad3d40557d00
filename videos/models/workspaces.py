"""Workspaces, the people who use them, and the tokens of programs."""

from __future__ import annotations

import zoneinfo
from functools import cache
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from videos.random_text import random_text
from videos.users import UserManager
from videos.validators import domains_check

LONGEST_RETENTION = 3650


@cache
def timezones() -> frozenset[str]:
    """Return the names of the IANA time zones, for which hundreds of files are read: once a process."""
    return frozenset(zoneinfo.available_timezones())


def timezone_check(name: str) -> None:
    """Raise ValidationError unless `name` is an IANA time zone."""
    if name not in timezones():
        raise ValidationError(f"{name!r} is not a time zone; give an IANA name such as Europe/Berlin.")


def public_token_new() -> str:
    return random_text(17)


class User(AbstractUser):
    """A person who signs in, by e-mail address."""

    username = None  # type: ignore[assignment]
    email = models.EmailField("e-mail address", unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()  # type: ignore[assignment, misc]

    def __str__(self) -> str:
        return self.email


class AddressKept(models.TextChoices):
    NONE = "none", "Not kept"
    TRUNCATED = "truncated", "Truncated (last part removed)"
    FULL = "full", "In full"


class RetentionUnit(models.TextChoices):
    DAYS = "days", "days"
    MONTHS = "months", "months"


class Workspace(models.Model):  # type: ignore[django-manager-missing]  # the tree library has no types
    """One company's videos, members and viewing sessions; nothing is visible across two workspaces."""

    name = models.CharField(max_length=200)
    timezone = models.CharField("time zone", max_length=64, default="UTC", validators=[timezone_check])
    public_token = models.CharField(max_length=32, unique=True, default=public_token_new, editable=False)
    address_kept = models.CharField(
        "viewers' addresses",
        max_length=10,
        choices=AddressKept,
        default=AddressKept.NONE,
        help_text="What is kept of a viewer's IP address with each viewing session.",
    )
    team_left_out = models.BooleanField(
        "leave your own team out",
        default=False,
        help_text="Members' own views, and those of viewers marked as your team, count in no number.",
    )
    consent_required = models.BooleanField(default=False)
    # How long viewing sessions are kept; none: for ever.
    retention = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(LONGEST_RETENTION)]
    )
    retention_unit = models.CharField(max_length=10, choices=RetentionUnit, default=RetentionUnit.MONTHS)
    embed_domains = models.JSONField(default=list, blank=True, validators=[domains_check])
    created_at = models.DateTimeField(auto_now_add=True)
    members = models.ManyToManyField(User, through="Membership", related_name="workspaces")

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.timezone)


class Role(models.TextChoices):
    OWNER = "owner", "Owner"
    EDITOR = "editor", "Editor"
    VIEWER = "viewer", "Viewer"


class Membership(models.Model):
    """What a user may do in a workspace: a viewer reads, an editor changes the catalog, an owner everything."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role, default=Role.VIEWER)

    class Meta:
        verbose_name = "member"
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["user", "workspace"], name="one_membership_per_workspace")]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"


class Scope(models.TextChoices):
    READ = "read", "Read"
    WRITE = "write", "Write"


class ApiToken(models.Model):
    """A program's key to one workspace. Only its SHA-256 is kept; the token itself is shown once."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    prefix = models.CharField(max_length=12, editable=False)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = "API token"

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
