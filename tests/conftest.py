"""The cast that every test may ask for: one workspace with its three kinds of members, and an outsider with another."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import pytest
from clickhouse_connect.driver.client import Client as EngineClient
from django.core.cache import cache
from django.test import Client
from rest_framework.test import APIClient

from analytics import together
from analytics.clickhouse.creation import written_tables_empty
from videos.models import Role, User, Workspace
from videos.services import member_add, user_invited, workspace_create
from videos.tokens import token_create

# Where nobody looks at a find that comes and goes, the same examples are tried every time.
hypothesis.settings.register_profile("ci", derandomize=True, deadline=None)
hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(scope="session", autouse=True)
def _engine_is_asked_once_what_it_is() -> Iterator[None]:
    """Tell all clients of the embedded engine, of which tests open thousands, what the first one was told.

    To ask for its version and its settings takes most of opening one.
    """
    told: dict[str, Any] = {}
    ask, take = EngineClient._init_common_settings, EngineClient._apply_init_result

    def ask_once(client: Any, tz_source: Any) -> None:
        if client.uri in told:
            take(client, told[client.uri])
        else:
            ask(client, tz_source)

    def take_and_tell(client: Any, result: Any) -> None:
        take(client, result)
        if client.uri.startswith("chdb:"):
            told[client.uri] = result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(EngineClient, "_init_common_settings", ask_once)
        patch.setattr(EngineClient, "_apply_init_result", take_and_tell)
        yield


@pytest.fixture
def helpers() -> Iterator[None]:
    """Threads that ask questions at once, as many as the test's settings say; they end with the test."""
    together._helpers.cache_clear()
    yield
    together.helpers_stop()
    together._helpers.cache_clear()


@pytest.fixture(autouse=True)
def _written_tables_are_emptied(django_db_blocker: Any) -> Iterator[None]:
    """Empty the engine's tables after a test that wrote into them: its transactions do not roll back."""
    yield
    with django_db_blocker.unblock():
        written_tables_empty()


@pytest.fixture(autouse=True)
def _counts_are_forgotten() -> Iterator[None]:
    """Forget how often a test called: all of them sign in from one address."""
    yield
    cache.clear()


@pytest.fixture
def workspace(db: None) -> Workspace:
    return workspace_create("Acme", "owner@example.com", "correct horse battery", "Europe/Berlin")[0]


@pytest.fixture
def other_workspace(db: None) -> Workspace:
    return workspace_create("Umbrella", "outsider@example.com", "correct horse battery", "UTC")[0]


@pytest.fixture
def owner(workspace: Workspace) -> User:
    return User.objects.get(email="owner@example.com")


@pytest.fixture
def editor(workspace: Workspace) -> User:
    return _member(workspace, Role.EDITOR)


@pytest.fixture
def viewer(workspace: Workspace) -> User:
    return _member(workspace, Role.VIEWER)


@pytest.fixture
def outsider(other_workspace: Workspace) -> User:
    return User.objects.get(email="outsider@example.com")


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """Return a browser in which this user has signed in."""

    def make(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return make


@pytest.fixture
def client_of() -> Callable[..., APIClient]:
    """Return an API client with a token of the given workspace and scopes (none named: read and write)."""

    def make(workspace: Workspace, *scopes: str) -> APIClient:
        client = APIClient()
        client.credentials(HTTP_X_API_TOKEN=token_create(workspace, "Test", scopes or ("read", "write"))[1])
        return client

    return make


def _member(workspace: Workspace, role: Role) -> User:
    user, _ = user_invited(f"{role}@example.com", "correct horse battery")
    member_add(workspace, user, role)
    return user
