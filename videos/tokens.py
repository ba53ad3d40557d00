"""API tokens: made once, kept as a digest, looked up by it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from videos.errors import Invalid
from videos.models import ApiToken, Scope, Workspace
from videos.random_text import random_text
from videos.saving import save_cleaned

USE_NOTED_EVERY = timedelta(minutes=1)


def _digest(plain: str) -> str:
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


def token_create(
    workspace: Workspace, name: str, scopes: Iterable[str] = (Scope.READ, Scope.WRITE)
) -> tuple[ApiToken, str]:
    """Return a new token and its text, which is nowhere kept and cannot be shown again.

    Raises Invalid for a blank name, an unknown scope or none.
    """
    wanted = set(scopes)
    if not wanted or not wanted <= set(Scope.values):
        raise Invalid.field("scopes", f"Name at least one of {', '.join(Scope.values)}, and nothing else.")
    plain = f"vp_{random_text(43)}"
    token = ApiToken(
        workspace=workspace,
        name=name.strip(),
        digest=_digest(plain),
        prefix=plain[:10],
        scopes=[scope for scope in Scope.values if scope in wanted],
    )
    save_cleaned(token)
    return token, plain


def token_of(plain: str) -> ApiToken | None:
    """Return the token with this text and its workspace (one query), or None where it is unknown or revoked."""
    return ApiToken.objects.select_related("workspace").filter(digest=_digest(plain), revoked_at__isnull=True).first()


def token_note_use(token: ApiToken) -> None:
    """Set the token's `last_used_at` to now, at most once a minute, so that reading stays reading."""
    now = timezone.now()
    due = now - USE_NOTED_EVERY
    if token.last_used_at is None or token.last_used_at < due:
        ApiToken.objects.filter(Q(last_used_at=None) | Q(last_used_at__lt=due), pk=token.pk).update(last_used_at=now)
        token.last_used_at = now


def token_revoke(token: ApiToken) -> None:
    """Refuse the token from now on; when it was first revoked stays known."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
    token.refresh_from_db(fields=["revoked_at"])
