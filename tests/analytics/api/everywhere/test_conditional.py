"""How answers travel: ETags, compression, HEAD, OPTIONS, methods that do not exist."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import Any

import pytest

from tests.analytics.api.everywhere.calls import CALLS, WITH_TOKEN
from tests.analytics.api.everywhere.world import World, send, undone, world_of
from tests.keeping import keeping
from videos.tokens import token_create

pytestmark = [pytest.mark.django_db(databases=["default", "clickhouse"])]

WORTH_COMPRESSING = 500


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with keeping(django_db_blocker, lambda: world_of("world", 4)) as world:
        yield world


@pytest.fixture
def both(world: World) -> dict[str, str]:
    """The header with a token that may everything."""
    return {"X-API-Token": token_create(world.workspace, "Both")[1]}


def test_an_answer_that_has_not_changed_is_not_sent_again(world: World, subtests: pytest.Subtests) -> None:
    for call in CALLS:
        if not call.has_etag:
            continue
        with subtests.test(str(call)):
            first = world.send(call)
            tag = first["ETag"]
            again = world.send(call, {"If-None-Match": f'"other", {tag}'})
            assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
            assert world.send(call, {"If-None-Match": '"other"'}).content == first.content


def test_no_cache_that_others_use_keeps_an_answer(world: World, subtests: pytest.Subtests) -> None:
    for call in CALLS:
        with subtests.test(str(call)), undone():
            kept = world.send(call)["Cache-Control"]
            assert "private" in kept or "no-store" in kept


def test_a_compressed_answer_has_the_same_content_and_a_tag_that_is_recognised(
    world: World, subtests: pytest.Subtests
) -> None:
    for call in CALLS:
        if call.method != "GET":
            continue
        with subtests.test(str(call)):
            plain = world.send(call)
            packed = world.send(call, {"Accept-Encoding": "gzip"})
            if len(plain.content) < WORTH_COMPRESSING:
                continue
            assert packed["Content-Encoding"] == "gzip"
            if call.is_file:
                assert sorted(gzip.decompress(packed.content).splitlines()) == sorted(plain.content.splitlines())
                assert "Content-Length" not in packed
            else:
                assert gzip.decompress(packed.content) == plain.content
                assert int(packed["Content-Length"]) == len(packed.content)
            assert len(packed.content) < len(plain.content)
            for answer in (plain, packed):
                assert "Accept-Encoding" in answer["Vary"]
            if call.has_etag:
                # Two encodings are not the same octets, so what is said of both is a weak tag.
                assert packed["ETag"] == f"W/{plain['ETag']}"
                sent = {"Accept-Encoding": "gzip", "If-None-Match": packed["ETag"]}
                again = world.send(call, sent)
                assert (again.status_code, again["Vary"]) == (304, packed["Vary"])


def test_head_says_what_get_would_and_no_more(world: World, subtests: pytest.Subtests) -> None:
    for call in CALLS:
        if call.method != "GET":
            continue
        with subtests.test(str(call)):
            answer = world.send(call)
            own = {"Authorization": f"Bearer {world.reads}"} if call.scope else {}
            head = send(call, world.ids, own, method="HEAD")
            assert (head.status_code, head["Content-Type"], head.content) == (200, answer["Content-Type"], b"")


def test_options_names_the_methods(world: World, both: dict[str, str], subtests: pytest.Subtests) -> None:
    for call in WITH_TOKEN:
        with subtests.test(str(call)):
            answer = send(call, world.ids, both, method="OPTIONS", data="")
            assert answer.status_code == 200
            assert call.method in answer["Allow"].split(", ")


def test_a_method_that_does_not_exist_is_told_with_those_that_do(
    world: World, both: dict[str, str], subtests: pytest.Subtests
) -> None:
    for call in WITH_TOKEN:
        with subtests.test(str(call)):
            answer = send(call, world.ids, both, method="PUT")
            assert answer.status_code == 405, answer.content
            assert call.envelope(answer, 405), answer.content
            assert call.method in answer["Allow"].split(", ")
