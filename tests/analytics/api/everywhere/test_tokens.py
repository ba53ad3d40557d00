"""Who may call: each call with each kind of token, in each place where a token is accepted."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.analytics.api.everywhere.calls import ADDRESSES, WISTIA_ALIASES, WITH_TOKEN, Call, is_wistia_fault
from tests.analytics.api.everywhere.world import World, send, undone, world_of
from tests.keeping import keeping
from videos.models import ApiToken
from videos.tokens import token_create, token_revoke

pytestmark = [pytest.mark.django_db(databases=["default", "clickhouse"])]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with keeping(django_db_blocker, lambda: world_of("world", 2)) as world:
        yield world


def refused(answer: Any, call: Call, status: int) -> None:
    assert answer.status_code == status, answer.content
    assert call.envelope(answer, status), (answer["Content-Type"], answer.content)


def test_with_a_token_every_call_answers(world: World, subtests: pytest.Subtests) -> None:
    for call in ADDRESSES:
        with subtests.test(str(call)), undone():
            answer = world.send(call)
            assert answer.status_code == call.status, answer.content


def test_without_a_valid_token_none_does(world: World, subtests: pytest.Subtests) -> None:
    revoked = token_create(world.workspace, "Revoked", ["read", "write"])[1]
    token_revoke(ApiToken.objects.get(name="Revoked"))
    for call in [*WITH_TOKEN, *WISTIA_ALIASES]:
        with subtests.test(str(call)), undone():
            for headers in ({}, {"Authorization": "Bearer vp_x"}, {"Authorization": f"Bearer {revoked}"}):
                answer = send(call, world.ids, headers)
                refused(answer, call, 401)
                assert answer["WWW-Authenticate"] == 'Bearer realm="Viewprint"'


def test_a_token_without_the_scope_is_refused(world: World, subtests: pytest.Subtests) -> None:
    for call in WITH_TOKEN:
        other = world.reads if call.scope == "write" else world.writes
        with subtests.test(str(call)), undone():
            refused(send(call, world.ids, {"X-API-Token": other}), call, 403)


# `World.send` sends it as Bearer.
PLACES: dict[str, Callable[[str], dict[str, str]]] = {
    "X-API-Token": lambda token: {"X-API-Token": token},
    "Basic": lambda token: {"Authorization": "Basic " + base64.b64encode(f"api:{token}".encode()).decode()},
}


@pytest.mark.parametrize("place", PLACES)
def test_a_token_is_accepted_in_the_other_headers_too(world: World, place: str, subtests: pytest.Subtests) -> None:
    for call in WITH_TOKEN:
        with subtests.test(str(call)), undone():
            assert send(call, world.ids, PLACES[place](world.token(call))).status_code == call.status


def test_a_token_in_the_address_is_accepted_by_wistias_paths_only(world: World, subtests: pytest.Subtests) -> None:
    for call in WITH_TOKEN:
        path = call.arguments(world.ids)["path"]
        path += f"{'&' if '?' in path else '?'}api_password={world.token(call)}"
        with subtests.test(str(call)), undone():
            answer = send(call, world.ids, {}, path=path)
            if call.envelope is is_wistia_fault:
                assert answer.status_code == call.status
            else:
                refused(answer, call, 401)


def test_a_token_that_called_too_often_is_told_when_it_may_again(
    world: World, settings: Any, subtests: pytest.Subtests
) -> None:
    settings.API_PER_TOKEN_PER_MINUTE = 1
    for token in (world.reads, world.writes):
        send(next(call for call in WITH_TOKEN if world.token(call) == token), world.ids, {"X-API-Token": token})
    for call in WITH_TOKEN:
        with subtests.test(str(call)), undone():
            answer = world.send(call)
            refused(answer, call, 429)
            assert 1 <= int(answer["Retry-After"]) <= 60
