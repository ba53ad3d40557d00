from __future__ import annotations

import pytest

from exports.fields import BREAKDOWNS, FIELDS, breakdown_named, fields_named, with_breakdown
from exports.models import Breakdown
from videos.errors import Invalid


def test_fields_come_in_the_order_asked_and_unknown_ones_list_the_known() -> None:
    assert [field.name for field in fields_named(["views", "title"])] == ["views", "title"]
    assert [field.name for field in fields_named([])] == list(FIELDS)
    with pytest.raises(Invalid, match=r"There is no field 'viewz'; there are project_id, .*peak_concurrent_viewers"):
        fields_named(["title", "viewz"])
    with pytest.raises(Invalid, match="only once"):
        fields_named(["title", "title"])


def test_the_columns_of_a_breakdown_stand_behind_what_identifies_content() -> None:
    def names(fields: list[str], breakdown: str) -> list[str]:
        return [field.name for field in with_breakdown(fields_named(fields), BREAKDOWNS[breakdown])]

    assert names([], "day")[8:11] == ["folder_id", "date", "player_loads"]
    assert names(["title", "views"], "viewer") == ["title", "viewer", "viewer_name", "viewer_email", "views"]
    assert names(["views", "title", "kind"], "country") == ["views", "title", "country", "kind"]
    assert names(["views"], "domain") == ["domain", "views"]
    assert with_breakdown(fields_named(["views"]), None) == fields_named(["views"])


def test_every_breakdown_that_can_be_ordered_is_known_and_others_list_them() -> None:
    assert set(BREAKDOWNS) == set(Breakdown.values) - {""}
    assert breakdown_named("") is None
    with pytest.raises(Invalid, match="There is no breakdown 'month'; there are day, country, domain, viewer"):
        breakdown_named("month")


def test_totals_are_made_of_fields_that_exist() -> None:
    assert {name for field in FIELDS.values() for name in field.total} <= set(FIELDS)
    assert {field.name for field in FIELDS.values() if field.total == (field.name,)} == {
        "player_loads",
        "views",
        "total_watch_time",
        "plays",
        "clicks",
        "shares",
        "interactions",
        "live_views",
        "recording_views",
        "rebuffered_plays",
        "errors",
    }
