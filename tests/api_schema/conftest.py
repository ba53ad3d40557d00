"""The API's description as its users get it."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.analytics.api.everywhere.world import World, world_of


@pytest.fixture
def document() -> dict[str, Any]:
    """What /v1/schema answers to anybody."""
    answer = APIClient().get("/v1/schema")
    assert answer.status_code == 200
    return answer.json()


@pytest.fixture
def world(db: None) -> World:
    """A workspace with some of everything that the API has."""
    return world_of("described", 2)
