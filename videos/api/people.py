"""People who call the API themselves, with a login token, where an API token would do as well.

A view that takes both finds a Login or an ApiToken in `request.auth`, and the person (or None) in `request.user`.
"""

from __future__ import annotations

from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.views import APIView

from videos.api.auth import HasScope, TokenAuthentication
from videos.api.schema import TokenScheme
from videos.logins import PREFIX, Login, login_of
from videos.models import ApiToken, User


class PeopleAuthentication(TokenAuthentication):
    """Accepts login tokens in all places where an API token is accepted, and API tokens."""

    def authenticate(self, request: Request) -> tuple[User, Login] | tuple[None, ApiToken] | None:  # type: ignore[override]
        plain = self.plain_token(request)
        if plain is None or not plain.startswith(PREFIX):
            return super().authenticate(request)
        login = login_of(plain)
        if login is None:
            raise AuthenticationFailed("This login token is not valid, or no longer: sign in again.", "invalid_token")
        return login.user, login


class PeopleScheme(TokenScheme):
    """A login token goes where an API token goes."""

    target_class = "videos.api.people.PeopleAuthentication"


class IsPersonOrHasScope(HasScope):
    """A signed-in person, or an API token with the scope that the call needs; what a person may see, the view says."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.auth, Login) or super().has_permission(request, view)
