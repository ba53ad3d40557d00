"""The Kinescope dialect to the letter: both formats of time, errors in the envelope, ETags; every call alike."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.analytics.api.conftest import History, client_of

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])
PATHS = ["/v1/analytics/overview", "/v1/analytics", "/v1/analytics/referrers"]
SPRING = {"from": "2025-03-01", "to": "2025-04-30"}
every_path = pytest.mark.parametrize("path", PATHS)


def get(client: APIClient, path: str, parameters: dict[str, Any], **headers: str) -> Any:
    keys = {"group_by": "country"} if path == "/v1/analytics" else {}
    return client.get(path, {**SPRING, **keys, **parameters}, **headers)


def error(answer: Any, status: int, code: int) -> str:
    """Return the detail of an error in the envelope, which must have this status and code."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/json"
    assert set(answer.json()) == {"error"}
    assert set(answer.json()["error"]) == {"code", "message", "detail"}
    assert answer.json()["error"]["code"] == code
    return str(answer.json()["error"]["detail"])


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        ("2025-03-01", "2025-03-31", ("2025-03-01", "2025-03-31")),
        ("2025-03-01T00:00:00Z", "2025-03-31T12:30:00Z", ("2025-03-01T00:00:00Z", "2025-03-31T12:30:00Z")),
        ("2025-03-01T00:00:00.250Z", "2025-03-31T12:30:00.5Z",
         ("2025-03-01T00:00:00.250000Z", "2025-03-31T12:30:00.500000Z")),
        ("2025-03-01T02:00:00+02:00", "2025-03-31T10:00:00-05:00", ("2025-03-01T00:00:00Z", "2025-03-31T15:00:00Z")),
        # A day beside an instant is the whole local day, here Berlin's.
        ("2025-03-01", "2025-03-31T12:30:00Z", ("2025-02-28T23:00:00Z", "2025-03-31T12:30:00Z")),
        ("2025-03-01T00:00:00Z", "2025-03-31", ("2025-03-01T00:00:00Z", "2025-03-31T21:59:59.999000Z")),
    ],
)  # fmt: skip
@every_path
def test_both_formats_of_time_are_taken_and_shown_again(
    history: History, path: str, first: str, last: str, shown: tuple[str, str]
) -> None:
    answer = get(history.client, path, {"from": first, "to": last})
    assert answer.status_code == 200, answer.json()
    assert answer.json()["meta"]["time"] == {"from": shown[0], "to": shown[1], "timezone": "Europe/Berlin"}


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"from": ""}, "from is required"),
        ({"to": ""}, "to is required"),
        ({"from": "yesterday"}, "YYYY-MM-DD"),
        ({"from": "2025-02-30"}, "from"),
        ({"from": "20250301"}, "YYYY-MM-DD"),
        ({"from": "٢٠٢٥-03-01"}, "YYYY-MM-DD"),
        ({"to": "2025-04-30T10:00:00"}, "time zone"),
        ({"to": "2025-04-30T25:00:00Z"}, "YYYY-MM-DD"),
        ({"from": "2025-05-01"}, "before it begins"),
        ({"from": "2025-05-01T00:00:00Z", "to": "2025-04-30T00:00:00Z"}, "before it begins"),
        ({"from": "0001-01-01"}, "between"),
        ({"to": "9999-12-31"}, "between"),
        ({"from": "0001-01-01T00:00:00+14:00"}, "between"),
        ({"to": "9999-12-31T23:59:59.999999-14:00"}, "between"),
        ({"from": "2025-03-01\0"}, "NUL"),
        ({"video_id": "vid_\0"}, "NUL"),
        ({"project_id": "proj_\0"}, "NUL"),
    ],
)
@every_path
def test_a_wrong_parameter_is_400400(bare: APIClient, path: str, parameters: dict[str, str], says: str) -> None:
    assert says in error(get(bare, path, parameters), 400, 400400)


@pytest.mark.parametrize("path", PATHS[1:])
@pytest.mark.parametrize("parameters", [{"page": "0"}, {"page": "x"}, {"page": "1.5"}, {"per_page": "1001"}])
def test_a_page_is_a_number_from_one(bare: APIClient, path: str, parameters: dict[str, str]) -> None:
    assert "whole number from 1" in error(get(bare, path, parameters), 400, 400400)


@pytest.mark.parametrize("path", PATHS[1:])
@pytest.mark.parametrize("order", ["land.desc", "views", "views.down", ".asc", "views.desc.asc", "views.DESC", "\0"])
def test_a_wrong_order_is_400216(bare: APIClient, path: str, order: str) -> None:
    answer = get(bare, path, {"order": order})
    error(answer, 400, 400400 if order == "\0" else 400216)


@pytest.mark.parametrize("path", PATHS[:2])
def test_a_grain_is_one(bare: APIClient, path: str) -> None:
    assert "one of" in error(get(bare, path, {"group": "day,week"}), 400, 400400)


@every_path
def test_unknown_ids_and_other_workspaces_are_the_same_404(history: History, bare: APIClient, path: str) -> None:
    project = next(video.project for video in history.catalog.videos if video.project)
    for name, known, unknown in (
        ("video_id", history.ids[history.catalog.videos[0].id], "vid_0000000000"),
        ("project_id", history.ids[project], "proj_0000000000"),
    ):
        assert get(history.client, path, {name: known}).status_code == 200
        foreign = error(get(bare, path, {name: known}), 404, 404404)
        assert foreign.replace(known, unknown) == error(get(bare, path, {name: unknown}), 404, 404404)


@every_path
def test_tokens_that_may_not_read_are_told_so(history: History, path: str) -> None:
    error(get(client_of(history.workspace, "write"), path, {}), 403, 403403)
    error(get(APIClient(), path, {}), 401, 401401)
    wrong = get(APIClient(HTTP_AUTHORIZATION="Bearer wrong"), path, {})
    error(wrong, 401, 401401)
    assert wrong["WWW-Authenticate"].startswith("Bearer")


@every_path
def test_what_http_refuses_is_in_the_envelope(bare: APIClient, path: str) -> None:
    refused = bare.post(path, {}, format="json")
    assert "POST" in error(refused, 405, 405405)
    assert "GET" in refused["Allow"]
    error(get(bare, path, {}, HTTP_ACCEPT="application/xml"), 406, 406406)
    error(get(bare, path, {"format": "xml"}), 404, 404404)


@every_path
def test_too_many_calls_are_429429_with_the_time_to_wait(bare: APIClient, path: str, settings: Any) -> None:
    settings.API_PER_TOKEN_PER_MINUTE = 1
    assert get(bare, path, {}).status_code == 200
    refused = get(bare, path, {})
    error(refused, 429, 429429)
    assert 1 <= int(refused["Retry-After"]) <= 60


@every_path
def test_an_unchanged_answer_is_not_sent_again(history: History, path: str) -> None:
    first = get(history.client, path, {})
    again = get(history.client, path, {}, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    other = get(history.client, path, {"to": "2025-03-15"}, HTTP_IF_NONE_MATCH=first["ETag"])
    assert other.status_code == 200
