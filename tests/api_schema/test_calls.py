"""Calls that schemathesis makes up from the description: no server error, and no answer that is not described."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from analytics.api.streamed import AT_ONCE, Slot
from tests.analytics.api.everywhere.world import World, undone
from videos.api.tags import WISTIA_ALIASES

pytestmark = [pytest.mark.django_db(databases=["default", "clickhouse"])]
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
# The collector is no part of Django's application.
ELSEWHERE = {"/v1/collect", "/v1/s"}
# They take a body, and the scope `read` is enough.
READING = {"/v1/query", "/v1/analytics/export"}
NAMES = {
    "media": "video",
    "video_id": "video",
    "template_id": "template",
    "export_id": "export",
    "message_id": "message",
    "event_id": "event",
    "event": "session",
}
FUZZ = settings(
    max_examples=4,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


@schemathesis.serializer("application/x-ndjson")
def _as_lines(context: Any, value: Any) -> bytes:
    return str(value).encode("utf-8", "replace")


def _real(world: World, path: str, names: list[str]) -> dict[str, str]:
    """Return ids of the world for a path's parameters."""
    kind = path.removeprefix("/v1/").removeprefix("catalog/").partition("/")[0].removesuffix("s")
    return {name: world.ids[kind if name == "public_id" else NAMES.get(name, name)] for name in names}


def _called_with(token: str) -> Callable[[Any], None]:
    def call(case: Any) -> None:
        case.headers.pop("Authorization", None)
        response = case.call(headers={"X-API-Token": token, "Accept-Encoding": "identity"})
        case.validate_response(response, checks=CHECKS)

    return call


@pytest.fixture
def application() -> Iterator[Any]:
    """The product's WSGI application, whose requests leave the test's own connections open.

    Its answers are read and closed, as every server does; schemathesis leaves files open.
    """
    product = get_wsgi_application()

    def served(environ: Any, start_response: Any) -> list[bytes]:
        with closing(product(environ, start_response)) as answer:
            return [b"".join(answer)]

    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield served
    for signal in signals:
        signal.connect(close_old_connections)


def test_no_call_that_the_description_allows_is_a_surprise(
    world: World, application: Any, settings: Any, subtests: pytest.Subtests, caplog: pytest.LogCaptureFixture
) -> None:
    settings.API_PER_TOKEN_PER_MINUTE = 1_000_000
    caplog.set_level(logging.CRITICAL)
    load_all_checks()
    schema = schemathesis.openapi.from_wsgi("/v1/schema", application)
    called = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path in ELSEWHERE or WISTIA_ALIASES in (operation.tags or ()):
            continue
        names = [parameter.name for parameter in operation.path_parameters]
        ids = _real(world, operation.path, names) if names else None
        token = world.reads if operation.method == "get" or operation.path in READING else world.writes
        ways = [(ids, GenerationMode.POSITIVE)]
        if operation.query or operation.body:
            ways.append((ids, GenerationMode.NEGATIVE))
        if ids:
            ways.append((None, GenerationMode.POSITIVE))
        for given_ids, mode in ways:
            with subtests.test(f"{operation.label} {mode.value} {'' if given_ids else 'any id'}"), undone():
                strategy = operation.as_strategy(mode, path_parameters=given_ids)
                FUZZ(given(case=strategy)(_called_with(token)))()
                called += 1
    assert called > 170
    assert Slot._free._value == AT_ONCE
