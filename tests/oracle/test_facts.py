from decimal import Decimal
from typing import Any

import pytest

from .catalog import Catalog, Video
from .examples import CATALOG, NOON, session, snapshot
from .facts import milliseconds, sessions_of
from .sampling import uuid7


def seqs_and_plays(*snapshots: dict[str, Any]) -> list[tuple[int, int]]:
    return [(one.seq, one.plays) for one in sessions_of(snapshots, CATALOG)]


def test_the_highest_seq_wins_whatever_the_order() -> None:
    three, ten = snapshot(seq=3, plays=3), snapshot(seq=10, plays=0)
    assert seqs_and_plays(three, ten) == seqs_and_plays(ten, three) == [(10, 0)]


def test_of_equal_seqs_the_later_in_the_list_wins() -> None:
    assert seqs_and_plays(snapshot(seq=2, plays=5), snapshot(seq=2, plays=7)) == [(2, 7)]


def test_sessions_are_told_apart_by_key_and_sorted_by_load() -> None:
    later, first = snapshot(at=NOON + 1), snapshot(session=uuid7(NOON, 9).upper())
    assert [one.started - NOON for one in sessions_of([later, first, later], CATALOG)] == [0, 1]


def test_the_load_is_the_moment_in_the_uuidv7() -> None:
    # The example of RFC 9562.
    key = "017F22E2-79B0-7CC3-98C4-DC0C0C07398F"
    assert session(session=key).started_at.isoformat() == "2022-02-22T19:22:22+00:00"
    assert session().started == NOON


def test_times_are_whole_milliseconds_half_rounded_up() -> None:
    assert [milliseconds(x) for x in (12.4, 0.0004, 0.0005, 1.0005, 2.0015, 604800)] == [
        12400,
        0,
        1,
        1001,
        2002,
        604_800_000,
    ]


def test_watch_time_counts_again_what_watched_counts_once() -> None:
    one = session("minute", (0, 10), (5, 12.5), (30, 40), (30, 40))
    assert (one.watch_time, one.watched, one.longest_run) == (37_500, 22_500, 10_000)


def test_stretches_keep_their_order_and_touching_ones_stay_two() -> None:
    one = session("minute", (10, 14), (0, 4), (4, 8))
    assert one.stretches == ((10_000, 14_000), (0, 4000), (4000, 8000))
    assert (one.watched, one.longest_run, one.viewed) == (12_000, 4000, False)


def test_stretches_are_clipped_to_the_duration_and_kept_when_empty() -> None:
    one = session("minute", (50, 70), (61, 90), (3, 3))
    assert one.stretches == ((50_000, 60_000), (60_000, 60_000), (3000, 3000))


def test_a_session_without_stretches_has_watched_nothing() -> None:
    one = session()
    assert (one.watch_time, one.watched, one.longest_run, one.viewed, one.completed) == (0, 0, 0, False, False)


@pytest.mark.parametrize(
    ("video", "reported", "duration"),
    [
        ("minute", 99, 60_000),
        ("minute", None, 60_000),
        ("unknown", 99.5, 99_500),
        ("unknown", 0, None),
        ("unknown", None, None),
    ],
)
def test_the_catalog_knows_the_duration_before_the_player(
    video: str, reported: float | None, duration: int | None
) -> None:
    assert session(video, duration=reported).duration == duration


def test_played_needs_a_play_and_nothing_else() -> None:
    assert [session(plays=plays).played for plays in (0, 1, 9)] == [False, True, True]
    assert session("minute", (0, 60), plays=0).viewed


@pytest.mark.parametrize(
    ("video", "end", "viewed"),
    [
        ("minute", 4.999, False),
        ("minute", 5, True),
        ("short", 3.799, False),  # 95 % of 4 s is 3.8 s
        ("short", 3.8, True),
        ("unknown", 4.999, False),
        ("unknown", 5, True),
    ],
)
def test_a_view_is_five_seconds_or_95_percent_without_a_break(video: str, end: float, viewed: bool) -> None:
    assert session(video, (0, end)).viewed is viewed


def test_95_percent_is_exact_between_milliseconds() -> None:
    # 95 % of 5.263 s is 4.99985 s: below 5 s, and 4.999 s is not enough. 95 % of 0.001 s is 0.00095 s.
    catalog = Catalog("UTC", (Video("5263", Decimal("5.263")), Video("1", Decimal("0.001"))))
    one = sessions_of([snapshot("5263", (0, 4.999))], catalog)[0]
    assert not one.viewed
    assert sessions_of([snapshot("1", (0, 0.001))], catalog)[0].viewed
    assert not sessions_of([snapshot("1", (0, 0))], catalog)[0].viewed


@pytest.mark.parametrize(
    ("video", "stretch", "completed"),
    [
        ("minute", (0, 56.999), False),
        ("minute", (0, 57), True),  # 95 % of 60 s
        ("minute", (56, 57), True),
        ("minute", (60, 60), True),
        ("minute", (70, 80), True),  # clipped to an empty stretch at the end
        ("unknown", (0, 1000), None),
    ],
)
def test_completed_means_a_stretch_ends_in_the_last_5_percent(
    video: str, stretch: tuple[float, float], completed: bool | None
) -> None:
    assert session(video, stretch).completed is completed


@pytest.mark.parametrize(
    ("video", "stretches", "watched"),
    [
        ("minute", [(0, 29.999)], False),
        ("minute", [(0, 30)], True),
        ("minute", [(0, 20), (5, 25), (40, 45)], True),
        ("minute", [(0, 15), (0, 15)], False),
        ("clip", [(0, 19.799)], False),  # 99 % of 20 s is 19.8 s
        ("clip", [(0, 19.8)], True),
        ("unknown", [(0, 29.999)], False),
        ("unknown", [(0, 30)], True),
    ],
)
def test_watched_30_is_30_different_seconds_or_99_percent(
    video: str, stretches: list[tuple[float, float]], watched: bool
) -> None:
    assert session(video, *stretches).watched_30 is watched


def test_a_video_of_exactly_30_seconds_asks_for_all_30() -> None:
    assert not session("unknown", (0, 29.9), duration=30).watched_30
    assert session("unknown", (0, 29.71), duration=29.999).watched_30  # 99 % of 29.999 s is 29.69901 s


@pytest.mark.parametrize(
    ("stretch", "quarters"),
    [
        ((0, 15), (True, False, False, False)),
        ((0, 15.001), (True, True, False, False)),
        ((14.999, 45), (True, True, True, False)),
        ((45, 60), (False, False, False, True)),
        ((15, 15), (False, False, False, False)),
    ],
)
def test_a_quarter_is_played_when_any_part_of_it_is(stretch: tuple[float, float], quarters: tuple[bool, ...]) -> None:
    assert session("minute", stretch).quarters == quarters


def test_an_unknown_duration_has_no_quarters() -> None:
    assert session("unknown", (0, 99)).quarters == ()


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://a.example/p?x=1&utm_source=n&y=%20#top", "https://a.example/p?x=1&y=%20"),
        ("https://a.example/p?gclid=1&fbclid=2&msclkid=3&utm_anything=4", "https://a.example/p"),
        ("https://a.example/?gclid2=1&xutm_source=2", "https://a.example/?gclid2=1&xutm_source=2"),
        ("https://A.example?utm_source=#", "https://A.example"),
        ("https://a.example/100%/ü?b&a=", "https://a.example/100%/ü?b&a="),
        ("", ""),
    ],
)
def test_a_page_is_the_address_without_tracking_and_fragment(url: str, page: str) -> None:
    assert session(page=url).page == page


def test_domain_and_source_are_hosts_in_lower_case_without_ports() -> None:
    one = session(page="http://WWW.Example.com:8080/x", referrer="https://news.example/?q=a:b")
    assert (one.domain, one.source) == ("www.example.com", "news.example")
    assert (session().domain, session().source) == ("", "")


def test_utm_values_are_decoded_from_the_page() -> None:
    one = session(page="https://a.example/?utm_source=a+b&utm_medium=100%25&utm_campaign=%F0%9F%8E%89#?utm_source=no")
    assert (one.utm_source, one.utm_medium, one.utm_campaign) == ("a b", "100%", "🎉")
    assert session(page="https://a.example/?utm_source=").utm_source == ""


@pytest.mark.parametrize(
    "gap", [{"visitor": ""}, {"visit": None}, {"consent": False}, {"user_agent": "x"}, {"identity": {}}]
)
def test_what_the_oracle_cannot_know_it_refuses(gap: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="the oracle"):
        session(**gap)
