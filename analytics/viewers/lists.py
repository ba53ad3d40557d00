"""Lists of people: kept by name for the workspace, or one draft for each member who just looks somebody up."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from analytics.models import PeopleList
from videos.errors import Invalid
from videos.models import User, Workspace
from videos.saving import save_cleaned
from videos.selectors import row_by_id


def people_lists(workspace: Workspace) -> QuerySet[PeopleList]:
    """Return the workspace's named lists, by name."""
    return PeopleList.objects.filter(workspace=workspace, draft_of=None)


def people_list_by_id(workspace: Workspace, public_id: str, user: User) -> PeopleList:
    """Return the list, the member's own draft too. Raises Unknown, also for those of others."""
    own = Q(draft_of=None) | Q(draft_of=user)
    return row_by_id(PeopleList.objects.filter(own, workspace=workspace), "list", public_id)


def people_lists_of(workspace: Workspace, email: str) -> list[PeopleList]:
    """Return the lists, everybody's drafts too, that a person is on; none without an address. One query."""
    if not email:
        return []
    return [
        people for people in PeopleList.objects.filter(workspace=workspace).order_by("pk") if email in people.emails
    ]


def people_lists_leave(workspace: Workspace, email: str) -> None:
    """Take a person off all lists, everybody's drafts too; two queries. A list that nobody is on stays."""
    left = people_lists_of(workspace, email)
    for people in left:
        people.emails = [other for other in people.emails if other != email]
    PeopleList.objects.bulk_update(left, ["emails"])


def people_draft(workspace: Workspace, user: User) -> PeopleList | None:
    """Return the member's draft, None without one."""
    return PeopleList.objects.filter(workspace=workspace, draft_of=user).first()


def people_list_create(workspace: Workspace, name: str, emails: list[str]) -> PeopleList:
    """Return the new list. Raises Invalid where the name is taken, or nobody is on it."""
    made = PeopleList(workspace=workspace)
    people_list_change(made, name, emails)
    return made


def people_list_change(people: PeopleList, name: str, emails: list[str]) -> None:
    """Give a list its name and its people; a draft becomes a list. Raises Invalid as people_list_create does."""
    if not name.strip():
        raise Invalid.field("name", "Give the list a name.")
    people.name, people.emails, people.draft_of = name.strip(), emails, None
    save_cleaned(people)


def people_draft_set(workspace: Workspace, user: User, emails: list[str]) -> PeopleList:
    """Return the member's draft, with these people instead of those that it had. Raises Invalid for nobody."""
    draft = people_draft(workspace, user) or PeopleList(workspace=workspace, draft_of=user)
    draft.emails = emails
    save_cleaned(draft)
    return draft


def people_list_delete(people: PeopleList) -> None:
    people.delete()
