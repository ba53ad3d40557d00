"""Players that post snapshots as fast as they are acknowledged, and remember what was."""

from __future__ import annotations

import http.client
import json
import threading
import time
from dataclasses import dataclass, field

import uuid_utils

from tests.served import Served

AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"
DURATION = 3600


@dataclass
class Session:
    """One load of the player; its snapshot number n says that the first n seconds were watched."""

    video: str
    id: str = field(default_factory=lambda: str(uuid_utils.uuid7()))
    sent: int = 0
    acknowledged: int = 0

    def snapshot(self) -> dict[str, object]:
        self.sent += 1
        return {
            "v": 1,
            "video": self.video,
            "session": self.id,
            "seq": self.sent,
            "visitor": self.id,
            "visit": self.id,
            "plays": 1,
            "stretches": [[0, self.sent]],
            "elapsed": self.sent,
            "duration": DURATION,
        }


class Player(threading.Thread):
    """Posts for its sessions in turn over one kept-alive connection until told to stop or cut off."""

    def __init__(self, product: Served, video: str, sessions: int) -> None:
        super().__init__(daemon=True)
        self.sessions = [Session(video) for _ in range(sessions)]
        self._address = ("127.0.0.1", product.port)
        self._stopping = threading.Event()
        self.refused = 0

    def run(self) -> None:
        connection = http.client.HTTPConnection(*self._address, timeout=60)
        headers = {"Content-Type": "text/plain", "User-Agent": AGENT}
        while not self._stopping.is_set():
            for session in self.sessions:
                number = session.sent + 1
                try:
                    connection.request("POST", "/v1/collect", json.dumps(session.snapshot()), headers)
                    answer = connection.getresponse()
                    answer.read()
                except (OSError, http.client.HTTPException):
                    return
                if answer.status == 204:
                    session.acknowledged = number
                else:
                    self.refused += 1
                if self._stopping.is_set():
                    return

    def stop(self) -> None:
        self._stopping.set()
        self.join(60)


def wait_for_acknowledgements(players: list[Player], wanted: int) -> None:
    """Return in the middle of the load, once so many snapshots have been acknowledged."""
    until = time.monotonic() + 60
    while sum(session.acknowledged for player in players for session in player.sessions) < wanted:
        assert time.monotonic() < until, "the players get no answers"
        time.sleep(0.01)


def video_of(product: Served) -> str:
    """Return the id of a new video."""
    status, video = product.post("/v1/catalog/videos", {"title": "Watched by many", "duration": DURATION})
    assert status == 201, video
    return str(video["id"])


def stored(product: Served, video: str) -> dict[str, dict[str, float]]:
    """Return loads and seconds watched of each session, as the API tells them: a session is a visitor of its own."""
    question = {"metrics": ["loads", "watch_time"], "by": ["visitor"], "scope": {"video": video}, "per_page": 10_000}
    status, answer = product.post("/v1/query", question)
    assert status == 200, answer
    return {row["visitor"]: row for row in answer["rows"]}


def assert_nothing_missing(product: Served, video: str, players: list[Player]) -> None:
    """Every session with an acknowledged snapshot is there once, with that one or a later one that was sent."""
    found = stored(product, video)
    sessions = [session for player in players for session in player.sessions]
    for session in sessions:
        if session.acknowledged:
            assert session.id in found, f"{session} is missing"
        if row := found.get(session.id):
            assert row["loads"] == 1, f"{session} is counted twice"
            assert session.acknowledged <= row["watch_time"] <= session.sent
    assert set(found) <= {session.id for session in sessions}
