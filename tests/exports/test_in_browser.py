"""The reports in a real browser: from the dialog over the overview to the downloaded file, and what looks and feels."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from exports.models import Report, Status
from tests.browser import Opened, keeps_nobody_out, opening
from tests.exports.conftest import DATABASES
from tests.exports.scheduling import scheduled
from videos.models import Folder, Project, User, Video, Workspace

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=DATABASES)]
LONG = "Pneumonoultramicroscopicsilicovolcanoconiosis_and_other_names_without_any_space_at_all_v2_final_FINAL"


@pytest.fixture
def top(workspace: Workspace) -> Folder:
    """The first of 31 folders on four levels, below it `Webinars` and `Deepest`; some names mean harm."""
    project = Project.objects.create(workspace=workspace, name="<img src=x onerror=alert(1)>")
    first: Folder | None = None
    for number in range(10):
        parent: Folder | None = None
        for level, name in enumerate((f"Folder {number} {LONG if number == 3 else ''}".strip(), "Webinars", "Deepest")):
            parent = Folder.objects.create(workspace=workspace, project=project, parent=parent, name=name)
            first = first or parent
            Video.objects.create(workspace=workspace, project=project, folder=parent, title=f"Video {number}-{level}")
    assert parent is not None
    Folder.objects.create(workspace=workspace, project=project, parent=parent, name='"><script>alert(2)</script>')
    assert first is not None
    return first


@pytest.fixture
def opened(
    chromium: Browser, live_server: Any, owner: User, signed_in: Callable[[User], Client], settings: Any
) -> Iterator[Opened]:
    """Return a function that opens a path as the owner, in a browser of the given size and theme."""
    settings.PUBLIC_URL = live_server.url
    with opening(chromium, live_server.url, signed_in(owner)) as open_page:
        yield open_page


def dialog_of(page: Page) -> Locator:
    page.click("text=Export report")
    dialog = page.locator("dialog[open]")
    expect(dialog.locator("h2")).to_have_text("Export report")
    return dialog


def box(place: Locator | Page, name: str, nth: int = 0) -> Locator:
    """The checkbox of the nth folder or project of that name."""
    return place.locator("[data-tree] label", has_text=re.compile(name)).nth(nth).locator("input")


def test_from_the_overview_to_the_file_and_next_time_the_choices_are_remembered(
    worker: None, opened: Opened, top: Folder
) -> None:
    page = opened(f"/?from=2025-01-01&to=2025-01-31&filter=folder:in:{top.public_id}")
    dialog = dialog_of(page)
    expect(dialog.locator("[name=period]")).to_have_value("custom")
    expect(dialog.locator("[name=first_on]")).to_have_value("2025-01-01")
    expect(dialog.locator("[name=last_on]")).to_have_value("2025-01-31")
    expect(box(dialog, "Folder 0")).to_be_checked()
    expect(dialog.locator("[data-summary]")).to_have_text("1 folder, 2 nested · 15 fields · CSV")

    dialog.get_by_label("Select all of Analytics metrics").uncheck()
    dialog.locator("[name=columns][value=views]").check()
    dialog.get_by_role("radio", name="XLSX").check()
    dialog.get_by_role("radio", name="Country").check()
    expect(dialog.locator("[data-summary]")).to_have_text("1 folder, 2 nested · 11 fields by country · XLSX")
    dialog.get_by_role("button", name="Generate").click()

    page.wait_for_url("**/reports/")
    row = page.locator("#reports tbody tr")
    expect(row).to_have_count(1)
    expect(row.locator(".vr-state")).to_have_text("Ready", timeout=20_000)
    expect(row).to_contain_text("1–31 January 2025")
    expect(row).to_contain_text("11 fields · by country · XLSX")
    expect(row).to_contain_text("3 rows")
    with page.expect_download() as download:
        row.get_by_role("link", name="Download").click()
    archive = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert archive.namelist() == ["report.xlsx", "README.txt"]

    page.goto("/?period=last_month")
    dialog = dialog_of(page)
    expect(dialog).to_contain_text("Filled in like your last report")
    expect(dialog.locator("[name=period]")).to_have_value("last_month")
    expect(dialog.locator("[data-summary]")).to_have_text("1 folder, 2 nested · 11 fields by country · XLSX")
    dialog.get_by_text("Start afresh").click()
    expect(dialog.locator("[data-summary]")).to_have_text("The whole workspace · 15 fields · CSV")
    expect(dialog.locator("[name=period]")).to_have_value("last_month")
    assert page.complaints == []  # type: ignore[attr-defined]


def test_progress_comes_by_itself_and_keeps_the_focus(opened: Opened, top: Folder, workspace: Workspace) -> None:
    schedule, later = scheduled(workspace), timezone.now() + timedelta(days=1)
    report = Report.objects.create(
        workspace=workspace, period_name="all_time", timezone="UTC", fields=["title"], progress=10, due_at=later,
        schedule=schedule,
    )  # fmt: skip
    page = opened("/reports/")
    cancel = page.get_by_role("button", name="Cancel")
    cancel.focus()
    expect(page.locator("progress")).to_have_attribute("value", "10")
    Report.objects.filter(pk=report.pk).update(progress=70)
    expect(page.locator("progress")).to_have_attribute("value", "70")
    expect(cancel).to_be_focused()
    beside = page.context.new_page()
    beside.goto(f"/reports/schedules/{schedule.public_id}")
    run_now = beside.get_by_role("button", name="Run now")
    expect(run_now).to_be_disabled()
    Report.objects.filter(pk=report.pk).update(status=Status.FAILED, error="The folder has gone.")
    expect(page.locator("#reports")).to_contain_text("The folder has gone.")
    expect(page.locator("#reports-news")).to_have_text("Report: Failed")
    assert page.locator("#reports[hx-get]").count() == 0
    expect(beside.locator("#runs")).to_contain_text("The folder has gone.")
    expect(run_now).to_be_enabled()


def test_the_form_finds_a_folder_shows_what_it_brings_and_warns_of_personal_data(opened: Opened, top: Folder) -> None:
    page = opened("/reports/new")
    page.fill("[data-find]", "pneumono")
    expect(page.locator("[data-tree] li:visible")).to_have_count(2)
    page.fill("[data-find]", "")
    expect(page.locator("[data-tree] li:visible")).to_have_count(32)

    deepest, webinars, first, project = (
        box(page, "Deepest"),
        box(page, "Webinars"),
        box(page, "Folder 0"),
        box(page, "<img"),
    )
    deepest.check()
    for above in (webinars, first, project):
        assert above.evaluate("box => [box.checked, box.indeterminate, box.disabled]") == [False, True, False]
    first.focus()
    page.keyboard.press("Space")
    for brought in (webinars, deepest):
        assert brought.evaluate("box => [box.checked, box.indeterminate, box.disabled]") == [True, False, True]
    expect(page.locator("[data-tree-says]")).to_have_text("1 folder, 2 nested")
    expect(page.locator(".vr-brought:visible")).to_have_count(2)
    page.keyboard.press("Space")
    assert webinars.evaluate("box => [box.checked, box.indeterminate, box.disabled]") == [False, True, False]
    assert deepest.evaluate("box => [box.checked, box.disabled]") == [True, False]
    project.check()
    assert page.locator("[name=folders]:not(:disabled)").count() == 0
    page.get_by_role("button", name="Untick all").click()
    expect(page.locator("[data-tree-says]")).to_have_text("The whole workspace")
    assert page.locator("[data-tree] input:is(:checked, :disabled, :indeterminate)").count() == 0

    expect(page.locator(".vr-personal")).to_be_hidden()
    page.get_by_role("radio", name="Viewer").check()
    expect(page.locator(".vr-personal")).to_be_visible()


def test_the_dialog_says_what_is_wrong_loses_nothing_and_gives_the_focus_back(opened: Opened, top: Folder) -> None:
    page = opened("/?period=today")
    dialog = dialog_of(page)
    box(dialog, "Folder 0").check()
    dialog.locator("[name=email]").fill("nobody")
    dialog.get_by_role("button", name="Generate").click()
    expect(dialog.get_by_role("alert")).to_be_focused()
    expect(dialog).to_contain_text("Enter a valid email address.")
    expect(box(dialog, "Folder 0")).to_be_checked()
    expect(dialog.locator("[data-summary]")).to_have_text("1 folder, 2 nested · 15 fields · CSV")
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    expect(page.locator(".vp-export")).to_be_focused()


def test_a_choice_becomes_a_schedule(opened: Opened, top: Folder) -> None:
    page = opened("/?period=last_month")
    dialog = dialog_of(page)
    box(dialog, "Folder 0").check()
    dialog.get_by_role("radio", name="XLSX").check()
    dialog.get_by_text("Make it a schedule").click()
    page.wait_for_url("**/reports/schedules/new?*")
    expect(box(page, "Folder 0")).to_be_checked()
    expect(box(page, "Webinars")).to_be_disabled()
    expect(page.locator("[name=format][value=xlsx]")).to_be_checked()


def test_without_javascript_the_form_has_a_page_and_works(opened: Opened, top: Folder) -> None:
    page = opened("/?period=today", java_script_enabled=False)
    page.click("text=Export report")
    expect(page.locator("[name=period]")).to_have_value("today")
    box(page, "Folder 0").check()
    page.get_by_role("button", name="Generate").click()
    page.wait_for_url("**/reports/")
    assert Report.objects.get().folders == [top.public_id]


@pytest.mark.parametrize(("width", "theme"), [(1440, "dark"), (390, "light")])
def test_everything_fits_and_keeps_nobody_out(
    opened: Opened, top: Folder, workspace: Workspace, width: int, theme: str
) -> None:
    page = opened("/?period=last_month&filter=device:in:tv", width, theme)
    dialog = dialog_of(page)
    box(dialog, "Folder 0").check()
    dialog.get_by_role("radio", name="Viewer").check()
    dialog.locator("[name=period]").select_option("custom")
    dialog.locator("summary", has_text="Further").click()
    keeps_nobody_out(page)
    body = dialog.locator(".vr-body")
    assert body.evaluate("body => body.scrollWidth <= body.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for status, error in ((Status.FAILED, f"{LONG} has gone."), (Status.CANCELED, ""), (Status.COMPLETED, "")):
        Report.objects.create(
            workspace=workspace, period_name="all_time", timezone="UTC", fields=["title"], status=status, error=error,
            folders=[Folder.objects.get(name__contains=LONG).public_id], rows=1_000_000, size=123_456_789,
            expires_at=timezone.now() + timedelta(days=7),
        )  # fmt: skip
    page.goto("/reports/")
    keeps_nobody_out(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.complaints == []  # type: ignore[attr-defined]
