"""The demo's catalog is whole, and files with what is filed."""

from __future__ import annotations

import re

import pytest

from analytics.demo.catalog import TALKS, TEMPLATES, VIDEOS, DemoVideo, demo_id
from analytics.demo.traffic import CHANNELS
from videos.models import Provider, TalkKind
from videos.pictures import LOOKS


def test_public_ids_have_the_protocols_form_and_are_all_different() -> None:
    ids = [video.public_id for video in VIDEOS]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"vid_[a-z0-9]{10}", public_id) for public_id in ids)
    assert demo_id("vid_", "sum") == "vid_xmqu8tii7e"


def test_titles_put_escaping_to_the_proof() -> None:
    titles = [video.title for video in VIDEOS]
    assert any(title.startswith("=") for title in titles)
    assert any("<" in title and "&" in title for title in titles)
    assert any('"' in title for title in titles)
    assert any(not title.isascii() for title in titles)


def test_folders_nest_three_deep() -> None:
    assert max(len(video.path) for video in VIDEOS) == 4
    assert len({video.project for video in VIDEOS}) == 4


@pytest.mark.parametrize("video", VIDEOS, ids=lambda video: video.key)
def test_each_video_names_what_exists(video: DemoVideo) -> None:
    assert video.template in TEMPLATES
    assert video.look in LOOKS
    assert set(video.channels) <= {*CHANNELS, "live"}
    assert 0 <= video.curve.hook + video.curve.finish < 1
    if video.seconds is not None:
        assert 20 <= video.seconds <= 90
        assert all(share * video.seconds + length <= video.seconds for share, length, _ in video.curve.peaks)


def test_talks_name_their_broadcasts_and_recordings() -> None:
    by_key = {video.key: video for video in VIDEOS}
    for talk in TALKS:
        assert not talk.live or by_key[talk.live].seconds is None
        assert not talk.recording or by_key[talk.recording].seconds


def test_talks_are_of_all_kinds_and_some_tell_nothing_of_what_was_watched() -> None:
    assert {talk.kind for talk in TALKS} == set(TalkKind)
    assert {talk.provider for talk in TALKS} == {Provider.VIEWPRINT, Provider.YOUTUBE, Provider.TOKBOX, Provider.ZOOM}
    silent = [talk for talk in TALKS if talk.kind == TalkKind.NETWORKING or talk.provider == Provider.ZOOM]
    assert [talk.live for talk in silent] == ["", ""]
    assert len({talk.public_id for talk in TALKS}) == len(TALKS)
