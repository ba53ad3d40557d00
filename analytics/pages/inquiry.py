"""The questions of one page: all about the same sessions, so that its numbers agree with each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from analytics.context import Context, Scope
from analytics.pages.state import State
from analytics.periods import Period
from analytics.query import Answer, Question, Row, ask
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
        compare: str = "",
        order: str = "",
        per_page: int | None = None,
        period: Period | None = None,
    ) -> Answer:
        """Return the answer for the page's sessions, or for those of another period."""
        state = self.state
        return ask(
            Question(
                context=self.context,
                period=period or state.period,
                metrics=tuple(dict.fromkeys(metrics)),
                by=by,
                scope=self.scope,
                filters=state.filters,
                compare=compare,
                order=order,
                per_page=per_page,
                now=state.now,
            )
        )

    def total(self, *metrics: str) -> tuple[Row, Row | None]:
        """Return the metrics over the period, and over the one it is compared with (None where there is none)."""
        answer = self.ask(*metrics, compare=self.state.compare)
        row = answer.rows[0]
        return row, row["previous"] if answer.previous else None

    def sessions(self) -> Any:
        """Return the queryset of the page's viewing sessions."""
        return viewing_sessions(self.context, self.state.period, self.scope, self.state.filters)

    def has_any(self, state: State) -> bool:
        """Return whether there are sessions under another address of this page."""
        return bool(Inquiry(self.context, state, self.scope).ask("loads").rows[0]["loads"])
