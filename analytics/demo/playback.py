"""What one viewer does with one video: which stretches are played, how long that takes, what is pressed."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from analytics.demo.audience import Lot
from analytics.demo.catalog import Curve, DemoVideo

Stretch = tuple[float, float]
Action = dict[str, Any]

_REACTIONS: Lot[str] = Lot([("like", 6), ("insightful", 2.5), ("love", 1.5), ("celebrate", 1), ("confused", 0.5)])
_SHARES: Lot[str] = Lot([("copy_link", 5), ("email", 2), ("linkedin", 2), ("x", 1)])
_CLICKS: Lot[str] = Lot([("chapters", 3), ("captions", 3), ("transcript", 2), ("fullscreen", 4)])
_SPEEDS: Lot[float] = Lot([(1.0, 78), (1.25, 10), (1.5, 9), (2.0, 3)])


@dataclass(frozen=True)
class Playback:
    """The state of a finished session: stretches (s of the video), plays, and seconds on the clock."""

    stretches: list[Stretch]
    plays: int
    elapsed: float


def playback_drawn(rng: Random, curve: Curve, duration: float) -> Playback:
    """Return how someone who pressed play watches a video of a known duration (s)."""
    leave = _leaving_drawn(rng, curve, duration)
    begin = 0.0
    if rng.random() < 0.09:
        # A link to a moment, or the player resuming where the last visit ended.
        begin = duration * (rng.choice(curve.peaks)[0] if curve.peaks and rng.random() < 0.6 else rng.random() * 0.6)
        leave = max(leave, min(duration, begin + 2 + rng.random() * 12))
    stretches: list[Stretch] = []
    at = begin
    for share, length, again in curve.peaks:
        first, last = duration * share, min(duration, duration * share + length)
        if last >= leave or first <= at:
            continue
        if rng.random() < 0.05:
            # Impatient: straight to the passage that everybody talks about.
            stretches.append((at, at + (first - at) * rng.random() * 0.5))
            at = first
        while rng.random() < again and len(stretches) < 12:
            stretches.append((at, min(duration, last + rng.random() * 2)))
            at = max(0.0, first - rng.random() * 2)
    if at < leave and rng.random() < 0.13:
        middle = at + (leave - at) * rng.random()
        stretches.append((at, middle))
        # A pause goes on where it stopped; a skip lands a little further on.
        at = middle if rng.random() < 0.55 else min(leave, middle + 3 + rng.random() * 9)
    stretches.append((at, max(at, leave)))
    plays = 1
    if leave == duration and rng.random() < 0.05:
        stretches.append((0.0, duration * rng.random()))
        plays += 1
    rounded = [(round(start, 2), round(end, 2)) for start, end in stretches]
    watched = sum(end - start for start, end in rounded)
    idle = (len(rounded) - 1) * 1.5 + (rng.expovariate(1 / 40) if rng.random() < 0.3 else rng.random() * 4)
    return Playback(rounded, plays, round(watched / _SPEEDS.draw(rng) + idle + 0.5 + rng.expovariate(1 / 5), 2))


def broadcast_drawn(rng: Random, since_start: float, length: float) -> Playback:
    """Return how someone who came `since_start` seconds into a broadcast (below 0: before) watches the rest of it."""
    wait = max(0.0, -since_start)
    first = max(0.0, since_start)
    stays = rng.random()
    if stays < 0.12:
        last = min(length, first + rng.expovariate(1 / 120))
    elif stays < 0.42:
        last = first + (length - first) * rng.random()
    else:
        last = max(first, length - rng.expovariate(1 / 40))
    stretches = [(first, last)]
    pause = 0.0
    if last - first > 300 and rng.random() < 0.2:
        middle = first + (last - first) * rng.random()
        pause = min(last - middle, 20 + rng.random() * 100)
        # Back at the live edge: what was missed stays missed.
        stretches = [(first, middle), (middle + pause, last)]
    rounded = [(round(start, 2), round(end, 2)) for start, end in stretches]
    return Playback(rounded, len(rounded), round(wait + (last - first) + rng.random() * 20, 2))


def actions_drawn(rng: Random, video: DemoVideo, playback: Playback, duration: float) -> list[Action]:
    """Return what the player showed to this viewer over the video, and what the viewer pressed."""
    actions: list[Action] = []
    last = max((end for _, end in playback.stretches), default=0.0)
    if video.annotation and last > duration * 0.3:
        actions.append(_shown("annotation", video.annotation, duration * 0.3, rng.random() < 0.09))
    if video.cta and last >= duration * 0.97:
        actions.append(_shown("cta", video.cta, duration, rng.random() < 0.14))
    chance = rng.random()
    if chance < 0.05:
        actions.append({"type": "reaction", "name": _REACTIONS.draw(rng), "at": round(last * rng.random(), 2)})
    elif chance < 0.075:
        actions.append({"type": "share", "name": _SHARES.draw(rng), "at": round(last, 2)})
    elif chance < 0.15:
        actions.append({"type": "click", "name": _CLICKS.draw(rng), "at": round(last * rng.random(), 2)})
    return actions


def turnstile_shown(video: DemoVideo, passed: bool) -> Action:
    """Return what is told of the form that stands before a video: seen, and perhaps filled in."""
    return _shown("turnstile", video.turnstile, 0.0, passed)


def quality_drawn(rng: Random, on_the_move: bool) -> dict[str, Any]:
    """Return how playback went: slower to start and more often interrupted on phones."""
    quality: dict[str, Any] = {"startup": round(0.12 + rng.expovariate(1 / (0.55 if on_the_move else 0.28)), 3)}
    if rng.random() < (0.11 if on_the_move else 0.04):
        times = 1 + int(rng.expovariate(1))
        quality |= {"rebuffers": times, "rebuffering": round(times * (0.2 + rng.expovariate(1)), 2)}
    return quality


def _leaving_drawn(rng: Random, curve: Curve, duration: float) -> float:
    """Return the furthest second that is reached: soon after the start, somewhere, or the end."""
    chance = rng.random()
    if chance < curve.hook:
        return min(duration, 0.3 + rng.expovariate(1 / (duration * 0.05)))
    if chance < curve.hook + curve.finish:
        return duration if rng.random() < 0.8 else duration * (0.95 + rng.random() * 0.05)
    return float(duration * (0.06 + 0.9 * rng.random() ** 1.15))


def _shown(kind: str, name: str, at: float, converted: bool) -> Action:
    return {"type": kind, "name": name, "at": round(at, 2), "converted": converted}
