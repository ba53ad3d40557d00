"""How POST /v1/import/sessions describes itself."""

from __future__ import annotations

from typing import Any, TypedDict

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiRequest

from analytics.imports import Line
from videos.api.envelopes import Problem
from videos.api.problems import CONTENT_TYPE, problem
from videos.api.schema import answers, schema_of
from videos.api.tags import COLLECT
from videos.errors import FieldError

NDJSON = "application/x-ndjson"


class ImportFault(TypedDict):
    """What is wrong with one line, counted from 1; `field` is empty where the whole line is at fault."""

    line: int
    field: str
    message: str


class ImportReport(TypedDict):
    """How an import went: lines stored, lines rejected, and the first 100 findings."""

    stored: int
    rejected: int
    errors: list[ImportFault]


class ImportProblem(ImportReport):
    """Why an import ended early. What it counts as stored is stored, and the whole file may be sent again."""

    type: str
    title: str
    status: int
    detail: str
    code: str


LINE = (
    '{"v": 1, "video": "vid_0a1b2c3d4e", "session": "019bfd4a-2c00-7f0e-8f4b-4d4a2b6a9c01", "seq": 1, "plays": 1, '
    '"stretches": [[0, 12.4], [30, 42]], "country": "DE", "device": "desktop"}\n'
)
REPORT: ImportReport = {
    "stored": 9_998,
    "rejected": 2,
    "errors": [{"line": 17, "field": "video", "message": "there is no such video"}],
}
NOTHING: ImportReport = {"stored": 0, "rejected": 0, "errors": []}
# Named so that the component is there to be read; a body of many JSON texts has no schema of its own.
schema_of(Line)

DESCRIBED: dict[str, Any] = {
    "operation_id": "import_sessions",
    "summary": "Import sessions in bulk",
    "description": (
        "Newline-delimited JSON of any size, each line a `Line`: a snapshot of any age, with what the server would "
        "have added. Needs the scope `write`. A 200 says how many lines are stored and what is wrong with the others. "
        "The same file sent twice changes nothing."
    ),
    "tags": [COLLECT],
    "parameters": [
        OpenApiParameter(
            "match",
            str,
            enum=["title"],
            description="Looks for videos by a line's `title` where its `video` is not found in the workspace.",
        ),
        OpenApiParameter("Content-Encoding", str, "header", enum=["identity", "gzip"], description="How it is packed."),
    ],
    "request": {
        NDJSON: OpenApiRequest(
            {"type": "string"}, examples=[OpenApiExample("One line", LINE, request_only=True, media_type=NDJSON)]
        )
    },
    "responses": answers(ImportReport, example=REPORT, errors=(401, 403))
    | answers(
        ImportProblem,
        status=400,
        example=problem(400, "bad_gzip", "The gzip stream is damaged. 0 lines are stored; the file may be sent again.")
        | NOTHING,
        errors=(),
        content_type=CONTENT_TYPE,
    )
    | answers(
        Problem,
        status=415,
        example=problem(415, "unsupported_encoding", "Content-Encoding may be gzip, not br."),
        errors=(),
        content_type=CONTENT_TYPE,
    )
    | answers(
        Problem,
        status=422,
        example=problem(
            422, "invalid", "match: There is only match=title.", [FieldError("match", "There is only match=title.")]
        ),
        errors=(),
        content_type=CONTENT_TYPE,
    )
    | answers(
        ImportProblem,
        status=503,
        example=problem(503, "unavailable", "The engine is away. 0 lines are stored; the file may be sent again.")
        | NOTHING,
        errors=(),
        content_type=CONTENT_TYPE,
    ),
}
