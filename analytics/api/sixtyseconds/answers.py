"""The three answers, key by key in the reference's order. Ratios, averages and scores over nothing are null."""

from __future__ import annotations

from datetime import UTC

from analytics.api.sixtyseconds.audience import DIMENSIONS, demographics
from analytics.api.sixtyseconds.parameters import closed, refuse_too_many_days
from analytics.api.sixtyseconds.shapes import AccountAnalytics, Distribution, TemplateAnalytics, VideoAnalytics
from analytics.context import Context, Scope
from analytics.metrics import QUARTERS
from analytics.periods import Period
from analytics.query import Question, Row, ask
from analytics.spreads import spread_of, with_views
from videos.selectors import video_by_id

TOP_VIDEOS = 10
HEADLINES = (
    "views",
    "unique_viewers",
    "watch_time",
    "average_watch_time",
    "completion_rate",
    "engagement_score",
)
SUMMARY = ("views", "unique_viewers", "completion_rate", "engagement_score", "interactions")
TREND = ("views", "completion_rate", "engagement_score")


def video_analytics(context: Context, public_id: str, period: Period) -> VideoAnalytics:
    """Return one video's metrics, quarters reached, interactions and audience. Raises Unknown."""
    video = video_by_id(context.workspace, public_id)
    scope = Scope("video", video.public_id)
    metrics = (*HEADLINES, "quarter_reach", "clicks", "shares", "reactions")
    total = ask(Question(context, period, metrics, scope=scope)).rows[0]
    audience = ask(Question(context, period, ("views",), by=DIMENSIONS, scope=scope)).rows
    return {
        "video_id": video.public_id,
        "title": video.title,
        "created_at": f"{video.created_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "metrics": {
            "views": total["views"],
            "unique_viewers": total["unique_viewers"],
            "total_watch_time": total["watch_time"],
            "average_watch_time": total["average_watch_time"],
            "completion_rate": total["completion_rate"],
            "engagement_score": total["engagement_score"],
        },
        "watch_time_distribution": [
            {"segment": segment, "viewers": viewers}
            for segment, viewers in zip(QUARTERS, total["quarter_reach"], strict=True)
        ],
        "engagement": {
            "clicks": total["clicks"],
            "shares": total["shares"],
            "reactions": dict(sorted(total["reactions"].items(), key=lambda pair: (-pair[1], pair[0]))),
        },
        "viewer_demographics": demographics(audience),
    }


def account_analytics(context: Context, period: Period, grain: str) -> AccountAnalytics:
    """Return the workspace's summary, its trends by `grain` without gaps, and the videos with the most views.

    The period in the answer is always two dates: an open start is the day of the first session, an open end today.
    Raises Invalid for more days than fit.
    """
    period = closed(context, period)
    refuse_too_many_days(period, grain)
    total = ask(Question(context, period, SUMMARY)).rows[0]
    trends = ask(Question(context, period, TREND, by=(grain,))).rows
    return {
        "period": {"start_date": str(period.first_on), "end_date": str(period.last_on)},
        "summary": {
            "total_videos": len(context.maps.video),
            "total_views": total["views"],
            "unique_viewers": total["unique_viewers"],
            "average_completion_rate": total["completion_rate"],
            "average_engagement_score": total["engagement_score"],
            "total_interactions": total["interactions"],
        },
        "trends": [
            {
                "date": row[grain],
                "views": row["views"],
                "completion_rate": row["completion_rate"],
                "engagement_score": row["engagement_score"],
            }
            for row in trends
        ],
        "top_videos": [
            {
                "video_id": row["video_id"],
                "title": row["title"],
                "views": row["views"],
                "engagement_score": row["engagement_score"],
            }
            for row in _videos(context, period, ("views", "engagement_score"), most=TOP_VIDEOS)
        ],
    }


def template_analytics(context: Context, public_id: str, period: Period) -> TemplateAnalytics:
    """Return the totals of a template's videos, how these spread, and those with the most views. Raises Unknown."""
    scope = Scope("template", public_id)
    members = context.videos_of(scope)
    total = ask(Question(context, period, TREND, scope=scope)).rows[0]
    videos = _videos(context, period, (*TREND, "average_watch_time"), scope)
    return {
        "template_id": public_id,
        "name": context.maps.names[public_id],
        "total_videos": len(members),
        "total_views": total["views"],
        "average_completion_rate": total["completion_rate"],
        "average_engagement_score": total["engagement_score"],
        "metrics_distribution": {
            "completion_rate": _spread(videos, "completion_rate"),
            "engagement_score": _spread(videos, "engagement_score"),
            "watch_time": _spread(videos, "average_watch_time"),
        },
        "top_performing_videos": [
            {
                "video_id": video["video_id"],
                "title": video["title"],
                "views": video["views"],
                "completion_rate": video["completion_rate"],
                "engagement_score": video["engagement_score"],
            }
            for video in videos[:TOP_VIDEOS]
        ],
    }


def _videos(
    context: Context, period: Period, metrics: tuple[str, ...], scope: Scope | None = None, most: int | None = None
) -> list[Row]:
    """Return the videos with views, most first: id, title and `metrics` of each."""
    # One more than asked for: sessions of a video that was deleted a moment ago may be among them.
    per_page = None if most is None else most + 1
    question = Question(context, period, metrics, by=("video",), scope=scope, order="-views", per_page=per_page)
    names = context.maps.names
    return [
        {"video_id": row["video"], "title": names[row["video"]], **{name: row[name] for name in metrics}}
        for row in with_views(ask(question).rows)
    ][:most]


def _spread(videos: list[Row], metric: str) -> Distribution:
    return distribution([video[metric] for video in videos if video[metric] is not None])


def distribution(values: list[float]) -> Distribution:
    """Return least, largest, median and the three quartiles, each null without values."""
    spread = spread_of(values)
    return {
        "min": spread.least,
        "max": spread.most,
        "median": spread.median,
        "quartiles": [spread.first, spread.median, spread.third],
    }
