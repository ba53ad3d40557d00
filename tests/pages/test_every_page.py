"""What holds of every page that members open: found by the addresses, so that none is forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.analytics.pages.conftest import World, member
from tests.keeping import keeping
from tests.pages.places import addresses_of, full_world, grow, names_of_pages
from videos.models import Role, Workspace

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])

# Statements to the engine, and to the relational database, for an owner. A change is seen here and explained in its
# commit.
STATEMENTS = {
    "pages:overview": (9, 8),
    "pages:project": (9, 12),
    "pages:folder": (9, 14),
    "pages:library": (3, 10),
    "pages:library_project": (3, 10),
    "pages:library_folder": (2, 9),
    "pages:library_embed": (0, 4),
    "pages:library_new_project": (0, 3),
    "pages:library_new_folder": (0, 4),
    "pages:library_new_video": (0, 3),
    "pages:video": (7, 8),
    "pages:viewers": (2, 6),
    "pages:viewer": (6, 9),
    "pages:progress": (2, 16),
    "pages:new_list": (0, 3),
    "pages:list": (0, 4),
    "pages:events": (1, 8),
    "pages:event": (4, 10),
    "pages:talk": (7, 9),
    "pages:templates": (2, 11),
    "pages:template": (2, 11),
    "pages:live": (3, 3),
    "pages:why": (3, 8),
    "pages:shared_pages": (0, 4),
    "pages:segments": (0, 4),
    "pages:setup": (2, 6),
    "videos:workspace": (0, 3),
    "videos:members": (0, 5),
    "videos:tokens": (0, 4),
    "videos:webhooks": (0, 4),
    "videos:new_webhook": (0, 3),
    "videos:webhook": (0, 6),
    "videos:edit_webhook": (0, 4),
    "videos:delete_webhook": (0, 4),
    "exports:reports": (0, 6),
    "exports:new": (0, 6),
    "exports:schedules": (0, 6),
    "exports:new_schedule": (0, 5),
    "exports:schedule": (0, 6),
    "exports:edit_schedule": (0, 8),
    "exports:delete_schedule": (0, 5),
}


@pytest.fixture(scope="module")
def full(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with keeping(django_db_blocker, full_world) as world:
        yield world


def statements(client: Client, address: str) -> tuple[int, int]:
    with (
        CaptureQueriesContext(connections["clickhouse"]) as engine,
        CaptureQueriesContext(connections["default"]) as own,
    ):
        assert client.get(address).status_code == 200, address
    return len(engine), len(own)


def test_no_page_is_left_out(full: World) -> None:
    assert set(addresses_of(full.workspace)) == names_of_pages()


@pytest.mark.usefixtures("at_noon")
def test_a_page_takes_as_many_statements_however_much_it_shows(full: World) -> None:
    owner, addresses = member(full.workspace, Role.OWNER), addresses_of(full.workspace)
    owner.get("/")  # what the process remembers from its first page
    few = {name: statements(owner, address) for name, address in addresses.items()}
    for turn in (1, 2):
        grow(full, turn)
    assert {name: statements(owner, address) for name, address in addresses.items()} == few
    assert few == STATEMENTS


def test_who_is_not_signed_in_is_asked_to_sign_in(full: World) -> None:
    for address in addresses_of(full.workspace).values():
        answer = Client().get(address)
        assert (answer.status_code, answer["location"].partition("?")[0]) == (302, "/admin/login/"), address


def test_another_workspace_s_owner_sees_none_of_it(full: World) -> None:
    outsider = member(Workspace.objects.create(name="Elsewhere"), Role.OWNER)
    for address in addresses_of(full.workspace).values():
        answer = outsider.get(address)
        assert answer.status_code == (404 if re.search(r"_\w{10}|/viewers/[^/]+/$", address) else 200), address
        assert " 0.0" not in answer.content.decode(), address


def test_what_a_viewer_may_not_do_has_no_page_for_them(full: World) -> None:
    viewer = member(full.workspace, Role.VIEWER)
    answers = {name: viewer.get(address).status_code for name, address in addresses_of(full.workspace).items()}
    assert {name for name, status in answers.items() if status == 403} == {
        "pages:library_new_project", "pages:library_new_folder", "pages:library_new_video", "pages:list",
        "pages:shared_pages", "pages:setup", "videos:workspace", "videos:members", "videos:tokens", "videos:webhooks",
        "videos:new_webhook", "videos:webhook", "videos:edit_webhook", "videos:delete_webhook",
        "exports:new_schedule", "exports:edit_schedule", "exports:delete_schedule",
    }  # fmt: skip
    assert set(answers.values()) == {200, 403}
