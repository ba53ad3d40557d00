"""What became of each talk of an event, over all time."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Max

from analytics.api.events.shapes import EventSession, EventSessions
from analytics.context import Context, all_time
from analytics.sessions import viewing_sessions
from analytics.talks import TalkFigures, talk_videos, talks_figures
from videos.api.shapes import second_shown
from videos.models import Event, Talk


def event_sessions(context: Context, event: Event, expand: set[str]) -> EventSessions:
    """Return each talk of the event (one of the context's workspace) in order of start, those without one last."""
    several = talks_figures(context, event)
    reported = _reported(context, [each.talk for each in several]) if "duration" in expand else {}
    return {"data": [_session(each, expand, reported) for each in several]}


def _session(figures: TalkFigures, expand: set[str], reported: dict[int, float]) -> EventSession:
    talk = figures.talk
    session: EventSession = {
        "session_id": talk.public_id,
        "title": talk.title,
        "start_time": second_shown(talk.starts_at),
        "end_time": second_shown(talk.ends_at),
        "registered_user_count": figures.registered,
        "attendee_count": figures.attendees,
        "avg_attended_duration": figures.average_attended,
        "recording_views": figures.recording_views,
        "live_views": figures.live_views,
    }
    if "duration" in expand:
        session["duration"] = _duration(talk, reported)
    if "watch_time" in expand:
        session["watch_time"] = figures.watch_time
    return session


def _duration(talk: Talk, reported: dict[int, float]) -> float | None:
    """Return the seconds that the recording lasts, or the stream's video where nobody knows that.

    What the catalog knows of either goes before what players reported.
    """
    known = next((float(video.duration) for video in talk_videos(talk) if video.duration), None)
    return known or next((reported[video.pk] for video in talk_videos(talk) if video.pk in reported), None)


def _reported(context: Context, talks: Iterable[Talk]) -> dict[int, float]:
    """Return the longest duration (s) that players reported of each of the talks' videos without one in the catalog."""
    unknown = {video.pk for talk in talks for video in talk_videos(talk) if not video.duration}
    if not unknown:
        return {}
    sessions = viewing_sessions(context, all_time(context)).filter(video_id__in=unknown, duration__gt=0)
    longest = sessions.values("video_id").annotate(longest=Max("duration")).values_list("video_id", "longest")
    return {video: milliseconds / 1000 for video, milliseconds in longest}
