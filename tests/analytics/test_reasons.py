"""Why sessions count or do not: held against the oracle's metrics."""

from __future__ import annotations

import pytest

from analytics.context import Context
from analytics.metrics import METRICS
from analytics.models import Visitor
from analytics.periods import Period
from analytics.query import Question, ask
from analytics.reasons import BOT, COUNTED, TEAM, sessions_judged
from analytics.team import team_keys, team_viewer_mark, team_viewer_unmark
from tests.analytics.worlds import catalog_load, sessions_load
from tests.oracle import facts, metrics
from tests.oracle.sampling import random_catalog, random_sessions
from videos.models import Workspace
from videos.services import member_add, user_invited

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])
# Metrics that count sessions, so that their value is how many sessions count.
COUNTS = ("loads", "plays", "views", "live_views", "recording_views")


@pytest.fixture
def loaded() -> tuple[Workspace, list[facts.Session]]:
    """A workspace with some hundred sessions, and what the oracle knows of them."""
    catalog = random_catalog(7, videos=8)
    snapshots = random_sessions(7, 400, catalog)
    workspace, ids = catalog_load(catalog)
    sessions_load(workspace, ids, snapshots)
    return workspace, facts.sessions_of(snapshots, catalog)


def all_time(context: Context) -> Period:
    return Period(context.zone, None, None, "all_time")


def asked(workspace: Workspace, *names: str) -> dict[str, float]:
    context = Context(workspace)
    return ask(Question(context, all_time(context), names)).rows[0]


def test_what_counts_makes_the_whole_number_and_nothing_left_out_would(
    loaded: tuple[Workspace, list[facts.Session]],
) -> None:
    workspace, sessions = loaded
    context = Context(workspace)
    whole = metrics.measure(sessions)
    known = {one.id: one for one in sessions}
    for name in METRICS:
        judged = sessions_judged(name, context, all_time(context), None, ())
        counts = judged.counts()
        assert sum(counts.values()) == len(sessions), name
        counted = [known[str(one.id)] for one in judged.of(COUNTED)]
        assert len(counted) == counts[COUNTED]
        assert metrics.measure(counted, [name])[name] == whole[name], name
        if name in COUNTS:
            assert counts[COUNTED] == whole[name]
        assert counts[BOT] == sum(one.bot for one in sessions)


def test_each_reason_is_told_the_sessions_that_it_leaves_out(loaded: tuple[Workspace, list[facts.Session]]) -> None:
    workspace, sessions = loaded
    context = Context(workspace)
    people = [one for one in sessions if not one.bot]
    judged = sessions_judged("engagement", context, all_time(context), None, ())
    unplayed = [one.id for one in people if not one.played]
    unknown = [one.id for one in people if one.played and one.duration is None]
    assert unplayed
    assert unknown
    newest_first = {one.id: -one.started for one in sessions}
    assert [str(one.id) for one in judged.of("unplayed")] == sorted(unplayed, key=lambda key: (newest_first[key], key))
    assert {str(one.id) for one in judged.of("unknown_length")} == set(unknown)


def test_the_team_counts_until_the_workspace_leaves_it_out(loaded: tuple[Workspace, list[facts.Session]]) -> None:
    workspace, sessions = loaded
    people = [one for one in sessions if not one.bot]
    marked, named, other = list(dict.fromkeys(one.visitor for one in people))[:3]
    user, _ = user_invited("Member@Example.com")
    member_add(workspace, user, "viewer")
    for key, address in ((named, "MEMBER@example.com"), (other, "customer@example.com")):
        Visitor.objects.create(
            workspace=workspace,
            key=key,
            email=address,
            identity_digest=key,
            identifying_session="018f0000-0000-7000-8000-000000000000",
            first_seen_at="2025-01-01T00:00:00Z",
        )
    team_viewer_mark(workspace, marked)
    team_viewer_mark(workspace, marked)
    assert set(team_keys(workspace)) == {marked, named}
    assert asked(workspace, "loads", "visitors") == metrics.measure(people, ["loads", "visitors"])

    workspace.team_left_out = True
    workspace.save()
    rest = [one for one in people if one.visitor not in {marked, named}]
    assert asked(workspace, "loads", "visitors") == metrics.measure(rest, ["loads", "visitors"])
    context = Context(workspace)
    counts = sessions_judged("loads", context, all_time(context), None, ()).counts()
    assert counts[TEAM] == len(people) - len(rest) > 0

    team_viewer_unmark(workspace, marked)
    assert team_keys(workspace) == [named]
    assert asked(workspace, "loads")["loads"] == len([one for one in people if one.visitor != named])


def test_one_workspaces_team_is_not_anothers(workspace: Workspace, other_workspace: Workspace) -> None:
    team_viewer_mark(other_workspace, "somebody")
    assert team_keys(workspace) == []
    assert team_keys(other_workspace) == ["somebody"]
