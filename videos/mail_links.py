"""Links in mails to people, signed, so that they open without signing in."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from videos.models import Invitation, User

# No timestamp: until when a link is good is the invitation's `expires_at`, and sending it again moves that.
_INVITATIONS = Signer(sep=".", salt="videos.invitations")


def invitation_token(invitation: Invitation) -> str:
    """Return the part of the link that proves that it was mailed from here."""
    return _INVITATIONS.sign(str(invitation.pk))


def invitation_url(invitation: Invitation) -> str:
    """Return the whole address at which the invitation is accepted."""
    return settings.PUBLIC_URL + reverse("videos:invitation", args=[invitation_token(invitation)])


def invitation_of(token: str) -> Invitation | None:
    """Return the invitation whose link this is, whatever its state; None for a token that was tampered with."""
    try:
        pk = _INVITATIONS.unsign(token)
    except BadSignature:
        return None
    return Invitation.objects.select_related("workspace", "invited_by").filter(pk=pk).first()


def password_reset_url(user: User) -> str:
    """Return the whole address at which the user chooses a new password, for PASSWORD_RESET_TIMEOUT and once."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    return settings.PUBLIC_URL + reverse("videos:new_password", args=[uid, token])
