"""What a page shows, read from its address: period, comparison, metric, grain, filters. And the address written again.

Nothing here fails: a page with a mistyped or outdated address shows its defaults and says what it did not understand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import QueryDict

from analytics.dimensions import DIMENSIONS, GRAINS, BooleanDimension
from analytics.periods import DAY, LABELS, Period, period_named, period_of_dates
from analytics.query import COMPARISONS as QUESTIONS
from analytics.sessions import OPERATIONS, Filter
from videos.errors import Invalid

DEFAULT_PERIOD, DEFAULT_COMPARISON, DEFAULT_METRIC, CUSTOM = "last_30_days", "previous_period", "views", "custom"
# Beside METRICS.md's periods: rolling days up to today, what people look at most. They are custom dates in all else.
ROLLING = {"last_7_days": 7, "last_30_days": 30, "last_12_months": 365}
PERIODS = {
    "last_24_hours": LABELS["last_24_hours"],
    "today": LABELS["today"],
    "yesterday": LABELS["yesterday"],
    "last_7_days": "Last 7 days",
    "last_30_days": "Last 30 days",
    "this_week": LABELS["this_week"],
    "last_week": LABELS["last_week"],
    "this_month": LABELS["this_month"],
    "last_month": LABELS["last_month"],
    "last_12_months": "Last 12 months",
    "last_year": LABELS["last_year"],
    "all_time": LABELS["all_time"],
    CUSTOM: "Custom dates…",
}
COMPARISONS = {
    "previous_period": "Previous period",
    "previous_year": "Same period last year",
    "none": "No comparison",
}
TILE_METRICS = ("views", "loads", "view_rate", "unique_views", "watch_time", "engagement")
SERIES_METRICS = (
    *TILE_METRICS, "plays", "play_rate", "visitors", "unique_viewers", "average_watch_time", "watch_depth",
    "completion_rate", "peak_concurrent",
)  # fmt: skip
FILTER_DIMENSIONS = tuple(name for name, dimension in DIMENSIONS.items() if not dimension.is_time)
MOST_FILTERS = 20
# Dimensions that are true or false, and nothing else.
TRUTHS = frozenset(name for name, dimension in DIMENSIONS.items() if isinstance(dimension, BooleanDimension))
# What the form adds to the filters: a dimension, an operation, a value.
ADDED, ADDED_OPERATION, ADDED_VALUE = "add", "op", "value"
# How many days a grain is offered for: fewer make one bucket, more make a chart that nobody can read.
GRAIN_DAYS = {"hour": (0, 14), "day": (2, 731), "week": (14, 3700), "month": (59, 100_000)}
DEFAULT_GRAIN_DAYS = {"hour": 2, "day": 100, "week": 800, "month": 100_000}


@dataclass(frozen=True)
class State:
    """What the address asks for. `grain` is '' for the default one; `chosen` is the period's name in the picker.

    `default` is the page's own default period. `more` is what else the page keeps in its address, name by value.
    `is_locked`: whoever reads the page may not narrow it.
    """

    path: str
    zone: ZoneInfo
    now: datetime
    period: Period
    chosen: str = DEFAULT_PERIOD
    comparison: str = DEFAULT_COMPARISON
    metric: str = DEFAULT_METRIC
    grain: str = ""
    filters: tuple[Filter, ...] = ()
    notices: tuple[str, ...] = ()
    default: str = DEFAULT_PERIOD
    more: tuple[tuple[str, str], ...] = ()
    is_locked: bool = False

    @property
    def compare(self) -> str:
        """The comparison as a question has it; there is nothing before all time."""
        return "" if self.comparison == "none" or self.period.start is None else self.comparison

    @property
    def previous(self) -> Period | None:
        """The period compared with, None without one."""
        return QUESTIONS[self.compare](self.period, self.now) if self.compare else None

    def url(self, **changes: object) -> str:
        """Return the address of this page with these parts changed, defaults left out."""
        other = replace(self, **changes)  # type: ignore[arg-type]
        parts: list[tuple[str, str]] = []
        if other.chosen == CUSTOM and other.period.first_on and other.period.last_on:
            parts += [("from", other.period.first_on.isoformat()), ("to", other.period.last_on.isoformat())]
        elif other.chosen != other.default:
            parts.append(("period", other.chosen))
        for name, default in (("comparison", DEFAULT_COMPARISON), ("metric", DEFAULT_METRIC), ("grain", "")):
            if (value := getattr(other, name)) != default:
                parts.append(("compare" if name == "comparison" else name, value))
        parts += [("filter", text) for each in other.filters for text in filter_written(each)]
        parts += other.more
        return f"{other.path}?{urlencode(parts)}" if parts else other.path

    def filtered_url(self, dimension: str, value: str | None) -> str:
        """Return the address with the page narrowed to one value of a dimension, instead of what it was narrowed to.

        '' where the page is locked.
        """
        if self.is_locked:
            return ""
        others = tuple(each for each in self.filters if each.dimension != dimension)
        return self.url(filters=(*others, Filter(dimension, "in", (value,))))

    def without_filter_url(self, condition: Filter) -> str:
        return self.url(filters=tuple(each for each in self.filters if each != condition))


def state_of(query: QueryDict, path: str, zone: ZoneInfo, now: datetime, default: str = DEFAULT_PERIOD) -> State:
    """Return what the address' `query` asks for, in the workspace's `zone` as of `now`; without a period `default`."""
    notices: list[str] = []
    chosen, period = _period(query, zone, now, default, notices)
    return State(
        path, zone, now, period, chosen,
        comparison=_one_of(query, "compare", tuple(COMPARISONS), DEFAULT_COMPARISON, notices),
        metric=_one_of(query, "metric", SERIES_METRICS, DEFAULT_METRIC, notices),
        grain=_one_of(query, "grain", GRAINS, "", notices),
        filters=_filters(query, notices),
        notices=tuple(notices),
        default=default,
    )  # fmt: skip


def _period(query: QueryDict, zone: ZoneInfo, now: datetime, default: str, notices: list[str]) -> tuple[str, Period]:
    name = query.get("period", "")
    first, last = query.get("from", ""), query.get("to", "")
    if name == CUSTOM or (not name and (first or last)):
        try:
            return CUSTOM, period_of_dates(date.fromisoformat(first), date.fromisoformat(last), zone)
        except Invalid as error:
            notices.extend(each.message for each in error.errors)
        except ValueError:
            notices.append("Custom dates need a first and a last day, such as 2025-11-01 and 2025-11-30.")
        return default, _named(default, zone, now)
    if name and name not in PERIODS:
        notices.append(f"There is no period “{name}”; showing the {PERIODS[default].lower()}.")
        name = default
    name = name or default
    return name, _named(name, zone, now)


def _named(name: str, zone: ZoneInfo, now: datetime) -> Period:
    if name not in ROLLING:
        return period_named(name, zone, now)
    today = now.astimezone(zone).date()
    return period_of_dates(today - timedelta(days=ROLLING[name] - 1), today, zone)


def _one_of(query: QueryDict, name: str, known: tuple[str, ...], default: str, notices: list[str]) -> str:
    value = query.get(name, "")
    if value and value not in known:
        notices.append(f"There is no {name} “{value}”; there are {', '.join(known)}.")
    return value if value in known else default


def filter_written(condition: Filter) -> list[str]:
    """Return a filter as the address has it, one text for each value: `country:in:DE`."""
    return [f"{condition.dimension}:{condition.op}:{'' if value is None else value}" for value in condition.values]


def filters_read(texts: Iterable[str], notices: list[str]) -> tuple[Filter, ...]:
    """Return one filter for each dimension and operation, with all the values that the texts name for it."""
    found: dict[tuple[str, str], list[str | None]] = {}
    for text in texts:
        dimension, _, rest = text.partition(":")
        operation, colon, value = rest.partition(":")
        if not (colon and _is_understood(dimension, operation, value)):
            notices.append(f"The filter “{text}” was not understood.")
            continue
        found.setdefault((dimension, operation), []).append(value or None)
    return tuple(Filter(*key, tuple(dict.fromkeys(values))) for key, values in found.items())


def _is_understood(dimension: str, operation: str, value: str) -> bool:
    if dimension not in FILTER_DIMENSIONS or operation not in OPERATIONS:
        return False
    if dimension in TRUTHS:
        return operation != "contains" and value in {"true", "false"}
    return operation != "contains" or bool(value)


def _filters(query: QueryDict, notices: list[str]) -> tuple[Filter, ...]:
    """Return the filters of the address, with the one that the form adds."""
    texts = query.getlist("filter")
    if query.get(ADDED):
        texts = [*texts, f"{query[ADDED]}:{query.get(ADDED_OPERATION, 'in')}:{query.get(ADDED_VALUE, '').strip()}"]
    return filters_read(texts[:MOST_FILTERS], notices)


def grains_offered(days: float) -> tuple[str, ...]:
    """Return the grains that make a readable chart of a period of so many days."""
    return tuple(grain for grain, (least, most) in GRAIN_DAYS.items() if least <= days <= most)


def grain_by_default(days: float) -> str:
    return next(grain for grain, most in DEFAULT_GRAIN_DAYS.items() if days <= most)


def period_days(period: Period, first_bucket: date | None, now: datetime) -> float:
    """Return how many days a period has; one without bounds begins at `first_bucket`, where its first sessions are."""
    if period.start is not None and period.end is not None:
        return (period.end - period.start) / DAY
    today = now.astimezone(period.zone).date()
    return (today - first_bucket).days + 1 if first_bucket else 1
