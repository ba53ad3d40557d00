"""The reference to the letter, and what it leaves open: status codes, errors, ends of links."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from exports.estimates import AT_FIRST
from exports.links import download_token
from exports.models import About, Delivery, Report, Status
from exports.services.reports import report_cancel
from exports.sixtyseconds.choices import METRICS
from tests.analytics.api.sixtyseconds.conftest import FEBRUARY, Stage
from tests.exports.conftest import DATABASES, build
from tests.exports.sixtyseconds.conftest import COMPLETED, ORDERED, PATH, PROCESSING, Exported, subject_of
from videos.models import User, Video, Workspace

pytestmark = [pytest.mark.django_db(databases=DATABASES)]
Export = Callable[..., Exported]
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def same_keys(answer: dict[str, Any], example: dict[str, Any]) -> None:
    assert list(answer) == list(example)
    for key, value in example.items():
        assert type(answer[key]) is type(value), key
        if isinstance(value, str) and MOMENT.fullmatch(value):
            assert MOMENT.fullmatch(answer[key]), key


def faults(response: Any) -> dict[str, str]:
    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    return {error["field"]: error["message"] for error in response.json()["errors"]}


def test_every_key_and_type_is_the_references(stage: Stage, export: Export) -> None:
    order = {
        "type": "account",
        "start_date": "2025-01-01",
        "end_date": "2025-02-28",
        "format": "csv",
        "metrics": ["views", "completion_rate", "engagement_score"],
    }
    answer = stage.client.post(PATH, order, format="json")
    assert answer.status_code == 202
    ordered = answer.json()
    same_keys(ordered, ORDERED)
    assert re.fullmatch(r"export_[a-z0-9]{10}", ordered["export_id"])
    assert (ordered["status"], ordered["type"], ordered["format"]) == ("processing", "account", "csv")
    assert answer["Location"] == f"{PATH}/{ordered['export_id']}"
    processing = stage.client.get(answer["Location"]).json()
    same_keys(processing, PROCESSING)
    assert (processing["export_id"], processing["progress"]) == (ordered["export_id"], 0)
    done = export(stage.client, **order)
    same_keys(done.body, COMPLETED)
    assert done.body["size"] == len(done.content)
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(("format", "media_type"), [("csv", "text/csv; charset=utf-8"), ("json", "application/json")])
def test_the_file_is_bare_and_named_after_the_export(
    stage: Stage, export: Export, format: str, media_type: str
) -> None:
    done = export(stage.client, type="account", format=format)
    head = Client().head(done.body["download_url"].removeprefix("http://127.0.0.1:8000"))
    assert head["Content-Type"] == media_type
    assert head["Content-Disposition"] == f'attachment; filename="{done.body["export_id"]}.{format}"'
    assert head["Content-Length"] == str(len(done.content))
    assert head["Cache-Control"] == "private, no-store"
    head.close()


def test_the_page_of_the_dialect_shows_the_references_examples_and_every_metric() -> None:
    page = (Path(__file__).parents[3] / "docs" / "api-sixtyseconds.md").read_text()
    for example in (ORDERED, PROCESSING, COMPLETED):
        assert f"```json\n{json.dumps(example, indent=2)}\n```" in page
    for kind, names in METRICS.items():
        assert f"| `{kind}` | {' '.join(f'`{name}`' for name in names)} |" in page


def test_all_that_may_be_left_out_is(stage: Stage) -> None:
    for empty in (
        {},
        dict.fromkeys(("id", "start_date", "end_date", "format", "metrics")),
        {"start_date": "", "id": ""},
    ):
        answer = stage.client.post(PATH, {"type": "account", **empty}, format="json")
        assert answer.status_code == 202, answer.content
    report = Report.objects.first()
    assert report is not None
    assert (report.about, report.subject, report.format, report.period_name) == ("account", "", "csv", "all_time")
    assert report.fields == ["views", "unique_viewers", "completion_rate", "engagement_score", "interactions"]
    assert report.created_with == report.workspace.tokens.get()


@pytest.mark.parametrize(
    ("order", "field", "words"),
    [
        ({}, "type", "required"),
        ({"type": "folder"}, "type", "video, account, template"),
        ({"type": "catalog"}, "type", "video, account, template"),
        ({"type": ["video"]}, "type", "video, account, template"),
        ({"type": "video"}, "id", "Give the id of the video."),
        ({"type": "template", "id": ""}, "id", "Give the id of the template."),
        ({"type": "video", "id": {"x": 1}}, "id", "valid string"),
        ({"type": "video", "id": "a\0b"}, "id", "Null characters"),
        ({"type": "account", "format": "xlsx"}, "format", "csv, json"),
        ({"type": "account", "format": {}}, "format", "csv, json"),
        ({"type": "account", "start_date": "2025-02-30"}, "start_date", "YYYY-MM-DD"),
        ({"type": "account", "start_date": 5}, "start_date", "YYYY-MM-DD"),
        ({"type": "account", "end_date": "1969-12-31"}, "end_date", "1970-01-01"),
        ({"type": "account", "start_date": "2025-02-02", "end_date": "2025-02-01"}, "end_date", "before it begins"),
        ({"type": "account", "metrics": "views"}, "metrics", "list"),
        ({"type": "account", "metrics": ["views"] * 101}, "metrics", "no more than 100"),
        (
            {"type": "account", "metrics": ["likes"]},
            "metrics",
            "'likes' of this type; there are views, unique_viewers,",
        ),
        ({"type": "account", "metrics": [["views"]]}, "metrics.0", "valid string"),
    ],
)
def test_what_is_wrong_is_named(stage: Stage, order: dict[str, Any], field: str, words: str) -> None:
    found = faults(stage.client.post(PATH, order, format="json"))
    assert list(found) == [field]
    assert words in found[field]
    assert not Report.objects.exists()


def test_a_metric_of_another_type_is_refused_with_those_there_are(stage: Stage) -> None:
    order = {**subject_of(stage, "template"), "metrics": ["views", "clicks"]}
    known = "views, completion_rate, engagement_score, watch_time"
    assert faults(stage.client.post(PATH, order, format="json")) == {
        "metrics": f"There is no metric 'clicks' of this type; there are {known}."
    }


def test_the_body_is_a_json_object(stage: Stage) -> None:
    assert stage.client.post(PATH, ["account"], format="json").status_code == 422
    assert stage.client.post(PATH, "{", content_type="application/json").status_code == 400


def test_the_calls_need_a_token_that_may_read(stage: Stage, client_of: Callable[..., APIClient]) -> None:
    order = {"type": "account"}
    assert APIClient().post(PATH, order, format="json").status_code == 401
    assert APIClient().get(f"{PATH}/export_1").status_code == 401
    writer = client_of(stage.workspace, "write")
    for answer in (writer.post(PATH, order, format="json"), writer.get(f"{PATH}/export_1")):
        assert (answer.status_code, answer.json()["code"]) == (403, "missing_scope")
    # The stage's own token may read and nothing else.
    assert stage.client.post(PATH, order, format="json").status_code == 202


def test_what_another_workspace_has_is_unknown(stage: Stage, other: Stage) -> None:
    for kind, given in (
        ("video", other.video.public_id),
        ("template", other.template.public_id),
        ("video", "vid_none"),
    ):
        answer = stage.client.post(PATH, {"type": kind, "id": given}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (404, f"unknown_{kind}")
    # An id of the other kind is none of this one.
    answer = stage.client.post(PATH, {"type": "video", "id": stage.template.public_id}, format="json")
    assert answer.status_code == 404
    theirs = other.client.post(PATH, {"type": "account"}, format="json").json()["export_id"]
    for unknown in (theirs, "export_none", "x" * 200):
        answer = stage.client.get(f"{PATH}/{unknown}")
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_export")
    assert other.client.get(f"{PATH}/{theirs}").status_code == 200


@pytest.mark.parametrize("part", ["id", "type", "format", "metrics", "start_date"])
def test_half_characters_are_an_error_of_whoever_sends_them(stage: Stage, part: str) -> None:
    order = {**subject_of(stage, "video"), part: ["\ud800"] if part == "metrics" else "\ud800"}
    answer = stage.client.post(PATH, json.dumps(order), content_type="application/json")
    assert answer.status_code in (400, 404, 422)


def test_exports_and_reports_of_the_catalog_are_told_apart(stage: Stage, client_of: Callable[..., APIClient]) -> None:
    api = client_of(stage.workspace)
    export_id = api.post(PATH, {"type": "account"}, format="json").json()["export_id"]
    report_id = api.post("/v1/reports", {}, format="json").json()["id"]
    assert [each["id"] for each in api.get("/v1/reports").json()["reports"]] == [report_id]
    assert api.get(f"/v1/reports/{export_id}").status_code == 404
    assert api.delete(f"/v1/reports/{export_id}").status_code == 404
    assert api.get(f"{PATH}/{report_id}").status_code == 404


def test_an_expired_link_is_null_and_says_so(stage: Stage, export: Export) -> None:
    body = export(stage.client, type="account").body
    Report.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    again = stage.client.get(f"{PATH}/{body['export_id']}").json()
    assert (again["status"], again["download_url"]) == ("completed", None)
    answer = Client().get(body["download_url"].removeprefix("http://127.0.0.1:8000"))
    assert answer.status_code == 410
    assert b"This link has expired" in answer.content


def test_a_member_makes_an_expired_export_again(stage: Stage, export: Export, client: Client) -> None:
    body = export(stage.client, **subject_of(stage, "video"), format="json", metrics=["clicks", "views"]).body
    Report.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    client.force_login(User.objects.get(email="owner@example.com"))
    page = client.get(body["download_url"].removeprefix("http://127.0.0.1:8000")).content.decode()
    assert f'action="/reports/{body["export_id"]}/again"' in page
    client.post(f"/reports/{body['export_id']}/again")
    made, first = Report.objects.all()
    for name in ("about", "subject", "fields", "format", "period_name"):
        assert getattr(made, name) == getattr(first, name)
    assert made.fields == ["clicks", "views"]
    stage.video.delete()
    answer = client.post(f"/reports/{made.public_id}/again", follow=True)
    assert "cannot be made again" in answer.content.decode()
    assert Report.objects.count() == 2


def test_a_canceled_or_failed_export_says_why(stage: Stage) -> None:
    canceled, failed = (
        Report.objects.get(public_id=stage.client.post(PATH, order, format="json").json()["export_id"])
        for order in ({"type": "account"}, subject_of(stage, "video"))
    )
    report_cancel(canceled)
    stage.video.delete()
    build(failed)
    assert stage.client.get(f"{PATH}/{canceled.public_id}").json() == {
        "export_id": canceled.public_id,
        "status": "canceled",
        "error": "The export was canceled.",
    }
    body = stage.client.get(f"{PATH}/{failed.public_id}").json()
    assert list(body) == ["export_id", "status", "error"]
    assert body["status"] == "failed"
    assert "There is no video" in body["error"]
    assert Client().get(f"/reports/download/{download_token(canceled)}").status_code == 410


def test_the_estimate_is_what_the_last_exports_took_and_never_past(stage: Stage) -> None:
    now = datetime.now(UTC)
    first = datetime.fromisoformat(
        stage.client.post(PATH, {"type": "account"}, format="json").json()["estimated_completion"]
    )
    assert now < first <= now + AT_FIRST + timedelta(seconds=2)
    for seconds in (40, 60, 500):
        Report.objects.create(
            workspace=stage.workspace,
            about=About.VIDEO,
            period_name="all_time",
            timezone="UTC",
            status=Status.COMPLETED,
            created_at=now - timedelta(hours=1),
            finished_at=now - timedelta(hours=1) + timedelta(seconds=seconds),
        )
    answer = stage.client.post(PATH, {"type": "account"}, format="json").json()
    usual = datetime.fromisoformat(answer["estimated_completion"]) - now
    assert timedelta(seconds=60) <= usual < timedelta(seconds=70)
    report = Report.objects.filter(public_id=answer["export_id"])
    report.update(created_at=now - timedelta(hours=2), due_at=now - timedelta(hours=2), is_building=True)
    late = stage.client.get(f"{PATH}/{answer['export_id']}").json()["estimated_completion"]
    assert datetime.fromisoformat(late) > datetime.now(UTC)
    # It failed for now, and is tried again in ten minutes.
    report.update(is_building=False, due_at=now + timedelta(minutes=10))
    waiting = stage.client.get(f"{PATH}/{answer['export_id']}").json()["estimated_completion"]
    assert datetime.fromisoformat(waiting) >= now + timedelta(minutes=11) - timedelta(seconds=1)


def test_the_reports_page_shows_exports_by_what_they_are_about(stage: Stage, export: Export, client: Client) -> None:
    Video.objects.filter(pk=stage.video.pk).update(title="<b>Bold</b>")
    for order in (
        subject_of(stage, "video"),
        {**subject_of(stage, "template"), "format": "json", "metrics": ["views"]},
        {"type": "account", "end_date": "2025-02-28"},
        {"type": "account", "start_date": "2025-02-01"},
    ):
        export(stage.client, **order)
    client.force_login(User.objects.get(email="owner@example.com"))
    page = " ".join(client.get("/reports/").content.decode().split())
    for words in (
        "Analytics of the video “&lt;b&gt;Bold&lt;/b&gt;”",
        "Analytics of the template “Welcome Message”",
        "Analytics of the workspace",
        "Until 2025-02-28",
        "From 2025-02-01 on",
    ):
        assert words in page
    before = statements(client)
    made = [Video.objects.create(workspace=stage.workspace, title=f"Video {number}") for number in range(5)]
    for video in made:
        export(stage.client, type="video", id=video.public_id)
    assert statements(client) == before
    made[0].delete()
    assert made[0].public_id in client.get("/reports/").content.decode()


def statements(client: Client) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get("/reports/")
    return len(queries)


def test_an_exports_statements_do_not_grow(stage: Stage, export: Export) -> None:
    def asked(kind: str, format: str) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as ours, CaptureQueriesContext(connections["clickhouse"]) as engines:
            export(stage.client, **subject_of(stage, kind), format=format, **FEBRUARY)
        return len(ours), len(engines)

    kinds = [(kind, format) for kind in ("video", "account", "template") for format in ("csv", "json")]
    stage.play({})
    # The first call notes that the token was used.
    asked("account", "csv")
    few = {each: asked(*each) for each in kinds}
    made = Video.objects.bulk_create(
        Video(workspace=stage.workspace, template=stage.template, title=f"Video {number}") for number in range(15)
    )
    stage.play(*({"video": video.public_id, "country": country} for video in made for country in ("DE", "FR")))
    assert {each: asked(*each) for each in kinds} == few


def test_another_members_workspace_is_not_shown_the_export(
    stage: Stage, export: Export, other_workspace: Workspace, client: Client
) -> None:
    body = export(stage.client, type="account").body
    client.force_login(User.objects.get(email="outsider@example.com"))
    assert body["export_id"] not in client.get("/reports/").content.decode()
    assert client.post(f"/reports/{body['export_id']}/again").status_code == 404
