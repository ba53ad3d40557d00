"""Where the link of an invitation leads: joining the workspace, with an account or with a new one."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.contrib.auth import login
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from videos import services
from videos.access import workspace_choose
from videos.errors import Invalid
from videos.mail_links import invitation_of
from videos.messages import MAY
from videos.models import Invitation, Role, User
from videos.services.invitations import LONGEST_NAME, NotOpen


class NewAccountForm(forms.Form):
    """Name and password of somebody who has no account yet."""

    name = forms.CharField(
        label="Your name",
        max_length=LONGEST_NAME,
        widget=UnfoldAdminTextInputWidget({"autocomplete": "name"}),
    )
    password = forms.CharField(
        strip=False,
        widget=UnfoldAdminPasswordWidget({"autocomplete": "new-password"}),
        help_text=password_validators_help_text_html,
    )


@never_cache
def invitation_page(request: HttpRequest, token: str) -> HttpResponse:
    """Say who asks whom into which workspace; at a POST, join. 404 for no such link, 410 for one that has ended."""
    invitation = invitation_of(token)
    if invitation is None:
        return _shown(request, "gone", 404, why="This link is not right. Check that the whole link was copied.")
    if not invitation.is_open(timezone.now()):
        return _ended(request, NotOpen(invitation))
    user = _who(request, invitation)
    form = None if user else NewAccountForm(request.POST or None)
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            return _joined(request, invitation, user, form)
        except NotOpen as error:
            return _ended(request, error)
        except Invalid as error:
            assert form is not None
            for each in error.errors:
                form.add_error(each.field if each.field in form.fields else None, each.message)
    may = MAY[Role(invitation.role)]
    return _shown(request, "join", 200, invitation=invitation, form=form, joining=user, may=may)


def _who(request: HttpRequest, invitation: Invitation) -> User | None:
    """Return who would join: who is signed in, else the account of the invited address, if there is one."""
    if isinstance(request.user, User):
        return request.user
    return User.objects.filter(email=invitation.email).first()


def _joined(
    request: HttpRequest, invitation: Invitation, user: User | None, form: NewAccountForm | None
) -> HttpResponse:
    """Make them a member and lead on. Only a new account is signed in: the link is no password of an old one."""
    if form is not None:
        made = services.invitation_accept_new(invitation, form.cleaned_data["name"], form.cleaned_data["password"])
        login(request, made.user, "django.contrib.auth.backends.ModelBackend")
    elif user is not None:
        services.invitation_accept(invitation, user)
    if request.user.is_authenticated:
        workspace_choose(request, invitation.workspace_id)
        return redirect("/")
    return _shown(request, "joined", 200, invitation=invitation)


def _ended(request: HttpRequest, error: NotOpen) -> HttpResponse:
    return _shown(request, "gone", 410, why=error.detail)


def _shown(request: HttpRequest, state: str, status: int, **context: object) -> HttpResponse:
    frame = {**admin.site.each_context(request), "title": "Invitation", "state": state}
    response = render(request, "videos/invitation.html", {**frame, **context}, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response
