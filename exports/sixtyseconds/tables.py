"""An export as a table: a video's numbers one below the other, the account's by week, a template's by video."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from analytics.api.sixtyseconds.answers import account_analytics, video_analytics
from analytics.api.sixtyseconds.parameters import DEFAULT_GRAIN
from analytics.context import Context, Scope
from analytics.metrics import METRICS
from analytics.periods import Period
from analytics.query import Question, ask
from exports.models import About
from exports.sixtyseconds.choices import PLACES, narrowed
from exports.tables import Cell, Column, Row, Table

DECIMALS = 6
TOTAL = "total"
# What the dialect calls otherwise: single videos have an average watch time only.
_OF_TEMPLATES = {"watch_time": "average_watch_time"}
_UNITS = {
    "total_watch_time": "seconds",
    "average_watch_time": "seconds",
    "completion_rate": "ratio",
    "engagement_score": "score",
}
_SHARE = "per cent of views"


def video_table(context: Context, subject: str, period: Period, metrics: tuple[str, ...]) -> Table:
    """Return a row for each number of the video's answer. Raises Unknown."""
    answer = narrowed(About.VIDEO, video_analytics(context, subject, period), metrics)
    columns = [_text(name) for name in ("video_id", "title", "part", "name")]
    columns += [_number("value"), _text("unit")]
    return _table(columns, ([answer["video_id"], answer["title"], *row] for row in _numbers(answer)))


def account_table(context: Context, subject: str, period: Period, metrics: tuple[str, ...]) -> Table:
    """Return a row for each step of the account's trends, and one of totals."""
    answer = narrowed(About.ACCOUNT, account_analytics(context, period, DEFAULT_GRAIN), metrics)
    places = PLACES[About.ACCOUNT].items()
    summary = {metric: answer["summary"].get(place[-1]) for place, metric in places if place[0] == "summary"}
    rows = [[step["date"], *(step.get(metric) for metric in metrics)] for step in answer.get("trends", ())]
    rows.append([TOTAL, *(summary[metric] for metric in metrics)])
    return _table([_text("date"), *map(_number, metrics)], rows)


def template_table(context: Context, subject: str, period: Period, metrics: tuple[str, ...]) -> Table:
    """Return a row for each of the template's videos, those without views too, and one of totals. Raises Unknown."""
    scope = Scope("template", subject)
    members = context.videos_of(scope)
    names = [_OF_TEMPLATES.get(metric, metric) for metric in metrics]
    asked = tuple(dict.fromkeys(("views", *names)))
    total = ask(Question(context, period, asked, scope=scope)).rows[0]
    measured = {row["video"]: row for row in ask(Question(context, period, asked, by=("video",), scope=scope)).rows}
    nothing = {name: METRICS[name].value(None) for name in asked}
    videos = [(video, measured.get(video, nothing)) for video in (context.maps.video[member][0] for member in members)]
    videos.sort(key=lambda pair: (-pair[1]["views"], pair[0]))
    titles = context.maps.names
    rows = [[video, titles[video], *(row[name] for name in names)] for video, row in videos]
    rows.append([TOTAL, titles[subject], *(total[name] for name in names)])
    return _table([_text("video_id"), _text("title"), *map(_number, names)], rows)


def _numbers(answer: Mapping[str, Any]) -> Iterator[list[Cell]]:
    """Yield part, name, value and unit of each number of a video's answer."""
    for name, value in answer.get("metrics", {}).items():
        yield ["metrics", name, value, _UNITS.get(name, "count")]
    for segment in answer.get("watch_time_distribution", ()):
        yield ["watch_time_distribution", segment["segment"], segment["viewers"], "count"]
    for name, value in answer.get("engagement", {}).items():
        if name == "reactions":
            yield from (["reactions", reaction, count, "count"] for reaction, count in value.items())
        else:
            yield ["engagement", name, value, "count"]
    for part, shares in answer.get("viewer_demographics", {}).items():
        yield from ([part, name, share, _SHARE] for name, share in shares.items())


def _table(columns: list[Column], rows: Iterable[list[Any]]) -> Table:
    return Table(tuple(columns), 1, (Row(tuple(map(_rounded, cells)), 0) for cells in rows))


def _rounded(value: Cell) -> Cell:
    return round(value, DECIMALS) if isinstance(value, float) else value


def _text(name: str) -> Column:
    return Column(name=name, label=name, unit="text", definition="")


def _number(name: str) -> Column:
    return Column(name=name, label=name, unit=_UNITS.get(name, "count"), definition="")
