"""Buckets of periods that begin and end in the middle of things; the oracle compares the rest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.periods import bucket_label, period_buckets
from tests.oracle import periods

ZONES = ("UTC", "Europe/Berlin", "Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe")


@pytest.mark.parametrize("grain", ["hour", "day", "week", "month"])
@given(
    start=st.datetimes(datetime(2023, 12, 1), datetime(2026, 12, 1), timezones=st.just(UTC)),
    length=st.timedeltas(timedelta(0), timedelta(days=3)),
    zone=st.sampled_from(ZONES),
)
def test_every_bucket_that_a_period_touches_is_there(grain: str, start: datetime, length: timedelta, zone: str) -> None:
    start = start.replace(microsecond=start.microsecond // 1000 * 1000)
    end = start + timedelta(milliseconds=length // timedelta(milliseconds=1))
    found = [bucket_label(bucket, grain) for bucket in period_buckets(start, end, ZoneInfo(zone), grain)]
    assert found == periods.labels(periods.Span(start, end), grain, zone)
