"""The list of a workspace's events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max, Min
from django.urls import reverse

from analytics.charts import bars_figure
from analytics.formats import count_shown
from analytics.metrics import METRICS
from analytics.pages.events.words import event_url, span_shown
from analytics.pages.figures import Line, Listing, count_cell, metric_cell, metric_labels
from analytics.pages.inquiry import Inquiry
from analytics.query import Row
from analytics.tables import Column, Table, metric_column
from videos.api.shapes import second_shown
from videos.models import Event

METRICS_SHOWN = ("attendees", "live_views", "recording_views")
TALKS = ("Talks", "Sessions of the event: what stands in its programme.")
REGISTERED = ("Registered", "People who registered for any of the talks, each e-mail address once.")


@dataclass(frozen=True)
class EventsPage:
    """The page. `events` is None where there are none; `add_url` is where an editor adds one, '' for who may not."""

    events: Listing | None
    add_url: str


def events_page(inquiry: Inquiry, *, may_edit: bool) -> EventsPage:
    """Return the workspace's events, the latest first: one query beside the catalog's maps, and one question."""
    rows = Event.objects.filter(workspace=inquiry.context.workspace).annotate(
        talk_count=Count("talks", distinct=True),
        registered=Count("talks__registrations__email", distinct=True),
        starts_at=Min("talks__starts_at"),
        ends_at=Max("talks__ends_at"),
    )
    events: list[Any] = list(rows.order_by(F("starts_at").desc(nulls_last=True), "name", "pk"))
    add_url = reverse("admin:videos_event_add") if may_edit else ""
    if not events:
        return EventsPage(None, add_url)
    known = {row["event"]: row for row in inquiry.ask(*METRICS_SHOWN, by=("event",)).rows}
    nothing = {name: METRICS[name].value(None) for name in METRICS_SHOWN}
    pairs = [(event, known.get(event.public_id, nothing)) for event in events]
    listing = Listing(
        name="events",
        title="All events",
        caption=_caption(pairs),
        noun="Event",
        labels=(TALKS, REGISTERED, *metric_labels(METRICS_SHOWN)),
        lines=tuple(_line(inquiry, *pair) for pair in pairs),
        table=_table(pairs),
        figure=bars_figure([(e.name, row["attendees"], count_shown(row["attendees"])) for e, row in pairs]),
    )
    return EventsPage(listing, add_url)


def _line(inquiry: Inquiry, event: Any, row: Row) -> Line:
    cells = (metric_cell(name, row[name]) for name in METRICS_SHOWN)
    return Line(
        title=event.name,
        url=event_url(event),
        detail=span_shown(event.starts_at, event.ends_at, inquiry.context.zone),
        cells=(count_cell(TALKS[0], event.talk_count), count_cell(REGISTERED[0], event.registered), *cells),
    )


def _table(pairs: list[tuple[Any, Row]]) -> Table:
    columns = (
        Column("Event"), Column("Id"), Column("First talk begins"), Column("Last talk ends"), Column(TALKS[0]),
        Column(REGISTERED[0]), *map(metric_column, METRICS_SHOWN),
    )  # fmt: skip
    records = tuple(
        (
            event.name, event.public_id, second_shown(event.starts_at), second_shown(event.ends_at),
            event.talk_count, event.registered,
            *(row[name] for name in METRICS_SHOWN),
        )
        for event, row in pairs
    )  # fmt: skip
    return Table(columns, records)


def _caption(pairs: list[tuple[Any, Row]]) -> str:
    events = f"{count_shown(len(pairs))} {'event' if len(pairs) == 1 else 'events'}"
    most = max(pairs, key=lambda pair: pair[1]["attendees"], default=None)
    if most is None or not most[1]["attendees"]:
        return f"{events}; nobody has attended yet."
    people = count_shown(most[1]["attendees"])
    return (
        f"{events}; “{most[0].name}” had the most attendees ({people})."
        if len(pairs) > 1
        else (f"{events} with {people} {'attendee' if most[1]['attendees'] == 1 else 'attendees'}.")
    )
