"""The library in a real browser: dragging, moving by keyboard, selecting, copying, at both widths."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.analytics.pages.conftest import member
from tests.analytics.pages.library.conftest import Library
from tests.browser import Opened, fits_and_keeps_nobody_out, opening
from videos.models import Folder, Project, Role, Video

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "clickhouse"]),
]


@pytest.fixture
def opened(chromium: Browser, live_server: Any, library: Library) -> Iterator[Opened]:
    """Return a function that opens a path as an editor, in a browser of the given size and theme."""
    with opening(chromium, live_server.url, member(library.workspace, Role.EDITOR)) as open_page:
        yield open_page


def line(page: Page, name: str) -> Locator:
    return page.locator(".vp-items tr", has=page.get_by_role("link", name=name, exact=True))


def branch(page: Page, name: str) -> Locator:
    return page.locator(".vp-tree .vp-branch", has=page.locator(".vp-branch-name", has_text=name)).first


def place(title: str) -> str:
    video = Video.objects.select_related("folder", "project").get(title=title)
    return str(video.folder or video.project or "")


def test_what_is_dragged_onto_the_tree_moves_and_can_be_taken_back(library: Library, opened: Opened) -> None:
    page = opened(f"/library/projects/{library.courses.public_id}/")
    fits_and_keeps_nobody_out(page)
    page.evaluate("window.kept = true")
    line(page, "About Courses").drag_to(branch(page, "Archive"))
    expect(page.locator("[data-toast]")).to_contain_text("“About Courses” was moved to “Archive”.")
    expect(page.locator("#dashboard-news")).to_contain_text("was moved to “Archive”")
    expect(line(page, "About Courses")).to_have_count(0)
    expect(branch(page, "Archive").locator("a")).to_be_focused()
    assert place("About Courses") == "Archive"
    page.get_by_role("link", name="Undo").click()
    expect(line(page, "About Courses")).to_be_visible()
    assert place("About Courses") == "Courses"
    # A folder onto another one of the table, then out of it again by the path above the table.
    line(page, "Physics").drag_to(line(page, "Maths"))
    expect(line(page, "Physics")).to_have_count(0)
    line(page, "Maths").get_by_role("link", name="Maths", exact=True).click()
    page.wait_for_url(f"**/library/folders/{library.folders['Maths'].public_id}/")
    expect(page.locator("#place-title")).to_have_text("Maths")
    line(page, "Physics").drag_to(page.locator(".vp-crumbs a", has_text="Courses"))
    expect(line(page, "Physics")).to_have_count(0)
    assert Folder.objects.get(name="Physics").parent is None
    # Nothing goes into itself, nor to where it is.
    branch(page, "Maths").drag_to(branch(page, "Algebra"))
    branch(page, "Algebra").drag_to(branch(page, "Maths"))
    expect(page.locator("[data-over], [data-dragged]")).to_have_count(0)
    assert Folder.objects.get(name="Maths").parent is None
    assert page.evaluate("window.kept"), "no page was loaded anew"
    assert page.complaints == []  # type: ignore[attr-defined]


def test_lines_are_selected_and_move_by_keyboard_alone(library: Library, opened: Opened) -> None:
    page = opened("/library/?nested=1")
    bar = page.locator("#selection")
    expect(bar).to_be_hidden()
    page.get_by_label("Select About Algebra").press("Space")
    page.get_by_label("Select About Maths").click(modifiers=["Shift"])
    expect(bar.locator("output")).to_have_text("3 selected")
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    page.locator("[data-pick-all]").press("Space")
    expect(bar.locator("output")).to_have_text("6 selected")
    page.get_by_label("Select About Rings").press("Space")
    bar.get_by_role("button", name="Move to…").press("Enter")
    dialog = page.get_by_role("dialog", name="Move 5 items")
    expect(dialog.get_by_role("heading")).to_be_focused()
    fits_and_keeps_nobody_out(page)
    dialog.get_by_role("button", name="Move here").press("Enter")
    expect(dialog.get_by_role("alert")).to_have_text("Choose where to move it.")
    dialog.get_by_role("radio", name="In no project").press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("[data-toast]")).to_contain_text("5 items were moved to “Archive”.")
    expect(page.locator("#place-title")).to_be_focused()
    assert Video.objects.filter(project=library.archive).count() == 5
    line(page, "About Rings").locator("summary").press("Enter")
    line(page, "About Rings").get_by_role("link", name="Delete…").press("Enter")
    dialog = page.get_by_role("dialog", name="Delete “About Rings”?")
    expect(dialog).to_contain_text("This cannot be undone.")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(line(page, "About Rings").locator("summary")).to_be_focused()
    assert Video.objects.count() == 6


def test_on_a_phone_lines_are_cards_and_the_tree_folds(library: Library, opened: Opened) -> None:
    page = opened(f"/library/folders/{library.folders['Maths'].public_id}/", 390, "dark")
    expect(branch(page, "Archive")).to_be_hidden()
    fits_and_keeps_nobody_out(page)
    page.locator("[data-tree-toggle]").press("Enter")
    expect(branch(page, "Archive")).to_be_visible()
    physics = branch(page, "Physics").locator("a")
    fits_and_keeps_nobody_out(page)
    line(page, "About Maths").locator("summary").click()
    line(page, "About Maths").get_by_role("link", name="Move to…").click()
    dialog = page.get_by_role("dialog", name="Move “About Maths”")
    fits_and_keeps_nobody_out(page)
    dialog.get_by_role("radio", name="Physics").check()
    dialog.get_by_role("button", name="Move here").click()
    expect(page.locator("[data-toast]")).to_contain_text("was moved to “Physics”")
    assert place("About Maths") == "Physics"
    page.locator("[data-tree-toggle]").click()
    physics.click()
    expect(page.locator("#place-title")).to_have_text("Physics")
    expect(line(page, "About Maths")).to_be_visible()


def test_branches_unfold_and_stay_so(library: Library, opened: Opened) -> None:
    page = opened("/library/")
    expect(branch(page, "Maths")).to_be_hidden()
    branch(page, "Courses").get_by_role("button", name="Folders in Courses").press("Enter")
    expect(branch(page, "Maths")).to_be_visible()
    branch(page, "All videos").locator("a").click()
    page.wait_for_url("**/library/?nested=1")
    expect(line(page, "About Rings")).to_be_visible()
    expect(branch(page, "Maths")).to_be_visible()


def test_typing_finds_and_a_heading_orders(library: Library, opened: Opened) -> None:
    page = opened("/library/")
    box = page.get_by_role("searchbox")
    box.press_sequentially("physics")
    page.wait_for_url("**/library/?q=physics")
    expect(line(page, "About Physics")).to_be_visible()
    expect(page.locator("#dashboard-news")).to_have_text("1 folder and 1 video found in the library for “physics”.")
    expect(box).to_be_focused()
    page.locator("#sort-name").press("Enter")
    page.wait_for_url("**/library/?q=physics&sort=-name")
    expect(page.locator("#sort-name")).to_be_focused()
    # As fast as people type: within a few milliseconds after a swap, what is new does not listen yet.
    box.clear()
    box.press_sequentially("quantum", delay=30)
    expect(page.get_by_role("heading", name="Nothing found for “quantum”")).to_be_visible()


def test_something_new_is_made_in_a_dialog_and_its_code_is_copied(library: Library, opened: Opened) -> None:
    page = opened(f"/library/projects/{library.archive.public_id}/", permissions=["clipboard-read", "clipboard-write"])
    page.locator(".vp-new summary").press("Enter")
    page.get_by_role("link", name="Video…").press("Enter")
    dialog = page.get_by_role("dialog", name="Add a video")
    expect(dialog.get_by_label("Title")).to_be_focused()
    fits_and_keeps_nobody_out(page)
    dialog.get_by_label("Title").fill("Welcome")
    dialog.get_by_label("File").fill("welcome.mp4")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("Give an http or https address")
    dialog.get_by_label("File").fill("/media/welcome.mp4")
    page.keyboard.press("Enter")
    expect(line(page, "Welcome")).to_be_visible()
    page.get_by_role("link", name="Get its embed code").click()
    dialog = page.get_by_role("dialog", name="Embed “Welcome”")
    dialog.get_by_role("button", name="Copy the iframe").click()
    expect(dialog.get_by_role("button", name="Copied")).to_be_visible()
    video = Video.objects.get(title="Welcome")
    assert f"/embed/{video.public_id}" in page.evaluate("navigator.clipboard.readText()")
    assert page.evaluate("navigator.clipboard.readText()") == dialog.locator("#iframe-code").text_content()


def test_without_javascript_everything_is_a_page(library: Library, opened: Opened) -> None:
    page = opened(f"/library/folders/{library.folders['Maths'].public_id}/", java_script_enabled=False)
    page.get_by_label("Select About Maths").check()
    page.get_by_label("Select Algebra").check()
    page.locator("#selection").get_by_role("button", name="Move to…").click()
    page.get_by_role("radio", name="Archive").check()
    page.get_by_role("button", name="Move here").click()
    expect(page.get_by_text("2 items were moved to “Archive”.")).to_be_visible()
    page.get_by_role("link", name="Undo").click()
    page.get_by_role("button", name="Move back").click()
    assert place("About Maths") == "Maths"
    page.get_by_role("searchbox").fill("rings")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=rings**")
    line(page, "About Rings").locator("summary").click()
    line(page, "About Rings").get_by_role("link", name="Delete…").click()
    page.get_by_role("button", name="Delete video").click()
    assert not Video.objects.filter(title="About Rings").exists()
    assert Project.objects.count() == 2
