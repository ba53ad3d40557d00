"""Shares of 100 by largest remainder."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analytics.sharing import shares_of_hundred
from tests.oracle.breakdowns import percent_shares


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=60), st.integers(0, 1))
def test_shares_add_up_to_100_and_stay_within_a_unit_of_the_exact_share(values: list[int], decimals: int) -> None:
    shares = shares_of_hundred(values, decimals)
    if not sum(values):
        assert shares == [0.0] * len(values)
        return
    assert shares == percent_shares(values, decimals)
    assert round(sum(shares), 6) == 100
    for share, value in zip(shares, values, strict=True):
        assert abs(share - 100 * value / sum(values)) <= 10**-decimals + 1e-9


def test_equal_values_share_the_rest_from_the_first_on() -> None:
    assert shares_of_hundred([1, 1, 1]) == [34, 33, 33]
    assert shares_of_hundred([1, 1, 1], 1) == [33.4, 33.3, 33.3]


def test_a_larger_value_never_has_a_smaller_share() -> None:
    shares = shares_of_hundred([50, 20, 10, 5, 5, 5, 3, 1, 1], 1)
    assert shares == sorted(shares, reverse=True)


def test_nothing_has_no_shares() -> None:
    assert shares_of_hundred([]) == []
