"""Registrations: one by one, and many at once as an import brings them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from videos.models import Registration, Talk, Workspace
from videos.services import event_create, registration_create, talk_create

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.videos.urls")]
PATH = "/v1/catalog/registrations"


@pytest.fixture
def talk(workspace: Workspace) -> Talk:
    return talk_create(event_create(workspace, name="Spring conference"), title="Keynote")


@pytest.fixture
def other_talk(talk: Talk) -> Talk:
    return talk_create(talk.event, title="Workshop")


def errors_of(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.content
    return {error["field"]: error["message"] for error in answer.json()["errors"]}


def test_somebody_registers(api: APIClient, talk: Talk) -> None:
    body = {"talk": talk.public_id, "email": " Ada@Example.com ", "name": " Ada "}
    answer = api.post(PATH, body | {"registered_at": "2026-06-12T11:30:00+02:00"}, format="json")
    assert answer.status_code == 201
    shown = answer.json()
    assert shown == {
        "id": shown["id"],
        "talk": talk.public_id,
        "event": talk.event.public_id,
        "email": "ada@example.com",
        "name": "Ada",
        "registered_at": "2026-06-12T09:30:00.000Z",
    }
    assert api.get(answer["Location"]).json() == shown


@pytest.mark.parametrize("name", [None, "", "missing"])
def test_a_name_may_be_missing_and_the_time_is_then_now(api: APIClient, talk: Talk, name: str | None) -> None:
    body = {"talk": talk.public_id, "email": "a@example.com"} | ({} if name == "missing" else {"name": name})
    shown = api.post(PATH, body, format="json").json()
    assert shown["name"] is None
    assert datetime.now(UTC) - datetime.fromisoformat(shown["registered_at"]) < timedelta(minutes=1)


def test_an_address_registers_once_for_a_talk(api: APIClient, talk: Talk, other_talk: Talk) -> None:
    body = {"talk": talk.public_id, "email": "ada@example.com"}
    assert api.post(PATH, body, format="json").status_code == 201
    again = errors_of(api.post(PATH, body | {"email": "ADA@example.com"}, format="json"))
    assert list(again.values()) == ["This address is registered for the talk already."]
    assert api.post(PATH, body | {"talk": other_talk.public_id}, format="json").status_code == 201


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "nobody"),
        ("email", ""),
        ("email", None),
        ("email", 7),
        ("email", "a@b@example.com"),
        ("email", "x" * 250 + "@example.com"),
        ("email", "a\0@example.com"),
        ("name", 7),
        ("name", "x" * 201),
        ("name", "\ud800"),
        ("talk", None),
        ("talk", ["ses_x"]),
        ("talk", "ses_nowhere"),
        ("registered_at", None),
        ("registered_at", "yesterday"),
        ("registered_at", "2026-06-12T11:30:00"),
        ("seat", "12a"),
    ],
)
@pytest.mark.parametrize("listed", [False, True])
def test_a_bad_value_is_refused_and_named(api: APIClient, talk: Talk, field: str, value: Any, listed: bool) -> None:
    good = {"talk": talk.public_id, "email": "a@example.com"}
    bad = good | {field: value}
    body = json.dumps([good | {"email": "b@example.com"}, bad] if listed else bad)
    found = errors_of(api.post(PATH, body, content_type="application/json"))
    assert list(found) == [f"1.{field}" if listed else field]
    assert not Registration.objects.exists()


def test_a_registration_changes_and_stays_with_its_talk(api: APIClient, talk: Talk, other_talk: Talk) -> None:
    row = registration_create(talk, email="a@example.com", name="A")
    registration_create(talk, email="taken@example.com")
    path = f"{PATH}/{row.public_id}"
    answer = api.patch(path, {"email": "B@example.com", "name": None}, format="json")
    assert (answer.status_code, answer.json()["email"], answer.json()["name"]) == (200, "b@example.com", None)
    assert errors_of(api.patch(path, {"email": "taken@example.com"}, format="json"))
    found = errors_of(api.patch(path, {"talk": other_talk.public_id}, format="json"))
    assert found == {"talk": "The talk is given at creation and stays."}


def test_registrations_are_searched_by_address_and_name(api: APIClient, talk: Talk) -> None:
    registration_create(talk, email="ada@example.com", name="Countess")
    registration_create(talk, email="b@example.com", name="Adalbert")
    registration_create(talk, email="c@example.com")
    found = api.get(f"{PATH}?search=ADA").json()
    assert [one["email"] for one in found["data"]] == ["ada@example.com", "b@example.com"]


def test_many_register_at_once_in_few_queries(api: APIClient, talk: Talk, other_talk: Talk) -> None:
    def register(first: int, last: int) -> tuple[Any, int]:
        several = [
            {"talk": one.public_id, "email": f"p{number}@example.com", "name": f"P {number}"}
            for number in range(first, last)
            for one in (talk, other_talk)
        ]
        with CaptureQueriesContext(connection) as queries:
            return api.post(PATH, several, format="json"), len(queries)

    register(0, 1)
    few, asked = register(1, 3)
    many, asked_for_many = register(3, 503)
    # SQLite takes some 200 rows a statement.
    assert (asked <= 7, asked_for_many <= 12) == (True, True), (asked, asked_for_many)
    assert (few.status_code, few.json()["created"], len(many.json()["data"])) == (200, 4, 1000)
    assert [one["email"] for one in few.json()["data"]] == [f"p{number}@example.com" for number in (1, 1, 2, 2)]
    assert api.get(f"{PATH}/{few.json()['data'][2]['id']}").json() == few.json()["data"][2]
    assert talk.registrations.count() == other_talk.registrations.count() == 503


def test_the_same_list_twice_changes_nothing(api: APIClient, talk: Talk) -> None:
    several = [
        {"talk": talk.public_id, "email": "a@example.com", "name": "First"},
        {"talk": talk.public_id, "email": "A@example.com ", "name": "Second"},
        {"talk": talk.public_id, "email": "b@example.com", "id": "reg_mine"},
    ]
    first = api.post(PATH, several, format="json").json()
    assert (first["created"], [one["name"] for one in first["data"]]) == (2, ["First", "First", None])
    assert first["data"][2]["id"] == "reg_mine"
    again = api.post(PATH, several, format="json").json()
    assert again == {"data": first["data"], "created": 0}


def test_a_list_with_an_id_that_is_taken_registers_nobody(
    api: APIClient, talk: Talk, other_workspace: Workspace
) -> None:
    theirs = talk_create(event_create(other_workspace, name="E"), title="T")
    registration_create(theirs, email="x@example.com", public_id="reg_taken")
    several = [
        {"talk": talk.public_id, "email": "a@example.com"},
        {"talk": talk.public_id, "email": "b@example.com", "id": "reg_taken"},
    ]
    answer = api.post(PATH, several, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "id_taken")
    assert not talk.registrations.exists()


def test_another_workspaces_talk_is_unknown_in_a_list_too(other_api: APIClient, talk: Talk) -> None:
    several = [{"talk": talk.public_id, "email": "a@example.com"}]
    theirs = errors_of(other_api.post(PATH, several, format="json"))
    one = errors_of(other_api.post(PATH, several[0], format="json"))
    assert theirs == {"0.talk": one["talk"]}


@pytest.mark.parametrize("several", [[7], ["x"], [None], [[]]])
def test_what_is_no_registration_is_told_by_its_place(api: APIClient, several: list[Any]) -> None:
    assert list(errors_of(api.post(PATH, several, format="json"))) == ["0"]


def test_a_list_has_an_end(api: APIClient, talk: Talk) -> None:
    several = [{"talk": talk.public_id, "email": f"p{number}@example.com"} for number in range(1_001)]
    assert errors_of(api.post(PATH, several, format="json")) == {"": "Send at most 1000 registrations at a time."}
    assert api.post(PATH, [], format="json").json() == {"data": [], "created": 0}


@pytest.mark.parametrize("body", ['"x"', "7", "null", "{", ""])
def test_what_is_neither_one_nor_several_is_refused(api: APIClient, body: str) -> None:
    assert api.post(PATH, body, content_type="application/json").status_code in {400, 422}


def test_a_reading_token_registers_nobody(client_of: Any, workspace: Workspace, talk: Talk) -> None:
    several = [{"talk": talk.public_id, "email": "a@example.com"}]
    assert client_of(workspace, "read").post(PATH, several, format="json").status_code == 403
    assert not Registration.objects.exists()
