"""docs/api-wistia.md: its example is what the product answers, and no path is missing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from analytics.api.wistia.urls import urlpatterns
from tests.analytics.api.wistia.conftest import Stage

pytestmark = [
    pytest.mark.django_db(databases=["default", "clickhouse"]),
]
PAGE = (Path(__file__).parents[4] / "docs" / "api-wistia.md").read_text()


def test_the_example_is_the_products_answer(stage: Stage) -> None:
    stage.video.public_id = "vid_tour"
    stage.video.save()
    cta = {"type": "cta", "at": 1}
    stage.play(stretches=[[0, 15]], actions=[{**cta, "converted": True}, *[cta] * 6])
    stage.play(stretches=[[0, 30]])
    stage.play(visitor="ben", plays=0, stretches=[])
    call = re.search(r'curl .*"\$URL/v1/(.*?)"\n\n((?:    .*\n)+)', PAGE)
    assert call
    assert stage.get(call[1]) == json.loads(call[2])


def test_every_path_is_told() -> None:
    routes = {re.sub(r"<\w+:(\w+)>", "{}", str(pattern.pattern)).removesuffix(".json") for pattern in urlpatterns}
    told = {re.sub(r"{\w+}", "{}", path) for path in re.findall(r"`((?:stats|medias|projects)[^`]*)`", PAGE)}
    assert routes == told
