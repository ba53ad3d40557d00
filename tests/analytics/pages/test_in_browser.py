"""The pages in a real browser: charts drawn, narrow and wide, light and dark, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from analytics.finders import WORLD
from tests.analytics.pages.conftest import World, member
from tests.analytics.test_presence import session
from tests.analytics.worlds import sessions_load
from tests.browser import Opened, fits_and_keeps_nobody_out, keeps_nobody_out, looking, opening, unfolded
from tests.oracle.examples import snapshot
from tests.oracle.sampling import uuid7
from tests.sdk.conftest import rendered
from videos.models import Project, Video

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "clickhouse"]),
]
SECONDS = 4


@pytest.fixture
def world(transactional_db: None, world_of: Callable[..., World]) -> World:
    return world_of(1, 400)


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with one file for all tests: the browser keeps what it was sent of an address."""
    directory = tmp_path_factory.mktemp("media")
    (directory / "film.webm").write_bytes(rendered(SECONDS))
    return directory


@pytest.fixture
def film(world: World, settings: Any, media: Path) -> Video:
    """The workspace's first video, with a real file that the server hands out, and a title that means harm."""
    settings.MEDIA_ROOT = media
    video = world.video(0)
    video.title, video.url, video.duration = "<b>Bold</b><script>alert(1)</script>", "/media/film.webm", SECONDS
    video.save()
    return video


@pytest.fixture
def opened(chromium: Browser, live_server: Any, world: World) -> Iterator[Opened]:
    """Return a function that opens a path as a signed-in member, in a browser of the given size and theme."""
    # Made when it is first asked for, which no page here is to wait for.
    assert finders.find(WORLD)
    with opening(chromium, live_server.url, member(world.workspace)) as open_page:
        yield open_page


def draw_all(page: Page) -> None:
    """Scroll to every chart, each of which must be drawn by then."""
    for plot in page.locator("[data-figure]").all():
        plot.scroll_into_view_if_needed()
        expect(plot.locator("svg.main-svg").first).to_be_visible()


def test_pages_are_drawn_fit_and_keep_nobody_out(film: Video, opened: Opened) -> None:
    project = Project.objects.filter(workspace=film.workspace, folders__isnull=False).distinct()[0].public_id
    tabs = (
        f"/videos/{film.public_id}/?period=all_time&tab={tab}" for tab in ("viewers", "actions", "quality", "compare")
    )
    page = opened("about:blank")
    for path, charts, width, theme in (
        ("/?period=all_time", 4, 390, "dark"),
        (f"/videos/{film.public_id}/?period=all_time", 3, 1440, "light"),
        (f"/projects/{project}/?from=2020-01-01&to=2020-01-02", 0, 1440, "dark"),
        *((tab, None, 390, "dark") for tab in tabs),
    ):
        draw_all(looking(page, path, width, theme))
        assert charts is None or page.locator("[data-figure]").count() == charts
        fits_and_keeps_nobody_out(unfolded(page))


def test_charts_show_their_rows_and_are_saved_as_pictures_by_the_keyboard(
    world: World, opened: Opened, tmp_path: Path
) -> None:
    page = opened("/?from=2025-03-01&to=2025-05-31&grain=week")
    table = page.locator("figure:has(#series-plot) table")
    expect(table).to_be_hidden()
    page.locator("figure:has(#series-plot) summary").press("Enter")
    expect(table).to_be_visible()
    assert table.locator("tbody tr").count() == 14
    for name in ("series", "country", "world"):
        picture_holds(page, name, tmp_path)
    expect(page.locator("#dashboard-news")).to_have_text("The picture was saved.")
    assert page.complaints == []  # type: ignore[attr-defined]


def picture_holds(page: Page, name: str, tmp_path: Path) -> None:
    title = page.locator(f"#{name}-title").inner_text()
    with page.expect_download() as download:
        page.get_by_role("button", name=f"PNG {title}", exact=True).press("Enter")
    assert download.value.suggested_filename == f"overview-2025-03-01-to-2025-05-31-{name}.png"
    download.value.save_as(tmp_path / "picture.png")
    picture = Image.open(tmp_path / "picture.png")
    assert picture.width == 2000
    # The ground, the text, the bars or lines.
    colors = picture.convert("RGB").quantize(16).getcolors()
    assert colors is not None
    assert len(colors) > 3


def test_a_country_on_the_map_says_its_views_and_narrows_the_page(world: World, opened: Opened) -> None:
    page = opened("/?period=all_time")
    page.locator("#world-plot").scroll_into_view_if_needed()
    counted = page.locator("#world-plot .choroplethlayer .trace").nth(1).locator("path")
    expect(counted.first).to_be_visible()
    assert counted.count() > 3
    # A place within the largest country there is, in the map's own coordinates.
    place = page.evaluate(
        "() => { const paths = [...document.querySelectorAll('#world-plot .choroplethlayer .trace:last-child path')];"
        "const boxes = paths.map(path => path.getBoundingClientRect());"
        "const box = boxes.reduce((one, other) => one.width * one.height > other.width * other.height ? one : other);"
        "return [box.x + box.width / 2, box.y + box.height / 2]; }"
    )
    page.mouse.move(place[0] - 2, place[1])
    page.mouse.move(*place)
    expect(page.locator("#world-plot .hoverlayer .hovertext")).to_contain_text("view")
    page.mouse.click(*place)
    page.wait_for_url("**/?period=all_time&filter=country*")
    expect(page.locator(".vp-chip")).to_contain_text("Country is")
    assert page.complaints == []  # type: ignore[attr-defined]


def test_the_count_of_those_watching_keeps_itself_up_to_date(world: World, opened: Opened) -> None:
    page = opened("/?period=all_time")
    watching = page.locator(".vp-watching")
    expect(watching).to_have_text("Nobody is watching now")
    sessions_load(world.workspace, world.ids, [session(30, video=world.catalog.videos[0].id, live=True)])
    # What the page does every ten seconds, and when its tab is seen again.
    with page.expect_response("**/watching/"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(watching).to_have_text("1 person watching now")
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true})")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.select_option("#period", "last_year")
    page.wait_for_url("**/?period=last_year")
    assert not [url for url in asked if "/watching/" in url]
    assert page.complaints == []  # type: ignore[attr-defined]


def test_choosing_a_period_swaps_the_page_and_back_returns(world: World, opened: Opened) -> None:
    page = opened("/?period=all_time")
    before = page.locator("[data-metric=loads] data").get_attribute("value")
    page.evaluate("window.kept = true")
    page.select_option("#period", "last_year")
    page.wait_for_url("**/?period=last_year")
    expect(page.locator("#period")).to_have_value("last_year")
    after = page.locator("[data-metric=loads] data").get_attribute("value")
    assert after != before
    expect(page.locator("#series-plot svg.main-svg").first).to_be_visible()
    page.go_back()
    page.wait_for_url("**/?period=all_time")
    expect(page.locator("[data-metric=loads] data")).to_have_attribute("value", str(before))
    expect(page.locator("#series-plot svg.main-svg").first).to_be_visible()
    assert page.evaluate("window.kept")
    assert page.complaints == []  # type: ignore[attr-defined]


def test_a_tile_draws_its_metric_large(world: World, opened: Opened) -> None:
    page = opened("/?period=all_time")
    page.click("[data-metric=watch_time]")
    page.wait_for_url("**/?period=all_time&metric=watch_time")
    expect(page.locator("#series-title")).to_have_text("Watch time")
    expect(page.locator("#dashboard-news")).to_contain_text("Watch time")
    expect(page.locator("[data-metric=watch_time]")).to_have_attribute("aria-current", "true")


def test_custom_dates_are_sent_when_they_are_complete(world: World, opened: Opened) -> None:
    page = opened("/?period=all_time")
    expect(page.locator("#from")).to_be_hidden()
    page.select_option("#period", "custom")
    page.fill("#from", "2025-03-01")
    page.fill("#to", "2025-03-31")
    page.click("text=Apply")
    page.wait_for_url("**/?from=2025-03-01&to=2025-03-31")
    expect(page.locator(".vp-when strong")).to_have_text("1–31 March 2025")


def test_without_javascript_the_page_is_there_and_its_form_works(world: World, opened: Opened) -> None:
    page = opened("/?period=all_time", java_script_enabled=False)
    expect(page.locator("[data-metric=loads]")).to_be_visible()
    page.select_option("#period", "last_year")
    page.click("text=Apply")
    expect(page.locator("#period")).to_have_value("last_year")
    assert "period=last_year" in page.url


def test_a_definition_is_shown_on_focus_and_put_away_by_escape(world: World, opened: Opened) -> None:
    page = opened("/?period=all_time")
    tip = page.locator("#tip-views")
    expect(tip).to_be_hidden()
    page.focus("[data-metric=views]")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(tip).to_be_visible()
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    page.hover("[data-metric=loads]")
    expect(page.locator("#tip-loads")).to_be_visible()


def test_charts_follow_the_theme_without_being_made_again(world: World, opened: Opened) -> None:
    page = opened("/?period=all_time")
    line = page.locator("#series-plot .scatterlayer path.js-line").first
    expect(line).to_be_visible()
    page.evaluate("document.querySelector('#series-plot svg').marked = true")
    light = line.evaluate("path => getComputedStyle(path).stroke")
    page.keyboard.press("Control+e")
    page.keyboard.press("Control+e")
    expect(line).not_to_have_css("stroke", light)
    assert page.evaluate("document.querySelector('#series-plot svg').marked")
    # On paper all charts are there, in the light colours and no wider than the sheet.
    page.emulate_media(media="print")
    page.pdf()
    for plot in page.locator("[data-figure]").all():
        expect(plot.locator("svg.main-svg").first).to_have_attribute("width", "670")
    expect(line).to_have_css("stroke", light)


def test_cursor_curve_and_video_are_bound_together(film: Video, opened: Opened) -> None:
    page = opened(f"/videos/{film.public_id}/?period=all_time")
    plot = page.locator("#curve-plot")
    plot.scroll_into_view_if_needed()
    expect(plot.locator("svg.main-svg").first).to_be_visible()
    page.evaluate("document.querySelector('[data-curve] video').muted = true")
    box = plot.bounding_box()
    assert box is not None
    # Pointing shows the moment, a line over curve and timeline, and the frame there.
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 150)
    page.mouse.move(box["x"] + box["width"] * 0.62, box["y"] + 150)
    expect(plot.locator(".hoverlayer .hovertext")).to_contain_text("of plays")
    expect(plot.locator(".vp-scrub")).to_be_visible()
    page.wait_for_function("document.querySelector('.vp-peek video')?.currentTime > 2")
    # Clicking seeks, and the playhead goes there.
    page.mouse.down()
    page.mouse.up()
    page.wait_for_function("document.querySelector('[data-curve] video').currentTime > 2")
    expect(plot.locator(".vp-playhead")).to_be_visible()
    place = page.evaluate("document.querySelector('.vp-playhead').offsetLeft")
    assert box["width"] * 0.5 < place < box["width"]
    page.evaluate("document.querySelector('[data-curve] video').pause()")
    # The timeline above the curve seeks too.
    track = plot.locator(".vp-timeline").bounding_box()
    assert track is not None
    page.mouse.click(track["x"] + 0.1 * track["width"], track["y"] + 3)
    page.wait_for_function("Math.abs(document.querySelector('[data-curve] video').currentTime - 0.4) < 0.35")
    page.evaluate("document.querySelector('[data-curve] video').pause()")
    # By keys the curve is a slider over the video's seconds.
    page.mouse.move(0, 0)
    plot.focus()
    expect(plot).to_have_role("slider")
    page.keyboard.press("Home")
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    expect(plot).to_have_attribute("aria-valuenow", "2.5")
    assert "of plays" in str(plot.get_attribute("aria-valuetext"))
    page.keyboard.press("Enter")
    page.wait_for_function("Math.abs(document.querySelector('[data-curve] video').currentTime - 2.5) < 0.4")
    page.keyboard.press("Escape")
    expect(plot.locator(".vp-scrub")).to_be_hidden()
    assert page.complaints == []  # type: ignore[attr-defined]


def test_a_moment_in_the_list_plays_from_there(film: Video, world: World, opened: Opened) -> None:
    again = [[0, SECONDS], [1, 2], [1, 2]]
    sessions_load(
        world.workspace,
        {"it": film.public_id},
        [snapshot("it", *(again if n % 2 else again[:1]), session=uuid7(1_740_000_000_000 + n, n)) for n in range(80)],
    )
    Video.objects.filter(pk=film.pk).update(duration=20)
    page = opened(f"/videos/{film.public_id}/?period=all_time")
    button = page.locator("[data-seek]").first
    seconds = float(str(button.get_attribute("data-seek")))
    page.evaluate("document.querySelector('[data-curve] video').muted = true")
    button.click()
    page.wait_for_function(f"document.querySelector('[data-curve] video').currentTime >= {seconds}")
    expect(page.locator("#curve-plot .vp-scrub")).to_be_visible()


def test_tabs_swap_alone_by_keys_while_the_video_goes_on(film: Video, opened: Opened) -> None:
    page = opened(f"/videos/{film.public_id}/?period=all_time")
    page.evaluate("window.kept = document.querySelector('[data-curve] video')")
    page.locator("#tab-audience").focus()
    for name in ("viewers", "actions", "reactions", "quality", "compare"):
        while page.evaluate("document.activeElement.id") != f"tab-{name}":
            page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/?period=all_time&tab={name}")
        expect(page.locator(f"#tab-{name}")).to_have_attribute("aria-selected", "true")
        expect(page.locator(f"#tab-{name}")).to_be_focused()
        draw_all(page)
        keeps_nobody_out(page)
    assert page.evaluate("window.kept === document.querySelector('[data-curve] video')")
    page.locator(".vp-choose summary").click()
    page.locator("#find").fill("vid_0000000002")
    expect(page.locator(".vp-offers a")).to_have_count(1)
    page.locator(".vp-offers a").click()
    page.wait_for_url("**&with=*")
    expect(page.locator("#compared-title")).to_contain_text("vid_0000000002")
    page.go_back()
    expect(page.locator("#compared-title")).to_have_text("Compared with the average")
    assert page.complaints == []  # type: ignore[attr-defined]


def test_the_watcher_of_the_dashboard_is_not_counted(film: Video, opened: Opened) -> None:
    page = opened(f"/videos/{film.public_id}/?period=all_time")
    assert page.locator("[data-viewprint]").count() == 0
    assert page.evaluate("[...document.scripts].every(script => !script.src.includes('viewprint'))")
