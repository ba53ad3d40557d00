"""Findings about one video in words: its curve, its moments, what was pressed, how playback went, how it compares."""

from __future__ import annotations

from collections.abc import Sequence

from analytics.actions import NamedAction
from analytics.captions import amount_spoken
from analytics.curves import PARTS, Curve, PartCurve
from analytics.formats import count_shown, duration_shown, passage_shown, percent_number, percent_shown
from analytics.moments import DropOff, HotSpot, Moments
from analytics.query import Row

FRACTIONS = {
    "a tenth": 1 / 10, "a fifth": 1 / 5, "a quarter": 1 / 4, "a third": 1 / 3, "half": 1 / 2, "two thirds": 2 / 3,
    "three quarters": 3 / 4,
}  # fmt: skip


def curve_caption(curve: Curve, plays: int, moments: Moments) -> str:
    """Return the finding of an engagement curve: how many stay to the middle and the end, and its strongest moments."""
    once = curve.engagement_data
    if not plays or not any(once):
        return "Nobody has played this video in this period."
    middle, end = once[len(once) // 2], once[-1]
    sentence = (
        f"Of {amount_spoken('plays', plays)}, {percent_shown(middle / plays)} watched the middle of the video"
        f" and {percent_shown(end / plays)} its end"
    )
    for drop in moments.drop_offs[:1]:
        sentence += f". Most leave at {passage_shown(drop.begin, drop.end)} ({part_spoken(drop.part)} of viewers)"
    for spot in moments.hot_spots[:1]:
        sentence += f". Rewatched most at {passage_shown(spot.begin, spot.end)} (by {percent_shown(spot.part)})"
    return f"{sentence}."


def hot_spot_spoken(spot: HotSpot) -> str:
    """Return what happens at a hot spot: `31 % rewatched`."""
    return f"{percent_shown(spot.part)} rewatched"


def drop_off_spoken(drop: DropOff) -> str:
    """Return what happens at a drop-off: `a fifth of viewers leave`."""
    return f"{part_spoken(drop.part)} of viewers leave"


def part_spoken(part: float) -> str:
    """Return a part of a whole as one says it: `a fifth` where it is one within a hundredth, else `22 %`."""
    return next((word for word, fraction in FRACTIONS.items() if abs(part - fraction) < 0.01), percent_shown(part))


def actions_caption(actions: Sequence[tuple[str, str, NamedAction]]) -> str:
    """Return the finding of actions, each with its type and name in words: what converted most, else was pressed."""
    if not actions:
        return "Nothing was shown over this video, and nothing pressed, in this period."
    converted = sorted((each for each in actions if each[2].conversions), key=lambda each: -each[2].conversions)
    converted = [each for each in converted if each[2].rate is not None]
    if not converted:
        kind, name, action = actions[0]
        return f"Most frequent: “{name}” ({kind.lower()}), {_times(action.count)}. Nothing converted in this period."
    kind, name, action = converted[0]
    sentence = (
        f"“{name}” ({kind.lower()}) converted {percent_shown(action.rate or 0)}"
        f" of {count_shown(action.count)} impressions"
    )
    for kind, name, action in converted[1:2]:
        sentence += f", “{name}” ({kind.lower()}) {percent_shown(action.rate or 0)} of {count_shown(action.count)}"
    return f"{sentence}."


def reactions_caption(reactions: Sequence[tuple[str, NamedAction]]) -> str:
    """Return the finding of reactions with their names in words, the most frequent first."""
    if not reactions:
        return "Nobody reacted to this video in this period."
    total = sum(action.count for _, action in reactions)
    sentence = f"{count_shown(total)} {'reaction' if total == 1 else 'reactions'}"
    name, first = reactions[0]
    if len(reactions) > 1:
        sentence += f"; “{name}” leads with {percent_shown(first.count / total)}"
    return f"{sentence}."


def startup_caption(total: Row) -> str:
    if total["startup_median"] is None:
        return "No play told how long it took to start."
    half, most = (duration_shown(total[name]) for name in ("startup_median", "startup_p95"))
    return f"Half of the plays started within {half}, 95\u00a0% of them within {most}."


def trouble_caption(total: Row) -> str:
    """Return the finding of interruptions and errors."""
    parts = []
    if total["rebuffer_rate"] is not None:
        parts.append(f"{percent_shown(total['rebuffer_rate'])} of the plays waited for data at least once")
    if total["error_rate"] is not None:
        errors = f"{percent_shown(total['error_rate'])} of the player loads met an error"
        parts.append(f"{errors} ({count_shown(total['errors'])})" if total["errors"] else "no player load met an error")
    sentence = "; ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}." if parts else "No player was loaded in this period."


def comparison_caption(own: PartCurve, average: PartCurve, other: tuple[str, PartCurve] | None) -> str:
    """Return how far viewers watch this video, beside the average and beside another video (its title and curve)."""
    seen, usual = _mean(own), _mean(average)
    sentences = [
        f"A play sees {percent_shown(seen)} of this video, {_against(seen, usual)} average ({percent_shown(usual)})"
    ]
    gaps = [mine - theirs for mine, theirs in zip(own.parts, average.parts, strict=True)]
    widest = max(range(PARTS), key=lambda place: abs(gaps[place]))
    if abs(gaps[widest]) >= 0.01:
        sentences.append(
            f"They are furthest apart at {percent_shown((widest + 0.5) / PARTS)} of the video:"
            f" {percent_shown(own.parts[widest])} of plays against {percent_shown(average.parts[widest])}"
        )
    if other:
        title, curve = other
        sentences.append(
            f"Of “{title}” a play sees {percent_shown(_mean(curve))}" if curve.plays else f"Nobody played “{title}”"
        )
    return f"{'. '.join(sentences)}."


def _against(seen: float, usual: float) -> str:
    points = percent_number(abs(seen - usual) * 100)
    if float(points) == 0:
        return "as much as the workspace’s"
    word = "point" if points == "1.0" else "points"
    return f"{points} {word} {'more' if seen > usual else 'less'} than the workspace’s"


def _mean(curve: PartCurve) -> float:
    return sum(curve.parts) / PARTS


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count_shown(count)} times"
