"""Render short real videos: an MP4 (H.264 and AAC) with a running clock and a soft tone, and a thumbnail.

Made for demo workspaces and tests: the picture tells the time, so a seek can be seen to be exact. Every second begins
with a keyframe, there are no reordered frames, and the index stands at the front of the file (faststart), so a browser
plays and seeks it over HTTP ranges. Equal clips give equal bytes with the same version of the codecs.
"""

from __future__ import annotations

import heapq
import math
import os
from array import array
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TypeAlias

import av
from PIL import Image

from videos.pictures import (
    CLOCK_BOX,
    HEIGHT,
    LOOKS,
    TRACK_BOX,
    WIDTH,
    Look,
    card_picture,
    clock_picture,
    mark_pictures,
    mark_position,
)

FRAMES_PER_SECOND = 12
SAMPLES_PER_SECOND = 24_000
SAMPLES_PER_FRAME = 1_024
LONGEST_SECONDS = 3_600

Planes: TypeAlias = tuple[Image.Image, Image.Image, Image.Image]


@dataclass(frozen=True)
class Clip:
    """What to render: the file's stem, the title, the line above it, whole seconds, and one of pictures.LOOKS."""

    stem: str
    title: str
    kicker: str
    seconds: int
    look: str

    def __post_init__(self) -> None:
        if not 1 <= self.seconds <= LONGEST_SECONDS:
            raise ValueError(f"A clip lasts 1 to {LONGEST_SECONDS} seconds, not {self.seconds}.")
        if self.look not in LOOKS:
            raise ValueError(f"There is no look {self.look!r}; there are {', '.join(LOOKS)}.")


@dataclass(frozen=True)
class RenderedClip:
    """The two files of a clip."""

    clip: Clip
    video: Path
    thumbnail: Path


def clip_files(clip: Clip, folder: Path) -> RenderedClip:
    """Return where a clip's files are or will be."""
    return RenderedClip(clip, folder / f"{clip.stem}.mp4", folder / f"{clip.stem}.jpg")


def clips_render(clips: Iterable[Clip], folder: Path) -> Iterator[RenderedClip]:
    """Render clips into a folder, one a core at a time, and yield each as it is done, in the order given.

    Threads, because the codecs release the interpreter's lock, and because the embedded engine must not be forked.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        yield from pool.map(lambda clip: clip_render(clip, folder), clips)


def clip_render(clip: Clip, folder: Path) -> RenderedClip:
    """Render one clip into an existing folder.

    Files appear under their names only when they are whole, so an interrupted run leaves nothing that looks finished.
    Raises OSError where the folder cannot be written and av.error.FFmpegError where the codecs fail.
    """
    rendered = thumbnail_render(clip, folder)
    unfinished = _unfinished(clip, folder)
    _video_write(clip, unfinished)
    unfinished.replace(rendered.video)
    return rendered


def thumbnail_render(clip: Clip, folder: Path) -> RenderedClip:
    """Render only the thumbnail of a clip into an existing folder; raises OSError where that cannot be written."""
    rendered = clip_files(clip, folder)
    unfinished = _unfinished(clip, folder)
    _card(clip).save(unfinished, "JPEG", quality=86, optimize=True)
    unfinished.replace(rendered.thumbnail)
    return rendered


def _unfinished(clip: Clip, folder: Path) -> Path:
    return folder / f".{clip.stem}.unfinished"


def _card(clip: Clip) -> Image.Image:
    return card_picture(clip.title, clip.kicker, LOOKS[clip.look])


def _video_write(clip: Clip, path: Path) -> None:
    look = LOOKS[clip.look]
    # Without bitexact the muxer writes its own version into the file.
    muxing = {"movflags": "+faststart", "fflags": "+bitexact"}
    with av.open(path, "w", format="mp4", options=muxing) as container:
        picture = container.add_stream("libx264", rate=FRAMES_PER_SECOND, width=WIDTH, height=HEIGHT, pix_fmt="yuv420p")
        # One thread a video, as clips are rendered side by side; no scene cuts, so keyframes fall on whole seconds.
        picture.options = {"preset": "veryfast", "crf": "30", "x264-params": "scenecut=0:bframes=0:subme=1:threads=1"}
        picture.gop_size = FRAMES_PER_SECOND
        sound = container.add_stream("aac", rate=SAMPLES_PER_SECOND, layout="mono", bit_rate=24_000)
        # The two are handed over in the order of their time, so the muxer interleaves them without holding much.
        frames: Iterable[av.VideoFrame | av.AudioFrame] = heapq.merge(
            _picture_frames(clip, look), _sound_frames(clip, look), key=lambda frame: frame.time or 0.0
        )
        for frame in frames:
            container.mux(picture.encode(frame) if isinstance(frame, av.VideoFrame) else sound.encode(frame))
        container.mux(picture.encode(None))
        container.mux(sound.encode(None))


def _picture_frames(clip: Clip, look: Look) -> Iterator[av.VideoFrame]:
    """Yield the pictures of a clip: the card, on it the clock, the mark and the share of the track played so far."""
    still = _planes(_track_drawn(_card(clip), look))
    mark, mask = mark_pictures(look)
    mark_planes, masks = _planes(mark), _mask_planes(mask)
    accent = _planes(Image.new("RGB", (WIDTH, TRACK_BOX[3] - TRACK_BOX[1]), look.palette.accent))
    frames = clip.seconds * FRAMES_PER_SECOND
    for index in range(frames):
        second, part = divmod(index, FRAMES_PER_SECOND)
        if part == 0:
            clock = _planes(clock_picture(second, clip.seconds, look))
            for plane, digits, halved in zip(still, clock, (1, 2, 2), strict=True):
                plane.paste(digits, (CLOCK_BOX[0] // halved, CLOCK_BOX[1] // halved))
        played = round((TRACK_BOX[2] - TRACK_BOX[0]) * (index + 1) / frames / 2) * 2
        at = mark_position(look, index / FRAMES_PER_SECOND)
        frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
        for number, halved in enumerate((1, 2, 2)):
            plane = still[number].copy()
            plane.paste(mark_planes[number], (at[0] // halved, at[1] // halved), masks[number])
            bar = accent[number].crop((0, 0, played // halved, accent[number].height))
            plane.paste(bar, (TRACK_BOX[0] // halved, TRACK_BOX[1] // halved))
            frame.planes[number].update(_rows_padded(plane, frame.planes[number].line_size))
        frame.pts = index
        frame.time_base = Fraction(1, FRAMES_PER_SECOND)
        yield frame


def _track_drawn(card: Image.Image, look: Look) -> Image.Image:
    picture = card.copy()
    picture.paste(look.palette.deep, TRACK_BOX)
    return picture


def _planes(picture: Image.Image) -> Planes:
    """Split an RGB picture of even size into brightness and the two halved colour planes that the encoder takes.

    Pasting into planes instead of RGB pictures saves converting every frame, which is most of the time otherwise.
    """
    frame = av.VideoFrame.from_image(picture).reformat(format="yuv420p")
    first, second, third = (
        Image.frombytes("L", (plane.width, plane.height), bytes(plane), "raw", "L", plane.line_size)
        for plane in frame.planes
    )
    return first, second, third


def _mask_planes(mask: Image.Image) -> Planes:
    halved = mask.resize((mask.width // 2, mask.height // 2), Image.Resampling.BOX)
    return mask, halved, halved


def _rows_padded(plane: Image.Image, line_size: int) -> bytes:
    if plane.width == line_size:
        return plane.tobytes()
    padded = Image.new("L", (line_size, plane.height))
    padded.paste(plane)
    return padded.tobytes()


def _sound_frames(clip: Clip, look: Look) -> Iterator[av.AudioFrame]:
    """Yield the tone in frames, never past the end of the picture: the picture alone decides how long the file is."""
    bar = _bar_of_sound(look.root)
    twice = bar + bar
    for index in range(clip.seconds * SAMPLES_PER_SECOND // SAMPLES_PER_FRAME - 1):
        start = index * SAMPLES_PER_FRAME % len(bar)
        samples = twice[start : start + SAMPLES_PER_FRAME]
        frame = av.AudioFrame(format="s16", layout="mono", samples=SAMPLES_PER_FRAME)
        frame.planes[0].update(samples.tobytes())
        frame.sample_rate = SAMPLES_PER_SECOND
        frame.pts = index * SAMPLES_PER_FRAME
        frame.time_base = Fraction(1, SAMPLES_PER_SECOND)
        yield frame


@cache
def _bar_of_sound(root: int) -> array[int]:
    """Return four seconds of a chord that breathes, with a soft tick on each second; they repeat without a seam."""
    notes = ((root, 0.5), (root * 3 // 2, 0.3), (root * 2, 0.2))
    samples = array("h")
    for index in range(4 * SAMPLES_PER_SECOND):
        time = index / SAMPLES_PER_SECOND
        chord = sum(loudness * math.sin(math.tau * note * time) for note, loudness in notes)
        breath = 0.6 - 0.4 * math.cos(math.tau * time / 4)
        tick = math.exp(-60 * (time % 1)) * math.sin(math.tau * 880 * time)
        samples.append(round(2_600 * breath * chord + 2_200 * tick))
    return samples
