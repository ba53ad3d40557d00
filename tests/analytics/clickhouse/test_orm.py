"""Django's ORM on the engine: questions, truncations, updates, deletes, and what is refused."""

from __future__ import annotations

import datetime
import uuid
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from clickhouse_backend import models as clickhouse
from django.db import NotSupportedError, connections, models, transaction
from django.db.models import (
    Avg,
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import (
    Cast,
    ExtractHour,
    Trunc,
    TruncDay,
    TruncHour,
    TruncMonth,
    TruncQuarter,
    TruncWeek,
    TruncYear,
)
from django.test.utils import isolate_apps

from analytics.clickhouse.engine import fact_engine
from analytics.models import ViewingSession
from tests.analytics.clickhouse.conftest import Make

UTC = datetime.UTC
BERLIN = ZoneInfo("Europe/Berlin")
KATHMANDU = ZoneInfo("Asia/Kathmandu")
# 01:30 in Berlin, still 2025 in UTC; 06:15 in Kathmandu.
NEW_YEAR = datetime.datetime(2026, 1, 1, 0, 30, tzinfo=UTC)


@pytest.mark.django_db(databases=["default", "clickhouse"], transaction=True)
def test_every_kind_of_field_comes_back_as_it_went() -> None:
    engine = connections["clickhouse"]
    with isolate_apps("analytics"):

        class Kinds(clickhouse.ClickhouseModel):
            id = clickhouse.UUIDField(primary_key=True)
            text = clickhouse.StringField()
            word = clickhouse.StringField(low_cardinality=True)
            small = clickhouse.UInt8Field()
            big = clickhouse.UInt64Field()
            maybe = clickhouse.UInt32Field(null=True)
            real = clickhouse.Float64Field(null=True)
            money = clickhouse.DecimalField(max_digits=20, decimal_places=4)
            yes = clickhouse.BoolField(null=True)
            day = clickhouse.DateField()
            second = clickhouse.DateTimeField()
            instant = clickhouse.DateTime64Field(precision=6)
            numbers = clickhouse.ArrayField(clickhouse.UInt32Field())
            words = clickhouse.ArrayField(clickhouse.StringField(low_cardinality=True))
            flags = clickhouse.ArrayField(clickhouse.BoolField())
            plain = models.CharField(max_length=3)
            at = models.DateTimeField()

            class Meta:
                app_label = "analytics"
                db_table = "kinds"
                engine = fact_engine("big", order_by=["id"])

    values: dict[str, Any] = {
        "id": uuid.uuid4(),
        "text": "it's 100 % \\ \x00 é 😀\n",
        "word": "",
        "small": 255,
        "big": 2**64 - 1,
        "maybe": None,
        "real": None,
        "money": Decimal("1234.5678"),
        "yes": None,
        "day": datetime.date(2024, 2, 29),
        "second": datetime.datetime(2026, 1, 1, 1, 2, 3, tzinfo=UTC),
        "instant": datetime.datetime(2026, 1, 1, 1, 2, 3, 456789, tzinfo=UTC),
        "numbers": [0, 2**32 - 1],
        "words": ["a", "a", "it's"],
        "flags": [True, False],
        "plain": "äöü",
        "at": datetime.datetime(2026, 1, 1, 1, 2, 3, 456789, tzinfo=UTC),
    }
    with engine.schema_editor() as editor:
        editor.create_model(Kinds)
    try:
        Kinds.objects.using("clickhouse").create(**values)
        rows = Kinds.objects.using("clickhouse").all()
        assert rows.values().get() == values
        for name, value in values.items():
            lookup = {f"{name}__isnull": True} if value is None else {name: value}
            assert rows.filter(**lookup).count() == 1, name
            assert rows.exclude(**lookup).count() == 0, name
        assert rows.filter(text__contains="100 %", word="", day__year=2024, instant__gt=values["second"]).exists()
        assert rows.filter(text__icontains="É", text__startswith="it's", text__regex=r"^it.s \d+").exists()
    finally:
        with engine.schema_editor() as editor:
            editor.delete_model(Kinds)


def test_the_newest_snapshot_of_a_session_is_the_session(make: Make) -> None:
    first = make(watch_time=1)
    make(id=first.id, seq=3, watch_time=3)
    make(id=first.id, seq=2, watch_time=2)
    assert ViewingSession.objects.get().watch_time == 3
    assert ViewingSession.objects.aggregate(Sum("watch_time"), Count("id")) == {"watch_time__sum": 3, "id__count": 1}


def test_groups_filters_and_having_are_the_engines(make: Make) -> None:
    for video, seconds in [(1, 1), (1, 2), (2, 5), (3, 0)]:
        make(video_id=video, watch_time=seconds, played=seconds > 0)
    by_video = ViewingSession.objects.values("video_id").annotate(
        total=Sum("watch_time"), plays=Count("id", filter=Q(played=True)), mean=Avg("watch_time")
    )
    assert list(by_video.filter(total__gt=0).order_by("-total").values_list("video_id", "total", "plays", "mean")) == [
        (2, 5, 1, 5.0),
        (1, 3, 2, 1.5),
    ]
    assert by_video.aggregate(Max("total"), Count("video_id")) == {"total__max": 5, "video_id__count": 3}


def test_the_mean_and_the_sum_of_nothing_are_null(engine: Any) -> None:
    assert ViewingSession.objects.aggregate(Avg("watch_time"), Sum("watch_time"), Count("id")) == {
        "watch_time__avg": None,
        "watch_time__sum": None,
        "id__count": 0,
    }


@pytest.mark.parametrize(
    ("truncation", "local"),
    [
        (TruncHour, datetime.datetime(2026, 1, 1, 1, tzinfo=BERLIN)),
        (TruncDay, datetime.datetime(2026, 1, 1, tzinfo=BERLIN)),
        (TruncWeek, datetime.datetime(2025, 12, 29, tzinfo=BERLIN)),
        (TruncMonth, datetime.datetime(2026, 1, 1, tzinfo=BERLIN)),
        (TruncQuarter, datetime.datetime(2026, 1, 1, tzinfo=BERLIN)),
        (TruncYear, datetime.datetime(2026, 1, 1, tzinfo=BERLIN)),
    ],
)
def test_an_instant_is_truncated_in_the_zone_asked_for(make: Make, truncation: Any, local: datetime.datetime) -> None:
    make(started_at=NEW_YEAR)
    rows = ViewingSession.objects.annotate(
        start=truncation("started_at", tzinfo=BERLIN),
        day=truncation("started_at", tzinfo=BERLIN, output_field=models.DateField()),
    )
    assert list(rows.values_list("start", "day").annotate(Count("id"))) == [(local, local.date(), 1)]
    assert rows.filter(start=local).count() == 1, "the same instant, whatever the zone"
    assert rows.filter(start__lt=local).count() == 0


def test_days_in_kathmandu_begin_a_quarter_to_full_hours(make: Make) -> None:
    for minute in (14, 15):
        make(started_at=datetime.datetime(2026, 3, 1, 18, minute, tzinfo=UTC))
    days = ViewingSession.objects.annotate(day=TruncDay("started_at", tzinfo=KATHMANDU))
    assert [day.date() for day in days.order_by("day").values_list("day", flat=True)] == [
        datetime.date(2026, 3, 1),
        datetime.date(2026, 3, 2),
    ]
    hours = days.annotate(hour=ExtractHour("started_at", tzinfo=KATHMANDU)).order_by("day")
    assert list(hours.values_list("hour", flat=True)) == [23, 0]


def test_a_leap_day_and_both_clock_changes_are_days_of_their_own_length(make: Make) -> None:
    for day, hours in [((2024, 2, 29), 24), ((2026, 3, 29), 23), ((2026, 10, 25), 25)]:
        midnight = datetime.datetime(*day, tzinfo=BERLIN).astimezone(UTC)
        for hour in (0, hours - 1, hours):
            make(started_at=midnight + datetime.timedelta(hours=hour), video_id=day[2])
        found = ViewingSession.objects.filter(video_id=day[2]).annotate(d=TruncDay("started_at", tzinfo=BERLIN))
        counts = dict(found.values_list("d").annotate(Count("id")))
        assert counts[datetime.datetime(*day, tzinfo=BERLIN)] == 2


def test_truncated_dates_begin_their_weeks_on_monday(make: Make) -> None:
    make(started_at=datetime.datetime(2026, 3, 1, 12, tzinfo=UTC))
    sunday = Cast("started_at", clickhouse.DateField())
    rows = ViewingSession.objects.annotate(date=sunday)
    weeks = rows.annotate(week=Trunc("date", "week"), month=Trunc("date", "month"))
    assert weeks.values_list("week", "month").get() == (datetime.date(2026, 2, 23), datetime.date(2026, 3, 1))


def test_datetimes_of_a_kind_are_listed(make: Make) -> None:
    make(started_at=NEW_YEAR)
    listed = ViewingSession.objects.datetimes("started_at", "week", tzinfo=BERLIN)
    assert list(listed) == [datetime.date(2025, 12, 29)]


def test_case_when_and_cast_take_texts(make: Make) -> None:
    make(device="tv")
    make(device="desktop")
    size = Case(When(device="tv", then=Value("big")), default=Value("small"))
    grouped = ViewingSession.objects.annotate(size=size).values_list("size").annotate(Count("id")).order_by("size")
    assert list(grouped) == [("big", 1), ("small", 1)]
    assert set(ViewingSession.objects.values_list(Cast("video_id", models.CharField(max_length=1)))) == {("1",)}


def test_updates_tell_how_many_rows_and_rewrite_nothing_for_none(make: Make, engine: Any) -> None:
    make(video_id=1)
    make(video_id=1)
    make(video_id=2)
    assert ViewingSession.objects.filter(video_id=1).update(visitor="it's", watch_time=F("watch_time") + 1) == 2
    assert ViewingSession.objects.filter(visitor="it's", watch_time=1).count() == 2
    with engine.cursor() as cursor:
        cursor.execute("SELECT count() FROM system.mutations WHERE table = 'viewing_session'")
        before = cursor.fetchone()
        assert ViewingSession.objects.filter(video_id=9).update(visitor="x") == 0
        cursor.execute("SELECT count() FROM system.mutations WHERE table = 'viewing_session'")
        assert cursor.fetchone() == before


def test_saving_inserts_a_new_row_updates_named_columns_and_never_the_sorting_key(make: Make) -> None:
    row = ViewingSession.objects.get(pk=make().pk)
    row.visitor = "berta"
    row.save(update_fields=["visitor"])
    assert ViewingSession.objects.get().visitor == "berta"
    with pytest.raises(NotSupportedError), transaction.atomic("clickhouse"):
        row.save()
    row.pk = uuid.uuid4()
    row.save()
    assert ViewingSession.objects.count() == 2


def test_deletes_tell_how_many_rows(make: Make) -> None:
    make(visitor="anna")
    make(visitor="berta")
    anna = ViewingSession.objects.filter(visitor="anna")
    assert anna.delete() == (1, {"analytics.ViewingSession": 1})
    assert anna.delete()[0] == 0
    assert ViewingSession.objects.get().visitor == "berta"
    assert ViewingSession.objects.get().delete()[0] == 1
    assert not ViewingSession.objects.exists()


def test_rows_iterate_in_blocks(make: Make) -> None:
    for _ in range(5):
        make()
    assert len({row.pk for row in ViewingSession.objects.iterator(chunk_size=2)}) == 5


def test_settings_of_one_query_are_taken_and_unknown_ones_refused(make: Make) -> None:
    row = make()
    make(id=row.id, seq=2)
    assert ViewingSession.objects.settings(final=0).count() == 2
    with pytest.raises(NotSupportedError, match="no setting nonsense"):
        ViewingSession.objects.settings(nonsense=1).count()


def test_an_outer_reference_onto_its_own_table_is_refused(engine: Any) -> None:
    own = ViewingSession.objects.filter(visitor=OuterRef("visitor"))
    for question in (
        ViewingSession.objects.filter(Exists(own)),
        ViewingSession.objects.annotate(last=Subquery(own.values("seq")[:1])),
        ViewingSession.objects.annotate(n=Subquery(own.values("visitor").annotate(n=Count("id")).values("n"))),
        ViewingSession.objects.filter(Exists(ViewingSession.objects.prewhere(visitor=OuterRef("visitor")))),
        ViewingSession.objects.filter(Exists(ViewingSession.objects.filter(Q(seq__gt=OuterRef("seq")) | Q(seq=1)))),
        ViewingSession.objects.filter(
            Exists(
                ViewingSession.objects.annotate(
                    other=ExpressionWrapper(OuterRef("seq"), output_field=models.IntegerField())
                ).filter(other__gt=1)
            )
        ),
    ):
        with pytest.raises(NotSupportedError, match="OuterRef"):
            list(question)


def test_a_subquery_that_looks_at_nothing_outside_is_answered(make: Make) -> None:
    make(visitor="anna", video_id=1)
    make(visitor="anna", video_id=2)
    make(visitor="berta", video_id=2)
    seen_one = ViewingSession.objects.filter(video_id=1).values("visitor")
    assert ViewingSession.objects.filter(visitor__in=seen_one).count() == 2


@pytest.mark.parametrize("combination", ["union", "intersection", "difference"])
def test_set_operations_are_refused(engine: Any, combination: str) -> None:
    rows = ViewingSession.objects.all()
    with pytest.raises(NotSupportedError, match=combination):
        list(getattr(rows.filter(seq=1), combination)(rows.filter(seq=2)))


def test_a_question_may_be_explained(make: Make) -> None:
    make()
    plan = ViewingSession.objects.filter(workspace_id=1, started_at__gt=NEW_YEAR).explain(indexes=True)
    assert "toYYYYMM(started_at) in" in plan, "an instant's literal prunes partitions"
    assert "started_at in (" in plan, "and granules"


def test_a_transaction_is_harmless_and_rolls_nothing_back(make: Make) -> None:
    class StopError(Exception):
        pass

    def write_and_stop() -> None:
        with transaction.atomic("clickhouse"):
            make()
            with transaction.atomic("clickhouse"):
                make()
            raise StopError

    with pytest.raises(StopError):
        write_and_stop()
    assert ViewingSession.objects.count() == 2
    assert connections["clickhouse"].is_usable()
