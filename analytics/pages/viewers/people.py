"""The pages of the lists of people: made, changed, deleted; and the progress that they are for."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from analytics.models import PeopleList
from analytics.pages.shell import inquiry_of, member_form, member_page
from analytics.pages.viewers.asked import progress_address
from analytics.pages.viewers.forms import PeopleForm, left_out
from analytics.pages.viewers.frame import rendered
from analytics.pages.viewers.progress import progress_page
from analytics.viewers.lists import (
    people_draft,
    people_draft_set,
    people_list_by_id,
    people_list_change,
    people_list_create,
    people_list_delete,
)
from videos.access import current_workspace, may_edit
from videos.errors import Invalid, Unknown
from videos.models import User

ALL_TIME = "all_time"


@member_page
def progress_view(request: HttpRequest) -> HttpResponse:
    """Show how far the people of a list got with a course; 404 for a list that there is not (any more)."""
    inquiry = inquiry_of(request, default=ALL_TIME)
    user = _user(request)
    address = progress_address(request.GET, inquiry.state, inquiry.context, user)
    draft = people_draft(inquiry.context.workspace, user)
    page = progress_page(inquiry, address, draft, PeopleForm(), may_edit=may_edit(request))
    response = rendered(request, inquiry, "Course progress", "progress_main", page, address.url())
    if request.GET.get("list") and address.people is None:
        response.status_code = 404
    return response


@member_form
def new_list_view(request: HttpRequest) -> HttpResponse:
    """Show the form, or make the list and lead to its progress: one with a name is kept, one without is a draft."""
    form = PeopleForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        _editors_only(request, name)
        workspace = current_workspace(request)
        try:
            if name:
                people = people_list_create(workspace, name, form.reading.emails)
            else:
                people = people_draft_set(workspace, _user(request), form.reading.emails)
        except Invalid as error:
            _add_invalid(form, error)
        else:
            return _done(request, people, form)
    return _form(request, form, None)


@member_form
def list_view(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the form of a list, or change it and lead to its progress: for editors, and for one's own draft."""
    people = _list_or_404(request, public_id)
    if people.draft_of_id is None:
        _editors_only(request)
    initial = {"name": people.name, "emails": "\n".join(people.emails)}
    form = PeopleForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        _editors_only(request, name)
        try:
            if people.draft_of_id is not None and not name:
                people_draft_set(people.workspace, _user(request), form.reading.emails)
            else:
                people_list_change(people, name, form.reading.emails)
        except Invalid as error:
            _add_invalid(form, error)
        else:
            return _done(request, people, form)
    return _form(request, form, people)


@member_form
def delete_list_view(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask whether to delete the list; at a POST, do it."""
    people = _list_or_404(request, public_id)
    if people.draft_of_id is None:
        _editors_only(request)
    if request.method == "POST":
        people_list_delete(people)
        messages.success(request, f"“{people}” is deleted. What its people watched is still there.")
        return redirect("pages:progress")
    return rendered(request, inquiry_of(request), f"Delete “{people}”?", "delete_list_main", people)


def _done(request: HttpRequest, people: PeopleList, form: PeopleForm) -> HttpResponse:
    """Say what was read, and lead to the progress of the list with the videos that the address names."""
    reading = form.reading
    said = [f"{len(reading.emails):,} {'person is' if len(reading.emails) == 1 else 'people are'} on the list."]
    if reading.repeated:
        said.append(f"{reading.repeated:,} {'repetition was' if reading.repeated == 1 else 'repetitions were'} folded.")
    messages.success(request, " ".join(said))
    if reading.bad:
        messages.warning(request, left_out(reading))
    query = [(name, value) for name, values in request.GET.lists() for value in values if name not in {"list", "page"}]
    return redirect(f"{reverse('pages:progress')}?{urlencode([*query, ('list', people.public_id)])}")


def _form(request: HttpRequest, form: PeopleForm, people: PeopleList | None) -> HttpResponse:
    title = f"Change “{people}”" if people else "New list of people"
    back = request.GET.copy()
    back.pop("list", None)
    page = {"form": form, "people": people, "may_keep": may_edit(request), "back": back.urlencode()}
    response = rendered(request, inquiry_of(request), title, "list_form_main", page)
    response.status_code = 422 if form.errors else 200
    return response


def _add_invalid(form: PeopleForm, error: Invalid) -> None:
    for each in error.errors:
        form.add_error(each.field if each.field in form.fields else None, each.message)


def _list_or_404(request: HttpRequest, public_id: str) -> PeopleList:
    try:
        return people_list_by_id(current_workspace(request), public_id, _user(request))
    except Unknown as error:
        raise Http404(error.detail) from error


def _editors_only(request: HttpRequest, name: str = "kept") -> None:
    """Raise PermissionDenied where somebody who may not edit gives a list a name."""
    if name and not may_edit(request):
        raise PermissionDenied


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
