"""The calls that are no views of the REST framework, described by hand: the collector's two paths, and the heatmap."""

from __future__ import annotations

from typing import Annotated, Any, NotRequired, TypedDict

from msgspec import Meta

from analytics.collect.snapshot import MAX_ITEMS, Snapshot
from videos.api.envelopes import WISTIA_ERROR
from videos.api.problems import CONTENT_TYPE, problem
from videos.api.schema import Answers, answers, operation, schema_of
from videos.api.tags import COLLECT, WISTIA, WISTIA_ALIASES


class CollectFault(TypedDict):
    """What is wrong with one snapshot of a list, by its index from 0; `field` is empty where it is the whole."""

    index: int
    field: str
    message: str
    code: str


class CollectProblem(TypedDict):
    """Why snapshots are refused. `stored` counts those that are stored; the times come with `clock_skew`."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: NotRequired[list[CollectFault]]
    stored: NotRequired[int]
    server_time: NotRequired[str]
    server_time_ms: NotRequired[int]


SNAPSHOT = {
    "v": 1,
    "video": "vid_0a1b2c3d4e",
    "session": "019bfd4a-2c00-7f0e-8f4b-4d4a2b6a9c01",
    "seq": 3,
    "plays": 1,
    "stretches": [[0, 12.4], [30, 42]],
    "elapsed": 58.2,
    "duration": 300.0,
}
UNKNOWN = {"index": 0, "field": "video", "message": "there is no such video", "code": "unknown_video"}
STRETCH = {"index": 0, "field": "stretches", "message": "[42, 30] ends before it starts", "code": "invalid"}
REFUSALS: dict[int, dict[str, Any]] = {
    400: problem(400, "unparsable", "The body is not JSON: is truncated."),
    404: {**problem(404, "unknown_video", "There is no such video."), "errors": [UNKNOWN], "stored": 0},
    413: problem(413, "too_large", "A body may have at most 65,536 bytes; send the snapshots in several."),
    422: {
        **problem(422, "invalid", "The snapshot is not stored: stretches [42, 30] ends before it starts."),
        "errors": [STRETCH],
        "stored": 0,
    },
    429: problem(429, "too_many_requests", "This address sends too much; try again in 12 s."),
    503: problem(503, "unavailable", "Nothing can be stored at the moment."),
}
ABOUT = (
    "For players, from any page: the whole state of one viewing session so far, or a list of such snapshots. The "
    "highest `seq` of a session counts. 204 comes when every snapshot is durably stored."
)


def public_described(result: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Postprocessing hook: add the paths."""
    for path, name in (("/v1/collect", "collect"), ("/v1/s", "collect_short")):
        result["paths"][path] = {"post": _collect(name)}
    for prefix, name, tag in (("v1", "wistia_heatmap", WISTIA), ("modern", "wistia_heatmap_modern", WISTIA_ALIASES)):
        result["paths"][f"/{prefix}/stats/events/{{event}}/iframe.html"] = {"get": _heatmap(name, tag)}
    return result


def _collect(name: str) -> dict[str, Any]:
    snapshots = schema_of(Snapshot | Annotated[list[Snapshot], Meta(max_length=MAX_ITEMS)])
    as_text = {"type": "string", "contentMediaType": "application/json", "contentSchema": snapshots}
    content = {
        "application/json": {"schema": snapshots, "examples": {"Example": {"value": SNAPSHOT}}},
        "text/plain": {"schema": as_text},
    }
    responses: Answers = answers(None, status=204, errors=())
    for status, example in REFUSALS.items():
        responses |= answers(CollectProblem, status=status, example=example, errors=(), content_type=CONTENT_TYPE)
    body = {"required": True, "content": content}
    summary = "Send snapshots" if name == "collect" else "Send snapshots, by a path that block lists leave alone"
    return operation(name, summary=summary, tag=COLLECT, responses=responses, description=ABOUT, requestBody=body)


def _heatmap(name: str, tag: str) -> dict[str, Any]:
    parameters = [
        {"name": "event", "in": "path", "required": True, "schema": {"type": "string"}, "description": "Its key."},
        {
            "name": "public_token",
            "in": "query",
            "required": True,
            "schema": {"type": "string"},
            "description": "The workspace's public token, which opens heatmaps and nothing else.",
        },
    ]
    unauthorized = answers(None, errors=(401, 404), envelope=WISTIA_ERROR)
    page = answers(str, example="<!DOCTYPE html>…", errors=(), content_type="text/html")
    refused = {key: response for key, response in unauthorized.items() if key[0] in (401, 404)}
    summary = "Show a viewing session's heatmap, for an iframe"
    return operation(name, summary=summary, tag=tag, responses=page | refused, parameters=parameters)
