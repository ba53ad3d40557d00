"""The one admin site, for members: who may enter, the sign-in, and whose workspace is shown.

Members are not Django's staff: what they may do follows from their role (`videos.admin.scoped`), not from permissions.
The site stands outside of `videos.admin`, whose import registers the models with it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse
from django.utils import timezone
from unfold.forms import AuthenticationForm
from unfold.sites import UnfoldAdminSite

from videos.access import access_of
from videos.api.throttles import LoginThrottle


class SignInForm(AuthenticationForm):
    """Signs in by e-mail address whoever is a member of a workspace."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": "The e-mail address or the password is not right. The password is case-sensitive.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "E-mail address"
        self.fields["username"].widget.input_type = "email"
        self.fields["username"].widget.attrs |= {"autocomplete": "username"}

    def clean(self) -> dict[str, Any]:
        """Raise ValidationError for somebody who is not known, or has tried too often."""
        throttle = LoginThrottle()
        address = self.request.META.get("REMOTE_ADDR", "") if self.request else ""
        if not throttle.attempt(address, self.cleaned_data.get("username", "")):
            seconds = math.ceil(throttle.wait() or 0)
            raise ValidationError(f"Too many attempts to sign in. Try again in {seconds} seconds.", "throttled")
        return super().clean()

    def confirm_login_allowed(self, user: Any) -> None:
        """Raise ValidationError for a user who has been switched off or is a member nowhere."""
        if not user.is_active:
            raise self.get_invalid_login_error()
        if not user.memberships.exists():
            raise ValidationError("You are not a member of any workspace. Ask its owner to add you.", "no_workspace")


class MemberSite(UnfoldAdminSite):
    """The site that `django.contrib.admin.site` is in this product (see `videos.apps.MemberAdminConfig`)."""

    login_form = SignInForm
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the request comes from a member of some workspace."""
        return access_of(request) is not None

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        """Return the view for members, with all instants in the current workspace's time zone."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def in_zone(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            access = access_of(request)
            with timezone.override(access.current.workspace.zone if access else None):
                response = inner(request, *args, **kwargs)
                # Here and not later, when the zone would be another one again.
                return response.render() if isinstance(response, SimpleTemplateResponse) else response

        return in_zone

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # type: ignore[override]
        """Lead to the overview, which is the product's front page."""
        return redirect(settings.LOGIN_REDIRECT_URL)

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self.index(request, extra_context)
