"""What is measured: videos, and the projects, folders and templates they are filed under."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from tree_queries.models import TreeNode

from videos.models.workspaces import Workspace
from videos.public_ids import PublicIdField
from videos.validators import LONGEST_DURATION, domains_check, link_check


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
