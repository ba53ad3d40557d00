"""/v1/schedules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from exports.fields import FIELDS
from exports.models import Report, Schedule
from exports.services.schedule_runs import schedules_run
from exports.services.schedules import recipient_unsubscribe
from tests.exports.conftest import DATABASES, build
from tests.exports.scheduling import due_at, scheduled
from videos.models import Folder, Project, Workspace

pytestmark = pytest.mark.django_db(databases=DATABASES)
ClientOf = Callable[..., APIClient]
ORDER: dict[str, Any] = {
    "name": "Weekly numbers",
    "period": "last_week",
    "frequency": "weekly",
    "weekday": "monday",
    "hour": 7,
    "fields": ["title", "views"],
    "format": "xlsx",
    "recipients": ["anna@example.com", "ben@example.com"],
    "skip_unchanged": True,
}


@pytest.fixture
def api(client_of: ClientOf, workspace: Workspace) -> APIClient:
    return client_of(workspace)


def made(api: APIClient, **changes: Any) -> dict[str, Any]:
    response = api.post("/v1/schedules", {**ORDER, **changes}, format="json")
    assert response.status_code == 201, response.json()
    return dict(response.json())


def faults(response: Any) -> dict[str, str]:
    assert response.status_code == 422, response.json()
    return {error["field"]: error["message"] for error in response.json()["errors"]}


def test_a_schedule_is_made_and_shown(api: APIClient, workspace: Workspace) -> None:
    project = Project.objects.create(workspace=workspace, name="Films")
    folder = Folder.objects.create(workspace=workspace, project=project, name="Drama")
    response = api.post("/v1/schedules", {**ORDER, "folders": [folder.public_id]}, format="json")
    body = response.json()
    assert response["Location"] == f"/v1/schedules/{body['id']}"
    assert {name: body[name] for name in ORDER if name != "recipients"} == {
        name: value for name, value in ORDER.items() if name != "recipients"
    }
    assert body["recipients"] == [
        {"email": "anna@example.com", "status": "subscribed"},
        {"email": "ben@example.com", "status": "subscribed"},
    ]
    assert (body["folders"], body["month_day"], body["breakdown"]) == ([folder.public_id], None, None)
    assert body["when"] == "every Monday at 07:00 (Europe/Berlin)"
    next_run = datetime.fromisoformat(body["next_run_at"]).astimezone(workspace.zone)
    assert f"{next_run:%A %H:%M}" == "Monday 07:00"
    assert (body["paused"], body["last_run_at"], body["last_run"]) == (False, None, None)
    assert api.get(response["Location"]).json() == body


def test_what_is_left_out_is_the_usual(api: APIClient) -> None:
    order = {"name": "A", "period": "yesterday", "frequency": "daily", "recipients": ["a@example.com"]}
    body = api.post("/v1/schedules", order, format="json").json()
    assert (body["hour"], body["weekday"], body["format"], body["skip_unchanged"]) == (7, None, "csv", False)
    assert body["fields"] == list(FIELDS)


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"name": ""}, "name", "may not be blank"),
        ({"period": "custom"}, "period", "There is no period 'custom'"),
        ({"frequency": "hourly"}, "frequency", "not a valid choice"),
        ({"weekday": "0"}, "weekday", "not a valid choice"),
        ({"month_day": 32}, "month_day", "less than or equal to 31"),
        ({"hour": 24}, "hour", "less than or equal to 23"),
        ({"recipients": []}, "recipients", "needs somebody"),
        ({"recipients": ["a", "b@example.com"]}, "recipients", "'a' is not an e-mail address"),
        ({"recipients": ["a@example.com\nBcc: b@example.com"]}, "recipients", "is not an e-mail address"),
        ({"folders": ["fold_unknown"]}, "folders", "There is no folder"),
        ({"fields": ["viewz"]}, "fields", "viewz"),
        ({"format": "pdf"}, "format", "pdf"),
        ({"nam": "x"}, "nam", "there are name, period, frequency"),
    ],
)
def test_what_is_wrong_is_named(api: APIClient, change: dict[str, Any], field: str, words: str) -> None:
    found = faults(api.post("/v1/schedules", {**ORDER, **change}, format="json"))
    assert list(found) == [field]
    assert words in found[field]
    assert not Schedule.objects.exists()


def test_missing_parts_are_named_at_once(api: APIClient) -> None:
    assert set(faults(api.post("/v1/schedules", {}, format="json"))) == {"name", "period", "frequency", "recipients"}
    assert api.post("/v1/schedules", [], format="json").status_code == 422


def test_a_change_names_only_what_is_to_change(api: APIClient) -> None:
    body = made(api)
    path = f"/v1/schedules/{body['id']}"
    recipient_unsubscribe(Schedule.objects.get().recipients.get(email="ben@example.com"))
    change = {"name": "Monthly", "frequency": "monthly", "month_day": 31, "recipients": ["cleo@example.com"]}
    after = api.patch(path, change, format="json").json()
    assert (after["name"], after["month_day"], after["weekday"], after["hour"]) == ("Monthly", 31, None, 7)
    assert (after["fields"], after["format"]) == (body["fields"], body["format"])
    assert [(each["email"], each["status"]) for each in after["recipients"]] == [
        ("ben@example.com", "unsubscribed"),
        ("cleo@example.com", "subscribed"),
    ]
    assert faults(api.patch(path, {"hour": -1, "paused": True}, format="json")).keys() == {"hour"}
    assert not api.get(path).json()["paused"]


def test_pausing_and_resuming(api: APIClient) -> None:
    body = made(api, paused=True)
    assert (body["paused"], body["next_run_at"]) == (True, None)
    path = f"/v1/schedules/{body['id']}"
    assert api.patch(path, {"hour": 9}, format="json").json()["paused"]
    body = api.patch(path, {"paused": False}, format="json").json()
    assert (body["paused"], body["next_run_at"] is None) == (False, False)


def test_running_orders_a_report_at_once(api: APIClient) -> None:
    body = made(api)
    response = api.post(f"/v1/schedules/{body['id']}/run")
    assert response.status_code == 202
    assert api.get(response["Location"]).json()["id"] == response.json()["id"]
    refused = api.post(f"/v1/schedules/{body['id']}/run")
    assert (refused.status_code, refused.json()["code"]) == (409, "already_running")
    report = Report.objects.get()
    build(report)
    run = api.get(f"/v1/schedules/{body['id']}").json()["last_run"]
    assert (run["report"], run["status"], run["unchanged"]) == (report.public_id, "completed", False)


def test_an_unchanged_run_is_shown_as_such(api: APIClient) -> None:
    body = made(api)
    for _ in range(2):
        due_at(Schedule.objects.get(), timezone.now())
        schedules_run(timezone.now())
        build(Report.objects.first())  # type: ignore[arg-type]
    assert api.get(f"/v1/schedules/{body['id']}").json()["last_run"]["unchanged"]


def test_a_deleted_schedule_is_gone(api: APIClient) -> None:
    path = f"/v1/schedules/{made(api)['id']}"
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404


def test_schedules_are_listed_by_name_in_pages_with_as_many_questions_for_many(
    api: APIClient, workspace: Workspace, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    scheduled(workspace, name="C")
    api.get("/v1/schedules")  # notes when the token was used
    with django_assert_max_num_queries(12) as few:
        api.get("/v1/schedules")
    for name in ("A", "B"):
        scheduled(workspace, name=name)
    with django_assert_num_queries(len(few)):
        body = api.get("/v1/schedules", {"per_page": 2}).json()
    assert [each["name"] for each in body["schedules"]] == ["A", "B"]
    assert (body["total_rows"], body["page"], body["per_page"]) == (3, 1, 2)


def test_another_workspaces_schedule_does_not_exist(
    client_of: ClientOf, other_workspace: Workspace, api: APIClient
) -> None:
    path = f"/v1/schedules/{made(api)['id']}"
    other = client_of(other_workspace)
    answers = [
        other.get(path),
        other.patch(path, {"name": "x"}, format="json"),
        other.delete(path),
        other.post(f"{path}/run"),
    ]
    for response in answers:
        assert (response.status_code, response.json()["code"]) == (404, "unknown_schedule")
    assert other.get("/v1/schedules").json()["schedules"] == []


def test_reading_needs_a_token_and_changing_one_that_may_write(
    client_of: ClientOf, workspace: Workspace, api: APIClient
) -> None:
    path = f"/v1/schedules/{made(api)['id']}"
    assert APIClient().get("/v1/schedules").status_code == 401
    reader = client_of(workspace, "read")
    assert reader.get(path).status_code == 200
    for response in (
        reader.post("/v1/schedules", ORDER, format="json"),
        reader.patch(path, {"name": "x"}, format="json"),
        reader.delete(path),
        reader.post(f"{path}/run"),
    ):
        assert (response.status_code, response.json()["code"]) == (403, "missing_scope")
