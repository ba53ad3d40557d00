"""The dialect's videos: listed, shown and ordered as the reference has it, but for a rendering that is not there."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.analytics.api.conftest import History
from tests.analytics.api.sixtyseconds.conftest import EXAMPLES, Stage
from tests.analytics.api.sixtyseconds.test_contract import same_shape
from tests.oracle import metrics
from videos.models import Personalisation, Project, Video, Workspace
from videos.services import video_update

pytestmark = [
    pytest.mark.django_db(databases=["default", "clickhouse"]),
]
PATH = "/v1/videos"
DETAILS = EXAMPLES["video_details"]


@pytest.fixture
def client(workspace: Workspace, client_of: Callable[..., APIClient]) -> APIClient:
    return client_of(workspace)


@pytest.fixture
def body(stage: Stage) -> dict[str, Any]:
    """The reference's order, for the stage's template."""
    known = {name: DETAILS[name] for name in ("title", "customer_data", "ai_messaging")}
    return {**known, "template_id": stage.template.public_id, "aspect_ratio": "16:9"}


def ordered(client: APIClient, body: Any) -> Any:
    return client.post(PATH, json.dumps(body), content_type="application/json")


def shown(client: APIClient, public_id: str) -> dict[str, Any]:
    answer = client.get(f"{PATH}/{public_id}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def listed(client: APIClient, **parameters: Any) -> dict[str, Any]:
    answer = client.get(PATH, parameters)
    assert answer.status_code == 200, answer.content
    return answer.json()


def ids(page: dict[str, Any]) -> list[str]:
    return [video["id"] for video in page["data"]]


def test_an_order_is_kept_as_a_draft_until_its_file_is_named(
    stage: Stage, client: APIClient, body: dict[str, Any]
) -> None:
    project = Project.objects.create(workspace=stage.workspace, name="Onboarding", public_id="proj_onboarding_2025")
    answer = ordered(client, {**body, "project_id": project.public_id})
    made = answer.json()
    assert (answer.status_code, answer["Location"]) == (201, f"{PATH}/{made['id']}")
    # As nothing is rendered here, it is not processing, and nobody knows until when.
    expected = {**EXAMPLES["video_ordered"], "status": "draft", "estimated_completion": None, "aspect_ratio": "16:9"}
    assert list(made) == list(expected)
    assert made == {**expected, **{name: made[name] for name in ("id", "created_at")}} | {
        "title": body["title"],
        "template_id": stage.template.public_id,
    }
    details = shown(client, made["id"])
    assert list(details) == list(DETAILS)
    assert (details["status"], details["url"], details["duration"]) == ("draft", None, None)
    assert (details["customer_data"], details["ai_messaging"]) == (DETAILS["customer_data"], DETAILS["ai_messaging"])
    assert (details["template_id"], details["project_id"]) == (stage.template.public_id, project.public_id)
    nothing = {"views": 0, "completion_rate": None, "engagement_score": None, "average_watch_time": None}
    assert details["analytics"] == nothing
    file = {"url": "https://cdn.example.com/john.mp4", "thumbnail_url": "/media/john.jpg", "duration": 58.5}
    assert client.patch(f"/v1/catalog/videos/{made['id']}", file, format="json").status_code == 200
    stage.play({"video": made["id"], "stretches": [[0, 58.5]]})
    details = shown(client, made["id"])
    same_shape(details, DETAILS)
    assert (details["status"], details["url"], details["duration"]) == ("published", file["url"], 58.5)
    assert details["thumbnail"] == "http://127.0.0.1:8000/media/john.jpg"


def test_every_key_and_type_of_a_list_is_the_references(stage: Stage, client: APIClient) -> None:
    video_update(stage.video, url="https://cdn.example.com/a.mp4", thumbnail_url="https://cdn.example.com/a.jpg")
    Video.objects.create(
        workspace=stage.workspace, title="Bare", url="/media/b.mp4", thumbnail_url="/b.jpg", duration=1
    )
    page = listed(client, limit=1)
    same_shape(page, EXAMPLES["videos"])
    assert page["data"][0]["url"] == "https://cdn.example.com/a.mp4"


def test_a_video_that_was_not_ordered_has_no_customer(stage: Stage, client: APIClient) -> None:
    details = shown(client, stage.video.public_id)
    assert (details["status"], details["aspect_ratio"], details["project_id"]) == ("published", None, None)
    assert (details["customer_data"], details["ai_messaging"]) == ({}, {})


def test_a_list_is_paged(stage: Stage, client: APIClient) -> None:
    Video.objects.bulk_create(
        Video(workspace=stage.workspace, title=f"{n}", public_id=f"vid_{n:02}") for n in range(24)
    )
    first, second, beyond = listed(client), listed(client, page=2), listed(client, page=9)
    assert [len(page["data"]) for page in (first, second, beyond)] == [20, 5, 0]
    assert ids(first) + ids(second) == [stage.video.public_id, *(f"vid_{n:02}" for n in range(24))]
    assert [page["pagination"] for page in (first, second, beyond)] == [
        {"total": 25, "page": 1, "limit": 20, "next_page": 2, "prev_page": None},
        {"total": 25, "page": 2, "limit": 20, "next_page": None, "prev_page": 1},
        {"total": 25, "page": 9, "limit": 20, "next_page": None, "prev_page": 2},
    ]
    assert listed(client, limit=100, page="1", status="", other="x")["pagination"]["limit"] == 100


def test_a_list_is_narrowed_by_status(stage: Stage, client: APIClient, body: dict[str, Any]) -> None:
    draft, file = (ordered(client, body).json()["id"] for _ in range(2))
    video_update(Video.objects.get(public_id=file), url="/media/a.mp4")
    by_status = {
        status: ids(listed(client, status=status)) for status in ("draft", "published", "processing", "failed")
    }
    assert by_status == {"draft": [draft], "published": [stage.video.public_id, file], "processing": [], "failed": []}
    assert [video["status"] for video in listed(client)["data"]] == ["published", "draft", "published"]
    assert listed(client, status="draft")["pagination"]["total"] == 1


@pytest.mark.parametrize(
    ("parameters", "field"),
    [({"page": 0}, "page"), ({"page": "x"}, "page"), ({"limit": 101}, "limit"), ({"limit": 0}, "limit"),
     ({"status": "ready"}, "status")],
)  # fmt: skip
def test_a_wrong_parameter_is_named(client: APIClient, parameters: dict[str, Any], field: str) -> None:
    answer = client.get(PATH, parameters)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_what_an_order_leaves_out_has_the_references_default(client: APIClient, body: dict[str, Any]) -> None:
    least = {name: body[name] for name in ("title", "template_id")}
    for more in ({}, {"aspect_ratio": None, "ai_messaging": None, "project_id": "", "unknown": 1}):
        made = ordered(client, {**least, "customer_data": {}, **more}).json()
        assert made["aspect_ratio"] == "9:16"
        details = shown(client, made["id"])
        assert (details["ai_messaging"], details["customer_data"], details["project_id"]) == ({}, {}, None)


DEEP: Any = 1
for _ in range(40):
    DEEP = {"a": DEEP}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": None}, "title"),
        ({"title": "  "}, "title"),
        ({"title": "x" * 501}, "title"),
        ({"title": 5}, "title"),
        ({"template_id": None}, "template_id"),
        ({"template_id": "tmpl_nothing"}, "template_id"),
        ({"template_id": ["x"]}, "template_id"),
        ({"project_id": "proj_nothing"}, "project_id"),
        ({"customer_data": None}, "customer_data"),
        ({"customer_data": []}, "customer_data"),
        ({"customer_data": {"a": "x" * 70_000}}, "customer_data"),
        ({"customer_data": {"a": ["\0"]}}, "customer_data"),
        ({"customer_data": {"\ud800": 1}}, "customer_data"),
        ({"customer_data": DEEP}, "customer_data"),
        ({"ai_messaging": "friendly"}, "ai_messaging"),
        ({"ai_messaging": {"tone": "\\\0"}}, "ai_messaging"),
        ({"aspect_ratio": "4:3"}, "aspect_ratio"),
    ],
)
def test_a_wrong_order_names_the_field_and_makes_nothing(
    client: APIClient, body: dict[str, Any], change: dict[str, Any], field: str
) -> None:
    answer = ordered(client, {**body, **change})
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert Video.objects.count() == 1


def test_a_number_that_json_does_not_have_is_refused(client: APIClient, body: dict[str, Any]) -> None:
    text = json.dumps({**body, "customer_data": {"a": 999}}).replace("999", "1e999")
    answer = client.post(PATH, text, content_type="application/json")
    assert [error["field"] for error in answer.json()["errors"]] == ["customer_data"]


def test_backslashes_before_what_looks_like_a_nul_are_text(client: APIClient, body: dict[str, Any]) -> None:
    data = {"path": "C:\\u0000", "more": "\\\\u0000", "emoji": "🎉"}
    made = ordered(client, {**body, "customer_data": data}).json()
    assert shown(client, made["id"])["customer_data"] == data


def test_a_body_that_is_no_object_is_refused(client: APIClient) -> None:
    assert ordered(client, []).status_code == 422
    assert ordered(client, "x").status_code == 422


def test_a_deleted_video_takes_its_order_along(client: APIClient, body: dict[str, Any]) -> None:
    made = ordered(client, body).json()["id"]
    assert client.delete(f"/v1/catalog/videos/{made}").status_code == 204
    assert not Personalisation.objects.exists()
    assert client.get(f"{PATH}/{made}").status_code == 404


def test_another_workspaces_template_is_as_unknown_as_none(
    stage: Stage, other: Stage, client: APIClient, body: dict[str, Any]
) -> None:
    foreign, none = (
        ordered(client, {**body, "template_id": public_id}).json()["errors"][0]["message"].replace(public_id, "")
        for public_id in (other.template.public_id, "tmpl_nothing")
    )
    assert foreign == none
    assert ids(listed(client)) == [stage.video.public_id]
    assert client.get(f"{PATH}/{other.video.public_id}").status_code == 404


def test_every_videos_figures_are_the_oracles(history: History) -> None:
    words = ("views", "completion_rate", "engagement_score", "average_watch_time")
    for name, public_id in history.ids.items():
        if public_id.startswith("vid_"):
            watched = [session for session in history.sessions if session.video == name]
            expected = metrics.measure(watched, words)
            figures = shown(history.client, public_id)["analytics"]
            assert figures == {word: pytest.approx(expected[word], rel=1e-9) for word in words}
