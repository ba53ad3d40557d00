"""Migrating both databases, the router, and the engine of the facts."""

from __future__ import annotations

import io
from typing import Any

import pytest
from clickhouse_backend import models as clickhouse
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import ProgrammingError, connections, migrations, models
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState
from django.db.migrations.writer import MigrationWriter
from django.test.utils import isolate_apps

from analytics.clickhouse.engine import fact_engine
from analytics.clickhouse.router import Router
from analytics.models import ViewingSession, Visitor

both = pytest.mark.django_db(databases=["default", "clickhouse"], transaction=True)


def tables(alias: str) -> set[str]:
    """Return the names of the tables of a database."""
    return set(connections[alias].introspection.table_names())


@both
def test_each_model_has_its_table_in_one_database_and_each_database_its_own_bookkeeping() -> None:
    assert tables("clickhouse") == {"django_migrations", "viewing_session"}
    assert "viewing_session" not in tables("default")
    assert {"django_migrations", "analytics_visitor"} <= tables("default")
    recorded = [set(MigrationRecorder(connections[alias]).applied_migrations()) for alias in ("default", "clickhouse")]
    assert recorded[0] == recorded[1]
    assert ("analytics", "0001_initial") in recorded[0]


@both
def test_migrating_again_does_nothing_and_says_so_for_each_database() -> None:
    said = io.StringIO()
    call_command("migrate", stdout=said)
    assert said.getvalue().count("No migrations to apply.") == 2
    assert "Database default:" in said.getvalue()
    assert "Database clickhouse:" in said.getvalue()
    one = io.StringIO()
    call_command("migrate", database="clickhouse", stdout=one)
    assert one.getvalue().count("No migrations to apply.") == 1


@both
def test_one_database_migrates_back_and_forth_and_the_other_stays() -> None:
    try:
        call_command("migrate", "analytics", "zero", database="clickhouse", verbosity=0)
        assert tables("clickhouse") == {"django_migrations"}
        assert "analytics_visitor" in tables("default")
    finally:
        call_command("migrate", database="clickhouse", verbosity=0)
    assert "viewing_session" in tables("clickhouse")


@both
def test_operations_without_a_model_go_to_the_relational_database_unless_hinted() -> None:
    ran: list[str] = []

    def note(apps: Any, editor: Any) -> None:
        ran.append(editor.connection.alias)

    for hints in ({}, {"clickhouse": True}):
        operation = migrations.RunPython(note, hints=hints)
        for alias in ("default", "clickhouse"):
            with connections[alias].schema_editor() as editor:
                operation.database_forwards("analytics", editor, ProjectState(), ProjectState())
    assert ran == ["default", "clickhouse"]


def test_facts_are_read_and_written_in_clickhouse_and_all_else_is_not() -> None:
    router = Router()
    assert router.db_for_read(ViewingSession) == router.db_for_write(ViewingSession) == "clickhouse"
    assert router.db_for_read(Visitor) is router.db_for_write(Group) is None


@pytest.mark.parametrize(
    ("label", "model_name", "home"),
    [
        ("analytics", "viewingsession", "clickhouse"),
        ("analytics", "ViewingSession", "clickhouse"),
        ("analytics", "visitor", "default"),
        ("auth", "group", "default"),
        ("auth", "forgotten", "default"),
    ],
)
def test_a_model_known_by_name_only_is_routed_too(label: str, model_name: str, home: str) -> None:
    allowed = {alias for alias in ("default", "clickhouse") if Router().allow_migrate(alias, label, model_name)}
    assert allowed == {home}


def test_a_historical_model_without_its_base_is_known_by_its_engine() -> None:
    with isolate_apps("analytics"):

        class Past(models.Model):  # noqa: DJ008
            class Meta:
                app_label = "analytics"
                engine = fact_engine("id", order_by=["id"])

    assert Router().allow_migrate("clickhouse", "analytics", "past", model=Past)
    assert not Router().allow_migrate("default", "analytics", "past", model=Past)


@both
def test_the_autodetector_sees_no_changes() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_engine_is_written_into_a_migration_as_the_call_that_made_it() -> None:
    engine = fact_engine("seq", order_by=["a", "b"], partition_by="toYYYYMM(a)", index_granularity=512)
    text, imports = MigrationWriter.serialize(engine)
    assert text == (
        "analytics.clickhouse.engine.fact_engine("
        "'seq', index_granularity=512, order_by=('a', 'b'), partition_by='toYYYYMM(a)')"
    )
    assert imports == {"import analytics.clickhouse.engine"}


@both
@pytest.mark.parametrize(
    ("kind", "name"),
    [("plain", "ReplacingMergeTree(seq)"), ("replicated", "ReplicatedReplacingMergeTree(seq)")],
)
def test_the_setting_says_which_engine(settings: Any, kind: str, name: str) -> None:
    settings.CLICKHOUSE_TABLES = kind
    with isolate_apps("analytics"):

        class Fact(clickhouse.ClickhouseModel):
            at = clickhouse.DateTime64Field(primary_key=True)
            seq = clickhouse.UInt32Field()

            class Meta:
                app_label = "analytics"
                db_table = "kind_of_fact"
                engine = fact_engine(
                    "seq", order_by=["at"], partition_by="toYYYYMM(at)", min_age_to_force_merge_seconds=9
                )

    with connections["clickhouse"].schema_editor(collect_sql=True) as editor:
        editor.create_model(Fact)
    (sql,) = editor.collected_sql
    assert f"ENGINE = {name}" in sql.replace('"seq")', "seq)")
    assert "PARTITION BY (((toYYYYMM(at))))" in sql
    assert "SETTINGS fsync_after_insert=1, min_age_to_force_merge_seconds=9" in sql


@both
def test_an_engine_setting_that_there_is_not_is_refused_by_the_engine_itself() -> None:
    with isolate_apps("analytics"):

        class Fact(clickhouse.ClickhouseModel):
            id = clickhouse.UInt32Field(primary_key=True)

            class Meta:
                app_label = "analytics"
                engine = fact_engine("id", order_by=["id"], nonsense=1)

    with (
        pytest.raises(ProgrammingError, match="nonsense"),
        connections["clickhouse"].schema_editor() as editor,
    ):
        editor.create_model(Fact)
