"""What the files hold: the numbers of the dialect's answers and of the oracle, and titles that spreadsheets fear."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from exports.sixtyseconds.choices import METRICS
from tests.analytics.api.conftest import History
from tests.analytics.api.sixtyseconds.conftest import FEBRUARY, Stage
from tests.exports.conftest import DATABASES
from tests.exports.sixtyseconds.conftest import Exported, subject_of
from tests.oracle import breakdowns, facts, metrics, periods
from videos.models import Template, Video

pytestmark = [pytest.mark.django_db(databases=DATABASES)]
Export = Callable[..., Exported]
WINTER = {"start_date": "2024-12-24", "end_date": "2025-04-06"}


def span_of(history: History) -> periods.Span:
    first, last = (date.fromisoformat(day) for day in WINTER.values())
    return periods.days(first, last, history.catalog.zone)


def inside(history: History) -> list[facts.Session]:
    span = span_of(history)
    return [one for one in history.sessions if span.holds(one.started_at) and not one.bot]


def written(value: Any) -> str:
    """A value as the CSV has it: up to six decimals, nothing for what is over nothing."""
    if value is None:
        return ""
    return f"{value:.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def test_json_is_the_dialects_answer(stage: Stage, export: Export) -> None:
    stage.play(
        {"actions": [{"type": "reaction", "name": "like", "at": 1}]}, {"stretches": [[0, 60]]}, {"country": "DE"}
    )
    for kind in ("video", "account", "template"):
        done = export(stage.client, **subject_of(stage, kind), format="json", **FEBRUARY)
        answer = stage.get(kind, **FEBRUARY)
        assert done.json == answer
        assert list(done.json) == list(answer)


def test_json_is_narrowed_to_the_metrics_chosen(stage: Stage, export: Export) -> None:
    stage.play({"actions": [{"type": "click", "name": "", "at": 1}]})

    def narrowed(kind: str, *names: str) -> Any:
        return export(stage.client, **subject_of(stage, kind), format="json", metrics=names, **FEBRUARY).json

    video = narrowed("video", "clicks", "total_watch_time", "countries")
    assert list(video) == ["video_id", "title", "created_at", "metrics", "engagement", "viewer_demographics"]
    assert video["metrics"] == {"total_watch_time": 30.0}
    assert video["engagement"] == {"clicks": 1}
    assert list(video["viewer_demographics"]) == ["countries"]
    account = narrowed("account", "interactions")
    assert account == {"period": FEBRUARY, "summary": {"total_videos": 1, "total_interactions": 1}}
    account = narrowed("account", "completion_rate")
    assert list(account) == ["period", "summary", "trends"]
    assert list(account["trends"][0]) == ["date", "completion_rate"]
    template = narrowed("template", "watch_time")
    assert list(template) == ["template_id", "name", "total_videos", "metrics_distribution"]
    assert list(template["metrics_distribution"]) == ["watch_time"]


def test_every_number_of_an_answer_can_be_chosen_away(stage: Stage, export: Export) -> None:
    for kind in ("video", "account", "template"):
        whole = stage.get(kind, **FEBRUARY)
        for metric in METRICS[kind]:
            done = export(stage.client, **subject_of(stage, kind), format="json", metrics=[metric], **FEBRUARY)
            assert done.json != whole


def test_a_videos_table_has_a_row_for_each_number(stage: Stage, export: Export) -> None:
    Video.objects.filter(pk=stage.video.pk).update(title='=HYPERLINK("http://x")')
    stage.play({"actions": [{"type": "reaction", "name": "@love", "at": 1}], "country": "GB", "device": "desktop"})
    header, *rows = export(stage.client, **subject_of(stage, "video"), **FEBRUARY).rows
    assert header == ["video_id", "title", "part", "name", "value", "unit"]
    assert {tuple(row[:2]) for row in rows} == {(stage.video.public_id, '\'=HYPERLINK("http://x")')}
    assert [row[2:] for row in rows] == [
        ["metrics", "views", "1", "count"],
        ["metrics", "unique_viewers", "1", "count"],
        ["metrics", "total_watch_time", "30", "seconds"],
        ["metrics", "average_watch_time", "30", "seconds"],
        ["metrics", "completion_rate", "0", "ratio"],
        ["metrics", "engagement_score", written(stage.get("video")["metrics"]["engagement_score"]), "score"],
        ["watch_time_distribution", "0-25%", "1", "count"],
        ["watch_time_distribution", "25-50%", "1", "count"],
        ["watch_time_distribution", "50-75%", "0", "count"],
        ["watch_time_distribution", "75-100%", "0", "count"],
        ["engagement", "clicks", "0", "count"],
        ["engagement", "shares", "0", "count"],
        ["reactions", "'@love", "1", "count"],
        ["devices", "desktop", "100", "per cent of views"],
        ["browsers", "other", "100", "per cent of views"],
        ["countries", "UK", "100", "per cent of views"],
    ]
    chosen = export(stage.client, **subject_of(stage, "video"), metrics=["countries", "views"], **FEBRUARY).rows
    assert [row[2:] for row in chosen[1:]] == [rows[0][2:], rows[-1][2:]]


def test_the_accounts_table_is_the_oracles(history: History, export: Export) -> None:
    expected = metrics.measure(inside(history))
    span = span_of(history)
    table = breakdowns.table(inside(history), ["week"], metrics.METRICS, history.catalog)
    labels = periods.labels(span, "week", history.catalog.zone)
    header, *rows = export(history.client, type="account", **WINTER).rows
    assert header == ["date", "views", "unique_viewers", "completion_rate", "engagement_score", "interactions"]
    weekly = {"views", "completion_rate", "engagement_score"}
    steps = [(each, table.get((each,), metrics.measure([]))) for each in labels]
    assert rows == [
        *([day, *(written(row[name]) if name in weekly else "" for name in header[1:])] for day, row in steps),
        ["total", *(written(expected[name]) for name in header[1:])],
    ]
    columns = ["engagement_score", "views"]
    chosen = export(history.client, type="account", metrics=columns, **WINTER).rows
    assert chosen[0] == ["date", *columns]
    assert chosen[-1] == ["total", *(written(expected[name]) for name in columns)]
    # What is only known in total has no weeks.
    assert export(history.client, type="account", metrics=["interactions"], **WINTER).rows == [
        ["date", "interactions"],
        ["total", written(expected["interactions"])],
    ]


def test_a_templates_table_has_all_its_videos_and_is_the_oracles(history: History, export: Export) -> None:
    names = ["views", "completion_rate", "engagement_score", "average_watch_time"]
    for template in sorted({video.template for video in history.catalog.videos if video.template}):
        members = {video.id for video in history.catalog.videos if video.template == template}
        sessions = [one for one in inside(history) if one.video in members]
        by_video = {video: metrics.measure([one for one in sessions if one.video == video]) for video in members}
        ordered = sorted(members, key=lambda video: (-by_video[video]["views"], history.ids[video]))
        total = metrics.measure(sessions)
        assert export(history.client, type="template", id=history.ids[template], **WINTER).rows == [
            ["video_id", "title", *names],
            *([history.ids[video], video, *(written(by_video[video][name]) for name in names)] for video in ordered),
            ["total", template, *(written(total[name]) for name in names)],
        ]


def test_a_templates_table_names_videos_that_nobody_watched(stage: Stage, export: Export) -> None:
    Template.objects.filter(pk=stage.template.pk).update(name="+1")
    Video.objects.filter(pk=stage.video.pk).update(title="\t=1+1")
    assert export(stage.client, **subject_of(stage, "template"), metrics=["watch_time", "views"]).rows == [
        ["video_id", "title", "average_watch_time", "views"],
        [stage.video.public_id, "'\t=1+1", "", "0"],
        ["total", "'+1", "", "0"],
    ]
    Video.objects.all().delete()
    assert export(stage.client, type="template", id=stage.template.public_id, metrics=["views"]).rows[1:] == [
        ["total", "'+1", "0"]
    ]


def test_files_are_utf_8_and_csv_says_so(stage: Stage, export: Export) -> None:
    Video.objects.filter(pk=stage.video.pk).update(title="Größe 大")
    table = export(stage.client, **subject_of(stage, "video")).content
    assert table.startswith(b"\xef\xbb\xbfvideo_id,title,part,name,value,unit\r\n")
    assert "Größe 大".encode() in table
    assert "Größe 大".encode() in export(stage.client, **subject_of(stage, "video"), format="json").content
