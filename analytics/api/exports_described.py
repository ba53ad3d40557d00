"""How the exports describe themselves: the words that all of them take, and files of sessions."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any

from drf_spectacular.utils import OpenApiParameter
from msgspec import Meta

from analytics.context import PREFIXES
from analytics.exporting.parameters import FLAGS
from analytics.exporting.sessions import FORMATS
from analytics.periods import LABELS
from videos.api.envelopes import Problem
from videos.api.problems import CONTENT_TYPE, problem
from videos.api.schema import Answers, answers
from videos.api.tags import EXPORTS

DATE = {"type": "string", "format": "date"}
Binary = Annotated[str, Meta(extra_json_schema={"format": "binary"})]
NAMED = OpenApiParameter(
    "Content-Disposition", str, "header", description="`attachment`, and the file's name.", response=[200]
)


def words(formats: Collection[str]) -> list[OpenApiParameter]:
    """Return the parameters that name the file's format, a period and a scope; the first format is the default."""
    return [
        OpenApiParameter("format", str, enum=list(formats), default=next(iter(formats))),
        OpenApiParameter("period", str, enum=list(LABELS), description="All time unless a period or dates are given."),
        OpenApiParameter("from", DATE, description="The first day, in the workspace's time zone; `to` belongs to it."),
        OpenApiParameter("to", DATE, description="The last day, inclusive."),
        *(OpenApiParameter(kind, str, description=f"Only this {kind}: its public id.") for kind in PREFIXES),
    ]


LINE = (
    '{"v":1,"video":"vid_0a1b2c3d4e","session":"019bfd4a-2c00-7f0e-8f4b-4d4a2b6a9c01","seq":3,"visitor":"anna","plays":1,'
    '"stretches":[[0,12.4],[30,42]],"elapsed":58.2,"country":"DE","device":"desktop","bot":false,"title":"Welcome"}\n'
)
ROWS = "session,video,title,visitor,watch_time,country\r\n019bfd4a-…,vid_0a1b2c3d4e,Welcome,anna,24.4,DE\r\n"
ABOUT_FLAGS = ("Recognised bots too.", "Without it, NDJSON tells nothing of who viewers said they are.")


def _sessions_answers() -> Answers:
    found = answers(str, example=LINE, content_type=FORMATS["ndjson"])
    found |= answers(str, example=ROWS, errors=(), content_type="text/csv")
    found |= answers(Binary, example="PAR1…PAR1", errors=(), content_type=FORMATS["parquet"])
    busy = problem(503, "busy", "2 exports are being read already; try again when one has ended.")
    return found | answers(Problem, status=503, example=busy, errors=(), content_type=CONTENT_TYPE)


SESSIONS: dict[str, Any] = {
    "operation_id": "export_sessions",
    "summary": "Export viewing sessions",
    "description": (
        "Each session of a period and scope, as a line that the import takes (a `Line`), or as a row. It is sent while "
        "it is read: a connection that is closed without the end of the chunked answer means that it is not complete."
    ),
    "tags": [EXPORTS],
    "parameters": [
        *words(FORMATS),
        *(
            OpenApiParameter(name, bool, default=name == "identities", description=about)
            for name, about in zip(FLAGS, ABOUT_FLAGS, strict=True)
        ),
        NAMED,
        OpenApiParameter("Retry-After", int, "header", description="In seconds.", response=[503]),
    ],
    "responses": _sessions_answers(),
}
