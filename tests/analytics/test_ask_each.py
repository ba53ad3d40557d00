"""Long answers, read row by row: one group of videos after the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.context import Context
from analytics.dimensions import DIMENSIONS
from analytics.query import ask_each, ask_videos
from tests.analytics.test_query import NAMES, Loaded, pytestmark, random_worlds, same
from tests.oracle import breakdowns
from tests.oracle.catalog import Catalog, Folder, Video
from tests.oracle.examples import snapshot
from tests.oracle.strategies import World, worlds
from videos import models

__all__ = ["pytestmark"]


@given(worlds(), st.sampled_from(["", *DIMENSIONS]), st.data())
@random_worlds
def test_every_group_of_videos_has_the_oracles_rows_in_order(world: World, dimension: str, data: st.DataObject) -> None:
    loaded = Loaded(world)
    videos = [video.id for video in world.catalog.videos]
    groups = data.draw(st.lists(st.lists(st.sampled_from(videos), unique=True), max_size=4))
    by = (dimension,) if dimension else ()
    keys = dict(models.Video.objects.filter(workspace=loaded.workspace).values_list("public_id", "pk"))
    asked = [[keys[loaded.ids[video]] for video in group] for group in groups]
    answered = list(ask_each(loaded.question(by=by), asked))
    assert [place for place, _ in answered] == sorted(place for place, _ in answered)
    found = {(place, *(row[name] for name in by)): row for place, row in answered}
    assert len(found) == len(answered)
    expected = {}
    for place, group in enumerate(groups):
        its = [one for one in loaded.sessions if one.video in group and not one.bot]
        for key, row in breakdowns.table(its, by, NAMES, loaded.catalog).items():
            if its:
                values = (loaded.key(name, value) for name, value in zip(by, key, strict=True))
                expected[(place, *values)] = row
    assert found.keys() == expected.keys()
    for key, row in expected.items():
        same(found[key], row)


@given(worlds(), st.data())
@random_worlds
def test_each_of_the_videos_with_sessions_has_the_oracles_row(world: World, data: st.DataObject) -> None:
    loaded = Loaded(world)
    keys = dict(models.Video.objects.filter(workspace=loaded.workspace).values_list("public_id", "pk"))
    wanted = data.draw(st.lists(st.sampled_from([video.id for video in world.catalog.videos]), unique=True))
    found = ask_videos(loaded.question(), [keys[loaded.ids[video]] for video in wanted])
    sessions = [one for one in loaded.sessions if one.video in wanted and not one.bot]
    expected = breakdowns.table(sessions, ("video",), NAMES, loaded.catalog) if sessions else {}
    assert found.keys() == {keys[loaded.ids[video]] for (video,) in expected}
    for (video,), row in expected.items():
        same(found[keys[loaded.ids[video]]], row)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_groups_that_look_like_the_folders_around_a_video_are_not_taken_for_them(count: int) -> None:
    folders = tuple(Folder(f"f{n}", f"f{n + 1}" if n + 1 < count else None, "p") for n in reversed(range(count)))
    catalog = Catalog("UTC", (Video("v", Decimal(60), project="p", folder="f0"),), folders)
    loaded = Loaded(World(catalog, [snapshot("v", (0, 10))], datetime(2025, 2, 1, tzinfo=UTC)))
    [video] = models.Video.objects.filter(workspace=loaded.workspace).values_list("pk", flat=True)
    # The folders' numbers follow their public ids, the groups' their places: in one of the orders both are the same.
    for turn, order in enumerate(permutations(range(count))):
        for folder, number in zip(models.Folder.objects.filter(workspace=loaded.workspace), order, strict=True):
            models.Folder.objects.filter(pk=folder.pk).update(public_id=f"fold_{turn}_{number}")
        context = Context(loaded.workspace)
        question = replace(loaded.question(by=("folder",)), context=context)
        assert [place for place, _ in ask_each(question, [[video]] * count)] == sorted([*range(count)] * count)
