"""The countries' shapes."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

from django_countries import countries

from analytics.charts import steps_of
from analytics.world import countries_drawn, countries_file


def test_nearly_every_country_has_a_shape_in_a_file_that_is_made_once(tmp_path: Path) -> None:
    file = countries_file(tmp_path / "made")
    made = file.stat().st_mtime_ns
    assert countries_file(tmp_path / "made") == file
    assert file.stat().st_mtime_ns == made
    assert [each.name for each in file.parent.iterdir()] == [file.name]
    assert file.stat().st_size < 250_000
    features = json.loads(file.read_text())["features"]
    drawn = {feature["id"]: feature["geometry"]["coordinates"] for feature in features}
    assert set(drawn) == set(countries_drawn())
    assert {"FR", "NO", "XK", "TW", "SG", "MT", "HU", "RS"} < set(drawn)
    assert "AQ" not in drawn
    # Those without one are parts of another country there, or hardly lived on.
    missing = {code for code, _ in countries} - set(drawn)
    assert missing <= {"AQ", "BQ", "BV", "CC", "CX", "GF", "GP", "MQ", "RE", "SJ", "TK", "YT"}
    for code, polygons in drawn.items():
        assert polygons, code
        for (ring,) in polygons:
            assert ring[0] == ring[-1]
            assert len(ring) >= 4
            assert all(-180 <= lon <= 180 and -90 <= lat <= 90 for lon, lat in ring)
            assert sum((x2 - x1) * (y2 + y1) for (x1, y1), (x2, y2) in pairwise(ring)) > 0, code


def test_steps_have_as_many_values_each_and_the_last_is_the_strongest() -> None:
    steps = steps_of([1, 2, 3, 4, 5, 6, 7, 8, 9, 1000])
    assert [(step.least, step.most, step.color) for step in steps] == [
        (1, 2, 0), (3, 4, 1), (5, 6, 2), (7, 8, 3), (9, 1000, 4),
    ]  # fmt: skip
    assert [(step.least, step.most, step.color) for step in steps_of([7])] == [(7, 7, 4)]
    assert [(step.least, step.most, step.color) for step in steps_of([3, 3, 3, 8])] == [(3, 3, 3), (8, 8, 4)]
    assert steps_of([]) == []
