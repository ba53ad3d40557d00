"""What happens between a player and the collector: nothing lost, nothing sent for ever."""

from __future__ import annotations

import json
import time
import uuid
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.sdk.conftest import HELPERS, video
from tests.sdk.site import Answer, Collector, Site, Snapshot

pytestmark = pytest.mark.browser
UNSENT = "Object.keys(localStorage).filter(key => key.startsWith('viewprint.s.'))"
WATCH = "async () => { const v = $('v'); await v.play(); await reached(v, 0.5); v.pause(); }"


def minted(snapshot: Snapshot) -> float:
    """Return the moment in a session's id, in seconds since 1970."""
    return (uuid.UUID(snapshot["session"]).int >> 80) / 1000


def has_come(count: int, collector: Collector) -> bool:
    return len(collector.snapshots) == count


def refusal(status: int, code: str, **more: object) -> Answer:
    return Answer(status, {"status": status, "code": code, "title": code, **more})


def test_first_snapshot_says_who_loaded_what_where(page: Page, site: Site, collector: Collector, tag: str) -> None:
    page.goto(site.html("/path", HELPERS + video() + tag) + "?utm_source=mail", referer="https://news.example/story")
    found = collector.wait_stored(lambda snapshot: True)
    headers = collector.requests[0][0]
    assert headers["Content-Type"].startswith("text/plain")
    assert "Cookie" not in headers
    assert found["v"] == 1
    assert found["video"] == "vid_0123456789"
    assert found["seq"] == 1
    assert found["plays"] == 0
    assert found["page"] == site.origin + "/path?utm_source=mail"
    assert found["referrer"] == "https://news.example/story"
    assert found["screen"] == [1280, 720]
    assert found["language"] == "en-US"
    assert found["consent"] is True
    assert uuid.UUID(found["session"]).version == 7
    assert uuid.UUID(found["session"]).variant == uuid.RFC_4122
    assert abs(minted(found) - time.time()) < 10
    uuid.UUID(found["visit"])
    assert 0 < len(found["visitor"]) <= 64
    page.wait_for_function(f"{UNSENT}.length === 0")


def test_two_loads_are_two_sessions_of_one_visit_and_visitor(
    page: Page, site: Site, collector: Collector, tag: str
) -> None:
    address = site.html("/", HELPERS + video() + tag)
    page.goto(address)
    collector.wait(lambda it: len(it.stored) == 1)
    page.goto(address)
    collector.wait(lambda it: len(it.stored) == 2)
    one, two = collector.stored.values()
    assert (one["visit"], one["visitor"]) == (two["visit"], two["visitor"])
    page.evaluate("localStorage['viewprint.active'] = Date.now() - 31 * 60 * 1000")
    page.evaluate("document.body.append($('v').cloneNode())")
    collector.wait(lambda it: len(it.stored) == 3)
    three = list(collector.stored.values())[2]
    assert three["visitor"] == one["visitor"]
    assert three["visit"] != one["visit"]


def test_closing_the_tab_sends_the_open_stretch(
    context: BrowserContext, site: Site, collector: Collector, tag: str
) -> None:
    page = context.new_page()
    page.goto(site.html("/", HELPERS + video() + tag))
    end = page.evaluate("async () => { const v = $('v'); await v.play(); return reached(v, 0.8); }")
    page.close(run_before_unload=True)
    found = collector.wait_stored(lambda snapshot: snapshot["stretches"] and snapshot["stretches"][-1][1] >= end)
    assert found["stretches"] == [[pytest.approx(0, abs=0.05), pytest.approx(end, abs=0.5)]]


def test_nothing_is_sent_while_idle_and_the_heartbeat_while_playing(
    page: Page, site: Site, collector: Collector, tag: str
) -> None:
    page.clock.install()
    page.goto(site.html("/", HELPERS + video() + tag))
    page.clock.run_for(10)
    collector.wait_stored(lambda snapshot: True)
    page.clock.run_for(300_000)
    assert len(collector.snapshots) == 1
    page.evaluate("async () => { await $('v').play(); }")
    page.clock.run_for(10)
    collector.wait_stored(lambda snapshot: snapshot["plays"] == 1)
    begun = collector.snapshots[-1]["elapsed"]
    waits = (5, 10, 20, 30, 60, 60)
    first = len(collector.snapshots)
    for count, seconds in enumerate(waits, start=1):
        page.clock.run_for(seconds * 1000)
        collector.wait(partial(has_come, first + count))
    beats = [begun, *(snapshot["elapsed"] for snapshot in collector.snapshots[-len(waits) :])]
    assert [after - before for before, after in pairwise(beats)] == pytest.approx(waits, abs=0.5)


def test_unsent_snapshots_are_sent_on_the_next_visit(page: Page, site: Site, collector: Collector, tag: str) -> None:
    collector.answer = lambda batch: Answer(503, headers={"Retry-After": "600"})
    address = site.html("/", HELPERS + video() + tag)
    page.goto(address)
    collector.wait(lambda it: it.requests)
    page.evaluate(WATCH)
    page.goto(site.html("/elsewhere", "gone"))
    assert collector.stored == {}
    collector.answer = lambda batch: Answer()
    page.goto(address)
    found = collector.wait_stored(lambda snapshot: snapshot["stretches"])
    collector.wait(lambda it: len(it.stored) == 2)
    assert found["stretches"][0][1] == pytest.approx(0.5, abs=0.1)
    page.wait_for_function(f"{UNSENT}.length === 0")


def test_a_busy_collector_is_asked_again_when_it_said(page: Page, site: Site, collector: Collector, tag: str) -> None:
    collector.answer = lambda batch: Answer(429 if not collector.requests else 204, headers={"Retry-After": "1"})
    page.goto(site.html("/", HELPERS + video() + tag))
    begun = time.monotonic()
    collector.wait_stored(lambda snapshot: True)
    assert time.monotonic() - begun >= 0.9


def test_a_lost_network_keeps_the_state(context: BrowserContext, site: Site, collector: Collector, tag: str) -> None:
    page = context.new_page()
    address = site.html("/", HELPERS + video() + tag)
    page.goto(address)
    collector.wait_stored(lambda snapshot: True)
    context.set_offline(True)
    page.evaluate(WATCH)
    page.wait_for_function(f"{UNSENT}.length === 1")
    context.set_offline(False)
    page.goto(address)
    collector.wait_stored(lambda snapshot: snapshot["stretches"])


def test_old_and_surplus_snapshots_are_thrown_away(page: Page, site: Site, collector: Collector, tag: str) -> None:
    page.goto(site.html("/plain", "x"))
    page.evaluate(
        """now => {
        for (let i = 0; i < 130; i++) {
            const stamp = (i < 5 ? now - 49 * 36e5 : now - 36e5 + i).toString(16).padStart(12, '0');
            const session = `${stamp.slice(0, 8)}-${stamp.slice(8)}-7000-8000-${String(i).padStart(12, '0')}`;
            localStorage[`viewprint.s.${session}`] = JSON.stringify({
                v: 1, video: 'vid_old', session, seq: 1, page: 'https://x/' + 'é'.repeat(i < 110 ? 900 : 10)});
        }
    }""",
        time.time() * 1000 // 1,
    )
    page.goto(site.html("/", HELPERS + video() + tag))
    collector.wait(lambda it: len(it.stored) == 101)
    assert all(len(body) <= 65_536 for _, body, _ in collector.requests)
    assert all(len(json.loads(body)) <= 100 for _, body, _ in collector.requests)
    assert len(collector.requests) <= 6
    numbers = [int(session[-12:]) for session, one in collector.stored.items() if one["video"] == "vid_old"]
    assert sorted(numbers) == list(range(30, 130))
    page.wait_for_function(f"{UNSENT}.length === 0")


def test_a_wrong_clock_is_corrected(page: Page, site: Site, collector: Collector, tag: str) -> None:
    ahead = timedelta(hours=3)

    def answer(batch: list[Snapshot]) -> Answer:
        now = datetime.now(UTC) + ahead
        faults = [
            {"index": index, "field": "session", "code": "clock_skew", "message": "behind"}
            for index, item in enumerate(batch)
            if abs(minted(item) - now.timestamp()) > 300
        ]
        return refusal(422, "clock_skew", server_time=now.isoformat(), errors=faults) if faults else Answer()

    collector.answer = answer
    page.goto(site.html("/", HELPERS + video() + video("vid_second0000", name="w") + tag))
    collector.wait(lambda it: len(it.stored) == 2)
    page.evaluate(WATCH)
    found = collector.wait_stored(lambda snapshot: snapshot["stretches"])
    assert abs(minted(found) - (time.time() + ahead.total_seconds())) < 30
    assert len(collector.stored) == 2
    assert len({item["session"] for item in collector.snapshots}) == 4
    page.wait_for_function(f"{UNSENT}.length === 0")


def test_a_session_that_is_only_too_old_ends_without_a_second_key(
    page: Page, site: Site, collector: Collector, tag: str
) -> None:
    collector.answer = lambda batch: refusal(422, "clock_skew", server_time=datetime.now(UTC).isoformat())
    warnings: list[str] = []
    page.on("console", lambda message: warnings.append(message.text))
    page.goto(site.html("/", HELPERS + video() + tag))
    collector.wait(lambda it: it.requests)
    page.evaluate(WATCH)
    page.wait_for_function(f"{UNSENT}.length === 0")
    assert len(collector.requests) == 1
    assert len([text for text in warnings if "clock_skew" in text]) == 1


def test_an_unknown_video_is_dropped_and_spoils_nothing(page: Page, site: Site, collector: Collector, tag: str) -> None:
    collector.answer = lambda batch: (
        refusal(404, "unknown_video") if any(item["video"] == "vid_unknown" for item in batch) else Answer()
    )
    warnings: list[str] = []
    page.on("console", lambda message: warnings.append(message.text))
    page.goto(site.html("/", HELPERS + video() + video("vid_unknown", name="w") + tag))
    collector.wait_stored(lambda snapshot: snapshot["video"] == "vid_0123456789")
    page.wait_for_function(f"{UNSENT}.length === 0")
    page.evaluate("async () => { for (const id of ['w', 'v']) { await $(id).play(); $(id).pause(); } }")
    collector.wait_stored(lambda snapshot: snapshot["plays"] == 1)
    page.wait_for_function(f"{UNSENT}.length === 0")
    assert len([text for text in warnings if text.startswith("viewprint:")]) == 1
    assert {item["plays"] for item in collector.snapshots if item["video"] == "vid_unknown"} == {0}


def test_a_hidden_tabs_beacon_is_confirmed_when_the_tab_is_seen_again(
    page: Page, site: Site, collector: Collector, tag: str
) -> None:
    page.goto(site.html("/", HELPERS + video() + tag))
    collector.wait_stored(lambda snapshot: True)
    page.wait_for_function(f"{UNSENT}.length === 0")
    page.evaluate("""() => {
        Object.defineProperty(document, 'hidden', {value: true, configurable: true});
        document.dispatchEvent(new Event('visibilitychange', {bubbles: true}));
    }""")
    collector.wait(lambda it: len(it.requests) == 2)
    assert page.evaluate(UNSENT + ".length") == 1
    page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange', {bubbles: true}))")
    collector.wait(lambda it: len(it.requests) == 3)
    page.wait_for_function(f"{UNSENT}.length === 0")
    assert len(collector.stored) == 1


def test_a_snapshot_stays_below_the_collectors_limit(page: Page, site: Site, collector: Collector, tag: str) -> None:
    page.goto(site.html("/", HELPERS + video() + tag))
    collector.wait_stored(lambda snapshot: True)
    page.evaluate("for (let i = 0; i < 520; i++) viewprint.action('click', {name: 'ü'.repeat(3000)})")
    found = collector.wait_stored(lambda snapshot: snapshot["actions"])
    assert len(collector.requests[-1][1]) <= 65_536
    assert len(found["actions"]) > 10
    assert {len(action["name"]) for action in found["actions"]} == {2048}
