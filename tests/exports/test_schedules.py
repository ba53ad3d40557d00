"""Making and changing schedules, and running them by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from exports.models import Delivery, Recipient, Schedule, Status
from exports.schedule_times import Timing
from exports.services.schedule_runs import AlreadyRunning, schedule_run_now, schedules_run
from exports.services.schedules import (
    recipient_resubscribe,
    recipient_unsubscribe,
    schedule_create,
    schedule_delete,
    schedule_order,
    schedule_pause,
    schedule_resume,
    schedule_update,
)
from tests.exports.conftest import DATABASES, build
from tests.exports.scheduling import MONDAYS, due_at, next_run_of, scheduled
from videos.errors import Invalid
from videos.models import Folder, Project, User, Workspace

pytestmark = pytest.mark.django_db(databases=DATABASES)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def folder(workspace: Workspace) -> Folder:
    project = Project.objects.create(workspace=workspace, name="Films")
    return Folder.objects.create(workspace=workspace, project=project, name="Drama")


def test_a_new_schedule_runs_at_its_next_hour(workspace: Workspace, owner: User) -> None:
    schedule = scheduled(workspace, owner)
    assert next_run_of(schedule) == "Monday 07:00"
    assert schedule.next_run_at and timezone.now() < schedule.next_run_at <= timezone.now() + 7 * DAY
    assert [each.email for each in schedule.recipients.all()] == ["anna@example.com", "ben@example.com"]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"name": " \n"}, "name", "cannot be blank"),
        ({"period_name": "custom"}, "period", "There is no period 'custom'; there are today"),
        ({"timing": Timing("hourly", 7)}, "frequency", "not a valid choice"),
        ({"timing": Timing("daily", 24)}, "hour", "less than or equal to 23"),
        ({"timing": Timing("weekly", 7, weekday=7)}, "weekday", "less than or equal to 6"),
        ({"timing": Timing("monthly", 7, month_day=0)}, "month_day", "greater than or equal to 1"),
        ({"emails": ()}, "recipients", "needs somebody"),
        ({"emails": ("nobody",)}, "recipients", "'nobody' is not an e-mail address"),
        ({"emails": tuple(f"a{n}@example.com" for n in range(51))}, "recipients", "at most 50"),
        ({"folders": ("fold_unknown",)}, "folders", "There is no folder 'fold_unknown'"),
        ({"fields": ("viewz",)}, "fields", "viewz"),
        ({"format": "pdf"}, "format", "pdf"),
    ],
)
def test_what_is_wrong_with_a_schedule_is_named(
    workspace: Workspace, changes: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(Invalid) as refused:
        scheduled(workspace, **changes)
    [error] = refused.value.errors
    assert error.field == field
    assert words in error.message
    assert not Schedule.objects.exists()


def test_all_faults_are_named_at_once(workspace: Workspace) -> None:
    with pytest.raises(Invalid) as refused:
        scheduled(workspace, name="", timing=Timing("daily", 99), emails=(), fields=("x",))
    assert {error.field for error in refused.value.errors} == {"name", "hour", "recipients", "fields"}


def test_a_change_of_the_hour_counts_from_now_on_and_others_leave_the_next_run(workspace: Workspace) -> None:
    schedule = scheduled(workspace)
    before = schedule.next_run_at
    schedule_update(schedule, replace(schedule_order(schedule), name="Other", format="xlsx"))
    assert (schedule.name, schedule.format, schedule.next_run_at) == ("Other", "xlsx", before)
    schedule_update(schedule, replace(schedule_order(schedule), timing=Timing("weekly", 18, weekday=4)))
    assert next_run_of(schedule) == "Friday 18:00"


def test_a_change_that_is_refused_changes_nothing(workspace: Workspace) -> None:
    schedule = scheduled(workspace)
    with pytest.raises(Invalid):
        schedule_update(schedule, replace(schedule_order(schedule), name="Other", emails=("x",)))
    assert schedule_order(Schedule.objects.get()) == MONDAYS


def test_a_paused_schedule_does_not_run_and_a_resumed_one_makes_nothing_up(workspace: Workspace) -> None:
    schedule = scheduled(workspace)
    due_at(schedule, timezone.now() - DAY)
    schedule_pause(schedule)
    schedule_update(schedule, replace(schedule_order(schedule), timing=Timing("daily", 9)))
    assert schedule.is_paused
    assert schedules_run(timezone.now()) == 0
    schedule_resume(schedule)
    assert next_run_of(schedule).endswith("09:00")
    assert schedules_run(timezone.now()) == 0


def test_resuming_what_is_not_paused_keeps_a_run_that_is_due(workspace: Workspace) -> None:
    schedule = scheduled(workspace)
    due_at(schedule, timezone.now() - MINUTE)
    schedule.refresh_from_db()
    schedule_resume(schedule)
    assert schedules_run(timezone.now()) == 1


def test_who_has_unsubscribed_is_not_subscribed_again_by_others(workspace: Workspace) -> None:
    schedule = scheduled(workspace)
    anna, ben = schedule.recipients.all()
    recipient_unsubscribe(anna)
    for emails in (("ben@example.com",), ("Anna@example.com", "cleo@example.com", "CLEO@example.com")):
        schedule_update(schedule, replace(schedule_order(schedule), emails=emails))
        anna.refresh_from_db()
        assert anna.unsubscribed_at
    assert [each.email for each in schedule.recipients.all()] == ["anna@example.com", "cleo@example.com"]
    assert not Recipient.objects.filter(pk=ben.pk).exists()
    recipient_resubscribe(anna)
    assert schedule_order(schedule).emails == ("anna@example.com", "cleo@example.com")


def test_a_schedule_that_all_have_unsubscribed_from_can_still_be_changed(workspace: Workspace) -> None:
    schedule = scheduled(workspace)
    for recipient in schedule.recipients.all():
        recipient_unsubscribe(recipient)
    schedule_update(schedule, replace(schedule_order(schedule), name="Nobody's"))
    assert schedule.name == "Nobody's"


def test_run_now_orders_at_once_and_leaves_the_next_run(workspace: Workspace, owner: User) -> None:
    schedule = scheduled(workspace)
    before = schedule.next_run_at
    report = schedule_run_now(schedule, user=owner)
    schedule.refresh_from_db()
    assert (report.schedule, report.created_by, schedule.next_run_at) == (schedule, owner, before)
    assert report.deliveries.count() == 2
    with pytest.raises(AlreadyRunning):
        schedule_run_now(schedule, user=owner)
    build(report)
    schedule_run_now(schedule, user=owner)


def test_deleting_cancels_what_is_in_progress_and_keeps_what_is_finished(workspace: Workspace, owner: User) -> None:
    schedule = scheduled(workspace)
    done = schedule_run_now(schedule, user=owner)
    build(done)
    running = schedule_run_now(schedule, user=owner)
    schedule_delete(schedule)
    done.refresh_from_db()
    running.refresh_from_db()
    assert (done.status, running.status) == (Status.COMPLETED, Status.CANCELED)
    assert done.schedule is None
    assert not Delivery.objects.exclude(due_at=None).exists()
    assert not Recipient.objects.exists()


def test_a_schedule_is_made_from_what_it_says_of_itself(workspace: Workspace, folder: Folder) -> None:
    order = replace(MONDAYS, folders=(folder.public_id,), skips_unchanged=True, format="xlsx")
    assert schedule_order(schedule_create(workspace, order)) == order
