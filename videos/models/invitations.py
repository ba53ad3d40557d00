"""Who was asked to join a workspace, and has not answered yet, or has."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from videos.models.workspaces import Role, User, Workspace


class Invitation(models.Model):
    """An invitation by mail; its link ends at `expires_at`, when it was accepted, or when it was withdrawn."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="invitations")
    email = models.EmailField("e-mail address")
    role = models.CharField(max_length=10, choices=Role, default=Role.VIEWER)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, editable=False)
    accepted_at = models.DateTimeField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "email"],
                name="one_open_invitation_per_address",
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                violation_error_message="This person is invited already: send that invitation again, or withdraw it.",
            )
        ]

    def __str__(self) -> str:
        return self.email

    def is_open(self, now: datetime) -> bool:
        """Whether its link still leads into the workspace."""
        return self.accepted_at is None and self.withdrawn_at is None and now < self.expires_at
