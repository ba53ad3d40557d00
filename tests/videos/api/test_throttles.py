from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import BaseCache, cache
from django.core.cache.backends.redis import RedisCache
from django.test import Client
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

from videos.api import throttles
from videos.api.throttles import LOGINS_PER_ADDRESS, LOGINS_PER_EMAIL, SECONDS, LoginThrottle, MinuteThrottle


class Echo(APIView):
    def get(self, request: Request) -> Response:
        return Response({"workspace": request.auth.workspace.name})


class SignIn(APIView):
    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []
    throttle_classes = [LoginThrottle]

    def post(self, request: Request) -> Response:
        return Response({})


urlpatterns = [path("echo", Echo.as_view()), path("login", SignIn.as_view())]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Return a function that puts the clock forward by some seconds."""
    real, passed = time.time, [0.0]
    monkeypatch.setattr(time, "time", lambda: real() + passed[0])

    def forward(seconds: float) -> None:
        passed[0] += seconds

    return forward


@pytest.fixture(params=["memory", "redis"])
def counts(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[BaseCache]:
    """The two caches that the product runs with."""
    if request.param == "memory":
        yield cache
        return
    shared = RedisCache(f"{request.getfixturevalue('redis_url')}/5", {})
    shared.clear()
    monkeypatch.setattr(throttles, "cache", shared)
    yield shared
    shared.close()


def statuses(call: Callable[[], Any], times: int) -> list[int]:
    return [call().status_code for _ in range(times)]


@pytest.mark.xdist_group("redis")
def test_a_token_may_call_so_often_in_a_minute_and_is_told_when_it_may_again(
    api: APIClient, other_api: APIClient, settings: Any, later: Callable[[float], None], counts: BaseCache
) -> None:
    settings.API_PER_TOKEN_PER_MINUTE = 5
    assert statuses(lambda: api.get("/echo"), 6) == [200] * 5 + [429]
    later(20)
    refused = api.get("/echo")
    assert refused.status_code == 429
    assert refused["Content-Type"] == "application/problem+json"
    assert 30 <= int(refused["Retry-After"]) <= 40
    assert refused.json() == {
        "type": "about:blank",
        "title": "Too Many Requests",
        "status": 429,
        "detail": f"Request was throttled. Expected available in {refused['Retry-After']} seconds.",
        "code": "throttled",
    }
    assert other_api.get("/echo").status_code == 200
    if isinstance(counts, RedisCache):
        # Its clock is its own; that it forgets is set on every key.
        client = counts._cache.get_client()
        lives = [client.ttl(key) for key in client.scan_iter()]
        assert len(lives) == 4
        assert all(0 < life <= 2 * SECONDS for life in lives)
    else:
        later(int(refused["Retry-After"]))
        assert statuses(lambda: api.get("/echo"), 6) == [200] * 5 + [429]


def test_the_default_is_600_a_minute(api: APIClient, settings: Any) -> None:
    settings.API_PER_TOKEN_PER_MINUTE = 600
    assert statuses(lambda: api.get("/echo"), 601) == [200] * 600 + [429]


def test_a_call_without_a_token_counts_for_nobody(api: APIClient, client: Client, settings: Any) -> None:
    settings.API_PER_TOKEN_PER_MINUTE = 1
    assert statuses(lambda: client.get("/echo"), 3) == [401] * 3
    assert api.get("/echo").status_code == 200


def test_counting_asks_the_database_nothing(api: APIClient, django_assert_num_queries: Any) -> None:
    api.get("/echo")
    with django_assert_num_queries(1):
        api.get("/echo")


@pytest.mark.xdist_group("redis")
def test_threads_pass_no_more_than_one_thread_may(counts: BaseCache) -> None:
    passed = []

    def call() -> None:
        for _ in range(50):
            throttle = MinuteThrottle()
            throttle.count("threads", 100)
            passed.append(throttle.allowed)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        threads = [threading.Thread(target=call) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert (len(passed), sum(passed)) == (400, 100)


def test_without_its_redis_the_process_counts_alone(
    api: APIClient, settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(throttles, "cache", RedisCache("redis://127.0.0.1:1/0", {}))
    settings.API_PER_TOKEN_PER_MINUTE = 2
    assert statuses(lambda: api.get("/echo"), 3) == [200, 200, 429]
    assert "Redis does not answer" in caplog.text


def sign_in(client: Client, email: Any, address: str = "192.0.2.1", **headers: str) -> Any:
    body = {"email": email, "password": "x"}
    return client.post("/login", body, content_type="application/json", REMOTE_ADDR=address, headers=headers)


def test_a_person_has_ten_attempts_a_minute_from_wherever(client: Client, later: Callable[[float], None]) -> None:
    places = iter(f"192.0.2.{n}" for n in range(100))
    attempts = statuses(lambda: sign_in(client, "Owner@example.com ", next(places)), LOGINS_PER_EMAIL)
    assert attempts == [200] * LOGINS_PER_EMAIL
    refused = sign_in(client, "owner@EXAMPLE.com", next(places))
    assert (refused.status_code, refused.json()["code"]) == (429, "throttled")
    assert 0 < int(refused["Retry-After"]) <= SECONDS
    assert sign_in(client, "editor@example.com", next(places)).status_code == 200
    later(SECONDS + 1)
    assert sign_in(client, "owner@example.com", next(places)).status_code == 200


@pytest.mark.parametrize(
    ("address", "same", "another"),
    [("192.0.2.1", "192.0.2.1", "192.0.2.2"), ("2001:db8:1:1::1", "2001:db8:1:1:2::2", "2001:db8:1:2::1")],
)
def test_an_address_has_twenty_attempts_a_minute_for_whomever(
    client: Client, address: str, same: str, another: str
) -> None:
    people = iter(f"{n}@example.com" for n in range(100))
    attempts = statuses(lambda: sign_in(client, next(people), address), LOGINS_PER_ADDRESS)
    assert attempts == [200] * LOGINS_PER_ADDRESS
    claimed = {"X-Forwarded-For": "198.51.100.7", "Forwarded": "for=198.51.100.7"}
    assert sign_in(client, next(people), same, **claimed).status_code == 429
    assert sign_in(client, next(people), another).status_code == 200


@pytest.mark.parametrize("email", [None, 7, ["owner@example.com"], {}, "\ud800", "\0", "x" * 100_000])
def test_an_email_that_is_none_is_counted_by_its_address_alone(client: Client, email: Any) -> None:
    assert statuses(lambda: sign_in(client, email), 2) == [200, 200]


def test_a_body_that_is_no_json_is_told_so(client: Client) -> None:
    assert client.post("/login", b"{", content_type="application/json").status_code == 400
    assert client.post("/login", b"[]", content_type="application/json").status_code == 200


def test_no_address_and_no_email_can_be_read_in_the_counts(client: Client) -> None:
    sign_in(client, "owner@example.com")
    kept = " ".join(cache._cache)  # type: ignore[attr-defined]
    assert "login:" in kept
    assert "owner" not in kept
    assert "192.0.2.1" not in kept
