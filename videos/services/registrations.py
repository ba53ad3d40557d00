"""Many registrations at once, as from a ticket office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NotRequired, TypedDict

from django.core.exceptions import ValidationError
from django.db import transaction

from videos.errors import FieldError, Invalid, NotFree
from videos.models import Registration, Talk, Workspace
from videos.public_ids import public_id_new
from videos.selectors import registrations_of_address

Key = tuple[int, str]


class NewRegistration(TypedDict):
    """Who registers for which talk; `registered_at` is aware, and now where it is not given."""

    talk: Talk
    email: str
    name: NotRequired[str]
    registered_at: NotRequired[datetime]
    public_id: NotRequired[str]


@dataclass(frozen=True)
class Registered:
    """The registrations asked for, in that order, and how many of them were made just now."""

    rows: list[Registration]
    created: int


def registrations_create(several: Sequence[NewRegistration]) -> Registered:
    """Register all or nobody, in few queries; who is registered for the talk already stays so, unchanged.

    So the same list twice changes nothing. Raises Invalid naming each field (`3.email`: counted from 0), or NotFree
    where a public id given is taken.
    """
    wanted: dict[Key, Registration] = {}
    keys: list[Key] = []
    errors: list[FieldError] = []
    for number, each in enumerate(several):
        row = Registration(**each | {"email": each["email"].strip().lower(), "name": each.get("name", "").strip()})
        row.public_id = row.public_id or public_id_new("reg_")
        try:
            # Foreign keys and uniqueness would be a query each; the talks are rows, and the insertion sees to the rest.
            row.full_clean(exclude=["talk"], validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            errors += [FieldError(f"{number}.{e.field}", e.message) for e in Invalid.from_validation(error).errors]
        keys.append((row.talk_id, row.email))
        wanted.setdefault(keys[-1], row)
    if errors:
        raise Invalid(errors)
    with transaction.atomic():
        there = _found(wanted)
        missing = {key: row for key, row in wanted.items() if key not in there}
        # Who registers in the same moment elsewhere is left as they are; then only a public id can be in the way.
        Registration.objects.bulk_create(missing.values(), ignore_conflicts=True)
        found = there | _found(missing)
        if len(found) < len(wanted):
            raise NotFree
    return Registered([found[key] for key in keys], len(missing))


def registrations_forget(workspace: Workspace, email: str) -> int:
    """Delete whatever was registered with this e-mail address; return how many registrations that were."""
    rows = registrations_of_address(workspace, email)
    return Registration.objects.filter(pk__in=rows.values("pk")).delete()[0]


def _found(wanted: dict[Key, Registration]) -> dict[Key, Registration]:
    """Return those of the registrations that are stored, with the talks that were given."""
    if not wanted:
        return {}
    talks = {row.talk_id: row.talk for row in wanted.values()}
    emails = {email for _, email in wanted}
    found = {}
    for row in Registration.objects.filter(talk__in=talks, email__in=emails):
        row.talk = talks[row.talk_id]
        found[row.talk_id, row.email] = row
    return {key: row for key, row in found.items() if key in wanted}
