"""Rendered files are real: decoded here frame by frame, as a browser would."""

from __future__ import annotations

from pathlib import Path

import av
import pytest
from PIL import Image

from videos.pictures import CLOCK_BOX, HEIGHT, LOOKS, TRACK_BOX, WIDTH, text_drawable
from videos.rendering import (
    FRAMES_PER_SECOND,
    Clip,
    RenderedClip,
    clip_render,
    clips_render,
    thumbnail_render,
)

SECONDS = 4


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> RenderedClip:
    clip = Clip("vid_test", "Q&A: <video> tags in 2026", "Media", SECONDS, "slate")
    return clip_render(clip, tmp_path_factory.mktemp("media"))


def test_a_video_lasts_exactly_the_seconds_asked_for(rendered: RenderedClip) -> None:
    with av.open(rendered.video) as container:
        assert container.duration == SECONDS * av.time_base
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, audio.codec_context.name) == ("h264", "aac")
        assert (video.width, video.height, video.frames) == (WIDTH, HEIGHT, SECONDS * FRAMES_PER_SECOND)
        assert audio.duration * audio.time_base <= SECONDS


def test_every_second_begins_with_a_keyframe_and_no_frame_is_reordered(rendered: RenderedClip) -> None:
    with av.open(rendered.video) as container:
        packets = [packet for packet in container.demux(video=0) if packet.pts is not None]
    keyframes = [packet.pts * packet.time_base for packet in packets if packet.is_keyframe]
    assert keyframes == list(range(SECONDS))
    assert [packet.pts for packet in packets] == [packet.dts for packet in packets]


def test_the_index_stands_before_the_data(rendered: RenderedClip) -> None:
    data = rendered.video.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_the_picture_tells_the_time(rendered: RenderedClip) -> None:
    with av.open(rendered.video) as container:
        frames = [frame.to_image() for frame in container.decode(video=0)]
    clocks = [frame.crop(CLOCK_BOX) for frame in frames]
    for second in range(1, SECONDS):
        at = second * FRAMES_PER_SECOND
        assert _difference(clocks[at - 1], clocks[at - 2]) < 2
        assert _difference(clocks[at], clocks[at - 1]) > 3
    played = [_track_played(frame) for frame in frames]
    assert played == sorted(played)
    track = TRACK_BOX[2] - TRACK_BOX[0]
    assert played[-1] == pytest.approx(track, abs=4)
    assert played[len(played) // 2 - 1] == pytest.approx(track / 2, abs=4)


def test_the_sound_is_soft_and_never_silent_for_long(rendered: RenderedClip) -> None:
    with av.open(rendered.video) as container:
        samples = [abs(float(sample)) for frame in container.decode(audio=0) for sample in frame.to_ndarray()[0]]
    assert 0.02 < max(samples) < 0.4
    quarter = len(samples) // (SECONDS * 4)
    assert all(max(samples[at : at + quarter]) > 0.001 for at in range(0, len(samples) - quarter, quarter))


def test_a_thumbnail_is_a_picture_of_the_same_size(rendered: RenderedClip) -> None:
    with Image.open(rendered.thumbnail) as picture:
        picture.load()
        assert (picture.format, picture.size) == ("JPEG", (WIDTH, HEIGHT))
        assert len(picture.getcolors(WIDTH * HEIGHT)) > 100


def test_the_same_clip_gives_the_same_bytes_and_leaves_nothing_else(rendered: RenderedClip, tmp_path: Path) -> None:
    again = clip_render(rendered.clip, tmp_path)
    assert again.video.read_bytes() == rendered.video.read_bytes()
    assert again.thumbnail.read_bytes() == rendered.thumbnail.read_bytes()
    assert sorted(tmp_path.iterdir()) == sorted([again.video, again.thumbnail])


def test_clips_come_in_the_order_given(tmp_path: Path) -> None:
    clips = [Clip(f"c{number}", f"Clip {number}", "", 1, look) for number, look in enumerate(("sky", "coral", "moss"))]
    assert [done.clip for done in clips_render(clips, tmp_path / "new")] == clips


def test_all_looks_are_different(tmp_path: Path) -> None:
    pictures = {
        thumbnail_render(Clip(look, "One title", "One kicker", 1, look), tmp_path).thumbnail.read_bytes()
        for look in LOOKS
    }
    assert len(pictures) == len(LOOKS)


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("VLOOKUP is dead 🎉", "VLOOKUP is dead"),
        ("Fjord & Söner", "Fjord & Soner"),
        ("50 % – twice", "50 % - twice"),
        ("日本語", ""),
        ('<b>"bold"</b>', '<b>"bold"</b>'),
    ],
)
def test_what_the_font_lacks_is_left_out(text: str, drawn: str) -> None:
    assert text_drawable(text) == drawn


@pytest.mark.parametrize("title", ["", "🎉", "Donaudampfschifffahrtsgesellschaftskapitän", "many words " * 40])
def test_any_title_can_be_drawn(title: str, tmp_path: Path) -> None:
    assert thumbnail_render(Clip("t", title, "", 1, "plum"), tmp_path).thumbnail.stat().st_size > 1_000


@pytest.mark.parametrize(("seconds", "look"), [(0, "sky"), (3_601, "sky"), (1, "beige")])
def test_an_impossible_clip_is_refused(seconds: int, look: str) -> None:
    with pytest.raises(ValueError, match=r"clip lasts|no look"):
        Clip("t", "Title", "", seconds, look)


def _difference(one: Image.Image, other: Image.Image) -> float:
    """Return the mean difference of two pictures' pixels, 0 to 255."""
    pairs = list(zip(one.convert("L").tobytes(), other.convert("L").tobytes(), strict=True))
    return sum(abs(a - b) for a, b in pairs) / len(pairs)


def _track_played(frame: Image.Image) -> int:
    """Return how many pixels of the track, from the left, have the accent's colour."""
    accent, deep = LOOKS["slate"].palette.accent, LOOKS["slate"].palette.deep
    y = (TRACK_BOX[1] + TRACK_BOX[3]) // 2
    row = [frame.getpixel((x, y)) for x in range(TRACK_BOX[0], TRACK_BOX[2])]
    return sum(_distance(pixel, accent) < _distance(pixel, deep) for pixel in row)


def _distance(one: object, other: tuple[int, int, int]) -> int:
    assert isinstance(one, tuple)
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))
