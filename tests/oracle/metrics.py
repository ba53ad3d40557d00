"""Every metric of METRICS.md over a list of sessions. None is "a ratio over nothing"; times are seconds."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Any

from .facts import Session

Sessions = Sequence[Session]
CALLS = ("cta", "annotation", "turnstile")


def measure(sessions: Iterable[Session], names: Iterable[str] | None = None, *, bots: bool = False) -> dict[str, Any]:
    """The named metrics (all of them by default), over people's sessions only unless bots are asked for."""
    counted = [one for one in sessions if bots or not one.bot]
    return {name: METRICS[name](counted) for name in (METRICS if names is None else names)}


def ratio(part: int | Fraction, whole: int) -> float | None:
    return float(Fraction(part) / whole) if whole else None


def exactly(number: Fraction | None) -> float | None:
    return None if number is None else float(number)


def loads(sessions: Sessions) -> int:
    return len(sessions)


def plays(sessions: Sessions) -> int:
    return sum(one.played for one in sessions)


def play_rate(sessions: Sessions) -> float | None:
    return ratio(len({one.visitor for one in sessions if one.played}), visitors(sessions))


def views(sessions: Sessions) -> int:
    return sum(one.viewed for one in sessions)


def view_rate(sessions: Sessions) -> float | None:
    return ratio(views(sessions), loads(sessions))


def unique_views(sessions: Sessions) -> int:
    return len({one.visit for one in sessions if one.played})


def visitors(sessions: Sessions) -> int:
    return len({one.visitor for one in sessions})


def unique_viewers(sessions: Sessions) -> int:
    return len({one.visitor for one in sessions if one.viewed})


def watch_time(sessions: Sessions) -> float:
    return sum(one.watch_time for one in sessions) / 1000


def average_watch_time(sessions: Sessions) -> float | None:
    return ratio(Fraction(sum(one.watch_time for one in sessions), 1000), views(sessions))


def _engagement(sessions: Sessions) -> Fraction | None:
    # Added up per duration first, so that thousands of fractions need few common denominators.
    watched: Counter[int] = Counter()
    count = 0
    for one in sessions:
        if one.played and one.duration is not None:
            watched[one.duration] += min(one.duration, one.watched)
            count += 1
    return sum((Fraction(part, duration) for duration, part in watched.items()), Fraction()) / count if count else None


def engagement(sessions: Sessions) -> float | None:
    return exactly(_engagement(sessions))


def watch_depth(sessions: Sessions) -> float | None:
    known = [(one, one.duration) for one in sessions if one.duration is not None]
    return ratio(sum(one.watch_time for one, _ in known), sum(duration for one, duration in known if one.viewed))


def _completion_rate(sessions: Sessions) -> Fraction | None:
    known = [one for one in sessions if one.viewed and one.duration is not None]
    return Fraction(sum(bool(one.completed) for one in known), len(known)) if known else None


def completion_rate(sessions: Sessions) -> float | None:
    return exactly(_completion_rate(sessions))


def quarter_reach(sessions: Sessions) -> list[int]:
    known = [one for one in sessions if one.viewed and one.duration is not None]
    return [sum(one.quarters[quarter] for one in known) for quarter in range(4)]


def _actions(sessions: Sessions, kind: str) -> list[tuple[str, bool]]:
    return [(action.name, action.converted) for one in sessions for action in one.actions if action.type == kind]


def clicks(sessions: Sessions) -> int:
    return len(_actions(sessions, "click"))


def shares(sessions: Sessions) -> int:
    return len(_actions(sessions, "share"))


def reactions(sessions: Sessions) -> dict[str, int]:
    return dict(Counter(name for name, _ in _actions(sessions, "reaction")))


def interactions(sessions: Sessions) -> int:
    return clicks(sessions) + shares(sessions) + sum(reactions(sessions).values())


def engagement_score(sessions: Sessions) -> float | None:
    """1 to 10; None without views, and where no session's duration is known (then there is nothing to weigh)."""
    engaged, completed, seen = _engagement(sessions), _completion_rate(sessions), views(sessions)
    if engaged is None or completed is None or not seen:
        return None
    acted = min(Fraction(1), Fraction(interactions(sessions), seen))
    return float(1 + 9 * (engaged * 5 + completed * 3 + acted * 2) / 10)


def actions(sessions: Sessions) -> dict[str, dict[str, int | float | None]]:
    found = {kind: _actions(sessions, kind) for kind in CALLS}
    counts = {kind: (len(calls), sum(converted for _, converted in calls)) for kind, calls in found.items()}
    return {
        kind: {"impressions": shown, "conversions": taken, "rate": ratio(taken, shown)}
        for kind, (shown, taken) in counts.items()
    }


def peak_concurrent(sessions: Sessions) -> int:
    """Sessions present at once. A largest overlap begins where somebody arrives, so those moments suffice."""
    present = [(one.started, one.started + one.elapsed) for one in sessions if one.played]
    moments = {start for start, _ in present}
    return max((sum(start <= moment < end for start, end in present) for moment in moments), default=0)


def live_views(sessions: Sessions) -> int:
    return sum(one.watched_30 for one in sessions if one.live)


def recording_views(sessions: Sessions) -> int:
    return sum(one.watched_30 for one in sessions if not one.live)


def attendees(sessions: Sessions) -> int:
    return len({one.visitor for one in sessions if one.live and one.played})


def average_attended(sessions: Sessions) -> float | None:
    return ratio(Fraction(sum(one.watch_time for one in sessions if one.live), 1000), attendees(sessions))


def _startup(sessions: Sessions, part: Fraction) -> float | None:
    """The time that this part of the plays did not pass, between the two that lie around it where it falls so."""
    told = sorted(one.startup for one in sessions if one.played and one.startup is not None)
    if not told:
        return None
    place = part * (len(told) - 1)
    below, above = told[floor(place)], told[ceil(place)]
    return float((below + (place - floor(place)) * (above - below)) / 1000)


def startup_median(sessions: Sessions) -> float | None:
    return _startup(sessions, Fraction(1, 2))


def startup_p95(sessions: Sessions) -> float | None:
    return _startup(sessions, Fraction(19, 20))


def rebuffered_plays(sessions: Sessions) -> int:
    return sum(one.played and one.rebuffers > 0 for one in sessions)


def rebuffer_rate(sessions: Sessions) -> float | None:
    return ratio(rebuffered_plays(sessions), plays(sessions))


def rebuffering_ratio(sessions: Sessions) -> float | None:
    waited = sum(one.rebuffering for one in sessions if one.played)
    return ratio(waited, waited + sum(one.watch_time for one in sessions if one.played))


def errors(sessions: Sessions) -> int:
    return sum(one.error != "" for one in sessions)


def error_rate(sessions: Sessions) -> float | None:
    return ratio(errors(sessions), loads(sessions))


METRICS: dict[str, Callable[[Sessions], Any]] = {
    metric.__name__: metric
    for metric in (
        loads,
        plays,
        play_rate,
        views,
        view_rate,
        unique_views,
        visitors,
        unique_viewers,
        watch_time,
        average_watch_time,
        engagement,
        watch_depth,
        completion_rate,
        quarter_reach,
        clicks,
        shares,
        reactions,
        interactions,
        engagement_score,
        actions,
        peak_concurrent,
        live_views,
        recording_views,
        attendees,
        average_attended,
        startup_median,
        startup_p95,
        rebuffered_plays,
        rebuffer_rate,
        rebuffering_ratio,
        errors,
        error_rate,
    )
}
