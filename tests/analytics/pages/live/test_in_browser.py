"""Events, templates and live in a real browser: drawn, fitting, usable by all; live moves on by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.analytics.api.events.conftest import MOMENT, staged
from tests.analytics.pages.conftest import World
from tests.analytics.pages.test_in_browser import draw_all, opened  # noqa: F401  # a fixture
from tests.analytics.test_presence import session
from tests.analytics.worlds import sessions_load
from tests.browser import Opened, fits_and_keeps_nobody_out, looking, unfolded
from videos.models import Template, Video

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "clickhouse"]),
]


@pytest.fixture
def world(transactional_db: None, world_of: Callable[..., World]) -> World:
    return world_of(1, 400)


def watch(world: World, *visitors: str, **more: object) -> None:
    """Let these people watch the world's first video now."""
    video, more = world.catalog.videos[0].id, {"stretches": [[0, 1]], **more}
    sessions_load(world.workspace, world.ids, [session(30, video=video, visitor=who, **more) for who in visitors])


def test_the_pages_are_drawn_fit_and_keep_nobody_out(world: World, opened: Opened) -> None:  # noqa: F811
    stage = staged(world.workspace)
    live = stage.video(duration=2700)
    talk = stage.talk(live, stage.video(), title="Keynote", starts_at=MOMENT, ends_at=MOMENT + timedelta(minutes=45))
    for visitor in "abc":
        stage.play(live, visitor=visitor, elapsed=600)
    template = Template.objects.create(workspace=world.workspace, name="A name that is as long as names are, and more")
    Video.objects.filter(workspace=world.workspace).update(template=template)
    watch(world, "ada", live=True, country="DE")
    watch(world, "ben", page="https://a.example/a-path-that-is-long/and-goes-on-and-on/until-nobody-knows-why")
    event = f"/events/{stage.event.public_id}/"
    paths = {
        "/events/": 0,
        event: 1,
        f"{event}talks/{talk.public_id}/": 1,
        "/templates/?period=all_time": 1,
        f"/templates/{template.public_id}/?period=all_time&of=views": 1,
        "/live/": 1,
    }
    page = opened("about:blank")
    for place, (path, charts) in enumerate(paths.items()):
        looking(page, path, (1440, 390)[place % 2], ("dark", "light")[place % 2])
        assert page.locator("[data-figure]").count() == charts, path
        draw_all(page)
        fits_and_keeps_nobody_out(unfolded(page))


def test_live_moves_on_by_itself_and_stays_where_its_reader_is(world: World, opened: Opened) -> None:  # noqa: F811
    watch(world, "ada", country="DE")
    page = opened("/live/")
    said = page.locator("#now-said")
    expect(said).to_have_text("1 person watching now")
    page.locator("#minutes-plot svg.main-svg").first.wait_for()
    page.evaluate("document.querySelector('#minutes-plot svg').marked = window.kept = true")
    page.locator(".vp-minutes summary").click()
    link = page.locator("#country-1")
    link.focus()
    page.evaluate("window.scrollTo(0, 60)")
    before = page.evaluate("[history.length, scrollY]")
    watch(world, "ben", "carl", country="DE")
    expect(said).to_have_text("3 people watching now", timeout=20_000)
    expect(page.locator("#dashboard-news")).to_have_text("3 people watching now")
    expect(link).to_be_focused()
    expect(page.locator(".vp-minutes tbody")).to_be_visible()
    assert page.evaluate("[history.length, scrollY]") == before
    assert page.evaluate("document.querySelector('#minutes-plot svg').marked && window.kept")
    assert page.evaluate("Math.max(...document.getElementById('minutes-plot').data[0].y)") >= 3
    page.get_by_label("Update every 5 seconds").uncheck()
    with pytest.raises(Exception, match="Timeout"), page.expect_request("**/live/", timeout=6_000):
        pass
    assert page.complaints == []  # type: ignore[attr-defined]
