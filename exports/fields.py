"""The fields of a report: the reference's under its exact names, then every further metric that is one number.

A field says what it needs (metrics of analytics.metrics) and how a video's row reads it. What it means is said once: in
the metric, or here where it is no metric.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from analytics.metrics import METRICS, Metric
from videos.errors import Invalid

Cell = str | int | float | None
DECIMALS = 6


@dataclass(frozen=True)
class VideoFacts:
    """What the catalog says of one video now; ids are public ids, `duration` is seconds, '' and None: has none."""

    video_id: str
    title: str
    duration: float | None
    project_id: str
    project_name: str
    folder_id: str
    folder_name: str
    event_id: str


@dataclass(frozen=True)
class ReportField:
    """One column. `unit` is text, count, seconds, per cent, ratio or score; all but text are numbers or empty."""

    name: str
    label: str
    group: str
    unit: str
    definition: str
    read: Callable[[VideoFacts, Mapping[str, Any]], Cell]
    metrics: tuple[str, ...] = ()

    @property
    def is_text(self) -> bool:
        return self.unit == "text"

    def cell(self, video: VideoFacts, measured: Mapping[str, Any]) -> Cell:
        """Return the video's value, numbers rounded to DECIMALS places."""
        value = self.read(video, measured)
        return round(value, DECIMALS) if isinstance(value, float) else value


CONTENT = "Content identification"
ANALYTICS = "Analytics metrics"
STREAMS = "Stream metrics"
FURTHER = "Further metrics"


def _content(name: str, label: str, definition: str) -> ReportField:
    unit = "seconds" if name == "duration" else "text"
    return ReportField(name, label, CONTENT, unit, definition, lambda video, measured: getattr(video, name))


def _metric(name: str, metric: Metric, group: str, label: str = "") -> ReportField:
    def read(video: VideoFacts, measured: Mapping[str, Any]) -> Cell:
        value: Cell = measured[metric.name]
        return value

    return ReportField(name, label or metric.label, group, metric.unit, metric.definition, read, (metric.name,))


def _view_rate(video: VideoFacts, measured: Mapping[str, Any]) -> Cell:
    """Return watch depth in per cent; 0 without views, as the reference has zeros in the rows that nobody watched."""
    if not measured["views"]:
        return 0
    depth = measured["watch_depth"]
    return None if depth is None else depth * 100


_REFERENCE = (
    _content("project_id", "Project ID", "The project that the video is in now."),
    _content("project_name", "Project name", "That project's name."),
    _content("video_id", "Video ID", "The video; each has one row."),
    ReportField(
        "stream_id",
        "Stream ID",
        CONTENT,
        "text",
        "The live stream, in the rows of streams; empty in a video's row.",
        lambda video, measured: "",
    ),
    _content("event_id", "Event ID", "The event in whose talks the video was shown; several are separated by a space."),
    _content("title", "Title", "The video's title."),
    _content("duration", "Duration", "The video's length in seconds; empty where the catalog does not know it."),
    _content("folder_name", "Folder", "The path of the folder that the video is in now, such as folder1/folder2."),
    _content("folder_id", "Folder ID", "That folder."),
    _metric("player_loads", METRICS["loads"], ANALYTICS),
    _metric("unique_views", METRICS["unique_views"], ANALYTICS),
    _metric("views", METRICS["views"], ANALYTICS),
    _metric("total_watch_time", METRICS["watch_time"], ANALYTICS, "Total watch time"),
    ReportField(
        "view_rate",
        "View rate",
        ANALYTICS,
        "per cent",
        "How deep the content was watched: total_watch_time ÷ (views × duration) × 100 %. "
        "Empty where the duration is unknown.",
        _view_rate,
        ("views", "watch_depth"),
    ),
    _metric("peak_concurrent_viewers", METRICS["peak_concurrent"], STREAMS),
)
# The dashboard's view rate (views ÷ player loads) would be a second column of that name.
_USED = {"view_rate", *(name for field in _REFERENCE for name in field.metrics)}
_FURTHER = tuple(
    _metric(each.name, each, FURTHER) for each in METRICS.values() if each.is_number and each.name not in _USED
)
REFERENCE_FIELDS = {field.name: field for field in _REFERENCE}
FIELDS = {field.name: field for field in (*_REFERENCE, *_FURTHER)}


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


def metrics_of(fields: Iterable[ReportField]) -> tuple[str, ...]:
    """Return the metrics that these fields read, each once."""
    return tuple(dict.fromkeys(name for field in fields for name in field.metrics))
