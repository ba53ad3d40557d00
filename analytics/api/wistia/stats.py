"""Totals of the account, a project or a media, by date too, and a media's engagement."""

from __future__ import annotations

from typing import Any, Literal

from django.utils import timezone
from rest_framework.request import Request

from analytics.api.wistia import examples
from analytics.api.wistia.base import WistiaView, context_of, day_of, days_of, media_of, project_of
from analytics.api.wistia.described import DATES, Told
from analytics.api.wistia.shapes import (
    WistiaCounts,
    WistiaDayCounts,
    WistiaEngagement,
    WistiaMediaStats,
    WistiaMediaSummary,
    WistiaProjectStats,
)
from analytics.context import Context, Scope, all_time
from analytics.curves import engagement_curve, video_duration
from analytics.periods import DAY, Period
from analytics.query import Question, Row, ask
from analytics.sessions import viewing_sessions
from videos.models import Video

COUNTED = ("loads", "plays", "watch_time")
ACTIONS: dict[str, Literal["Turnstile", "Annotation", "Call to Action"]] = {
    "turnstile": "Turnstile",
    "annotation": "Annotation",
    "cta": "Call to Action",
}
HOUR = 3600
RATE_DECIMALS = 3


def account(request: Request) -> WistiaCounts:
    """Return the totals of the whole workspace."""
    return _counts(_total(context_of(request), None, *COUNTED))


def project(request: Request, project: str) -> WistiaProjectStats:
    """Return the totals of the videos that are in the project now."""
    context = context_of(request)
    scope = Scope("project", project_of(context.workspace, project).public_id)
    return {**_counts(_total(context, scope, *COUNTED)), "number_of_videos": len(context.videos_of(scope))}


def media(request: Request, media: str) -> WistiaMediaStats:
    """Return a video's totals, rates and actions; rates over nothing are 0."""
    row = _total(*_media(request, media), *COUNTED, "play_rate", "engagement", "visitors", "actions")
    counts = _counts(row)
    return {
        "load_count": counts["load_count"],
        "play_count": counts["play_count"],
        "play_rate": row["play_rate"] or 0.0,
        "hours_watched": counts["hours_watched"],
        "engagement": row["engagement"] or 0.0,
        "visitors": row["visitors"],
        "actions": [
            {
                "type": word,
                "action_count": row["actions"][kind]["conversions"],
                "impression_count": row["actions"][kind]["impressions"],
                "rate": round(row["actions"][kind]["rate"], RATE_DECIMALS),
            }
            for kind, word in ACTIONS.items()
            if kind in row["actions"]
        ],
    }


def media_summary(request: Request, media: str) -> WistiaMediaSummary:
    """Return a video's totals as the Data API words them, percentages as whole numbers."""
    context = context_of(request)
    video = media_of(context.workspace, media)
    scope = Scope("video", video.public_id)
    row = _total(context, scope, "loads", "visitors", "play_rate", "plays", "engagement")
    return {
        "id": video.pk,
        "hashed_id": video.public_id,
        "name": video.title,
        "stats": {
            "pageLoads": row["loads"],
            "visitors": row["visitors"],
            "percentOfVisitorsClickingPlay": round(100 * (row["play_rate"] or 0)),
            "plays": row["plays"],
            "averagePercentWatched": round(100 * (row["engagement"] or 0)),
        },
    }


def engagement(request: Request, media: str) -> WistiaEngagement:
    """Return a video's engagement and its curves: a cell a second, 1,000 at most, none if its length is unknown."""
    context = context_of(request)
    video = media_of(context.workspace, media)
    duration = known_duration(context, video)
    curve = engagement_curve(_sessions(context, video), duration) if duration else None
    row = _total(context, Scope("video", video.public_id), "engagement")
    return {
        "engagement": row["engagement"] or 0.0,
        "engagement_data": curve.engagement_data if curve else [],
        "rewatch_data": curve.rewatch_data if curve else [],
    }


def account_by_date(request: Request) -> list[WistiaDayCounts]:
    """Return a row of totals for each day asked for."""
    context = context_of(request)
    return _by_date(context, _days(request, context))


def project_by_date(request: Request, project: str) -> list[WistiaDayCounts]:
    """Return a row of totals of the project's videos for each day asked for."""
    context = context_of(request)
    scope = Scope("project", project_of(context.workspace, project).public_id)
    return _by_date(context, _days(request, context), scope)


def media_by_date(request: Request, media: str) -> list[WistiaDayCounts]:
    """Return a row of a video's totals for each day asked for."""
    context, scope = _media(request, media)
    return _by_date(context, _days(request, context), scope)


def known_duration(context: Context, video: Video) -> int | None:
    """Return the video's duration over all time, in ms; None where nobody knows it."""
    return video_duration(video, lambda: _sessions(context, video))


def _sessions(context: Context, video: Video) -> Any:
    return viewing_sessions(context, all_time(context), Scope("video", video.public_id))


def _media(request: Request, key: str) -> tuple[Context, Scope]:
    context = context_of(request)
    return context, Scope("video", media_of(context.workspace, key).public_id)


def _total(context: Context, scope: Scope | None, *metrics: str) -> Row:
    return ask(Question(context, all_time(context), metrics, scope=scope)).rows[0]


def _counts(row: Row) -> WistiaCounts:
    return {"load_count": row["loads"], "play_count": row["plays"], "hours_watched": row["watch_time"] / HOUR}


def _days(request: Request, context: Context) -> Period:
    """Return the days asked for: yesterday and today by default, up to today without an end, two without a start."""
    first, last = day_of(request, "start_date"), day_of(request, "end_date")
    today = timezone.now().astimezone(context.zone).date()
    # A start after today without an end: that day alone.
    last = last or max(today, first or today)
    return days_of(first or last - DAY, last, context)


def _by_date(context: Context, days: Period, scope: Scope | None = None) -> list[WistiaDayCounts]:
    answer = ask(Question(context, days, COUNTED, by=("day",), scope=scope, order="day"))
    return [{"date": row["day"], **_counts(row)} for row in answer.rows]


class AccountView(WistiaView):
    answer = staticmethod(account)
    told = Told("account", "Totals of the account", examples.ACCOUNT)


class AccountByDateView(WistiaView):
    answer = staticmethod(account_by_date)
    told = Told("account_by_date", "Totals of the account by day", examples.DAYS, DATES)


class ProjectView(WistiaView):
    answer = staticmethod(project)
    told = Told("project", "Totals of a project", examples.PROJECT)


class ProjectByDateView(WistiaView):
    answer = staticmethod(project_by_date)
    told = Told("project_by_date", "Totals of a project by day", examples.DAYS, DATES)


class MediaView(WistiaView):
    answer = staticmethod(media)
    told = Told("media", "Totals, rates and actions of a video", examples.MEDIA)


class MediaByDateView(WistiaView):
    answer = staticmethod(media_by_date)
    told = Told("media_by_date", "Totals of a video by day", examples.DAYS, DATES)


class MediaSummaryView(WistiaView):
    answer = staticmethod(media_summary)
    told = Told("media_summary", "Totals of a video, percentages as whole numbers", examples.SUMMARY)


class EngagementView(WistiaView):
    answer = staticmethod(engagement)
    told = Told("engagement", "Engagement of a video, second by second", examples.ENGAGEMENT)
