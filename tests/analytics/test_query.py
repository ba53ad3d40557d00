"""The one question, compared with the oracle on random worlds: every metric, dimension, filter, period, grain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.context import Context, Scope, all_time
from analytics.curves import engagement_curve, part_curves, session_heatmap
from analytics.dimensions import DIMENSIONS, GRAINS, BooleanDimension, ClockDimension, TimeDimension
from analytics.metrics import METRICS
from analytics.models import ViewingSession
from analytics.periods import LABELS, Period, period_named, period_of_dates, previous_period
from analytics.query import Question, ask, ask_apart
from analytics.sessions import Filter, viewing_sessions
from tests.analytics.worlds import catalog_load, sessions_load
from tests.oracle import breakdowns, curves, facts, metrics, periods
from tests.oracle.examples import NOON
from tests.oracle.sampling import uuid7
from tests.oracle.strategies import World, worlds
from videos.errors import Invalid
from videos.models import Video, Workspace

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])
NAMES = tuple(METRICS)
SHELVES = ("video", *breakdowns.SHELVES)
random_worlds = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


class Loaded:
    """A world in the product beside its sessions by the oracle, and how to compare the two."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.catalog = world.catalog
        self.workspace, self.ids = catalog_load(world.catalog)
        sessions_load(self.workspace, self.ids, world.snapshots)
        self.sessions = facts.sessions_of(world.snapshots, world.catalog)
        self.context = Context(self.workspace)

    @property
    def all_time(self) -> Period:
        return period_named("all_time", self.context.zone, self.world.now)

    def question(self, period: Period | None = None, **more: Any) -> Question:
        return Question(self.context, period or self.all_time, NAMES, now=self.world.now, **more)

    def key(self, dimension: str, value: Any) -> Any:
        """Return the product's value for the oracle's: other public ids, and nothing said is null."""
        return self.ids[value] if dimension in SHELVES and value is not None else None if value == "" else value

    def expected(
        self, by: tuple[str, ...], sessions: list[facts.Session] | None = None, *, bots: bool = False
    ) -> dict[tuple[Any, ...], dict[str, Any]]:
        table = breakdowns.table(self.sessions if sessions is None else sessions, by, NAMES, self.catalog, bots=bots)
        return {
            tuple(self.key(name, value) for name, value in zip(by, key, strict=True)): row for key, row in table.items()
        }


def same(answered: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    """Whole numbers and counts exactly, fractions to twelve decimals."""
    for name in NAMES:
        if name == "actions":
            found = {kind: one for kind, one in expected[name].items() if one["impressions"]}
            assert answered[name] == {kind: pytest.approx(one) for kind, one in found.items()}, name
        elif isinstance(expected[name], float):
            assert answered[name] == pytest.approx(expected[name], rel=1e-12, abs=1e-11), name
        else:
            assert answered[name] == expected[name], name


def rows_by(answer: Any, by: tuple[str, ...]) -> dict[tuple[Any, ...], dict[str, Any]]:
    keyed = {tuple(row[name] for name in by): row for row in answer.rows}
    assert len(keyed) == len(answer.rows) == answer.total_rows
    return keyed


@given(worlds())
@random_worlds
def test_every_metric_over_a_whole_workspace_is_the_oracles(world: World) -> None:
    loaded = Loaded(world)
    same(ask(loaded.question()).rows[0], metrics.measure(loaded.sessions))
    same(ask(loaded.question(with_bots=True)).rows[0], metrics.measure(loaded.sessions, bots=True))


@given(worlds(), st.sampled_from([*((name,) for name in DIMENSIONS if name not in GRAINS), ("page", "domain")]))
@random_worlds
def test_every_metric_by_every_dimension_is_the_oracles(world: World, by: tuple[str, ...]) -> None:
    loaded = Loaded(world)
    answered, expected = rows_by(ask(loaded.question(by=by)), by), loaded.expected(by)
    assert answered.keys() == expected.keys()
    for key, row in expected.items():
        same(answered[key], row)


@given(worlds(), st.sampled_from(GRAINS), st.sampled_from(sorted(set(LABELS) - {"all_time"})))
@random_worlds
def test_a_period_in_buckets_has_every_bucket_and_the_oracles_numbers(world: World, grain: str, name: str) -> None:
    loaded = Loaded(world)
    span = periods.period(name, world.now, loaded.catalog.zone)
    period = period_named(name, loaded.context.zone, world.now)
    assert (period.start, period.end) == (span.start, span.end)
    inside = [one for one in loaded.sessions if span.holds(one.started_at)]
    answer = ask(loaded.question(period, by=(grain,)))
    assert [row[grain] for row in answer.rows] == periods.labels(span, grain, loaded.catalog.zone)
    expected = loaded.expected((grain,), inside)
    for row in answer.rows:
        same(row, expected.get((row[grain],), metrics.measure([])))
    same(ask(loaded.question(period)).rows[0], metrics.measure(inside))
    with_total = ask(loaded.question(period, by=(grain,), with_total=True))
    assert with_total.rows == answer.rows
    assert with_total.total is not None
    same(with_total.total, metrics.measure(inside))


@given(worlds(), st.lists(st.sampled_from(list(DIMENSIONS)), unique=True))
@random_worlds
def test_several_dimensions_apart_are_each_answered_as_if_asked_alone(world: World, by: list[str]) -> None:
    loaded = Loaded(world)
    question = loaded.question(by=tuple(by), order="-views")
    assert ask_apart(question) == {name: ask(replace(question, by=(name,))).rows for name in by}


@given(worlds(), st.sampled_from(GRAINS), st.sampled_from(["country", "video", "folder", "live"]))
@random_worlds
def test_time_and_another_dimension_together_fill_each_others_gaps(world: World, grain: str, other: str) -> None:
    loaded = Loaded(world)
    answered, expected = (
        rows_by(ask(loaded.question(by=(grain, other))), (grain, other)),
        loaded.expected((grain, other)),
    )
    assert expected.keys() <= answered.keys()
    for key, row in answered.items():
        same(row, expected.get(key, metrics.measure([])))


@given(worlds(), st.data())
@random_worlds
def test_filters_keep_what_the_oracle_keeps(world: World, data: st.DataObject) -> None:
    loaded = Loaded(world)
    dimension = data.draw(st.sampled_from(list(DIMENSIONS)))
    seen = sorted({key for one in loaded.sessions for key in breakdowns.keys(one, dimension, loaded.catalog)}, key=repr)
    known_alone = isinstance(DIMENSIONS[dimension], BooleanDimension | TimeDimension | ClockDimension)
    if known_alone and not seen:
        return
    values = tuple(data.draw(st.lists(st.sampled_from(seen if known_alone else [*seen, "no such"]), max_size=3)))
    op = data.draw(st.sampled_from(["in", "not_in"]))
    kept = breakdowns.kept(loaded.sessions, [breakdowns.Filter(dimension, op, values)], loaded.catalog)
    chosen = tuple(value if value == "no such" else loaded.key(dimension, value) for value in values)
    answer = ask(loaded.question(filters=(Filter(dimension, op, chosen),)))
    same(answer.rows[0], metrics.measure(kept))


@given(worlds(), st.sampled_from(["city", "page", "utm_campaign", "visitor", "domain"]), st.data())
@random_worlds
def test_contains_takes_every_character_as_it_is(world: World, dimension: str, data: st.DataObject) -> None:
    loaded = Loaded(world)
    seen = [str(getattr(one, dimension)) for one in loaded.sessions] or ["x"]
    whole = data.draw(st.sampled_from(seen))
    begin = data.draw(st.integers(0, max(len(whole) - 1, 0)))
    text = data.draw(st.sampled_from([whole[begin : begin + 4] or "%", "%", "_", "\\", "'", "\\%"]))
    if text.lower() != text.casefold() or not text.isascii():
        return  # how letters beyond ASCII fold is the engine's and Python's own affair
    kept = breakdowns.kept(loaded.sessions, [breakdowns.Filter(dimension, "contains", (text,))], loaded.catalog)
    answer = ask(loaded.question(filters=(Filter(dimension, "contains", (text,)),)))
    same(answer.rows[0], metrics.measure(kept))


@given(worlds(), st.sampled_from(["video", "project", "folder", "template", "event"]))
@random_worlds
def test_a_scope_is_the_same_as_the_dimensions_row(world: World, kind: str) -> None:
    loaded = Loaded(world)
    for (value,), row in loaded.expected((kind,)).items():
        if value is not None:
            same(ask(loaded.question(scope=Scope(kind, value))).rows[0], row)


@given(worlds(), st.sampled_from(sorted(LABELS)))
@random_worlds
def test_the_period_before_is_the_oracles(world: World, name: str) -> None:
    loaded = Loaded(world)
    answer = ask(loaded.question(period_named(name, loaded.context.zone, world.now), compare="previous_period"))
    span = periods.previous(name, world.now, loaded.catalog.zone)
    if span is None:
        assert answer.rows[0]["previous"] == dict.fromkeys(NAMES)
        return
    assert answer.previous is not None
    assert (answer.previous.start, answer.previous.end) == (span.start, span.end)
    same(answer.rows[0]["previous"], metrics.measure([one for one in loaded.sessions if span.holds(one.started_at)]))


@given(worlds(), st.data())
@random_worlds
def test_dates_given_are_inclusive_and_compare_with_as_many_days_before(world: World, data: st.DataObject) -> None:
    loaded = Loaded(world)
    today = world.now.astimezone(loaded.context.zone).date()
    first, last = sorted(
        (today - periods.DAY * data.draw(st.integers(0, 60)), today - periods.DAY * data.draw(st.integers(-3, 60)))
    )
    span = periods.period("custom", world.now, loaded.catalog.zone, first, last)
    period = period_of_dates(first, last, loaded.context.zone)
    before = previous_period(period, world.now)
    expected = periods.previous("custom", world.now, loaded.catalog.zone, first, last)
    assert before is not None
    assert expected is not None
    assert (period.start, period.end, before.start, before.end) == (span.start, span.end, expected.start, expected.end)
    same(
        ask(loaded.question(period)).rows[0],
        metrics.measure([one for one in loaded.sessions if span.holds(one.started_at)]),
    )


@given(worlds(max_sessions=12), st.sampled_from(["country", "device", "visitor", "video"]), st.integers(1, 4))
@random_worlds
def test_pages_are_cuts_of_the_whole_ordered_answer(world: World, dimension: str, per_page: int) -> None:
    loaded = Loaded(world)
    for order in ("-views", "watch_time", dimension, f"-{dimension}", "-engagement", "average_watch_time"):
        whole = ask(loaded.question(by=(dimension,), order=order))
        name, values = order.removeprefix("-"), []
        values = [row[name] for row in whole.rows if row[name] is not None]
        assert values == sorted(values, reverse=order.startswith("-"))
        paged: list[dict[str, Any]] = []
        for page in range(1, len(whole.rows) // per_page + 2):
            part = ask(loaded.question(by=(dimension,), order=order, page=page, per_page=per_page))
            assert part.total_rows == len(whole.rows)
            paged += part.rows
        assert paged == whole.rows


@given(worlds(max_sessions=10))
@random_worlds
def test_curves_and_heatmaps_are_the_oracles(world: World) -> None:
    loaded = Loaded(world)
    for video in loaded.catalog.videos:
        inside = [one for one in loaded.sessions if one.video == video.id]
        duration = next((one.duration for one in inside if one.duration), None)
        if duration is None:
            continue
        scope = Scope("video", loaded.ids[video.id])
        curve = engagement_curve(viewing_sessions(loaded.context, loaded.all_time, scope), duration)
        assert curve.engagement_data == curves.engagement_data(inside, duration)
        assert curve.rewatch_data == curves.rewatch_data(inside, duration)
        assert curve.rewatcher_data == curves.rewatcher_data(inside, duration)
        assert curve.buckets.middles() == pytest.approx([float(middle) / 1000 for middle in curves.midpoints(duration)])
        for one in ViewingSession.objects.filter(workspace_id=loaded.workspace.pk, bot=False):
            expected = next(each for each in loaded.sessions if each.id == str(one.id))
            if expected.video == video.id:
                assert session_heatmap(one.starts, one.ends, duration) == curves.heatmap(expected, duration)


@pytest.mark.parametrize(
    ("metric", "parts"),
    [("engagement", [336_046, 911_050, 792_661]), ("engagement_score", [34_455, 683_011, 371_327])],
)
def test_the_order_in_which_sessions_are_added_up_changes_no_digit(metric: str, parts: list[int]) -> None:
    """Added as binary fractions, the parts of three such plays differ in the twelfth decimal."""

    def measured(watched: list[int]) -> float:
        workspace = Workspace.objects.create(name="Ordered")
        video = Video.objects.create(workspace=workspace, title="Long", duration=999.983)
        lines = [
            {"v": 1, "video": "it", "session": uuid7(NOON + place, 9_000 + place), "seq": 1, "plays": 1,
             "visitor": f"v{place}", "stretches": [[0, end / 1000]]}
            for place, end in enumerate(watched)
        ]  # fmt: skip
        sessions_load(workspace, {"it": video.public_id}, lines)
        context = Context(workspace)
        return ask(Question(context, all_time(context), (metric,))).rows[0][metric]

    assert measured(parts) == measured(parts[::-1])


@given(worlds(max_sessions=10))
@random_worlds
def test_hundredths_of_all_videos_and_of_some_are_the_oracles(world: World) -> None:
    loaded = Loaded(world)
    keys = [loaded.ids[video.id] for video in loaded.catalog.videos]
    videos = [Video.objects.get(public_id=key) for key in keys]
    whole, alone = part_curves(viewing_sessions(loaded.context, loaded.all_time), [video.pk for video in videos])
    of_each = [[one for one in loaded.sessions if one.video == video.id] for video in loaded.catalog.videos]
    for found, sessions in zip([whole, *alone], [loaded.sessions, *of_each], strict=True):
        plays, parts = curves.part_curve(sessions)
        assert found.plays == plays
        assert found.parts == pytest.approx([float(part) for part in parts])


def test_a_total_goes_with_one_dimension_of_time_alone() -> None:
    context = Context(Workspace.objects.create(name="New"))
    question = Question(context, Period(context.zone, None, None), ("views",))
    for by in ((), ("country",), ("day", "country")):
        with pytest.raises(Invalid, match="one dimension, of time"):
            ask(replace(question, by=by, with_total=True))
    answer = ask(replace(question, by=("day",), with_total=True))
    assert (answer.rows, answer.total) == ([], {"views": 0})
