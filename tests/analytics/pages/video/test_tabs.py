"""The tabs: their addresses, what is swapped, what each asks, and their numbers."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from analytics.pages.video.actions import MOST_NAMED
from analytics.pages.video.subject import TABS
from tests.analytics.pages.conftest import World, member
from tests.analytics.pages.test_pages import text, words
from tests.analytics.pages.video.conftest import Watched, links, watched_in
from tests.oracle import breakdowns, metrics
from videos.models import Role, Video

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])


def test_each_tab_is_a_link_that_opens_it_and_the_page_keeps_the_rest(watched: Watched) -> None:
    query = "filter=device%3Ain%3Adesktop&metric=loads&tab=quality"
    response = watched.get(query)
    body = text(response)
    assert re.findall(r'role="tab"\s+href="[^"]*"\s+aria-selected="(\w+)"', body) == [
        "true" if name == "quality" else "false" for name in TABS
    ]
    assert body.count('aria-controls="video-panel"') == body.count('id="video-panel"') == 1
    urls = links(response, r"/videos/[^/]+/\?")
    base = f"/videos/{watched.video.public_id}/?period=all_time&metric=loads&filter=device%3Ain%3Adesktop"
    assert {base, *(f"{base}&tab={name}" for name in TABS[1:])} <= set(urls)
    # The form, the tiles and the filters of the tab's own rows lead back to the same tab.
    assert '<input type="hidden" name="tab" value="quality">' in body
    assert all("tab=quality" in url for url in urls if "metric=views" in url or "browser%3Ain" in url)


def test_htmx_gets_the_open_tab_alone_under_its_address(watched: Watched) -> None:
    response = watched.get("tab=reactions", part="video-tab")
    body = text(response)
    assert "<html" not in body
    assert "vp-tiles" not in body
    assert 'id="tab-reactions"' in body
    assert response.headers["HX-Push-Url"] == f"/videos/{watched.video.public_id}/?period=all_time&tab=reactions"
    whole = watched.client.get(
        f"/videos/{watched.video.public_id}/?tab=reactions&period=all_time",
        headers={"HX-Request": "true", "HX-Target": "video-tab", "HX-History-Restore-Request": "true"},
    )
    assert "<html" in text(whole)


def test_an_unknown_tab_is_said_and_the_first_one_shown(watched: Watched) -> None:
    response = watched.get("tab=<b>")
    assert "There is no tab “<b>”; there are audience, " in words(response)
    assert "<b>”" not in text(response)
    assert response.context["page"].tab.name == "audience"


@pytest.mark.parametrize("role", list(Role))
def test_every_member_may_open_a_tab(watched: Watched, role: Role) -> None:
    client = member(watched.world.workspace, role)
    assert client.get(f"/videos/{watched.video.public_id}/?period=all_time&tab=quality").status_code == 200


@pytest.mark.parametrize("videos", [3, 30])
def test_each_tab_asks_its_own_questions_as_often_whatever_the_size_of_the_catalog(
    db: None, world_of: Callable[..., World], django_assert_num_queries: Any, videos: int
) -> None:
    world = world_of(3, 100, videos)
    watched = watched_in(world, member(world.workspace))
    watched.get()
    for tab, page, part, relational in (
        ("audience", 6, 1, 5), ("referrers", 6, 1, 5), ("viewers", 8, 3, 7),
        ("actions", 8, 4, 5), ("reactions", 6, 1, 5),
        ("quality", 9, 4, 5), ("compare", 6, 1, 7),
    ):  # fmt: skip
        query = f"tab={tab}&from=2025-03-01&to=2025-05-31&period=custom"
        for asked, swapped, most in ((page, "", 12), (part, "video-tab", relational)):
            with (
                django_assert_num_queries(asked, exact=False, using="clickhouse"),
                django_assert_num_queries(most, exact=False),
            ):
                watched.get(query, part=swapped)


def test_quality_is_the_oracles(watched: Watched) -> None:
    content = watched.content("quality")
    names = [tile.name for tile in content.tiles]
    assert {tile.name: tile.value for tile in content.tiles} == pytest.approx(metrics.measure(watched.sessions, names))
    errors = Counter(one.error for one in watched.sessions if one.error)
    assert {record[0]: record[1] for record in content.errors.table.records} == errors
    assert len(errors) > 1
    for listing in content.tables:
        dimension = listing.name.removeprefix("quality-")
        expected = breakdowns.table(watched.sessions, [dimension], ["plays", *names], watched.world.catalog)
        found = {record[0] or "": list(record[1:]) for record in listing.table.records}
        assert found == {key: pytest.approx(list(row.values())) for (key,), row in expected.items()}
    over_time = watched.content("quality", "grain=month").trouble.table.records
    assert sum(record[2] is not None for record in over_time) >= 10


def test_actions_and_reactions_are_counted_by_name_and_moment(watched: Watched) -> None:
    actions = [action for one in watched.sessions for action in one.actions]
    content = watched.content("actions")
    counted = Counter((each.name, each.type) for each in actions if each.type != "reaction")
    types = {"Call to action": "cta"}
    found = {(record[0], types.get(record[1], record[1].lower())): record[2] for record in content.names.table.records}
    # As many as the list has room for, the most frequent.
    assert found.items() <= counted.items()
    assert len(found) == len(counted) - content.names.left_out == MOST_NAMED
    assert min(found.values()) >= max([times for each, times in counted.items() if each not in found])
    assert sum(sum(record[1:]) for record in content.lanes.table.records) == sum(found.values())
    reactions = watched.content("reactions")
    names = Counter(each.name for each in actions if each.type == "reaction")
    assert {record[0]: record[1] for record in reactions.names.table.records} == names
    assert sum(sum(record[1:]) for record in reactions.along.table.records) == sum(names.values())
    total = metrics.measure(watched.sessions, ["clicks", "actions"])
    labels = {each.label: each.shown for each in content.totals}
    assert labels["Clicks"] == str(total["clicks"])
    assert labels["Turnstile"] == str(total["actions"]["turnstile"]["impressions"])


def test_a_tab_without_anything_teaches_how_to_get_it(watched: Watched) -> None:
    query = "filter=country%3Ain%3AAQ"
    for tab, taught in (("actions", "converted: true"), ("reactions", "viewprint.action")):
        assert taught in words(watched.get(f"tab={tab}&{query}", part="video-tab"))


def test_a_tabs_rows_are_a_file_under_its_address(watched: Watched) -> None:
    for tab, name in (("actions", "actions"), ("reactions", "along"), ("compare", "compared"), ("quality", "errors")):
        (url,) = links(watched.get(f"tab={tab}", part="video-tab"), f"csv={name}$")
        rows = list(csv.reader(io.StringIO(watched.client.get(url).content.decode("utf-8-sig"))))
        assert len(rows) > 1, name


def test_what_viewers_sent_is_text(watched: Watched, world_of: Callable[..., World]) -> None:
    evil = "<script>alert(1)</script>"
    Video.objects.filter(workspace=watched.world.workspace).update(title=evil)
    assert "&lt;b&gt;no picture&lt;/b&gt;" in text(watched.get("tab=quality"))
    for tab in TABS:
        body = text(watched.get(f"tab={tab}&find={evil}&with={evil}", part="video-tab"))
        assert "<script>alert" not in body
        assert "<b>no" not in body
