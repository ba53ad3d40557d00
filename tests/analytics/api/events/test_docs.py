"""docs/api-events.md: its calls, typed into a shell, are answered by the served product as it shows."""

from __future__ import annotations

import json
import os
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from analytics.api.events.views import EXAMPLE
from tests.oracle.sampling import uuid4, uuid7
from tests.served import Served

PAGE = (Path(__file__).parents[4] / "docs" / "api-events.md").read_text()
CALLS = [(call, json.loads(answer)) for call, answer in re.findall(r"\n    (curl .*)\n\n((?:    .*\n)+)", PAGE)]
BEGIN = datetime(2026, 6, 1, 9, tzinfo=UTC)


def curl(command: str, **environment: str) -> Any:
    done = subprocess.run(["bash", "-c", command], env={**os.environ, **environment}, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def host(served: Served) -> None:
    """Make the event of the page over the API, and import who watched it."""

    def make(resource: str, **values: Any) -> None:
        status, body = served.post(f"/v1/catalog/{resource}", values)
        assert status == 201, body

    make("events", id="evt_spring", name="Spring conference")
    make("videos", id="vid_spring_live", title="Opening keynote, live")
    make("videos", id="vid_spring_kept", title="Opening keynote", duration=2700)
    make("streams", id="strm_spring", video="vid_spring_live", recording="vid_spring_kept")
    make(
        "talks",
        id="ses_opening",
        event="evt_spring",
        title="Opening keynote",
        stream="strm_spring",
        starts_at="2026-06-01T11:00:00+02:00",
        ends_at="2026-06-01T11:45:00+02:00",
    )
    make(
        "talks",
        id="ses_meeting",
        event="evt_spring",
        title="Meet the speakers",
        kind="networking",
        provider="zoom",
        starts_at="2026-06-01T10:00:00Z",
    )
    for talk, email in (("opening", "anna"), ("opening", "ben"), ("meeting", "anna")):
        make("registrations", talk=f"ses_{talk}", email=f"{email}@example.com")
    watched = (("live", "anna", 2700), ("live", "ben", 900), ("kept", "cleo", 600))
    lines = [
        {
            "v": 1,
            "video": f"vid_spring_{video}",
            "session": uuid7(int(BEGIN.timestamp() * 1000), number),
            "seq": 1,
            "visitor": visitor,
            "visit": uuid4(number),
            "plays": 1,
            "stretches": [[0, seconds]],
            "live": video == "live",
        }
        for number, (video, visitor, seconds) in enumerate(watched)
    ]
    body = "\n".join(json.dumps(line) for line in lines).encode()
    status, report = served.post("/v1/import/sessions", body, **{"Content-Type": "application/x-ndjson"})
    assert (status, report["stored"]) == (200, 3), report


@pytest.mark.served
@pytest.mark.xdist_group("served")
def test_the_calls_are_answered_as_the_page_shows(served: Served) -> None:
    host(served)
    (sign_in, signed_in), (ask, answer) = CALLS
    given = curl(sign_in, URL=served.url)
    assert list(given) == list(signed_in)
    assert given["token_type"] == signed_in["token_type"]
    assert curl(ask, URL=served.url, TOKEN=given["token"]) == answer
    assert curl(ask, URL=served.url, TOKEN=served.token) == answer
    refused = curl(ask.replace("evt_spring", "evt_none"), URL=served.url, TOKEN=given["token"])
    assert (refused["status"], refused["code"]) == (404, 4040200)
    log = served.log.read_text()
    assert "route=/v1/auth/login status=200" in log
    assert not [secret for secret in ("owner@example.com", "correct horse", given["token"]) if secret in log]


def test_the_schema_shows_the_same_example() -> None:
    assert CALLS[1][1] == EXAMPLE
