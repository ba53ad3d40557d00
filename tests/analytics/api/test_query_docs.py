"""docs/api-query.md: its calls are answered as it shows, and nothing that can be asked is missing."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rest_framework.test import APIClient

from analytics.api.query.body import QuestionSerializer
from analytics.api.query.parameters import KNOWN
from analytics.context import PREFIXES
from analytics.periods import LABELS
from tests.analytics.api.conftest import client_of
from tests.analytics.worlds import sessions_load
from tests.oracle.sampling import uuid4, uuid7
from videos.models import Project, Video, Workspace

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])
DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "api-query.md").read_text()
BERLIN = ZoneInfo("Europe/Berlin")
WELCOME, PRICING = "https://www.example.com/", "https://www.example.com/pricing"
BLOG = "https://blog.example.org/post"


@dataclass(frozen=True)
class Call:
    """A curl command of a page with the answer that stands below it."""

    command: str
    answer: str

    def run(self, client: APIClient) -> str:
        """Return the answer of the product, CSV with the line ends of a text file."""
        words = shlex.split(self.command.replace("\\\n", " "))[1:]
        headers, data = {}, None
        for option, value in pairwise(words):
            if option == "-H":
                name, _, text = value.partition(": ")
                headers[name] = text
            elif option == "-d":
                data = value
        (address,) = (word.removeprefix("$URL") for word in words if word.startswith("$URL"))
        assert headers.pop("Authorization") == "Bearer $TOKEN"
        if data is None:
            answer = client.get(address, headers=headers)
        else:
            answer = client.post(address, data, content_type=headers.pop("Content-Type"), headers=headers)
        return answer.content.decode("utf-8-sig").replace("\r\n", "\n")


def calls(page: str) -> list[Call]:
    return [Call(*found) for found in re.findall(r"```sh\n(curl .*?)\n```\n\n```\w+\n(.*?)```", page, re.DOTALL)]


def same(call: Call, client: APIClient) -> None:
    found = call.run(client)
    if found.startswith("{"):
        assert json.loads(found) == json.loads(call.answer)
    else:
        assert found == call.answer


def _snapshots() -> Iterator[dict[str, Any]]:
    cta, like = {"type": "cta", "at": 5}, {"type": "reaction", "name": "like", "at": 9}
    desktop = {"device": "desktop", "os": "Windows", "browser": "Chrome"}
    phone = {"device": "smartphone", "os": "iOS", "browser": "Mobile Safari"}
    told: list[tuple[str, str, str, str, dict[str, str], str, list[list[float]], list[dict[str, Any]]]] = [
        ("2025-12-28T10:00", "vid_welcome", "anna", "DE", desktop, WELCOME, [[0, 12]], []),
        ("2026-01-05T09:30", "vid_welcome", "anna", "DE", desktop, WELCOME, [[0, 60]], [{**cta, "converted": True}]),
        ("2026-01-05T21:15", "vid_welcome", "ben", "DE", phone, WELCOME, [[0, 30]], [cta, like]),
        ("2026-01-06T11:00", "vid_pricing", "cleo", "FR", desktop, PRICING, [], []),
        ("2026-01-06T12:45", "vid_pricing", "dora", "FR", desktop, BLOG, [[0, 45], [30, 60]], [like]),
        ("2026-01-20T08:00", "vid_pricing", "emma", "GB", phone, BLOG, [[0, 2.5]], []),
    ]
    for number, (at, video, visitor, country, client, page, stretches, actions) in enumerate(told):
        moment = datetime.fromisoformat(at).replace(tzinfo=BERLIN)
        yield {
            "v": 1,
            "video": video,
            "session": uuid7(int(moment.timestamp() * 1000), number),
            "seq": 1,
            "visitor": visitor,
            "visit": uuid4(number),
            "page": page,
            "plays": int(bool(stretches)),
            "stretches": stretches,
            "elapsed": 90,
            "actions": actions,
            "country": country,
            **client,
        }


@pytest.fixture
def documented(db: None) -> APIClient:
    """A client of the workspace that the pages' examples are about."""
    workspace = Workspace.objects.create(name="Documented", timezone="Europe/Berlin")
    project = Project.objects.create(workspace=workspace, name="Tutorials", public_id="proj_tutorials")
    for public_id, duration in (("vid_welcome", 60), ("vid_pricing", 120)):
        Video.objects.create(
            workspace=workspace, project=project, title=public_id, duration=duration, public_id=public_id
        )
    sessions_load(workspace, {"vid_welcome": "vid_welcome", "vid_pricing": "vid_pricing"}, _snapshots())
    return client_of(workspace, "read")


@pytest.mark.parametrize("call", calls(PAGE), ids=lambda call: call.command[:200].replace("\n", " "))
def test_each_call_is_answered_as_the_page_shows(documented: APIClient, call: Call) -> None:
    same(call, documented)


def test_nothing_that_can_be_asked_is_missing() -> None:
    assert len(calls(PAGE)) == 5
    table = PAGE.partition("## What can be asked")[2].partition("###")[0]
    for key in QuestionSerializer().fields:
        assert f'"{key}"' in table, key
    for name in {*KNOWN, *PREFIXES} - {"project", "video", "template", "event"}:
        assert f"{name}=" in table, name
    assert all(name in table for name in (*LABELS, *PREFIXES))
