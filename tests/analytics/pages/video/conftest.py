"""A workspace whose videos were watched, and how the tests read their pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.analytics.pages.conftest import World, member, world_made
from tests.keeping import keeping
from tests.oracle.facts import Session
from videos.models import Video


@dataclass(frozen=True)
class Watched:
    """A video of known duration with its people's sessions, in its world, and a member's browser."""

    world: World
    video: Video
    sessions: list[Session]
    duration: int
    client: Client

    def get(self, query: str = "", *, part: str = "", video: Video | None = None) -> Any:
        """Return the page of the video, or the part that htmx wants to swap, under all time and this query."""
        headers = {"HX-Request": "true", "HX-Target": part} if part else {}
        public_id = (video or self.video).public_id
        return self.client.get(f"/videos/{public_id}/?period=all_time&{query}", headers=headers)

    def content(self, tab: str, query: str = "") -> Any:
        """Return what a tab has to show."""
        return self.get(f"tab={tab}&{query}", part="video-tab").context["page"].tab.content


def watched_in(world: World, client: Client) -> Watched:
    """Return the busiest of the world's videos whose duration the catalog knows."""
    loads = Counter(one.video for one in world.sessions)
    place, video = max(
        ((place, video) for place, video in enumerate(world.catalog.videos) if video.duration),
        key=lambda each: loads[each[1].id],
    )
    sessions = [one for one in world.sessions if one.video == video.id and not one.bot]
    return Watched(world, world.video(place), sessions, int(video.duration * 1000), client)


@pytest.fixture(scope="module")
def kept_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with keeping(django_db_blocker, lambda: world_made(5, 300, 4)) as world:
        yield world


@pytest.fixture
def watched(world: World) -> Watched:
    return watched_in(world, member(world.workspace))


def links(response: HttpResponse, pattern: str) -> list[str]:
    """Return the addresses in the page's markup that match."""
    found = re.findall(r'(?:href|action)="([^"]+)"', response.content.decode())
    return [url.replace("&amp;", "&") for url in found if re.search(pattern, url)]
