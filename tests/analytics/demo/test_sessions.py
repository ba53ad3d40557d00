"""The generated year: the same for the same plan, within the protocol's bounds, and shaped like a real one."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from analytics.collect.snapshot import Fault
from analytics.demo.catalog import TIMEZONE, VIDEOS
from analytics.demo.seasons import Calendar, shared_out
from analytics.demo.sessions import LONGEST, DemoPlan, DemoYear
from analytics.imports import READER, Line

UNTIL = date(2026, 11, 21)
PLAN = DemoPlan(sessions=6_000, days=365, seed=1, until=UNTIL)
BERLIN = ZoneInfo(TIMEZONE)
BY_ID = {video.public_id: video for video in VIDEOS}


def read(plan: DemoPlan) -> list[Line]:
    """Return the plan's lines as the import reads them."""
    found = []
    for text in DemoYear(plan).lines():
        assert text.endswith(b"\n")
        line = READER.line(text)
        assert isinstance(line, Line), [fault for fault in line if isinstance(fault, Fault)]
        found.append(line)
    return found


@pytest.fixture(scope="module")
def year() -> list[Line]:
    return read(PLAN)


def started(line: Line) -> datetime:
    return datetime.fromtimestamp(line.started_ms / 1000, BERLIN)


def test_the_same_plan_gives_the_same_bytes() -> None:
    plan = DemoPlan(300, 30, 7, UNTIL)
    assert list(DemoYear(plan).lines()) == list(DemoYear(plan).lines())


def test_another_seed_gives_other_sessions() -> None:
    ids = [{line.session for line in read(DemoPlan(200, 30, seed, UNTIL))} for seed in (1, 2)]
    assert not ids[0] & ids[1]


@pytest.mark.parametrize(("sessions", "days"), [(1, 1), (2, 365), (50, 1), (300, 7), (300, 400), (700, LONGEST)])
def test_exactly_the_sessions_asked_for_lie_in_the_days_asked_for(sessions: int, days: int) -> None:
    plan = DemoPlan(sessions, days, 1, UNTIL)
    calendar = Calendar(UNTIL, days, BERLIN)
    found = read(plan)
    assert len({line.session for line in found}) == len(found) == sessions
    first = calendar.moment_ms(calendar.first, 0)
    for line in found:
        assert line.elapsed is not None
        # The wait for a broadcast, or a clock change, may begin a little before the day that it belongs to.
        assert line.started_ms >= first - 3_600_000
        assert line.started_ms + line.elapsed * 1000 <= calendar.end_ms


@pytest.mark.parametrize(("sessions", "days"), [(0, 1), (1, 0), (1, LONGEST + 1)])
def test_an_impossible_plan_is_refused(sessions: int, days: int) -> None:
    with pytest.raises(ValueError, match="A demo"):
        DemoPlan(sessions, days, 1, UNTIL)


def test_stretches_lie_within_the_file(year: list[Line]) -> None:
    for line in year:
        seconds = BY_ID[line.video].seconds
        assert bool(line.stretches) == bool(line.plays)
        if seconds is not None:
            assert line.duration == seconds
            assert all(end <= seconds for _, end in line.stretches or ())
            assert not line.live
        else:
            assert line.live
            assert line.duration is None
        watched = sum(end - start for start, end in line.stretches or ())
        assert watched <= 2 * (line.elapsed or 0) + 0.1


def test_nothing_is_watched_before_it_is_out(year: list[Line]) -> None:
    calendar = Calendar(UNTIL, PLAN.days, BERLIN)
    for line in year:
        video = BY_ID[line.video]
        if video.age <= 365 and video.seconds is not None:
            assert started(line).date() >= calendar.day_aged(video.age)


def test_working_days_and_office_hours_are_busiest(year: list[Line]) -> None:
    weekdays = Counter(started(line).weekday() for line in year if not line.live)
    assert min(weekdays[day] for day in range(5)) > 1.3 * max(weekdays[5], weekdays[6])
    german = Counter(started(line).hour for line in year if line.country == "DE" and not line.live)
    assert german[10] > 5 * german[3]
    assert german[12] < german[10]


def test_the_year_has_seasons_and_growth(year: list[Line]) -> None:
    months = Counter(started(line).strftime("%Y-%m") for line in year)
    assert months["2026-07"] < months["2026-05"]
    assert months["2026-10"] > 1.5 * months["2026-03"]
    assert sum(started(line).date() in (date(2025, 12, 25), date(2025, 12, 26)) for line in year) < 20


def test_popularity_is_steep_and_every_video_is_watched(year: list[Line]) -> None:
    videos = Counter(line.video for line in year)
    assert set(videos) == set(BY_ID)
    ranked = [count for _, count in videos.most_common()]
    assert ranked[0] > 2 * ranked[4]
    assert sum(ranked[:8]) > 0.5 * sum(ranked)


def test_few_visitors_come_often_and_many_once(year: list[Line]) -> None:
    visitors = Counter(line.visitor for line in year if not line.bot)
    once = sum(count == 1 for count in visitors.values())
    assert 0.3 < once / len(visitors) < 0.7
    assert max(visitors.values()) > 10


def test_shares_are_those_of_a_believable_workspace(year: list[Line]) -> None:
    visitors = {line.visitor for line in year}
    known = {line.visitor for line in year if line.identity}
    assert 0.05 < len(known) / len(visitors) < 0.12
    assert 0.005 < sum(bool(line.bot) for line in year) / len(year) < 0.02
    played = sum(bool(line.plays) for line in year) / len(year)
    assert 0.5 < played < 0.75
    assert {line.device for line in year} == {"desktop", "smartphone", "tablet", "tv", "other"}
    assert len({line.country for line in year}) > 20
    assert {action.type for line in year for action in line.actions or ()} == {
        "click", "share", "reaction", "cta", "annotation", "turnstile",
    }  # fmt: skip


def test_a_known_person_stays_known_and_has_one_address(year: list[Line]) -> None:
    known: dict[str | None, str | None] = {}
    for line in sorted(year, key=lambda line: line.started_ms):
        if line.identity:
            email = line.identity.email or ""
            assert email.endswith(("@example.com", "@example.org"))
            assert email.isascii()
            assert known.setdefault(line.visitor, email) == email
    names = {line.identity.email: line.identity.name for line in year if line.identity}
    assert len(names) == len({line.identity.email for line in year if line.identity})


def test_a_visit_is_one_browser_without_long_silence(year: list[Line]) -> None:
    visits: dict[object, list[Line]] = {}
    for line in year:
        visits.setdefault(line.visit, []).append(line)
    for lines in visits.values():
        assert len({line.visitor for line in lines}) == 1
        lines.sort(key=lambda line: line.started_ms)
        for before, after in pairwise(lines):
            assert after.started_ms - before.started_ms - (before.elapsed or 0) * 1000 < 30 * 60 * 1000


def test_viewers_stop_along_the_way_and_return_to_the_peak() -> None:
    pivot = next(video for video in VIDEOS if video.key == "pivot")
    assert pivot.seconds is not None
    covered = [0] * pivot.seconds
    for line in read(DemoPlan(12_000, 60, 1, UNTIL)):
        if line.video == pivot.public_id:
            for start, end in line.stretches or ():
                for second in range(pivot.seconds):
                    covered[second] += start <= second + 0.5 < end
    peak = int(pivot.curve.peaks[1][0] * pivot.seconds)
    assert covered[0] > 1.5 * covered[-1]
    assert covered[peak + 2] > 1.2 * covered[peak - 4]
    assert covered[peak + 2] > 1.2 * covered[peak + 14]


def test_a_broadcast_fills_at_its_beginning_and_empties_at_its_end() -> None:
    plan = DemoPlan(20_000, 60, 1, UNTIL)
    keynote = Calendar(UNTIL, plan.days, BERLIN).broadcasts()[0]
    public_id = next(video.public_id for video in VIDEOS if video.key == keynote.talk.live)
    present = [
        (line.started_ms, line.started_ms + (line.elapsed or 0) * 1000)
        for line in read(plan)
        if line.video == public_id and line.plays
    ]

    def watching(minutes: float) -> int:
        moment = keynote.starts_ms + minutes * 60_000
        return sum(begin <= moment < end for begin, end in present)

    assert len(present) > 100
    assert watching(-20) < watching(-2) < watching(6)
    assert watching(6) > 0.6 * len(present)
    assert watching(keynote.seconds / 60 + 10) == 0


def test_a_day_with_a_clock_change_keeps_its_own_midnights() -> None:
    for until, hours in ((date(2026, 3, 30), 23), (date(2026, 10, 26), 25)):
        calendar = Calendar(until, 1, BERLIN)
        assert calendar.end_ms - calendar.moment_ms(calendar.first, 0) == hours * 3_600_000
        for line in read(DemoPlan(100, 1, 1, until)):
            assert datetime.fromtimestamp(line.started_ms / 1000, UTC).astimezone(BERLIN).date() <= calendar.first


def test_parts_add_up_to_the_total() -> None:
    assert shared_out(10, [1, 1, 1]) == [4, 3, 3]
    assert shared_out(0, [1, 2]) == [0, 0]
    assert shared_out(5, [0, 1]) == [0, 5]
