"""Pictures drawn by ourselves: title cards, clocks and moving marks for rendered videos.

Everything is drawn from shapes and Pillow's built-in font, so no machine needs fonts or artwork. Shapes are drawn
at twice the size and scaled down, which smooths their edges.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

from PIL import Image, ImageDraw, ImageFont

Colour: TypeAlias = tuple[int, int, int]

WIDTH, HEIGHT = 640, 360
MARGIN = 36
STAGE = (424, 60, 604, 240)
"""The square in which a look's mark moves: left, top, right, bottom."""
MARK_SIZE = 52
CLOCK_BOX = (MARGIN, 264, MARGIN + 190, 318)
TRACK_BOX = (MARGIN, 326, WIDTH - MARGIN, 336)

_SCALE = 2
_TYPOGRAPHY = str.maketrans({"–": "-", "—": "-", "×": "x", "→": ">", "ß": "ss"})


@dataclass(frozen=True)
class Palette:
    """Five colours that go together."""

    ground: Colour
    shape: Colour
    deep: Colour
    accent: Colour
    ink: Colour


@dataclass(frozen=True)
class Look:
    """How one video appears: its colours, its pattern, the way its mark moves, and the root of its chord (Hz)."""

    palette: Palette
    pattern: Callable[[ImageDraw.ImageDraw, Palette, Random], None]
    path: Callable[[float], tuple[float, float]]
    root: int


def _rings(draw: ImageDraw.ImageDraw, palette: Palette, rng: Random) -> None:
    x, y = 514 * _SCALE, 150 * _SCALE
    for index, radius in enumerate(range(340, 20, -44)):
        r = radius * _SCALE
        draw.ellipse((x - r, y - r, x + r, y + r), fill=palette.shape if index % 2 else palette.ground)


def _stripes(draw: ImageDraw.ImageDraw, palette: Palette, rng: Random) -> None:
    for index in range(9):
        x = (330 + index * 56) * _SCALE
        fill = (palette.shape, palette.deep, palette.ground)[index % 3]
        draw.polygon(
            [(x, 0), (x + 56 * _SCALE, 0), (x - 124 * _SCALE, HEIGHT * _SCALE), (x - 180 * _SCALE, HEIGHT * _SCALE)],
            fill,
        )


def _dots(draw: ImageDraw.ImageDraw, palette: Palette, rng: Random) -> None:
    for column in range(18):
        for row in range(11):
            r = (2 + 11 * (column / 17) ** 1.6) * _SCALE
            x, y = (20 + column * 36) * _SCALE, (row * 36 + (18 if column % 2 else 0)) * _SCALE
            draw.ellipse((x - r, y - r, x + r, y + r), fill=palette.deep if (column + row) % 5 == 0 else palette.shape)


def _waves(draw: ImageDraw.ImageDraw, palette: Palette, rng: Random) -> None:
    phase = rng.random() * math.tau
    for index in range(5):
        base = 130 + index * 52
        line = [
            (x * _SCALE, (base + 26 * math.sin(x / 92 + phase + index * 0.9)) * _SCALE) for x in range(0, WIDTH + 1, 4)
        ]
        fill = palette.shape if index % 2 == 0 else palette.deep
        draw.polygon([*line, (WIDTH * _SCALE, HEIGHT * _SCALE), (0, HEIGHT * _SCALE)], fill)


def _tiles(draw: ImageDraw.ImageDraw, palette: Palette, rng: Random) -> None:
    side = 90 * _SCALE
    for column in range(4, 8):
        for row in range(4):
            x, y = column * side - 10 * _SCALE, row * side
            fill = rng.choice((palette.shape, palette.deep))
            match rng.randrange(4):
                case 0:
                    draw.pieslice((x, y, x + 2 * side, y + 2 * side), 180, 270, fill)
                case 1:
                    draw.pieslice((x - side, y - side, x + side, y + side), 0, 90, fill)
                case 2:
                    draw.polygon([(x, y), (x + side, y + side), (x, y + side)], fill)
                case _:
                    draw.ellipse((x + side // 6, y + side // 6, x + side - side // 6, y + side - side // 6), fill)


def _rays(draw: ImageDraw.ImageDraw, palette: Palette, rng: Random) -> None:
    x, y = 514 * _SCALE, 150 * _SCALE
    reach = 720 * _SCALE
    box = (x - reach, y - reach, x + reach, y + reach)
    for index in range(0, 360, 24):
        draw.pieslice(box, index, index + 12, palette.shape)
    r = 118 * _SCALE
    draw.ellipse((x - r, y - r, x + r, y + r), fill=palette.deep)


def _orbit(t: float) -> tuple[float, float]:
    return 0.5 + 0.5 * math.cos(math.tau * t / 6), 0.5 + 0.5 * math.sin(math.tau * t / 6)


def _bounce(t: float) -> tuple[float, float]:
    return 0.5 - 0.5 * math.cos(math.pi * t / 4), 1 - abs(math.sin(math.pi * t / 2))


def _pendulum(t: float) -> tuple[float, float]:
    angle = 1.05 * math.sin(math.tau * t / 4)
    return 0.5 + 0.5 * math.sin(angle), math.cos(angle)


def _eight(t: float) -> tuple[float, float]:
    return 0.5 + 0.5 * math.sin(math.tau * t / 8), 0.5 + 0.5 * math.sin(math.tau * t / 4)


INDIGO = Palette((28, 30, 74), (44, 48, 112), (72, 66, 160), (255, 190, 92), (248, 248, 255))
CORAL = Palette((252, 238, 228), (250, 210, 190), (244, 138, 112), (206, 60, 62), (56, 26, 36))
FOREST = Palette((14, 58, 52), (22, 82, 70), (42, 122, 92), (232, 226, 108), (240, 252, 244))
SKY = Palette((226, 242, 252), (182, 220, 244), (92, 164, 220), (18, 82, 158), (12, 34, 64))
PLUM = Palette((62, 20, 62), (94, 32, 88), (146, 52, 116), (255, 162, 150), (255, 242, 246))
SAND = Palette((246, 240, 222), (234, 216, 174), (222, 172, 92), (30, 98, 104), (44, 40, 34))
SLATE = Palette((30, 38, 48), (44, 56, 70), (66, 84, 104), (96, 222, 206), (240, 246, 250))
LILAC = Palette((240, 234, 252), (218, 204, 246), (166, 138, 226), (96, 48, 168), (36, 20, 64))

LOOKS: dict[str, Look] = {
    "indigo": Look(INDIGO, _rings, _orbit, 196),
    "coral": Look(CORAL, _waves, _bounce, 220),
    "forest": Look(FOREST, _tiles, _pendulum, 175),
    "sky": Look(SKY, _stripes, _eight, 262),
    "plum": Look(PLUM, _rays, _orbit, 165),
    "sand": Look(SAND, _dots, _eight, 233),
    "slate": Look(SLATE, _tiles, _bounce, 147),
    "lilac": Look(LILAC, _rings, _pendulum, 247),
    "dawn": Look(CORAL, _rays, _eight, 208),
    "lagoon": Look(SKY, _waves, _pendulum, 185),
    "night": Look(SLATE, _dots, _orbit, 139),
    "moss": Look(FOREST, _stripes, _bounce, 156),
}


def text_drawable(text: str) -> str:
    """Return the text without what the built-in font cannot draw: accents fall off their letters, symbols vanish."""
    plain = unicodedata.normalize("NFKD", text.translate(_TYPOGRAPHY))
    return " ".join("".join(char for char in plain if " " <= char <= "~" or char in "“”‘’…·©").split())


def card_picture(title: str, kicker: str, look: Look) -> Image.Image:
    """Draw the still picture under a video: pattern, kicker (the line above the title) and title; 640 × 360, RGB."""
    palette = look.palette
    image = Image.new("RGB", (WIDTH * _SCALE, HEIGHT * _SCALE), palette.ground)
    draw = ImageDraw.Draw(image)
    look.pattern(draw, palette, Random(title))  # noqa: S311 - draws shapes, guards nothing
    _fade_from_left(image, palette.ground)
    draw.rectangle((MARGIN * _SCALE, 40 * _SCALE, (MARGIN + 28) * _SCALE, 45 * _SCALE), fill=palette.accent)
    _text(draw, (MARGIN, 54), text_drawable(kicker).upper(), 15, palette.accent)
    lines, size = _title_lines(text_drawable(title))
    for index, line in enumerate(lines):
        _text(draw, (MARGIN, 82 + index * round(size * 1.2)), line, size, palette.ink)
    return image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def clock_picture(second: int, total: int, look: Look) -> Image.Image:
    """Draw the clock at a whole second of so many, as large as CLOCK_BOX, RGB."""
    left, top, right, bottom = CLOCK_BOX
    image = Image.new("RGB", ((right - left) * _SCALE, (bottom - top) * _SCALE), look.palette.ground)
    draw = ImageDraw.Draw(image)
    _text(draw, (0, 0), _clock(second), 46, look.palette.accent)
    _text(draw, (132, 25), "/ " + _clock(total), 18, look.palette.ink)
    return image.resize((right - left, bottom - top), Image.Resampling.LANCZOS)


def mark_pictures(look: Look) -> tuple[Image.Image, Image.Image]:
    """Draw the mark that moves over the stage: its RGB picture and the mask (L) that cuts it out."""
    side = MARK_SIZE * _SCALE * 2
    mask = Image.new("L", (side, side), 0)
    ImageDraw.Draw(mask).ellipse((4, 4, side - 4, side - 4), fill=255)
    image = Image.new("RGB", (side, side), look.palette.accent)
    draw = ImageDraw.Draw(image)
    draw.ellipse((side * 0.22, side * 0.22, side * 0.78, side * 0.78), fill=look.palette.ground)
    draw.polygon(
        [(side * 0.43, side * 0.36), (side * 0.66, side * 0.5), (side * 0.43, side * 0.64)], look.palette.accent
    )
    size = (MARK_SIZE, MARK_SIZE)
    return image.resize(size, Image.Resampling.LANCZOS), mask.resize(size, Image.Resampling.LANCZOS)


def mark_position(look: Look, time: float) -> tuple[int, int]:
    """Return where the mark's top left corner is at a time (s); even numbers, so that halved chroma planes agree."""
    x, y = look.path(time)
    left, top, right, bottom = STAGE
    return (
        left + round(x * (right - left - MARK_SIZE) / 2) * 2,
        top + round(y * (bottom - top - MARK_SIZE) / 2) * 2,
    )


def _clock(second: int) -> str:
    return f"{second // 60:02}:{second % 60:02}"


def _text(draw: ImageDraw.ImageDraw, at: tuple[int, int], text: str, size: int, fill: Colour) -> None:
    # The built-in font has one weight; a thin stroke of the same colour makes headlines bold.
    stroke = max(1, size // 26) if size > 16 else 0
    font = ImageFont.load_default(size * _SCALE)
    draw.text((at[0] * _SCALE, at[1] * _SCALE), text, fill, font, stroke_width=stroke, stroke_fill=fill)


def _fade_from_left(image: Image.Image, ground: Colour) -> None:
    """Lay the ground colour over the left of a pattern, so that text stays easy to read."""
    ramp = Image.new("L", (WIDTH, 1))
    ramp.putdata([round(255 * min(1.0, max(0.0, (470 - x) / 150))) for x in range(WIDTH)])
    image.paste(ground, (0, 0), ramp.resize(image.size))


def _title_lines(title: str) -> tuple[list[str], int]:
    """Return the lines of a title and the largest size at which at most four of them fit beside the stage."""
    widest = STAGE[0] - MARGIN - 16
    for size in (38, 34, 30, 26, 23):
        font = ImageFont.load_default(size)
        lines: list[str] = []
        for word in title.split():
            if lines and font.getlength(f"{lines[-1]} {word}") <= widest:
                lines[-1] += f" {word}"
            else:
                lines.append(word)
        if len(lines) * size * 1.2 <= 170 and all(font.getlength(line) <= widest for line in lines):
            break
    return lines, size
