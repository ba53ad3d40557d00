"""A new password by mail, for who has forgotten theirs: Django's own views in the product's dress."""

from __future__ import annotations

import math
from typing import Any

from django.contrib import admin
from django.contrib.auth import views
from django.contrib.auth.forms import PasswordResetForm, SetPasswordForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse_lazy
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminPasswordWidget

from videos.api.throttles import ResetThrottle
from videos.models import User
from videos.tasks import mail_task


class ForgottenForm(PasswordResetForm):
    """Says the same for every address, and takes as long: the mail is written in the background."""

    def __init__(self, *args: Any, address: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._address = address
        self.fields["email"].label = "E-mail address"
        self.fields["email"].widget = UnfoldAdminEmailInputWidget({"autocomplete": "email", "autofocus": True})

    def clean(self) -> dict[str, Any]:
        """Raise ValidationError for who asks too often."""
        throttle = ResetThrottle()
        if not throttle.attempt(self._address, self.cleaned_data.get("email", "")):
            seconds = math.ceil(throttle.wait() or 0)
            raise ValidationError(f"Too many requests. Try again in {seconds} seconds.", "throttled")
        return self.cleaned_data

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Have the mail sent, if somebody signs in with this address."""
        user = User.objects.filter(email=self.cleaned_data["email"].strip().lower(), is_active=True).first()
        if user is not None:
            mail_task.delay("password_reset", user.pk, user.email)


class NewPasswordForm(SetPasswordForm):
    """The new password, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget = UnfoldAdminPasswordWidget({"autocomplete": "new-password"})


class _Framed:
    """Gives a view the frame of the pages that need no sign-in; no page tells another site where it was."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return {**admin.site.each_context(self.request), **context}  # type: ignore[attr-defined]


class ForgottenView(_Framed, views.PasswordResetView):
    template_name = "videos/password_forgotten.html"
    form_class = ForgottenForm
    success_url = reverse_lazy("videos:password_mailed")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "address": self.request.META.get("REMOTE_ADDR", "")}


class MailedView(_Framed, views.PasswordResetDoneView):
    template_name = "videos/password_mailed.html"


class NewPasswordView(_Framed, views.PasswordResetConfirmView):
    template_name = "videos/password_new.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("videos:password_changed")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        return response


class ChangedView(_Framed, views.PasswordResetCompleteView):
    template_name = "videos/password_changed.html"
