"""A list of people for the demo: a company whose staff is to watch, and some of whom have not begun."""

from __future__ import annotations

from django.db.models import Count

from analytics.models import ViewingSession, Visitor
from analytics.viewers.lists import people_list_create, people_lists
from videos.models import Workspace

MOST_KNOWN = 24
NEVER_SEEN = ("amira.haddad", "jonas.keil", "lucia.romano", "piotr.zielinski", "sena.aksoy", "tom.whitaker")


def people_file(workspace: Workspace) -> int:
    """Return how many people are on the list that is made: none where there is one, or nobody is known by a company.

    It has those of the largest company who played most. The same persons and sessions make the same list.
    """
    known = Visitor.objects.filter(workspace=workspace).exclude(org_name="").exclude(email="")
    largest = known.values("org_name").annotate(people=Count("pk")).order_by("-people", "org_name").first()
    if largest is None or people_lists(workspace).exists():
        return 0
    company = largest["org_name"]
    staff = dict(known.filter(org_name=company).values_list("key", "email"))
    sessions = ViewingSession.objects.filter(workspace_id=workspace.pk, played=True, visitor__in=list(staff))
    active = sessions.values("visitor").annotate(plays=Count("id")).order_by("-plays", "visitor")[:MOST_KNOWN]
    emails = sorted({staff[row["visitor"]] for row in active} | {f"{name}@example.com" for name in NEVER_SEEN})
    people_list_create(workspace, f"{company} onboarding", emails)
    return len(emails)
