"""The viewers' pages in a real browser: found, read on a phone, worked with, and closed to nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from analytics.models import ViewingSession
from analytics.viewers.lists import people_list_create
from tests.analytics.api.wistia.conftest import staged
from tests.analytics.pages.viewers.conftest import ADA, MOMENT, Stage, member
from tests.browser import WIDTHS, Opened, fits_and_keeps_nobody_out, opening, unfolded
from videos.models import Role, Video

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "clickhouse"]),
]
ALL = "/viewers/?period=all_time"


@pytest.fixture
def course(transactional_db: None) -> Stage:
    """Twelve long-titled lessons, Ada who watched some of them, and many strangers."""
    stage = staged("Course")
    Video.objects.filter(pk=stage.video.pk).update(title="Lesson 0 <b>begins</b>")
    lessons = [
        Video.objects.create(workspace=stage.workspace, title=f"Lesson {number} of a rather long course", duration=60)
        for number in range(1, 12)
    ]
    place = {"country": "DE", "city": "Kassel", "device": "desktop", "os": "Linux", "browser": "Firefox"}
    stage.play(visitor="ada", identity=ADA, stretches=[[0, 60]], **place)
    for number, lesson in enumerate(lessons[:4]):
        at = MOMENT + timedelta(hours=number)
        stage.play(at, visitor="ada", identity=ADA, video=lesson.public_id, stretches=[[0, 30], [10, 20]], **place)
    for number in range(6):
        stage.play(MOMENT - timedelta(days=number), visitor=f"stranger {number}", **place)
    return stage


@pytest.fixture
def opened(chromium: Browser, live_server: Any, course: Stage) -> Iterator[Opened]:
    """Return a function that opens a path as an owner, in a browser of the given size and theme."""
    with opening(chromium, live_server.url, member(course.workspace, Role.OWNER)) as open_page:
        yield open_page


def test_a_question_and_a_long_matrix_fit_and_keep_nobody_out(course: Stage, opened: Opened) -> None:
    emails = ["ada@example.com", *(f"never.seen.{number}@example.com" for number in range(12))]
    kept = people_list_create(course.workspace, "Class", emails)
    for path, width, theme in (
        ("/viewers/ada/?erase", 390, "light"),
        (f"/viewers/progress/?list={kept.public_id}", 1440, "dark"),
    ):
        fits_and_keeps_nobody_out(unfolded(opened(path, width, theme)), widths=WIDTHS)


def test_a_viewer_is_found_and_looked_at_and_erased(course: Stage, opened: Opened) -> None:
    page = opened(ALL)
    expect(page.locator(".vp-viewers tbody tr")).to_have_count(7)
    page.evaluate("window.kept = true")
    page.get_by_role("link", name="Plays").click()
    page.wait_for_url("**sort=-plays")
    expect(page.locator("[aria-sort=descending]")).to_contain_text("Plays")
    expect(page.locator("#dashboard-news")).to_contain_text("by plays")
    page.get_by_label("Find viewers").fill("lovel")
    page.get_by_label("Find viewers").press("Enter")
    page.wait_for_url("**q=lovel**")
    expect(page.locator(".vp-viewers tbody tr")).to_have_count(1)
    assert page.evaluate("window.kept")
    page.get_by_role("link", name="Ada Lovelace").click()
    page.wait_for_url("**/viewers/ada/")
    expect(page.get_by_role("heading", name="Ada Lovelace").first).to_be_visible()
    bar = page.locator(".vp-heatmap").first
    box = bar.bounding_box()
    assert box is not None
    assert box["width"] > 500
    assert box["height"] >= 14
    expect(page.get_by_role("img", name="Heatmap of one viewing session").first).to_be_visible()
    page.get_by_role("link", name="Erase…").click()
    page.get_by_role("link", name="Keep").click()
    page.get_by_role("link", name="Erase…").click()
    page.get_by_role("button", name="Erase for good").click()
    page.wait_for_url("**/viewers/")
    expect(page.get_by_text("The viewer is erased, with 5 sessions")).to_be_visible()
    assert not ViewingSession.objects.filter(visitor="ada").exists()
    assert page.complaints == []  # type: ignore[attr-defined]


def test_a_pasted_class_becomes_a_matrix_whose_head_and_people_stay(course: Stage, opened: Opened) -> None:
    page = opened("/viewers/progress/")
    people = "\n".join(f"Never Seen <never{number}@example.com>" for number in range(40))
    page.get_by_label("E-mail addresses").fill(f"ADA@example.com\nfoo\n{people}")
    page.get_by_label("Name of the list").fill("Class of 26")
    page.get_by_role("button", name="Show their progress").click()
    page.wait_for_url("**/viewers/progress/?list=peop_*")
    expect(page.get_by_text("line 2 “foo” (no e-mail address)")).to_be_visible()
    expect(page.get_by_text("Of 41 people, 0 finished all 12 videos, 1 started, 40 never watched.")).to_be_visible()
    page.select_option("#sort", "-progress")
    page.wait_for_url("**sort=-progress")
    ada = page.locator(".vp-table tbody tr").first
    expect(ada).to_contain_text("Ada Lovelace")
    expect(ada.locator("td.vp-m-finished")).to_have_count(1)
    expect(ada.locator("td.vp-m-started")).to_have_count(4)
    place = "element => element.getBoundingClientRect()"
    region = page.locator(".vp-table")
    region.evaluate("element => element.scrollTo(400, 600)")
    head, person, box = (
        page.locator(selector).evaluate(place)
        for selector in (".vp-table thead th.vp-lesson >> nth=5", ".vp-table tbody th >> nth=20", ".vp-table")
    )
    assert abs(head["top"] - box["top"]) < 3
    assert abs(person["left"] - box["left"]) < 3
    page.select_option("#show", "never")
    page.wait_for_url("**show=never**")
    expect(page.locator(".vp-table tbody tr")).to_have_count(40)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    assert download.value.suggested_filename == "progress-class-of-26-all-time.csv"
    assert page.complaints == []  # type: ignore[attr-defined]


def test_without_javascript_lists_are_sorted_searched_and_shown(course: Stage, opened: Opened) -> None:
    kept = people_list_create(course.workspace, "Class", ["ada@example.com", "never@example.com"])
    page = opened(ALL, java_script_enabled=False)
    page.get_by_label("Find viewers").fill("ada")
    page.get_by_role("button", name="Find").click()
    expect(page.locator(".vp-viewers tbody tr")).to_have_count(1)
    page.goto("/viewers/progress/")
    page.select_option("#list", kept.public_id)
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".vp-table tbody tr")).to_have_count(2)
    page.select_option("#show", "never")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".vp-table tbody tr")).to_have_count(1)
