"""What the "Export report" form begins with: what the page that leads to it names, else the member's last choice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from analytics.periods import LABELS
from exports.fields import FIELDS, REFERENCE_FIELDS
from exports.models import Breakdown, Format, Report
from exports.pages.forms import CUSTOM, DEFAULT_PERIOD

# The query's names of what can be given several times, and the inputs'.
_LISTS = {"folder": "folders", "project": "projects"}


def first_values(query: QueryDict, email: str, last: Report | None) -> dict[str, Any]:
    """Return the form's values: the usual ones, over them those of the `last` report, over them the query's.

    A query that names folders or projects says what the report is about, and the last report no longer does.
    """
    values: dict[str, Any] = {
        "period": DEFAULT_PERIOD,
        "folders": [],
        "projects": [],
        "columns": list(REFERENCE_FIELDS),
        "breakdown": Breakdown.NONE,
        "format": Format.CSV,
        "email": email,
    }
    if last is not None:
        values |= _remembered(last)
    return values | _named(query)


def _remembered(report: Report) -> dict[str, Any]:
    """Return the values that order such a report again."""
    emails = [delivery.email for delivery in report.deliveries.all()]
    return {
        "period": report.period_name,
        "first_on": report.period.first_on,
        "last_on": report.period.last_on,
        "folders": report.folders,
        "projects": report.projects,
        "columns": [name for name in report.fields if name in FIELDS],
        "breakdown": report.breakdown,
        "format": report.format,
        **({"email": emails[0]} if emails else {}),
    }


def _named(query: QueryDict) -> dict[str, Any]:
    """Return the values that the address names."""
    values: dict[str, Any] = {}
    if query.get("period") in {*LABELS, CUSTOM}:
        values |= {"period": query["period"], "first_on": query.get("from"), "last_on": query.get("to")}
    if any(name in query for name in _LISTS):
        values |= {name: query.getlist(key) for key, name in _LISTS.items()}
    return values


def are_gone(values: Mapping[str, Any], offered: set[str]) -> bool:
    """Return whether a folder or project that the form should begin with is none of those `offered`."""
    return not offered.issuperset({*values["folders"], *values["projects"]})
