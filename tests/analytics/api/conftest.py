"""A small workspace with history, a second one, and clients for both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.analytics.worlds import catalog_load, sessions_load
from tests.keeping import keeping
from tests.oracle import facts
from tests.oracle.catalog import Catalog
from tests.oracle.sampling import random_catalog, random_sessions
from videos.models import Workspace
from videos.tokens import token_create


@dataclass(frozen=True)
class History:
    """A workspace, its catalog and sessions by the oracle, and the public id of each of the oracle's ids."""

    workspace: Workspace
    catalog: Catalog
    sessions: list[facts.Session]
    ids: dict[str, str]
    client: APIClient


def client_of(workspace: Workspace, *scopes: str) -> APIClient:
    _, plain = token_create(workspace, "tests", scopes or ("read", "write"))
    return APIClient(HTTP_AUTHORIZATION=f"Bearer {plain}")


def history_made(seed: int, count: int = 300) -> History:
    """Return a new workspace with `count` random sessions from a seed."""
    catalog = random_catalog(seed, videos=8)
    snapshots: list[dict[str, Any]] = random_sessions(seed, count, catalog)
    workspace, ids = catalog_load(catalog)
    sessions_load(workspace, ids, snapshots)
    return History(workspace, catalog, facts.sessions_of(snapshots, catalog), ids, client_of(workspace))


@pytest.fixture
def history_of() -> Callable[[int, int], History]:
    """Return a maker of workspaces with `count` random sessions from a seed."""
    return history_made


@pytest.fixture(scope="module")
def kept_history(django_db_setup: None, django_db_blocker: Any) -> Iterator[History]:
    with keeping(django_db_blocker, lambda: history_made(1, 150)) as history:
        yield history


@pytest.fixture
def history(kept_history: History, db: None) -> History:
    """A workspace and its client as they were before the module's other tests."""
    client = APIClient(**kept_history.client.defaults)
    return replace(kept_history, workspace=copy(kept_history.workspace), client=client)


@pytest.fixture
def other_history(db: None, history_of: Callable[[int, int], History]) -> History:
    return history_of(2, 20)


@pytest.fixture
def bare(db: None) -> APIClient:
    """A client of a workspace without anything in it, for what goes wrong before anything is looked up."""
    return client_of(Workspace.objects.create(name="Empty"))
