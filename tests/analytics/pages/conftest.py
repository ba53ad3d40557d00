"""A workspace with history, its members, and a second workspace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from tests.analytics.worlds import catalog_load, sessions_load
from tests.keeping import keeping
from tests.oracle import facts
from tests.oracle.catalog import Catalog
from tests.oracle.sampling import random_catalog, random_sessions
from videos.models import Membership, Role, User, Video, Workspace

# All of the random sessions lie before.
NOW = datetime(2025, 9, 18, 10, 30, tzinfo=UTC)


@dataclass(frozen=True)
class World:
    """A workspace with its catalog and sessions by the oracle, and the product's public ids of the oracle's."""

    workspace: Workspace
    catalog: Catalog
    sessions: list[facts.Session]
    ids: dict[str, str]

    def video(self, place: int) -> Video:
        """Return the product's video of the oracle's one."""
        return Video.objects.get(public_id=self.ids[self.catalog.videos[place].id])


def world_made(seed: int, count: int, videos: int = 6) -> World:
    """Return a new workspace with `count` random sessions from a seed."""
    catalog = random_catalog(seed, videos=videos)
    snapshots = random_sessions(seed, count, catalog, end=NOW)
    workspace, ids = catalog_load(catalog)
    sessions_load(workspace, ids, snapshots)
    return World(workspace, catalog, facts.sessions_of(snapshots, catalog), ids)


@pytest.fixture
def world_of() -> Callable[..., World]:
    """Return a maker of workspaces with `count` random sessions from a seed."""
    return world_made


@pytest.fixture(scope="module")
def kept_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with keeping(django_db_blocker, lambda: world_made(1, 400)) as world:
        yield world


@pytest.fixture
def world(kept_world: World, db: None) -> World:
    """A workspace as it was before the module's other tests. Where these are transactional, they make it anew."""
    return replace(kept_world, workspace=copy(kept_world.workspace))


def member(workspace: Workspace | None, role: Role = Role.VIEWER) -> Client:
    """Return the signed-in browser of a new user, a member of `workspace` where one is given."""
    user = User.objects.create_user(email=f"{User.objects.count()}@example.com", password="correct horse battery")
    if workspace is not None:
        Membership.objects.create(user=user, workspace=workspace, role=role)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def viewer(world: World) -> Client:
    """A member who may only read."""
    return member(world.workspace)


@pytest.fixture
def at_noon(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The pages believe that it is NOW."""
    monkeypatch.setattr("analytics.pages.shell.timezone.now", lambda: NOW)
    return NOW
