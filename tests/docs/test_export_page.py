"""docs/export.md: its calls are made as they stand there, and what it lists exists."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.core.management import get_commands, load_command_class

from analytics.exporting.parameters import KNOWN
from tests.analytics.collect.examples import ndjson, snapshot
from tests.served import Served

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "export.md").read_text()
BLOCKS = [block.replace("\n    ", "\n").strip() for block in re.findall(r"(?:^    \S.*\n(?:    .*\n)*)", PAGE, re.M)]


@pytest.mark.served
def test_the_page_s_calls_do_what_it_says(own_served: Served, tmp_path: Path) -> None:
    other = json.loads(own_served.manage("create_workspace", "Other", "--email", "other@example.com"))
    own_served.start()
    assert own_served.post("/v1/catalog/videos", {"id": "vid_old0000001", "title": "Welcome", "duration": 60})[0] == 201
    anna = {"email": "anna@example.com", "name": "Anna"}
    text = ndjson(
        [snapshot("vid_old0000001", identity=anna, stretches=[[0, 30]]), snapshot("vid_old0000001", bot=True)]
    )
    assert own_served.send("POST", "/v1/import/sessions", text)[1]["stored"] == 2
    environment = {**os.environ, "TOKEN": own_served.token, "OTHER_TOKEN": other["token"]}

    def ran(script: str) -> str:
        script = script.replace("http://127.0.0.1:8000", own_served.url)
        command = ["bash", "-euc", script]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True, timeout=60
        ).stdout

    first, _, elsewhere = BLOCKS
    ran(first)
    (line,) = (tmp_path / "sessions.ndjson").read_text().splitlines()
    assert json.loads(line)["identity"] == anna
    assert list(csv.DictReader((tmp_path / "march.csv").read_text("utf-8-sig").splitlines())) == []
    assert (tmp_path / "sessions.parquet").read_bytes().endswith(b"PAR1")
    owner = own_served.workspace
    own_served.workspace = other
    assert own_served.post("/v1/catalog/videos", {"title": "Welcome", "duration": 60})[0] == 201
    assert json.loads(ran(elsewhere)) == {"stored": 2, "rejected": 0, "errors": []}
    metrics = {"metrics": ["loads", "visitors", "watch_time"], "bots": True}
    answers: list[Any] = []
    for workspace in (owner, other):
        own_served.workspace = workspace
        answers.append(own_served.post("/v1/query", metrics)[1]["rows"])
    assert answers[0] == answers[1]
    assert answers[0][0]["watch_time"] == 30


def test_the_page_names_every_parameter_and_no_other_option() -> None:
    rows = re.findall(r"^\| (`.*) \| (.*) \| .* \|$", PAGE, re.M)
    named = {word for parameters, _ in rows for word in re.findall(r"`(\w+)", parameters)}
    assert named == set(KNOWN)
    options = (
        load_command_class(get_commands()["export_sessions"], "export_sessions").create_parser("", "").format_help()
    )
    for option in re.findall(r"--[a-z][a-z-]+", PAGE):
        assert option in options or option in ("--compressed", "--data-binary", "--match"), option
