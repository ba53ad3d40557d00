"""What all calls of the dialect share: the view, its errors, its parameters, its words for moments."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, cast

from django.http import Http404, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.api.wistia.described import Told, WistiaSchema
from analytics.context import Context
from analytics.periods import EARLIEST, LATEST, Period, period_of_dates
from videos.api.auth import QueryTokenAuthentication
from videos.errors import DomainError, Unknown
from videos.models import ApiToken, Project, Video, Workspace

UNAUTHORIZED = "unauthorized_credentials"
MOST_PER_PAGE = 100
# Beyond the end of any list, and within what databases can count.
FARTHEST = 10**9


class WistiaError(DomainError):
    """A parameter is wrong; the detail names it."""


def error_handler(error: Exception, context: dict[str, Any]) -> Response | HttpResponse | None:
    """Answer `{"error": …}`, a 401 with a `code` too, and 429 in plain text; None for what nobody foresaw."""
    if isinstance(error, DomainError):
        return Response({"error": error.detail}, 400 if error.status == 422 else error.status)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    if isinstance(error, exceptions.Throttled):
        wait = getattr(error, "wait", None)
        headers = {} if wait is None else {"Retry-After": f"{wait:.0f}"}
        return HttpResponse(str(error.detail), status=429, content_type="text/plain; charset=utf-8", headers=headers)
    if not isinstance(error, exceptions.APIException):
        return None
    body = {"error": str(error.detail)}
    headers = {}
    if error.status_code == 401:
        body = {"code": UNAUTHORIZED, **body}
        headers["WWW-Authenticate"] = getattr(error, "auth_header", "")
    return Response(body, error.status_code, headers=headers)


@method_decorator(conditional_page, name="dispatch")
class WistiaView(APIView):
    """A view that only answers: `answer` takes the request and what the path names, and returns the body."""

    authentication_classes = [QueryTokenAuthentication]
    schema = WistiaSchema()
    answer: ClassVar[Callable[..., Any]]
    told: ClassVar[Told]

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Any]:
        return error_handler

    def get(self, request: Request, **named: str) -> Response:
        return Response(type(self).answer(request, **named))


@dataclass(frozen=True)
class Page:
    """Which rows are asked for: the half-open range of places, counted from 0."""

    begin: int
    end: int


def context_of(request: Request) -> Context:
    return Context(cast("ApiToken", request.auth).workspace)


def text_of(request: Request, name: str) -> str:
    """Return a parameter's text, '' where it is not given. Raises WistiaError for what no text can hold."""
    text = request.query_params.get(name, "")
    if "\0" in text:
        raise WistiaError(f"{name} holds a NUL character.")
    return text


def page_of(request: Request, most: int = MOST_PER_PAGE) -> Page:
    """Return the page that `page` (from 1) and `per_page` name; without `per_page`, or beyond it, `most` rows."""
    size = min(_count(request, "per_page", most), most)
    begin = (_count(request, "page", 1) - 1) * size
    return Page(begin, begin + size)


def _count(request: Request, name: str, default: int) -> int:
    text = text_of(request, name) or str(default)
    if not re.fullmatch(r"0*[1-9][0-9]{0,99}", text):
        raise WistiaError(f"{name} is a whole number from 1, not {text[:64]!r}.")
    return min(int(text), FARTHEST)


def day_of(request: Request, name: str) -> date | None:
    """Return the date a parameter names, None where it is not given. Raises WistiaError for anything but a date."""
    text = text_of(request, name)
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise WistiaError(f"{name} takes the format '2012-11-25', not {text[:64]!r}.")
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise WistiaError(f"{name} is no date: {text!r}.") from error
    if not EARLIEST <= day <= LATEST:
        raise WistiaError(f"{name} lies between {EARLIEST} and {LATEST}, unlike {text!r}.")
    return day


def days_of(first: date, last: date, context: Context) -> Period:
    """Return the period of whole days. Raises WistiaError where it ends before it begins."""
    if last < first:
        raise WistiaError(f"end_date ({last}) lies before start_date ({first}).")
    return period_of_dates(first, last, context.zone)


def media_of(workspace: Workspace, key: str) -> Video:
    """Return the video by its public id, or by the number that lists give as its `id`. Raises Unknown."""
    return _found(Video.objects.filter(workspace=workspace), "media", key)


def project_of(workspace: Workspace, key: str) -> Project:
    """Return the project by its public id, or by the number that lists give as its `id`. Raises Unknown."""
    return _found(Project.objects.filter(workspace=workspace), "project", key)


def _found(rows: Any, kind: str, key: str) -> Any:
    # No public id is a number: each begins with a prefix.
    by = {"pk": int(key)} if re.fullmatch(r"[0-9]{1,18}", key) else {"public_id": key}
    row = None if "\0" in key else rows.filter(**by).first()
    if row is None:
        raise Unknown(kind, key)
    return row


def moment(instant: datetime | None) -> str | None:
    """Return a UTC instant as the Stats API writes it: `2012-12-12T01:51:36Z`."""
    return None if instant is None else f"{instant:%Y-%m-%dT%H:%M:%SZ}"
