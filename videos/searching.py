"""Searching for words in columns of text."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

MOST_WORDS = 6


def contains_words(fields: Iterable[str], text: str) -> Q:
    """Return the condition that each word of `text` stands in one of the fields, upper and lower case being the same.

    Only the first MOST_WORDS are looked at; no words are in everything.
    """
    everywhere = Q()
    names = list(fields)
    for word in text.replace("\0", " ").split()[:MOST_WORDS]:
        anywhere = Q()
        # SQLite knows of no letters but A to Z that they have two cases.
        spellings = [word] if word.isascii() else dict.fromkeys((word, word.lower(), word.upper(), word.capitalize()))
        for spelling in spellings:
            for field in names:
                anywhere |= Q(**{f"{field}__icontains": spelling})
        everywhere &= anywhere
    return everywhere
