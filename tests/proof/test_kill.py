"""`kill -9` under load, right after acknowledgements: nothing acknowledged is missing, nothing is counted twice."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import chdb
import pytest

from tests.analytics.clickhouse.gateway import PASSWORD, USER, gateway
from tests.proof.player import Player, assert_nothing_missing, stored, video_of, wait_for_acknowledgements
from tests.served import Served
from tests.services import free_port

pytestmark = [pytest.mark.served, pytest.mark.xdist_group("kill")]


def test_no_acknowledged_snapshot_is_lost_when_the_process_is_killed_again_and_again(own_served: Served) -> None:
    own_served.start()
    video = video_of(own_served)
    players: list[Player] = []
    for _ in range(2):
        load = [Player(own_served, video, sessions=5) for _ in range(16)]
        for player in load:
            player.start()
        wait_for_acknowledgements(load, 500)
        own_served.kill()
        for player in load:
            player.join(60)
        players += load
        own_served.start()
        assert_nothing_missing(own_served, video, players)
    assert sum(player.refused for player in players) == 0


class Engine:
    """A ClickHouse server as the product sees one, which can be switched off and on; its tables stay."""

    def __init__(self) -> None:
        self.port = free_port()
        self._running = ExitStack()
        # Holds the engine's memory while no request does.
        self._anchor = chdb.connect(":memory:")

    def on(self) -> None:
        self._running.enter_context(gateway(self.port))

    def off(self) -> None:
        self._running.close()

    def close(self) -> None:
        self.off()
        self._anchor.close()


@pytest.fixture
def engine() -> Iterator[Engine]:
    found = Engine()
    found.on()
    yield found
    found.close()


@pytest.fixture
def remote_served(engine: Engine, tmp_path: Path) -> Iterator[Served]:
    """A product whose engine is a server."""
    database = f"kill_{engine.port}"
    engine._anchor.query(f"CREATE DATABASE {database}")
    address = f"http://{USER}:{quote(PASSWORD)}@127.0.0.1:{engine.port}/{database}"
    product = Served(tmp_path / "data", CLICKHOUSE_URL=address)
    product.prepare()
    yield product
    if product.process is not None and product.process.poll() is None:
        product.kill()
    engine._anchor.query(f"DROP DATABASE {database}")


def test_what_was_spooled_while_the_engine_was_away_survives_a_kill_and_is_replayed(
    remote_served: Served, engine: Engine
) -> None:
    remote_served.start()
    video = video_of(remote_served)
    load = [Player(remote_served, video, sessions=5) for _ in range(4)]
    for player in load:
        player.start()
    wait_for_acknowledgements(load, 50)
    engine.off()
    before = {session.id: session.acknowledged for player in load for session in player.sessions}
    wait_for_acknowledgements(load, sum(before.values()) + 50)
    assert not remote_served.healthy()
    remote_served.kill()
    for player in load:
        player.join(60)
    assert sum(player.refused for player in load) == 0
    late = [session for player in load for session in player.sessions if session.acknowledged > before[session.id]]
    assert late, "nothing was acknowledged while the engine was away"
    assert list((remote_served.data_dir / "spool").glob("*.segment"))

    engine.on()
    remote_served.start()
    wanted = {session.id: session.acknowledged for session in late}
    until = time.monotonic() + 30
    while time.monotonic() < until:
        found = stored(remote_served, video)
        if all(key in found and found[key]["watch_time"] >= seq for key, seq in wanted.items()):
            break
        time.sleep(0.2)
    assert_nothing_missing(remote_served, video, load)
