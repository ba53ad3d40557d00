from __future__ import annotations

import clickhouse_backend.models
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("analytics", "0006_segments_and_shared_pages")]

    operations = [
        migrations.AddIndex(
            model_name="viewingsession",
            index=clickhouse_backend.models.Index(
                fields=["received_at"], granularity=1, name="received_minmax", type=clickhouse_backend.models.MinMax()
            ),
        ),
        # For what is stored already.
        migrations.RunSQL(
            "ALTER TABLE viewing_session MATERIALIZE INDEX received_minmax",
            migrations.RunSQL.noop,
            hints={"clickhouse": True},
        ),
    ]
