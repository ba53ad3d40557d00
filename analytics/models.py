"""What viewers did (one row a viewing session, in ClickHouse), who they are, and who is meant to watch (relational)."""

from __future__ import annotations

import secrets

from clickhouse_backend import models as clickhouse
from django.db import models

from analytics.clickhouse.engine import fact_engine
from videos.models import User, Workspace
from videos.public_ids import PublicIdField


def _word(**options: object) -> clickhouse.StringField:
    """Return a text column with few distinct values."""
    return clickhouse.StringField(low_cardinality=True, default="", **options)


class ViewingSession(clickhouse.ClickhouseModel):
    """One load of the player with one video: its newest snapshot, with all that METRICS.md derives from it.

    Times within a video and waiting times are whole milliseconds; instants are UTC. A snapshot is a new row, never an
    update: the engine keeps the highest `seq` of a session, and reading with `final` (the default here) sees only that.
    """

    workspace_id = clickhouse.UInt32Field()
    video_id = clickhouse.UInt32Field()
    started_at = clickhouse.DateTime64Field(precision=3)
    id = clickhouse.UUIDField(primary_key=True)
    seq = clickhouse.UInt32Field()
    received_at = clickhouse.DateTime64Field(precision=3)

    visitor = clickhouse.StringField()
    visit = clickhouse.UUIDField()

    page = _word()
    domain = _word()
    referrer = clickhouse.StringField(default="")
    source = _word()
    utm_source = _word()
    utm_medium = _word()
    utm_campaign = _word()

    live = clickhouse.BoolField(default=False)
    starts = clickhouse.ArrayField(clickhouse.UInt32Field())
    ends = clickhouse.ArrayField(clickhouse.UInt32Field())
    watch_time = clickhouse.UInt64Field(default=0)
    watched = clickhouse.UInt32Field(default=0)
    longest_run = clickhouse.UInt32Field(default=0)
    duration = clickhouse.UInt32Field(null=True)
    elapsed = clickhouse.UInt32Field(default=0)
    plays = clickhouse.UInt32Field(default=0)
    played = clickhouse.BoolField(default=False)
    viewed = clickhouse.BoolField(default=False)
    completed = clickhouse.BoolField(null=True)
    watched_30 = clickhouse.BoolField(default=False)
    quarters = clickhouse.ArrayField(clickhouse.UInt8Field())

    action_type = clickhouse.ArrayField(clickhouse.StringField(low_cardinality=True))
    action_name = clickhouse.ArrayField(clickhouse.StringField())
    action_at = clickhouse.ArrayField(clickhouse.UInt32Field())
    action_converted = clickhouse.ArrayField(clickhouse.BoolField())

    startup = clickhouse.UInt32Field(null=True)
    rebuffers = clickhouse.UInt32Field(default=0)
    rebuffering = clickhouse.UInt32Field(default=0)
    error = clickhouse.StringField(default="")
    screen_width = clickhouse.UInt16Field(default=0)
    screen_height = clickhouse.UInt16Field(default=0)
    language = _word()

    country = _word()
    region = _word()
    city = _word()
    lat = clickhouse.Float64Field(null=True)
    lon = clickhouse.Float64Field(null=True)
    network = _word()
    ip = clickhouse.StringField(default="")
    device = _word()
    os = _word()
    os_version = _word()
    browser = _word()
    browser_version = _word()
    bot = clickhouse.BoolField(default=False)

    class Meta:
        db_table = "viewing_session"
        engine = fact_engine(
            "seq",
            order_by=("workspace_id", "video_id", "started_at", "id"),
            partition_by="toYYYYMM(started_at)",
            default_compression_codec="ZSTD(1)",  # a third smaller than the engine's default, read as fast
        )
        indexes = [
            clickhouse.Index(fields=["visitor"], name="visitor_bloom", type=clickhouse.BloomFilter(), granularity=1),
            clickhouse.Index(fields=["id"], name="id_bloom", type=clickhouse.BloomFilter(), granularity=1),
            # Who is watching now: most of what was stored has long been silent.
            clickhouse.Index(fields=["received_at"], name="received_minmax", type=clickhouse.MinMax(), granularity=1),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Visitor(models.Model):
    """A known person. The name, the address and the organisation are here and never in the fact table.

    `key` is the `visitor` of the person's viewing sessions: that of the browser first seen with the identity.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="visitors")
    key = models.CharField(max_length=64)
    identity_digest = models.CharField(max_length=64, editable=False)
    email = models.CharField(max_length=2048, blank=True)
    name = models.CharField(max_length=2048, blank=True)
    external_id = models.CharField(max_length=2048, blank=True)
    org_name = models.CharField(max_length=2048, blank=True)
    org_title = models.CharField(max_length=2048, blank=True)
    source = models.CharField(max_length=20, blank=True)
    identifying_session = models.UUIDField()
    first_seen_at = models.DateTimeField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "key"], name="one_person_per_key"),
            models.UniqueConstraint(fields=["workspace", "identity_digest"], name="one_visitor_per_identity"),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.external_id or self.key


class PeopleList(models.Model):
    """People by their e-mail addresses, whether they were ever seen or not: a course, a class, a team.

    A list has a name and is the workspace's, or it is the draft of one member, who has one at most.
    """

    public_id = PublicIdField("peop_")
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="people_lists")
    name = models.CharField(max_length=200, blank=True)
    draft_of = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="+")
    emails = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("name", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "name"],
                condition=models.Q(draft_of=None),
                name="one_people_list_per_name",
                violation_error_message="There is a list of this name already.",
            ),
            models.UniqueConstraint(fields=["workspace", "draft_of"], name="one_draft_per_member"),
        ]

    def __str__(self) -> str:
        return self.name or "Your latest list"


class TeamViewer(models.Model):
    """A viewer whom a member has marked as one of the workspace's own people."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="team_viewers")
    key = models.CharField(max_length=64)
    marked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="one_team_mark_per_viewer")]

    def __str__(self) -> str:
        return self.key


class Segment(models.Model):
    """Filters of the dashboard under a name, each written as an address has it: `country:in:DE`."""

    public_id = PublicIdField("segm_")
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="segments")
    name = models.CharField(max_length=100)
    filters = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "name"],
                name="one_segment_per_name",
                violation_error_message="There is a segment of this name already.",
            )
        ]

    def __str__(self) -> str:
        return self.name


def share_token_new() -> str:
    return secrets.token_hex(16)


class SharedPage(models.Model):
    """A public link to one page of the dashboard, as it was when it was shared: nobody needs to sign in to read it.

    `path` and `query` are the page's address. A password is kept hashed, '' where none is asked for.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="shared_pages")
    token = models.CharField(max_length=32, unique=True, default=share_token_new, editable=False)
    title = models.CharField(max_length=200)
    path = models.CharField(max_length=200)
    query = models.CharField(max_length=4000, blank=True)
    password = models.CharField(max_length=200, blank=True, editable=False)
    ends_at = models.DateTimeField()
    shared_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    opened_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return self.title


class DailySalt(models.Model):
    """The secret of one UTC day from which anonymous visitors' keys are hashed; destroyed after 48 hours."""

    on = models.DateField(primary_key=True)
    salt = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return str(self.on)
