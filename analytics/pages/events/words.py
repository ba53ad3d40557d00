"""What events and talks have in common on their pages: times, columns, reasons for what is not known."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse

from analytics.formats import day_shown, days_shown
from analytics.pages.figures import Cell, Figure, count_cell, metric_cell, metric_figure
from analytics.talks import TalkFigures
from videos.models import Event, Talk

REGISTERED = ("Registered", "People who registered for the talk or bookmarked it, by their e-mail addresses.")
COLUMNS = ("attendees", "average_attended", "live_views", "recording_views")
NOBODY = "Nobody attended, so there is no average."


def event_url(event: Event) -> str:
    return reverse("pages:event", args=[event.public_id])


def talk_url(event: Event, talk: Talk) -> str:
    return reverse("pages:talk", args=[event.public_id, talk.public_id])


def span_shown(start: datetime | None, end: datetime | None, zone: ZoneInfo) -> str:
    """Return the days of an event in words; `No date yet` where no talk has a time."""
    if start is None:
        return "No date yet"
    first = start.astimezone(zone).date()
    return days_shown(first, max(first, (end or start).astimezone(zone).date()))


def time_shown(talk: Talk, zone: ZoneInfo) -> str:
    """Return when a talk is: `4 June 2026, 10:00–10:45`."""
    if talk.starts_at is None:
        return "No time yet"
    start = talk.starts_at.astimezone(zone)
    text = f"{day_shown(start.date())}, {start:%H:%M}"
    if talk.ends_at is None:
        return text
    end = talk.ends_at.astimezone(zone)
    return f"{text}–{end:%H:%M}" if end.date() == start.date() else f"{text} – {day_shown(end.date())}, {end:%H:%M}"


def talk_detail(talk: Talk, zone: ZoneInfo) -> str:
    """Return what a talk is, who shows it, and when."""
    return f"{talk.get_kind_display()} · {talk.get_provider_display()} · {time_shown(talk, zone)}"


def reason_of(figures: TalkFigures) -> str:
    """Return why what was watched of a talk is not known, or has no average."""
    if figures.is_silent:
        return f"{figures.talk.get_provider_display()}’s player tells nobody what was watched."
    return NOBODY


def talk_cells(figures: TalkFigures) -> tuple[Cell, ...]:
    """Return a talk's numbers under REGISTERED and COLUMNS."""
    reason = reason_of(figures)
    cells = (metric_cell(name, getattr(figures, name), reason) for name in COLUMNS)
    return (count_cell(REGISTERED[0], figures.registered), *cells)


def talk_headlines(figures: TalkFigures) -> tuple[Figure, ...]:
    """Return a talk's numbers as headlines."""
    reason = reason_of(figures)
    return (
        Figure("registered", REGISTERED[0], figures.registered, f"{figures.registered:,}", REGISTERED[1]),
        *(metric_figure(name, getattr(figures, name), reason) for name in COLUMNS),
    )
