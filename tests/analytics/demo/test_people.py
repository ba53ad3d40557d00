"""The demo's list of people: those of a company who watch most, and some who were never seen."""

from __future__ import annotations

import pytest

from analytics.demo import people
from analytics.demo.people import NEVER_SEEN, people_file
from analytics.models import PeopleList
from tests.analytics.api.wistia.conftest import Stage, staged
from tests.analytics.viewers.conftest import introduce

pytestmark = [pytest.mark.django_db(databases=["default", "clickhouse"])]


@pytest.fixture
def stage(db: None) -> Stage:
    return staged("Stage")


def test_the_largest_companys_most_active_people_are_listed_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "MOST_KNOWN", 2)
    for number in range(3):
        introduce(stage.workspace, f"a{number}", email=f"p{number}@example.com", org_name="Large")
        for _ in range(number + 1):
            stage.play(visitor=f"a{number}")
    stage.play(visitor="a0", plays=0, stretches=[])
    introduce(stage.workspace, "b", email="b@example.com", org_name="Small")
    introduce(staged("Other").workspace, "d", email="d@example.com", org_name="Large")
    assert people_file(stage.workspace) == 2 + len(NEVER_SEEN)
    kept = PeopleList.objects.get()
    assert (kept.name, kept.draft_of, kept.workspace) == ("Large onboarding", None, stage.workspace)
    never = {f"{name}@example.com" for name in NEVER_SEEN}
    assert kept.emails == sorted({"p1@example.com", "p2@example.com"} | never)
    assert people_file(stage.workspace) == 0
    assert PeopleList.objects.count() == 1


def test_without_companies_there_is_no_list(stage: Stage) -> None:
    introduce(stage.workspace, "c", email="c@example.com")
    assert people_file(stage.workspace) == 0
