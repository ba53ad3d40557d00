"""The embed page in an iframe: its query, its postMessage API and the address it is counted under."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.sdk.conftest import HELPERS, video
from tests.sdk.site import Collector, Site

pytestmark = pytest.mark.browser
SCRIPTS = '<script type="module" src="/embed.mjs"></script><script src="/viewprint.js" data-embed defer></script>'
LISTEN = "<script>heardAll = []; addEventListener('message', event => heardAll.push(event.data))</script>"


@pytest.fixture
def embed(collector: Collector) -> str:
    """The address of an embed page on the collector's host, as a template would write it."""
    return collector.html("/embed/vid_0123456789", video(more="controls", name="player") + SCRIPTS)


def framed(site: Site, source: str, more: str = "") -> str:
    frame = f'<iframe id="f" src="{source}" allow="autoplay" referrerpolicy="no-referrer-when-downgrade"></iframe>'
    return site.html("/article", HELPERS + LISTEN + frame + more)


def command(page: Page, **message: Any) -> None:
    page.evaluate("message => $('f').contentWindow.postMessage({viewprint: 1, ...message}, '*')", message)


def test_the_embedding_page_is_the_page_of_the_session(
    page: Page, site: Site, collector: Collector, embed: str
) -> None:
    page.goto(framed(site, embed + "?external_id=u7") + "?utm_source=mail")
    found = collector.wait_stored(lambda snapshot: True)
    assert found["page"] == site.origin + "/article?utm_source=mail"
    assert "referrer" not in found
    assert found["identity"] == {"source": "embed", "id": "u7"}


def test_opened_by_itself_the_embed_page_is_the_page(page: Page, collector: Collector, embed: str) -> None:
    page.goto(embed)
    assert collector.wait_stored(lambda snapshot: True)["page"] == embed


def test_commands_and_events(page: Page, site: Site, collector: Collector, embed: str) -> None:
    page.goto(framed(site, embed))
    page.wait_for_function("heardAll.some(each => each.event === 'ready')")
    command(page, command="mute", id="a")
    command(page, command="play", id="b")
    page.wait_for_function("heardAll.some(each => each.event === 'state' && each.id === 'b' && !each.paused)")
    page.wait_for_function("heardAll.some(each => each.event === 'timeupdate' && each.time > 0.3)")
    command(page, command="seek", value=10)
    page.wait_for_function("heardAll.some(each => each.event === 'seek' && each.time >= 10)")
    command(page, command="pause")
    command(page, command="identify", value={"id": "u8"})
    command(page, command="seek", value="soon", id="c")
    command(page, command="constructor", id="d")
    command(page, command="getState", id="e")
    page.wait_for_function("heardAll.some(each => each.id === 'e')")
    said = page.evaluate("heardAll")
    assert [(each["event"], each["id"]) for each in said if each.get("id")] == [
        ("state", "a"), ("state", "b"), ("error", "c"), ("error", "d"), ("state", "e")]  # fmt: skip
    state = said[-1]
    assert state["viewprint"] == 1
    assert state["video"] == "vid_0123456789"
    assert state["duration"] == pytest.approx(20, abs=0.1)
    assert state["muted"]
    assert state["paused"]
    assert [each["event"] for each in said if each["event"] in ("play", "pause")] == ["play", "pause"]
    found = collector.wait_stored(lambda snapshot: len(snapshot["stretches"]) == 2 and snapshot["identity"])
    assert found["stretches"][1][0] == pytest.approx(10, abs=0.08)
    assert found["identity"]["id"] == "u8"


def test_a_stranger_is_not_obeyed(page: Page, site: Site, collector: Collector, embed: str) -> None:
    stranger = site.html("/stranger", "<script>onload = () => setInterval(() => parent.frames[0].postMessage("
                         "{viewprint: 1, command: 'play', id: 'x'}, '*'), 20)</script>")  # fmt: skip
    page.goto(framed(site, embed + "?muted=1", f'<iframe src="{stranger}"></iframe>'))
    page.wait_for_function("heardAll.some(each => each.event === 'ready')")
    page.wait_for_timeout(200)
    command(page, command="getState", id="mine")
    page.wait_for_function("heardAll.some(each => each.id === 'mine')")
    assert not page.evaluate("heardAll.some(each => each.id === 'x' || each.event === 'play')")


def test_autoplay_muted_from_a_start(page: Page, site: Site, collector: Collector, embed: str) -> None:
    page.goto(framed(site, embed + "?autoplay=1&muted=1&t=7.5"))
    page.wait_for_function("heardAll.some(each => each.event === 'timeupdate' && each.time > 7.8)")
    command(page, command="pause", id="p")
    page.wait_for_function("heardAll.some(each => each.id === 'p')")
    end = page.evaluate("heardAll.find(each => each.id === 'p').time")
    found = collector.wait_stored(lambda snapshot: snapshot["stretches"] and snapshot["stretches"][0][1] > 7.7)
    assert found["plays"] == 1
    assert found["stretches"] == [[pytest.approx(7.5, abs=0.08), pytest.approx(end, abs=0.08)]]


def test_the_parents_helper(page: Page, site: Site, collector: Collector, embed: str) -> None:
    page.goto(framed(site, embed + "?muted"))
    found = page.evaluate(
        """async host => {
        const {ViewprintEmbed} = await import(`${host}/viewprint-embed.mjs`);
        const player = new ViewprintEmbed($('f'));
        const ready = await player.ready;
        await player.play();
        const {detail} = await heard(player, 'timeupdate');
        await player.seek(5);
        await heard(player, 'seek');
        const failure = await player.seek(-1).catch(error => error.message);
        await player.pause();
        const state = await player.getState();
        player.destroy();
        return {ready, detail, failure, state};
    }""",
        collector.origin,
    )
    assert found["ready"]["video"] == "vid_0123456789"
    assert found["detail"]["event"] == "timeupdate"
    assert found["failure"] == "seek needs seconds"
    assert found["state"]["paused"]
    assert found["state"]["time"] >= 5
