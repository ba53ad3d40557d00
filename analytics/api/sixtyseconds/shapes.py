"""The bodies of the three answers, key by key in the reference's order. Null stands for what is over nothing."""

from __future__ import annotations

from typing import Annotated, TypedDict

from msgspec import Meta

Moment = Annotated[str, Meta(description="UTC, to the second", examples=["2025-02-15T10:30:00Z"])]
Day = Annotated[str, Meta(description="a day in the workspace's time zone", examples=["2025-02-28"])]
Seconds = Annotated[float, Meta(description="seconds", ge=0)]
Rate = Annotated[float, Meta(description="from 0 to 1", ge=0, le=1)]
Score = Annotated[float, Meta(description="from 1 to 10", ge=1, le=10)]
Segment = Annotated[str, Meta(pattern="^(0-25|25-50|50-75|75-100)%$")]
Shares = dict[str, Annotated[int, Meta(description="whole per cent of the views", ge=0, le=100)]]


class VideoMetrics(TypedDict):
    """A video's metrics."""

    views: int
    unique_viewers: int
    total_watch_time: Seconds
    average_watch_time: Seconds | None
    completion_rate: Rate | None
    engagement_score: Score | None


class SegmentViewers(TypedDict):
    """The views that played any part of a quarter of the video."""

    segment: Segment
    viewers: int


class VideoEngagement(TypedDict):
    """What viewers did; the reactions that occurred, the most frequent first."""

    clicks: int
    shares: int
    reactions: dict[str, int]


class Demographics(TypedDict):
    """Shares of the views in whole per cent that add up to 100, the long tail as `other`; empty without views."""

    devices: Shares
    browsers: Shares
    countries: Shares


class VideoAnalytics(TypedDict):
    """One video's metrics, quarters reached, interactions and audience."""

    video_id: str
    title: str
    created_at: Moment
    metrics: VideoMetrics
    watch_time_distribution: list[SegmentViewers]
    engagement: VideoEngagement
    viewer_demographics: Demographics


class AccountPeriod(TypedDict):
    """The first and the last day that are answered for."""

    start_date: Day
    end_date: Day


class AccountSummary(TypedDict):
    """The workspace's totals; `total_videos` are those of the catalog, watched or not."""

    total_videos: int
    total_views: int
    unique_viewers: int
    average_completion_rate: Rate | None
    average_engagement_score: Score | None
    total_interactions: int


class TrendStep(TypedDict):
    """A step of the trends, dated by its first day."""

    date: Day
    views: int
    completion_rate: Rate | None
    engagement_score: Score | None


class TopVideo(TypedDict):
    """One of the videos with the most views."""

    video_id: str
    title: str
    views: int
    engagement_score: Score | None


class AccountAnalytics(TypedDict):
    """The workspace's summary, its trends without gaps, and the videos with the most views."""

    period: AccountPeriod
    summary: AccountSummary
    trends: list[TrendStep]
    top_videos: list[TopVideo]


class Distribution(TypedDict):
    """How a figure of single videos spreads; the three quartiles are interpolated linearly."""

    min: float | None
    max: float | None
    median: float | None
    quartiles: Annotated[list[float | None], Meta(min_length=3, max_length=3)]


class Distributions(TypedDict):
    """The spread of completion rates, of engagement scores, and of average watch times in seconds."""

    completion_rate: Distribution
    engagement_score: Distribution
    watch_time: Distribution


class PerformingVideo(TypedDict):
    """One of the template's videos with the most views."""

    video_id: str
    title: str
    views: int
    completion_rate: Rate | None
    engagement_score: Score | None


class TemplateAnalytics(TypedDict):
    """The totals of a template's videos, how these spread, and those with the most views."""

    template_id: str
    name: str
    total_videos: int
    total_views: int
    average_completion_rate: Rate | None
    average_engagement_score: Score | None
    metrics_distribution: Distributions
    top_performing_videos: list[PerformingVideo]
