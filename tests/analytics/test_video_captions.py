"""What is said of one video."""

from __future__ import annotations

import pytest

from analytics.actions import NamedAction
from analytics.curves import PARTS, Buckets, Curve, PartCurve
from analytics.moments import DropOff, HotSpot, Moments
from analytics.video_captions import (
    actions_caption,
    comparison_caption,
    curve_caption,
    part_spoken,
    reactions_caption,
    startup_caption,
    trouble_caption,
)


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


def action(kind: str, name: str, count: int, conversions: int = 0) -> tuple[str, str, NamedAction]:
    return (kind, name, NamedAction(kind, name, count, conversions, (count,)))


def test_actions_say_what_converted_most() -> None:
    several = [action("annotation", "Courses", 900, 18), action("cta", "Buy", 200, 30), action("click", "x", 50, 9)]
    assert plain(actions_caption(several)) == (
        "“Buy” (cta) converted 15 % of 200 impressions, “Courses” (annotation) 2.0 % of 900."
    )
    assert actions_caption([action("click", "chapters", 7)]) == (
        "Most frequent: “chapters” (click), 7 times. Nothing converted in this period."
    )
    assert actions_caption([]).startswith("Nothing was shown over this video")


def test_reactions_say_which_leads() -> None:
    several = [("like", action("reaction", "like", 6)[2]), ("love", action("reaction", "love", 4)[2])]
    assert plain(reactions_caption(several)) == "10 reactions; “like” leads with 60 %."
    assert reactions_caption([("like", action("reaction", "like", 1)[2])]) == "1 reaction."
    assert reactions_caption([]).startswith("Nobody reacted")


def test_quality_says_how_fast_most_started_and_what_went_wrong() -> None:
    row = {"startup_median": 0.42, "startup_p95": 2.5, "rebuffer_rate": 0.0625, "error_rate": 0.004, "errors": 4}
    assert plain(startup_caption(row)) == "Half of the plays started within 0.42 s, 95 % of them within 2.5 s."
    assert plain(trouble_caption(row)) == (
        "6.2 % of the plays waited for data at least once; 0.4 % of the player loads met an error (4)."
    )
    none = {"startup_median": None, "startup_p95": None, "rebuffer_rate": None, "error_rate": 0.0, "errors": 0}
    assert startup_caption(none) == "No play told how long it took to start."
    assert trouble_caption(none) == "No player load met an error."
    assert trouble_caption({**none, "error_rate": None}) == "No player was loaded in this period."


def test_a_comparison_says_who_holds_viewers_longer_and_where_it_shows_most() -> None:
    own = PartCurve(10, [0.8] * 50 + [0.2] * 50)
    average = PartCurve(90, [0.7] * 100)
    assert plain(comparison_caption(own, average, None)) == (
        "A play sees 50 % of this video, 20 points less than the workspace’s average (70 %)."
        " They are furthest apart at 50 % of the video: 20 % of plays against 70 %."
    )
    same = plain(comparison_caption(average, average, ("Other", own)))
    assert (
        same
        == "A play sees 70 % of this video, as much as the workspace’s average (70 %). Of “Other” a play sees 50 %."
    )
    assert "Nobody played “Other”." in comparison_caption(own, average, ("Other", PartCurve(0, [0.0] * PARTS)))
