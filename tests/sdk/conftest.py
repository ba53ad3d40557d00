"""A page's site with a real video, and a collector on another origin."""

from __future__ import annotations

import io
from collections.abc import Iterator

import av
import numpy
import pytest

from tests.sdk.site import Collector, Site

SECONDS = 20
# What the tests do in the page. `reached` looks every frame, so a stretch's true end is known to about 20 ms.
HELPERS = """<script>
const $ = id => document.getElementById(id);
const reached = (video, time) => new Promise(done => {
  const look = () => video.currentTime >= time ? done(video.currentTime) : requestAnimationFrame(look);
  look();
});
const heard = (target, type) => new Promise(done => target.addEventListener(type, done, {once: true}));
</script>"""


def rendered(seconds: float, keyframe_every: int = 5) -> bytes:
    """Return a WebM of tiny frames at 25 a second, with a keyframe so often that every seek is quick and exact."""
    file = io.BytesIO()
    with av.open(file, "w", format="webm") as container:
        options = {"deadline": "realtime", "cpu-used": "16", "g": str(keyframe_every)}
        stream = container.add_stream("libvpx", rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        for number in range(int(seconds * 25)):
            frame = av.VideoFrame.from_ndarray(numpy.full((36, 64, 3), number % 256, numpy.uint8), format="rgb24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return file.getvalue()


@pytest.fixture(scope="session")
def clips() -> dict[str, tuple[str, bytes]]:
    """A 20-second video and one of 1.2 seconds."""
    return {"/clip.webm": ("video/webm", rendered(SECONDS)), "/short.webm": ("video/webm", rendered(1.2))}


@pytest.fixture
def site(clips: dict[str, tuple[str, bytes]]) -> Iterator[Site]:
    """The site whose pages embed the SDK."""
    site = Site()
    site.files.update(clips)
    yield site
    site.close()


@pytest.fixture
def collector(clips: dict[str, tuple[str, bytes]]) -> Iterator[Collector]:
    """The host that serves the SDK and takes snapshots."""
    collector = Collector()
    collector.files.update(clips)
    yield collector
    collector.close()


@pytest.fixture
def tag(collector: Collector) -> str:
    """The one line that a page needs."""
    return f'<script src="{collector.origin}/viewprint.js" defer></script>'


def video(key: str = "vid_0123456789", source: str = "/clip.webm", more: str = "", name: str = "v") -> str:
    """Return a player's markup."""
    return f'<video id="{name}" data-viewprint="{key}" src="{source}" muted playsinline preload="auto" {more}></video>'
