"""The two ways in for history: the endpoint and the command."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import Client

from analytics import imports
from analytics.models import ViewingSession
from tests.analytics.collect.examples import ndjson, snapshot
from videos.models import Video, Workspace
from videos.tokens import token_create

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "clickhouse"])
Stored = Callable[[], list[ViewingSession]]


PATH = "/v1/import/sessions"


@pytest.fixture
def token(workspace: Workspace) -> str:
    return token_create(workspace, "Test", ["write"])[1]


def post(token: str, body: bytes, **headers: str) -> Any:
    return Client().post(PATH, body, content_type="application/x-ndjson", headers={"x-api-token": token, **headers})


def test_the_endpoint_imports_into_the_token_s_workspace(token: str, video: Video, stored: Stored) -> None:
    answer = post(token, ndjson([snapshot(video.public_id), snapshot("vid_0000000000")]))
    assert answer.status_code == 200
    assert answer.json() == {
        "stored": 1,
        "rejected": 1,
        "errors": [{"line": 2, "field": "video", "message": "there is no such video in this workspace"}],
    }
    assert len(stored()) == 1


@pytest.mark.parametrize("announced", [{"content-encoding": "gzip"}, {}])
def test_the_endpoint_takes_gzip(announced: dict[str, str], token: str, video: Video) -> None:
    body = gzip.compress(ndjson(snapshot(video.public_id) for _ in range(30)))
    assert post(token, body, **announced).json()["stored"] == 30


def test_the_endpoint_says_how_far_a_damaged_file_got(token: str, video: Video) -> None:
    body = gzip.compress(ndjson(snapshot(video.public_id) for _ in range(3000)))
    answer = post(token, body[: len(body) // 2])
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["code"] == "bad_gzip"
    assert answer.json()["stored"] == ViewingSession.objects.count() > 0


def test_the_endpoint_needs_the_write_scope(workspace: Workspace) -> None:
    assert post("nonsense", b"").status_code == 401
    assert post(token_create(workspace, "Reader", ["read"])[1], b"").status_code == 403


def test_the_endpoint_knows_a_body_that_broke_off_and_an_encoding_it_cannot_read(token: str, video: Video) -> None:
    body = ndjson([snapshot(video.public_id)])
    environment = {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body) + 10)}
    short = Client().generic("POST", PATH, headers={"x-api-token": token}, **environment)
    assert (short.status_code, short.json()["code"], short.json()["stored"]) == (400, "incomplete", 1)
    assert post(token, body, **{"content-encoding": "br"}).status_code == 415


def test_the_endpoint_reads_a_chunked_body_to_its_end(token: str, video: Video) -> None:
    body = io.BytesIO(ndjson(snapshot(video.public_id) for _ in range(3)))
    environment = {"wsgi.input": body, "CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    answer = Client().generic("POST", PATH, headers={"x-api-token": token}, **environment)
    assert answer.json()["stored"] == 3


def test_the_endpoint_asks_to_come_back_while_the_engine_refuses(
    token: str, video: Video, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(lines: bytes) -> None:
        raise OperationalError("down")

    monkeypatch.setattr(imports, "lines_insert", refusing)
    answer = post(token, ndjson([snapshot(video.public_id)]))
    assert (answer.status_code, answer.json()["code"], answer.json()["stored"]) == (503, "unavailable", 0)
    assert int(answer["Retry-After"]) > 0


# --- The command


def ran(*arguments: str) -> tuple[dict[str, Any], int]:
    """Return what the command printed, and its exit code."""
    out, code = io.StringIO(), 0
    try:
        call_command("import_sessions", *arguments, stdout=out)
    except SystemExit as end:
        code = int(str(end.code))
    return json.loads(out.getvalue()), code


@pytest.mark.parametrize("named", ["pk", "public_token", "name"])
def test_the_command_imports_a_file(named: str, workspace: Workspace, video: Video, tmp_path: Path) -> None:
    file = tmp_path / "history.ndjson"
    file.write_bytes(ndjson(snapshot(video.public_id) for _ in range(3)))
    assert ran(str(file), "--workspace", str(getattr(workspace, named))) == (
        {"stored": 3, "rejected": 0, "errors": []},
        0,
    )


def test_the_command_reads_gzip_and_standard_input_and_ends_with_1_for_rejected_lines(
    workspace: Workspace, video: Video, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = gzip.compress(ndjson([snapshot(video.public_id), {}]))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    report, code = ran("-", "--workspace", "Acme")
    assert (report["stored"], report["rejected"], code) == (1, 1, 1)


def test_the_command_says_what_is_wrong(workspace: Workspace, tmp_path: Path) -> None:
    Workspace.objects.create(name="Acme")
    file = tmp_path / "bad.gz"
    file.write_bytes(b"\x1f\x8bnonsense")
    for arguments, message in (
        ((str(file), "--workspace", "Nobody"), "no workspace"),
        ((str(file), "--workspace", "Acme"), "Several workspaces"),
        ((str(file), "--workspace", str(workspace.pk)), "gzip data are damaged"),
        ((str(tmp_path / "missing"), "--workspace", str(workspace.pk)), "cannot be read"),
    ):
        with pytest.raises(CommandError, match=message):
            call_command("import_sessions", *arguments, stdout=io.StringIO())


def test_a_line_s_struct_is_a_snapshot_s_and_more() -> None:
    names = {field.name for field in msgspec.structs.fields(imports.Line)}
    assert {"v", "video", "session", "seq", "country", "user_agent", "bot"} <= names
