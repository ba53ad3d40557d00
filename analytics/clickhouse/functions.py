"""Wall-clock time as Django expressions.

LocalTime and LocalHour answer naive datetimes: what a clock in the zone showed, so that an hour repeated when summer
time ends is one bucket. LocalDate, LocalWeek and LocalMonth answer dates; LocalWeekday and LocalHourOfDay numbers.
"""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import DateField, DateTimeField, Func, IntegerField, Value


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


class LocalDate(Func):
    """The date in the zone (an IANA name) at the instant, looked up: a third of what the wall clock's date costs."""

    function = "toDate32"
    arity = 2
    output_field = DateField()

    def __init__(self, expression: Any, zone: str) -> None:
        super().__init__(expression, Value(ZoneInfo(str(zone)).key))


class LocalWeek(LocalDate):
    """The Monday on or before the date in the zone, a date."""

    function = "toMonday"


class LocalMonth(LocalDate):
    """The first of the month of the date in the zone, a date."""

    function = "toStartOfMonth"


class LocalHour(LocalTime):
    """The full hour at or before the wall clock's time in the zone, a naive datetime."""

    def as_sql(self, compiler: Any, connection: Any, **extra_context: Any) -> tuple[str, Any]:  # type: ignore[override]
        sql, params = super().as_sql(compiler, connection, **extra_context)
        return f"toStartOfHour({sql})", params


class LocalHourOfDay(Func):
    """The hour of the day in the zone (an IANA name) at the instant, 0 to 23."""

    function = "toHour"
    arity = 2
    output_field = IntegerField()

    def __init__(self, expression: Any, zone: str) -> None:
        super().__init__(expression, Value(ZoneInfo(str(zone)).key))


class LocalWeekday(Func):
    """The day of the week in the zone (an IANA name) at the instant, 1 (Monday) to 7."""

    function = "toDayOfWeek"
    arity = 3
    output_field = IntegerField()

    def __init__(self, expression: Any, zone: str) -> None:
        super().__init__(expression, Value(0), Value(ZoneInfo(str(zone)).key))


class ToMilliseconds(Func):
    """A wall clock's time as the type that a naive datetime is written in."""

    function = "toDateTime64"
    template = "%(function)s(%(expressions)s, 3)"
    arity = 1
    output_field = WallClockField()
