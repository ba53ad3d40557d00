from typing import Any

import pytest

from .examples import NOON, session
from .facts import Session
from .metrics import METRICS, measure
from .sampling import uuid4

# Three on the minute video (60 s), one on the 4 s video, one of unknown duration, one bot.
CROWD = [
    session("minute", (0, 30), (0, 30), visitor="ann", visit=uuid4(1)),  # viewed, watched half of it, twice
    session("minute", (0, 2), visitor="ann", visit=uuid4(1)),  # played, no view
    session("minute", visitor="bob", visit=uuid4(2), plays=0),  # only loaded
    session("short", (0, 4), visitor="cid", visit=uuid4(3), plays=2),  # viewed, completed
    session("unknown", (0, 10), visitor="dot", visit=uuid4(4)),  # viewed
    session("minute", (0, 60), visitor="bot", visit=uuid4(5), bot=True),
]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("loads", 5),
        ("plays", 4),
        ("play_rate", 3 / 4),
        ("views", 3),
        ("view_rate", 3 / 5),
        ("unique_views", 3),
        ("visitors", 4),
        ("unique_viewers", 3),
        ("watch_time", 76.0),
        ("average_watch_time", 76 / 3),
        ("engagement", (30 / 60 + 2 / 60 + 1) / 3),
        ("watch_depth", (60 + 2 + 4) / (60 + 4)),
        ("completion_rate", 1 / 2),
        ("quarter_reach", [2, 2, 1, 1]),
        ("live_views", 0),
        ("recording_views", 2),
    ],
)
def test_a_small_crowd(name: str, value: Any) -> None:
    assert measure(CROWD, [name])[name] == pytest.approx(value, rel=1e-12)


def test_bots_count_when_asked_for() -> None:
    assert measure(CROWD, ["loads", "visitors", "watch_time"], bots=True) == {
        "loads": 6,
        "visitors": 5,
        "watch_time": 136.0,
    }


def test_nothing_measured_is_zeros_and_nulls() -> None:
    calls = {"impressions": 0, "conversions": 0, "rate": None}
    zero = ["loads", "plays", "views", "unique_views", "visitors", "unique_viewers", "watch_time", "clicks", "shares"]
    zero += ["interactions", "peak_concurrent", "live_views", "recording_views", "attendees"]
    zero += ["rebuffered_plays", "errors"]
    assert measure([]) == {
        **dict.fromkeys(METRICS),
        **dict.fromkeys(zero, 0),
        "quarter_reach": [0, 0, 0, 0],
        "reactions": {},
        "actions": {"cta": calls, "annotation": calls, "turnstile": calls},
    }


def test_every_metric_of_the_table_is_here() -> None:
    assert len(METRICS) == 32


def test_engagement_counts_re_watching_once_and_watch_depth_each_time() -> None:
    twice = [session("minute", (0, 60), (0, 60))]
    assert measure(twice, ["engagement", "watch_depth"]) == {"engagement": 1.0, "watch_depth": 2.0}


def test_watch_depth_is_null_without_views_although_something_was_watched() -> None:
    assert measure([session("minute", (0, 4))], ["watch_depth", "average_watch_time", "watch_time"]) == {
        "watch_depth": None,
        "average_watch_time": None,
        "watch_time": 4.0,
    }


def test_unknown_durations_leave_the_means_alone() -> None:
    names = ["engagement", "watch_depth", "completion_rate", "engagement_score", "views", "quarter_reach"]
    assert measure([session("unknown", (0, 10))], names) == {
        **dict.fromkeys(names),
        "views": 1,
        "quarter_reach": [0, 0, 0, 0],
    }


def test_completed_sessions_that_are_no_views_do_not_complete() -> None:
    sessions = [session("minute", (58, 60)), session("minute", (0, 5))]
    assert measure(sessions, ["completion_rate", "quarter_reach"]) == {
        "completion_rate": 0.0,
        "quarter_reach": [1, 0, 0, 0],
    }


def act(kind: str, name: str = "x", **more: Any) -> dict[str, Any]:
    return {"type": kind, "name": name, "at": 1, **more}


ACTIVE = [
    session(
        "minute", (0, 30), actions=[act("click"), act("click"), act("share"), act("cta", converted=True), act("cta")]
    ),
    session(
        "minute",
        (0, 60),
        actions=[act("reaction", "🎉"), act("reaction", "🎉"), act("reaction", "like"), act("annotation")],
    ),
    session("minute", plays=0, actions=[act("click", converted=True), act("turnstile", converted=True)]),
]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("clicks", 3),
        ("shares", 1),
        ("reactions", {"🎉": 2, "like": 1}),
        ("interactions", 7),
        (
            "actions",
            {
                "cta": {"impressions": 2, "conversions": 1, "rate": 0.5},
                "annotation": {"impressions": 1, "conversions": 0, "rate": 0.0},
                "turnstile": {"impressions": 1, "conversions": 1, "rate": 1.0},
            },
        ),
        # engagement 0.75, completion rate 0.5, min(1, 7 ÷ 2) = 1
        ("engagement_score", 1 + 9 * (0.375 + 0.15 + 0.2)),
    ],
)
def test_actions(name: str, value: Any) -> None:
    assert measure(ACTIVE, [name])[name] == value


def test_the_engagement_score_counts_few_interactions_in_part() -> None:
    sessions = [session("minute", (0, 30), actions=[act("click")]), session("minute", (0, 30))]
    assert measure(sessions, ["engagement_score"])["engagement_score"] == pytest.approx(1 + 9 * (0.25 + 0.1), rel=1e-12)


def test_the_engagement_score_is_null_without_views() -> None:
    assert measure([session("minute", (0, 2), actions=[act("click")])], ["engagement_score"]) == {
        "engagement_score": None
    }


def present(start: float, elapsed: float, **more: Any) -> Session:
    return session(at=NOON + int(start * 1000), elapsed=elapsed, **more)


@pytest.mark.parametrize(
    ("sessions", "peak"),
    [
        ([present(0, 10), present(10, 10)], 1),  # one leaves as the other arrives
        ([present(0, 10.001), present(10, 10)], 2),
        ([present(0, 100), present(10, 10), present(20, 10), present(25, 1)], 3),
        ([present(0, 10), present(0, 10, plays=0)], 1),  # who never played is not watching
        ([present(0, 10), present(5, 0)], 1),  # an empty presence overlaps nothing
        ([present(0, 0)], 0),
    ],
)
def test_peak_concurrent(sessions: list[Session], peak: int) -> None:
    assert measure(sessions, ["peak_concurrent"]) == {"peak_concurrent": peak}


def test_event_sessions() -> None:
    sessions = [
        session("minute", (0, 40), live=True, visitor="ann"),
        session("minute", (0, 25), (0, 25), live=True, visitor="ann"),
        session("minute", (0, 8), live=True, visitor="bob"),
        session("minute", (0, 2), live=True, visitor="cid", plays=0),  # watched without a play: time, but no attendee
        session("minute", (10, 40), visitor="dot"),
        session("clip", (0, 20), visitor="dot"),
    ]
    names = ["live_views", "recording_views", "attendees", "average_attended"]
    assert measure(sessions, names) == {"live_views": 1, "recording_views": 2, "attendees": 2, "average_attended": 50.0}


def played(**quality: Any) -> Session:
    return session("minute", (0, 30), quality=quality)


def test_startup_times_are_those_of_plays_that_told_them() -> None:
    told = [played(startup=seconds / 10) for seconds in range(1, 11)]
    others = [played(), session("minute", plays=0, quality={"startup": 9})]
    assert measure(told + others, ["startup_median", "startup_p95"]) == {"startup_median": 0.55, "startup_p95": 0.955}
    assert measure(others, ["startup_median", "startup_p95"]) == {"startup_median": None, "startup_p95": None}


def test_waiting_for_data_and_errors() -> None:
    sessions = [
        played(rebuffers=2, rebuffering=10),
        played(rebuffers=0, rebuffering=0),
        played(error="MEDIA_ERR_DECODE"),
        session("minute", plays=0, quality={"rebuffers": 1, "rebuffering": 5, "error": "MEDIA_ERR_NETWORK"}),
    ]
    names = ["rebuffered_plays", "rebuffer_rate", "rebuffering_ratio", "errors", "error_rate"]
    assert measure(sessions, names) == {
        "rebuffered_plays": 1,
        "rebuffer_rate": 1 / 3,
        "rebuffering_ratio": 10 / 100,
        "errors": 2,
        "error_rate": 0.5,
    }
