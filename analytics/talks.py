"""What became of the talks of an event, over all time: the event sessions API and the pages of events read it here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, F, QuerySet

from analytics.context import Context, Scope, all_time
from analytics.metrics import METRICS
from analytics.query import Question, ask
from videos.models import Event, Provider, Talk, TalkKind, Video

FIGURES = ("attendees", "average_attended", "live_views", "recording_views", "watch_time")
# Their players tell nobody what was watched.
SILENT = {Provider.ZOOM, Provider.FACEBOOK, Provider.WISTIA}
WITHOUT_VIDEO = {TalkKind.WORKSHOP, TalkKind.NETWORKING}


@dataclass(frozen=True)
class TalkFigures:
    """A talk, with its stream and videos, and what became of it.

    What depends on watching is None where the talk's provider tells nobody of it, and an average over nobody.
    """

    talk: Talk
    registered: int
    attendees: int
    average_attended: float | None
    live_views: int | None
    recording_views: int | None
    watch_time: float | None

    @property
    def is_silent(self) -> bool:
        return self.talk.provider in SILENT


def event_talks(event: Event) -> QuerySet[Talk]:
    """Return the event's talks in order of start, those without one last, each with its `registered` people."""
    talks = Talk.objects.filter(event=event).select_related("stream__video", "stream__recording", "recording")
    return talks.annotate(registered=Count("registrations")).order_by(F("starts_at").asc(nulls_last=True), "pk")


def talks_figures(context: Context, event: Event) -> list[TalkFigures]:
    """Return the talks of an event of the context's workspace in order: one query and one question."""
    # By talk, not by video: who saw both videos of a talk is one attendee.
    rows = ask(Question(context, all_time(context), FIGURES, by=("talk",), scope=Scope("event", event.public_id))).rows
    known = {row["talk"]: row for row in rows}
    nothing = {name: METRICS[name].value(None) for name in FIGURES}
    return [_figures(talk, known.get(talk.public_id, nothing)) for talk in event_talks(event)]


def _figures(talk: Talk, row: dict) -> TalkFigures:
    told = {name: None if talk.provider in SILENT else row[name] for name in FIGURES}
    registered = getattr(talk, "registered")  # noqa: B009  # an annotation
    return TalkFigures(talk, registered, **{**told, "attendees": row["attendees"]})


def talk_videos(talk: Talk) -> Iterator[Video]:
    """Yield the recording and the stream's video, as far as a talk has them; those of some kinds have none."""
    if talk.kind not in WITHOUT_VIDEO:
        yield from filter(None, (talk.recorded, talk.stream and talk.stream.video))
