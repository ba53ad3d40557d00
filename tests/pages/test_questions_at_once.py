"""Pages whose questions are asked at once, by several threads, are those whose questions wait for each other."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from tests.analytics.pages.conftest import member
from tests.pages.places import addresses_of, full_world
from videos.models import Role

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "clickhouse"])
TABS = ("viewers", "actions", "reactions", "quality", "compare")


def test_pages_are_the_same_however_many_threads_ask(
    settings: Any, helpers: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = full_world()
    client = member(world.workspace, Role.OWNER)
    known = {name: path for name, path in addresses_of(world.workspace).items() if name.startswith("pages:")}
    paths = [*known.values(), *(f"{known['pages:video']}?tab={tab}" for tab in TABS)]
    now: datetime = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)

    def shown(path: str) -> bytes:
        answer = client.get(f"{path}{'&' if '?' in path else '?'}period=all_time")
        assert answer.status_code == 200, path
        return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": "[^"]*"', b"", answer.content)

    alone = [shown(path) for path in paths]
    settings.QUESTIONS_AT_ONCE = 3
    assert [path for path, page in zip(paths, alone, strict=True) if shown(path) != page] == []
