"""The fields of a report: the reference's under its exact names, then every further metric that is one number.

A field says what it needs (metrics of analytics.metrics) and how a row reads it. What it means is said once: in the
metric, or here where it is no metric.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from analytics.metrics import METRICS, Metric
from exports.tables import Cell, Column
from videos.errors import Invalid

DECIMALS = 6
Kind = Literal["video", "stream", "event"]


@dataclass(frozen=True)
class ContentFacts:
    """What the catalog says now of a video, stream or event; ids are public ids, `duration` is seconds.

    '' and None: has none, or none that fits its kind.
    """

    kind: Kind
    title: str
    video_id: str = ""
    stream_id: str = ""
    event_id: str = ""
    duration: float | None = None
    project_id: str = ""
    project_name: str = ""
    folder_id: str = ""
    folder_name: str = ""


@dataclass(frozen=True, kw_only=True)
class ReportField(Column):
    """A column of a report. It reads what the catalog says of the row's content, and what was measured."""

    group: str
    read: Callable[[ContentFacts, Mapping[str, Any]], Cell]
    metrics: tuple[str, ...] = ()

    def cell(self, content: ContentFacts, measured: Mapping[str, Any]) -> Cell:
        """Return the row's value, numbers rounded to DECIMALS places."""
        value = self.read(content, measured)
        return round(value, DECIMALS) if isinstance(value, float) else value


CONTENT = "Content identification"
ANALYTICS = "Analytics metrics"
STREAMS = "Stream metrics"
FURTHER = "Further metrics"
# Counted once each wherever they happened, so that rows can be added up; visitors and visits are of several rows.
_ADDITIVE = {"loads", "plays", "views", "watch_time", "clicks", "shares", "interactions", "live_views"}
_ADDITIVE |= {"recording_views", "rebuffered_plays", "errors"}


def _content(name: str, label: str, definition: str, group: str = CONTENT) -> ReportField:
    return ReportField(
        name=name,
        label=label,
        group=group,
        unit="seconds" if name == "duration" else "text",
        definition=definition,
        read=lambda content, measured: getattr(content, name),
    )


def _metric(
    metric: Metric, group: str, name: str = "", label: str = "", kinds: tuple[Kind, ...] = ("video", "stream", "event")
) -> ReportField:
    def read(content: ContentFacts, measured: Mapping[str, Any]) -> Cell:
        value: Cell = measured[metric.name] if content.kind in kinds else None
        return value

    name = name or metric.name
    total = (name,) if metric.name in _ADDITIVE else ()
    return ReportField(
        name=name,
        label=label or metric.label,
        group=group,
        unit=metric.unit,
        definition=metric.definition,
        total=("total_watch_time", "views") if name == "average_watch_time" else total,
        read=read,
        metrics=(metric.name,),
    )


def _view_rate(content: ContentFacts, measured: Mapping[str, Any]) -> Cell:
    """Return watch depth in per cent; 0 without views, as the reference has zeros in the rows that nobody watched."""
    if not measured["views"]:
        return 0
    depth = measured["watch_depth"]
    return None if depth is None else depth * 100


_REFERENCE = (
    _content("project_id", "Project ID", "The project that the video or stream is in now."),
    _content("project_name", "Project name", "That project's name."),
    _content("video_id", "Video ID", "By which rows of videos are known; empty in others."),
    _content("stream_id", "Stream ID", "By which rows of live streams are known; empty in others."),
    _content("event_id", "Event ID", "By which rows of events are known; without it and kind, events have no rows."),
    _content("title", "Title", "The title of the video or stream, or the event's name."),
    _content("duration", "Duration", "How long the video is; empty where the catalog does not know it."),
    _content("folder_name", "Folder", "The path of the folder that it is in now, such as folder1/folder2."),
    _content("folder_id", "Folder ID", "That folder."),
    _metric(METRICS["loads"], ANALYTICS, "player_loads"),
    _metric(METRICS["unique_views"], ANALYTICS),
    _metric(METRICS["views"], ANALYTICS),
    _metric(METRICS["watch_time"], ANALYTICS, "total_watch_time", "Total watch time"),
    ReportField(
        name="view_rate",
        label="View rate",
        group=ANALYTICS,
        unit="per cent",
        definition="How deep the content was watched: total_watch_time ÷ (views × duration) × 100 %. "
        "Empty where the duration is unknown.",
        read=_view_rate,
        metrics=("views", "watch_depth"),
    ),
    _metric(METRICS["peak_concurrent"], STREAMS, "peak_concurrent_viewers", kinds=("stream", "event")),
)
# The dashboard's view rate (views ÷ player loads) would be a second column of that name.
_USED = {"view_rate", *(name for field in _REFERENCE for name in field.metrics)}
_FURTHER = (
    _content("kind", "Kind of content", "What the row is about: video, stream or event.", FURTHER),
    *(_metric(each, FURTHER) for each in METRICS.values() if each.is_number and each.name not in _USED),
)
REFERENCE_FIELDS = {field.name: field for field in _REFERENCE}
FIELDS = {field.name: field for field in (*_REFERENCE, *_FURTHER)}


def _value(name: str, label: str, definition: str, of: str, unit: str = "text") -> ReportField:
    return ReportField(
        name=name,
        label=label,
        group=CONTENT,
        unit=unit,
        definition=definition,
        read=lambda content, measured: measured[of],
    )


@dataclass(frozen=True)
class BrokenDown:
    """How rows are broken down: by which dimension of analytics.dimensions, and the columns that this adds."""

    dimension: str
    columns: tuple[ReportField, ...]


BREAKDOWNS = {
    "day": BrokenDown(
        "day", (_value("date", "Date", "The day of the load, in the report's time zone.", "day", "date"),)
    ),
    "country": BrokenDown(
        "country",
        (_value("country", "Country", "The viewer's country (ISO 3166-1 alpha-2); empty: unknown.", "country"),),
    ),
    "domain": BrokenDown(
        "domain",
        (_value("domain", "Embed domain", "The domain of the page that embeds the player; empty: unknown.", "domain"),),
    ),
    "viewer": BrokenDown(
        "visitor",
        (
            _value("viewer", "Viewer", "The browser or known person that watched.", "visitor"),
            _value("viewer_name", "Viewer's name", "The name, where the person is known by one.", "viewer_name"),
            _value("viewer_email", "Viewer's e-mail", "The address, where the person is known by one.", "viewer_email"),
        ),
    ),
}


def field_groups() -> dict[str, list[ReportField]]:
    """Return all fields by group, in the order of a full report."""
    groups: dict[str, list[ReportField]] = {}
    for field in FIELDS.values():
        groups.setdefault(field.group, []).append(field)
    return groups


def fields_named(names: Iterable[str]) -> tuple[ReportField, ...]:
    """Return the fields in the order named, all where none is. Raises Invalid for unknown and repeated names."""
    names = list(names)
    for name in names:
        if name not in FIELDS:
            raise Invalid.field("fields", f"There is no field {name[:64]!r}; there are {', '.join(FIELDS)}.")
    if len(set(names)) < len(names):
        raise Invalid.field("fields", "Each field may stand only once.")
    return tuple(FIELDS[name] for name in names or FIELDS)


def breakdown_named(name: str) -> BrokenDown | None:
    """Return how rows are broken down; None for ''. Raises Invalid for an unknown name."""
    if name and name not in BREAKDOWNS:
        raise Invalid.field("breakdown", f"There is no breakdown {name[:64]!r}; there are {', '.join(BREAKDOWNS)}.")
    return BREAKDOWNS.get(name)


def with_breakdown(fields: Sequence[ReportField], breakdown: BrokenDown | None) -> tuple[ReportField, ...]:
    """Return the fields with those of the breakdown behind the last that identifies content, else in front."""
    if breakdown is None:
        return tuple(fields)
    behind = max((place for place, field in enumerate(fields, start=1) if field.group == CONTENT), default=0)
    return (*fields[:behind], *breakdown.columns, *fields[behind:])


def metrics_of(fields: Iterable[ReportField]) -> tuple[str, ...]:
    """Return the metrics that these fields read, each once."""
    return tuple(dict.fromkeys(name for field in fields for name in field.metrics))
