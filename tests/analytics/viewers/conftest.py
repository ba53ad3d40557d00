"""Workspaces whose viewers said who they are, or did not, and what they watched by the oracle."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from analytics.context import Context
from analytics.models import Visitor
from tests.analytics.worlds import catalog_load, sessions_load
from tests.keeping import keeping
from tests.oracle import facts
from tests.oracle.catalog import Catalog
from tests.oracle.sampling import random_catalog, random_sessions, uuid4
from videos.models import Video, Workspace

SEEN = datetime(2025, 3, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Audience:
    """A workspace, its sessions by the oracle (bots' apart), and the product's videos by the oracle's ids."""

    workspace: Workspace
    catalog: Catalog
    sessions: list[facts.Session]
    videos: dict[str, Video]

    @property
    def context(self) -> Context:
        return Context(self.workspace)

    def of(self, key: str) -> list[facts.Session]:
        """Return a viewer's sessions, the oldest in front."""
        return [one for one in self.sessions if one.visitor == key]

    def introduce(self, key: str, **said: Any) -> Visitor:
        """Make it known who has a key."""
        return introduce(self.workspace, key, **said)


def introduce(workspace: Workspace, key: str, **said: Any) -> Visitor:
    return Visitor.objects.create(
        workspace=workspace,
        key=key,
        identity_digest=f"{workspace.pk}-{key}"[:64],
        identifying_session=uuid4(1),
        **{"first_seen_at": SEEN, **said},
    )


def audience_made(seed: int, count: int) -> Audience:
    """Return a new workspace with `count` random sessions from a seed."""
    catalog = random_catalog(seed, videos=6)
    snapshots = random_sessions(seed, count, catalog)
    workspace, ids = catalog_load(catalog)
    sessions_load(workspace, ids, snapshots)
    sessions = [one for one in facts.sessions_of(snapshots, catalog) if not one.bot]
    sessions.sort(key=lambda one: (one.started, one.id))
    rows = {video.public_id: video for video in Video.objects.filter(workspace=workspace)}
    return Audience(workspace, catalog, sessions, {name: rows[ids[name]] for name in ids if ids[name] in rows})


@pytest.fixture
def audience_of() -> Callable[[int, int], Audience]:
    """Return a maker of workspaces with `count` random sessions from a seed."""
    return audience_made


@pytest.fixture(scope="module")
def kept_audience(django_db_setup: None, django_db_blocker: Any) -> Iterator[Audience]:
    with keeping(django_db_blocker, lambda: audience_made(1, 250)) as audience:
        yield audience


@pytest.fixture
def audience(kept_audience: Audience, db: None) -> Audience:
    """A workspace as it was before the module's other tests."""
    return deepcopy(kept_audience)
