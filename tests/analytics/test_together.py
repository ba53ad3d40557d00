"""Works that are done at once."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from analytics import together as module
from analytics.models import ViewingSession
from analytics.together import together
from videos.models import Workspace

SECONDS = 20


@pytest.fixture(autouse=True)
def three_at_once(settings: Any, helpers: None) -> None:
    settings.QUESTIONS_AT_ONCE = 3


def test_works_are_done_at_once_and_answered_in_their_order() -> None:
    met = threading.Barrier(3)

    def work(name: str) -> str:
        met.wait(SECONDS)
        return name

    assert together(*(lambda name=name: work(name) for name in "abc")) == ["a", "b", "c"]  # type: ignore[misc]


def test_the_caller_does_what_no_helper_has_begun() -> None:
    free, own = threading.Event(), threading.get_ident()
    busy = [module._helpers().submit(free.wait, SECONDS) for _ in range(2)]
    assert together(*[threading.get_ident] * 4) == [own] * 4
    free.set()
    assert all(each.result() for each in busy)


def test_works_may_be_made_of_works() -> None:
    inner = [lambda: together(*[lambda: 1] * 5)] * 5
    assert together(*inner) == [[1] * 5] * 5


@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_error_of_any_of_them_is_raised(place: int) -> None:
    def work(number: int) -> int:
        if number == place:
            raise ValueError(number)
        return number

    with pytest.raises(ValueError, match=str(place)):
        together(*(lambda number=number: work(number) for number in range(3)))  # type: ignore[misc]


@pytest.mark.django_db(transaction=True, databases=["default", "clickhouse"])
def test_each_work_may_ask_both_databases() -> None:
    Workspace.objects.create(name="New")
    works = [lambda: (Workspace.objects.count(), ViewingSession.objects.count())] * 6
    assert together(*works) == [(1, 0)] * 6
