"""The questions of one page: all about the same sessions, so that its numbers agree with each other."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analytics.context import Context, Scope
from analytics.pages.state import DEFAULT_COMPARISON, DEFAULT_METRIC, State
from analytics.periods import Period
from analytics.presence import Watching, watching_now
from analytics.query import Answer, Question, Row, ask, ask_apart, ask_groups
from analytics.sessions import viewing_sessions


@dataclass(frozen=True)
class Inquiry:
    """A page's workspace, address and scope; asks with its period and filters."""

    context: Context
    state: State
    scope: Scope | None = None

    def ask(
        self,
        *metrics: str,
        by: tuple[str, ...] = (),
        order: str = "",
        per_page: int | None = None,
    ) -> Answer:
        """Return the answer for the page's sessions."""
        return ask(replace(self._question(metrics, self.state.period), by=by, order=order, per_page=per_page))

    def ask_apart(self, *metrics: str, by: tuple[str, ...]) -> dict[str, list[Row]]:
        """Return the rows by each of the dimensions alone."""
        return ask_apart(replace(self._question(metrics, self.state.period), by=by))

    def ask_over_time(self, *metrics: str, grain: str, period: Period | None = None) -> tuple[list[Row], Row]:
        """Return the rows by bucket, and the metrics over the whole period."""
        question = self._question(metrics, period or self.state.period)
        answer = ask(replace(question, by=(grain,), with_total=True))
        assert answer.total is not None
        return answer.rows, answer.total

    def ask_groups(
        self, *metrics: str, by: tuple[str, ...], groups: Sequence[Collection[int]]
    ) -> list[tuple[int, Row]]:
        """Return the rows of each group of videos (primary keys), with its place; empty buckets have none."""
        return ask_groups(replace(self._question(metrics, self.state.period), by=by), groups)

    def _question(self, metrics: tuple[str, ...], period: Period) -> Question:
        return Question(
            context=self.context,
            period=period,
            metrics=tuple(dict.fromkeys(metrics)),
            scope=self.scope,
            filters=self.state.filters,
            now=self.state.now,
        )

    def sessions(self) -> Any:
        """Return the queryset of the page's viewing sessions."""
        return viewing_sessions(self.context, self.state.period, self.scope, self.state.filters)

    def why_url(self, metric: str) -> str:
        """Return the address that explains a metric's value on this page."""
        scope = ((self.scope.kind, self.scope.public_id),) if self.scope else ()
        return self.state.url(
            path=f"/why/{metric}/", metric=DEFAULT_METRIC, grain="", comparison=DEFAULT_COMPARISON, more=scope
        )

    def watching(self) -> Watching:
        """Return how many are watching now, whatever the period."""
        return watching_now(self.context, self.state.now, self.scope, self.state.filters)

    def has_any(self, state: State) -> bool:
        """Return whether there are sessions under another address of this page."""
        return bool(Inquiry(self.context, state, self.scope).ask("loads").rows[0]["loads"])
