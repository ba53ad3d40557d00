"""Every call of the API, so that what holds for all of them can be asked of each.

`test_table.py` holds the table to the product's paths: a path that is missing here fails the tests.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

PROBLEM_KEYS = {"type", "title", "status", "detail", "code"}


def is_problem(answer: Any, status: int) -> bool:
    body = answer.json()
    return (
        answer["Content-Type"] == "application/problem+json"
        and set(body) - {"errors"} == PROBLEM_KEYS
        and (body["type"], body["status"]) == ("about:blank", status)
        and isinstance(body["code"], str | int)
    )


def is_wistia_fault(answer: Any, status: int) -> bool:
    if status == 429:
        return answer["Content-Type"].startswith("text/plain") and bool(answer.content)
    body = answer.json()
    code = {"code": "unauthorized_credentials"} if status == 401 else {}
    return answer["Content-Type"] == "application/json" and body == {**code, "error": body["error"]}


def is_kinescope_fault(answer: Any, status: int) -> bool:
    body = answer.json()
    return (
        answer["Content-Type"] == "application/json"
        and set(body) == {"error"}
        and set(body["error"]) == {"code", "message", "detail"}
        and body["error"]["code"] == status * 1000 + status
    )


Envelope = Callable[[Any, int], bool]


@dataclass(frozen=True)
class Call:
    """One call. Its address and body may name things of a world by their kind in braces, such as `{video}`.

    `wrong_id` is the status where there is no such thing. A call without `scope` needs no token.
    """

    method: str
    address: str
    envelope: Envelope = is_problem
    body: Any = None
    status: int = 200
    scope: str | None = "read"
    wrong_id: int = 404
    unknown_in_path: int = 404
    has_etag: bool = False
    content_type: str = "application/json"
    # Lines are read as they arrive, however many, and whatever type a program says they are.
    is_streamed: bool = False
    # A file is sent while it is made: its length is not known before, and its rows may come in any order.
    is_file: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.address}"

    @property
    def ids(self) -> list[str]:
        """The kinds of things that it names by their ids."""
        return [kind for kind in self.kinds if kind not in ("email", "password", "public_token")]

    @property
    def kinds(self) -> list[str]:
        """What it names, such as `video`."""
        return list(dict.fromkeys(re.findall(r"\{(\w+)\}", self.address + self._body())))

    def _body(self) -> str:
        return "" if self.body is None else json.dumps(self.body)

    def arguments(self, ids: dict[str, str]) -> dict[str, Any]:
        """Return what Django's test client is given, with the ids of a world put in."""
        path, body = self.address, self._body()
        for kind in self.kinds:
            path, body = (text.replace(f"{{{kind}}}", ids[kind]) for text in (path, body))
        sent = {"data": body, "content_type": self.content_type} if self.body is not None else {}
        return {"method": self.method, "path": path, **sent}


def _wistia(address: str) -> Call:
    return Call("GET", address, is_wistia_fault, has_etag=True)


DAYS = "?start_date=2024-10-01&end_date=2025-09-30"
WISTIA_PATHS = {
    "stats/account": "",
    "stats/account/by_date": DAYS,
    "stats/projects/{project}": "",
    "stats/projects/{project}/by_date": DAYS,
    "stats/medias/{video}": "",
    "stats/medias/{video}/by_date": DAYS,
    "stats/medias/{video}/engagement": "",
    "stats/visitors": "",
    "stats/visitors/{visitor}": "",
    "stats/events": "",
    "stats/events/{session}": "",
    "medias": "",
    "medias/{video}": "",
    "medias/{video}/stats": "",
    "projects": "",
    "projects/{project}": "",
}
WISTIA = [
    *(_wistia(f"/v1/{path}.json{parameters}") for path, parameters in WISTIA_PATHS.items()),
    _wistia("/v1/stats/visitors.json?filter=has_email&search=person"),
    _wistia(f"/v1/stats/events.json{DAYS}&media_id={{video}}&per_page=100"),
    _wistia("/v1/medias.json?project_id={project}&sort_by=name"),
]
# The same views at other addresses: that they answer, and to whom, says enough.
WISTIA_ALIASES = [
    _wistia(f"/{prefix}/{path}{suffix}{parameters}")
    for prefix, suffix in (("v1", ""), ("modern", ".json"), ("modern", ""))
    for path, parameters in WISTIA_PATHS.items()
]

PERIOD = "from=2024-10-01&to=2025-09-30"
KINESCOPE = [
    Call("GET", address, is_kinescope_fault, has_etag=True)
    for address in (
        f"/v1/analytics/overview?{PERIOD}&group=month",
        f"/v1/analytics/overview?{PERIOD}&project_id={{project}}",
        f"/v1/analytics/overview?{PERIOD}&video_id={{video}}",
        f"/v1/analytics?{PERIOD}&group_by=video_id",
        f"/v1/analytics?{PERIOD}&group_by=country&project_id={{project}}&order=views.desc",
        f"/v1/analytics?{PERIOD}&group_by=project_id&video_id={{video}}",
        f"/v1/analytics?{PERIOD}&group=week&group_entities=device",
        f"/v1/analytics/referrers?{PERIOD}",
        f"/v1/analytics/referrers?{PERIOD}&project_id={{project}}",
    )
]

SIXTYSECONDS = [
    Call("GET", address, has_etag=True)
    for address in (
        "/v1/analytics/videos/{video}",
        "/v1/analytics/videos/{video}?start_date=2024-10-01&end_date=2025-09-30",
        "/v1/analytics/account",
        "/v1/analytics/account?group_by=day&start_date=2024-10-01&end_date=2025-09-30",
        "/v1/analytics/templates/{template}",
    )
]
SIXTYSECONDS += [
    Call("GET", "/v1/videos", has_etag=True),
    Call("GET", "/v1/videos?status=published&limit=2&page=1", has_etag=True),
    Call("GET", "/v1/videos/{video}", has_etag=True),
    Call(
        "POST",
        "/v1/videos",
        body={"title": "New", "template_id": "{template}", "project_id": "{project}", "customer_data": {"name": "Ada"}},
        scope="write",
        status=201,
        wrong_id=422,
    ),
    Call("GET", "/v1/analytics/export/{export}"),
    Call("GET", "/v1/analytics/export/{running_export}"),
    *(
        Call("POST", "/v1/analytics/export", body=body, status=202)
        for body in (
            {"type": "account", "start_date": "2024-10-01", "end_date": "2025-09-30", "metrics": ["views"]},
            {"type": "video", "id": "{video}", "format": "json"},
            {"type": "template", "id": "{template}"},
        )
    ),
]

EVENTS = [
    Call("GET", "/v1/events/{event}/sessions/analytics", has_etag=True),
    Call("GET", "/v1/events/{event}/sessions/analytics?expand=duration,watch_time", has_etag=True),
    Call("POST", "/v1/auth/login", body={"email": "{email}", "password": "{password}"}, scope=None),
]

QUESTION = {"metrics": ["views", "watch_time"], "period": {"from": "2024-10-01", "to": "2025-09-30"}}
LINE = {
    "v": 1,
    "video": "{video}",
    "session": "01925b00-0000-7000-8000-000000000001",
    "seq": 1,
    "visit": "01925b00-0000-4000-8000-000000000002",
}
SCHEDULE = {"name": "New", "period": "last_week", "frequency": "daily", "recipients": ["new@example.com"]}
OWN = [
    Call("GET", f"/v1/query?metrics=views&by=video&{PERIOD}", has_etag=True),
    Call("GET", f"/v1/query?metrics=views&project={{project}}&{PERIOD}", has_etag=True, wrong_id=404),
    Call("POST", "/v1/query", body={**QUESTION, "by": ["video", "device", "month"]}),
    Call("POST", "/v1/query", body={**QUESTION, "by": ["folder"], "scope": {"folder": "{folder}"}}),
    Call("POST", "/v1/query", body={**QUESTION, "by": ["event", "template"], "compare": "previous_period"}),
    # What a line names is its own affair: the others are stored.
    Call(
        "POST",
        "/v1/import/sessions",
        body=LINE,
        scope="write",
        wrong_id=200,
        content_type="application/x-ndjson",
        is_streamed=True,
    ),
    Call(
        "POST",
        "/v1/import/sessions?match=title",
        body={**LINE, "title": "Video 0"},
        scope="write",
        wrong_id=200,
        content_type="application/x-ndjson",
        is_streamed=True,
    ),
    *(
        Call("GET", f"/v1/export/{address}", is_file=True)
        for address in (
            "sessions",
            "sessions?format=csv&bots=true",
            f"sessions?{PERIOD}&video={{video}}&identities=false",
            "sessions?format=csv&folder={folder}",
            "referrers",
            f"referrers?{PERIOD}&project={{project}}",
        )
    ),
    Call("GET", "/v1/visitors/{visitor}", is_file=True),
    # Nobody's key, as the engine takes nothing back; who is nobody is forgotten already.
    Call("DELETE", "/v1/visitors/{nobody}", scope="write", status=204, unknown_in_path=204),
    Call("GET", "/v1/reports"),
    Call("GET", "/v1/reports/{report}"),
    Call("DELETE", "/v1/reports/{report}", scope="write"),
    Call("POST", "/v1/reports", body={"folders": ["{folder}"]}, scope="write", status=202, wrong_id=422),
    Call(
        "POST",
        "/v1/reports",
        body={"projects": ["{project}"], "breakdown": "day"},
        scope="write",
        status=202,
        wrong_id=422,
    ),
    Call("GET", "/v1/schedules"),
    Call("GET", "/v1/schedules/{schedule}"),
    Call("DELETE", "/v1/schedules/{schedule}", scope="write", status=204),
    Call(
        "PATCH",
        "/v1/schedules/{schedule}",
        body={"hour": 8, "recipients": ["new@example.com"]},
        scope="write",
    ),
    Call(
        "PATCH",
        "/v1/schedules/{schedule}",
        body={"folders": ["{folder}"], "paused": True},
        scope="write",
        wrong_id=422,
    ),
    Call(
        "PATCH",
        "/v1/schedules/{schedule}",
        body={**SCHEDULE, "folders": ["{folder}"], "projects": ["{project}"], "paused": True},
        scope="write",
        wrong_id=422,
    ),
    Call("POST", "/v1/schedules/{schedule}/run", scope="write", status=202),
    Call(
        "POST",
        "/v1/schedules",
        body={**SCHEDULE, "folders": ["{folder}"], "projects": ["{project}"]},
        scope="write",
        status=201,
        wrong_id=422,
    ),
]

HOOK = {"url": "https://example.com/hook", "events": ["video.created", "report.completed"]}
WEBHOOKS = [
    Call("GET", "/v1/webhooks"),
    Call("POST", "/v1/webhooks", body={**HOOK, "description": "New", "paused": True}, scope="write", status=201),
    Call("GET", "/v1/webhooks/{webhook}"),
    Call("PATCH", "/v1/webhooks/{webhook}", body={"events": ["video.deleted"], "paused": False}, scope="write"),
    Call("DELETE", "/v1/webhooks/{webhook}", scope="write", status=204),
    Call("POST", "/v1/webhooks/{webhook}/secret", scope="write"),
    Call("POST", "/v1/webhooks/{webhook}/test", scope="write", status=202),
    Call("GET", "/v1/webhooks/{webhook}/deliveries?status=delivered"),
    Call("POST", "/v1/webhooks/{webhook}/deliveries/{message}/redeliver", scope="write", status=202),
]


def _catalog(kind: str, body: dict[str, Any], changed: dict[str, Any]) -> list[Call]:
    """Return the five calls for one kind of thing; what else a body names is a fault of a field where unknown."""
    shown = f"/v1/catalog/{kind}s/{{{kind}}}"
    return [
        Call("GET", f"/v1/catalog/{kind}s?per_page=500", has_etag=True),
        Call("POST", f"/v1/catalog/{kind}s", body=body, scope="write", status=201, wrong_id=422),
        Call("GET", shown),
        Call("PATCH", shown, body=changed, scope="write"),
        Call("DELETE", shown, scope="write", status=204),
    ]


CATALOG = [
    *_catalog("project", {"name": "New"}, {"name": "Changed"}),
    *_catalog("folder", {"name": "New", "project": "{project}"}, {"name": "Changed"}),
    *_catalog("folder", {"name": "New", "project": "{project}", "parent": "{folder}"}, {"parent": None}),
    *_catalog("video", {"title": "New", "folder": "{folder}", "template": "{template}"}, {"title": "Changed"}),
    *_catalog("template", {"name": "New"}, {"name": "Changed"}),
    *_catalog("event", {"name": "New"}, {"name": "Changed"}),
    *_catalog("talk", {"event": "{event}", "title": "New", "stream": "{stream}"}, {"title": "Changed"}),
    *_catalog("stream", {"video": "{another_video}", "recording": "{video}"}, {"recording": None}),
    *_catalog("registration", {"talk": "{talk}", "email": "new@example.com"}, {"name": "Changed"}),
    Call("GET", "/v1/catalog/videos?folder={folder}", wrong_id=422),
    Call("GET", "/v1/catalog/registrations?event={event}", wrong_id=422),
    Call(
        "POST",
        "/v1/catalog/registrations",
        body=[{"talk": "{talk}", "email": "new@example.com"}],
        scope="write",
        wrong_id=422,
    ),
]

PUBLIC = [
    Call("GET", "/v1/schema", scope=None, has_etag=True),
    Call("GET", "/v1/docs", scope=None, has_etag=True),
    *(
        Call(
            "GET",
            f"/{prefix}/stats/events/{{session}}/iframe.html?public_token={{public_token}}",
            is_wistia_fault,
            scope=None,
            has_etag=True,
        )
        for prefix in ("v1", "modern")
    ),
]

CALLS = [*WISTIA, *KINESCOPE, *SIXTYSECONDS, *EVENTS, *OWN, *WEBHOOKS, *CATALOG, *PUBLIC]
ADDRESSES = [*CALLS, *WISTIA_ALIASES]
WITH_TOKEN = [call for call in CALLS if call.scope is not None]
