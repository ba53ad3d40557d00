"""Webhooks hear of reports: that one is finished, with its link, or that it failed, and why; once each."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from exports.models import Report
from tests.exports.conftest import DATABASES, build
from videos.models import Folder, Project, Video, Webhook, Workspace
from videos.services import webhook_create

pytestmark = pytest.mark.django_db(databases=DATABASES)


@pytest.fixture
def hook(workspace: Workspace) -> Webhook:
    return webhook_create(workspace, url="https://example.com/", events=["report.completed", "report.failed"])


def told(hook: Webhook) -> list[dict[str, Any]]:
    return [json.loads(each.body) for each in hook.deliveries.order_by("pk")]


def test_a_finished_report_is_told_with_a_link_that_opens(
    hook: Webhook, workspace: Workspace, order_all: Callable[..., Report], client_of: Any, client: Client
) -> None:
    Video.objects.create(workspace=workspace, title="A")
    report = order_all()
    assert told(hook) == []
    build(report)
    build(report)
    [message] = told(hook)
    assert message["type"] == "report.completed"
    assert message["data"] == client_of(workspace).get(f"/v1/reports/{report.public_id}").json()
    link = message["data"]["download_url"].removeprefix("http://127.0.0.1:8000")
    answer: Any = client.get(link)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"PK")
    answer.close()


def test_a_report_that_fails_is_told_with_the_reason(
    hook: Webhook, workspace: Workspace, order_all: Callable[..., Report]
) -> None:
    project = Project.objects.create(workspace=workspace, name="Films")
    folder = Folder.objects.create(workspace=workspace, project=project, name="Drama")
    report = order_all(folders=(folder.public_id,))
    folder.delete()
    build(report)
    [message] = told(hook)
    assert message["type"] == "report.failed"
    assert (message["data"]["status"], message["data"]["id"]) == ("failed", report.public_id)
    assert folder.public_id in message["data"]["error"]
