"""A real video watched in a real browser, on a page of another origin, is exactly that session everywhere."""

from __future__ import annotations

import base64
import csv
import email
import email.policy
import io
import json
import re
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import numpy
import pytest
from playwright.sync_api import BrowserContext, Page

from tests.sdk.conftest import HELPERS, rendered
from tests.sdk.site import Site
from tests.served import Served

SECONDS = 20
EXACT = 0.1
WATCH = """async () => {
    const video = $("v");
    await video.play();
    await reached(video, 6);
    video.pause();
    const first = video.currentTime;
    const sought = heard(video, "seeked");
    video.currentTime = 2;
    await sought;
    await video.play();
    await reached(video, 5);
    video.pause();
    return [[0, first], [2, video.currentTime]];
}"""


def eventually(look: Callable[[], Any], seconds: float = 30) -> Any:
    """Return the first true answer of `look`, asked again and again for a while."""
    until = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.1)
    return found


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    site.files["/clip.webm"] = ("video/webm", rendered(SECONDS))
    yield site
    site.close()


def test_a_video_watched_in_a_browser_is_that_session_in_api_pages_curve_and_mailed_report(
    served: Served, site: Site, context: BrowserContext, page: Page
) -> None:
    folder, video = _catalog(served)
    stretches = _watched(served, site, context, video)
    first, second = stretches[0][1], stretches[1][1]
    watch_time = first + second - 2
    scope = {
        "scope": {"video": video},
        "metrics": ["loads", "plays", "views", "watch_time", "engagement", "unique_views"],
    }
    row = eventually(lambda: _row(served, scope, first + second - 2))
    assert (row["loads"], row["plays"], row["views"], row["unique_views"]) == (1, 1, 1, 1)
    assert row["watch_time"] == pytest.approx(watch_time, abs=EXACT)
    assert row["engagement"] == pytest.approx(first / SECONDS, abs=EXACT / SECONDS)
    _kinescope_has_it(served, video, row)
    _pages_show_it(served, page, video, row, stretches)
    _report_has_it(served, folder, video, row)


def _catalog(served: Served) -> tuple[str, str]:
    """Make a project with a folder in a folder and the video there; return the outer folder and the video."""

    def made(kind: str, **fields: Any) -> str:
        status, body = served.post(f"/v1/catalog/{kind}", fields)
        assert status == 201, body
        return str(body["id"])

    project = made("projects", name="Courses")
    outer = made("folders", name="Onboarding", project=project)
    inner = made("folders", name="Week one", project=project, parent=outer)
    return outer, made(
        "videos", title='=HYPERLINK("x") & <b>welcome</b>', duration=SECONDS, folder=inner, project=project
    )


def _watched(served: Served, site: Site, context: BrowserContext, video: str) -> list[list[float]]:
    """Play, pause, seek back, watch a part again, leave; return the stretches as the page itself saw them."""
    player = f'<video id="v" data-viewprint="{video}" src="/clip.webm" muted playsinline preload="auto"></video>'
    address = site.html("/lesson", f'{player}{HELPERS}<script src="{served.url}/viewprint.js" defer></script>')
    assert not address.startswith(served.url)
    lesson = context.new_page()
    lesson.goto(address + "?utm_source=newsletter#top")
    lesson.wait_for_function("window.viewprint && $('v').readyState >= 3")
    stretches: list[list[float]] = lesson.evaluate(WATCH)
    lesson.close()
    return stretches


def _row(served: Served, question: dict[str, Any], watch_time: float) -> dict[str, Any] | None:
    """Return the row once the last snapshot, which the page sends as it goes, is in."""
    status, body = served.post("/v1/query", question)
    assert status == 200, body
    row: dict[str, Any] = body["rows"][0]
    return row if row["watch_time"] > watch_time - EXACT else None


def _kinescope_has_it(served: Served, video: str, row: dict[str, Any]) -> None:
    today = "from=2020-01-01&to=2099-12-31"
    status, body = served.get(f"/v1/analytics/overview?{today}&video_id={video}&group=month")
    assert status == 200, body
    total = body["data"]["total"]
    assert (total["player_loads"], total["views"], total["unique_views"]) == (1, 1, 1)
    assert total["total_watch_time"] == row["watch_time"]
    assert total["engagement"] == row["engagement"]
    status, body = served.get(f"/v1/analytics?{today}&group_by=video_id&video_id={video}")
    assert [(each["video_id"], each["views"]) for each in body["data"]] == [(video, 1)]
    status, body = served.post(
        "/v1/query", {"metrics": ["views"], "by": ["domain", "page", "utm_source"], "scope": {"video": video}}
    )
    assert [(each["domain"], each["page"].endswith("/lesson"), each["utm_source"]) for each in body["rows"]] == [
        ("127.0.0.1", True, "newsletter")
    ]


def _pages_show_it(served: Served, page: Page, video: str, row: dict[str, Any], stretches: list[list[float]]) -> None:
    page.goto(f"{served.url}/")
    page.fill("input[name=username]", str(served.workspace["email"]))
    page.fill("input[name=password]", "correct horse battery")
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"{served.url}/")
    _, whole = served.post("/v1/query", {"metrics": list(row), "period": {"name": "today"}})
    page.goto(f"{served.url}/?period=today")
    _tiles_are(page, whole["rows"][0])
    page.goto(f"{served.url}/videos/{video}/?period=today")
    _tiles_are(page, row)
    figure = json.loads(page.locator("#curve-figure").text_content(timeout=5000) or "")
    # Beside the middle of each second, the drawn line has a point at both ends of the video.
    viewers, with_rewatches = (list(map(round, _numbers(trace["y"])))[1:-1] for trace in figure["data"][:2])
    covered = [sum(start <= second + 0.5 < end for start, end in stretches) for second in range(SECONDS)]
    assert viewers == [min(times, 1) for times in covered]
    assert with_rewatches == covered


def _numbers(values: Any) -> list[float]:
    """Return a trace's values, which Plotly writes as a list or as base64 of a typed array."""
    if isinstance(values, list):
        return values
    return list(numpy.frombuffer(base64.b64decode(values["bdata"]), dtype=values["dtype"]))


def _tiles_are(page: Page, row: dict[str, Any]) -> None:
    shown = set(row) - {"plays"}
    for name in shown:
        tile = page.locator(f'[data-metric="{name}"] data')
        assert float(tile.get_attribute("value", timeout=5000) or "nan") == pytest.approx(row[name]), name


def _report_has_it(served: Served, folder: str, video: str, row: dict[str, Any]) -> None:
    order = {"folders": [folder], "period": {"name": "today"}, "email": "team@example.com"}
    status, report = served.post("/v1/reports", order)
    assert (status, report["status"]) == (202, "processing")
    done = eventually(
        lambda: (found := served.get(f"/v1/reports/{report['id']}")[1])["status"] == "completed" and found
    )
    mail = eventually(lambda: [*(served.data_dir / "mail").glob("*.eml")])[-1]
    message = email.message_from_bytes(mail.read_bytes(), policy=email.policy.default)
    assert message["To"] == "team@example.com"
    text = message.get_body(("plain",))
    assert text is not None
    link = re.search(r"https?://\S+/reports/download/\S+", text.get_content())
    assert link is not None
    assert link[0] == done["download_url"]
    with urllib.request.urlopen(link[0]) as answer:
        archive = zipfile.ZipFile(io.BytesIO(answer.read()))
    assert sorted(archive.namelist()) == ["README.txt", "report.csv"]
    rows = list(csv.DictReader(io.StringIO(archive.read("report.csv").decode("utf-8-sig"))))
    assert len(rows) == done["rows"] == 1
    found = rows[0]
    assert (found["video_id"], found["folder_name"]) == (video, "Onboarding/Week one")
    assert not found["title"].startswith("=")
    assert (found["player_loads"], found["unique_views"], found["views"]) == ("1", "1", "1")
    assert float(found["total_watch_time"]) == pytest.approx(row["watch_time"])
