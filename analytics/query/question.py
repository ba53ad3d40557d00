"""What is asked, what is answered, and what of it there is no answer to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from analytics.context import Context, Scope
from analytics.dimensions import DIMENSIONS
from analytics.metrics import METRICS
from analytics.periods import Period, previous_period, same_period_last_year
from analytics.sessions import Filter
from videos.errors import Invalid

MOST_DIMENSIONS = 3
COMPARISONS = {"previous_period": previous_period, "previous_year": lambda period, now: same_period_last_year(period)}
Row = dict[str, Any]
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Question:
    """What is asked. `order` is a metric or dimension of it, with `-` for largest first; `per_page` None: all rows.

    `compare` is '', `previous_period` or `previous_year`. `now` is the aware instant that open periods are read at.
    `with_bots` and `with_team` let in whom numbers leave out.
    `with_total` asks for the metrics over the whole period, too: of a question by one dimension of time, for little.
    """

    context: Context
    period: Period
    metrics: tuple[str, ...]
    by: tuple[str, ...] = ()
    scope: Scope | None = None
    filters: tuple[Filter, ...] = ()
    compare: str = ""
    order: str = ""
    page: int = 1
    per_page: int | None = None
    with_bots: bool = False
    with_team: bool = False
    with_total: bool = False
    now: datetime = field(default_factory=timezone.now)

    @property
    def grain(self) -> str | None:
        """The dimension of time among those asked by."""
        return next((name for name in self.by if DIMENSIONS[name].is_time), None)

    @property
    def ordering(self) -> str:
        """The order asked for, else by time, else the first plain number, largest first."""
        if self.order:
            return self.order
        number = next((name for name in self.metrics if METRICS[name].is_number), None)
        return self.grain or (f"-{number}" if number else self.by[0])


@dataclass(frozen=True)
class Answer:
    """Rows with the value of each dimension and metric by name; `total` has the metrics where the question wants it.

    With a comparison also `previous`: the metrics by name, each null where no period lies before.
    """

    rows: list[Row]
    total_rows: int
    period: Period
    previous: Period | None = None
    total: Row | None = None


def question_check(question: Question) -> None:
    """Raise Invalid where the question names what does not exist, or does not go together."""
    for part, names, known in (("metrics", question.metrics, METRICS), ("by", question.by, DIMENSIONS)):
        for name in names:
            if name not in known:
                kind = "metric" if part == "metrics" else "dimension"
                raise Invalid.field(part, f"There is no {kind} {name!r}; there are {', '.join(known)}.")
        if len(set(names)) < len(names):
            raise Invalid.field(part, "Each name may stand only once.")
    if not question.metrics:
        raise Invalid.field("metrics", "Name at least one metric.")
    if len(question.by) > MOST_DIMENSIONS:
        raise Invalid.field("by", f"At most {MOST_DIMENSIONS} dimensions.")
    if sum(DIMENSIONS[name].is_time for name in question.by) > 1:
        raise Invalid.field("by", "At most one of hour, day, week and month.")
    if question.with_total and question.by != (question.grain,):
        raise Invalid.field("by", "A total goes with one dimension, of time.")
    if question.compare and question.compare not in COMPARISONS:
        raise Invalid.field(
            "compare", f"There is no comparison {question.compare!r}; there are {', '.join(COMPARISONS)}."
        )
    name = question.order.removeprefix("-")
    if question.order and name not in {*question.metrics, *question.by}:
        raise Invalid.field(
            "order", f"Rows can be ordered by {', '.join((*question.metrics, *question.by))}, not by {name!r}."
        )
    if name in METRICS and not METRICS[name].is_number:
        raise Invalid.field("order", f"{name} is not one number, so nothing can be ordered by it.")
