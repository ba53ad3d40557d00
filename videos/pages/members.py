"""Who is in the workspace, who was asked in, and what they may do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from unfold.widgets import INPUT_CLASSES, SELECT_CLASSES

from videos import services
from videos.access import current_workspace
from videos.errors import DomainError, Invalid
from videos.messages import MAY
from videos.models import Invitation, Membership, Role, User
from videos.pages.shell import owners_page, page_shown


class InvitationForm(forms.Form):
    """Whom to ask, and as what."""

    email = forms.EmailField(
        label="E-mail address",
        widget=forms.EmailInput(
            {"class": " ".join(INPUT_CLASSES), "placeholder": "anna@example.com", "autocomplete": "off"}
        ),
    )
    role = forms.ChoiceField(
        choices=Role.choices, initial=Role.VIEWER, widget=forms.Select({"class": " ".join(SELECT_CLASSES)})
    )


@owners_page
def members_page(request: HttpRequest) -> HttpResponse:
    """Show members and open invitations; at a POST, invite somebody."""
    workspace = current_workspace(request)
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            services.invitation_create(workspace, values["email"], values["role"], cast(User, request.user))
        except Invalid as error:
            for each in error.errors:
                form.add_error(each.field if each.field in form.fields else None, each.message)
        else:
            messages.success(request, f"{values['email']} is invited; the mail is on its way.")
            return redirect("videos:members")
    now = timezone.now()
    waiting = workspace.invitations.filter(accepted_at=None, withdrawn_at=None).select_related("invited_by")
    return page_shown(
        request,
        "videos/settings/members.html",
        "Members",
        form=form,
        members=workspace.memberships.select_related("user").order_by("user__email"),
        invitations=[{"row": row, "is_open": row.is_open(now)} for row in waiting],
        roles=Role.choices,
        may=" ".join(f"{role.label}s may {words}." for role, words in MAY.items()),
    )


@owners_page
@require_POST
def member_role_changed(request: HttpRequest, member_id: int) -> HttpResponse:
    """Give a member another role, unless that was the last owner."""
    member = _member_or_404(request, member_id)
    try:
        services.member_change(member, request.POST.get("role", ""))
    except DomainError as error:
        messages.error(request, _words(error))
    else:
        messages.success(request, f"{member.user.email} is {member.get_role_display().lower()} now.")
    return redirect("videos:members")


@owners_page
def member_removed(request: HttpRequest, member_id: int) -> HttpResponse:
    """Ask whether to take a member out; at a POST, do it, unless that is the last owner."""
    member = _member_or_404(request, member_id)
    if request.method != "POST":
        title, back = f"Remove {member.user.email}?", reverse("videos:members")
        return page_shown(request, "videos/settings/member_remove.html", title, member=member, back=back)
    try:
        services.member_remove(member)
    except DomainError as error:
        messages.error(request, _words(error))
        return redirect("videos:members")
    messages.success(request, f"{member.user.email} is no member any more.")
    return redirect("/" if member.user_id == request.user.pk else "videos:members")


def _invitation_action(done: str, act: Callable[[Invitation], object]) -> Callable[..., HttpResponse]:
    """Return a view that does something to an open invitation of the workspace, says so, and leads back."""

    @owners_page
    @require_POST
    def view(request: HttpRequest, invitation_id: int) -> HttpResponse:
        invitation = current_workspace(request).invitations.filter(pk=invitation_id).first()
        if invitation is None:
            raise Http404
        try:
            act(invitation)
        except DomainError as error:
            messages.error(request, error.detail)
        else:
            messages.success(request, done.format(email=invitation.email))
        return redirect("videos:members")

    return view


invitation_resent = _invitation_action("The mail to {email} is on its way again.", services.invitation_resend)
invitation_withdrawn = _invitation_action("The invitation of {email} is withdrawn.", services.invitation_withdraw)


def _member_or_404(request: HttpRequest, member_id: int) -> Membership:
    member = current_workspace(request).memberships.select_related("user").filter(pk=member_id).first()
    if member is None:
        raise Http404
    return member


def _words(error: DomainError) -> str:
    found: Any = " ".join(each.message for each in error.errors)
    return found or error.detail
