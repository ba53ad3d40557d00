"""The Kinescope v1 dialect: `GET /v1/analytics/overview` and `GET /v1/analytics`.

Parameters and error codes after Kinescope's article "Analytics"; `group`, `group_entities` and `fields` are what its
current clients send. Dates are in the workspace's time zone, both inclusive; seconds of watch time are floats.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.context import Context, Scope
from analytics.dimensions import GRAINS
from analytics.periods import Period, period_of_dates, period_of_instants
from analytics.query import Question, Row, ask
from analytics.sessions import Filter
from videos.errors import DomainError
from videos.models import ApiToken

FIELDS = {
    "player_loads": "loads",
    "views": "views",
    "unique_views": "unique_views",
    "view_rate": "view_rate",
    "total_watch_time": "watch_time",
    "engagement": "engagement",
    "watch_depth": "watch_depth",
    "peak_concurrent_viewers": "peak_concurrent",
}
GROUP_BY = {"video_id": "video", "project_id": "project", "date": "day", "country": "country"}
ENTITIES = {
    "video": "video_id",
    "project": "project_id",
    "folder": "folder_id",
    "device": "device",
    "city": "city",
    "country": "country",
}
TOPS = {"oses": "os", "devices": "device", "browsers": "browser", "countries": "country"}
TOP_ROWS = 10
DEFAULT_PER_PAGE, MOST_PER_PAGE = 10, 1000
INVALID, INVALID_ORDER = 400400, 400216


class KinescopeError(DomainError):
    """A parameter is wrong; `code` is Kinescope's number for it."""

    def __init__(self, detail: str, number: int = INVALID) -> None:
        super().__init__(detail)
        self.number = number


def error_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer in Kinescope's envelope: `{"error": {"code", "message", "detail"}}`."""
    headers: dict[str, str] = {}
    if isinstance(error, DomainError):
        status = 400 if error.status == 422 else error.status
        number, detail = getattr(error, "number", status * 1000 + status), error.detail
    elif isinstance(error, exceptions.APIException):
        status = error.status_code
        number, detail = status * 1000 + status, str(error.detail)
        if header := getattr(error, "auth_header", None):
            headers["WWW-Authenticate"] = header
    else:
        return None
    message = {400: "validation error", 401: "unauthorized", 403: "forbidden", 404: "not found"}.get(status, "error")
    return Response({"error": {"code": number, "message": message, "detail": detail}}, status, headers=headers)


@dataclass(frozen=True)
class Asked:
    """The parameters that both endpoints share, checked."""

    context: Context
    period: Period
    fields: tuple[str, ...]
    filters: tuple[Filter, ...]
    scope: Scope | None

    def question(self, **more: Any) -> Question:
        metrics = tuple(FIELDS[field] for field in self.fields)
        return Question(self.context, self.period, metrics, scope=self.scope, filters=self.filters, **more)

    def row(self, row: Row, keys: dict[str, str] | None = None) -> Row:
        """Return an answer's row in Kinescope's words; `keys` names its dimensions."""
        return {
            **{word: row[dimension] for word, dimension in (keys or {}).items()},
            **{field: row[FIELDS[field]] for field in self.fields},
        }

    @property
    def time(self) -> Row:
        """The period as it was asked for: dates, or instants with their last millisecond."""
        period = self.period
        if period.name == "custom":
            first, last = str(period.first_on), str(period.last_on)
        else:
            first, last = _instant(period.start), _instant(period.end and period.end - MOMENT)
        return {"from": first, "to": last, "timezone": period.zone.key}


MOMENT = timedelta(milliseconds=1)


def _instant(moment: datetime | None) -> str:
    return moment.isoformat().replace("+00:00", "Z") if moment else ""


def asked(request: Request) -> Asked:
    """Return what a request asks about. Raises KinescopeError for a bad parameter, Unknown for an unknown id."""
    context = Context(cast(ApiToken, request.auth).workspace)
    fields = _words(request, "fields", FIELDS) or tuple(FIELDS)
    project, video = request.query_params.get("project_id"), request.query_params.get("video_id")
    scope = Scope("video", video) if video else Scope("project", project) if project else None
    filters: tuple[Filter, ...] = ()
    if video and project:
        context.videos_of(Scope("project", project))  # an unknown project is an error, whatever the video
        filters = (Filter("project", "in", (project,)),)
    return Asked(context, _period(request, context), fields, filters, scope)


def _period(request: Request, context: Context) -> Period:
    given = {name: request.query_params.get(name, "") for name in ("from", "to")}
    for name, text in given.items():
        if not text:
            raise KinescopeError(f"{name} is required: YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ.")
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
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return date.fromisoformat(text)
        # A plus sign in a query is a space.
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError as error:
        raise KinescopeError(f"{name} must be YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ, not {text[:64]!r}.") from error
    if moment.tzinfo is None:
        raise KinescopeError(f"{name} needs its time zone, such as {text[:64]}Z.")
    return moment.astimezone(UTC)


def _words(request: Request, name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the comma-separated words of a parameter, each once. Raises KinescopeError for an unknown one."""
    values = request.query_params.getlist(name)
    words = tuple(dict.fromkeys(word.strip() for value in values for word in value.split(",") if word.strip()))
    for word in words:
        if word not in known:
            raise KinescopeError(f"{name} takes {', '.join(known)}, not {word[:64]!r}.")
    return words


def _number(request: Request, name: str, default: int, most: int) -> int:
    text = request.query_params.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= most:
        raise KinescopeError(f"{name} is a whole number from 1 to {most}, not {text[:64]!r}.")
    return int(text)


class KinescopeView(APIView):
    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response | None]:
        return error_handler


def overview(request: Request) -> Row:
    """Return totals, a timeline (`group`: hour, day by default, week or month) and the tops by views."""
    about = asked(request)
    grain = (_words(request, "group", GRAINS) or ("day",))[0]
    total = ask(about.question()).rows[0]
    timeline = ask(about.question(by=(grain,))).rows
    tops = {
        word: [about.row(row, {"name": dimension}) for row in _top(about, dimension)]
        for word, dimension in TOPS.items()
    }
    return {
        "meta": {"time": about.time},
        "data": {
            "total": about.row(total),
            "timeline": [about.row(row, {"date": grain}) for row in timeline],
            "top": tops,
        },
    }


def _top(about: Asked, dimension: str) -> list[Row]:
    order = "-views" if "views" in about.fields else f"-{FIELDS[about.fields[0]]}"
    return ask(about.question(by=(dimension,), order=order, per_page=TOP_ROWS)).rows


def grouped(request: Request) -> Row:
    """Return one page of rows by `group_by`, or by `group` and `group_entities`."""
    about = asked(request)
    keys = _keys(request)
    field, direction = _order(request, about, keys)
    dimension = keys.get(field) or FIELDS[field]
    page, per_page = (
        _number(request, "page", 1, 1_000_000),
        _number(request, "per_page", DEFAULT_PER_PAGE, MOST_PER_PAGE),
    )
    answer = ask(
        about.question(
            by=tuple(keys.values()),
            order=f"-{dimension}" if direction == "desc" else dimension,
            page=page,
            per_page=per_page,
        )
    )
    return {
        "meta": {
            "pagination": {"page": page, "per_page": per_page, "total": answer.total_rows},
            "order": {field: direction},
            "time": about.time,
        },
        "data": [about.row(row, keys) for row in answer.rows],
    }


def _keys(request: Request) -> dict[str, str]:
    """Return the dimensions to group by under Kinescope's words for them."""
    keys = {word: GROUP_BY[word] for word in _words(request, "group_by", GROUP_BY)}
    for grain in _words(request, "group", GRAINS):
        keys["date"] = grain
    for entity in _words(request, "group_entities", ENTITIES):
        keys[ENTITIES[entity]] = entity
    if not keys:
        raise KinescopeError(f"group_by is required: {', '.join(GROUP_BY)}.")
    return keys


def _order(request: Request, about: Asked, keys: dict[str, str]) -> tuple[str, str]:
    default = "date.asc" if "date" in keys else f"{'views' if 'views' in about.fields else about.fields[0]}.desc"
    field, _, direction = request.query_params.get("order", default).partition(".")
    known = (*keys, *about.fields)
    if field not in known or direction not in {"asc", "desc"}:
        message = f"order is a field ({', '.join(known)}) with .asc or .desc."
        raise KinescopeError(message, INVALID_ORDER)
    return field, direction


class OverviewView(KinescopeView):
    """GET /v1/analytics/overview."""

    def get(self, request: Request) -> Response:
        return Response(overview(request))


class GroupedView(KinescopeView):
    """GET /v1/analytics."""

    def get(self, request: Request) -> Response:
        return Response(grouped(request))
