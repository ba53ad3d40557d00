from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from exports.fields import FIELDS
from exports.models import Report, Status
from exports.services.reports import report_cancel
from tests.exports.conftest import DATABASES, build
from videos.models import Folder, Project, Video, Workspace

pytestmark = [pytest.mark.django_db(databases=DATABASES)]
ClientOf = Callable[..., APIClient]


@pytest.fixture
def folder(workspace: Workspace) -> Folder:
    project = Project.objects.create(workspace=workspace, name="Films")
    return Folder.objects.create(workspace=workspace, project=project, name="Drama")


def faults(response: Any) -> dict[str, str]:
    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    return {error["field"]: error["message"] for error in response.json()["errors"]}


def test_an_order_is_accepted_and_can_be_watched_until_its_link_opens(
    client_of: ClientOf, workspace: Workspace, folder: Folder, client: Client
) -> None:
    Video.objects.create(workspace=workspace, title="A", project=folder.project, folder=folder)
    api = client_of(workspace)
    order = {
        "period": {"from": "2026-01-01", "to": "2026-01-31"},
        "folders": [folder.public_id],
        "projects": [folder.project.public_id],
        "fields": ["views", "title"],
        "breakdown": "country",
        "format": "csv",
        "email": "a@example.com",
    }
    response = api.post("/v1/reports", order, format="json")
    assert response.status_code == 202
    body = response.json()
    assert body["id"].startswith("export_")
    assert (body["status"], body["progress"]) == ("processing", 0)
    assert response["Location"] == f"/v1/reports/{body['id']}"
    assert {name: body[name] for name in order if name != "period"} == {
        name: value for name, value in order.items() if name != "period"
    }
    assert body["period"] == {"name": "custom", "from": "2026-01-01", "to": "2026-01-31", "timezone": "Europe/Berlin"}
    assert "download_url" not in body

    build(Report.objects.get())
    body = api.get(response["Location"]).json()
    assert (body["status"], body["progress"], body["rows"]) == ("completed", 100, 1)
    assert body["expires_at"] > body["finished_at"]
    download = client.get(body["download_url"].removeprefix("http://127.0.0.1:8000"))
    assert download.status_code == 200
    assert len(b"".join(download.streaming_content)) == body["size"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "order", [{}, dict.fromkeys(("period", "folders", "projects", "fields", "breakdown", "format", "email"))]
)
def test_an_empty_order_is_the_whole_workspace_all_fields_and_csv_without_a_mail(
    client_of: ClientOf, workspace: Workspace, order: dict[str, None]
) -> None:
    body = client_of(workspace).post("/v1/reports", order, format="json").json()
    assert (body["folders"], body["projects"], body["format"], body["email"]) == ([], [], "csv", None)
    assert body["fields"] == list(FIELDS)
    assert body["breakdown"] is None
    assert body["period"]["name"] == "all_time"


@pytest.mark.parametrize(
    ("order", "field", "words"),
    [
        ({"fields": ["views", "viewz"]}, "fields", "'viewz'; there are project_id, project_name, video_id"),
        ({"fields": "views"}, "fields", "Expected a list"),
        ({"fields": ["views", "views"]}, "fields", "only once"),
        ({"folders": ["fold_unknown"]}, "folders", "There is no folder 'fold_unknown' in this workspace."),
        ({"projects": ["proj_unknown"]}, "projects", "There is no project 'proj_unknown' in this workspace."),
        ({"email": "nobody"}, "email", "valid email"),
        ({"email": "a@example.com\nBcc: b@example.com"}, "email", "valid email"),
        ({"breakdown": "moon"}, "breakdown", "there are day, country, domain, viewer"),
        ({"format": "pdf"}, "format", "there are csv, xlsx"),
        ({"period": {"name": "this_decade"}}, "period", "there are today, yesterday"),
        ({"period": {"from": "2026-02-01", "to": "2026-01-01"}}, "period", "before it begins"),
        ({"period": {"from": "2026-02-30", "to": "2026-03-01"}}, "period.from", "wrong format"),
        ({"period": {"from": "2026-02-01"}}, "period", "either a name, or from and to"),
        ({"period": "today"}, "period", "Invalid data"),
        ({"filds": ["views"]}, "filds", "there are period, folders, projects, fields, breakdown, format, email"),
    ],
)
def test_what_is_wrong_with_an_order_is_named(
    client_of: ClientOf, workspace: Workspace, order: dict[str, Any], field: str, words: str
) -> None:
    found = faults(client_of(workspace).post("/v1/reports", order, format="json"))
    assert list(found) == [field]
    assert words in found[field]
    assert not Report.objects.exists()


def test_all_faults_are_named_at_once(client_of: ClientOf, workspace: Workspace) -> None:
    order = {"fields": ["x"], "format": "pdf", "email": "nobody", "folders": ["fold_x"]}
    assert set(faults(client_of(workspace).post("/v1/reports", order, format="json"))) == set(order)


def test_another_workspaces_folder_does_not_exist(
    client_of: ClientOf, other_workspace: Workspace, folder: Folder
) -> None:
    found = faults(client_of(other_workspace).post("/v1/reports", {"folders": [folder.public_id]}, format="json"))
    assert found == {"folders": f"There is no folder '{folder.public_id}' in this workspace."}


def test_another_workspaces_report_does_not_exist(
    client_of: ClientOf, other_workspace: Workspace, order_all: Callable[..., Report]
) -> None:
    report = order_all()
    api = client_of(other_workspace)
    for response in (api.get(f"/v1/reports/{report.public_id}"), api.delete(f"/v1/reports/{report.public_id}")):
        assert response.status_code == 404
        assert response.json()["code"] == "unknown_report"
    assert api.get("/v1/reports").json()["reports"] == []


def test_reports_need_a_token_and_orders_one_that_may_write(client_of: ClientOf, workspace: Workspace) -> None:
    assert APIClient().post("/v1/reports", {}, format="json").status_code == 401
    assert APIClient().get("/v1/reports").status_code == 401
    reader = client_of(workspace, "read")
    assert reader.get("/v1/reports").status_code == 200
    refused = reader.post("/v1/reports", {}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (403, "missing_scope")
    assert reader.delete("/v1/reports/export_x").status_code == 403


def test_the_body_is_a_json_object(client_of: ClientOf, workspace: Workspace) -> None:
    api = client_of(workspace)
    assert api.post("/v1/reports", [1], format="json").status_code == 422
    assert api.post("/v1/reports", "{", content_type="application/json").status_code == 400


def test_reports_are_listed_in_pages_newest_first(
    client_of: ClientOf, workspace: Workspace, order_all: Callable[..., Report]
) -> None:
    ids = [order_all().public_id for _ in range(5)]
    api = client_of(workspace)
    body = api.get("/v1/reports", {"page": 2, "per_page": 2}).json()
    assert [report["id"] for report in body["reports"]] == ids[::-1][2:4]
    assert (body["total_rows"], body["page"], body["per_page"]) == (5, 2, 2)
    assert set(faults(api.get("/v1/reports", {"page": 0}))) == {"page"}


def test_a_report_is_canceled_once_and_for_all(
    client_of: ClientOf, workspace: Workspace, order_all: Callable[..., Report]
) -> None:
    report = order_all()
    api = client_of(workspace)
    for _ in range(2):
        response = api.delete(f"/v1/reports/{report.public_id}")
        assert (response.status_code, response.json()["status"]) == (200, "canceled")
    build(report)
    assert api.get(f"/v1/reports/{report.public_id}").json()["status"] == "canceled"


def test_a_failed_report_says_why_and_stays_failed(
    client_of: ClientOf, workspace: Workspace, folder: Folder, order_all: Callable[..., Report]
) -> None:
    report = order_all(folders=(folder.public_id,))
    folder.delete()
    build(report)
    report_cancel(report)
    assert report.status == Status.FAILED
    body = client_of(workspace).get(f"/v1/reports/{report.public_id}").json()
    assert body["status"] == "failed"
    assert "There is no folder" in body["error"]
