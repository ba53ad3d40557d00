"""Saving a row of the catalog with all of its rules checked."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction

from videos.errors import Invalid, NotFree
from videos.public_ids import PublicIdField, public_id_new


def save_cleaned(row: models.Model, fields: Iterable[str] | None = None) -> None:
    """Check every rule of `row` and save it (only `fields`, where given).

    Raises Invalid naming each field, or NotFree where the public id given is taken, even at the same moment.
    """
    id_field = next((field for field in row._meta.fields if isinstance(field, PublicIdField)), None)
    if id_field and not row.public_id:  # type: ignore[attr-defined]
        row.public_id = public_id_new(id_field.prefix)  # type: ignore[attr-defined]
    unchanged = _unchanged(row, fields)
    try:
        row.full_clean(exclude=unchanged | _at_hand(row), validate_unique=False, validate_constraints=False)
        # Apart, as what is excluded there is no part of any rule.
        row.validate_unique(exclude=unchanged)
        row.validate_constraints(exclude=unchanged)
    except ValidationError as error:
        if any(problem.code == "unique" for problem in getattr(error, "error_dict", {}).get("public_id", ())):
            raise NotFree from error
        raise Invalid.from_validation(error) from error
    try:
        with transaction.atomic():
            row.save(update_fields=list(fields) if fields is not None else None)
    except IntegrityError as error:
        public_id = getattr(row, "public_id", None)
        if row._state.adding and public_id and type(row)._default_manager.filter(public_id=public_id).exists():
            raise NotFree from error
        raise


def _at_hand(row: models.Model) -> set[str]:
    """Return the foreign keys whose row is at hand, so that nobody needs to ask whether it exists."""
    keys = (field for field in row._meta.fields if isinstance(field, models.ForeignKey) and field.is_cached(row))
    return {field.name for field in keys if getattr(row, field.attname) is not None}


def _unchanged(row: models.Model, fields: Iterable[str] | None) -> set[str]:
    """Return the fields that need no check, as they are not saved."""
    if fields is None:
        return set()
    return {field.name for field in row._meta.fields} - set(fields) - {NON_FIELD_ERRORS}
