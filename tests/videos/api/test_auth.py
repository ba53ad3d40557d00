from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import path
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from videos.api.auth import QueryTokenAuthentication
from videos.models import ApiToken, Workspace
from videos.tokens import token_create, token_revoke


class Echo(APIView):
    def get(self, request: Request) -> Response:
        return Response({"workspace": request.auth.workspace.name, "user": request.user})

    post = get


class Asking(Echo):
    scope = "read"


class FromQuery(Echo):
    authentication_classes = [QueryTokenAuthentication]


urlpatterns = [
    path("echo", Echo.as_view()),
    path("asking", Asking.as_view()),
    path("from-query", FromQuery.as_view()),
]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def token(workspace: Workspace) -> str:
    return token_create(workspace, "Program", ["read", "write"])[1]


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def test_a_token_is_accepted_in_each_documented_way(client: Client, token: str) -> None:
    for headers in (
        {"Authorization": f"Bearer {token}"},
        {"Authorization": f"bearer   {token} "},
        {"X-API-Token": token},
        {"Authorization": basic("api", token)},
        {"Authorization": basic("", token)},
        {"Authorization": basic("anyone at all", token)},
        {"Authorization": basic(token, "")},
        {"Authorization": basic("proxy", "of its own"), "X-API-Token": token},
    ):
        answer = client.get("/echo", headers=headers)
        assert (answer.status_code, answer.json()) == (200, {"workspace": "Acme", "user": None}), headers


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer \xff",
        "Basic",
        "Basic !!!",
        "Basic YQ==",
        "Basic Og==",
        "Basic /w==",
        basic("api", "x"),
    ],
)
def test_a_wrong_token_is_refused(client: Client, token: str, header: str) -> None:
    answer = client.get("/echo", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.json()["code"] == "invalid_token"
    assert answer["WWW-Authenticate"] == 'Bearer realm="Viewprint"'


def test_another_scheme_is_no_token(client: Client, token: str) -> None:
    assert client.get("/echo", headers={"Authorization": f"Digest {token}"}).json()["code"] == "not_authenticated"


def test_a_token_in_the_address_opens_only_the_views_that_say_so(client: Client, token: str) -> None:
    assert client.get(f"/echo?api_password={token}").status_code == 401
    assert client.get(f"/from-query?api_password={token}").status_code == 200
    assert client.get("/from-query?api_password=x").status_code == 401
    assert client.get("/from-query?api_password=").json()["code"] == "not_authenticated"


def test_a_revoked_token_is_refused_at_once(client: Client, token: str) -> None:
    row = ApiToken.objects.get()
    token_revoke(row)
    first = row.revoked_at
    assert client.get("/echo", headers={"X-API-Token": token}).status_code == 401
    token_revoke(row)
    assert row.revoked_at == first


def test_a_view_that_only_reads_needs_no_more_than_read(client: Client, workspace: Workspace) -> None:
    reader = token_create(workspace, "Reader", ["read"])[1]
    assert client.post("/asking", headers={"X-API-Token": reader}).status_code == 200
    assert client.post("/echo", headers={"X-API-Token": reader}).status_code == 403


def test_the_use_of_a_token_is_noted_at_most_once_a_minute(
    client: Client, token: str, django_assert_num_queries: Any
) -> None:
    def use() -> Any:
        assert client.get("/echo", headers={"X-API-Token": token}).status_code == 200
        return ApiToken.objects.values_list("last_used_at", flat=True).get()

    first = use()
    assert timezone.now() - first < timedelta(seconds=10)
    assert use() == first
    with django_assert_num_queries(1):
        client.get("/echo", headers={"X-API-Token": token})
    ApiToken.objects.update(last_used_at=first - timedelta(seconds=61))
    assert use() > first
