from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.urls import include, path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from videos.api.people import IsPersonOrHasScope, PeopleAuthentication
from videos.api.throttles import LOGINS_PER_EMAIL
from videos.logins import LASTS, PREFIX
from videos.models import User, Workspace
from videos.tokens import token_create


class Echo(APIView):
    authentication_classes = [PeopleAuthentication]
    permission_classes = [IsPersonOrHasScope]

    def get(self, request: Request) -> Response:
        return Response({"user": request.user and request.user.email})


class ProgramsOnly(APIView):
    def get(self, request: Request) -> Response:
        return Response({})


urlpatterns = [
    path("echo", Echo.as_view()),
    path("programs", ProgramsOnly.as_view()),
    path("v1/", include("videos.api.urls")),
]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
PASSWORD = "correct horse battery"


def sign_in(client: Client, email: Any = "owner@example.com", password: Any = PASSWORD) -> Any:
    return client.post("/v1/auth/login", {"email": email, "password": password}, content_type="application/json")


@pytest.fixture
def token(client: Client, owner: User) -> str:
    return sign_in(client).json()["token"]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Return a function that puts the clock forward by some seconds."""
    real, passed = time.time, [0.0]
    monkeypatch.setattr(time, "time", lambda: real() + passed[0])

    def forward(seconds: float) -> None:
        passed[0] += seconds

    return forward


def call(client: Client, token: str, where: str = "/echo") -> Any:
    return client.get(where, headers={"Authorization": f"Bearer {token}"})


def test_who_signs_in_gets_a_token_for_twelve_hours(client: Client, owner: User) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    answer = sign_in(client)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert answer["Cache-Control"] == "no-store"
    body = answer.json()
    assert list(body) == ["token", "token_type", "expires_at"]
    assert body["token"].startswith("vps_")
    assert body["token_type"] == "Bearer"
    assert body["expires_at"].endswith("Z")
    assert before <= datetime.fromisoformat(body["expires_at"]) - timedelta(hours=12) <= datetime.now(UTC)
    assert call(client, body["token"]).json() == {"user": "owner@example.com"}


def test_the_address_is_read_without_case_and_the_password_to_the_letter(client: Client, owner: User) -> None:
    assert sign_in(client, " Owner@EXAMPLE.com ").status_code == 200
    for password in (f" {PASSWORD}", f"{PASSWORD} ", PASSWORD.upper()):
        assert sign_in(client, password=password).status_code == 401
    owner.set_password("  spaces around  ")
    owner.save()
    assert sign_in(client, password="  spaces around  ").status_code == 200


def test_a_token_does_in_each_place_of_an_api_token(client: Client, token: str, workspace: Workspace) -> None:
    assert client.get("/echo", headers={"X-API-Token": token}).status_code == 200
    assert call(client, token).status_code == 200
    assert call(client, token_create(workspace, "Program", ["read"])[1]).json() == {"user": None}
    assert call(client, token_create(workspace, "Writer", ["write"])[1]).status_code == 403
    assert client.get("/echo").status_code == 401


def test_a_token_opens_nothing_that_is_for_programs(client: Client, token: str) -> None:
    for where in ("/programs", "/v1/catalog/videos"):
        answer = call(client, token, where)
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")


def test_wrong_credentials_are_refused_in_the_same_words(client: Client, owner: User, editor: User) -> None:
    User.objects.filter(pk=editor.pk).update(is_active=False)
    answers = [
        sign_in(client, password="wrong"),
        sign_in(client, "nobody@example.com"),
        sign_in(client, "no address at all"),
        sign_in(client, editor.email),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json()["code"] == "invalid_credentials"
    assert answers[0]["Content-Type"] == "application/problem+json"
    assert answers[0]["WWW-Authenticate"] == 'Bearer realm="Viewprint"'


def test_an_unknown_address_costs_a_hash_too(client: Client, owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    make = User.set_password

    def set_password(self: User, raw: str | None) -> None:
        hashed.append(str(raw))
        make(self, raw)

    monkeypatch.setattr(User, "set_password", set_password)
    assert sign_in(client, "nobody@example.com").status_code == 401
    assert hashed == [PASSWORD]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"email", "password"}),
        ({"email": "owner@example.com"}, {"password"}),
        ({"email": "", "password": ""}, {"email", "password"}),
        ({"email": "  ", "password": PASSWORD}, {"email"}),
        ({"email": None, "password": None}, {"email", "password"}),
        ({"email": 7, "password": ["x"]}, {"email", "password"}),
        ({"email": "a\0b", "password": "a\0b"}, {"email", "password"}),
        ({"email": "\ud800", "password": PASSWORD}, {"email"}),
        ({"email": "a" * 255, "password": "a" * 4097}, {"email", "password"}),
    ],
)
def test_each_field_that_is_missing_or_no_text_is_named(client: Client, body: Any, fields: set[str]) -> None:
    answer = client.post("/v1/auth/login", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert answer["Content-Type"] == "application/problem+json"
    assert {error["field"] for error in answer.json()["errors"]} == fields


def test_what_is_no_json_object_is_refused(client: Client) -> None:
    def status(body: bytes, content_type: str = "application/json") -> int:
        return client.post("/v1/auth/login", body, content_type=content_type).status_code

    assert [status(body) for body in (b"{", b"", b"[]", b"null", b'"x"', b"[" * 100_000)] == [400] * 6
    assert status(b"email=a&password=b", "application/x-www-form-urlencoded") == 415
    assert client.get("/v1/auth/login").status_code == 405


def test_no_cookie_is_set_and_none_is_needed(owner: User) -> None:
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client).status_code == 200
    assert not client.cookies


def test_a_token_ends_after_twelve_hours(client: Client, token: str, later: Callable[[float], None]) -> None:
    later(LASTS.total_seconds() - 5)
    assert call(client, token).status_code == 200
    later(10)
    answer = call(client, token)
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
    assert answer["WWW-Authenticate"] == 'Bearer realm="Viewprint"'


def test_another_password_ends_all_tokens(client: Client, token: str, owner: User) -> None:
    owner.set_password("another one entirely")
    owner.save()
    assert call(client, token).status_code == 401
    again = sign_in(client, password="another one entirely").json()["token"]
    assert call(client, again).status_code == 200


def test_so_does_an_end_to_the_account(client: Client, token: str, owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert call(client, token).status_code == 401
    User.objects.filter(pk=owner.pk).delete()
    assert call(client, token).status_code == 401


def test_a_token_that_was_not_made_here_is_refused(client: Client, token: str, owner: User, editor: User) -> None:
    payload, moment, signature = token.removeprefix(PREFIX).split(".")
    theirs = sign_in(client, editor.email).json()["token"].removeprefix(PREFIX).split(".")[0]
    elsewhere = signing.TimestampSigner(sep=".", salt="another part")
    forged = [
        f"{PREFIX}",
        f"{PREFIX}x",
        f"{PREFIX}..",
        f"{PREFIX}\xff",
        f"{PREFIX}{theirs}.{moment}.{signature}",
        f"{PREFIX}{payload}.zzzzzz.{signature}",
        f"{PREFIX}{payload}.{moment}.{signature[:-1]}",
        f"{PREFIX}{payload}.{moment}.{signature}x",
        f"{PREFIX}{elsewhere.sign_object([owner.pk, owner.get_session_auth_hash()])}",
    ]
    for each in forged:
        assert (call(client, each).status_code, call(client, each).json()["code"]) == (401, "invalid_token"), each


def test_a_call_with_a_token_reads_one_row(client: Client, token: str, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert call(client, token).status_code == 200


def test_a_persons_calls_count_together_whichever_token_they_come_with(
    client: Client, token: str, editor: User, settings: Any, later: Callable[[float], None]
) -> None:
    settings.API_PER_TOKEN_PER_MINUTE = 3
    later(2)
    other, theirs = sign_in(client).json()["token"], sign_in(client, editor.email).json()["token"]
    assert other != token
    assert [call(client, each).status_code for each in (token, other, token, other)] == [200] * 3 + [429]
    assert call(client, theirs).status_code == 200


def test_guessing_is_slowed_down(client: Client, owner: User) -> None:
    statuses = [sign_in(client, password="wrong").status_code for _ in range(LOGINS_PER_EMAIL + 1)]
    assert statuses == [401] * LOGINS_PER_EMAIL + [429]
    refused = sign_in(client)
    assert (refused.status_code, refused.json()["code"]) == (429, "throttled")
    assert int(refused["Retry-After"]) > 0


def test_neither_address_nor_password_is_logged(client: Client, owner: User, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        sign_in(client)
        sign_in(client, password="wrong horse")
        sign_in(client, 7, "wrong horse")
    assert "owner@example.com" not in caplog.text
    assert "horse" not in caplog.text
