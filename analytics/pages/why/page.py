"""The page that explains a headline: the definition, the sessions that count, those left out with their reasons."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from analytics.context import Scope
from analytics.formats import count_shown, percent_shown, value_shown
from analytics.metrics import METRICS
from analytics.pages.inquiry import Inquiry
from analytics.pages.parts import Toolbar, toolbar_of
from analytics.pages.viewers.paging import Pager, pager_of
from analytics.pages.why.sessions import SessionRow, session_rows, sessions_table
from analytics.periods import Period
from analytics.reasons import COUNTED, TEAM, sessions_judged
from analytics.sessions import Filter
from analytics.tables import Column, Table
from analytics.together import together

PER_PAGE = 25


@dataclass(frozen=True)
class Step:
    """Sessions that count or that a reason leaves out: how many, their part of all loads, the address of their list.

    `width` is the part in per cent, for a bar.
    """

    name: str
    label: str
    sentence: str
    count_shown: str
    share_shown: str
    width: float
    url: str
    is_current: bool


@dataclass(frozen=True)
class Steps:
    """From all loads down to the sessions that count; `table` has them for a file."""

    name: str
    caption: str
    loads_shown: str
    left_out: tuple[Step, ...]
    counted: Step
    table: Table


@dataclass(frozen=True)
class Listed:
    """The sessions of one step, a page of them; more of them stand in a file."""

    name: str
    title: str
    sentence: str
    rows: tuple[SessionRow, ...]
    pager: Pager

    @property
    def table(self) -> Table:
        return sessions_table(self.rows)


@dataclass(frozen=True)
class WhyPage:
    """The page. `about` is what the number is of, `back_url` its page; `sql` and `query` let anyone check it.

    `team` says what becomes of the workspace's own people's sessions.
    """

    toolbar: Toolbar
    metric: str
    shown: str
    definition: str
    about: str
    back_url: str
    sql: str
    query: str
    steps: Steps
    listed: Listed
    team: str
    may_mark: bool
    notices: tuple[str, ...]


def why_page(
    inquiry: Inquiry,
    name: str,
    about: str,
    back_url: str,
    chosen: str,
    number: int,
    *,
    may_mark: bool,
    size: int = PER_PAGE,
) -> WhyPage:
    """Return the page of the metric `name` with the list of the step `chosen` (the counted ones for an unknown one).

    `size`: so many sessions of it.
    """
    context, state = inquiry.context, inquiry.state
    judged = sessions_judged(name, context, state.period, inquiry.scope, state.filters)
    counts, value = together(judged.counts, lambda: inquiry.ask(name).rows[0][name])
    chosen = chosen if chosen in counts else COUNTED
    told = {each.name: (each.label, each.sentence) for each in judged.reasons}
    told[COUNTED] = ("Counted", "These sessions make the number.")
    shown = _told_value(name, value)
    steps = _steps(inquiry, counts, told, chosen)
    rows = session_rows(inquiry, judged.of(chosen), (number - 1) * size, size)
    listed = Listed(
        "sessions",
        f"{told[chosen][0]}: {count_shown(counts[chosen])}",
        told[chosen][1],
        rows,
        pager_of(number, size, counts[chosen], lambda page: _url(inquiry, chosen, page)),
    )
    return WhyPage(
        toolbar=toolbar_of(state, "", ()),
        metric=METRICS[name].label,
        shown=shown,
        definition=METRICS[name].definition,
        about=about,
        back_url=back_url,
        sql=METRICS[name].sql,
        query=json.dumps(_query(name, state.period, inquiry.scope, state.filters), indent=2, ensure_ascii=False),
        steps=steps,
        listed=listed,
        team=_team(context.workspace.team_left_out, counts.get(TEAM, 0)),
        may_mark=may_mark,
        notices=state.notices,
    )


def _told_value(name: str, value: Any) -> str:
    metric = METRICS[name]
    if metric.is_number:
        return value_shown(name, value)
    return json.dumps(value) if value else "–"


def _url(inquiry: Inquiry, chosen: str, number: int = 1) -> str:
    more = [(key, value) for key, value in inquiry.state.more if key not in {"sessions", "page"}]
    if chosen != COUNTED:
        more.append(("sessions", chosen))
    if number > 1:
        more.append(("page", str(number)))
    return inquiry.state.url(more=tuple(more))


def _steps(inquiry: Inquiry, counts: dict[str, int], told: dict[str, tuple[str, str]], chosen: str) -> Steps:
    loads = sum(counts.values())

    def step(key: str) -> Step:
        part = counts[key] / loads if loads else 0
        return Step(
            key, *told[key], count_shown(counts[key]), percent_shown(part), round(100 * part, 1),
            _url(inquiry, key), key == chosen,
        )  # fmt: skip

    reasons = [key for key in counts if key != COUNTED]
    records = [(told[key][0], counts[key], counts[key] / loads if loads else 0) for key in (*reasons, COUNTED)]
    columns = (Column("Sessions"), Column("Number", count_shown), Column("Of all loads", percent_shown, "0–1"))
    return Steps(
        name="steps",
        caption=_caption(counts, told, loads),
        loads_shown=count_shown(loads),
        left_out=tuple(step(key) for key in reasons),
        counted=step(COUNTED),
        table=Table(columns, tuple(records)),
    )


def _caption(counts: dict[str, int], told: dict[str, tuple[str, str]], loads: int) -> str:
    if not loads:
        return "No player was loaded in this period."
    of = f"{count_shown(counts[COUNTED])} of {count_shown(loads)} viewing sessions"
    left = {key: number for key, number in counts.items() if key != COUNTED and number}
    sentence = f"This number comes from {of}"
    if not left:
        return f"{sentence}; none is left out."
    most = max(left, key=left.__getitem__)
    return f"{sentence}; most of the others are left out as “{told[most][0]}” ({count_shown(left[most])})."


def _team(is_left_out: bool, sessions: int) -> str:
    if not is_left_out:
        return "Views of your own team count like any others."
    return f"Your own team is left out: {count_shown(sessions)} {'session' if sessions == 1 else 'sessions'} here."


def _query(name: str, period: Period, scope: Scope | None, filters: tuple[Filter, ...]) -> dict[str, Any]:
    """Return the body by which POST /v1/query answers the same number."""
    if period.name != "custom":
        asked: dict[str, Any] = {"name": period.name}
    else:
        asked = {"from": f"{period.first_on}", "to": f"{period.last_on}"}
    body: dict[str, Any] = {"metrics": [name], "period": asked}
    if scope is not None:
        body["scope"] = {scope.kind: scope.public_id}
    if filters:
        body["filters"] = [
            {"dimension": each.dimension, "op": each.op, "values": list(each.values)} for each in filters
        ]
    return body
