"""The hours of the week: when people watch."""

from __future__ import annotations

from analytics.captions import week_caption
from analytics.charts import Chart, week_figure
from analytics.dimensions import WEEKDAYS
from analytics.formats import value_shown
from analytics.metrics import METRICS
from analytics.pages.inquiry import Inquiry
from analytics.tables import Column, Table, metric_column

HEIGHT = 236
# Below this, parts of the largest count are no counts.
FEW = 5


def week_chart(inquiry: Inquiry) -> Chart:
    """Return the address' metric for each hour of each weekday, over the whole period."""
    metric = inquiry.state.metric
    found = {
        (row["weekday"], row["hour_of_day"]): row[metric]
        for row in inquiry.ask(metric, by=("weekday", "hour_of_day")).rows
    }
    nothing = METRICS[metric].value(None)
    values = [[found.get((day, f"{hour:02}"), nothing) for hour in range(24)] for day in WEEKDAYS]
    label = METRICS[metric].label
    said = [
        [f"{day.capitalize()} {_hours(hour)}<br>{label} {value_shown(metric, row[hour])}" for hour in range(24)]
        for day, row in zip(WEEKDAYS, values, strict=True)
    ]
    columns = (Column("Hour", _hours), *(metric_column(metric, day.capitalize()) for day in WEEKDAYS))
    records = tuple((hour, *(row[hour] for row in values)) for hour in range(24))
    return Chart(
        name="week",
        title=f"{label} by weekday and hour",
        caption=week_caption(metric, values),
        figure=week_figure(values, said),
        table=Table(columns, records),
        height=HEIGHT,
        keys=_keys(metric, [value for row in values for value in row if value]),
    )


def _keys(metric: str, known: list[float]) -> tuple[tuple[str, str], ...]:
    """Return what the lightest colour, the middle one and the strongest stand for."""
    if not known:
        return ()
    most = max(known)
    scale = {"step-0": most / 5, "step-2": most * 3 / 5, "step-4": most}
    if METRICS[metric].unit == "count" and most < FEW:
        scale = {"step-4": most}
    return tuple((step, value_shown(metric, value)) for step, value in scale.items())


def _hours(hour: int) -> str:
    return f"{hour:02}:00–{hour + 1:02}:00"
