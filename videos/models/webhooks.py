"""Other people's servers that are told what happens in a workspace, and what each of them was told."""

from __future__ import annotations

from django.db import models

from videos.models.workspaces import Workspace
from videos.public_ids import PublicIdField
from videos.webhooks.targets import LONGEST_URL, url_check


class HookState(models.TextChoices):
    """Whether a webhook is told: it is, its owners paused it, or it failed for so long that nobody asks it any more."""

    ACTIVE = "active", "Active"
    PAUSED = "paused", "Paused"
    DISABLED = "disabled", "Disabled"


class Webhook(models.Model):
    """An address that is told of `events`. The nonces make its secrets (`videos.webhooks.signing`)."""

    public_id = PublicIdField("hook_")
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="webhooks")
    url = models.CharField("address", max_length=LONGEST_URL, validators=[url_check])
    description = models.CharField(max_length=200, blank=True)
    events = models.JSONField(default=list)
    nonce = models.CharField(max_length=32, editable=False)
    former_nonce = models.CharField(max_length=32, blank=True, editable=False)
    former_until = models.DateTimeField(null=True, editable=False)
    is_paused = models.BooleanField(default=False)
    disabled_at = models.DateTimeField(null=True, editable=False)
    # How it goes: what failed one after the other, since when, and until when it is left alone.
    failures = models.PositiveIntegerField(default=0, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    rests_until = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.description or self.url

    @property
    def state(self) -> HookState:
        if self.disabled_at is not None:
            return HookState.DISABLED
        return HookState.PAUSED if self.is_paused else HookState.ACTIVE


class DeliveryState(models.TextChoices):
    PENDING = "pending", "Waiting"
    DELIVERED = "delivered", "Delivered"
    FAILED = "failed", "Failed"


class HookDelivery(models.Model):
    """One message to one webhook: its exact text, and how the last attempt went. Its public id is the message's id."""

    public_id = PublicIdField("msg_")
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=40)
    body = models.TextField()
    status = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    # When the next attempt is due; none for a finished delivery.
    due_at = models.DateTimeField(null=True)
    response_status = models.PositiveSmallIntegerField(null=True)
    response_text = models.TextField(blank=True)
    error = models.CharField(max_length=500, blank=True)
    milliseconds = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    attempted_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["due_at"], name="hook_deliveries_due", condition=models.Q(due_at__isnull=False)),
            models.Index(fields=["created_at"], name="hook_deliveries_age"),
        ]

    def __str__(self) -> str:
        return f"{self.event} ({self.public_id})"
