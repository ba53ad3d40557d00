"""Errors in Kinescope's envelope: `{"error": {"code", "message", "detail"}}`."""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import Any

from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from videos.api.envelopes import KINESCOPE_WORDS
from videos.errors import DomainError

INVALID, INVALID_ORDER = 400400, 400216
# What a question calls its parts, in the dialect's words.
PARAMETERS = {"period": "from", "by": "group_by"}


class WrongParameter(DomainError):
    """A parameter is wrong; `number` is Kinescope's code for it."""

    def __init__(self, detail: str, number: int = INVALID) -> None:
        super().__init__(detail)
        self.number = number


def error_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer in the envelope, whose code begins with the HTTP status; None for what nobody foresaw."""
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    headers: dict[str, str] = {}
    if isinstance(error, DomainError):
        status = 400 if error.status == 422 else error.status
        number = getattr(error, "number", status * 1000 + status)
        detail = (
            " ".join(f"{PARAMETERS.get(each.field, each.field)}: {each.message}" for each in error.errors)
            or error.detail
        )
    elif isinstance(error, exceptions.APIException):
        status = error.status_code
        number, detail = status * 1000 + status, str(error.detail)
        if challenge := getattr(error, "auth_header", None):
            headers["WWW-Authenticate"] = challenge
        if wait := getattr(error, "wait", None):
            headers["Retry-After"] = str(math.ceil(wait))
    else:
        return None
    message = KINESCOPE_WORDS.get(status, HTTPStatus(status).phrase.lower())
    return Response({"error": {"code": number, "message": message, "detail": detail}}, status, headers=headers)
