"""The demo's list of people: a company of which some were never seen."""

from __future__ import annotations

import pytest

from analytics.demo.people import NEVER_SEEN, people_file
from analytics.models import PeopleList
from tests.analytics.viewers.conftest import introduce
from videos.models import Workspace

pytestmark = [pytest.mark.django_db]


def test_the_largest_companys_people_are_listed_once(workspace: Workspace, other_workspace: Workspace) -> None:
    for number in range(3):
        introduce(workspace, f"a{number}", email=f"p{number}@example.com", org_name="Large")
    introduce(workspace, "b", email="b@example.com", org_name="Small")
    introduce(workspace, "c", email="c@example.com")
    introduce(other_workspace, "d", email="d@example.com", org_name="Large")
    assert people_file(workspace) == 3 + len(NEVER_SEEN)
    people = PeopleList.objects.get()
    assert (people.name, people.draft_of, people.workspace) == ("Large onboarding", None, workspace)
    assert [email for email in people.emails if email.startswith("p")] == [
        "p0@example.com", "p1@example.com", "p2@example.com", "piotr.zielinski@example.com",
    ]  # fmt: skip
    assert people_file(workspace) == 0
    assert PeopleList.objects.count() == 1


def test_without_companies_there_is_no_list(workspace: Workspace) -> None:
    introduce(workspace, "c", email="c@example.com")
    assert people_file(workspace) == 0
