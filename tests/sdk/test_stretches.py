"""What was played, to a fraction of a second."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.sdk.conftest import HELPERS, SECONDS, video
from tests.sdk.site import Collector, Site

pytestmark = pytest.mark.browser
EXACT = 0.08


def assert_stretches(found: list[Any], expected: list[Any], fastest: float = 1) -> None:
    """A seek is heard a few milliseconds of the clock late; at a higher rate those are more seconds of the video."""
    assert len(found) == len(expected), (found, expected)
    for (start, end), (true_start, true_end) in zip(found, expected, strict=True):
        assert start == pytest.approx(true_start, abs=EXACT), (found, expected)
        assert end == pytest.approx(true_end, abs=EXACT * fastest), (found, expected)


def test_play_pause_seek_back_rewatch_and_leave(page: Page, site: Site, collector: Collector, tag: str) -> None:
    page.goto(site.html("/", HELPERS + video() + tag))
    first = collector.wait_stored(lambda snapshot: snapshot["plays"] == 0)
    assert first["stretches"] == []
    truth = page.evaluate("""async () => {
        const v = $('v'), truth = [];
        await v.play();
        truth.push([0, await reached(v, 1.7)]);
        v.pause();
        await heard(v, 'pause');
        truth[0][1] = v.currentTime;
        const resumed = v.currentTime;
        await v.play();
        truth.push([resumed, await reached(v, 2.6)]);
        v.currentTime = 0.6;
        await heard(v, 'seeked');
        truth.push([0.6, await reached(v, 1.4)]);
        v.currentTime = 12;
        await heard(v, 'seeked');
        await reached(v, 12.7);
        return truth;
    }""")
    page.evaluate("addEventListener('pagehide', () => localStorage.setItem('left', $('v').currentTime))")
    page.goto(site.html("/elsewhere", "gone"))
    left = float(page.evaluate("localStorage.getItem('left')"))
    found = collector.wait_stored(lambda snapshot: len(snapshot["stretches"]) == 4)
    assert_stretches(found["stretches"], [*truth, [12, left]])
    assert found["session"] == first["session"]
    assert found["plays"] == 2
    assert found["duration"] == pytest.approx(SECONDS, abs=0.05)
    assert found["live"] is False
    assert found["page"] == site.origin + "/"
    assert found["elapsed"] >= sum(end - start for start, end in found["stretches"])
    assert 0 <= found["quality"]["startup"] < 1


def test_end_is_the_duration_and_playing_again_is_another_stretch(
    page: Page, site: Site, collector: Collector, tag: str
) -> None:
    page.goto(site.html("/", HELPERS + video(source="/short.webm") + tag))
    page.evaluate("async () => { $('v').play(); await heard($('v'), 'ended'); }")
    once = collector.wait_stored(lambda snapshot: snapshot["stretches"] and snapshot["stretches"][0][1] > 1)
    assert_stretches(once["stretches"], [[0, once["duration"]]])
    page.evaluate("async () => { $('v').play(); await heard($('v'), 'ended'); }")
    twice = collector.wait_stored(lambda snapshot: len(snapshot["stretches"]) == 2 and snapshot["stretches"][1][1] > 1)
    assert_stretches(twice["stretches"], [[0, once["duration"]]] * 2)


def test_loop_closes_at_the_duration_and_opens_at_zero(page: Page, site: Site, collector: Collector, tag: str) -> None:
    page.goto(site.html("/", HELPERS + video(source="/short.webm", more="loop") + tag))
    page.evaluate("""async () => {
        const v = $('v');
        await v.play();
        for (let i = 0; i < 2; i++) await heard(v, 'seeked');
        await reached(v, 0.5);
        v.pause();
    }""")
    found = collector.wait_stored(lambda snapshot: len(snapshot["stretches"]) == 3)
    whole = [0, found["duration"]]
    assert_stretches(found["stretches"][:2], [whole, whole])
    assert found["stretches"][2][0] == pytest.approx(0, abs=EXACT)
    assert found["plays"] == 1


def test_a_rate_change_closes_nothing_and_times_are_media_times(
    page: Page, site: Site, collector: Collector, tag: str
) -> None:
    page.goto(site.html("/", HELPERS + video() + tag))
    truth = page.evaluate("""async () => {
        const v = $('v');
        await v.play();
        await reached(v, 0.5);
        v.playbackRate = 4;
        const end = await reached(v, 5);
        v.currentTime = 10;
        await heard(v, 'seeked');
        v.playbackRate = 2;
        await reached(v, 11);
        v.pause();
        await heard(v, 'pause');
        return [[0, end], [10, v.currentTime]];
    }""")
    found = collector.wait_stored(lambda snapshot: len(snapshot["stretches"]) == 2)
    assert_stretches(found["stretches"], truth, fastest=4)


def test_a_stop_button_that_pauses_and_rewinds_at_once(page: Page, site: Site, collector: Collector, tag: str) -> None:
    page.goto(site.html("/", HELPERS + video() + tag))
    end = page.evaluate("""async () => {
        const v = $('v');
        await v.play();
        const end = await reached(v, 0.9);
        v.pause();
        v.currentTime = 0;
        return end;
    }""")
    found = collector.wait_stored(lambda snapshot: snapshot["stretches"] and snapshot["seq"] > 2)
    assert_stretches(found["stretches"], [[0, end]])


def test_scrubbing_leaves_no_stretches_behind(page: Page, site: Site, collector: Collector, tag: str) -> None:
    page.goto(site.html("/", HELPERS + video() + tag))
    page.evaluate("""async () => {
        const v = $('v');
        for (const time of [3, 5, 7, 9, 11, 8]) { v.currentTime = time; await heard(v, 'seeked'); }
        await v.play();
        await reached(v, 8.5);
        v.pause();
    }""")
    found = collector.wait_stored(lambda snapshot: snapshot["stretches"])
    assert len(found["stretches"]) == 1
    assert found["stretches"][0][0] == pytest.approx(8, abs=EXACT)


def test_a_page_that_is_busy_while_its_viewer_seeks(page: Page, site: Site, collector: Collector, tag: str) -> None:
    page.goto(site.html("/", HELPERS + video() + tag))
    truth = page.evaluate("""async () => {
        const v = $('v');
        await v.play();
        await reached(v, 0.7);
        for (const until = performance.now() + 600; performance.now() < until;);
        const end = v.currentTime;
        v.currentTime = 15;
        await heard(v, 'seeked');
        await reached(v, 15.4);
        v.pause();
        await heard(v, 'pause');
        return [[0, end], [15, v.currentTime]];
    }""")
    found = collector.wait_stored(lambda snapshot: len(snapshot["stretches"]) == 2)
    assert_stretches(found["stretches"], truth)


def test_stretches_past_the_bound_stay_a_valid_snapshot(page: Page, site: Site, collector: Collector, tag: str) -> None:
    page.goto(site.html("/", HELPERS + video() + tag))
    page.evaluate("""async () => {
        const v = $('v');
        await v.play();
        await reached(v, 0.3);
        for (let i = 0; i < 2100; i++) {
            for (const type of ['pause', 'playing']) v.dispatchEvent(new Event(type));
        }
        await reached(v, 1);
        v.pause();
    }""")
    found = collector.wait_stored(
        lambda snapshot: len(snapshot["stretches"]) > 1 and snapshot["stretches"][-1][1] > 0.9
    )
    assert len(found["stretches"]) == 2000
    assert all(0 <= start <= end for start, end in found["stretches"])
    assert found["stretches"][0][1] >= 0.3, "the longest must survive"
