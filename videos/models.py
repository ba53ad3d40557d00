"""The catalog and who may use it: everything that people edit. What viewers did is in analytics.models."""

from __future__ import annotations

import secrets
import zoneinfo
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from tree_queries.models import TreeNode

from videos.public_ids import PublicIdField
from videos.users import UserManager
from videos.validators import LONGEST_DURATION, domains_check, link_check


def timezone_check(name: str) -> None:
    """Raise ValidationError unless `name` is an IANA time zone."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(f"{name!r} is not a time zone; give an IANA name such as Europe/Berlin.")


def public_token_new() -> str:
    return secrets.token_urlsafe(12)


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


def own_workspace(row: models.Model, *names: str) -> None:
    """Raise ValidationError, as for something that does not exist, for what `names` refer to in other workspaces."""
    errors = {}
    for name in names:
        other = getattr(row, name) if getattr(row, f"{name}_id") else None
        if other is not None and other.workspace_id != row.workspace_id:  # type: ignore[attr-defined]
            errors[name] = f"There is no such {other._meta.verbose_name} in this workspace."
    if errors:
        raise ValidationError(errors)


class Project(models.Model):  # type: ignore[django-manager-missing]
    public_id = PublicIdField("proj_")
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="projects")
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class Folder(TreeNode):
    """A folder of a project; folders nest."""

    public_id = PublicIdField("fold_")
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="folders")
    project = models.ForeignKey(Project, models.CASCADE, related_name="folders")
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raise ValidationError for a loop, or a parent or project that is not of the same place."""
        super().clean()
        own_workspace(self, "project", "parent")
        if self.parent is not None and self.project_id and self.parent.project_id != self.project_id:
            raise ValidationError({"parent": "This folder belongs to another project."})


class Template(models.Model):
    public_id = PublicIdField("tmpl_")
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="templates")
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class Video(models.Model):
    public_id = PublicIdField("vid_")
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="videos")
    title = models.CharField(max_length=500)
    duration = models.DecimalField(
        max_digits=9,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(LONGEST_DURATION)],
        help_text="In seconds. Empty: what the player reports counts.",
    )
    project = models.ForeignKey(Project, models.SET_NULL, null=True, blank=True, related_name="videos")
    folder = models.ForeignKey(Folder, models.SET_NULL, null=True, blank=True, related_name="videos")
    template = models.ForeignKey(Template, models.SET_NULL, null=True, blank=True, related_name="videos")
    url = models.CharField(
        max_length=2048, blank=True, validators=[link_check], help_text="The file that the embed page plays."
    )
    thumbnail_url = models.CharField(max_length=2048, blank=True, validators=[link_check])
    embed_domains = models.JSONField(
        default=list,
        blank=True,
        validators=[domains_check],
        help_text="The domains that may embed the player; none named: any.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Raise ValidationError for a folder of another project, or anything of another workspace."""
        super().clean()
        own_workspace(self, "project", "folder", "template")
        if self.folder is not None and self.folder.project_id != self.project_id:
            raise ValidationError({"folder": "This folder belongs to another project."})


class Event(models.Model):
    """A conference or webinar; its talks name the videos."""

    public_id = PublicIdField("evt_")
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="events")
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class Talk(models.Model):
    """A session of an event: shown live as `video`, watched later as `recording` (often the same video)."""

    public_id = PublicIdField("ses_")
    event = models.ForeignKey(Event, models.CASCADE, related_name="talks")
    title = models.CharField(max_length=500)
    video = models.ForeignKey(Video, models.SET_NULL, null=True, blank=True, related_name="live_talks")
    recording = models.ForeignKey(Video, models.SET_NULL, null=True, blank=True, related_name="recorded_talks")
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("starts_at", "id")

    def __str__(self) -> str:
        return self.title

    @property
    def workspace_id(self) -> int:
        return self.event.workspace_id

    def clean(self) -> None:
        """Raise ValidationError for a video of another workspace, or an end before the start."""
        super().clean()
        if self.event_id:
            own_workspace(self, "video", "recording")
        if self.starts_at and self.ends_at and self.ends_at < self.starts_at:
            raise ValidationError({"ends_at": "The talk ends before it starts."})
