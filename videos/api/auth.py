"""Who calls the API: tokens, and what their scopes allow.

A view reads its token from `request.auth` (an ApiToken) and the workspace from `request.auth.workspace`.
`request.user` is None: a token belongs to a workspace and to no person.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, cast

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from videos.models import ApiToken, Scope
from videos.tokens import token_note_use, token_of

if TYPE_CHECKING:
    # DRF's views read the settings that name this module.
    from rest_framework.views import APIView


class TokenAuthentication(BaseAuthentication):
    """Accepts `X-API-Token: T`, `Authorization: Bearer T` and HTTP Basic with the token as the password (any user)."""

    def authenticate(self, request: Request) -> tuple[None, ApiToken] | None:
        plain = self.plain_token(request)
        if plain is None:
            return None
        token = token_of(plain)
        if token is None:
            raise AuthenticationFailed("This API token is unknown or has been revoked.", "invalid_token")
        token_note_use(token)
        return None, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Viewprint"'

    def plain_token(self, request: Request) -> str | None:
        """Return the token as it was sent, or None where none was; raises AuthenticationFailed if it is unreadable."""
        if header := request.META.get("HTTP_X_API_TOKEN", "").strip():
            return header
        scheme, _, value = request.META.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
        value = value.strip()
        if scheme.lower() == "bearer":
            if not value:
                raise AuthenticationFailed("The Authorization header names no token.", "invalid_token")
            return value
        return _basic_password(value) if scheme.lower() == "basic" else None


class QueryTokenAuthentication(TokenAuthentication):
    """Accepts `?api_password=T` as well, for the dialect whose clients send it so: it ends up in logs."""

    def plain_token(self, request: Request) -> str | None:
        return super().plain_token(request) or request.query_params.get("api_password") or None


def _basic_password(value: str) -> str:
    try:
        user, colon, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise AuthenticationFailed("The Authorization header is not valid HTTP Basic.", "invalid_token") from error
    # `curl -u TOKEN:` is how some clients send a key, so a token in the user's place is found too.
    plain = password or user
    if not colon or not plain:
        raise AuthenticationFailed("HTTP Basic carries the API token as its password.", "invalid_token")
    return plain


class HasScope(BasePermission):
    """The token has the scope that the call needs: the view's `scope` where it names one (POST /v1/query only reads),
    else `read` for safe methods and `write` for all others."""

    code = "missing_scope"

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.auth is None:
            return False
        needed = getattr(view, "scope", None) or (Scope.READ if request.method in SAFE_METHODS else Scope.WRITE)
        self.message = f"This API token lacks the scope {str(needed)!r}."
        return needed in cast(ApiToken, request.auth).scopes
