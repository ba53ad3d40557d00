"""The collector, which is no part of Django's application, answers as described too."""

from __future__ import annotations

import time
from typing import Any

import pytest
import schemathesis
from hypothesis import given
from schemathesis import GenerationMode

from analytics.clickhouse.creation import written_tables_empty
from analytics.collect.app import Collector
from tests.analytics.collect.conftest import Served, served
from tests.api_schema.reading import faults, operations
from tests.api_schema.test_calls import CHECKS, FUZZ
from tests.oracle.sampling import uuid7
from videos.models import Video, Workspace

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "clickhouse"])]


@pytest.fixture
def collector(transactional_db: None, settings: Any, tmp_path: Any) -> Any:
    settings.DATA_DIR = tmp_path
    with served(Collector()) as running:
        yield running
    written_tables_empty()


@pytest.mark.parametrize("path", ["/v1/collect", "/v1/s"])
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_snapshot_is_a_surprise(document: dict[str, Any], collector: Served, path: str, mode: Any) -> None:
    operation = schemathesis.openapi.from_dict(document)[path]["POST"]

    def call(case: Any) -> None:
        response = case.call(base_url=f"http://127.0.0.1:{collector.port}")
        case.validate_response(response, checks=CHECKS)

    FUZZ(given(case=operation.as_strategy(mode))(call))()


def test_what_it_stores_and_refuses_is_described(document: dict[str, Any], collector: Served) -> None:
    video = Video.objects.create(workspace=Workspace.objects.create(name="Acme"), title="Welcome", duration=60)
    operation = next(each for each in operations(document) if each.path == "/v1/collect")
    sent = operation.about["requestBody"]["content"]["application/json"]["examples"]["Example"]["value"]
    now = int(time.time() * 1000)
    example = {**sent, "video": video.public_id, "session": uuid7(now)}
    bodies = {
        204: example,
        400: b"{",
        404: {**example, "video": "vid_none"},
        413: b" " * 70_000,
        422: [{**example, "stretches": [[2, 1]]}, {**example, "session": uuid7(now - 3 * 86_400_000)}],
    }
    for status, body in bodies.items():
        answer = collector.send(body)
        described = operation.about["responses"][str(status)]
        assert answer.status == status, answer
        if status == 204:
            assert "content" not in described and answer.body is None
            continue
        (content_type,) = described["content"]
        assert answer.headers["content-type"] == content_type
        assert faults(document, described["content"][content_type]["schema"], answer.body) == [], answer.body
