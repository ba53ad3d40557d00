"""Public ids: a prefix that names the kind, then 10 lower-case letters or digits, or what the user gave."""

from __future__ import annotations

import string

from django.core.validators import RegexValidator
from django.db import models

from videos.random_text import random_text

ALPHABET = string.ascii_lowercase + string.digits


def public_id_new(prefix: str) -> str:
    """Return a new public id, such as `vid_0a1b2c3d4e`; 51 random bits, so a clash is for the database to refuse."""
    return prefix + random_text(10, ALPHABET)


class PublicIdField(models.CharField):
    """The unique public id of a row: given at creation, or drawn when it is left empty."""

    def __init__(self, prefix: str, **options: object) -> None:
        self.prefix = prefix
        options |= {"max_length": 64, "unique": True, "editable": False, "default": ""}
        super().__init__(**options)  # type: ignore[arg-type]
        message = f"An id is {prefix} followed by 1 to {64 - len(prefix)} lower-case letters, digits, _ or -."
        self.validators = [*self.validators, RegexValidator(rf"\A{prefix}[a-z0-9][a-z0-9_-]*\Z", message)]

    def deconstruct(self) -> tuple[str, str, list, dict]:
        name, path, _, _ = super().deconstruct()
        return name, path, [self.prefix], {}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = super().pre_save(model_instance, add)
        if not value:
            value = public_id_new(self.prefix)
            setattr(model_instance, self.attname, value)
        return value
