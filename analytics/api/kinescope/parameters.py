"""The parameters that the dialect's calls share, checked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from rest_framework.request import Request

from analytics.api.kinescope.errors import INVALID_ORDER, WrongParameter
from analytics.api.kinescope.shapes import Direction, KinescopeTime
from analytics.context import Context, Scope
from analytics.periods import EARLIEST, LATEST, Period, period_of_dates, period_of_instants
from analytics.query import Question
from analytics.sessions import Filter
from videos.models import ApiToken

DEFAULT_PER_PAGE, MOST_PER_PAGE, LAST_PAGE = 10, 1000, 1_000_000
MOMENT = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Asked:
    """What a request asks about: whose sessions, of which period."""

    context: Context
    period: Period
    filters: tuple[Filter, ...]
    scope: Scope | None

    def question(self, metrics: Iterable[str], also: tuple[Filter, ...] = (), **more: Any) -> Question:
        """Return a question about it, narrowed by further filters; `more` are fields of Question."""
        filters = (*self.filters, *also)
        return Question(self.context, self.period, tuple(metrics), scope=self.scope, filters=filters, **more)

    @property
    def time(self) -> KinescopeTime:
        """The period as it was asked for: dates, or instants with their last millisecond."""
        period = self.period
        if period.name == "custom":
            first, last = str(period.first_on), str(period.last_on)
        else:
            first, last = _instant(period.start), _instant(period.end and period.end - MOMENT)
        return {"from": first, "to": last, "timezone": period.zone.key}


@dataclass(frozen=True)
class Rows:
    """Which rows are asked for: a page of so many, ordered by a field of theirs."""

    page: int
    per_page: int
    field: str
    direction: Direction

    def order(self, name: str) -> str:
        """Return the order as a question has it, for the metric or dimension that the field stands for."""
        return f"-{name}" if self.direction == "desc" else name


def asked(request: Request) -> Asked:
    """Return what a request asks about. Raises WrongParameter for a bad one, Unknown for an unknown id."""
    context = Context(cast(ApiToken, request.auth).workspace)
    project, video = text_of(request, "project_id"), text_of(request, "video_id")
    scope = Scope("video", video) if video else Scope("project", project) if project else None
    period = _period(request, context)
    filters: tuple[Filter, ...] = ()
    if video and project:
        context.videos_of(Scope("project", project))  # an unknown project is an error, whatever the video
        filters = (Filter("project", "in", (project,)),)
    return Asked(context, period, filters, scope)


def rows_of(request: Request, fields: Iterable[str], default: str) -> Rows:
    """Return the page and order asked for, `default` (such as `views.desc`) without one; WrongParameter if wrong."""
    field, _, direction = (text_of(request, "order") or default).partition(".")
    known = tuple(fields)
    if field not in known or direction not in ("asc", "desc"):
        message = f"order is a field ({', '.join(known)}) with .asc or .desc."
        raise WrongParameter(message, INVALID_ORDER)
    return Rows(
        _number(request, "page", 1, LAST_PAGE),
        _number(request, "per_page", DEFAULT_PER_PAGE, MOST_PER_PAGE),
        field,
        "asc" if direction == "asc" else "desc",
    )


def words_of(request: Request, name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the comma-separated words of a parameter, each once. Raises WrongParameter for an unknown one."""
    values = request.query_params.getlist(name)
    words = tuple(dict.fromkeys(word.strip() for value in values for word in value.split(",") if word.strip()))
    for word in words:
        if word not in known:
            raise WrongParameter(f"{name} takes {', '.join(known)}, not {word[:64]!r}.")
    return words


def text_of(request: Request, name: str) -> str:
    """Return a parameter's text, '' where it is not given. Raises WrongParameter for what no text can hold."""
    text = request.query_params.get(name, "")
    if "\0" in text:
        raise WrongParameter(f"{name} holds a NUL character.")
    return text


def _number(request: Request, name: str, default: int, most: int) -> int:
    text = text_of(request, name) or str(default)
    if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= most:
        raise WrongParameter(f"{name} is a whole number from 1 to {most}, not {text[:64]!r}.")
    return int(text)


def _period(request: Request, context: Context) -> Period:
    given = {name: text_of(request, name) for name in ("from", "to")}
    for name, text in given.items():
        if not text:
            raise WrongParameter(f"{name} is required: YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ.")
    first, last = (_moment(name, text) for name, text in given.items())
    if isinstance(first, datetime) or isinstance(last, datetime):
        # A date beside an instant stands for the whole day.
        begin = first if isinstance(first, datetime) else period_of_dates(first, first, context.zone).start
        end = last + MOMENT if isinstance(last, datetime) else period_of_dates(last, last, context.zone).end
        assert begin is not None
        assert end is not None
        return period_of_instants(begin, end, context.zone, "instants")
    return period_of_dates(first, last, context.zone)


def _moment(name: str, text: str) -> date | datetime:
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
        if "T" not in text:
            raise ValueError("neither a date as it is to be written nor an instant")
        # A plus sign in a query is a space.
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError as error:
        raise WrongParameter(f"{name} must be YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ, not {text[:64]!r}.") from error
    if moment.tzinfo is None:
        raise WrongParameter(f"{name} needs its time zone, such as {text[:64]}Z.")
    if not EARLIEST.year <= moment.year <= LATEST.year:
        raise WrongParameter(f"{name} lies between {EARLIEST} and {LATEST}, unlike {text[:64]!r}.")
    return moment.astimezone(UTC)


def _instant(moment: datetime | None) -> str:
    return moment.isoformat().replace("+00:00", "Z") if moment else ""
