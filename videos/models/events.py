"""Live streams, and the events whose talks they carry."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from videos.models.catalog import Video, own_workspace
from videos.models.workspaces import User, Workspace
from videos.public_ids import PublicIdField


class Stream(models.Model):
    """A live stream: the video that its player sends snapshots of while it runs, and the recording kept of it.

    Title, project and folder are those of the video.
    """

    public_id = PublicIdField("strm_")
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="streams")
    video = models.OneToOneField(
        Video, models.CASCADE, related_name="stream", help_text="The video whose id the live player sends."
    )
    recording = models.ForeignKey(
        Video,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="recorded_streams",
        help_text="What can be watched afterwards. It may be the same video.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.video.title

    def clean(self) -> None:
        """Raise ValidationError for a video of another workspace."""
        super().clean()
        own_workspace(self, "video", "recording")


class Event(models.Model):
    """A conference or webinar. Its admins are members who may ask about its talks whatever their role."""

    public_id = PublicIdField("evt_")
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="events")
    name = models.CharField(max_length=200)
    admins = models.ManyToManyField(User, blank=True, related_name="administered_events")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class TalkKind(models.TextChoices):
    """What a talk is; workshops and networking have no video, hence no duration."""

    MAIN_STAGE = "main_stage", "Main stage"
    BREAKOUT = "breakout", "Breakout"
    WORKSHOP = "workshop", "Workshop"
    NETWORKING = "networking", "Networking"


class Provider(models.TextChoices):
    """Whose player shows a talk. Those of Zoom, Facebook and Wistia tell nobody what was watched."""

    VIEWPRINT = "viewprint", "Viewprint's player"
    YOUTUBE = "youtube", "YouTube"
    VIMEO = "vimeo", "Vimeo"
    VOXEET = "voxeet", "Voxeet"
    TOKBOX = "tokbox", "TokBox"
    ZOOM = "zoom", "Zoom"
    FACEBOOK = "facebook", "Facebook"
    WISTIA = "wistia", "Wistia"
    OTHER = "other", "Another one"


class Talk(models.Model):
    """A session of an event: shown live by a stream, watched later as a recording (its own, or the stream's)."""

    public_id = PublicIdField("ses_")
    event = models.ForeignKey(Event, models.CASCADE, related_name="talks")
    title = models.CharField(max_length=500)
    kind = models.CharField(max_length=20, choices=TalkKind, default=TalkKind.MAIN_STAGE)
    provider = models.CharField(max_length=20, choices=Provider, default=Provider.VIEWPRINT)
    stream = models.ForeignKey(Stream, models.SET_NULL, null=True, blank=True, related_name="talks")
    recording = models.ForeignKey(
        Video,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="recorded_talks",
        help_text="Empty: the stream's recording.",
    )
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = (models.F("starts_at").asc(nulls_last=True), "id")

    def __str__(self) -> str:
        return self.title

    @property
    def workspace_id(self) -> int:
        return self.event.workspace_id

    @property
    def recorded(self) -> Video | None:
        """The video that shows the talk afterwards: its own recording, else its stream's."""
        return self.recording or (self.stream.recording if self.stream else None)

    def clean(self) -> None:
        """Raise ValidationError for a stream or video of another workspace, or an end before the start."""
        super().clean()
        if self.event_id:
            own_workspace(self, "stream", "recording")
        if self.starts_at and self.ends_at and self.ends_at < self.starts_at:
            raise ValidationError({"ends_at": "The talk ends before it starts."})


class Registration(models.Model):
    """Somebody who means to attend a talk: registered, or bookmarked it. Once for each address."""

    public_id = PublicIdField("reg_")
    talk = models.ForeignKey(Talk, models.CASCADE, related_name="registrations")
    email = models.EmailField("e-mail address")
    name = models.CharField(max_length=200, blank=True)
    registered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-registered_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["talk", "email"],
                name="one_registration_per_address",
                violation_error_message="This address is registered for the talk already.",
            )
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def workspace_id(self) -> int:
        return self.talk.workspace_id
