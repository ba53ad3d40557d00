"""One event: its headlines, who was there at once over all talks, and the talks."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.urls import reverse

from analytics.charts import Chart, bars_figure
from analytics.formats import count_shown, percent_shown
from analytics.pages.events.listed import REGISTERED as REGISTERED_FOR_ANY
from analytics.pages.events.listed import TALKS
from analytics.pages.events.presence import presence_chart
from analytics.pages.events.words import (
    COLUMNS,
    NOBODY,
    REGISTERED,
    event_url,
    span_shown,
    talk_cells,
    talk_detail,
    talk_url,
)
from analytics.pages.figures import Figure, Line, Listing, metric_figure, metric_labels
from analytics.pages.inquiry import Inquiry
from analytics.pages.places import Crumb
from analytics.query import Row
from analytics.sessions import Filter
from analytics.tables import SECONDS, Column, Table, metric_column
from analytics.talks import TalkFigures, talks_figures
from analytics.together import together
from videos.api.shapes import second_shown
from videos.models import Event, Registration

LIVE = Filter("live", "in", (True,))


@dataclass(frozen=True)
class EventPage:
    """The page. `concurrency` is None where nobody ever attended, `talks` where there are none."""

    crumbs: tuple[Crumb, ...]
    when: str
    figures: tuple[Figure, ...]
    concurrency: Chart | None
    talks: Listing | None


def event_page(inquiry: Inquiry, event: Event) -> EventPage:
    """Return the page of an event, which the inquiry's scope is."""
    zone = inquiry.context.zone
    several, total = together(lambda: talks_figures(inquiry.context, event), lambda: inquiry.ask(*COLUMNS).rows[0])
    talks = [each.talk for each in several]
    live = replace(inquiry, state=replace(inquiry.state, filters=(LIVE,)))
    starts = [talk.starts_at for talk in talks if talk.starts_at]
    ends = [talk.ends_at for talk in talks if talk.ends_at]
    return EventPage(
        crumbs=event_crumbs(event),
        when=span_shown(min(starts, default=None), max(ends, default=None), zone),
        figures=_figures(event, several, total),
        concurrency=presence_chart(live.sessions(), "Viewers at once", talks, zone, numbered=True) if talks else None,
        talks=_listing(inquiry, event, several) if talks else None,
    )


def event_crumbs(event: Event) -> tuple[Crumb, ...]:
    """Return the way to an event."""
    return (Crumb("Events", reverse("pages:events")), Crumb(event.name, event_url(event)))


def _figures(event: Event, several: list[TalkFigures], total: Row) -> tuple[Figure, ...]:
    registered = Registration.objects.filter(talk__event=event).values("email").distinct().count()
    return (
        Figure("talks", TALKS[0], len(several), count_shown(len(several)), TALKS[1]),
        Figure("registered", REGISTERED[0], registered, count_shown(registered), REGISTERED_FOR_ANY[1]),
        *(metric_figure(name, total[name], NOBODY) for name in COLUMNS),
    )


def _listing(inquiry: Inquiry, event: Event, several: list[TalkFigures]) -> Listing:
    zone = inquiry.context.zone
    lines = (
        Line(each.talk.title, talk_url(event, each.talk), talk_detail(each.talk, zone), talk_cells(each))
        for each in several
    )
    return Listing(
        name="talks",
        title="Talks",
        caption=_caption(several),
        noun="Talk",
        labels=(REGISTERED, *metric_labels(COLUMNS)),
        lines=tuple(lines),
        table=_table(several),
        figure=bars_figure([(each.talk.title, each.attendees, count_shown(each.attendees)) for each in several]),
    )


def _table(several: list[TalkFigures]) -> Table:
    columns = (
        Column("Talk"), Column("Id"), Column("Kind"), Column("Provider"), Column("Starts"), Column("Ends"),
        Column("Registered"), *map(metric_column, COLUMNS), Column("Watch time", unit=SECONDS),
    )  # fmt: skip
    records = tuple(
        (
            each.talk.title, each.talk.public_id, each.talk.kind, each.talk.provider,
            second_shown(each.talk.starts_at), second_shown(each.talk.ends_at), each.registered,
            *(getattr(each, name) for name in COLUMNS), each.watch_time,
        )
        for each in several
    )  # fmt: skip
    return Table(columns, records)


def _caption(several: list[TalkFigures]) -> str:
    most = max(several, key=lambda each: each.attendees)
    if not most.attendees:
        return "Nobody has attended yet."
    people = "1 person" if most.attendees == 1 else f"{count_shown(most.attendees)} people"
    sentence = f"“{most.talk.title}” was attended by the most: {people}"
    rated = [each for each in several if each.registered >= 10 and each.attendees]
    if len(rated) > 1:
        best = max(rated, key=lambda each: each.attendees / each.registered)
        sentence += (
            f"; most for those registered came to “{best.talk.title}”"
            f" ({percent_shown(best.attendees / best.registered)})"
        )
    return f"{sentence}."
