"""Totals, rates, engagement and days: the reference's fields, the oracle's numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.analytics.api.conftest import History
from tests.analytics.api.wistia.conftest import Stage, staged
from tests.oracle import curves, facts, metrics, periods
from tests.oracle.breakdowns import table
from videos.models import Project, Video

pytestmark = [
    pytest.mark.django_db(databases=["default", "clickhouse"]),
]
MOMENT = datetime(2025, 5, 6, tzinfo=UTC)
WORDS = {"turnstile": "Turnstile", "annotation": "Annotation", "cta": "Call to Action"}


def counted(sessions: list[facts.Session]) -> dict[str, Any]:
    found = metrics.measure(sessions)
    hours = pytest.approx(found["watch_time"] / 3600)
    return {"load_count": found["loads"], "play_count": found["plays"], "hours_watched": hours}


def typed(body: dict[str, Any]) -> dict[str, type]:
    return {name: type(value) for name, value in body.items()}


def test_the_account_has_the_references_fields_and_the_oracles_numbers(history: History) -> None:
    body = history.client.get("/v1/stats/account.json").json()
    assert typed(body) == {"load_count": int, "play_count": int, "hours_watched": float}
    assert body == counted(history.sessions)


def test_an_account_without_history_has_zeros(stage: Stage) -> None:
    body = stage.get("stats/account.json")
    assert body == {"load_count": 0, "play_count": 0, "hours_watched": 0.0}
    assert typed(body)["hours_watched"] is float


def test_a_project_counts_the_videos_that_are_in_it_now(history: History) -> None:
    project = next(video.project for video in history.catalog.videos if video.project)
    inside = [video.id for video in history.catalog.videos if video.project == project]
    body = history.client.get(f"/v1/stats/projects/{history.ids[str(project)]}.json").json()
    wanted = counted([session for session in history.sessions if session.video in inside])
    assert body == {**wanted, "number_of_videos": len(inside)}
    assert list(body) == ["load_count", "play_count", "hours_watched", "number_of_videos"]
    moved = Video.objects.get(public_id=history.ids[inside[0]])
    moved.project = moved.folder = None
    moved.save()
    body = history.client.get(f"/v1/stats/projects/{history.ids[str(project)]}").json()
    wanted = counted([session for session in history.sessions if session.video in inside[1:]])
    assert body == {**wanted, "number_of_videos": len(inside) - 1}


def test_an_empty_project_has_zeros(stage: Stage) -> None:
    empty = Project.objects.create(workspace=stage.workspace, name="Empty")
    zeros = {"load_count": 0, "play_count": 0, "hours_watched": 0.0, "number_of_videos": 0}
    assert stage.get(f"stats/projects/{empty.public_id}.json") == zeros


def test_each_media_has_the_oracles_numbers(history: History) -> None:
    for video in history.catalog.videos:
        body = history.client.get(f"/v1/stats/medias/{history.ids[video.id]}.json").json()
        sessions = [session for session in history.sessions if session.video == video.id]
        found = metrics.measure(sessions)
        actions = [
            {
                "type": word,
                "action_count": found["actions"][kind]["conversions"],
                "impression_count": found["actions"][kind]["impressions"],
                "rate": round(found["actions"][kind]["rate"], 3),
            }
            for kind, word in WORDS.items()
            if found["actions"][kind]["impressions"]
        ]
        assert body == {
            **counted(sessions),
            "play_rate": pytest.approx(found["play_rate"] or 0.0),
            "engagement": pytest.approx(found["engagement"] or 0.0),
            "visitors": found["visitors"],
            "actions": actions,
        }


def test_a_media_has_the_references_fields_in_their_order_and_types(stage: Stage) -> None:
    cta = {"type": "cta", "name": "buy", "at": 3}
    stage.play(actions=[{**cta, "converted": True}, cta, cta, cta, cta, cta, cta])
    body = stage.get(f"stats/medias/{stage.video.public_id}.json")
    fields = ["load_count", "play_count", "play_rate", "hours_watched", "engagement", "visitors", "actions"]
    assert list(body) == fields
    assert list(typed(body).values()) == [int, int, float, float, float, int, list]
    assert body["actions"] == [{"type": "Call to Action", "action_count": 1, "impression_count": 7, "rate": 0.143}]
    assert (body["play_rate"], body["engagement"]) == (1.0, 0.5)


def test_nothing_is_zero_and_not_null(stage: Stage) -> None:
    body = stage.get(f"stats/medias/{stage.video.public_id}.json")
    assert body["play_rate"] == body["engagement"] == 0.0
    assert typed(body)["play_rate"] is typed(body)["engagement"] is float
    assert (body["visitors"], body["actions"]) == (0, [])


def test_bots_are_left_out(stage: Stage) -> None:
    stage.play(bot=True, actions=[{"type": "cta", "converted": True}])
    assert stage.get("stats/account.json")["load_count"] == 0
    body = stage.get(f"stats/medias/{stage.video.public_id}.json")
    assert (body["load_count"], body["visitors"], body["actions"]) == (0, 0, [])
    assert sum(stage.get(f"stats/medias/{stage.video.public_id}/engagement.json")["engagement_data"]) == 0


def test_each_engagement_curve_is_the_oracles(history: History) -> None:
    for video in history.catalog.videos:
        sessions = [session for session in history.sessions if session.video == video.id]
        reported = max((session.duration or 0 for session in sessions if not session.bot), default=0)
        duration = int(video.duration * 1000) if video.duration else reported
        body = history.client.get(f"/v1/stats/medias/{history.ids[video.id]}/engagement.json").json()
        assert list(body) == ["engagement", "engagement_data", "rewatch_data"]
        assert body["engagement"] == pytest.approx(metrics.measure(sessions)["engagement"] or 0.0)
        assert body["engagement_data"] == curves.engagement_data(sessions, duration)
        assert body["rewatch_data"] == curves.rewatch_data(sessions, duration)
        assert len(body["engagement_data"]) == min(1000, -(-duration // 1000))


LONG = [("999.5", 1000), ("1000", 1000), ("1000.001", 1000), ("5400", 1000), ("0.4", 1)]


@pytest.mark.parametrize(("duration", "cells"), LONG)
def test_there_are_a_thousand_cells_at_most(stage: Stage, duration: str, cells: int) -> None:
    stage.video.duration = Decimal(duration)
    stage.video.save()
    stage.play(stretches=[[0, float(duration)], [0, float(duration) / 2]])
    body = stage.get(f"stats/medias/{stage.video.public_id}/engagement")
    assert body["engagement_data"] == [1] * cells
    assert len(body["rewatch_data"]) == cells
    assert sum(body["rewatch_data"]) == cells // 2


def test_a_media_of_a_length_that_nobody_knows_has_no_cells(stage: Stage) -> None:
    stage.video.duration = None
    stage.video.save()
    stage.play()
    nothing = {"engagement": 0.0, "engagement_data": [], "rewatch_data": []}
    assert stage.get(f"stats/medias/{stage.video.public_id}/engagement.json") == nothing
    stage.play(duration=40)
    stage.play(duration=41.5)
    body = stage.get(f"stats/medias/{stage.video.public_id}/engagement.json")
    assert body["engagement_data"] == [3] * 30 + [0] * 12


@pytest.mark.parametrize("kind", ["account", "projects", "medias"])
def test_days_are_the_oracles_gaps_and_both_ends_included(history: History, kind: str) -> None:
    video = next(video for video in history.catalog.videos if video.project)
    path = {"account": "account", "projects": f"projects/{history.ids[str(video.project)]}"}
    videos = {one.id: one for one in history.catalog.videos}
    inside = [
        session
        for session in history.sessions
        if kind == "account"
        or (kind == "medias" and session.video == video.id)
        or (kind == "projects" and videos[session.video].project == video.project)
    ]
    asked = {"start_date": "2025-03-01", "end_date": "2025-04-30"}
    where = path.get(kind, f"medias/{history.ids[video.id]}")
    body = history.client.get(f"/v1/stats/{where}/by_date.json", asked).json()
    days = [(date(2025, 3, 1) + timedelta(days=day)).isoformat() for day in range(61)]
    assert [row["date"] for row in body] == days
    span = periods.period("custom", MOMENT, history.catalog.zone, date(2025, 3, 1), date(2025, 4, 30))
    days_sessions = [one for one in inside if span.holds(one.started_at)]
    found = table(days_sessions, ["day"], ["loads", "plays", "watch_time"], history.catalog)
    for row in body:
        wanted = found.get((row["date"],), {"loads": 0, "plays": 0, "watch_time": 0.0})
        counts = {"load_count": wanted["loads"], "play_count": wanted["plays"]}
        assert row == {"date": row["date"], **counts, "hours_watched": pytest.approx(wanted["watch_time"] / 3600)}
    assert sum(row["load_count"] for row in body) > 0


def test_yesterday_and_today_by_default_in_the_workspaces_zone(db: None) -> None:
    stage = staged("Kathmandu", timezone="Asia/Kathmandu")
    now = datetime.now(UTC)
    today = now.astimezone(ZoneInfo("Asia/Kathmandu")).date()
    stage.play(now - timedelta(days=1))
    stage.play(now - timedelta(minutes=1))
    stage.play(now - timedelta(days=3))
    body = stage.get("stats/account/by_date.json")
    assert [row["date"] for row in body] == [str(today - timedelta(days=1)), str(today)]
    assert sum(row["load_count"] for row in body) == 2


def test_one_date_alone_bounds_its_own_side(stage: Stage) -> None:
    today = datetime.now(UTC).date()
    started = stage.get("stats/account/by_date", start_date=str(today - timedelta(days=4)))
    assert [row["date"] for row in started] == [str(today - timedelta(days=day)) for day in (4, 3, 2, 1, 0)]
    ahead = stage.get("stats/account/by_date", start_date=str(today + timedelta(days=9)))
    assert [row["date"] for row in ahead] == [str(today + timedelta(days=9))]
    ended = stage.get("stats/account/by_date", end_date="2024-02-29")
    assert [row["date"] for row in ended] == ["2024-02-28", "2024-02-29"]


def test_a_day_begins_at_the_workspaces_midnight(db: None) -> None:
    stage = staged("Berlin", timezone="Europe/Berlin")
    stage.play(datetime(2025, 6, 1, 21, 59, 59, tzinfo=UTC))
    stage.play(datetime(2025, 6, 1, 22, 0, 0, tzinfo=UTC))
    days = {"start_date": "2025-06-01", "end_date": "2025-06-02"}
    body = stage.get(f"stats/medias/{stage.video.public_id}/by_date.json", **days)
    assert [row["load_count"] for row in body] == [1, 1]


def test_the_data_apis_summary_has_whole_percentages(stage: Stage) -> None:
    stage.play()
    stage.play(visitor="ben", plays=0, stretches=[])
    stage.play(visitor="cem", stretches=[[0, 20]])
    assert stage.get(f"medias/{stage.video.public_id}/stats.json") == {
        "id": stage.video.pk,
        "hashed_id": stage.video.public_id,
        "name": "How They Work",
        "stats": {
            "pageLoads": 3,
            "visitors": 3,
            "percentOfVisitorsClickingPlay": 67,
            "plays": 2,
            "averagePercentWatched": 42,
        },
    }
