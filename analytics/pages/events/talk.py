"""One talk: who registered, who came and when they were there, and who watched the recording later."""

from __future__ import annotations

from dataclasses import dataclass, replace

from analytics.charts import Chart
from analytics.formats import count_shown, duration_shown, percent_shown
from analytics.pages.events.event import LIVE, event_crumbs
from analytics.pages.events.presence import presence_chart
from analytics.pages.events.words import talk_detail, talk_headlines, talk_url
from analytics.pages.figures import Figure, metric_figure
from analytics.pages.inquiry import Inquiry
from analytics.pages.places import Crumb
from analytics.pages.timeline import series_chart, timeline_of
from analytics.sessions import Filter
from analytics.talks import TalkFigures, talks_figures
from analytics.together import together
from videos.errors import Unknown
from videos.models import Event

RECORDED = Filter("live", "in", (False,))


@dataclass(frozen=True)
class Neighbour:
    """Another talk of the event."""

    title: str
    url: str


@dataclass(frozen=True)
class TalkPage:
    """The page. `funnel` are sentences, from who registered to who watched later.

    `concurrency` is None where nobody attended, `recording` where nobody viewed one.
    """

    title: str
    crumbs: tuple[Crumb, ...]
    detail: str
    figures: tuple[Figure, ...]
    funnel: tuple[str, ...]
    concurrency: Chart | None
    recording: Chart | None
    talk_before: Neighbour | None
    talk_after: Neighbour | None


def talk_page(inquiry: Inquiry, event: Event, talk_id: str) -> TalkPage:
    """Return the page of a talk of the event, which the inquiry's scope is. Raises Unknown."""
    several = talks_figures(inquiry.context, event)
    place = next((place for place, each in enumerate(several) if each.talk.public_id == talk_id), None)
    if place is None:
        raise Unknown("talk", talk_id)
    figures, zone = several[place], inquiry.context.zone
    talk = figures.talk
    shown = Filter("talk", "in", (talk_id,))
    whole, live, recorded = (
        replace(inquiry, state=replace(inquiry.state, filters=(shown, *only))) for only in ((), (LIVE,), (RECORDED,))
    )
    viewers, concurrency, recording = together(
        lambda: Viewers.of(whole, live, recorded),
        lambda: presence_chart(live.sessions(), "Viewers at once", [talk], zone, numbered=False),
        lambda: _recording(recorded) if figures.recording_views else None,
    )
    return TalkPage(
        title=talk.title,
        crumbs=(*event_crumbs(event), Crumb(talk.title, talk_url(event, talk))),
        detail=talk_detail(talk, zone),
        figures=(
            *talk_headlines(figures),
            replace(metric_figure("peak_concurrent", viewers.peak), label="Peak at once"),
        ),
        funnel=_funnel(figures, viewers),
        concurrency=concurrency,
        recording=recording,
        talk_before=_neighbour(event, several, place - 1),
        talk_after=_neighbour(event, several, place + 1),
    )


@dataclass(frozen=True)
class Viewers:
    """How many were there at once, how many people viewed the recording, and how many of them nothing else."""

    peak: int
    later: int
    only_later: int

    @classmethod
    def of(cls, whole: Inquiry, live: Inquiry, recorded: Inquiry) -> Viewers:
        """Ask of all sessions of a talk, those of its live stream and those of its recording."""
        everybody, there, later = together(
            lambda: whole.ask("unique_viewers").rows[0]["unique_viewers"],
            lambda: live.ask("peak_concurrent", "unique_viewers").rows[0],
            lambda: recorded.ask("unique_viewers").rows[0]["unique_viewers"],
        )
        return cls(there["peak_concurrent"], later, everybody - there["unique_viewers"])


def _funnel(figures: TalkFigures, viewers: Viewers) -> tuple[str, ...]:
    """Return what became of those who registered, step by step."""
    steps = [f"{_people(figures.registered)} registered." if figures.registered else "Nobody registered."]
    if figures.is_silent and not figures.attendees:
        return (*steps, f"{figures.talk.get_provider_display()}’s player tells nobody who watched.")
    if not figures.attendees:
        steps.append("Nobody has attended the live stream.")
    else:
        steps.append(f"{_people(figures.attendees)} attended the live stream{_compared(figures)}.")
        if figures.average_attended is not None:
            steps.append(f"They watched {duration_shown(figures.average_attended)} on average{_of_talk(figures)}.")
    if viewers.later:
        steps.append(_later(viewers, figures.recording_views))
    return tuple(steps)


def _later(viewers: Viewers, views: int | None) -> str:
    only = viewers.only_later
    if only == viewers.later:
        new = "none of whom had watched it live"
    else:
        new = f"{count_shown(only)} of whom had not watched it live" if only else "all of whom had watched it live too"
    sentence = f"Afterwards {_people(viewers.later)} looked at the recording for 5 seconds or more, {new}"
    if views is None:
        return f"{sentence}."
    return f"{sentence}; {'1 view' if views == 1 else f'{count_shown(views)} views'} reached 30 seconds."


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count_shown(count)} people"


def _compared(figures: TalkFigures) -> str:
    if not figures.registered:
        return ""
    if figures.attendees > figures.registered:
        return ", more than registered"
    return f", {percent_shown(figures.attendees / figures.registered)} of the number registered"


def _of_talk(figures: TalkFigures) -> str:
    talk = figures.talk
    if not (talk.starts_at and talk.ends_at and talk.ends_at > talk.starts_at):
        return ""
    minutes, rest = divmod((talk.ends_at - talk.starts_at).total_seconds(), 60)
    length = duration_shown(60 * minutes + rest) if rest or minutes < 2 else f"{minutes:,.0f} minutes"
    return f" of the talk’s {length}"


def _recording(recorded: Inquiry) -> Chart:
    asked = replace(recorded, state=replace(recorded.state, metric="recording_views"))
    chart = series_chart(timeline_of(asked, ("recording_views",)))
    return replace(chart, name="recording", height=220, keys=())


def _neighbour(event: Event, several: list[TalkFigures], place: int) -> Neighbour | None:
    if not 0 <= place < len(several):
        return None
    talk = several[place].talk
    return Neighbour(talk.title, talk_url(event, talk))
