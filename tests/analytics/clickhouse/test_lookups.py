"""The lookups that the backend writes in its own way."""

from __future__ import annotations

from analytics.models import ViewingSession
from tests.analytics.clickhouse.conftest import Make


def test_among_many_numbers_null_is_equal_to_nothing(make: Make) -> None:
    make(seq=1)
    make(seq=2)
    among = ViewingSession.objects.filter
    assert (
        among(seq__in=[2, None, 9]).count() == among(seq__in=ViewingSession.objects.filter(seq=2).values("seq")).count()
    )
    assert among(seq__in=[2, None, 9]).count() == 1
    assert among(seq__in=[None]).count() == among(seq__in=[]).count() == 0
