"""The one generator of report rows: a row a video, those that nobody loaded included, behind every format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from analytics.context import Context, Scope
from analytics.metrics import METRICS
from analytics.periods import Period
from analytics.query import Question, Row, ask
from analytics.sessions import Filter
from exports.fields import Cell, ReportField, VideoFacts, metrics_of
from videos.models import Video

# As many rows of the engine's answer are held at once, so that memory stays flat; a workspace of fewer is one question.
VIDEOS_PER_QUESTION = 10_000


@dataclass(frozen=True)
class Table:
    """What a report consists of: its columns, how many rows there will be, and the rows, to be read once."""

    fields: tuple[ReportField, ...]
    total: int
    rows: Iterator[tuple[Cell, ...]]


def video_table(context: Context, period: Period, videos: Sequence[int], fields: tuple[ReportField, ...]) -> Table:
    """Return a row for each of the workspace's `videos` (primary keys) in their order, measured over the period.

    The catalog and the engine are asked a fixed number of times for every VIDEOS_PER_QUESTION videos.
    """
    return Table(fields, len(videos), _rows(context, period, videos, fields))


def selected_videos(context: Context, folders: Iterable[str] = (), projects: Iterable[str] = ()) -> list[int]:
    """Return the videos of these folders (nested ones included) and projects; none named: the whole workspace's.

    They are in the catalog's order: by project, folder path and title; those without a project come last. Raises
    Unknown for a public id that is no folder or project of this workspace.
    """
    scopes = [*(Scope("folder", each) for each in folders), *(Scope("project", each) for each in projects)]
    found = {video for scope in scopes for video in context.videos_of(scope)} if scopes else context.maps.video
    return sorted(found, key=lambda video: _place(context, video))


def _place(context: Context, video: int) -> tuple[bool, list[str], list[str], str, int]:
    maps = context.maps
    project = [maps.names[each].casefold() for each in maps.project[video]]
    path = [maps.names[each].casefold() for each in reversed(maps.folder[video])]
    return (not project, project, path, maps.names[maps.video[video][0]].casefold(), video)


def _rows(
    context: Context, period: Period, videos: Sequence[int], fields: tuple[ReportField, ...]
) -> Iterator[tuple[Cell, ...]]:
    metrics = metrics_of(fields)
    nothing = {name: METRICS[name].value(None) for name in metrics}
    durations = dict(Video.objects.filter(workspace=context.workspace).order_by().values_list("pk", "duration"))
    for begin in range(0, len(videos), VIDEOS_PER_QUESTION):
        part = videos[begin : begin + VIDEOS_PER_QUESTION]
        measured = _measured(context, period, part, metrics)
        for video in part:
            seconds = durations.get(video)
            facts = _facts(context, video, None if seconds is None else float(seconds))
            row = measured.get(facts.video_id, nothing)
            yield tuple(field.cell(facts, row) for field in fields)


def _measured(context: Context, period: Period, videos: Sequence[int], metrics: tuple[str, ...]) -> dict[str, Row]:
    """Return the metrics by the video's public id, for those videos that were loaded at all: one question."""
    if not metrics or not videos:
        return {}
    whole = len(videos) == len(context.maps.video)
    ids = tuple(context.maps.video[video][0] for video in videos)
    filters = () if whole else (Filter("video", "in", ids),)
    answer = ask(Question(context, period, metrics, by=("video",), filters=filters, order="video"))
    return {row["video"]: row for row in answer.rows if row["video"] is not None}


def _facts(context: Context, video: int, duration: float | None) -> VideoFacts:
    maps = context.maps
    video_id, project, path = maps.video[video][0], maps.project[video], maps.folder[video]
    return VideoFacts(
        video_id=video_id,
        title=maps.names[video_id],
        duration=duration,
        project_id=project[0] if project else "",
        project_name=maps.names[project[0]] if project else "",
        folder_id=path[0] if path else "",
        folder_name="/".join(maps.names[each] for each in reversed(path)),
        event_id=" ".join(maps.event[video]),
    )
