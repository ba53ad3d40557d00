"""What became of each talk of an event, over all time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Count, F, Max

from analytics.api.events.shapes import EventSession, EventSessions
from analytics.context import Context, Scope
from analytics.metrics import METRICS
from analytics.periods import Period
from analytics.query import Question, Row, ask
from analytics.sessions import viewing_sessions
from videos.api.shapes import second_shown
from videos.models import Event, Provider, Talk, TalkKind, Video

FIGURES = ("attendees", "average_attended", "live_views", "recording_views", "watch_time")
# Their players tell nobody what was watched.
SILENT = {Provider.ZOOM, Provider.FACEBOOK, Provider.WISTIA}
WITHOUT_VIDEO = {TalkKind.WORKSHOP, TalkKind.NETWORKING}


def event_sessions(context: Context, event: Event, expand: set[str]) -> EventSessions:
    """Return each talk of the event (one of the context's workspace) in order of start, those without one last."""
    talks = (
        Talk.objects.filter(event=event)
        .select_related("stream__video", "stream__recording", "recording")
        .annotate(registered=Count("registrations"))
        .order_by(F("starts_at").asc(nulls_last=True), "pk")
    )
    period = Period(context.zone, None, None, "all_time")
    # By talk, not by video: who saw both videos of a talk is one attendee.
    rows = ask(Question(context, period, FIGURES, by=("talk",), scope=Scope("event", event.public_id))).rows
    figures = {row["talk"]: row for row in rows}
    nothing = {name: METRICS[name].value(None) for name in FIGURES}
    reported = _reported(context, period, talks) if "duration" in expand else {}
    return {"data": [_session(talk, figures.get(talk.public_id, nothing), expand, reported) for talk in talks]}


def _session(talk: Talk, figures: Row, expand: set[str], reported: dict[int, float]) -> EventSession:
    told = {name: None if talk.provider in SILENT else value for name, value in figures.items()}
    session: EventSession = {
        "session_id": talk.public_id,
        "title": talk.title,
        "start_time": second_shown(talk.starts_at),
        "end_time": second_shown(talk.ends_at),
        "registered_user_count": getattr(talk, "registered"),  # noqa: B009  # an annotation
        "attendee_count": figures["attendees"],
        "avg_attended_duration": told["average_attended"],
        "recording_views": told["recording_views"],
        "live_views": told["live_views"],
    }
    if "duration" in expand:
        session["duration"] = _duration(talk, reported)
    if "watch_time" in expand:
        session["watch_time"] = told["watch_time"]
    return session


def _duration(talk: Talk, reported: dict[int, float]) -> float | None:
    """Return the seconds that the recording lasts, or the stream's video where nobody knows that.

    What the catalog knows of either goes before what players reported.
    """
    known = next((float(video.duration) for video in _videos(talk) if video.duration), None)
    return known or next((reported[video.pk] for video in _videos(talk) if video.pk in reported), None)


def _videos(talk: Talk) -> Iterator[Video]:
    """Yield the recording and the stream's video, as far as a talk has them; those of some kinds have none."""
    if talk.kind not in WITHOUT_VIDEO:
        yield from filter(None, (talk.recorded, talk.stream and talk.stream.video))


def _reported(context: Context, period: Period, talks: Iterable[Talk]) -> dict[int, float]:
    """Return the longest duration (s) that players reported of each of the talks' videos without one in the catalog."""
    unknown = {video.pk for talk in talks for video in _videos(talk) if not video.duration}
    if not unknown:
        return {}
    sessions = viewing_sessions(context, period).filter(video_id__in=unknown, duration__gt=0)
    longest = sessions.values("video_id").annotate(longest=Max("duration")).values_list("video_id", "longest")
    return {video: milliseconds / 1000 for video, milliseconds in longest}
