"""A session's heatmap: what it shows, in which colours, to whom it opens, and that a frame of 70 px holds it."""

from __future__ import annotations

import base64
import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import sync_playwright

from analytics.heatmap import COLOURS, Strip, heatmap_of
from tests.analytics.api.conftest import history_made
from tests.analytics.api.wistia.conftest import Stage
from tests.oracle import curves
from tests.real_parts import require

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "clickhouse"]),
]
SVG = "{http://www.w3.org/2000/svg}"


def page_of(stage: Stage, key: str, **parameters: str) -> Any:
    parameters = parameters or {"public_token": stage.workspace.public_token}
    stage.client.credentials()
    return stage.client.get(f"/v1/stats/events/{key}/iframe.html", parameters, HTTP_AUTHORIZATION="")


def drawn(html: str) -> list[tuple[int, int, str]]:
    """Return (start, width, colour) of each rectangle of the map."""
    found = re.search(r'<svg class="map".*?</svg>', html, re.S)
    assert found
    rects = ElementTree.fromstring(found[0]).iter()
    return [
        (int(rect.attrib["x"]), int(rect.attrib["width"]), rect.attrib["fill"]) for rect in rects if rect.tag == "rect"
    ]


def test_each_count_has_its_colour(stage: Stage) -> None:
    watched = [[5, end] for end in (60, 50, 40, 30, 20, 10)]
    html = page_of(stage, stage.play(stretches=watched)).content.decode()
    white, green, yellow, orange, light_red, dark_red = COLOURS
    assert drawn(html) == [
        (0, 5, white), (5, 15, dark_red), (20, 10, light_red), (30, 10, orange), (40, 10, yellow), (50, 10, green),
    ]  # fmt: skip
    assert 'viewBox="0 0 60 1"' in html


def test_every_heatmap_is_the_oracles() -> None:
    for session in history_made(1, 150).sessions:
        if session.duration is None or session.bot:
            continue
        starts, ends = ([stretch[side] for stretch in session.stretches] for side in (0, 1))
        strips = heatmap_of(starts, ends, session.duration, 0.5).strips
        counts = [strip.times for strip in strips for _ in range(strip.width)]
        assert counts == [min(5, count) for count in curves.heatmap(session, session.duration)]
        assert [strip.start for strip in strips] == [sum(one.width for one in strips[:i]) for i in range(len(strips))]


def test_the_map_is_told_in_words(stage: Stage) -> None:
    stage.video.title = 'Tom & "Jerry" <b>'
    stage.video.save()
    html = page_of(stage, stage.play(stretches=[[0, 12], [6, 12], [30, 42]])).content.decode()
    assert "Watched 0:00–0:06 once, 0:06–0:12 twice, 0:30–0:42 once." in html
    title = "Tom &amp; &quot;Jerry&quot; &lt;b&gt;"
    assert f"Heatmap of one viewing session of {title}, 1:00 long, 40\u00a0% watched" in html
    assert re.search(r'<svg [^>]*role="img"\s+aria-labelledby="name told"', html)


def test_a_session_that_played_nothing_is_white(stage: Stage) -> None:
    html = page_of(stage, stage.play(plays=0, stretches=[])).content.decode()
    assert drawn(html) == [(0, 60, COLOURS[0])]
    assert "Nothing was watched." in html


def test_many_strips_are_told_up_to_a_limit() -> None:
    starts = list(range(0, 100_000, 2000))
    told = heatmap_of(starts, [start + 1000 for start in starts], 100_000, 0.5).told
    assert told.startswith("Watched 0:00–0:01 once, 0:02–0:03 once, ")
    assert told.endswith(", 1:18–1:19 once, and 10 more parts.")


def test_a_video_of_unknown_length_ends_where_players_said_else_where_the_viewer_got(stage: Stage) -> None:
    stage.video.duration = None
    stage.video.save()
    key = stage.play(stretches=[[0, 10]])
    html = page_of(stage, key).content.decode()
    assert drawn(html) == [(0, 10, COLOURS[1])]
    assert "% watched" not in html
    stage.play(duration=20)
    assert drawn(page_of(stage, key).content.decode()) == [(0, 10, COLOURS[1]), (10, 10, COLOURS[0])]
    assert heatmap_of([], [], None, None).strips == (Strip(0, 1, 0, "0:00–0:00 not watched"),)


def test_the_page_runs_nothing_and_can_be_framed_by_anyone(stage: Stage) -> None:
    answer = page_of(stage, stage.play())
    html = answer.content.decode()
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    assert "X-Frame-Options" not in answer
    policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
    (style,) = re.findall(r"<style>(.*?)</style>", html, re.S)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == {
        "default-src": "'none'",
        "style-src": f"'sha256-{digest}'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert not re.search(r"<script|\sstyle=|\son\w+=|https?://", html)


def test_it_opens_with_the_workspaces_public_token_only(stage: Stage, other: Stage) -> None:
    key = stage.play()
    api_token = stage.client.defaults["HTTP_AUTHORIZATION"]
    assert page_of(stage, key).status_code == 200
    for token in ("", "nonsense", "a\0b", api_token.removeprefix("Bearer ")):
        refused = page_of(stage, key, public_token=token)
        assert refused.status_code == 401
        assert set(refused.json()) == {"code", "error"}
    with_token = stage.client.get(f"/v1/stats/events/{key}/iframe.html", HTTP_AUTHORIZATION=api_token)
    assert with_token.status_code == 401
    for missing in (other.play(), "00000000-0000-7000-8000-000000000000", "nonsense", stage.play(bot=True)):
        unknown = page_of(stage, missing)
        assert unknown.status_code == 404
        assert set(unknown.json()) == {"error"}
    for path in ("/v1/stats/account.json", "/v1/stats/events.json"):
        answer = stage.client.get(path, {"api_password": stage.workspace.public_token}, HTTP_AUTHORIZATION="")
        assert answer.status_code == 401


def test_the_address_that_an_event_gives_opens(stage: Stage) -> None:
    stage.play()
    (row,) = stage.get("stats/events.json")
    path = row["iframe_heatmap_url"].removeprefix("http://127.0.0.1:8000")
    answer = stage.client.get(path, HTTP_AUTHORIZATION="")
    assert answer.status_code == 200
    again = stage.client.get(path.replace("/v1/", "/modern/"), HTTP_IF_NONE_MATCH=answer["ETag"], HTTP_AUTHORIZATION="")
    assert again.status_code == 304


@pytest.mark.browser
def test_a_frame_of_70_px_on_another_site_shows_map_and_caption(stage: Stage, live_server: Any) -> None:
    program = require("chromium")
    key = stage.play(stretches=[[0, 30], [10, 30], [10, 20]])
    address = f"{live_server.url}/v1/stats/events/{key}/iframe.html?public_token={stage.workspace.public_token}"
    # In a thread of its own, as Django would take the driver's event loop for a reason to refuse its database.
    with ThreadPoolExecutor(1) as thread:
        seen = thread.submit(look, program, address).result()
    assert seen["complaints"] == []
    assert seen["map"]["height"] >= 45
    assert seen["map"]["width"] > 600
    assert seen["caption"]["y"] + seen["caption"]["height"] <= seen["frame"]["y"] + seen["frame"]["height"]
    assert seen["text"].split()[:4] == ["0:00", "50", "%", "watched"]


def look(program: str, address: str) -> dict[str, Any]:
    """Return what a browser without JavaScript makes of the reference's own iframe on a customer's page."""
    frame = f'<body><iframe src="{address}" height="70" width="100%" style="border: solid 2px black;"></iframe>'
    with sync_playwright() as driver:
        # A page of the internet may frame the product there; here the product is on a local address.
        local = ["--no-sandbox", "--disable-features=LocalNetworkAccessChecks"]
        chromium = driver.chromium.launch(executable_path=program, args=local)
        page = chromium.new_context(java_script_enabled=False).new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.route("http://customer.example/", lambda route: route.fulfill(content_type="text/html", body=frame))
        page.goto("http://customer.example/")
        inside = page.frames[1]
        found = {
            "map": inside.locator("svg.map").bounding_box(),
            "caption": inside.locator("figcaption").bounding_box(),
            "text": inside.locator("figcaption").inner_text(),
            "frame": page.locator("iframe").bounding_box(),
            "complaints": complaints,
        }
        chromium.close()
    return found
