"""Takes the pictures in docs/screenshots: seeds a demo in a directory of its own, serves it, signs in, looks.

`make screenshots` runs this. The demo is the same each time but ends today, so the numbers move with the calendar.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import uuid
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import cast

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser import ARGUMENTS  # noqa: E402
from tests.real_parts import PARTS  # noqa: E402
from tests.served import Served  # noqa: E402

PICTURES = ROOT / "docs" / "screenshots"
# Few colours are enough for charts and text, and make a file a quarter of its size.
COLORS = 256
SPINNER = 2_000  # ms
DESKTOP, PHONE = (1440, 1180), (390, 1180)
# Pages by the name of their picture; and pages that a link of another one leads to.
OTHERS = {
    "viewers": "/viewers/?period=last_12_months&sort=-plays",
    "events": "/events/",
    "templates": "/templates/?period=last_12_months",
    "why": "/why/views/",
    "segments": "/segments/",
    "settings": "/settings/workspace",
}
INNER = {
    "viewer": ("/viewers/?period=all_time&who=identified&sort=-plays", ".vp-called a"),
    "event": ("/events/", "main a[href^='/events/']"),
}
# Who watches on the picture of the live page: from where, with what, and on which page.
WATCHERS = (
    ("DE", "Berlin", "desktop", "Windows", "Chrome", "https://learn.lumen.example/lessons/charts"),
    ("IN", "Pune", "smartphone", "Android", "Chrome", "https://www.lumen.example/"),
    ("US", "Austin", "desktop", "macOS", "Safari", "https://academy.northwind.example/onboarding"),
    ("BR", "Recife", "smartphone", "iOS", "Safari", "https://learn.lumen.example/lessons/charts"),
    ("FR", "Lyon", "tablet", "iOS", "Safari", "https://learn.lumen.example/lessons/lookups"),
)
FILTERS = (
    "filter=country%3Ain%3ADE&filter=country%3Ain%3AAT&filter=device%3Anot_in%3Adesktop&filter=identified%3Ain%3Afalse"
)


def main() -> None:
    """Write every picture anew."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="viewprint-screenshots-") as directory:
        served = Served(Path(directory) / "data")
        served.manage("migrate", "--verbosity", "0")
        demo = json.loads(served.manage("seed_demo"))
        served.start()
        try:
            with sync_playwright() as playwright:
                program = PARTS["chromium"]()
                browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
                pictures_take(browser, served.url, demo["email"], demo["password"], demo["token"])
                browser.close()
        finally:
            served.stop()


def pictures_take(browser: Browser, url: str, email: str, password: str, token: str) -> None:
    """Take each page in both themes, and some of them on a phone too."""
    for theme in ("light", "dark"):
        page = signed_in(browser, url, email, password, DESKTOP, theme)
        if theme == "light":
            segments_save(page)
        page.goto("/?period=last_7_days&grain=hour")
        video = page.locator(".vp-videos tbody a").first.get_attribute("href")
        picture_take(page, f"overview-{theme}")
        page.goto(str(video))
        picture_take(page, f"video-{theme}")
        if theme == "light":
            comparison_open(page)
            picture_take(page, "video-compare")
        page.goto("/reports/new")
        picture_take(page, f"report-{theme}")
        library_open(page)
        picture_take(page, f"library-{theme}")
        for name, address in OTHERS.items():
            page.goto(address)
            picture_take(page, f"{name}-{theme}")
        for name, (address, first) in INNER.items():
            page.goto(address)
            page.goto(str(page.locator(first).first.get_attribute("href")))
            picture_take(page, f"{name}-{theme}")
        talk_open(page)
        picture_take(page, f"talk-{theme}")
        progress_open(page)
        picture_take(page, f"progress-{theme}")
        page.goto(f"/setup/?video={str(video).split('/')[2]}")
        picture_take(page, f"setup-{theme}")
        page.goto(f"/?{FILTERS}")
        page.locator("summary", has_text="Filter").click()
        page.locator("select#filter-text").wait_for()
        picture_take(page, f"filters-{theme}")
        if theme == "light":
            guest = shared_open(page, browser, str(video))
            picture_take(guest, "shared")
            guest.context.close()
            page.goto("/shared/")
            picture_take(page, "shared-links")
        page.context.close()
    page = signed_in(browser, url, email, password, PHONE, "light")
    page.goto("/")
    picture_take(page, "overview-phone")
    page.goto(str(video))
    picture_take(page, "video-phone")
    library_open(page)
    picture_take(page, "library-phone")
    progress_open(page)
    picture_take(page, "progress-phone")
    page.context.close()
    # Last, as it changes the numbers.
    looks = {"light": (DESKTOP, "light"), "dark": (DESKTOP, "dark"), "phone": (PHONE, "light")}
    pages = {name: signed_in(browser, url, email, password, *look) for name, look in looks.items()}
    watchers_come(pages["light"], token)
    for name, page in pages.items():
        page.goto("/live/")
        picture_take(page, f"live-{name}")


def comparison_open(page: Page) -> None:
    """Lay another video's curve over the one of the page."""
    page.locator("#tab-compare").click()
    page.locator(".vp-choose summary").click()
    page.locator("#find").fill("pivot tables")
    page.locator(".vp-offers a", has_text="Pivot tables").click()
    page.locator("#compared-title", has_text="Pivot tables").wait_for()
    page.evaluate("document.querySelector('.vp-depth').scrollIntoView()")
    page.mouse.move(0, 0)


def segments_save(page: Page) -> None:
    """Save two sets of filters under names."""
    for name, query in (("Mobile, abroad", FILTERS), ("From Google", "filter=source%3Ain%3Awww.google.com")):
        page.goto(f"/?{query}")
        page.locator("summary", has_text="Segments").click()
        page.get_by_label("Save these filters as").fill(name)
        page.get_by_role("button", name="Save segment").click()
        page.get_by_text(f"The segment “{name}” is saved.").wait_for()


def shared_open(page: Page, browser: Browser, video: str) -> Page:
    """Share the video's page, and return it as a guest sees it."""
    page.goto(f"{video}?period=last_12_months")
    page.get_by_role("link", name="Share", exact=True).click()
    page.get_by_label("Title").fill("How our welcome film does")
    page.get_by_label("Password").fill("")
    page.get_by_role("button", name="Make the link").click()
    link = page.locator(".vp-share-links td a").first.get_attribute("href")
    guest = browser.new_context(viewport={"width": DESKTOP[0], "height": DESKTOP[1]}).new_page()
    guest.goto(str(link))
    return guest


def talk_open(page: Page) -> None:
    """Show the first talk of the first event."""
    page.goto("/events/")
    for way in ("main a[href^='/events/']", "main a[href*='/talks/']"):
        page.goto(str(page.locator(way).first.get_attribute("href")))


def watchers_come(page: Page, token: str) -> None:
    """Let a few people watch the first videos just now."""
    headers = {"Authorization": f"Bearer {token}"}
    videos = [each["id"] for each in page.request.get("/v1/videos?per_page=6", headers=headers).json()["data"]]
    lines = []
    for number in range(14):
        country, city, device, os, program, site = WATCHERS[number % len(WATCHERS)]
        elapsed = 15 + 9 * number
        born = int(time.time() - elapsed) * 1000
        key = uuid.UUID(int=born << 80 | 7 << 76 | 2 << 62 | uuid.uuid4().int & (1 << 62) - 1)
        lines.append(json.dumps({
            "v": 1, "video": videos[number**2 % len(videos)], "session": str(key), "seq": 1, "plays": 1,
            "visitor": f"watcher-{number}", "stretches": [[0, min(elapsed, 20)]], "elapsed": elapsed, "duration": 40,
            "country": country, "city": city, "device": device, "os": os, "browser": program, "page": site,
        }))  # fmt: skip
    answer = page.request.post("/v1/import/sessions", headers=headers, data="\n".join(lines).encode())
    assert answer.ok, answer.text()


def library_open(page: Page) -> None:
    """Open a folder of the library that has folders and videos, the most watched first."""
    page.goto("/library/?q=formulas&sort=-views")
    page.get_by_role("link", name="Formulas", exact=True).first.click()
    page.locator("#place-title", has_text="Formulas").wait_for()
    page.locator("#sort-views").dispatch_event("click")
    page.wait_for_url("**sort=-views")
    page.mouse.move(0, 0)


def progress_open(page: Page) -> None:
    """Show how far the demo's list of people got with one folder of videos, those who got farthest in front."""
    page.goto("/viewers/progress/")
    page.select_option("#list", index=1)
    page.locator(".vp-table").wait_for()
    folder = page.locator("#of option", has_text="Formulas").first.get_attribute("value")
    page.select_option("#of", folder)
    page.wait_for_url("**of=fold_*")
    page.select_option("#sort", "-progress")
    page.wait_for_url("**sort=-progress")
    page.mouse.move(0, 0)


def signed_in(
    browser: Browser, url: str, email: str, password: str, size: tuple[int, int], theme: str
) -> Page:  # fmt: skip
    """Return a page on the product's front, in a browser of its own."""
    viewport = {"width": size[0], "height": size[1]}
    page = browser.new_context(base_url=url, viewport=viewport, color_scheme=theme).new_page()  # type: ignore[arg-type]
    page.goto("/")
    page.get_by_label("E-mail").fill(email)
    page.locator("input[type=password]").fill(password)
    page.locator("input[type=password]").press("Enter")
    page.wait_for_url(f"{url}/")
    return page


def picture_take(page: Page, name: str) -> None:
    """Wait until what is on the screen is drawn, and keep it."""
    page.wait_for_load_state("networkidle")
    for plot in page.locator("[data-figure]").all():
        if plot.evaluate("plot => plot.getBoundingClientRect().top < innerHeight"):
            plot.locator("svg.main-svg").first.wait_for()
    page.wait_for_function("[...document.querySelectorAll('video')].every(video => video.readyState >= 2)")
    if page.locator("video").count():
        # The spinner over the first frame fades away.
        page.wait_for_timeout(SPINNER)
    page.evaluate("Promise.all([...document.images].filter(image => image.loading !== 'lazy').map(i => i.decode()))")
    picture = Image.open(BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    # The large surfaces of a page stay exactly as they are; the frame of a film is smooth instead.
    has_film = page.locator("video").count() > 0
    few = picture.quantize(COLORS, dither=Image.Dither.NONE) if has_film else few_colors(picture)
    few.save(PICTURES / f"{name}.png", optimize=True)


def few_colors(picture: Image.Image) -> Image.Image:
    """Return the picture in few colours: half of them are the most frequent ones exactly, half cover all others."""
    half = COLORS // 2
    colors = cast(list[tuple[int, int, int]], list(picture.get_flattened_data()))
    places = {color: place for place, (color, _) in enumerate(Counter(colors).most_common(half))}
    others = picture.quantize(half, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few = Image.new("P", picture.size)
    covered = cast(list[int], list(others.get_flattened_data()))
    few.putdata([places.get(color, len(places) + other) for color, other in zip(colors, covered, strict=True)])
    few.putpalette([*(part for color in places for part in color), *(others.getpalette() or [])])
    return few


if __name__ == "__main__":
    main()
