from fractions import Fraction

from .curves import engagement_data, heatmap, midpoints, part_curve, rewatch_data, rewatcher_data
from .examples import session


def test_one_bucket_a_second_and_the_last_may_be_shorter() -> None:
    assert midpoints(2500) == [500, 1500, 2250]
    assert midpoints(1) == [Fraction(1, 2)]


def test_1000_seconds_have_buckets_of_a_second_and_more_have_1000_equal_ones() -> None:
    assert len(midpoints(999_001)) == 1000
    assert midpoints(999_001)[-1] == Fraction(999_000 + 999_001, 2)
    assert midpoints(1_000_000)[-1] == 999_500
    assert len(midpoints(1_000_001)) == 1000
    assert midpoints(2_000_000)[:2] == [1000, 3000]
    assert midpoints(1_000_001)[0] == Fraction(1_000_001, 2000)


def test_an_unknown_duration_has_no_curve() -> None:
    assert heatmap(session("unknown", (0, 9)), None) == engagement_data([], None) == rewatch_data([], None) == []


def test_a_stretch_covers_the_buckets_whose_midpoints_it_covers() -> None:
    assert heatmap(session("short", (0.5, 1.5)), 4000) == [1, 0, 0, 0]  # from a midpoint on, up to one but without it
    assert heatmap(session("short", (0.501, 1.501)), 4000) == [0, 1, 0, 0]
    assert heatmap(session("short", (1.5, 1.5)), 4000) == [0, 0, 0, 0]
    assert heatmap(session("short", (0, 99)), 4000) == [1, 1, 1, 1]


def test_a_midpoint_between_two_milliseconds_is_compared_exactly() -> None:
    one = session("unknown", (0, 0.5), (0.501, 0.6), duration=1000.001)  # the first midpoint is 500.0005 ms
    assert heatmap(one, 1_000_001)[0] == 0
    assert heatmap(session("unknown", (0.5, 0.501), duration=1000.001), 1_000_001)[0] == 1


def test_curves_add_up_sessions_and_their_repetitions() -> None:
    sessions = [
        session("short", (0, 4), (0, 2), (0, 1)),  # 3 2 1 1
        session("short", (1, 3), (2, 3)),  # 0 1 2 0
        session("short"),
        session("short", (0, 4), (0, 4), bot=True),
    ]
    assert heatmap(sessions[0], 4000) == [3, 2, 1, 1]
    assert engagement_data(sessions, 4000) == [1, 2, 2, 1]
    assert rewatch_data(sessions, 4000) == [2, 1, 1, 0]
    assert rewatcher_data(sessions, 4000) == [1, 1, 1, 0]
    assert engagement_data(sessions, 4000, bots=True) == [2, 3, 3, 2]
    assert rewatch_data(sessions, 4000, bots=True) == [3, 2, 2, 1]


def test_hundredths_count_plays_of_videos_of_any_length_the_same() -> None:
    sessions = [
        session("minute", (0, 30), (0, 30)),
        session("short", (3, 4), (0, 1)),
        session("unknown", (0, 9)),
        session("minute", (0, 60), plays=0),
        session("minute", (0, 60), bot=True),
    ]
    plays, parts = part_curve(sessions)
    assert plays == 2
    assert parts == [1] * 25 + [0.5] * 25 + [0] * 25 + [0.5] * 25
    assert part_curve([]) == (0, [0] * 100)
