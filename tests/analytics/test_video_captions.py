"""What is said of one video."""

from __future__ import annotations

import pytest

from analytics.curves import Buckets, Curve
from analytics.moments import DropOff, HotSpot, Moments
from analytics.video_captions import curve_caption, part_spoken


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_a_curve_says_who_stays_where_they_leave_and_what_they_see_again() -> None:
    curve = Curve(Buckets(40_000), [100] * 20 + [40] * 20, [0] * 40, [0] * 40)
    moments = Moments(True, (HotSpot(30, 34.2, 0.31), HotSpot(2, 3, 0.1)), (DropOff(19.5, 20.5, 60, 0.6),))
    assert plain(curve_caption(curve, 100, moments)) == (
        "Of 100 plays, 40 % watched the middle of the video and 40 % its end."
        " Most leave at 0:19–0:20 (60 % of viewers). Rewatched most at 0:30–0:34 (by 31 %)."
    )
    assert plain(curve_caption(curve, 100, Moments(True))) == (
        "Of 100 plays, 40 % watched the middle of the video and 40 % its end."
    )


def test_a_curve_without_plays_says_so() -> None:
    caption = curve_caption(Curve(Buckets(2_000), [0, 0], [0, 0], [0, 0]), 0, Moments(False))
    assert caption == "Nobody has played this video in this period."


@pytest.mark.parametrize(
    ("part", "said"),
    [(0.2, "a fifth"), (0.192, "a fifth"), (0.22, "22 %"), (1 / 3, "a third"), (0.505, "half"), (1, "100 %")],
)
def test_round_parts_are_said_in_words(part: float, said: str) -> None:
    assert plain(part_spoken(part)) == said
