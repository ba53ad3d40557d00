"""Every number against the oracle's, on random history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from math import floor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.api.sixtyseconds.answers import distribution
from analytics.api.sixtyseconds.audience import MOST_NAMED, demographics
from tests.analytics.api.conftest import History
from tests.oracle import breakdowns, facts, metrics, periods

pytestmark = [
    pytest.mark.django_db(databases=["default", "clickhouse"]),
]
WINTER = {"start_date": "2024-12-24", "end_date": "2025-04-06"}
WORDS = {
    "completion_rate": "completion_rate",
    "engagement_score": "engagement_score",
    "watch_time": "average_watch_time",
}


def span_of(history: History) -> periods.Span:
    first, last = (date.fromisoformat(day) for day in WINTER.values())
    return periods.days(first, last, history.catalog.zone)


def inside(history: History) -> list[facts.Session]:
    span = span_of(history)
    return [one for one in history.sessions if span.holds(one.started_at) and not one.bot]


def close(expected: Any) -> Any:
    return expected if expected is None else pytest.approx(expected, rel=1e-9, abs=1e-9)


def per_cent(views: Counter[str]) -> dict[str, int]:
    """Return the oracle's shares: the five largest, everything else with the unknown ones as `other`."""
    known = sorted((name for name in views if name != "other" and views[name]), key=lambda name: (-views[name], name))
    counts = {name: views[name] for name in known[:MOST_NAMED]}
    if tail := views.total() - sum(counts.values()):
        counts["other"] = tail
    return dict(zip(counts, breakdowns.percent_shares(list(counts.values())), strict=True))  # type: ignore[arg-type]


def quantile(values: list[float], part: Fraction) -> float:
    """Return the value at `part` of the way from the least to the largest, on the line between its neighbours."""
    ordered = sorted(values)
    place = part * (len(values) - 1)
    below = floor(place)
    above = min(below + 1, len(values) - 1)
    return float(Fraction(ordered[below]) + (place - below) * (Fraction(ordered[above]) - Fraction(ordered[below])))


def spread(values: list[float]) -> dict[str, Any]:
    quartiles = [quantile(values, Fraction(part, 4)) for part in (1, 2, 3)]
    return {
        "min": close(min(values)),
        "max": close(max(values)),
        "median": close(quartiles[1]),
        "quartiles": [close(each) for each in quartiles],
    }


def by_video(history: History, sessions: Iterable[facts.Session]) -> list[dict[str, Any]]:
    """Return the oracle's metrics of each video with views, most views first, of equal ones by id."""
    table = breakdowns.table(sessions, ["video"], metrics.METRICS, history.catalog)
    rows = [{"video_id": history.ids[str(video)], "title": video, **row} for (video,), row in table.items()]
    return sorted((row for row in rows if row["views"]), key=lambda row: (-row["views"], row["video_id"]))


def held(rows: list[dict[str, Any]], expected: list[dict[str, Any]]) -> None:
    assert len(rows) == len(expected) > 0
    for row, other in zip(rows, expected, strict=True):
        assert row == {name: close(other[name]) if name in metrics.METRICS else other[name] for name in row}


def test_a_videos_numbers_are_the_oracles(history: History) -> None:
    for video in history.catalog.videos:
        sessions = [one for one in inside(history) if one.video == video.id]
        expected = metrics.measure(sessions)
        body = history.client.get(f"/v1/analytics/videos/{history.ids[video.id]}", WINTER).json()
        assert body["metrics"] == {name: close(expected[name.removeprefix("total_")]) for name in body["metrics"]}
        assert [each["viewers"] for each in body["watch_time_distribution"]] == expected["quarter_reach"]
        assert body["engagement"] == {name: expected[name] for name in ("clicks", "shares", "reactions")}
        assert list(body["engagement"]["reactions"].values()) == sorted(expected["reactions"].values(), reverse=True)
        viewed = [one for one in sessions if one.viewed]
        devices = {"smartphone": "mobile", "desktop": "desktop", "tablet": "tablet"}
        assert body["viewer_demographics"] == {
            "devices": per_cent(Counter(devices.get(one.device, "other") for one in viewed)),
            "browsers": per_cent(Counter(one.browser.lower() or "other" for one in viewed)),
            "countries": per_cent(Counter({"": "other", "GB": "UK"}.get(one.country, one.country) for one in viewed)),
        }
        assert all(sum(shares.values()) == (100 if viewed else 0) for shares in body["viewer_demographics"].values())


def test_the_accounts_numbers_are_the_oracles(history: History) -> None:
    sessions = inside(history)
    expected = metrics.measure(sessions)
    for grain in ("day", "week", "month"):
        body = history.client.get("/v1/analytics/account", {**WINTER, "group_by": grain}).json()
        table = breakdowns.table(sessions, [grain], metrics.METRICS, history.catalog)
        labels = periods.labels(span_of(history), grain, history.catalog.zone)
        held(body["trends"], [{"date": each, **table.get((each,), metrics.measure([]))} for each in labels])
    assert body["period"] == WINTER
    assert body["summary"] == {
        "total_videos": len(history.catalog.videos),
        "total_views": expected["views"],
        "unique_viewers": expected["unique_viewers"],
        "average_completion_rate": close(expected["completion_rate"]),
        "average_engagement_score": close(expected["engagement_score"]),
        "total_interactions": expected["interactions"],
    }
    held(body["top_videos"], by_video(history, sessions))


def test_a_templates_numbers_are_the_oracles(history: History) -> None:
    for template in sorted({video.template for video in history.catalog.videos if video.template}):
        members = {video.id for video in history.catalog.videos if video.template == template}
        sessions = [one for one in inside(history) if one.video in members]
        expected, videos = metrics.measure(sessions), by_video(history, sessions)
        body = history.client.get(f"/v1/analytics/templates/{history.ids[template]}", WINTER).json()
        assert (body["total_videos"], body["total_views"]) == (len(members), expected["views"])
        assert body["average_completion_rate"] == close(expected["completion_rate"])
        assert body["average_engagement_score"] == close(expected["engagement_score"])
        assert body["metrics_distribution"] == {
            word: spread([row[metric] for row in videos if row[metric] is not None]) for word, metric in WORDS.items()
        }
        held(body["top_performing_videos"], videos)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30))
def test_quartiles_lie_on_the_line_between_their_neighbours(values: list[float]) -> None:
    assert distribution(values) == spread(values)


ROWS = st.builds(
    lambda device, browser, country, views: {"device": device, "browser": browser, "country": country, "views": views},
    st.sampled_from(["desktop", "tablet", "smartphone", "tv", "other", None]),
    st.sampled_from(["Chrome", "chrome", "Safari", "Firefox", "Edge", "Opera", "Samsung Internet", "Other", None]),
    st.sampled_from(["US", "GB", "CA", "DE", "FR", "NL", "ES", "PL", None]),
    st.integers(0, 1000),
)


@given(st.lists(ROWS, max_size=40))
def test_shares_add_up_to_a_hundred_with_the_long_tail_last(rows: list[dict[str, Any]]) -> None:
    watched = any(row["views"] for row in rows)
    found: dict[str, Any] = {**demographics(rows)}
    for part, shares in found.items():
        assert sum(shares.values()) == (100 if watched else 0)
        named = [name for name in shares if name != "other"]
        assert len(named) <= MOST_NAMED
        assert list(shares) == [*named, *(["other"] if "other" in shares else [])]
        assert [shares[name] for name in named] == sorted((shares[name] for name in named), reverse=True)
        assert all(type(share) is int for share in shares.values())
        assert set(named) <= {"mobile", "desktop", "tablet"} or part != "devices"
        assert not {"GB", "smartphone", "tv", "Chrome"} & set(named)
