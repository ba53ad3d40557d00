"""SQL of truncations, settings and values."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from clickhouse_backend.backend import operations as upstream
from clickhouse_backend.utils.timezone import get_timezone
from django.conf import settings
from django.db import NotSupportedError

_INSTANT_FIELDS = {"DateTimeField", "DateTime64Field", "ClickhouseDateTimeField"}


class DatabaseOperations(upstream.DatabaseOperations):
    """Truncation answers instants of the zone for instants and dates for dates, weeks begin on Monday."""

    compiler_module = "analytics.clickhouse.compiler"

    def date_trunc_sql(
        self, lookup_type: str, sql: str, params: Sequence[Any], tzname: str | None = None
    ) -> tuple[str, Sequence[Any]]:
        return f"toDate32(date_trunc('{lookup_type}', {sql}))", params

    def datetime_trunc_sql(
        self, lookup_type: str, sql: str, params: Sequence[Any], tzname: str | None
    ) -> tuple[str, Sequence[Any]]:
        # date_trunc answers a date from week upwards; and a DateTime (not 64) would lose its zone on the way here.
        zone = tzname or get_timezone()
        return f"toDateTime64(date_trunc('{lookup_type}', {sql}, '{zone}'), 0, '{zone}')", params

    def get_db_converters(self, expression: Any) -> list[Any]:
        converters = super().get_db_converters(expression)
        if settings.USE_TZ and expression.output_field.get_internal_type() in _INSTANT_FIELDS:
            converters.append(_instant_with_zone)
        return converters

    def settings_sql(self, **kwargs: Any) -> tuple[str, Sequence[Any]]:
        if unknown := sorted(set(kwargs) - self.connection.introspection.settings):
            raise NotSupportedError(f"The engine knows no setting {', '.join(unknown)}.")
        return super().settings_sql(**kwargs)

    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> str:
        return cursor.last_query


def _instant_with_zone(value: Any, expression: Any, connection: Any) -> Any:
    """Return a DateTime that came without its zone as what it is, UTC."""
    if isinstance(value, datetime.datetime) and value.tzinfo is None:
        return value.replace(tzinfo=datetime.UTC)
    return value
