"""What a video that is made for one customer says to them."""

from __future__ import annotations

from django.db import models

from videos.models.catalog import Video
from videos.validators import json_object_check


class AspectRatio(models.TextChoices):
    PORTRAIT = "9:16"
    LANDSCAPE = "16:9"
    SQUARE = "1:1"


class Personalisation(models.Model):
    """The order for a video: from whose data, in which words and shape its file is to be made.

    The files are made elsewhere, and the catalog is told where they are.
    """

    video = models.OneToOneField(Video, models.CASCADE, related_name="personalisation")
    customer_data = models.JSONField(default=dict, blank=True, validators=[json_object_check])
    ai_messaging = models.JSONField("AI messaging", default=dict, blank=True, validators=[json_object_check])
    aspect_ratio = models.CharField(max_length=5, choices=AspectRatio, default=AspectRatio.PORTRAIT)

    def __str__(self) -> str:
        return self.video.title

    @property
    def workspace_id(self) -> int:
        return self.video.workspace_id
