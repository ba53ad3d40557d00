"""POST /v1/auth/login: a token for an e-mail address and a password."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypedDict

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from videos.api.envelopes import PROBLEM, problem_example
from videos.api.parsers import ShallowJSONParser
from videos.api.problems import field_errors
from videos.api.schema import answers
from videos.api.shapes import Text
from videos.api.tags import EVENTS
from videos.api.throttles import LoginThrottle
from videos.errors import FieldError, Malformed
from videos.logins import login_create

LONGEST_EMAIL, LONGEST_PASSWORD = 254, 4096
WRONG = "There is no such e-mail address with this password."


class Credentials(serializers.Serializer):
    email = Text(max_length=LONGEST_EMAIL)
    password = Text(max_length=LONGEST_PASSWORD, trim_whitespace=False)


class LoginToken(TypedDict):
    """What to call with, as `Authorization: Bearer …`, until `expires_at`."""

    token: str
    token_type: str
    expires_at: str


def _problem_example(status: int) -> dict[str, Any]:
    own: dict[int, dict[str, Any]] = {
        400: {
            "detail": "password: This field is required.",
            "code": "invalid",
            "errors": [{"field": "password", "message": "This field is required."}],
        },
        401: {"detail": WRONG, "code": "invalid_credentials"},
    }
    return {**problem_example(status), **own.get(status, {})}


class LoginView(APIView):
    """Answers the same for a wrong password and an unknown address."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []
    throttle_classes = [LoginThrottle]
    parser_classes = [ShallowJSONParser]

    @extend_schema(
        operation_id="login",
        summary="Sign in: a token for an e-mail address and a password",
        tags=[EVENTS],
        auth=[],
        request=Credentials,
        responses=answers(
            LoginToken,
            example={
                "token": "vps_WzcsIjE5ZjA…",
                "token_type": "Bearer",
                "expires_at": "2026-07-01T21:00:00Z",
            },
            errors=(400, 401, 413, 415),
            envelope=replace(PROBLEM, example=_problem_example),
        ),
    )
    def post(self, request: Request) -> Response:
        if not isinstance(request.data, dict):
            raise Malformed([FieldError("", "Send a JSON object.")])
        given = Credentials(data=request.data)
        if not given.is_valid():
            raise Malformed(field_errors(given.errors))
        made = login_create(request._request, **given.validated_data)
        if made is None:
            raise AuthenticationFailed(WRONG, "invalid_credentials")
        token, expires_at = made
        body: LoginToken = {
            "token": token,
            "token_type": "Bearer",
            "expires_at": expires_at.isoformat().replace("+00:00", "Z"),
        }
        return Response(body, headers={"Cache-Control": "no-store"})

    def get_authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Viewprint"'
