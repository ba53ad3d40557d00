"""POST /v1/collect over real HTTP into the real engine."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from analytics.models import ViewingSession
from tests.analytics.collect.conftest import Served
from tests.analytics.collect.examples import CHROME, VISIT, now_ms, snapshot, uuid7
from videos.models import Video, Workspace

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "clickhouse"])
Stored = Callable[[], list[ViewingSession]]
HOUR = 3_600_000


def test_a_snapshot_is_stored_with_all_that_is_derived_and_enriched(
    collecting: Served, video: Video, stored: Stored
) -> None:
    sent = snapshot(
        video.public_id,
        session=(session := uuid7(now_ms() - 5_000)),
        seq=3,
        page="https://Example.com/path?x=1&utm_source=news&gclid=9#top",
        referrer="https://search.example/?q=a",
        stretches=[[0, 12.4], [30, 42], [50, 75]],
        elapsed=58.2,
        duration=300.0,
        actions=[{"type": "click", "name": "like", "at": 12.4}, {"type": "cta", "converted": True}],
        quality={"startup": 0.42, "rebuffers": 1, "rebuffering": 0.8, "error": None},
        screen=[1920, 1080],
        language="de-DE",
        consent=True,
        unheard_of={"newer": [1]},
    )
    before = datetime.now(UTC)
    answer = collecting.send(sent, User_Agent=CHROME)
    assert (answer.status, answer.body, answer.headers["access-control-allow-origin"]) == (204, None, "*")
    [row] = stored()
    assert (str(row.id), row.seq, row.workspace_id, row.video_id) == (session, 3, video.workspace_id, video.pk)
    assert abs(row.started_at - before - timedelta(seconds=-5)) < timedelta(seconds=2)
    assert abs(row.received_at - before) < timedelta(seconds=5)
    assert (row.visitor, str(row.visit), row.live) == ("browser-1", VISIT, False)
    assert (row.page, row.domain, row.utm_source) == ("https://Example.com/path?x=1", "example.com", "news")
    assert (row.referrer, row.source) == ("https://search.example/?q=a", "search.example")
    assert (row.starts, row.ends) == ([0, 30_000, 50_000], [12_400, 42_000, 60_000])
    assert (row.watch_time, row.watched, row.longest_run, row.duration) == (34_400, 34_400, 12_400, 60_000)
    assert (row.elapsed, row.plays, row.played, row.viewed, row.completed) == (58_200, 1, True, True, True)
    assert (row.watched_30, row.quarters) == (True, [1, 0, 1, 1])
    assert (row.action_type, row.action_name) == (["click", "cta"], ["like", ""])
    assert (row.action_at, row.action_converted) == ([12_400, 0], [False, True])
    assert (row.startup, row.rebuffers, row.rebuffering, row.error) == (420, 1, 800, "")
    assert (row.screen_width, row.screen_height, row.language) == (1920, 1080, "de-DE")
    assert (row.device, row.os, row.os_version, row.browser, row.browser_version, row.bot) == (
        *("desktop", "Windows", "10", "Chrome", "129.0", False),
    )
    assert (row.country, row.ip) == ("", "")


def test_the_least_that_a_snapshot_may_say(collecting: Served, video: Video, stored: Stored) -> None:
    answer = collecting.send({"v": 1, "video": video.public_id, "session": uuid7(), "seq": 0})
    assert answer.status == 204
    [row] = stored()
    assert (row.plays, row.played, row.starts, row.watch_time, row.page, row.error) == (0, False, [], 0, "", "")
    assert (row.startup, row.lat, row.duration, row.device) == (None, None, 60_000, "other")


def test_the_highest_seq_wins_however_snapshots_arrive(collecting: Served, video: Video, stored: Stored) -> None:
    session = uuid7()
    for seq in (2, 5, 1, 5, 4):
        answer = collecting.send(snapshot(video.public_id, session=session, seq=seq, stretches=[[0, seq]]))
        assert answer.status == 204
    assert [(row.seq, row.ends) for row in stored()] == [(5, [5000])]


def test_an_acknowledged_snapshot_is_in_the_engine_at_once(collecting: Served, video: Video) -> None:
    for count in range(1, 4):
        collecting.send([snapshot(video.public_id), snapshot(video.public_id)])
        assert ViewingSession.objects.count() == 2 * count


def test_the_valid_ones_of_a_list_are_stored(collecting: Served, video: Video, stored: Stored) -> None:
    good = snapshot(video.public_id)
    answer = collecting.send(
        [
            snapshot(video.public_id, stretches=[[5, 1]], plays=-1),
            good,
            snapshot("vid_unheard0of"),
            7,
            snapshot(video.public_id, session=uuid7(now_ms() + HOUR)),
        ]
    )
    assert answer.status == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.errors() == [(0, "plays"), (2, "video"), (3, ""), (4, "session")]
    assert [error["code"] for error in answer.body["errors"]] == ["invalid", "unknown_video", "invalid", "clock_skew"]
    assert (answer.body["code"], answer.body["stored"], answer.body["status"]) == ("invalid", 1, 422)
    assert [str(row.id) for row in stored()] == [good["session"]]


@pytest.mark.parametrize("sent", ["one", "many"])
def test_unknown_videos_alone_are_404(sent: str, collecting: Served) -> None:
    one = snapshot("vid_0000000000")
    answer = collecting.send(one if sent == "one" else [one, snapshot("nonsense")])
    assert (answer.status, answer.body["code"]) == (404, "unknown_video")
    assert answer.headers["access-control-allow-origin"] == "*"


def test_a_video_works_the_moment_it_exists(collecting: Served, workspace: Workspace) -> None:
    one = snapshot("vid_brandnew00")
    assert collecting.send(one).status == 404
    Video.objects.create(workspace=workspace, title="New", public_id="vid_brandnew00")
    assert collecting.send(one).status == 204


@pytest.mark.parametrize(
    ("offset", "status"), [(4 * 60_000, 204), (6 * 60_000, 422), (-47 * HOUR, 204), (-49 * HOUR, 422)]
)
def test_a_clock_that_is_wrong_is_told_the_right_time(
    offset: int, status: int, collecting: Served, video: Video
) -> None:
    answer = collecting.send(snapshot(video.public_id, session=uuid7(now_ms() + offset)))
    assert answer.status == status
    if status == 422:
        assert answer.body["code"] == "clock_skew"
        assert abs(answer.body["server_time_ms"] - now_ms()) < 5_000
        told = datetime.fromisoformat(answer.body["server_time"])
        assert told.timestamp() * 1000 == pytest.approx(answer.body["server_time_ms"])


@pytest.mark.parametrize("body", [b"", b"{", b"nonsense", b"[" * 60_000, b"\xff\xfe", b"12", b'"text"', b"null"])
def test_what_is_not_a_snapshot_is_400(body: bytes, collecting: Served) -> None:
    answer = collecting.send(body)
    assert (answer.status, answer.body["code"]) == (400, "unparsable")


def test_a_list_of_none_stores_nothing_and_of_more_than_100_is_refused_whole(
    collecting: Served, video: Video, stored: Stored
) -> None:
    assert collecting.send([]).status == 204
    many = [{"v": 1, "video": video.public_id, "session": uuid7(), "seq": 1} for _ in range(101)]
    answer = collecting.send(many)
    assert (answer.status, answer.body["code"], answer.errors()) == (422, "too_many", [(100, "")])
    assert stored() == []
    assert collecting.send(many[:100]).status == 204
    assert len(stored()) == 100


def test_bodies_of_more_than_64_kib_are_refused(collecting: Served, video: Video) -> None:
    text = json.dumps(snapshot(video.public_id)).encode()
    assert collecting.send(text.ljust(64 * 1024)).status == 204
    answer = collecting.send(text.ljust(64 * 1024 + 1))
    assert (answer.status, answer.body["code"]) == (413, "too_large")


def test_a_chunked_body_is_read_and_bounded(collecting: Served, video: Video) -> None:
    def chunked(body: bytes) -> bytes:
        pieces = [body[start : start + 1000] for start in range(0, len(body), 1000)]
        text = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
        with socket.create_connection(("127.0.0.1", collecting.port), 20) as connected:
            connected.sendall(b"POST /v1/s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + text)
            return connected.recv(65536)

    body = json.dumps(snapshot(video.public_id)).encode()
    assert chunked(body.ljust(30_000)).startswith(b"HTTP/1.1 204")
    assert chunked(body.ljust(80_000)).startswith(b"HTTP/1.1 413")


def test_browsers_are_answered_from_any_origin(collecting: Served) -> None:
    asked = collecting.send(
        None,
        "OPTIONS",
        Origin="https://site.example",
        Access_Control_Request_Method="POST",
        Access_Control_Request_Headers="content-type,x-later",
    )
    assert (asked.status, asked.headers["access-control-allow-origin"]) == (204, "*")
    assert "POST" in asked.headers["access-control-allow-methods"]
    assert asked.headers["access-control-allow-headers"] == "content-type,x-later"
    assert "access-control-allow-credentials" not in asked.headers
    read = collecting.send(None, "GET")
    assert (read.status, read.headers["allow"], read.body["code"]) == (405, "POST, OPTIONS", "method_not_allowed")
    assert read.headers["access-control-allow-origin"] == "*"
    assert collecting.send(None, "HEAD").status == 405


def test_a_deleted_video_is_unknown_and_a_new_duration_counts_at_once(
    collecting: Served, video: Video, stored: Stored
) -> None:
    assert collecting.send(snapshot(video.public_id)).status == 204
    video.duration = Decimal(200)
    video.save()
    assert collecting.send(snapshot(video.public_id, stretches=[[0, 50]], duration=100)).status == 204
    assert stored()[-1].duration == 200_000
    video.delete()
    assert collecting.send(snapshot(video.public_id)).status == 404
