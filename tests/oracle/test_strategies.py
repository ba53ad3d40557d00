import json
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given, settings

from .breakdowns import DIMENSIONS, groups
from .facts import sessions_of
from .metrics import METRICS, measure
from .sampling import random_catalog, random_sessions, uuid7
from .strategies import MAXIMUM, World, worlds


def test_a_minted_key_is_a_uuidv7_of_its_moment() -> None:
    at = int(datetime(2024, 2, 29, 12, tzinfo=UTC).timestamp() * 1000)
    key = UUID(uuid7(at, 5))
    assert (key.version, key.variant, key.int >> 80) == (7, "specified in RFC 4122", at)
    assert uuid7(at, 5) == str(key) != uuid7(at, 6)


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_worlds_are_within_the_bounds_of_the_protocol(world: World) -> None:
    assert json.loads(json.dumps(world.snapshots)) == world.snapshots
    for one in world.snapshots:
        assert all(0 <= start <= end <= MAXIMUM / 1000 for start, end in one["stretches"])
        assert all(len(one.get(name, "")) <= 2048 for name in ("page", "referrer", "city", "region"))
        assert len(json.dumps(one)) < 65_536


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_what_must_hold_for_any_sessions(world: World) -> None:
    found = sessions_of(world.snapshots, world.catalog)
    assert len(found) == len({one["session"] for one in world.snapshots})
    assert sessions_of(world.snapshots * 2, world.catalog) == found
    for one in found:
        assert one.longest_run <= one.watched <= one.watch_time
        assert one.duration is None or one.watched <= one.duration
    values = measure(found, bots=True)
    assert values["views"] <= values["loads"] == len(found)
    assert values["peak_concurrent"] <= values["plays"] <= values["loads"]
    for dimension in DIMENSIONS:
        sizes = [len(group) for group in groups(found, [dimension], world.catalog).values()]
        assert sum(sizes) >= len(found) if dimension == "folder" else sum(sizes) == len(found)


def test_random_sessions_are_the_same_for_the_same_seed_and_leave_no_metric_empty() -> None:
    catalog = random_catalog(7)
    snapshots = random_sessions(7, 1000, catalog)
    assert snapshots == random_sessions(7, 1000, catalog) != random_sessions(8, 1000, catalog)
    found = sessions_of(snapshots, catalog)
    assert len(found) == 1000 < len(snapshots)
    assert all(measure(found).values())
    assert set(measure(found)) == set(METRICS)
    assert sum(one.bot for one in found)
