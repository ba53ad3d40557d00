"""What /v1/query answers."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from analytics.query import Row

# `from` is a word of Python.
PeriodShown = TypedDict("PeriodShown", {"from": str | None, "to": str | None, "timezone": str})


class QueryAnswer(TypedDict):
    """A page of rows. `previous_period` is there with a comparison, unless no period lies before."""

    rows: list[Row]
    total_rows: int
    period: PeriodShown
    previous_period: NotRequired[PeriodShown]
