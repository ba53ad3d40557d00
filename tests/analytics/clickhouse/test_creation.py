"""Test databases of the engine, and emptying them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from analytics.clickhouse.creation import kept_tables_forget, written_tables_empty, written_tables_keep
from analytics.models import ViewingSession
from tests.analytics.clickhouse.conftest import Make


def test_tests_have_a_database_of_their_own_in_memory(engine: Any) -> None:
    assert engine.settings_dict["OPTIONS"]["dsn"] == "chdb://memory"
    assert engine.settings_dict["NAME"].startswith("test_")
    with engine.cursor() as cursor:
        cursor.execute("SELECT currentDatabase()")
        assert cursor.fetchone() == (engine.settings_dict["NAME"],)


def test_a_directory_is_exchanged_for_memory_so_that_no_test_touches_it(tmp_path: Path) -> None:
    program = """
import django
django.setup()
from django.db import connections
from django.test.utils import setup_databases, teardown_databases
made = setup_databases(verbosity=0, interactive=False)
with connections["clickhouse"].cursor() as cursor:
    cursor.execute("SHOW TABLES")
    print(cursor.fetchall())
teardown_databases(made, verbosity=0)
"""
    environment = {**os.environ, "DATA_DIR": str(tmp_path), "CLICKHOUSE_URL": f"chdb://{tmp_path}/engine"}
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "[('django_migrations',), ('viewing_session',)]" in ran.stdout
    assert not (tmp_path / "engine").exists()


def test_only_what_was_written_is_emptied_and_the_bookkeeping_stays(make: Make, engine: Any) -> None:
    make()
    written_tables_empty()
    assert not ViewingSession.objects.exists()
    with engine.cursor() as cursor:
        cursor.execute("SELECT count() > 0 FROM django_migrations")
        assert cursor.fetchone() == (1,)


@pytest.mark.parametrize("written", [1, 2])
def test_rows_of_one_test_are_gone_in_the_next(make: Make, written: int) -> None:
    assert ViewingSession.objects.count() == 0
    make()
    assert ViewingSession.objects.count() == 1


@pytest.mark.django_db(databases=["default", "clickhouse"], transaction=True)
def test_flush_empties_every_table() -> None:
    columns = ["workspace_id", "video_id", "seq"]
    with connections["clickhouse"].cursor() as cursor:
        cursor.execute(f"INSERT INTO viewing_session ({', '.join(columns)}) SELECT 1, 2, 3")
    assert ViewingSession.objects.count() == 1
    call_command("flush", database="clickhouse", interactive=False, verbosity=0)
    assert ViewingSession.objects.count() == 0


def test_rows_that_are_kept_are_there_again_after_others(make: Make, engine: Any) -> None:
    make()
    written_tables_keep()
    for _ in range(2):
        ViewingSession.objects.all().delete()
        make(workspace_id=2)
        written_tables_empty()
        assert [each.workspace_id for each in ViewingSession.objects.all()] == [1]
    kept_tables_forget()
    assert not ViewingSession.objects.exists()
    assert engine.introspection.table_names() == ["django_migrations", "viewing_session"]
