"""GET /v1/export/sessions and the command: parameters, errors, headers, files."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from rest_framework.test import APIClient

from analytics.api.streamed import AT_ONCE
from analytics.exporting import sessions as exporting
from tests.analytics.collect.examples import snapshot
from tests.analytics.test_exporting import put
from tests.oracle.sampling import uuid7
from videos.models import Folder, Project, Video, Workspace

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])
ClientOf = Callable[..., APIClient]
PATH = "/v1/export/sessions"


def loaded(video: Video, day: int, **more: Any) -> str:
    """Import a session of a day in March 2026 and return its key."""
    session = uuid7(int(datetime(2026, 3, day, 12, tzinfo=UTC).timestamp() * 1000), day)
    put(video.workspace, snapshot(video.public_id, session=session, **more))
    return session


@pytest.fixture
def video(workspace: Workspace) -> Video:
    project = Project.objects.create(workspace=workspace, name="P")
    folder = Folder.objects.create(workspace=workspace, project=project, name="F")
    return Video.objects.create(workspace=workspace, title="Welcome", project=project, folder=folder)


def sessions_of(answer: Any) -> set[str]:
    assert answer.status_code == 200, answer.content
    return {json.loads(line)["session"] for line in answer.getvalue().splitlines()}


def test_a_reader_gets_the_sessions_of_the_period_and_scope(
    workspace: Workspace, video: Video, client_of: ClientOf
) -> None:
    first, second = loaded(video, 1), loaded(video, 2, bot=True)
    other = Video.objects.create(workspace=workspace, title="Other")
    third = loaded(other, 3)
    client = client_of(workspace, "read")
    for words, expected in (
        ({}, {first, third}),
        ({"bots": "true"}, {first, second, third}),
        ({"from": "2026-03-01", "to": "2026-03-02", "bots": "1"}, {first, second}),
        ({"period": "last_year"}, set()),
        ({"video": video.public_id}, {first}),
        ({"project": video.project.public_id}, {first}),
        ({"folder": video.folder.public_id, "bots": "true"}, {first, second}),
        ({"video": "", "format": ""}, {first, third}),
    ):
        assert sessions_of(client.get(PATH, words)) == expected, words


def test_the_answer_is_a_download_that_nobody_keeps(workspace: Workspace, video: Video, client_of: ClientOf) -> None:
    loaded(video, 1)
    client = client_of(workspace, "read")
    words = {"from": "2026-03-01", "to": "2026-03-31"}
    for form, kind in (
        ("ndjson", "application/x-ndjson"),
        ("csv", "text/csv; charset=utf-8"),
        ("parquet", "application/vnd.apache.parquet"),
    ):
        answer = client.get(PATH, {**words, "format": form}, headers={"accept": "text/html"})
        assert answer.streaming
        assert answer["Content-Type"] == kind
        assert answer["Content-Disposition"] == (
            f'attachment; filename="viewprint-sessions-2026-03-01-2026-03-31.{form}"'
        )
        assert "no-store" in answer["Cache-Control"]
        assert answer.getvalue()
        head = client.head(PATH, {**words, "format": form})
        assert (head.status_code, head.content, head["Content-Type"]) == (200, b"", kind)


def test_text_is_compressed_on_its_way_and_parquet_is_not(
    workspace: Workspace, video: Video, client_of: ClientOf
) -> None:
    session = loaded(video, 1)
    client = client_of(workspace, "read")
    answer = client.get(PATH, headers={"accept-encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert session.encode() in gzip.decompress(answer.getvalue())
    parquet = client.get(PATH, {"format": "parquet"}, headers={"accept-encoding": "gzip"})
    assert parquet["Content-Encoding"] == "identity"
    assert parquet.getvalue().endswith(b"PAR1")


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"format": "xlsx"}, "format"),
        ({"from": "2026-03-01"}, "to"),
        ({"to": "2026-03-01"}, "from"),
        ({"from": "2026-03-01", "to": "March"}, "to"),
        ({"from": "2026-03-02", "to": "2026-03-01"}, "period"),
        ({"from": "2026-03-01", "to": "2026-03-02", "period": "today"}, "period"),
        ({"period": "soon"}, "period"),
        ({"bots": "perhaps"}, "bots"),
        ({"identities": "some"}, "identities"),
        ({"video": "vid_a", "folder": "fold_b"}, "video"),
        ({"vidoe": "vid_a"}, "vidoe"),
        ({"video": ["vid_a", "vid_b"]}, "video"),
    ],
)
def test_parameters_that_make_no_order_are_named(
    words: dict[str, Any], field: str, workspace: Workspace, client_of: ClientOf
) -> None:
    answer = client_of(workspace, "read").get(PATH, words)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_others_are_refused_before_the_first_byte(
    workspace: Workspace, other_workspace: Workspace, video: Video, client_of: ClientOf
) -> None:
    loaded(video, 1)
    assert APIClient().get(PATH).status_code == 401
    assert client_of(workspace, "write").get(PATH).status_code == 403
    stranger = client_of(other_workspace, "read")
    foreign = stranger.get(PATH, {"video": video.public_id})
    assert (foreign.status_code, foreign.json()["code"]) == (404, "unknown_video")
    assert sessions_of(stranger.get(PATH)) == set()
    assert client_of(workspace).post(PATH).status_code == 405


def test_an_engine_that_does_not_answer_is_a_503_and_keeps_no_slot(
    workspace: Workspace, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(*asked: Any) -> Any:
        raise OperationalError("down")

    client = client_of(workspace, "read")
    monkeypatch.setattr(exporting, "stream_opened", refusing)
    for _ in range(AT_ONCE + 1):
        answer = client.get(PATH)
        assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "unavailable", "30")


def test_only_so_many_are_read_at_once(workspace: Workspace, video: Video, client_of: ClientOf) -> None:
    session = loaded(video, 1)
    client = client_of(workspace, "read")
    open_ones = [client.get(PATH) for _ in range(AT_ONCE)]
    busy = client.get(PATH)
    assert (busy.status_code, busy.json()["code"]) == (503, "busy")
    assert sessions_of(open_ones.pop()) == {session}
    assert sessions_of(client.get(PATH)) == {session}
    assert all(sessions_of(answer) == {session} for answer in open_ones)


def test_an_import_by_titles_says_which_are_not_clear(workspace: Workspace, video: Video, client_of: ClientOf) -> None:
    client = client_of(workspace)
    line = {**snapshot("vid_elsewhere1"), "title": "Welcome"}

    def imported(words: str) -> Any:
        text = json.dumps(line).encode()
        return client.generic("POST", f"/v1/import/sessions{words}", text, content_type="application/x-ndjson")

    assert imported("").json()["errors"][0]["field"] == "video"
    assert imported("?match=title").json() == {"stored": 1, "rejected": 0, "errors": []}
    Video.objects.create(workspace=workspace, title="Welcome")
    assert imported("?match=title").json()["errors"] == [
        {"line": 1, "field": "title", "message": "several videos of this workspace have this title"}
    ]
    assert imported("?match=name").status_code == 422


# --- The command


def ran(*arguments: str) -> Any:
    out = io.StringIO()
    call_command("export_sessions", *arguments, stdout=out)
    return json.loads(out.getvalue()) if out.getvalue() else None


def test_the_command_writes_what_the_import_reads(workspace: Workspace, video: Video, tmp_path: Path) -> None:
    session = loaded(video, 1, identity={"email": "anna@example.com"})
    other = Workspace.objects.create(name="Another")
    Video.objects.create(workspace=other, title="Welcome")
    file = tmp_path / "all.ndjson.gz"
    told = ran("--workspace", "Acme", "--output", str(file))
    text = gzip.decompress(file.read_bytes())
    assert told == {"output": str(file), "format": "ndjson", "bytes": len(text)}
    assert json.loads(text)["session"] == session
    out = io.StringIO()
    call_command("import_sessions", str(file), "--workspace", "Another", "--match", "title", stdout=out)
    assert json.loads(out.getvalue())["stored"] == 1
    ran("--workspace", "Another", "--output", str(tmp_path / "keys"), "--without-identities")
    assert b"anna" not in (tmp_path / "keys").read_bytes()


def test_the_command_takes_format_period_and_scope(
    workspace: Workspace, video: Video, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded(video, 1)
    loaded(video, 2, bot=True)
    ran("--workspace", "Acme", "--output", str(tmp_path / "x.csv"), "--bots", "--video", video.public_id)
    assert (tmp_path / "x.csv").read_bytes().count(b"\r\n") == 3
    ran("--workspace", "Acme", "--output", str(tmp_path / "x.parquet"), "--from", "2026-03-01", "--to", "2026-03-01")
    assert (tmp_path / "x.parquet").read_bytes().endswith(b"PAR1")
    target = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr("sys.stdout", target)
    assert ran("--workspace", "Acme", "--output", "-", "--format", "csv") is None
    assert target.buffer.getvalue().count(b"\r\n") == 2


def test_the_command_leaves_no_half_file(
    workspace: Workspace, video: Video, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded(video, 1)
    file = tmp_path / "x.csv"
    for arguments, message in (
        (("--video", "vid_nowhere000"), "no video"),
        (("--from", "2026-03-01"), "belong together"),
    ):
        with pytest.raises(CommandError, match=message):
            ran("--workspace", "Acme", "--output", str(file), *arguments)
    with pytest.raises(CommandError, match="cannot be written"):
        ran("--workspace", "Acme", "--output", str(tmp_path / "nowhere" / "x"))
    monkeypatch.setattr(exporting, "_CSV_END", exporting.re.compile(rb"never"))
    with pytest.raises(CommandError, match="not answer to the end"):
        ran("--workspace", "Acme", "--output", str(file))
    assert list(tmp_path.iterdir()) == []
