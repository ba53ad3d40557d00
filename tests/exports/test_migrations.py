"""Migrations that move what people have ordered."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone


@pytest.mark.django_db(transaction=True)
def test_a_reports_mail_becomes_its_delivery_in_the_state_it_was_in() -> None:
    def at(name: str) -> Any:
        executor = MigrationExecutor(connection)
        executor.migrate([("exports", name)])
        # The catalog stays as it is now.
        catalog = executor.loader.graph.leaf_nodes("videos")
        return executor.loader.project_state([("exports", name), *catalog]).apps

    now = timezone.now()
    try:
        apps = at("0001_initial")
        workspace = apps.get_model("videos", "Workspace").objects.create(name="W")
        reports = apps.get_model("exports", "Report").objects
        common = {"workspace": workspace, "period_name": "all_time", "timezone": "UTC"}
        sent = reports.create(public_id="export_a", email="a@x.org", mailed_at=now, mail_attempts=2, **common)
        waiting = reports.create(public_id="export_b", email="b@x.org", mail_due_at=now, mail_error="451", **common)
        reports.create(public_id="export_c", **common)

        apps = at("0002_schedules_and_deliveries")
        found = apps.get_model("exports", "Delivery").objects.order_by("report_id")
        assert list(found.values_list("report_id", "email", "sent_at", "due_at", "attempts", "error")) == [
            (sent.pk, "a@x.org", now, None, 2, ""),
            (waiting.pk, "b@x.org", None, now, 0, "451"),
        ]

        again = at("0001_initial").get_model("exports", "Report").objects.order_by("pk")
        assert list(again.values_list("email", "mailed_at", "mail_due_at")) == [
            ("a@x.org", now, None),
            ("b@x.org", None, now),
            ("", None, None),
        ]
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
