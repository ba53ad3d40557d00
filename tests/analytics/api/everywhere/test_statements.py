"""What a call costs the databases: few statements, and no more of them where there are more rows."""

from __future__ import annotations

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from tests.analytics.api.everywhere.calls import CALLS, Call
from tests.analytics.api.everywhere.world import FAR, World, undone, world_of
from videos.models import ApiToken

pytestmark = [pytest.mark.django_db(databases=["default", "clickhouse"])]

MOST = 12
# How transactions nest in a test and begin outside of one; neither asks a database for anything.
OF_TRANSACTIONS = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT", "BEGIN", "COMMIT")


def statements(world: World, call: Call) -> list[str]:
    """Return the statements of both databases that a call takes, but for those that begin and end transactions."""
    with (
        undone(),
        CaptureQueriesContext(connections["default"]) as catalog,
        CaptureQueriesContext(connections["clickhouse"]) as engine,
    ):
        assert world.send(call).status_code == call.status
    asked = [*catalog.captured_queries, *engine.captured_queries]
    return [query["sql"] for query in asked if not query["sql"].startswith(OF_TRANSACTIONS)]


def test_no_call_takes_many_statements_nor_more_with_more_rows(db: None, subtests: pytest.Subtests) -> None:
    small, large = world_of("small", 2), world_of("large", 20)
    # That a token was used is noted once a minute, and this may take longer.
    ApiToken.objects.update(last_used_at=FAR)
    for call in CALLS:
        with subtests.test(str(call)):
            few, many = statements(small, call), statements(large, call)
            if len(few) > len(many):
                # The process remembers something since the first time.
                few = statements(small, call)
            assert len(many) <= MOST, "\n".join(many)
            # A file of sessions is made a batch at a time, each with a look at who these people are.
            batches = 1 if call.is_file else 0
            assert len(few) <= len(many) <= len(few) + batches, "\n".join([*few, "--- with more rows", *many])
