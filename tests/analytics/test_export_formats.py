"""The three formats, whatever stands in the sessions, from the engine in this process and from a server."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import chdb
import pytest
from django.db import DatabaseError, OperationalError, connections
from hypothesis import given
from hypothesis import strategies as st

from analytics.clickhouse.driver import Connection
from analytics.context import Context
from analytics.exporting import sessions as exporting
from analytics.exporting.columns import FLAT, guarded
from analytics.exporting.sessions import ExportOrder, SessionsExport
from analytics.models import ViewingSession
from analytics.spreadsheets import _FORMULA
from tests.analytics.clickhouse.gateway import gateway
from tests.analytics.clickhouse.test_http import wrapper_at
from tests.analytics.collect.examples import snapshot
from tests.analytics.test_exporting import all_time, exported, put
from videos.models import Video, Workspace

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])
FORMULA = '=HYPERLINK("http://evil.example","x")'
NASTY = ("=1+1", "+1", "-1", "@x", "\t=1", "\r\n", " =1", "\u3000=1", "＝1", "'=1", 'a,"b"\r\nc', "a\x00b", "😀")


@pytest.fixture
def watched(db: None) -> Video:
    """A video of one workspace with a session that has something in every column."""
    workspace = Workspace.objects.create(name="One", address_kept="full")
    video = Video.objects.create(workspace=workspace, title=FORMULA, duration=Decimal("59.5"))
    put(
        workspace,
        snapshot(
            video.public_id,
            session="0195f39a-5d1c-782a-954c-246d81e991f8",
            seq=7,
            visitor="+49 30 1",
            page="https://site.example/a?x=1&utm_source=%3Dcmd&utm_medium=@m&utm_campaign=-c",
            referrer="https://ref.example/?q==1",
            plays=2,
            stretches=[[0, 12.345], [10, 70]],
            elapsed=61.25,
            actions=[{"type": "cta", "name": FORMULA, "at": 5.5, "converted": True}],
            quality={"startup": 0.42, "rebuffers": 1, "rebuffering": 0.8, "error": "@SUM(A1)"},
            screen=[1920, 1080],
            language="-de",
            country="DE",
            region="=R",
            city="Köln",
            lat=50.9375,
            lon=-6.96,
            network="\t@net",
            ip="192.0.2.7",
            device="desktop",
            os="=OS",
            os_version="+1",
            browser="-B",
            browser_version="@1",
        ),
    )
    return video


def rows_of_csv(text: bytes) -> list[dict[str, str]]:
    assert text.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))


def rows_of_parquet(content: bytes, path: Path) -> list[dict[str, Any]]:
    """Read the file back with an engine that knows nothing of ours."""
    path.write_bytes(content)
    text = chdb.query(f"SELECT * FROM file('{path}', 'Parquet')", "JSONEachRow").bytes().decode()
    return [json.loads(line) for line in text.splitlines()]


def test_csv_has_every_column_and_no_formula(watched: Video) -> None:
    (row,) = rows_of_csv(exported(watched.workspace, format="csv"))
    assert tuple(row) == FLAT
    assert row.pop("received_at").endswith("Z")
    assert row == {
        "session": "0195f39a-5d1c-782a-954c-246d81e991f8",
        "seq": "7",
        "video": watched.public_id,
        "title": f"'{FORMULA}",
        "started_at": "2025-04-01T23:05:34.748Z",
        "visitor": "'+49 30 1",
        "visit": "3f2b1c9a-0000-4000-8000-000000000001",
        "page": "https://site.example/a?x=1",
        "domain": "site.example",
        "referrer": "https://ref.example/?q==1",
        "source": "ref.example",
        "utm_source": "'=cmd",
        "utm_medium": "'@m",
        "utm_campaign": "'-c",
        "live": "false",
        "plays": "2",
        "stretches": "[[0,12.345],[10,59.5]]",
        "watch_time": "61.845",
        "watched": "59.5",
        "longest_run": "49.5",
        "duration": "59.5",
        "elapsed": "61.25",
        **dict.fromkeys(("played", "viewed", "completed", "watched_30"), "true"),
        **{f"quarter_{quarter}": "true" for quarter in (1, 2, 3, 4)},
        "actions": json.dumps([{"type": "cta", "name": FORMULA, "at": 5.5, "converted": True}], separators=(",", ":")),
        "startup": "0.42",
        "rebuffers": "1",
        "rebuffering": "0.8",
        "error": "'@SUM(A1)",
        "screen_width": "1920",
        "screen_height": "1080",
        "language": "'-de",
        "country": "DE",
        "region": "'=R",
        "city": "Köln",
        "lat": "50.9375",
        "lon": "-6.96",
        "network": "'\t@net",
        "ip": "192.0.2.7",
        "device": "desktop",
        "os": "'=OS",
        "os_version": "'+1",
        "browser": "'-B",
        "browser_version": "'@1",
        "bot": "false",
    }


def test_parquet_has_every_column_with_its_type(watched: Video, tmp_path: Path) -> None:
    (row,) = rows_of_parquet(exported(watched.workspace, format="parquet"), tmp_path / "x.parquet")
    assert tuple(row) == FLAT
    assert row["title"] == FORMULA
    assert row["started_at"] == "2025-04-01 23:05:34.748"
    assert row["stretches"] == [[0, 12.345], [10, 59.5]]
    assert row["actions"] == [{"type": "cta", "name": FORMULA, "at": 5.5, "converted": True}]
    assert (row["completed"], row["quarter_1"], row["duration"], row["lon"]) == (True, True, 59.5, -6.96)
    described = chdb.query(f"DESCRIBE file('{tmp_path / 'x.parquet'}', 'Parquet')", "TSV").bytes().decode()
    types = dict(line.split("\t")[:2] for line in described.splitlines())
    assert "DateTime64(3" in types["started_at"]
    assert "String" in types["session"]
    assert "Bool" in types["played"]


def test_unknown_is_nothing_in_every_format(db: None, tmp_path: Path) -> None:
    workspace = Workspace.objects.create(name="One")
    put(workspace, snapshot(Video.objects.create(workspace=workspace, title="T").public_id))
    (row,) = rows_of_csv(exported(workspace, format="csv"))
    (parquet,) = rows_of_parquet(exported(workspace, format="parquet"), tmp_path / "x.parquet")
    for name in ("duration", "completed", "quarter_1", "startup", "lat"):
        assert row[name] == ""
        assert parquet[name] is None
    assert row["stretches"] == row["actions"] == "[]"
    (line,) = exported(workspace).splitlines()
    assert "duration" not in json.loads(line)
    assert json.loads(line)["duration_used"] == 0


@given(
    st.one_of(
        st.text(max_size=8),
        st.tuples(st.text("\t\r\n \x0b\x1c\x1f\x85\u3000\u2028x", max_size=3), st.sampled_from("=+-@＝＋－＠x")).map(
            "".join
        ),
    )
)
def test_the_engines_guard_is_that_of_all_our_tables(text: str) -> None:
    text = text.encode(errors="replace").decode()
    found = chdb.query(f"SELECT {guarded('t')} FROM (SELECT unhex('{text.encode().hex()}') AS t)", "JSONEachRow")
    (shown,) = json.loads(found.bytes()).values()
    assert shown == (f"'{text}" if _FORMULA.match(text) else text)


@pytest.mark.parametrize("text", [*NASTY, "x" * 2048, "\\N", "NULL"])
def test_any_text_comes_back_out_of_every_format(text: str, db: None, tmp_path: Path) -> None:
    workspace = Workspace.objects.create(name="One")
    put(workspace, snapshot(Video.objects.create(workspace=workspace, title="T").public_id, city=text, error=None))
    assert json.loads(exported(workspace))["city"] == text
    (row,) = rows_of_csv(exported(workspace, format="csv"))
    assert row["city"].removeprefix("'") == text.removeprefix("'")
    (parquet,) = rows_of_parquet(exported(workspace, format="parquet"), tmp_path / "x.parquet")
    assert parquet["city"] == text


def test_broken_utf_8_in_the_table_becomes_a_replacement_character(watched: Video, tmp_path: Path) -> None:
    with connections["clickhouse"].cursor() as cursor:
        names = ", ".join(field.name for field in ViewingSession._meta.concrete_fields)
        broken = (
            names.replace("city", "unhex('61FF62')").replace(" seq", " seq + 1").replace("action_name", "[unhex('FF')]")
        )
        cursor.execute(f"INSERT INTO viewing_session ({names}) SELECT {broken} FROM viewing_session")
    assert json.loads(exported(watched.workspace))["city"] == "a\ufffdb"
    assert rows_of_csv(exported(watched.workspace, format="csv"))[0]["city"] == "a\ufffdb"
    (row,) = rows_of_parquet(exported(watched.workspace, format="parquet"), tmp_path / "x.parquet")
    assert (row["city"], row["actions"][0]["name"]) == ("a\ufffdb", "\ufffd")


# --- An engine that is a server


@pytest.fixture
def over_http(watched: Video) -> Iterator[Video]:
    """The same sessions, for an export that asks a server."""
    engine = connections["clickhouse"]
    with gateway() as address:
        wrapper = connections["clickhouse"] = wrapper_at(engine, address)
        try:
            yield watched
        finally:
            wrapper.close()
            connections["clickhouse"] = engine


@pytest.mark.parametrize("form", ["ndjson", "csv", "parquet"])
def test_a_server_gives_the_same(form: str, over_http: Video, tmp_path: Path) -> None:
    served = exported(over_http.workspace, format=form)
    connections["clickhouse"].close()
    if form == "parquet":
        (row,) = rows_of_parquet(served, tmp_path / "x.parquet")
        assert row["session"] == "0195f39a-5d1c-782a-954c-246d81e991f8"
    else:
        assert served.count(b"0195f39a-5d1c-782a-954c-246d81e991f8") == 1
        assert served.endswith(b"\n")


class Breaking:
    """An answer of a server that fails in the middle, as ClickHouse shows it: its words behind the last row."""

    def __init__(self, stream: Any, ending: bytes) -> None:
        self._pieces = iter([stream.read(1 << 20)[:-20], ending])
        self._stream = stream

    def read(self, size: int) -> bytes:
        return next(self._pieces, b"")

    def close(self) -> None:
        self._stream.close()


@pytest.mark.parametrize("form", ["ndjson", "csv", "parquet"])
@pytest.mark.parametrize("ending", [b"", b"Code: 241. DB::Exception: Memory limit exceeded. (MEMORY_LIMIT_EXCEEDED)\n"])
def test_an_answer_that_breaks_off_is_never_taken_for_a_whole_one(
    form: str, ending: bytes, watched: Video, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = exporting.stream_opened
    monkeypatch.setattr(exporting, "stream_opened", lambda *asked: Breaking(opened(*asked), ending))
    with pytest.raises(OperationalError, match="Memory limit exceeded" if ending else "broke off"):
        exported(watched.workspace, format=form)


def sessions_many(video: Video, count: int) -> None:
    """Multiply the one session, in the engine."""
    names = [field.name for field in ViewingSession._meta.concrete_fields]
    chosen = ", ".join("generateUUIDv7(number)" if name == "id" else name for name in names)
    with connections["clickhouse"].cursor() as cursor:
        cursor.execute(
            f"INSERT INTO viewing_session ({', '.join(names)}) "
            f"SELECT {chosen} FROM viewing_session, numbers({count}) AS many"
        )


@pytest.mark.parametrize("form", ["ndjson", "csv", "parquet"])
def test_the_embedded_engine_fails_in_the_middle_aloud_and_goes_on(
    form: str, watched: Video, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions_many(watched, 20_000)
    stream = Connection.byte_stream
    failing = "throwIf(rowNumberInAllBlocks() > 5000, 'half-way')"

    def broken(self: Connection, sql: str, *asked: Any) -> Any:
        return stream(self, sql.replace("fact.plays", f"fact.plays + {failing}"), *asked)

    monkeypatch.setattr(Connection, "byte_stream", broken)
    with pytest.raises(DatabaseError, match="half-way"):
        exported(watched.workspace, format=form)
    assert ViewingSession.objects.count() == 20_001


@pytest.mark.parametrize("form", ["ndjson", "csv", "parquet"])
def test_closing_early_stops_the_query_and_frees_its_client(form: str, watched: Video) -> None:
    sessions_many(watched, 150_000)

    def queries() -> int:
        with connections["clickhouse"].cursor() as cursor:
            cursor.execute("SELECT count() FROM system.processes WHERE query LIKE '%fact.video%'")
            return int(cursor.fetchone()[0])

    before = queries()
    order = ExportOrder(Context(watched.workspace), all_time(watched.workspace), form)
    export = SessionsExport(order)
    pieces = iter(export)
    assert next(pieces)
    assert queries() == before + 1
    export.close()
    assert queries() == before
