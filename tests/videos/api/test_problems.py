from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory
from rest_framework.exceptions import Throttled, ValidationError
from rest_framework.test import APIClient

from videos.api.problems import bad_request, field_errors, permission_denied, problem_handler
from videos.errors import FieldError

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.videos.urls")]

PATH = "/v1/catalog/projects"
JSON = "application/json"


def is_problem(answer: Any, status: int, code: str) -> bool:
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert set(body) - {"errors"} == {"type", "title", "status", "detail", "code"}
    assert body["type"] == "about:blank"
    assert body["status"] == status
    return True


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[1,",
        b"name=x",
        b"\xff\xfe",
        b'{"name": NaN}',
        b'{"name": Infinity}',
        b"9" * 5000,
        b"[" * 200_000,
        b"\0",
    ],
)
def test_a_body_that_is_no_json_is_told_so(api: APIClient, body: bytes) -> None:
    answer = api.post(PATH, body, content_type=JSON)
    if body == b"":
        assert is_problem(answer, 422, "invalid")
    else:
        assert is_problem(answer, 400, "parse_error")


@pytest.mark.parametrize("body", [b"[]", b"7", b'"x"', b"null", b"true"])
def test_a_body_that_is_no_object_is_told_so(api: APIClient, body: bytes) -> None:
    answer = api.post(PATH, body, content_type=JSON)
    assert is_problem(answer, 422, "invalid")
    assert answer.json()["errors"] == [{"field": "", "message": "Send a JSON object."}]


def test_a_charset_that_nobody_knows_is_not_asked_for(api: APIClient) -> None:
    answer = api.post(PATH, '{"name": "Bücher"}'.encode(), content_type="application/json; charset=klingon")
    assert answer.status_code == 201
    assert answer.json()["name"] == "Bücher"


def test_a_key_that_is_no_text_is_told_back_as_text(api: APIClient) -> None:
    answer = api.post(PATH, b'{"name": "x", "\\ud800": 1}', content_type=JSON)
    assert is_problem(answer, 422, "invalid")
    assert [error["field"] for error in answer.json()["errors"]] == ["?"]


def test_a_body_of_another_type_is_refused(api: APIClient) -> None:
    assert is_problem(
        api.post(PATH, b"name=x", content_type="application/x-www-form-urlencoded"), 415, "unsupported_media_type"
    )


def test_a_huge_body_is_refused(api: APIClient, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    fits = b'{"name": "' + b"x" * 200 + b'"}' + b" " * 788
    assert len(fits) == 1000
    assert api.post(PATH, fits, content_type=JSON).status_code == 201
    assert is_problem(api.post(PATH, fits + b" ", content_type=JSON), 413, "too_large")


def test_a_method_that_does_not_exist_is_told_with_those_that_do(api: APIClient) -> None:
    answer = api.put(PATH, {}, format="json")
    assert is_problem(answer, 405, "method_not_allowed")
    assert answer["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_a_path_that_does_not_exist_is_a_problem_too(client: Client) -> None:
    assert is_problem(client.get("/v1/nothing/here"), 404, "not_found")


def test_a_page_that_does_not_exist_is_html(client: Client) -> None:
    assert client.get("/nothing")["Content-Type"].startswith("text/html")


def test_a_fault_of_ours_is_told_without_its_particulars(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("the password is 1234")

    monkeypatch.setattr("videos.api.views.CollectionView.get", broken)
    api.raise_request_exception = False
    answer = api.get(PATH)
    assert is_problem(answer, 500, "internal")
    assert "1234" not in answer.content.decode()


@pytest.mark.parametrize(("view", "status"), [(bad_request, 400), (permission_denied, 403)])
def test_what_django_refuses_itself_is_a_problem_under_v1_only(rf: RequestFactory, view: Any, status: int) -> None:
    answer = view(rf.get("/v1/x"), ValueError())
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert view(rf.get("/page"), ValueError())["Content-Type"].startswith("text/html")


def test_nested_errors_get_dotted_names() -> None:
    error = ValidationError({"a": {"b": ["x"], "non_field_errors": ["y"]}, "c": [["z"], {"d": ["w"]}]})
    assert list(field_errors(error.detail)) == [
        FieldError("a.b", "x"),
        FieldError("a", "y"),
        FieldError("c", "z"),
        FieldError("c.d", "w"),
    ]


def test_a_wait_is_told_in_whole_seconds() -> None:
    answer = problem_handler(Throttled(wait=2.3), {})
    assert answer is not None
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3")


@pytest.mark.parametrize(
    "path",
    ["/v1/stats/nope", "/v1/stats/account/", "/v1/stats/account.xml", "/modern/nope", "/v1/medias/a/captions.json"],
)
def test_where_wistias_dialect_has_no_path_it_says_so_in_its_words(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()) == (404, {"error": f"There is nothing at {path}."})
