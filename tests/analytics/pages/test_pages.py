"""The overview, and what every page shares, as members of a workspace see them."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import plotly.graph_objects as go
import pytest
from django.http import HttpResponse
from django.test import Client

from tests.analytics.pages.conftest import World, member
from tests.oracle import breakdowns, metrics, periods
from tests.oracle.facts import Session
from videos.models import Role, Video, Workspace
from videos.tokens import token_create

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])
TILES = ("views", "loads", "view_rate", "unique_views", "watch_time", "engagement")
SPRING = "?from=2025-03-01&to=2025-05-31"


def text(response: HttpResponse) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def tiles(response: HttpResponse) -> dict[str, float | None]:
    """Return the headline values by metric, as the page's markup has them."""
    found = re.findall(r'data-metric="(\w+)".*?<data class="vp-tile-value" value="([^"]*)"', text(response), re.DOTALL)
    return {name: float(value) if value else None for name, value in found}


def words(response: HttpResponse) -> str:
    """Return the page's text as a reader has it, without tags."""
    body = re.sub(r"<script.*?</script>|<style.*?</style>", " ", text(response), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)).replace("\u00a0", " "))


def figure(response: HttpResponse, name: str) -> dict[str, Any]:
    found = re.search(rf'<script id="{name}-figure" type="application/json">(.*?)</script>', text(response), re.DOTALL)
    assert found is not None
    drawn: dict[str, Any] = json.loads(found.group(1))
    go.Figure(drawn)  # raises for what plotly.js would not understand
    return drawn


def inside(world: World, first: date, last: date) -> list[Session]:
    span = periods.period("custom", world.sessions[0].started_at, world.catalog.zone, first, last)
    return [one for one in world.sessions if span.holds(one.started_at)]


def test_the_headline_numbers_are_the_oracles_and_the_apis(world: World, viewer: Client) -> None:
    shown = tiles(viewer.get(f"/{SPRING}"))
    expected = metrics.measure(inside(world, date(2025, 3, 1), date(2025, 5, 31)), TILES)
    assert shown == pytest.approx(expected)
    _, token = token_create(world.workspace, "tests", ["read"])
    body = {"metrics": TILES, "period": {"from": "2025-03-01", "to": "2025-05-31"}}
    answer = viewer.post("/v1/query", body, "application/json", HTTP_AUTHORIZATION=f"Bearer {token}").json()
    assert shown == pytest.approx(answer["rows"][0])


def test_every_period_and_every_comparison_opens(world: World, viewer: Client, at_noon: datetime) -> None:
    compare = ["previous_period", "previous_year", "none"]
    for place, name in enumerate(("last_7_days", "last_30_days", "last_12_months")):
        text(viewer.get(f"/?period={name}&compare={compare[place]}"))
    for place, name in enumerate(periods.NAMES[:-1]):
        response = viewer.get(f"/?period={name}&compare={compare[place % 3]}")
        span = periods.period(name, at_noon, world.catalog.zone)
        sessions = [one for one in world.sessions if span.holds(one.started_at)]
        shown = tiles(response)
        assert shown == (pytest.approx(metrics.measure(sessions, TILES)) if sessions else {}), name


@pytest.mark.parametrize(
    "query", ["?from=1995-01-01&to=2025-12-31", "?from=1970-06-01&to=2025-07-01&compare=previous_year"]
)
def test_nothing_is_compared_with_what_was_before_all_dates(world: World, viewer: Client, query: str) -> None:
    for path in ("/", f"/videos/{world.video(0).public_id}/"):
        response = viewer.get(f"{path}{query}")
        assert tiles(response)["loads"]
        assert 'class="vp-before"' not in text(response)


def test_the_change_is_said_in_words(world: World, viewer: Client) -> None:
    now = metrics.measure(inside(world, date(2025, 3, 1), date(2025, 5, 31)), ["views"])["views"]
    before = metrics.measure(inside(world, date(2024, 11, 29), date(2025, 2, 28)), ["views"])["views"]
    shown = words(viewer.get(f"/{SPRING}"))
    assert f"{before} before" in shown
    assert f"{now} views, {round(abs(now - before) / before * 100, 1)}" in shown.replace("10 %", "10.0 %")
    assert 'class="vp-before"' not in text(viewer.get(f"/{SPRING}&compare=none"))


def test_the_chart_has_a_row_a_bucket_and_they_add_up(world: World, viewer: Client) -> None:
    response = viewer.get(f"/{SPRING}&metric=loads&grain=week")
    chart = response.context["page"].head.series
    assert [row[0] for row in chart.table.rows][:2] == ["Week of 24 Feb 2025 (in part)", "Week of 3 Mar 2025"]
    loads = sum(int(row[1]) for row in chart.table.rows)
    assert loads == tiles(response)["loads"]
    assert chart.table.rows[1][0] in words(response)
    assert figure(response, "series")["data"]


def test_the_future_is_not_drawn_and_today_is_marked_as_unfinished(
    world: World, viewer: Client, at_noon: datetime
) -> None:
    rows = viewer.get("/?period=this_month").context["page"].head.series.table.rows
    assert len(rows) == 18
    assert rows[-1][0] == "Thu 18 Sep 2025 (so far)"
    assert "(" not in rows[-2][0]


def test_shares_add_up_to_100(world: World, viewer: Client) -> None:
    page = viewer.get("/?period=all_time").context["page"]
    for breakdown in page.audience.breakdowns:
        shares = [float(bar.share_shown.split("\u00a0")[0]) for bar in breakdown.bars]
        assert round(sum(shares), 1) == 100
        assert sum(bar.views for bar in breakdown.bars) == metrics.measure(world.sessions, ["views"])["views"]


def test_breakdowns_are_the_oracles(world: World, viewer: Client) -> None:
    page = viewer.get("/?period=all_time").context["page"]
    platforms = {bar.label: bar.views for bar in page.audience.breakdowns[0].bars}
    expected = breakdowns.table(world.sessions, ["device"], ["views"], world.catalog)
    assert sorted(platforms.values()) == sorted(row["views"] for row in expected.values())
    assert platforms["Desktop"] == expected[("desktop",)]["views"]


def test_referrers_are_grouped_by_domain_and_their_pages_add_up(world: World, viewer: Client) -> None:
    referrers = viewer.get("/?period=all_time").context["page"].lists.referrers
    expected = breakdowns.table(world.sessions, ["domain"], ["loads", "views"], world.catalog)
    shown = {row.domain: (int(row.loads), int(row.views)) for row in referrers.domains}
    assert shown == {key or "Unknown page": (row["loads"], row["views"]) for (key,), row in expected.items()}
    for row in referrers.domains:
        assert sum(int(page.loads) for page in row.pages) == int(row.loads)


def test_the_top_videos_link_to_their_pages_with_the_period(world: World, viewer: Client) -> None:
    response = viewer.get("/?period=all_time&metric=loads")
    rows = response.context["page"].lists.videos.rows
    expected = breakdowns.table(world.sessions, ["video"], ["views"], world.catalog)
    assert [int(row.cells[0][1]) for row in rows] == sorted((row["views"] for row in expected.values()), reverse=True)
    assert f'href="/videos/{rows[0].public_id}/?period=all_time"' in text(response)


def test_hostile_titles_addresses_and_names_are_text(world: World, viewer: Client) -> None:
    evil = '</script><script>alert(1)</script><img src=x onerror="alert(2)">'
    video = world.video(0)
    Video.objects.filter(pk=video.pk).update(title=evil, thumbnail_url='/" onerror="a(3)', url='/" onerror="a(4)')
    for path in ("/?period=all_time", f"/videos/{video.public_id}/?period=all_time", f"/?period={evil}&filter={evil}"):
        body = text(viewer.get(path))
        assert "<script>alert" not in body
        assert "<img src=x" not in body
        assert 'onerror="' not in body
        assert "onclick=" not in body


def test_another_workspaces_data_is_never_seen(world: World, world_of: Callable[..., World], viewer: Client) -> None:
    other = world_of(2, 50)
    theirs = other.video(0).public_id
    body = text(viewer.get("/?period=all_time"))
    assert tiles(viewer.get("/?period=all_time"))["loads"] == metrics.measure(world.sessions, ["loads"])["loads"]
    assert theirs not in body
    assert viewer.get(f"/videos/{theirs}/").status_code == 404
    assert viewer.get("/videos/vid_nothing000/").status_code == 404


@pytest.mark.parametrize("role", list(Role))
def test_every_member_may_look(world: World, role: Role) -> None:
    assert member(world.workspace, role).get("/").status_code == 200


@pytest.mark.parametrize("path", ["/", "/videos/vid_0000000000/"])
def test_who_is_not_signed_in_is_sent_to_sign_in(db: None, path: str) -> None:
    response = Client().get(path)
    assert (response.status_code, response.headers["Location"].split("?")[0]) == (302, "/admin/login/")


def test_who_is_in_no_workspace_is_told_what_to_do(db: None) -> None:
    response = member(None).get("/")
    assert response.status_code == 403
    assert "You are in no workspace" in response.content.decode()


def test_pages_are_only_read(world: World, viewer: Client) -> None:
    assert viewer.post("/").status_code == 405


def test_a_workspace_without_videos_is_told_to_add_one(db: None) -> None:
    workspace = Workspace.objects.create(name="New")
    assert "Add one to the library first" in words(member(workspace).get("/"))


def test_a_workspace_without_data_gets_the_code_for_its_video(db: None) -> None:
    workspace = Workspace.objects.create(name="New")
    video = Video.objects.create(workspace=workspace, title="First")
    client = member(workspace)
    for path in ("/", "/?period=all_time", f"/videos/{video.public_id}/"):
        response = client.get(path)
        assert f'<video data-viewprint="{video.public_id}"' in words_with_tags(response)
        assert "/viewprint.js" in text(response)
        assert "data-figure" not in text(response)


def words_with_tags(response: HttpResponse) -> str:
    return html.unescape(text(response))


def test_a_period_without_data_says_so_and_offers_all_time(world: World, viewer: Client) -> None:
    response = viewer.get("/?from=2020-01-01&to=2020-01-31")
    assert "Nothing in this period" in words(response)
    assert 'href="/?period=all_time"' in text(response)


def test_filters_narrow_the_page_and_can_be_taken_away(world: World, viewer: Client) -> None:
    response = viewer.get("/?period=all_time&filter=country:in:DE")
    expected = [one for one in world.sessions if one.country == "DE"]
    assert tiles(response) == pytest.approx(metrics.measure(expected, TILES))
    assert "Country is Germany" in words(response)
    assert 'href="/?period=all_time"' in text(response)
    assert '<input type="hidden" name="filter" value="country:in:DE">' in text(response)


def test_when_all_is_filtered_out_the_filters_are_to_blame(world: World, viewer: Client) -> None:
    assert "Everything is filtered out" in words(viewer.get("/?period=all_time&filter=country:in:AQ"))


def test_a_mistyped_address_still_shows_the_page(world: World, viewer: Client) -> None:
    response = viewer.get("/?period=fortnight&grain=eon&metric=fame")
    assert "There is no period “fortnight”" in words(response)


def test_htmx_gets_the_main_part_alone_and_a_tidy_address(world: World, viewer: Client) -> None:
    response = viewer.get("/?period=all_time&compare=previous_period&metric=views", headers={"HX-Request": "true"})
    body = text(response)
    assert "<html" not in body
    assert "<title>Overview" in body
    assert "vp-tiles" in body
    assert response.headers["HX-Push-Url"] == "/?period=all_time"
    assert "HX-Request" in response.headers["Vary"]
    restored = viewer.get("/?period=all_time", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in text(restored)


def test_the_form_works_without_javascript(world: World, viewer: Client) -> None:
    # What a browser sends that knows neither htmx nor our module.
    query = "?filter=device:in:desktop&period=this_month&from=2025-03-01&to=2025-03-30&compare=none&metric=loads"
    page = viewer.get(f"/{query}").context["page"]
    assert page.notices == ()
    page = viewer.get(f"/{query.replace('this_month', 'custom')}").context["page"]
    assert page.toolbar.period_shown == "1–30 March 2025"


def test_a_report_of_the_period_is_one_click_away(world: World, viewer: Client) -> None:
    assert 'href="/reports/new?period=this_month"' in text(viewer.get("/?period=this_month"))
    assert "/reports/new?period=custom&amp;from=2025-03-01&amp;to=2025-05-31" in text(viewer.get(f"/{SPRING}"))


def test_the_time_zone_and_the_definitions_are_on_the_page(world: World, viewer: Client) -> None:
    shown = words(viewer.get("/?period=all_time"))
    assert "Europe/Berlin time" in shown
    assert "Player loads with at least 5 seconds of continuous playback" in shown


@pytest.mark.parametrize("videos", [3, 30])
def test_a_page_asks_as_often_whatever_the_size_of_the_catalog(
    db: None, world_of: Callable[..., World], django_assert_num_queries: Any, videos: int
) -> None:
    world = world_of(3, 100, videos)
    client = member(world.workspace)
    for path, relational, engine in ((f"/{SPRING}", 13, 9), ("/?period=all_time", 13, 9)):
        client.get(path)
        with django_assert_num_queries(relational, exact=False), django_assert_num_queries(engine, using="clickhouse"):
            client.get(path)
