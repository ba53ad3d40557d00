"""Actions by type, name and moment, against plain counting."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from analytics.actions import SHOWN_OR_PRESSED, Cut, NamedAction, actions_of, cut_of
from analytics.context import Context, Scope
from analytics.periods import period_named
from analytics.sessions import viewing_sessions
from tests.analytics.worlds import catalog_load, sessions_load
from tests.oracle import facts, metrics
from tests.oracle.examples import CATALOG, snapshot
from tests.oracle.sampling import random_catalog, random_sessions, uuid7
from videos.models import Workspace

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def found(
    workspace: Workspace, video: str, types: tuple[str, ...], cut: Cut, most: int = 1000
) -> tuple[list[NamedAction], int]:
    context = Context(workspace)
    period = period_named("all_time", context.zone, NOW)
    return actions_of(viewing_sessions(context, period, Scope("video", video)), types, cut, most)


@pytest.mark.parametrize("types", [SHOWN_OR_PRESSED, ("reaction",)])
@pytest.mark.django_db(databases=["default", "clickhouse"])
def test_every_action_counts_where_it_happened(types: tuple[str, ...]) -> None:
    catalog = random_catalog(5, videos=3)
    snapshots = random_sessions(5, 300, catalog)
    workspace, ids = catalog_load(catalog)
    sessions_load(workspace, ids, snapshots)
    video = catalog.videos[-1]
    sessions = [one for one in facts.sessions_of(snapshots, catalog) if one.video == video.id and not one.bot]
    cut = cut_of(int((video.duration or 120) * 1000))
    counts: Counter[tuple[str, str, int]] = Counter()
    converted: Counter[tuple[str, str]] = Counter()
    for action in (action for one in sessions for action in one.actions if action.type in types):
        bucket = min(action.at // (cut.width * 1000), cut.count - 1)
        counts[action.type, action.name, bucket] += 1
        converted[action.type, action.name] += action.converted
    answered, names = found(workspace, ids[video.id], types, cut)
    assert names == len(answered) == len({key[:2] for key in counts}) > 2
    for one in answered:
        assert one.moments == tuple(counts[one.type, one.name, bucket] for bucket in range(cut.count))
        assert one.count == sum(one.moments)
        assert one.conversions == converted[one.type, one.name]
    assert answered == sorted(answered, key=lambda one: (-one.count, one.type, one.name))
    # The same actions that the metrics count.
    if types == ("reaction",):
        assert {one.name: one.count for one in answered} == metrics.reactions(sessions)
    else:
        for kind, counted in metrics.actions(sessions).items():
            its = [one for one in answered if one.type == kind]
            assert sum(one.count for one in its) == counted["impressions"]
            assert sum(one.conversions for one in its) == counted["conversions"]


@pytest.mark.django_db(databases=["default", "clickhouse"])
def test_late_actions_are_of_the_last_bucket_and_rare_names_are_left_out() -> None:
    workspace, ids = catalog_load(CATALOG)
    late = [{"type": "reaction", "name": name, "at": at} for name, at in (("a", 0), ("a", 3.999), ("a", 4), ("a", 99))]
    rare = [{"type": "reaction", "name": name, "at": 1.5} for name in ("b", "it's <b>")]
    sessions = [snapshot("short", (0, 4), session=uuid7(1_735_732_800_000, 1), actions=[*late, *rare])]
    sessions_load(workspace, ids, sessions)
    answered, names = found(workspace, ids["short"], ("reaction",), cut_of(4000), most=2)
    assert answered == [
        NamedAction("reaction", "a", 4, 0, (1, 0, 0, 3)),
        NamedAction("reaction", "b", 1, 0, (0, 1, 0, 0)),
    ]
    assert names == 3
    assert found(workspace, ids["clip"], ("reaction",), cut_of(20_000)) == ([], 0)


def test_only_what_is_shown_can_convert() -> None:
    assert NamedAction("cta", "x", 4, 1, ()).rate == 0.25
    assert NamedAction("click", "x", 4, 1, ()).rate is None


@pytest.mark.parametrize(
    ("duration", "width", "count"),
    [(1, 1, 1), (1_001, 1, 2), (60_000, 1, 60), (60_001, 2, 31), (3_600_000, 60, 60), (604_800_000, 21_600, 28)],
)
def test_a_cut_has_whole_seconds_and_not_too_many_buckets(duration: int, width: int, count: int) -> None:
    cut = cut_of(duration)
    assert (cut.width, cut.count) == (width, count)
    assert cut.begin(0) == 0
    assert cut.end(count - 1) == duration / 1000
