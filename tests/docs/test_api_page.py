"""docs/api.md: each of its calls, run by a shell, is answered by the served product as the page shows."""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.oracle.sampling import uuid4
from tests.served import Served

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "api.md").read_text()

CATALOG: tuple[tuple[str, dict[str, Any]], ...] = (
    ("projects", {"id": "proj_academy", "name": "Academy"}),
    ("templates", {"id": "tmpl_welcome", "name": "Welcome"}),
    (
        "videos",
        {"id": "vid_tour", "title": "Tour", "duration": 60, "project": "proj_academy", "template": "tmpl_welcome"},
    ),
    ("videos", {"id": "vid_keynote", "title": "Keynote", "duration": 2700}),
    ("streams", {"id": "strm_stage", "video": "vid_keynote", "recording": "vid_keynote"}),
    ("events", {"id": "evt_spring", "name": "Spring"}),
    (
        "talks",
        {
            "id": "ses_opening",
            "event": "evt_spring",
            "title": "Opening keynote",
            "stream": "strm_stage",
            "starts_at": "2025-06-10T10:00:00+02:00",
            "ends_at": "2025-06-10T10:45:00+02:00",
        },
    ),
    ("registrations", {"talk": "ses_opening", "email": "anna@example.com"}),
    ("registrations", {"talk": "ses_opening", "email": "ben@example.com"}),
)
DESKTOP = {"device": "desktop", "os": "Windows", "browser": "Chrome"}
PAGE_OF_TOUR = "https://www.example.com/tour"
PHONE = {"device": "smartphone", "os": "iOS", "browser": "Mobile Safari"}
CTA = {"type": "cta", "name": "buy", "at": 30}
SESSIONS: tuple[dict[str, Any], ...] = (
    {
        **DESKTOP,
        "session": "01972fde-7e80-7000-8000-000000000001",
        "video": "vid_tour",
        "page": PAGE_OF_TOUR,
        "visitor": "anna",
        "country": "DE",
        "stretches": [[0, 60]],
        "elapsed": 62,
        "actions": [{**CTA, "converted": True}, {"type": "reaction", "name": "like", "at": 50}],
    },
    {
        **PHONE,
        "session": "01972ff9-f5c0-7000-8000-000000000002",
        "video": "vid_tour",
        "page": PAGE_OF_TOUR,
        "visitor": "ben",
        "country": "DE",
        "stretches": [[0, 30]],
        "elapsed": 41.5,
        "actions": [CTA],
    },
    {
        **DESKTOP,
        "session": "019736f3-3d00-7000-8000-000000000003",
        "video": "vid_tour",
        "page": PAGE_OF_TOUR,
        "visitor": "cleo",
        "country": "FR",
        "plays": 0,
        "stretches": [],
    },
    {
        **DESKTOP,
        "session": "019758da-7000-7000-8000-000000000004",
        "video": "vid_keynote",
        "visitor": "anna",
        "country": "DE",
        "live": True,
        "stretches": [[0, 2700]],
        "elapsed": 2700,
    },
    {
        **PHONE,
        "session": "019758db-5a60-7000-8000-000000000005",
        "video": "vid_keynote",
        "visitor": "ben",
        "country": "DE",
        "live": True,
        "stretches": [[60, 960]],
        "elapsed": 900,
    },
)


@dataclass(frozen=True)
class Call:
    """A command of the page, and the answer below it."""

    command: str
    language: str
    answer: str


CALLS = [Call(*found) for found in re.findall(r"```sh\n(.*?)\n```\n\n```(\w+)\n(.*?)\n```", PAGE, re.DOTALL)]


@pytest.fixture
def seeded(own_served: Served) -> Served:
    """The product with the page's workspace in it."""
    own_served.start()
    for kind, body in CATALOG:
        status, answer = own_served.post(f"/v1/catalog/{kind}", body)
        assert status == 201, answer
    lines = [
        {"v": 1, "seq": 1, "plays": 1, "consent": True, "visit": uuid4(number), **each}
        for number, each in enumerate(SESSIONS)
    ]
    history = "".join(json.dumps(line) + "\n" for line in lines).encode()
    assert own_served.post("/v1/import/sessions", history)[1] == {"stored": len(lines), "rejected": 0, "errors": []}
    return own_served


def run(call: Call, product: Served) -> str:
    """Return what the command prints."""
    environment = {**os.environ, "URL": product.url, "TOKEN": product.token}
    command = call.command.replace("curl ", "curl -sS ")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command], env=environment, capture_output=True, timeout=60, check=True
    )
    return done.stdout.decode("utf-8-sig").replace("\r\n", "\n").strip()


def shown(text: str, language: str) -> str:
    """Return an answer in the one layout in which two can be compared: keys in their order, numbers as they are."""
    return json.dumps(json.loads(text), ensure_ascii=False, indent=1) if language == "json" else text


@pytest.mark.served
def test_every_call_is_answered_as_the_page_shows(seeded: Served, subtests: pytest.Subtests) -> None:
    assert len(CALLS) >= 17
    for call in CALLS:
        with subtests.test(call.command):
            answer = shown(run(call, seeded), call.language)
            pattern = ".+".join(re.escape(part) for part in shown(call.answer, call.language).split("…"))
            assert re.fullmatch(pattern, answer), answer


def test_every_command_has_its_answer() -> None:
    assert PAGE.count("```sh\n") == len(CALLS)


def test_every_link_leads_somewhere() -> None:
    for file, anchor in re.findall(r"\]\(([\w.-]+\.md)(?:#([\w-]+))?\)", PAGE):
        text = (DOCS / file).read_text()
        headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
        anchors = {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}
        assert not anchor or anchor in anchors, f"{file}#{anchor}"
