"""Who is known: persons by the keys of their viewing sessions, and the sessions by the keys of persons."""

from __future__ import annotations

import json
from collections.abc import Iterable

from django.db.models import BooleanField, QuerySet, Value
from django.db.models.expressions import Combinable, RawSQL
from django.db.models.functions import Coalesce, Lower, NullIf

from analytics.context import Context
from analytics.models import Visitor
from videos.searching import contains_words

SEARCHED = ("name", "email", "org_name", "external_id")
LONGEST_SEARCH = 100
KEYS_TEXT = "JSONExtract(%s, 'Array(String)')"


def persons_of(context: Context) -> QuerySet[Visitor]:
    return Visitor.objects.filter(workspace=context.workspace)


def persons_by_key(context: Context, keys: Iterable[str]) -> dict[str, Visitor]:
    """Return who is known of the visitors with these keys: one query."""
    return {person.key: person for person in persons_of(context).filter(key__in=set(keys))}


def persons_by_email(context: Context, emails: Iterable[str]) -> dict[str, list[Visitor]]:
    """Return who is known by each of these addresses (in lower case), who was seen first in front: one query."""
    found: dict[str, list[Visitor]] = {}
    for person in persons_of(context).filter(email__in=set(emails)).order_by("first_seen_at", "pk"):
        found.setdefault(person.email, []).append(person)
    return found


def known_keys(context: Context) -> list[str]:
    """Return the keys of everybody who is known."""
    return list(persons_of(context).order_by().values_list("key", flat=True))


def known_keys_by_name(context: Context) -> list[str]:
    """Return the keys of everybody who is known, by what a list calls them, upper and lower case as one."""
    called = Coalesce(NullIf("name", Value("")), NullIf("email", Value("")), "external_id")
    return list(persons_of(context).order_by(Lower(called), "pk").values_list("key", flat=True))


def keys_found(context: Context, search: str) -> list[str]:
    """Return the keys of persons in whose name, address, organisation or id each word of `search` stands.

    Upper and lower case are the same. Only so many characters and words are looked at.
    """
    found = persons_of(context).order_by().filter(contains_words(SEARCHED, search[:LONGEST_SEARCH]))
    return list(found.values_list("key", flat=True))


def one_of(keys: Iterable[str]) -> Combinable:
    """Return the condition that the visitor is one of many: one text is written and read much faster."""
    return RawSQL(f"visitor IN (SELECT arrayJoin({KEYS_TEXT}))", [keys_text(keys)], BooleanField())  # noqa: S611


def keys_text(keys: Iterable[str]) -> str:
    """Return the one text that KEYS_TEXT reads many keys from."""
    return json.dumps(list(keys), ensure_ascii=False)
