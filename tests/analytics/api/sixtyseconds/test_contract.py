"""Shape, parameters, errors: the reference to the letter, and what holds for all three paths."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from analytics.api.sixtyseconds import answers, parameters
from tests.analytics.api.sixtyseconds.conftest import EXAMPLES, FEBRUARY, HERE, Stage
from videos.models import Video

pytestmark = [
    pytest.mark.django_db(databases=["default", "clickhouse"]),
]
KINDS = ("video", "account", "template")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


def spread(shares: dict[str, int]) -> list[str]:
    """Return a hundred values, each as often as its share says."""
    return [value for value, count in shares.items() for _ in range(count)]


def hundred_views() -> list[dict[str, Any]]:
    """Return sessions whose audience and interactions are the ones of the reference's example."""
    devices = spread({"smartphone": 65, "desktop": 30, "tablet": 5})
    browsers = spread({"Firefox": 10, "Chrome": 55, "": 3, "Safari": 30, "Other": 2})
    countries = spread({"": 22, "DE": 8, "US": 45, "GB": 15, "CA": 10})
    actions = [("click", "")] * 8 + [("share", "")] * 3
    actions += [("reaction", name) for name, count in (("curious", 2), ("like", 12), ("love", 5)) for _ in range(count)]
    lines: list[dict[str, Any]] = [
        {"device": device, "browser": browser, "country": country}
        for device, browser, country in zip(devices, browsers, countries, strict=True)
    ]
    for line, (kind, name) in zip(lines, actions, strict=False):
        line["actions"] = [{"type": kind, "name": name, "at": 1}]
    return lines


def same_shape(answer: Any, example: Any, where: str = "") -> None:
    """Hold an answer to an example's keys, their order and the types of all values, lists' elements to the first's."""
    assert type(answer) is type(example), where
    if isinstance(example, dict):
        assert list(answer) == list(example), where
        for key, value in example.items():
            same_shape(answer[key], value, f"{where}.{key}")
    elif isinstance(example, list):
        assert answer, where
        for element in answer:
            same_shape(element, example[0], f"{where}[]")
    elif isinstance(example, str):
        assert DAY.fullmatch(example) is None or DAY.fullmatch(answer), where


def test_every_key_and_type_is_the_references(stage: Stage) -> None:
    stage.play(*hundred_views())
    for kind in KINDS:
        # Without a gap, as the example is: an empty bucket has nulls.
        parameters = FEBRUARY if kind != "account" else {**FEBRUARY, "group_by": "month"}
        same_shape(stage.get(kind, **parameters), EXAMPLES[kind], kind)
    video = stage.get("video")
    for part in ("engagement", "viewer_demographics"):
        assert video[part] == EXAMPLES["video"][part]
    assert [each["segment"] for each in video["watch_time_distribution"]] == ["0-25%", "25-50%", "50-75%", "75-100%"]
    assert video["video_id"] == stage.video.public_id
    assert video["title"] == "Welcome, John"
    account = stage.get("account", **FEBRUARY)
    assert account["period"] == EXAMPLES["account"]["period"]
    template = stage.get("template")
    assert (template["template_id"], template["name"]) == (stage.template.public_id, "Welcome Message")
    assert len(template["metrics_distribution"]["watch_time"]["quartiles"]) == 3


def test_the_moment_of_creation_is_in_utc_to_the_second(stage: Stage) -> None:
    Video.objects.filter(pk=stage.video.pk).update(created_at=datetime(2025, 2, 15, 10, 30, 0, 999_000, tzinfo=UTC))
    assert stage.get("video")["created_at"] == EXAMPLES["video"]["created_at"]


def test_nobody_watching_is_counts_of_zero_and_null_rates(stage: Stage) -> None:
    Video.objects.filter(pk=stage.video.pk).update(template=None)
    video = stage.get("video")
    rates = dict.fromkeys(("average_watch_time", "completion_rate", "engagement_score"))
    assert video["metrics"] == {"views": 0, "unique_viewers": 0, "total_watch_time": 0.0, **rates}
    assert [each["viewers"] for each in video["watch_time_distribution"]] == [0, 0, 0, 0]
    assert video["engagement"] == {"clicks": 0, "shares": 0, "reactions": {}}
    assert video["viewer_demographics"] == {"devices": {}, "browsers": {}, "countries": {}}
    account = stage.get("account", **FEBRUARY, group_by="day")
    averages = dict.fromkeys(("average_completion_rate", "average_engagement_score"))
    counts = {"total_videos": 1, "total_views": 0, "unique_viewers": 0, "total_interactions": 0}
    assert account["summary"] == {**counts, **averages}
    assert account["trends"] == [
        {"date": f"2025-02-{day:02}", "views": 0, "completion_rate": None, "engagement_score": None}
        for day in range(1, 29)
    ]
    assert account["top_videos"] == []
    template = stage.get("template")
    assert list(template) == list(EXAMPLES["template"])
    assert (template["total_videos"], template["total_views"], template["average_completion_rate"]) == (0, 0, None)
    nothing = {"min": None, "max": None, "median": None, "quartiles": [None, None, None]}
    assert template["metrics_distribution"] == dict.fromkeys(EXAMPLES["template"]["metrics_distribution"], nothing)
    assert template["top_performing_videos"] == []


def test_dates_are_inclusive_days_in_the_workspaces_zone_and_either_may_be_left_out(stage: Stage) -> None:
    # In Berlin the last minute of 31 January, the first and the last of February, the first of March.
    for moment in ("2025-01-31T22:59", "2025-01-31T23:00", "2025-02-28T22:59", "2025-02-28T23:00"):
        stage.made = -1
        stage.play({}, at=datetime.fromisoformat(moment).replace(tzinfo=UTC))
    asked: tuple[tuple[dict[str, str], int, str, str], ...] = (
        (FEBRUARY, 2, "2025-02-01", "2025-02-28"),
        ({"start_date": "2025-02-01", "end_date": ""}, 3, "2025-02-01", "today"),
        ({"end_date": "2025-02-28"}, 3, "2025-01-31", "2025-02-28"),
        ({}, 4, "2025-01-31", "today"),
        ({"start_date": "2199-12-31"}, 0, "2199-12-31", "2199-12-31"),
        ({"end_date": "1970-01-01"}, 0, "1970-01-01", "1970-01-01"),
    )
    today = str(datetime.now(stage.workspace.zone).date())
    for given, views, first, last in asked:
        assert stage.get("video", **given)["metrics"]["views"] == views
        assert stage.get("template", **given)["total_views"] == views
        account = stage.get("account", **given)
        assert account["summary"]["total_views"] == views == sum(step["views"] for step in account["trends"])
        assert account["period"] == {"start_date": first, "end_date": last.replace("today", today)}


def test_trends_have_a_row_for_every_step(stage: Stage) -> None:
    weekly = "2025-01-27", "2025-02-03", "2025-02-24", 5
    asked = {
        None: weekly,
        "": weekly,
        "week": weekly,
        "day": ("2025-02-01", "2025-02-02", "2025-02-28", 28),
        "month": ("2025-02-01", "2025-03-01", "2025-03-01", 2),
    }
    for grain, (first, second, last, steps) in asked.items():
        end = "2025-03-01" if grain == "month" else FEBRUARY["end_date"]
        given = {**FEBRUARY, "end_date": end} | ({} if grain is None else {"group_by": grain})
        dates = [step["date"] for step in stage.get("account", **given)["trends"]]
        assert (dates[0], dates[1], dates[-1], len(dates)) == (first, second, last, steps)


def test_a_wrong_date_is_named(stage: Stage) -> None:
    wrong: tuple[tuple[dict[str, str], str, str], ...] = (
        ({"start_date": "yesterday"}, "start_date", "YYYY-MM-DD"),
        ({"end_date": "2025-02-30"}, "end_date", "YYYY-MM-DD"),
        ({"end_date": "2025-02-01T00:00:00Z"}, "end_date", "YYYY-MM-DD"),
        ({"start_date": "\0"}, "start_date", "YYYY-MM-DD"),
        ({"start_date": "2025-02-02", "end_date": "2025-02-01"}, "end_date", "before it begins"),
        ({"start_date": "1969-12-31"}, "start_date", "1970-01-01"),
        ({"end_date": "2200-01-01"}, "end_date", "2199-12-31"),
    )
    for kind in KINDS:
        for asked, field, says in wrong:
            refused(stage.client.get(stage.paths[kind], asked), field, says)


def refused(answer: Any, field: str, says: str) -> None:
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert (answer.json()["status"], answer.json()["code"]) == (422, "invalid")
    [error] = answer.json()["errors"]
    assert error["field"] == field
    assert says in error["message"]


def test_a_wrong_step_and_too_many_steps_are_named(stage: Stage) -> None:
    long = {"start_date": "1970-01-01", "end_date": "2199-12-31"}
    refused(stage.client.get(stage.paths["account"], {"group_by": "hour"}), "group_by", "day, week, month")
    refused(stage.client.get(stage.paths["account"], {**long, "group_by": "day"}), "group_by", "50000 days")
    assert len(stage.get("account", **long)["trends"]) < parameters.MOST_BUCKETS


def test_a_token_that_may_read_is_needed(stage: Stage, client_of: Callable[..., APIClient]) -> None:
    unwelcome = [
        (client_of(stage.workspace, "write"), 403, "missing_scope"),
        (APIClient(), 401, "not_authenticated"),
        (APIClient(HTTP_AUTHORIZATION="Bearer nonsense"), 401, "invalid_token"),
    ]
    for path in stage.paths.values():
        for client, status, code in unwelcome:
            answer = client.get(path)
            assert (answer.status_code, answer.json()["code"]) == (status, code)
            assert answer["Content-Type"] == "application/problem+json"
            assert ("WWW-Authenticate" in answer) == (status == 401)
        posted = client_of(stage.workspace).post(path)
        assert (posted.status_code, posted.json()["code"]) == (405, "method_not_allowed")


def test_another_workspaces_ids_are_unknown_and_its_views_uncounted(stage: Stage, other: Stage) -> None:
    stage.play({})
    for kind, end in (("video", "videos/vid"), ("template", "templates/tmpl")):
        foreign = other.client.get(stage.paths[kind])
        assert foreign.status_code == 404
        assert foreign["Content-Type"] == "application/problem+json"
        assert foreign.json()["code"] == f"unknown_{kind}"
        id_ = stage.paths[kind].rpartition("/")[2]
        for unknown in ("_none", "%00", "_ü", "x"):
            missing = other.client.get(f"/v1/analytics/{end}{unknown}")
            assert missing.status_code == 404
            assert set(missing.json()) == set(foreign.json())
        missing = other.client.get(f"/v1/analytics/{end}_none")
        assert missing.json() == {
            **foreign.json(),
            "detail": foreign.json()["detail"].replace(id_, f"{end.rpartition('/')[2]}_none"),
        }
    # A video's id names no template.
    assert stage.client.get(f"/v1/analytics/templates/{stage.video.public_id}").status_code == 404
    assert other.get("account")["summary"]["total_views"] == 0
    assert stage.get("account")["summary"]["total_views"] == 1


def test_few_statements_answer_however_many_rows(stage: Stage, client_of: Callable[..., APIClient]) -> None:
    engine = connections["clickhouse"]

    def statements(kind: str, **asked: str) -> int:
        # The first call with a token also notes its use.
        client = client_of(stage.workspace, "read")
        with CaptureQueriesContext(connection) as one, CaptureQueriesContext(engine) as other:
            assert client.get(stage.paths[kind], asked).status_code == 200
        return len(one) + len(other)

    stage.play({})
    few = {kind: statements(kind) for kind in KINDS}
    assert max(few.values()) <= 12
    videos = [
        Video(workspace=stage.workspace, template=stage.template, title=f"Video {number}") for number in range(15)
    ]
    made = Video.objects.bulk_create(videos)
    stage.play(*({"video": video.public_id, "country": country} for video in made for country in ("DE", "FR")))
    assert {kind: statements(kind) for kind in KINDS} == few
    assert all(statements(kind, **FEBRUARY) <= few[kind] for kind in KINDS)


def test_at_most_ten_videos_are_on_top(stage: Stage) -> None:
    made = Video.objects.bulk_create(
        [Video(workspace=stage.workspace, template=stage.template, title=f"Video {number}") for number in range(12)]
    )
    stage.play(*({"video": video.public_id} for place, video in enumerate(made) for _ in range(place)))
    most = [f"Video {number}" for number in range(11, 1, -1)]
    assert [video["title"] for video in stage.get("account")["top_videos"]] == most
    assert [video["title"] for video in stage.get("template")["top_performing_videos"]] == most
    # Deleted: its sessions may still be there.
    Video.objects.filter(pk=made[11].pk).delete()
    assert [video["title"] for video in stage.get("account")["top_videos"]] == [*most[1:], "Video 1"]
    assert len(most) == answers.TOP_VIDEOS


def test_an_answer_that_has_not_changed_is_not_sent_again(stage: Stage) -> None:
    tag = stage.client.get(stage.paths["account"], FEBRUARY)["ETag"]
    again = stage.client.get(stage.paths["account"], FEBRUARY, HTTP_IF_NONE_MATCH=tag)
    assert (again.status_code, again.content) == (304, b"")
    stage.play({})
    assert stage.client.get(stage.paths["account"], FEBRUARY, HTTP_IF_NONE_MATCH=tag).status_code == 200


def test_the_page_of_the_dialect_shows_the_references_examples() -> None:
    page = (Path(HERE).parents[3] / "docs" / "api-sixtyseconds.md").read_text()
    for kind in KINDS:
        assert f"```json\n{(HERE / f'{kind}.json').read_text()}```" in page
