"""Functions and aggregates of the engine as Django expressions. Aggregates take `filter=Q(...)`.

Wall-clock expressions (LocalTime and what stands on it) answer naive datetimes and dates: what a clock in the zone
showed, so that an hour repeated when summer time ends is one bucket.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from clickhouse_backend import models as clickhouse
from clickhouse_backend.models.aggregates import argMax, uniqExact
from django.db.models import Aggregate, DateField, DateTimeField, Field, Func, Value


class UniqExact(uniqExact):
    """The exact number of distinct values (or tuples, with several expressions), NULLs apart; 0 over nothing."""

    function = "uniqExact"
    name = "UniqExact"


class ArgMax(argMax):
    """The first expression where the second is greatest; None over nothing."""

    function = "argMax"
    name = "ArgMax"


class SumForEach(Aggregate):
    """Arrays added position by position: a list of whole numbers as long as the longest; [] over nothing."""

    function = "sumForEach"
    arity = 1
    output_field = clickhouse.ArrayField(clickhouse.UInt64Field())


class SumMap(Aggregate):
    """Of two arrays, keys and numbers: a dict of key to sum, in the order of the keys; {} over nothing."""

    function = "sumMap"
    arity = 2
    output_field = Field()

    @property
    def convert_value(self) -> Any:
        return lambda value, expression, connection: dict(zip(*value, strict=True)) if value else {}


class MaxIntersections(Aggregate):
    """The largest number of intervals [start, end) that overlap at one moment; None over nothing.

    Start and end must be whole numbers of one type: cast instants first (toUnixTimestamp64Milli).
    """

    function = "maxIntersections"
    arity = 2
    output_field = clickhouse.UInt64Field()


class QuantilesExact(Aggregate):
    """The exact quantiles at `levels` (0 to 1), a list of numbers in their order; None over nothing."""

    function = "quantilesExact"
    template = "%(function)s(%(levels)s)(%(expressions)s)"
    arity = 1
    output_field = clickhouse.ArrayField(clickhouse.Float64Field())

    def __init__(self, expression: Any, levels: Sequence[float], **extra: Any) -> None:
        if not levels or not all(0 <= level <= 1 for level in levels):
            raise ValueError(f"Levels are numbers from 0 to 1, not {levels!r}.")
        super().__init__(expression, levels=", ".join(repr(float(level)) for level in levels), **extra)

    def as_sql(self, compiler: Any, connection: Any, **extra_context: Any) -> tuple[str, Any]:  # type: ignore[override]
        # Over nothing the engine's own answer would be zeros, as an array cannot be NULL.
        sql, params = super().as_sql(compiler, connection, **extra_context)
        counting = self.copy()
        counting.template = "count(%(expressions)s)"
        count, count_params = Aggregate.as_sql(counting, compiler, connection)
        return f"if({count} = 0, [], {sql})", (*count_params, *params)

    @property
    def convert_value(self) -> Any:
        return lambda value, expression, connection: value or None


class CountEqual(Func):
    """How often the second expression is among the elements of the array."""

    function = "countEqual"
    arity = 2
    output_field = clickhouse.UInt64Field()


class Transform(Func):
    """The element of `to_list` that stands where the expression's value stands in `from_list`, else `default`.

    Numbers or texts; `default` may be None or an expression. Give `output_field` unless the answers are text.
    """

    function = "transform"

    def __init__(
        self,
        expression: Any,
        from_list: Sequence[Any],
        to_list: Sequence[Any],
        default: Any = None,
        output_field: Field | None = None,
    ) -> None:
        if len(from_list) != len(to_list):
            raise ValueError(f"{len(from_list)} values cannot become {len(to_list)}.")
        if not hasattr(default, "resolve_expression"):
            default = Value(default)
        super().__init__(expression, default, output_field=output_field or clickhouse.StringField())
        self.lists = list(from_list), list(to_list)

    @property
    def identity(self) -> Any:
        return (*super().identity, *map(tuple, self.lists))

    def as_sql(self, compiler: Any, connection: Any, **extra_context: Any) -> tuple[str, Any]:  # type: ignore[override]
        expression, default = self.source_expressions
        sql, params = compiler.compile(expression)
        default_sql, default_params = compiler.compile(default)
        if not self.lists[0]:
            return f"materialize({default_sql})", [*default_params]
        return f"transform({sql}, %s, %s, {default_sql})", [*params, *self.lists, *default_params]


class WallClockField(DateTimeField):
    """What a clock showed: naive datetimes, both as values and as answers, whatever USE_TZ says."""

    def to_python(self, value: Any) -> Any:
        return value

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, datetime.datetime) and value.tzinfo is not None:
            raise ValueError(f"A wall clock's time has no zone, unlike {value!r}.")
        return value

    def from_db_value(self, value: datetime.datetime | None, expression: Any, connection: Any) -> Any:
        return value if value is None else value.replace(tzinfo=None)


class LocalTime(Func):
    """The wall clock in the zone (an IANA name) at the instant, as a naive datetime."""

    arity = 1
    output_field = WallClockField()

    def __init__(self, expression: Any, zone: str) -> None:
        super().__init__(expression)
        self.zone = ZoneInfo(str(zone)).key

    @property
    def identity(self) -> Any:
        return (*super().identity, self.zone)

    def as_sql(self, compiler: Any, connection: Any, **extra_context: Any) -> tuple[str, Any]:  # type: ignore[override]
        sql, params = compiler.compile(self.source_expressions[0])
        return f"addSeconds({sql}, timezoneOffset(toTimeZone({sql}, %s)))", [*params, *params, self.zone]


class ToDate(Func):
    """The date of a wall clock's time."""

    function = "toDate32"
    arity = 1
    output_field = DateField()


class StartOfWeek(ToDate):
    """The Monday on or before a wall clock's time, a date."""

    function = "toMonday"


class StartOfMonth(ToDate):
    """The first of the month of a wall clock's time, a date."""

    function = "toStartOfMonth"


class StartOfHour(Func):
    """The full hour at or before a wall clock's time, a naive datetime."""

    function = "toStartOfHour"
    arity = 1
    output_field = WallClockField()
