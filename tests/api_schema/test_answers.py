"""What the API really answers is what the description says, with no member too many and none too few."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.analytics.api.everywhere.calls import ADDRESSES, WITH_TOKEN, Call
from tests.analytics.api.everywhere.world import UNKNOWN, World, send, undone
from tests.api_schema.reading import Operation, faults, operations

pytestmark = [pytest.mark.django_db(databases=["default", "clickhouse"])]


def _operation(document: dict[str, Any], call: Call, ids: dict[str, str]) -> Operation:
    path = call.arguments(ids)["path"].partition("?")[0]
    return next(operation for operation in operations(document) if operation.serves(call.method, path))


def _holds(document: dict[str, Any], operation: Operation, answer: Any) -> None:
    """Hold an answer to what its operation says of that status."""
    responses = operation.about["responses"]
    assert str(answer.status_code) in responses, answer.content
    contents = responses[str(answer.status_code)].get("content")
    if contents is None:
        assert answer.content == b""
        return
    content_type = answer["Content-Type"].partition(";")[0]
    assert content_type in contents
    is_json = content_type == "application/json" or content_type.endswith("+json")
    value = json.loads(answer.content) if is_json else answer.content.decode()
    assert faults(document, contents[content_type]["schema"], value) == []


def test_answers_are_as_described(document: dict[str, Any], world: World, subtests: pytest.Subtests) -> None:
    for call in ADDRESSES:
        with subtests.test(str(call)), undone():
            answer = world.send(call)
            assert answer.status_code == call.status
            _holds(document, _operation(document, call, world.ids), answer)


def test_refusals_are_as_described(document: dict[str, Any], world: World, subtests: pytest.Subtests) -> None:
    for call in WITH_TOKEN:
        operation = _operation(document, call, world.ids)
        other = world.reads if call.scope == "write" else world.writes
        with subtests.test(str(call)), undone():
            _holds(document, operation, send(call, world.ids, {}))
            _holds(document, operation, send(call, world.ids, {"X-API-Token": other}))
            _holds(document, operation, world.send(call, **{kind: UNKNOWN[kind] for kind in call.ids}))


def test_every_operation_was_called(document: dict[str, Any], world: World) -> None:
    called = {(one.path, one.method) for one in (_operation(document, call, world.ids) for call in ADDRESSES)}
    there = {(one.path, one.method) for one in operations(document)}
    assert there - called == {("/v1/collect", "post"), ("/v1/s", "post")}
