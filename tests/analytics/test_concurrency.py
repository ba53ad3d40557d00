"""Viewers at once, against plain counting of everybody's presence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from analytics.concurrency import MINUTE, Concurrency, concurrency_of
from analytics.context import Context, all_time
from analytics.query import Question, ask
from analytics.sessions import viewing_sessions
from tests.analytics.worlds import sessions_load
from tests.oracle.sampling import uuid7
from videos.models import Video, Workspace

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "clickhouse"])
NOON = int(datetime(2026, 6, 1, 12, tzinfo=UTC).timestamp() * 1000)
Presence = tuple[int, int]
Around = tuple[datetime, datetime] | None


def shown(presences: list[Presence], around: Around = None, **more: Any) -> tuple[Context, Concurrency]:
    """Return a new workspace in which people were present in these spans (ms since noon), and their concurrency."""
    workspace = Workspace.objects.create(name="Present")
    video = Video.objects.create(workspace=workspace, title="Talk")
    lines = [
        {
            "v": 1, "video": "it", "session": uuid7(NOON + begin, 7_000 * workspace.pk + number), "seq": 1, "plays": 1,
            "visitor": f"v{number}", "elapsed": (end - begin) / 1000, "stretches": [[0, 6]], "live": True, **more,
        }
        for number, (begin, end) in enumerate(presences)
    ]  # fmt: skip
    sessions_load(workspace, {"it": video.public_id}, lines)
    context = Context(workspace)
    return context, concurrency_of(viewing_sessions(context, all_time(context)), around)


def counted(presences: list[Presence], found: Concurrency) -> list[int]:
    """Return each bucket's largest number by looking at every moment in it at which somebody is there to be counted."""
    step = found.step // timedelta(milliseconds=1)
    most = []
    for place in range(len(found.most)):
        begin = int(found.moment(place).timestamp() * 1000) - NOON
        # The number grows only where somebody comes.
        moments = [begin, *(start for start, _ in presences if begin <= start < begin + step)]
        most.append(max(sum(start <= moment < end for start, end in presences) for moment in moments))
    return most


@pytest.mark.parametrize("seed", range(4))
def test_each_minute_has_its_largest_number_and_the_peak_is_the_metric(seed: int) -> None:
    draw = Random(seed)
    # Whole minutes and seconds often, so that people come and go at the same moment, and at a minute's edge.
    unit = (MINUTE, 1000, 1, 20_000)[seed]
    spans = [
        (draw.randrange(30 * MINUTE // unit) * unit, draw.randrange(8 * MINUTE // unit + 1) * unit) for _ in range(80)
    ]
    presences = [(begin, begin + length) for begin, length in spans]
    context, found = shown(presences)
    assert found.step == timedelta(minutes=1)
    assert found.most == counted(presences, found)
    metric = ask(Question(context, all_time(context), ("peak_concurrent",))).rows[0]["peak_concurrent"]
    assert found.peak == metric == max(found.most)
    assert found.peak_at is not None
    first = int(found.peak_at.timestamp() * 1000) - NOON
    there = {moment: sum(start <= moment < end for start, end in presences) for moment, _ in presences}
    assert first == min(moment for moment, count in there.items() if count == found.peak)


def test_who_leaves_as_another_comes_was_not_there_with_them() -> None:
    _, found = shown([(0, MINUTE), (MINUTE, 2 * MINUTE)])
    assert (found.most, found.peak) == ([1, 1], 1)
    assert found.start == datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_nobody_is_there_between_two_who_come_apart_and_long_times_have_longer_buckets() -> None:
    _, found = shown([(0, 10_000), (5 * MINUTE, 6 * MINUTE)])
    assert found.most == [1, 0, 0, 0, 0, 1]
    days = [(0, MINUTE), (0, MINUTE), (40 * 1440 * MINUTE, 40 * 1440 * MINUTE + 5)]
    _, found = shown(days)
    assert found.step == timedelta(hours=1)
    assert found.most == counted(days, found) == [2, *[0] * 959, 1]


def test_a_stray_visit_does_not_stretch_the_time_around_which_people_were_expected() -> None:
    talk = [(MINUTE * place, 20 * MINUTE) for place in range(4)]
    week, noon = 7 * 1440 * MINUTE, datetime.fromtimestamp(NOON / 1000, UTC)
    around = (noon + timedelta(minutes=2), noon + timedelta(hours=1))
    _, found = shown([*talk, (-week, -week + 30 * MINUTE), (week, week + 5)], around=around)
    # Two were there already.
    assert (found.most[:3], len(found.most), found.peak) == ([3, 4, 4], 18, 4)
    crowd = [(week, week + MINUTE)] * 5
    _, found = shown([*talk, *crowd], around=around)
    assert (found.peak, found.peak_at, found.most[-1]) == (5, noon + timedelta(days=7), 5)
    _, found = shown(talk, around=(noon + timedelta(days=2), noon + timedelta(days=3)))
    assert (found.peak, found.start) == (4, noon)


def test_without_presence_there_is_no_curve() -> None:
    for presences, more in (([], {}), ([(0, 0)], {}), ([(0, 1000)], {"plays": 0, "stretches": []})):
        assert shown(presences, **more)[1].most == []
