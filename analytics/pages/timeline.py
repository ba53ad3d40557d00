"""A page's metrics over time: buckets up to now, each beside the one that it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from analytics.captions import Point, amount_spoken, before_spoken, change_of, pair_caption, series_caption
from analytics.charts import Bucket, Chart, pair_figure, series_figure
from analytics.formats import bucket_shown, period_shown, value_shown
from analytics.metrics import METRICS
from analytics.pages.inquiry import Inquiry
from analytics.pages.state import State, grain_by_default, grains_offered, period_days
from analytics.periods import DAY, Period, bucket_label, bucket_start
from analytics.query import Row
from analytics.tables import Column, Table, metric_column
from analytics.together import together

STEPS = {"hour": timedelta(hours=1), "day": DAY, "week": 7 * DAY, "month": 31 * DAY}
SERIES_HEIGHT, RATIOS_HEIGHT = 320, 240


@dataclass(frozen=True)
class Timeline:
    """Rows by bucket, none of the future; `partial` says of each whether now or the period's bounds cut it.

    `metrics` are those to show; the rows may have more. `total` has all over the whole period. `previous` is the period
    compared with and `previous_total` that of it, None without one; `before` has its buckets, each with its name and
    its value of the address' metric, paired with the rows by their place.
    """

    state: State
    grain: str
    grains: tuple[str, ...]
    metrics: tuple[str, ...]
    rows: list[Row]
    total: Row
    partial: list[bool]
    previous: Period | None
    previous_total: Row | None
    before: list[tuple[str, float | None]]

    def values(self, metric: str) -> list[float | None]:
        return [row[metric] for row in self.rows]

    def points(self, metric: str) -> list[Point]:
        """Return each bucket's label with the metric's value."""
        return [(row[self.grain], row[metric]) for row in self.rows]

    def buckets(self, metric: str, said: list[str]) -> list[Bucket]:
        """Return the buckets of a metric for a figure, each with what to say of it."""
        starts = [datetime.fromisoformat(row[self.grain]) for row in self.rows]
        values = (starts, self.values(metric), said, self.earlier, self.partial)
        return [Bucket(*each) for each in zip(*values, strict=True)]

    @property
    def earlier(self) -> list[float | None]:
        """What the address' metric was in each row's counterpart; None also where there is no counterpart."""
        known = [value for _, value in self.before[: len(self.rows)]]
        return known + [None] * (len(self.rows) - len(known))

    @property
    def is_compared(self) -> bool:
        return bool(self.before)


def timeline_of(inquiry: Inquiry, metrics: tuple[str, ...], more: tuple[str, ...] = ()) -> Timeline:
    """Ask for the metrics by the grain that the address names, or the one that suits the period.

    `more` metrics come along in rows and totals without being shown.
    """
    state = inquiry.state
    asked = (*metrics, *more)
    previous = state.previous
    earlier: list[Row] = []
    previous_total = None
    if previous is None:
        grain, grains, rows, total = _asked_by_grain(inquiry, asked)
    else:
        grain, grains = _grain_of(state, period_days(state.period, None, state.now))
        (rows, total), (earlier, previous_total) = together(
            lambda: inquiry.ask_over_time(*asked, grain=grain),
            lambda: inquiry.ask_over_time(*asked, grain=grain, period=previous),
        )
    local = state.now.astimezone(state.zone).replace(tzinfo=None)
    current = bucket_label(bucket_start(local, grain), grain)
    rows = [row for row in rows if row[grain] <= current]
    return Timeline(
        state=state,
        grain=grain,
        grains=grains,
        metrics=tuple(dict.fromkeys(metrics)),
        rows=rows,
        total=total,
        partial=[is_cut(datetime.fromisoformat(row[grain]), grain, state) for row in rows],
        previous=previous,
        previous_total=previous_total,
        before=[(bucket_shown(row[grain], grain), row[state.metric]) for row in earlier],
    )


def _grain_of(state: State, days: float) -> tuple[str, tuple[str, ...]]:
    """Return the grain of a period of so many days, and those that can be chosen instead."""
    grains = grains_offered(days)
    return state.grain if state.grain in grains else grain_by_default(days), grains


def _asked_by_grain(inquiry: Inquiry, metrics: tuple[str, ...]) -> tuple[str, tuple[str, ...], list[Row], Row]:
    """Return the grain, those that can be chosen instead, the rows and the total.

    How long all time is, only the answer tells: it is asked by week, and again where another grain suits it better.
    """
    state = inquiry.state
    asked, first = "", None
    rows: list[Row] = []
    total: Row = {}
    if state.period.start is None:
        asked = state.grain if state.grain in {"week", "month"} else "week"
        rows, total = inquiry.ask_over_time(*metrics, grain=asked)
        first = date.fromisoformat(rows[0][asked]) if rows else None
    grain, grains = _grain_of(state, period_days(state.period, first, state.now))
    if grain != asked:
        rows, total = inquiry.ask_over_time(*metrics, grain=grain)
    return grain, grains, rows, total


def is_cut(start: datetime, grain: str, state: State) -> bool:
    """Say whether a bucket, by its local start, is not wholly within the period and the past."""
    period, end = state.period, bucket_start(start + STEPS[grain], grain)
    begins, ends = (moment.replace(tzinfo=state.zone) for moment in (start, end))
    return (period.start is not None and begins < period.start) or ends > min(period.end or state.now, state.now)


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


def series_chart(timeline: Timeline) -> Chart:
    """Return the page's large chart: the metric that the address names, the other ones in its table."""
    state, metric = timeline.state, timeline.state.metric
    total, previous = timeline.total, timeline.previous_total
    said = []
    for place, row in enumerate(timeline.rows):
        text = value_shown(metric, row[metric]) if row[metric] is None else amount_spoken(metric, row[metric])
        if place < len(timeline.before):
            when, earlier = timeline.before[place]
            text += f"<br>{value_shown(metric, earlier)} · {when}"
        said.append(text if not timeline.partial[place] else f"{text}<br>{_when(timeline, place)}")
    change = change_of(metric, total[metric], previous[metric]) if previous is not None else None
    ordered = (metric, *(name for name in timeline.metrics if name != metric))
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
        keys=_keys(timeline),
    )  # fmt: skip


def depth_chart(timeline: Timeline) -> Chart:
    """Return engagement and watch depth over time."""
    names = ("engagement", "watch_depth")
    caption = pair_caption(*names, timeline.total, timeline.points("engagement"), timeline.grain)
    return pair_chart(timeline, names, "depth", "Engagement and watch depth", caption)


def pair_chart(timeline: Timeline, names: tuple[str, str], name: str, title: str, caption: str) -> Chart:
    """Return a chart of two metrics of one unit over time, called `name`."""
    said = [
        "<br>".join(f"{METRICS[each].label} {value_shown(each, row[each])}" for each in names) for row in timeline.rows
    ]
    columns = [timeline.buckets(each, said) for each in names]
    return Chart(
        name=name,
        title=title,
        caption=caption,
        figure=pair_figure(timeline.grain, columns, METRICS[names[0]].unit),
        table=_table(timeline, names, with_before=False),
        height=RATIOS_HEIGHT,
        keys=(("now", METRICS[names[0]].label), ("second", METRICS[names[1]].label)),
    )


def _keys(timeline: Timeline) -> tuple[tuple[str, str], ...]:
    """Return the days of both lines, nothing where there is only one."""
    if timeline.previous is None:
        return ()
    return (("now", period_shown(timeline.state.period)), ("before", period_shown(timeline.previous)))


def _table(timeline: Timeline, metrics: tuple[str, ...], *, with_before: bool) -> Table:
    """Return a row a bucket; the first metric's value in the period before stands beside it."""
    first, *others = metrics
    with_before = with_before and timeline.is_compared
    when = {row[timeline.grain]: _when(timeline, place) for place, row in enumerate(timeline.rows)}
    columns = (
        Column(timeline.grain.capitalize(), when.__getitem__),
        # A file says nothing of a bucket's look, which in the page tells that it is not over.
        Column("In part", in_page=False),
        metric_column(first),
        *((metric_column(first, f"{METRICS[first].label}, before"),) if with_before else ()),
        *(metric_column(name) for name in others),
    )
    records = []
    for place, row in enumerate(timeline.rows):
        earlier = (timeline.earlier[place],) if with_before else ()
        values = (row[name] for name in others)
        records.append((row[timeline.grain], timeline.partial[place], row[first], *earlier, *values))
    return Table(columns, tuple(records))
