"""The file of an export: JSON as the dialect answers it, or a CSV table; bare, not in a ZIP."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import IO, Any

from analytics.api.sixtyseconds.answers import account_analytics, template_analytics, video_analytics
from analytics.api.sixtyseconds.parameters import DEFAULT_GRAIN
from analytics.context import Context
from analytics.periods import Period
from exports.models import About, Format, Report
from exports.sixtyseconds.choices import metrics_named, narrowed
from exports.sixtyseconds.tables import account_table, template_table, video_table
from exports.tables import Table
from exports.writers import write_csv

MEDIA_TYPES = {Format.CSV: "text/csv; charset=utf-8", Format.JSON: "application/json"}
_ANSWERS: dict[str, Callable[[Context, str, Period], Mapping[str, Any]]] = {
    About.VIDEO: video_analytics,
    About.ACCOUNT: lambda context, subject, period: account_analytics(context, period, DEFAULT_GRAIN),
    About.TEMPLATE: template_analytics,
}
_TABLES: dict[str, Callable[[Context, str, Period, tuple[str, ...]], Table]] = {
    About.VIDEO: video_table,
    About.ACCOUNT: account_table,
    About.TEMPLATE: template_table,
}


def write_export(report: Report, target: IO[bytes]) -> int | None:
    """Write the export's file; return how many rows its table has, None where it is none.

    Raises Unknown where the video or template has been deleted.
    """
    context, metrics = Context(report.workspace), metrics_named(report.about, report.fields)
    if report.format == Format.CSV:
        table = _TABLES[report.about](context, report.subject, report.period, metrics)
        return write_csv(table, lambda name: nullcontext(target))
    answer = _ANSWERS[report.about](context, report.subject, report.period)
    text = json.dumps(narrowed(report.about, answer, metrics), ensure_ascii=False, indent=2)
    target.write(f"{text}\n".encode())
    return None
