from fractions import Fraction

import pytest

from .breakdowns import DIMENSIONS, Filter, Key, groups, kept, percent_shares, table
from .examples import CATALOG, session
from .facts import Session

LEAF = session("minute", (0, 30), country="DE", city="Köln", device="tv", live=True, page="https://a.example/x")
ROOT = session("short", (0, 4), country="US", city="100%", device="desktop", visitor="w", at=1_719_784_799_999)
BARE = session("unknown", (0, 8), at=1_719_784_800_000)  # the first millisecond of July 2024 in Berlin
BOT = session("unknown", country="FR", bot=True)
ALL = [LEAF, ROOT, BARE]


def split(dimension: str) -> dict[Key, list[Session]]:
    return {key[0]: group for key, group in groups(ALL, [dimension], CATALOG).items()}


@pytest.mark.parametrize(
    ("dimension", "expected"),
    [
        ("video", {"minute": [LEAF], "short": [ROOT], "unknown": [BARE]}),
        ("project", {"p": [LEAF, ROOT], None: [BARE]}),
        ("folder", {"leaf": [LEAF], "middle": [LEAF], "root": [LEAF, ROOT], None: [BARE]}),
        ("template", {"t": [LEAF], None: [ROOT, BARE]}),
        ("event", {"e": [LEAF], None: [ROOT, BARE]}),
        ("talk", {"talk of minute": [LEAF], None: [ROOT, BARE]}),
        ("country", {"DE": [LEAF], "US": [ROOT], "": [BARE]}),
        ("device", {"tv": [LEAF], "desktop": [ROOT], "other": [BARE]}),
        ("page", {"https://a.example/x": [LEAF], "": [ROOT, BARE]}),
        ("visitor", {"v": [LEAF, BARE], "w": [ROOT]}),
        ("live", {True: [LEAF], False: [ROOT, BARE]}),
        ("hour", {"2025-01-01T13:00": [LEAF], "2024-06-30T23:00": [ROOT], "2024-07-01T00:00": [BARE]}),
        ("day", {"2025-01-01": [LEAF], "2024-06-30": [ROOT], "2024-07-01": [BARE]}),
        ("week", {"2024-12-30": [LEAF], "2024-06-24": [ROOT], "2024-07-01": [BARE]}),
        ("month", {"2025-01-01": [LEAF], "2024-06-01": [ROOT], "2024-07-01": [BARE]}),
        ("weekday", {"wednesday": [LEAF], "sunday": [ROOT], "monday": [BARE]}),
        ("hour_of_day", {"13": [LEAF], "23": [ROOT], "00": [BARE]}),
    ],
)
def test_dimensions(dimension: str, expected: dict[Key, list[Session]]) -> None:
    assert split(dimension) == expected


def test_every_dimension_splits_and_an_unknown_one_is_an_error() -> None:
    assert len(DIMENSIONS) == 28
    assert all(split(dimension) for dimension in DIMENSIONS)
    with pytest.raises(KeyError):
        split("planet")


def test_two_dimensions_split_by_pairs_and_none_keeps_one_group() -> None:
    assert set(groups(ALL, ["country", "live"], CATALOG)) == {("DE", True), ("US", False), ("", False)}
    assert groups(ALL, [], CATALOG) == {(): ALL}
    assert groups([], [], CATALOG) == {(): []}
    assert groups([], ["country"], CATALOG) == {}


def test_a_table_has_metrics_by_group_and_no_group_of_bots_alone() -> None:
    assert table([*ALL, BOT], ["project"], ["views", "watch_time"], CATALOG) == {
        ("p",): {"views": 2, "watch_time": 34.0},
        (None,): {"views": 1, "watch_time": 8.0},
    }
    assert ("FR",) not in table([*ALL, BOT], ["country"], ["loads"], CATALOG)
    assert table([BOT], ["country"], ["loads"], CATALOG, bots=True) == {("FR",): {"loads": 1}}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Filter("country", "in", ("DE", "US")), [LEAF, ROOT]),
        (Filter("country", "not_in", ("DE",)), [ROOT, BARE]),
        (Filter("country", "in", ()), []),
        (Filter("country", "not_in", ()), ALL),
        (Filter("city", "contains", ("KÖ", "zzz")), [LEAF]),
        (Filter("city", "contains", ("%",)), [ROOT]),
        (Filter("city", "contains", ("_",)), []),
        (Filter("folder", "in", ("root",)), [LEAF, ROOT]),
        (Filter("folder", "in", ("middle",)), [LEAF]),
        (Filter("folder", "not_in", ("middle",)), [ROOT, BARE]),
        (Filter("project", "not_in", ("p",)), [BARE]),
        (Filter("live", "in", (True,)), [LEAF]),
        (Filter("month", "in", ("2024-06-01",)), [ROOT]),
    ],
)
def test_filters(rule: Filter, expected: list[Session]) -> None:
    assert kept(ALL, [rule], CATALOG) == expected


def test_all_filters_must_let_a_session_through() -> None:
    assert kept(ALL, [Filter("project", "in", ("p",)), Filter("live", "in", (False,))], CATALOG) == [ROOT]


@pytest.mark.parametrize(
    ("values", "shares"),
    [
        ([1, 1, 1], [34, 33, 33]),
        ([2, 1], [67, 33]),
        ([1, 1, 1, 1, 1, 1], [17, 17, 17, 17, 16, 16]),
        ([999, 1], [100, 0]),
        ([5], [100]),
        ([3, 0], [100, 0]),
        ([0, 0], [None, None]),
        ([], []),
        ([1, 7], [12, 88]),  # remainders of a half each: the larger value gets it
        ([Fraction(1, 2), Fraction(1, 2)], [50, 50]),
    ],
)
def test_shares_add_up_to_100(values: list[int], shares: list[float | None]) -> None:
    assert percent_shares(values) == shares


def test_shares_to_one_decimal_place() -> None:
    assert percent_shares([1, 1, 1], 1) == [33.4, 33.3, 33.3]
