"""What can be wrong with a request, said once; each API dialect words these in its own way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError


@dataclass(frozen=True)
class FieldError:
    """One thing wrong with one field; `field` is empty where it concerns the whole."""

    field: str
    message: str


class DomainError(Exception):
    """Something the caller asked for cannot be done; `status` is the HTTP status that says so best."""

    status: ClassVar[int] = 400
    code: str | int = "bad_request"

    def __init__(self, detail: str, errors: Iterable[FieldError] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)


class Invalid(DomainError):
    """Some values break a rule; `errors` names each field."""

    status = 422
    code = "invalid"

    def __init__(self, errors: Iterable[FieldError]) -> None:
        errors = tuple(errors)
        super().__init__(" ".join(f"{e.field}: {e.message}" if e.field else e.message for e in errors), errors)

    @classmethod
    def field(cls, field: str, message: str) -> Invalid:
        return cls([FieldError(field, message)])

    @classmethod
    def from_validation(cls, error: ValidationError) -> Invalid:
        """Return the same findings as Django's `full_clean` made them; a model's `public_id` is called `id` outside."""
        if not hasattr(error, "error_dict"):
            return cls(FieldError("", message) for message in error.messages)
        return cls(
            FieldError({NON_FIELD_ERRORS: "", "public_id": "id"}.get(name, name), message)
            for name, messages in error.message_dict.items()
            for message in messages
        )


class Malformed(Invalid):
    """The same, in the dialect whose reference has 400 for it."""

    status = 400


class NotFree(DomainError):
    """The given public id is in use, here or in another workspace (which is not told)."""

    status = 409
    code = "id_taken"

    def __init__(self) -> None:
        message = "This id is not free; give another one, or none."
        super().__init__(message, [FieldError("id", message)])


class Unknown(DomainError):
    """There is no such thing in this workspace. `kind` is a word such as `video`; the code is `unknown_video`."""

    status = 404
    code: str

    def __init__(self, kind: str, public_id: str) -> None:
        super().__init__(f"There is no {kind} {public_id[:64]!r} in this workspace.")
        self.kind = kind
        self.public_id = public_id
        self.code = f"unknown_{kind}"
