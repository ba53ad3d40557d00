"""Nobody sees another workspace: its ids are as unknown as those of nothing, and no list or sum has its rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.analytics.api.everywhere.calls import CALLS, WITH_TOKEN, Call
from tests.analytics.api.everywhere.world import UNKNOWN, World, undone, without_ids, world_of
from tests.keeping import keeping

pytestmark = [pytest.mark.django_db(databases=["default", "clickhouse"])]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with keeping(django_db_blocker, lambda: world_of("world", 2)) as world:
        yield world


@pytest.fixture
def other(db: None) -> World:
    return world_of("umbrella", 2)


def test_an_unknown_id_and_another_workspaces_are_told_the_same(
    world: World, other: World, subtests: pytest.Subtests
) -> None:
    for call in CALLS:
        for kind in call.ids:
            with subtests.test(f"{call} {kind}"):
                with undone():
                    unknown = world.send(call, **{kind: UNKNOWN[kind]})
                with undone():
                    foreign = world.send(call, **{kind: other.ids[kind]})
                if not _is_of_the_path(call, kind):
                    assert unknown.status_code == call.wrong_id, unknown.content
                else:
                    assert unknown.status_code == call.unknown_in_path, unknown.content
                if unknown.status_code >= 400:
                    assert call.envelope(unknown, unknown.status_code), unknown.content
                assert without_ids(unknown, {**world.ids, kind: UNKNOWN[kind]}) == without_ids(
                    foreign, {**world.ids, kind: other.ids[kind]}
                )


def _is_of_the_path(call: Call, kind: str) -> bool:
    return f"{{{kind}}}" in call.address.partition("?")[0]


def test_no_answer_holds_anything_of_another_workspace(world: World, other: World, subtests: pytest.Subtests) -> None:
    theirs = {*other.ids.values(), "umbrella"} - {other.ids["password"]}
    for call in WITH_TOKEN:
        with subtests.test(str(call)), undone():
            text = world.send(call).content.decode()
            assert [word for word in theirs if word in text] == []


def test_what_another_workspace_does_changes_no_answer(world: World, subtests: pytest.Subtests) -> None:
    def answers() -> dict[str, Any]:
        # What is ordered (202) has an id of its own each time.
        asked = [call for call in WITH_TOKEN if call.scope == "read" and call.status == 200]
        return {f"{call} {call.body}": _body(call, world.send(call)) for call in asked}

    before = answers()
    world_of("umbrella", 2)
    for name, body in answers().items():
        with subtests.test(name):
            assert body == before[name]


def _body(call: Call, answer: Any) -> Any:
    return sorted(answer.content.splitlines()) if call.is_file else json.loads(answer.content)
