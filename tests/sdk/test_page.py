"""The SDK on a page: which players it follows, who is watching, what a page can ask, and that it breaks nothing."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.sdk.conftest import HELPERS, video
from tests.sdk.site import SCRIPTS, Collector, Site, Snapshot, served

pytestmark = pytest.mark.browser
OTHER = "vid_abcdefghij"


def of(key: str) -> Any:
    return lambda snapshot: snapshot["video"] == key


def test_the_whole_sdk_is_under_four_kilobytes() -> None:
    assert len(gzip.compress(served("viewprint.js"), 9)) < 4000


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed: it checks the scripts' syntax")
@pytest.mark.parametrize("script", sorted(path.name for path in SCRIPTS.iterdir()))
def test_script_is_well_formed(script: str) -> None:
    subprocess.run(["node", "--check", SCRIPTS / script], check=True, stderr=sys.stderr)


def test_a_video_added_later_and_one_in_a_shadow_root(page: Page, site: Site, collector: Collector, tag: str) -> None:
    page.goto(site.html("/", HELPERS + tag))
    page.wait_for_function("window.viewprint")
    assert page.evaluate("viewprint.sessions()") == []
    page.evaluate("html => document.body.insertAdjacentHTML('beforeend', html)", f"<div>{video()}</div>")
    collector.wait_stored(of("vid_0123456789"))
    page.evaluate(
        """html => {
        const host = document.body.appendChild(document.createElement('div'));
        host.attachShadow({mode: 'open'}).innerHTML = html;
        viewprint.track(host.shadowRoot.querySelector('video'));
        document.body.append('a change elsewhere');
    }""",
        video(OTHER),
    )
    collector.wait_stored(of(OTHER))
    assert page.evaluate("viewprint.sessions().length") == 2


def test_two_videos_of_a_page_are_two_sessions_in_one_request(
    page: Page, site: Site, collector: Collector, tag: str
) -> None:
    page.goto(site.html("/", HELPERS + video() + video(OTHER, name="w") + tag))
    collector.wait(lambda it: len(it.stored) == 2)
    assert len(collector.requests) == 1
    page.evaluate("async () => { const w = $('w'); await w.play(); await reached(w, 0.4); w.pause(); }")
    found = collector.wait_stored(lambda snapshot: snapshot["stretches"])
    assert found["video"] == OTHER
    assert len({snapshot["visit"] for snapshot in collector.snapshots}) == 1
    assert {snapshot["plays"] for snapshot in collector.snapshots if snapshot["video"] != OTHER} == {0}


def test_a_removed_video_says_its_last_and_is_let_go(page: Page, site: Site, collector: Collector, tag: str) -> None:
    page.goto(site.html("/", HELPERS + video() + tag))
    end = page.evaluate("""async () => {
        const v = window.kept = $('v');
        await v.play();
        const end = await reached(v, 0.6);
        v.remove();
        return end;
    }""")
    found = collector.wait_stored(lambda snapshot: snapshot["stretches"] and snapshot["stretches"][-1][1] > 0.5)
    assert found["stretches"][0][1] == pytest.approx(end, abs=0.1)
    count = len(collector.snapshots)
    assert page.evaluate("viewprint.sessions()") == []
    page.evaluate("async () => { await kept.play(); kept.currentTime = 5; await heard(kept, 'seeked'); kept.pause(); }")
    page.evaluate("async () => { document.body.append(kept); await new Promise(done => setTimeout(done, 50)); }")
    collector.wait(lambda it: len(it.stored) == 2)
    assert len(collector.snapshots) == count + 1


def test_moving_a_video_in_the_page_is_no_new_load(page: Page, site: Site, collector: Collector, tag: str) -> None:
    page.goto(site.html("/", HELPERS + video() + "<p id=p></p>" + tag))
    collector.wait(lambda it: it.stored)
    before = page.evaluate("viewprint.sessions()[0].session")
    page.evaluate("async () => { $('p').append($('v')); await new Promise(done => setTimeout(done, 50)); }")
    assert page.evaluate("viewprint.sessions()[0].session") == before


def test_another_id_or_another_medium_is_another_session(
    page: Page, site: Site, collector: Collector, tag: str
) -> None:
    page.goto(site.html("/", HELPERS + video() + tag))
    end = page.evaluate("""async () => {
        const v = $('v');
        await v.play();
        const end = await reached(v, 0.5);
        v.src = '/short.webm';
        return end;
    }""")
    collector.wait(lambda it: len(it.stored) == 2)
    first = collector.wait_stored(lambda snapshot: snapshot["stretches"])
    assert first["stretches"][0][1] == pytest.approx(end, abs=0.08)
    page.evaluate("async () => { const v = $('v'); await v.play(); await reached(v, 0.4); }")
    page.evaluate("key => { $('v').dataset.viewprint = key; }", OTHER)
    third = collector.wait_stored(of(OTHER))
    assert third["plays"] == 1
    page.evaluate("$('v').pause()")
    sessions = list(collector.stored.values())
    assert [one["video"] for one in sessions] == ["vid_0123456789"] * 2 + [OTHER]
    collector.wait(lambda it: all(one["stretches"] for one in it.stored.values()))
    ends = [one["stretches"][-1] for one in collector.stored.values()]
    assert ends[2][0] == pytest.approx(ends[1][1], abs=0.05), "the new session goes on where the old one ended"


def test_without_consent_nothing_is_kept_and_nobody_is_named(
    page: Page, site: Site, collector: Collector, tag: str
) -> None:
    refused = tag.replace("defer", 'defer data-consent="false"')
    page.goto(site.html("/", HELPERS + video(more='data-external-id="u1"') + refused))
    collector.wait(lambda it: it.stored)
    page.evaluate("viewprint.identify({id: 'u1', email: 'a@example.com'})")
    page.evaluate("async () => { const v = $('v'); await v.play(); await reached(v, 0.3); v.pause(); }")
    found = collector.wait_stored(lambda snapshot: snapshot["stretches"])
    for snapshot in collector.snapshots:
        assert snapshot["consent"] is False
        assert not {"visitor", "visit"} & snapshot.keys()
        assert snapshot.get("identity") is None
    assert page.evaluate("Object.keys(localStorage)") == []
    page.evaluate("viewprint.consent(true)")
    given = collector.wait_stored(lambda snapshot: snapshot["consent"])
    assert given["session"] == found["session"]
    assert given["visitor"]
    assert given["identity"]["email"] == "a@example.com"
    page.evaluate("viewprint.consent(false)")
    collector.wait_stored(lambda snapshot: snapshot["seq"] > given["seq"] and not snapshot["consent"])
    assert page.evaluate("Object.keys(localStorage)") == []


def test_who_is_watching_is_remembered_until_told_otherwise(
    page: Page, site: Site, collector: Collector, tag: str
) -> None:
    address = site.html("/", HELPERS + video() + tag)
    page.goto(address)
    collector.wait(lambda it: it.stored)
    person = {"id": 42, "email": "a@example.com", "name": "Ä" * 3000, "org": {"name": "ACME", "title": "CTO"}}
    page.evaluate("person => viewprint.identify(person)", person)
    found = collector.wait_stored(lambda snapshot: snapshot["identity"])
    said = {"id": "42", "email": "a@example.com", "name": "Ä" * 2048, "org": person["org"], "source": "embed"}
    assert found["identity"] == said
    page.goto(address)
    collector.wait(lambda it: len(it.stored) == 2)
    assert list(collector.stored.values())[1]["identity"] == said
    page.evaluate("viewprint.identify(null)")
    collector.wait(lambda it: list(it.stored.values())[1]["identity"] is None)


def test_an_external_id_on_the_player_or_the_script(page: Page, site: Site, collector: Collector, tag: str) -> None:
    page.goto(site.html("/plain", "x"))
    page.evaluate("localStorage['viewprint.identity'] = JSON.stringify({id: 'on script', email: 'b@example.com'})")
    marked = tag.replace("defer", 'defer data-external-id="on script"')
    page.goto(site.html("/", video(more='data-external-id="on video"') + video(OTHER, name="w") + marked))
    collector.wait(lambda it: len(it.stored) == 2)
    found = {one["video"]: one["identity"] for one in collector.stored.values()}
    assert found["vid_0123456789"] == {"source": "embed", "id": "on video"}
    assert found[OTHER] == {"source": "embed", "id": "on script", "email": "b@example.com"}


def test_actions(page: Page, site: Site, collector: Collector, tag: str) -> None:
    page.goto(site.html("/", HELPERS + video() + video(OTHER, name="w") + tag))
    collector.wait(lambda it: it.stored)
    page.evaluate("""() => {
        viewprint.action('cta', {name: 'buy', at: 3});
        viewprint.action('cta', {name: 'buy', converted: true});
        viewprint.action('reaction', {name: 'like', at: 1.5}, $('w'));
        viewprint.action('nonsense', {name: 'x'});
        for (let i = 0; i < 510; i++) viewprint.action('click', {name: `c${i}`, at: -1}, $('w'));
    }""")
    collector.wait(lambda it: {len(one["actions"]) for one in it.stored.values()} == {1, 500})
    found = {one["video"]: one["actions"] for one in collector.stored.values()}
    assert found["vid_0123456789"] == [{"type": "cta", "name": "buy", "at": 3, "converted": True}]
    assert found[OTHER][0] == {"type": "reaction", "name": "like", "at": 1.5, "converted": False}
    assert found[OTHER][1]["at"] == 0


def test_events_and_that_a_listeners_failure_is_its_own(page: Page, site: Site, collector: Collector, tag: str) -> None:
    page.goto(site.html("/", HELPERS + tag))
    page.wait_for_function("window.viewprint")
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.evaluate(
        """html => {
        window.events = [];
        for (const type of ['load', 'play', 'pause', 'seek', 'timeupdate', 'ended', 'action', 'snapshot', 'error']) {
            viewprint.on(type, () => { throw new Error('of the page'); });
            viewprint.on(type, event => events.push(event));
        }
        const off = viewprint.on('play', () => events.push({type: 'unsubscribed'}));
        off();
        document.body.insertAdjacentHTML('beforeend', html);
    }""",
        video(source="/short.webm"),
    )
    collector.wait(lambda it: it.stored)
    page.evaluate("""async () => {
        const v = $('v');
        await v.play();
        v.currentTime = 0.5;
        await heard(v, 'seeked');
        viewprint.action('click', {name: 'here'});
        await heard(v, 'ended');
        v.src = '/missing.webm';
        await heard(v, 'error');
        await new Promise(done => setTimeout(done));
    }""")
    found = page.evaluate("events.map(({element, ...event}) => ({...event, same: element === $('v')}))")
    types = [event["type"] for event in found if event["type"] not in ("snapshot", "timeupdate")]
    assert types == ["load", "play", "seek", "action", "pause", "ended", "load", "error"]
    assert {"snapshot", "timeupdate"} <= {event["type"] for event in found}
    assert all(event["same"] and event["video"] == "vid_0123456789" for event in found)
    assert next(event for event in found if event["type"] == "seek")["to"] == 0.5
    assert failures == []
    broken: Snapshot = collector.wait_stored(lambda snapshot: snapshot["quality"].get("error"))
    assert "error" in broken["quality"]["error"].lower() or "source" in broken["quality"]["error"]


def test_waiting_for_data_is_counted_and_closes_no_stretch(
    page: Page, site: Site, collector: Collector, tag: str
) -> None:
    page.goto(site.html("/", HELPERS + video() + tag))
    end, waited = page.evaluate("""async () => {
        const v = $('v');
        await v.play();
        await reached(v, 0.4);
        const began = performance.now();
        v.dispatchEvent(new Event('waiting'));
        await reached(v, 0.7);
        v.dispatchEvent(new Event('playing'));
        const waited = (performance.now() - began) / 1000;
        const end = await reached(v, 0.9);
        v.pause();
        return [end, waited];
    }""")
    found = collector.wait_stored(lambda snapshot: snapshot["stretches"] and snapshot["seq"] > 2)
    assert found["stretches"] == [[pytest.approx(0, abs=0.05), pytest.approx(end, abs=0.08)]]
    assert found["quality"]["rebuffers"] == 1
    assert found["quality"]["rebuffering"] == pytest.approx(waited, abs=0.05)


def test_storage_that_throws_does_no_harm(context: BrowserContext, site: Site, collector: Collector, tag: str) -> None:
    context.add_init_script("""Object.defineProperty(window, 'localStorage', {
        get() { throw new DOMException('denied', 'SecurityError'); }})""")
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto(site.html("/", HELPERS + video() + tag))
    collector.wait(lambda it: it.stored)
    page.evaluate("viewprint.identify({id: 'u1'})")
    page.evaluate("async () => { const v = $('v'); await v.play(); await reached(v, 0.3); v.pause(); }")
    found = collector.wait_stored(lambda snapshot: snapshot["stretches"])
    assert found["consent"] is True
    assert "visitor" not in found
    assert found["identity"] == {"source": "embed", "id": "u1"}
    page.evaluate("viewprint.consent(false)")
    collector.wait_stored(lambda snapshot: not snapshot["consent"])
    assert failures == []


def test_loaded_twice_counts_once_and_adds_one_global(page: Page, site: Site, collector: Collector, tag: str) -> None:
    page.goto(site.html("/", HELPERS + "<script>window.before = Object.keys(window)</script>" + video() + tag + tag))
    collector.wait(lambda it: it.stored)
    page.evaluate("source => import(source)", f"{collector.origin}/viewprint.mjs")
    page.evaluate("async () => { const v = $('v'); await v.play(); await reached(v, 0.3); v.pause(); }")
    collector.wait_stored(lambda snapshot: snapshot["stretches"])
    assert len(collector.stored) == 1
    assert page.evaluate("Object.keys(window).filter(key => !before.includes(key) && key !== 'before')") == [
        "viewprint"
    ]


def test_as_a_module_under_a_strict_policy(page: Page, site: Site, collector: Collector) -> None:
    host = collector.origin
    policy = (
        f"default-src 'none'; script-src {host} 'self'; connect-src {host}; media-src 'self'; "
        "require-trusted-types-for 'script'"
    )
    site.files["/app.mjs"] = (
        "text/javascript",
        f"import viewprint, {{on}} from '{host}/viewprint.mjs';"
        "on('load', event => { document.title = event.video; }); viewprint.identify({id: 'u1'});".encode(),
    )
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    failures: list[str] = []
    page.on("console", lambda message: failures.append(message.text))
    page.goto(site.html("/", video() + '<script type="module" src="/app.mjs"></script>', head))
    found = collector.wait(lambda it: it.snapshots)[0]
    assert found["identity"]["id"] == "u1", "what is called at once is in the first snapshot"
    assert page.title() == "vid_0123456789"
    assert failures == []


def test_a_host_of_its_own_choice(page: Page, site: Site, collector: Collector) -> None:
    site.files["/copy.js"] = ("text/javascript", served("viewprint.js"))
    page.goto(site.html("/", video() + f'<script src="/copy.js" data-host="{collector.origin}" defer></script>'))
    collector.wait(lambda it: it.stored)
