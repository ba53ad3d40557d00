"""Finding things in the description, and holding values to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

METHODS = ("get", "put", "post", "delete", "patch")


@dataclass(frozen=True)
class Operation:
    """One method of one path, as the document has it."""

    path: str
    method: str
    about: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"

    def serves(self, method: str, path: str) -> bool:
        """Return whether a call of that method and path is this operation."""
        if method.lower() != self.method:
            return False
        named = re.sub(r"\\\{visitor\\\}", "(.+)", re.escape(self.path))
        return re.fullmatch(re.sub(r"\\\{\w+\\\}", "([^/]+)", named), path) is not None


def operations(document: dict[str, Any]) -> list[Operation]:
    """Return all operations, those whose path has no parameter first, as a router would look them up."""
    found = [
        Operation(path, method, item[method])
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    ]
    return sorted(found, key=lambda operation: (operation.path.count("{"), -len(operation.path)))


def contents(operation: Operation) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield status (`request` for what is sent), content type and media type object of each body."""
    for content_type, content in operation.about.get("requestBody", {}).get("content", {}).items():
        yield "request", content_type, content
    for status, response in operation.about["responses"].items():
        for content_type, content in response.get("content", {}).items():
            yield status, content_type, content


def closed(schema: Any) -> Any:
    """Return a schema whose objects have no members but those that it names."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: closed(each) for name, each in schema.items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        inner.setdefault("additionalProperties", False)
    return inner


def faults(document: dict[str, Any], schema: dict[str, Any], value: Any) -> list[str]:
    """Return what is wrong with a value by a schema of the document, a member too many included."""
    whole = {"components": closed(document["components"]), "allOf": [closed(schema)]}
    validator = Draft202012Validator(whole, format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]
