"""Login tokens: what a person who gave e-mail address and password calls the API with for some hours.

Nothing is kept of them. A token is signed, and names the person and the password it was given for, so that another
password, or an end to the account, ends all tokens.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.contrib.auth import authenticate
from django.core import signing
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from videos.models import User

PREFIX = "vps_"
LASTS = timedelta(hours=12)
# A dot, for a Bearer token has no colons.
_signer = signing.TimestampSigner(sep=".", salt="videos.logins")


@dataclass(frozen=True)
class Login:
    """A person who called with a login token; takes an ApiToken's place as a request's `auth`."""

    user: User

    @property
    def digest(self) -> str:
        """What the person's calls are counted under, whichever of their tokens they came with."""
        return f"user-{self.user.pk}"


def login_create(request: HttpRequest, email: str, password: str) -> tuple[str, datetime] | None:
    """Return a new token and the instant (UTC, whole seconds) until which it is accepted; None for wrong credentials.

    It takes as long for an address that nobody signs in with.
    """
    user = authenticate(request, username=email, password=password)
    if not isinstance(user, User):
        return None
    expires_at = (timezone.now() + LASTS).astimezone(UTC).replace(microsecond=0)
    return PREFIX + _signer.sign_object([user.pk, user.get_session_auth_hash()]), expires_at


def login_of(token: str) -> Login | None:
    """Return whose token this is (one query), or None where it is forged, too old, of another password or nobody's."""
    try:
        pk, password = _signer.unsign_object(token.removeprefix(PREFIX), max_age=LASTS)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    if user is None or not constant_time_compare(password, user.get_session_auth_hash()):
        return None
    return Login(user)
