"""A page's metrics over time: buckets up to now, each beside the one that it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from analytics.captions import Point, amount_spoken, before_spoken, change_of, pair_caption, series_caption
from analytics.charts import Bucket, Chart, Table, ratios_figure, series_figure
from analytics.formats import bucket_shown, value_shown
from analytics.metrics import METRICS
from analytics.pages.inquiry import Inquiry
from analytics.pages.state import State, grain_by_default, grains_offered, period_days
from analytics.periods import DAY, Period, bucket_label, bucket_start, period_buckets
from analytics.query import Row

STEPS = {"hour": timedelta(hours=1), "day": DAY, "week": 7 * DAY, "month": 31 * DAY}
SERIES_HEIGHT, RATIOS_HEIGHT = 320, 240


@dataclass(frozen=True)
class Timeline:
    """Rows by bucket, none of the future; `partial` says of each whether now or the period's bounds cut it.

    `previous` is the period compared with, None without one, and `before` names its buckets.
    """

    state: State
    grain: str
    grains: tuple[str, ...]
    rows: list[Row]
    partial: list[bool]
    previous: Period | None
    before: list[str]

    def values(self, metric: str) -> list[float | None]:
        return [row[metric] for row in self.rows]

    def points(self, metric: str) -> list[Point]:
        """Return each bucket's label with the metric's value."""
        return [(row[self.grain], row[metric]) for row in self.rows]

    def buckets(self, metric: str, said: list[str]) -> list[Bucket]:
        """Return the buckets of a metric for a figure, each with what to say of it."""
        return [
            Bucket(
                datetime.fromisoformat(row[self.grain]), row[metric], text,
                (row.get("previous") or {}).get(metric), is_partial,
            )
            for row, text, is_partial in zip(self.rows, said, self.partial, strict=True)
        ]  # fmt: skip

    @property
    def is_compared(self) -> bool:
        return bool(self.before)


def timeline_of(inquiry: Inquiry, metrics: tuple[str, ...]) -> Timeline:
    """Ask for the metrics by the grain that the address names, or the one that suits the period."""
    state = inquiry.state
    first = inquiry.first_month_on() if state.period.start is None else None
    days = period_days(state.period, first, state.now)
    grains = grains_offered(days)
    grain = state.grain if state.grain in grains else grain_by_default(days)
    answer = inquiry.ask(*metrics, by=(grain,), compare=state.compare)
    local = state.now.astimezone(state.zone).replace(tzinfo=None)
    current = bucket_label(bucket_start(local, grain), grain)
    rows = [row for row in answer.rows if row[grain] <= current]
    partial = [_is_cut(datetime.fromisoformat(row[grain]), grain, state) for row in rows]
    return Timeline(state, grain, grains, rows, partial, answer.previous, _before_labels(answer.previous, grain))


def _is_cut(start: datetime, grain: str, state: State) -> bool:
    period, end = state.period, bucket_start(start + STEPS[grain], grain)
    begins, ends = (moment.replace(tzinfo=state.zone) for moment in (start, end))
    return (period.start is not None and begins < period.start) or ends > min(period.end or state.now, state.now)


def _before_labels(before: Period | None, grain: str) -> list[str]:
    """Return the buckets of the period compared with; the engine pairs them with the period's by their place."""
    if before is None or before.start is None or before.end is None:
        return []
    buckets = period_buckets(before.start, before.end, before.zone, grain)
    return [bucket_shown(bucket_label(bucket, grain), grain) for bucket in buckets]


def sparkline(values: list[float | None]) -> str:
    """Return the points of an SVG polyline in a box of 100 by 24, '' for fewer than two values."""
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return ""
    top = max(value for _, value in known) or 1
    last = len(values) - 1
    return " ".join(f"{100 * place / last:.1f},{23 - 22 * value / top:.1f}" for place, value in known)


def _when(timeline: Timeline, place: int) -> str:
    said = bucket_shown(timeline.rows[place][timeline.grain], timeline.grain)
    if not timeline.partial[place]:
        return said
    is_last = (
        place == len(timeline.rows) - 1 and (timeline.state.period.end or timeline.state.now) >= timeline.state.now
    )
    return f"{said} (so far)" if is_last else f"{said} (in part)"


def series_chart(timeline: Timeline, total: Row, previous: Row | None) -> Chart:
    """Return the page's large chart: the metric that the address names, the other ones in its table."""
    state, metric = timeline.state, timeline.state.metric
    said = []
    for place, row in enumerate(timeline.rows):
        text = value_shown(metric, row[metric]) if row[metric] is None else amount_spoken(metric, row[metric])
        earlier = (row.get("previous") or {}).get(metric)
        if place < len(timeline.before):
            text += f"<br>{value_shown(metric, earlier)} · {timeline.before[place]}"
        said.append(text if not timeline.partial[place] else f"{text}<br>{_when(timeline, place)}")
    change = change_of(metric, total[metric], previous[metric]) if previous is not None else None
    names = tuple(name for name in timeline.rows[0] if name in METRICS) if timeline.rows else (metric,)
    ordered = (metric, *(name for name in names if name != metric))
    return Chart(
        name="series",
        title=METRICS[metric].label,
        caption=series_caption(
            metric, total[metric], change, before_spoken(state.period, state.comparison),
            timeline.points(metric), timeline.grain,
        ),
        figure=series_figure(metric, timeline.grain, timeline.buckets(metric, said), compared=timeline.is_compared),
        table=_table(timeline, ordered, with_before=True),
        height=SERIES_HEIGHT,
    )  # fmt: skip


def depth_chart(timeline: Timeline, total: Row) -> Chart:
    """Return engagement and watch depth over time."""
    names = ("engagement", "watch_depth")
    said = [
        "<br>".join(f"{METRICS[name].label} {value_shown(name, row[name])}" for name in names) for row in timeline.rows
    ]
    return Chart(
        name="depth",
        title="Engagement and watch depth",
        caption=pair_caption(*names, total, timeline.points("engagement"), timeline.grain),
        figure=ratios_figure(names, timeline.grain, [timeline.buckets(name, said) for name in names]),
        table=_table(timeline, names, with_before=False),
        height=RATIOS_HEIGHT,
    )


def _table(timeline: Timeline, metrics: tuple[str, ...], *, with_before: bool) -> Table:
    """Return a row a bucket; the first metric's value in the period before stands beside it."""
    with_before = with_before and timeline.is_compared
    before = (f"{METRICS[metrics[0]].label}, before",) if with_before else ()
    headers = (
        timeline.grain.capitalize(),
        METRICS[metrics[0]].label,
        *before,
        *(METRICS[name].label for name in metrics[1:]),
    )
    rows = []
    for place, row in enumerate(timeline.rows):
        earlier = (value_shown(metrics[0], (row.get("previous") or {}).get(metrics[0])),) if with_before else ()
        values = [value_shown(name, row[name]) for name in metrics]
        rows.append((_when(timeline, place), values[0], *earlier, *values[1:]))
    return Table(headers, tuple(rows))
