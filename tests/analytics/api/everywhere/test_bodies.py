"""Bodies that no call takes: huge ones, ones of another type, ones that are no JSON or too deep."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.analytics.api.everywhere.calls import CALLS, Call
from tests.analytics.api.everywhere.world import World, send, undone, world_of
from tests.keeping import keeping

pytestmark = [pytest.mark.django_db(databases=["default", "clickhouse"])]

WITH_BODY = [call for call in CALLS if call.body is not None]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with keeping(django_db_blocker, lambda: world_of("world", 2)) as world:
        yield world


def answered(world: World, call: Call, **changes: Any) -> Any:
    own = {"Authorization": f"Bearer {world.token(call)}"} if call.scope else {}
    return send(call, world.ids, own, **changes)


def test_a_huge_body_is_refused(world: World, settings: Any, subtests: pytest.Subtests) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    for call in WITH_BODY:
        with subtests.test(str(call)), undone():
            answer = answered(world, call, data=call.arguments(world.ids)["data"] + " " * 1000)
            if call.is_streamed:
                assert answer.status_code == call.status
            else:
                assert answer.status_code == 413, answer.content
                assert call.envelope(answer, 413)


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_body_of_another_type_is_refused(world: World, content_type: str, subtests: pytest.Subtests) -> None:
    for call in WITH_BODY:
        with subtests.test(str(call)), undone():
            answer = answered(world, call, content_type=content_type)
            if call.is_streamed:
                assert answer.status_code == call.status
            else:
                assert answer.status_code == 415, answer.content
                assert call.envelope(answer, 415)


@pytest.mark.parametrize("text", ["{", "[" * 100_000])
def test_a_body_that_is_no_json_or_too_deep_is_refused(world: World, text: str, subtests: pytest.Subtests) -> None:
    for call in WITH_BODY:
        if call.content_type != "application/json":
            continue
        with subtests.test(str(call)), undone():
            answer = answered(world, call, data=text)
            assert answer.status_code == 400, answer.content
            assert call.envelope(answer, 400)
