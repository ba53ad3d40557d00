"""Whatever number the dashboard's pages show can be had from /v1/query; curves are calls of their own."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from django.http import QueryDict

from analytics.context import Context, Scope
from analytics.formats import count_shown, percent_shown, value_shown
from analytics.pages.breakdowns import Breakdown, Referrers
from analytics.pages.inquiry import Inquiry
from analytics.pages.overview import overview
from analytics.pages.parts import Head
from analytics.pages.places import workspace_place
from analytics.pages.state import TILE_METRICS, state_of
from analytics.pages.video.page import video_page
from analytics.pages.video.subject import AUDIENCE, QUALITY, REFERRERS, Subject
from analytics.pages.video.tabs import tab_of
from analytics.pages.videos import COLUMNS, MOST
from tests.analytics.api.conftest import History

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])
NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
# The pages' addresses and the call's take these alike.
SHOWN = "from=2025-03-01&to=2025-04-30&filter=live:in:false&filter=country:not_in:NP"


def inquiry_of(history: History, scope: Scope | None = None) -> Inquiry:
    state = state_of(QueryDict(SHOWN), "/", history.workspace.zone, NOW)
    assert not state.notices
    return Inquiry(Context(history.workspace), state, scope)


def rows(history: History, more: str) -> list[dict[str, Any]]:
    answer = history.client.get(f"/v1/query?{SHOWN}&per_page=10000&{more}")
    assert answer.status_code == 200, answer.json()
    return list(answer.json()["rows"])


def same_head(head: Head, history: History, scope: str = "") -> None:
    """Compare the tiles with their changes, and the series with its line of the period before."""
    (total,) = rows(history, f"metrics={','.join(TILE_METRICS)}&compare=previous_period{scope}")
    for tile in head.tiles:
        assert tile.shown == value_shown(tile.name, total[tile.name])
        assert tile.before_shown == value_shown(tile.name, total["previous"][tile.name])
    days = rows(history, f"metrics=views&by=day&compare=previous_period{scope}")
    assert [line[1] for line in head.series.table.rows] == [count_shown(row["views"]) for row in days]
    assert [line[2] for line in head.series.table.rows] == [count_shown(row["previous"]["views"]) for row in days]
    depths = rows(history, f"metrics=engagement,watch_depth&by=day{scope}")
    assert [line[1:] for line in head.depth.table.rows] == [
        (value_shown("engagement", row["engagement"]), value_shown("watch_depth", row["watch_depth"])) for row in depths
    ]


def same_breakdown(breakdown: Breakdown, history: History, scope: str = "") -> None:
    found = rows(history, f"metrics=views&by={breakdown.name}{scope}")
    shown = [bar.views for bar in breakdown.everything or breakdown.bars]
    assert shown == sorted((row["views"] for row in found if row["views"]), reverse=True)
    assert len(shown) > 1


def same_referrers(referrers: Referrers, history: History, scope: str = "") -> None:
    domains = {row["domain"]: row for row in rows(history, f"metrics=views,loads,view_rate&by=domain{scope}")}
    pages = rows(history, f"metrics=views,loads,view_rate&by=domain,page{scope}")
    assert referrers.domains_in_all == len(domains) > 1
    for shown in referrers.domains:
        domain = None if shown.domain == "Unknown page" else shown.domain
        row = domains[domain]
        assert (shown.views, shown.loads) == (count_shown(row["views"]), count_shown(row["loads"]))
        assert shown.view_rate == percent_shown(row["view_rate"])
        assert Counter((page.url, page.views, page.loads) for page in shown.pages) == Counter(
            (page["page"] or "", count_shown(page["views"]), count_shown(page["loads"]))
            for page in pages
            if page["domain"] == domain
        )


def test_the_overview_can_be_rebuilt(history: History) -> None:
    page = overview(inquiry_of(history), workspace_place(history.workspace), is_whole=True)
    same_head(page.head, history)
    assert page.audience is not None
    assert page.lists is not None
    for breakdown in (page.audience.countries, *page.audience.breakdowns):
        same_breakdown(breakdown, history)
    same_referrers(page.lists.referrers, history)
    videos = rows(history, f"metrics={','.join(COLUMNS)}&by=video&order=-views")[:MOST]
    assert [shown.public_id for shown in page.lists.videos.rows] == [row["video"] for row in videos]
    for shown, row in zip(page.lists.videos.rows, videos, strict=True):
        assert [cell for _, cell in shown.cells] == [value_shown(name, row[name]) for name in COLUMNS]


def test_a_videos_page_can_be_rebuilt_but_for_its_curve(history: History) -> None:
    played = Counter(session.video for session in history.sessions)
    video = history.workspace.videos.get(public_id=history.ids[played.most_common(1)[0][0]])
    inquiry = inquiry_of(history, Scope("video", video.public_id))
    page = video_page(Subject(inquiry, video))
    scope = f"&video={video.public_id}"
    same_head(page.head, history, scope)
    (total,) = rows(history, f"metrics=quarter_reach,views{scope}")
    assert [bar.views for bar in page.quarters.bars] == total["quarter_reach"]
    audience, referrers, quality = (
        tab_of(Subject(inquiry, video, tab)).content for tab in (AUDIENCE, REFERRERS, QUALITY)
    )
    same_breakdown(audience.breakdowns[0], history, scope)
    same_referrers(referrers, history, scope)
    (total,) = rows(history, f"metrics={','.join(tile.name for tile in quality.tiles)}{scope}")
    assert {tile.name: tile.value for tile in quality.tiles} == pytest.approx(total)
